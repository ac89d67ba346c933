import { fail } from '../core/errors.ts'

const MOST_KEYS = 10_000

/**
 * At most so many in so long, for whoever has not signed in. Bounded: the oldest key is forgotten first.
 * @returns take: counts one for each key, or throws `too-many-attempts` and counts none
 */
export function createLimit(now: () => number, most: number, withinMs: number) {
  const taken = new Map<string, readonly number[]>()
  const recent = (key: string, at: number) => (taken.get(key) ?? []).filter(t => at - t < withinMs)
  return {
    /** Throws when this key may not now. */
    check(key: string) {
      const at = now()
      const times = recent(key, at)
      if (times.length >= most) fail('too-many-attempts', { seconds: Math.ceil((times[0]! + withinMs - at) / 1000) })
    },
    count(key: string) {
      const at = now()
      const times = recent(key, at)
      taken.delete(key)
      taken.set(key, [...times, at])
      if (taken.size > MOST_KEYS) taken.delete(taken.keys().next().value!)
    },
  }
}
