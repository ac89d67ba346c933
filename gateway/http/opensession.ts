import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasPatrols } from '../../rules/patrol/watch.ts'
import type { Way } from '../../rules/signin/lifetime.ts'
import { urgentNatures } from '../../rules/workorder.ts'
import { iso } from '../core/clock.ts'
import { diskTrouble } from '../core/disk.ts'
import type { Note } from '../records/trail.ts'
import type { User } from '../records/users.ts'
import type { Me } from './contract.ts'
import type { Deps } from './deps.ts'
import { cookieOf, SCREEN_COOKIE } from './identity.ts'

/** As long as a browser keeps one at most [RFC 6265bis 5.5: 400 days]; the session itself ends before. */
export const LONGEST_COOKIE_S = 400 * 86_400
const MOST_DEVICE = 200
const HOME = {
  id: 'none',
  name: { 'zh-CN': '未配置的项目', en: 'No site yet' },
  timezone: 'UTC',
  patrols: false,
  runRecords: false,
  urgent: [...urgentNatures],
}

/** The account of whoever asks, and the site that it works for. */
export function meOf(deps: Deps, user: Pick<User, 'name' | 'role' | 'start'>): Me {
  const site = deps.plant()?.site
  const told = deps.signIn.factors.told(user.name)
  return {
    name: user.name,
    role: user.role,
    start: user.start,
    ...(told.length > 0 && { told: told.map(one => ({ ...one, at: iso(one.at), what: 'factor-taken' as const })) }),
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

/** The cookie of a session in the browser of this reply. */
export const keepCookie = (request: FastifyRequest, reply: FastifyReply, user: Pick<User, 'role'>, secret: string) =>
  reply.setCookie(cookieOf(request), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    // The browser of a wall is switched off and on again; that of a desk forgets whoever was there.
    ...(user.role === 'display' && { maxAge: LONGEST_COOKIE_S }),
  })

/**
 * Opens a session in the browser of this reply: the one way in, after any proof of who somebody is.
 * On the trail with its way; a full disk must not blind the next shift, so then it lasts as long as the process.
 * @param how the proof that was given
 * @param alongside what has to stand or fall with it, as that a code was used
 */
export function openSession(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  how: Way,
  alongside: (note: Note) => void = () => {},
): Me {
  const actor = { name: user.name, role: user.role }
  const device = request.headers['user-agent']?.slice(0, MOST_DEVICE) ?? null
  const entered = { how, device, address: request.ip }
  const open = () => {
    const secret = request.cookies[cookieOf(request)]
    const former = secret === undefined ? undefined : deps.users.ofSession(secret, deps.clock.now())
    try {
      return deps.trail.change(actor, note => {
        alongside(note)
        // This browser forgets it now; whoever has a copy of it must not go on with it [ASVS 5.0, 7.2.4].
        if (former) deps.users.closeSession(note, former.user.name, former.hash)
        return deps.users.openSession(note, user, deps.clock.now(), entered)
      })
    } catch (error) {
      if (!diskTrouble(error)) throw error
      deps.log.error({ name: user.name }, 'signed in without a record: the disk cannot be written')
      return deps.users.openUnrecordedSession(user, deps.clock.now(), entered)
    }
  }
  keepCookie(request, reply, user, open().secret)
  // From now on this account's tries at this screen count by themselves.
  const screen = cookieOf(request, SCREEN_COOKIE)
  if (how !== 'paired')
    reply.setCookie(screen, deps.signIn.devices.withAccount(request.cookies[screen], user.name), {
      ...{ path: '/', httpOnly: true, sameSite: 'strict', maxAge: LONGEST_COOKIE_S },
      secure: request.protocol === 'https',
    })
  return meOf(deps, user)
}
