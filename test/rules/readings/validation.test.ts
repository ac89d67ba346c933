import { describe, expect, it } from 'vitest'
import { estimateIndex, trueUp } from '../../../rules/readings/estimate.ts'
import { suspectsOf } from '../../../rules/readings/suspects.ts'
import { type InDoubt, swappedPairs } from '../../../rules/readings/swap.ts'
import { usualDay, usualMonth, zeroDays } from '../../../rules/readings/usual.ts'

const DAY = 86_400_000
const day = (daysAgo: number, rise: number | null) => ({ daysAgo, rise })
const lastDays = (n: number, rise: number) => Array.from({ length: n }, (_, i) => day(-i - 1, rise))

describe('what is usual', () => {
  it('of a Sunday: the Sundays, not the week', () =>
    expect(usualDay([...lastDays(28, 100), day(0, 9)].map(d => (d.daysAgo % 7 === 0 ? { ...d, rise: 4 } : d)))).toEqual(
      {
        ...{ rise: 16, days: 4 },
      },
    ))
  it('with two Sundays known: all days; with six days known: nothing', () => {
    const holes = lastDays(28, 10).map(d => ([-7, -14].includes(d.daysAgo) ? { ...d, rise: null } : d))
    expect(usualDay(holes)).toEqual({ rise: 260, days: 26 })
    expect(usualDay(lastDays(6, 10))).toBeNull()
  })
  it('of an August: the last one with those beside it, else the three months before', () => {
    const month = (monthsAgo: number, rise: number | null) => ({ monthsAgo, days: 30, rise })
    const all = [month(-1, 50), month(-2, 50), month(-3, null), month(-11, 200), month(-12, 300), month(-13, 250)]
    expect(usualMonth(all)).toEqual({ rise: 750, days: 90 })
    expect(usualMonth(all.map(m => (m.monthsAgo === -12 ? { ...m, rise: null } : m)))).toEqual({ rise: 100, days: 60 })
    expect(usualMonth([])).toBeNull()
  })
  it.each<[string, ReturnType<typeof day>[], number | null]>([
    ['counts', [day(0, 3), day(-1, 0)], 0],
    ['two days', [day(0, 0), day(-1, 0), day(-2, 1)], 2],
    ['as far as it is known', [day(0, 0), day(-1, null), day(-2, 0)], 1],
    ['today is not known', [day(0, null), day(-1, 0)], null],
  ])('how long nothing was counted: %s', (_, days, n) => expect(zeroDays(days)).toBe(n))
})

describe('an estimate', () => {
  const one = (rise: number, reason: 'same-weekdays' | 'daily-average' = 'same-weekdays') => ({ rise, reason, days: 3 })
  it('goes on from what counts, and says what the days rest on', () => {
    expect(estimateIndex(1000, [one(10), one(12)], null)).toEqual({ index: 1022, reason: 'same-weekdays' })
    expect(estimateIndex(1000, [one(10), one(12, 'daily-average')], null)!.reason).toBe('daily-average')
  })
  it('makes nothing up of nothing', () => expect(estimateIndex(1000, [one(10), null], null)).toBeNull())
  it('a later reading says what the whole was', () => {
    const later = { index: 1100, days: [one(30)] }
    expect(estimateIndex(1000, [one(10)], later)).toEqual({ index: 1025, reason: 'interpolated' })
    expect(estimateIndex(1000, [null], { index: 1100, days: [null] })!.index).toBe(1050)
  })
  it('is put back when an actual reading is below it, and stays when it is not', () => {
    const base = { at: 0, index: 100 }
    const estimates = [
      { at: 10 * DAY, index: 200 },
      { at: 20 * DAY, index: 300 },
    ]
    expect(trueUp(base, estimates, { at: 30 * DAY, index: 310 })).toEqual([])
    expect(trueUp(base, estimates, { at: 30 * DAY, index: 190 })).toEqual([
      { at: 10 * DAY, index: 130 },
      { at: 20 * DAY, index: 160 },
    ])
  })
})

describe('two readings in the wrong lines', () => {
  const register = { digits: 5, decimals: 0, maxPerHour: 50 }
  const read = (
    point: string,
    before: number,
    now: number,
    usual: number | null = null,
    near = 'water 3',
  ): InDoubt => ({
    ...{ point, near, register, usual },
    before: { at: 0, index: before },
    now: { at: 30 * DAY, index: now },
  })
  it.each<[string, InDoubt[], string[]]>([
    ['each fits the other only', [read('a', 100, 61_000), read('b', 60_000, 120)], ['a b']],
    ['not next to each other', [read('a', 100, 61_000), read('b', 60_000, 120, null, 'water 9')], []],
    ['one far too high and one far too low', [read('a', 100, 400, 20), read('b', 390, 121, 15)], ['a b']],
    ['both too high', [read('a', 100, 400, 20), read('b', 90, 500, 20)], []],
    ['high and low, and wrong the other way round too', [read('a', 100, 400, 20), read('b', 1000, 1001, 20)], []],
    ['each has one partner', [read('a', 100, 61_000), read('b', 60_000, 120), read('c', 60_000, 130)], ['a b']],
  ])('%s', (_, readings, pairs) => expect(swappedPairs(readings).map(p => p.join(' '))).toEqual(pairs))
})

describe('where to look first when a main does not come out', () => {
  const behind = [
    { point: 'as-usual', used: 100, usual: 98, checks: [] },
    { point: 'less', used: 40, usual: 100, checks: [] },
    { point: 'stands', used: 0, usual: 300, checks: [] },
    { point: 'ct', used: 100, usual: 100, checks: ['power-check' as const] },
    { point: 'more', used: 300, usual: 100, checks: [] },
    { point: 'new', used: 5, usual: null, checks: [] },
  ]
  it('too little comes out: an open exception, then who is furthest below the usual', () =>
    expect(suspectsOf('loss', behind).map(s => [s.point, s.reason])).toEqual([
      ['ct', 'checked'],
      ['stands', 'stands'],
      ['less', 'less'],
    ]))
  it('too much comes out: who is above', () =>
    expect(suspectsOf('gain', behind).map(s => s.point)).toEqual(['ct', 'more']))
})
