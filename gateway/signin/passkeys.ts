import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { AccessKeys } from '../access/keys.ts'
import type { Clock } from '../core/clock.ts'
import { fail, GatehouseError } from '../core/errors.ts'
import type { Factors, Passkey } from '../records/factors.ts'
import type { Note } from '../records/trail.ts'
import { CHALLENGE_MS, type createChallenges } from './challenges.ts'

/** Where the page stands: the name that passkeys hang on, and the whole origin that the browser signs. */
export interface Place {
  readonly host: string
  readonly origin: string
}
export interface PasskeyDeps {
  readonly factors: Factors
  readonly keys: Pick<AccessKeys, 'lookup'>
  readonly clock: Pick<Clock, 'now'>
  readonly challenges: ReturnType<typeof createChallenges>
}
const MOST_EACH = 20
/** Ed25519, ES256, RS256: what devices have. Left to itself the library asks Node for more, which Node calls experimental. */
const ALGORITHMS = [-8, -7, -257]

/** Loaded when the first passkey is asked for: it brings a parser of certificates with it. */
const library = () => import('@simplewebauthn/server')

/** Passkeys [WebAuthn 3]: found by the browser itself, and always with the PIN, finger or face of their owner. */
export function openPasskeys({ factors, keys, clock, challenges }: PasskeyDeps) {
  /** Tells a browser which of its passkeys are of the same person, and nobody else who that is [WebAuthn 3, 14.6.1]. */
  const handleOf = (user: string) => Buffer.from(keys.lookup('passkey person', user.toLowerCase()), 'base64url')
  const adding = (user: string) => `add ${user.toLowerCase()}`
  /** What the library says is for developers; the reason goes to the log with `cause`. */
  const refused = (cause: unknown): never => {
    if (cause instanceof GatehouseError) throw cause
    return fail('passkey-refused')
  }

  return {
    async addOptions(user: string, place: Place): Promise<PublicKeyCredentialCreationOptionsJSON> {
      const mine = factors.passkeysOf(user)
      if (mine.length >= MOST_EACH) fail('passkey-many', { most: MOST_EACH })
      const { generateRegistrationOptions } = await library()
      return generateRegistrationOptions({
        rpName: 'Gatehouse',
        rpID: place.host,
        userName: user,
        userDisplayName: user,
        userID: new Uint8Array(handleOf(user)),
        challenge: new Uint8Array(Buffer.from(challenges.make(adding(user)), 'base64url')),
        timeout: CHALLENGE_MS,
        supportedAlgorithmIDs: ALGORITHMS,
        attestationType: 'none',
        excludeCredentials: mine.map(({ id, transports }) => ({ id, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    },
    /**
     * What the browser made.
     * @returns what stores it
     * @throws passkey-over, passkey-there, passkey-refused
     */
    async added(user: string, name: string, response: RegistrationResponseJSON, { host, origin }: Place) {
      const { verifyRegistrationResponse } = await library()
      let challenge = ''
      const info = await verifyRegistrationResponse({
        response,
        expectedChallenge: given => {
          challenge = given
          return challenges.isGood(given, adding(user)) || fail('passkey-over')
        },
        expectedOrigin: origin,
        expectedRPID: host,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }).then(seen => seen.registrationInfo ?? fail('passkey-refused'), refused)
      if (!challenges.use(challenge)) fail('passkey-over')
      const { credential, credentialDeviceType, credentialBackedUp } = info
      if (factors.passkey(credential.id)) fail('passkey-there')
      return (note: Note): Passkey => {
        factors.addPasskey({
          ...{ id: credential.id, user, name, host, publicKey: credential.publicKey, counter: credential.counter },
          ...{ synced: credentialDeviceType === 'multiDevice', backedUp: credentialBackedUp },
          ...{ transports: credential.transports ?? response.response.transports ?? [], createdAt: clock.now() },
        })
        note('passkey', user, 'added', { name, host })
        return factors.passkey(credential.id)!
      }
    },
    async enterOptions({ host }: Place): Promise<PublicKeyCredentialRequestOptionsJSON> {
      const { generateAuthenticationOptions } = await library()
      return generateAuthenticationOptions({
        rpID: host,
        challenge: new Uint8Array(Buffer.from(challenges.make('enter'), 'base64url')),
        timeout: CHALLENGE_MS,
        userVerification: 'required',
      })
    },
    /**
     * Whose passkey has answered.
     * @param copied told when its counter has not gone on: there are two of what there should be one
     * @throws passkey-over, passkey-unknown, passkey-refused, passkey-copied
     */
    async entered(
      response: AuthenticationResponseJSON,
      { host, origin }: Place,
      copied: (passkey: Passkey) => void,
    ): Promise<{ readonly passkey: Passkey; readonly alongside: () => void }> {
      const passkey = factors.passkey(response.id) ?? fail('passkey-unknown')
      const { verifyAuthenticationResponse } = await library()
      let challenge = ''
      const seen = await verifyAuthenticationResponse({
        response,
        expectedChallenge: given => {
          challenge = given
          return challenges.isGood(given, 'enter') || fail('passkey-over')
        },
        expectedOrigin: origin,
        expectedRPID: host,
        // The counter is judged below, so that a copy is told apart from a broken answer.
        credential: { id: passkey.id, publicKey: passkey.publicKey, counter: 0 },
        requireUserVerification: true,
      }).catch(refused)
      const { newCounter, credentialBackedUp, credentialDeviceType } = seen.authenticationInfo
      const handle = response.response.userHandle
      const foreign = handle !== undefined && handle !== handleOf(passkey.user).toString('base64url')
      // What could not be copied to other devices stays so for its life [WebAuthn 3, 6.1.3].
      const changed = (credentialDeviceType === 'multiDevice') !== passkey.synced
      if (!seen.verified || foreign || changed) return fail('passkey-refused')
      if (!challenges.use(challenge)) return fail('passkey-over')
      // [WebAuthn 3, 7.2 step 22]: both zero where the device keeps none.
      if ((newCounter > 0 || passkey.counter > 0) && newCounter <= passkey.counter) {
        copied(passkey)
        return fail('passkey-copied')
      }
      return { passkey, alongside: () => factors.touchPasskey(passkey.id, newCounter, credentialBackedUp, clock.now()) }
    },
    /** One of this person. @throws not-found */
    mine(user: string, id: string): Passkey {
      const passkey = factors.passkey(id)
      // Somebody else's is none of his business.
      return passkey?.user.toLowerCase() === user.toLowerCase() ? passkey : fail('not-found', { what: id })
    },
    rename(note: Note, { user, id, name: from }: Passkey, name: string): void {
      factors.namePasskey(id, name)
      note('passkey', user, 'renamed', { from, to: name })
    },
    remove(note: Note, { user, id, name, host }: Passkey): void {
      factors.dropPasskey(id)
      note('passkey', user, 'removed', { name, host })
    },
  }
}
export type Passkeys = ReturnType<typeof openPasskeys>
