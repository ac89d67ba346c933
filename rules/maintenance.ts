import type { PointId } from '../drivers/point.ts'
import { addDays, type Day, dayOf, minuteOf, momentOf, type Span, weekdayOf, weekdays } from './calendar.ts'

/** Planned work and recurring checks [requirements N23-N31, F37]: what is due when, by the site's own calendar. */

export const frequencies = ['year', 'half-year', 'quarter', 'month', 'half-month', 'week', 'day', 'shift'] as const
export type Frequency = (typeof frequencies)[number]

/** planned: by the calendar, whenever the last one was done; done: so long after it was done. */
export const anchors = ['planned', 'done'] as const
export type Anchor = (typeof anchors)[number]

export interface Plan {
  readonly id: string
  readonly every: Frequency
  readonly anchor?: Anchor | undefined
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

/** The day so long after this one; of a month that has no such day, its last. */
function later(day: Day, every: Frequency): Day {
  const months = MONTHS[every]
  if (months === undefined) return addDays(day, every === 'half-month' ? 15 : every === 'week' ? 7 : 1)
  const month = day.month - 1 + months
  const first = { year: day.year + Math.floor(month / 12), month: (month % 12) + 1, day: 1 }
  const last = addDays(addDays(first, 31), -addDays(first, 31).day).day
  return { ...first, day: Math.min(day.day, last) }
}

/**
 * What is due when the next visit counts from the last one done. One that was made and is not done is the one to do; when
 * its time is over it counts as missed, and the next has begun.
 * @param doneAt when the last one was done; null: it was not
 */
function dueAfter(every: Frequency, last: Span, doneAt: number | null, now: number, zone: string): Due | null {
  const from = doneAt === null ? last.to : momentOf(later(dayOf(doneAt, zone), every), '00:00', zone)
  if (now < from) return null
  const start = doneAt === null ? dayOf(now, zone) : dayOf(from, zone)
  return {
    period: { from: momentOf(start, '00:00', zone), to: momentOf(later(start, every), '00:00', zone) },
    missed: [],
  }
}

/**
 * What is due now; null when the present period has its occurrence. An occurrence that was made within the period counts,
 * by whatever frequency: a plant that stops in the middle of a month is not checked again for the month.
 * @param running null: nobody knows; then as when it runs, which is the stricter
 * @param doneAt when the work of the last occurrence was done; for plans that count from that
 * @param last the period of the last occurrence; null: there never was one, and the past is nobody's fault
 */
export function dueOf(
  plan: Plan,
  running: boolean | null,
  last: Span | null,
  now: number,
  zone: string,
  doneAt: number | null = null,
): Due | null {
  const every = running === false ? (plan.stopped ?? plan.every) : plan.every
  if (plan.anchor === 'done' && last !== null && every !== 'shift') return dueAfter(every, last, doneAt, now, zone)
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

/** What a plan is done on: each of its equipment, or its space, or the site. */
export const objectsOf = (plan: {
  readonly equipment: readonly string[]
  readonly space?: string | undefined
}): readonly string[] =>
  plan.equipment.length > 0 ? plan.equipment : [plan.space === undefined ? 'site' : `space:${plan.space}`]

// By a counter -------------------------------------------------------------------------------------------------------

/** How far the plant has run since the visit that it counts from [N30: by running hours]. */
export interface Counted {
  readonly used: number
  /** What the counter showed when it was last believed, and when that was. */
  readonly last: number | null
  readonly at: number | null
  /** A value that cannot follow from the last one: a glitch, or another counter. */
  readonly suspect: { readonly value: number; readonly at: number } | null
}
export const uncounted: Counted = { used: 0, last: null, at: null, suspect: null }
/** So long another beginning must last before it is believed: a counter that was replaced, or has begun anew. */
export const REPLACED_AFTER_MS = 15 * 60_000
const HOUR_MS = 3_600_000

/**
 * One reading of a counter. One that goes back, or runs faster than time, is not believed at once: a single nought would
 * otherwise count the whole register once more. What lasts is another counter: counting goes on from there, and nothing is
 * made up for what ran meanwhile.
 * @param hours it counts hours, of which no machine runs more than there are
 * @returns `replaced`: another counter was taken on
 */
export function counted(
  had: Counted,
  value: number,
  at: number,
  hours: boolean,
): { state: Counted; replaced: boolean } {
  if (had.last === null || had.at === null)
    return { state: { ...had, last: value, at, suspect: null }, replaced: false }
  const rise = value - had.last
  const most = hours ? ((at - had.at) / HOUR_MS) * 1.05 + 1 : Number.POSITIVE_INFINITY
  if (rise >= 0 && rise <= most)
    return { state: { used: had.used + rise, last: value, at, suspect: null }, replaced: false }
  const { suspect } = had
  const goesOn =
    suspect !== null && value >= suspect.value && value - suspect.value <= ((at - suspect.at) / HOUR_MS) * 1.05 + 1
  if (suspect === null || !goesOn) return { state: { ...had, suspect: { value, at } }, replaced: false }
  if (at - suspect.at < REPLACED_AFTER_MS) return { state: had, replaced: false }
  return { state: { used: had.used + (value - suspect.value), last: value, at, suspect: null }, replaced: true }
}

/** The point whose count says when a plan is due on this object; null: none does. */
export const counterPoint = (
  { counter }: { readonly counter?: { readonly point: string } | undefined },
  object: string,
): PointId | null =>
  counter === undefined
    ? null
    : ((counter.point.includes('/') ? counter.point : `${object}/${counter.point}`) as PointId)

// Nested levels ------------------------------------------------------------------------------------------------------

interface Nested {
  readonly id: string
  readonly covers: readonly string[]
}
/**
 * A plan with all that a visit of it does as well, the deepest first: a year's work holds the half-year's, that the quarter's.
 * A circle ends where it began.
 */
export function levels<P extends Nested>(plan: P, plans: readonly P[]): readonly P[] {
  const found: P[] = [plan]
  for (let i = 0; i < found.length; i++)
    for (const id of found[i]!.covers) {
      const next = plans.find(p => p.id === id)
      if (next && !found.includes(next)) found.push(next)
    }
  return found
}
/** Whether a plan is, by way of others, a part of itself. */
export const circles = <P extends Nested>(plan: P, plans: readonly P[]): boolean =>
  levels(plan, plans).some(p => p !== plan && p.covers.includes(plan.id)) || plan.covers.includes(plan.id)
