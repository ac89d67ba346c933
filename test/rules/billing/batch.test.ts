import { describe, expect, it } from 'vitest'
import {
  batchFlow,
  corrections,
  isWhole,
  matchAcknowledgement,
  type Row,
  rowOf,
  standing,
  totalsOf,
  unwaived,
} from '../../../rules/billing/batch.ts'
import { linesOf, readingKey } from '../../../rules/billing/line.ts'
import type { Tariff } from '../../../rules/billing/tariff.ts'
import { move } from '../../../rules/flow.ts'
import type { Book, Meter } from '../../../rules/readings/book.ts'
import type { Reading } from '../../../rules/readings/period.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00+08:00`)
const wall = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
const [NOV, MID, DEC] = [day('2026-11-01'), day('2026-11-16'), day('2026-12-01')]

const meter = (serial: string, decimals = 1): Meter => ({
  ...{ serial, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' },
  registers: [{ code: 'total', digits: 6, decimals, unit: 'kW.h', maxPerHour: 10_000, source: null }],
})
const reading = (serial: string, at: number, index: number, more: Partial<Reading> = {}): Reading => ({
  ...{ meter: serial, at, index, quality: 'actual', validation: 'valid' },
  ...more,
})
const point = (id: string, use: 'shop' | 'home' | 'works') =>
  ({ id, unit: `U-${id}`, medium: 'electricity', parent: null, role: 'main', use, closed: false }) as const
const there = (
  at: string,
  serial: string,
  from = day('2026-01-01'),
  to: number | null = null,
  closing = {},
  opening = {},
) => ({
  ...{ point: at, meter: serial, from, opening, to, closing },
})
const times = (at: string, factor: number) => ({
  ...{ point: at, from: day('2026-01-01'), micro: factor * 1_000_000, index: {}, evidence: '' },
})
const book: Book = {
  points: [point('S2', 'shop'), point('S1', 'shop'), point('H1', 'home'), point('C1', 'works'), point('N1', 'shop')],
  meters: [meter('m1'), meter('m2'), meter('m2b'), meter('m3', 2), meter('m4')],
  installations: [
    there('S1', 'm1'),
    there('S2', 'm2', day('2026-01-01'), day('2026-11-20'), { total: 5_100 }),
    there('S2', 'm2b', day('2026-11-20'), null, {}, { total: 7 }),
    there('H1', 'm3'),
    there('C1', 'm4'),
  ],
  multipliers: ['S1', 'H1', 'C1'].map(id => times(id, 1)).concat(times('S2', 80)),
}
const known = (over: readonly Reading[] = [], tariffs: readonly Tariff[] = []) => {
  const all = [
    ...[reading('m1', NOV, 1_000), reading('m1', MID, 1_400), reading('m1', DEC, 1_905)],
    ...[reading('m2', NOV, 5_000), reading('m2', MID, 5_050), reading('m2b', DEC, 107)],
    ...[reading('m3', NOV, 999_999), reading('m3', DEC, 1_000_250, { quality: 'manual' })],
    ...[reading('m4', NOV, 500), reading('m4', DEC, 400)],
    ...over,
  ]
  return {
    book,
    readings: Map.groupBy(all, r => readingKey(r.meter, 'total')) as ReadonlyMap<string, readonly Reading[]>,
    tariffs,
  }
}
const brief = (rows: readonly Row[]) =>
  rows.map(r => [r.line, r.previous, r.current, r.multiplier, r.consumption, r.quality])
const rowsOf = (k = known(), group = { id: 'all', uses: [] as never[] }) =>
  linesOf(k, group, NOV, DEC).lines.map(line => rowOf(line, wall))

describe('the lines of a month', () => {
  it('in the order of their points: an exchange is two pieces, a multiplier counts, what cannot be right is left out', () => {
    expect(brief(rowsOf())).toEqual([
      ['H1/total', '9999.99', '10002.50', '1', '2.51', 'manual'],
      ['S1/total', '100.0', '190.5', '1', '90.5', 'actual'],
      ['S2/total', '500.0', '10.7', '80', '1600', 'actual'],
    ])
    expect(rowsOf().at(-1)).toMatchObject({
      meters: 'm2+m2b',
      pieces: 'm2 500.0-510.0 x80 | m2b 0.7-10.7 x80',
      from: '2026-11-01',
    })
  })
  it('what is left out is named with its reason, and stops the batch until it is waived by name', () => {
    const { unbilled } = linesOf(known(), { id: 'all', uses: [] }, NOV, DEC)
    expect(unbilled.map(u => [u.id, u.blocked.map(b => b.code)])).toEqual([
      ['C1/total', [expect.any(String)]],
      ['N1/total', ['no-meter']],
    ])
    const waived = [{ line: 'N1/total', unit: 'U-N1', by: 'chen', reason: 'no meter yet' }]
    expect(unwaived(unbilled, waived).map(u => u.id)).toEqual(['C1/total'])
  })
  it('of shops only', () => {
    expect(rowsOf(known(), { id: 'shops', uses: ['shop' as never] }).map(r => r.point)).toEqual(['S1', 'S2'])
  })
  const tariffs: Tariff[] = [
    { medium: 'electricity', uses: [], register: 'total', micro: 500_000, currency: 'CNY', from: day('2026-01-01') },
    { medium: 'electricity', uses: [], register: 'total', micro: 600_000, currency: 'CNY', from: MID },
  ]
  it('a tariff that changes inside splits the line where a reading is; elsewhere it stays whole, without an amount', () => {
    const rows = rowsOf(known([], tariffs))
    expect(rows.map(r => [r.line, r.from, r.consumption, r.price, r.amount])).toEqual([
      ['H1/total', '2026-11-01', '2.51', '', ''],
      ['S1/total/1', '2026-11-01', '40', '0.5', '20.00'],
      ['S1/total/2', '2026-11-16', '50.5', '0.6', '30.30'],
      ['S2/total/1', '2026-11-01', '400', '0.5', '200.00'],
      ['S2/total/2', '2026-11-16', '1200', '0.6', '720.00'],
    ])
  })
  it('have control totals', () => {
    expect(totalsOf(rowsOf(known([], tariffs)))).toEqual([
      {
        ...{ medium: 'electricity', register: 'total', uom: 'kW.h', lines: '5', consumption: '1693.01' },
        ...{ difference: '', current: '10848.7', amount: '' },
      },
    ])
  })
})

describe('a correction says only what is different', () => {
  const first = rowsOf()
  it('nothing, when nothing is', () => {
    expect(corrections(standing([{ rows: first }]), rowsOf(), () => 'x')).toEqual([])
  })
  it('what changed, by how much and why; then it is what stands', () => {
    const before = known()
    const mended = new Map(before.readings)
    mended.set('m1/total', [reading('m1', NOV, 1_000), reading('m1', DEC, 1_885, { quality: 'manual' })])
    const now = rowsOf({ ...before, readings: mended })
    const [row, ...more] = corrections(standing([{ rows: first }]), now, () => 'typed wrong')
    expect(more).toEqual([])
    expect(row).toMatchObject({
      line: 'S1/total',
      consumption: '88.5',
      was: '90.5',
      difference: '-2',
      reason: 'typed wrong',
    })
    const after = standing([{ rows: first }, { rows: [row!] }])
    expect(corrections(after, now, () => '')).toEqual([])
    expect(after.get('S1/total')!.consumption).toBe('88.5')
  })
  it('a line that is new, and one that is no more', () => {
    const [, , gone] = first
    const without = first.filter(r => r !== gone)
    expect(
      corrections(standing([{ rows: first }]), without, () => 'w').map(r => [
        r.line,
        r.was,
        r.consumption,
        r.difference,
      ]),
    ).toEqual([['S2/total', '1600', '0', '-1600']])
    expect(
      corrections(standing([{ rows: without }]), first, () => 'w').map(r => [r.line, r.was, r.difference]),
    ).toEqual([['S2/total', '', '1600']])
  })
})

describe('what billing acknowledges is matched line by line', () => {
  const rows = rowsOf()
  const whole = rows.map(r => ({ line: r.line, consumption: r.consumption }))
  it.each([
    ['all of it', whole, true],
    ['the same number written otherwise', whole.map((w, i) => (i === 2 ? { ...w, consumption: '1600.00' } : w)), true],
    ['a digit off', whole.map((w, i) => (i === 2 ? { ...w, consumption: '1600.1' } : w)), false],
    ['no number', whole.map((w, i) => (i === 2 ? { ...w, consumption: 'n/a' } : w)), false],
    ['a line left out', whole.slice(1), false],
    ['a line of their own', [...whole, { line: 'X/total', consumption: '0' }], false],
    ['a line twice', [...whole, whole[0]!], false],
  ])('%s', (_, told, good) => {
    const matched = matchAcknowledgement(rows, told)
    expect(isWhole(matched)).toBe(good)
    expect(matched.same + matched.different.length + matched.missing.length).toBe(rows.length)
  })
})

describe('the way of a batch', () => {
  it.each([
    ['draft', 'approve', 'manager', 'issued'],
    ['draft', 'approve', 'billing', 'not-your-role'],
    ['issued', 'approve', 'manager', 'no-such-move'],
    ['issued', 'withdraw', 'admin', 'no-such-move'],
    ['issued', 'accept', 'billing', 'accepted'],
    ['accepted', 'correct', 'billing', 'corrected'],
    ['corrected', 'accept', 'billing', 'no-such-move'],
  ] as const)('%s, %s by %s: %s', (phase, action, role, then) => {
    const moved = move(batchFlow, phase, action, role)
    expect('to' in moved ? moved.to : moved.refused).toBe(then)
  })
})
