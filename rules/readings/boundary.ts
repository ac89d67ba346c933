import { addDays, type Day, dayOf, momentOf } from '../calendar.ts'

/**
 * When the days and months of readings end: `24:00` of the 25th where a site reads then [F29, people-and-permits 5.1].
 * A change of it neither loses a day nor counts one twice: what was ended stays, and the next end is the first one after it.
 */
export interface Boundary {
  /** `hh:mm` of the site's clocks; `24:00` is the end of the day. */
  readonly time: string
  /** 1..31; in a month that has no such day, its last one. */
  readonly monthDay: number
}
export const usualBoundary: Boundary = { time: '00:00', monthDay: 1 }

const HALF_DAY_MS = 12 * 3_600_000

const dayText = ({ year, month, day }: Day): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
const monthText = ({ year, month }: Pick<Day, 'year' | 'month'>): string => dayText({ year, month, day: 1 }).slice(0, 7)

/** Which day begins with this moment, whatever time of the day it ends at: up to noon this one, after it the next. */
export const dayBegun = (at: number, zone: string): string => dayText(dayOf(at + HALF_DAY_MS - 1, zone))

/**
 * The moments at which days end, after `after` and up to `upTo`, oldest first.
 * @param last the last one that was read, by whatever time was set then: no day that begun is begun again
 */
export function dayEnds(
  after: number,
  upTo: number,
  zone: string,
  { time }: Boundary = usualBoundary,
  last: number | null = null,
): number[] {
  const all: number[] = []
  const begun = last === null ? '' : dayBegun(last, zone)
  for (let day = addDays(dayOf(after, zone), -1); ; day = addDays(day, 1)) {
    const at = momentOf(day, time, zone)
    if (at > upTo) return all
    if (at > after && dayBegun(at, zone) > begun) all.push(at)
  }
}

/** The end of a month `2026-11` by what is set, UTC ms: in the month itself, or early in the next one. */
export function monthEnd(month: string, zone: string, { time, monthDay }: Boundary = usualBoundary): number {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const late = monthDay + (time === '24:00' ? 1 : 0) > 15
  const ends = late ? { year, month: number } : addDays({ year, month: number + 1, day: 1 }, 0)
  const most = addDays({ year: ends.year, month: ends.month + 1, day: 1 }, -1).day
  return momentOf({ year: ends.year, month: ends.month, day: Math.min(monthDay, most) }, time, zone)
}
export function monthBeforeOf(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return monthText(addDays({ year, month: number, day: 1 }, -1))
}

/**
 * Which month ends with the readings of this moment; null: none.
 * @param last the last month that was ended; null: none yet. Each one is ended once, late rather than never
 */
export function monthEnded(
  at: number,
  zone: string,
  boundary: Boundary = usualBoundary,
  last: string | null = null,
): string | null {
  const now = monthText(dayOf(at, zone))
  const found = [now, monthBeforeOf(now)].find(month => monthEnd(month, zone, boundary) <= at)
  if (found === undefined || (last !== null && found <= last)) return null
  // The first freeze there is ends a month only when it is right at its end.
  return last !== null || at === monthEnd(found, zone, boundary) ? found : null
}

/** From where to where a month goes. @param ended months that were ended, whatever is set now */
export function monthSpan(
  month: string,
  zone: string,
  boundary: Boundary = usualBoundary,
  ended: ReadonlyMap<string, number> = new Map(),
): { readonly from: number; readonly to: number } {
  const end = (m: string) => ended.get(m) ?? monthEnd(m, zone, boundary)
  return { from: end(monthBeforeOf(month)), to: end(month) }
}
