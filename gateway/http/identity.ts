import type { FastifyReply, FastifyRequest } from 'fastify'
import { may } from '../../rules/permission.ts'
import { fail } from '../core/errors.ts'
import type { App, Deps, Identity } from './deps.ts'
import { shed } from './shed.ts'

const SESSION = 'gatehouse_session'
/** Of a screen from which people have signed in. It opens nothing: its tries are counted by themselves. */
export const SCREEN_COOKIE = 'gatehouse_screen'
/** Of somebody whose password was right and who has still to prove more. No session: nothing here reads it. */
export const HALF_COOKIE = 'gatehouse_half'
/** Over HTTPS a browser takes it from this host alone, and no other program of the machine can plant one [RFC 6265bis 4.1.3.2]. */
export const cookieOf = ({ protocol }: FastifyRequest, name: string = SESSION): string =>
  protocol === 'https' ? `__Host-${name}` : name

/** Who sends this request, by its session cookie or its bearer token; null when nobody that we know. */
export function identify(deps: Deps, request: FastifyRequest): Identity | null {
  const now = deps.clock.now()
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) {
    const found = deps.users.ofToken(bearer, now)
    return found ? { user: found.user, actor: { name: found.user.name, role: found.user.role }, session: null } : null
  }
  const secret = request.cookies[cookieOf(request)]
  const found = secret ? deps.users.ofSession(secret, now, request.ip) : undefined
  return found
    ? { user: found.user, actor: { name: found.user.name, role: found.user.role }, session: found.hash }
    : null
}

/** A browser sends our cookie along from any page; only our own pages may use it. */
export const ownOrigin = (request: FastifyRequest): boolean => {
  const { origin } = request.headers
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  // A proxy may have taken the TLS off before us, so plain HTTP says nothing of how the page came.
  return host === request.host && (request.protocol !== 'https' || protocol === 'https:')
}

/** Holds the door: a route that does not say who may use it can't even be registered. */
export function guardRoutes(
  app: App,
  deps: Deps,
  /** Refuses an account that asks too often. */
  often: (request: FastifyRequest, reply: FastifyReply) => void,
) {
  app.decorateRequest('identity', null)
  app.addHook('onRoute', route => {
    if (route.url.startsWith('/api/') && !route.url.startsWith('/api/docs') && !route.config?.access)
      throw new Error(`${String(route.method)} ${route.url} does not say who may use it`)
  })
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access
    if (access === undefined) return
    const safe = request.method === 'GET' || request.method === 'HEAD'
    if ((!safe || request.headers.upgrade) && !request.headers.authorization && !ownOrigin(request))
      fail('foreign-origin')
    request.identity = identify(deps, request)
    often(request, reply)
    if (access === 'open') return
    const { user } = request.identity ?? fail('not-signed-in')
    if (access !== 'signed-in' && !may(user.role, access)) fail('not-allowed', { role: user.role, what: access })
    shed(deps.memoryShort(), request, reply)
    // Whatever a route says: a screen on a wall looks, and signs out.
    const own = request.routeOptions.url === '/api/v1/session'
    if (user.role === 'display' && !own && (!safe || access === 'signed-in'))
      fail('not-allowed', { role: user.role, what: access })
  })
}
