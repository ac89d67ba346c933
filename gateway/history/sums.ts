import type { Series } from './block.ts'
import { append, finish, readInto, writer } from './block.ts'
import { bytes, putByte, putRaw, putVarint, takeByte, takeVarint, written } from './bytes.ts'
import { GOOD, hasValue } from './codes.ts'

/**
 * What a stretch of time comes to, for each bucket between two edges. A value holds until the next one. Only good values
 * count; buckets without any have goodMs 0 and NaN: a gap, never a nought. Pure.
 */
export interface Sums {
  /** So long was the value good, ms. */
  readonly goodMs: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
  /** Weighted by time. */
  readonly mean: Float64Array
  readonly last: Float64Array
  /** Of all rises: what a counter has counted. A fall (exchange, rollover) adds nothing. */
  readonly rise: Float64Array
}

export function noSums(count: number): Sums {
  const nan = () => new Float64Array(count).fill(Number.NaN)
  return {
    goodMs: new Float64Array(count),
    min: nan(),
    max: nan(),
    mean: nan(),
    last: nan(),
    rise: new Float64Array(count),
  }
}

/** As `noSums`, of what is used again. */
export function emptied(sums: Sums): Sums {
  sums.goodMs.fill(0)
  sums.rise.fill(0)
  for (const column of [sums.min, sums.max, sums.mean, sums.last]) column.fill(Number.NaN)
  return sums
}

/** What held before the first sample. */
export interface Before {
  readonly code: number
  readonly value: number
  /** The last good value, whatever came after it: a counter goes on over a gap. NaN: there was none. */
  readonly good: number
}
export const nothingBefore: Before = { code: 1, value: Number.NaN, good: Number.NaN }

type Columns = Pick<Series, 'n' | 'times' | 'codes' | 'values'>

/**
 * @param series in order of time
 * @param edges ascending, one more than there are buckets; time after the last one is not looked at
 * @param until nothing is known from here on
 */
export function sumUp(series: Columns, edges: Float64Array, before: Before, until = Number.POSITIVE_INFINITY): Sums {
  const count = edges.length - 1
  const sums = noSums(count)
  const { goodMs, min, max, mean, last, rise } = sums
  const end = Math.min(edges[count]!, until)
  let { code, value, good } = before
  let time = edges[0]!
  let bucket = 0

  /** The value in force holds until `to`. */
  function hold(to: number) {
    const stop = Math.min(to, end)
    while (time < stop) {
      while (bucket < count - 1 && time >= edges[bucket + 1]!) bucket++
      const next = Math.min(stop, edges[bucket + 1]!)
      if (code === GOOD) {
        const ms = next - time
        const had = goodMs[bucket]!
        mean[bucket] = had === 0 ? value : mean[bucket]! + ((value - mean[bucket]!) * ms) / (had + ms)
        goodMs[bucket] = had + ms
        see(bucket)
      }
      time = next
    }
  }
  function see(b: number) {
    if (!(value >= min[b]!)) min[b] = value
    if (!(value <= max[b]!)) max[b] = value
    last[b] = value
  }

  for (let i = 0; i < series.n; i++) {
    const at = series.times[i]!
    if (at >= edges[count]!) break
    if (at > time) hold(at)
    code = series.codes[i]!
    value = series.values[i]!
    if (code !== GOOD) continue
    if (at >= edges[0]!) {
      while (bucket < count - 1 && at >= edges[bucket + 1]!) bucket++
      if (value > good) rise[bucket]! += value - good
      // Seen, even if the next one came in the same ms.
      if (at < until) see(bucket)
    }
    good = value
  }
  hold(end)
  for (let b = 0; b < count; b++)
    if (goodMs[b] === 0) {
      min[b] = Number.NaN
      max[b] = Number.NaN
      last[b] = Number.NaN
    }
  return sums
}

/** Adds `from[i]` to bucket `b` of `to`; what is added later is later in time. */
export function merge(to: Sums, b: number, from: Sums, i: number): void {
  const ms = from.goodMs[i]!
  to.rise[b]! += from.rise[i]!
  if (ms === 0) return
  const had = to.goodMs[b]!
  to.mean[b] = had === 0 ? from.mean[i]! : (to.mean[b]! * had + from.mean[i]! * ms) / (had + ms)
  to.goodMs[b] = had + ms
  if (!(to.min[b]! <= from.min[i]!)) to.min[b] = from.min[i]!
  if (!(to.max[b]! >= from.max[i]!)) to.max[b] = from.max[i]!
  to.last[b] = from.last[i]!
}

/**
 * Adds a part of `from[i]`, for a bucket that has only this share of its time. What held is taken to have held all the
 * time, what was counted to have been counted evenly: only for what is no longer known any better.
 */
export function mergeShare(to: Sums, b: number, from: Sums, i: number, share: number): void {
  const part: Sums = {
    goodMs: Float64Array.of(from.goodMs[i]! * share),
    min: from.min.subarray(i, i + 1),
    max: from.max.subarray(i, i + 1),
    mean: from.mean.subarray(i, i + 1),
    last: from.last.subarray(i, i + 1),
    rise: Float64Array.of(from.rise[i]! * share),
  }
  merge(to, b, part, 0)
}

const HOUR_MS = 3_600_000
const columns = ['min', 'max', 'mean', 'last', 'rise'] as const

/** The 24 sums of one day as bytes. The mean keeps 24 bits, a rise twelve digits; the others come back exactly. */
export function packHours(sums: Sums): Uint8Array {
  const to = bytes(64)
  const flat = sums.goodMs.every(
    (ms, i) => ms === 0 || (sums.min[i] === sums.max[i] && sums.max[i] === sums.last[i] && sums.rise[i] === 0),
  )
  const rose = sums.rise.some((r, i) => r !== 0 && sums.goodMs[i] === 0)
  putByte(to, flat && !rose ? 1 : 0)
  for (const ms of sums.goodMs) putVarint(to, HOUR_MS - Math.round(ms))
  for (const column of flat && !rose ? (['last'] as const) : columns) {
    const w = writer('number', 1)
    for (let i = 0; i < 24; i++) {
      const value = sums[column][i]!
      if (Number.isNaN(value) || (sums.goodMs[i] === 0 && column !== 'rise')) continue
      append(w, i, GOOD, column === 'mean' ? Math.fround(value) : column === 'rise' ? digits12(value) : value)
    }
    const block = finish(w)
    putVarint(to, block.length)
    putRaw(to, block)
  }
  return written(to)
}
const digits12 = (n: number): number => Number(n.toPrecision(12))

const flatColumns = ['last'] as const
const codesOfDay = new Uint8Array(64)
const timesOfDay = new Float64Array(64)
const valuesOfDay = new Float64Array(64)

/** @param sums 24 empty ones, where they go */
export function unpackHours(packed: Uint8Array, sums: Sums = noSums(24)): Sums {
  const from = { at: packed, next: 0 }
  const flat = takeByte(from) === 1
  for (let i = 0; i < 24; i++) sums.goodMs[i] = HOUR_MS - takeVarint(from)
  for (const column of flat ? flatColumns : columns) {
    const end = takeVarint(from) + from.next
    const n = readInto(from, end, codesOfDay, timesOfDay, valuesOfDay)
    const to = sums[column]
    for (let i = 0; i < n; i++) to[timesOfDay[i]!] = valuesOfDay[i]!
  }
  if (flat) for (const column of ['min', 'max', 'mean'] as const) sums[column].set(sums.last)
  return sums
}

/** What holds after a series. */
export function after(series: Columns, before: Before): Before {
  let { good } = before
  for (let i = series.n - 1; i >= 0; i--)
    if (series.codes[i] === GOOD) {
      good = series.values[i]!
      break
    }
  if (series.n === 0) return before
  const code = series.codes[series.n - 1]!
  return { code, value: hasValue(code) ? series.values[series.n - 1]! : Number.NaN, good }
}
