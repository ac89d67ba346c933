import { describe, expect, it } from 'vitest'
import { linesOf, readingKey } from '../../../rules/billing/line.ts'
import type { Book, MeterMedium, ServicePoint } from '../../../rules/readings/book.ts'
import { ownFrozen } from '../../../rules/readings/own.ts'
import type { Reading } from '../../../rules/readings/period.ts'
import { changesOccupier, linesFor, type SpecialLine, splitsOf, wanting } from '../../../rules/readings/special.ts'

const DAY = 86_400_000
const point = (id: string, unit: string, medium: MeterMedium): ServicePoint => ({
  ...{ id, unit, medium, parent: null, role: 'sub', use: 'shop', closed: false },
})
const meter = (serial: string, medium: MeterMedium, codes: readonly ('total' | 'peak')[] = ['total']) => ({
  ...{ serial, medium, maker: '', model: '', accuracy: null, seal: '' },
  registers: codes.map(code => ({ code, digits: 5, decimals: 1, unit: 'kW.h', maxPerHour: 500, source: null })),
})
const book: Book = {
  points: [
    ...[point('E-1', '101', 'electricity'), point('W-1', '101', 'water'), point('E-2', '102', 'electricity')],
    ...[point('G-2', '102', 'gas'), point('W-3', '103', 'water')],
  ],
  meters: [meter('e1', 'electricity', ['total', 'peak']), meter('w1', 'water'), meter('e2', 'electricity')],
  installations: [
    { point: 'E-1', meter: 'e1', from: 0, opening: { total: 100, peak: 10 }, to: null, closing: {} },
    { point: 'W-1', meter: 'w1', from: 0, opening: { total: 0 }, to: null, closing: {} },
    { point: 'E-2', meter: 'e2', from: 0, opening: { total: 0 }, to: null, closing: {} },
  ],
  multipliers: ['E-1', 'W-1', 'E-2'].map(p => ({ point: p, from: 0, micro: 1_000_000, index: {}, evidence: '' })),
}

describe('a form of readings', () => {
  const said = (lines: readonly SpecialLine[]) => lines.map(l => [l.point, l.medium, l.meter, l.register, l.gap])
  it('has a line for each register of the unit, and one for each thing that is missing there', () =>
    expect(said(linesFor(book, '101', DAY))).toEqual([
      ['E-1', 'electricity', 'e1', 'total', null],
      ['E-1', 'electricity', 'e1', 'peak', null],
      ['W-1', 'water', 'w1', 'total', null],
      // Others of its use have gas.
      [null, 'gas', null, null, 'no-point'],
    ]))
  it('a service point without a meter and a unit without water are gaps, not left out', () => {
    expect(said(linesFor(book, '102', DAY))).toEqual([
      ['E-2', 'electricity', 'e2', 'total', null],
      ['G-2', 'gas', null, null, 'no-meter'],
      [null, 'water', null, null, 'no-point'],
    ])
    expect(said(linesFor(book, '999', DAY)).map(l => l[4])).toEqual(['no-point', 'no-point'])
  })
  it('of the whole site has all of the book', () => expect(linesFor(book, null, DAY).length).toBe(6))
  it('lacks an index or its reason, and a photo of each meter or why there is none', () => {
    const [total, peak, water, gas] = linesFor(book, '101', DAY) as [SpecialLine, SpecialLine, SpecialLine, SpecialLine]
    expect(wanting([total, peak, water, gas]).map(w => [w.line, w.want])).toEqual([
      [0, 'index'],
      [1, 'index'],
      [2, 'index'],
    ])
    const read = [{ ...total, index: 5, photo: 'a.jpg' }, { ...peak, index: 1 }, { ...water, index: 7 }, gas]
    expect(wanting(read).map(w => [w.line, w.want])).toEqual([[2, 'photo']])
    expect(wanting(read.with(2, { ...water, index: 7, noPhoto: '手机没电' }))).toEqual([])
    expect(wanting(read.with(2, { ...water, unread: 'locked' }))).toEqual([])
  })
  it('splits where somebody else pays, and only there', () => {
    const act = (at: number, outgoing: string, incoming: string, points: string[]) => ({
      ...{
        at,
        outgoing,
        incoming,
        lines: [...points.map(p => ({ point: p, meter: 'm' })), { point: 'G-2', meter: null }],
      },
    })
    expect(changesOccupier({ outgoing: ' 王 ', incoming: '王' })).toBe(false)
    const splits = splitsOf([
      act(9, '王', '李', ['E-1']),
      act(5, '', '王', ['E-1', 'W-1']),
      act(7, '王', '王', ['E-1']),
    ])
    expect([...splits]).toEqual([
      ['E-1', [5, 9]],
      ['W-1', [5]],
    ])
  })
})

describe('a month in which the tenant changed', () => {
  const reading = (
    meterNo: string,
    day: number,
    index: number | null,
    validation: Reading['validation'] = 'valid',
  ): Reading => ({
    ...{ meter: meterNo, at: day * DAY, index, quality: index === null ? 'missing' : 'manual', validation },
  })
  const lines = (middle: Reading[], splits?: ReadonlyMap<string, readonly number[]>) => {
    const readings = new Map([
      [readingKey('e1', 'total'), [reading('e1', 1, 100), ...middle, reading('e1', 31, 400)]],
      [readingKey('e1', 'peak'), [reading('e1', 1, 10), reading('e1', 31, 40)]],
    ])
    const tariffs = [
      { medium: 'electricity', uses: [], register: 'total', micro: 500_000, currency: 'CNY', from: 0 },
      { medium: 'electricity', uses: [], register: 'total', micro: 600_000, currency: 'CNY', from: 20 * DAY },
    ] as const
    const made = linesOf({ book, readings, tariffs, ...(splits && { splits }) }, { id: 'all', uses: [] }, DAY, 31 * DAY)
    return {
      lines: made.lines
        .filter(l => l.register === 'total')
        .map(l => [l.id, l.from / DAY, l.to / DAY, Number(l.consumption.value) / 10 ** l.consumption.decimals]),
      blocked: made.unbilled.filter(u => u.id === 'E-1/total').flatMap(u => u.blocked.map(b => b.code)),
    }
  }
  const on12 = new Map([['E-1', [12 * DAY]]])
  it('each has a line of his own, which add up to the month', () =>
    expect(lines([reading('e1', 12, 210)], on12).lines).toEqual([
      ['E-1/total/1', 1, 12, 11],
      ['E-1/total/2', 12, 31, 19],
    ]))
  it('and a tariff that changes as well splits once more', () =>
    expect(lines([reading('e1', 12, 210), reading('e1', 20, 300)], on12).lines).toEqual([
      ['E-1/total/1', 1, 12, 11],
      ['E-1/total/2', 12, 20, 9],
      ['E-1/total/3', 20, 31, 10],
    ]))
  it('a door that was locked at the change: nobody is billed for the other', () => {
    expect(lines([], on12)).toEqual({ lines: [], blocked: ['missing-reading', 'missing-reading'] })
    expect(lines([reading('e1', 12, 210, 'uncertain')], on12).lines).toEqual([])
  })
  it('a change on the first or the last day of the month splits nothing', () =>
    expect(lines([], new Map([['E-1', [DAY, 31 * DAY]]])).lines).toEqual([['E-1/total', 1, 31, 30]]))
})

describe('what the meter itself has frozen', () => {
  const register = { digits: 5, decimals: 2 }
  const MIN = 60_000
  const at = (min: number, value: number | null) => ({ at: min * MIN, value })
  const live = [at(-1, 100), at(1, 100.4)]
  it.each<[string, ReturnType<typeof at>[], ReturnType<typeof at>[], number | null]>([
    ['of this midnight', [at(-5, 90), at(6, 100.2)], live, 100.2],
    ['still that of the day before', [at(-5, 90), at(6, 90)], live, null],
    ['read too early: clocks of meters drift', [at(2, 100.2)], live, null],
    ['of another time of the day', [at(6, 104)], live, null],
    ['nothing to compare it with, but it has changed', [at(-20, 90), at(6, 100.2)], [], 100.2],
    ['nothing to compare it with, and it has not changed', [at(-20, 90), at(6, 90)], [], null],
    ['nothing to compare it with at all', [at(6, 100.2)], [], null],
    ['the meter did not say', [at(6, null)], live, null],
    ['turned over at midnight', [at(6, 0.1)], [at(-1, 99_999.9), at(1, 0.3)], 0.1],
  ])('%s', (_, frozen, counted, value) => expect(ownFrozen(register, 0, frozen, counted)?.value ?? null).toBe(value))
})
