import { z } from 'zod'
import { columnNames, headNames, totalNames } from '../../../rules/billing/batch.ts'
import { deliveryKinds, formats } from '../../../rules/billing/delivery.ts'
import { sentence, text, time } from './common.ts'

const record = <K extends string>(names: readonly [K, ...K[]]) =>
  z.object(Object.fromEntries(names.map(name => [name, z.string()])) as Record<K, z.ZodString>)
const named = <K extends string>(names: readonly K[]) => record(names as unknown as readonly [K, ...K[]])
const period = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/)

export const batchPhases = ['draft', 'issued', 'accepted', 'rejected', 'corrected', 'withdrawn'] as const
const waived = z.object({ line: z.string(), unit: z.string(), by: z.string(), reason: z.string() })
const total = named(totalNames)
export const batchBrief = z.object({
  name: z.string(),
  period,
  group: z.string(),
  version: z.int(),
  phase: z.enum(batchPhases),
  preparedBy: z.string(),
  preparedAt: time,
  why: z.string(),
  issued: z
    .object({ sequence: z.int(), by: z.string(), at: time, sha256: z.string(), lines: z.int(), totals: z.array(total) })
    .nullable(),
  answer: z
    .object({
      by: z.string(),
      at: time,
      note: z.string(),
      matched: z
        .object({
          same: z.int(),
          different: z.array(z.object({ line: z.string(), ours: z.string(), theirs: z.string() })),
          missing: z.array(z.string()),
          unknown: z.array(z.string()),
          twice: z.array(z.string()),
        })
        .nullable(),
    })
    .nullable(),
})
/** A batch: a draft as it would be issued now, or what was issued, which never changes. */
export const batch = batchBrief.extend({
  head: named(headNames),
  rows: z.array(named(columnNames)),
  totals: z.array(total),
  waived: z.array(waived),
  /** Of a draft: what cannot be billed, and why; `waived` ones are left out knowingly. */
  unbilled: z.array(
    z.object({
      line: z.string(),
      unit: z.string(),
      waived: z.boolean(),
      reasons: z.array(z.object({ code: z.string(), text })),
    }),
  ),
  /** Of a draft: what an approval names, so that nobody approves what he has not seen. */
  seen: z.string().nullable(),
  /** Where it goes since it was issued, and what became of it. */
  deliveries: z.array(
    z.object({
      to: z.string(),
      kind: z.enum(deliveryKinds),
      where: z.string(),
      formats: z.array(z.enum(formats)),
      state: z.enum(['waiting', 'sent', 'failed']),
      tries: z.int(),
      queuedAt: time,
      sentAt: time.nullable(),
      /** Null: it is not tried any more by itself. */
      nextAt: time.nullable(),
      /** Files, or addresses, that have it. */
      done: z.array(z.string()),
      why: z.object({ code: z.string(), detail: z.string() }).nullable(),
    }),
  ),
})
export const batches = z.object({
  items: z.array(batchBrief),
  next: z.null(),
  groups: z.array(z.string()),
  /** The month that can be billed next. */
  period,
  /** Where batches go once they are issued, and when the next ones are prepared by themselves. */
  places: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(deliveryKinds),
      where: z.string(),
      groups: z.array(z.string()),
      formats: z.array(z.enum(formats)),
    }),
  ),
  schedules: z.array(z.object({ group: z.string(), period, at: time })),
})
export type BatchView = z.infer<typeof batch>
export type BatchBrief = z.infer<typeof batchBrief>
export type BatchList = z.infer<typeof batches>

export const newBatch = z.strictObject({ period, group: z.string().max(40) })
export const batchWaiver = z.strictObject({ line: z.string().max(200), reason: sentence })
export const batchApproval = z.strictObject({ seen: z.string().length(64) })
export const batchCorrection = z.strictObject({
  why: sentence,
  /** By line, where it has a reason of its own. */
  reasons: z.record(z.string().max(200), sentence).default({}),
})
/** What billing took over: each line with its consumption. Or the same as a CSV file with the columns line and consumption. */
export const batchAcknowledgement = z.union([
  z.strictObject({
    lines: z.array(z.object({ line: z.string().max(200), consumption: z.string().max(40) })).max(200_000),
  }),
  z.strictObject({ file: z.base64().max(40_000_000) }),
])
export const batchRejection = z.strictObject({ why: sentence })
