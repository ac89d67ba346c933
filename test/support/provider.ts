import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface Somebody {
  readonly groups?: readonly string[]
  readonly email?: string
  readonly verified?: boolean
  readonly name?: string
}

/**
 * An identity provider of others' making in this process. Who signs in there is said by `is`: its pages are not walked.
 * @param tls certificate and key, PEM; left out: plain HTTP
 */
export async function identityProvider(tls?: { readonly cert: string; readonly key: string }) {
  const people = new Map<string, Somebody>()
  let who: string | null = null
  let handle: ((request: never, response: never) => unknown) | null = null
  const answer = (request: unknown, response: unknown) => void handle!(request as never, response as never)
  const server = tls ? createTlsServer(tls, answer) : createServer(answer)
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients: object[] = []
  let provider: Provider | null = null
  return {
    issuer,
    people,
    /** Who sits before its sign-in page; null: whoever does says no. */
    is(name: string | null) {
      who = name
    },
    /** Begins, once it is known where the browser is sent back to. @param skewS how far its clock is ahead */
    serve(client: object) {
      clients.push(client)
      provider = new Provider(issuer, {
        clients: clients as never,
        cookies: { keys: ['a key for tests alone'] },
        claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email', 'email_verified'] },
        conformIdTokenClaims: false,
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        pkce: { required: () => true },
        findAccount: (_, id) => ({
          accountId: id,
          claims: () => {
            const p = people.get(id)
            return {
              sub: id,
              preferred_username: p?.name ?? id,
              ...(p?.groups && { groups: [...p.groups] }),
              ...(p?.email && { email: p.email, email_verified: p.verified ?? true }),
            }
          },
        }),
        async loadExistingGrant(ctx) {
          const grant = new ctx.oidc.provider.Grant({
            clientId: ctx.oidc.client.clientId,
            accountId: ctx.oidc.session.accountId!,
          })
          grant.addOIDCScope('openid profile email')
          await grant.save()
          return grant
        },
      })
      const callback = provider.callback()
      handle = (request: { url: string }, response: never) =>
        request.url.startsWith('/interaction/')
          ? provider!.interactionFinished(
              request as never,
              response,
              who === null ? { error: 'access_denied' } : { login: { accountId: who, remember: false } },
            )
          : callback(request as never, response)
    },
    stop: () =>
      new Promise<void>(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

/** Follows the provider's redirections as a browser does, until one leads back to us; that address. */
export async function walkTo(back: string, from: string): Promise<string> {
  const jar = new Map<string, string>()
  let url = from
  for (let step = 0; step < 10; step++) {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const to = answer.headers.get('location')
    if (to === null) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 500)}`)
    url = new URL(to, url).href
    if (url.startsWith(back)) return url
  }
  throw new Error('the provider never sends us back')
}
