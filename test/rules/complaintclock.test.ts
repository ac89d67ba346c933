import { describe, expect, it } from 'vitest'
import { type Complaint, movedComplaint, visitedComplaint } from '../../rules/complaint.ts'
import { type ComplaintRung, dueComplaintRungs } from '../../rules/complaintclock.ts'
import type { Role } from '../../rules/flow.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const fresh = (more: Partial<Complaint> = {}): Complaint => ({
  ...{ id: '1', no: 'CP-1', kind: 'complaint', class: 'general', subject: 'noise', channel: 'phone', phase: 'new' },
  ...{ text: 'drilling', space: null, reference: '', by: 'mei', at: 0, handler: null, department: '', proposal: '' },
  voices: [{ name: 'Wu', phone: '139', room: 'A-1502', at: 0, by: 'mei' }],
  ...{ replies: [], replyBy: 4 * DAY, visits: [], visitBy: null, reopened: 0, reportedUp: null, reports: [] },
  ...{ closedAt: null, seriousSince: null, rungs: [] },
  ...more,
})
const word = (r: ComplaintRung) =>
  `${r.clock} ${r.step} ${r.tell.join('+')}${r.lateMs > 0 ? ` late ${r.lateMs / HOUR} h` : ''}`

/** Looks every ten minutes; each thing that is told by the hour at which it is. */
function lived(c: Complaint) {
  let now = c.at
  const told: string[] = []
  const look = () => {
    const due = dueComplaintRungs(c, now)
    c = { ...c, rungs: [...c.rungs, ...due] }
    told.push(...due.map(r => `${now / HOUR} h ${word(r)}`))
  }
  const does = (name: string, role: Role, ...[action, ask = {}]: [Parameters<typeof movedComplaint>[1], object?]) => {
    const done = movedComplaint(c, action, { name, role }, ask, now)
    if ('refused' in done) return done.refused
    c = done.complaint
    return c.phase
  }
  return {
    until(hour: number) {
      for (; now <= hour * HOUR; now += HOUR / 6) look()
      now = hour * HOUR
      return told.splice(0)
    },
    /** Nobody looks, as while the gateway is off. */
    off(hour: number) {
      now = hour * HOUR
    },
    does,
    visit(satisfied: boolean, replyBy: number) {
      const visit = { outcome: 'answered', satisfied, score: null, note: '', by: 'lan', at: now } as const
      const done = visitedComplaint(c, visit, replyBy)
      if ('refused' in done) throw new Error(done.refused)
      c = done.complaint
    },
  }
}

describe('N07: who answers too late is not found by looking at a page', () => {
  it('a warning before, those who lead when it is over, and again each day until it is answered', () => {
    const life = lived(fresh())
    expect(life.until(71)).toEqual([])
    expect(life.until(72)).toEqual(['72 h reply 75 desk'])
    expect(life.does('mei', 'desk', 'acknowledge')).toBe('new')
    // Who has seen the warning has not seen that the time is over.
    expect(life.until(97)).toEqual(['96 h reply 100 desk+manager'])
    expect(life.until(250)).toEqual([
      '144 h reply 150 manager',
      '192 h reply 200 manager+admin',
      '216 h reply 201 manager+admin',
      '240 h reply 202 manager+admin',
    ])
    expect(life.does('mei', 'desk', 'reply', { text: 'sorry' })).toBe('replied')
    expect(life.until(290)).toEqual([])
    // The return visit, 48 h after the answer.
    expect(life.until(400)).toEqual([
      '298 h visit 1 desk+manager',
      '322 h visit 2 manager+admin',
      '346 h visit 3 manager+admin',
      '370 h visit 4 manager+admin',
      '394 h visit 5 manager+admin',
    ])
    life.visit(false, 500 * HOUR)
    // Not satisfied: it is opened again, and its time begins anew.
    expect(life.until(474)).toEqual([])
    expect(life.until(475)).toEqual(['475 h reply 75 desk'])
  })
  it('somebody who says that he knows ends it; saying so twice is nothing', () => {
    const life = lived(fresh())
    expect(life.until(97)).toHaveLength(2)
    expect(life.does('mei', 'desk', 'acknowledge')).toBe('new')
    expect(life.does('mei', 'desk', 'acknowledge')).toBe('complaint-nothing-told')
    expect(life.until(1000)).toEqual([])
  })
  it('what came due while nobody ran is told once each, with how late it is', () => {
    const life = lived(fresh())
    life.off(150)
    expect(life.until(150)).toEqual([
      '150 h reply 75 desk late 78 h',
      '150 h reply 100 desk+manager late 54 h',
      '150 h reply 150 manager late 6 h',
    ])
    expect(life.until(160)).toEqual([])
  })
  it('a withdrawn case, and one that is answered in time, tell nobody', () => {
    const withdrawn = lived(fresh())
    expect(withdrawn.does('ma', 'manager', 'withdraw', { reason: 'twice' })).toBe('withdrawn')
    expect(withdrawn.until(1000)).toEqual([])
    const answered = lived(fresh())
    answered.does('mei', 'desk', 'reply', { text: 'done' })
    answered.visit(true, 0)
    expect(answered.until(1000)).toEqual([])
  })
})

describe('a serious one', () => {
  const serious = () => lived(fresh({ class: 'collective', seriousSince: 0, replyBy: 400 * HOUR }))
  it('is told those who lead at once, and until one of them knows; the desk cannot say it for them', () => {
    const life = serious()
    expect(life.until(0)).toEqual(['0 h serious 1 manager'])
    expect(life.does('mei', 'desk', 'acknowledge')).toBe('complaint-nothing-told')
    expect(life.until(30)).toEqual([
      '0.5 h serious 2 manager+admin',
      '4 h serious 3 manager+admin',
      '28 h serious 4 manager+admin',
    ])
    expect(life.does('ma', 'manager', 'acknowledge')).toBe('new')
    expect(life.until(250)).toEqual([])
  })
  it('reporting it upward ends it; a class that is raised later begins then, one that is lowered ends it', () => {
    const reported = serious()
    reported.until(0)
    expect(reported.does('mei', 'desk', 'report-up', { to: 'Ma' })).toBe('new')
    expect(reported.until(200)).toEqual([])
    const raised = lived(fresh({ replyBy: 400 * HOUR }))
    expect(raised.until(10)).toEqual([])
    raised.does('mei', 'desk', 'classify', { class: 'hot', reason: 'in the news' })
    expect(raised.until(11)).toEqual(['10 h serious 1 manager', '10.5 h serious 2 manager+admin'])
    raised.does('ma', 'manager', 'classify', { class: 'general', reason: 'was not' })
    expect(raised.until(200)).toEqual([])
  })
})
