import { z } from 'zod'
import { balanceStates } from '../../../rules/readings/balance.ts'
import { meterMedia, pointRoles, pointUses, registerCodes } from '../../../rules/readings/book.ts'
import {
  type FindingCode,
  findings,
  qualities,
  type ReadingReason,
  readingReasons,
  validations,
} from '../../../rules/readings/quality.ts'
import { page, pointId, sentence, text, time, when } from './common.ts'

const reasons = Object.keys(readingReasons) as [ReadingReason, ...ReadingReason[]]
const findingCodes = Object.keys(findings) as [FindingCode, ...FindingCode[]]
/** An index or an amount as it is said: never a float. */
const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/)
const index = z.string().regex(/^\d{1,15}(\.\d{1,6})?$/)

/** A list of meters: CSV (UTF-8 or GBK) or XLSX, in base64. */
export const meterListAsk = z.strictObject({
  file: z.base64().max(14_000_000),
  /** Says what is wrong with each row and changes nothing. */
  dryRun: z.boolean().default(true),
})
const problems = z.array(z.object({ code: z.string(), text }))
export const meterList = z.object({
  encoding: z.string(),
  /** Of the list as a whole: then it has no rows. */
  problems,
  written: z.boolean(),
  counts: z.object({ rows: z.int(), wrong: z.int(), gaps: z.int(), points: z.int(), meters: z.int() }),
  rows: z.array(
    z.object({
      ...{ line: z.int(), point: z.string(), unit: z.string(), medium: z.enum(meterMedia) },
      ...{ meter: z.string().nullable(), source: z.string().nullable(), new: z.boolean(), problems },
    }),
  ),
})
export type MeterList = z.infer<typeof meterList>

export const servicePoint = z.object({
  id: z.string(),
  unit: z.string(),
  /** Of its space, where the site has one of this name. */
  unitName: text.nullable(),
  medium: z.enum(meterMedia),
  parent: z.string().nullable(),
  role: z.enum(pointRoles),
  use: z.enum(pointUses),
  closed: z.boolean(),
  /** Null: nothing hangs there. */
  meter: z
    .object({
      ...{
        serial: z.string(),
        maker: z.string(),
        model: z.string(),
        accuracy: z.number().nullable(),
        seal: z.string(),
      },
      ...{ since: time, multiplier: decimal },
      registers: z.array(
        z.object({
          ...{ code: z.enum(registerCodes), digits: z.int(), decimals: z.int(), unit: z.string() },
          ...{ maxPerHour: decimal, source: pointId.nullable() },
        }),
      ),
    })
    .nullable(),
})
export const servicePoints = page(servicePoint)
export type ServicePointView = z.infer<typeof servicePoint>

export const meterReading = z.object({
  n: z.int(),
  point: z.string(),
  /** Of the meter that it is read from, where the site has that as equipment. */
  pointName: text.nullable(),
  unit: z.string(),
  unitName: text.nullable(),
  medium: z.enum(meterMedia),
  meter: z.string(),
  register: z.enum(registerCodes),
  at: time,
  /** Null: missing. */
  index: decimal.nullable(),
  indexUnit: z.string(),
  quality: z.enum(qualities),
  reason: z.enum(reasons).nullable(),
  validation: z.enum(validations),
  /** What the register did, when that is why it waits. */
  finding: z.enum(findingCodes).nullable(),
  measuredAt: when,
  /** The one before that counts. */
  before: z.object({ at: time, index: decimal }).nullable(),
  /** Made up for the demo, never measured. */
  demo: z.boolean(),
  by: z.string().nullable(),
  note: z.string(),
})
export type ReadingView = z.infer<typeof meterReading>
export const readingDay = z.object({
  /** The moment that was read; null: none yet. */
  at: when,
  /** Why no day is closed: the clock was set within the last hour, or does not agree with what was recorded. */
  clock: z.enum(['safe', 'set', 'not-believed']),
  /** Others, newest first. */
  moments: z.array(time),
  counts: z.object({
    ...{ total: z.int(), read: z.int(), missing: z.int(), uncertain: z.int() },
    /** Of all days. */
    waiting: z.int(),
  }),
  items: z.array(meterReading),
  /** What waits from other days, newest first. */
  waiting: z.array(meterReading),
  /** Service points and units that nobody counts. */
  gaps: z.array(z.object({ unit: z.string(), unitName: text.nullable(), medium: z.enum(meterMedia).nullable() })),
})
export type ReadingDay = z.infer<typeof readingDay>
export const readingDecision = z.strictObject({
  decision: z.enum(['accept', 'replace', 'reject']),
  /** Of `replace`: the index that counts instead. */
  index: index.optional(),
  quality: z.enum(['manual', 'estimated', 'substituted']).default('manual'),
  reason: z
    .enum(['locked', 'unreadable', 'damaged', 'same-weekdays', 'daily-average', 'agreed', 'corrected'])
    .optional(),
  note: sentence,
})
export const newReading = z.strictObject({
  register: z.enum(registerCodes).default('total'),
  index,
  at: time.optional(),
  note: z.string().trim().max(1000).default(''),
})
const indexes = z.partialRecord(z.enum(registerCodes), index)
export const meterExchange = z.strictObject({
  at: time,
  closing: indexes,
  opening: indexes,
  /** Left out: the same meter, whose register began anew. */
  meter: z
    .strictObject({
      serial: z.string().trim().min(1).max(64),
      maker: z.string().trim().max(100).default(''),
      model: z.string().trim().max(100).default(''),
      accuracy: z.number().positive().max(10).nullable().default(null),
      seal: z.string().trim().max(64).default(''),
      digits: z.int().min(1).max(9),
      decimals: z.int().min(0).max(6),
      source: pointId.nullable(),
    })
    .optional(),
  /** Who stood by. */
  witness: z.string().trim().min(1).max(100),
  reason: sentence,
})
export const newMultiplier = z.strictObject({ from: time, multiplier: index, index: indexes, evidence: sentence })

const segment = z.object({
  ...{
    meter: z.string(),
    from: time,
    to: time,
    opening: decimal,
    closing: decimal,
    rise: decimal,
    multiplier: decimal,
  },
})
export const meterLife = z.object({
  point: servicePoint,
  register: z.enum(registerCodes),
  unit: z.string(),
  installations: z.array(
    z.object({
      ...{ meter: z.string(), from: time, to: when, opening: decimal.nullable(), closing: decimal.nullable() },
    }),
  ),
  multipliers: z.array(z.object({ from: time, multiplier: decimal, evidence: z.string() })),
  /** Oldest first. */
  readings: z.array(meterReading),
  /** What was used between each two readings; null: blocked, and why. */
  days: z.array(
    z.object({
      ...{ from: time, to: time, used: decimal.nullable(), quality: z.enum(qualities), segments: z.array(segment) },
      blocked: z.array(z.object({ code: z.string(), text })),
      findings: z.array(z.object({ code: z.string(), text })),
    }),
  ),
  /** Of the whole time that is shown. */
  used: decimal.nullable(),
})
export type MeterLifeView = z.infer<typeof meterLife>
export const meterBalances = page(
  z.object({
    ...{ parent: z.string(), parentName: text.nullable(), unit: z.string(), unitName: text.nullable() },
    ...{ medium: z.enum(meterMedia) },
    ...{ used: decimal.nullable(), behind: decimal.nullable(), lost: decimal.nullable() },
    lostPercent: z.number().nullable(),
    ...{ limit: z.number(), state: z.enum(balanceStates), wanting: z.array(z.string()), usedUnit: z.string() },
    /** Where to look first, the likeliest first. */
    suspects: z.array(z.object({ point: z.string(), unit: z.string(), unitName: text.nullable(), text })),
  }),
).extend({ from: when, to: when })
export type MeterBalances = z.infer<typeof meterBalances>
