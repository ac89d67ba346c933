import { randomBytes } from 'node:crypto'
import {
  isRecovery,
  judgeCode,
  plainCode,
  plainRecovery,
  RECOVERY_CODES,
  STEP_MS,
  stepOf,
  WINDOW,
} from '../../rules/signin/code.ts'
import type { AccessKeys } from '../access/keys.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Factors } from '../records/factors.ts'
import type { Note } from '../records/trail.ts'

/** So long a secret that was shown waits for its first code. */
const ENROL_MS = 15 * 60_000
const MOST_WAITING = 1000
/** 160 bits, as the RFC wants for SHA-1 [RFC 4226, 4 R6]. */
const SECRET_BYTES = 20
/** Without letters that are mistaken for digits. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

export interface FactorDeps {
  readonly factors: Factors
  readonly keys: Pick<AccessKeys, 'seal' | 'unseal' | 'lookup'>
  readonly clock: Pick<Clock, 'now'>
  /** Whether the gateway's clock is believed. */
  readonly clockSafe: () => boolean
  /** What an authenticator app calls this gateway, and how its people write the time of day. */
  readonly issuer: () => string
  readonly clockText: (at: number) => string
}
/** A code that fits; `alongside` makes it used, in the transaction of what it was given for. */
export interface Proven {
  readonly how: 'code' | 'recovery'
  readonly alongside: (note: Note) => void
  /** Remembers in memory that it was given: a disk that takes nothing must not let it be used twice. */
  readonly spend: () => void
}

/** The library is loaded when somebody needs it: most gateways never do. */
const library = () => import('otpauth')

/** Second factors: codes of an authenticator app, and ten recovery codes beside it. */
export function openFactor({ factors, keys, clock, clockSafe, issuer, clockText }: FactorDeps) {
  const waiting = new Map<string, { readonly secret: string; readonly until: number }>()
  /** The last step of each person, and recovery codes, that were taken since the start. */
  const spent = new Map<string, number>()
  const spentCodes = new Set<string>()
  const about = (user: string) => `second factor ${user.toLowerCase()}`
  const hashOf = (user: string, code: string) => keys.lookup('recovery', `${user.toLowerCase()} ${plainRecovery(code)}`)

  async function totp(user: string, secret: string) {
    const { TOTP, Secret } = await library()
    const options = { algorithm: 'SHA1', digits: 6, period: STEP_MS / 1000 }
    return new TOTP({ ...options, issuer: issuer(), label: user, secret: Secret.fromBase32(secret) })
  }
  /** The step of a code that counts now. @throws code-used, code-clock-back, code-wrong, code-clock-suspect */
  async function stepFor(user: string, secret: string, typed: string, last: number): Promise<number> {
    const now = clock.now()
    const nowStep = stepOf(now)
    const token = plainCode(typed)
    const delta = /^\d{6}$/.test(token)
      ? (await totp(user, secret)).validate({ token, timestamp: now, window: WINDOW })
      : null
    const matched = delta === null ? null : nowStep + delta
    const lastStep = Math.max(last, spent.get(user.toLowerCase()) ?? -1)
    const judged = judgeCode({ matched, nowStep, lastStep, clockSafe: clockSafe() })
    if (judged === 'used') fail('code-used')
    if (judged === 'clock-back') fail('code-clock-back', { time: clockText(now) })
    if (judged === 'clock-suspect') fail('code-clock-suspect', { time: clockText(now) })
    if (judged === 'wrong' || matched === null) return fail('code-wrong', { time: clockText(now) })
    return matched
  }
  const newCodes = (): string[] =>
    Array.from({ length: RECOVERY_CODES }, () => {
      const fair = [...randomBytes(200)].filter(b => b < 248).slice(0, 10)
      const text = fair.map(b => LETTERS[b % 31]).join('')
      return `${text.slice(0, 5)}-${text.slice(5)}`
    })

  return {
    /** A new secret, to be confirmed by its first code; what holds until then is what was. */
    async begin(user: string): Promise<{ readonly secret: string; readonly uri: string }> {
      const { Secret } = await library()
      const secret = new Secret({ size: SECRET_BYTES }).base32
      waiting.delete(user.toLowerCase())
      waiting.set(user.toLowerCase(), { secret, until: clock.now() + ENROL_MS })
      if (waiting.size > MOST_WAITING) waiting.delete(waiting.keys().next().value!)
      return { secret, uri: (await totp(user, secret)).toString() }
    },
    /**
     * The first code of it: from now on it counts.
     * @returns the recovery codes, shown once; `alongside` stores all of it
     * @throws factor-not-begun, and as `stepFor`
     */
    async confirm(user: string, code: string) {
      const begun = waiting.get(user.toLowerCase())
      if (!begun || begun.until < clock.now()) return fail('factor-not-begun')
      const step = await stepFor(user, begun.secret, code, -1)
      const codes = newCodes()
      return {
        codes,
        alongside(note: Note) {
          const sealed = keys.seal(begun.secret, about(user))
          factors.put(
            user,
            sealed,
            step,
            codes.map(one => hashOf(user, one)),
            clock.now(),
          )
          waiting.delete(user.toLowerCase())
          spent.set(user.toLowerCase(), step)
          note('second-factor', user, 'set-up')
        },
      }
    },
    /** New recovery codes; the ones before are no more. */
    renewCodes(note: Note, user: string): readonly string[] {
      if (!factors.of(user)) fail('factor-none')
      const codes = newCodes()
      factors.putCodes(
        user,
        codes.map(one => hashOf(user, one)),
      )
      note('second-factor', user, 'codes-renewed')
      return codes
    },
    /**
     * A code of the app, or a recovery code.
     * @throws code-wrong, code-used, code-clock-back, code-clock-suspect, factor-sealed
     */
    async prove(user: string, typed: string): Promise<Proven> {
      const factor = factors.of(user) ?? fail('factor-none')
      if (isRecovery(typed)) {
        const hash = hashOf(user, typed)
        if (!factors.hasCode(user, hash) || spentCodes.has(hash)) fail('code-wrong', { time: clockText(clock.now()) })
        return {
          how: 'recovery',
          alongside(note) {
            if (!factors.takeCode(user, hash)) fail('code-used')
            note('second-factor', user, 'recovery-used', { left: factors.codesLeft(user) })
          },
          spend: () => void spentCodes.add(hash),
        }
      }
      // Restored without its folder of secrets: nothing fits any more, and a person has to know why.
      const secret = keys.unseal(factor.secret, about(user)) ?? fail('factor-sealed')
      const step = await stepFor(user, secret, typed, factor.lastStep)
      return {
        how: 'code',
        alongside() {
          if (!factors.takeStep(user, step)) fail('code-used')
        },
        spend: () => void spent.set(user.toLowerCase(), step),
      }
    },
    drop(note: Note, user: string, data: Record<string, unknown> = {}): void {
      if (!factors.of(user)) fail('factor-none')
      factors.drop(user)
      note('second-factor', user, 'taken-away', data)
    },
  }
}
export type Factor = ReturnType<typeof openFactor>
