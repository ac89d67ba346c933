/**
 * What the API says and takes. One schema per thing: it is the type, the check, and the page at /api/docs.
 * The dashboard imports the types of this file and nothing else of the gateway. Times are ISO 8601 in UTC.
 */
import { z } from 'zod'
import { orders, tables, types } from '../../drivers/modbus/codec.ts'
import { reasons } from '../../drivers/point.ts'
import { alarmStates } from '../../rules/alarm.ts'
import { weekdays } from '../../rules/calendar.ts'
import { commandPhases, commandReasons } from '../../rules/command.ts'
import { roles } from '../../rules/flow.ts'
import { frequencies } from '../../rules/maintenance.ts'
import { origins } from '../../rules/order.ts'
import { clockKinds, waits } from '../../rules/orderclock.ts'
import { reportChannels, reportSteps } from '../../rules/report.ts'
import { orderClasses, severities } from '../../rules/rule.ts'
import { proofs } from '../../rules/runbook.ts'
import { crews, natures, orderActions, orderPhases, visitOutcomes } from '../../rules/workorder.ts'

const time = z.iso.datetime({ offset: true })
const when = time.nullable()
const text = z.object({ 'zh-CN': z.string(), en: z.string() })
const value = z.union([z.number(), z.boolean(), z.string()])
export const pointId = z.templateLiteral([z.string(), '/', z.string()])

/** A page of a collection; `next` is the `cursor` of the following one, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export const paging = {
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  cursor: z.string().max(100).optional(),
}

/** RFC 9457. `code` is stable; `title` and `detail` are in the language asked for. */
export const problem = z.object({
  type: z.string(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  status: z.number().int(),
})

// Session, people, machines ------------------------------------------------------------------------------------------

export const userName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u)
export const password = z.string().min(10).max(200)

export const signIn = z.strictObject({ name: z.string().min(1).max(64), password: z.string().min(1).max(200) })
export const me = z.object({
  name: z.string(),
  role: z.enum(roles),
  site: z.object({ id: z.string(), name: text, timezone: z.string() }),
})

export const user = z.object({ name: z.string(), role: z.enum(roles), disabled: z.boolean(), createdAt: time })
export const newUser = z.strictObject({ name: userName, role: z.enum(roles), password })
export const changeUser = {
  role: z.strictObject({ role: z.enum(roles) }),
  password: z.strictObject({ password, current: z.string().max(200).optional() }),
}

export const token = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  createdAt: time,
  expiresAt: when,
  revoked: z.boolean(),
})
export const newToken = z.strictObject({ name: z.string().min(1).max(64), expiresAt: time.optional() })
/** `token` is shown once, here; a repeated Idempotency-Key answers null. */
export const tokenMade = token.extend({ token: z.string().nullable() })

const topicFilter = z.string().min(1).max(256)
export const brokerAccount = z.object({
  name: z.string(),
  publish: z.array(topicFilter),
  subscribe: z.array(topicFilter),
  createdAt: time,
  revoked: z.boolean(),
})
export const newBrokerAccount = z.strictObject({
  name: userName,
  password: password.optional(),
  publish: z.array(topicFilter).max(100).default([]),
  subscribe: z.array(topicFilter).max(100).default([]),
})
/** `password` is shown once, here, when it was made by the gateway. */
export const brokerAccountMade = brokerAccount.extend({ password: z.string().nullable() })

// Plant --------------------------------------------------------------------------------------------------------------

export const sample = z.object({
  value: value.nullable(),
  quality: z.enum(['good', 'uncertain', 'bad']),
  reason: z.enum(reasons).nullable(),
  at: time,
  seen: time,
})
export const point = z.object({
  id: pointId,
  kind: z.enum(['number', 'boolean', 'text']),
  unit: z.string().nullable(),
  sample,
})
/** The conditions of an alarm rule or an interlock. */
const condition = z.union([
  z.object({ above: z.number(), deadband: z.number().optional() }),
  z.object({ below: z.number(), deadband: z.number().optional() }),
  z.object({ equals: value }),
  z.object({ in: z.array(value) }),
  z.object({ notIn: z.array(value) }),
])
/** What may be written to a point, by whom, and on what conditions. */
export const commandSpec = z.object({
  roles: z.array(z.enum(roles)),
  range: z.tuple([z.number(), z.number()]).nullable(),
  step: z.number().nullable(),
  values: z.array(value).nullable(),
  interlocks: z.array(z.object({ point: pointId, when: condition, values: z.array(value).nullable(), text })),
  secondPerson: z.boolean(),
  confirmWithinS: z.number(),
  /** The points that show that it was done. */
  readBack: z.array(pointId),
})
export const pointInfo = z.object({
  id: pointId,
  key: z.string(),
  name: text,
  kind: z.enum(['number', 'boolean', 'text']),
  unit: z.string().nullable(),
  enum: z.record(z.string(), text).nullable(),
  /** Digits after the point that mean something; null when nobody said. */
  decimals: z.number().int().nullable(),
  scanMs: z.number(),
  /** Absent: this point takes no commands. */
  command: commandSpec.optional(),
})
export const equipment = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  space: z.object({ id: z.string(), name: text }).nullable(),
  channel: z.string(),
  protocol: z.string(),
  unit: z.number().nullable(),
  profile: z.string().nullable(),
  points: z.array(pointInfo),
})

// Place --------------------------------------------------------------------------------------------------------------

export const space = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  parent: z.string().nullable(),
  /** m² */
  area: z.number().nullable(),
  use: z.string().nullable(),
  state: z.string().nullable(),
  tenant: z.string().nullable(),
})
export const plan = z.object({
  id: z.string(),
  name: text,
  /** What is drawn; null: the whole site. */
  space: z.string().nullable(),
  /** ok: `GET /api/v1/plans/<id>` answers the drawing. Otherwise `why` says what to do. */
  status: z.enum(['ok', 'missing', 'refused']),
  why: text.nullable(),
  /** Equipment or space -> the id of its element, or where it is in the viewBox. Spaces that are ids of elements need none. */
  places: z.record(z.string(), z.union([z.string(), z.tuple([z.number(), z.number()])])),
  /** Spaces and equipment that have an element or a position on this drawing. */
  drawn: z.array(z.string()),
  /** Of `places`: those whose element is not in the drawing. */
  missing: z.array(z.string()),
  /** Tags that are not shown, such as `image` or `use`. */
  leftOut: z.array(z.string()),
})
/** As they stand in site.json, with what was left out filled in; see docs/site.md. Nothing acts by them yet. */
export const route = z.looseObject({ id: z.string(), name: text })
export const doorGroup = z.looseObject({ id: z.string(), name: text, doors: z.array(z.string()) })
export const tariff = z.looseObject({ id: z.string(), name: text, kind: z.string() })
export const contact = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  phone: z.string(),
  space: z.string().nullable(),
})
export const rulePack = z.object({
  id: z.string(),
  name: text,
  rules: z.array(
    z.object({
      id: z.string(),
      text,
      severity: z.enum(severities),
      source: z.string().nullable(),
      /** Of the site that runs, how many points it watches; 0: switched off, or there is nothing for it. */
      watches: z.number().int(),
    }),
  ),
})

// History ------------------------------------------------------------------------------------------------------------

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
export const historyStats = z.object({
  bytes: z.number(),
  fileBytes: z.number(),
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

// Records ------------------------------------------------------------------------------------------------------------

export const alarm = z.object({
  id: z.string(),
  rule: z.string(),
  text,
  severity: z.enum(severities),
  state: z.enum(alarmStates),
  point: pointId,
  equipment: z.string(),
  equipmentName: text,
  space: text.nullable(),
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
const rate = { flood: z.boolean(), since: when, count: z.number().int(), enter: z.number(), leave: z.number() }
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
    z.object({ reason: z.enum(waits), from: time, until: time, to: when, stops: z.array(z.enum(clockKinds)) }),
  ),
  /** What the site says of this class. The clocks are worked out from it and the times above; see rules/orderclock.ts. */
  policy: z.object({
    acceptMs: z.number(),
    arriveMs: z.number(),
    restoreMs: z.number(),
    closeMs: z.number(),
    pauses: z.array(z.enum(waits)),
    hours: z.object({ days: z.array(z.enum(weekdays)), from: z.string(), to: z.string() }).nullable(),
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
  materials: z.array(z.object({ name: z.string(), quantity: z.number(), unit: z.string(), by: z.string(), at: time })),
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
  /** Closed, never sent back, and nothing came after it; null while it is not closed. */
  firstTimeFix: z.boolean().nullable(),
  /** Of planned work: the plan it comes from. */
  plan: z.string().nullable(),
})
export const orderAction = z.enum(orderActions)
export const orderMove = z.strictObject({
  reason: z.string().trim().max(500).optional(),
  /** The phase the person saw; if somebody was faster, the move is refused instead of done twice. */
  from: z.enum(orderPhases).optional(),
  /** pause: what is waited for, and until when it is expected. */
  wait: z.enum(waits).optional(),
  until: time.optional(),
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
export const newMaterial = z.strictObject({
  name: z.string().trim().min(1).max(100),
  quantity: z.number().positive().max(1_000_000),
  unit: z.string().trim().max(20).default(''),
})
const score = z.int().min(1).max(5)
export const newVisit = z.strictObject({
  outcome: z.enum(visitOutcomes),
  /** "No" sends the order back to the crew. */
  solved: z.boolean().nullable().default(null),
  scores: z.strictObject({ arrival: score, quality: score, attitude: score }).nullable().default(null),
  note: z.string().trim().max(500).default(''),
})

// Planned work -------------------------------------------------------------------------------------------------------

export const maintenancePlan = z.object({
  id: z.string(),
  name: text,
  every: z.enum(frequencies),
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

// Reports --------------------------------------------------------------------------------------------------------------

const caller = z.strictObject({
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
})
export const newReport = z.strictObject({
  /** Where it came in. */
  channel: z.enum(['desk', 'call-centre']).default('desk'),
  nature: z.enum(natures),
  text: z.string().trim().min(1).max(180),
  /** The room as people say it: `A-1502`. */
  room: z.string().trim().max(60).default(''),
  space: z.string().max(64).optional(),
  equipment: z.string().max(64).optional(),
  caller: caller.default({ name: '', phone: '' }),
  /** The sender's own number. */
  reference: z.string().trim().max(64).default(''),
  /** Instead of what the nature makes of it: water and power are urgent. */
  class: z.enum(orderClasses).optional(),
  appointmentAt: time.optional(),
})
export const report = z.object({
  id: z.string(),
  no: z.string(),
  channel: z.enum(reportChannels),
  nature: z.enum(natures),
  text: z.string(),
  room: z.string(),
  space: z.string().nullable(),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  caller: z.object({ name: z.string(), phone: z.string() }),
  reference: z.string(),
  by: z.string(),
  at: time,
  workorder: z.object({ id: z.string(), no: z.string() }),
  step: z.enum(reportSteps),
  department: z.enum(crews),
  class: z.enum(orderClasses),
  arriveBy: time,
  restoreBy: time,
  appointmentAt: when,
  arrivedAt: when,
  fixedAt: when,
  closedAt: when,
})
export const callbackSecretMade = z.object({ secret: z.string() })

/** What whoever has not signed in may see and say. */
export const intakePlace = z.object({ site: text, equipmentName: text, space: text.nullable() })
export const intakeReport = z.strictObject({
  text: z.string().trim().min(1).max(180),
  nature: z.enum(natures).default('other'),
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
})
/** `receipt` is shown once, here. */
export const intakeMade = z.object({ no: z.string(), receipt: z.string() })
export const receipt = z.object({
  no: z.string(),
  text: z.string(),
  equipmentName: text.nullable(),
  at: time,
  step: z.enum(reportSteps),
  department: z.enum(crews),
  mayAnswer: z.boolean(),
})
export const intakeAnswer = z.strictObject({ solved: z.boolean() })
export const reportLink = z.object({ path: z.string(), url: z.string().nullable() })

const sentence = z.string().trim().min(1).max(1000)
export const runbookStep = z.object({
  id: z.string(),
  who: text,
  text,
  hint: text.nullable(),
  proof: z.enum(proofs),
  asks: z.array(
    z.object({ key: z.string(), kind: z.enum(['text', 'number', 'time']), name: text, optional: z.boolean() }),
  ),
  /** The kind of contact to telephone; see GET /api/v1/contacts. */
  call: z.string().nullable(),
  /** From the start of the run. */
  withinS: z.number().nullable(),
  /** The plant ticks it. */
  self: z.boolean(),
  /** It can never be left out. */
  safety: z.boolean(),
  optional: z.boolean(),
  danger: z.string().nullable(),
  see: z.string().nullable(),
  source: z.string().nullable(),
})
const runbookHead = {
  name: text,
  warning: text.nullable(),
  dangers: z.array(z.object({ id: z.string(), text })),
  writer: text,
  copies: z.array(text),
}
export const runbook = z.object({
  id: z.string(),
  ...runbookHead,
  per: z.enum(['site', 'equipment']),
  steps: z.array(runbookStep),
  /** Why it has no steps: the site has to write it. */
  unwritten: text.nullable(),
  source: z.string().nullable(),
})
export const runStep = runbookStep.extend({
  /** open: can be done now. held-back: others come first. */
  state: z.enum(['open', 'held-back', 'done', 'left-out']),
  /** The steps that hold it back. */
  after: z.array(z.string()),
  at: when,
  by: z.string().nullable(),
  /** The point by which the plant ticked it. */
  point: pointId.nullable(),
  values: z.record(z.string(), z.string()),
  note: z.string().nullable(),
  photo: z.boolean(),
  late: z.boolean(),
})
const notice = z.object({ title: z.string(), body: z.string() })
export const run = z.object({
  id: z.string(),
  no: z.string(),
  runbook: z.string(),
  ...runbookHead,
  phase: z.enum(['open', 'completed', 'cancelled']),
  alarm: z.string().nullable(),
  alarms: z.array(z.string()),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  space: text.nullable(),
  /** Ids of the dangers that are set. */
  set: z.array(z.string()),
  steps: z.array(runStep),
  /** Shown beside the steps, because they decide by it. */
  watch: z.array(pointId),
  startedAt: time,
  startedBy: z.string(),
  endedAt: when,
  endedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** What is still to be done before it can be completed. */
  missing: z.array(z.string()),
  /** Drafts for the customers; null: it interrupts nothing, or it is not restored yet. */
  notices: z.object({
    interrupted: z.object({ 'zh-CN': notice, en: notice }).nullable(),
    restored: z.object({ 'zh-CN': notice, en: notice }).nullable(),
  }),
  /** What the timeline says of each part of the incident report; null: nobody has said it. */
  draft: z.object({
    since: time,
    until: when,
    cause: z.string().nullable(),
    place: z.string().nullable(),
    handling: z.string().nullable(),
    restoredAt: when,
  }),
  report: z
    .object({
      cause: z.string(),
      place: z.string(),
      handling: z.string(),
      restoredAt: time,
      by: z.string(),
      at: time,
    })
    .nullable(),
})
export const newRun = z.strictObject({
  runbook: z.string().max(64),
  alarm: z.string().max(200).optional(),
  equipment: z.string().max(64).optional(),
})
export const doStep = z.strictObject({
  how: z.enum(['do', 'leave-out', 'undo']),
  values: z.record(z.string().max(64), z.string().trim().max(1000)).optional(),
  /** A note; why it is left out or taken back. */
  note: sentence.optional(),
  /** A JPEG, base64. */
  photo: z.base64().max(240_000).optional(),
})
export const setDanger = z.strictObject({ there: z.boolean(), reason: sentence.optional() })
export const endRun = z.strictObject({ how: z.enum(['complete', 'cancel']), reason: sentence.optional() })
export const signReport = z.strictObject({ cause: sentence, place: sentence, handling: sentence, restoredAt: time })

/** Phases: awaiting (a second person), sent, then one of confirmed (read back), not-confirmed (nobody knows whether it was done), refused. */
export const command = z.object({
  id: z.string(),
  point: pointId,
  value,
  /** What was shown before. */
  was: value.nullable(),
  reason: z.string(),
  phase: z.enum(commandPhases),
  why: z.enum(commandReasons).nullable(),
  /** The interlock or the tag that refused it. */
  text: text.nullable(),
  requestedBy: z.string(),
  requestedAt: time,
  secondBy: z.string().nullable(),
  secondAt: when,
  sentAt: when,
  endedAt: when,
  /** What was read back. */
  read: value.nullable(),
})
export const newCommand = z.strictObject({ point: pointId, value, reason: z.string().trim().min(1).max(500) })

export const trailEntry = z.object({
  seq: z.number().int(),
  time,
  actor: z.string(),
  role: z.string(),
  kind: z.string(),
  id: z.string(),
  action: z.string(),
  data: z.record(z.string(), z.unknown()),
})

// Site ---------------------------------------------------------------------------------------------------------------

/** One thing wrong in site.json: where, and what to do, in both languages. */
export const siteProblem = z.object({
  path: z.string(),
  line: z.number().int().nullable(),
  /** error: this part can't run. warning: it runs, but look at it. */
  level: z.enum(['error', 'warning']),
  code: z.string(),
  text,
})
export const site = z.object({
  /** ok: all runs. degraded: the file on disk has problems; what runs is the last good site, or nothing. */
  status: z.enum(['ok', 'degraded']),
  /** What runs now. */
  running: z
    .object({ equipment: z.number(), points: z.number(), rules: z.number(), channels: z.number(), since: time })
    .nullable(),
  file: z.string(),
  hash: z.string().nullable(),
  text: z.string(),
  problems: z.array(siteProblem),
})
/** What a table of equipment and points would do, row by row; `row` is the line of the file, from 1. */
export const importProblem = z.object({
  row: z.number().int().nullable(),
  column: z.string().nullable(),
  level: z.enum(['error', 'warning']),
  code: z.string(),
  text,
})
export const importChange = z.object({
  row: z.number().int(),
  equipment: z.string(),
  /** Null: the equipment itself. */
  point: z.string().nullable(),
  what: z.enum(['added', 'changed', 'same']),
  fields: z.array(z.string()),
})
export const siteImport = z.object({
  applied: z.boolean(),
  encoding: z.string(),
  separator: z.string(),
  problems: z.array(importProblem),
  changes: z.array(importChange),
  left: z.object({ equipment: z.number().int(), points: z.number().int() }),
})
/** `csv`: the bytes of the file in base64, as they are on the disk. */
export const importAsk = z.strictObject({ csv: z.base64().max(8_000_000), dryRun: z.boolean().default(true) })
const serialSetting = z.object({
  baudRate: z.int().min(300).max(1_000_000),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
})
const search = {
  /** First and last unit. */
  from: z.int().min(1).max(247).default(1),
  to: z.int().min(1).max(247).default(247),
  /** From a request to its answer. */
  timeoutMs: z.int().min(20).max(2000).default(200),
}
const settings = z.array(serialSetting).min(1).max(30).optional()
export const newDetection = z.union([
  z.strictObject({ channel: z.string().min(1).max(64), settings, ...search }),
  z.strictObject({
    protocol: z.enum(['modbus-tcp', 'modbus-rtu-over-tcp']),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535),
    ...search,
  }),
  z.strictObject({
    protocol: z.literal('modbus-rtu'),
    path: z.string().regex(/^\/dev\/[\w./-]+$/),
    settings,
    ...search,
  }),
])
export const detection = z.object({
  id: z.string(),
  /** failed: there was no connection, so nothing is known of the units not found. */
  state: z.enum(['running', 'finished', 'cancelled', 'failed']),
  protocol: z.string(),
  line: z.string(),
  tried: z.number().int(),
  total: z.number().int(),
  setting: serialSetting.nullable(),
  found: z.array(
    z.object({
      unit: z.number().int(),
      exception: z.number().int().nullable(),
      setting: serialSetting.nullable(),
      /** What it is already known as. */
      equipment: z.string().nullable(),
    }),
  ),
  /** All units answered: it is one device that does not look at the number. */
  everyUnit: z.boolean(),
  /** Channels that are not polled while it runs. */
  paused: z.array(z.string()),
  by: z.string(),
  startedAt: time,
  endedAt: when,
})
export const siteText = z.strictObject({ text: z.string().max(5_000_000), hash: z.string().nullable() })

/** Where the time of a shared line goes, over the last minute. */
export const budget = z.object({
  /** 0..1 of the time that the line has. */
  utilisation: z.number(),
  requestsPerMin: z.number(),
  /** 0..1 of the reads that ended after the next one was due. */
  lateShare: z.number(),
  overloaded: z.boolean(),
  /** The dearest first. `costMs`: its part of a request; `share`: 0..1 of the time of the line. */
  points: z.array(z.object({ id: pointId, costMs: z.number(), share: z.number() })),
})
/** Since the connection was opened: no answer; an answer after that; an answer to something else; no Modbus at all. */
export const lineCounts = z.object({
  timeouts: z.number().int(),
  late: z.number().int(),
  foreign: z.number().int(),
  garbage: z.number().int(),
})
/** Registers [from, to) that a device refused. across: no request over it. alone: that value. length: no longer than it. */
export const learnedFact = z.object({
  unit: z.number().int(),
  table: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  kind: z.enum(['across', 'alone', 'length']),
})
/** ca, clientCertificate: of a channel with `tls`, whom it trusts and what it shows of itself. */
export const secretKinds = ['password', 'userCertificate', 'ca', 'clientCertificate'] as const
export const channel = z.object({
  id: z.string(),
  protocol: z.string(),
  /** Of protocols with one session for all their devices; null for the others. */
  connection: z
    .object({
      state: z.enum(['idle', 'connecting', 'up', 'down']),
      /** A code; null while it is up. */
      trouble: z.string().nullable(),
      why: z.string().nullable(),
      /** Values left out because more came than could be taken. */
      dropped: z.number().int(),
    })
    .nullable(),
  /** What can be asked of it below /api/v1/channels/<id>. */
  offers: z.array(z.enum(['certificates', 'browse', ...secretKinds])),
  /** Which secrets there are; they themselves are never told. */
  secrets: z.array(z.enum(secretKinds)),
  equipment: z.array(
    z.object({
      id: z.string(),
      online: z.boolean().nullable(),
      scanMs: z.number().nullable(),
      retryAt: when,
      /** How often its points are read, ms. */
      cycles: z.array(z.object({ askedMs: z.number(), achievedMs: z.number().nullable() })),
    }),
  ),
  /** Null for protocols that keep no account of their line. */
  budget: budget.nullable(),
  counts: lineCounts.nullable(),
  learned: z.array(learnedFact),
})

const keyPair = z.strictObject({ certificate: z.string().max(20_000), key: z.string().max(20_000) })
export const channelSecret = z.strictObject({
  /** null takes it away. */
  password: z.string().min(1).max(200).nullable().optional(),
  userCertificate: keyPair.nullable().optional(),
  /** PEM: one certificate or several. */
  ca: z.string().min(1).max(100_000).nullable().optional(),
  clientCertificate: keyPair.nullable().optional(),
})
export const certificate = z.object({
  /** SHA-256, 64 hex digits. */
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  validFrom: time,
  validTo: time,
  /** Of now. */
  validity: z.enum(['valid', 'expired', 'not-yet']),
})
export const certificates = z.object({
  own: certificate.nullable(),
  /** Whoever one of these has signed is trusted, too. */
  authorities: z.array(certificate),
  trusted: z.array(certificate),
  rejected: z.array(certificate),
})
export const certificateDecision = z.enum(['trust', 'reject', 'remove'])
export const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)
/** `node`: null or left out for the root; `cursor`: the `next` of the page before. */
export const browseAsk = z.strictObject({
  node: z.string().min(1).max(1000).nullable().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional(),
})
export const browsedNode = z.object({
  node: z.string(),
  browseName: z.string(),
  displayName: z.string(),
  class: z.enum(['object', 'variable']),
  type: z.string().nullable(),
  kind: z.enum(['number', 'boolean', 'text']).nullable(),
  unit: z.string().nullable(),
  unitText: z.string().nullable(),
  range: z.tuple([z.number(), z.number()]).nullable(),
  enum: z.record(z.string(), z.string()).nullable(),
  writable: z.boolean(),
  value: value.nullable(),
})

export const profile = z.object({
  id: z.string(),
  name: text,
  kind: z.string(),
  protocols: z.array(z.string()),
  /** Its source contradicts itself or stands alone: shown as such wherever it is offered. */
  draft: z.boolean(),
  source: z.string(),
  points: z.number().int(),
  /** Whether a device must prove that it is this one. */
  probe: z.boolean(),
  origin: z.enum(['builtin', 'site']),
  /** In the folder `profiles`; null for what is built in. */
  file: z.string().nullable(),
})

// Commissioning ------------------------------------------------------------------------------------------------------

export const peek = z.strictObject({
  unit: z.int().min(0).max(255),
  table: z.enum(tables),
  address: z.int().min(0).max(0xffff),
  count: z.int().min(1).max(2000),
})
export const peeked = z.object({
  at: time,
  tookMs: z.number(),
  words: z.array(z.number().int()).nullable(),
  reason: z.enum(reasons).nullable(),
  /** The device's own refusal [Modbus 7]. */
  exception: z.number().int().nullable(),
})
export const byteOrder = z.strictObject({
  words: z.array(z.int().min(0).max(0xffff)).min(1).max(125),
  /** As on the display, with its decimals. */
  shown: z.string().regex(/^[+-]?\d{1,15}(\.\d{1,12})?$/),
  factor: z.number().positive().max(1e9).optional(),
})
export const candidate = z.object({
  offset: z.number().int(),
  type: z.enum(types),
  order: z.enum(orders),
  byte: z.enum(['high', 'low']).optional(),
  scale: z.number(),
  value: z.number(),
})
export const byteOrderFound = z.object({ items: z.array(candidate), total: z.number().int() })

// Live ---------------------------------------------------------------------------------------------------------------

const coded = { seq: z.number().int() }
/** What /api/v1/live sends. The client remembers the last `seq` and connects again with `?since=<seq>`. */
export const liveMessage = z.discriminatedUnion('kind', [
  /** First message. `epoch` changes when seq starts anew (restored data): then forget what you have and load. */
  z.object({ kind: z.literal('hello'), ...coded, epoch: z.string(), now: time, resync: z.boolean() }),
  /** What changed, coalesced to the newest sample per point. After `hello` all points once. */
  z.object({ kind: z.literal('samples'), items: z.array(sample.extend({ point: pointId })) }),
  z.object({ kind: z.literal('alarm'), ...coded, alarm }),
  z.object({ kind: z.literal('workorder'), ...coded, workorder }),
  z.object({ kind: z.literal('command'), ...coded, command }),
  z.object({ kind: z.literal('runbook'), ...coded, run }),
  /**
   * The disk can't be written since then: nothing can be acknowledged or moved, and these alarms are there but could not
   * be recorded yet. `since` null: it can be written again. Sent when it changes, and after `hello`.
   */
  z.object({
    kind: z.literal('storage'),
    since: when,
    /** Since when samples are not recorded, for the same reasons; all else goes on. */
    history: when,
    waiting: z.array(z.object({ id: z.string(), text, severity: z.enum(severities), equipmentName: text })),
  }),
  /** Whether alarms are a flood: when it begins and ends, as the count changes meanwhile, and after `hello` when it is one. */
  z.object({ kind: z.literal('alarm-rate'), ...rate }),
  /** The site or what is wrong with it has changed: site, equipment and points are to be loaded again. */
  z.object({ kind: z.literal('site') }),
  /** Each second, so that silence means a lost connection. */
  z.object({ kind: z.literal('beat'), now: time }),
])

export type Text = z.infer<typeof text>
export type Problem = z.infer<typeof problem>
export type Me = z.infer<typeof me>
export type User = z.infer<typeof user>
export type NewUser = z.infer<typeof newUser>
export type Token = z.infer<typeof token>
export type TokenMade = z.infer<typeof tokenMade>
export type BrokerAccount = z.infer<typeof brokerAccount>
export type BrokerAccountMade = z.infer<typeof brokerAccountMade>
export type SampleView = z.infer<typeof sample>
export type PointView = z.infer<typeof point>
export type PointInfo = z.infer<typeof pointInfo>
export type EquipmentView = z.infer<typeof equipment>
export type SpaceView = z.infer<typeof space>
export type PlanView = z.infer<typeof plan>
export type HistoryRow = z.infer<typeof historyRow>
export type HistorySeries = z.infer<typeof historySeries>
export type HistoryView = z.infer<typeof history>
export type HistoryStatsView = z.infer<typeof historyStats>
export type AlarmView = z.infer<typeof alarm>
export type AlarmRateView = Omit<z.infer<typeof alarmRate>, 'perMinute'>
export type AlarmFigures = z.infer<typeof alarmFigures>
export type RemedyDone = z.infer<typeof remedyDone>
export type WorkorderView = z.infer<typeof workorder>
export type RunbookView = z.infer<typeof runbook>
export type RunView = z.infer<typeof run>
export type RunStepView = z.infer<typeof runStep>
export type MaintenanceView = z.infer<typeof maintenancePlan>
export type ReportView = z.infer<typeof report>
export type IntakePlaceView = z.infer<typeof intakePlace>
export type IntakeMade = z.infer<typeof intakeMade>
export type ReceiptView = z.infer<typeof receipt>
export type CommandView = z.infer<typeof command>
export type TrailView = z.infer<typeof trailEntry>
export type SiteProblem = z.infer<typeof siteProblem>
export type SiteView = z.infer<typeof site>
export type ImportProblem = z.infer<typeof importProblem>
export type ImportChange = z.infer<typeof importChange>
export type SiteImport = z.infer<typeof siteImport>
export type DetectionView = z.infer<typeof detection>
export type ChannelView = z.infer<typeof channel>
export type ChannelSecretView = z.infer<typeof channelSecret>
export type SecretKind = (typeof secretKinds)[number]
export type CertificateView = z.infer<typeof certificate>
export type CertificatesView = z.infer<typeof certificates>
export type CertificateDecision = z.infer<typeof certificateDecision>
export type BrowsedNodeView = z.infer<typeof browsedNode>
export type ProfileView = z.infer<typeof profile>
export type Peeked = z.infer<typeof peeked>
export type CandidateView = z.infer<typeof candidate>
export type ByteOrderFound = z.infer<typeof byteOrderFound>
export type LiveMessage = z.infer<typeof liveMessage>
