import {
  type Complaint,
  type ComplaintClass,
  type ComplaintSubject,
  complaintClasses,
  complaintSubjects,
  isSerious,
  repliedInTime,
  replyState,
} from './complaint.ts'
import { isVisited, VISIT_WITHIN_MS } from './workorder.ts'

/** What complaints of a span come to [N07, 002:179]. Pure. */
export interface ComplaintFigures {
  readonly received: number
  readonly suggestions: number
  readonly byClass: Readonly<Record<ComplaintClass, number>>
  readonly bySubject: Readonly<Partial<Record<ComplaintSubject, number>>>
  /** Of complaints whose time to answer is over or that were answered: those answered in time, each answer of them. */
  readonly replied: { readonly n: number; readonly of: number }
  readonly open: number
  readonly overdue: number
  /** Of those answered: visits that were made or are late, those that still have time, and what came of them. */
  readonly visits: {
    readonly due: number
    readonly waiting: number
    readonly made: number
    readonly inTime: number
    readonly answered: number
    readonly satisfied: number
  }
  readonly reopened: number
  /** That led to a repair. */
  readonly repairs: number
  /** Serious ones that nobody was told of yet. */
  readonly notReportedUp: number
}

/** Of the cases that came in [from, to). Withdrawn ones are in none of it. */
export function complaintFigures(all: readonly Complaint[], from: number, to: number, now: number): ComplaintFigures {
  const cases = all.filter(c => c.at >= from && c.at < to && c.phase !== 'withdrawn')
  const complaints = cases.filter(c => c.kind === 'complaint')
  const count = <K extends string>(keys: readonly K[], of: (c: Complaint) => K) =>
    Object.fromEntries(keys.map(k => [k, complaints.filter(c => of(c) === k).length])) as Record<K, number>
  const judged = complaints.filter(c => c.replies.length > 0 || now > c.replyBy)
  const asked = cases.filter(c => c.replies.length > 0)
  const made = asked.filter(c => isVisited(c.visits))
  // One that still has its time is not missed.
  const waiting = asked.filter(c => !isVisited(c.visits) && c.visitBy !== null && c.visitBy >= now).length
  const answered = made.flatMap(c => c.visits.findLast(v => v.satisfied !== null) ?? [])
  return {
    received: complaints.length,
    suggestions: cases.length - complaints.length,
    byClass: count(complaintClasses, c => c.class),
    bySubject: count(complaintSubjects, c => c.subject),
    replied: { n: judged.filter(c => repliedInTime(c) && replyState(c, now) !== 'over').length, of: judged.length },
    open: cases.filter(c => c.phase === 'new' || c.phase === 'handling').length,
    overdue: cases.filter(c => replyState(c, now) === 'over').length,
    visits: {
      due: asked.length - waiting,
      waiting,
      made: made.length,
      inTime: made.filter(c => {
        const first = c.visits.find((v, i) => isVisited(c.visits.slice(0, i + 1)) && v)
        return first !== undefined && first.at <= c.replies[0]!.at + VISIT_WITHIN_MS
      }).length,
      answered: answered.length,
      satisfied: answered.filter(v => v.satisfied === true).length,
    },
    reopened: cases.filter(c => c.reopened > 0).length,
    repairs: cases.filter(c => c.reports.length > 0).length,
    notReportedUp: complaints.filter(c => isSerious(c.class) && c.reportedUp === null).length,
  }
}
