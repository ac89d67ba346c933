import type { Clock } from '../../gateway/core/clock.ts'

interface Timer {
  readonly id: number
  at: number
  readonly every: number | null
  readonly work: () => void
}

export type ManualClock = ReturnType<typeof manualClock>

/**
 * A gateway clock that stands still until somebody moves it. Timers run on its monotonic time, as the real ones do:
 * `jump` moves the wall alone and leaves every timer where it was.
 * @param start UTC ms
 */
export function manualClock(start = Date.UTC(2026, 10, 21, 8)) {
  let mono = 0
  let base = start
  let ids = 0
  const timers = new Map<number, Timer>()
  const listeners = new Set<(offsetMs: number) => void>()
  const plan = (ms: number, every: number | null, work: () => void) => {
    const id = ++ids
    timers.set(id, { id, at: mono + ms, every, work })
    return () => void timers.delete(id)
  }
  const clock: Clock = {
    now: () => base + mono,
    every: (ms, work) => plan(ms, ms, work),
    after: (ms, work) => plan(ms, null, work),
    onJump(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    ...clock,
    mono: () => mono,
    timers: () => timers.size,
    /** Lets time pass, calling each timer at its moment; between two moments, pending promises are settled. */
    async pass(ms: number) {
      const end = mono + ms
      for (;;) {
        await settled()
        const next = [...timers.values()].filter(t => t.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0]
        if (!next) break
        mono = Math.max(mono, next.at)
        if (next.every === null) timers.delete(next.id)
        else next.at += next.every
        next.work()
      }
      mono = end
      await settled()
    },
    /** Somebody sets the machine's clock. */
    jump(offsetMs: number) {
      base += offsetMs
      for (const listener of listeners) listener(offsetMs)
    },
  }
}

/** Everything that was promised and needs no time has happened. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
