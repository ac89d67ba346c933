import { addDays, type Day, minuteOf, momentOf, weekdayOf } from '../calendar.ts'
import { dayText } from '../patrol/plan.ts'
import type { RunForm, RunPhase, RunState, RunTimes } from './words.ts'

/** A line that is to be written. It stands on the sheet of the day on which it is due. */
export interface PlannedLine {
  /** The same line has the same id, whenever it is made. */
  readonly id: string
  readonly form: string
  readonly cause: 'plan' | 'peak'
  /** `2026-11-21` */
  readonly day: string
  readonly due: number
  /** From here on it may be written. */
  readonly from: number
  /** Up to here it is in time. */
  readonly onTimeTo: number
  /** From here on it is missed: the values of now say nothing of then. */
  readonly over: number
}

const MIN_MS = 60_000
/** So long before its time a line may be written. */
const EARLY_MS = 10 * MIN_MS
/** So long after its time it may still be written, as late. */
const LATE_MS = 60 * MIN_MS

/** The moments of one list of times that begin on this day, UTC ms. A span whose end is not after its start runs over midnight. */
function momentsOf({ days, from, to, everyMin }: RunTimes, day: Day, zone: string): number[] {
  if (days !== null && !days.includes(weekdayOf(day))) return []
  const over = minuteOf(to) <= minuteOf(from)
  const first = momentOf(day, from, zone)
  const end = momentOf(over ? addDays(day, 1) : day, to, zone)
  const moments: number[] = []
  for (let at = first; at < end; at += everyMin * MIN_MS) moments.push(at)
  return moments
}

/** Lines that are due from this day on up to the one before `until`, in order. One that both ask for is of the plan. */
export function linesBetween(
  form: Pick<RunForm, 'id' | 'times' | 'peaks' | 'graceMin'>,
  first: Day,
  last: Day,
  zone: string,
): PlannedLine[] {
  const due = new Map<number, 'plan' | 'peak'>()
  // A day more on either side: its neighbours bound the first and the last line, and spans come over midnight.
  const end = dayText(addDays(last, 1))
  for (let day = addDays(first, -1); dayText(day) <= end; day = addDays(day, 1)) {
    for (const at of form.times.flatMap(t => momentsOf(t, day, zone))) due.set(at, 'plan')
    for (const at of form.peaks.flatMap(t => momentsOf(t, day, zone))) if (!due.has(at)) due.set(at, 'peak')
  }
  const all = [...due].sort(([a], [b]) => a - b)
  const opens = all.map(([at], i) => at - Math.min(EARLY_MS, (at - (all[i - 1]?.[0] ?? -Infinity)) / 2))
  const from = momentOf(first, '00:00', zone)
  const to = momentOf(addDays(last, 1), '00:00', zone)
  let day = first
  return all.flatMap(([at, cause], i) => {
    if (at < from || at >= to) return []
    while (momentOf(addDays(day, 1), '00:00', zone) <= at) day = addDays(day, 1)
    // Two lines are never open at once.
    const next = opens[i + 1] ?? Infinity
    const onTimeTo = Math.min(at + form.graceMin * MIN_MS, next)
    const over = Math.max(onTimeTo, Math.min(at + LATE_MS, next))
    const line: PlannedLine = {
      ...{ id: `${form.id}.${at}`, form: form.id, cause, day: dayText(day) },
      ...{ due: at, from: opens[i]!, onTimeTo, over },
    }
    return [line]
  })
}

/** What a line is now. */
export function phaseOf(
  line: { readonly state: RunState; readonly from: number; readonly onTimeTo: number },
  now: number,
): RunPhase {
  if (line.state !== 'due') return line.state
  return now < line.from ? 'ahead' : now <= line.onTimeTo ? 'open' : 'late'
}

/** By how much it was written too late, ms; 0: in time. */
export const lateMs = (line: { readonly due: number; readonly onTimeTo: number }, readAt: number): number =>
  readAt > line.onTimeTo ? readAt - line.due : 0
