import type { Text } from '../drivers/point.ts'
import { type Calendar, type DayType, type LocalTime, minutesOf, type Weekday, within } from './schedule.ts'

/** One shift of a crew as the site plans it; times of the site's own clock. */
export interface CrewShift {
  readonly id: string
  readonly name: Text
  readonly days?: readonly (Weekday | DayType)[] | undefined
  readonly from: string
  /** Not after `from`: it runs over midnight and belongs to the day on which it began. */
  readonly to: string
  /** Fewest persons; with fewer the shift is not handed over [P-15 (2)]. */
  readonly least: number
  /** Who is planned; names of the crew's people. */
  readonly who: readonly string[]
  /** Leading hand and the appointed stand-in: one of them has to be there [P-15 (3)]. */
  readonly lead: string | null
  readonly standIn: string | null
}
export interface Crew {
  readonly id: string
  readonly name: Text
  /** `account`: with which he signs; null: he signs nothing. */
  readonly people: readonly { readonly name: string; readonly account: string | null }[]
  readonly shifts: readonly CrewShift[]
  /** Instruments, tools and materials, and how many there are to be. */
  readonly counted: readonly {
    readonly id: string
    readonly name: Text
    readonly count: number
    /** How many there should be is what this register has in its cabinet. */
    readonly register?: 'keys' | 'tools' | undefined
  }[]
  /** What a crew has to have done before it may go: records filled in, room cleaned. */
  readonly checks: readonly { readonly id: string; readonly name: Text }[]
  /** Sources of its sheet by id; null: all. */
  readonly sees: readonly string[] | null
  /** Rosters of notices whose people are on duty with it. */
  readonly rosters: readonly string[]
  /** The door at whose reader its people sign with their cards; null: none. */
  readonly signAt: string | null
  /** So long before its time a shift may be handed over, and so long after it somebody is told. */
  readonly earlyMin: number
  readonly lateMin: number
}
/** A shift of one day. `from` and `to` are minutes of the wall's own count since 1970-01-01 00:00. */
export interface ShiftDay {
  readonly shift: string
  /** Days since 1970-01-01 on which it begins: a night shift is that of the evening before. */
  readonly day: number
  readonly from: number
  readonly to: number
}

const DAY_MIN = 1440
/** Over a long holiday a shift of workdays is far away. */
const LOOK_DAYS = 21

export const wallOf = ({ day, minute }: LocalTime): number => day * DAY_MIN + minute

/** The shifts that begin on these days, in their order. */
export function shiftsBetween(crew: Crew, calendar: Calendar, first: number, last: number): readonly ShiftDay[] {
  const found: ShiftDay[] = []
  for (let day = first; day <= last; day++)
    for (const { id, days, from: opens, to: ends } of crew.shifts) {
      const [from, to] = [minutesOf(opens), minutesOf(ends)]
      const span = { id: '', name: { 'zh-CN': '', en: '' }, spans: [{ days, from, to }] }
      if (!within(span, calendar, { day, minute: from })) continue
      const begins = day * DAY_MIN + from
      found.push({ shift: id, day, from: begins, to: day * DAY_MIN + to + (to > from ? 0 : DAY_MIN) })
    }
  return found.sort((a, b) => a.from - b.from)
}

/** The shift whose time it is; null: none is planned now. */
export const shiftAt = (crew: Crew, calendar: Calendar, local: LocalTime): ShiftDay | null => {
  const wall = wallOf(local)
  return shiftsBetween(crew, calendar, local.day - 1, local.day).findLast(s => s.from <= wall && wall < s.to) ?? null
}

/**
 * Who relieves this shift: the one after it. When that one, too, is over and nobody took over, the one whose time it is.
 * A clock that was set back changes nothing: it is never a shift before this one.
 */
export function reliefOf(crew: Crew, calendar: Calendar, served: ShiftDay, local: LocalTime): ShiftDay | null {
  const wall = wallOf(local) + crew.earlyMin
  const later = Math.max(served.day, Math.floor(wall / DAY_MIN))
  const after = shiftsBetween(crew, calendar, served.day, later + LOOK_DAYS).filter(s => s.from > served.from)
  return after.findLast(s => s.from <= wall && wall < s.to) ?? after[0] ?? null
}

export const planOf = (crew: Crew, { shift }: Pick<ShiftDay, 'shift'>): CrewShift | null =>
  crew.shifts.find(s => s.id === shift) ?? null

/** Hours in which no shift of a crew is planned, looked for over these days; null: the shifts follow one another. */
export function gapOf(crew: Crew, calendar: Calendar, first: number): ShiftDay | null {
  const all = shiftsBetween(crew, calendar, first, first + LOOK_DAYS)
  return all.find((s, i) => i < all.length - 1 && all[i + 1]!.from > s.to) ?? null
}

/** Accounts of those of a crew who go off duty when these hand over to those. Both by the names of its people. */
export const accountsOff = (
  crew: Pick<Crew, 'people'>,
  outgoing: readonly string[],
  incoming: readonly string[],
): readonly string[] =>
  crew.people.flatMap(({ name, account }) =>
    account !== null && outgoing.includes(name) && !incoming.includes(name) ? [account] : [],
  )
