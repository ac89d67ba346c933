import { createHash } from 'node:crypto'
import { z } from 'zod'
import { doorClasses } from '../../rules/access/credential.ts'
import { traps } from '../../rules/access/escape.ts'
import { type AccessDoor, type Area, type Interlock, OUTSIDE, passbacks } from '../../rules/access/policy.ts'
import { VISITOR_PHOTO_DAYS } from '../../rules/access/visit.ts'
import type { Schedule } from '../../rules/schedule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from '../site/jsonproblems.ts'
import type { DoorGroup } from '../site/placeschema.ts'
import { gateSchema, roomSchema, roomsOf, type SiteRooms } from '../site/roomschema.ts'
import { id, text } from '../site/words.ts'

/** What site.json says of doors that are decided at: areas, doors, interlocks, access levels. */

const role = z.string().min(1).max(32)
const area = z.strictObject({
  id,
  name: text.optional(),
  passback: z.enum(passbacks).default('none'),
  passbackMin: z.int().min(1).max(1440).default(10),
  capacity: z.int().min(1).max(100_000).optional(),
  /** One of these has to be inside before anybody else comes in. */
  supervisors: z.array(role).max(20).default([]),
})
const door = z.strictObject({
  /** The door's own equipment. */
  id,
  area: id,
  /** Where one comes from; left out: from outside. */
  from: id.default(OUTSIDE),
  class: z.enum(doorClasses).default('medium'),
  exit: z.enum(['free', 'reader']).default('free'),
  lock: z.enum(['fail-safe', 'fail-secure']).default('fail-safe'),
  /** A handle or break-glass opens it from inside without electronics. */
  mechanicalExit: z.boolean().default(false),
  /** Opened by the fire linkage. */
  fireRelease: z.boolean().default(true),
  /** The point that says that fire has released it. */
  fire: z.string().min(3).max(129).optional(),
  twoPersons: z.strictObject({ roles: z.tuple([role, role]), withinS: z.int().min(5).max(120).default(20) }).optional(),
  firstIn: z.array(role).max(20).default([]),
  /** A contractor's duplicate has to lie at the gate. */
  custody: z.boolean().default(false),
  certificate: z.string().min(1).max(64).optional(),
  heldAfterS: z.int().min(10).max(3600).default(60),
})
const interlock = z.strictObject({ id, doors: z.array(id).min(2).max(20), holdsExit: z.boolean().default(false) })
const level = z.strictObject({
  id,
  name: text.optional(),
  groups: z.array(id).min(1).max(200),
  /** When; left out: always. */
  schedule: id.optional(),
  /** Also on holidays and where a door is shut by its schedule. */
  always: z.boolean().default(false),
})
const controller = z.strictObject({
  id,
  name: text.optional(),
  /** Of this list, each at one controller only. */
  doors: z.array(id).min(1).max(64),
  /** How long its table counts without the gateway. */
  tableHours: z.int().min(1).max(720).default(72),
  /** Whom it lets in by a table that has run out: nobody, or whoever is staff or tenant. Doors of class high: nobody. */
  whenExpired: z.enum(['nobody', 'staff']).default('nobody'),
})
export const accessSchema = z.strictObject({
  areas: z.array(area).max(500).default([]),
  doors: z.array(door).max(2000).default([]),
  interlocks: z.array(interlock).max(200).default([]),
  levels: z.array(level).max(500).default([]),
  threatLevel: z.int().min(0).max(9).default(0),
  /** How long events of doors are kept; less than 180 days is not allowed [GB 50396]. */
  keepDays: z.int().min(180).max(3650).default(365),
  /** How long the photo of a visitor is kept after the end of his visit. */
  visitorPhotoDays: z.int().min(1).max(3650).default(VISITOR_PHOTO_DAYS),
  /** Nobody walks from one door to another that shares no area with it in less, s: then there are two of a card. */
  travelS: z.int().min(0).max(600).default(5),
  controllers: z.array(controller).max(200).default([]),
  gates: z.array(gateSchema).max(50).default([]),
  rooms: z.array(roomSchema).max(500).default([]),
})
type Raw = z.infer<typeof accessSchema>

export interface AccessLevel {
  readonly id: string
  readonly name: Area['name']
  readonly groups: readonly string[]
  readonly schedule: Schedule | null
  readonly always: boolean
}
export interface SiteDoor extends AccessDoor {
  readonly space: string | null
  /** The point that says that fire has released it. */
  readonly fire: string | null
}
export interface SiteController {
  readonly id: string
  readonly name: Area['name']
  readonly doors: readonly string[]
  readonly tableHours: number
  readonly whenExpired: 'nobody' | 'staff'
}
export interface SiteAccess extends SiteRooms {
  readonly areas: ReadonlyMap<string, Area>
  readonly doors: ReadonlyMap<string, SiteDoor>
  readonly interlocks: readonly Interlock[]
  readonly levels: ReadonlyMap<string, AccessLevel>
  readonly threatLevel: number
  readonly keepDays: number
  readonly visitorPhotoDays: number
  readonly travelS: number
  readonly controllers: readonly SiteController[]
  /** Changes whenever what stands here does. */
  readonly version: string
}

export interface AccessKnown {
  readonly equipment: readonly { readonly id: string; readonly name: Area['name']; readonly space: string | null }[]
  readonly groups: readonly DoorGroup[]
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly isPoint: (point: string) => boolean
  readonly isSpace: (space: string) => boolean
  /** All equipment could be taken up; otherwise nobody can say what is missing. */
  readonly whole: boolean
}
type Add = (path: Path, code: string, params?: Params) => void

const named = (id: string, name: Area['name'] | undefined) => name ?? { 'zh-CN': id, en: id }

/** The doors of a site as they are decided at. A configuration that could trap somebody is refused [GB 50396 9.0.1]. */
export function accessOf(raw: Raw | null | undefined, known: AccessKnown, add: Add): SiteAccess {
  const use = raw ?? accessSchema.parse({})
  const at = (...path: Path): Path => ['access', ...path]
  const once = (list: readonly { readonly id: string }[], word: string) => {
    const seen = new Set<string>()
    for (const [i, one] of list.entries()) {
      if (seen.has(one.id)) add(at(word, i, 'id'), 'duplicate-id', { id: one.id })
      seen.add(one.id)
    }
    return seen
  }
  const areas = once(use.areas, 'areas')
  const doors = once(use.doors, 'doors')
  once(use.interlocks, 'interlocks')
  once(use.levels, 'levels')
  once(use.gates, 'gates')
  for (const [i, gate] of use.gates.entries())
    if (gate.area !== undefined && !areas.has(gate.area))
      add(at('gates', i, 'area'), 'unknown-area', { area: gate.area })
  for (const [i, room] of use.rooms.entries())
    if (!known.isSpace(room.space)) add(at('rooms', i, 'space'), 'unknown-space', { space: room.space })
  const groups = new Set(known.groups.map(g => g.id))
  const equipment = new Map(known.equipment.map(e => [e.id, e]))
  for (const [i, d] of use.doors.entries()) {
    if (known.whole && !equipment.has(d.id)) add(at('doors', i, 'id'), 'unknown-equipment', { equipment: d.id })
    for (const word of ['area', 'from'] as const)
      if (d[word] !== OUTSIDE && !areas.has(d[word])) add(at('doors', i, word), 'unknown-area', { area: d[word] })
    if (known.whole && d.fire !== undefined && !known.isPoint(d.fire))
      add(at('doors', i, 'fire'), 'unknown-point', { point: d.fire })
  }
  for (const [i, lock] of use.interlocks.entries())
    for (const [j, d] of lock.doors.entries())
      if (!doors.has(d)) add(at('interlocks', i, 'doors', j), 'unknown-door', { door: d })
  once(use.controllers, 'controllers')
  const controlled = new Set<string>()
  for (const [i, c] of use.controllers.entries())
    for (const [j, d] of c.doors.entries()) {
      const path = at('controllers', i, 'doors', j)
      if (!doors.has(d)) add(path, 'unknown-door', { door: d })
      if (controlled.has(d)) add(path, 'duplicate-id', { id: d })
      controlled.add(d)
    }
  for (const [i, l] of use.levels.entries()) {
    for (const [j, g] of l.groups.entries())
      if (!groups.has(g)) add(at('levels', i, 'groups', j), 'unknown-door-group', { group: g })
    if (l.schedule !== undefined && !known.schedules.has(l.schedule))
      add(at('levels', i, 'schedule'), 'unknown-schedule', { schedule: l.schedule })
  }
  const made = use.doors.map((d): SiteDoor => {
    const inGroups = known.groups.filter(g => g.doors.includes(d.id))
    return {
      ...d,
      name: equipment.get(d.id)?.name ?? named(d.id, undefined),
      space: equipment.get(d.id)?.space ?? null,
      groups: inGroups.map(g => g.id),
      escort: inGroups.some(g => g.escort),
      interlock: use.interlocks.find(lock => lock.doors.includes(d.id))?.id ?? null,
      twoPersons: d.twoPersons ?? null,
      certificate: d.certificate ?? null,
      fire: d.fire ?? null,
    }
  })
  for (const trap of traps(made, use.interlocks)) {
    const i = use.doors.findIndex(d => d.id === trap.where || d.area === trap.where)
    add(at('doors', Math.max(0, i)), trap.code, { where: trap.where })
  }
  return {
    ...roomsOf(use),
    areas: new Map(
      use.areas.map(a => [a.id, { ...a, name: named(a.id, a.name), capacity: a.capacity ?? null }] as const),
    ),
    doors: new Map(made.map(d => [d.id, d])),
    interlocks: use.interlocks,
    levels: new Map(
      use.levels.map(({ id, name, groups: of, schedule, always }) => [
        id,
        {
          ...{ id, name: named(id, name), groups: of, always },
          schedule: schedule === undefined ? null : (known.schedules.get(schedule) ?? null),
        },
      ]),
    ),
    threatLevel: use.threatLevel,
    keepDays: use.keepDays,
    visitorPhotoDays: use.visitorPhotoDays,
    travelS: use.travelS,
    controllers: use.controllers.map(c => ({ ...c, name: named(c.id, c.name) })),
    version: createHash('sha256')
      .update(JSON.stringify([use, known.groups]))
      .digest('hex')
      .slice(0, 8),
  }
}
