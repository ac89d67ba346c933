import { type Decision, decide } from '../../rules/access/decide.ts'
import type { Reading } from '../../rules/access/policy.ts'
import { fail } from '../core/errors.ts'
import { plainUid } from './enrol.ts'
import { elsewhere } from './read.ts'
import type { AccessDeps, AccessState } from './state.ts'

/** What a card would come to at a door now: all that a reading does before it is written. Nobody is let in by it. */
export const weighing =
  (
    { clock, people, credentials, keys, site, records }: AccessDeps,
    { doorOf, snapshotOf, heldOf, holderOf }: AccessState,
  ) =>
  (door: string, direction: 'in' | 'out', uid: string): Decision => {
    const now = site() ?? fail('not-found', { what: door })
    const at = clock.now()
    const credential = credentials.ofLookup(keys.lookup('uid', plainUid(uid)))
    const person = credential && people.one(credential.person)
    const reading: Reading =
      credential && person
        ? { kind: 'known', credential: heldOf(now, credential), holder: holderOf(person, credential), pin: 'none' }
        : { kind: 'unknown' }
    const here = doorOf(door)
    const from = credential ? elsewhere(records, now, here, credential, at) : null
    return decide({ door, direction, reading, at }, snapshotOf(now, here, at, from))
  }
