import type { PlannedRound } from './plan.ts'
import type { Verdict } from './words.ts'

export const roundStates = [
  ...(['planned', 'open', 'in_progress', 'complete'] as const),
  ...(['complete_with_exceptions', 'incomplete', 'not_started'] as const),
] as const
export type RoundState = (typeof roundStates)[number]

/** What is known of one point in a round; a point that nobody was at has none until the round is over. */
export interface PointDone {
  readonly checkpoint: string
  readonly verdicts: readonly Verdict[]
}
/** A round is shown to those who walk it a little before. */
export const LEAD_MS = 10 * 60_000

const isFound = (p: PointDone): boolean => !p.verdicts.includes('missed')
const isPlain = (p: PointDone): boolean => p.verdicts.length === 1 && p.verdicts[0] === 'on_time'

/** Where a round stands. @param points ids of all its points */
export function roundState(
  round: Pick<PlannedRound, 'from' | 'to' | 'graceMs'>,
  points: readonly string[],
  done: readonly PointDone[],
  now: number,
): RoundState {
  const found = done.filter(d => points.includes(d.checkpoint) && isFound(d))
  if (found.length >= points.length) return found.every(isPlain) ? 'complete' : 'complete_with_exceptions'
  if (now > round.to + round.graceMs) {
    // Excused points alone are no round that somebody began.
    return found.some(d => !d.verdicts.includes('excused')) ? 'incomplete' : 'not_started'
  }
  if (found.length > 0) return 'in_progress'
  return now < round.from - LEAD_MS ? 'planned' : 'open'
}
/** What is missing when its time is over. */
export const missingOf = (points: readonly string[], done: readonly PointDone[]): string[] =>
  points.filter(id => !done.some(d => d.checkpoint === id))
