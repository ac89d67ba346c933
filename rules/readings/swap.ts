import type { Register } from './book.ts'
import { type ReadingLimits, readingLimits } from './checks.ts'
import { areSwapped, type Read } from './sequence.ts'

/** A reading in doubt, and what its neighbours are told by: the floor, or the meter they are behind. */
export interface InDoubt {
  readonly point: string
  readonly near: string
  readonly register: Pick<Register, 'digits' | 'decimals' | 'maxPerHour'>
  readonly before: Read
  readonly now: Read
  /** What it usually counts from the one to the other, in steps; null: not known. */
  readonly usual: number | null
}

/**
 * Readings of one round that were written down the wrong way round: each fits the neighbour's meter and not its own. Either
 * cannot be at all where it stands, or one is far too high while the other is far too low. [5.5]
 * @returns pairs of points, each point once
 */
export function swappedPairs(
  doubtful: readonly InDoubt[],
  limits: Pick<ReadingLimits, 'lowPercent' | 'highPercent'> = readingLimits,
): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  const taken = new Set<string>()
  for (const [i, a] of doubtful.entries())
    for (const b of doubtful.slice(i + 1)) {
      if (a.near !== b.near || taken.has(a.point) || taken.has(b.point)) continue
      const alike = a.register.digits === b.register.digits && a.register.decimals === b.register.decimals
      if (!alike) continue
      if (!areSwapped(a.register, a, b) && !opposite(a, b, limits)) continue
      taken.add(a.point).add(b.point)
      pairs.push([a.point, b.point])
    }
  return pairs
}

function opposite(a: InDoubt, b: InDoubt, limits: Pick<ReadingLimits, 'lowPercent' | 'highPercent'>): boolean {
  const percent = ({ before, usual }: InDoubt, { now }: InDoubt): number | null =>
    usual === null || usual <= 0 || before.index === null || now.index === null
      ? null
      : (100 * (now.index - before.index)) / usual
  const sign = (p: number | null) => (p === null ? null : p > limits.highPercent ? 1 : p < limits.lowPercent ? -1 : 0)
  const [ownA, ownB, otherA, otherB] = [percent(a, a), percent(b, b), percent(a, b), percent(b, a)].map(sign)
  return ownA !== 0 && ownB !== 0 && ownA === -(ownB ?? 0) && otherA === 0 && otherB === 0
}
