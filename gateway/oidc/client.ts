import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Claims } from '../../rules/oidc.ts'
import { groupsOf } from '../../rules/oidc.ts'
import { fail } from '../core/errors.ts'
import type { Reach } from '../core/outgoing.ts'
import { reachingFetch } from './fetch.ts'
import type { OidcSettings } from './schema.ts'

type Library = typeof import('openid-client')
type Configuration = import('openid-client').Configuration
const ANSWER_S = 10
const KNOWN_MS = 3_600_000
/** Clocks of two machines [OpenID Connect Core 1.0, 3.1.3.7: "a few minutes leeway"]. */
const LEEWAY_S = 60

/** The file `oidc-secret` among the secrets, read when it is needed; null: there is none, PKCE alone proves the gateway. */
export function readOidcSecret(secrets: string): string | null {
  try {
    return readFileSync(join(secrets, 'oidc-secret'), 'utf8').trim() || null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
/** What was sent along, and has to come back. */
export interface Begun {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirect: string
}
/** The provider of a site: the authorization code flow with PKCE, nonce and state. Loaded when somebody first uses it. */
export function oidcClient(reach: Reach, secret: () => string | null, now: () => number = () => performance.now()) {
  /** The library measures time by the machine, as the provider does; this is only how long its description is kept. */
  let known: { readonly by: string; readonly at: number; readonly made: Promise<Configuration> } | null = null
  const load = (): Promise<Library> => import('openid-client')

  async function discover(settings: OidcSettings): Promise<Configuration> {
    const lib = await load()
    const { issuer, clientId, ca } = settings
    const word = secret()
    return await lib.discovery(
      new URL(issuer),
      clientId,
      { [lib.clockTolerance]: LEEWAY_S },
      word === null ? lib.None() : lib.ClientSecretBasic(word),
      {
        [lib.customFetch]: reachingFetch(reach, ca) as never,
        timeout: ANSWER_S,
        // The signature is checked though the token came over a connection that was checked [ASVS 6.8.2]. Plain HTTP only on
        // this machine, as the schema says.
        execute: [lib.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [lib.allowInsecureRequests] : [])],
      },
    )
  }
  /** Asked for once an hour; what failed is asked for again. */
  function configuration(settings: OidcSettings): Promise<Configuration> {
    const by = JSON.stringify([settings, secret() !== null])
    if (known?.by === by && Math.abs(now() - known.at) < KNOWN_MS) return known.made
    const made = discover(settings)
    known = { by, at: now(), made }
    made.catch(() => {
      if (known?.made === made) known = null
    })
    return made
  }

  return {
    /** Where the browser goes, and what has to come back. @throws oidc-away */
    async begin(settings: OidcSettings, redirect: string): Promise<Begun & { readonly url: string }> {
      const lib = await load()
      const config = await configuration(settings).catch(error => fail('oidc-away', { why: causeOf(error) }))
      const [verifier, nonce, state] = [lib.randomPKCECodeVerifier(), lib.randomNonce(), lib.randomState()]
      const url = lib.buildAuthorizationUrl(config, {
        ...{ redirect_uri: redirect, scope: settings.scopes, state, nonce },
        ...{ code_challenge: await lib.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      })
      return { state, nonce, verifier, redirect, url: url.href }
    },
    /**
     * The claims of whoever came back.
     * @param query as the browser brought it, with its question mark
     * @throws oidc-away, oidc-clock, oidc-not-proved
     */
    async finish(settings: OidcSettings, begun: Begun, query: string): Promise<Claims & { readonly sub: string }> {
      const lib = await load()
      const config = await configuration(settings).catch(error => fail('oidc-away', { why: causeOf(error) }))
      try {
        const tokens = await lib.authorizationCodeGrant(config, new URL(`${begun.redirect}${query}`), {
          ...{ pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce },
          idTokenExpected: true,
        })
        const claims = tokens.claims()!
        if (groupsOf(claims, settings.groupsClaim) !== null || !config.serverMetadata().userinfo_endpoint) return claims
        return { ...(await lib.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims }
      } catch (error) {
        const why = causeOf(error)
        if (/TIMESTAMP/.test(why)) return fail('oidc-clock')
        return /^(EINWARD|E[A-Z]+|.*CERT.*|.*TIMEOUT.*)\b/.test(why)
          ? fail('oidc-away', { why })
          : fail('oidc-not-proved', { why })
      }
    },
  }
}

/** What was behind it, by its code: the library wraps what the connection said. */
function causeOf(error: unknown): string {
  const e = error as { code?: string; error?: string; message?: string; cause?: unknown }
  if (e.error) return e.error.slice(0, 80)
  const inner = e.cause as { code?: string } | undefined
  return String(inner?.code ?? e.code ?? e.message ?? error).slice(0, 80)
}
