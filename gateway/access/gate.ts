import type { Decision } from '../../rules/access/decide.ts'
import { decideAtGate, type GateList, type GatePass, type GateStands } from '../../rules/access/gate.ts'
import { clockSafe, OUTSIDE, type Reading } from '../../rules/access/policy.ts'
import { type Scan, scanOf } from '../../rules/access/scan.ts'
import type { Role } from '../../rules/flow.ts'
import { localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credential, Credentials } from '../records/credentials.ts'
import type { GateRecords } from '../records/gate.ts'
import type { People, Person } from '../records/people.ts'
import type { Trail } from '../records/trail.ts'
import type { Visit, Visits } from '../records/visits.ts'
import type { SiteGate } from '../site/roomschema.ts'
import type { Site } from '../site/site.ts'
import type { Doors } from './access.ts'
import { type SentEntry, type TakenEntry, takeEntry } from './gateentries.ts'
import type { AccessKeys } from './keys.ts'

export interface GateDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly people: People
  readonly credentials: Credentials
  readonly accessRecords: AccessRecords
  readonly gateRecords: GateRecords
  readonly visits: Visits
  readonly accessKeys: AccessKeys
  readonly access: Doors
  readonly site: () => Site | null
}
export type Gate = ReturnType<typeof openGate>

/** A gate that is cut off lets nobody in by a list that is older. */
const LIST_TTL_MS = 60 * 60_000
const MOST_CHOICES = 20

export interface Scanned {
  /** yes, no, or: which of these do you mean. */
  readonly verdict: 'yes' | 'no' | 'choose'
  readonly decision: Decision | null
  readonly event: number | null
  readonly direction: 'in' | 'out'
  readonly credential: Credential | null
  readonly person: Person | null
  readonly visit: Visit | null
  /** It was typed, so nothing proves that whoever stands there has the pass. */
  readonly typed: boolean
  readonly slot: number | null
  readonly choices: readonly { readonly credential: Credential; readonly person: Person }[]
  readonly visits: readonly Visit[]
}

/** The gate where a guard looks at passes: what he scans is judged, and who came in and went out is kept. */
export function openGate(deps: GateDeps) {
  const { clock, trail, people, credentials, accessRecords, gateRecords, visits, accessKeys, access } = deps
  const siteNow = (): Site => deps.site() ?? fail('not-found', { what: 'site' })
  const gateOf = (id: string): SiteGate => siteNow().access.gates.get(id) ?? fail('not-found', { what: id })

  const standsAt = (site: Site, at: number): GateStands => {
    const latest = accessRecords.state('latest')
    return {
      ...{ policyVersion: access.version(site), threatLevel: site.access.threatLevel, latest: latest ?? at },
      ...{ clockSafe: clockSafe(at, latest), calendar: site.calendar, local: localClock(site.timezone) },
    }
  }
  const readingOf = (site: Site, c: Credential): Reading => ({
    kind: 'known',
    credential: access.heldOf(site, c),
    holder: access.holderOf(people.one(c.person), c),
    pin: 'none',
  })
  const slotOf = (id: string): number | null => credentials.held().find(h => h.credential === id)?.slot ?? null

  /** Whoever has a duplicate there is inside; of others the doors and the gate say it. */
  const directionOf = (c: Credential): 'in' | 'out' =>
    c.duplicate === 'gate'
      ? 'out'
      : c.duplicate !== 'none' || [OUTSIDE, null].includes(accessRecords.where(c.person).area)
        ? 'in'
        : 'out'

  const nothing: Omit<Scanned, 'verdict'> = {
    ...{ decision: null, event: null, direction: 'in', credential: null, person: null, visit: null, typed: false },
    ...{ slot: null, choices: [], visits: [] },
  }

  function decided(gate: SiteGate, c: Credential, direction: 'in' | 'out', typed: boolean, actor: Actor): Scanned {
    const site = siteNow()
    const now = clock.now()
    const decision = decideAtGate(gate.id, direction, readingOf(site, c), standsAt(site, now), now)
    const about = { at: now, door: gate.id, direction, credential: c.id, person: c.person }
    const event = trail.change(actor, note => accessRecords.addEvent(note, about, decision))
    const verdict = decision.outcome.startsWith('denied') ? 'no' : 'yes'
    const person = people.one(c.person)
    return { ...nothing, verdict, decision, event, direction, credential: c, person, typed, slot: slotOf(c.id) }
  }
  function refused(gate: SiteGate, reading: Exclude<Reading, { kind: 'known' }>, actor: Actor): Scanned {
    const now = clock.now()
    const decision = decideAtGate(gate.id, 'in', reading, standsAt(siteNow(), now), now)
    const about = { at: now, door: gate.id, direction: 'in' as const, credential: null, person: null }
    const event = trail.change(actor, note => accessRecords.addEvent(note, about, decision))
    return { ...nothing, verdict: 'no', decision, event }
  }
  const visitAnswer = (visit: Visit): Scanned => {
    const now = clock.now()
    const direction = visit.phase === 'inside' ? 'out' : 'in'
    const now2 = visit.phase === 'expected' && now >= visit.validFrom && now < visit.validTo
    return { ...nothing, verdict: direction === 'out' || now2 ? 'yes' : 'no', visit, direction, typed: true }
  }

  /** What was shown at a gate, judged and put down. @param direction as the guard says; else by what is known */
  function scan(gateId: string, text: string, direction: 'in' | 'out' | null, actor: Actor): Scanned {
    const gate = gateOf(gateId)
    const scanned: Scan = scanOf(text)
    const of = (c: Credential, typed: boolean) => decided(gate, c, direction ?? directionOf(c), typed, actor)
    switch (scanned.kind) {
      case 'code':
      case 'plate':
      case 'card': {
        const tries = scanned.kind === 'card' ? scanned.tries : [scanned]
        let last: ReturnType<typeof access.find> = { kind: 'unknown' }
        for (const shown of tries) {
          last = access.find(shown, gate.id, clock.now())
          if (!('kind' in last)) return of(last, false)
        }
        return refused(gate, last as Exclude<Reading, { kind: 'known' }>, actor)
      }
      case 'no': {
        const found = credentials.ofNo(scanned.no)
        return found ? of(found, true) : refused(gate, { kind: 'unknown' }, actor)
      }
      case 'visit': {
        const found = visits.open().find(v => v.no === scanned.no)
        return found ? visitAnswer(found) : refused(gate, { kind: 'unknown' }, actor)
      }
      case 'slip':
        return fail('gate-slip', { no: scanned.no })
      default:
        return named(gate, scanned.words, of)
    }
  }
  function named(gate: SiteGate, words: string, of: (c: Credential, typed: boolean) => Scanned): Scanned {
    if (words === '') fail('not-found', { what: gate.id })
    const found = people.list(words, MOST_CHOICES).flatMap(person =>
      credentials
        .ofPerson(person.id)
        .filter(c => c.class !== 'pin' && !['returned', 'refused', 'requested'].includes(c.phase))
        .map(credential => ({ credential, person })),
    )
    const expected = visits.open().filter(v => v.phase !== 'requested' && v.name.includes(words))
    if (found.length === 1 && expected.length === 0) return of(found[0]!.credential, true)
    if (found.length === 0 && expected.length === 1) return visitAnswer(expected[0]!)
    if (found.length === 0 && expected.length === 0) return fail('gate-nobody', { words })
    return { ...nothing, verdict: 'choose', choices: found, visits: expected.slice(0, MOST_CHOICES) }
  }

  /** What the gate would have said then. What ran out only after he came in does not make his coming in wrong. */
  function decide(gate: string, direction: 'in' | 'out', c: Credential, at: number): Decision {
    const site = siteNow()
    const stands = standsAt(site, clock.now())
    return decideAtGate(gate, direction, readingOf(site, c), { ...stands, latest: Math.min(stands.latest, at) }, at)
  }
  function passOf(site: Site, c: Credential): GatePass {
    const person = people.one(c.person)
    const company = person.company === null ? undefined : people.company(person.company)
    const works = c.works === null ? undefined : people.works(c.works)
    const held = access.heldOf(site, c)
    return {
      ...{ id: c.id, no: c.no, passNo: c.passNo, class: c.class, phase: c.phase, levels: c.levels },
      ...{ validFrom: c.validFrom, validTo: c.validTo, siteClosed: held.siteClosed, permitTo: held.permitTo },
      ...{ duplicate: c.duplicate, person: person.id, name: person.name, kind: person.kind },
      ...{ status: access.holderOf(person, c).status, level: person.level, trade: person.trade, photo: person.photo },
      ...{ company: company?.name ?? null, colour: company?.colour ?? null, works: works?.name ?? null },
    }
  }

  return {
    scan,
    gateOf,
    gates: (): readonly SiteGate[] => [...siteNow().access.gates.values()],
    /** Movements as a gate's page has put them down, each by its own number: sent again they change nothing. */
    take: (sent: SentEntry, actor: Actor & { readonly role: Role }): TakenEntry =>
      takeEntry({ ...deps, gateOf, decide }, sent, actor),
    /** Everything a gate has to know to judge by itself, as one signed text. */
    list(gateId: string) {
      const site = siteNow()
      gateOf(gateId)
      const now = clock.now()
      const stands = standsAt(site, now)
      const levels = Object.fromEntries(
        [...site.access.levels.values()].map(({ id, groups, schedule, always }) => [
          id,
          groups.map(group => ({ group, schedule, always })),
        ]),
      )
      const list: GateList = {
        ...{ gate: gateId, at: now, ttlMs: LIST_TTL_MS, timezone: site.timezone },
        ...{ holidays: [...site.calendar.holidays], workdays: [...site.calendar.workdays] },
        ...{ policyVersion: stands.policyVersion, threatLevel: stands.threatLevel, clockSafe: stands.clockSafe },
        ...{ newestPass: credentials.newestPass(), levels },
        passes: credentials
          .known()
          .filter(c => c.class !== 'pin')
          .map(c => passOf(site, c)),
      }
      const text = JSON.stringify(list)
      const signature = Buffer.from(accessKeys.signPass(Buffer.from(text))).toString('base64url')
      return { list: text, signature }
    },
    /** Who is inside by the duplicates and the visitors' list, what just happened, who is expected. */
    panel(gateId: string) {
      const site = siteNow()
      gateOf(gateId)
      const now = clock.now()
      const local = localClock(site.timezone)
      const today = local(now).day
      const held = credentials.held().map(h => ({ ...h, pass: passOf(site, credentials.one(h.credential)) }))
      const open = visits.open()
      const inside = open.filter(v => v.phase === 'inside')
      return {
        now,
        held,
        contractors: held.length,
        visitors: inside.reduce((sum, v) => sum + v.people, 0),
        overnight:
          held.filter(h => local(h.since).day < today).length +
          inside.filter(v => local(v.inAt ?? now).day < today).reduce((sum, v) => sum + v.people, 0),
        visits: open.filter(v => v.phase === 'inside' || (local(v.validFrom).day <= today && v.validTo > now)),
        recent: gateRecords.newest(gateId, 12),
        conflicts: gateRecords.conflicts(now - 86_400_000),
      }
    },
  }
}
