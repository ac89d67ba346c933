/** Failed tries before anybody has to wait, and how long: 30 s, doubling with each further one, at most 15 min. */
const FREE = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 900_000
const MOST_KEYS = 10_000

/**
 * Slows down guessing. Kept per name and address, so that somebody who guesses from elsewhere cannot lock the control
 * room out of its own account. Bounded: the oldest key is forgotten first.
 */
export function createThrottle() {
  const tries = new Map<string, { failed: number; until: number }>()
  return {
    /** Seconds to wait before `key` may try again; 0 when it may. */
    waitS(key: string, now: number): number {
      const until = tries.get(key)?.until ?? 0
      return until > now ? Math.ceil((until - now) / 1000) : 0
    },
    failed(key: string, now: number) {
      const failed = (tries.get(key)?.failed ?? 0) + 1
      const waitMs = failed < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failed - FREE), LONGEST_WAIT_MS)
      tries.delete(key)
      tries.set(key, { failed, until: now + waitMs })
      if (tries.size > MOST_KEYS) tries.delete(tries.keys().next().value!)
    },
    succeeded: (key: string) => void tries.delete(key),
  }
}
