import { z } from 'zod'
import { riskLevels } from '../../../rules/orderrisk.ts'
import { pointId, text, time, when } from './common.ts'

export const downtime = z.object({
  id: z.string(),
  /** measured: the plant said so itself; stated: a person did. */
  source: z.enum(['measured', 'stated']),
  from: time,
  /** Null: it stands. */
  to: when,
  /** Of a measured one: the point that said it. */
  point: pointId.nullable(),
  reason: z.string(),
  by: z.string(),
  at: time,
  /** Why it does not count; null: it does. */
  withdrawn: z.string().nullable(),
})
export const risk = z.object({
  id: z.string(),
  step: text,
  hazard: text,
  level: z.enum(riskLevels),
  control: text,
  by: z.string(),
  at: time,
  /** Who has said on the spot that the measure is in place. */
  confirmedBy: z.string().nullable(),
  confirmedAt: when,
  withdrawn: z.boolean(),
  /** It comes from the plan of the work. */
  planned: z.boolean(),
})
export const orderNoteFields = { downtimes: z.array(downtime), risks: z.array(risk) }

const words = z.string().trim().min(1).max(200)
export const newDowntime = z.strictObject({
  from: time,
  /** Left out: it stands. */
  to: time.optional(),
  reason: words,
})
export const downtimeEnd = z.strictObject({ to: time })
export const withdrawal = z.strictObject({ reason: words })
export const newRisk = z.strictObject({ step: words, hazard: words, level: z.enum(riskLevels), control: words })

/** How often and how long the alarms of an order stood. */
export const alarmTimes = z.object({
  times: z.number().int(),
  first: when,
  last: when,
  activeMs: z.number(),
  /** It stands now. */
  active: z.boolean(),
})

const figure = z.number().nullable()
/** Of each piece of equipment that had a repair; null where there is not enough to say it. */
export const reliability = z.object({
  equipment: z.string(),
  equipmentName: text.nullable(),
  space: text.nullable(),
  failures: z.number().int(),
  /** Of them: made up for the demo. */
  demo: z.number().int(),
  watchedMs: z.number(),
  downMs: z.number(),
  /** Failures of which nobody has measured or said whether it stood. */
  unknown: z.number().int(),
  /** Share of the downtime that the plant said itself. */
  measuredShare: figure,
  /** Of two failures or more. */
  mtbfMs: figure,
  mttrMs: figure,
  repaired: z.number().int(),
})
export type DowntimeView = z.infer<typeof downtime>
export type RiskView = z.infer<typeof risk>
export type AlarmTimesView = z.infer<typeof alarmTimes>
export type ReliabilityView = z.infer<typeof reliability>
