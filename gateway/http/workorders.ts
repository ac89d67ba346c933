import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { orderAction, orderMove, page, paging, trailEntry, workorder } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { alarmFacts, workorderView } from './views.ts'

const one = z.object({ id: z.string().max(64) })

export function workorderRoutes(app: App, deps: Deps) {
  const tags = ['work orders']
  const config = { access: 'workorder.read' as const }
  const known = (id: string) => deps.workorders.get(id) ?? fail('not-found', { what: id })

  app.get(
    '/api/v1/workorders',
    {
      config,
      schema: {
        tags,
        summary: 'Orders that are not closed, newest first; all with `all`',
        querystring: z.object({ ...paging, all: z.stringbool().default(false) }),
        response: { 200: page(workorder) },
      },
    },
    async request => {
      const { all, limit, cursor } = request.query
      const list = deps.workorders.list(all ? 'all' : 'open', limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(w => workorderView(deps, w)), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/workorders/:id',
    { config, schema: { tags, summary: 'One order', params: one, response: { 200: workorder } } },
    async request => workorderView(deps, known(request.params.id)),
  )
  app.get(
    '/api/v1/workorders/:id/trail',
    {
      config,
      schema: { tags, summary: 'What happened to it, oldest first', params: one, response: { 200: page(trailEntry) } },
    },
    async request => {
      const { id } = known(request.params.id)
      return {
        items: deps.trail.of('workorder', id).map(e => ({ ...e, time: iso(e.time), data: { ...e.data } })),
        next: null,
      }
    },
  )
  app.post(
    '/api/v1/workorders/:id/:action',
    {
      config,
      schema: {
        tags,
        summary: 'One move of its flow; the flow says which roles may make it',
        params: one.extend({ action: orderAction }),
        body: orderMove,
        response: { 200: workorder },
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      const order = deps.trail.change(actor, note =>
        deps.workorders.move(
          note,
          id,
          action,
          actor,
          { ...request.body, ...alarmFacts(deps.alarms.get(known(id).alarm ?? '')) },
          deps.clock.now(),
        ),
      )
      return workorderView(deps, order)
    },
  )
}
