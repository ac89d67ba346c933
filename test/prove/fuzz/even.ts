/** How evenly a good device was asked. */
export interface Evenness {
  readonly polls: number
  /** Of the polls that were due in the time it was looked at. 0..1, and a little more */
  readonly share: number
  /** Between two polls, in ms: 99 of 100 are not further apart. */
  readonly p99Ms: number
  readonly mostMs: number
}
/** From when to when, ms. */
export type Span = readonly [from: number, to: number]

/**
 * @param times when it was asked @param looked from when to when that was noted
 * @param stops when the gateway stood still because it was measured: what was late then is no fault of its own
 * @param scanMs how often it is to be asked
 */
export function evennessOf(times: readonly number[], looked: Span, stops: readonly Span[], scanMs: number): Evenness {
  const gaps = times
    .slice(1)
    .map((at, i) => [times[i]!, at] as const)
    .filter(([from, to]) => !stops.some(([began, ended]) => from < ended && to > began))
    .map(([from, to]) => to - from)
    .sort((a, b) => a - b)
  // Of fewer than a hundred one may be late, too: the worst of a few is nobody's p99.
  const spared = Math.max(1, Math.floor(gaps.length / 100))
  const at = (fromWorst: number) => Math.round(gaps.at(-1 - fromWorst) ?? Infinity)
  const stoodMs = stops.reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to, looked[1]) - Math.max(from, looked[0])),
    0,
  )
  const due = (looked[1] - looked[0] - stoodMs) / scanMs
  return { polls: times.length, share: due > 0 ? times.length / due : 0, p99Ms: at(spared), mostMs: at(0) }
}

/** When it is asked this unevenly while nobody attacks, the machine has other work, and no ratio says anything. */
const BUSY = 1.5
/** One that is asked twice as seldom is asked unevenly, whatever lies between two polls: it may be asked no more at all. */
const LEAST_SHARE = 0.5
/** @returns whether it was asked as evenly under attack as in the calm right before; `busy`: nobody can say here */
export function judgeEven(calm: Evenness, under: Evenness, scanMs: number): 'even' | 'uneven' | 'busy' {
  if (calm.p99Ms > BUSY * scanMs || calm.share < LEAST_SHARE) return 'busy'
  return under.p99Ms <= 2 * calm.p99Ms && under.share >= LEAST_SHARE ? 'even' : 'uneven'
}
