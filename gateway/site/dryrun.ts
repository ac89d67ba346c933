import { setImmediate } from 'node:timers/promises'
import { bad, type Point, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type InSchedule, sensorOf, trusted } from '../../rules/condition.ts'
import { isPlain, type Rule } from '../../rules/rule.ts'
import type { Clock } from '../core/clock.ts'
import { GOOD, hasValue, qualityOf, reasonOf } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import { DAY_MS, HOUR_MS } from '../history/schema.ts'
import { type LiveAlarms, TICK_MS, watchAlarms } from '../live/alarms.ts'

/**
 * How often a rule would have fired: the live alarm core, fed with what the history has kept, in a time that runs as fast
 * as it can. Nothing is judged here a second time. One point after the other and one day after the other, in slices between
 * which everything else of the gateway goes on.
 */

export interface Fire {
  readonly point: PointId
  /** UTC ms. */
  readonly at: number
  /** Null: it stood at the end. */
  readonly until: number | null
  readonly value: Value | null
}
export interface DryRun {
  readonly from: number
  readonly to: number
  /** Points that have an alarm of the rule, and how many of them were gone through in the time allowed. */
  readonly points: number
  readonly examined: number
  readonly fires: number
  readonly first: readonly Fire[]
  readonly last: readonly Fire[]
  /** All together; the longest one; ms. */
  readonly stoodMs: number
  readonly longestMs: number
  readonly standing: number
  /** Shares 0..1 of the time of all points examined. */
  readonly noGoodShare: number
  readonly hourlyShare: number
  readonly demoShare: number
}
export interface DryRunOptions {
  readonly from: number
  readonly to: number
  readonly during: InSchedule
  readonly history: Pick<History, 'raw' | 'steps'>
  readonly point: (id: PointId) => Point | undefined
  /** How long it may take. */
  readonly mostMs?: number
}

export const MOST_SHOWN = 20
const MOST_POINTS = 500
const MOST_MS = 20_000
/** So long the gateway's thread is kept at once. */
const SLICE_MS = 8
/** Samples of one point that are fetched at once. */
const CHUNK = 50_000

type Sums = { noGoodMs: number; hourlyMs: number; demoMs: number }

/** @param anchors the points that have an alarm of the rule */
export async function dryRun(rule: Rule, anchors: readonly Point[], options: DryRunOptions): Promise<DryRun> {
  const { from, to, mostMs = MOST_MS } = options
  const deadline = performance.now() + mostMs
  const alone: Rule = { ...rule, causes: undefined, suppressedBy: undefined, group: undefined }
  const fires: Fire[] = []
  const sums: Sums = { noGoodMs: 0, hourlyMs: 0, demoMs: 0 }
  const total = { fires: 0, stoodMs: 0, longestMs: 0, standing: 0 }
  let examined = 0
  for (const anchor of anchors.slice(0, MOST_POINTS)) {
    const made = await replay(alone, anchor, options, deadline)
    if (!made) break
    examined++
    for (const key of ['noGoodMs', 'hourlyMs', 'demoMs'] as const) sums[key] += made.sums[key]
    total.fires += made.count
    total.stoodMs += made.stoodMs
    total.longestMs = Math.max(total.longestMs, made.longestMs)
    total.standing += made.standing ? 1 : 0
    fires.push(...made.fires)
    // Of one point its first and last are kept; of all, those that lead and end.
    fires.sort((a, b) => a.at - b.at)
    if (fires.length > 2 * MOST_SHOWN) fires.splice(MOST_SHOWN, fires.length - 2 * MOST_SHOWN)
  }
  const share = (ms: number) => (examined === 0 ? 0 : Math.min(1, ms / (examined * (to - from))))
  const few = total.fires <= MOST_SHOWN
  return {
    from,
    to,
    points: anchors.length,
    examined,
    ...total,
    first: fires.slice(0, MOST_SHOWN),
    last: few ? [] : fires.slice(Math.max(MOST_SHOWN, fires.length - MOST_SHOWN)),
    noGoodShare: share(sums.noGoodMs),
    hourlyShare: share(sums.hourlyMs),
    demoShare: share(sums.demoMs),
  }
}

/** Null: there was no time for it. */
async function replay(rule: Rule, anchor: Point, options: DryRunOptions, deadline: number) {
  const { from, to, during, point } = options
  const ids = isPlain(rule.when) ? [anchor.id] : sensorOf(rule.when, anchor.id, during).points
  const points = ids.flatMap(id => point(id) ?? [])
  let now = from
  let tick = () => {}
  const clock: Clock = {
    now: () => now,
    every(_, work) {
      tick = work
      return () => {}
    },
    after: () => () => {},
    onJump: () => () => {},
  }
  let count = 0
  let stoodMs = 0
  let longestMs = 0
  let since: number | null = null
  const first: Fire[] = []
  let last: Fire[] = []
  const stood = (until: number) => {
    stoodMs += until - since!
    longestMs = Math.max(longestMs, until - since!)
  }
  const alarms: LiveAlarms = watchAlarms(
    [{ ...rule, points: [anchor.id] }],
    [anchor],
    new Map(),
    clock,
    changes => {
      for (const { alarm, effects } of changes) {
        if (effects.includes('raised')) {
          count++
          since = now
          const fire = { point: anchor.id, at: now, until: null, value: alarm.value }
          if (first.length < MOST_SHOWN) first.push(fire)
          else last = [...last.slice(-MOST_SHOWN + 1), fire]
        }
        if (effects.includes('cleared') && since !== null) {
          stood(now)
          since = null
          const of = last.length > 0 ? last : first
          of[of.length - 1] = { ...of.at(-1)!, until: now }
        }
      }
    },
    error => {
      throw error
    },
    { during },
  )
  /** Lets the ticks come that change something, up to a moment. */
  function pass(until: number) {
    for (;;) {
      const due = Math.max(alarms.due(), now + 1)
      const at = from + Math.ceil((due - from) / TICK_MS) * TICK_MS
      if (at > until) break
      now = at
      tick()
    }
    now = Math.max(now, until)
  }

  const sums: Sums = { noGoodMs: 0, hourlyMs: 0, demoMs: 0 }
  const believed = new Map<PointId, boolean>(ids.map(id => [id, false]))
  const blind = () => [...believed.values()].includes(false)
  let isBlind = blind()
  let seenUntil = from
  const repeatMs = repeatOf(rule.when)
  let sliceEnds = performance.now() + SLICE_MS
  let events = 0
  let held: readonly (Sample | null)[] = []
  for (let day = from; day < to; day = Math.min(to, (Math.floor(day / DAY_MS) + 1) * DAY_MS)) {
    const end = Math.min(to, (Math.floor(day / DAY_MS) + 1) * DAY_MS)
    const streams: Stream[] = []
    for (const [i, one] of points.entries())
      streams.push(await fetched(one, day, end, held[i] ?? null, options.history, one.id === anchor.id ? sums : null))
    if (performance.now() > deadline) return null
    await setImmediate()
    sliceEnds = performance.now() + SLICE_MS
    for (;;) {
      const stream = nextOf(streams, end, repeatMs)
      if (!stream) break
      const sample = stream.take()
      pass(sample.seen)
      if (isBlind) sums.noGoodMs += sample.seen - seenUntil
      seenUntil = Math.max(seenUntil, sample.seen)
      believed.set(sample.point, trusted(sample) !== undefined)
      isBlind = blind()
      alarms.samples([sample])
      if ((++events & 63) === 0 && performance.now() > sliceEnds) {
        if (performance.now() > deadline) return null
        await setImmediate()
        sliceEnds = performance.now() + SLICE_MS
      }
    }
    held = streams.map(stream => stream.held())
  }
  pass(to)
  if (isBlind) sums.noGoodMs += to - seenUntil
  alarms.stop()
  if (since !== null) stood(to)
  return { count, stoodMs, longestMs, standing: since !== null, fires: [...first, ...last], sums }
}

/** What of a point is still to come within a day. */
interface Stream {
  /** UTC ms; Infinity: nothing more. */
  next(repeatMs: number, end: number): number
  take(): Sample
  /** What was taken last. */
  held(): Sample | null
}

function nextOf(streams: readonly Stream[], end: number, repeatMs: number): Stream | null {
  let best: Stream | null = null
  let at = end
  for (const stream of streams) {
    const next = stream.next(repeatMs, end)
    if (next < at) {
      at = next
      best = stream
    }
  }
  return best
}

/** What does not change is written so often. */
const HEARD_MS = 600_000

/**
 * A day of a point, from its samples, or from the sums of its hours when the samples are no longer kept.
 * @param held its last sample of the day before; null: it is asked for
 * @param sums what of it is other than measured, is added here
 */
async function fetched(
  point: Point,
  from: number,
  to: number,
  held: Sample | null,
  history: DryRunOptions['history'],
  sums: Sums | null,
): Promise<Stream> {
  const parts: Part[] = []
  let own = false
  for (let at = from; ; ) {
    const [answer] = await history.raw([point], at, to, CHUNK)
    const { n, times, codes, values, texts, demo, truncated } = answer!
    // The one that held before is told again with each question.
    const told = n > 0 && times[0]! < at && !(held === null && at === from) ? 1 : 0
    own ||= n > told && times[n - 1]! >= from
    const sample = (i: number) =>
      sampleOf(point, Math.max(times[i + told]!, from), codes[i + told]!, values[i + told]!, texts)
    parts.push({ n: n - told, at: i => Math.max(times[i + told]!, from), sample })
    if (sums)
      for (const span of demo)
        sums.demoMs += Math.max(0, Math.min(span.to, truncated ? times[n - 1]! : to) - Math.max(span.from, at))
    if (!truncated) break
    at = times[n - 1]! + 1
  }
  if (!own && to - from > 2 * Math.max(HEARD_MS, point.scanMs)) {
    const hourly = await hoursOf(point, from, to, history)
    if (hourly) {
      if (sums) sums.hourlyMs += to - from
      return streamOf(point, [listed(hourly)], held)
    }
    // A point that lives would have been written down: nobody knows what it did.
    parts.push(listed([bad(point.id, 'never-read', from)]))
  }
  return streamOf(point, parts, held)
}

/** Samples in their order, each made when it is its turn: a day of them at once would keep others waiting. */
interface Part {
  readonly n: number
  at(i: number): number
  sample(i: number): Sample
}
const listed = (samples: readonly Sample[]): Part => ({
  n: samples.length,
  at: i => samples[i]!.seen,
  sample: i => samples[i]!,
})

function sampleOf(point: Point, at: number, code: number, number: number, texts: readonly string[]): Sample {
  if (!hasValue(code)) {
    const why = reasonOf(code)
    return bad(point.id, why === null || why === 'not-recorded' ? 'never-read' : why, at)
  }
  const value: Value = point.kind === 'boolean' ? number === 1 : point.kind === 'text' ? (texts[number] ?? '') : number
  const stamp = { point: point.id, at, seen: at, value }
  if (code === GOOD || qualityOf(code) === 'good') return { ...stamp, quality: 'good' }
  const reason = reasonOf(code)
  return { ...stamp, quality: 'uncertain', reason: reason === null || reason === 'not-recorded' ? 'uncertain' : reason }
}

/** The mean of each hour for its length, of booleans the last value: all that is left. Null: nothing is. */
async function hoursOf(
  point: Point,
  from: number,
  to: number,
  history: DryRunOptions['history'],
): Promise<Sample[] | null> {
  if (point.kind === 'text') return null
  const begin = Math.floor(from / HOUR_MS) * HOUR_MS
  const count = Math.ceil((to - begin) / HOUR_MS)
  const [sums] = await history.steps(
    [point],
    Float64Array.from({ length: count + 1 }, (_, i) => begin + i * HOUR_MS),
  )
  if (!sums?.goodMs.some(ms => ms > 0)) return null
  return Array.from({ length: count }, (_, i) => {
    const at = Math.max(from, begin + i * HOUR_MS)
    const value = point.kind === 'boolean' ? sums.last[i]! : sums.mean[i]!
    return sums.goodMs[i]! < HOUR_MS / 2 || Number.isNaN(value)
      ? bad(point.id, 'never-read', at)
      : sampleOf(point, at, GOOD, value, [])
  })
}

/**
 * Samples in their order. With `repeatMs` what stands is said again so often, as a device says it: the history leaves out
 * what says nothing new, but a window of time and a watch for silence live by it.
 */
function streamOf(point: Point, parts: readonly Part[], held: Sample | null): Stream {
  let p = 0
  let i = 0
  let last = held
  let next = Number.POSITIVE_INFINITY
  let coming = Number.POSITIVE_INFINITY
  return {
    next(repeatMs, end) {
      while (p < parts.length && i >= parts[p]!.n) {
        p++
        i = 0
      }
      coming = p < parts.length ? parts[p]!.at(i) : Number.POSITIVE_INFINITY
      next = coming
      if (repeatMs < Number.POSITIVE_INFINITY && last !== null && trusted(last) !== undefined) {
        const upTo = Math.min(coming, end)
        const again = last.seen + Math.max(point.scanMs, repeatMs)
        // And once more just before it changes or is lost.
        const before = upTo - point.scanMs
        if (again < before) next = again
        else if (before > last.seen + point.scanMs / 2 && before < upTo) next = before
      }
      return next
    },
    take() {
      const sample: Sample = coming === next ? parts[p]!.sample(i++) : { ...last!, at: next, seen: next }
      last = sample
      return sample
    },
    held: () => last,
  }
}

/** Of a window of time, as in condition.ts. */
const PIECES = 100
/** How often a condition must hear what stands, ms. Infinity: news are enough. */
function repeatOf(when: object): number {
  const words = when as Readonly<Record<string, number | undefined>>
  const window = 'rises' in when || 'falls' in when ? words.withinS : words.silentS
  const within = Object.values(when).flatMap(part =>
    typeof part === 'object' && part !== null ? [repeatOf(part)] : [],
  )
  return Math.min(window === undefined ? Number.POSITIVE_INFINITY : (window * 1000) / PIECES, ...within)
}
