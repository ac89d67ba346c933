import type { RunCause } from './words.ts'

/** What is known of a plant whose lines write themselves. */
export interface Followed {
  readonly running: boolean
  /** When that was last known. */
  readonly knownAt: number
  /** When the next hourly line is due; null: it stands still. */
  readonly next: number | null
}
export interface FollowLine {
  readonly cause: Extract<RunCause, 'start' | 'hour' | 'stop' | 'found'>
  /** Its time: of an hourly line when it was due, of the others when it was seen. */
  readonly at: number
  /** Nobody looked at its time: what the plant showed then is not known. */
  readonly missed: boolean
  /** It happened at an unknown moment since then, while nobody looked; null: it was seen at once. */
  readonly unseenFrom: number | null
}

/** Whoever looks less often than this did not see it at once. */
const SEEN_MS = 60_000
/** After a longer time nobody asks for the hours any more. */
const MOST_MISSED = 48

/**
 * One look at the plant: a line at its start, one at its stop, one each full interval since the start [N20].
 * @param running null: its point cannot be believed; lines go on as it last was
 * @param before null: it was never looked at
 */
export function follow(
  before: Followed | null,
  running: boolean | null,
  now: number,
  everyMs: number,
): { readonly after: Followed | null; readonly lines: readonly FollowLine[] } {
  const seen = (cause: FollowLine['cause'], unseenFrom: number | null): FollowLine => ({
    ...{ cause, at: now, missed: false, unseenFrom },
  })
  if (before === null) {
    if (running === null) return { after: null, lines: [] }
    const after = { running, knownAt: now, next: running ? now + everyMs : null }
    return { after, lines: running ? [seen('found', null)] : [] }
  }
  const known = Math.min(before.knownAt, now)
  const unseenFrom = now - known > SEEN_MS ? known : null
  if (running === true && !before.running)
    return { after: { running, knownAt: now, next: now + everyMs }, lines: [seen('start', unseenFrom)] }
  if (running === false)
    return {
      after: { running, knownAt: now, next: null },
      lines: before.running ? [seen('stop', unseenFrom)] : [],
    }
  const knownAt = running === null ? known : now
  if (!before.running || before.next === null) return { after: { ...before, knownAt }, lines: [] }
  const lines: FollowLine[] = []
  // A clock that was set back must not silence the record for hours.
  let next = Math.min(before.next, now + everyMs)
  for (; next <= now; next += everyMs)
    lines.push({ cause: 'hour', at: next, missed: now - next > SEEN_MS, unseenFrom: null })
  return { after: { running: true, knownAt, next }, lines: lines.slice(-MOST_MISSED) }
}
