import { addDays, type Day, dayOf, minuteOf, momentOf, type Span, weekdayOf, weekdays } from './calendar.ts'

/** Planned work and recurring checks [requirements N23-N31, F37]: what is due when, by the site's own calendar. */

export const frequencies = ['year', 'half-year', 'quarter', 'month', 'half-month', 'week', 'day', 'shift'] as const
export type Frequency = (typeof frequencies)[number]

export interface Plan {
  readonly id: string
  readonly every: Frequency
  /** When shifts begin, `hh:mm`; for `shift` only. */
  readonly shifts?: readonly string[] | undefined
  /** The frequency while the plant does not run. */
  readonly stopped?: Frequency | undefined
}

const MONTHS: Partial<Record<Frequency, number>> = { year: 12, 'half-year': 6, quarter: 3, month: 1 }

/** The period that `at` lies in. Weeks begin on Monday, shifts when the site says. */
export function periodOf(every: Frequency, at: number, zone: string, shifts: readonly string[] = []): Span {
  const today = dayOf(at, zone)
  const midnight = (day: Day) => momentOf(day, '00:00', zone)
  const months = MONTHS[every]
  if (months !== undefined) {
    const first = { year: today.year, month: today.month - ((today.month - 1) % months), day: 1 }
    const next = first.month + months
    const then = next > 12 ? { year: first.year + 1, month: next - 12, day: 1 } : { ...first, month: next }
    return { from: midnight(first), to: midnight(then) }
  }
  if (every === 'half-month') {
    const first = { ...today, day: 1 }
    const half = { ...today, day: 16 }
    if (today.day < 16) return { from: midnight(first), to: midnight(half) }
    return { from: midnight(half), to: periodOf('month', at, zone).to }
  }
  if (every === 'week') {
    const monday = addDays(today, -weekdays.indexOf(weekdayOf(today)))
    return { from: midnight(monday), to: midnight(addDays(monday, 7)) }
  }
  if (every === 'day') return { from: midnight(today), to: midnight(addDays(today, 1)) }
  const starts = shifts
    .toSorted((a, b) => minuteOf(a) - minuteOf(b))
    .flatMap((time, i, all) => {
      const at = (days: number) => momentOf(addDays(today, days), time, zone)
      return i === 0 || all[i - 1] !== time ? [at(-1), at(0), at(1), at(2)] : []
    })
    .sort((a, b) => a - b)
  const i = starts.findLastIndex(start => start <= at)
  return { from: starts[i] ?? at, to: starts[i + 1] ?? at }
}

/** More missed ones than this are not written down one by one: they say nothing more. */
const MOST_MISSED = 100

export interface Due {
  readonly period: Span
  /** Whole periods since the last occurrence in which nothing was made, oldest first: the gateway did not run. */
  readonly missed: readonly Span[]
}

/**
 * What is due now; null when the present period has its occurrence. An occurrence that was made within the period counts,
 * by whatever frequency: a plant that stops in the middle of a month is not checked again for the month.
 * @param running null: nobody knows; then as when it runs, which is the stricter
 * @param last the period of the last occurrence; null: there never was one, and the past is nobody's fault
 */
export function dueOf(plan: Plan, running: boolean | null, last: Span | null, now: number, zone: string): Due | null {
  const every = running === false ? (plan.stopped ?? plan.every) : plan.every
  const period = periodOf(every, now, zone, plan.shifts)
  if (last !== null && last.from >= period.from) return null
  const missed: Span[] = []
  if (last !== null)
    for (let before = period.from - 1; missed.length < MOST_MISSED; ) {
      const earlier = periodOf(every, before, zone, plan.shifts)
      // While the plant stood, its longer period held for the shorter ones too.
      if (earlier.from < last.to || earlier.from > before) break
      missed.unshift(earlier)
      before = earlier.from - 1
    }
  return { period, missed }
}
