import { describe, expect, it } from 'vitest'
import { judgeTaken } from '../../../rules/readings/taken.ts'
import { isMeter, walkState, walkWindow } from '../../../rules/readings/walk.ts'
import { readWalk } from '../../../rules/readings/walkrows.ts'

const DAY = 86_400_000
/** Five digits and two decimals; 20 an hour at most; 5 a day as a rule. */
const register = { digits: 5, decimals: 2, maxPerHour: 2000 }
const usual = 500 / 24
const base = { at: 0, index: 120_000 }

describe('what a person reads is judged at once', () => {
  it.each<[string, number, string | null, string | null]>([
    ['as usual', 135_000, null, null],
    ['not moved at all: nobody lives there', 120_000, null, null],
    ['twice the usual', 150_000, null, null],
    ['ten times the usual', 270_000, 'unusual', 'times'],
    ['below the last one: two digits changed places', 102_000, 'negative', 'below'],
    ['a decimal too far: more than it can count', 2_000_000, 'too-much', 'other'],
  ])('%s', (_, index, finding, doubt) => {
    const judged = judgeTaken(register, base, usual, 30 * DAY, index)
    expect([judged.finding === null, judged.doubt?.code ?? null]).toEqual([finding === null, doubt])
    expect(judged.validation).toBe(finding === null ? 'valid' : 'uncertain')
  })
  it('says how many times', () =>
    expect(judgeTaken(register, base, usual, 30 * DAY, 320_000).doubt).toEqual({
      code: 'times',
      params: { times: 13 },
    }))
  it('turned over is no doubt', () =>
    expect(judgeTaken(register, { at: 0, index: 9_995_000 }, usual, 30 * DAY, 9000)).toMatchObject({
      validation: 'valid',
      doubt: null,
    }))
  it('without a reading before there is nothing to compare with', () =>
    expect(judgeTaken(register, null, null, DAY, 5).doubt).toBe(null))
})

describe('the walk', () => {
  const day = (date: string) => Date.parse(`${date}T00:00:00Z`)
  const [october, november] = [day('2026-11-01'), day('2026-12-01')]
  const windowAt = (date: string) => walkWindow(day(date), october, november)?.end ?? null
  it('is made in the days around the end of a month, for that end', () =>
    expect([windowAt('2026-11-02'), windowAt('2026-11-08'), windowAt('2026-11-15'), windowAt('2026-11-29')]).toEqual([
      ...[october, october, null, november],
    ]))
  it.each<[string, boolean, string | null, [string, boolean, boolean] | null, string, string | null]>([
    ['nobody was there yet', true, null, null, '2026-11-02', 'due'],
    ['read before the month ended', true, null, ['2026-10-30', true, false], '2026-11-02', 'done'],
    ['read for the month before', true, null, ['2026-10-02', true, false], '2026-11-02', 'due'],
    ['read, and doubtful', true, null, ['2026-11-01', true, true], '2026-11-02', 'doubtful'],
    ['the door was locked', true, null, ['2026-11-01', false, false], '2026-11-02', 'unread'],
    ['in the middle of the month', true, null, null, '2026-11-15', 'later'],
    ['read remotely, and there', false, null, null, '2026-11-02', null],
    ['read remotely, and missing today', false, '2026-11-15', null, '2026-11-15', 'due'],
    ['missing today, and somebody went', false, '2026-11-15', ['2026-11-15', true, false], '2026-11-15', 'done'],
  ])('%s', (_, manual, missing, taken, now, state) => {
    const last = taken && { at: day(taken[0]), read: taken[1], doubtful: taken[2] }
    const since = missing === null ? null : day(missing)
    expect(walkState(manual, since, last, walkWindow(day(now), october, november))).toBe(state)
  })
  it.each<[string, boolean]>([
    ['E20260017', true],
    [' e20260017 ', true],
    ['QR-77', true],
    ['https://meters.example/E20260017?v=1', true],
    ['SN:E20260017;M:DDS', true],
    ['E2026001', false],
    ['XE20260017', false],
    ['', false],
  ])('a code "%s" is this meter: %s', (code, is) => expect(isMeter(code, 'E20260017', 'QR-77')).toBe(is))
})

describe('the list that comes back from a notebook', () => {
  const known = (point: string) =>
    point === 'W-1'
      ? {
          meter: '3001',
          registers: [{ code: 'total' as const, digits: 4, decimals: 2, unit: 'm3', maxPerHour: 9, source: null }],
        }
      : point === 'W-0'
        ? null
        : undefined
  const read = (head: string[], ...rows: string[][]) =>
    readWalk({
      rows: [head, ...rows].map((cells, i) => ({ cells, line: i + 1 })),
      known,
      timeOf: text => (text === '2026-11-01' ? 5 : text === '2027-01-01' ? 99 : null),
      now: 10,
    })
  const head = ['序号', '计量点', '表号', '本次表码', '抄表时间', '未抄原因', '拍照']
  it('each row says what is wrong with it', () => {
    const { rows } = read(
      head,
      ['1', 'W-1', '3001', '12.5', '2026-11-01', '', '是'],
      ['2', 'W-1', '3009', '12.555', '2027-01-01', '', ''],
      ['x', 'W-9', '', '', '', '门锁', '也许'],
      ['', 'W-0', '', '1', '昨天', '下雨', ''],
    )
    expect(rows[0]).toMatchObject({ position: 1, index: '12.5', at: 5, photo: true, register: 'total', problems: [] })
    expect(rows.slice(1).map(r => r.problems.map(p => p.code))).toEqual([
      ['meter-differs', 'twice-in-list', 'index-form', 'time-ahead'],
      ['point-unknown', 'time-missing', 'position-form', 'word-unknown'],
      ['meter-none', 'word-unknown', 'time-form'],
    ])
  })
  it('without its column it has no rows; in English as well', () => {
    expect(read(['序号']).problems.map(p => p.code)).toEqual(['no-column'])
    expect(read(['service point', 'index', 'read at'], ['W-1', '7', '2026-11-01']).rows[0]).toMatchObject({
      index: '7',
      at: 5,
    })
  })
})
