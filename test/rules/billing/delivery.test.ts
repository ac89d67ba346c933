import { describe, expect, it } from 'vitest'
import {
  type Delivery,
  type Destination,
  dueOf,
  hurried,
  isFor,
  isStuck,
  queued,
  tried,
  waitMs,
} from '../../../rules/billing/delivery.ts'

const T0 = Date.parse('2026-12-15T08:00:00+08:00')
const MIN = 60_000
const place: Destination = { id: 'erp', kind: 'sftp', where: 'sftp://erp', groups: [], formats: ['csv', 'xlsx'] }
const one = (sequence = 1, to = 'erp'): Delivery => queued({ name: `b${sequence}`, sequence }, { ...place, id: to }, T0)
const away = { kind: 'away', why: { code: 'unreachable', detail: 'erp:22' } } as const
const refused = { kind: 'refused', why: { code: 'name-taken', detail: 'b1.csv' } } as const

describe('a batch on its way', () => {
  it('as a diary: away, away, told, sent', () => {
    const says = (d: Delivery, now: number) => [d.state, d.tries, (d.nextAt - now) / 1000, isStuck(d, now)]
    let d = one()
    expect(dueOf([d], T0)).toEqual([d])
    d = tried(d, away, [], T0)
    expect(says(d, T0)).toEqual(['waiting', 1, 30, false])
    expect(dueOf([d], T0 + 29_000)).toEqual([])
    d = tried(d, away, ['b1.csv'], T0 + 30_000)
    expect(says(d, T0 + 30_000)).toEqual(['waiting', 2, 60, false])
    expect(d.since).toBe(T0)
    // An hour is a trouble that lasts: told once.
    expect([isStuck(d, T0 + 60 * MIN - 1), isStuck(d, T0 + 60 * MIN)]).toEqual([false, true])
    d = { ...d, told: true }
    expect(isStuck(d, T0 + 600 * MIN)).toBe(false)
    d = tried(d, { kind: 'sent' }, ['b1.csv', 'b1.xlsx'], T0 + 61 * MIN)
    expect([d.state, d.sentAt, d.tries, d.why, d.since, d.told]).toEqual(['sent', T0 + 61 * MIN, 3, null, null, false])
    expect(dueOf([d], T0 + 62 * MIN)).toEqual([])
    expect(hurried(d, T0)).toBe(d)
  })
  it('what was refused for good is told at once, and goes again only by a person', () => {
    const d = tried(one(), refused, [], T0)
    expect([d.state, isStuck(d, T0), dueOf([d], T0 + 1e9)]).toEqual(['failed', true, []])
    const again = hurried({ ...d, told: true }, T0 + MIN, { ...place, where: 'sftp://new' })
    expect([again.state, again.where, dueOf([again], T0 + MIN).length, isStuck(again, T0 + MIN)]).toEqual([
      ...['waiting', 'sftp://new', 1, false],
    ])
  })
  it('waits longer and longer, and an hour at most', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 500].map(n => waitMs(n) / 1000)).toEqual([
      ...[30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600],
    ])
  })
  it('one place gets them in the order of their numbers; another place waits for none of them', () => {
    const [first, second, other] = [tried(one(1), away, [], T0), one(2), one(2, 'mail')]
    expect(dueOf([second, other, first], T0 + 1000).map(d => [d.to, d.sequence])).toEqual([['mail', 2]])
    expect(dueOf([second, other, first], T0 + 30_000).map(d => [d.to, d.sequence])).toEqual([
      ['erp', 1],
      ['mail', 2],
    ])
    // What waits for a person holds up nobody.
    expect(dueOf([tried(one(1), refused, [], T0), second], T0).map(d => d.sequence)).toEqual([2])
  })
  it('a clock that was set back by a month does not hold it up', () => {
    const d = tried(one(), away, [], T0)
    expect(dueOf([d], T0 - 30 * 24 * 60 * MIN)).toEqual([d])
    expect(dueOf([d], T0 - MIN)).toEqual([])
  })
  it('goes where its group goes', () => {
    expect([[], ['works'], ['all', 'works']].map(groups => isFor({ groups }, 'works'))).toEqual([true, true, true])
    expect(isFor({ groups: ['all'] }, 'works')).toBe(false)
  })
})
