import type { PointId, Sample } from '../drivers/point.ts'
import { isOver, type Layer } from '../rules/access/doormode.ts'
import type { HeldCredential, Holder, Snapshot } from '../rules/access/policy.ts'
import { dayTypeOf, type LocalTime, localClock, minutesOf, type Schedule, within } from '../rules/schedule.ts'
import type { SiteDoor } from './accessschema.ts'
import type { AccessRecords } from './records/access.ts'
import type { Credential } from './records/credentials.ts'
import type { People, Person } from './records/people.ts'
import type { Site } from './site.ts'

interface Given {
  readonly people: People
  readonly records: AccessRecords
  readonly get: (point: PointId) => Sample | undefined
  /** Whether the clock can be believed at a moment, and the latest that was recorded. */
  readonly safe: (at: number) => boolean
  readonly latest: () => number | null
  readonly armed: ReadonlyMap<string, number>
  readonly waiting: ReadonlyMap<string, NonNullable<Snapshot['waiting']>>
  /** Doors that are released for somebody who has not come through yet. */
  readonly pending: ReadonlyMap<string, unknown>
}
type Asks = Snapshot['asks']

/** What a site says of a door, put together once for as long as the site is the same. */
interface DoorWords {
  readonly groups: readonly {
    readonly spans: readonly { readonly schedule: Schedule; readonly mode: Asks }[]
    readonly otherwise: Asks
  }[]
  readonly others: readonly { readonly id: string; readonly open: PointId }[]
  readonly exit: PointId
  readonly lockdown: PointId
  /** What it asks changes with the minute only. */
  asked: { readonly time: LocalTime; readonly asks: Asks } | null
}
/** What the calendar says of one minute: asked for by each card of it. */
interface Minute {
  readonly time: LocalTime
  readonly holiday: boolean
  readonly on: Map<Schedule, boolean>
}
const order = ['unlocked', 'card', 'card-pin', 'locked'] as const

/** How things stand at a door: the words of the site, the records of people and what the door itself says, for `decide`. */
export function accessStanding({ people, records, get, safe, latest, armed, waiting, pending }: Given) {
  const bool = (point: string): boolean | null => {
    const sample = get(point as PointId)
    return sample?.quality === 'good' && typeof sample.value === 'boolean' ? sample.value : null
  }
  const local = new Map<string, ReturnType<typeof localClock>>()
  const wall = (site: Site, at: number): LocalTime => {
    const had = local.get(site.timezone)
    if (had) return had(at)
    const made = localClock(site.timezone)
    local.set(site.timezone, made)
    return made(at)
  }
  const version = (site: Site) => `${site.access.version}.${records.state('version') ?? 0}`

  const ofSite = new WeakMap<Site, Map<string, DoorWords>>()
  function wordsOf(site: Site, door: SiteDoor): DoorWords {
    const doors = ofSite.get(site) ?? new Map<string, DoorWords>()
    ofSite.set(site, doors)
    const had = doors.get(door.id)
    if (had) return had
    const groups = site.doorGroups.filter(group => group.doors.includes(door.id))
    const lock = site.access.interlocks.find(l => l.id === door.interlock)
    const made: DoorWords = {
      groups: groups.map(({ id, name, schedules, otherwise }) => ({
        spans: schedules.map(({ days, from, to, mode }) => ({
          schedule: { id, name, spans: [{ days, from: minutesOf(from), to: minutesOf(to) }] },
          mode,
        })),
        otherwise,
      })),
      others: (lock?.doors ?? []).filter(id => id !== door.id).map(id => ({ id, open: `${id}/open` as PointId })),
      exit: `${door.id}/exit-button` as PointId,
      lockdown: `${door.id}/lockdown` as PointId,
      asked: null,
    }
    doors.set(door.id, made)
    return made
  }

  const minutes = new WeakMap<Site, Minute>()
  function minuteOf(site: Site, time: LocalTime): Minute {
    const had = minutes.get(site)
    if (had?.time === time) return had
    const made = { time, holiday: dayTypeOf(time.day, site.calendar) === 'holiday', on: new Map<Schedule, boolean>() }
    minutes.set(site, made)
    return made
  }
  function withinNow(site: Site, schedule: Schedule, { time, on }: Minute): boolean {
    const had = on.get(schedule)
    if (had !== undefined) return had
    const made = within(schedule, site.calendar, time)
    on.set(schedule, made)
    return made
  }

  /** What the door's groups ask of credentials now; of several the strictest. */
  function asks(site: Site, words: DoorWords, time: LocalTime): Asks {
    if (words.asked?.time === time) return words.asked.asks
    let most = -1
    for (const { spans, otherwise } of words.groups) {
      const on = spans.find(({ schedule }) => within(schedule, site.calendar, time))
      most = Math.max(most, order.indexOf(on?.mode ?? otherwise))
    }
    const made = most < 0 ? 'card' : order[most]!
    words.asked = { time, asks: made }
    return made
  }

  /** All that wants something of a door at a moment: people, fire, the exit button, its own lockdown, its schedule. */
  function layersOf(site: Site, door: SiteDoor, at: number): Layer[] {
    const words = wordsOf(site, door)
    const layers: Layer[] = []
    for (const l of records.layers()) if (l.door === door.id && !isOver(l, at) && l.since <= at) layers.push(l)
    const found = (mode: Layer['mode'], reason: string, level: number | null = null) =>
      layers.push({ mode, since: at, until: null, level, by: null, reason })
    if (door.fire !== null && bool(door.fire)) found('fire-release', door.fire)
    if (bool(words.exit)) found('local-egress', words.exit)
    // Set at the door's controller by somebody else than us: nobody comes in by card.
    if (bool(words.lockdown)) found('lockdown', words.lockdown)
    const time = wall(site, at)
    const asked = asks(site, words, time)
    if (asked === 'unlocked' && (door.firstIn.length === 0 || armed.get(door.id) === time.day))
      found('scheduled-unlock', 'schedule')
    if (asked === 'locked') found('scheduled-lock', 'schedule')
    return layers
  }

  function snapshotOf(site: Site, door: SiteDoor, at: number): Snapshot {
    const words = wordsOf(site, door)
    const area = site.access.areas.get(door.area) ?? null
    const time = wall(site, at)
    const minute = minuteOf(site, time)
    const inside = area === null ? null : records.inArea(area.id)
    let supervisorsInside = 0
    if (area !== null && area.supervisors.length > 0)
      for (const person of inside!)
        if (people.get(person)?.roles.some(role => area.supervisors.includes(role))) supervisorsInside++
    return {
      policyVersion: version(site),
      door,
      area,
      layers: layersOf(site, door, at),
      asks: asks(site, words, time),
      within: schedule => withinNow(site, schedule, minute),
      holiday: minute.holiday,
      threatLevel: site.access.threatLevel,
      inside: inside?.size ?? 0,
      supervisorsInside,
      othersOpen: words.others.filter(({ id, open }) => bool(open) || pending.has(id)).map(({ id }) => id),
      waiting: waiting.get(door.id) ?? null,
      clockSafe: safe(at),
      latest: latest() ?? at,
      armed: armed.get(door.id) === time.day,
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
      grants: c.levels.flatMap(id => {
        const level = site.access.levels.get(id)
        return (level?.groups ?? []).map(group => ({ group, schedule: level!.schedule, always: level!.always }))
      }),
      siteClosed: works !== undefined && works.closedAt !== null,
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
  return { bool, wall, layersOf, snapshotOf, heldOf, holderOf }
}
