import { addDays, type Day, dayOf, momentOf } from './calendar.ts'

/** Days of registers, `2026-11-22` by the calendar of the site. */
const two = (n: number) => String(n).padStart(2, '0')
export const dateOf = ({ year, month, day }: Day): string => `${year}-${two(month)}-${two(day)}`
export function dayFrom(date: string): Day {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return { year, month, day }
}
export const today = (at: number, zone: string): string => dateOf(dayOf(at, zone))
/** The last day on which something that is due at this moment is still in time. */
export const lastDay = (dueAt: number, zone: string): string => today(dueAt - 1, zone)
/** The first moment of a day. */
export const startOf = (date: string, zone: string): number => momentOf(dayFrom(date), '00:00', zone)
/** The first moment after a day. */
export const endOf = (date: string, zone: string): number => momentOf(addDays(dayFrom(date), 1), '00:00', zone)
export const daysLater = (date: string, days: number): string => dateOf(addDays(dayFrom(date), days))
/** The same day so many months later; the last of the month where that has no such day. */
export function monthsLater(date: string, months: number): string {
  const { year, month, day } = dayFrom(date)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return dateOf({ year: first.getUTCFullYear(), month: first.getUTCMonth() + 1, day: Math.min(day, last) })
}
/** The next such day of a month after a day. */
export function nextOfMonth(after: string, day: number): string {
  const here = { ...dayFrom(after), day }
  const date = dateOf(here)
  return date > after ? date : monthsLater(date, 1)
}
