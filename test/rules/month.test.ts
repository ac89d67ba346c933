import { describe, expect, it } from 'vitest'
import {
  counters,
  differences,
  figuresOf,
  isMonth,
  type MonthFigure,
  type MonthRows,
  monthAt,
  monthBy,
  monthGroups,
  monthSpan,
  monthsToArchive,
} from '../../rules/month.ts'

const CHINESE = /\p{Script=Han}/u
const zone = 'Asia/Shanghai'
/** A moment on the clocks of Shanghai. */
const at = (text: string): number => Date.parse(`${text}+08:00`)
const iso = (ms: number) => new Date(ms).toISOString()

it('every number has a name, says what it counts, and stands in a group of the page', () => {
  let seen = 0
  for (const c of counters) {
    for (const text of [c.name, c.counts])
      expect([c.id, CHINESE.test(text['zh-CN']), CHINESE.test(text.en)]).toEqual([c.id, true, false])
    expect(Object.keys(monthGroups)).toContain(c.group)
    seen++
  }
  expect(seen).toBe(26)
  expect(new Set(counters.map(c => c.id)).size).toBe(seen)
  // What the monthly report of the manual asks for comes first.
  expect(counters.slice(0, 5).map(c => c.id)).toEqual([
    ...['moved-in', 'decoration-sites', 'passes', 'hot-work-permits', 'complaints'],
  ])
})

describe('a month is one of the calendar of the site', () => {
  it('from its first midnight to the next, whatever its length, over the year and where clocks change', () => {
    const spans: [string, string, string, string][] = [
      ['2026-11', zone, '2026-10-31T16:00:00.000Z', '2026-11-30T16:00:00.000Z'],
      ['2026-12', zone, '2026-11-30T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
      ['2028-02', zone, '2028-01-31T16:00:00.000Z', '2028-02-29T16:00:00.000Z'],
      ['2026-03', 'Europe/Berlin', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
      ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
    ]
    for (const [month, of, from, to] of spans)
      expect([month, ...monthSpan(month, of).map(iso)]).toEqual([month, from, to])
  })
  it('which month it is at midnight is said by the clocks of the site', () => {
    expect(monthAt(at('2026-11-30T23:59:59'), zone)).toBe('2026-11')
    expect(monthAt(at('2026-12-01T00:00:00'), zone)).toBe('2026-12')
    expect(monthAt(at('2026-12-01T00:00:00'), 'UTC')).toBe('2026-11')
    expect([monthBy('2026-01', -1), monthBy('2026-12', 1), monthBy('2026-11', -13)]).toEqual([
      ...['2025-12', '2027-01', '2025-10'],
    ])
    expect(['2026-11', '2026-13', '2026-1', '26-11', '2026-11-01', ''].map(isMonth)).toEqual([
      ...[true, false, false, false, false, false],
    ])
  })
})

describe('archived by itself', () => {
  const archived = new Set<string>()
  const look = (now: string, since: string | null) =>
    monthsToArchive(at(now), zone, since === null ? null : at(since), m => archived.has(m))
  const diary: [now: string, since: string | null, due: string[]][] = [
    ['2026-12-01T00:00:00', null, []],
    // A day after its end, not before: what sticks bring in the morning after belongs to it.
    ['2026-12-01T00:00:00', '2026-11-10T12:00:00', []],
    ['2026-12-01T23:59:59', '2026-11-10T12:00:00', []],
    ['2026-12-02T00:00:00', '2026-11-10T12:00:00', ['2026-11']],
    // Nothing was recorded in October.
    ['2026-12-20T00:00:00', '2026-11-10T12:00:00', ['2026-11']],
    // Begun in the last second of a month: that month has a report.
    ['2026-12-20T00:00:00', '2026-10-31T23:59:59', ['2026-10', '2026-11']],
    // Off for a quarter: each of them, the earliest first.
    ['2027-02-05T00:00:00', '2026-11-10T12:00:00', ['2026-11', '2026-12', '2027-01']],
    // A clock in 1970 has no month to archive.
    ['1970-01-01T08:00:00', '2026-11-10T12:00:00', []],
  ]
  it('reads as a diary', () => {
    for (const [now, since, due] of diary) expect([now, look(now, since)]).toEqual([now, due])
    archived.add('2026-11')
    expect(look('2027-02-05T00:00:00', '2026-11-10T12:00:00')).toEqual(['2026-12', '2027-01'])
  })
})

describe('a later version', () => {
  const figure = (id: MonthFigure['id'], ...nos: string[]): MonthFigure => ({ id, n: nos.length, demo: 0, nos })
  it('says which numbers differ, and which rows came and which went', () => {
    const first = [figure('passes', 'P-1', 'P-2'), figure('keys-out', 'K-1', 'K-1'), figure('found', 'L-1')]
    const later = [
      figure('passes', 'P-1', 'P-3'),
      figure('keys-out', 'K-1'),
      figure('found', 'L-1'),
      figure('claimed', 'L-9'),
    ]
    expect(differences(first, later)).toEqual([
      // As many as before, and not the same: that is a difference, too.
      { id: 'passes', from: 2, to: 2, added: ['P-3'], gone: ['P-2'] },
      { id: 'keys-out', from: 2, to: 1, added: [], gone: ['K-1'] },
      { id: 'claimed', from: 0, to: 1, added: ['L-9'], gone: [] },
    ])
    expect(differences(first, first)).toEqual([])
  })
  it('a number is how many rows it has, of which those of the demo are counted apart', () => {
    const none = Object.fromEntries(counters.map(c => [c.id, []])) as unknown as MonthRows
    const row = (no: string, demo: boolean) => ({ no, at: 0, text: { 'zh-CN': '', en: '' }, link: '/', demo })
    const figures = figuresOf({ ...none, passes: [row('P-1', false), row('P-2', true)] })
    expect(figures.find(f => f.id === 'passes')).toEqual({ id: 'passes', n: 2, demo: 1, nos: ['P-1', 'P-2'] })
    expect(figures.reduce((sum, f) => sum + f.n, 0)).toBe(2)
  })
})
