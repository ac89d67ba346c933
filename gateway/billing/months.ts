import { dayOf, momentOf } from '../../rules/calendar.ts'
import { wallOf } from '../history/edges.ts'

/** `2026-11` -> the site's midnight at which it begins and that at which it ends, UTC ms; null: it is no month. */
export function monthBounds(period: string, zone: string): { readonly from: number; readonly to: number } | null {
  const match = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(period)
  if (!match) return null
  const [year, month] = [Number(match[1]), Number(match[2])]
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
  return { from: momentOf({ year, month, day: 1 }, '00:00', zone), to: momentOf(next, '00:00', zone) }
}
/** The month before the one that the site is in: what is billed next. */
export function monthBefore(now: number, zone: string): string {
  const { year, month } = dayOf(now, zone)
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}
/** `2026-11-01 00:00`, as the site's clocks show it. */
export const wallText = (at: number, zone: string): string =>
  new Date(wallOf(at, zone)).toISOString().slice(0, 16).replace('T', ' ')
