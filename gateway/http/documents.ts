import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { EquipmentDocument } from '../records/documents.ts'
import { type DocumentView, documentAsk, equipmentDocument, page } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const equipment = z.object({ id: z.string().max(64) })
const one = equipment.extend({ document: z.string().max(64) })
const MOST = 100
const MAX_BYTES = 20_000_000
const types = { pdf: 'application/pdf', png: 'image/png', jpg: 'image/jpeg' } as const
const split = (file: string) => file.split('.') as [hash: string, ending: keyof typeof types]

const view = ({ file, at, kind, ...rest }: EquipmentDocument): DocumentView => {
  const [sha256, ending] = split(file)
  const name = /\.(pdf|png|jpe?g)$/i.test(rest.title) ? rest.title : `${rest.title}.${ending}`
  return { ...rest, kind: kind as DocumentView['kind'], name, type: types[ending], sha256, at: iso(at) }
}
/** Devices to Windows, whatever comes behind the dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
/** RFC 6266: a name for every browser. Nothing in it can end the header or name another folder. */
export const attachment = (name: string, ending: string): string => {
  const plain = name
    .replace(/\.[a-z]+$/i, '')
    .replace(/[^\p{L}\p{N} ._()-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
  const stem = RESERVED.test(plain) ? `_${plain}` : plain || 'document'
  // [RFC 8187, 3.2.1]: brackets are no signs of a value.
  const encoded = encodeURIComponent(`${stem}.${ending}`).replaceAll('(', '%28').replaceAll(')', '%29')
  return `attachment; filename="document.${ending}"; filename*=UTF-8''${encoded}`
}

/** Documents of equipment: typed, by what their bytes are, and only ever taken away as files. */
export function documentRoutes(app: App, deps: Deps) {
  const { documents, documentFiles, trail, clock } = deps
  const tags = ['plant']
  const read = { access: 'plant.read' as const }
  const manage = { access: 'document.manage' as const }

  app.get(
    '/api/v1/equipment/:id/documents',
    {
      config: read,
      schema: {
        tags,
        summary: 'Manuals, drawings and acceptance sheets of a piece of equipment, newest first',
        params: equipment,
        response: { 200: page(equipmentDocument) },
      },
    },
    async ({ params: { id } }) => ({ items: documents.list(id).map(view), next: null }),
  )
  void app.register((files, _, done) => {
    const scope = files as unknown as App
    scope.addContentTypeParser(
      Object.values(types),
      { parseAs: 'buffer', bodyLimit: MAX_BYTES },
      (_request, body, parsed) => parsed(null, body),
    )
    scope.post(
      '/api/v1/equipment/:id/documents',
      {
        config: manage,
        bodyLimit: MAX_BYTES,
        schema: {
          tags,
          summary: 'A document as the body: application/pdf, image/png or image/jpeg, at most 20 MB',
          params: equipment,
          querystring: documentAsk,
          response: { 201: equipmentDocument },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { actor } = who(request)
        if (!deps.plant()?.site.equipment.some(e => e.id === id)) fail('not-found', { what: id })
        if (documents.list(id).length >= MOST) fail('documents-full', { most: MOST })
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const type = documentFiles.typeOf(bytes)
        if (type === null) return fail('not-a-document')
        const { hash, isNew } = documentFiles.keep(bytes, type)
        const ending = Object.entries(types).find(([, t]) => t === type)![0]
        try {
          const facts = { equipment: id, ...request.query, file: `${hash}.${ending}`, bytes: bytes.length }
          const made = trail.change(actor, note => documents.add(note, { ...facts, at: clock.now(), by: actor.name }))
          return reply.code(201).send(view(made))
        } catch (error) {
          if (isNew) documentFiles.drop(hash, type)
          throw error
        }
      },
    )
    done()
  })
  app.get(
    '/api/v1/equipment/:id/documents/:document',
    { config: read, schema: { tags, summary: 'The file of a document, as an attachment', params: one } },
    async (request, reply) => {
      const { id, document } = request.params
      const found = documents.one(id, document)
      const [hash, ending] = split(found.file)
      const bytes = documentFiles.read(hash, types[ending]) ?? fail('not-found', { what: found.title })
      return reply
        .headers({
          'content-type': types[ending],
          'content-disposition': attachment(found.title, ending),
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, no-store',
        })
        .send(bytes)
    },
  )
  app.delete(
    '/api/v1/equipment/:id/documents/:document',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Removes a document; its record stays on the trail, its file goes when no other document is the same',
        params: one,
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    async request => {
      const { id, document } = request.params
      const { actor } = who(request)
      const found = documents.one(id, document)
      trail.change(actor, note => documents.remove(note, found, actor.name, clock.now()))
      const [hash, ending] = split(found.file)
      if (!documents.named(found.file)) documentFiles.drop(hash, types[ending])
      return { id: found.id }
    },
  )
}
