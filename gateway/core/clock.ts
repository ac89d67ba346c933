import { createBeats, isBeat } from './beats.ts'

/**
 * Time of the gateway. `now` is UTC ms and steady: it follows the monotonic clock, so that a delay of 60 s is 60 s
 * though somebody sets the machine's clock meanwhile. When wall and steady time have parted by more than a second,
 * the wall is believed (NTP after boot) and whoever keeps a start of a delay is told by how much it moved.
 */
export interface Clock {
  now(): number
  /** Calls `work` every `ms`; returns the stop. Multiples of half a second share their moments, see beats.ts. */
  every(ms: number, work: () => void): () => void
  after(ms: number, work: () => void): () => void
  onJump(listener: (offsetMs: number) => void): () => void
}

const TOLERANCE_MS = 1000
const LOOK_EVERY_MS = 1000

export function createClock(
  wall: () => number = Date.now,
  mono: () => number = () => performance.now(),
  /** Told of an error in timed work: one bad beat must not end the process, or stop the next. */
  report: (error: unknown) => void = error => {
    throw error
  },
): Clock & { stop(): void; look(): void } {
  let base = wall() - mono()
  const listeners = new Set<(offsetMs: number) => void>()
  const look = () => {
    const offset = wall() - mono() - base
    if (Math.abs(offset) <= TOLERANCE_MS) {
      // NTP slews by fractions of a ms each second; following forwards only keeps `now` from ever running back.
      if (offset > 0) base += offset
      return
    }
    base += offset
    for (const listener of listeners) listener(Math.round(offset))
  }
  const guarded = (work: () => void) => () => {
    try {
      work()
    } catch (error) {
      report(error)
    }
  }
  const now = () => Math.round(base + mono())
  const beats = createBeats(now, mono)
  const stop = beats.every(LOOK_EVERY_MS, guarded(look), false)
  return {
    now,
    every(ms, work) {
      if (isBeat(ms)) return beats.every(ms, guarded(work))
      const t = setInterval(guarded(work), ms)
      return () => clearInterval(t)
    },
    after(ms, work) {
      const t = setTimeout(guarded(work), ms)
      return () => clearTimeout(t)
    },
    onJump(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    look,
    stop,
  }
}

/** ISO 8601 in UTC with ms, the form of every time that leaves the gateway. */
export const iso = (ms: number): string => new Date(ms).toISOString()
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))
