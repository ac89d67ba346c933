import type { Severity } from './rule.ts'
import { type Calendar, type DayType, type LocalTime, minutesOf, type Span, type Weekday, within } from './schedule.ts'

/** A span as people write it: `22:00` to `07:00` runs over midnight. Days are weekdays, or what the site's calendar makes of a day. */
export interface Times {
  readonly days?: readonly (Weekday | DayType)[] | undefined
  readonly from: string
  readonly to: string
}
/** Whether the site's clock is within one of the spans. One over midnight belongs to the day on which it began. */
export const isTimeOf = (times: readonly Times[], calendar: Calendar, local: LocalTime): boolean => {
  const spans: Span[] = times.map(({ days, from, to }) => ({ days, from: minutesOf(from), to: minutesOf(to) }))
  return within({ id: '', name: { 'zh-CN': '', en: '' }, spans }, calendar, local)
}

/** Whoever can be told. `shifts`: on duty then; without them always. */
export interface Recipient {
  readonly name: string
  readonly phone?: string | undefined
  readonly email?: string | undefined
  readonly language?: 'zh-CN' | 'en' | undefined
  readonly shifts?: readonly Times[] | undefined
}
export const onDuty = <P extends Recipient>(people: readonly P[], calendar: Calendar, local: LocalTime): readonly P[] =>
  people.filter(p => p.shifts === undefined || isTimeOf(p.shifts, calendar, local))

/** Who is told so long after an alarm that nobody has acknowledged. */
export interface Level {
  readonly afterMs: number
  readonly roster: string
  readonly channels: readonly string[]
}
export interface Ladder {
  readonly id: string
  readonly severities: readonly Severity[]
  /** Nobody is told then, but of life safety; what came due meanwhile is told afterwards. */
  readonly quiet: readonly Times[]
  readonly levels: readonly Level[]
  /** The last level is told again so often, until somebody has acknowledged. */
  readonly repeatMs: number
}
/** How far up an alarm is. `startedAt`: since when nobody has acknowledged it, however often it came meanwhile. */
export interface Climb {
  readonly startedAt: number
  /** Levels told, by index: the last time of each; undefined: skipped so far, and still due at its time. */
  readonly told: readonly (number | undefined)[]
}
/** Somebody is to be told now. */
export interface Rise {
  /** From 0. */
  readonly level: number
  readonly dueAt: number
  /** How much too late, as after a restart or a quiet night; 0 when it is not. */
  readonly lateMs: number
  /** The last level once more. */
  readonly again: boolean
  /** Told before its time, because nobody of the level before was on duty. */
  readonly early: boolean
}
/** Looked for every few seconds: a little late is on time. */
const TOLERANCE_MS = 30_000

/**
 * The levels that are due now and not told yet, each once however long nobody looked. A level on which nobody is on duty
 * hands on at once. After the last one it goes on, until a person has acknowledged: nothing else ends it.
 * @param quiet whether the site's clock is in the quiet hours of the ladder; of life safety there are none
 * @param staffed whether anybody of a level is on duty
 */
export function rises(
  ladder: Ladder,
  climb: Climb,
  { severity, quiet, staffed }: { severity: Severity; quiet: boolean; staffed: (level: number) => boolean },
  now: number,
): readonly Rise[] {
  if (quiet && severity !== 'life') return []
  const due: Rise[] = []
  const rise = (level: number, dueAt: number, again: boolean, early: boolean): void => {
    const late = now - dueAt
    due.push({ level, dueAt, lateMs: late > TOLERANCE_MS ? late : 0, again, early })
  }
  let early = false
  for (const [i, { afterMs }] of ladder.levels.entries()) {
    const dueAt = climb.startedAt + afterMs
    const told = climb.told[i] !== undefined
    if (!told && dueAt > now && !early) break
    if (!told) rise(i, Math.min(dueAt, now), false, early && dueAt > now)
    early = !staffed(i)
  }
  const last = ladder.levels.length - 1
  const lastAt = climb.told[last]
  if (lastAt !== undefined && now - lastAt >= ladder.repeatMs) rise(last, lastAt + ladder.repeatMs, true, false)
  return due
}

/** What may skip levels: people or great damage are at stake [P-22]. */
const emergencies: readonly Severity[] = ['life', 'high']

/**
 * A person reports an alarm up to a level (from 0) before its time [P-22]: step by step; in an emergency levels may be
 * skipped, which then asks for a report afterwards. `told`: levels that were told already.
 * @returns the levels that are skipped, or why it is refused
 */
export function reportedUp(
  { levels }: Pick<Ladder, 'levels'>,
  told: ReadonlySet<number>,
  level: number,
  severity: Severity,
): readonly number[] | 'no-level' | 'step-by-step' {
  if (!levels[level]) return 'no-level'
  const skipped = levels.flatMap((_, i) => (i < level && !told.has(i) ? [i] : []))
  return skipped.length > 0 && !emergencies.includes(severity) ? 'step-by-step' : skipped
}
