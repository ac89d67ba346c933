import { describe, expect, it } from 'vitest'
import type { Span } from '../../rules/calendar.ts'
import {
  type Counted,
  circles,
  counted,
  dueOf,
  type Frequency,
  levels,
  periodOf,
  uncounted,
} from '../../rules/maintenance.ts'

const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}:00+08:00`)
const text = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16)

describe('periods by the calendar of the site', () => {
  /** [frequency, moment, from, to]; 21 November 2026 is a Saturday. */
  const table: [Frequency, string, string, string][] = [
    ['year', '2026-11-21T08:00', '2026-01-01T00:00', '2027-01-01T00:00'],
    ['half-year', '2026-11-21T08:00', '2026-07-01T00:00', '2027-01-01T00:00'],
    ['half-year', '2026-06-30T23:59', '2026-01-01T00:00', '2026-07-01T00:00'],
    ['quarter', '2026-11-21T08:00', '2026-10-01T00:00', '2027-01-01T00:00'],
    ['month', '2026-12-31T23:59', '2026-12-01T00:00', '2027-01-01T00:00'],
    ['half-month', '2026-02-15T23:59', '2026-02-01T00:00', '2026-02-16T00:00'],
    ['half-month', '2026-02-16T00:00', '2026-02-16T00:00', '2026-03-01T00:00'],
    ['week', '2026-11-21T08:00', '2026-11-16T00:00', '2026-11-23T00:00'],
    ['week', '2026-11-23T00:00', '2026-11-23T00:00', '2026-11-30T00:00'],
    ['week', '2027-01-01T12:00', '2026-12-28T00:00', '2027-01-04T00:00'],
    ['day', '2026-11-21T00:00', '2026-11-21T00:00', '2026-11-22T00:00'],
    ['shift', '2026-11-21T07:59', '2026-11-20T20:00', '2026-11-21T08:00'],
    ['shift', '2026-11-21T08:00', '2026-11-21T08:00', '2026-11-21T20:00'],
    ['shift', '2026-11-21T23:00', '2026-11-21T20:00', '2026-11-22T08:00'],
  ]
  it.each(table)('%s at %s', (every, moment, from, to) => {
    const period = periodOf(every, at(moment), zone, ['20:00', '08:00'])
    expect([text(period.from), text(period.to)]).toEqual([from, to])
  })
  it('follow one another without a gap, over a year and where clocks change', () => {
    let seen = 0
    for (const every of ['month', 'half-month', 'week', 'day', 'shift'] as const)
      for (let now = Date.UTC(2026, 0, 1), n = 0; n < 400 && now < Date.UTC(2027, 0, 1); n++) {
        const { from, to } = periodOf(every, now, 'Europe/Berlin', ['06:00', '14:00', '22:00'])
        expect(from <= now && now < to, `${every} ${new Date(now).toISOString()}`).toBe(true)
        expect(periodOf(every, to, 'Europe/Berlin', ['06:00', '14:00', '22:00']).from).toBe(to)
        now = to
        seen++
      }
    expect(seen).toBeGreaterThan(800)
  })
})

describe('what is due', () => {
  const weekly = { id: 'w', every: 'week' as const }
  const hvac = { id: 'h', every: 'week' as const, stopped: 'month' as const }
  const week = (from: string): Span => ({ from: at(from), to: at(from) + 7 * 86_400_000 })
  const seen = (due: ReturnType<typeof dueOf>) =>
    due && [text(due.period.from).slice(5, 10), due.missed.map(m => text(m.from).slice(5, 10))]
  it('a new plan begins with the present period; the past is nobody’s fault', () => {
    expect(seen(dueOf(weekly, null, null, at('2026-11-21T08:00'), zone))).toEqual(['11-16', []])
  })
  it('once in each period, however often it is looked at', () => {
    const last = week('2026-11-16T00:00')
    expect(dueOf(weekly, null, last, at('2026-11-22T23:59'), zone)).toBe(null)
    expect(seen(dueOf(weekly, null, last, at('2026-11-23T00:00'), zone))).toEqual(['11-23', []])
  })
  /** Odoo: the job ran only if the date was today; a day that was missed was skipped. */
  it('Odoo: what was missed while nobody ran is written down, not skipped; only the present one is to be done', () => {
    expect(seen(dueOf(weekly, null, week('2026-11-02T00:00'), at('2026-11-25T09:00'), zone))).toEqual([
      '11-23',
      ['11-09', '11-16'],
    ])
  })
  it('years away: not written down without end', () => {
    const due = dueOf(
      { id: 'd', every: 'day' },
      null,
      { from: at('2020-01-01T00:00'), to: at('2020-01-02T00:00') },
      at('2026-11-21T08:00'),
      zone,
    )
    expect(due!.missed).toHaveLength(100)
  })
  it('N25 N26: weekly while it runs, monthly while it stands', () => {
    /** A diary: moment, running, what is due. The last occurrence is remembered. */
    const table: [string, boolean, string | null][] = [
      ['2026-10-05T08:00', true, '10-05'],
      ['2026-10-11T08:00', true, null],
      ['2026-10-12T08:00', true, '10-12'],
      // It stops: this month was looked after.
      ['2026-10-14T08:00', false, null],
      ['2026-10-27T08:00', false, null],
      ['2026-11-01T00:00', false, '11-01'],
      ['2026-11-20T08:00', false, null],
      // It starts again: this week was not.
      ['2026-11-20T09:00', true, '11-16'],
      ['2026-11-22T09:00', true, null],
    ]
    let last: Span | null = null
    for (const [moment, running, expected] of table) {
      const due = dueOf(hvac, running, last, at(moment), zone)
      if (due) last = due.period
      expect([moment, due && text(due.period.from).slice(5, 10)]).toEqual([moment, expected])
    }
  })
  it('weeks of a month in which it stood were not missed when it starts', () => {
    const month = { from: at('2026-11-01T00:00'), to: at('2026-12-01T00:00') }
    expect(seen(dueOf(hvac, true, month, at('2026-11-18T09:00'), zone))).toEqual(['11-16', []])
  })
  it('not known whether it runs: as when it runs', () => {
    expect(seen(dueOf(hvac, null, week('2026-11-09T00:00'), at('2026-11-20T08:00'), zone))).toEqual(['11-16', []])
  })
})

describe('counted from the last one done', () => {
  const plan = { id: 'p', every: 'month' as const, anchor: 'done' as const }
  /** [the last, from, to; done at; now; due from] */
  const table: [string, string, string, string | null, string, string | null][] = [
    [
      'done late: the next counts from there',
      '2026-01-01T00:00',
      '2026-02-01T00:00',
      '2026-02-10T15:00',
      '2026-03-09T23:59',
      null,
    ],
    ['a month after', '2026-01-01T00:00', '2026-02-01T00:00', '2026-02-10T15:00', '2026-03-10T00:00', '2026-03-10'],
    [
      'a month that has no 31st',
      '2026-01-01T00:00',
      '2026-02-01T00:00',
      '2026-01-31T08:00',
      '2026-02-28T00:00',
      '2026-02-28',
    ],
    ['not done: no second one in its time', '2026-01-01T00:00', '2026-02-01T00:00', null, '2026-01-31T23:59', null],
    ['not done, and its time is over', '2026-01-01T00:00', '2026-02-01T00:00', null, '2026-02-01T00:00', '2026-02-01'],
  ]
  it.each(table)('%s', (_, from, to, done, now, due) => {
    const found = dueOf(plan, null, { from: at(from), to: at(to) }, at(now), zone, done === null ? null : at(done))
    expect(found && text(found.period.from).slice(0, 10)).toBe(due)
  })
})

describe('what a machine has run', () => {
  /** A diary of readings: hours since the start, what the counter shows, then: used; `new`: another counter was taken on. */
  const play = (hours: boolean, ...readings: [number, number][]) => {
    let state: Counted = uncounted
    return readings.map(([at, value]) => {
      const done = counted(state, value, at * 3_600_000, hours)
      state = done.state
      return done.replaced ? `new ${state.used}` : state.used
    })
  }
  it('begins where the counter stands when it is first read', () => {
    expect(play(true, [0, 12_345], [1, 12_346], [10, 12_350])).toEqual([0, 1, 5])
  })
  /** Home Assistant core#182493: one nought booked the whole register once more. */
  it('a single nought, and a wild number, count nothing', () => {
    expect(play(true, [0, 100], [1, 101], [1.01, 0], [1.02, 101], [1.03, 65_535], [2, 102])).toEqual([0, 1, 1, 1, 1, 2])
  })
  it('what lasts is another counter: counting goes on from there, and nothing is made up', () => {
    expect(play(true, [0, 100], [1, 101], [2, 0], [2.1, 0.1], [2.3, 0.3], [3, 1])).toEqual([0, 1, 1, 1, 'new 1.3', 2])
  })
  it('after a day in which nobody looked, the day counts; a week does not fit into it', () => {
    expect(play(true, [0, 100], [24, 124])).toEqual([0, 24])
    expect(play(true, [0, 100], [24, 268])).toEqual([0, 0])
  })
  it('starts are not bound by the clock', () => {
    expect(play(false, [0, 100], [1, 400])).toEqual([0, 300])
  })
})

describe('levels of a visit', () => {
  const plans = [
    { id: 'half-month', covers: [] },
    { id: 'quarter', covers: ['half-month'] },
    { id: 'half-year', covers: ['quarter'] },
    { id: 'year', covers: ['half-year', 'half-month'] },
    { id: 'loop', covers: ['pool'] },
    { id: 'pool', covers: ['loop'] },
  ]
  const of = (id: string) => plans.find(p => p.id === id)!
  it('a year’s holds the half-year’s, that the quarter’s, each once', () => {
    expect(levels(of('year'), plans).map(p => p.id)).toEqual(['year', 'half-year', 'half-month', 'quarter'])
    expect(levels(of('half-month'), plans).map(p => p.id)).toEqual(['half-month'])
  })
  it('a circle is found, and does not go on for ever', () => {
    expect(plans.filter(p => circles(p, plans)).map(p => p.id)).toEqual(['loop', 'pool'])
    expect(levels(of('loop'), plans)).toHaveLength(2)
  })
})
