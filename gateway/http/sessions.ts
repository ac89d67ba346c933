import { z } from 'zod'
import { roles } from '../../rules/flow.ts'
import { may } from '../../rules/permission.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Session } from '../records/sessions.ts'
import { changeSignInRule, page, type SessionView, session, sessionsEnded, signInRule } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

/** Who is signed in where, ending that, and what each role's signing in demands. */
export function sessionListRoutes(app: App, deps: Deps) {
  const { users, signIn } = deps
  const tags = ['session']
  const config = { access: 'signed-in' as const }
  const manage = { access: 'user.manage' as const }
  const view = (s: Session & { readonly hash: string }, own: string | null): SessionView => ({
    ...{ id: s.id, user: s.user, how: s.how, device: s.device, address: s.address },
    ...{ createdAt: iso(s.createdAt), seenAt: iso(s.seenAt), own: s.hash === own },
  })

  app.get(
    '/api/v1/sessions',
    {
      config,
      schema: {
        tags,
        summary: 'Where I am signed in, the one used last first; `everybody=true`: all people, for an administrator',
        querystring: z.object({ everybody: z.stringbool().default(false) }),
        response: { 200: page(session) },
      },
    },
    async request => {
      const { user, session: own } = who(request)
      const { everybody } = request.query
      if (everybody && !may(user.role, manage.access)) fail('not-allowed', { role: user.role, what: manage.access })
      const all = users.sessions(everybody ? null : user.name, deps.clock.now())
      return { items: all.map(s => view(s, own)), next: null }
    },
  )
  app.post(
    '/api/v1/sessions/:id/end',
    {
      config,
      schema: {
        tags,
        summary: "Ends one of mine, or anybody's by an administrator: what it shows ends within seconds",
        params: z.object({ id: z.string().max(64) }),
        body: z.strictObject({}),
        response: { 200: sessionsEnded },
      },
    },
    async request => {
      const { user, actor } = who(request)
      const found = users.sessions(null, deps.clock.now()).find(s => s.id === request.params.id)
      // Somebody else's is "not found": its existence is none of their business.
      if (!found || (found.user !== user.name && !may(user.role, manage.access)))
        return fail('not-found', { what: request.params.id })
      deps.trail.change(actor, note => users.endSession(note, found))
      return { ended: 1 }
    },
  )
  app.post(
    '/api/v1/sessions/end-others',
    {
      config,
      schema: {
        tags,
        summary: 'Ends all of mine but the one that asks',
        body: z.strictObject({}),
        response: { 200: sessionsEnded },
      },
    },
    async request => {
      const { user, actor, session: own } = who(request)
      const ended = deps.trail.change(actor, note => users.endSessions(note, user.name, deps.clock.now(), own ?? ''))
      return { ended }
    },
  )

  app.get(
    '/api/v1/sign-in-rules',
    {
      config: manage,
      schema: { tags, summary: 'What signing in demands of each role', response: { 200: page(signInRule) } },
    },
    async () => ({
      items: roles.filter(role => role !== 'display').map(role => ({ role, ...signIn.rules.of(role) })),
      next: null,
    }),
  )
  app.put(
    '/api/v1/sign-in-rules/:role',
    {
      config: manage,
      schema: {
        tags,
        summary:
          'Whether a second factor is demanded, after how long without use a session ends, and after how long at all',
        params: z.object({ role: z.enum(roles).exclude(['display']) }),
        body: changeSignInRule,
        response: { 200: signInRule },
      },
    },
    async request => {
      const { role } = request.params
      if (request.body.absoluteMs < request.body.idleMs) fail('sign-in-rule-order')
      deps.trail.change(who(request).actor, note => signIn.rules.set(note, role, request.body))
      return { role, ...signIn.rules.of(role) }
    },
  )
}
