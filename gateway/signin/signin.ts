import type { AccessKeys } from '../access/keys.ts'
import type { Clock } from '../core/clock.ts'
import type { Db } from '../records/db.ts'
import { openFactors } from '../records/factors.ts'
import { openSignInRules } from '../records/signinrules.ts'
import type { Note } from '../records/trail.ts'
import type { User, Users } from '../records/users.ts'
import { createAttempts } from './attempts.ts'
import { createChallenges } from './challenges.ts'
import { openDevices } from './devices.ts'
import { openFactor } from './factor.ts'
import { createHalves, type Step } from './halves.ts'
import { openPasskeys } from './passkeys.ts'

export interface SignInDeps {
  readonly db: Db
  readonly keys: AccessKeys
  readonly users: Users
  readonly clock: Clock
  readonly clockSafe: () => boolean
  /** Null while no site runs. */
  readonly site: () => { readonly id: string; readonly timezone: string } | null
}
export type SignIn = ReturnType<typeof openSignIn>

/** Who somebody is, as far as the gateway itself proves it: passwords, second factors, passkeys, known screens. */
export function openSignIn({ db, keys, users, clock, clockSafe, site }: SignInDeps) {
  const factors = openFactors(db)
  const rules = openSignInRules(db)
  const halves = createHalves(clock.now)
  const factor = openFactor({
    ...{ factors, keys, clock, clockSafe },
    issuer: () => `Gatehouse ${site()?.id ?? ''}`.trim(),
    clockText: at =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: site()?.timezone ?? 'UTC', timeStyle: 'medium' }).format(at),
  })
  return {
    factors,
    rules,
    factor,
    halves,
    attempts: createAttempts(clock.now),
    /** Codes are guessed apart from passwords: whoever has failed at the one has not failed at the other. */
    codeAttempts: createAttempts(clock.now),
    passkeys: openPasskeys({ factors, keys, clock, challenges: createChallenges(clock.now) }),
    devices: openDevices(
      text => keys.lookup('screen', text),
      account => keys.lookup('screen account', account),
    ),
    /** What lacks after a good password; null: nothing. `passkey`: only that one is left, since another way in would go around it. */
    lacks(user: User): Step | 'passkey' | null {
      if (factors.of(user.name)) return 'code'
      if (!rules.of(user.role).factor) return null
      return factors.passkeysOf(user.name).length > 0 ? 'passkey' : 'enrol'
    },
    /** An administrator takes away all by which a person proves himself beside the password; he is told when he signs in next. */
    takeAway(note: Note, name: string, by: string, reason: string): void {
      const had = { app: factors.of(name) !== null, passkeys: factors.passkeysOf(name).length }
      factors.drop(name)
      factors.dropPasskeys(name)
      factors.tell(name, 'factor-taken', by, clock.now())
      note('second-factor', name, 'taken-away', { ...had, reason })
      users.endSessions(note, name, clock.now())
      halves.drop(name)
    },
  }
}
