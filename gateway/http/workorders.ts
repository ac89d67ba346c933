import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Workorder } from '../records/workorders.ts'
import { proofOf } from './arrivalproof.ts'
import { newVisit, orderAction, orderMove, page, paging, trailEntry, workorder } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { alarmFacts, workorderView } from './views.ts'

const one = z.object({ id: z.string().max(64) })
const PHOTO_MAX_BYTES = 5_000_000

export function workorderRoutes(app: App, deps: Deps) {
  const tags = ['work orders']
  const config = { access: 'workorder.read' as const }
  const known = (id: string) => deps.workorders.get(id) ?? fail('not-found', { what: id })
  const answers = { 200: workorder }

  app.get(
    '/api/v1/workorders',
    {
      config,
      schema: {
        tags,
        summary:
          'Orders that are not closed, newest first; all with `all`; with `visits` those that wait for a return visit',
        querystring: z.object({
          ...paging,
          all: z.stringbool().default(false),
          visits: z.stringbool().default(false),
          /** What a code on a piece of equipment says: only orders of that equipment on which somebody has still to come or work. */
          code: z.string().max(300).optional(),
        }),
        response: { 200: page(workorder) },
      },
    },
    async request => {
      const { all, visits, limit, cursor, code } = request.query
      if (code !== undefined) {
        const equipment = deps.intake.equipmentOf(code) ?? fail('not-found', { what: '' })
        const here = deps.workorders
          .list('open', limit)
          .filter(w => w.equipment === equipment && ['new', 'accepted', 'arrived'].includes(w.phase))
        return { items: here.map(w => workorderView(deps, w)), next: null }
      }
      const list = deps.workorders.list(visits ? 'visits' : all ? 'all' : 'open', limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(w => workorderView(deps, w)), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/workorders/:id',
    { config, schema: { tags, summary: 'One order', params: one, response: answers } },
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
        response: answers,
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      const { until, at, to, proof, ...ask } = request.body
      const had = known(id)
      if (action === 'assign' && to !== undefined && !assignable(to)) fail('not-found', { what: to })
      const alarms = deps.workorders.alarmsOf(had.id).flatMap(alarm => deps.alarms.get(alarm) ?? [])
      const order = deps.trail.change(actor, note =>
        deps.workorders.move(
          note,
          id,
          action,
          actor,
          {
            ...ask,
            to,
            proof: proof && ['arrive', 'prove', 'leave'].includes(action) ? proofOf(deps, had, proof) : undefined,
            until: until === undefined ? undefined : Date.parse(until),
            at: at === undefined || at === null ? at : Date.parse(at),
            ...alarmFacts(alarms),
          },
          deps.clock.now(),
        ),
      )
      return workorderView(deps, order)
    },
  )
  const assignable = (name: string): boolean => {
    const user = deps.users.get(name)
    return user !== undefined && !user.disabled && (user.role === 'engineer' || user.role === 'admin')
  }

  /** The crew, whoever leads it, and the desk write on an order; a guard or a viewer only reads. */
  const work = { access: 'workorder.work' as const }
  app.post(
    '/api/v1/workorders/:id/visits',
    {
      config: { access: 'workorder.visit' },
      schema: {
        tags,
        summary: 'A return visit; "not solved" sends the order back. Not by whoever did the repair.',
        params: one,
        body: newVisit,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const at = deps.clock.now()
      return workorderView(
        deps,
        deps.trail.change(actor, note =>
          deps.workorders.visit(note, request.params.id, { ...request.body, by: actor.name, at }, at),
        ),
      )
    },
  )

  void app.register((photos, _, done) => {
    const scope = photos as unknown as App
    scope.addContentTypeParser(
      ['image/jpeg', 'image/png', 'image/webp'],
      { parseAs: 'buffer', bodyLimit: PHOTO_MAX_BYTES },
      (_request, body, parsed) => parsed(null, body),
    )
    scope.post(
      '/api/v1/workorders/:id/photos',
      {
        config: work,
        bodyLimit: PHOTO_MAX_BYTES,
        schema: {
          tags,
          summary: 'A photo as the body: image/jpeg, image/png or image/webp, at most 5 MB; at most 20 of an order',
          params: one,
          querystring: z.object({ when: z.enum(['before', 'after']).default('after') }),
          response: answers,
        },
      },
      async request => {
        const { actor } = who(request)
        const { id } = known(request.params.id)
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const type = deps.photos.typeOf(bytes)
        if (type === null) return fail('not-a-photo')
        const { hash, isNew } = deps.photos.keep(bytes, type)
        const at = deps.clock.now()
        const photo = { hash, type, bytes: bytes.length, when: request.query.when, by: actor.name, at }
        try {
          return workorderView(
            deps,
            deps.trail.change(actor, note => deps.workorders.addPhoto(note, id, photo, at)),
          )
        } catch (error) {
          if (isNew) deps.photos.drop(hash, type)
          throw error
        }
      },
    )
    done()
  })
  const photoOf = (order: Workorder, hash: string) => order.photos.find(p => p.hash === hash)
  app.get(
    '/api/v1/workorders/:id/photos/:hash',
    {
      config,
      schema: {
        tags,
        summary: 'A photo as it was sent',
        params: one.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
      },
    },
    async (request, reply) => {
      const photo = photoOf(known(request.params.id), request.params.hash)
      const bytes = photo && deps.photos.read(photo.hash, photo.type as never)
      if (!photo || !bytes) return fail('not-found', { what: request.params.hash.slice(0, 12) })
      return reply
        .header('content-type', photo.type)
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('content-disposition', 'inline')
        .send(bytes)
    },
  )
}
