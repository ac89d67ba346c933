import { type Bits, ESCAPE, LARGEST, type Means, parameterOf, reserve, takeNumber, WINDOW } from './bits.ts'
import { hasValue } from './codes.ts'
import { F64, fromInt, toInt, unzigzag } from './numbers.ts'

/**
 * The columns of a block at once: the same codes as `takeNumber` reads and `putNumber` writes, in one loop whose state stays
 * in registers. A month of a point is forty thousand samples of three numbers each, and a chart waits for them; ten
 * thousand points are written each second.
 */

/** Copied here to be read: with noughts behind its end nobody has to look where that is. */
let room = new Uint8Array(4096)
let view = new DataView(room.buffer)
const AFTER = 16
function load(block: Uint8Array, from: number, to: number): void {
  const length = to - from
  if (length + AFTER > room.length) {
    room = new Uint8Array(2 * (length + AFTER))
    view = new DataView(room.buffer)
  }
  if (length < 200) for (let i = 0; i < length; i++) room[i] = block[from + i]!
  else room.set(block.subarray(from, to))
  for (let i = length; i < length + AFTER; i++) room[i] = 0
}

/** What stands in the head of a block. */
interface What {
  readonly n: number
  readonly first: number
  readonly periodMs: number
  readonly mode: number
}
/**
 * @param block whose bits begin at `from` and end before `to` @param mode below F64
 * @param codes of all samples @param times @param values where they go
 */
export function takeColumns(
  block: Uint8Array,
  from: number,
  to: number,
  { n, first, periodMs, mode }: What,
  means: Means,
  codes: Uint8Array,
  times: Float64Array,
  values: Float64Array,
): void {
  load(block, from, to)
  const words = view
  const bytes = room
  const slow = { bytes, at: 0 }
  let at = 0
  let step = Math.floor(first / periodMs)
  let phase = first - step * periodMs
  let whole = 0
  for (let i = 0; i < n; i++) {
    const there = hasValue(codes[i]!)
    // Column 0 is the step, 1 the phase, 2 the value; the first time stands in the head.
    let column = i === 0 ? 2 : 0
    const last = there ? 2 : 1
    while (column <= last) {
      if (column === 1 && periodMs === 1) {
        column++
        continue
      }
      const byte = at >>> 3
      const shift = at & 7
      const word = (words.getInt32(byte) << shift) | (bytes[byte + 4]! >>> (8 - shift))
      const ones = Math.clz32(~word)
      let number = ones
      if (ones < ESCAPE) {
        const sum = means[2 * column]!
        const count = means[2 * column + 1]! + 1
        const k = parameterOf(sum, count - 1)
        at += ones + 1
        if (k > 0) {
          if (ones + 1 + k <= 32) number = (ones << k) + ((word << (ones + 1)) >>> (32 - k))
          else {
            const next = at >>> 3
            const rest = (words.getInt32(next) << (at & 7)) | (bytes[next + 4]! >>> (8 - (at & 7)))
            number = (ones << k) + (rest >>> (32 - k))
          }
          at += k
        }
        const grown = sum + (number < LARGEST ? number : LARGEST)
        means[2 * column] = count === WINDOW ? grown >> 1 : grown
        means[2 * column + 1] = count === WINDOW ? WINDOW / 2 : count
      } else {
        slow.at = at
        number = takeNumber(slow, means, column)
        at = slow.at
      }
      if (column === 2) whole += unzigzag(number)
      else if (column === 1) phase += unzigzag(number)
      else step += unzigzag(number) + 1
      column++
    }
    times[i] = step * periodMs + phase
    values[i] = there ? fromInt(whole, mode) : Number.NaN
  }
}

/** What of a writer goes on from sample to sample. */
interface Run extends Bits {
  readonly periodMs: number
  n: number
  run: number
  code: number
  mode: number
  step: number
  phase: number
  value: number
  means: Means
}
const SMALL = 2 ** 30
const MOST_BITS = 24

/**
 * Appends samples `from` to before `to` of these columns, as `append` would, as long as there is nothing special about
 * them: the quality is the last one, the value fits the mode, no number needs an escape.
 * @returns where it stopped; that one is for `append`
 */
export function putColumns(
  w: Run,
  times: Float64Array,
  codes: Uint8Array,
  values: Float64Array,
  from: number,
  to: number,
): number {
  const { periodMs, mode, means, code } = w
  if (w.n === 0 || mode === F64 || periodMs === 1 || !hasValue(code)) return from
  let { bytes, next, end, rest, restBits, step, phase, value } = w
  let sum0 = means[0]!
  let count0 = means[1]!
  let sum1 = means[2]!
  let count1 = means[3]!
  let sum2 = means[4]!
  let count2 = means[5]!
  let i = from
  for (; i < to; i++) {
    if (codes[i] !== code) break
    const at = times[i]!
    const whole = toInt(values[i]!, mode)
    const stepNow = Math.floor(at / periodMs)
    const phaseNow = at - stepNow * periodMs
    const d0 = stepNow - step - 1
    const d1 = phaseNow - phase
    const d2 = whole - value
    // Also when it does not fit the mode: NaN is in no range.
    if (!(d0 < SMALL && d0 > -SMALL && d1 < SMALL && d1 > -SMALL && d2 < SMALL && d2 > -SMALL)) break
    const n0 = (d0 << 1) ^ (d0 >> 31)
    const n1 = (d1 << 1) ^ (d1 >> 31)
    const n2 = (d2 << 1) ^ (d2 >> 31)
    const k0 = parameterOf(sum0, count0)
    const k1 = parameterOf(sum1, count1)
    const k2 = parameterOf(sum2, count2)
    const q0 = n0 >>> k0
    const q1 = n1 >>> k1
    const q2 = n2 >>> k2
    const bits01 = q0 + k0 + q1 + k1 + 2
    const bits2 = q2 + k2 + 1
    if (bits01 > MOST_BITS || bits2 > MOST_BITS || q2 >= ESCAPE || q0 >= ESCAPE || q1 >= ESCAPE) break
    if (next + 16 > end) {
      w.next = next
      reserve(w)
      bytes = w.bytes
      next = w.next
      end = w.end
    }
    const head0 = (((1 << q0) - 1) << (k0 + 1)) | (n0 & ((1 << k0) - 1))
    const head1 = (((1 << q1) - 1) << (k1 + 1)) | (n1 & ((1 << k1) - 1))
    rest = (rest << bits01) | (head0 << (q1 + k1 + 1)) | head1
    restBits += bits01
    while (restBits >= 8) {
      restBits -= 8
      bytes[next++] = rest >>> restBits
    }
    rest &= (1 << restBits) - 1
    rest = (rest << bits2) | (((1 << q2) - 1) << (k2 + 1)) | (n2 & ((1 << k2) - 1))
    restBits += bits2
    while (restBits >= 8) {
      restBits -= 8
      bytes[next++] = rest >>> restBits
    }
    rest &= (1 << restBits) - 1
    sum0 += n0 < LARGEST ? n0 : LARGEST
    if (++count0 === WINDOW) {
      sum0 >>= 1
      count0 = WINDOW / 2
    }
    sum1 += n1 < LARGEST ? n1 : LARGEST
    if (++count1 === WINDOW) {
      sum1 >>= 1
      count1 = WINDOW / 2
    }
    sum2 += n2 < LARGEST ? n2 : LARGEST
    if (++count2 === WINDOW) {
      sum2 >>= 1
      count2 = WINDOW / 2
    }
    step = stepNow
    phase = phaseNow
    value = whole
  }
  if (i === from) return from
  w.next = next
  w.rest = rest
  w.restBits = restBits
  w.step = step
  w.phase = phase
  w.value = value
  w.n += i - from
  w.run += i - from
  means[0] = sum0
  means[1] = count0
  means[2] = sum1
  means[3] = count1
  means[4] = sum2
  means[5] = count2
  return i
}
