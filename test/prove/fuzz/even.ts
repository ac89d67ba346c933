/** How evenly a good device was asked. */
export interface Evenness {
  readonly polls: number
  /** Of the polls that were due while the gateway did not stand still; more than 1 where it stood still often. */
  readonly share: number
  /** Between two polls, in ms: 99 of 100 are not further apart. */
  readonly p99Ms: number
  readonly mostMs: number
  /** Since it was asked last, ms. */
  readonly silentMs: number
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
    .filter(([from, to]) => !stops.some(([halted, went]) => from < went && to > halted))
    .map(([from, to]) => to - from)
    .sort((a, b) => a - b)
  // Of fewer than a hundred one may be late, too: the worst of a few is nobody's p99.
  const spared = Math.max(1, Math.floor(gaps.length / 100))
  const at = (fromWorst: number) => Math.round(gaps.at(-1 - fromWorst) ?? Infinity)
  const [began, ended] = looked
  /** From then on, without what it stood still. */
  const movedMs = (since: number) =>
    stops.reduce(
      (ms, [from, to]) => ms - Math.max(0, Math.min(to, ended) - Math.max(from, since)),
      Math.max(0, ended - since),
    )
  const due = movedMs(began) / scanMs
  const silentMs = Math.round(movedMs(times.at(-1) ?? began))
  return { polls: times.length, share: due > 0 ? times.length / due : 0, p99Ms: at(spared), mostMs: at(0), silentMs }
}

/** When it is asked this unevenly while nobody attacks, the machine has other work, and no ratio says anything. */
const BUSY = 1.5
/** One that is asked twice as seldom is asked unevenly, whatever lies between two polls: it may be asked no more at all. */
const LEAST_SHARE = 0.5
/** So many scans without one, at the end: it is asked no more. */
const MOST_SILENT = 20
/** @returns whether it was asked as evenly under attack as in the calm right before; `busy`: nobody can say here */
export function judgeEven(calm: Evenness, under: Evenness, scanMs: number): 'even' | 'uneven' | 'busy' {
  if (calm.p99Ms > BUSY * scanMs || calm.share < LEAST_SHARE) return 'busy'
  const isAsked = under.share >= LEAST_SHARE && under.silentMs <= MOST_SILENT * scanMs
  return isAsked && under.p99Ms <= 2 * calm.p99Ms ? 'even' : 'uneven'
}
