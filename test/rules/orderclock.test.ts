import { describe, expect, it } from 'vitest'
import { type Weekday, weekdays } from '../../rules/calendar.ts'
import {
  type Clock,
  clocks,
  dueRungs,
  type Escalating,
  type OrderTimes,
  type Pause,
  type Policy,
  policies,
  type Rung,
} from '../../rules/orderclock.ts'
import type { OrderClass } from '../../rules/rule.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR

it('N01 N02: urgent, there in 15 min, works in 6 h; N04 N03: others in 30 min and 1 day', () => {
  expect(policies.urgent).toMatchObject({ arriveMs: 15 * MIN, restoreMs: 6 * HOUR, hours: null })
  expect(policies.general).toMatchObject({ arriveMs: 30 * MIN, restoreMs: DAY, hours: null })
})
it('people trapped: accepted in 3 min, there as soon as urgent, free within the hour, and nothing pauses it', () => {
  expect(policies.life).toMatchObject({ acceptMs: 3 * MIN, arriveMs: 15 * MIN, restoreMs: HOUR, pauses: {} })
})

const order = (more: Partial<OrderTimes> = {}): OrderTimes => ({
  phase: 'new',
  class: 'urgent',
  openedAt: 0,
  acceptedAt: null,
  arrivedAt: null,
  fixedAt: null,
  closedAt: null,
  pauses: [],
  appointmentAt: null,
  dueAt: null,
  ...more,
})
const of = (
  kind: Clock['kind'],
  o: OrderTimes,
  now: number,
  policy: Policy = policies[o.class],
  zone?: string,
): Clock => clocks(o, policy, now, zone).find(c => c.kind === kind)!
const told = (kind: Clock['kind'], o: OrderTimes, now: number, policy?: Policy, zone?: string) => {
  const c = of(kind, o, now, policy, zone)
  return `${c.state} ${c.ms / MIN}`
}
const pause = (reason: Pause['reason'], fromMin: number, toMin: number | null, more: Partial<Pause> = {}): Pause => ({
  reason,
  from: fromMin * MIN,
  until: (toMin ?? 10_000) * MIN,
  to: toMin === null ? null : toMin * MIN,
  stops: policies.urgent.pauses[reason]!,
  ...more,
})

describe('the clocks of an urgent order opened at 0', () => {
  /** [what, order, now in min, arrive, restore] as `state minutes` */
  const table: [string, OrderTimes, number, string, string][] = [
    ['just opened', order(), 0, 'running 15', 'running 360'],
    ['a quarter left is not soon yet', order(), 11.25, 'running 3.75', 'running 348.75'],
    ['a little less is', order(), 11.5, 'soon 3.5', 'running 348.5'],
    ['exactly the deadline is not over', order(), 15, 'soon 0', 'running 345'],
    ['half a minute later is', order(), 15.5, 'over -0.5', 'running 344.5'],
    ['arrived exactly in time', order({ phase: 'arrived', arrivedAt: 15 * MIN }), 60, 'met 15', 'running 300'],
    ['arrived late', order({ phase: 'arrived', arrivedAt: 15.5 * MIN }), 60, 'late 15.5', 'running 300'],
    ['restore is soon', order({ phase: 'arrived', arrivedAt: MIN }), 300, 'met 1', 'soon 60'],
    ['restore is over', order({ phase: 'arrived', arrivedAt: MIN }), 420, 'met 1', 'over -60'],
    ['fixed in time', order({ phase: 'fixed', arrivedAt: MIN, fixedAt: 6 * HOUR }), 540, 'met 1', 'met 360'],
    ['fixed too late', order({ phase: 'fixed', arrivedAt: MIN, fixedAt: 7 * HOUR }), 540, 'met 1', 'late 420'],
    [
      'fixed without a note of arrival: was there then',
      order({ phase: 'fixed', fixedAt: 600_000 }),
      60,
      'met 10',
      'met 10',
    ],
    [
      'closed keeps what was reached',
      order({ phase: 'closed', arrivedAt: MIN, fixedAt: 2 * MIN }),
      999,
      'met 1',
      'met 2',
    ],
    ['cancelled: nothing runs any more', order({ phase: 'cancelled' }), 999, 'ended 0', 'ended 0'],
    ['merged: nothing runs any more', order({ phase: 'merged' }), 999, 'ended 0', 'ended 0'],
  ]
  it.each(table)('%s', (_, o, now, arrive, restore) => {
    expect([told('arrive', o, now * MIN), told('restore', o, now * MIN)]).toEqual([arrive, restore])
    for (const c of clocks(o, policies.urgent, now * MIN)) expect(c.used >= 0 && c.used <= 1).toBe(true)
  })
})

describe('a pause', () => {
  const forPart = order({ phase: 'arrived', arrivedAt: 5 * MIN, pauses: [pause('part', 60, null)] })
  it('for a part holds restore, and not arrive; its number stands still', () => {
    const late = order({ pauses: [pause('part', 5, null)] })
    expect([told('arrive', late, 20 * MIN), told('restore', late, 20 * MIN)]).toEqual(['over -5', 'paused 355'])
    expect([told('restore', forPart, 61 * MIN), told('restore', forPart, 9 * DAY)]).toEqual([
      'paused 300',
      'paused 300',
    ])
    expect(of('restore', forPart, 61 * MIN).why).toBe('part')
  })
  it('for the occupant holds arrive too, never accept', () => {
    const away = order({ pauses: [pause('occupant', 2, null)] })
    expect((['accept', 'arrive', 'restore'] as const).map(kind => told(kind, away, 10 * MIN))).toEqual([
      'over -5',
      'paused 13',
      'paused 358',
    ])
  })
  it('ended, goes on where it stood; several are added up, also when they touch', () => {
    const o = order({
      arrivedAt: MIN,
      pauses: [pause('part', 60, 120), pause('permit', 120, 180), pause('part', 200, 210)],
    })
    expect(told('restore', o, 240 * MIN)).toBe('running 250')
    expect(of('restore', o, 240 * MIN).intervals.map(i => [i.from / MIN, i.to / MIN, i.why])).toEqual([
      [0, 60, null],
      [60, 120, 'part'],
      [120, 180, 'permit'],
      [180, 200, null],
      [200, 210, 'part'],
      [210, 240, null],
    ])
  })
  it('is not counted in how long it took', () => {
    const o = order({ phase: 'fixed', arrivedAt: MIN, pauses: [pause('part', 60, 600)], fixedAt: 660 * MIN })
    expect(told('restore', o, 9 * DAY)).toBe('met 120')
  })
  it('says when it runs out, as far as can be said: after the expected end', () => {
    const o = order({ pauses: [pause('part', 60, null, { until: 120 * MIN })] })
    expect(of('restore', o, 90 * MIN).dueAt).toBe((120 + 300) * MIN)
    expect(of('restore', o, 150 * MIN).dueAt).toBe((150 + 300) * MIN)
  })
})

describe('what others got wrong', () => {
  /** GLPI #6902, #15605: the pause was lost when the agreement was changed. */
  it('GLPI: pause, change of class, resume: counted anew from the start, and every pause is kept', () => {
    const paused = order({ class: 'general', arrivedAt: MIN, pauses: [pause('part', 60, 180)] })
    expect(told('restore', paused, 240 * MIN)).toBe(`running ${24 * 60 - 120}`)
    const urgent: OrderTimes = { ...paused, class: 'urgent' }
    expect(told('restore', urgent, 240 * MIN)).toBe('running 240')
    // Even to a class that pauses for nothing: what stood still stood still.
    expect(told('restore', { ...paused, class: 'life' }, 180 * MIN)).toBe('soon 0')
  })
  it('a change of the policy itself keeps them too', () => {
    const o = order({ arrivedAt: MIN, pauses: [pause('part', 60, 180)] })
    expect(told('restore', o, 240 * MIN, { ...policies.urgent, restoreMs: 3 * HOUR, pauses: {} })).toBe('running 60')
  })
  /** GLPI #24481: an order was breached while it was pending. */
  it('GLPI: nothing is breached and nobody is told while it is paused', () => {
    const o = { ...order({ acceptedAt: 1, arrivedAt: MIN, pauses: [pause('part', 60, null)] }), ...ladderStart }
    expect(told('restore', o, 30 * DAY)).toBe('paused 300')
    expect(dueRungs(o, policies.urgent, 2 * DAY).filter(r => r.clock === 'restore')).toEqual([])
  })
  /** GLPI #23359: pauses counted in the statistics after an order was reopened. */
  it('GLPI: sent back, the pause is still no time of work', () => {
    const o = order({ phase: 'accepted', arrivedAt: MIN, pauses: [pause('part', 60, 120)] })
    expect(told('restore', o, 180 * MIN)).toBe('running 240')
    expect(told('restore', { ...o, phase: 'fixed', fixedAt: 200 * MIN }, 999 * MIN)).toBe('met 140')
  })
  /** ServiceNow: start and pause at the same moment: it never paused. */
  it('ServiceNow: paused from the first moment on is paused', () => {
    expect(told('restore', order({ pauses: [pause('part', 0, null)] }), 10 * DAY)).toBe('paused 360')
  })
  it('a clock that was set back shows no negative time used', () => {
    expect(of('arrive', order({ openedAt: HOUR }), 0)).toMatchObject({ state: 'running', ms: 15 * MIN, used: 0 })
  })
})

describe('an appointment', () => {
  const at = 2 * DAY
  it('N03: excepts a general order from its one day; the crew is to be there then', () => {
    const o = order({ class: 'general', appointmentAt: at })
    expect([told('restore', o, 3 * DAY), told('close', o, 9 * DAY)]).toEqual(['exempt 0', 'exempt 0'])
    expect(of('restore', o, DAY).why).toBe('appointment')
    expect([told('arrive', o, DAY), told('arrive', o, at + MIN)]).toEqual([`running ${24 * 60}`, 'over -1'])
    expect(of('arrive', o, DAY).dueAt).toBe(at)
  })
  it('not an urgent one', () => {
    const o = order({ class: 'urgent', appointmentAt: at })
    expect([told('arrive', o, 20 * MIN), told('restore', o, 7 * HOUR)]).toEqual(['over -5', 'over -60'])
  })
})

it('planned work has one clock: when it has to be done', () => {
  const o = order({ class: 'general', dueAt: 7 * DAY })
  expect((['accept', 'arrive', 'close'] as const).map(kind => of(kind, o, DAY).state)).toEqual([
    'exempt',
    'exempt',
    'exempt',
  ])
  expect([told('restore', o, 6 * DAY), told('restore', o, 8 * DAY)]).toEqual([`soon ${24 * 60}`, `over -${24 * 60}`])
})

describe('working hours [GLPI #15429: calendars and time zones]', () => {
  const policy: Policy = {
    ...policies.general,
    restoreMs: 4 * HOUR,
    hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' },
  }
  const shanghai = (iso: string) => Date.parse(`${iso}:00+08:00`)
  /** [opened, now, restore], Friday 20 November 2026 */
  const table: [string, string, string][] = [
    ['2026-11-20T16:00', '2026-11-20T17:00', 'running 180'],
    ['2026-11-20T16:00', '2026-11-20T18:30', 'paused 120'],
    ['2026-11-20T16:00', '2026-11-22T12:00', 'paused 120'],
    ['2026-11-20T16:00', '2026-11-23T09:00', 'running 60'],
    ['2026-11-20T16:00', '2026-11-23T10:00', 'soon 0'],
    ['2026-11-21T03:00', '2026-11-23T08:30', 'running 210'],
  ]
  it.each(table)('opened %s, at %s', (opened, now, restore) => {
    const o = order({ class: 'general', openedAt: shanghai(opened) })
    expect(told('restore', o, shanghai(now), policy, 'Asia/Shanghai')).toBe(restore)
  })
  it('say when it runs out, over the weekend', () => {
    const o = order({ class: 'general', openedAt: shanghai('2026-11-20T16:00') })
    const due = of('restore', o, shanghai('2026-11-20T17:00'), policy, 'Asia/Shanghai').dueAt
    expect(due).toBe(shanghai('2026-11-23T10:00'))
  })
  it('keep their hours when the clocks change [Berlin, 25 October 2026]', () => {
    const nights: Policy = {
      ...policy,
      hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '22:00', to: '06:00' },
    }
    const o = order({ class: 'general', openedAt: Date.parse('2026-10-24T22:00:00+02:00') })
    // The night is nine hours long, and all of it counts.
    const end = Date.parse('2026-10-25T06:00:00+01:00')
    const ran = of('restore', o, end, { ...nights, restoreMs: DAY }, 'Europe/Berlin').intervals
    expect(ran.reduce((sum, i) => sum + (i.running ? i.to - i.from : 0), 0)).toBe(9 * HOUR)
  })
})

describe('holidays', () => {
  const shanghai = (iso: string) => Date.parse(`${iso}:00+08:00`)
  const week = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
  const calendar = { holidays: ['2026-10-01', '2026-10-02'], workdays: ['2026-10-10'] }
  const ran = (days: readonly Weekday[], from: string, to: string) => {
    const hours = { days, from: '08:00', to: '18:00', ...calendar }
    const o = order({ class: 'general', openedAt: shanghai(from) })
    const { intervals } = of('restore', o, shanghai(to), { ...policies.general, hours }, 'Asia/Shanghai')
    return intervals.reduce((sum, i) => sum + (i.running ? i.to - i.from : 0), 0) / HOUR
  }
  it('are not worked, and a Saturday that is worked instead is; hours of seven days have people then, too', () => {
    expect([
      ran(week, '2026-09-30T17:00', '2026-10-05T09:00'),
      ran(week, '2026-10-09T17:00', '2026-10-12T08:00'),
      ran(weekdays, '2026-09-30T17:00', '2026-10-02T08:00'),
    ]).toEqual([2, 11, 11])
  })
})

const ladderStart = { rungs: [] as readonly Rung[], reopenedAt: null, visitBy: null }

describe('the ladder', () => {
  /** Looks at these minutes, and keeps what was told. `ack` acknowledges before the look. */
  function diary(start: Partial<Escalating>, looks: readonly (readonly [min: number, ack?: 'ack'])[]): string[] {
    let o: Escalating = { ...order(), ...ladderStart, ...start }
    const seen: string[] = []
    for (const [min, ack] of looks) {
      const now = min * MIN
      if (ack) o = { ...o, rungs: o.rungs.map(r => (r.ackAt === null ? { ...r, ackAt: now, ackBy: 'wang' } : r)) }
      const due = dueRungs(o, policies[o.class as OrderClass], now)
      o = { ...o, rungs: [...o.rungs, ...due] }
      for (const r of due) seen.push(`${min}: ${r.clock} ${r.pct}${r.lateMs ? ` late ${r.lateMs / MIN}` : ''}`)
    }
    return seen
  }
  const accepted = { phase: 'accepted', acceptedAt: 0 } as const
  const table: [string, Partial<Escalating>, readonly (readonly [number, 'ack'?])[], string[]][] = [
    ['nothing before half of the time', accepted, [[7]], []],
    [
      'each rung once, in time, looked at every half minute',
      accepted,
      Array.from({ length: 62 }, (_, i) => [i / 2] as const),
      ['7.5: arrive 50', '11.5: arrive 75', '15: arrive 100', '22.5: arrive 150', '30: arrive 200'],
    ],
    [
      'acknowledged: no further warning, but the breach is told; acknowledged again: quiet',
      accepted,
      [[7.5], [8, 'ack'], [12], [15], [16, 'ack'], [23], [31]],
      ['7.5: arrive 50', '15: arrive 100'],
    ],
    [
      'a clock that was set back does not silence the last step for as long',
      accepted,
      [[7.5], [11.25], [15], [22.5], [30], [20], [20.5], [79.5], [80]],
      [
        ...['7.5: arrive 50', '11.25: arrive 75', '15: arrive 100', '22.5: arrive 150', '30: arrive 200'],
        ...['20: arrive 201', '80: arrive 500'],
      ],
    ],
    [
      'looking at it is no acknowledgement',
      accepted,
      [[15], [22.5], [30]],
      ['15: arrive 50 late 7.5', '15: arrive 75 late 3.75', '15: arrive 100', '22.5: arrive 150', '30: arrive 200'],
    ],
    [
      'after a standstill of the gateway each missed rung once, with how late it is',
      accepted,
      [[24], [24.5], [25]],
      ['24: arrive 50 late 16.5', '24: arrive 75 late 12.75', '24: arrive 100 late 9', '24: arrive 150 late 1.5'],
    ],
    ['done: no rung any more', { ...accepted, phase: 'arrived', arrivedAt: 7 * MIN }, [[30]], []],
    [
      'the end of a pause is told, to those who lead after four hours and a day, until somebody acknowledges',
      { ...accepted, phase: 'arrived', arrivedAt: MIN, pauses: [pause('part', 10, null, { until: 60 * MIN })] },
      [[59], [60], [61], [299], [300], [1500], [9000]],
      ['60: pause 100', '300: pause 150', '1500: pause 200'],
    ],
    [
      'acknowledged: the end of the pause is told no more',
      { ...accepted, phase: 'arrived', arrivedAt: MIN, pauses: [pause('part', 10, null, { until: 60 * MIN })] },
      [[60], [61, 'ack'], [300], [1500]],
      ['60: pause 100'],
    ],
    [
      'N06: a return visit that is late is told, and again',
      { phase: 'closed', closedAt: 0, fixedAt: 0, acceptedAt: 0, arrivedAt: 0, visitBy: 48 * HOUR },
      [[48 * 60 - 1], [48 * 60], [48 * 60 + 5], [52 * 60]],
      ['2880: visit 100', '3120: visit 150'],
    ],
    [
      'behind its last step that one is told each hour until somebody acknowledges',
      { ...accepted, rungs: [50, 75, 100, 150].map(pct => ({ ...past('arrive', pct, 15), ackBy: null, ackAt: null })) },
      [[30], [89], [90], [120], [150], [151, 'ack'], [170]],
      ['30: arrive 200', '90: arrive 600', '150: arrive 1000'],
    ],
    [
      'sent back when it was late already: the highest step at once, not all five',
      { ...accepted, arrivedAt: MIN, reopenedAt: 1000 * MIN },
      [[1000], [1001]],
      ['1000: restore 200'],
    ],
    [
      'a clock that was set back tells nothing a second time',
      { ...accepted, arrivedAt: MIN, reopenedAt: 300 * MIN },
      [[240], [241], [242], [269], [301]],
      ['240: restore 50', '301: restore 75 late 1'],
    ],
    [
      'sent back: the ladder begins anew',
      { ...accepted, arrivedAt: MIN, reopenedAt: 200 * MIN, rungs: [past('restore', 50, 180)] },
      [[201], [270]],
      ['201: restore 50 late 1', '270: restore 75'],
    ],
  ]
  it.each(table)('%s', (_, start, looks, expected) => {
    expect(diary(start, looks)).toEqual(expected)
  })
  it('the site says who is told when', () => {
    const own: Policy = { ...policies.urgent, ladder: [{ pct: 120, tell: ['desk'] }] }
    const due = (min: number) => dueRungs({ ...order(), ...ladderStart, ...accepted }, own, min * MIN)
    expect([due(17), due(18).map(r => [r.clock, r.pct, r.tell])]).toEqual([[], [['arrive', 120, ['desk']]]])
  })
  it('an order that nobody accepted is told on the accept clock first', () => {
    expect(diary({}, [[2.5], [5]])).toEqual(['2.5: accept 50', '5: accept 75 late 1.25', '5: accept 100'])
  })
})

function past(clock: Rung['clock'], pct: number, atMin: number): Rung {
  const at = atMin * MIN
  return { clock, pct, tell: ['engineer'], dueAt: at, at, lateMs: 0, ackBy: 'li', ackAt: at }
}
