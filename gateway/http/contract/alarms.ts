import { z } from 'zod'
import { reasons } from '../../../drivers/point.ts'
import { alarmStates } from '../../../rules/alarm.ts'
import { severities } from '../../../rules/rule.ts'
import { pointId, text, time, value, when } from './common.ts'

export const alarm = z.object({
  id: z.string(),
  rule: z.string(),
  /** Only a test of the alarm: somebody proves its way. The plant is as it is. */
  test: z.boolean(),
  text,
  severity: z.enum(severities),
  state: z.enum(alarmStates),
  point: pointId,
  equipment: z.string(),
  equipmentName: text,
  space: text.nullable(),
  /** What of the equipment it is, where a rule watches several of its points: the zone, the home that calls. */
  pointName: text.nullable(),
  /** From the building down to where it is: building, floor, unit or room. */
  spaces: z.array(z.object({ id: z.string(), kind: z.string(), name: text })),
  active: z.boolean(),
  acked: z.boolean(),
  /** Its rule or point was taken out of the site: it neither cleared nor was it seen to. */
  retired: z.boolean(),
  raisedAt: when,
  clearedAt: when,
  ackedAt: when,
  ackedBy: z.string().nullable(),
  count: z.number().int(),
  value: value.nullable(),
  /** Why the point can't be trusted now; the alarm neither raises nor clears meanwhile. */
  frozen: z.enum(reasons).nullable(),
  /** The order it opened, while that order is not closed. */
  workorder: z.string().nullable(),
  /** Latched: it stays until somebody resets it. */
  resetNeeded: z.boolean(),
  shelved: z.object({ until: time, at: time, by: z.string(), reason: z.string() }).nullable(),
  outOfService: z.object({ at: time, by: z.string(), reason: z.string() }).nullable(),
  /** Alarms that are its cause; while there is one it calls nobody. */
  suppressedBy: z.array(z.string()),
  /** How many alarms it holds back as its consequences. */
  holdsBack: z.number().int(),
  /** How many points it concerns, when that is more than its own: those of a silent device or line. */
  affected: z.number().int().nullable(),
  /** The first that came of its group. */
  firstOut: z.boolean(),
  runbook: z.string().nullable(),
})
/** Shelving has an end: up to 8 h, one shift; longer, up to 7 days, for those who may take out of service. */
export const shelveAlarm = z.strictObject({
  minutes: z.int().min(1).max(10_080),
  reason: z.string().trim().min(1).max(500),
})
export const alarmReason = z.strictObject({ reason: z.string().trim().min(1).max(500) })

/** Calls of the last ten minutes. A flood begins above `enter` and ends below `leave`. */
export const rate = { flood: z.boolean(), since: when, count: z.number().int(), enter: z.number(), leave: z.number() }
export const alarmRate = z.object({ ...rate, perMinute: z.array(z.number().int()) })
export const remedyKind = z.enum(['delayOnS', 'delayOffS', 'deadband'])
export const figuresAsk = z.object({ days: z.coerce.number().int().min(1).max(90).default(30) })
/** In windows of ten minutes aligned to the clock [ISA-18.2, EEMUA 191]; one operator position. Shares are 0..1. */
export const alarmFigures = z.object({
  /** The days asked for, but not before the first record. */
  from: time,
  to: time,
  windows: z.number().int(),
  calls: z.number().int(),
  perWindow: z.number(),
  perDay: z.number(),
  peak: z.number().int(),
  overloaded: z.number(),
  topTenShare: z.number(),
  chattering: z.number().int(),
  fleeting: z.number().int(),
  mix: z.object({ life: z.number(), high: z.number(), medium: z.number(), low: z.number() }),
  ackMedianS: z.number().nullable(),
  ackP95S: z.number().nullable(),
  /** Active for more than a day. */
  stale: z.number().int(),
  shelved: z.number().int(),
  suppressed: z.number().int(),
  outOfService: z.number().int(),
  /** What of these days was made up for the demo, and how many of the calls; null: nothing. */
  demo: z.object({ from: time, to: time, calls: z.number().int() }).nullable(),
  worst: z.array(
    z.object({
      alarm: z.string(),
      rule: z.string(),
      text,
      severity: z.enum(severities),
      equipmentName: text,
      space: text.nullable(),
      calls: z.number().int(),
      share: z.number(),
      chatters: z.number().int(),
      fleeting: z.number().int(),
      /** Of its point, UCUM; a deadband is in it. Null: none, or the point is gone. */
      unit: z.string().nullable(),
      /** How many of its calls were made up for the demo. */
      demoCalls: z.number().int(),
      /** A rule of the site itself: it can be changed. */
      own: z.boolean(),
      /** `would`: how often it would have come; null: nobody can say. Null when no rule watches it any more. */
      remedy: z
        .object({
          kind: z.enum([...remedyKind.options, 'rationalise']),
          from: z.number().nullable(),
          to: z.number().nullable(),
          would: z.number().int().nullable(),
        })
        .nullable(),
      /** The last change that was not taken back. */
      tuned: z
        .object({ at: time, by: z.string(), kind: remedyKind, was: z.number().nullable(), now: z.number().nullable() })
        .nullable(),
    }),
  ),
})
/** Seconds for delays; for a deadband the unit of the point. */
export const remedyAsk = z.strictObject({
  rule: z.string().min(1).max(129),
  kind: remedyKind,
  to: z.number().min(0).max(86_400),
})
export const remedyUndo = z.strictObject({ rule: z.string().min(1).max(129) })
export const remedyDone = z.object({
  rule: z.string(),
  kind: remedyKind,
  was: z.number().nullable(),
  now: z.number().nullable(),
})

export type AlarmView = z.infer<typeof alarm>
export type AlarmRateView = Omit<z.infer<typeof alarmRate>, 'perMinute'>
export type AlarmFigures = z.infer<typeof alarmFigures>
export type RemedyDone = z.infer<typeof remedyDone>
