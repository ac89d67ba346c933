import type { Budget } from '../driver.ts'
import type { Point, PointId } from '../point.ts'

/** Where the time of a line goes. Pure: time is an argument, any steady clock in ms. */

export interface Ledger {
  /** A turn on the line is over. */
  spent(ms: number, now: number): void
  /**
   * Points that are asked for together, and how many registers each has: they share what their request costs.
   * @returns takes how long an answer to it took, ms
   */
  request(points: readonly Read[], sizes: readonly number[]): (ms: number) => void
  /** A read that had to be done in a scan is done. Of units that are given up it says nothing. */
  done(inTime: boolean, now: number): void
  overloaded(): boolean
  report(now: number): Budget
}

const WINDOW_S = 60
/** Of the last answers, as a moving mean. */
const SHARE = 0.2
const FULL = 0.9
const FREE_AGAIN = 0.8
const LATE = 0.1
/** So many reads late before anything is said: one stall of the machine is no overload. */
const LEAST_LATE = 3
const SHOWN_POINTS = 50

/** A point, and how often it is read. */
export type Read = Pick<Point, 'id' | 'scanMs'>
/** What the points of a request share. */
interface Shared {
  readonly points: readonly Read[]
  /** Registers of each, and of all. */
  readonly sizes: readonly number[]
  readonly all: number
  ms: number | undefined
}
interface Second {
  at: number
  busyMs: number
  requests: number
  reads: number
  late: number
}

/**
 * @param lanes requests that may be under way at once: the line is full when all of them always are
 * @param told when the line becomes overloaded, and when it no longer is
 */
export function ledger(lanes: number, told: (overloaded: boolean, utilisation: number) => void): Ledger {
  const seconds: Second[] = Array.from({ length: WINDOW_S }, () => ({
    at: -1,
    busyMs: 0,
    requests: 0,
    reads: 0,
    late: 0,
  }))
  /** With an answer, the newest first: a point is read with the first that has it, and each has a point for which it is that. */
  let requests: readonly Shared[] = []
  let began: number | undefined
  let overloaded = false
  let judged = -1
  let lastLate = Number.NEGATIVE_INFINITY

  function second(at: number): Second {
    const slot = seconds[at % WINDOW_S]!
    if (slot.at === at) return slot
    slot.at = at
    slot.busyMs = 0
    slot.requests = 0
    slot.reads = 0
    slot.late = 0
    return slot
  }

  /** The whole time may lie in earlier seconds; each gets its part. */
  function spread(ms: number, now: number): void {
    for (let end = now, left = Math.min(ms, WINDOW_S * 1000); left > 0; ) {
      const at = Math.ceil(end / 1000) - 1
      const part = Math.min(left, end - at * 1000)
      second(Math.max(0, at)).busyMs += part
      end -= part
      left -= part
      if (at <= 0) break
    }
  }

  function sum(now: number) {
    const last = Math.floor(now / 1000)
    const total = { busyMs: 0, requests: 0, reads: 0, late: 0 }
    for (const s of seconds) {
      if (s.at < 0 || s.at <= last - WINDOW_S) continue
      total.busyMs += s.busyMs
      total.requests += s.requests
      total.reads += s.reads
      total.late += s.late
    }
    // The oldest of the seconds has made room for the one that has only begun.
    const fullMs = (WINDOW_S - 1) * 1000 + (now % 1000)
    const spanMs = Math.min(fullMs, Math.max(1000, now - (began ?? now)))
    return { ...total, spanMs, utilisation: Math.min(1, total.busyMs / spanMs / lanes) }
  }

  return {
    spent(ms, now) {
      began ??= now - ms
      spread(ms, now)
      second(Math.floor(now / 1000)).requests++
    },
    request(points, sizes) {
      const request: Shared = { points, sizes, all: sizes.reduce((sum, size) => sum + size, 0), ms: undefined }
      return ms => {
        // Only now, so that a request that was planned anew and never answered shows nothing.
        if (request.ms === undefined) requests = firstOfEach([request, ...requests]).map(([one]) => one)
        request.ms = request.ms === undefined ? ms : request.ms + SHARE * (ms - request.ms)
      }
    },
    done(inTime, now) {
      const slot = second(Math.floor(now / 1000))
      slot.reads++
      if (!inTime) {
        slot.late++
        lastLate = slot.at
      }
      // Once a second is soon enough, and a minute is long to sum up at each read.
      if (slot.at === judged) return
      judged = slot.at
      // Without a late read in the window there is no overload, and nothing to sum up.
      if (!overloaded && slot.at - lastLate >= WINDOW_S) return
      const { utilisation, reads, late } = sum(now)
      const is = overloaded
        ? utilisation > FREE_AGAIN && late > 0
        : utilisation >= FULL && late >= LEAST_LATE && late > LATE * reads
      if (is === overloaded) return
      overloaded = is
      told(is, utilisation)
    },
    overloaded: () => overloaded,
    report(now) {
      const { utilisation, requests: asked, spanMs, reads, late } = sum(now)
      // What the driver asks for itself, whether it is this device for one, is no reading of the site and asked rarely.
      const points = firstOfEach(requests).flatMap(([{ points, sizes, all, ms = 0 }, places]) =>
        places.flatMap(place => {
          const { id, scanMs } = points[place]!
          const costMs = (ms * sizes[place]!) / all
          return id.startsWith('~') ? [] : [{ id, costMs, share: costMs / scanMs }]
        }),
      )
      points.sort((a, b) => b.share - a.share || b.costMs - a.costMs)
      return {
        utilisation,
        requestsPerMin: (asked * 60_000) / spanMs,
        lateShare: reads > 0 ? late / reads : 0,
        overloaded,
        points: points.slice(0, SHOWN_POINTS),
      }
    },
  }
}

/** Requests that have points that none before them has, and the places of these among theirs. */
function firstOfEach(requests: readonly Shared[]): (readonly [Shared, readonly number[]])[] {
  const known = new Set<PointId>()
  return requests.flatMap(request => {
    const places = request.points.flatMap(({ id }, place) => (known.has(id) ? [] : [place]))
    for (const { id } of request.points) known.add(id)
    return places.length > 0 ? [[request, places] as const] : []
  })
}
