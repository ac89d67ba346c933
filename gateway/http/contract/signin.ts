import { z } from 'zod'
import { roles } from '../../../rules/flow.ts'
import { bounds } from '../../../rules/signin/lifetime.ts'
import { sentence, time, when } from './common.ts'
import { me } from './people.ts'

/** What still lacks after a good password: a code of the app, or setting one up. A cookie holds the place for five minutes. */
export const signInStep = z.object({ step: z.enum(['code', 'enrol']), until: time })
export const givenCode = z.strictObject({ code: z.string().min(1).max(32) })
/** To be scanned as a code, or typed by hand. */
export const factorSecret = z.object({ secret: z.string(), uri: z.string() })
/** Shown once. */
export const recoveryCodes = z.object({ codes: z.array(z.string()) })
export const enrolled = recoveryCodes.extend({ me })
export const withPassword = z.strictObject({ password: z.string().min(1).max(200) })

const passkeyWhy = z.enum(['passkey-needs-https', 'passkey-needs-name'])
export const factorState = z.object({
  /** Null: no app is set up. */
  since: when,
  recoveryLeft: z.number().int(),
  /** The role demands a second factor. */
  demanded: z.boolean(),
})
export const passkey = z.object({
  id: z.string(),
  name: z.string(),
  /** The name of the gateway under which it works. */
  host: z.string(),
  /** Its provider may copy it to other devices of the person. */
  synced: z.boolean(),
  createdAt: time,
  usedAt: when,
})
export const passkeys = z.object({
  items: z.array(passkey),
  next: z.null(),
  /** Why none can be made or used from the address of this page; null: it can. */
  unavailable: z.object({ code: passkeyWhy, text: z.object({ 'zh-CN': z.string(), en: z.string() }) }).nullable(),
})
const label = z.string().trim().min(1).max(64)
/** As the browser says them; checked by the library. */
const binary = z.string().max(20_000)
const credential = z.looseObject({
  id: z.string().max(2000),
  rawId: z.string().max(2000),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
  authenticatorAttachment: z.string().max(64).optional(),
})
export const passkeyOptions = z.object({ options: z.looseObject({ challenge: z.string() }) })
export const newPasskey = z.strictObject({
  name: label,
  response: credential.extend({
    response: z.looseObject({
      clientDataJSON: binary,
      attestationObject: binary,
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  }),
})
export const passkeyName = z.strictObject({ name: label })
export const passkeyEntry = z.strictObject({
  response: credential.extend({
    response: z.looseObject({
      clientDataJSON: binary,
      authenticatorData: binary,
      signature: binary,
      userHandle: z.string().max(200).optional(),
    }),
  }),
})

export const session = z.object({
  id: z.string(),
  user: z.string(),
  /** password, code, recovery, passkey, paired, oidc, ldap; null: a former version opened it. */
  how: z.string().nullable(),
  /** What the browser calls itself. */
  device: z.string().nullable(),
  /** Where it was seen last. */
  address: z.string().nullable(),
  createdAt: time,
  /** To the minute. */
  seenAt: time,
  /** The one that asks. */
  own: z.boolean(),
})
export const sessionsEnded = z.object({ ended: z.number().int() })
export const takeAway = z.strictObject({ reason: sentence })

export const signInRule = z.object({
  role: z.enum(roles),
  factor: z.boolean(),
  idleMs: z.number().int(),
  absoluteMs: z.number().int(),
})
export const changeSignInRule = z.strictObject({
  factor: z.boolean(),
  idleMs: z.number().int().min(bounds.idleMs[0]).max(bounds.idleMs[1]),
  absoluteMs: z.number().int().min(bounds.absoluteMs[0]).max(bounds.absoluteMs[1]),
})

export type SignInStep = z.infer<typeof signInStep>
export type FactorSecret = z.infer<typeof factorSecret>
export type FactorState = z.infer<typeof factorState>
export type RecoveryCodes = z.infer<typeof recoveryCodes>
export type Enrolled = z.infer<typeof enrolled>
export type PasskeyView = z.infer<typeof passkey>
export type PasskeysView = z.infer<typeof passkeys>
export type SessionView = z.infer<typeof session>
export type SignInRuleView = z.infer<typeof signInRule>
