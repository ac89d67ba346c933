import { applyEdits, type JSONPath, modify, parseTree } from 'jsonc-parser'
import { z } from 'zod'
import { type Condition, type Rule, severities } from '../../rules/rule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'

/**
 * What a site changes of a rule without writing it anew: of one of its own or of a pack. The rule itself stays as it is,
 * so that "as delivered" is nothing but taking the entry away.
 */

const DAY_S = 86_400
const delay = z.number().min(0).max(DAY_S)
const least0 = z.number().min(0)
/** Numbers of a condition that may be tuned, by their words in it. */
export const limits = z.strictObject({
  above: z.number().optional(),
  below: z.number().optional(),
  deadband: least0.optional(),
  rises: z.number().positive().optional(),
  falls: z.number().positive().optional(),
  withinS: z.number().min(1).max(DAY_S).optional(),
  differs: least0.optional(),
  unchangedS: z
    .number()
    .min(1)
    .max(30 * DAY_S)
    .optional(),
  tolerance: least0.optional(),
  silentS: z
    .number()
    .min(1)
    .max(30 * DAY_S)
    .optional(),
  times: z.int().min(1).max(1000).optional(),
})
export const ruleTuning = z.strictObject({
  off: z.literal(true).optional(),
  when: limits.optional(),
  delayOnS: delay.optional(),
  delayOffS: delay.optional(),
  severity: z.enum(severities).optional(),
})
export type Tuning = z.infer<typeof ruleTuning>

const optional: Readonly<Record<string, readonly string[]>> = {
  deadband: ['above', 'below', 'rises', 'falls', 'differs'],
  tolerance: ['unchangedS'],
}
/** Words of a condition that can be tuned. */
export const tunableWords = (when: Condition): string[] =>
  Object.keys(limits.shape).filter(word => word in when || optional[word]?.some(lead => lead in when))

type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** Words by which a rule speaks the later the larger they are, and by which the sooner. */
const later = ['above', 'rises', 'falls', 'differs', 'unchangedS', 'silentS', 'times']
const sooner = ['below', 'withinS', 'tolerance']
/** Whether a danger would be told of later, or not at all. */
const isLater = (word: string, was: unknown, is: number): boolean =>
  typeof was === 'number' && ((later.includes(word) && is > was) || (sooner.includes(word) && is < was))

/** The rule as it runs; null: it is off. What does not fit goes to `add`, and is left as delivered. */
export function tuned(rule: Rule, tuning: Tuning | undefined, path: Path, add: Add): Rule | null {
  if (tuning === undefined) return rule
  const { off, when, delayOffS = rule.delayOffS } = tuning
  let { delayOnS = rule.delayOnS } = tuning
  let severity = tuning.severity ?? rule.severity
  let gone = off === true
  // Danger to people is neither put aside nor made small [as in alarm.ts: it is never shelved], nor told of later.
  const life = rule.severity === 'life'
  if (life && delayOnS > rule.delayOnS) {
    add([...path, 'delayOnS'], 'tuning-life', { id: rule.id })
    delayOnS = rule.delayOnS
  }
  if (life)
    for (const word of ['off', 'severity'] as const)
      if (tuning[word] !== undefined && tuning[word] !== 'life') {
        add([...path, word], 'tuning-life', { id: rule.id })
        gone = false
        severity = rule.severity
      }
  const words = tunableWords(rule.when)
  const numbers = Object.entries(when ?? {}).filter(([word, value]) => {
    if (value !== undefined && !words.includes(word))
      add([...path, 'when', word], 'tuning-word', { word, id: rule.id, words: words.join(', ') || '—' })
    if (value === undefined || !words.includes(word)) return false
    const duller = life && isLater(word, (rule.when as Record<string, unknown>)[word], value)
    if (duller) add([...path, 'when', word], 'tuning-life', { id: rule.id })
    return !duller
  })
  if (gone) return null
  const of = numbers.length === 0 ? rule.when : ({ ...rule.when, ...Object.fromEntries(numbers) } as Condition)
  return { ...rule, delayOnS, delayOffS, severity, when: of }
}

/** All rules of a site as they run. @param delivered as they are written, of the site and of packs */
export function tunedRules(
  delivered: readonly Rule[],
  tuning: Readonly<Record<string, Tuning>>,
  whole: boolean,
  add: Add,
): readonly Rule[] {
  const known = new Set(delivered.map(rule => rule.id))
  // A pack that finds no point now may find one later; its tuning waits.
  for (const id of Object.keys(tuning))
    if (!known.has(id) && whole) add(['tuning', id], 'tuning-without-rule', { id }, 'warning')
  return delivered.flatMap(rule => {
    const own = Object.hasOwn(tuning, rule.id) ? tuning[rule.id] : undefined
    return tuned(rule, own, ['tuning', rule.id], add) ?? []
  })
}

// Changes of the text of site.json, everything else as it was written ---------------------------------------------------

const formattingOptions = { insertSpaces: true, tabSize: 2 }
function changed(text: string, path: JSONPath, value: unknown, isArrayInsertion = false): string {
  const body = text.replace(/^\uFEFF/, '')
  return applyEdits(body, modify(body, path, value, { formattingOptions, isArrayInsertion }))
}

/** @param tuning null: as delivered */
export function withTuning(text: string, rule: string, tuning: Tuning | null): string {
  const made = changed(text, ['tuning', rule], tuning ?? undefined)
  // A section that says nothing is left out.
  const left = (JSON.parse(made) as { tuning?: object }).tuning
  return left !== undefined && Object.keys(left).length === 0 ? changed(made, ['tuning'], undefined) : made
}
/** Adds a rule at the end of the site's own. */
export function withRule(text: string, rule: object): string {
  const rules = (JSON.parse(text.replace(/^\uFEFF/, '')) as { rules?: unknown[] }).rules
  return rules === undefined ? changed(text, ['rules'], [rule]) : changed(text, ['rules', rules.length], rule, true)
}
/** Takes one of the site's own rules away, and its tuning. Null: there is no such rule. */
export function withoutRule(text: string, id: string): string | null {
  const body = text.replace(/^\uFEFF/, '')
  if (!parseTree(body)) return null
  const { rules = [], tuning } = JSON.parse(body) as { rules?: { id?: unknown }[]; tuning?: object }
  const at = rules.findIndex(rule => rule?.id === id)
  if (at < 0) return null
  const left = changed(body, ['rules', at], undefined)
  return tuning && Object.hasOwn(tuning, id) ? withTuning(left, id, null) : left
}
