import { type Asker, afterFailure, type Failures, keysOf, waitOf } from '../../rules/signin/attempts.ts'
import { fail } from '../core/errors.ts'
import { createTurns } from '../core/turns.ts'

const MOST_KEYS = 10_000
/** Strangers whose password is being looked at, or waits for it: who comes when so many are there is asked to come again. */
const MOST_WAITING = 20
const BUSY_S = 5

/**
 * Slows down guessing at the sign-in, see rules/signin/attempts.ts. In memory, bounded: the key that failed longest ago is
 * forgotten first. Known screens and strangers have tables of their own, so that no crowd of the one makes the other forgotten.
 */
export function createAttempts(now: () => number) {
  const known = new Map<string, Failures>()
  const strangers = new Map<string, Failures>()
  const inTurn = createTurns()
  let waiting = 0
  const tableOf = (asker: Asker) => (asker.device === null ? strangers : known)

  function mayNow(asker: Asker): void {
    const table = tableOf(asker)
    const waitMs = Math.max(...keysOf(asker).map(([key]) => waitOf(table.get(key), now())))
    if (waitMs > 0) fail('too-many-attempts', { seconds: Math.ceil(waitMs / 1000) })
  }
  function failed(asker: Asker): void {
    const table = tableOf(asker)
    for (const [key, budget] of keysOf(asker)) {
      const after = afterFailure(table.get(key), budget, now())
      table.delete(key)
      table.set(key, after)
      if (table.size > MOST_KEYS) table.delete(table.keys().next().value!)
    }
  }
  async function once<T>(asker: Asker, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    mayNow(asker)
    const found = await attempt()
    if (found === undefined) failed(asker)
    // What others have failed at this account, and this address at others, stays counted.
    else tableOf(asker).delete(keysOf(asker)[0]![0])
    return found
  }

  return {
    /**
     * Makes the attempt when the asker may; undefined is a failure. Attempts of one address, or of one known screen, take
     * turns: a hundred guesses sent at once would all be made before the first has failed.
     * @throws too-many-attempts
     */
    async attempt<T>(asker: Asker, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
      // Whoever has to wait anyway stands in no queue.
      mayNow(asker)
      if (asker.device !== null) return inTurn(`screen ${asker.device}`, () => once(asker, attempt))
      if (waiting >= MOST_WAITING) fail('too-many-attempts', { seconds: BUSY_S })
      waiting++
      try {
        return await inTurn(`address ${asker.address}`, () => once(asker, attempt))
      } finally {
        waiting--
      }
    },
  }
}
export type Attempts = ReturnType<typeof createAttempts>
