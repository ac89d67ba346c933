import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Note } from '../records/trail.ts'
import type { User } from '../records/users.ts'
import { changeUser, newUser, page, user } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { refuseEasy } from './easypassword.ts'
import { createThrottle } from './throttle.ts'

export const userView = (deps: Pick<Deps, 'signIn'>, u: User) => ({
  ...{ name: u.name, role: u.role, disabled: u.disabled, createdAt: iso(u.createdAt) },
  factor: deps.signIn.factors.of(u.name) !== null,
  passkeys: deps.signIn.factors.passkeysOf(u.name).length,
})
const one = z.object({ name: z.string() })

export function userRoutes(app: App, deps: Deps) {
  const tags = ['users']
  const view = (u: User) => userView(deps, u)
  const manage = { access: 'user.manage' as const }
  const answers = { 200: user }
  /** Whoever found a screen signed in must not find the password too. */
  const throttle = createThrottle(deps.clock.now)

  app.get(
    '/api/v1/users',
    { config: manage, schema: { tags, summary: 'All people', response: { 200: page(user) } } },
    async () => ({ items: deps.users.list().map(view), next: null }),
  )
  app.post(
    '/api/v1/users',
    { config: manage, schema: { tags, summary: 'New person', body: newUser, response: { 201: user } } },
    async (request, reply) => {
      const { name, role, password } = request.body
      refuseEasy(deps, password, name)
      const hash = await deps.users.hash(password)
      return reply
        .code(201)
        .send(createOnce(deps, request, (note, now) => view(deps.users.create(note, name, role, hash, now))))
    },
  )
  const move = (action: string, summary: string, act: (note: Note, name: string) => User) =>
    app.post(
      `/api/v1/users/:name/${action}`,
      { config: manage, schema: { tags, summary, params: one, response: answers } },
      async request => view(deps.trail.change(who(request).actor, note => act(note, request.params.name))),
    )
  move('disable', 'Ends all sessions and tokens of a person', (note, name) => deps.users.setDisabled(note, name, true))
  move('enable', 'Lets a person in again', (note, name) => deps.users.setDisabled(note, name, false))
  app.post(
    '/api/v1/users/:name/role',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Another role. All sessions of that person end, but the one that he changes his own in.',
        params: one,
        body: changeUser.role,
        response: answers,
      },
    },
    async request => {
      const { actor, user: asker, session } = who(request)
      const { name } = request.params
      const keep = asker.name.toLowerCase() === name.toLowerCase() ? (session ?? '') : ''
      const changed = deps.trail.change(actor, note => deps.users.setRole(note, name, request.body.role, keep))
      deps.signIn.halves.drop(name)
      return view(changed)
    },
  )
  app.post(
    '/api/v1/users/:name/password',
    {
      config: { access: 'signed-in' },
      schema: {
        tags,
        summary: "A new password: one's own with the current one, anybody's by an admin. All other sessions end.",
        params: one,
        body: changeUser.password,
        response: answers,
      },
    },
    async request => {
      const { user: asker, actor, session } = who(request)
      const own = asker.name.toLowerCase() === request.params.name.toLowerCase()
      if (!own && !may(asker.role, 'user.manage')) fail('not-allowed', { role: asker.role, what: 'user.manage' })
      if (own) {
        const check = () => deps.users.check(asker.name, request.body.current ?? '')
        if (!(await throttle.attempt(request.ip, asker.name, check))) fail('wrong-password')
      }
      refuseEasy(deps, request.body.password, request.params.name)
      const hash = await deps.users.hash(request.body.password)
      const keep = own ? (session ?? '') : ''
      const changed = deps.trail.change(actor, note => deps.users.setPassword(note, request.params.name, hash, keep))
      // What was begun with the former password ends, too.
      deps.signIn.halves.drop(changed.name)
      return view(changed)
    },
  )
}
