import { isIP } from 'node:net'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { errors, fail, fill } from '../core/errors.ts'
import type { Passkey } from '../records/factors.ts'
import {
  me,
  newPasskey,
  type PasskeyView,
  passkey,
  passkeyEntry,
  passkeyName,
  passkeyOptions,
  passkeys,
  withPassword,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { openSession } from './opensession.ts'
import { ownAskerOf } from './signinsteps.ts'

const one = z.object({ id: z.string().max(2000) })
const view = (p: Passkey): PasskeyView => ({
  ...{ id: p.id, name: p.name, host: p.host, synced: p.synced },
  ...{ createdAt: iso(p.createdAt), usedAt: isoOrNull(p.usedAt) },
})

/** Where the page of a request stands, or why no passkey works there [WebAuthn 3, 5.1.2: a secure context and a domain]. */
function placeOf(request: FastifyRequest) {
  // The guard has seen that the origin is ours; a proxy may have taken the TLS off on the way.
  const { origin = `${request.protocol}://${request.host}` } = request.headers
  const { hostname, protocol } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return { code: 'passkey-needs-name' as const, params: { host } }
  const near = host === 'localhost' || host.endsWith('.localhost')
  if (protocol !== 'https:' && !near) return { code: 'passkey-needs-https' as const, params: {} }
  return { code: null, place: { host, origin } }
}
function needPlace(request: FastifyRequest) {
  const found = placeOf(request)
  return found.code === null ? found.place : fail(found.code, found.params)
}

/** Passkeys of a person, and signing in with one. */
export function passkeyRoutes(app: App, deps: Deps) {
  const { signIn } = deps
  const tags = ['session']
  const config = { access: 'signed-in' as const }
  const open = { access: 'open' as const }

  app.get(
    '/api/v1/passkeys',
    {
      config,
      schema: { tags, summary: 'My passkeys, and why none works at this address', response: { 200: passkeys } },
    },
    async request => {
      const { code, params } = { params: {}, ...placeOf(request) }
      const text = code && { 'zh-CN': fill(errors[code]['zh-CN'], params), en: fill(errors[code].en, params) }
      return {
        items: signIn.factors.passkeysOf(who(request).user.name).map(view),
        next: null,
        unavailable: code && text ? { code, text } : null,
      }
    },
  )
  app.post(
    '/api/v1/passkeys/options',
    {
      config,
      schema: {
        tags,
        summary: 'What the browser needs for making a passkey; good for five minutes and once',
        body: withPassword,
        response: { 200: passkeyOptions },
      },
    },
    async request => {
      const place = needPlace(request)
      const { name } = who(request).user
      const check = () => deps.users.check(name, request.body.password, true)
      if (!(await signIn.attempts.attempt(ownAskerOf(deps, request), check))) fail('wrong-password')
      return { options: { ...(await signIn.passkeys.addOptions(name, place)) } }
    },
  )
  app.post(
    '/api/v1/passkeys',
    {
      config,
      schema: { tags, summary: 'The passkey that the browser made', body: newPasskey, response: { 201: passkey } },
    },
    async (request, reply) => {
      const { user, actor } = who(request)
      const { name, response } = request.body
      const made = response as unknown as RegistrationResponseJSON
      const store = await signIn.passkeys.added(user.name, name, made, needPlace(request))
      return reply.code(201).send(view(deps.trail.change(actor, store)))
    },
  )
  app.put(
    '/api/v1/passkeys/:id',
    {
      config,
      schema: { tags, summary: 'Another name for it', params: one, body: passkeyName, response: { 200: passkey } },
    },
    async request => {
      const { user, actor } = who(request)
      const mine = signIn.passkeys.mine(user.name, request.params.id)
      deps.trail.change(actor, note => signIn.passkeys.rename(note, mine, request.body.name))
      return view(signIn.passkeys.mine(user.name, mine.id))
    },
  )
  app.delete(
    '/api/v1/passkeys/:id',
    { config, schema: { tags, summary: 'It opens nothing any more', params: one, response: { 204: z.null() } } },
    async (request, reply) => {
      const { user, actor } = who(request)
      const mine = signIn.passkeys.mine(user.name, request.params.id)
      deps.trail.change(actor, note => signIn.passkeys.remove(note, mine))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/session/passkey/options',
    {
      config: open,
      schema: {
        tags,
        summary: 'What the browser needs for signing in with a passkey; good for five minutes and once',
        body: z.strictObject({}),
        response: { 200: passkeyOptions },
      },
    },
    async request => ({ options: { ...(await signIn.passkeys.enterOptions(needPlace(request))) } }),
  )
  app.post(
    '/api/v1/session/passkey',
    { config: open, schema: { tags, summary: 'Sign in with a passkey', body: passkeyEntry, response: { 200: me } } },
    async (request, reply) => {
      const answer = request.body.response as unknown as AuthenticationResponseJSON
      const { passkey: used, alongside } = await signIn.passkeys.entered(answer, needPlace(request), copied => {
        deps.log.error({ name: copied.user, passkey: copied.name }, 'the counter of a passkey has not gone on')
        deps.trail.change({ name: copied.user, role: 'passkey' }, note =>
          note('passkey', copied.user, 'copied', { name: copied.name, address: request.ip }),
        )
      })
      const user = deps.users.get(used.user)
      if (!user || user.disabled) return fail('passkey-unknown')
      return openSession(deps, request, reply, user, 'passkey', alongside)
    },
  )
}
