import { describe, expect, it } from 'vitest'
import { areSwapped, judgeSequence, type Read, usualHabits } from '../../../rules/readings/sequence.ts'
import vectors from './register-sequences.json' with { type: 'json' }

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Five digits and one decimal; at most 30 an hour. */
const register = { digits: 5, decimals: 1, maxPerHour: 300 }
const diary = (...days: (number | null)[]): Read[] => days.map((index, i) => ({ at: i * HOUR, index }))

describe('sequences that users have reported', () => {
  it.each(vectors.cases)('$name ($source)', ({ register: { capacity, lsb, maxPerHour }, sequence, expect: wanted }) => {
    const decimals = Math.round(-Math.log10(lsb))
    const judged = judgeSequence(
      { digits: Math.round(Math.log10(capacity)), decimals, maxPerHour: maxPerHour * 10 ** decimals },
      (sequence as [number, number | null][]).map(([h, v]) => ({
        at: h * HOUR,
        index: v === null ? null : Math.round(v * 10 ** decimals),
      })),
    )
    if ('blocked' in wanted) expect(judged).toMatchObject({ blocked: true, rise: null })
    else expect(judged.rise).toBe(Math.round(wanted.consumption! * 10 ** decimals))
  })
  it('are all there', () => expect(vectors.cases.length).toBe(5))
})

describe('what a register did is told apart', () => {
  it.each<[string, Read[], number | null, string[]]>([
    ['counts on', diary(1000, 1010, 1030), 30, []],
    ['does not answer for a while', diary(1000, null, 1030), 30, []],
    ['back by one digit', diary(1000, 999, 1001), 1, ['dip']],
    ['turns over', diary(999_990, 5), 15, ['rollover']],
    ['turns over at nought', diary(999_990, 0, 5), 15, ['rollover']],
    ['nought, then back', diary(999_990, 0, 999_991), 1, ['zero-glitch']],
    ['nought and no more', diary(5000, 5001, 0), null, ['zero']],
    ['one wild value', diary(5000, 900_000, 5003), 3, ['glitch']],
    ['began again', diary(5000, 12, 20, 30), null, ['reset']],
    ['another meter, lower', diary(900_000, 123_400, 123_410, 123_420), null, ['exchange']],
    ['another meter, higher', diary(5000, 700_000, 700_010), null, ['exchange']],
    ['lower, once', diary(900_000, 899_000), null, ['negative']],
    ['more than it can count', diary(5000, 9000), null, ['too-much']],
    ['began again and caught up with itself', diary(100, 3, 60, 130), null, ['ambiguous']],
    [
      'away for so long that it may have turned over',
      [
        { at: 0, index: 500 },
        { at: 200 * DAY, index: 700 },
      ],
      null,
      ['ambiguous'],
    ],
    [
      'a person has accepted what it shows',
      [
        { at: 0, index: 5000 },
        { at: HOUR, index: 9000, accepted: true },
        { at: 2 * HOUR, index: 9010 },
      ],
      4010,
      [],
    ],
  ])('%s', (_, readings, rise, codes) => {
    const judged = judgeSequence(register, readings)
    expect([judged.rise, judged.findings.map(f => f.code)]).toEqual([rise, codes])
    // In whatever order they came in.
    expect(judgeSequence(register, readings.toReversed())).toEqual(judged)
  })
  it('stands still: only where it would have moved', () => {
    const days = Array.from({ length: 10 }, (_, i) => ({ at: i * DAY, index: Math.min(1000 + i * 50, 1050) }))
    const codes = (usualPerHour: number | null) =>
      judgeSequence(register, days, { ...usualHabits, usualPerHour }).findings.map(f => f.code)
    expect(codes(2)).toEqual(['stuck'])
    expect(codes(0.01)).toEqual([])
    expect(codes(null)).toEqual([])
  })
  it('two false values in a row, each as if it had turned over: a meter so small cannot be believed', () => {
    const small = { digits: 2, decimals: 1, maxPerHour: 60 }
    const read = [431, 634, 640, 1, 640, 279, 640].map((index, i) => ({ at: i * 6 * HOUR, index }))
    expect(judgeSequence(small, read)).toMatchObject({ rise: null, blocked: true })
  })
  it('two flats of one round, the wrong way round', () => {
    const read = (at: number, index: number) => ({ at, index })
    const a = { before: read(0, 120_000), now: read(DAY, 45_060) }
    const b = { before: read(0, 45_000), now: read(DAY, 120_050) }
    expect(areSwapped(register, a, b)).toBe(true)
    expect(areSwapped(register, { ...a, now: b.now }, { ...b, now: a.now })).toBe(false)
    // As near to each other as two new meters: nobody could tell, and each is right by itself.
    expect(
      areSwapped(register, { before: read(0, 10), now: read(DAY, 30) }, { before: read(0, 12), now: read(DAY, 25) }),
    ).toBe(false)
  })
})
