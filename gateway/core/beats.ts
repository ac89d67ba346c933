/** So often the machine is woken for all that is done again and again. */
const BEAT_MS = 500
/** Away from the full and the half second: that is when devices are asked, and nothing is to be late then. */
const PHASE_MS = 250

interface Beaten {
  readonly ms: number
  readonly work: () => void
  readonly keeps: boolean
  /** By the steady clock. */
  due: number
}

export interface Beats {
  /**
   * Calls `work` every `ms`, for the first time after about `ms`; returns the stop.
   * @param ms a multiple of half a second
   * @param keeps whether a program that has nothing else to do goes on for it
   */
  every(ms: number, work: () => void, keeps?: boolean): () => void
}

export const isBeat = (ms: number): boolean => ms >= BEAT_MS && ms % BEAT_MS === 0

/**
 * Repeated work, all of it in the same moments: to be woken costs more than most of it, and a dozen timers of a second, each
 * at a moment of its own, cost as much as reading fifty devices.
 * @param now UTC ms @param steady ms that never jump
 */
export function createBeats(now: () => number, steady: () => number): Beats {
  const all = new Set<Beaten>()
  let timer: NodeJS.Timeout | undefined

  /** @param least ms to the next: one that came a little early must not come twice */
  function plan(least: number): void {
    const past = (now() - PHASE_MS) % BEAT_MS
    const wait = BEAT_MS - (past < 0 ? past + BEAT_MS : past)
    timer = setTimeout(beat, wait < least ? wait + BEAT_MS : wait)
    hold()
  }
  const hold = (): void => {
    for (const { keeps } of all) if (keeps) return void timer?.ref()
    timer?.unref()
  }
  function beat(): void {
    timer = undefined
    plan(BEAT_MS / 2)
    const at = steady()
    for (const one of [...all]) {
      if (at < one.due - BEAT_MS / 2 || !all.has(one)) continue
      one.due = at + one.ms
      one.work()
    }
  }

  return {
    every(ms, work, keeps = true) {
      const one: Beaten = { ms, work, keeps, due: steady() + ms }
      all.add(one)
      if (timer) hold()
      else plan(0)
      return () => {
        all.delete(one)
        if (all.size > 0) return hold()
        clearTimeout(timer)
        timer = undefined
      }
    },
  }
}
