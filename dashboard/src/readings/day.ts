import type { ReadingExceptionView } from '../../../gateway/http/contract.ts'
import { formatDay } from '../format.ts'

/** `2026-11-23`: the day that begins at this midnight of the site. */
export const dateOf = (at: string, zone: string): string => formatDay(Date.parse(at), zone).slice(0, 10)

/** A day by its date, a month by its number. */
export function spanOf({ period, from }: Pick<ReadingExceptionView, 'period' | 'from'>, zone: string): string {
  const day = dateOf(from, zone)
  return period === 'month' ? day.slice(0, 7) : day
}
