import { growthOf } from '../../bench/heap.ts'

/** One look at the process: hours since the beginning, and each figure then. */
export type Look<F extends string> = { readonly atH: number } & Readonly<Record<F, number>>
/** What a figure may do. */
export interface Bound {
  /** So much may stay for good in an hour. */
  readonly perHour: number
  /** What comes and goes in any time, however short: a rise no higher than this is no slope. */
  readonly step: number
  /** Of a figure that others disturb both ways, the middle of a stretch says more than its floor. */
  readonly middle?: boolean
}
export interface Slope {
  readonly perHour: number
  /** The true one is between these two, with 95 %. */
  readonly least: number
  readonly most: number
  readonly hours: number
}

/**
 * A process at work goes up and down; what it keeps is its floor. So the looks are put into this many stretches of the same
 * length, and the lowest of each counts: an answer being read just then, a burst, a collection that came late bend nothing.
 */
const STRETCHES = 12

/** @returns the slope of the floors; null when there are too few looks for a word */
export function slopeOf<F extends string>(looks: readonly Look<F>[], figure: F, middle = false): Slope | null {
  const [first, last] = [looks[0], looks.at(-1)]
  if (!first || !last || looks.length < 2 * STRETCHES) return null
  const hours = last.atH - first.atH
  const floors = Array.from({ length: STRETCHES }, (_, i) => {
    const part = looks.slice(
      Math.round((i * looks.length) / STRETCHES),
      Math.round(((i + 1) * looks.length) / STRETCHES),
    )
    const at = part.reduce((sum, look) => sum + look.atH, 0) / part.length
    const sorted = part.map(look => look[figure]).sort((a, b) => a - b)
    return { at, mb: sorted[middle ? Math.floor(sorted.length / 2) : 0]! }
  })
  const { mbPerHour: perHour, least, most } = growthOf(floors)
  return { perHour, least, most, hours }
}

/** Whether it grows for certain: faster than its bound, and in all by more than a step. What is not known does not hold. */
export const grows = (slope: Slope | null, bound: Bound): boolean =>
  slope === null || !(slope.least <= bound.perHour || slope.least * slope.hours <= bound.step)

/** The slowest growth that this run would have called one: what it says of anything slower is nothing. */
export const seenFrom = (slope: Slope, bound: Bound): number =>
  Math.max(bound.perHour, bound.step / slope.hours) + (slope.perHour - slope.least)
