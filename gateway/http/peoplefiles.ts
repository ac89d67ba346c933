import { z } from 'zod'
import { fail } from '../core/errors.ts'
import { PHOTO_BYTES, passList, passListRead, person as personSchema } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { personView } from './people.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'

const one = z.object({ id: z.string().max(64) })

/** What comes as a file: photos of people, and a firm's list of them. */
export function peopleFileRoutes(app: App, deps: Deps) {
  const { people } = deps
  const tags = ['people and passes']
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/people/:id/photo',
      {
        config: { access: 'pass.issue' },
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'The one-inch photo as the body: image/jpeg, image/png or image/webp, at most 1 MB',
          params: one,
          response: { 200: personSchema },
        },
      },
      async request => {
        const { id } = people.one(request.params.id)
        return personView(
          deps,
          takePhoto(deps, who(request).actor, request.body, (note, file) => people.setPhoto(note, id, file)),
        )
      },
    ),
  )
  app.get(
    '/api/v1/people/:id/photo/:file',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary: 'His photo, by the name that the person has',
        params: one.extend({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const { bytes, headers } = readPhoto(deps, file, people.one(id).photo)
      return reply.headers(headers).send(bytes)
    },
  )
  app.post(
    '/api/v1/pass-lists',
    {
      config: { access: 'pass.issue' },
      bodyLimit: 3_000_000,
      schema: {
        tags,
        summary:
          'A firm’s list of its people (CSV in UTF-8 or GBK, XLSX): each row without a problem becomes a person with a pass that waits for approval. A dry run, the default, says what is wrong with each row and changes nothing.',
        body: passList,
        response: { 200: passListRead },
      },
    },
    async request => {
      const { file, works: worksId, levels, validTo: to, dryRun } = request.body
      const works = people.works(worksId) ?? fail('not-found', { what: worksId })
      if (works.closedAt !== null) fail('works-closed', { no: works.no })
      const firm = works.company === null ? undefined : people.company(works.company)
      if (firm?.blocked) fail('company-blocked', { name: firm.name })
      for (const level of levels) if (!deps.plant()?.site.access.levels.has(level)) fail('not-found', { what: level })
      const validTo = Date.parse(to)
      if (validTo <= deps.clock.now()) fail('time-not-ahead')
      const ask = { file: Buffer.from(file, 'base64'), works, class: 'qr-static' as const, levels, validTo }
      if (dryRun) return deps.passLists.dryRun(ask)
      const { actor } = who(request)
      return createOnce(deps, request, (note, now) => deps.passLists.issue(note, ask, actor, now))
    },
  )
}
