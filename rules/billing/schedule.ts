import { momentOf } from '../calendar.ts'
import { monthAt, monthBy } from '../month.ts'

/**
 * On which day of a month the batch of the month before is prepared by itself: construction sites about the 15th [N81],
 * notices on the 25th, in the last month of a quarter before the 5th [N80]. It is never approved by itself.
 */
export interface BatchSchedule {
  readonly group: string
  /** 1..31; a month that is shorter has it on its last day. */
  readonly day: number
  /** In March, June, September and December, in place of `day`. */
  readonly quarterEndDay: number | null
  /** `08:00`, by the site's clock. */
  readonly time: string
}
export interface Preparation {
  readonly group: string
  /** The month that is billed: `2026-11`. */
  readonly period: string
  readonly at: number
}

/** The gateway may have been off for so long: what was due meanwhile is made up for. */
const MOST_BACK = 3

/** The moment in a month (`2026-12`), UTC ms. */
export function scheduledAt(s: BatchSchedule, month: string, zone: string): number {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const day = number % 3 === 0 && s.quarterEndDay !== null ? s.quarterEndDay : s.day
  return momentOf({ year, month: number, day: Math.min(day, last) }, s.time, zone)
}

/**
 * What is due and was not made yet, oldest first.
 * @param since when each schedule was seen first: what was before it nobody asked for; null: it is new
 * @param has whether this was made once, whatever became of it
 */
export function duePreparations(
  schedules: readonly BatchSchedule[],
  now: number,
  zone: string,
  since: (group: string) => number | null,
  has: (group: string, period: string) => boolean,
): readonly Preparation[] {
  const here = monthAt(now, zone)
  return schedules
    .flatMap(s =>
      Array.from({ length: MOST_BACK + 1 }, (_, i): Preparation => {
        const month = monthBy(here, -i)
        return { group: s.group, period: monthBy(month, -1), at: scheduledAt(s, month, zone) }
      }),
    )
    .filter(({ group, period, at }) => at <= now && at >= (since(group) ?? now) && !has(group, period))
    .toSorted((a, b) => a.at - b.at || (a.group < b.group ? -1 : 1))
}

/** The next moment after `now`, for people to see. */
export function nextScheduled(s: BatchSchedule, now: number, zone: string): Preparation {
  const here = monthAt(now, zone)
  const month = scheduledAt(s, here, zone) > now ? here : monthBy(here, 1)
  return { group: s.group, period: monthBy(month, -1), at: scheduledAt(s, month, zone) }
}
