import { z } from 'zod'
import { meterMedia, registerCodes } from '../../../rules/readings/book.ts'
import {
  partySides,
  specialGaps,
  specialKinds,
  specialPhases,
  unreadReasons,
  wants,
} from '../../../rules/readings/special.ts'
import { walkStates } from '../../../rules/readings/walk.ts'
import { page, sentence, text, time, value, when } from './common.ts'

/** Readings that people take: on a form that both parties sign, on the walk, and what was put onto prepaid meters. */
const index = z.string().regex(/^\d{1,15}(\.\d{1,6})?$/)
const remark = z.string().trim().max(200).default('')
const photoName = z.string().regex(/^[0-9a-f]{64}\.(jpg|png|webp)$/)
const name = z.string().trim().max(100)
const shown = z.object({ at: time, index: z.string() }).nullable()
export const meterPhoto = z.object({ photo: z.string() })

export const newSpecial = z.strictObject({
  kind: z.enum(specialKinds),
  /** The id of its space, or what the meter book calls it; left out: the whole site. */
  unit: z.string().trim().min(1).max(64).nullable().default(null),
  /** Left out: now. */
  at: time.optional(),
  /** Who paid before and who pays from then on; empty: nobody. Another name splits the period. */
  outgoing: name.default(''),
  incoming: name.default(''),
  note: z.string().trim().max(500).default(''),
})
export const specialFill = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        line: z.int().min(0).max(20_000),
        index: index.nullable().default(null),
        unread: z.enum(unreadReasons).nullable().default(null),
        noPhoto: remark,
        remark,
      }),
    )
    .min(1)
    .max(20_000),
})
export const specialSign = z.strictObject({
  /** What was looked at, as the form says it. */
  seen: z.string().length(64),
  /** Who signs for the other side, by hand; whoever is signed in signs for the house. */
  parties: z
    .array(
      z.strictObject({
        name: name.min(1),
        side: z.enum(partySides),
        /** A PNG in base64. */
        image: z.base64().max(140_000),
      }),
    )
    .min(1)
    .max(4),
})
export const specialWithdraw = z.strictObject({ why: sentence })
const specialBrief = z.object({
  id: z.string(),
  no: z.string(),
  kind: z.enum(specialKinds),
  unit: z.string().nullable(),
  unitName: text.nullable(),
  at: time,
  phase: z.enum(specialPhases),
  outgoing: z.string(),
  incoming: z.string(),
  preparedBy: z.string(),
  lines: z.int(),
  gaps: z.int(),
})
export const specialReadings = page(specialBrief)
export type SpecialBrief = z.infer<typeof specialBrief>
export const specialReading = specialBrief.omit({ lines: true }).extend({
  note: z.string(),
  preparedAt: time,
  /** Whether somebody else pays from then on: the period is split at that moment. */
  splits: z.boolean(),
  /** Of all that stands on it: who signs says which one he saw. */
  seen: z.string(),
  lines: z.array(
    z.object({
      ...{ point: z.string().nullable(), unit: z.string(), unitName: text.nullable(), medium: z.enum(meterMedia) },
      ...{
        meter: z.string().nullable(),
        register: z.enum(registerCodes).nullable(),
        gap: z.enum(specialGaps).nullable(),
      },
      ...{ digits: z.int(), decimals: z.int(), indexUnit: z.string(), index: z.string().nullable() },
      ...{ unread: z.enum(unreadReasons).nullable(), photo: z.string().nullable(), noPhoto: z.string() },
      remark: z.string(),
      /** The one before that counts. */
      before: shown,
      /** What is doubtful about it; it is taken all the same and waits for a decision. */
      doubt: text.nullable(),
    }),
  ),
  /** What it still lacks before it can be signed. */
  wants: z.array(z.object({ line: z.int(), want: z.enum(wants) })),
  signed: z
    .object({
      ...{ by: z.string(), at: time, hash: z.string() },
      parties: z.array(z.object({ name: z.string(), side: z.enum(partySides) })),
    })
    .nullable(),
  withdrawn: z.object({ by: z.string(), at: time, why: z.string() }).nullable(),
})
export type SpecialView = z.infer<typeof specialReading>

const takenView = z.object({
  ...{ id: z.string(), at: time, by: z.string() },
  result: z.enum(['taken', 'doubtful', 'unread', 'other-meter', 'off-scale', 'no-meter']),
  ...{ index: z.string().nullable(), unread: z.enum(unreadReasons).nullable(), photo: z.string().nullable() },
  remark: z.string(),
})
export type TakenView = z.infer<typeof takenView>
export const meterWalk = z.object({
  now: time,
  /** The days in which the end of a month is walked; null: not now. */
  window: z.object({ end: time, from: time, to: time }).nullable(),
  counts: z.object({ due: z.int(), done: z.int(), doubtful: z.int(), unread: z.int(), later: z.int() }),
  items: z.array(
    z.object({
      ...{ point: z.string(), unit: z.string(), unitName: text.nullable(), medium: z.enum(meterMedia) },
      ...{
        meter: z.string(),
        register: z.enum(registerCodes),
        place: z.string(),
        code: z.string(),
        photo: z.boolean(),
      },
      ...{ digits: z.int(), decimals: z.int(), maxPerHour: z.number(), indexUnit: z.string() },
      before: shown,
      /** In steps of the last digit, as the register counts as a rule; null: not known. */
      usualPerHour: z.number().nullable(),
      /** A person reads it as a rule; false: the gateway should have, and has not. */
      manual: z.boolean(),
      state: z.enum(walkStates),
      taken: takenView.nullable(),
    }),
  ),
})
export type MeterWalkView = z.infer<typeof meterWalk>
export const walkSend = z.strictObject({
  /** The clock of the device as it is now. */
  clock: time,
  records: z
    .array(
      z.strictObject({
        /** The name that the device gives it: sent again it changes nothing. */
        id: z.string().min(8).max(100),
        at: time,
        point: z.string().min(1).max(64),
        register: z.enum(registerCodes).default('total'),
        /** The number on the plate, where it was scanned or typed. */
        meter: z.string().trim().min(1).max(64).nullable().default(null),
        index: index.nullable().default(null),
        unread: z.enum(unreadReasons).nullable().default(null),
        photo: photoName.nullable().default(null),
        remark: z.string().trim().max(500).default(''),
      }),
    )
    .min(1)
    .max(100),
})
export const walkTaken = page(
  z.object({ id: z.string(), known: z.boolean(), result: takenView.shape.result, doubt: text.nullable() }),
)
export type WalkTaken = z.infer<typeof walkTaken>
export const walkListAsk = z.strictObject({ file: z.base64().max(14_000_000), dryRun: z.boolean().default(true) })
const problems = z.array(z.object({ code: z.string(), text }))
export const walkList = z.object({
  ...{ encoding: z.string(), problems, written: z.boolean() },
  counts: z.object({ rows: z.int(), wrong: z.int(), readings: z.int(), unread: z.int(), doubtful: z.int() }),
  rows: z.array(
    z.object({ line: z.int(), point: z.string(), meter: z.string(), index: z.string().nullable(), problems }),
  ),
})
export type WalkList = z.infer<typeof walkList>

const amount = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/)
export const newTopUp = z.strictObject({
  at: time,
  amount,
  /** `CNY`, or what the meter is loaded with. */
  unit: z.string().trim().min(1).max(16),
  receipt: z.string().trim().max(64).default(''),
  note: z.string().trim().max(200).default(''),
})
export const topUpCancel = z.strictObject({ why: sentence })
const topUp = z.object({
  ...{ n: z.int(), point: z.string(), unitOf: z.string(), unitName: text.nullable(), meter: z.string(), at: time },
  /** With its sign: what takes one back is below nought. */
  ...{ amount: z.string(), unit: z.string(), receipt: z.string(), by: z.string(), note: z.string() },
  ...{ cancels: z.int().nullable(), cancelledBy: z.int().nullable() },
})
export const topUpOne = topUp
export type TopUpView = z.infer<typeof topUp>
export const topUps = page(topUp).extend({
  /** By what was loaded. */
  totals: z.array(z.object({ unit: z.string(), amount: z.string() })),
  /** What is left on the meter, as it says itself; null: the book names no point, or it was never read. */
  balance: z.object({ value: value.nullable(), unit: z.string().nullable(), quality: z.string(), at: when }).nullable(),
})
export type TopUpsView = z.infer<typeof topUps>
