import type { Estimate } from './checks.ts'
import type { ReadingReason } from './quality.ts'

/** An index that nobody read, with what it rests on. */
export interface EstimatedIndex {
  readonly index: number
  readonly reason: Extract<ReadingReason, 'same-weekdays' | 'daily-average' | 'interpolated'>
}

/**
 * The index at a midnight that has none: what counts before it, and for each day since then what such a day uses. Where a
 * later index is known, the whole is known too, and only its shares are estimated. Null: nothing is made up of nothing.
 * @param base the index before that counts, steps
 * @param days the estimate of each day from there to the midnight
 * @param later the index after it that counts, with the estimates of the days from the midnight to there
 */
export function estimateIndex(
  base: number,
  days: readonly (Estimate | null)[],
  later: { readonly index: number; readonly days: readonly (Estimate | null)[] } | null,
): EstimatedIndex | null {
  const sum = (all: readonly (Estimate | null)[]): number | null =>
    all.reduce<number | null>((total, e) => (total === null || e === null ? null : total + e.rise), 0)
  if (later && later.index >= base) {
    const [before, after] = [sum(days), sum(later.days)]
    const share =
      before === null || after === null || before + after === 0
        ? days.length / (days.length + later.days.length)
        : before / (before + after)
    return { index: base + Math.round((later.index - base) * share), reason: 'interpolated' }
  }
  const rise = sum(days)
  if (rise === null || days.length === 0) return null
  const same = days.every(e => e?.reason === 'same-weekdays')
  return { index: base + rise, reason: same ? 'same-weekdays' : 'daily-average' }
}

interface At {
  readonly at: number
  readonly index: number
}
/**
 * What becomes of estimates when an actual reading has come: those that are above it were too much, and lie between the
 * last reading and this one instead. What was below it stays: the actual reading has the rest in its own period.
 * @param estimates since `base`, oldest first
 * @returns the estimates that change, with their new index
 */
export function trueUp(base: At, estimates: readonly At[], actual: At): At[] {
  if (actual.index < base.index || !estimates.some(e => e.index > actual.index)) return []
  return estimates.map(({ at }) => ({
    at,
    index: base.index + Math.floor(((actual.index - base.index) * (at - base.at)) / (actual.at - base.at)),
  }))
}
