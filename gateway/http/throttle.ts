import { fail } from '../core/errors.ts'
import { createTurns } from '../core/turns.ts'

/** Failed tries before anybody has to wait, and how long: 30 s, doubling with each further one, at most 15 min. */
const FREE = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 900_000
const MOST_KEYS = 10_000

/**
 * Slows down guessing. Kept per name and address, so that somebody who guesses from elsewhere cannot lock the control
 * room out of its own account. Bounded: the oldest key is forgotten first.
 */
export function createThrottle(now: () => number) {
  const tries = new Map<string, { readonly failed: number; readonly until: number }>()
  const inTurn = createTurns()

  function failed(key: string) {
    const failed = (tries.get(key)?.failed ?? 0) + 1
    const waitMs = failed < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failed - FREE), LONGEST_WAIT_MS)
    tries.delete(key)
    tries.set(key, { failed, until: now() + waitMs })
    if (tries.size > MOST_KEYS) tries.delete(tries.keys().next().value!)
  }
  async function once<T>(key: string, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    const waitMs = (tries.get(key)?.until ?? 0) - now()
    if (waitMs > 0) fail('too-many-attempts', { seconds: Math.ceil(waitMs / 1000) })
    const found = await attempt()
    if (found === undefined) failed(key)
    else tries.delete(key)
    return found
  }

  return {
    /**
     * Makes the attempt when `key` may; undefined is a failure. Attempts of one address take turns: a hundred guesses
     * sent at once would all be made before the first has failed, and the slow check would be busy for nobody else.
     * @throws too-many-attempts
     */
    attempt: <T>(address: string, key: string, attempt: () => Promise<T | undefined>): Promise<T | undefined> =>
      inTurn(address, () => once(key, attempt)),
  }
}
