import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, orders, type Register, type Type } from '../../drivers/modbus/codec.ts'
import conversions from './vectors/conversions.json' with { type: 'json' }
import devices from './vectors/devices.json' with { type: 'json' }

interface Case {
  name: string
  registers: string[]
  address: object
  expected: unknown
  tolerance?: number
}

const at = (address: object): Register => ({ unit: 1, table: 'holding', address: 0, ...address })
const outcome = (value: ReturnType<typeof decode>) =>
  value === undefined ? { bad: 'undecodable' } : value === null ? { bad: 'no-value' } : value

describe('bytes of real devices', () => {
  const cases = [...conversions.cases, ...devices.cases]
  it('are as many as were carried over', () => expect([cases.length, conversions.skipped.length]).toEqual([51, 0]))
  for (const { name, registers, address, expected, tolerance } of cases as Case[])
    it(name, () => {
      const value = outcome(decode(Buffer.from(registers.join(''), 'hex'), at(address)))
      // The manual prints 230.2 beside bytes that are 230.20001.
      if (tolerance) expect(Math.abs((value as number) - (expected as number))).toBeLessThan(tolerance)
      else expect(value).toEqual(expected)
    })
})

describe('what is written is what is read', () => {
  const float32 = fc.float({ noNaN: true, noDefaultInfinity: true }).filter(x => !Object.is(x, -0))
  // A float32 is shown by its shortest decimal; that is the number which comes back.
  const short = (x: number) => decode(encode(x, at({ type: 'float32' }))!, at({ type: 'float32' })) as number
  const values: Partial<Record<Type, fc.Arbitrary<number>>> = {
    int16: fc.integer({ min: -0x8000, max: 0x7fff }),
    uint16: fc.integer({ min: 0, max: 0xffff }),
    int48: fc.integer({ min: -(2 ** 47), max: 2 ** 47 - 1 }),
    uint48: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    float16: fc.integer({ min: -2048, max: 2048 }).map(x => x / 32 + 0),
    int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    uint32: fc.integer({ min: 0, max: 0xffffffff }),
    int64: fc.maxSafeInteger().map(x => x + 0),
    uint64: fc.maxSafeNat(),
    bcd16: fc.integer({ min: 0, max: 9999 }),
    bcd32: fc.integer({ min: 0, max: 99_999_999 }),
    float32: float32.map(short),
    float64: fc.double({ noNaN: true, noDefaultInfinity: true }).filter(x => !Object.is(x, -0)),
  }
  for (const [type, arbitrary] of Object.entries(values))
    it(`${type} in every order`, () => {
      fc.assert(
        fc.property(arbitrary, fc.constantFrom(...orders), (value, order) => {
          const r = at({ type, order })
          expect(decode(encode(value, r)!, r)).toBe(value + 0)
        }),
        { numRuns: 500 },
      )
    })

  it('the short decimal of a float32 is the same float32', () => {
    fc.assert(fc.property(float32, x => Math.fround(short(x)) === x))
  })

  it('scaled integers come back to the last decimal, without binary dust', () => {
    const scaled = fc.tuple(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0.1, 0.01, 0.001, 0.0061035, 0.5, 2, 10, 25),
      fc.constantFrom(0, -273.15, 32, 0.5),
    )
    fc.assert(
      fc.property(scaled, ([raw, scale, offset]) => {
        const r = at({ type: 'uint16', scale, offset })
        const bytes = Buffer.from([raw >> 8, raw & 0xff])
        const value = decode(bytes, r) as number
        expect(String(value).length).toBeLessThan(14)
        expect(encode(value, r)).toEqual(bytes)
      }),
    )
    expect(decode(Buffer.from([0, 231]), at({ scale: 0.1 }))).toBe(23.1)
    expect(decode(Buffer.from([0x73, 0x4b]), at({ scale: 0.01, offset: -273.15 }))).toBe(22)
  })

  it('text', () => {
    const text = fc.stringMatching(/^[!-~]{0,12}$/)
    fc.assert(
      fc.property(text, fc.constantFrom(...orders), (value, order) => {
        const r = at({ type: 'string', length: 6, order })
        expect(decode(encode(value, r)!, r)).toBe(value)
      }),
    )
  })

  it('any bytes decode to a finite number, a flag, a text or nothing', () => {
    const types = [...Object.keys(values), 'bool', 'string', 'int8', 'uint8'] as Type[]
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 9 }),
        fc.constantFrom(...types),
        fc.constantFrom(...orders),
        (b, type, order) => {
          const value = decode(Buffer.from(b), at({ type, order, length: 2 }))
          if (typeof value === 'number') expect(Number.isFinite(value) && !Object.is(value, -0)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('no value', () => {
  const words = (...w: number[]) => Buffer.concat(w.map(x => Buffer.from([x >> 8, x & 0xff])))
  it('a mark is taken before scale, signed or unsigned', () => {
    expect(decode(words(0x8000), at({ type: 'int16', scale: 0.1, noValue: 0x8000 }))).toBeNull()
    expect(decode(words(0x8000), at({ type: 'int16', scale: 0.1, noValue: [-32768, 0] }))).toBeNull()
    expect(decode(words(0x8001), at({ type: 'int16', scale: 0.1, noValue: 0x8000 }))).toBe(-3276.7)
    expect(decode(words(0xffff, 0xffff, 0xffff, 0xffff), at({ type: 'uint64', noValue: 2 ** 64 - 1 }))).toBeNull()
    expect(decode(words(0x461c, 0x3c00), at({ type: 'float32', noValue: 9999 }))).toBeNull()
  })
  it('a mark of a field, and one of its whole register', () => {
    expect(decode(words(0x12ff), at({ mask: 0xff, noValue: 0xff }))).toBeNull()
    expect(decode(words(0xff12), at({ mask: 0xff, noValue: 0xff }))).toBe(0x12)
    expect(decode(words(0xffff), at({ bit: 3, noValue: 0xffff }))).toBeNull()
    expect(decode(words(0xfff7), at({ bit: 3, noValue: 0xffff }))).toBe(false)
  })
  it('a digit above 9, too few bytes, 2^53, control characters', () => {
    expect(decode(words(0x12a4), at({ type: 'bcd16' }))).toBeUndefined()
    expect(decode(words(1), at({ type: 'uint32' }))).toBeUndefined()
    expect(decode(words(0x0020, 0, 0, 0), at({ type: 'uint64' }))).toBeUndefined()
    expect(decode(words(0x001f, 0xffff, 0xffff, 0xffff), at({ type: 'uint64' }))).toBe(2 ** 53 - 1)
    expect(decode(words(0x0107), at({ type: 'string', length: 1 }))).toBeUndefined()
  })
  it('each half of a register, and three of them', () => {
    expect(decode(words(0x0b1f), at({ type: 'uint8', byte: 'high' }))).toBe(11)
    expect(decode(words(0x0b1f), at({ type: 'uint8' }))).toBe(31)
    expect(decode(words(0x0b1f), at({ type: 'uint8', byte: 'low', order: 'BADC' }))).toBe(11)
    expect(decode(words(0xff80), at({ type: 'int8', noValue: 0x80 }))).toBeNull()
    expect(decode(words(0xff80), at({ type: 'uint8', byte: 'high', noValue: 255 }))).toBeNull()
    expect(decode(words(0x0001, 0x0002, 0x0003), at({ type: 'uint48' }))).toBe(0x100020003)
    expect(decode(words(0x0003, 0x0002, 0x0001), at({ type: 'uint48', order: 'CDAB' }))).toBe(0x100020003)
    expect(encode(1, at({ type: 'uint8' }))).toBeUndefined()
  })
  it('GBK text of a fire panel', () => {
    const bytes = Buffer.from('bbf0beaf0000', 'hex')
    expect(decode(bytes, at({ type: 'string', length: 3, encoding: 'gbk' }))).toBe('火警')
    expect(decode(bytes, at({ type: 'string', length: 3 }))).toBeUndefined()
  })
  it('what does not fit is not written', () => {
    expect(encode(65536, at({ type: 'uint16' }))).toBeUndefined()
    expect(encode(-1, at({ type: 'uint16' }))).toBeUndefined()
    expect(encode(Number.NaN, at({ type: 'float32' }))).toBeUndefined()
    expect(encode(1e39, at({ type: 'float32' }))).toBeUndefined()
    expect(encode(true, at({ type: 'uint16' }))).toBeUndefined()
    expect(encode(1, at({ type: 'uint16', mask: 1 }))).toBeUndefined()
    expect(encode(6553.5, at({ type: 'uint16', scale: 0.1, noValue: 65535 }))).toBeUndefined()
    expect(encode('too long', at({ type: 'string', length: 2 }))).toBeUndefined()
  })
})
