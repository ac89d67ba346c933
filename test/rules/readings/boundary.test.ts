import { expect, it } from 'vitest'
import {
  type Boundary,
  dayEnds,
  monthEnd,
  monthEnded,
  monthSpan,
  usualBoundary,
} from '../../../rules/readings/boundary.ts'

const zone = 'Asia/Shanghai'
const at = (wall: string) => Date.parse(`${wall.replace(' ', 'T')}:00+08:00`)
const shown = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
const the25th: Boundary = { time: '24:00', monthDay: 25 }
const eight: Boundary = { time: '08:00', monthDay: 1 }

it.each<[string, string, Boundary, string]>([
  ['as delivered: the midnight that ends it', '2026-11', usualBoundary, '2026-12-01 00:00'],
  ['24:00 of the 25th is the midnight after it', '2026-11', the25th, '2026-11-26 00:00'],
  ['eight in the morning of the first', '2026-12', eight, '2027-01-01 08:00'],
  ['about the 15th: it ends the month before', '2026-10', { time: '00:00', monthDay: 15 }, '2026-11-15 00:00'],
  ['24:00 of the 15th: the month itself', '2026-11', { time: '24:00', monthDay: 15 }, '2026-11-16 00:00'],
  ['a 31st in a month that has none', '2026-11', { time: '24:00', monthDay: 31 }, '2026-12-01 00:00'],
  ['and in February', '2027-02', { time: '20:00', monthDay: 31 }, '2027-02-28 20:00'],
  ['over the end of the year', '2026-12', usualBoundary, '2027-01-01 00:00'],
])('%s', (_, month, boundary, end) => expect(shown(monthEnd(month, zone, boundary))).toBe(end))

/**
 * A diary: what is set from when on, and the days as they end. The clock goes on by the hour, as the gateway looks, and asks
 * what is due since what was read last.
 */
function live(from: string, to: string, settings: readonly [since: string, boundary: Boundary][]) {
  const ends: string[] = []
  const months: [string, string][] = []
  let last: number | null = null
  for (let now = at(from); now <= at(to); now += 3_600_000) {
    const boundary = settings.findLast(([since]) => at(since) <= now)![1]
    for (const end of dayEnds(last ?? at(from), now, zone, boundary, last)) {
      ends.push(shown(end))
      const month = monthEnded(end, zone, boundary, months.at(-1)?.[0] ?? null)
      if (month !== null) months.push([month, shown(end)])
      last = end
    }
  }
  return { ends, months }
}

it.each<[string, Boundary, string, Boundary, string[]]>([
  // The day that had begun at midnight goes on until eight of the next one: 32 hours, and once.
  [
    'later in the morning',
    usualBoundary,
    '2026-11-22 15:00',
    eight,
    ['11-21 00:00', '11-22 00:00', '11-23 08:00', '11-24 08:00'],
  ],
  [
    'back to midnight',
    eight,
    '2026-11-22 15:00',
    usualBoundary,
    ['11-21 08:00', '11-22 08:00', '11-23 00:00', '11-24 00:00'],
  ],
  [
    'to the evening before',
    usualBoundary,
    '2026-11-22 15:00',
    { time: '20:00', monthDay: 1 },
    ['11-21 00:00', '11-22 00:00', '11-22 20:00', '11-23 20:00'],
  ],
  [
    'from the evening to the morning',
    { time: '20:00', monthDay: 1 },
    '2026-11-22 21:00',
    eight,
    ['11-21 20:00', '11-22 20:00', '11-24 08:00', '11-25 08:00'],
  ],
  [
    '24:00 is midnight: nothing changes',
    usualBoundary,
    '2026-11-22 15:00',
    { time: '24:00', monthDay: 1 },
    ['11-21 00:00', '11-22 00:00', '11-23 00:00', '11-24 00:00'],
  ],
])('another time of the day, %s: no day is lost, none comes twice', (_, before, since, after, expected) => {
  const { ends } = live('2026-11-20 21:00', '2026-11-26 00:00', [
    ['2026-11-01 00:00', before],
    [since, after],
  ])
  expect(ends.slice(0, 4).map(e => e.slice(5))).toEqual(expected)
})

it.each<[string, Boundary, string, Boundary, [string, string][]]>([
  [
    'from the first to the 25th',
    usualBoundary,
    '2026-11-10 10:00',
    the25th,
    [
      ['2026-09', '10-01'],
      ['2026-10', '11-01'],
      ['2026-11', '11-26'],
      ['2026-12', '12-26'],
    ],
  ],
  [
    'from the 25th to the first',
    the25th,
    '2026-12-10 10:00',
    usualBoundary,
    [
      ['2026-10', '10-26'],
      ['2026-11', '11-26'],
      ['2026-12', '01-01'],
      ['2027-01', '02-01'],
    ],
  ],
  // Set when the 25th is over already: the month ends with the next day, late rather than never.
  [
    'too late for this month',
    usualBoundary,
    '2026-11-28 10:00',
    the25th,
    [
      ['2026-09', '10-01'],
      ['2026-10', '11-01'],
      ['2026-11', '11-29'],
      ['2026-12', '12-26'],
    ],
  ],
  [
    'there and back within a month',
    usualBoundary,
    '2026-11-10 10:00',
    usualBoundary,
    [
      ['2026-09', '10-01'],
      ['2026-10', '11-01'],
      ['2026-11', '12-01'],
      ['2026-12', '01-01'],
    ],
  ],
])('another end of the month, %s: each month ends once', (_, before, since, after, expected) => {
  const { months, ends } = live('2026-09-29 01:00', '2027-02-05 00:00', [
    ['2026-09-01 00:00', before],
    [since, after],
  ])
  expect(months.slice(0, 4).map(([month, end]) => [month, end.slice(5, 10)])).toEqual(expected)
  expect(new Set(ends).size).toBe(ends.length)
  const ended = new Map(months.map(([m, end]) => [m, at(end)]))
  // Month after month each begins where the one before has ended, whatever is set now.
  for (const [i, [month, end]] of months.entries()) {
    const span = monthSpan(month, zone, after, ended)
    expect(shown(span.to)).toBe(end)
    if (i > 0) expect(shown(span.from)).toBe(months[i - 1]![1])
  }
  expect(months.length).toBeGreaterThanOrEqual(4)
})

it('any change at any hour: days follow each other, each once, between half a day and a day and a half apart', () => {
  const times = ['00:00', '06:00', '08:00', '12:00', '16:00', '20:00', '24:00']
  let seen = 0
  for (const before of times)
    for (const after of times)
      for (let hour = 0; hour < 24; hour += 5) {
        const since = `2026-11-05 ${String(hour).padStart(2, '0')}:00`
        const set = (time: string): Boundary => ({ time, monthDay: 1 })
        const { ends } = live('2026-11-01 13:00', '2026-11-10 00:00', [
          ['2026-10-01 00:00', set(before)],
          [since, set(after)],
        ])
        for (const [i, end] of ends.entries()) {
          if (i === 0) continue
          const hours = (at(end) - at(ends[i - 1]!)) / 3_600_000
          expect(hours, `${before} ${after} ${since} ${end}`).toBeGreaterThanOrEqual(4)
          expect(hours, `${before} ${after} ${since} ${end}`).toBeLessThanOrEqual(44)
          seen++
        }
      }
  console.log(`${seen} days after a change`)
  expect(seen).toBeGreaterThan(1000)
})

it('the first readings of a new gateway end a month only right at its end', () => {
  expect(monthEnded(at('2026-11-02 00:00'), zone)).toBe(null)
  expect(monthEnded(at('2026-11-01 00:00'), zone)).toBe('2026-10')
  expect(monthEnded(at('2026-11-02 00:00'), zone, usualBoundary, '2026-10')).toBe(null)
})
