import { ulid } from 'ulid'
import {
  type Complaint,
  type ComplaintAction,
  type ComplaintAsk,
  type ComplaintVisit,
  complaintFlow,
  isSerious,
  movedComplaint,
  REPLY_DAYS,
  replyDue,
  type Voice,
  visitedComplaint,
  type WorkingDays,
} from '../../rules/complaint.ts'
import { type ComplaintRung, dueComplaintRungs } from '../../rules/complaintclock.ts'
import type { Role } from '../../rules/flow.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

type Asked = 'kind' | 'class' | 'subject' | 'channel' | 'text' | 'space' | 'reference'
export interface NewComplaint extends Pick<Complaint, Asked> {
  readonly customer: Pick<Voice, 'name' | 'phone' | 'room'>
}
export type Complaints = ReturnType<typeof complaints>

/** More people than that complain of one thing on a list of their own. */
const MOST_VOICES = 500
/** More that are open at a time are no service desk's. */
const MOST_OPEN = 10_000

/** What the site says of the time to answer; asked each time, since the site may change. */
export interface ComplaintSettings {
  replyDays(): number
  calendar(): WorkingDays
  zone(): string
}
const builtIn: ComplaintSettings = {
  replyDays: () => REPLY_DAYS,
  calendar: () => ({ holidays: [], workdays: [] }),
  zone: () => 'UTC',
}

/** @param day the site's calendar day of a moment, `20261121`: cases are numbered by it */
export function complaints(db: Db, day: (at: number) => string, settings: ComplaintSettings = builtIn) {
  const put = db.prepare(
    `INSERT INTO complaint (id, no, phase, at, facts) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, facts = excluded.facts`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT facts FROM complaint WHERE id = ?')
  const all = db.prepare('SELECT facts FROM complaint WHERE id < ? ORDER BY id DESC LIMIT ?')
  const open = db.prepare(
    "SELECT facts FROM complaint WHERE phase IN ('new', 'handling', 'replied') AND id < ? ORDER BY id DESC LIMIT ?",
  )
  const between = db.prepare('SELECT facts FROM complaint WHERE at >= ? AND at < ? ORDER BY at, id')

  const find = (id: string): Complaint => complaintOf(get.get(id)) ?? fail('not-found', { what: id })
  const store = (c: Complaint): Complaint => {
    put.run(c.id, c.no, c.phase, c.at, JSON.stringify(c))
    return c
  }
  const dueFrom = (at: number) => replyDue(at, settings.replyDays(), settings.calendar(), settings.zone())

  return {
    /** Inside a change: somebody complains, or suggests something. */
    create(note: Note, asked: NewComplaint, by: string, now: number): Complaint {
      const { last } = nextNo.get('complaint', day(now)) as { last: number }
      const { customer, ...facts } = asked
      const complaint = store({
        ...facts,
        ...{ id: ulid(now), no: `CP-${day(now)}-${String(last).padStart(3, '0')}`, phase: complaintFlow.first },
        ...{ voices: [{ ...customer, at: now, by }], by, at: now, handler: null, department: '', proposal: '' },
        ...{ replies: [], replyBy: dueFrom(now), visits: [], visitBy: null, reopened: 0, reportedUp: null },
        ...{ reports: [], closedAt: null, seriousSince: isSerious(asked.class) ? now : null, rungs: [] },
      })
      const { id, no, kind, class: sort, subject, channel, replyBy } = complaint
      note('complaint', id, 'created', { no, kind, class: sort, subject, channel, replyBy })
      return complaint
    },
    /** Inside a change: one move of its flow. Throws what rules/complaint.ts refuses. */
    move(
      note: Note,
      id: string,
      action: ComplaintAction,
      actor: Actor & { readonly role: Role },
      ask: ComplaintAsk,
      now: number,
    ): Complaint {
      const had = find(id)
      const done = movedComplaint(had, action, actor, ask, now)
      if ('refused' in done) return fail(done.refused, { no: had.no, phase: had.phase, field: done.field ?? '' })
      const complaint = store(done.complaint)
      note('complaint', id, action, {
        no: had.no,
        from: had.phase,
        to: complaint.phase,
        // What is said in the case may name people; what is done with it does not.
        ...(action === 'classify' && { class: complaint.class, was: had.class }),
        ...((action === 'classify' || action === 'withdraw') && { reason: ask.reason }),
        ...(action === 'pass' && { department: complaint.department }),
        ...(action === 'reply' && { dueAt: had.replyBy }),
      })
      return complaint
    },
    /** Inside a change: a return visit. "Not satisfied" opens it again. */
    visit(note: Note, id: string, visit: ComplaintVisit, now: number): Complaint {
      const had = find(id)
      const done = visitedComplaint(had, visit, dueFrom(now))
      if ('refused' in done) return fail(done.refused, { no: had.no, phase: had.phase })
      const complaint = store(done.complaint)
      const { outcome, satisfied, score } = visit
      note('complaint', id, 'visit', { no: had.no, outcome, satisfied, score, to: complaint.phase })
      return complaint
    },
    /** Inside a change: somebody else complains of the same. */
    addVoice(note: Note, id: string, voice: Voice): Complaint {
      const had = find(id)
      if (had.phase === 'closed' || had.phase === 'withdrawn') fail('complaint-no-move', { no: had.no })
      if (had.voices.length >= MOST_VOICES) fail('too-many', { most: MOST_VOICES })
      const complaint = store({ ...had, voices: [...had.voices, voice] })
      note('complaint', id, 'voice', { no: had.no, voices: complaint.voices.length })
      return complaint
    },
    /** Inside a change: a repair follows from it. */
    addReport(note: Note, id: string, report: { readonly id: string; readonly no: string }): Complaint {
      const had = find(id)
      if (had.phase === 'closed' || had.phase === 'withdrawn') fail('complaint-no-move', { no: had.no })
      const complaint = store({ ...had, reports: [...had.reports, report.id] })
      note('complaint', id, 'repair', { no: had.no, report: report.no })
      return complaint
    },
    /** Inside a change: this was told to these roles. Nothing of what is said in the case goes along. */
    told(note: Note, id: string, rungs: readonly ComplaintRung[]): Complaint {
      const had = find(id)
      const complaint = store({ ...had, rungs: [...had.rungs, ...rungs] })
      const { no, kind, class: sort, subject } = had
      for (const { clock, step, tell, dueAt, lateMs } of rungs)
        note('complaint', id, 'escalated', { no, kind, class: sort, subject, clock, step, tell, dueAt, lateMs })
      return complaint
    },
    /** What is due to be told now. */
    due: (now: number): { readonly complaint: Complaint; readonly rungs: readonly ComplaintRung[] }[] =>
      (open.all('~', MOST_OPEN) as unknown[])
        .map(row => complaintOf(row)!)
        .map(complaint => ({ complaint, rungs: dueComplaintRungs(complaint, now) }))
        .filter(({ rungs }) => rungs.length > 0),
    get: (id: string): Complaint | undefined => complaintOf(get.get(id)),
    /** Newest first, before the id `before`. */
    list: (which: 'open' | 'all', limit: number, before = '~'): Complaint[] =>
      (which === 'open' ? open : all).all(before, limit).map(row => complaintOf(row)!),
    /** That came in [from, to), oldest first. */
    between: (from: number, to: number): Complaint[] => between.all(from, to).map(row => complaintOf(row)!),
  }
}

/** Cases of an earlier version know nothing of what was told. */
function complaintOf(row: unknown): Complaint | undefined {
  if (!row) return undefined
  type Added = 'seriousSince' | 'rungs'
  const facts = JSON.parse((row as { facts: string }).facts) as Omit<Complaint, Added> & Partial<Pick<Complaint, Added>>
  return { seriousSince: isSerious(facts.class) ? facts.at : null, rungs: [], ...facts }
}
