import { z } from 'zod'
import { formats } from '../../rules/billing/delivery.ts'
import type { Group } from '../../rules/billing/line.ts'
import type { BatchSchedule } from '../../rules/billing/schedule.ts'
import type { Params } from '../core/errors.ts'
import type { Output } from '../outputs/schema.ts'
import type { Path } from '../site/jsonproblems.ts'
import { id } from '../site/words.ts'

/** What site.json says of billing: where issued batches go, and when they are prepared. [M03, N80, N81] */

/** Which points a batch is of [N80, N81]. */
export const groups = [
  { id: 'all', uses: [] },
  { id: 'homes', uses: ['home'] },
  { id: 'shops', uses: ['shop', 'office'] },
  { id: 'works', uses: ['works'] },
] as const satisfies readonly Group[]
const groupIds = groups.map(g => g.id) as ['all', 'homes', 'shops', 'works']

const base = {
  id,
  /** Left out: batches of all groups. */
  groups: z.array(z.enum(groupIds)).max(groupIds.length).default([]),
  formats: z.array(z.enum(formats)).min(1).max(formats.length).default(['csv', 'xlsx', 'json']),
  /** false: nothing new goes there; what waits goes on waiting. */
  enabled: z.boolean().default(true),
}
const destination = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    ...base,
    /** Absolute, or below the folder `outputs` of the data. */
    folder: z.string().min(1).max(500),
    /** It is a drive of another machine: while it is not mounted nothing is written under its name here. */
    mounted: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('sftp'),
    ...base,
    /** The output of the kind `files` whose host, keys and password are used. */
    output: id,
  }),
  z.strictObject({
    kind: z.literal('email'),
    ...base,
    /** The channel of the kind `email` in the settings of notices. */
    channel: id,
    emails: z.array(z.email().max(254)).min(1).max(20),
  }),
])
const schedule = z.strictObject({
  group: z.enum(groupIds),
  /** Of the month after the one that is billed; a shorter month has it on its last day. */
  day: z.number().int().min(1).max(31),
  /** In March, June, September and December, in place of `day`. */
  quarterEndDay: z.number().int().min(1).max(31).optional(),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('08:00'),
})
export const billingSchema = z.strictObject({
  deliveries: z.array(destination).max(20).default([]),
  schedules: z.array(schedule).max(groupIds.length).default([]),
})
export type BillingDestination = z.infer<typeof destination>
export interface SiteBilling {
  readonly deliveries: readonly BillingDestination[]
  readonly schedules: readonly BatchSchedule[]
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

export function billingOf(
  raw: z.infer<typeof billingSchema> | null | undefined,
  outputs: readonly Output[],
  add: Add,
): SiteBilling {
  const once = (ids: readonly string[], word: 'deliveries' | 'schedules', field: string) => {
    for (const [i, one] of ids.entries())
      if (ids.indexOf(one) < i) add(['billing', word, i, field], 'duplicate-id', { id: one })
  }
  once(
    (raw?.deliveries ?? []).map(d => d.id),
    'deliveries',
    'id',
  )
  once(
    (raw?.schedules ?? []).map(s => s.group),
    'schedules',
    'group',
  )
  for (const [i, d] of raw?.deliveries.entries() ?? [])
    if (d.kind === 'sftp' && !outputs.some(o => o.kind === 'files' && o.id === d.output && o.sftp))
      add(['billing', 'deliveries', i, 'output'], 'delivery-output', { output: d.output })
  return {
    deliveries: raw?.deliveries ?? [],
    schedules: (raw?.schedules ?? []).map(s => ({ ...s, quarterEndDay: s.quarterEndDay ?? null })),
  }
}
