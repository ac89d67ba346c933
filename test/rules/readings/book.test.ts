import { describe, expect, it } from 'vitest'
import {
  type Book,
  checkBook,
  indexOf,
  indexOfValue,
  indexText,
  installedAt,
  microOf,
  multiplierText,
  withoutMeter,
} from '../../../rules/readings/book.ts'

const register = { digits: 5, decimals: 2 }
const point = (id: string, parent: string | null = null) =>
  ({ id, unit: id, medium: 'water', parent, role: 'sub', use: 'shop', closed: false }) as const
const there = (at: string, meter: string, from: number, to: number | null) => ({
  ...{ point: at, meter, from, to, opening: {}, closing: {} },
})

describe('indexes are whole numbers of the last digit', () => {
  it.each([
    ['1234.5', 123_450],
    ['1234.50', 123_450],
    ['0', 0],
    ['99999.99', 9_999_999],
    ['1234.567', null],
    ['100000', null],
    ['-1', null],
    ['1,234', null],
    ['', null],
  ])('%s', (text, index) => expect(indexOf(text, register)).toBe(index))
  it('of what a device says', () => {
    expect(indexOfValue(1234.4999, register)).toBe(123_450)
    // A float near the end of the scale rounds up to it: that is nought.
    expect(indexOfValue(99_999.9999, register)).toBe(0)
    expect(indexOfValue(100_001, register)).toBeNull()
    expect(indexOfValue(Number.NaN, register)).toBeNull()
  })
  it('and back', () => {
    expect(indexText(5, 2)).toBe('0.05')
    expect(indexText(123_450, 2)).toBe('1234.50')
    expect(indexText(7, 0)).toBe('7')
    expect(['80', '0.01', '1', '0', '0.0000001'].map(microOf)).toEqual([80_000_000, 10_000, 1_000_000, null, null])
    expect([80_000_000, 10_000, 1_000_000].map(multiplierText)).toEqual(['80', '0.01', '1'])
  })
})

describe('the meter book', () => {
  it('says what cannot be so', () => {
    const book: Pick<Book, 'points' | 'installations'> = {
      points: [
        point('a', 'b'),
        point('b', 'a'),
        point('c', 'nowhere'),
        { ...point('d', 'e'), medium: 'gas' },
        point('e'),
      ],
      installations: [there('e', 'm1', 0, 10), there('e', 'm2', 5, null), there('d', 'm2', 7, null)],
    }
    expect(checkBook(book).map(p => [p.code, p.point])).toEqual([
      ['parent-loop', 'a'],
      ['parent-loop', 'b'],
      ['parent-unknown', 'c'],
      ['parent-medium', 'd'],
      ['installed-twice', 'e'],
      ['meter-elsewhere', 'd'],
    ])
  })
  it('at the moment of an exchange the new meter is there, and no moment has two', () => {
    const both = [there('e', 'm1', 0, 10), there('e', 'm2', 10, null)]
    expect([9, 10].map(at => installedAt(both, at)?.meter)).toEqual(['m1', 'm2'])
    expect(checkBook({ points: [point('e')], installations: both })).toEqual([])
  })
  it('lists who is served without a meter', () => {
    const points = [point('a'), point('b'), { ...point('c'), closed: true }]
    const book = { points, meters: [], multipliers: [], installations: [there('a', 'm1', 0, 10)] }
    expect(withoutMeter(book, 5).map(p => p.id)).toEqual(['b'])
    expect(withoutMeter(book, 10).map(p => p.id)).toEqual(['a', 'b'])
  })
})
