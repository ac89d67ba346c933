import { indexOfValue, type Register } from './book.ts'
import type { Sampled } from './freeze.ts'

/** Clocks of meters are this much apart at most before it is asked about [people-and-permits 5.4]. */
const DRIFT_MS = 5 * 60_000

/**
 * What the meter itself has frozen at a moment, of what its frozen register showed around it [DL/T 645 日冻结]. A frozen
 * register still shows the day before until the meter's own midnight: one that cannot be of this moment is not taken.
 * @param frozen what its frozen register showed @param live what the counting register showed; both in any order
 * @returns null: nothing that is certain to be of this moment
 */
export function ownFrozen(
  register: Pick<Register, 'digits' | 'decimals'>,
  at: number,
  frozen: readonly Sampled[],
  live: readonly Sampled[],
): Sampled | null {
  const good = (all: readonly Sampled[]) =>
    all
      .flatMap(s => {
        const index = s.value === null ? null : indexOfValue(s.value, register)
        return index === null ? [] : [{ at: s.at, value: s.value!, index }]
      })
      .toSorted((a, b) => a.at - b.at)
  const own = good(frozen)
  const one = own.find(s => s.at >= at + DRIFT_MS)
  if (!one) return null
  const counted = good(live)
  const before = counted.findLast(s => s.at <= at)
  const after = counted.find(s => s.at >= at)
  if (before && after) {
    const [low, high] = [before.index - 1, after.index + 1]
    const turnedOver = after.index < before.index
    return (turnedOver ? one.index >= low || one.index <= high : one.index >= low && one.index <= high) ? one : null
  }
  // Nothing to compare it with: it must at least be another value than that of the day before.
  const old = own.findLast(s => s.at < at - DRIFT_MS)
  return old && old.index !== one.index ? one : null
}
