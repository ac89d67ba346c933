import type { FastifyReply, FastifyRequest } from 'fastify'
import { newSiteText } from '../../rules/newsite.ts'
import { fail } from '../core/errors.ts'
import type { Note } from '../records/trail.ts'
import { firstRun, type Me, me } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { refuseEasy } from './easypassword.ts'
import { createThrottle } from './throttle.ts'

/** The first person and the name of the site, in one transaction [issue 11, item 6]: a kill leaves both or neither undone. */
export function firstRunRoutes(
  app: App,
  deps: Deps,
  enter: (request: FastifyRequest, reply: FastifyReply, name: string) => Me,
) {
  const throttle = createThrottle(deps.clock.now)
  /** One at a time: whoever comes second is told, not half done. */
  let turn: Promise<unknown> = Promise.resolve()

  app.post(
    '/api/v1/first-run',
    {
      config: { access: 'open' },
      schema: {
        tags: ['session'],
        summary:
          'The first administrator of an empty box, with the setup code of its console; and the name of its site',
        body: firstRun,
        response: { 201: me },
      },
    },
    async (request, reply) => {
      const { code, site, name, password } = request.body
      if (!deps.firstRun.open()) fail('first-run-over')
      const fits = await throttle.attempt(request.ip, request.ip, async () => deps.firstRun.fits(code) || undefined)
      if (!fits) {
        deps.log.warn({ address: request.ip }, 'a wrong setup code')
        return fail('setup-code-wrong')
      }
      refuseEasy(deps, password, name, ...(site ? [site.name['zh-CN'], site.name.en] : []))
      const hash = await deps.users.hash(password)
      const actor = { name, role: 'admin' }
      const create = (note: Note) => {
        if (!deps.firstRun.open()) fail('first-run-over')
        deps.users.create(note, name, 'admin', hash, deps.clock.now())
      }
      const make = async () => {
        if (!deps.firstRun.open()) return fail('first-run-over')
        const had = deps.site.view().hash
        if (site === undefined) return void deps.trail.change(actor, create)
        if (had !== null) return fail('first-run-site')
        await deps.site.save(newSiteText(site), null, actor, { way: 'page' }, create)
      }
      const mine = turn.then(make)
      turn = mine.catch(() => {})
      await mine
      deps.firstRun.over()
      return reply.code(201).send(enter(request, reply, name))
    },
  )
}
