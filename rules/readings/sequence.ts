import { capacityOf, type Register } from './book.ts'
import { type FindingCode, findings } from './quality.ts'

/** A register at a moment. Null: it did not answer. */
export interface Read {
  readonly at: number
  readonly index: number | null
  /** A person has said that it is right: what was counted to it is what it shows. */
  readonly accepted?: boolean
}
type Seen = Read & { readonly index: number }
export interface Finding {
  readonly code: FindingCode
  /** When it began to be so. */
  readonly at: number
  /** Before it, and what it said then. */
  readonly from: number
  readonly to: number
}
export interface Judged {
  /** What was counted from the first to the last reading, in steps; null: it cannot be said. */
  readonly rise: number | null
  readonly findings: readonly Finding[]
  /** Readings that count, in order of time; the index goes on past the end of the scale. */
  readonly trusted: readonly Seen[]
  readonly blocked: boolean
}
export interface Habits {
  /** By how many steps it may go back without meaning anything. */
  readonly jitter: number
  /** What it counts in an hour as a rule, in steps; null: not known. */
  readonly usualPerHour: number | null
  /** For how long it may stand still, ms. */
  readonly stuckMs: number
}
export const usualHabits: Habits = { jitter: 1, usualPerHour: null, stuckMs: 7 * 86_400_000 }

const HOUR_MS = 3_600_000
/** So many steps must be missing before standing still means anything. */
const STUCK_STEPS = 10

/**
 * Tells apart what a register did, from its readings alone: rollover, a glitch, a reset, another meter.
 * Exactly nought is never believed by itself: half of all the glitches reported are it. What has two explanations is blocked.
 * An exchange to a meter that happens to show what the old one would have shown cannot be seen in the readings.
 * @param readings the first one is taken as right; in any order, of one meter
 */
export function judgeSequence(
  register: Pick<Register, 'digits' | 'decimals' | 'maxPerHour'>,
  readings: readonly Read[],
  habits: Habits = usualHabits,
): Judged {
  const { jitter } = habits
  const capacity = capacityOf(register)
  const said: Finding[] = []
  const seen = readings.filter((r): r is Seen => r.index !== null).toSorted((a, b) => a.at - b.at)
  const [first] = seen
  if (!first) return { rise: null, findings: [], trusted: [], blocked: false }

  /** The most it can have counted between two moments: one step more for the one that was under way. */
  const mostIn = (ms: number): number => Math.floor((register.maxPerHour * ms) / HOUR_MS) + 1
  /** Each way in which it can have come from one index to another: rises in steps. */
  const ways = (from: number, to: number, ms: number): number[] => {
    const most = mostIn(ms)
    const found: number[] = []
    for (let rise = to - from - capacity; rise <= most && found.length < 2; rise += capacity)
      if (rise >= -jitter) found.push(rise)
    return found
  }

  const trusted: Seen[] = [first]
  /** On the scale of the register, and past it. */
  let base = first
  let total = first.index
  let waiting: Seen[] = []
  let blocked = false
  const say = (code: FindingCode, at: number, from: number, to: number) => {
    said.push({ code, at, from, to })
    blocked ||= findings[code].blocks
  }
  for (const one of seen.slice(1)) {
    if (one.accepted) {
      const rise = one.index - base.index
      if (rise < 0) say('rollover', one.at, base.index, one.index)
      total += rise < 0 ? rise + capacity : rise
      base = one
      waiting = []
      trusted.push({ at: one.at, index: total })
      continue
    }
    const found = ways(base.index, one.index, one.at - base.at)
    const last = waiting.at(-1)
    if (one.index === 0 && base.index > jitter) {
      // It may have turned over, but a meter that lost its mind looks the same: the next one tells.
      waiting.push(one)
      continue
    }
    // More than half of the scale at once: a false value and the way back from it would both look like counting.
    if (found.length === 0 || (found.length === 1 && found[0]! * 2 >= capacity)) {
      waiting.push(one)
      continue
    }
    if (found.length > 1) {
      say('ambiguous', one.at, base.index, one.index)
      waiting = []
      break
    }
    const rise = found[0]!
    if (last && (cameOn(waiting, one, rise) || otherwise(waiting))) {
      // What looked wrong may have been right.
      say('ambiguous', waiting[0]!.at, base.index, one.index)
      waiting = []
      break
    }
    if (last) {
      const [begun] = waiting as [Seen]
      if (!(rise !== one.index - base.index && waiting.every(w => w.index === 0)))
        say(waiting.every(w => w.index === 0) ? 'zero-glitch' : 'glitch', begun.at, base.index, begun.index)
      waiting = []
    }
    if (rise < 0) {
      say('dip', one.at, base.index, one.index)
      // It has counted that far already: the base stays.
      trusted.push({ at: one.at, index: total + rise })
      continue
    }
    if (one.index < base.index) say('rollover', one.at, base.index, one.index)
    total += rise
    base = one
    trusted.push({ at: one.at, index: total })
  }
  if (waiting.length > 0) {
    const [begun] = waiting as [Seen]
    say(unresolved(waiting), begun.at, base.index, begun.index)
  }
  const lastAt = seen.at(-1)!.at
  const rise = blocked ? null : trusted.at(-1)!.index - first.index
  const { usualPerHour, stuckMs } = habits
  const stoodSince = sinceOf(trusted)
  const missing = usualPerHour === null ? 0 : (usualPerHour * (lastAt - stoodSince)) / HOUR_MS
  if (!blocked && lastAt - stoodSince >= stuckMs && missing >= STUCK_STEPS)
    say('stuck', stoodSince, base.index, base.index)
  return { rise: blocked ? null : rise, findings: said, trusted, blocked }

  /** Whether the values that did not fit lead on to this one as a register would count. */
  function cameOn(odd: readonly Seen[], one: Seen, rise: number): boolean {
    // After a rollover the nought before is a part of it.
    if (odd.every(o => o.index === 0) && rise !== one.index - base.index) return false
    // Of noughts only the last one counts: a register that began again would have moved since the first.
    return odd.some(
      (o, i) => (o.index !== 0 || i === odd.length - 1) && ways(o.index, one.index, one.at - o.at).length > 0,
    )
  }
  /** Whether the values that did not fit go on from an earlier one, if about as many that were believed were false instead. */
  function otherwise(odd: readonly Seen[]): boolean {
    const earlier = trusted.slice(Math.max(0, trusted.length - 2 - odd.length), -1)
    return earlier.some(t =>
      odd.some(o => ways(t.index % capacity, o.index, o.at - t.at).some(rise => t.index + rise < total)),
    )
  }
  /** What it is that did not come back. */
  function unresolved(odd: readonly Seen[]): FindingCode {
    if (odd.every(o => o.index === 0)) return 'zero'
    const counting = odd.filter(o => o.index !== 0)
    const [begun] = counting as [Seen]
    const goesOn =
      counting.length > 1 &&
      counting.every((o, i) => i === 0 || ways(counting[i - 1]!.index, o.index, o.at - counting[i - 1]!.at).length > 0)
    if (ways(base.index, begun.index, begun.at - base.at).length > 0) return 'ambiguous'
    if (begun.index < base.index && begun.index <= mostIn(begun.at - base.at)) return 'reset'
    if (goesOn) return 'exchange'
    return begun.index < base.index ? 'negative' : 'too-much'
  }
}

/** Since when the index has not moved. */
function sinceOf(trusted: readonly Seen[]): number {
  let i = trusted.length - 1
  while (i > 0 && trusted[i - 1]!.index === trusted[i]!.index) i--
  return trusted[i]!.at
}

/**
 * Whether two readings of a round were written down the wrong way round: each fits the other meter and not its own.
 * @param a what was there before and what was read now, b the other meter of the same kind
 */
export function areSwapped(
  register: Pick<Register, 'digits' | 'decimals' | 'maxPerHour'>,
  a: { readonly before: Read; readonly now: Read },
  b: { readonly before: Read; readonly now: Read },
): boolean {
  const fits = (before: Read, now: Read): boolean => !judgeSequence(register, [before, now]).blocked
  return (
    a.now.index !== null &&
    b.now.index !== null &&
    !(fits(a.before, a.now) && fits(b.before, b.now)) &&
    fits(a.before, { ...b.now, at: a.now.at }) &&
    fits(b.before, { ...a.now, at: b.now.at })
  )
}
