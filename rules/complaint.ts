import { addDays, dayOf, momentOf, openSpans } from './calendar.ts'
import { acknowledgedRungs, type ComplaintRung } from './complaintclock.ts'
import { type Flow, move, type Role } from './flow.ts'
import { isVisited, VISIT_WITHIN_MS, type VisitOutcome } from './workorder.ts'

/**
 * Complaints and suggestions [F13 投诉处理表; P-09]: written down, classed, solved or passed on, answered within four working
 * days [N07], and asked about afterwards; whoever is not satisfied has it opened again. Pure.
 */
export const complaintKinds = ['complaint', 'suggestion'] as const
export type ComplaintKind = (typeof complaintKinds)[number]
/** 一般, 重要, 热点, 集体 [002:158]. */
export const complaintClasses = ['general', 'important', 'hot', 'collective'] as const
export type ComplaintClass = (typeof complaintClasses)[number]
/** Reported upward at once [003:637]. */
export const isSerious = (c: ComplaintClass): boolean => c !== 'general'
export const complaintSubjects = [
  'repair',
  'cleaning',
  'security',
  'noise',
  'parking',
  'fees',
  'staff',
  'neighbour',
  'other',
] as const
export type ComplaintSubject = (typeof complaintSubjects)[number]
export const complaintChannels = ['phone', 'visit', 'letter', 'online', 'call-centre'] as const
export type ComplaintChannel = (typeof complaintChannels)[number]

export const complaintPhases = ['new', 'handling', 'replied', 'closed', 'withdrawn'] as const
export type ComplaintPhase = (typeof complaintPhases)[number]
export const complaintActions = [
  'take',
  'pass',
  'propose',
  'reply',
  'classify',
  'report-up',
  'withdraw',
  'acknowledge',
] as const
export type ComplaintAction = (typeof complaintActions)[number]

const desk = ['desk', 'manager', 'operator', 'admin'] as const satisfies readonly Role[]
const lead = ['manager', 'admin'] as const satisfies readonly Role[]
const open = <P extends ComplaintPhase>(phase: P) => ({
  take: { to: 'handling', by: desk } as const,
  pass: { to: 'handling', by: desk } as const,
  propose: { to: 'handling', by: desk } as const,
  reply: { to: 'replied', by: desk } as const,
  classify: { to: phase, by: desk },
  'report-up': { to: phase, by: desk },
  withdraw: { to: 'withdrawn', by: lead } as const,
  acknowledge: { to: phase, by: desk },
})
/** The return visit is no move: it closes it, or opens it again (`visitedComplaint`). */
export const complaintFlow: Flow<ComplaintPhase, ComplaintAction> = {
  first: 'new',
  moves: {
    new: open('new'),
    handling: open('handling'),
    replied: {
      classify: { to: 'replied', by: desk },
      'report-up': { to: 'replied', by: desk },
      acknowledge: { to: 'replied', by: desk },
    },
    closed: {},
    withdrawn: {},
  },
}

/** Who complains; kept beside the case and never on the trail, which forgets nothing. */
export interface Voice {
  readonly name: string
  readonly phone: string
  readonly room: string
  readonly at: number
  readonly by: string
}
export interface Reply {
  /** What came of it, as the customer was told. */
  readonly result: string
  readonly by: string
  readonly at: number
  /** By when it had to be. */
  readonly dueAt: number
}
export interface ComplaintVisit {
  readonly outcome: VisitOutcome
  readonly satisfied: boolean | null
  /** 1 to 5; null: not asked. */
  readonly score: number | null
  readonly note: string
  readonly by: string
  readonly at: number
}

/** A case as it is kept. Times are UTC ms. */
export interface Complaint {
  readonly id: string
  readonly no: string
  readonly kind: ComplaintKind
  readonly class: ComplaintClass
  readonly subject: ComplaintSubject
  readonly channel: ComplaintChannel
  readonly phase: ComplaintPhase
  readonly text: string
  readonly space: string | null
  /** The sender's own number, as of a call centre. */
  readonly reference: string
  /** The first is who came first; each more of them makes it weigh more. */
  readonly voices: readonly Voice[]
  readonly by: string
  readonly at: number
  /** Who has it, and which department it was passed on to. */
  readonly handler: string | null
  readonly department: string
  readonly proposal: string
  readonly replies: readonly Reply[]
  /** By when it has to be answered; it moves only when it is opened again. */
  readonly replyBy: number
  readonly visits: readonly ComplaintVisit[]
  /** When the return visit is due; null: none is, or it was made. */
  readonly visitBy: number | null
  readonly reopened: number
  /** Who was told of a serious one, and when. */
  readonly reportedUp: { readonly to: string; readonly by: string; readonly at: number } | null
  /** Reports of repairs that it led to. */
  readonly reports: readonly string[]
  readonly closedAt: number | null
  /** Since when it weighs so much; null: it does not. */
  readonly seriousSince: number | null
  /** Who was told that time runs out, or that it weighs so much. */
  readonly rungs: readonly ComplaintRung[]
}

export const REPLY_DAYS = 4
/** Holidays are days on which nobody works; `workdays` Saturdays and Sundays that are worked instead [调休]. */
export interface WorkingDays {
  readonly holidays: readonly string[]
  readonly workdays: readonly string[]
}

/**
 * The last moment of so many working days after the day of `at`, by the clocks and the calendar of the site: what comes on a
 * Friday afternoon has until the Thursday night after.
 */
export function replyDue(at: number, days: number, { holidays, workdays }: WorkingDays, zone: string): number {
  const hours = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
    ...{ from: '00:00', to: '24:00', holidays, workdays },
  }
  const tomorrow = momentOf(addDays(dayOf(at, zone), 1), '00:00', zone)
  // The longest holidays of a year are nine days; a calendar that knows no working day at all ends somewhere, too.
  const horizon = momentOf(addDays(dayOf(at, zone), days * 4 + 60), '00:00', zone)
  const worked = openSpans(hours, zone, tomorrow, horizon)
  return (worked[days - 1]?.to ?? horizon) - 1
}

export interface ComplaintAsk {
  readonly reason?: string | undefined
  /** The phase that the person saw. */
  readonly from?: ComplaintPhase | undefined
  /** pass: which department; report-up: whom. */
  readonly to?: string | undefined
  /** propose: the solution; reply: what came of it. */
  readonly text?: string | undefined
  readonly class?: ComplaintClass | undefined
}
export const complaintRefusals = [
  'somebody-was-faster',
  'complaint-no-move',
  'not-your-role',
  'needs-reason',
  'order-field',
  'complaint-same-class',
  'complaint-not-serious',
  'complaint-visit-own',
  'complaint-nothing-told',
] as const
export type ComplaintRefusal = (typeof complaintRefusals)[number]
type Done = { readonly complaint: Complaint } | { readonly refused: ComplaintRefusal; readonly field?: string }

/** One move of a case by a person. */
export function movedComplaint(
  had: Complaint,
  action: ComplaintAction,
  actor: { readonly name: string; readonly role: Role },
  ask: ComplaintAsk,
  now: number,
): Done {
  if (ask.from && ask.from !== had.phase) return { refused: 'somebody-was-faster' }
  const next = move(complaintFlow, had.phase, action, actor.role)
  if ('refused' in next) return { refused: next.refused === 'no-such-move' ? 'complaint-no-move' : next.refused }
  // What makes a case weigh less, or disappear, is not believed without a reason.
  if ((action === 'classify' || action === 'withdraw') && !ask.reason) return { refused: 'needs-reason' }
  const complaint: Complaint = { ...had, phase: next.to }
  const mine = had.handler ?? actor.name
  switch (action) {
    case 'take':
      return { complaint: { ...complaint, handler: actor.name } }
    case 'pass':
      if (!ask.to) return { refused: 'order-field', field: 'to' }
      return { complaint: { ...complaint, department: ask.to, handler: mine } }
    case 'propose':
      if (!ask.text) return { refused: 'order-field', field: 'text' }
      return { complaint: { ...complaint, proposal: ask.text, handler: mine } }
    case 'reply': {
      if (!ask.text) return { refused: 'order-field', field: 'text' }
      const reply = { result: ask.text, by: actor.name, at: now, dueAt: had.replyBy }
      const visitBy = now + VISIT_WITHIN_MS
      return { complaint: { ...complaint, handler: mine, replies: [...had.replies, reply], visitBy } }
    }
    case 'classify':
      if (!ask.class) return { refused: 'order-field', field: 'class' }
      if (ask.class === had.class) return { refused: 'complaint-same-class' }
      return {
        complaint: {
          ...{ ...complaint, class: ask.class },
          seriousSince: isSerious(ask.class) ? (isSerious(had.class) ? had.seriousSince : now) : null,
        },
      }
    case 'report-up':
      if (!isSerious(had.class)) return { refused: 'complaint-not-serious' }
      if (!ask.to) return { refused: 'order-field', field: 'to' }
      return { complaint: { ...complaint, reportedUp: { to: ask.to, by: actor.name, at: now } } }
    case 'acknowledge': {
      const rungs = acknowledgedRungs(had.rungs, actor, now)
      if (rungs.every((r, i) => r === had.rungs[i])) return { refused: 'complaint-nothing-told' }
      return { complaint: { ...complaint, rungs } }
    }
    case 'withdraw':
      return { complaint: { ...complaint, closedAt: now } }
  }
}

/**
 * A return visit. Satisfied, or nobody to be reached three times, closes the case; not satisfied opens it again, with as many
 * working days anew. Who answered cannot ask whether the answer was good.
 * @param replyBy by when it has to be answered if it is opened again
 */
export function visitedComplaint(had: Complaint, visit: ComplaintVisit, replyBy: number): Done {
  if (had.phase !== 'replied') return { refused: 'complaint-no-move' }
  const reply = had.replies.at(-1)
  if (visit.by === reply?.by) return { refused: 'complaint-visit-own' }
  const visits = [...had.visits, visit]
  if (visit.satisfied === false)
    return {
      complaint: { ...had, visits, phase: 'handling', visitBy: null, replyBy, reopened: had.reopened + 1 },
    }
  const since = visits.filter(v => v.at >= (reply?.at ?? 0))
  if (!isVisited(since)) return { complaint: { ...had, visits } }
  return { complaint: { ...had, visits, phase: 'closed', visitBy: null, closedAt: visit.at } }
}

/** How its time to answer stands: of one that was answered, whether the last answer was in time. */
export function replyState(c: Complaint, now: number): 'running' | 'over' | 'met' | 'late' | 'ended' {
  if (c.phase === 'withdrawn') return 'ended'
  if (c.phase === 'new' || c.phase === 'handling') return now > c.replyBy ? 'over' : 'running'
  return repliedInTime(c) ? 'met' : 'late'
}
/** Each of its answers was in time. */
export const repliedInTime = (c: Complaint): boolean => c.replies.length > 0 && c.replies.every(r => r.at <= r.dueAt)
