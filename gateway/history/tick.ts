import type { Kind } from '../../drivers/point.ts'
import {
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
  written,
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

/** What a row of the journal may leave out, because an earlier row said it: the last value of each point. */
export interface Chain {
  readonly modes: Map<number, number>
  readonly wholes: Map<number, number>
}
export const chainOf = (): Chain => ({ modes: new Map(), wholes: new Map() })

const NONE = 12
const TEXT = 13

/**
 * One row of the journal. Pure.
 * @param chain what the rows since the last key row have said; a key row begins with an empty one
 */
export function encodeTick(tick: Tick, chain: Chain): Uint8Array {
  const { points, times, codes, values } = tick
  const { modes, wholes } = chain
  const to = bytes(16 + points.length * 4)
  const texts = new Map(tick.texts)
  putVarint(to, points.length)
  let point = -1
  let time = tick.now
  for (let i = 0; i < points.length; i++) {
    const id = points[i]!
    const at = times[i]!
    const code = codes[i]!
    const mode = code === GOOD && !texts.has(i) ? modes.get(id) : undefined
    const whole = mode === undefined ? Number.NaN : toInt(values[i]!, mode)
    const plain = !Number.isNaN(whole)
    room(to, 40)
    putVarint(to, zigzag(id - point - 1) * 4 + (at === time ? 0 : 2) + (plain ? 0 : 1))
    if (at !== time) putVarint(to, zigzag(at - time))
    point = id
    time = at
    if (plain) {
      putVarint(to, zigzag(whole - wholes.get(id)!))
      wholes.set(id, whole)
      continue
    }
    putByte(to, code)
    const text = texts.get(i)
    if (!hasValue(code)) putByte(to, NONE)
    else if (text !== undefined) {
      putByte(to, TEXT)
      putText(to, text)
    } else {
      const value = values[i]!
      const form = modeOf(value)
      putByte(to, form)
      if (form === F64) putDouble(to, value)
      else {
        const n = toInt(value, form)
        putVarint(to, zigzag(n))
        modes.set(id, form)
        wholes.set(id, n)
      }
    }
  }
  return written(to)
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
    points[i] = point
    times[i] = time
    if (!(head & 1)) {
      const whole = chain.wholes.get(point)! + unzigzag(takeVarint(from))
      chain.wholes.set(point, whole)
      values[i] = fromInt(whole, chain.modes.get(point)!)
      continue
    }
    codes[i] = takeByte(from)
    const form = takeByte(from)
    if (form === NONE) values[i] = Number.NaN
    else if (form === TEXT) texts.push([i, takeText(from)])
    else if (form === F64) values[i] = takeDouble(from)
    else {
      const whole = unzigzag(takeVarint(from))
      chain.modes.set(point, form)
      chain.wholes.set(point, whole)
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
