import { z } from 'zod'
import { meterMedia, registerCodes } from '../../../rules/readings/book.ts'
import { readingCheckCodes } from '../../../rules/readings/checks.ts'
import { qualities } from '../../../rules/readings/quality.ts'
import { page, sentence, text, time } from './common.ts'

const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/)
const index = z.string().regex(/^\d{1,15}(\.\d{1,6})?$/)
const estimated = z.object({ index, reason: z.enum(['same-weekdays', 'daily-average', 'interpolated']) })

/** What a rule found in the readings of a day or a month. */
export const readingException = z.object({
  n: z.int(),
  point: z.string(),
  unit: z.string(),
  unitName: text.nullable(),
  medium: z.enum(meterMedia),
  meter: z.string(),
  register: z.enum(registerCodes),
  check: z.enum(readingCheckCodes),
  name: text,
  /** With the numbers that it was decided by. */
  text,
  period: z.enum(['day', 'month']),
  from: time,
  at: time,
  /** Its line is not billed before somebody has decided. */
  blocks: z.boolean(),
  state: z.enum(['open', 'field', 'accepted', 'estimated', 'gone']),
  workorder: z.string().nullable(),
  demo: z.boolean(),
  by: z.string().nullable(),
  note: z.string(),
  movedAt: time,
  /** The number of the reading at its end; null: there is none. */
  reading: z.int().nullable(),
})
export type ReadingExceptionView = z.infer<typeof readingException>
export const readingExceptions = page(readingException).extend({ count: z.int() })
export type ReadingExceptions = z.infer<typeof readingExceptions>
export const exceptionActions = ['accept', 'estimate', 'field'] as const
export const exceptionMove = z.strictObject({ note: sentence })
export const readingEstimate = z.object({ estimate: estimated.nullable() })
export type ReadingEstimate = z.infer<typeof readingEstimate>
export const fieldOrder = z.object({ id: z.string(), no: z.string() })

/** A new multiplier that a second person has still to approve, or has. */
export const multiplierAsk = z.object({
  n: z.int(),
  point: z.string(),
  state: z.enum(['asked', 'approved', 'refused']),
  from: time,
  multiplier: decimal,
  index: z.partialRecord(z.enum(registerCodes), z.string()),
  evidence: z.string(),
  /** Of the plate or the paper, `<sha256>.<ending>`. */
  photo: z.string().nullable(),
  askedBy: z.string(),
  askedAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  why: z.string(),
})
export const multiplierAsks = page(multiplierAsk)
export type MultiplierAskView = z.infer<typeof multiplierAsk>
export type MultiplierAsks = z.infer<typeof multiplierAsks>
export const multiplierDecision = z.strictObject({ note: z.string().trim().max(1000).default('') })

const day = z.string().regex(/^20\d\d-\d\d-\d\d$/)
const compared = z.object({ used: decimal.nullable(), percent: z.number().nullable() })
export const dailyUseAsk = z.object({
  /** The first day, and the last; without them the last seven that were read. */
  from: day.optional(),
  to: day.optional(),
  register: z.enum(registerCodes).default('total'),
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
/** What was used day by day, beside the same days of the week, month and year before. */
export const dailyUse = z.object({
  point: z.string(),
  unit: z.string(),
  unitName: text.nullable(),
  medium: z.enum(meterMedia),
  uom: z.string(),
  from: day,
  to: day,
  /** Other service points of the same unit. */
  others: z.array(z.object({ point: z.string(), medium: z.enum(meterMedia) })),
  days: z.array(
    z.object({
      day,
      used: decimal.nullable(),
      quality: z.enum(qualities),
      demo: z.boolean(),
      /** Why there is no number, or it may not be billed yet. */
      reasons: z.array(text),
      ...{ weekBefore: decimal.nullable(), monthBefore: decimal.nullable(), yearBefore: decimal.nullable() },
    }),
  ),
  /** Of all days; null: one of them is not known. */
  used: decimal.nullable(),
  known: z.int(),
  ...{ week: compared, month: compared, year: compared },
})
export type DailyUse = z.infer<typeof dailyUse>
