import { type Decision, decide } from '../../rules/access/decide.ts'
import { isGrant } from '../../rules/access/outcome.ts'
import { checkPass } from '../../rules/access/pass.ts'
import type { PinRead, Reading } from '../../rules/access/policy.ts'
import { PIN_TRIES, PIN_WINDOW_MS, SPRAY_TRIES, SPRAY_WINDOW_MS, travelBetween } from '../../rules/access/suspect.ts'
import { readWiegand } from '../../rules/access/wiegand.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credential } from '../records/credentials.ts'
import type { Person } from '../records/people.ts'
import { passwordFits } from '../records/secrets.ts'
import type { Site } from '../site/site.ts'
import { plainPlate, plainUid } from './enrol.ts'
import type { SiteDoor } from './schema.ts'
import type { AccessDeps, AccessState } from './state.ts'

/** What a reader, a gate or a guard sends: one of these. */
export interface Shown {
  readonly bits?: string | undefined
  readonly uid?: string | undefined
  readonly plate?: string | undefined
  readonly code?: string | undefined
  readonly pin?: string | undefined
  /** Of a door controller, which knows the card by a key of its own. */
  readonly credential?: string | undefined
  /** The reader's own number of this message: the same one twice is not heard twice. */
  readonly message?: string | undefined
}
export interface ReadAnswer {
  readonly decision: Decision
  readonly event: number
  readonly person: Person | null
  readonly credential: Credential | null
}

/** Where it was just before, if nobody can have come from there. */
export function elsewhere(records: AccessRecords, site: Site, door: SiteDoor, credential: Credential, now: number) {
  const last = records.lastOf(credential.id)
  const other = last && site.access.doors.get(last.door)
  if (!last || !other || other.id === door.id || last.at > now) return null
  const needs = travelBetween(door, other, site.access.travelS)
  const seconds = Math.floor((now - last.at) / 1000)
  return seconds < needs ? { door: other.id, seconds, needs } : null
}

/** One reading after the other: what was shown, by whom, decided, stored, answered. */
export function accessReader(deps: AccessDeps, state: AccessState) {
  const { clock, trail, people, credentials, records, memory, keys } = deps

  /** Which credential was shown, or what is wrong with what was read. */
  function find(shown: Shown, door: string, now: number): Credential | Exclude<Reading, { kind: 'known' }> {
    const known = (kind: string, value: string) =>
      credentials.ofLookup(keys.lookup(kind, value)) ?? { kind: 'unknown' as const }
    if (shown.message !== undefined && !memory.codes.first(`message ${door} ${shown.message}`))
      return { kind: 'bad', why: 'repeated' }
    if (shown.credential !== undefined) {
      // A controller names any of the records of a card: it means the one that is held, as a reader of ours does.
      const lookup = credentials.lookupOf(shown.credential)
      return (lookup === null ? credentials.get(shown.credential) : credentials.ofLookup(lookup)) ?? { kind: 'unknown' }
    }
    if (shown.bits !== undefined) {
      const read = readWiegand(shown.bits)
      return read.ok ? known('bits', shown.bits) : { kind: 'bad', why: read.why }
    }
    if (shown.uid !== undefined) return known('uid', plainUid(shown.uid))
    if (shown.plate !== undefined) return known('plate', plainPlate(shown.plate))
    if (shown.code !== undefined) {
      const { passFits: bySite, holderFits: byHolder, hash8 } = keys
      const read = checkPass(shown.code.trim(), { bySite, byHolder, hash8, seen: memory.codes, reader: door, now })
      if (!read.ok) return { kind: 'bad', why: read.why }
      return credentials.ofPass(read.read.pass.passNo) ?? { kind: 'unknown' }
    }
    return shown.pin === undefined ? { kind: 'unknown' } : known('pin', shown.pin)
  }

  async function pinOf(
    person: Person,
    c: Credential,
    pin: string | undefined,
    door: string,
    now: number,
  ): Promise<PinRead> {
    if (pin === undefined) return 'none'
    // One who tries many cards with one PIN each stays below the limit of every holder.
    if (records.wrongPinsAt(door, now - SPRAY_WINDOW_MS) >= SPRAY_TRIES) return 'locked'
    if (c.class === 'pin') return 'none'
    if (records.wrongPins(person.id, now - PIN_WINDOW_MS) >= PIN_TRIES) return 'locked'
    const hash = people.pinHash(person.id)
    if (hash === null) return 'wrong'
    if (await passwordFits(pin, hash)) return 'right'
    // The right one with its last digit one higher.
    const last = Number(pin.slice(-1))
    return (await passwordFits(pin.slice(0, -1) + String((last + 9) % 10), hash)) ? 'duress' : 'wrong'
  }

  /** What has to be remembered of it at the door. Inside the change that stores it. */
  function remember(
    site: Site,
    door: SiteDoor,
    { outcome }: Decision,
    direction: 'in' | 'out',
    person: Person,
    credential: Credential,
    event: number,
    now: number,
  ): void {
    const mayBring = door.escort && (person.kind === 'staff' || person.kind === 'tenant') && isGrant(outcome)
    if (outcome === 'pending-second-person' || (mayBring && direction === 'in')) {
      const waiting = { person: person.id, credential: credential.id, roles: person.roles, at: now, escort: mayBring }
      memory.put(door.id, { waiting })
    } else if (isGrant(outcome) && !door.escort && memory.waiting(door.id)) memory.put(door.id, { waiting: null })
    if (outcome === 'granted-first-in') memory.put(door.id, { armed: state.wall(site, now).day })
    if (isGrant(outcome) || outcome === 'open') {
      const area = direction === 'in' ? door.area : door.from
      memory.put(door.id, { pending: { person: person.id, area, event, at: now } })
    }
  }

  /** Somebody shows something at a door: decided, stored, and then answered. */
  async function read(doorId: string, direction: 'in' | 'out', shown: Shown, actor: Actor): Promise<ReadAnswer> {
    state.doorOf(doorId)
    const found = find(shown, doorId, clock.now())
    const first = 'kind' in found ? null : found
    const typed = first && (await pinOf(people.one(first.person), first, shown.pin, doorId, clock.now()))
    // What changed while the PIN was checked counts: a card that was revoked meanwhile opens nothing.
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const door = state.doorOf(doorId)
    const now = clock.now()
    const credential = first && credentials.one(first.id)
    const person = credential && people.one(credential.person)
    const reading: Reading =
      credential && person
        ? {
            kind: 'known',
            credential: state.heldOf(site, credential),
            holder: state.holderOf(person, credential),
            pin: typed ?? 'none',
          }
        : (found as Reading)
    const from = credential && elsewhere(records, site, door, credential, now)
    const decision = decide({ door: doorId, direction, reading, at: now }, state.snapshotOf(site, door, now, from))
    const byPin = shown.pin !== undefined && decision.outcome === 'denied-unknown'
    const told: Decision = byPin ? { ...decision, facts: { ...decision.facts, by: 'pin' } } : decision
    const about = { at: now, door: doorId, direction, credential: credential?.id ?? null, person: person?.id ?? null }
    try {
      const event = trail.change(actor, note => {
        const seq = records.addEvent(note, about, told)
        memory.keepCodes()
        if (person && credential) remember(site, door, told, direction, person, credential, seq, now)
        return seq
      })
      return { decision: told, event, person, credential }
    } catch (error) {
      memory.reload()
      throw error
    }
  }
  return { read, find }
}
