import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { append, appendAll, finish, read, textNumber, writer } from '../../gateway/history/block.ts'
import { hasValue, NOT_RECORDED } from '../../gateway/history/codes.ts'
import { edgesOf } from '../../gateway/history/edges.ts'
import { PIECE_BYTES, piecesOf } from '../../gateway/history/pieces.ts'
import { chainOf, decodeTick, encodeTick, type Tick } from '../../gateway/history/tick.ts'
import { seeded } from '../support/killing.ts'

const same = (a: number, b: number) => Object.is(a, b)
const code = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(1, 3, 9, NOT_RECORDED, 73, 74))
/** What devices give: decimals, 32-bit floats, counters, and whatever else a double can be. */
const number = fc.oneof(
  fc.integer({ min: -50_000, max: 50_000 }).map(n => n / 100),
  fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e-9, 2 ** 53, -(2 ** 53), 4503599627370495.5, Number.MAX_VALUE, Number.MIN_VALUE),
)
const family = fc.oneof(
  fc.constant(number),
  fc.constant(fc.integer({ min: 0, max: 300 }).map(n => n / 10)),
  fc.constant(fc.float({ noNaN: true, noDefaultInfinity: true })),
)
/** Late ones, the same ms twice, a clock that was set. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.constantFrom(1000, 1000, 1000, -3_600_000, 86_400_000, 1_700_000_000_000),
)

describe('a block', () => {
  it('gives back any sequence of numbers exactly, also when it was finished in between', () => {
    let samples = 0
    fc.assert(
      fc.property(
        family.chain(values => fc.array(fc.tuple(time, code, values), { maxLength: 300 })),
        fc.constantFrom(1, 100, 1000, 60_000),
        fc.constantFrom(0, -86_400_000, 1_795_000_000_000),
        (list, periodMs, start) => {
          const w = writer('number', periodMs)
          let at = start
          const times = list.map(([step]) => (at += step))
          list.forEach(([, q, value], i) => {
            append(w, times[i]!, q, value)
            if (i === 7) finish(w)
          })
          const got = read(finish(w))
          samples += got.n
          expect(got.n).toBe(list.length)
          expect([...got.times]).toEqual(times)
          expect([...got.codes]).toEqual(list.map(([, q]) => q))
          expect(list.every(([, q, value], i) => same(got.values[i]!, hasValue(q) ? value : Number.NaN))).toBe(true)
        },
      ),
      { numRuns: 600 },
    )
    expect(samples).toBeGreaterThan(2000)
  })

  it('gives back what lies as far apart as whole numbers can', () => {
    const edge = 2 ** 51 - 1
    const lists = [
      [-317.71, 44129280000, -44991866994688],
      [edge, -edge, edge],
      [2 ** 52 - 1, -(2 ** 52 - 1)],
      [(2 ** 51 - 1) / 100, -(2 ** 51 - 1) / 100, 0.01],
    ]
    for (const list of lists) {
      const w = writer('number', 1000)
      for (const [i, value] of list.entries()) append(w, i * 1000, 0, value)
      expect([...read(finish(w)).values]).toEqual(list)
    }
  })

  it('written many at once is the same bytes as one by one', () => {
    let fast = 0
    const pieces = piecesOf()
    fc.assert(
      fc.property(
        family.chain(values => fc.array(fc.tuple(time, code, values), { minLength: 1, maxLength: 200 })),
        fc.constantFrom(1, 100, 1000, 60_000),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(null, pieces),
        (list, periodMs, atOnce, where) => {
          let at = 1_795_000_000_000
          const times = Float64Array.from(list, ([step]) => (at += step))
          const codes = Uint8Array.from(list, ([, q]) => q)
          const values = Float64Array.from(list, ([, , value]) => value)
          const [one, many] = [writer('number', periodMs), writer('number', periodMs, where)]
          for (const [i, [, q, value]] of list.entries()) append(one, times[i]!, q, value)
          for (let i = 0; i < list.length; i += atOnce)
            appendAll(many, times, codes, values, i, Math.min(list.length, i + atOnce))
          expect(Buffer.from(finish(many)).equals(finish(one))).toBe(true)
          where?.giveBack(many.piece)
          fast += list.length
        },
      ),
      { numRuns: 400 },
    )
    expect(fast).toBeGreaterThan(2000)
    expect(pieces.bytes(), 'all of them were given back').toBe(0)
  })

  it('those that share their memory grow beside each other, each with its own, also where one had what another gave back', () => {
    const pieces = piecesOf()
    const random = seeded(11)
    let most = 0
    let ended = 0
    const begin = () => ({
      alone: writer('number', 1000),
      beside: writer('number', 1000, pieces),
      n: Math.floor(900 * random()),
    })
    const open = Array.from({ length: 40 }, begin)
    for (let at = 0; at < 2000; at++) {
      for (const [i, one] of open.entries()) {
        // Some are whole numbers first, and anything later: written anew, with other pieces.
        const value = at % 700 < 350 ? Math.floor(5000 * random()) : i % 3 === 0 ? random() : 0.25 * i
        append(one.alone, at * 1000, 0, value)
        append(one.beside, at * 1000, 0, value)
        if (one.alone.n < one.n) continue
        expect(Buffer.from(finish(one.beside)).equals(finish(one.alone))).toBe(true)
        pieces.giveBack(one.beside.piece)
        open[i] = begin()
        ended++
      }
      most = Math.max(most, pieces.bytes())
    }
    expect(ended).toBeGreaterThan(100)
    for (const { beside } of open) pieces.giveBack(beside.piece)
    expect([pieces.bytes(), most > 40 * 4 * PIECE_BYTES]).toEqual([0, true])
  })

  it('gives back booleans and texts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), code), { maxLength: 60 }), list => {
        const w = writer('text', 1000)
        for (const [i, [text, q]] of list.entries()) append(w, i * 1000, q, hasValue(q) ? textNumber(w, text) : 0)
        const got = read(finish(w))
        expect(got.kind).toBe('text')
        expect([...got.values].map(v => (Number.isNaN(v) ? null : got.texts[v]))).toEqual(
          list.map(([text, q]) => (hasValue(q) ? text : null)),
        )
      }),
    )
    const w = writer('boolean', 1000)
    for (let i = 0; i < 100; i++) append(w, i * 1000, 0, i % 3 === 0 ? 1 : 0)
    expect([...read(finish(w)).values]).toEqual(Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? 1 : 0)))
  })

  it('is small: what is steady costs bits, not bytes', () => {
    const size = (value: (i: number) => number, jitter = (_: number) => 0) => {
      const w = writer('number', 1000)
      for (let i = 0; i < 3600; i++) append(w, 1_795_000_000_000 + i * 1000 + jitter(i), 0, value(i))
      return finish(w).length / 3600
    }
    const noise = (i: number) => Math.sin(i * 12.9898) * 43_758.5453
    const random = (i: number) => noise(i) - Math.floor(noise(i))
    expect(size(() => 21.5)).toBeLessThan(0.42)
    expect(size(i => 1000 + i * 0.1)).toBeLessThan(0.9)
    expect(size(i => Math.round(1250_000 + 2000 * random(i)) / 100)).toBeLessThan(2.1)
    expect(
      size(
        () => 21.5,
        i => Math.floor(4 * random(i)),
      ),
    ).toBeLessThan(0.75)
    expect(size(i => Math.fround(230 + random(i)))).toBeLessThan(3)
  })

  it('of another version is refused, not guessed at', () => {
    expect(() => read(new Uint8Array([0xff, 0, 0]))).toThrow(RangeError)
  })
})

describe('a row of the journal', () => {
  const entry = fc.record({
    point: fc.integer({ min: 1, max: 40 }),
    step: time,
    code,
    value: fc.oneof(
      number,
      fc.integer({ min: 0, max: 1000 }).map(n => n / 10),
    ),
    text: fc.option(fc.string(), { freq: 8, nil: undefined }),
  })
  const tickOf = (
    now: number,
    list: { point: number; step: number; code: number; value: number; text: string | undefined }[],
  ): Tick => ({
    now,
    points: Int32Array.from(list, e => e.point),
    times: Float64Array.from(list, e => now + e.step),
    codes: Uint8Array.from(list, e => e.code),
    values: Float64Array.from(list, e => (!hasValue(e.code) ? Number.NaN : e.text === undefined ? e.value : 0)),
    texts: list.flatMap((e, i) => (hasValue(e.code) && e.text !== undefined ? [[i, e.text] as const] : [])),
  })
  it('gives back every tick of a run that begins with a key row', () => {
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 40 }), { maxLength: 8 }), rows => {
        const ticks = rows.map((row, i) => tickOf(1_795_000_000_000 + i * 1000, row))
        const out = chainOf()
        const back = chainOf()
        for (const tick of ticks) expect(decodeTick(tick.now, encodeTick(tick, out), back)).toEqual(tick)
      }),
      { numRuns: 400 },
    )
  })
})

describe('edges of steps', () => {
  const iso = (edges: Float64Array | null) => Array.from(edges!, at => new Date(at).toISOString().slice(0, 16))
  it.each([
    [
      '5m',
      'Asia/Shanghai',
      '2026-11-20T23:58',
      '2026-11-21T00:06',
      ['2026-11-20T23:55', '2026-11-21T00:00', '2026-11-21T00:05', '2026-11-21T00:10'],
    ],
    [
      '6h',
      'Asia/Shanghai',
      '2026-11-20T17:00',
      '2026-11-21T00:00',
      ['2026-11-20T16:00', '2026-11-20T22:00', '2026-11-21T04:00'],
    ],
    [
      '1d',
      'Asia/Shanghai',
      '2026-11-20T17:00',
      '2026-11-22T00:00',
      ['2026-11-20T16:00', '2026-11-21T16:00', '2026-11-22T16:00'],
    ],
    [
      '1d',
      'Europe/Berlin',
      '2026-10-24T22:00',
      '2026-10-26T22:00',
      ['2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00'],
    ],
    // A day of 23 hours that begins at 01:00: its midnight was skipped.
    [
      '1d',
      'America/Havana',
      '2026-03-07T05:00',
      '2026-03-10T04:00',
      ['2026-03-07T05:00', '2026-03-08T05:00', '2026-03-09T04:00', '2026-03-10T04:00'],
    ],
    // Of the hour that comes twice both are there.
    [
      '1h',
      'Europe/Berlin',
      '2026-10-25T00:00',
      '2026-10-25T03:00',
      ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ],
    // Of a day of 25 hours and of one of 23 the six hours after midnight are seven, and five.
    [
      '6h',
      'Europe/Berlin',
      '2026-10-24T22:00',
      '2026-10-25T23:00',
      ['2026-10-24T22:00', '2026-10-25T05:00', '2026-10-25T11:00', '2026-10-25T17:00', '2026-10-25T23:00'],
    ],
    [
      '6h',
      'Europe/Berlin',
      '2026-03-28T23:00',
      '2026-03-29T10:00',
      ['2026-03-28T23:00', '2026-03-29T04:00', '2026-03-29T10:00'],
    ],
    [
      '1d',
      'Asia/Kolkata',
      '2026-11-20T19:00',
      '2026-11-21T19:00',
      ['2026-11-20T18:30', '2026-11-21T18:30', '2026-11-22T18:30'],
    ],
    [
      '1mo',
      'Asia/Shanghai',
      '2026-01-31T20:00',
      '2026-03-02T00:00',
      ['2026-01-31T16:00', '2026-02-28T16:00', '2026-03-31T16:00'],
    ],
  ])('of %s in %s', (step, zone, from, to, edges) => {
    expect(iso(edgesOf(Date.parse(`${from}Z`), Date.parse(`${to}Z`), step, zone))).toEqual(edges)
  })
  it('too many are refused', () => {
    expect(edgesOf(0, 86_400_000, '1s', 'UTC')).toBe(null)
    expect(edgesOf(0, 86_400_000 * 366 * 40, '1d', 'UTC')).toBe(null)
  })
})
