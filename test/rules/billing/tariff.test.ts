import { describe, expect, it } from 'vitest'
import { amountOf, pricedParts, type Tariff, tariffAt } from '../../../rules/billing/tariff.ts'
import { amountText } from '../../../rules/readings/period.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00+08:00`)
const tariff = (price: number, from: string, more: Partial<Tariff> = {}): Tariff => ({
  ...{ medium: 'electricity', uses: [], register: 'total', micro: price, currency: 'CNY', from: day(from) },
  ...more,
})
const all = [
  tariff(500_000, '2025-01-01'),
  tariff(558_300, '2026-11-16'),
  tariff(900_000, '2026-01-01', { uses: ['shop'] }),
  tariff(300_000, '2026-01-01', { register: 'valley' }),
]
const shown = (parts: ReturnType<typeof pricedParts>) =>
  parts.map(p => [new Date(p.from + 8 * 3_600_000).toISOString().slice(0, 10), p.tariff?.micro ?? null])

describe('which price counts', () => {
  it.each([
    ['the newest that has begun', 'home', 'total', '2026-11-16', 558_300],
    ['until the day before the old one', 'home', 'total', '2026-11-15', 500_000],
    ['one for its use comes before a newer one for all', 'shop', 'total', '2026-11-20', 900_000],
    ['one of its tariff register', 'shop', 'valley', '2026-11-20', 300_000],
    ['none has begun: none is made up', 'home', 'valley', '2025-06-01', null],
  ] as const)('%s', (_, use, register, at, micro) => {
    expect(tariffAt(all, { medium: 'electricity', use, register }, day(at))?.micro ?? null).toBe(micro)
  })
})

describe('a period is split where its price changes', () => {
  const what = { medium: 'electricity', use: 'home', register: 'total' } as const
  it.each([
    [
      'inside',
      what,
      '2026-11-01',
      '2026-12-01',
      [
        ['2026-11-01', 500_000],
        ['2026-11-16', 558_300],
      ],
    ],
    ['on its first moment: not at all', what, '2026-11-16', '2026-12-16', [['2026-11-16', 558_300]]],
    ['on its last: not at all', what, '2026-10-16', '2026-11-16', [['2026-10-16', 500_000]]],
    [
      'by a change that is not for it: not at all',
      { ...what, use: 'shop' },
      '2026-11-01',
      '2026-12-01',
      [['2026-11-01', 900_000]],
    ],
    [
      'from no price to the first one',
      { ...what, register: 'valley' },
      '2025-12-01',
      '2026-02-01',
      [
        ['2025-12-01', null],
        ['2026-01-01', 300_000],
      ],
    ],
  ] as const)('%s', (_, of, from, to, parts) => expect(shown(pricedParts(all, of, day(from), day(to)))).toEqual(parts))
})

describe('an amount is rounded once, half away from nought', () => {
  it.each([
    ['12.5 x 0.5583 = 6.97875', 125n, 1, 558_300, '6.98'],
    ['1 x 0.005', 1n, 0, 5_000, '0.01'],
    ['1 x 0.004999', 1n, 0, 4_999, '0'],
    ['-1 x 0.005', -1n, 0, 5_000, '-0.01'],
    ['what no float has: 0.1 x 3', 1n, 1, 3_000_000, '0.3'],
    ['large: 9,999,999,999,999.99 x 9.999999', 999_999_999_999_999n, 2, 9_999_999, '99999989999999.9'],
  ])('%s', (_, value, decimals, micro, amount) => {
    expect(amountText(amountOf({ value, decimals }, micro))).toBe(amount)
  })
})
