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
