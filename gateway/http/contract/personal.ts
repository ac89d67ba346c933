import { z } from 'zod'
import { personalKindIds } from '../../../rules/personal.ts'
import { page } from './common.ts'

const kind = z.enum(personalKindIds as [(typeof personalKindIds)[number], ...(typeof personalKindIds)[number][]])
const why = z.enum(['runs', 'held', 'law'])
/** Whom it is about, by his name, telephone number or the number of his record; and why somebody asks. */
export const personalAsk = z.strictObject({
  name: z.string().trim().min(2).max(64),
  reason: z.string().trim().min(1).max(200),
})
export const personalItem = z.object({
  kind,
  no: z.string(),
  at: z.string(),
  /** Why it would stay if it were to be deleted now; null: it would go. */
  kept: why.nullable(),
  /** What stands there of people. */
  facts: z.record(z.string(), z.unknown()),
  photos: z.number(),
})
export const personalFound = page(personalItem)
export const personalGone = z.object({
  items: z.array(z.object({ kind, records: z.number(), kept: z.array(z.object({ no: z.string(), why })) })),
  photos: z.number(),
})
export const personalKept = page(
  z.object({
    kind,
    /** How long it is kept after its end; null: the register says it. */
    days: z.number().nullable(),
    /** So long a law keeps it, whoever asks. */
    law: z.number(),
    records: z.number().nullable(),
    oldest: z.string().nullable(),
  }),
)
export type PersonalFound = z.infer<typeof personalItem>
export type PersonalGoneView = z.infer<typeof personalGone>
export type PersonalKept = z.infer<typeof personalKept>['items'][number]
