import { z } from 'zod'
import { type Crew, gapOf } from '../../rules/crew.ts'
import { type Calendar, dayTypes, weekdays } from '../../rules/schedule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import { clockTime, id, text } from './words.ts'

const person = z.string().min(1).max(100)
const named = z.strictObject({ id, name: text })

/** A crew that works in shifts and hands over [P-15]. */
export const crewSchema = z.strictObject({
  id,
  name: text,
  /** `account`: whose password signs for him. */
  people: z
    .array(z.strictObject({ name: person, account: z.string().min(1).max(64).optional() }))
    .min(1)
    .max(100),
  times: z
    .array(
      z.strictObject({
        ...{ id, name: text },
        days: z
          .array(z.enum([...weekdays, ...dayTypes]))
          .min(1)
          .optional(),
        ...{ from: clockTime, to: clockTime },
        /** Fewest persons. */
        least: z.int().min(1).max(50).default(1),
        who: z.array(person).max(50).default([]),
        lead: person.optional(),
        standIn: person.optional(),
      }),
    )
    .min(1)
    .max(20),
  counted: z
    .array(
      named.extend({
        count: z.int().min(0).max(10_000).default(0),
        /** As many as this register has in its cabinet at that moment, instead of a fixed number. */
        register: z.enum(['keys', 'tools']).optional(),
      }),
    )
    .max(100)
    .default([]),
  checks: z.array(named).max(50).default([]),
  sees: z.array(z.string().min(1).max(32)).min(1).max(30).optional(),
  /** Rosters of notices: of their people, whoever of this crew has taken over is told. */
  rosters: z.array(z.string().min(1).max(64)).max(20).default([]),
  /** A door of `access`: a card that it lets in signs for its holder. */
  signAt: id.optional(),
  earlyMin: z.int().min(0).max(720).default(30),
  lateMin: z.int().min(0).max(720).default(15),
})
type RawCrew = z.infer<typeof crewSchema>
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** A Thursday; any three weeks show every day of the week. */
const SOME_DAY = 0

/** The crews of a site; what is wrong goes to `add`. */
export function crewsOf(
  raw: readonly (RawCrew | null)[],
  calendar: Calendar,
  add: Add,
  doors: ReadonlySet<string> = new Set(),
): readonly Crew[] {
  const crews: Crew[] = []
  const rosters = new Map<string, string>()
  for (const [i, one] of raw.entries()) {
    if (!one) continue
    const at = ['shifts', i]
    const names = new Set<string>()
    for (const [j, { name }] of one.people.entries()) {
      if (names.has(name)) add([...at, 'people', j, 'name'], 'person-twice', { name })
      names.add(name)
    }
    const ids = new Set<string>()
    for (const [j, shift] of one.times.entries()) {
      const here = [...at, 'times', j]
      if (ids.has(shift.id)) add([...here, 'id'], 'duplicate-id', { id: shift.id })
      ids.add(shift.id)
      if (shift.from === '24:00' || shift.from === shift.to)
        add([...here, 'from'], 'span-empty', { from: shift.from, to: shift.to })
      for (const name of new Set([...shift.who, shift.lead, shift.standIn]))
        if (name !== undefined && !names.has(name)) add(here, 'person-unknown', { name })
      // A shift that never has enough people would never be handed over.
      if (shift.least > names.size) add([...here, 'least'], 'shift-too-few', { least: shift.least, people: names.size })
    }
    for (const [j, roster] of one.rosters.entries()) {
      const other = rosters.get(roster)
      if (other !== undefined) add([...at, 'rosters', j], 'roster-twice', { roster, crew: other })
      rosters.set(roster, one.id)
    }
    if (one.signAt !== undefined && !doors.has(one.signAt)) add([...at, 'signAt'], 'unknown-door', { door: one.signAt })
    const { times, people, sees, signAt, ...rest } = one
    const crew: Crew = {
      ...rest,
      people: people.map(p => ({ name: p.name, account: p.account ?? null })),
      shifts: times.map(({ lead, standIn, ...t }) => ({ ...t, lead: lead ?? null, standIn: standIn ?? null })),
      sees: sees ?? null,
      signAt: signAt ?? null,
    }
    if (gapOf(crew, calendar, SOME_DAY)) add(at, 'shift-gap', { crew: one.id }, 'warning')
    crews.push(crew)
  }
  return crews
}
