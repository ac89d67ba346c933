import { z } from 'zod'
import { facts, proofs, type Runbook } from '../../rules/runbook.ts'
import { runbooks } from '../../rules/runbooks/all.ts'
import { copies } from '../../rules/runbooks/words.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import { contactKinds } from './placeschema.ts'
import { id, text } from './words.ts'

/** Runbooks that the site writes itself, or in the place of one that is built in. */

const value = z.union([z.number(), z.boolean(), z.string()])
const condition = z.union([
  z.strictObject({ above: z.number() }),
  z.strictObject({ below: z.number() }),
  z.strictObject({ equals: value }),
  z.strictObject({ in: z.array(value).min(1) }),
  z.strictObject({ notIn: z.array(value).min(1) }),
])
const words = z.array(z.string().min(1).max(64)).min(1).max(20)
const yes = z.literal(true).optional()
const ask = z.strictObject({
  key: id,
  kind: z.enum(['text', 'number', 'time']),
  name: text,
  fact: z.enum(facts).optional(),
  optional: yes,
})
const step = z.strictObject({
  id,
  who: text,
  text,
  hint: text.optional(),
  proof: z.enum(proofs).default('tick'),
  asks: z.array(ask).max(10).optional(),
  call: z.enum(contactKinds).optional(),
  withinS: z.int().min(1).max(604_800).optional(),
  self: z
    .strictObject({
      of: z.enum(['equipment', 'site']),
      kinds: words,
      keys: words,
      when: condition,
      all: yes,
      turns: yes,
    })
    .optional(),
  needs: z.array(id).max(20).optional(),
  first: yes,
  safety: yes,
  optional: yes,
  danger: id.optional(),
  see: id.optional(),
  restores: yes,
  source: z.string().max(200).optional(),
})
const defaultWriter = { 'zh-CN': '工程部主管', en: 'Engineering supervisor' }
export const siteRunbook = z.strictObject({
  id,
  name: text,
  warning: text.optional(),
  family: id.optional(),
  per: z.enum(['site', 'equipment']).default('site'),
  dangers: z
    .array(z.strictObject({ id, text, preset: yes }))
    .max(5)
    .optional(),
  steps: z.array(step).min(1).max(50),
  watch: z
    .array(z.strictObject({ kinds: words, keys: words }))
    .max(20)
    .optional(),
  notice: z.enum(['power', 'water', 'gas', 'lift']).optional(),
  writer: text.default(defaultWriter),
  copies: z
    .array(text)
    .min(1)
    .max(10)
    .default([...copies]),
  source: z.string().max(200).optional(),
})

type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** What the site says put over what is built in; what refers to nothing goes to `add`. */
export function runbooksOf(
  own: readonly (z.infer<typeof siteRunbook> | null)[],
  rules: readonly ({ readonly runbook?: string | undefined } | null)[],
  add: Add,
): ReadonlyMap<string, Runbook> {
  const all = new Map(runbooks.map(book => [book.id, book]))
  for (const book of own) if (book) all.set(book.id, book)
  const known = [...all.keys()].join(', ')
  for (const [i, book] of own.entries())
    for (const [j, one] of (book?.steps ?? []).entries()) {
      const path: Path = ['runbooks', i, 'steps', j]
      const ids = book!.steps.map(s => s.id)
      if (ids.indexOf(one.id) !== j) add([...path, 'id'], 'duplicate-id', { id: one.id })
      // What comes later in the list may need what comes before it, and so no two steps can wait for each other.
      for (const [k, needed] of (one.needs ?? []).entries())
        if (!ids.slice(0, j).includes(needed)) add([...path, 'needs', k], 'runbook-needs', { step: needed })
      if (one.see !== undefined && !all.has(one.see))
        add([...path, 'see'], 'unknown-runbook', { runbook: one.see, known })
      if (one.danger !== undefined && !book!.dangers?.some(d => d.id === one.danger))
        add([...path, 'danger'], 'runbook-danger', { danger: one.danger })
    }
  // Only a warning: the alarm itself does its work, and sites of earlier versions could name anything here.
  for (const [i, rule] of rules.entries())
    if (rule?.runbook !== undefined && !all.has(rule.runbook))
      add(['rules', i, 'runbook'], 'unknown-runbook', { runbook: rule.runbook, known }, 'warning')
  return all
}
