import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode, type Order, orders, type Type } from '../../drivers/modbus/codec.ts'
import { type Candidate, guess } from '../../drivers/modbus/guess.ts'

const wordsOf = (bytes: Buffer) => Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2))
const encoded = (value: number, type: Type, order: Order, scale = 1) =>
  wordsOf(encode(value, { unit: 1, table: 'holding', address: 0, type, order, scale })!)
const short = ({ offset, type, order, scale }: Candidate) => `${offset} ${type} ${order} x${scale}`

describe('the byte-order helper', () => {
  it('finds the reading of a pressure on the display', () => {
    expect(short(guess([0x2fd7, 0x4082], '4.068')[0]!)).toBe('0 float32 CDAB x1')
    expect(short(guess([0, 1, 0x2fd7, 0x4082, 7], '4.068')[0]!)).toBe('2 float32 CDAB x1')
    expect(short(guess([0x08fd], '230.1')[0]!)).toBe('0 uint16 ABCD x0.1')
    expect(short(guess([0x001d, 0x5b65], '1923.94')[0]!)).toBe('0 uint32 ABCD x0.001')
    expect(guess([0x2301], '2301').map(short)).toContain('0 bcd16 ABCD x1')
    expect(guess([0x0b1f], '31')).toContainEqual({
      offset: 0,
      type: 'uint8',
      order: 'ABCD',
      byte: 'low',
      scale: 1,
      value: 31,
    })
  })
  it('a display that rounds, one that cuts, one with a transformer ratio', () => {
    const [raw] = [encoded(49.987, 'float32', 'ABCD')]
    expect(short(guess(raw, '49.99')[0]!)).toBe('0 float32 ABCD x1')
    expect(short(guess(raw, '49.98')[0]!)).toBe('0 float32 ABCD x1')
    expect(guess(raw, '49.97').map(c => c.type)).not.toContain('float32')
    expect(short(guess([503], '201.2', 40)[0]!)).toBe('0 uint16 ABCD x0.4')
  })
  it('says nothing of 0, of words, of nothing', () => {
    for (const shown of ['0', '0.00', '-0', 'abc', '', '1e5', 'NaN', '1.2.3']) expect(guess([0, 0], shown)).toEqual([])
    expect(guess([], '5')).toEqual([])
    expect(guess([5], '5', 0)).toEqual([])
  })

  const whole: Type[] = ['int16', 'uint16', 'int32', 'uint32', 'int48', 'uint48', 'int64', 'uint64', 'bcd16', 'bcd32']
  const limits: Partial<Record<Type, [number, number]>> = {
    int16: [-0x8000, 0x7fff],
    uint16: [1, 0xffff],
    int32: [-0x80000000, 0x7fffffff],
    uint32: [1, 0xffffffff],
    int48: [-1e12, 1e12],
    uint48: [1, 1e12],
    int64: [-1e12, 1e12],
    uint64: [1, 1e12],
    bcd16: [1, 9999],
    bcd32: [1, 99_999_999],
  }
  const integers = fc.constantFrom(...whole).chain(type => {
    const [min, max] = limits[type]!
    const size = type.endsWith('16') ? 1 : 2
    return fc.record({
      type: fc.constant(type),
      raw: fc.integer({ min, max }).filter(n => n !== 0),
      order: size === 1 ? fc.constantFrom('ABCD' as const, 'BADC' as const) : fc.constantFrom(...orders),
      power: fc.integer({ min: -3, max: 2 }),
    })
  })
  const around = fc.tuple(
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 }),
    fc.array(fc.nat(0xffff), { maxLength: 4 }),
  )

  it('the true reading is among those found: whole numbers of every type, order and scale, among other registers', () => {
    let seen = 0
    fc.assert(
      fc.property(integers, around, ({ type, raw, order, power }, [before, after]) => {
        const scale = Number((10 ** power).toPrecision(12))
        const shown = (raw * 10 ** power).toFixed(Math.max(0, -power))
        const words = [...before, ...encoded(raw, type, order), ...after]
        const found = guess(words, shown)
        expect(found.map(short)).toContain(`${before.length} ${type} ${order} x${scale}`)
        // Every one of them gives what the display shows.
        for (const c of found) expect(Math.abs(c.value - Number(shown))).toBeLessThan(10 ** Math.min(0, power))
        seen++
      }),
      // Ten digits, and beside them another number that differs by five.
      { numRuns: 600, examples: [[{ type: 'uint32', raw: 4294966263, order: 'DCBA', power: 0 }, [[], [64763]]]] },
    )
    console.log(`${seen} whole numbers`)
    expect(seen).toBe(600)
  })
  it('… and floats, shown with fewer decimals than they have', () => {
    let seen = 0
    const floats = fc.record({
      type: fc.constantFrom('float32' as const, 'float64' as const),
      order: fc.constantFrom(...orders),
      value: fc.integer({ min: -9_999_999, max: 9_999_999 }).map(n => n / 1000),
      decimals: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(floats, around, ({ type, order, value, decimals }, [before, after]) => {
        const shown = value.toFixed(decimals)
        fc.pre(Number(shown) !== 0)
        const found = guess([...before, ...encoded(value, type, order), ...after], shown)
        expect(found.map(short)).toContain(`${before.length} ${type} ${order} x1`)
        seen++
      }),
      { numRuns: 600 },
    )
    console.log(`${seen} floats`)
    expect(seen).toBeGreaterThanOrEqual(600)
  })
})
