/**
 * Bits in a growing buffer, and whole numbers in few of them: adaptive Golomb-Rice codes, whose parameter follows the mean
 * of what came before [ITU-T T.87, A.5.1], so that a column costs little more than its own noise.
 */
export interface Bits {
  bytes: Uint8Array
  length: number
  /** What has not filled a byte yet. */
  rest: number
  restBits: number
}
export const bitsOf = (): Bits => ({ bytes: new Uint8Array(32), length: 0, rest: 0, restBits: 0 })

/** `count` 0 to 24. */
export function put(to: Bits, value: number, count: number): void {
  const rest = (to.rest << count) | value
  let n = to.restBits + count
  while (n >= 8) {
    n -= 8
    to.bytes[to.length++] = rest >>> n
  }
  to.rest = rest & ((1 << n) - 1)
  to.restBits = n
}

/** Room for one more entry: the longest is three escapes and a flag, 40 bytes. */
export function reserve(to: Bits): void {
  if (to.length + 48 <= to.bytes.length) return
  const larger = new Uint8Array(Math.max(128, Math.ceil(to.bytes.length * 1.5)))
  larger.set(to.bytes)
  to.bytes = larger
}

/** The bytes so far, the last one filled up with noughts; the writer can go on. */
export function bytesOf(from: Bits): Uint8Array {
  const whole = from.bytes.slice(0, from.length + (from.restBits > 0 ? 1 : 0))
  if (from.restBits > 0) whole[from.length] = from.rest << (8 - from.restBits)
  return whole
}

export interface BitReader {
  readonly bytes: Uint8Array
  /** In bits. */
  at: number
}

/** `count` 0 to 24. Beyond the end there are noughts. */
export function take(from: BitReader, count: number): number {
  const { bytes, at } = from
  const i = at >>> 3
  const word =
    (((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)) >>> 0
  from.at = at + count
  return count === 0 ? 0 : (word << (at & 7)) >>> (32 - count)
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

/** The running mean that chooses the parameter; writer and reader keep the same one. */
export interface Mean {
  sum: number
  count: number
}
export const meanOf = (): Mean => ({ sum: 2, count: 1 })
const WINDOW = 32
const MOST_BITS = 24
/** So many ones instead of a quotient: what follows is the number as it is. */
const ESCAPE = 20

const parameter = (mean: Mean): number => {
  const m = Math.floor(mean.sum / mean.count)
  return m < 2 ? 0 : Math.min(MOST_BITS, 31 - Math.clz32(m))
}
function learn(mean: Mean, n: number): void {
  mean.sum += n
  if (++mean.count < WINDOW) return
  mean.sum = Math.floor(mean.sum / 2)
  mean.count = WINDOW / 2
}

const SMALL = 2 ** 31
/** A whole number of 0 or more, exactly, up to 2^53. */
export function putNumber(to: Bits, n: number, mean: Mean): void {
  if (n < SMALL) {
    const k = parameter(mean)
    const quotient = n >>> k
    learn(mean, n)
    if (quotient < ESCAPE) {
      put(to, ((1 << quotient) - 1) << 1, quotient + 1)
      if (k > 0) put(to, n & ((1 << k) - 1), k)
      return
    }
    put(to, (1 << ESCAPE) - 1, ESCAPE)
    put(to, n >>> 16, 16)
    put(to, n & 0xffff, 16)
    return
  }
  put(to, (1 << ESCAPE) - 1, ESCAPE)
  // The first bit is never set in a small one.
  put(to, 1, 1)
  putDouble(to, n)
}

export function takeNumber(from: BitReader, mean: Mean): number {
  const head = take(from, ESCAPE)
  const ones = Math.clz32(~(head << (32 - ESCAPE)))
  if (ones < ESCAPE) {
    from.at += ones + 1 - ESCAPE
    const k = parameter(mean)
    const n = ones * 2 ** k + take(from, k)
    learn(mean, n)
    return n
  }
  if (take(from, 1) === 1) return takeDouble(from)
  const high = take(from, 15)
  const n = high * 65_536 + take(from, 16)
  learn(mean, n)
  return n
}
