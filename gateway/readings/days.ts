import { addDays, dayOf, momentOf } from '../../rules/calendar.ts'
import { monthBeforeOf } from '../../rules/readings/boundary.ts'

/** Midnight at the site of a calendar day `2026-12-31`, UTC ms; null: it is no day. */
export function startOfDay(date: string, zone: string): number | null {
  const utc = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== date) return null
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  return momentOf({ year, month, day }, '00:00', zone)
}

/** The midnights after `after` and up to `upTo`, oldest first. */
export function midnights(after: number, upTo: number, zone: string): number[] {
  const all: number[] = []
  for (let day = dayOf(after, zone); ; day = addDays(day, 1)) {
    const at = momentOf(day, '00:00', zone)
    if (at > upTo) return all
    if (at > after) all.push(at)
  }
}
/** The midnight at which the month of this moment began. */
export const monthOf = (at: number, zone: string): number => momentOf({ ...dayOf(at, zone), day: 1 }, '00:00', zone)
/** Which months ended at these moments, where months end at the midnight of the first. */
export function monthsAtMidnight(moments: readonly number[], zone: string): ReadonlyMap<string, number> {
  const ended = moments
    .filter(at => momentOf({ ...dayOf(at, zone), day: 1 }, '00:00', zone) === at)
    .map(at => [monthBeforeOf(dateOf(at, zone).slice(0, 7)), at] as const)
  return new Map(ended)
}
/** `2026-11-23`: the day that begins at this moment. */
export function dateOf(at: number, zone: string): string {
  const { year, month, day } = dayOf(at, zone)
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
/** The midnight so many days before this one; at the site some days have 23 or 25 hours. */
export function midnightBefore(at: number, days: number, zone: string): number {
  const key = `${at} ${days} ${zone}`
  let had = kept.get(key)
  if (had === undefined) {
    if (kept.size >= MOST_KEPT) kept.clear()
    had = momentOf(addDays(dayOf(at, zone), -days), '00:00', zone)
    kept.set(key, had)
  }
  return had
}
/** The calendar of a zone costs some 30 µs each time, and thousands of meters ask for the same days. */
const kept = new Map<string, number>()
const MOST_KEPT = 5000
/** The midnight at which the month began that is so many months before the one of this moment. */
export function monthBefore(at: number, months: number, zone: string): number {
  const { year, month } = dayOf(at, zone)
  const count = year * 12 + month - 1 - months
  return momentOf({ year: Math.floor(count / 12), month: (count % 12) + 1, day: 1 }, '00:00', zone)
}
