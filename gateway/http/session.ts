import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import { startPages } from '../../rules/start.ts'
import { fail } from '../core/errors.ts'
import type { User } from '../records/users.ts'
import { chooseStart, type Me, me, signIn, signInStep } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { cookieOf } from './identity.ts'
import { keepCookie, meOf, openSession } from './opensession.ts'
import { afterPassword, askerOf } from './signinsteps.ts'

export function sessionRoutes(app: App, deps: Deps) {
  const view = (user: User) => meOf(deps, user)
  const tags = ['session']
  app.post(
    '/api/v1/session',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'Sign in with name and password. 202: something lacks still, see `step`.',
        body: signIn,
        response: { 200: me, 202: signInStep },
      },
    },
    async (request, reply) => {
      const { name, password } = request.body
      const asker = askerOf(deps, request, name)
      const check = () => deps.users.check(name, password, asker.device !== null)
      const user = await deps.signIn.attempts.attempt(asker, check)
      if (!user) {
        deps.log.warn({ name: name.slice(0, 64), address: request.ip }, 'sign-in failed')
        return fail('wrong-password')
      }
      return afterPassword(deps, request, reply, user)
    },
  )
  app.get(
    '/api/v1/session',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'Who I am', response: { 200: me } } },
    async (request, reply) => {
      const { user } = who(request)
      const secret = request.cookies[cookieOf(request)]
      // Asked for each day by a wall: its cookie never grows old.
      if (user.role === 'display' && secret) keepCookie(request, reply, user, secret)
      return view(user)
    },
  )
  app.put(
    '/api/v1/session/start',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: 'Which page comes up first for me; null: that of my role',
        body: chooseStart,
        response: { 200: me },
      },
    },
    async request => {
      const { actor } = who(request)
      const { page } = request.body
      if (page !== null && !may(actor.role, startPages[page]))
        fail('not-allowed', { role: actor.role, what: startPages[page] })
      return view(deps.trail.change(actor, note => deps.users.setStart(note, actor.name, page)))
    },
  )
  app.delete(
    '/api/v1/session',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'Sign out', response: { 204: z.null() } } },
    async (request, reply) => {
      const { session, user, actor } = who(request)
      if (session) deps.trail.change(actor, note => deps.users.closeSession(note, user.name, session))
      const secure = request.protocol === 'https'
      return (
        reply
          .clearCookie(cookieOf(request), { path: '/', secure })
          // Pictures of people. Not the storage: a round that was walked offline waits there to be sent.
          .header('clear-site-data', '"cache"')
          .code(204)
          .send(null)
      )
    },
  )
  return {
    /** Signs in the browser of this reply as an account that somebody has let in. */
    enter(request: FastifyRequest, reply: FastifyReply, name: string): Me {
      const user = deps.users.get(name)
      if (!user || user.disabled) return fail('pairing-over')
      return openSession(deps, request, reply, user, 'paired')
    },
  }
}
