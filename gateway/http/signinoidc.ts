import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { admitted } from '../../rules/oidc.ts'
import { fail, GatehouseError } from '../core/errors.ts'
import { GATEWAY } from '../core/events.ts'
import type { Begun } from '../oidc/client.ts'
import { oidcBegun, signInWays } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { openSession } from './opensession.ts'

const COOKIE = 'gatehouse_oidc'
const PATH = '/api/v1/session/oidc'
const WAIT_MS = 600_000
const MOST_WAITING = 1000

/**
 * Signing in by the site's identity provider. The gateway's own accounts need nothing of this: without the provider they go on.
 */
export function signInOidcRoutes(app: App, deps: Deps) {
  const { oidc, identities, trail } = deps
  const tags = ['session']
  const waiting = new Map<string, Begun & { readonly until: number }>()
  const settings = () => deps.plant()?.site.signIn?.oidc ?? null
  const cookie = (request: FastifyRequest) => ({
    path: PATH,
    httpOnly: true,
    // It has to come along when the provider sends the browser back; it opens nothing by itself.
    sameSite: 'lax' as const,
    secure: request.protocol === 'https',
  })

  app.get(
    '/api/v1/sign-in-ways',
    {
      config: { access: 'open' },
      schema: { tags, summary: 'Ways to sign in beside name and password', response: { 200: signInWays } },
    },
    async () => {
      const of = settings()
      return { oidc: of && { name: of.name } }
    },
  )
  app.post(
    PATH,
    {
      config: { access: 'open' },
      schema: { tags, summary: 'Begins signing in by the identity provider', response: { 201: oidcBegun } },
    },
    async (request, reply) => {
      const of = settings() ?? fail('not-found', { what: 'oidc' })
      const now = deps.clock.now()
      for (const [id, one] of waiting) if (one.until <= now) waiting.delete(id)
      if (waiting.size >= MOST_WAITING) waiting.delete(waiting.keys().next().value!)
      const { url, ...begun } = await oidc.begin(of, `${request.protocol}://${request.host}${PATH}/back`)
      const id = randomUUID()
      waiting.set(id, { ...begun, until: now + WAIT_MS })
      return reply
        .setCookie(COOKIE, id, { ...cookie(request), maxAge: WAIT_MS / 1000 })
        .code(201)
        .send({ url })
    },
  )
  app.get(
    `${PATH}/back`,
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary:
          'Where the identity provider sends the browser back to; it goes on to the pages, signed in or with `refused`',
        querystring: z.looseObject({}),
        response: { 302: z.null() },
      },
    },
    async (request, reply) => {
      const id = request.cookies[COOKIE] ?? ''
      const begun = waiting.get(id)
      // Once, whatever comes of it.
      waiting.delete(id)
      void reply.clearCookie(COOKIE, cookie(request))
      try {
        const of = settings() ?? fail('not-found', { what: 'oidc' })
        if (!begun || begun.until <= deps.clock.now()) return fail('oidc-again')
        const claims = await oidc.finish(of, begun, new URL(request.url, begun.redirect).search)
        const now = deps.clock.now()
        const role = admitted(claims, of)
        if ('refused' in role) {
          const left = identities.known(of.issuer, claims.sub)
          if (left) trail.change(GATEWAY, note => identities.shut(note, left, now))
          deps.log.warn({ subject: claims.sub, why: role.refused }, 'sign-in by the identity provider refused')
          return fail(role.refused)
        }
        // Nobody signs in with it: he comes by the provider. Only a new account needs one, and it is slow to make.
        const isNew = !identities.known(of.issuer, claims.sub)
        const password = isNew ? await deps.users.hash(randomBytes(32).toString('base64url')) : null
        const user = trail.change(GATEWAY, note => identities.admit(note, of.issuer, claims, role.role, password, now))
        openSession(deps, request, reply, user, 'oidc')
        return reply.redirect('/').send(null)
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error
        deps.log.warn({ code: error.code, why: error.params?.why }, 'sign-in by the identity provider failed')
        return reply.redirect(`/?refused=${encodeURIComponent(error.code)}`).send(null)
      }
    },
  )
}
