import { z } from 'zod'
import { PHOTO_BYTES, photoHold, visit } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'
import { visitView } from './visits.ts'

const one = z.object({ id: z.string().max(64) })

/** Photos of visitors: taken at the desk, or by the guard who lets them in. */
export function visitPhotoRoutes(app: App, deps: Deps) {
  const { visits } = deps
  const tags = ['visits']
  const config = { access: 'visit.read' as const }
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/visits/:id/photo',
      {
        config,
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'The photo of a visitor as the body: image/jpeg, image/png or image/webp, at most 1 MB',
          params: one,
          response: { 200: visit },
        },
      },
      async request => {
        const { id } = visits.one(request.params.id)
        return visitView(
          deps,
          takePhoto(deps, who(request).actor, request.body, (note, file) => visits.setPhoto(note, id, file)),
        )
      },
    ),
  )
  app.post(
    '/api/v1/visits/:id/photo-hold',
    {
      config: { access: 'visit.hold' },
      schema: {
        tags,
        summary: 'Keeps the photo of a visitor beyond its time, for a reason, or lets its time count again',
        params: one,
        body: photoHold,
        response: { 200: visit },
      },
    },
    async request => {
      const { id } = visits.one(request.params.id)
      const { hold, reason } = request.body
      const { actor } = who(request)
      return visitView(
        deps,
        deps.trail.change(actor, note => visits.holdPhoto(note, id, hold ? reason : null, reason)),
      )
    },
  )
  app.get(
    '/api/v1/visits/:id/photo/:file',
    {
      config,
      schema: {
        tags,
        summary: 'The photo of a visitor, by the name that the visit has',
        params: one.extend({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const { bytes, headers } = readPhoto(deps, file, visits.one(id).photo)
      return reply.headers(headers).send(bytes)
    },
  )
}
