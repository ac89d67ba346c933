import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Asker } from '../../rules/signin/attempts.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { User } from '../records/users.ts'
import { enrolled, factorSecret, givenCode, type Me, me, type SignInStep } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { cookieOf, HALF_COOKIE, SCREEN_COOKIE } from './identity.ts'
import { openSession } from './opensession.ts'

const HALF_S = 300

/** Whose tries these count for: those of a screen that this account came in from before, or those of strangers. */
export const askerOf = (deps: Deps, request: FastifyRequest, account: string): Asker => ({
  account,
  address: request.ip,
  device: deps.signIn.devices.knows(request.cookies[cookieOf(request, SCREEN_COOKIE)], account),
})

/** The same of somebody who is signed in and says his password once more: what strangers have failed at keeps him from nothing. */
export function ownAskerOf(deps: Deps, request: FastifyRequest): Asker {
  const { user, session } = who(request)
  const asker = askerOf(deps, request, user.name)
  return { ...asker, device: asker.device ?? session }
}

/** The password was right: a session, or what lacks still, for which a cookie holds the place and nothing else. */
export function afterPassword(deps: Deps, request: FastifyRequest, reply: FastifyReply, user: User): Me | SignInStep {
  const step = deps.signIn.lacks(user)
  if (step === 'passkey') return fail('factor-passkey')
  if (step === null) return openSession(deps, request, reply, user, 'password')
  const { secret, half } = deps.signIn.halves.open(user.name, step)
  reply.setCookie(cookieOf(request, HALF_COOKIE), secret, {
    ...{ path: '/', httpOnly: true, sameSite: 'strict', maxAge: HALF_S },
    secure: request.protocol === 'https',
  })
  void reply.code(202)
  return { step, until: iso(half.until) }
}

/** What follows a good password: a code, or setting up what gives codes. */
export function signInStepRoutes(app: App, deps: Deps) {
  const { signIn } = deps
  const tags = ['session']
  const config = { access: 'open' as const }

  /** @throws half-over */
  function halfOf(request: FastifyRequest, step: SignInStep['step']): { readonly user: User; readonly secret: string } {
    const secret = request.cookies[cookieOf(request, HALF_COOKIE)] ?? ''
    const half = signIn.halves.of(secret)
    const user = half?.step === step ? deps.users.get(half.user) : undefined
    if (!user || user.disabled) return fail('half-over')
    return { user, secret }
  }
  const done = (request: FastifyRequest, reply: FastifyReply, secret: string) => {
    signIn.halves.close(secret)
    // Without `Secure` a browser leaves a cookie of HTTPS alone.
    reply.clearCookie(cookieOf(request, HALF_COOKIE), { path: '/', secure: request.protocol === 'https' })
  }
  /** A wrong code counts as a failed try; what it says stays its own. */
  async function counted<T>(request: FastifyRequest, user: User, work: () => Promise<T>): Promise<T> {
    let refused: unknown = null
    const found = await signIn.codeAttempts.attempt(askerOf(deps, request, user.name), () =>
      work().catch((error: unknown) => {
        refused = error
        return undefined
      }),
    )
    if (found !== undefined) return found
    deps.log.warn({ name: user.name, address: request.ip }, 'a code at the sign-in was refused')
    throw refused
  }

  app.post(
    '/api/v1/session/code',
    {
      config,
      schema: {
        tags,
        summary: 'After the password: a code of the authenticator app, or a recovery code',
        body: givenCode,
        response: { 200: me },
      },
    },
    async (request, reply) => {
      const { user, secret } = halfOf(request, 'code')
      const proven = await counted(request, user, () => signIn.factor.prove(user.name, request.body.code))
      proven.spend()
      done(request, reply, secret)
      return openSession(deps, request, reply, user, proven.how, proven.alongside)
    },
  )
  app.post(
    '/api/v1/session/enrol',
    {
      config,
      schema: {
        tags,
        summary: 'After the password, where the role demands a second factor: the secret for an authenticator app',
        body: z.strictObject({}),
        response: { 200: factorSecret },
      },
    },
    async request => signIn.factor.begin(halfOf(request, 'enrol').user.name),
  )
  app.post(
    '/api/v1/session/enrol/confirm',
    {
      config,
      schema: {
        tags,
        summary: 'The first code of it: signs in, and gives the recovery codes, once',
        body: givenCode,
        response: { 200: enrolled },
      },
    },
    async (request, reply) => {
      const { user, secret } = halfOf(request, 'enrol')
      const { codes, alongside } = await counted(request, user, () =>
        signIn.factor.confirm(user.name, request.body.code),
      )
      // Not on a full disk: what can't be kept must not be shown as set up.
      deps.trail.change({ name: user.name, role: user.role }, alongside)
      done(request, reply, secret)
      return { codes, me: openSession(deps, request, reply, user, 'code') }
    },
  )
}
