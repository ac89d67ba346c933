import type { Value } from '../point.ts'

/** Register bytes to values and back, in the words of site.json. Pure; one row per type. */

export const tables = ['coil', 'discrete', 'input', 'holding'] as const
export type Table = (typeof tables)[number]

export const types = [
  'bool',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int48',
  'uint48',
  'int64',
  'uint64',
  'float16',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
] as const
export type Type = (typeof types)[number]

export const orders = ['ABCD', 'DCBA', 'BADC', 'CDAB'] as const
export type Order = (typeof orders)[number]

/** Where a value lies on a Modbus device and how to read it: the address part of a point. */
export interface Register {
  readonly unit: number
  readonly table: Table
  /** 0-based, as on the wire. */
  readonly address: number
  /** Without it: bool in a bit table or with `bit`, else uint16. */
  readonly type?: Type | undefined
  /** How the bytes of the value lie in its registers, A the highest. BADC swaps bytes, CDAB words, DCBA both, at any width. */
  readonly order?: Order | undefined
  /** One bit of the register, 0 the lowest. */
  readonly bit?: number | undefined
  /** Which half of its register an int8 or uint8 is; without it the low one. */
  readonly byte?: 'high' | 'low' | undefined
  /** A field of the register; it is moved down to bit 0. */
  readonly mask?: number | undefined
  readonly scale?: number | undefined
  readonly offset?: number | undefined
  /**
   * The vendor's "no reading" marks: the raw number, before scale. With `mask` or `bit`, a mark that fits the field is
   * one of the field, a greater one is one of the whole register.
   */
  readonly noValue?: number | readonly number[] | undefined
  /** Registers of a string. */
  readonly length?: number | undefined
  readonly encoding?: 'ascii' | 'gbk' | undefined
  /** Another register of the same device that says whether this value can be believed. */
  readonly quality?: QualityMark | undefined
  /** Write with function 15/16 although 5/6 would do: some devices know only those. */
  readonly multiple?: boolean | undefined
}

/** When the value at this register fits the condition, the point has no reading, whatever its own bytes say. */
export interface QualityMark {
  readonly table: Table
  readonly address: number
  readonly type?: Type | undefined
  readonly order?: Order | undefined
  /** Alone: bad while the bit is set. */
  readonly bit?: number | undefined
  readonly byte?: 'high' | 'low' | undefined
  readonly mask?: number | undefined
  /** Bad when it is this number, or one of these. A bit counts as 0 or 1. */
  readonly equals?: number | readonly number[] | undefined
  /** Bad when it is none of these. */
  readonly not?: number | readonly number[] | undefined
  readonly below?: number | undefined
  readonly above?: number | undefined
}

type Numeric = Exclude<Type, 'bool' | 'string'>
interface Row {
  readonly words: 1 | 2 | 3 | 4
  /** Only where it is not the whole of its registers. */
  readonly bits?: 8
  readonly whole: boolean
  readonly min: number
  readonly max: number
  /** @param at the byte where the value begins */
  read(b: Buffer, at: number): number
  write(b: Buffer, value: number): void
}

const int = (words: Row['words'], min: number, max: number, read: Row['read'], write: Row['write']): Row => ({
  words,
  whole: true,
  min,
  max,
  read,
  write,
})
const SAFE = Number.MAX_SAFE_INTEGER

const numerics: Readonly<Record<Numeric, Row>> = {
  int8: {
    ...int(
      1,
      -0x80,
      0x7f,
      (b, at) => b.readInt8(at),
      (b, v) => b.writeInt8(v),
    ),
    bits: 8,
  },
  uint8: {
    ...int(
      1,
      0,
      0xff,
      (b, at) => b.readUInt8(at),
      (b, v) => b.writeUInt8(v),
    ),
    bits: 8,
  },
  int16: int(
    1,
    -0x8000,
    0x7fff,
    (b, at) => b.readInt16BE(at),
    (b, v) => b.writeInt16BE(v),
  ),
  uint16: int(
    1,
    0,
    0xffff,
    (b, at) => (b[at]! << 8) | b[at + 1]!,
    (b, v) => b.writeUInt16BE(v),
  ),
  int32: int(
    2,
    -0x80000000,
    0x7fffffff,
    (b, at) => b.readInt32BE(at),
    (b, v) => b.writeInt32BE(v),
  ),
  uint32: int(
    2,
    0,
    0xffffffff,
    (b, at) => b.readUInt32BE(at),
    (b, v) => b.writeUInt32BE(v),
  ),
  int48: int(
    3,
    -(2 ** 47),
    2 ** 47 - 1,
    (b, at) => b.readIntBE(at, 6),
    (b, v) => b.writeIntBE(v, 0, 6),
  ),
  uint48: int(
    3,
    0,
    2 ** 48 - 1,
    (b, at) => b.readUIntBE(at, 6),
    (b, v) => b.writeUIntBE(v, 0, 6),
  ),
  int64: int(
    4,
    -SAFE,
    SAFE,
    (b, at) => Number(b.readBigInt64BE(at)),
    (b, v) => b.writeBigInt64BE(BigInt(v)),
  ),
  uint64: int(
    4,
    0,
    SAFE,
    (b, at) => Number(b.readBigUInt64BE(at)),
    (b, v) => b.writeBigUInt64BE(BigInt(v)),
  ),
  bcd16: int(1, 0, 9999, (b, at) => readBcd(b.subarray(at, at + 2)), writeBcd),
  bcd32: int(2, 0, 99_999_999, (b, at) => readBcd(b.subarray(at, at + 4)), writeBcd),
  float16: {
    words: 1,
    whole: false,
    min: -65504,
    max: 65504,
    read: (b, at) => new DataView(b.buffer, b.byteOffset + at, 2).getFloat16(0),
    write: (b, v) => new DataView(b.buffer, b.byteOffset, 2).setFloat16(0, v),
  },
  float32: {
    words: 2,
    whole: false,
    min: -3.4028234663852886e38,
    max: 3.4028234663852886e38,
    read: (b, at) => b.readFloatBE(at),
    write: (b, v) => b.writeFloatBE(v),
  },
  float64: {
    words: 4,
    whole: false,
    min: -Number.MAX_VALUE,
    max: Number.MAX_VALUE,
    read: (b, at) => b.readDoubleBE(at),
    write: (b, v) => b.writeDoubleBE(v),
  },
}

export const isBits = (table: Table): boolean => table === 'coil' || table === 'discrete'

export const typeOf = (r: Register): Type => r.type ?? (isBits(r.table) || r.bit !== undefined ? 'bool' : 'uint16')

/** How many registers (or bits, in a bit table) the value takes. */
export function sizeOf(r: Register): number {
  const type = typeOf(r)
  if (isBits(r.table) || type === 'bool') return 1
  return type === 'string' ? (r.length ?? 1) : numerics[type].words
}

/** True if the value is one of two: a bit, or a register used as one. */
export const isFlag = (r: Register): boolean => typeOf(r) === 'bool' || r.bit !== undefined

/**
 * A value out of an answer. undefined: the bytes are no value (NaN, infinity, a BCD digit above 9, an integer beyond
 * 2^53, too few bytes); null: the vendor's mark for "no reading".
 * @param bytes the data of the answer as they came
 * @param from where the value begins in it, in registers, or in bits of a bit table
 */
export type Decode = (bytes: Buffer, from: number) => Value | undefined | null

/** For a value that is read again and again: what its register says is looked at once, and once for all that are alike. */
export function decoderOf({ unit: _, address: __, quality: ___, multiple: ____, ...form }: Register): Decode {
  const key = JSON.stringify(form, Object.keys(form).sort())
  const decoder = decoders.get(key) ?? makeDecoder({ unit: 0, address: 0, ...form })
  decoders.set(key, decoder)
  return decoder
}
const decoders = new Map<string, Decode>()

function makeDecoder(r: Register): Decode {
  if (isBits(r.table)) return (bytes, from) => bitAt(bytes, from)
  const type = typeOf(r)
  const size = sizeOf(r) * 2
  const arranged: Decode = (bytes, from) => {
    const at = from * 2
    if (bytes.length < at + size) return undefined
    const b = arrange(bytes.subarray(at, at + size), r.order)
    return type === 'string' ? readText(b, r.encoding ?? 'ascii') : read(b, 0)
  }
  if (type === 'string') return arranged
  const row = numerics[type === 'bool' ? 'uint16' : type]
  const half = row.bits === 8 && r.byte !== 'high' ? 1 : 0
  const plain = r.bit === undefined && r.mask === undefined && r.noValue === undefined && type !== 'bool'
  const scaled = (r.scale ?? 1) !== 1 || (r.offset ?? 0) !== 0

  function read(b: Buffer, at: number): Value | undefined | null {
    const raw = row.read(b, at + half)
    const field = plain ? raw : fieldOf(raw, row, r)
    if (!plain && isMark(raw, field, row, r)) return null
    if (isFlag(r)) return field !== 0
    if (row.whole ? !Number.isSafeInteger(field) : !Number.isFinite(field)) return undefined
    if (row.whole && !scaled) return field + 0
    const value = row.whole ? scaleWhole(field, r) : scaleFloat(shortestOf(type, field), row, r)
    return Number.isFinite(value) ? value + 0 : undefined // + 0: there is no negative zero on a meter
  }
  if ((r.order ?? 'ABCD') !== 'ABCD') return arranged
  return (bytes, from) => (bytes.length < from * 2 + size ? undefined : read(bytes, from * 2))
}

const bitAt = (bytes: Buffer, from: number): boolean | undefined => {
  const byte = bytes[from >> 3]
  return byte === undefined ? undefined : ((byte >> (from & 7)) & 1) === 1
}

/** The same for the bytes of one value alone: its registers, or one byte 0/1 of a bit table. */
export const decode = (bytes: Buffer, r: Register): Value | undefined | null => decoderOf(r)(bytes, 0)

/** @returns the bytes to write, or undefined if the value does not fit: wrong kind, out of the type's range, a "no reading" mark */
export function encode(value: Value, r: Register): Buffer | undefined {
  const type = typeOf(r)
  if (type === 'bool' || isBits(r.table)) {
    if (typeof value !== 'boolean' || r.bit !== undefined || r.mask !== undefined) return undefined
    return isBits(r.table) ? Buffer.from([value ? 1 : 0]) : arrange(Buffer.from([0, value ? 1 : 0]), r.order)
  }
  if (type === 'string') return typeof value === 'string' ? writeText(value, r) : undefined
  // Writing a part of a register would mean writing what somebody else may have just changed.
  if (typeof value !== 'number' || r.bit !== undefined || r.mask !== undefined) return undefined
  const row = numerics[type]
  if (row.bits === 8) return undefined
  const wanted = (value - (r.offset ?? 0)) / (r.scale ?? 1)
  const raw = row.whole ? Math.round(wanted) : wanted
  if (!(raw >= row.min && raw <= row.max)) return undefined
  const b = Buffer.alloc(row.words * 2)
  row.write(b, raw)
  const bytes = arrange(b, r.order)
  return typeof decode(bytes, r) === 'number' ? bytes : undefined
}

/** Wire order to ABCD and back: each of the four is its own inverse. */
function arrange(bytes: Buffer, order: Order = 'ABCD'): Buffer {
  if (order === 'ABCD') return bytes
  const b = Buffer.from(bytes)
  if (order === 'BADC') return b.swap16()
  return order === 'CDAB' ? (b.reverse() as Buffer).swap16() : (b.reverse() as Buffer)
}

function fieldOf(raw: number, row: Row, r: Register): number {
  if (r.bit === undefined && r.mask === undefined) return raw
  const bits = unsigned(raw, row)
  if (r.bit !== undefined) return Math.floor(bits / 2 ** r.bit) % 2
  const mask = r.mask! >>> 0
  return ((bits & mask) >>> 0) / lowest(mask)
}

const lowest = (mask: number): number => (mask & -mask) >>> 0 || 1
const unsigned = (raw: number, row: Row): number => (raw < 0 ? raw + 2 ** (row.bits ?? row.words * 16) : raw)

function isMark(raw: number, field: number, row: Row, r: Register): boolean {
  if (r.noValue === undefined) return false
  const marks = typeof r.noValue === 'number' ? [r.noValue] : r.noValue
  const top = r.bit !== undefined ? 1 : r.mask !== undefined ? (r.mask >>> 0) / lowest(r.mask >>> 0) : Infinity
  return marks.some(mark => {
    if (!row.whole) return raw === (row.words === 4 ? mark : row.words === 2 ? Math.fround(mark) : Math.f16round(mark))
    // Manuals print the marks of signed registers either way: 0x8000 and -32768.
    return mark <= top && top !== Infinity ? field === mark : raw === mark || unsigned(raw, row) === mark
  })
}

/** 231 x 0.1 is 23.1: as integers over a power of ten, because 0.1 in binary leaves dust behind the last decimal. */
function scaleWhole(raw: number, r: Register): number {
  const scale = r.scale ?? 1
  const offset = r.offset ?? 0
  if (scale === 1 && offset === 0) return raw
  const ten = 10 ** Math.max(decimals(scale), decimals(offset))
  const whole = raw * Math.round(scale * ten) + Math.round(offset * ten)
  return Number.isSafeInteger(whole) && ten <= 1e15 ? whole / ten : raw * scale + offset
}

function scaleFloat(raw: number, row: Row, r: Register): number {
  const scale = r.scale ?? 1
  const offset = r.offset ?? 0
  if (scale === 1 && offset === 0) return raw
  const value = raw * scale + offset
  return row.words < 4 ? Number(value.toPrecision(12)) : value
}

const known = new Map<number, number>()
/** Decimals of a factor as a person writes it: 0.01 has 2, 1e-6 has 6. */
function decimals(n: number): number {
  const seen = known.get(n)
  if (seen !== undefined) return seen
  const [mantissa = '', exponent = '0'] = String(n).split('e')
  const count = Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
  known.set(n, count)
  return count
}

/** The shortest decimal that is the same float32: 230.2, not 230.1999969482422. */
function shortestOf(type: Type, n: number): number {
  if (type !== 'float32' || Number.isInteger(n)) return n
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(n.toPrecision(digits))
    if (Math.fround(short) === n) return short
  }
  return Number(n.toPrecision(9))
}

function readBcd(b: Buffer): number {
  const digits = b.toString('hex')
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN
}
function writeBcd(b: Buffer, value: number): void {
  b.write(String(value).padStart(b.length * 2, '0'), 'hex')
}

/** Up to the first NUL, without trailing blanks. Control characters mean that it is no text. */
function readText(b: Buffer, encoding: 'ascii' | 'gbk'): string | undefined {
  const end = b.indexOf(0)
  const bytes = end < 0 ? b : b.subarray(0, end)
  if (bytes.some(byte => byte < 0x20 || byte === 0x7f || (encoding === 'ascii' && byte > 0x7f))) return undefined
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).trimEnd()
  } catch {
    return undefined
  }
}

function writeText(value: string, r: Register): Buffer | undefined {
  if (!/^[\x20-\x7e]*$/.test(value) || value.length > sizeOf(r) * 2) return undefined
  const b = Buffer.alloc(sizeOf(r) * 2)
  b.write(value, 'latin1')
  return arrange(b, r.order)
}
