import { z } from 'zod'
import { reasons } from '../../../drivers/point.ts'
import { commandPhases } from '../../../rules/command.ts'
import { severities } from '../../../rules/rule.ts'
import { page, pointId, text, time, value, when } from './common.ts'

/** What a step is summed up as; `rise` is the sum of all increases: what a counter has counted. */
export const historyAggregates = ['min', 'max', 'mean', 'last', 'rise'] as const
const sum = z.number().nullable().optional()
export const historyRow = z.object({
  /** Of a step: when it begins. */
  at: time,
  /** Without a step: as it came. It holds until the next one. */
  value: value.nullable().optional(),
  quality: z.enum(['good', 'uncertain', 'bad']).optional(),
  /** not-recorded: the gateway was down, or its disk full. */
  reason: z
    .enum([...reasons, 'not-recorded'])
    .nullable()
    .optional(),
  /** With a step: 0..1 of its time the value was good. 0 is a gap, and all sums are null. */
  good: z.number().optional(),
  min: sum,
  max: sum,
  mean: sum,
  last: sum,
  rise: sum,
})
export const historySeries = z.object({
  point: pointId,
  kind: z.enum(['number', 'boolean', 'text']),
  unit: z.string().nullable(),
  /** What in it was made up for the demo and never measured. */
  demo: z.array(z.object({ from: time, to: time })),
  /**
   * Where the samples were dropped and only the sums of hours are left. A step that cuts an hour shows that hour's there,
   * and of its rise a share by time; without a step there is nothing.
   */
  coarse: z.array(z.object({ from: time, to: time })),
  /** There were more samples than `limit`: ask again from the last one. */
  truncated: z.boolean(),
  rows: z.array(historyRow),
})
export const history = page(historySeries).extend({
  from: time,
  to: time,
  step: z.string().nullable(),
  timezone: z.string(),
})
/** What happened while a trend was drawn. */
export const historyMark = z.object({
  kind: z.enum(['alarm', 'command']),
  id: z.string(),
  point: pointId,
  at: time,
  /** An alarm began before the span asked for. */
  earlier: z.boolean(),
  /** When the alarm cleared; null: it still stood at the end of the span, or it is a command. */
  until: when,
  /** Of the alarm; of a command the name of the point. */
  text,
  severity: z.enum(severities).nullable(),
  /** Who asked for the command, and why. */
  by: z.string().nullable(),
  reason: z.string().nullable(),
  value: value.nullable(),
  phase: z.enum(commandPhases).nullable(),
  /** Made up for the demo. */
  demo: z.boolean(),
})
/** The oldest first; with more than `limit`, the newest of them. */
export const historyMarks = page(historyMark).extend({ truncated: z.boolean() })

const retained = z.object({
  class: z.enum(['raw', 'hours']),
  bytes: z.number(),
  /** Null: only the size of the file is a limit. */
  mostBytes: z.number().nullable(),
  days: z.number().int(),
  /** The first day that is there. */
  oldest: when,
  /** Ever; and how many of them for lack of room, before their time. */
  dropped: z.number().int(),
  droppedForRoom: z.number().int(),
})
export const historyStats = z.object({
  bytes: z.number(),
  fileBytes: z.number(),
  mostBytes: z.number(),
  /** Samples, and sums of hours. */
  classes: z.array(retained),
  points: z.number().int(),
  /** Since the start: samples that came, and those written (they said something new). */
  offered: z.number().int(),
  samples: z.number().int(),
  /** Came when a newer one of the same point was there already; kept. */
  late: z.number().int(),
  /** The device's time was not believable: the gateway's was taken. */
  clockWrong: z.number().int(),
  /** Since the start, while the disk could not be written. */
  notRecorded: z.number().int(),
  /** Ever: samples and sums of hours that were too old, or too much. */
  droppedRaw: z.number().int(),
  droppedHours: z.number().int(),
  /** When the first sample was measured. */
  began: when,
  failedSince: when,
  lastCommitAt: when,
  commitAgeMs: z.number().nullable(),
  demo: z.enum(['none', 'made', 'forgotten']),
})
export type HistoryRow = z.infer<typeof historyRow>
export type HistorySeries = z.infer<typeof historySeries>
export type HistoryMark = z.infer<typeof historyMark>
export type HistoryMarksView = z.infer<typeof historyMarks>
export type HistoryView = z.infer<typeof history>
export type HistoryStatsView = z.infer<typeof historyStats>
