import { aheadMs } from './zone.ts'

/** Times of the site's own calendar. Pure: the zone's rules come from the platform, the time from the caller. */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** When work is done: the same span on each of these days. A span whose end is not after its start runs over midnight. */
export interface Hours {
  readonly days: readonly Weekday[]
  /** `hh:mm`; `24:00` only as an end. */
  readonly from: string
  readonly to: string
  /**
   * Dates as `2026-10-01` on which nobody works, and Saturdays and Sundays that are worked instead [调休]. For hours of
   * seven days they change nothing: those have people on holidays, too.
   */
  readonly holidays?: readonly string[] | undefined
  readonly workdays?: readonly string[] | undefined
}
export interface Span {
  readonly from: number
  readonly to: number
}

/** A calendar day. `month` 1..12. */
export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DAY_MS = 86_400_000

/** The day that the site's calendar shows at this moment. */
export function dayOf(at: number, zone: string): Day {
  const shown = new Date(at + aheadMs(at, zone))
  return { year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate() }
}

/** The day so many days later; a 31 April is the 1 May. */
export function addDays({ year, month, day }: Day, days: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day + days))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

export const weekdayOf = ({ year, month, day }: Day): Weekday =>
  weekdays[(new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7]!

/**
 * The moment at which the site's clocks show this time, UTC ms. A time that a change of the clocks leaves out is the
 * moment of the change or up to an hour after it; one that comes twice is the first.
 */
export function momentOf(day: Day, time: string, zone: string): number {
  const wall = Date.UTC(day.year, day.month - 1, day.day) + minuteOf(time) * 60_000
  const early = wall - aheadMs(wall - DAY_MS, zone)
  if (early + aheadMs(early, zone) === wall) return early
  return wall - aheadMs(wall, zone)
}

export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const dateOf = ({ year, month, day }: Day): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** Whether the hours begin on this day. */
function worked(hours: Hours, day: Day): boolean {
  const usual = hours.days.includes(weekdayOf(day))
  if (hours.days.length === weekdays.length || !(hours.holidays?.length || hours.workdays?.length)) return usual
  const date = dateOf(day)
  return !hours.holidays?.includes(date) && (usual || hours.workdays?.includes(date) === true)
}

/** The parts of [from, to) that lie within the hours, in order. */
export function openSpans(hours: Hours, zone: string, from: number, to: number): Span[] {
  const spans: Span[] = []
  const overnight = minuteOf(hours.to) <= minuteOf(hours.from)
  const last = dayOf(to, zone)
  const end = Date.UTC(last.year, last.month - 1, last.day)
  for (
    let day = addDays(dayOf(from, zone), -1);
    Date.UTC(day.year, day.month - 1, day.day) <= end;
    day = addDays(day, 1)
  ) {
    if (!worked(hours, day)) continue
    const opens = Math.max(from, momentOf(day, hours.from, zone))
    const closes = Math.min(to, momentOf(overnight ? addDays(day, 1) : day, hours.to, zone))
    if (opens < closes) spans.push({ from: opens, to: closes })
  }
  return spans
}
