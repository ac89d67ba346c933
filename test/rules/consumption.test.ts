import { describe, expect, it } from 'vitest'
import { type Bucket, consumptionOf, registersOf } from '../../rules/consumption.ts'

const DAY = 86_400_000
/** A day of a register: from, to, and what it showed at most, if it did not end there; null: nothing is known of it. */
type Day = null | { readonly ends: number; readonly rose: number; readonly most?: number; readonly good?: number }
const days = (list: readonly Day[]): Bucket[] =>
  list.map((day, i) => ({
    ...{ from: i * DAY, to: (i + 1) * DAY, goodMs: day ? DAY * (day.good ?? 1) : 0 },
    ...{ max: day ? (day.most ?? day.ends) : Number.NaN, last: day?.ends ?? Number.NaN, rise: day?.rose ?? 0 },
  }))
const after = (list: readonly Day[]) => list.length * DAY
const seen = (list: readonly Day[], now = after(list)) => {
  const { rows, ...rest } = consumptionOf(days(list), now)
  return { ...rest, rows: rows.map(row => [row.value, ...row.marks].join(' ')) }
}

describe('what a meter has used', () => {
  it.each<[string, readonly Day[], readonly string[], number | null, boolean]>([
    [
      'two good days',
      [
        { ends: 110, rose: 10 },
        { ends: 130, rose: 20 },
      ],
      ['10', '20'],
      30,
      true,
    ],
    ['nothing is known', [null, null], [' gap', ' gap'], null, false],
    [
      'a gap is no nought, and what flowed in it is named where it was counted',
      [{ ends: 110, rose: 10 }, null, { ends: 160, rose: 50 }],
      ['10', ' gap', '50 carries'],
      60,
      false,
    ],
    ['before the first value nothing was missed', [null, { ends: 110, rose: 10 }], [' gap', '10'], 10, false],
    ['half a day', [{ ends: 110, rose: 10, good: 0.5 }], ['10 part'], 10, false],
    ['a restart is no gap', [{ ends: 110, rose: 10, good: 0.995 }], ['10'], 10, true],
    [
      'at the end of its scale',
      [
        { ends: 9990, rose: 20 },
        { ends: 8, rose: 17.9, most: 9999.9 },
      ],
      ['20', '17.9 fell'],
      37.9,
      false,
    ],
    [
      'exchanged while nobody looked',
      [{ ends: 9000, rose: 10 }, null, { ends: 5, rose: 0 }],
      ['10', ' gap', '0 fell'],
      10,
      false,
    ],
    [
      'a meter that nobody used',
      [
        { ends: 5, rose: 0 },
        { ends: 5, rose: 0 },
      ],
      ['0', '0'],
      0,
      true,
    ],
  ])('%s', (_, list, rows, total, complete) => {
    expect(seen(list)).toEqual({ rows, total, complete, stoodSince: null })
  })

  it('a register that stood still after it had counted is named with the day; today does not count as such', () => {
    const still = { ends: 110, rose: 0 }
    expect(seen([{ ends: 110, rose: 10 }, still, still]).stoodSince).toBe(DAY)
    expect(seen([{ ends: 110, rose: 10 }, still]).stoodSince).toBe(null)
    expect(seen([{ ends: 110, rose: 10 }, still, still], 2.5 * DAY).stoodSince).toBe(null)
  })
  it('the day that runs is good as far as it has passed', () => {
    const [row] = consumptionOf(days([{ ends: 110, rose: 10, good: 0.25 }]), DAY / 4).rows
    expect(row).toEqual({ value: 10, good: 1, marks: ['running'] })
  })
})

describe('registers', () => {
  const point = (key: string, unit: string | null) => ({ key, kind: 'number' as const, unit })
  it.each<[string, string, readonly (readonly [string, string | null])[], readonly string[]]>([
    [
      'one of an electricity meter',
      'electricity-meter',
      [
        ['energy-total', 'kW.h'],
        ['energy-import', 'kW.h'],
        ['power', 'W'],
      ],
      ['electricity energy-import'],
    ],
    [
      'the volume of a water meter',
      'water-meter',
      [
        ['volume-net', 'm3'],
        ['volume-positive', 'm3'],
      ],
      ['water volume-positive'],
    ],
    [
      'each input of a pulse counter',
      'pulse-counter',
      [
        ['count-1', null],
        ['water-0501', 'm3'],
        ['gas-0501', 'm3'],
      ],
      ['water water-0501', 'gas gas-0501'],
    ],
    ['no heat meter: its water goes round', 'heat-meter', [['volume-net', 'm3']], []],
    ['no drive that says what it draws', 'drive', [['energy-import', 'kW.h']], []],
  ])('%s', (_, kind, points, found) => {
    const all = registersOf(
      kind,
      points.map(([key, unit]) => point(key, unit)),
    )
    expect(all.map(r => `${r.medium} ${r.point.key}`)).toEqual(found)
  })
})
