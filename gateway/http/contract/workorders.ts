import { z } from 'zod'
import { weekdays } from '../../../rules/calendar.ts'
import { roles } from '../../../rules/flow.ts'
import { anchors, frequencies } from '../../../rules/maintenance.ts'
import { origins } from '../../../rules/order.ts'
import { clockKinds, waits } from '../../../rules/orderclock.ts'
import { signers } from '../../../rules/orderwork.ts'
import { orderClasses, severities } from '../../../rules/rule.ts'
import { crews, natures, orderActions, orderPhases, visitOutcomes } from '../../../rules/workorder.ts'
import { text, time, when } from './common.ts'
import { orderNoteFields } from './ordernotes.ts'
import { arrivalProof, orderWorkFields } from './orderwork.ts'

export const workorder = z.object({
  id: z.string(),
  no: z.string(),
  text,
  class: z.enum(orderClasses),
  phase: z.enum(orderPhases),
  alarm: z.string().nullable(),
  alarmActive: z.boolean(),
  /** The alarm's rule or point is no longer in the site: nobody knows whether it is normal. */
  alarmRetired: z.boolean(),
  severity: z.enum(severities).nullable(),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  space: text.nullable(),
  assignee: z.string().nullable(),
  /** How often the same trouble came while the order was open. */
  occurrences: z.number().int(),
  openedAt: time,
  arriveBy: time,
  restoreBy: time,
  arrivedAt: when,
  fixedAt: when,
  fixedBy: z.string().nullable(),
  closedAt: when,
  acceptedAt: when,
  verifiedAt: when,
  /** A person, `requester`, or `plant`: its points are normal again. */
  verifiedBy: z.string().nullable(),
  origin: z.enum(origins),
  nature: z.enum(natures).nullable(),
  crew: z.enum(crews).nullable(),
  /** How often it was sent back, or came again after it was fixed. */
  reopened: z.number().int(),
  /** The closed order for the same trouble whose repair did not hold. */
  follows: z.string().nullable(),
  mergedInto: z.string().nullable(),
  /** All alarms that it is for. */
  alarms: z.array(z.string()),
  appointmentAt: when,
  /** Of planned work: when it has to be done. */
  dueAt: when,
  /** Why and when its clocks stood still; `to` null: they do. `stops`: which of them. */
  pauses: z.array(
    z.object({
      reason: z.enum(waits),
      from: time,
      until: time,
      to: when,
      stops: z.array(z.enum(clockKinds)),
      /** The part that was waited for; null: not said. */
      part: z.string().nullable(),
    }),
  ),
  /** What the site says of this class. The clocks are worked out from it and the times above; see rules/orderclock.ts. */
  policy: z.object({
    acceptMs: z.number(),
    arriveMs: z.number(),
    restoreMs: z.number(),
    closeMs: z.number(),
    pauses: z.array(z.enum(waits)),
    hours: z
      .object({
        days: z.array(z.enum(weekdays)),
        from: z.string(),
        to: z.string(),
        holidays: z.array(z.string()).optional(),
        workdays: z.array(z.string()).optional(),
      })
      .nullable(),
  }),
  /** Who was told that a clock runs out, and who said that he knows. `pause`: its end came; `visit`: it is late. */
  escalations: z.array(
    z.object({
      clock: z.enum([...clockKinds, 'pause', 'visit']),
      pct: z.number(),
      tell: z.array(z.enum(roles)),
      dueAt: time,
      at: time,
      lateMs: z.number(),
      ackBy: z.string().nullable(),
      ackAt: when,
    }),
  ),
  /** When the return visit is due; null: none is due, or it was made. */
  visitBy: when,
  ...orderWorkFields,
  ...orderNoteFields,
  photos: z.array(
    z.object({
      hash: z.string(),
      type: z.string(),
      bytes: z.number().int(),
      when: z.enum(['before', 'after']),
      by: z.string(),
      at: time,
    }),
  ),
  visits: z.array(
    z.object({
      outcome: z.enum(visitOutcomes),
      solved: z.boolean().nullable(),
      scores: z.object({ arrival: z.number(), quality: z.number(), attitude: z.number() }).nullable(),
      note: z.string(),
      by: z.string(),
      at: time,
    }),
  ),
  /** Closed, in one visit, never sent back, and nothing came after it; null while it is not closed. */
  firstTimeFix: z.boolean().nullable(),
  /** Of planned work: the plan it comes from. */
  plan: z.string().nullable(),
  /** Made up for the demo: there was no such trouble, and nobody did anything. */
  demo: z.boolean(),
})
export const orderAction = z.enum(orderActions)
export const orderMove = z.strictObject({
  reason: z.string().trim().max(500).optional(),
  /** The phase the person saw; if somebody was faster, the move is refused instead of done twice. */
  from: z.enum(orderPhases).optional(),
  /** pause: what is waited for, and until when it is expected. */
  wait: z.enum(waits).optional(),
  until: time.optional(),
  /** pause for a part: which one. */
  part: z.string().trim().max(100).optional(),
  /** arrive, prove, leave: what was scanned there, or what a display there shows. */
  proof: arrivalProof.optional(),
  /** assign: to a person, a crew, or both. */
  to: z.string().min(1).max(64).optional(),
  crew: z.enum(crews).optional(),
  /** appoint: when; null takes the appointment back. */
  at: time.nullable().optional(),
  /** classify */
  class: z.enum(orderClasses).optional(),
  /** merge: the id of the order that takes it in. */
  into: z.string().max(64).optional(),
})
const score = z.int().min(1).max(5)
export const newVisit = z.strictObject({
  outcome: z.enum(visitOutcomes),
  /** "No" sends the order back to the crew. */
  solved: z.boolean().nullable().default(null),
  scores: z.strictObject({ arrival: score, quality: score, attitude: score }).nullable().default(null),
  note: z.string().trim().max(500).default(''),
})

export const maintenancePlan = z.object({
  id: z.string(),
  name: text,
  /** By the calendar; null: by its counter alone. */
  every: z.enum(frequencies).nullable(),
  /** planned: by the calendar, whenever the last was done; done: so long after that. */
  anchor: z.enum(anchors),
  /** By what the plant has run, and how far each has come; `used` null: its counter was never read. */
  counter: z
    .object({
      point: z.string(),
      every: z.number(),
      withinDays: z.number().int(),
      unit: z.string().nullable(),
      objects: z.array(z.object({ object: z.string(), used: z.number().nullable() })),
    })
    .nullable(),
  /** Shallower plans that a visit of this one does as well. */
  covers: z.array(z.string()),
  /** Without whose signatures its orders cannot be closed. */
  signs: z.array(z.enum(signers)),
  /** While the plant does not run; null: the same. */
  stopped: z.enum(frequencies).nullable(),
  crew: z.enum(crews),
  equipment: z.array(z.string()),
  space: z.string().nullable(),
  items: z.array(z.object({ id: z.string(), text })),
  source: z.string().nullable(),
  /** The newest first. made: it has an order; covered: the order of a deeper plan does it; missed: its time went by. */
  occurrences: z.array(
    z.object({
      object: z.string(),
      from: time,
      dueAt: time,
      state: z.enum(['made', 'covered', 'missed']),
      workorder: z.string().nullable(),
      phase: z.enum(orderPhases).nullable(),
    }),
  ),
})

const figure = z.object({ value: z.number().nullable(), n: z.number().int() })
const share = figure.extend({ met: z.number().int() })
const part = z.object({ n: z.number().int(), of: z.number().int() })
export const targets = z.object({ visited: z.number(), timely: z.number(), satisfied: z.number(), replied: z.number() })
/** Each with how many it is of. Planned work, cancelled and merged orders are in none. */
export const orderFigures = z.object({
  from: time,
  to: time,
  opened: z.number().int(),
  closed: z.number().int(),
  /** Of the closed: made up for the demo. */
  demo: z.number().int(),
  /** Of the closed: in one visit, never sent back, and nothing came after it. */
  firstTime: z.number().int(),
  reopened: z.number().int(),
  /** Median, from the opening to the acceptance. */
  acceptMs: figure,
  /** Mean, from the opening to the repair; `restoreWorkedMs` without the pauses. */
  restoreMs: figure,
  restoreWorkedMs: figure,
  kept: z.object({ accept: share, arrive: share, restore: share, close: share }),
  /** Somebody was there in time, and it was restored in time. */
  timely: share,
  pausedShare: z.number().nullable(),
  visits: z.object({
    /** Made, or late; `waiting` still has time. */
    due: z.number().int(),
    waiting: z.number().int(),
    made: z.number().int(),
    inTime: z.number().int(),
    /** Of them: those who said whether it was solved, and those who said that it was. */
    answered: z.number().int(),
    solved: z.number().int(),
  }),
  score: figure,
  /** Of the reports: those of which an alarm had told before. */
  knownFirst: part,
  /** Of the orders that an alarm or a report began: those that the alarm did. */
  ofAlarm: part,
  /** How often an alarm called, and how many orders alarms came to. */
  alarms: z.object({ raised: z.number().int(), orders: z.number().int() }),
  open: z.number().int(),
  /** Of what is open: the median of its age, and the oldest. */
  ageMs: figure,
  oldestMs: z.number().nullable(),
  /** What it is held against, per cent. */
  targets,
})
export type OrderFiguresView = z.infer<typeof orderFigures>
export type WorkorderView = z.infer<typeof workorder>
export type MaintenanceView = z.infer<typeof maintenancePlan>
