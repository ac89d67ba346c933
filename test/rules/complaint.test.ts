import { describe, expect, it } from 'vitest'
import {
  type Complaint,
  type ComplaintAction,
  type ComplaintAsk,
  type ComplaintVisit,
  complaintFlow,
  movedComplaint,
  replyDue,
  replyState,
  visitedComplaint,
  type WorkingDays,
} from '../../rules/complaint.ts'
import { complaintFigures } from '../../rules/complaintfigures.ts'
import type { Role } from '../../rules/flow.ts'
import { reaches, targets } from '../../rules/target.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}:00+08:00`)
const shown = (ms: number) => new Date(ms + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ')

describe('N07: answered within four working days', () => {
  const national = {
    holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
    workdays: ['2026-10-10'],
  }
  const none: WorkingDays = { holidays: [], workdays: [] }
  const table: [when: string, calendar: WorkingDays, days: number, due: string][] = [
    ['2026-11-16T09:00', none, 4, '2026-11-20 23:59'],
    // A Friday afternoon: the weekend does not count, and neither does the day itself.
    ['2026-11-20T17:59', none, 4, '2026-11-26 23:59'],
    ['2026-11-21T10:00', none, 4, '2026-11-26 23:59'],
    // The national holiday, and the Saturday that is worked for it.
    ['2026-09-29T10:00', national, 4, '2026-10-10 23:59'],
    ['2026-09-29T10:00', none, 4, '2026-10-05 23:59'],
    ['2026-11-16T00:00', none, 1, '2026-11-17 23:59'],
    // 23:59 is still that day by the clocks of the site.
    ['2026-11-16T23:59', none, 1, '2026-11-17 23:59'],
  ]
  it.each(table)('%s %o, %i days', (when, calendar, days, due) => {
    expect(shown(replyDue(at(when), days, calendar, zone))).toBe(due)
  })
})

const people = {
  mei: { name: 'mei', role: 'desk' },
  lan: { name: 'lan', role: 'desk' },
  ma: { name: 'ma', role: 'manager' },
  li: { name: 'li', role: 'engineer' },
} as const satisfies Record<string, { name: string; role: Role }>
const fresh = (more: Partial<Complaint> = {}): Complaint => ({
  ...{ id: '1', no: 'CP-1', kind: 'complaint', class: 'general', subject: 'noise', channel: 'phone', phase: 'new' },
  ...{ text: 'drilling', space: null, reference: '', by: 'mei', at: 0, handler: null, department: '', proposal: '' },
  voices: [{ name: 'Wu', phone: '139', room: 'A-1502', at: 0, by: 'mei' }],
  ...{ replies: [], replyBy: 4 * DAY, visits: [], visitBy: null, reopened: 0, reportedUp: null, reports: [] },
  ...{ closedAt: null, seriousSince: null, rungs: [] },
  ...more,
})
type Line = readonly [hour: number, who: keyof typeof people, what: ComplaintAction | 'visit', ask?: object]
function play(start: Complaint, lines: readonly Line[]) {
  let c = start
  const seen: string[] = []
  for (const [hour, who, what, ask = {}] of lines) {
    const now = hour * HOUR
    const visit = { outcome: 'answered', satisfied: null, score: null, note: '', by: who, at: now, ...ask }
    const done =
      what === 'visit'
        ? visitedComplaint(c, visit as ComplaintVisit, now + 4 * DAY)
        : movedComplaint(c, what, people[who], ask as ComplaintAsk, now)
    if ('refused' in done) seen.push(`${done.refused}${done.field ? ` ${done.field}` : ''}`)
    else {
      c = done.complaint
      seen.push(c.phase)
    }
  }
  return { complaint: c, seen }
}

describe('P-09: a case from the first word to the return visit', () => {
  it('recorded, passed on, answered, asked about: not satisfied opens it again, satisfied closes it', () => {
    const { complaint, seen } = play(fresh(), [
      [1, 'li', 'take'],
      [1, 'mei', 'take'],
      [2, 'mei', 'pass'],
      [2, 'mei', 'pass', { to: 'Security' }],
      [3, 'mei', 'propose', { text: 'drill by day only' }],
      [3, 'mei', 'visit', { satisfied: true }],
      [4, 'mei', 'reply'],
      [20, 'mei', 'reply', { text: 'they agreed' }],
      [21, 'mei', 'visit', { satisfied: true }],
      [22, 'lan', 'visit', { outcome: 'unreachable' }],
      [30, 'lan', 'visit', { satisfied: false, note: 'still at night' }],
      [40, 'mei', 'reply', { text: 'fined', from: 'new' }],
      [40, 'mei', 'reply', { text: 'fined' }],
      [50, 'lan', 'visit', { satisfied: true, score: 4 }],
      [60, 'ma', 'reply', { text: 'once more' }],
    ])
    expect(seen).toEqual([
      ...['not-your-role', 'handling', 'order-field to', 'handling', 'handling'],
      ...['complaint-no-move', 'order-field text', 'replied', 'complaint-visit-own', 'replied', 'handling'],
      ...['somebody-was-faster', 'replied', 'closed', 'complaint-no-move'],
    ])
    // The second time it had as many days anew; both answers keep the day by which they were due.
    expect(complaint.replies.map(r => r.dueAt)).toEqual([4 * DAY, 30 * HOUR + 4 * DAY])
    expect([complaint.reopened, complaint.department, complaint.handler]).toEqual([1, 'Security', 'mei'])
    expect(replyState(complaint, 99 * DAY)).toBe('met')
  })
  it('nobody there three times closes it, and says nothing of satisfaction', () => {
    const away: Line = [5, 'lan', 'visit', { outcome: 'unreachable' }]
    const { complaint, seen } = play(fresh(), [[1, 'mei', 'reply', { text: 'done' }], away, away, away, away])
    expect(seen).toEqual(['replied', 'replied', 'replied', 'closed', 'complaint-no-move'])
    expect(complaintFigures([complaint], 0, DAY, DAY).visits).toMatchObject({ due: 1, made: 1, answered: 0 })
  })
  it('a class is changed with a reason; what is serious is reported upward, what is general is not', () => {
    const { complaint, seen } = play(fresh(), [
      [1, 'mei', 'report-up', { to: 'ma' }],
      [1, 'mei', 'classify', { class: 'hot' }],
      [1, 'mei', 'classify', { class: 'hot', reason: 'in the newspaper' }],
      [1, 'mei', 'classify', { class: 'hot', reason: 'again' }],
      [1, 'mei', 'report-up', {}],
      [1, 'mei', 'report-up', { to: 'ma' }],
      [2, 'mei', 'withdraw', { reason: 'hers' }],
      [2, 'ma', 'withdraw'],
      [2, 'ma', 'withdraw', { reason: 'taken back' }],
    ])
    expect(seen).toEqual([
      ...['complaint-not-serious', 'needs-reason', 'new', 'complaint-same-class', 'order-field to', 'new'],
      ...['not-your-role', 'needs-reason', 'withdrawn'],
    ])
    expect(complaint.reportedUp).toEqual({ to: 'ma', by: 'mei', at: HOUR })
  })
  it('every phase and action of the flow is reached by somebody', () => {
    const phases = Object.entries(complaintFlow.moves)
    expect(phases.length).toBe(5)
    expect(phases.filter(([, moves]) => Object.keys(moves).length === 0).map(([p]) => p)).toEqual([
      'closed',
      'withdrawn',
    ])
  })
})

it('the numbers of a month: of nothing nothing is said, late is late also while nobody has answered', () => {
  const reply = (hour: number) => ({ result: 'x', by: 'mei', at: hour * HOUR, dueAt: 4 * DAY })
  const visit = (satisfied: boolean | null, hour: number): ComplaintVisit => ({
    ...{ outcome: satisfied === null ? 'refused' : 'answered', satisfied, score: null, note: '', by: 'lan' },
    at: hour * HOUR,
  })
  const cases = [
    fresh({ id: 'a', phase: 'closed', replies: [reply(20)], visits: [visit(true, 40)] }),
    // Answered late, visited after more than 48 h.
    fresh({
      id: 'b',
      phase: 'closed',
      class: 'hot',
      replies: [reply(97)],
      visits: [visit(false, 200)],
      reports: ['r'],
    }),
    fresh({ id: 'c', phase: 'closed', replies: [reply(30)], visits: [visit(null, 31)] }),
    fresh({ id: 'd', phase: 'handling', at: 10 }),
    fresh({ id: 'e', phase: 'new', replyBy: 99 * DAY }),
    fresh({ id: 'f', kind: 'suggestion', phase: 'new', replyBy: 99 * DAY }),
    fresh({ id: 'g', phase: 'withdrawn' }),
    // Its return visit still has a day.
    fresh({ id: 'i', kind: 'suggestion', phase: 'replied', replies: [reply(700)], visitBy: 31 * DAY }),
    fresh({ id: 'h', at: 31 * DAY }),
  ]
  expect(complaintFigures(cases, 0, 30 * DAY, 30 * DAY)).toMatchObject({
    ...{ received: 5, suggestions: 2, byClass: { general: 4, important: 0, hot: 1, collective: 0 } },
    ...{ bySubject: { noise: 5 }, replied: { n: 2, of: 4 }, open: 3, overdue: 1 },
    visits: { due: 3, waiting: 1, made: 3, inTime: 2, answered: 2, satisfied: 1 },
    ...{ reopened: 0, repairs: 1, notReportedUp: 1 },
  })
  expect(complaintFigures([], 0, DAY, DAY)).toMatchObject({ received: 0, replied: { n: 0, of: 0 } })
})

it('targets: 100 % is reached by all of them, 98 % is exceeded, and of none nothing is said', () => {
  const table: [part: number, of: number, pct: number, met: boolean | null][] = [
    [0, 0, targets.visited, null],
    [9, 10, targets.visited, false],
    [10, 10, targets.visited, true],
    [98, 100, targets.timely, false],
    [99, 100, targets.timely, true],
    [95, 100, targets.satisfied, false],
  ]
  for (const [part, of, pct, met] of table) expect([part, of, reaches(part, of, pct)]).toEqual([part, of, met])
})
