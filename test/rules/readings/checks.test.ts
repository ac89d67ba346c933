import { describe, expect, it } from 'vitest'
import { balances, type CountedPoint } from '../../../rules/readings/balance.ts'
import { checkUse, estimateDay, readingChecks, readingLimits, type Used } from '../../../rules/readings/checks.ts'

const usual: Used = {
  ...{
    step: 1,
    vacant: false,
    closed: false,
    waterMain: false,
    days: 30,
    rise: 3000,
    usual: { rise: 2800, days: 28 },
    zeroDays: 0,
  },
  ...{ hours: null, nightRise: null, tariffs: null, energy: null, estimated: 0 },
}
const said = (change: Partial<Used>) => checkUse({ ...usual, ...change }).map(d => d.check)

describe('what is worth a look before it is billed', () => {
  it.each<[string, Partial<Used>, string[]]>([
    ['as usual', {}, []],
    ['two and a half times as much', { rise: 7500 }, []],
    ['a little more than that', { rise: 7501 }, ['high']],
    ['a month of 31 days is no more use', { days: 31, rise: 7750 }, []],
    ['a little less than a third', { rise: 899 }, ['low']],
    ['nothing to compare with', { rise: 90_000, usual: null }, []],
    ['not known', { rise: null }, []],
    ['nothing for a week', { zeroDays: 7 }, []],
    ['nothing for longer', { zeroDays: 8 }, ['zero-use']],
    ['nothing, and nobody there', { vacant: true, zeroDays: 80, rise: 0 }, []],
    ['vacant, and water runs all night', { vacant: true, nightRise: 12 }, ['vacant-use']],
    ['vacant, and a drop', { vacant: true, nightRise: 1 }, []],
    ['closed, and used', { closed: true }, ['closed-use']],
    ['one hour unlike all others', { hours: [10, 10, 11, 60] }, ['spike']],
    ['a busy hour', { hours: [10, 10, 11, 25] }, []],
    ['twice nothing is nothing', { rise: 8, usual: { rise: 2, days: 28 } }, []],
    ['a main at rest at night', { waterMain: true, nightRise: 2, hours: [2, 20, 20, 20] }, []],
    ['a main that never rests', { waterMain: true, nightRise: 9, hours: [9, 20, 20, 20] }, ['night-flow']],
    ['tariffs add up, but for two digits', { tariffs: 2998 }, []],
    ['tariffs do not add up', { tariffs: 2984 }, ['sum-check']],
    ['a CT of 150 entered as 100', { energy: { counted: 2000, measured: 3000 } }, ['power-check']],
    ['within what both may err', { energy: { counted: 2920, measured: 3000 } }, []],
    ['estimated three times running', { estimated: 3 }, ['estimated-long']],
  ])('%s', (_, change, checks) => expect(said(change)).toEqual(checks))

  it('says the numbers it was decided by, all that its text asks for', () => {
    const doubts = [
      ...checkUse({ ...usual, rise: 9000, zeroDays: 9, hours: [1, 1, 29], tariffs: 0, estimated: 3 }),
      ...checkUse({ ...usual, rise: 1, energy: { counted: 10, measured: 20 } }),
      ...checkUse({ ...usual, vacant: true, nightRise: 2 }),
      ...checkUse({ ...usual, closed: true }),
      ...checkUse({ ...usual, waterMain: true, nightRise: 9, hours: [9, 20, 20, 20] }),
    ]
    // A pair that is swapped is found beside these.
    expect(new Set([...doubts.map(d => d.check), 'swapped'])).toEqual(new Set(Object.keys(readingChecks)))
    for (const { check, params } of doubts)
      for (const text of [readingChecks[check]['zh-CN'], readingChecks[check].en])
        for (const [, name] of text.matchAll(/\{(\w+)\}/g))
          if (name !== 'unit') expect([check, name, params[name!]]).not.toContain(undefined)
    expect(doubts[0]!.params).toEqual({ days: 30, used: 9000, from: 900, to: 7500, times: 3 })
  })
  it('has limits that can be changed', () =>
    expect(checkUse({ ...usual, rise: 4000 }, { ...readingLimits, highPercent: 120 }).map(d => d.check)).toEqual([
      'high',
    ]))
})

describe('what a day without a reading is likely to have counted', () => {
  const day = (daysAgo: number, rise: number | null) => ({ daysAgo, rise })
  it('the same weekday of three weeks', () =>
    expect(estimateDay([day(-1, 900), day(-7, 100), day(-14, 101), day(-21, 105)])).toEqual({
      ...{ rise: 102, reason: 'same-weekdays', days: 3 },
    }))
  it('else of the days that are known', () =>
    expect(estimateDay([day(-1, 90), day(-2, null), day(-7, 100)])).toEqual({
      ...{ rise: 95, reason: 'daily-average', days: 2 },
    }))
  it('else nothing is made up', () => expect(estimateDay([day(-1, null)])).toBeNull())
})

describe('what goes in and does not come out', () => {
  const point = (id: string, parent: string | null, value: number | null, more: Partial<CountedPoint> = {}) => ({
    ...({ id, parent, role: 'sub', medium: 'electricity', closed: false, accuracy: 1, ...more } as const),
    used: value === null ? null : { value: BigInt(value), decimals: 1 },
  })
  const of = (...points: CountedPoint[]) => balances(points)[0]
  const main = point('main', null, 1000)
  it.each<[string, CountedPoint[], string, number | null]>([
    ['three of a hundred', [main, point('a', 'main', 500), point('b', 'main', 470)], 'within', 3],
    ['more than that', [main, point('a', 'main', 500), point('b', 'main', 469)], 'loss', 3.1],
    ['more comes out, within what the meters err', [main, point('a', 'main', 1020)], 'within', -2],
    ['more comes out than goes in', [main, point('a', 'main', 1021)], 'gain', -2.1],
    ['one is not known', [main, point('a', 'main', 900), point('b', 'main', null)], 'unknown', null],
    ['the main is not known', [point('main', null, null), point('a', 'main', 900)], 'unknown', null],
    ['behind a child: already in it', [main, point('a', 'main', 990), point('c', 'a', 980)], 'within', 1],
    [
      'a check meter counts nothing twice',
      [main, point('a', 'main', 990), point('k', 'main', 990, { role: 'check' })],
      'within',
      1,
    ],
    ['one that was closed', [main, point('a', 'main', 990), point('k', 'main', null, { closed: true })], 'within', 1],
    [
      'of water eight',
      [point('main', null, 1000, { medium: 'water' }), point('a', 'main', 920, { medium: 'water' })],
      'within',
      8,
    ],
    ['nothing went in, something came out', [point('main', null, 0), point('a', 'main', 5)], 'gain', null],
  ])('%s', (_, points, state, percent) => expect(of(...points)).toMatchObject({ state, lostPercent: percent }))
  it('says whose reading is wanting', () =>
    expect(of(main, point('a', 'main', 900), point('b', 'main', null))?.wanting).toEqual(['b']))
  it('a meter with nobody behind it has no balance', () => expect(balances([main])).toEqual([]))
})
