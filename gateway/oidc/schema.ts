import { z } from 'zod'
import { roles } from '../../rules/flow.ts'
import { text } from '../site/words.ts'

const isNear = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
const issuer = z.url().refine(url => {
  const { protocol, hostname, search, hash } = new URL(url)
  return (protocol === 'https:' || (protocol === 'http:' && isNear(hostname))) && search === '' && hash === ''
}, 'https://, without a query')

/** Signing in by an identity provider (OpenID Connect). Accounts of the gateway's own go on beside it. */
export const signInSchema = z.strictObject({
  oidc: z.strictObject({
    /** As it is in the provider's own description; Keycloak: `https://id.example/realms/house`. */
    issuer,
    clientId: z.string().min(1).max(200),
    /** On the button of the sign-in page. */
    name: text,
    scopes: z.string().max(200).default('openid profile email'),
    groupsClaim: z.string().min(1).max(100).default('groups'),
    /** The first whose group somebody is in counts; nobody becomes an admin unless a group says so here. */
    roles: z
      .array(z.strictObject({ group: z.string().min(1).max(200), role: z.enum(roles).exclude(['display']) }))
      .min(1)
      .max(100),
    domain: z
      .string()
      .regex(/^[a-z0-9.-]+\.[a-z]{2,}$/i)
      .optional(),
    /** After so long he has to sign in again, and his groups are asked for. */
    sessionHours: z.int().min(1).max(24).default(8),
    /** An account that did not come for so long is shut, with its tokens. */
    awayDays: z.int().min(1).max(365).default(30),
    /** The authority that issued the provider's certificate, PEM; left out: those that Node knows. */
    ca: z.string().max(20_000).startsWith('-----BEGIN CERTIFICATE-----').optional(),
  }),
})
export type OidcSettings = z.infer<typeof signInSchema>['oidc']
