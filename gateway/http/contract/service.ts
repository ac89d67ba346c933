import { z } from 'zod'
import {
  complaintActions,
  complaintChannels,
  complaintClasses,
  complaintKinds,
  complaintPhases,
  complaintSubjects,
} from '../../../rules/complaint.ts'
import { complaintClocks } from '../../../rules/complaintclock.ts'
import { roles } from '../../../rules/flow.ts'
import { reportSteps } from '../../../rules/report.ts'
import { natures, visitOutcomes } from '../../../rules/workorder.ts'
import { time, when } from './common.ts'
import { newReport } from './reports.ts'
import { orderFigures } from './workorders.ts'

const customer = z.strictObject({
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
  /** As people say it: `A-1502`. */
  room: z.string().trim().max(60).default(''),
})
const words = z.string().trim().min(1).max(1000)

export const newComplaint = z.strictObject({
  kind: z.enum(complaintKinds).default('complaint'),
  class: z.enum(complaintClasses).default('general'),
  subject: z.enum(complaintSubjects),
  channel: z.enum(complaintChannels).default('phone'),
  text: words,
  customer: customer.default({ name: '', phone: '', room: '' }),
  space: z.string().max(64).optional(),
  /** The sender's own number. */
  reference: z.string().trim().max(64).default(''),
})
export const complaint = z.object({
  id: z.string(),
  no: z.string(),
  kind: z.enum(complaintKinds),
  class: z.enum(complaintClasses),
  subject: z.enum(complaintSubjects),
  channel: z.enum(complaintChannels),
  phase: z.enum(complaintPhases),
  text: z.string(),
  space: z.string().nullable(),
  reference: z.string(),
  /** Who complains; the first came first. */
  voices: z.array(customer.extend({ at: time, by: z.string() })),
  by: z.string(),
  at: time,
  handler: z.string().nullable(),
  department: z.string(),
  proposal: z.string(),
  replies: z.array(z.object({ result: z.string(), by: z.string(), at: time, dueAt: time })),
  /** By when it has to be answered. */
  replyBy: time,
  /** How that stands. */
  reply: z.enum(['running', 'over', 'met', 'late', 'ended']),
  visits: z.array(
    z.object({
      outcome: z.enum(visitOutcomes),
      satisfied: z.boolean().nullable(),
      score: z.number().nullable(),
      note: z.string(),
      by: z.string(),
      at: time,
    }),
  ),
  visitBy: when,
  reopened: z.number().int(),
  reportedUp: z.object({ to: z.string(), by: z.string(), at: time }).nullable(),
  /** The repairs that followed from it. */
  repairs: z.array(
    z.object({
      report: z.string(),
      no: z.string(),
      workorder: z.string(),
      orderNo: z.string(),
      step: z.enum(reportSteps),
    }),
  ),
  closedAt: when,
  /** Who was told that time runs out (`reply`, per cent of it), that it weighs much (`serious`), or that the visit is late. */
  told: z.array(
    z.object({
      clock: z.enum(complaintClocks),
      step: z.number().int(),
      tell: z.array(z.enum(roles)),
      dueAt: time,
      at: time,
      lateMs: z.number(),
      ackBy: z.string().nullable(),
      ackAt: when,
    }),
  ),
})
export const complaintAction = z.enum(complaintActions)
export const complaintMove = z.strictObject({
  reason: z.string().trim().max(500).optional(),
  /** The phase the person saw; if somebody was faster, the move is refused instead of done twice. */
  from: z.enum(complaintPhases).optional(),
  /** pass: the department; report-up: who was told. */
  to: z.string().trim().min(1).max(100).optional(),
  /** propose: the solution; reply: what came of it. */
  text: words.optional(),
  /** classify */
  class: z.enum(complaintClasses).optional(),
})
export const complaintVisit = z.strictObject({
  outcome: z.enum(visitOutcomes),
  /** "No" opens it again. */
  satisfied: z.boolean().nullable().default(null),
  score: z.int().min(1).max(5).nullable().default(null),
  note: z.string().trim().max(500).default(''),
})
export const newVoice = customer
/** Its text and caller are those of the case where they are left out. */
export const complaintRepair = newReport
  .pick({ nature: true, room: true, space: true, equipment: true })
  .extend({ text: z.string().trim().min(1).max(180).optional() })

/** `complaint` and `suggestion` as they came in; `visit`: each return visit of either. */
export const ledgerKinds = ['report', 'complaint', 'suggestion', 'visit'] as const
export const ledgerAsk = z.object({
  from: time.optional(),
  to: time.optional(),
  /** By the calendar of the site, instead of from and to. */
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  kind: z.enum(ledgerKinds).optional(),
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
const outcome = z.object({
  at: time,
  outcome: z.enum(visitOutcomes),
  /** Solved, or satisfied. */
  satisfied: z.boolean().nullable(),
  score: z.number().nullable(),
  by: z.string(),
  note: z.string(),
})
export const ledgerRow = z.object({
  kind: z.enum(ledgerKinds),
  id: z.string(),
  no: z.string(),
  /** When it came in; of a return visit, when it was made. */
  at: time,
  channel: z.string(),
  /** A nature of repairs, or a subject of complaints. */
  subject: z.union([z.enum(natures), z.enum(complaintSubjects)]).nullable(),
  class: z.string(),
  text: z.string(),
  room: z.string(),
  name: z.string(),
  phone: z.string(),
  order: z.object({ id: z.string(), no: z.string() }).nullable(),
  /** How far it is: a step of a report, or a phase of a complaint. */
  step: z.union([z.enum(reportSteps), z.enum(complaintPhases)]).nullable(),
  department: z.string(),
  /** What came of it, in words. */
  result: z.string(),
  dueAt: when,
  /** Repaired, or answered. */
  doneAt: when,
  inTime: z.boolean().nullable(),
  closedAt: when,
  /** The last return visit. */
  visit: outcome.nullable(),
})
export const ledger = z.object({ from: time, to: time, items: z.array(ledgerRow), next: z.string().nullable() })

const count = z.number().int()
const part = z.object({ n: count, of: count })
export const complaintFigures = z.object({
  received: count,
  suggestions: count,
  byClass: z.record(z.enum(complaintClasses), count),
  bySubject: z.partialRecord(z.enum(complaintSubjects), count),
  /** Of the complaints whose time to be answered is over, or that were: those answered in time. */
  replied: part,
  open: count,
  overdue: count,
  visits: z.object({ due: count, waiting: count, made: count, inTime: count, answered: count, satisfied: count }),
  reopened: count,
  repairs: count,
  /** Serious ones that nobody was told of. */
  notReportedUp: count,
})
/** The numbers of a month: what came in, how it was handled, and how that stands to the targets. */
export const serviceFigures = z.object({
  month: z.string(),
  from: time,
  to: time,
  /** Whether the month is over. */
  over: z.boolean(),
  reports: z.object({ received: count, byNature: z.partialRecord(z.enum(natures), count) }),
  orders: orderFigures.omit({ from: true, to: true, targets: true }),
  complaints: complaintFigures,
  targets: orderFigures.shape.targets,
})
export type ComplaintView = z.infer<typeof complaint>
export type LedgerView = z.infer<typeof ledger>
export type LedgerRow = z.infer<typeof ledgerRow>
export type ServiceFiguresView = z.infer<typeof serviceFigures>
