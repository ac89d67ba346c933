import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasPatrols } from '../../rules/patrol/watch.ts'
import { may } from '../../rules/permission.ts'
import { startPages } from '../../rules/start.ts'
import { urgentNatures } from '../../rules/workorder.ts'
import { diskTrouble } from '../core/disk.ts'
import { fail } from '../core/errors.ts'
import type { User } from '../records/users.ts'
import { chooseStart, type Me, me, signIn } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { cookieOf } from './identity.ts'
import { createThrottle } from './throttle.ts'

/** As long as a browser keeps one at most [RFC 6265bis 5.5: 400 days]; the session itself ends before. */
const DISPLAY_COOKIE_S = 400 * 86_400
const HOME = {
  id: 'none',
  name: { 'zh-CN': '未配置的项目', en: 'No site yet' },
  timezone: 'UTC',
  patrols: false,
  runRecords: false,
  urgent: [...urgentNatures],
}

export function sessionRoutes(app: App, deps: Deps) {
  const throttle = createThrottle(deps.clock.now)
  const view = (user: Pick<User, 'name' | 'role' | 'start'>) => {
    const site = deps.plant()?.site
    return {
      name: user.name,
      role: user.role,
      start: user.start,
      site: site
        ? {
            id: site.id,
            name: site.name,
            timezone: site.timezone,
            urgent: [...site.orders.urgent],
            patrols: hasPatrols(site),
            runRecords: site.runForms.length > 0,
          }
        : HOME,
    }
  }
  const tags = ['session']
  const keep = (request: FastifyRequest, reply: FastifyReply, user: User, secret: string) =>
    reply.setCookie(cookieOf(request), secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      // The browser of a wall is switched off and on again; that of a desk forgets whoever was there.
      ...(user.role === 'display' && { maxAge: DISPLAY_COOKIE_S }),
    })
  const enter = (request: FastifyRequest, reply: FastifyReply, user: User) => {
    const actor = { name: user.name, role: user.role }
    const open = () => {
      try {
        return deps.trail.change(actor, note => deps.users.openSession(note, user, deps.clock.now()))
      } catch (error) {
        if (!diskTrouble(error)) throw error
        // A full disk must not blind the next shift: a session that lasts as long as the process, to look with.
        deps.log.error({ name: user.name }, 'signed in without a record: the disk cannot be written')
        return deps.users.openUnrecordedSession(user, deps.clock.now())
      }
    }
    keep(request, reply, user, open().secret)
  }

  app.post(
    '/api/v1/session',
    { config: { access: 'open' }, schema: { tags, summary: 'Sign in', body: signIn, response: { 200: me } } },
    async (request, reply) => {
      const { name, password } = request.body
      const key = `${request.ip} ${name.toLowerCase()}`
      const user = await throttle.attempt(request.ip, key, () => deps.users.check(name, password))
      if (!user) {
        deps.log.warn({ name: name.slice(0, 64), address: request.ip }, 'sign-in failed')
        return fail('wrong-password')
      }
      enter(request, reply, user)
      return view(user)
    },
  )
  app.get(
    '/api/v1/session',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'Who I am', response: { 200: me } } },
    async (request, reply) => {
      const { user } = who(request)
      const secret = request.cookies[cookieOf(request)]
      // Asked for each day by a wall: its cookie never grows old.
      if (user.role === 'display' && secret) keep(request, reply, user, secret)
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
      enter(request, reply, user)
      return view(user)
    },
  }
}
