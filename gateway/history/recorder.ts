import type { Batch } from '../../drivers/batch.ts'
import type { Point, PointId, Sample, Value } from '../../drivers/point.ts'
import { byList, inOrder } from '../core/inorder.ts'
import { codeFor, GOOD, hasValue, NOT_RECORDED } from './codes.ts'
import type { Named, Tick } from './tick.ts'

/** What does not change is still written so often: whoever looks at an hour finds a value in it. */
export const HEARTBEAT_MS = 600_000
/** A device's clock further off than this is not believed: then the time is that of the gateway. */
const FUTURE_MS = 60_000
const PAST_MS = 7 * 86_400_000

/** What was written last of each point, a column each: a look at all of them each second must be a short one. */
interface Last {
  /** Its number in the file. */
  readonly ids: Int32Array
  readonly deadbands: Float64Array
  readonly isText: Uint8Array
  /** -1: nothing yet. */
  readonly codes: Int8Array
  readonly values: Float64Array
  readonly words: (string | undefined)[]
  /** `seen` of it. */
  readonly seen: Float64Array
}
const lastOf = (n: number): Last => ({
  ids: new Int32Array(n),
  deadbands: new Float64Array(n),
  isText: new Uint8Array(n),
  codes: new Int8Array(n).fill(-1),
  values: new Float64Array(n).fill(Number.NaN),
  words: [],
  seen: new Float64Array(n),
})

/** Of a list of points their places in `last`, and what all of it came to the last time. */
interface Known {
  readonly id: number
  readonly places: Int32Array
  values: Batch['values'] | undefined
  reasons: Batch['reasons']
  /** The first of the next heartbeats, UTC ms. */
  due: number
  /** `seen` of the newest that was written. */
  newest: number
  version: number
}

/**
 * Picks from all samples those that say something new, and gathers them until they are taken. Knows no clock: the
 * gateway's time is in the samples.
 * @param register gives a point its number in the file
 */
export function createRecorder(register: (point: Point) => Named) {
  let places = new Map<PointId, number>()
  let last = lastOf(0)
  let of = inOrder(point => places.get(point))
  let inBatch = lists()
  /** Who wrote last of each point, the number of a list or 0: what another has written since makes the same batch news. */
  let writers = new Int32Array(0)
  let nextList = 1
  /** Counts the changes of `writers`, and what else makes the same batch news. */
  let version = 0
  let size = 1024
  let n = 0
  let points = new Int32Array(size)
  let times = new Float64Array(size)
  let codes = new Uint8Array(size)
  let values = new Float64Array(size)
  let texts: [number, string][] = []
  const counts = { offered: 0, skipped: 0, clockWrong: 0 }

  function lists() {
    return byList((list): Known => {
      const known = Int32Array.from(list, point => places.get(point) ?? -1)
      return { id: nextList++, places: known, values: undefined, reasons: null, due: 0, newest: 0, version: -1 }
    })
  }

  function add(id: number, at: number, code: number, value: number) {
    if (n === size) {
      size *= 2
      const larger = <T extends Int32Array | Float64Array | Uint8Array>(to: T, from: T): T => {
        to.set(from)
        return to
      }
      points = larger(new Int32Array(size), points)
      times = larger(new Float64Array(size), times)
      codes = larger(new Uint8Array(size), codes)
      values = larger(new Float64Array(size), values)
    }
    points[n] = id
    times[n] = at
    codes[n] = code
    values[n] = value
    n++
  }

  /** Whether a sample says something new; if so it is written. */
  function offer(place: number, given: number, seen: number, code: number, value: Value | null): void {
    const number = typeof value === 'number' ? value : value === null ? Number.NaN : value === true ? 1 : 0
    const since = seen - last.seen[place]!
    if (code === last.codes[place] && since < HEARTBEAT_MS && since > -HEARTBEAT_MS) {
      const difference = number - last.values[place]!
      const deadband = last.deadbands[place]!
      if (
        last.isText[place] === 1
          ? value === (last.words[place] ?? '') || value === null
          : difference === 0 || (difference < deadband && difference > -deadband) || value === null
      ) {
        counts.skipped++
        return
      }
    }
    let at = given
    if (at > seen + FUTURE_MS || at < seen - PAST_MS) {
      at = seen
      counts.clockWrong++
    }
    last.codes[place] = code
    last.values[place] = number
    last.seen[place] = seen
    if (typeof value === 'string') {
      last.words[place] = value
      texts.push([n, value])
    }
    add(last.ids[place]!, at, code, number)
  }

  function wrote(place: number, by: number): void {
    if (writers[place] === by) return
    writers[place] = by
    version++
  }

  function batch({ points: list, at, seen, values: said, reasons }: Batch): void {
    const known = inBatch(list)!
    const { places: mine } = known
    counts.offered += list.length
    const same = said === known.values && reasons === known.reasons && version === known.version
    // Nothing has changed since all of it was looked at, and no heartbeat is due.
    if (same && seen < known.due && seen > known.newest - HEARTBEAT_MS) {
      counts.skipped += list.length
      return
    }
    const clockWrong = at > seen + FUTURE_MS || at < seen - PAST_MS
    const { ids, codes: had, values: before, seen: seenBefore, deadbands } = last
    let skipped = 0
    for (let i = 0; i < mine.length; i++) {
      const place = mine[i]!
      if (place < 0) continue
      wrote(place, known.id)
      const value = said[i]!
      const since = seen - seenBefore[place]!
      // What is common needs no call: a good number after a good one. The rest, and each heartbeat, is `offer`'s.
      if (
        reasons === null &&
        typeof value === 'number' &&
        had[place] === GOOD &&
        since < HEARTBEAT_MS &&
        since > -HEARTBEAT_MS
      ) {
        const difference = value - before[place]!
        const deadband = deadbands[place]!
        if (difference === 0 || (difference < deadband && difference > -deadband)) {
          skipped++
          continue
        }
        if (!clockWrong) {
          before[place] = value
          seenBefore[place] = seen
          add(ids[place]!, at, GOOD, value)
          continue
        }
      }
      offer(place, at, seen, reasons === null ? GOOD : codeFor(reasons[i], value), value)
    }
    counts.skipped += skipped
    // What differs each time need not be remembered.
    if (same) remember(known, said, reasons)
    else {
      known.values = said
      known.reasons = reasons
      known.version = version
      known.due = 0
    }
  }
  function remember(known: Known, said: Batch['values'], reasons: Batch['reasons']): void {
    let oldest = Number.POSITIVE_INFINITY
    let newest = 0
    for (const place of known.places) {
      // A point without a place is offered, and neither written nor skipped.
      if (place < 0) return
      const seen = last.seen[place]!
      if (seen < oldest) oldest = seen
      if (seen > newest) newest = seen
    }
    known.values = said
    known.reasons = reasons
    known.version = version
    known.due = oldest + HEARTBEAT_MS
    known.newest = newest
  }

  return {
    /** The points of the site that runs now. Those that are no longer in it end here. */
    use(list: readonly Point[], now: number): void {
      const [before, had] = [places, last]
      places = new Map()
      last = lastOf(list.length)
      for (const point of list) {
        const { id } = register(point)
        const place = places.get(point.id) ?? places.size
        places.set(point.id, place)
        last.ids[place] = id
        last.deadbands[place] = point.deadband ?? 0
        last.isText[place] = point.kind === 'text' ? 1 : 0
        const was = before.get(point.id)
        if (was === undefined || had.ids[was] !== id) continue
        last.codes[place] = had.codes[was]!
        last.values[place] = had.values[was]!
        last.words[place] = had.words[was]
        last.seen[place] = had.seen[was]!
      }
      for (const [point, was] of before) {
        const place = places.get(point)
        const code = had.codes[was]!
        if ((place === undefined || last.ids[place] !== had.ids[was]) && code >= 0 && hasValue(code))
          add(had.ids[was]!, now, NOT_RECORDED, Number.NaN)
      }
      writers = new Int32Array(places.size)
      of = inOrder(point => places.get(point))
      inBatch = lists()
    },

    samples(samples: readonly Sample[]): void {
      const found = of(samples)
      counts.offered += samples.length
      for (let i = 0; i < samples.length; i++) {
        const place = found[i]
        if (place === undefined) continue
        const { at, seen, value, reason } = samples[i]!
        wrote(place, 0)
        offer(place, at, seen, codeFor(reason, value), value)
      }
    },
    batch,

    /** What came since the last time, or null. */
    take(now: number): Tick | null {
      if (n === 0) return null
      const tick = {
        now,
        points: points.slice(0, n),
        times: times.slice(0, n),
        codes: codes.slice(0, n),
        values: values.slice(0, n),
        texts,
      }
      n = 0
      texts = []
      return tick
    },
    /** All are written when they come next, whether they have changed or not. */
    again(): void {
      last.codes.fill(-1)
      version++
    },
    /** From `at` on nobody writes down what comes: for each point that had a value a mark that says so. */
    end(at: number): void {
      for (const place of places.values()) {
        const code = last.codes[place]!
        if (code >= 0 && hasValue(code)) add(last.ids[place]!, at, NOT_RECORDED, Number.NaN)
      }
      last.codes.fill(-1)
      version++
    },
    size: () => n,
    counts,
  }
}
