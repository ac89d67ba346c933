import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { factorSecret, factorState, givenCode, recoveryCodes, takeAway, user, withPassword } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { ownAskerOf } from './signinsteps.ts'
import { userView } from './users.ts'

/** One's own second factor; and an administrator's way to take another's away. */
export function factorRoutes(app: App, deps: Deps) {
  const { signIn, users } = deps
  const tags = ['session']
  const config = { access: 'signed-in' as const }

  /** Whoever found a screen signed in must not change by what its owner proves himself. @throws wrong-password */
  async function withOwnPassword(request: FastifyRequest, password: string): Promise<void> {
    const { name } = who(request).user
    if (!(await signIn.attempts.attempt(ownAskerOf(deps, request), () => users.check(name, password, true))))
      fail('wrong-password')
  }
  const state = (request: FastifyRequest) => {
    const { name, role } = who(request).user
    return {
      since: isoOrNull(signIn.factors.of(name)?.since ?? null),
      recoveryLeft: signIn.factors.codesLeft(name),
      demanded: signIn.rules.of(role).factor,
    }
  }

  app.get(
    '/api/v1/factor',
    { config, schema: { tags, summary: 'My second factor', response: { 200: factorState } } },
    async request => state(request),
  )
  app.post(
    '/api/v1/factor',
    {
      config,
      schema: {
        tags,
        summary: 'A new secret for an authenticator app; it counts from its first code on, until then what was',
        body: withPassword,
        response: { 200: factorSecret },
      },
    },
    async request => {
      await withOwnPassword(request, request.body.password)
      return signIn.factor.begin(who(request).user.name)
    },
  )
  app.post(
    '/api/v1/factor/confirm',
    {
      config,
      schema: {
        tags,
        summary: 'Its first code; all my other sessions end. Answers the recovery codes, once.',
        body: givenCode,
        response: { 200: recoveryCodes },
      },
    },
    async request => {
      const { user: me, actor, session } = who(request)
      const { codes, alongside } = await signIn.factor.confirm(me.name, request.body.code)
      deps.trail.change(actor, note => {
        alongside(note)
        users.endSessions(note, me.name, deps.clock.now(), session ?? '')
      })
      return { codes }
    },
  )
  app.post(
    '/api/v1/factor/recovery-codes',
    {
      config,
      schema: {
        tags,
        summary: 'Ten new recovery codes, shown once; the former ones are no more',
        body: withPassword,
        response: { 200: recoveryCodes },
      },
    },
    async request => {
      await withOwnPassword(request, request.body.password)
      const { user: me, actor } = who(request)
      return { codes: [...deps.trail.change(actor, note => signIn.factor.renewCodes(note, me.name))] }
    },
  )
  app.post(
    '/api/v1/factor/remove',
    {
      config,
      schema: {
        tags,
        summary: 'Takes my second factor away, where the role does not demand one',
        body: withPassword,
        response: { 200: factorState },
      },
    },
    async request => {
      const { user: me, actor } = who(request)
      if (signIn.rules.of(me.role).factor) fail('factor-demanded')
      await withOwnPassword(request, request.body.password)
      deps.trail.change(actor, note => signIn.factor.drop(note, me.name))
      return state(request)
    },
  )
  app.post(
    '/api/v1/users/:name/factor/remove',
    {
      config: { access: 'user.manage' },
      schema: {
        tags: ['users'],
        summary: "Takes a person's app, recovery codes and passkeys away, as when the phone is lost. His sessions end.",
        params: z.object({ name: z.string().max(64) }),
        body: takeAway,
        response: { 200: user },
      },
    },
    async request => {
      const { actor } = who(request)
      const person = users.get(request.params.name) ?? fail('not-found', { what: request.params.name })
      deps.trail.change(actor, note => signIn.takeAway(note, person.name, actor.name, request.body.reason))
      return userView(deps, person)
    },
  )
  app.post(
    '/api/v1/session/told',
    {
      config,
      schema: {
        tags,
        summary: 'I have seen what was done to my account',
        body: z.strictObject({}),
        response: { 200: z.object({}) },
      },
    },
    async request => {
      const { user: me, actor } = who(request)
      deps.trail.change(actor, note => {
        signIn.factors.forgetTold(me.name)
        note('session', me.name, 'told')
      })
      return {}
    },
  )
}
