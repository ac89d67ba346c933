import { z } from 'zod'
import { fail } from '../core/errors.ts'
import { PHOTO_BYTES, passList, passListRead, person as personSchema } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { personView } from './people.ts'

const one = z.object({ id: z.string().max(64) })
const types = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const

/** What comes as a file: photos of people, and a firm's list of them. */
export function peopleFileRoutes(app: App, deps: Deps) {
  const { people } = deps
  const tags = ['people and passes']
  void app.register((photos, _, done) => {
    const scope = photos as unknown as App
    scope.addContentTypeParser(
      Object.values(types),
      { parseAs: 'buffer', bodyLimit: PHOTO_BYTES },
      (_request, body, parsed) => parsed(null, body),
    )
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
        const { actor } = who(request)
        const { id } = people.one(request.params.id)
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const type = deps.photos.typeOf(bytes)
        if (type === null) return fail('not-a-photo')
        const { hash, isNew } = deps.photos.keep(bytes, type)
        const ending = Object.entries(types).find(([, t]) => t === type)![0]
        try {
          return personView(
            deps,
            deps.trail.change(actor, note => people.setPhoto(note, id, `${hash}.${ending}`)),
          )
        } catch (error) {
          if (isNew) deps.photos.drop(hash, type)
          throw error
        }
      },
    )
    done()
  })
  app.get(
    '/api/v1/people/:id/photo/:file',
    {
      config: { access: 'pass.read' },
      schema: {
        tags,
        summary: 'His photo, by the name that the person has',
        params: one.extend({ file: z.string().regex(/^[0-9a-f]{64}\.(jpg|png|webp)$/) }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const [hash, ending] = file.split('.') as [string, keyof typeof types]
      const bytes = people.one(id).photo === file ? deps.photos.read(hash, types[ending]) : null
      if (!bytes) return fail('not-found', { what: hash.slice(0, 12) })
      return reply
        .header('content-type', types[ending])
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('content-disposition', 'inline')
        .send(bytes)
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
