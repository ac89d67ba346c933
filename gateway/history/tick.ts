import type { Kind } from '../../drivers/point.ts'
import {
  type Bytes,
  bytes,
  putByte,
  putDouble,
  putText,
  putVarint,
  type Reader,
  room,
  takeByte,
  takeDouble,
  takeText,
  takeVarint,
} from './bytes.ts'
import { GOOD, hasValue } from './codes.ts'
import { F64, fromInt, modeOf, toInt, unzigzag, zigzag } from './numbers.ts'

/** What came within one second, a column each. `texts` of those samples that are texts, by their index. */
export interface Tick {
  readonly now: number
  readonly points: Int32Array
  readonly times: Float64Array
  readonly codes: Uint8Array
  /** A boolean as 0 or 1. */
  readonly values: Float64Array
  readonly texts: readonly (readonly [index: number, text: string])[]
}

/**
 * Its memory is given back at once. The thread of history.db makes next to no other garbage, so the collector comes to it
 * when tens of megabytes of ticks lie about.
 */
export function letGo({ points, times, codes, values }: Tick): void {
  for (const { buffer } of [points, times, codes, values]) (buffer as ArrayBuffer).transfer(0)
}

/** What a row of the journal may leave out, because an earlier row said it: the last value of each point. */
export interface Chain {
  /** By the number of the point; NO_MODE: nothing was said. */
  modes: Uint8Array
  wholes: Float64Array
}
const NO_MODE = 255
export const chainOf = (): Chain => ({ modes: new Uint8Array(0), wholes: new Float64Array(0) })
/** Nothing was said, as before a key row. */
export const forget = (chain: Chain): void => void chain.modes.fill(NO_MODE)
function grow(chain: Chain, point: number): void {
  if (point < chain.modes.length) return
  const size = Math.max(256, 2 * point)
  const modes = new Uint8Array(size).fill(NO_MODE)
  const wholes = new Float64Array(size)
  modes.set(chain.modes)
  wholes.set(chain.wholes)
  chain.modes = modes
  chain.wholes = wholes
}

const NONE = 12
const TEXT = 13

/**
 * One row of the journal. Pure.
 * @param chain what the rows since the last key row have said; a key row begins with an empty one
 * @param to where it is written, over what is there; what is returned lies in it
 */
export function encodeTick(tick: Tick, chain: Chain, to: Bytes = bytes()): Uint8Array {
  const { points, times, codes, values } = tick
  const texts = tick.texts.length > 0 ? new Map(tick.texts) : undefined
  to.length = 0
  room(to, 16 + points.length * 4)
  putVarint(to, points.length)
  let most = 0
  for (let i = 0; i < points.length; i++) if (points[i]! > most) most = points[i]!
  grow(chain, most)
  const { modes, wholes } = chain
  let point = -1
  let time = tick.now
  for (let i = 0; i < points.length; i++) {
    const id = points[i]!
    const at = times[i]!
    const code = codes[i]!
    const mode = modes[id]!
    const whole = mode === NO_MODE || code !== GOOD || texts?.has(i) ? Number.NaN : toInt(values[i]!, mode)
    const plain = !Number.isNaN(whole)
    if (to.length + 40 > to.at.length) room(to, to.at.length)
    const difference = plain ? whole - wholes[id]! : 0
    // What is most common: the next points of the same read, near their last values.
    if (plain && at === time && id > point && id - point <= 16 && difference < 64 && difference >= -64) {
      const { at: bytesAt, length } = to
      bytesAt[length] = (id - point - 1) << 3
      bytesAt[length + 1] = (difference << 1) ^ (difference >> 31)
      to.length = length + 2
      wholes[id] = whole
      point = id
      continue
    }
    const head = zigzag(id - point - 1) * 4 + (at === time ? 0 : 2) + (plain ? 0 : 1)
    // What is common costs no call: this runs for each sample that is written.
    if (head < 128) to.at[to.length++] = head
    else putVarint(to, head)
    if (at !== time) putVarint(to, zigzag(at - time))
    point = id
    time = at
    if (plain) {
      const coded = zigzag(difference)
      if (coded < 128) to.at[to.length++] = coded
      else putVarint(to, coded)
      wholes[id] = whole
    } else {
      putByte(to, code)
      const text = texts?.get(i)
      if (!hasValue(code)) putByte(to, NONE)
      else if (text !== undefined) {
        putByte(to, TEXT)
        putText(to, text)
      } else say(to, values[i]!, id, chain)
    }
  }
  return to.at.subarray(0, to.length)
}
/** A value for which the chain has nothing yet, or not in this mode. */
function say(to: Bytes, value: number, id: number, chain: Chain): void {
  const form = modeOf(value)
  putByte(to, form)
  if (form === F64) {
    putDouble(to, value)
    return
  }
  const n = toInt(value, form)
  putVarint(to, zigzag(n))
  chain.modes[id] = form
  chain.wholes[id] = n
}

/** @param chain as it was when the row was written */
export function decodeTick(now: number, row: Uint8Array, chain: Chain): Tick {
  const from: Reader = { at: row, next: 0 }
  const n = takeVarint(from)
  const points = new Int32Array(n)
  const times = new Float64Array(n)
  const codes = new Uint8Array(n)
  const values = new Float64Array(n)
  const texts: [number, string][] = []
  let point = -1
  let time = now
  for (let i = 0; i < n; i++) {
    const head = takeVarint(from)
    point += unzigzag(Math.floor(head / 4)) + 1
    if (head & 2) time += unzigzag(takeVarint(from))
    if (point >= chain.modes.length) grow(chain, point)
    points[i] = point
    times[i] = time
    if (!(head & 1)) {
      const whole = chain.wholes[point]! + unzigzag(takeVarint(from))
      chain.wholes[point] = whole
      values[i] = fromInt(whole, chain.modes[point]!)
      continue
    }
    codes[i] = takeByte(from)
    const form = takeByte(from)
    if (form === NONE) values[i] = Number.NaN
    else if (form === TEXT) texts.push([i, takeText(from)])
    else if (form === F64) values[i] = takeDouble(from)
    else {
      const whole = unzigzag(takeVarint(from))
      chain.modes[point] = form
      chain.wholes[point] = whole
      values[i] = fromInt(whole, form)
    }
  }
  return { now, points, times, codes, values, texts }
}

/** A point as history knows it: another kind under the same name is another one. */
export interface Named {
  readonly id: number
  readonly name: string
  readonly kind: Kind
  readonly periodMs: number
}
