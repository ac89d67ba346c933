import type { Text } from '../drivers/point.ts'
import { aheadMs } from './zone.ts'

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]
/** What a day is: the calendar's holidays and made-up workdays go before the weekend. */
export const dayTypes = ['workday', 'restday', 'holiday'] as const
export type DayType = (typeof dayTypes)[number]

/** Minutes of the site's own clock, 0 to 1440. A span whose end is not after its start runs over midnight. */
export interface Span {
  /** Without: every day. */
  readonly days?: readonly (Weekday | DayType)[] | undefined
  readonly from: number
  readonly to: number
}
export interface Schedule {
  readonly id: string
  readonly name: Text
  readonly spans: readonly Span[]
}
/** Dates as `2026-10-01`. */
export interface Calendar {
  readonly holidays: ReadonlySet<string>
  /** Saturdays and Sundays that are worked [调休]. */
  readonly workdays: ReadonlySet<string>
}

/** What the site's clock shows. */
export interface LocalTime {
  /** Days since 1970-01-01, as the wall says it. */
  readonly day: number
  readonly minute: number
}

const DAY_MS = 86_400_000
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): Weekday => weekdays[(((day + 4) % 7) + 7) % 7]!

export function dayTypeOf(day: number, calendar: Calendar): DayType {
  const date = dateOf(day)
  if (calendar.holidays.has(date)) return 'holiday'
  if (calendar.workdays.has(date)) return 'workday'
  const weekday = weekdayOf(day)
  return weekday === 'sat' || weekday === 'sun' ? 'restday' : 'workday'
}

/** Whether this is a time of the schedule. A span over midnight belongs to the day on which it began. */
export function within(schedule: Schedule, calendar: Calendar, { day, minute }: LocalTime): boolean {
  const on = (span: Span, which: number): boolean =>
    span.days === undefined || span.days.includes(weekdayOf(which)) || span.days.includes(dayTypeOf(which, calendar))
  return schedule.spans.some(span =>
    span.to > span.from
      ? minute >= span.from && minute < span.to && on(span, day)
      : (minute >= span.from && on(span, day)) || (minute < span.to && on(span, day - 1)),
  )
}

/** The site's clock at a moment. @param timezone an IANA name that is known to exist */
export function localClock(timezone: string): (at: number) => LocalTime {
  let last = { minute: Number.NaN, time: { day: 0, minute: 0 } }
  return at => {
    // Zones differ from UTC by whole minutes nowadays: within one nothing changes.
    const minute = Math.floor(at / 60_000)
    if (minute === last.minute) return last.time
    const wall = at + aheadMs(at, timezone)
    const day = Math.floor(wall / DAY_MS)
    last = { minute, time: { day, minute: Math.floor((wall - day * DAY_MS) / 60_000) } }
    return last.time
  }
}

/** `07:30` as minutes. */
export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
