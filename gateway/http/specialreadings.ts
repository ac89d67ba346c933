import { z } from 'zod'
import { indexText } from '../../rules/readings/book.ts'
import { changesOccupier, wanting } from '../../rules/readings/special.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { KeptSpecial } from '../records/special.ts'
import {
  newSpecial,
  PHOTO_BYTES,
  type SpecialBrief,
  type SpecialView,
  specialFill,
  specialReading,
  specialReadings,
  specialSign,
  specialWithdraw,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'

const MOST_PICTURE = 100_000
const one = z.object({ id: z.string().max(64) })

/** Readings at an event: handover, change of tenant, takeover, contract [F27, M04, P-19]. */
export function specialRoutes(app: App, deps: Deps) {
  const tags = ['readings']
  const config = { access: 'reading.take' as const }
  const { specials } = deps
  const { desk } = deps.byHand
  const unitName = (unit: string | null) => (unit === null ? null : (deps.plant()?.site.spaces.get(unit)?.name ?? null))

  function brief(s: KeptSpecial): SpecialBrief {
    const { id, no, kind, unit, phase, outgoing, incoming, preparedBy, lines } = s
    return {
      ...{ id, no, kind, unit, unitName: unitName(unit), at: iso(s.at), phase, outgoing, incoming, preparedBy },
      ...{ lines: lines.length, gaps: lines.filter(l => l.gap !== null).length },
    }
  }
  function view(s: KeptSpecial): SpecialView {
    const { signed, withdrawn } = s
    return {
      ...brief(s),
      ...{ note: s.note, preparedAt: iso(s.preparedAt), splits: changesOccupier(s), seen: desk.seal(s) },
      lines: s.lines.map(l => lineView(s, l)),
      wants: s.phase === 'draft' ? wanting(s.lines) : [],
      signed: signed && {
        ...{ by: signed.by, at: iso(signed.at), hash: signed.hash },
        parties: signed.parties.map(({ name, side }) => ({ name, side })),
      },
      withdrawn: withdrawn && { ...withdrawn, at: iso(withdrawn.at) },
    }
  }
  function lineView(s: KeptSpecial, l: KeptSpecial['lines'][number]): SpecialView['lines'][number] {
    const { book, here } = deps.meterBook
    const registers = book().meters.find(m => m.serial === l.meter)?.registers
    const register = registers?.find(r => r.code === l.register)
    const there = l.point === null ? undefined : here(l.point, s.at)
    const known = register && there?.meter === l.meter ? { register, there: there! } : null
    const before = known ? deps.readingKeeper.baseOf(known.there, known.register.code, s.at) : null
    const judged =
      known && l.index !== null ? deps.readingKeeper.judged(known.there, known.register, s.at, l.index) : null
    const { point, unit, medium, meter, gap, unread, photo, noPhoto, remark } = l
    return {
      ...{
        point,
        unit,
        unitName: unitName(unit),
        medium,
        meter,
        register: l.register,
        gap,
        unread,
        photo,
        noPhoto,
        remark,
      },
      ...{ digits: register?.digits ?? 0, decimals: register?.decimals ?? 0, indexUnit: register?.unit ?? '' },
      index: l.index === null || !register ? null : indexText(l.index, register.decimals),
      before:
        before && before.index !== null && register
          ? { at: iso(before.at), index: indexText(before.index, register.decimals) }
          : null,
      doubt: desk.doubtText(judged?.doubt ?? null),
    }
  }

  app.get(
    '/api/v1/special-readings',
    {
      config,
      schema: {
        tags,
        summary: 'Forms of readings at an event, newest first',
        querystring: z.object({
          cursor: z.string().max(64).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(100),
        }),
        response: { 200: specialReadings },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const items = specials.list(limit, cursor)
      return { items: items.map(brief), next: items.length === limit ? items.at(-1)!.id : null }
    },
  )
  app.post(
    '/api/v1/special-readings',
    {
      config,
      schema: {
        tags,
        summary: 'A form for all meters of a unit, or of the site, with what is missing there as lines of their own',
        body: newSpecial,
        response: { 201: specialReading },
      },
    },
    async (request, reply) => {
      const { at, ...asked } = request.body
      const { actor } = who(request)
      const { id } = createOnce(deps, request, (note, now) => ({
        id: desk.create(note, { ...asked, at: at === undefined ? now : Date.parse(at) }, actor).id,
      }))
      return reply.code(201).send(view(specials.one(id)))
    },
  )
  app.get(
    '/api/v1/special-readings/:id',
    { config, schema: { tags, summary: 'One form', params: one, response: { 200: specialReading } } },
    async request => view(specials.one(request.params.id)),
  )
  app.put(
    '/api/v1/special-readings/:id/lines',
    {
      config,
      schema: {
        tags,
        summary: 'What the meters show; what is doubtful is taken, and says so',
        params: one,
        body: specialFill,
        response: { 200: specialReading },
      },
    },
    async request =>
      view(deps.trail.change(who(request).actor, note => desk.fill(note, request.params.id, request.body.lines))),
  )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/special-readings/:id/lines/:line/photo',
      {
        config,
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'The photo of one line as the body: image/jpeg, image/png or image/webp, at most 1 MB',
          params: one.extend({ line: z.coerce.number().int().min(0).max(20_000) }),
          response: { 200: specialReading },
        },
      },
      async request => {
        const { id, line } = request.params
        return view(takePhoto(deps, who(request).actor, request.body, (note, file) => desk.photo(note, id, line, file)))
      },
    ),
  )
  app.get(
    '/api/v1/special-readings/:id/photos/:file',
    {
      config,
      schema: {
        tags,
        summary: 'A photo that the form names',
        params: one.extend({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const named = specials.one(id).lines.some(l => l.photo === file)
      const { bytes, headers } = readPhoto(deps, file, named ? file : null)
      return reply.headers(headers).send(bytes)
    },
  )
  app.post(
    '/api/v1/special-readings/:id/sign',
    {
      config,
      schema: {
        tags,
        summary:
          'Both parties sign: the others by hand, whoever is signed in for the house. From then on it is frozen, and what was read counts.',
        params: one,
        body: specialSign,
        response: { 200: specialReading },
      },
    },
    async request => {
      const { seen, parties } = request.body
      const { actor } = who(request)
      const kept = parties.map(({ name, side, image }) => {
        const bytes = Buffer.from(image, 'base64')
        if (bytes.length > MOST_PICTURE || deps.photos.typeOf(bytes) !== 'image/png') fail('not-a-signature')
        return { name, side, ...deps.photos.keep(bytes, 'image/png') }
      })
      try {
        const signed = kept.map(({ name, side, hash }) => ({ name, side, picture: hash }))
        return view(deps.trail.change(actor, note => desk.sign(note, request.params.id, seen, signed, actor)))
      } catch (error) {
        for (const { hash, isNew } of kept) if (isNew) deps.photos.drop(hash, 'image/png')
        throw error
      }
    },
  )
  app.get(
    '/api/v1/special-readings/:id/signatures/:n',
    {
      config,
      schema: {
        tags,
        summary: 'A drawn signature',
        params: one.extend({ n: z.coerce.number().int().min(0).max(9) }),
      },
    },
    async (request, reply) => {
      const { id, n } = request.params
      const picture = specials.one(id).signed?.parties[n]?.picture
      const bytes = picture === undefined ? null : deps.photos.read(picture, 'image/png')
      if (!bytes) return fail('not-found', { what: String(n) })
      return reply.headers({ 'content-type': 'image/png', 'cache-control': 'private, max-age=31536000' }).send(bytes)
    },
  )
  app.post(
    '/api/v1/special-readings/:id/withdraw',
    {
      config,
      schema: {
        tags,
        summary: 'A form that is not wanted; one that is signed stays',
        params: one,
        body: specialWithdraw,
        response: { 200: specialReading },
      },
    },
    async request => {
      const { actor } = who(request)
      const { why } = request.body
      return view(deps.trail.change(actor, note => desk.withdraw(note, request.params.id, why, actor)))
    },
  )
}
