import { describe, expect, it } from 'vitest'
import { type AlarmEvent, figuresOf, flutter, remedyOf, wouldRaise } from '../../rules/alarmfigures.ts'
import type { Rule } from '../../rules/rule.ts'

const HOUR = 3_600_000
const start = Date.UTC(2026, 10, 1)
const event = (atS: number, alarm: string, action: string, more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  at: start + atS * 1000,
  alarm,
  action,
  severity: 'medium',
  called: action === 'raised',
  ...more,
})
const figures = (hours: number, events: readonly AlarmEvent[]) => {
  const made = figuresOf(start, start + hours * HOUR)
  for (const one of events) made.take(one)
  return made.done()
}
/** Occurrences by `from-to` in seconds. */
const times = (...spans: readonly (readonly [number, number | null])[]) =>
  spans.map(([from, to]) => ({ from: from * 1000, to: to === null ? null : to * 1000 }))

describe('the figures of a time', () => {
  it('count windows of ten minutes, aligned to the clock', () => {
    const f = figures(2, [
      ...Array.from({ length: 12 }, (_, i) => event(600 + i, `a${i}`, 'raised')),
      event(1199, 'b', 'raised', { severity: 'life' }),
      event(1200, 'c', 'raised', { severity: 'low' }),
      event(1300, 'd', 'raised', { called: false }),
      event(1400, 'e', 'raised', { severity: 'journal' }),
    ])
    expect(f).toMatchObject({ windows: 12, calls: 14, peak: 13, chattering: 0 })
    expect([f.perWindow, f.perDay, f.overloaded]).toEqual([14 / 12, (14 / 12) * 144, 1 / 12])
    expect(f.mix).toEqual({ life: 1 / 14, high: 0, medium: 12 / 14, low: 1 / 14 })
    expect(f.topTenShare).toBe(10 / 14)
  })
  it('nothing happened: nothing is divided by nothing', () => {
    expect(figures(1, [])).toMatchObject({
      calls: 0,
      perWindow: 0,
      peak: 0,
      topTenShare: 0,
      ackMedianMs: null,
      sources: [],
    })
  })
  it('how soon somebody answered counts from the first call', () => {
    const f = figures(1, [
      event(0, 'a', 'raised'),
      event(10, 'a', 'cleared'),
      event(20, 'a', 'raised'),
      event(50, 'a', 'acknowledged', { called: false }),
      event(60, 'b', 'raised'),
      event(70, 'b', 'acknowledged', { called: false }),
      event(80, 'c', 'raised'),
    ])
    expect([f.ackMedianMs, f.ackP95Ms]).toEqual([10_000, 50_000])
  })
  it('names the worst first', () => {
    const f = figures(1, [
      event(0, 'a', 'raised'),
      event(9, 'b', 'raised'),
      event(10, 'b', 'cleared'),
      event(11, 'b', 'raised'),
    ])
    expect(f.sources.map(s => `${s.alarm} ${s.calls}`)).toEqual(['b 2', 'a 1'])
  })
})

it('chattering is three times within a minute; fleeting is short and alone', () => {
  const table: [ReturnType<typeof times>, chatters: number, fleeting: number][] = [
    [times([0, 5], [20, 25], [60, 65]), 1, 0],
    [times([0, 5], [20, 25], [61, 65]), 0, 0],
    [times([0, 5], [20, 25], [40, 45], [60, 65], [300, 301], [310, 311], [320, 321]), 2, 0],
    [times([0, 9.9]), 0, 1],
    [times([0, 10]), 0, 0],
    [times([0, 5], [100, 105], [160, 165]), 0, 1],
    [times([0, null]), 0, 0],
  ]
  for (const [occurrences, chatters, fleeting] of table) expect(flutter(occurrences)).toEqual({ chatters, fleeting })
  expect(table).toHaveLength(7)
})

it('tells what other delays would have come to', () => {
  const list = times([0, 3], [10, 13], [20, 23], [100, 200], [230, null])
  expect([
    wouldRaise(list, 0, 0),
    wouldRaise(list, 5000, 0),
    wouldRaise(list, 0, 15_000),
    wouldRaise(list, 5000, 60_000),
  ]).toEqual([5, 2, 3, 1])
})

describe('a remedy', () => {
  const rule = (more: Partial<Rule> = {}): Rule => ({
    id: 'r',
    points: [],
    when: { equals: true },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: { 'zh-CN': 'x', en: 'x' },
    ...more,
  })
  const fluttering = times([0, 3], [10, 13], [20, 23], [30, 33], [40, 43])
  const short = times([0, 3], [1000, 1003], [2000, 2004], [3000, 3900])
  it('is the least that is enough: first what hides nothing', () => {
    expect(remedyOf(rule(), fluttering, {})).toEqual({ kind: 'delayOffS', to: 15, would: 1 })
    expect(remedyOf(rule({ delayOffS: 15 }), fluttering, {})).toEqual({ kind: 'delayOffS', to: 60, would: 1 })
    expect(remedyOf(rule(), short, {})).toEqual({ kind: 'delayOnS', to: 5, would: 1 })
  })
  it('is a deadband for what flutters about a limit', () => {
    const level = { range: [0, 100], unit: '%' } as const
    expect(remedyOf(rule({ when: { above: 80 } }), fluttering, level)).toEqual({ kind: 'deadband', to: 5, would: null })
    expect(remedyOf(rule({ when: { above: 80, deadband: 6 } }), fluttering, level).kind).toBe('delayOffS')
    expect(remedyOf(rule({ when: { below: 2 } }), fluttering, { range: [0, 25], unit: 'bar' }).to).toBe(0.5)
    expect(remedyOf(rule({ when: { above: 40 } }), fluttering, { range: [-20, 80], unit: 'Cel' }).to).toBe(1)
  })
  it('is people’s work where no number helps, and always where people are in danger', () => {
    expect(remedyOf(rule(), times([0, 5000], [90_000, 95_000]), {}).kind).toBe('rationalise')
    expect(remedyOf(rule({ severity: 'life' }), fluttering, {}).kind).toBe('rationalise')
    expect(remedyOf(rule({ severity: 'high' }), times([0, 20], [1000, 1020]), {}).kind).toBe('rationalise')
  })
})
