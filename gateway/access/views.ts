import { type Decision, decide } from '../../rules/access/decide.ts'
import { modeOf } from '../../rules/access/doormode.ts'
import { dynamicCode, makePass, STEP_MS, staticCode, stepAt } from '../../rules/access/pass.ts'
import type { HeldCredential, Holder, PinRead, Snapshot } from '../../rules/access/policy.ts'
import { fail } from '../core/errors.ts'
import type { Credential } from '../records/credentials.ts'
import type { Person } from '../records/people.ts'
import type { Site } from '../site/site.ts'
import type { SiteDoor } from './schema.ts'
import type { AccessDeps, AccessState } from './state.ts'

/** What can be asked about doors and passes without anybody standing there. */
export function accessViews(deps: AccessDeps, state: AccessState) {
  const { clock, people, credentials, keys } = deps
  const { doorOf, snapshotOf, heldOf, holderOf } = state

  /** Of another time than now it is asked as if the clock stood there: a week ago was no clock that was set back. */
  const snapshotAt = (site: Site, door: SiteDoor, at: number): Snapshot => {
    const snapshot = snapshotOf(site, door, at)
    return Math.abs(at - clock.now()) < 1000 ? snapshot : { ...snapshot, clockSafe: true, latest: at }
  }
  /** With the right PIN; that one is still to be set is said only of who has the right. */
  function asked(
    snapshot: Snapshot,
    at: number,
    credential: HeldCredential,
    holder: Holder,
    hasPin: boolean,
  ): Decision {
    const shown = (pin: PinRead) =>
      decide(
        { door: snapshot.door.id, direction: 'in', at, reading: { kind: 'known', credential, holder, pin } },
        snapshot,
      )
    const right = shown('right')
    return hasPin || right.outcome.startsWith('denied') ? right : shown('none')
  }

  /** As if somebody showed each of his credentials at a door at some time, with the right PIN and whoever else it needs. */
  function explain(personId: string, doorId: string, at: number) {
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const door = doorOf(doorId)
    const person = people.one(personId)
    const snapshot = snapshotAt(site, door, at)
    return credentials.ofPerson(personId).map(c => ({
      credential: c,
      decision: asked(snapshot, at, heldOf(site, c), holderOf(person, c), person.hasPin),
    }))
  }

  /** Who could open a door at some time: by his right alone, whatever doors and people happen to do then. */
  function holders(doorId: string, at: number) {
    const site = deps.site() ?? fail('not-found', { what: doorId })
    const door = doorOf(doorId)
    const real = snapshotAt(site, door, at)
    const snapshot = { ...real, othersOpen: [], inside: 0, supervisorsInside: 1, waiting: null }
    const found: {
      readonly person: Person
      readonly credential: Credential
      readonly decision: ReturnType<typeof decide>
    }[] = []
    for (const c of credentials.active()) {
      const person = people.one(c.person)
      // Where somebody is now says nothing of then.
      const holder = { ...holderOf(person, c), area: null, enteredAt: {} }
      const decision = asked(snapshot, at, heldOf(site, c), holder, person.hasPin)
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

  return { explain, holders, codeOf }
}
