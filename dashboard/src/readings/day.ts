import type { ReadingExceptionView } from '../../../gateway/http/contract.ts'
import { formatDay } from '../format.ts'

/** `2026-11-23`: the day that begins at this midnight of the site. */
export const dateOf = (at: string, zone: string): string => formatDay(Date.parse(at), zone).slice(0, 10)

type Say = (key: 'readings.midnight', params: { day: string }) => string
/** A moment that was read: midnight in words, else the time at which the site's days end. */
export function momentText(at: string, zone: string, t: Say): string {
  const shown = formatDay(Date.parse(at), zone)
  return shown.slice(11, 16) === '00:00' ? t('readings.midnight', { day: shown.slice(0, 10) }) : shown
}

/** A day by its date, a month by its number. */
export function spanOf({ period, from }: Pick<ReadingExceptionView, 'period' | 'from'>, zone: string): string {
  const day = dateOf(from, zone)
  return period === 'month' ? day.slice(0, 7) : day
}
