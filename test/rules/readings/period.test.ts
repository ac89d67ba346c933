import { describe, expect, it } from 'vitest'
import type { Meter } from '../../../rules/readings/book.ts'
import { amountText, consumptionBetween, type Life, type Reading } from '../../../rules/readings/period.ts'

const HOUR = 3_600_000
const MONTH = 30 * 24 * HOUR
const meter = (serial: string, decimals: number): Meter => ({
  ...{ serial, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' },
  registers: [{ code: 'total', digits: 5, decimals, unit: 'kW.h', maxPerHour: 6 * 10 ** decimals, source: null }],
})
const read = (meter: string, at: number, index: number | null, more: Partial<Reading> = {}): Reading => ({
  ...{ meter, at, index, quality: 'actual', validation: 'valid' },
  ...more,
})
const there = (meter: string, from: number, to: number | null, opening?: number, closing?: number) => ({
  ...{ point: 'shop-1', meter, from, to },
  opening: opening === undefined ? {} : { total: opening },
  closing: closing === undefined ? {} : { total: closing },
})
const times = (from: number, k: number, index?: number) => ({
  ...{ point: 'shop-1', from, micro: k * 1_000_000, evidence: '' },
  index: index === undefined ? {} : { total: index },
})
/** One meter all along, times 80. */
const life: Life = {
  code: 'total',
  meters: [meter('m1', 1), meter('m2', 2)],
  installations: [there('m1', 0, null, 0)],
  multipliers: [times(0, 80)],
  readings: [read('m1', MONTH, 12_345), read('m1', 2 * MONTH, 13_456)],
}
const count = (change: Partial<Life>, from = MONTH, to = 2 * MONTH) =>
  consumptionBetween({ ...life, ...change }, from, to)
const says = (change: Partial<Life>) => {
  const { consumption, blocked } = count(change)
  return consumption ? amountText(consumption) : blocked.map(b => b.code)
}

describe('what was used in a month', () => {
  const middle = 1.5 * MONTH
  it.each<[string, Partial<Life>, string | string[]]>([
    ['of one meter, times its multiplier', {}, '8888'],
    [
      'over an exchange: both meters, to the digit of the finer one',
      {
        installations: [there('m1', 0, middle, 0, 13_000), there('m2', middle, null, 250)],
        readings: [read('m1', MONTH, 12_345), read('m2', 2 * MONTH, 1_251)],
      },
      '6040.8',
    ],
    ['over a new CT: each part with its own', { multipliers: [times(0, 80), times(middle, 100, 13_000)] }, '9800'],
    ['over the end of the scale', { readings: [read('m1', MONTH, 999_990), read('m1', 2 * MONTH, 10)] }, '160'],
    ['no reading at the end', { readings: [read('m1', MONTH, 12_345)] }, ['missing-reading']],
    [
      'a reading that waits',
      { readings: [read('m1', MONTH, 1), read('m1', 2 * MONTH, 2, { validation: 'uncertain' })] },
      ['uncertain-reading'],
    ],
    [
      'a reading that was thrown out',
      { readings: [read('m1', MONTH, 1), read('m1', 2 * MONTH, 2, { validation: 'rejected' })] },
      ['missing-reading'],
    ],
    [
      'one that a person has accepted',
      { readings: [read('m1', MONTH, 1), read('m1', 2 * MONTH, 100_001, { validation: 'accepted' })] },
      '800000',
    ],
    ['more than it can count', { readings: [read('m1', MONTH, 1), read('m1', 2 * MONTH, 100_001)] }, ['too-much']],
    [
      'an exchange without its closing index',
      {
        installations: [there('m1', 0, middle, 0), there('m2', middle, null, 250)],
        readings: [read('m1', MONTH, 1), read('m2', 2 * MONTH, 251)],
      },
      ['exchange-unfinished'],
    ],
    ['a new CT without an index', { multipliers: [times(0, 80), times(middle, 100)] }, ['no-index-at-change']],
    ['no multiplier', { multipliers: [] }, ['no-multiplier']],
    [
      'a week without a meter',
      {
        installations: [there('m1', 0, middle, 0, 13_000), there('m2', middle + 168 * HOUR, null, 250)],
        readings: [read('m1', MONTH, 12_345), read('m2', 2 * MONTH, 251)],
      },
      ['no-meter'],
    ],
    ['nobody has a meter there', { installations: [] }, ['no-meter']],
    ['a register that it has not', { code: 'peak' }, ['no-register']],
  ])('%s', (_, change, wanted) => expect(says(change)).toEqual(wanted))

  it('a meter that came in the middle of it begins there', () =>
    expect(count({ installations: [there('m1', middle, null, 13_000)] }).segments).toMatchObject([
      { from: middle, opening: 13_000, rise: 456 },
    ]))
  it('rests on the worst of its readings', () =>
    expect(
      count({ readings: [read('m1', MONTH, 1), read('m1', 2 * MONTH, 2, { quality: 'estimated' })] }).quality,
    ).toBe('estimated'))
  it('a multiplier that is no round number stays exact', () => {
    const { consumption } = count({ multipliers: [{ ...times(0, 1), micro: 333_333 }] })
    expect(amountText(consumption!)).toBe('37.0332963')
  })
})
