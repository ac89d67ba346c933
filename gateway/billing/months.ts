import { dayOf } from '../../rules/calendar.ts'
import { type Boundary, monthSpan, usualBoundary } from '../../rules/readings/boundary.ts'
import { wallOf } from '../history/edges.ts'

/** `2026-11` -> the ends of readings between which it lies, UTC ms; null: it is no month. @param ended months that were read */
export function monthBounds(
  period: string,
  zone: string,
  boundary: Boundary = usualBoundary,
  ended: ReadonlyMap<string, number> = new Map(),
): { readonly from: number; readonly to: number } | null {
  return /^(20\d\d)-(0[1-9]|1[0-2])$/.test(period) ? monthSpan(period, zone, boundary, ended) : null
}
/** The month before the one that the site is in: what is billed next. */
export function monthBefore(now: number, zone: string): string {
  const { year, month } = dayOf(now, zone)
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}
/** `2026-11-01 00:00`, as the site's clocks show it. */
export const wallText = (at: number, zone: string): string =>
  new Date(wallOf(at, zone)).toISOString().slice(0, 16).replace('T', ' ')
