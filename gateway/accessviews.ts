import { decide } from '../rules/access/decide.ts'
import { modeOf } from '../rules/access/doormode.ts'
import { dynamicCode, makePass, STEP_MS, staticCode, stepAt } from '../rules/access/pass.ts'
import type { AccessDeps, AccessState } from './accessstate.ts'
import { fail } from './core/errors.ts'
import type { Credential } from './records/credentials.ts'
import type { Person } from './records/people.ts'

/** What can be asked about doors and passes without anybody standing there. */
export function accessViews(deps: AccessDeps, state: AccessState) {
  const { clock, people, credentials, keys } = deps
  const { doorOf, snapshotOf, heldOf, holderOf } = state

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
    const found: {
      readonly person: Person
      readonly credential: Credential
      readonly decision: ReturnType<typeof decide>
    }[] = []
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

  return { explain, holders, codeOf }
}
