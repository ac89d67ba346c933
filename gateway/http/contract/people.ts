import { z } from 'zod'
import { roles } from '../../../rules/flow.ts'
import { type StartPage, startPageNames } from '../../../rules/start.ts'
import { natures } from '../../../rules/workorder.ts'
import { text, time, when } from './common.ts'

export const userName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u)
export const password = z.string().min(10).max(200)

export const signIn = z.strictObject({ name: z.string().min(1).max(64), password: z.string().min(1).max(200) })
const startPage = z.enum(startPageNames as [StartPage, ...StartPage[]])
export const me = z.object({
  name: z.string(),
  role: z.enum(roles),
  /** The page that he has chosen to come up first; null: that of his role. */
  start: startPage.nullable(),
  site: z.object({
    id: z.string(),
    name: text,
    timezone: z.string(),
    /** It has patrol routes. */
    patrols: z.boolean(),
    /** It keeps run records of plant rooms. */
    runRecords: z.boolean(),
    /** Kinds of reports that are urgent here. */
    urgent: z.array(z.enum(natures)),
  }),
  /** What others did to his account since he was here last; he says that he has seen it by POST /api/v1/session/told. */
  told: z.array(z.object({ at: time, what: z.enum(['factor-taken']), by: z.string() })).optional(),
})

export const chooseStart = z.strictObject({ page: startPage.nullable() })

export const user = z.object({
  name: z.string(),
  role: z.enum(roles),
  disabled: z.boolean(),
  createdAt: time,
  /** What he proves himself by beside the password. */
  factor: z.boolean().default(false),
  passkeys: z.number().int().default(0),
})
export const newUser = z.strictObject({ name: userName, role: z.enum(roles), password })
export const changeUser = {
  role: z.strictObject({ role: z.enum(roles) }),
  password: z.strictObject({ password, current: z.string().max(200).optional() }),
}

export const token = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  createdAt: time,
  expiresAt: when,
  revoked: z.boolean(),
  /** To the minute; null: not yet, or not since this is kept. */
  usedAt: when,
})
export const newToken = z.strictObject({ name: z.string().min(1).max(64), expiresAt: time.optional() })
/** `token` is shown once, here; a repeated Idempotency-Key answers null. */
export const tokenMade = token.extend({ token: z.string().nullable() })

const topicFilter = z.string().min(1).max(256)
export const brokerAccount = z.object({
  name: z.string(),
  publish: z.array(topicFilter),
  subscribe: z.array(topicFilter),
  createdAt: time,
  revoked: z.boolean(),
})
export const newBrokerAccount = z.strictObject({
  name: userName,
  password: password.optional(),
  publish: z.array(topicFilter).max(100).default([]),
  subscribe: z.array(topicFilter).max(100).default([]),
})
/** `password` is shown once, here, when it was made by the gateway. */
export const brokerAccountMade = brokerAccount.extend({ password: z.string().nullable() })
export type Me = z.infer<typeof me>
export type User = z.infer<typeof user>
export type NewUser = z.infer<typeof newUser>
export type Token = z.infer<typeof token>
export type TokenMade = z.infer<typeof tokenMade>
export type BrokerAccount = z.infer<typeof brokerAccount>
export type BrokerAccountMade = z.infer<typeof brokerAccountMade>
