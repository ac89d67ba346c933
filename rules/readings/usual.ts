import type { DayUse } from './checks.ts'

/** What was used in so many days; the season to compare with. */
export interface Usual {
  readonly rise: number
  readonly days: number
}
/** A calendar month that has gone by. */
export interface MonthUse {
  /** 0: the month that is looked at; -1: the one before; -12: the same one a year ago. */
  readonly monthsAgo: number
  readonly days: number
  /** Null: not known. */
  readonly rise: number | null
}

const WEEKDAYS = [-7, -14, -21, -28]
/** Of four same weekdays so many have to be known: two may both have been holidays. */
const LEAST_WEEKDAYS = 3
const LEAST_DAYS = 7

/**
 * What a day like this one uses as a rule: the same weekday of four weeks, for a shop that is closed on Sundays has no low
 * use on Sunday; else the days of four weeks, of which seven have to be known. Null: too little is known.
 */
export function usualDay(past: readonly DayUse[]): Usual | null {
  const known = past.flatMap(d =>
    d.rise !== null && d.daysAgo < 0 && d.daysAgo >= -28 ? [{ ...d, rise: d.rise }] : [],
  )
  const same = known.filter(d => WEEKDAYS.includes(d.daysAgo))
  const of = same.length >= LEAST_WEEKDAYS ? same : known.length >= LEAST_DAYS ? known : null
  return of && { rise: of.reduce((sum, d) => sum + d.rise, 0), days: of.length }
}

/** What a month of this season uses: the same month a year ago with those beside it, else the three before. [5.4] */
export function usualMonth(past: readonly MonthUse[]): Usual | null {
  const of = (monthsAgo: readonly number[]): Usual | null => {
    const known = past.flatMap(m =>
      m.rise !== null && monthsAgo.includes(m.monthsAgo) ? [{ ...m, rise: m.rise }] : [],
    )
    if (known.length === 0) return null
    return { rise: known.reduce((sum, m) => sum + m.rise, 0), days: known.reduce((sum, m) => sum + m.days, 0) }
  }
  return past.some(m => m.monthsAgo === -12 && m.rise !== null) ? of([-11, -12, -13]) : of([-1, -2, -3])
}

/** For how many days up to the one that is looked at nothing was counted; a day that is not known ends it. Null: not known. */
export function zeroDays(past: readonly DayUse[]): number | null {
  const byDay = new Map(past.map(d => [d.daysAgo, d.rise]))
  if ((byDay.get(0) ?? null) === null) return null
  let days = 0
  while (byDay.get(-days) === 0) days++
  return days
}
