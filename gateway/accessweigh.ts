import { type Decision, decide } from '../rules/access/decide.ts'
import type { HeldCredential, Holder, Reading, Snapshot } from '../rules/access/policy.ts'
import { plainUid } from './accessenrol.ts'
import type { AccessKeys } from './accesskeys.ts'
import type { SiteDoor } from './accessschema.ts'
import type { Clock } from './core/clock.ts'
import { fail } from './core/errors.ts'
import type { Credential, Credentials } from './records/credentials.ts'
import type { People, Person } from './records/people.ts'
import type { Site } from './site.ts'

interface Given {
  readonly clock: Clock
  readonly people: People
  readonly credentials: Credentials
  readonly keys: AccessKeys
  readonly site: () => Site | null
}
interface Standing {
  readonly doorOf: (id: string) => SiteDoor
  readonly snapshotOf: (site: Site, door: SiteDoor, at: number) => Snapshot
  readonly heldOf: (site: Site, credential: Credential) => HeldCredential
  readonly holderOf: (person: Person, credential: Credential) => Holder
}

/** What a card would come to at a door now: all that a reading does before it is written. Nobody is let in by it. */
export const weighing =
  ({ clock, people, credentials, keys, site }: Given, { doorOf, snapshotOf, heldOf, holderOf }: Standing) =>
  (door: string, direction: 'in' | 'out', uid: string): Decision => {
    const now = site() ?? fail('not-found', { what: door })
    const at = clock.now()
    const credential = credentials.ofLookup(keys.lookup('uid', plainUid(uid)))
    const person = credential && people.one(credential.person)
    const reading: Reading =
      credential && person
        ? { kind: 'known', credential: heldOf(now, credential), holder: holderOf(person, credential), pin: 'none' }
        : { kind: 'unknown' }
    return decide({ door, direction, reading, at }, snapshotOf(now, doorOf(door), at))
  }
