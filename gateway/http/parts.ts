import { z } from 'zod'
import { amountOf, centsOf } from '../../rules/orderwork.ts'
import { iso } from '../core/clock.ts'
import type { Part } from '../records/parts.ts'
import { newPart, type PartView, page, part, partMove, trailEntry } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const one = z.object({ id: z.string().max(20) })

/** The store of parts: what there is, what is held for orders, what is to be bought. */
export function partRoutes(app: App, deps: Deps) {
  const tags = ['parts']
  const read = { access: 'workorder.read' as const }
  const manage = { access: 'part.manage' as const }
  const view = ({ priceCents, reservations, ...p }: Part): PartView => ({
    ...p,
    price: priceCents === null ? null : amountOf(priceCents),
    reservations: reservations.map(r => ({ ...r, no: deps.workorders.get(r.workorder)?.no ?? r.workorder })),
  })
  const facts = ({ price, ...rest }: z.infer<typeof newPart>) => ({
    ...rest,
    priceCents: price === null ? null : centsOf(price),
  })

  app.get(
    '/api/v1/parts',
    { config: read, schema: { tags, summary: 'The parts of the store', response: { 200: page(part) } } },
    async () => ({ items: deps.parts.list().map(view), next: null }),
  )
  app.post(
    '/api/v1/parts',
    {
      config: manage,
      schema: { tags, summary: 'A part of which there is none yet', body: newPart, response: { 201: part } },
    },
    async (request, reply) => {
      const { id } = createOnce(deps, request, note => ({ id: deps.parts.create(note, facts(request.body)).id }))
      return reply.code(201).send(view(deps.parts.get(id)))
    },
  )
  app.put(
    '/api/v1/parts/:id',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Its name, unit, price, least and place; how much there is changes by moves only',
        params: one,
        body: newPart,
        response: { 200: part },
      },
    },
    async request =>
      view(
        deps.trail.change(who(request).actor, note => deps.parts.change(note, request.params.id, facts(request.body))),
      ),
  )
  app.post(
    '/api/v1/parts/:id/moves',
    {
      config: manage,
      schema: {
        tags,
        summary: 'So many came, or so many were counted',
        params: one,
        body: partMove,
        response: { 200: part },
      },
    },
    async request => {
      const { move, quantity, note: remark } = request.body
      const { id } = createOnce(deps, request, note => ({
        id: deps.parts.move(note, request.params.id, move, quantity, null, remark).id,
      }))
      return view(deps.parts.get(id))
    },
  )
  app.get(
    '/api/v1/parts/:id/trail',
    {
      config: read,
      schema: { tags, summary: 'What came and went, oldest first', params: one, response: { 200: page(trailEntry) } },
    },
    async request => {
      const { id } = deps.parts.get(request.params.id)
      return {
        items: deps.trail.of('part', id).map(e => ({ ...e, time: iso(e.time), data: { ...e.data } })),
        next: null,
      }
    },
  )
}
