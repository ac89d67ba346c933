import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Token } from '../records/users.ts'
import { newToken, page, token, tokenMade } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const view = (t: Token) => ({
  ...t,
  createdAt: iso(t.createdAt),
  expiresAt: isoOrNull(t.expiresAt),
  usedAt: isoOrNull(t.usedAt),
})

export function tokenRoutes(app: App, deps: Deps) {
  const tags = ['tokens']
  const config = { access: 'token.manage' as const }
  app.get(
    '/api/v1/tokens',
    { config, schema: { tags, summary: 'My tokens; all of them for an admin', response: { 200: page(token) } } },
    async request => {
      const { user } = who(request)
      return { items: deps.users.tokens(user.name, user.role === 'admin').map(view), next: null }
    },
  )
  app.post(
    '/api/v1/tokens',
    {
      config,
      schema: {
        tags,
        summary: 'A token with my rights, for a program. It is shown once.',
        body: newToken,
        response: { 201: tokenMade },
      },
    },
    async (request, reply) => {
      let shown: string | null = null
      const made = createOnce(deps, request, (note, now) => {
        const expiresAt = request.body.expiresAt ? Date.parse(request.body.expiresAt) : null
        const { token, secret } = deps.users.createToken(
          note,
          who(request).user.name,
          request.body.name,
          expiresAt,
          now,
        )
        shown = secret
        return view(token)
      })
      return reply.code(201).send({ ...made, token: shown })
    },
  )
  app.post(
    '/api/v1/tokens/:id/revoke',
    {
      config,
      schema: { tags, summary: 'Ends a token', params: z.object({ id: z.string() }), response: { 200: token } },
    },
    async request => {
      const { user, actor } = who(request)
      const found = deps.users.token(request.params.id)
      // Somebody else's token is "not found": its existence is none of their business.
      if (!found || (found.user !== user.name && user.role !== 'admin'))
        return fail('not-found', { what: request.params.id })
      return view(deps.trail.change(actor, note => deps.users.revokeToken(note, found.id)))
    },
  )
}
