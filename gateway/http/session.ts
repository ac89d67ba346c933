import { z } from 'zod'
import { hasPatrols } from '../../rules/patrol/watch.ts'
import { urgentNatures } from '../../rules/workorder.ts'
import { diskTrouble } from '../core/disk.ts'
import { fail } from '../core/errors.ts'
import { me, signIn } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { COOKIE } from './identity.ts'
import { createThrottle } from './throttle.ts'

const HOME = {
  id: 'none',
  name: { 'zh-CN': '未配置的项目', en: 'No site yet' },
  timezone: 'UTC',
  patrols: false,
  urgent: [...urgentNatures],
}

export function sessionRoutes(app: App, deps: Deps) {
  const throttle = createThrottle(deps.clock.now)
  const view = (user: { name: string; role: z.infer<typeof me>['role'] }) => {
    const site = deps.plant()?.site
    return {
      name: user.name,
      role: user.role,
      site: site
        ? {
            id: site.id,
            name: site.name,
            timezone: site.timezone,
            urgent: [...site.orders.urgent],
            patrols: hasPatrols(site),
          }
        : HOME,
    }
  }
  const tags = ['session']

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
      const { secret } = open()
      void reply.setCookie(COOKIE, secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
      })
      return view(user)
    },
  )
  app.get(
    '/api/v1/session',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'Who I am', response: { 200: me } } },
    async request => view(who(request).user),
  )
  app.delete(
    '/api/v1/session',
    { config: { access: 'signed-in' }, schema: { tags, summary: 'Sign out', response: { 204: z.null() } } },
    async (request, reply) => {
      const { session, user, actor } = who(request)
      if (session) deps.trail.change(actor, note => deps.users.closeSession(note, user.name, session))
      return reply.clearCookie(COOKIE, { path: '/' }).code(204).send(null)
    },
  )
}
