import type { PointId, Sample } from '../../drivers/point.ts'
import { holdsAt, type Layer } from '../../rules/access/doormode.ts'
import { clockSafe, type HeldCredential, type Holder, type Snapshot } from '../../rules/access/policy.ts'
import { type LocalTime, localClock } from '../../rules/schedule.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credential, Credentials } from '../records/credentials.ts'
import type { DoorMemory } from '../records/doormemory.ts'
import type { People, Person, Works } from '../records/people.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import type { AccessKeys } from './keys.ts'
import type { SiteDoor } from './schema.ts'
import { asksAt, asksNow, grantsOf, holidayNow, withinNow } from './words.ts'

export interface AccessDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly bus: Bus<Events>
  readonly people: People
  readonly credentials: Credentials
  readonly records: AccessRecords
  readonly memory: DoorMemory
  readonly keys: AccessKeys
  readonly site: () => Site | null
  readonly get: (point: PointId) => Sample | undefined
  /** Since when the fire linkage holds a door released; null: it does not. */
  readonly fireHeld?: (door: string) => number | null
  /** The work of a decoration site was stopped: its passes open nothing until it goes on. */
  readonly worksStopped?: (works: Works) => boolean
  /** What the controller of a door says of it by MQTT; null: nothing now. */
  readonly byController?: (door: string, key: DoorWord) => boolean | null
  /** Tells the alarms of the plant; null while there is none. */
  readonly tell?: (samples: readonly Sample[]) => void
  readonly failed: (error: unknown) => void
}
export const doorWords = [
  ...(['open', 'bolted', 'unlocked', 'exit-button', 'tamper', 'reader', 'lockdown', 'fire'] as const),
  ...(['reader-downgrade', 'reader-changed', 'reader-install'] as const),
] as const
export type DoorWord = (typeof doorWords)[number]
const FIRE: Layer = { mode: 'fire-release', since: 0, until: null, level: null, by: null, reason: 'linkage' }
export type AccessState = ReturnType<typeof accessState>

/** How things stand at the doors of a site, put together for the one rule that decides. Reads; changes nothing. */
export function accessState(deps: AccessDeps) {
  const { people, records, memory } = deps
  let latest = records.state('latest')

  const doorOf = (id: string): SiteDoor => deps.site()?.access.doors.get(id) ?? fail('not-found', { what: id })
  const bool = (point: string): boolean | null => {
    const sample = deps.get(point as PointId)
    return sample?.quality === 'good' && typeof sample.value === 'boolean' ? sample.value : null
  }
  /** Of a door, by a point of its device or else by its controller. */
  const says = (door: string, key: DoorWord): boolean | null =>
    bool(`${door}/${key}`) ?? deps.byController?.(door, key) ?? null
  const safe = (now: number) => clockSafe(now, latest)
  const version = (site: Site) => `${site.access.version}.${records.state('version') ?? 0}`
  const local = new Map<string, ReturnType<typeof localClock>>()
  const wall = (site: Site, at: number) => {
    const had = local.get(site.timezone)
    if (had) return had(at)
    const made = localClock(site.timezone)
    local.set(site.timezone, made)
    return made(at)
  }

  /** What the door's groups ask of credentials now; of several the strictest. */
  const asks = (site: Site, door: SiteDoor, at: number) => asksNow(site, door.id, wall(site, at))

  /** All that wants something of a door at a moment: people, fire, the exit button, its own lockdown, its schedule. */
  function layersOf(site: Site, door: SiteDoor, at: number): Layer[] {
    const layers: Layer[] = records.layers().filter(l => l.door === door.id && holdsAt(l, at, deps.clock.now()))
    const found = (mode: Layer['mode'], reason: string, level: number | null = null) =>
      layers.push({ mode, since: at, until: null, level, by: null, reason })
    if (door.fire !== null && bool(door.fire)) found('fire-release', door.fire)
    if (deps.byController?.(door.id, 'fire')) found('fire-release', 'controller')
    // The panel may be normal again: until a person has said so as well, nothing shuts it.
    const held = door.fireRelease ? (deps.fireHeld?.(door.id) ?? null) : null
    if (held !== null) layers.push({ ...FIRE, since: held })
    if (says(door.id, 'exit-button')) found('local-egress', `${door.id}/exit-button`)
    // Set at the door's controller by somebody else than us: nobody comes in by card.
    if (bool(`${door.id}/lockdown`)) found('lockdown', `${door.id}/lockdown`)
    const asked = asks(site, door, at)
    if (asked === 'unlocked' && (door.firstIn.length === 0 || memory.armed(door.id) === wall(site, at).day))
      found('scheduled-unlock', 'schedule')
    if (asked === 'locked') found('scheduled-lock', 'schedule')
    return layers
  }

  function snapshotOf(site: Site, door: SiteDoor, at: number, elsewhere: Snapshot['elsewhere'] = null): Snapshot {
    const area = site.access.areas.get(door.area) ?? null
    const time = wall(site, at)
    const inside = area === null ? new Set<string>() : records.inArea(area.id)
    const lock = site.access.interlocks.find(l => l.id === door.interlock)
    return {
      policyVersion: version(site),
      door,
      area,
      layers: layersOf(site, door, at),
      asks: asks(site, door, at),
      within: schedule => withinNow(site, schedule, time),
      holiday: holidayNow(site, time),
      threatLevel: site.access.threatLevel,
      inside: inside.size,
      supervisorsInside:
        area === null || area.supervisors.length === 0
          ? 0
          : [...inside].filter(p => people.get(p)?.roles.some(role => area.supervisors.includes(role))).length,
      othersOpen: (lock?.doors ?? []).filter(id => id !== door.id && (says(id, 'open') || memory.pending(id) !== null)),
      waiting: memory.waiting(door.id),
      clockSafe: safe(at),
      latest: latest ?? at,
      armed: memory.armed(door.id) === time.day,
      elsewhere,
    }
  }

  function heldOf(site: Site, c: Credential): HeldCredential {
    const works = c.works === null ? undefined : people.works(c.works)
    return {
      id: c.id,
      class: c.class,
      phase: c.phase,
      validFrom: c.validFrom,
      validTo: c.validTo,
      grants: grantsOf(site, c.levels),
      siteClosed: works !== undefined && (works.closedAt !== null || deps.worksStopped?.(works) === true),
      permitTo: works?.permitTo ?? null,
    }
  }
  function holderOf(person: Person, c: Credential): Holder {
    const at = records.where(person.id)
    const blocked = person.company !== null && people.company(person.company)?.blocked
    return {
      id: person.id,
      kind: person.kind,
      status: blocked ? 'suspended' : person.status,
      level: person.level,
      roles: person.roles,
      area: at.area,
      enteredAt: at.entered,
      forgivenUntil: at.forgivenUntil,
      certificates: person.certificates,
      duplicateAtGate: c.duplicate === 'gate',
    }
  }

  return {
    doorOf,
    bool,
    says,
    safe,
    version,
    wall,
    asksAt: (site: Site, door: SiteDoor, time: LocalTime) => asksAt(site, door.id, time),
    layersOf,
    snapshotOf,
    heldOf,
    holderOf,
    latest: () => latest,
    /** The clock could be believed at this moment: what has ended by then stays ended. */
    believed(at: number): void {
      records.setLatest(at)
      latest = at
    },
  }
}
