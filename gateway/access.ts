import type { Readings } from '../drivers/batch.ts'
import type { PointId, Sample } from '../drivers/point.ts'
import { type Decision, decide } from '../rules/access/decide.ts'
import { inward, isOver, type Layer, layerFor, modeOf, type SettableMode, settable } from '../rules/access/doormode.ts'
import { CLOSED, type DoorWatch, watchDoor } from '../rules/access/doorwatch.ts'
import { isGrant } from '../rules/access/outcome.ts'
import { checkPass, createSeen, dynamicCode, makePass, STEP_MS, staticCode, stepAt } from '../rules/access/pass.ts'
import {
  clockSafe,
  type HeldCredential,
  type Holder,
  type PinRead,
  type Reading,
  type Snapshot,
} from '../rules/access/policy.ts'
import { readWiegand } from '../rules/access/wiegand.ts'
import { dayTypeOf, localClock, minutesOf, within } from '../rules/schedule.ts'
import { plainPlate, plainUid } from './accessenrol.ts'
import type { AccessKeys } from './accesskeys.ts'
import type { SiteDoor } from './accessschema.ts'
import type { Bus } from './core/bus.ts'
import type { Clock } from './core/clock.ts'
import { fail } from './core/errors.ts'
import { type Actor, type Events, GATEWAY } from './core/events.ts'
import type { AccessRecords, StoredLayer } from './records/access.ts'
import type { Credential, Credentials } from './records/credentials.ts'
import type { People, Person } from './records/people.ts'
import { hashSecret, passwordFits } from './records/secrets.ts'
import type { Trail } from './records/trail.ts'
import type { Site } from './site.ts'

/** What a reader, a gate or a guard sends: one of these. */
export interface Shown {
  readonly bits?: string | undefined
  readonly uid?: string | undefined
  readonly plate?: string | undefined
  readonly code?: string | undefined
  readonly pin?: string | undefined
}
export interface AccessDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly bus: Bus<Events>
  readonly people: People
  readonly credentials: Credentials
  readonly records: AccessRecords
  readonly keys: AccessKeys
  readonly site: () => Site | null
  readonly get: (point: PointId) => Sample | undefined
  readonly failed: (error: unknown) => void
}
export type Doors = ReturnType<typeof openAccess>

/** How long after a grant the door may be opened for it. */
const TAKE_MS = 10_000
const PIN_TRIES = 5
const PIN_WINDOW_MS = 15 * 60_000
const LATEST_EVERY_MS = 60_000
const isContact = (id: PointId): boolean => id.endsWith('/open')

/**
 * Who may pass which door: the records of people, the words of the site and what the doors themselves say, put together
 * for the one rule that decides. What is decided, what is set and where people are is on the disk before it is answered.
 */
export function openAccess(deps: AccessDeps) {
  const { clock, trail, bus, people, credentials, records, keys } = deps
  const seen = createSeen()
  let latest = records.state('latest')
  const watches = new Map<string, DoorWatch>()
  const pending = new Map<
    string,
    { readonly person: string; readonly area: string; readonly event: number; readonly at: number }
  >()
  const waiting = new Map<string, NonNullable<Snapshot['waiting']>>()
  /** Doors whose first authorised person has come, and on what day. */
  const armed = new Map<string, number>()
  let released = false

  const doorOf = (id: string): SiteDoor => deps.site()?.access.doors.get(id) ?? fail('not-found', { what: id })
  const bool = (point: string): boolean | null => {
    const sample = deps.get(point as PointId)
    return sample?.quality === 'good' && typeof sample.value === 'boolean' ? sample.value : null
  }
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
  function asks(site: Site, door: SiteDoor, at: number): Snapshot['asks'] {
    const order = ['unlocked', 'card', 'card-pin', 'locked'] as const
    let most = -1
    for (const group of site.doorGroups) {
      if (!group.doors.includes(door.id)) continue
      const time = wall(site, at)
      const on = group.schedules.find(({ days, from, to }) =>
        within(
          { id: group.id, name: group.name, spans: [{ days, from: minutesOf(from), to: minutesOf(to) }] },
          site.calendar,
          time,
        ),
      )
      most = Math.max(most, order.indexOf(on?.mode ?? group.otherwise))
    }
    return most < 0 ? 'card' : order[most]!
  }

  /** All that wants something of a door at a moment: people, fire, the exit button, its own lockdown, its schedule. */
  function layersOf(site: Site, door: SiteDoor, at: number): Layer[] {
    const layers: Layer[] = records.layers().filter(l => l.door === door.id && !isOver(l, at) && l.since <= at)
    const found = (mode: Layer['mode'], reason: string, level: number | null = null) =>
      layers.push({ mode, since: at, until: null, level, by: null, reason })
    if (door.fire !== null && bool(door.fire)) found('fire-release', door.fire)
    if (bool(`${door.id}/exit-button`)) found('local-egress', `${door.id}/exit-button`)
    // Set at the door's controller by somebody else than us: nobody comes in by card.
    if (bool(`${door.id}/lockdown`)) found('lockdown', `${door.id}/lockdown`)
    const asked = asks(site, door, at)
    if (asked === 'unlocked' && (door.firstIn.length === 0 || armed.get(door.id) === wall(site, at).day))
      found('scheduled-unlock', 'schedule')
    if (asked === 'locked') found('scheduled-lock', 'schedule')
    return layers
  }

  function snapshotOf(site: Site, door: SiteDoor, at: number): Snapshot {
    const area = site.access.areas.get(door.area) ?? null
    const time = wall(site, at)
    const inside = area === null ? [] : records.inside().filter(p => p.area === area.id)
    const lock = site.access.interlocks.find(l => l.id === door.interlock)
    return {
      policyVersion: version(site),
      door,
      area,
      layers: layersOf(site, door, at),
      asks: asks(site, door, at),
      within: schedule => within(schedule, site.calendar, time),
      holiday: dayTypeOf(time.day, site.calendar) === 'holiday',
      threatLevel: site.access.threatLevel,
      inside: inside.length,
      supervisorsInside:
        area === null || area.supervisors.length === 0
          ? 0
          : inside.filter(p => people.get(p.person)?.roles.some(role => area.supervisors.includes(role))).length,
      othersOpen: (lock?.doors ?? []).filter(id => id !== door.id && (bool(`${id}/open`) || pending.has(id))),
      waiting: waiting.get(door.id) ?? null,
      clockSafe: safe(at),
      latest: latest ?? at,
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

  /** Which credential was shown, or what is wrong with what was read. */
  function find(shown: Shown, door: string, now: number): Credential | Exclude<Reading, { kind: 'known' }> {
    const known = (kind: string, value: string) =>
      credentials.ofLookup(keys.lookup(kind, value)) ?? { kind: 'unknown' as const }
    if (shown.bits !== undefined) {
      const read = readWiegand(shown.bits)
      return read.ok ? known('bits', shown.bits) : { kind: 'bad', why: read.why }
    }
    if (shown.uid !== undefined) return known('uid', plainUid(shown.uid))
    if (shown.plate !== undefined) return known('plate', plainPlate(shown.plate))
    if (shown.code !== undefined) {
      const { passFits: bySite, holderFits: byHolder, hash8 } = keys
      const read = checkPass(shown.code.trim(), { bySite, byHolder, hash8, seen, reader: door, now })
      if (!read.ok) return { kind: 'bad', why: read.why }
      return credentials.ofPass(read.read.pass.passNo) ?? { kind: 'unknown' }
    }
    return shown.pin === undefined ? { kind: 'unknown' } : known('pin', shown.pin)
  }

  async function pinOf(person: Person, c: Credential, pin: string | undefined, now: number): Promise<PinRead> {
    if (pin === undefined || c.class === 'pin') return 'none'
    if (records.wrongPins(person.id, now - PIN_WINDOW_MS) >= PIN_TRIES) return 'locked'
    const hash = people.pinHash(person.id)
    if (hash === null) return 'wrong'
    if (await passwordFits(pin, hash)) return 'right'
    // The right one with its last digit one higher.
    const last = Number(pin.slice(-1))
    return (await passwordFits(pin.slice(0, -1) + String((last + 9) % 10), hash)) ? 'duress' : 'wrong'
  }

  /** Somebody shows something at a door: decided, stored, and then answered. */
  async function read(
    doorId: string,
    direction: 'in' | 'out',
    shown: Shown,
    actor: Actor,
  ): Promise<{
    readonly decision: Decision
    readonly event: number
    readonly person: Person | null
    readonly credential: Credential | null
  }> {
    const door = doorOf(doorId)
    const found = find(shown, doorId, clock.now())
    const first = 'kind' in found ? null : found
    const typed = first && (await pinOf(people.one(first.person), first, shown.pin, clock.now()))
    // What changed while the PIN was checked counts: a card that was revoked meanwhile opens nothing.
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const now = clock.now()
    const credential = first && credentials.one(first.id)
    const person = credential && people.one(credential.person)
    const reading: Reading =
      credential && person
        ? {
            kind: 'known',
            credential: heldOf(site, credential),
            holder: holderOf(person, credential),
            pin: typed ?? 'none',
          }
        : (found as Reading)
    const decision = decide({ door: doorId, direction, reading, at: now }, snapshotOf(site, door, now))
    const about = { at: now, door: doorId, direction, credential: credential?.id ?? null, person: person?.id ?? null }
    const event = trail.change(actor, note => records.addEvent(note, about, decision))
    after(site, door, decision, direction, person, credential, event, now)
    return { decision, event, person, credential }
  }

  function after(
    site: Site,
    door: SiteDoor,
    decision: Decision,
    direction: 'in' | 'out',
    person: Person | null,
    credential: Credential | null,
    event: number,
    now: number,
  ): void {
    if (!person || !credential) return
    const { outcome } = decision
    const mayBring = door.escort && (person.kind === 'staff' || person.kind === 'tenant') && isGrant(outcome)
    if (outcome === 'pending-second-person' || (mayBring && direction === 'in'))
      waiting.set(door.id, {
        person: person.id,
        credential: credential.id,
        roles: person.roles,
        at: now,
        escort: mayBring,
      })
    else if (isGrant(outcome) && !door.escort) waiting.delete(door.id)
    if (outcome === 'granted-first-in') armed.set(door.id, wall(site, now).day)
    const passes = isGrant(outcome) || outcome === 'open'
    if (passes)
      pending.set(door.id, { person: person.id, area: direction === 'in' ? door.area : door.from, event, at: now })
  }

  const view = (site: Site, door: SiteDoor, now: number) => {
    const layers = layersOf(site, door, now)
    const mode = modeOf(layers, now)
    const lockdownSince = deps.get(`${door.id}/lockdown` as PointId)?.seen
    return {
      door,
      mode: mode.by === null && mode.mode === 'lockdown' ? { ...mode, since: lockdownSince ?? now } : mode,
      layers,
    }
  }

  /** Each door that is decided at, with the mode that counts and all that lie beneath it. */
  function doors() {
    const site = deps.site()
    const now = clock.now()
    return site
      ? [...site.access.doors.values()].map(door => ({
          ...view(site, door, now),
          watch: watches.get(door.id) ?? CLOSED,
        }))
      : []
  }

  /** @throws mode-too-long, mode-fire, mode-level */
  function setMode(
    doorId: string,
    mode: SettableMode,
    minutes: number | null,
    level: number | null,
    reason: string,
    actor: Actor,
  ): StoredLayer {
    const door = doorOf(doorId)
    const site = deps.site()!
    const now = clock.now()
    const made = layerFor({ mode, minutes, level, by: actor.name, reason }, layersOf(site, door, now), now)
    if ('refused' in made) {
      // That somebody wanted to shut what a fire has opened is worth a line of its own.
      if (made.refused === 'mode-fire')
        trail.change(actor, note => note('door', doorId, 'mode-refused', { mode, reason }))
      return fail(made.refused, { most: settable[mode].mostMin })
    }
    return guarded(() =>
      trail.change(actor, note => {
        for (const old of records.layers())
          if (old.door === doorId && old.mode === mode) records.endLayer(note, old, 'ended', reason)
        return records.addLayer(note, doorId, made, now)
      }),
    )
  }
  function endMode(doorId: string, id: string, reason: string, actor: Actor): void {
    const layer = records.layers().find(l => l.id === id && l.door === doorId) ?? fail('not-found', { what: id })
    guarded(() => trail.change(actor, note => records.endLayer(note, layer, 'ended', reason)))
  }
  /** What is kept at hand is what is on the disk, also when the disk did not take it. */
  function guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      records.reload()
      throw error
    }
  }

  /** As if somebody showed each of his credentials at a door at some time, with the right PIN and whoever else it needs. */
  function explain(personId: string, doorId: string, at: number) {
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const door = doorOf(doorId)
    const person = people.one(personId)
    const snapshot = snapshotOf(site, door, at)
    return credentials.ofPerson(personId).map(c => ({
      credential: c,
      decision: decide(
        {
          ...{ door: doorId, direction: 'in' as const, at },
          reading: {
            kind: 'known',
            credential: heldOf(site, c),
            holder: holderOf(person, c),
            pin: person.hasPin ? 'right' : 'none',
          },
        },
        snapshot,
      ),
    }))
  }

  /** Who could open a door at some time: by his right alone, whatever doors and people happen to do then. */
  function holders(doorId: string, at: number) {
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const door = doorOf(doorId)
    const real = snapshotOf(site, door, at)
    const snapshot = { ...real, othersOpen: [], inside: 0, supervisorsInside: 1, waiting: null }
    const found: { readonly person: Person; readonly credential: Credential; readonly decision: Decision }[] = []
    for (const c of credentials.active()) {
      const person = people.one(c.person)
      const pin = person.hasPin ? 'right' : 'none'
      // Where somebody is now says nothing of then.
      const holder = { ...holderOf(person, c), area: null, enteredAt: {} }
      const decision = decide(
        { door: doorId, direction: 'in', at, reading: { kind: 'known', credential: heldOf(site, c), holder, pin } },
        snapshot,
      )
      if (!decision.outcome.startsWith('denied')) found.push({ person, credential: c, decision })
    }
    return { mode: modeOf(real.layers, at), found }
  }

  /** What a pass shows as a QR code. A dynamic one is another every 30 s. Null: it is no pass. */
  function codeOf(c: Credential): { readonly code: string; readonly until: number | null } | null {
    if (c.class !== 'qr-static' && c.class !== 'qr-dynamic') return null
    const now = clock.now()
    const sealed = credentials.sealed(c.id)
    const secret = sealed === null ? null : keys.unseal(sealed, c.id)
    const holder = c.class === 'qr-dynamic' && secret !== null ? keys.holderOf(secret) : null
    const pass = makePass(
      {
        ...{ siteKey: keys.passKeyId, passNo: c.passNo, statusIndex: c.passNo % 2 ** 32, groups: 0n },
        personHash: keys.hash8(Buffer.from(c.person)),
        ...{ notBefore: Math.floor(c.validFrom / 1000), notAfter: Math.ceil(c.validTo / 1000) },
        holderHash: holder ? keys.hash8(holder.publicKey) : new Uint8Array(8),
        dynamicOnly: holder !== null,
      },
      keys.signPass,
    )
    if (!holder) return { code: staticCode(pass), until: null }
    return { code: dynamicCode(pass, holder.publicKey, now, holder.sign), until: (stepAt(now) + 1) * STEP_MS }
  }

  function look(): void {
    const site = deps.site()
    const now = clock.now()
    if (safe(now) && now - (latest ?? 0) >= LATEST_EVERY_MS) {
      records.setLatest(now)
      latest = now
    }
    for (const layer of records.layers())
      if (isOver(layer, now)) guarded(() => trail.change(GATEWAY, note => records.endLayer(note, layer, 'expired', '')))
    if (!site) return
    const fire = [...site.access.doors.values()].some(d => d.fire !== null && bool(d.fire) === true)
    if (fire && !released && records.inside().some(p => p.area !== null))
      trail.change(GATEWAY, note => records.forgetAreas(note, 'fire release'))
    released = fire
    for (const door of site.access.doors.values()) watchOne(site, door, now)
  }
  function watchOne(site: Site, door: SiteDoor, now: number): void {
    const grant = pending.get(door.id)
    const taken = grant !== undefined && now - grant.at > TAKE_MS
    if (taken) pending.delete(door.id)
    const held = inward[modeOf(layersOf(site, door, now), now).mode] === 'open'
    const input = {
      open: bool(`${door.id}/open`),
      bolted: bool(`${door.id}/bolted`),
      released: held || (grant !== undefined && !taken) || bool(`${door.id}/unlocked`) === true,
      held,
    }
    const { watch, events } = watchDoor(watches.get(door.id) ?? { ...CLOSED, since: now }, input, door, now)
    watches.set(door.id, watch)
    if (!events.includes('entered') || !grant || taken) return
    pending.delete(door.id)
    trail.change(GATEWAY, note => records.enter(note, grant.person, grant.area, door.id, grant.event, now))
  }
  const lookSafely = () => {
    try {
      look()
    } catch (error) {
      deps.failed(error)
    }
  }
  let due = false
  /** Lists of points stay the same from scan to scan: each is searched for contacts once. */
  const contacts = new WeakMap<readonly PointId[], boolean>()
  const tellsOfDoors = ({ samples, batches }: Readings) =>
    samples.some(s => isContact(s.point)) ||
    batches.some(({ points }) => {
      const known = contacts.get(points) ?? points.some(isContact)
      contacts.set(points, known)
      return known
    })
  const stops = [
    clock.every(1000, lookSafely),
    bus.on('readings', readings => {
      if (due || !tellsOfDoors(readings)) return
      due = true
      queueMicrotask(() => {
        due = false
        lookSafely()
      })
    }),
  ]

  return {
    read,
    find,
    heldOf,
    holderOf,
    version,
    doors,
    setMode,
    endMode,
    explain,
    holders,
    codeOf,
    ofLink: (token: string) => credentials.ofLink(hashSecret(token)),
    /** Whether the clock can be believed, and since when it could not be: for the pages. */
    clock: () => ({ safe: safe(clock.now()), latest }),
    /** A person says that the clock is right. */
    confirmClock(actor: Actor, reason: string): void {
      const now = clock.now()
      trail.change(actor, note => {
        note('access', 'clock', 'confirmed', { from: latest, to: now, reason })
        records.setLatest(now)
      })
      latest = now
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
