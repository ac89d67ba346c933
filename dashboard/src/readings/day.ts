import { formatDay } from '../format.ts'

/** `2026-11-23`: the day that begins at this midnight of the site. */
export const dateOf = (at: string, zone: string): string => formatDay(Date.parse(at), zone).slice(0, 10)
