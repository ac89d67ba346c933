import { z } from 'zod'
import { counters, isMonth, monthGroups } from '../../../rules/month.ts'
import { page, text, time } from './common.ts'

const counterId = z.enum(counters.map(c => c.id))
export const monthName = z.string().refine(isMonth, 'a month like 2026-11')
const figure = z.object({
  id: counterId,
  group: z.enum(Object.keys(monthGroups) as [keyof typeof monthGroups]),
  name: text,
  /** What one of them is. */
  counts: text,
  n: z.int(),
  demo: z.int(),
  /** The month before; null: nothing was recorded then. */
  before: z.int().nullable(),
  least: z.int().nullable(),
})
const version = z.object({
  version: z.int(),
  at: time,
  by: z.string(),
  reason: z.string(),
  /** From the version before: the numbers, and which rows came and went. */
  differs: z.array(
    z.object({
      ...{ id: counterId, name: text, from: z.int(), to: z.int() },
      ...{ added: z.array(z.string()), gone: z.array(z.string()) },
    }),
  ),
  /** How many entries the trail had then, and the hash of the last. */
  trail: z.object({ count: z.int(), head: z.string(), time }),
})
export const month = z.object({
  month: z.string(),
  from: time,
  to: time,
  /** The month is over: its numbers change only by what comes late. */
  over: z.boolean(),
  /** The version whose numbers these are; null: as they are counted now. */
  version: z.int().nullable(),
  figures: z.array(figure),
  /** Points of patrols visited in time, 0 to 1; null: none was due. */
  onTime: z.number().nullable(),
  /** Whose numbers `before` are: those of an archive, or as counted now; null: nothing was recorded then. */
  before: z.object({ month: z.string(), archived: z.boolean() }).nullable(),
  versions: z.array(version),
  /** The trail at the moment of these numbers. */
  trail: z.object({ count: z.int(), head: z.string(), time }),
})
export const monthAsk = z.object({
  /** An archived version; left out: as it is now. */
  version: z.coerce.number().int().min(1).max(10_000).optional(),
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
export const monthList = page(
  z.object({ month: z.string(), over: z.boolean(), versions: z.int(), archivedAt: time.nullable() }),
)
export const monthRowsAsk = z.object({ counter: counterId })
export const monthRowList = page(z.object({ no: z.string(), at: time, text, link: z.string(), demo: z.boolean() }))
export const monthArchive = z.strictObject({ reason: z.string().trim().max(200).default('') })

export type MonthView = z.infer<typeof month>
export type MonthListed = z.infer<typeof monthList>['items'][number]
export type MonthRowView = z.infer<typeof monthRowList>['items'][number]
