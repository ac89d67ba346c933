import { describe, expect, it } from 'vitest'
import { bad, type Sample } from '../../drivers/point.ts'
import { type Followed, follow } from '../../rules/runrecord/follow.ts'
import { liveCell, liveCells, outOf, typedProblem, writeLine } from '../../rules/runrecord/line.ts'
import { lateMs, linesBetween, phaseOf } from '../../rules/runrecord/plan.ts'
import type { RunColumn, RunTimes } from '../../rules/runrecord/words.ts'
import { both } from '../support/sites.ts'

const MIN = 60_000
const ZONE = 'Asia/Shanghai'
/** `21 22:05`: a time of the site in November 2026; `12-01` for another month. */
const t = (text: string): number => {
  const [, month = '11', day, h, m, s = '0'] = /^(?:(\d+)-)?(\d+) (\d+):(\d+)(?::(\d+))?$/.exec(text)!
  return Date.UTC(2026, Number(month) - 1, Number(day), Number(h) - 8, Number(m), Number(s))
}
const clock = (at: number) => {
  const d = new Date(at + 8 * 60 * MIN)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}
const times = (from: string, to: string, everyMin: number, days: RunTimes['days'] = null): RunTimes => ({
  ...{ days, from, to, everyMin },
})
const day = (d: number, month = 11) => ({ year: 2026, month, day: d })
const form = (list: readonly RunTimes[], peaks: readonly RunTimes[] = [], graceMin = 15) => ({
  ...{ id: 'lv', times: list, peaks, graceMin },
})
/** `due (from - in time - missed)`, the lines of a day. */
const lines = (f: ReturnType<typeof form>, first = day(21), last = first) =>
  linesBetween(f, first, last, ZONE).map(
    l =>
      `${clock(l.due)} ${l.cause} ${clock(l.from).slice(3)}-${clock(l.onTimeTo).slice(3)}-${clock(l.over).slice(3)} ${l.day.slice(8)}`,
  )

describe('when lines are due', () => {
  it('every 2 h of the whole day: twelve, the first at midnight, and none is open twice', () => {
    const all = lines(form([times('00:00', '24:00', 120)]))
    expect(all.length).toBe(12)
    expect(all[0]).toBe('21 00:00 plan 23:50-00:15-01:00 21')
    expect(all.at(-1)).toBe('21 22:00 plan 21:50-22:15-23:00 21')
  })
  it('from a time to the same time is a whole day: morning and evening', () => {
    expect(lines(form([times('08:00', '08:00', 720)])).map(l => l.slice(0, 8))).toEqual(['21 08:00', '21 20:00'])
  })
  it('hours of peak demand add lines between; one that both ask for is of the plan', () => {
    expect(lines(form([times('08:00', '20:00', 120)], [times('10:00', '12:00', 30)])).slice(0, 6)).toEqual([
      '21 08:00 plan 07:50-08:15-09:00 21',
      '21 10:00 plan 09:50-10:15-10:20 21',
      '21 10:30 peak 10:20-10:45-10:50 21',
      '21 11:00 peak 10:50-11:15-11:20 21',
      '21 11:30 peak 11:20-11:45-11:50 21',
      '21 12:00 plan 11:50-12:15-13:00 21',
    ])
  })
  it('a long grace never lets two lines be open at once, whatever the times are', () => {
    let seen = 0
    for (const everyMin of [15, 20, 45, 60, 90, 120, 240])
      for (const grace of [1, 15, 60]) {
        const f = form([times('00:00', '24:00', everyMin)], [times('10:05', '12:00', 25)], grace)
        const all = linesBetween(f, day(21), day(22), ZONE)
        for (const [i, l] of all.entries()) {
          expect(l.from <= l.due && l.due <= l.onTimeTo && l.onTimeTo <= l.over).toBe(true)
          if (all[i + 1]) expect(l.over).toBeLessThanOrEqual(all[i + 1]!.from)
          seen++
        }
      }
    console.log(`${seen} lines`)
    expect(seen).toBeGreaterThan(1000)
  })
  it('the peaks of working days are not those of a Saturday [21 November 2026]', () => {
    const f = form([times('08:00', '12:00', 120)], [times('10:00', '11:00', 30, ['mon', 'tue', 'wed', 'thu', 'fri'])])
    expect([20, 21, 23].map(d => lines(f, day(d)).length)).toEqual([3, 2, 3])
  })
  it('a span over midnight stands on the sheets of both days, each line once', () => {
    const night = form([times('22:00', '04:00', 120)])
    expect(lines(night, day(21), day(22))).toEqual([
      '21 00:00 plan 23:50-00:15-01:00 21',
      '21 02:00 plan 01:50-02:15-03:00 21',
      '21 22:00 plan 21:50-22:15-23:00 21',
      '22 00:00 plan 23:50-00:15-01:00 22',
      '22 02:00 plan 01:50-02:15-03:00 22',
      '22 22:00 plan 21:50-22:15-23:00 22',
    ])
    // The night of a Saturday is asked for by the Saturday, also after midnight.
    const saturday = form([times('22:00', '04:00', 120, ['sat'])])
    expect(lines(saturday, day(20), day(22)).map(l => l.slice(0, 8))).toEqual(['21 22:00', '22 00:00', '22 02:00'])
  })
  it('at the end of a month the next line is of the first', () => {
    const f = form([times('00:00', '24:00', 60)])
    const all = linesBetween(f, day(30), day(1, 12), ZONE)
    expect(all.length).toBe(48)
    expect(all.filter(l => l.day === '2026-12-01').map(l => l.due)[0]).toBe(t('12-1 00:00'))
    expect(all[23]!.over).toBe(t('30 23:50'))
  })
  it('made again they have the same ids', () => {
    const f = form([times('00:00', '24:00', 60)])
    expect(linesBetween(f, day(21), day(22), ZONE)[24]).toEqual(linesBetween(f, day(22), day(22), ZONE)[0])
  })
  it('a day of 23 or 25 hours has as many hours, in zones that change their clocks', () => {
    const f = form([times('00:00', '24:00', 60)])
    const of = (d: Parameters<typeof linesBetween>[1]) => linesBetween(f, d, d, 'Europe/Berlin').length
    expect([of({ year: 2026, month: 3, day: 29 }), of({ year: 2026, month: 10, day: 25 }), of(day(21))]).toEqual([
      23, 25, 24,
    ])
  })
  it('a line is ahead, open, late and then missed; what was written late says by how much', () => {
    const [line] = linesBetween(form([times('08:00', '20:00', 120)]), day(21), day(21), ZONE)
    const due = { ...line!, state: 'due' as const }
    const at = (text: string) => phaseOf(due, t(text))
    expect([at('21 07:49'), at('21 07:50'), at('21 08:15'), at('21 08:16')]).toEqual(['ahead', 'open', 'open', 'late'])
    expect(phaseOf({ ...due, state: 'missed' }, t('21 07:00'))).toBe('missed')
    expect([lateMs(due, t('21 08:15')), lateMs(due, t('21 08:40'))]).toEqual([0, 40 * MIN])
  })
})

describe('a plant that writes its own lines', () => {
  /** A diary: what the plant showed when somebody looked, and which lines that made. */
  function diary(looks: readonly (readonly [at: string, running: boolean | null, ...lines: string[]])[]) {
    let state: Followed | null = null
    for (const [at, running, ...expected] of looks) {
      const said = follow(state, running, t(at), 60 * MIN)
      state = said.after
      expect(
        said.lines.map(
          l =>
            `${l.cause} ${clock(l.at).slice(3)}${l.missed ? ' missed' : ''}${l.unseenFrom === null ? '' : ` since ${clock(l.unseenFrom).slice(3)}`}`,
        ),
        at,
      ).toEqual(expected)
    }
    return state
  }

  it('a row at its start, each full hour of running, at its stop [N20]', () => {
    diary([
      ['21 07:00:00', false],
      ['21 07:00:05', false],
      ['21 08:10:00', false],
      ['21 08:10:05', true, 'start 08:10'],
      ['21 09:10:00', true],
      ['21 09:10:05', true, 'hour 09:10'],
      ['21 09:10:10', true],
      ['21 10:10:07', true, 'hour 10:10'],
      ['21 10:40:00', true],
      ['21 10:40:05', false, 'stop 10:40'],
      ['21 11:10:05', false],
    ])
  })
  it('two starts in an hour: each has its row, and the hours count from the last', () => {
    diary([
      ['21 08:00:00', false],
      ['21 08:00:05', true, 'start 08:00'],
      ['21 08:19:55', true],
      ['21 08:20:00', false, 'stop 08:20'],
      ['21 08:39:55', false],
      ['21 08:40:00', true, 'start 08:40'],
      ['21 09:00:05', true],
      ['21 09:40:02', true, 'hour 09:40'],
    ])
  })
  it('over midnight and the end of a month it goes on', () => {
    diary([
      ['30 23:29:55', false],
      ['30 23:30:00', true, 'start 23:30'],
      ['12-1 00:30:00', true, 'hour 00:30'],
    ])
  })
  it('first seen while it runs is no start', () => {
    diary([
      ['21 08:00:00', null],
      ['21 08:00:05', true, 'found 08:00'],
      ['21 09:00:05', true, 'hour 09:00'],
    ])
  })
  it('the gateway was away for hours and it still runs: the hours of then are missed, not made up', () => {
    diary([
      ['21 08:00:00', false],
      ['21 08:00:05', true, 'start 08:00'],
      ['21 11:30:00', true, 'hour 09:00 missed', 'hour 10:00 missed', 'hour 11:00 missed'],
      ['21 12:00:05', true, 'hour 12:00'],
    ])
  })
  it('it stopped or started while nobody looked: at an unknown moment since then', () => {
    diary([
      ['21 08:00:00', false],
      ['21 08:00:05', true, 'start 08:00'],
      ['21 11:30:00', false, 'stop 11:30 since 08:00'],
      ['21 14:00:00', true, 'start 14:00 since 11:30'],
    ])
  })
  it('a point that cannot be believed neither starts nor stops it, and the hours go on', () => {
    diary([
      ['21 08:00:00', false],
      ['21 08:00:05', true, 'start 08:00'],
      ['21 08:30:00', true],
      ['21 08:30:05', null],
      ['21 09:00:05', null, 'hour 09:00'],
      ['21 09:20:00', false, 'stop 09:20 since 08:30'],
      ['21 09:30:00', null],
      ['21 09:40:00', false],
    ])
  })
  it('a clock that was set back makes nothing missed and silences nothing', () => {
    diary([
      ['21 08:00:00', false],
      ['21 08:00:05', true, 'start 08:00'],
      ['21 05:00:00', true],
      ['21 06:00:00', true, 'hour 06:00'],
    ])
  })
  it('after days without a gateway two days of hours are missed, no more', () => {
    const before: Followed = { running: true, knownAt: t('1 08:00'), next: t('1 09:00') }
    const said = follow(before, true, t('21 08:30'), 60 * MIN)
    expect(said.lines.length).toBe(48)
    expect(said.after?.next).toBe(t('21 09:00'))
  })
})

const column = (key: string, more: Partial<RunColumn> = {}): RunColumn => ({
  ...{ key, equipment: null, equipmentName: null, name: both(key), kind: 'number', unit: null, decimals: null },
  ...{ point: `a/${key}`, codes: null, normal: null, expect: null, choices: [], optional: true },
  ...more,
})
const AT = t('21 08:00')
const good = (key: string, value: number | boolean): Sample => ({
  ...{ point: `a/${key}`, at: AT, seen: AT, quality: 'good', value },
})

describe('a line', () => {
  const volts = column('volts', { normal: [380, 410] })
  const closed = column('closed', { kind: 'boolean', expect: [true] })
  const smell = column('smell', {
    ...{ kind: 'choice', point: null, optional: false },
    choices: [
      { id: 'none', text: both('none'), ok: true },
      { id: 'burnt', text: both('burnt'), ok: false },
    ],
  })
  const columns = [volts, closed, smell]
  const take = (...samples: readonly Sample[]) => liveCells(columns, point => samples.find(s => s.point === point))

  it('takes what the plant says, with its time; what cannot be believed stays empty with its reason', () => {
    const table: readonly [Sample | undefined, object][] = [
      [good('volts', 398), { value: 398, reason: null, out: null, at: AT }],
      [good('volts', 0), { value: 0, out: 'low' }],
      [good('volts', 380), { out: null }],
      [good('volts', 410.1), { out: 'high' }],
      [
        { ...good('volts', 398), quality: 'uncertain', reason: 'uncertain' } as Sample,
        { value: 398, reason: 'uncertain' },
      ],
      [{ ...good('volts', 398), quality: 'uncertain', reason: 'stale' } as Sample, { value: null, reason: 'stale' }],
      [bad('a/volts', 'offline', AT), { value: null, reason: 'offline', out: null }],
      [undefined, { value: null, reason: 'never-read', at: null }],
    ]
    for (const [sample, expected] of table) expect(liveCell(volts, sample)).toMatchObject(expected)
    expect(table.length).toBe(8)
    expect([outOf(closed, false), outOf(closed, true), outOf(smell, 'burnt'), outOf(smell, 'none')]).toEqual([
      ...['other', null, 'other', null],
    ])
  })
  it('stands only with what is read by hand, and with a remark where something is out of its range', () => {
    const fine = take(good('volts', 398), good('closed', true))
    const low = take(good('volts', 362), good('closed', true))
    const away = take(bad('a/volts', 'offline', AT), good('closed', true))
    const table: readonly [
      string,
      ReturnType<typeof take>,
      Record<string, string | number | boolean>,
      string,
      object,
    ][] = [
      ['the choice is open', fine, {}, '', { code: 'run-empty', column: 'smell' }],
      ['all there', fine, { smell: 'none' }, '', { cells: { smell: { value: 'none', source: 'typed' } } }],
      ['a smell without a word', fine, { smell: 'burnt' }, ' ', { code: 'run-remark', column: 'smell' }],
      ['a smell with a word', fine, { smell: 'burnt' }, '已查', { cells: { smell: { out: 'other' } } }],
      ['low without a word', low, { smell: 'none' }, '', { code: 'run-remark', column: 'volts' }],
      ['low with a word', low, { smell: 'none' }, '外线电压低', { cells: { volts: { value: 362, out: 'low' } } }],
      ['away stays empty', away, { smell: 'none' }, '', { cells: { volts: { value: null, reason: 'offline' } } }],
      [
        'away, read off the gauge',
        away,
        { smell: 'none', volts: 399 },
        '',
        { cells: { volts: { value: 399, source: 'typed', reason: 'offline', at: AT + 1 } } },
      ],
      [
        'the gauge says something else',
        fine,
        { smell: 'none', volts: 401 },
        '',
        { cells: { volts: { value: 401, source: 'typed', live: 398 } } },
      ],
      ['typed out of range', away, { smell: 'none', volts: 20 }, '', { code: 'run-remark', column: 'volts' }],
      ['no such column', fine, { smell: 'none', amps: 3 }, '', { code: 'run-column', column: 'amps' }],
      ['a word for a number', fine, { smell: 'none', volts: 'high' }, '', { code: 'run-value', column: 'volts' }],
      ['no such choice', fine, { smell: 'odd' }, '', { code: 'run-value', column: 'smell' }],
    ]
    for (const [what, cells, typed, remark, expected] of table)
      expect(writeLine(columns, cells, typed, remark, AT + 1), what).toMatchObject(expected)
    console.log(`${table.length} lines`)
    expect(table.length).toBe(13)
    // What was said over a value twice still tells what the plant said.
    const once = writeLine(columns, fine, { smell: 'none', volts: 401 }, '', AT)
    const twice = writeLine(columns, 'cells' in once ? once.cells : {}, { volts: 402 }, '', AT)
    expect(twice).toMatchObject({ cells: { volts: { value: 402, live: 398 }, smell: { value: 'none' } } })
  })
  it('takes typed values of the right kind only; codes are one of their own', () => {
    const coded = column('mode', { codes: { 0: both('off'), 1: both('on') } })
    expect([typedProblem(coded, 1), typedProblem(coded, 7), typedProblem(coded, 'on')]).toEqual([
      null,
      'choice',
      'kind',
    ])
    expect([typedProblem(volts, Number.NaN), typedProblem(closed, true), typedProblem(closed, 1)]).toEqual([
      ...['kind', null, 'kind'],
    ])
  })
})
