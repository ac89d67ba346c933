import type { PointDone } from './round.ts'

/** Why something of a round was not as planned: a closed list, so that a month of them can be counted. */
export const reviewReasons = [
  ...(['lift-out', 'blocked', 'incident', 'tag-fault', 'device-fault'] as const),
  ...(['short-staffed', 'other-task', 'not-excused'] as const),
] as const
export type ReviewReason = (typeof reviewReasons)[number]
/** `over`: its time is over and nobody has looked at it. */
export const roundPhases = ['running', 'over', 'reviewed', 'sealed'] as const
export type RoundPhase = (typeof roundPhases)[number]

export interface Review {
  readonly at: number
  readonly by: string
  readonly reasons: readonly { readonly checkpoint: string; readonly reason: ReviewReason; readonly note: string }[]
}
export interface Seal {
  readonly at: number
  readonly by: string
  /** SHA-256 of the round as it is, hex. */
  readonly hash: string
}

export const roundPhase = (round: {
  readonly closedAt: number | null
  readonly review: Review | null
  readonly seal: Seal | null
}): RoundPhase => (round.seal ? 'sealed' : round.review ? 'reviewed' : round.closedAt === null ? 'running' : 'over')

/** Points that need a reason: all that are not plainly in time. */
export const exceptionsOf = (points: readonly string[], done: readonly PointDone[]): string[] =>
  points.filter(id => {
    const verdicts = done.find(d => d.checkpoint === id)?.verdicts ?? []
    return verdicts.length !== 1 || verdicts[0] !== 'on_time'
  })

export type ReviewRefusal = 'patrol-not-over' | 'patrol-reviewed' | 'patrol-own-round' | 'patrol-reasons-missing'
/**
 * Whether somebody may review a round: its time is over, nobody has, and he did not walk it.
 * @param walkers everybody whose name stands on a visit of it, or who sent one
 * @returns null: he may
 */
export function reviewRefusal(
  phase: RoundPhase,
  walkers: readonly string[],
  reviewer: string,
  exceptions: readonly string[],
  given: Review['reasons'],
): ReviewRefusal | null {
  if (phase === 'running') return 'patrol-not-over'
  if (phase !== 'over') return 'patrol-reviewed'
  if (walkers.some(w => w.trim().toLowerCase() === reviewer.trim().toLowerCase())) return 'patrol-own-round'
  const missing = exceptions.filter(id => given.every(g => g.checkpoint !== id))
  return missing.length > 0 ? 'patrol-reasons-missing' : null
}

/** What is sealed, as one text in which the same round is always the same: keys in order, nothing left out. */
export function sealText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sealText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${sealText(one)}`).join(',')}}`
}
