import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PAIRING_MS, type Pairing, pairingCode, roomFor, shownCode, typedCode } from '../../rules/pairing.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Display } from '../records/users.ts'
import {
  claimPairing,
  display,
  displayMade,
  type Me,
  newDisplay,
  newPairing,
  page,
  pairing,
  pairingClaimed,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { createThrottle } from './throttle.ts'

const FULL_S = 60

interface Waiting extends Pairing {
  readonly secret: string
}

const view = (d: Display) => ({
  name: d.name,
  disabled: d.disabled,
  createdAt: iso(d.createdAt),
  screens: d.screens,
  seenAt: isoOrNull(d.seenAt),
})

/**
 * Screens on a wall. One that is not signed in shows a code; whoever may types it at his desk, and the screen is signed in
 * with an account that only looks. The codes are kept in memory: after a restart the screen shows another one.
 * @param enter signs the browser of this reply in
 */
export function displayRoutes(
  app: App,
  deps: Deps,
  enter: (request: FastifyRequest, reply: FastifyReply, name: string) => Me,
) {
  const tags = ['displays']
  const manage = { access: 'display.manage' as const }
  const throttle = createThrottle(deps.clock.now)
  let waiting: readonly Waiting[] = []
  const known = (name: string): Display =>
    deps.users.displays().find(d => d.name.toLowerCase() === name.toLowerCase()) ?? fail('not-found', { what: name })

  app.post(
    '/api/v1/display-pairings',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'A screen asks to be let in: the code that it shows, good for ten minutes and once',
        body: newPairing,
        response: { 201: pairing },
      },
    },
    async (request, reply) => {
      const now = deps.clock.now()
      const left = roomFor(waiting, request.ip, now)
      if (!left) return fail('too-many-attempts', { seconds: FULL_S })
      const code = pairingCode(randomBytes(64))
      const made = { code, secret: randomUUID(), address: request.ip, until: now + PAIRING_MS, account: null }
      waiting = [...left, made]
      return reply.code(201).send({ code: shownCode(code), secret: made.secret, until: iso(made.until) })
    },
  )
  app.post(
    '/api/v1/display-pairings/claim',
    {
      config: { access: 'open' },
      schema: {
        tags,
        summary: 'The screen asks whether somebody has typed its code; when so it is signed in by this answer',
        body: claimPairing,
        response: { 200: pairingClaimed },
      },
    },
    async (request, reply) => {
      const now = deps.clock.now()
      const mine = waiting.find(p => p.secret === request.body.secret && p.until > now)
      if (!mine) return fail('pairing-over')
      if (mine.account === null) return { me: null }
      const me = enter(request, reply, mine.account)
      waiting = waiting.filter(p => p !== mine)
      return { me }
    },
  )
  app.get(
    '/api/v1/displays',
    { config: manage, schema: { tags, summary: 'All screens on walls', response: { 200: page(display) } } },
    async () => ({ items: deps.users.displays().map(view), next: null }),
  )
  app.post(
    '/api/v1/displays',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Lets the screen in that shows this code. A screen that had this name before is put out.',
        body: newDisplay,
        response: { 201: displayMade },
      },
    },
    async (request, reply) => {
      const { actor } = who(request)
      const code = typedCode(request.body.code)
      const asked = async () => waiting.find(p => p.code === code && p.account === null && p.until > deps.clock.now())
      const found = await throttle.attempt(request.ip, actor.name, asked)
      if (!found) return fail('pairing-unknown')
      // Nobody signs in with it: the screen was let in by its code.
      const password = await deps.users.hash(randomBytes(32).toString('base64url'))
      const user = deps.trail.change(actor, note =>
        deps.users.takeDisplay(note, request.body.name, password, found.address, deps.clock.now()),
      )
      waiting = waiting.map(p => (p === found ? { ...p, account: user.name } : p))
      return reply.code(201).send({ ...view(known(user.name)), address: found.address })
    },
  )
  app.post(
    '/api/v1/displays/:name/revoke',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Puts a screen out: what it shows ends within seconds',
        params: z.object({ name: z.string().max(64) }),
        response: { 200: display },
      },
    },
    async request => {
      const { name } = known(request.params.name)
      waiting = waiting.filter(p => p.account !== name)
      deps.trail.change(who(request).actor, note => deps.users.setDisabled(note, name, true))
      return view(known(name))
    },
  )
}
