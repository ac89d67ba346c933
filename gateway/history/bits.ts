import type { Pieces } from './pieces.ts'

/**
 * Bits in a growing buffer, and whole numbers in few of them: adaptive Golomb-Rice codes, whose parameter follows the mean
 * of what came before [ITU-T T.87, A.5.1], so that a column costs little more than its own noise.
 */
export interface Bits {
  bytes: Uint8Array
  /** Where the next byte goes, and before which one it must end. */
  next: number
  end: number
  /** What has not filled a byte yet. */
  rest: number
  restBits: number
  /** Where it grows by pieces; otherwise `bytes` is all its own, and larger when it is full. */
  readonly pieces: Pieces | null
  /** The one that is written now, and how many bytes stand in those before it. */
  piece: number
  earlier: number
}
export const FIRST_BYTES = 32

/** `count` 0 to 24. */
export function put(to: Bits, value: number, count: number): void {
  const rest = (to.rest << count) | value
  let n = to.restBits + count
  while (n >= 8) {
    n -= 8
    to.bytes[to.next++] = rest >>> n
  }
  to.rest = rest & ((1 << n) - 1)
  to.restBits = n
}

/** Room for one more entry: the longest is three escapes and a flag, 40 bytes. */
export function reserve(to: Bits): void {
  if (to.next + 48 <= to.end) return
  if (to.pieces) {
    to.pieces.grow(to)
    return
  }
  const larger = new Uint8Array(Math.max(256, 2 * to.bytes.length))
  larger.set(to.bytes)
  to.bytes = larger
  to.end = larger.length
}

/** How many whole bytes have been written. */
export const lengthOf = ({ pieces, piece, next, earlier }: Bits): number =>
  pieces?.lengthOf(piece, next, earlier) ?? next

/** How many bytes they are, the last one filled up with noughts. */
export const bitBytes = (from: Bits): number => lengthOf(from) + (from.restBits > 0 ? 1 : 0)
/** They, into `to`; the writer can go on. */
export function copyBits(from: Bits, to: Uint8Array): void {
  const length = lengthOf(from)
  if (from.pieces) from.pieces.copy(from, to)
  else to.set(from.bytes.subarray(0, length))
  if (from.restBits > 0) to[length] = from.rest << (8 - from.restBits)
}

export interface BitReader {
  /** With at least eight noughts behind the last one, so that nobody has to look where the end is. */
  readonly bytes: Uint8Array
  /** In bits. */
  at: number
}
export function bitReader(raw: Uint8Array): BitReader {
  const bytes = new Uint8Array(raw.length + 8)
  bytes.set(raw)
  return { bytes, at: 0 }
}

/** The next 32 bits, as they are. */
function peek(from: BitReader): number {
  const { bytes, at } = from
  const i = at >>> 3
  const shift = at & 7
  const word = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!
  return (word << shift) | (bytes[i + 4]! >>> (8 - shift))
}
/** `count` 0 to 24. */
export function take(from: BitReader, count: number): number {
  const word = peek(from)
  from.at += count
  return count === 0 ? 0 : word >>> (32 - count)
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
export function putDouble(to: Bits, value: number): void {
  double[0] = value
  for (const word of words) {
    put(to, word >>> 16, 16)
    put(to, word & 0xffff, 16)
  }
}
export function takeDouble(from: BitReader): number {
  for (let i = 0; i < 2; i++) words[i] = take(from, 16) * 65_536 + take(from, 16)
  return double[0]!
}

/**
 * The running means that choose the parameters of the three columns: sum and count of each, in one array because ten
 * thousand writers take turns and each further object is a cache miss; a typed one is three. Writer and reader keep the
 * same ones.
 */
export type Means = number[]
export const meansOf = (): Means => [2, 1, 2, 1, 2, 1]
export const WINDOW = 32
const MOST_BITS = 24
export const LARGEST = 2 ** MOST_BITS
/** So many ones instead of a quotient: what follows is the number as it is. */
export const ESCAPE = 20

/** The whole part of the logarithm of the mean, or 0; without a division, which is what costs most here. */
export function parameterOf(sum: number, count: number): number {
  const k = Math.clz32(count) - Math.clz32(sum)
  return k <= 0 ? 0 : count << k > sum ? k - 1 : k
}
const parameter = (means: Means, column: number): number => parameterOf(means[2 * column]!, means[2 * column + 1]!)
function learn(means: Means, column: number, n: number): void {
  const sum = means[2 * column]! + (n < LARGEST ? n : LARGEST)
  const count = means[2 * column + 1]! + 1
  const full = count === WINDOW
  means[2 * column] = full ? sum >> 1 : sum
  means[2 * column + 1] = full ? WINDOW / 2 : count
}

const SMALL = 2 ** 31
/**
 * A whole number of 0 or more, exactly, up to 2^53. It may be held back until `release`.
 */
export function putNumber(to: Bits, n: number, means: Means, column: number): void {
  if (n < SMALL) {
    const k = parameter(means, column)
    const quotient = n >>> k
    learn(means, column, n)
    if (quotient < ESCAPE) {
      const bits = quotient + 1 + k
      const head = ((1 << quotient) - 1) << 1
      if (bits > 24) {
        release(to)
        put(to, head, quotient + 1)
        put(to, n & ((1 << k) - 1), k)
        return
      }
      if (heldBits + bits > 24) release(to)
      held = (held << bits) | (head << k) | (n & ((1 << k) - 1))
      heldBits += bits
      return
    }
    release(to)
    put(to, (1 << ESCAPE) - 1, ESCAPE)
    put(to, n >>> 16, 16)
    put(to, n & 0xffff, 16)
    return
  }
  release(to)
  put(to, (1 << ESCAPE) - 1, ESCAPE)
  // The first bit is never set in a small one.
  put(to, 1, 1)
  putDouble(to, n)
}
/**
 * The numbers of one entry mostly fit into one word: they are held here and written together. Whoever has put the last one
 * of an entry releases them, to the same writer.
 */
let held = 0
let heldBits = 0
export function release(to: Bits): void {
  if (heldBits === 0) return
  put(to, held, heldBits)
  held = 0
  heldBits = 0
}

export function takeNumber(from: BitReader, means: Means, column: number): number {
  const word = peek(from)
  const ones = Math.clz32(~word)
  if (ones < ESCAPE) {
    const k = parameter(means, column)
    from.at += ones + 1
    let n = ones
    if (k > 0 && ones + 1 + k <= 32) {
      n = (ones << k) + ((word << (ones + 1)) >>> (32 - k))
      from.at += k
    } else if (k > 0) n = (ones << k) + take(from, k)
    learn(means, column, n)
    return n
  }
  from.at += ESCAPE
  if (take(from, 1) === 1) return takeDouble(from)
  const high = take(from, 15)
  const n = high * 65_536 + take(from, 16)
  learn(means, column, n)
  return n
}
