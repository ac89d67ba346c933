import { finish, read, type Series, type Writer } from './block.ts'
import { inTime } from './compact.ts'
import { DAY_MS, dayOf, HOUR_MS, rowId } from './schema.ts'
import type { Store } from './store.ts'
import {
  after,
  type Before,
  emptied,
  merge,
  mergeShare,
  noSums,
  nothingBefore,
  type Sums,
  sumUp,
  unpackHours,
} from './sums.ts'

/** A stretch of time whose samples were not measured, but made for the demo. */
export interface DemoSpan {
  from: number
  to: number
}
export interface RawAnswer extends Series {
  readonly demo: readonly DemoSpan[]
  /** Where samples were dropped for their age or for room: only the sums of hours are left. */
  readonly coarse: readonly DemoSpan[]
  /** There was more than the limit: ask again from the time of the last one. */
  readonly truncated: boolean
}
export interface StepAnswer extends Sums {
  readonly demo: readonly DemoSpan[]
  /** Where buckets cut an hour of which only the sums are left: they show those of the hour, and its count by their share. */
  readonly coarse: readonly DemoSpan[]
}

/** How many days before the asked time the value in force is looked for; a point that lives has one each ten minutes. */
const LOOK_BACK_DAYS = 1

/** Questions to history.db and to what is still in memory. All times UTC ms; `to` is not in it. */
export function queries(store: Store) {
  const { blocks } = store
  const [demoHours, ownHours] = [noSums(24), noSums(24)]
  const hourOf = store.db.prepare('SELECT body FROM hour WHERE id = ?')

  interface Day {
    readonly demo: Series | null
    readonly own: Series
  }
  /** All samples of a day, those of the demo apart. */
  function day(point: number, d: number): Day {
    const demo = store.hasDemo() ? blocks.get(d, true, point) : null
    const own = blocks.get(d, false, point)
    const upTo = own ? blocks.fresh(d, point) : 0
    return {
      demo,
      own: inTime([
        ...(own ? [own] : []),
        ...store
          .freshOf(point)
          .filter(one => one.day === d && one.id > upTo)
          .map(store.bodyOf),
        ...store
          .openOf(point)
          .filter(block => block.n > 0 && dayOf(block.first) === d)
          .map(finished),
      ]),
    }
  }
  /** What held just before a time. */
  function before(point: number, at: number): Before {
    for (let d = dayOf(at - 1); d >= dayOf(at - 1) - LOOK_BACK_DAYS; d--) {
      const { demo, own } = day(point, d)
      for (const part of [own, demo]) {
        const mine = part && until(part, at)
        if (mine && mine.n > 0) return after(mine, nothingBefore)
      }
    }
    return nothingBefore
  }

  /** As they came, in order of time; the first is the one that held at `from`, if there is one. */
  function raw(point: number, from: number, to: number, limit: number): RawAnswer {
    const parts: Series[] = []
    const demo: DemoSpan[] = []
    const coarse: DemoSpan[] = []
    // Mostly that of the time before: a day that is not over is read from some two hundred blocks.
    const first = { of: dayOf(from), day: day(point, dayOf(from)) }
    const held = heldAt(point, from, first)
    if (held) parts.push(held.one)
    if (held?.demo) demo.push({ from: held.one.times[0]!, to: held.one.times[0]! + 1 })
    let n = parts.length
    const young = youngDays(point)
    for (let d = dayOf(from); d <= dayOf(to - 1) && n <= limit; d++) {
      const both = d === first.of ? first.day : day(point, d)
      if (isEmpty(both) && hoursRow(point, d, young))
        extend(coarse, Math.max(from, d * DAY_MS), Math.min(to, (d + 1) * DAY_MS))
      for (const part of [both.demo, both.own]) {
        const mine = part && between(part, from, to)
        if (!mine || mine.n === 0) continue
        if (part === both.demo) extend(demo, mine.times[0]!, Math.min(to, mine.times[mine.n - 1]! + 1))
        parts.push(mine)
        n += mine.n
      }
    }
    const all = inTime(parts)
    return { ...(all.n > limit ? firstOf(all, limit) : all), demo, coarse, truncated: all.n > limit }
  }
  /** @param known a day that was read already */
  function heldAt(
    point: number,
    at: number,
    known: { readonly of: number; readonly day: Day },
  ): { one: Series; demo: boolean } | null {
    for (let d = dayOf(at - 1); d >= dayOf(at - 1) - LOOK_BACK_DAYS; d--) {
      const { demo, own } = d === known.of ? known.day : day(point, d)
      for (const part of [own, demo]) {
        const mine = part && until(part, at)
        if (mine && mine.n > 0) return { one: slice(mine, mine.n - 1, mine.n), demo: part === demo }
      }
    }
    return null
  }

  /**
   * @param edges of the buckets, ascending
   * @param now nothing is known from here on
   */
  function steps(point: number, edges: Float64Array, now: number): StepAnswer {
    const count = edges.length - 1
    const [from, to] = [edges[0]!, edges[count]!]
    const sums = noSums(count)
    const demo: DemoSpan[] = []
    const coarse: DemoSpan[] = []
    const hourly = edges.every(edge => edge % HOUR_MS === 0)
    const young = youngDays(point)
    let held: Before | null = null
    let bucket = 0
    for (let d = dayOf(from); d <= dayOf(to - 1) && d * DAY_MS < now; d++) {
      const start = Math.max(from, d * DAY_MS)
      const end = Math.min(to, (d + 1) * DAY_MS)
      const packed = hourly ? hoursRow(point, d, young) : null
      if (packed) {
        for (const [of, hours] of packed.entries()) {
          if (!hours) continue
          const isDemo = of === 0
          for (let h = 0; h < 24; h++) {
            const at = d * DAY_MS + h * HOUR_MS
            if (at < from || at >= to) continue
            let b = bucket
            while (edges[b + 1]! <= at) b++
            merge(sums, b, hours, h)
            if (isDemo && hours.goodMs[h]! > 0) extend(demo, at, Math.min(to, at + HOUR_MS))
          }
        }
        held = null
        while (bucket < count - 1 && edges[bucket + 1]! <= end) bucket++
        continue
      }
      const both = day(point, d)
      const left = isEmpty(both) ? hoursRow(point, d, young) : null
      if (left) {
        for (const [of, hours] of left.entries())
          for (let h = 0; hours && h < 24; h++) {
            const at = Math.max(from, d * DAY_MS + h * HOUR_MS)
            const end = Math.min(to, d * DAY_MS + (h + 1) * HOUR_MS)
            if (at >= end) continue
            if (of === 0 && hours.goodMs[h]! > 0) extend(demo, at, end)
            if (share(sums, edges, bucket, hours, h, at, end)) extend(coarse, at, end)
          }
        held = null
        while (bucket < count - 1 && edges[bucket + 1]! <= end) bucket++
        continue
      }
      held ??= before(point, start)
      const all = between(inTime([both.demo, both.own].filter(part => part !== null)), start, end)
      const here = inside(edges, start, end)
      const part = sumUp(all, here.edges, held, now)
      for (let i = 0; i < here.edges.length - 1; i++) merge(sums, here.first + i, part, i)
      if (both.demo && both.demo.n > 0) {
        const [a, z] = [both.demo.times[0]!, both.demo.times[both.demo.n - 1]! + 1]
        if (z > start && a < end) extend(demo, Math.max(start, a), Math.min(end, z))
      }
      held = after(all, held)
      while (bucket < count - 1 && edges[bucket + 1]! <= end) bucket++
    }
    return { ...sums, demo, coarse }
  }
  /** Days of which something is in no block of a day yet. */
  function youngDays(point: number): ReadonlySet<number> {
    const days = new Set<number>()
    for (const { day, id } of store.freshOf(point)) if (!days.has(day) && id > blocks.fresh(day, point)) days.add(day)
    for (const block of store.openOf(point)) if (block.n > 0) days.add(dayOf(block.first))
    return days
  }
  /** The sums of a day's hours, if they are all there is of that day: of the demo, and measured. Good until the next call. */
  function hoursRow(point: number, d: number, young: ReadonlySet<number>): readonly [Sums | null, Sums | null] | null {
    if (young.has(d)) return null
    const demo = store.hasDemo() ? hourOf.get(rowId(d, true, point)) : undefined
    const own = hourOf.get(rowId(d, false, point))
    if (!demo && !own) return null
    return [
      demo ? unpackHours(demo.body as Uint8Array, emptied(demoHours)) : null,
      own ? unpackHours(own.body as Uint8Array, emptied(ownHours)) : null,
    ]
  }

  return { raw, steps }
}

const isEmpty = ({ demo, own }: { readonly demo: Series | null; readonly own: Series }) => demo === null && own.n === 0

/** The sums of an hour into the buckets it has part in. @returns whether one of them has only a part of it */
function share(sums: Sums, edges: Float64Array, first: number, hours: Sums, h: number, at: number, end: number) {
  let cut = false
  for (let b = first; b + 1 < edges.length && edges[b]! < end; b++) {
    const ms = Math.min(end, edges[b + 1]!) - Math.max(at, edges[b]!)
    if (ms <= 0) continue
    if (ms < HOUR_MS) {
      cut = true
      mergeShare(sums, b, hours, h, ms / HOUR_MS)
    } else merge(sums, b, hours, h)
  }
  return cut
}

const finished = (block: Writer): Series => read(finish(block))

/** Spans that touch or lie within a quarter of an hour are one. */
function extend(spans: DemoSpan[], from: number, to: number): void {
  const last = spans.at(-1)
  if (last && from <= last.to + 900_000) last.to = Math.max(last.to, to)
  else spans.push({ from, to })
}

/** The first index whose time is not before `at`. */
function firstFrom(series: Series, at: number): number {
  let low = 0
  let high = series.n
  while (low < high) {
    const middle = (low + high) >> 1
    if (series.times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}
const slice = (series: Series, from: number, to: number): Series => ({
  ...series,
  n: to - from,
  times: series.times.subarray(from, to),
  codes: series.codes.subarray(from, to),
  values: series.values.subarray(from, to),
})
const between = (series: Series, from: number, to: number): Series =>
  slice(series, firstFrom(series, from), firstFrom(series, to))
const until = (series: Series, at: number): Series => slice(series, 0, firstFrom(series, at))
const firstOf = (series: Series, count: number): Series => slice(series, 0, count)

/** The edges of the buckets that a stretch of time has part in, cut to it. */
function inside(edges: Float64Array, start: number, end: number): { first: number; edges: Float64Array } {
  let first = 0
  while (edges[first + 1]! <= start) first++
  const own = [start]
  for (let i = first + 1; i < edges.length && edges[i]! < end; i++) own.push(edges[i]!)
  own.push(end)
  return { first, edges: Float64Array.from(own) }
}
