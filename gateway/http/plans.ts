import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import { UPLOADED } from '../../rules/picture.ts'
import { fail } from '../core/errors.ts'
import type { PicturePlan, ReadPlan } from '../plans.ts'
import type { Site } from '../site/site.ts'
import { page, plan, planFile, type Text } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

/** Even when somebody opens the drawing by its address, nothing of it may run or be fetched. */
const DRAWING_HEADERS = {
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'cache-control': 'no-cache',
}
/** Enough for a picture of 4 MB; a drawing may have less, which is said in words. */
const BODY_LIMIT = 5_000_000

/** Floor plans: what is drawn on each, the drawings, and how a new one comes here. */
export function planRoutes(app: App, deps: Deps) {
  const tags = ['place']
  const watch = { access: 'plant.watch' as const }
  app.get(
    '/api/v1/plans',
    {
      config: watch,
      schema: { tags, summary: 'Floor plans, and what is drawn on each', response: { 200: page(plan) } },
    },
    async request => {
      const site = deps.plant()?.site
      const rounds = may(who(request).user.role, 'patrol.read')
      return { items: site ? site.plans.map(p => planView(deps, site, p, rounds)) : [], next: null }
    },
  )
  app.get(
    '/api/v1/plans/:id',
    {
      config: watch,
      schema: {
        tags,
        summary: 'The drawing of a plan: SVG without anything in it that could act or fetch, or PNG, or JPEG',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: z.unknown().describe('image/svg+xml, image/png, image/jpeg') },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const known = deps.plant()?.site.plans.find(p => p.id === id)
      if (!known) return fail('not-found', { what: id })
      const found = deps.plans.read(known)
      if (found.status !== 'ok')
        return found.status === 'missing'
          ? fail('plan-missing', { plan: id, why: found.why })
          : fail('plan-refused', { plan: id, why: found.why })
      return sent(reply, id, found)
    },
  )
  // While a plan is edited its new drawing is looked at before anybody else sees it.
  app.get(
    '/api/v1/plan-files/:file',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'An uploaded drawing by its name, whether or not a plan has it',
        params: z.object({ file: z.string().regex(UPLOADED) }),
        response: { 200: z.unknown().describe('image/svg+xml, image/png, image/jpeg') },
      },
    },
    async (request, reply) => {
      const { file } = request.params
      const found = deps.plans.read({ id: file, file })
      return found.status === 'ok' ? sent(reply, file.slice(0, 8), found) : fail('not-found', { what: file })
    },
  )
  void app.register((files, _, done) => {
    const scope = files as unknown as App
    scope.addContentTypeParser(
      ['image/svg+xml', 'image/png', 'image/jpeg'],
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      (_request, body, parsed) => parsed(null, body),
    )
    scope.post(
      '/api/v1/plan-files',
      {
        config: { access: 'site.write' },
        bodyLimit: BODY_LIMIT,
        schema: {
          tags,
          summary:
            'Keeps a drawing, sent as the body: SVG (512 kB), PNG or JPEG (4 MB, 40 million pixels). It is checked and cleaned first; a plan has it when site.json names it as `file`',
          response: { 200: planFile },
        },
      },
      async request => {
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const made = deps.plans.keep(bytes)
        if ('status' in made)
          return made.status === 'full' ? fail('plan-files-full') : fail('plan-file-refused', { why: made.why })
        const found = deps.plans.read({ id: made.name, file: made.name })
        if (found.status !== 'ok') return fail('plan-file-refused', { why: found.why })
        if (made.isNew)
          deps.trail.change(who(request).actor, note => note('plan', made.name, 'uploaded', { bytes: bytes.length }))
        const drawing = found.kind === 'svg' ? found.drawing : null
        return {
          ...{ file: made.name, kind: found.kind, box: [...found.box] as [number, number, number, number] },
          ...{ ids: [...(drawing?.ids ?? [])], leftOut: [...(drawing?.leftOut ?? [])] },
        }
      },
    )
    done()
  })
}

function sent(reply: FastifyReply, name: string, found: ReadPlan | PicturePlan) {
  void reply.headers({ ...DRAWING_HEADERS, 'content-disposition': `attachment; filename="${name}.${found.kind}"` })
  return found.kind === 'svg'
    ? reply.header('content-type', 'image/svg+xml; charset=utf-8').serializer(String).send(found.svg)
    : reply.header('content-type', found.type).send(found.bytes())
}

function planView(deps: Deps, site: Site, one: Site['plans'][number], rounds: boolean): z.infer<typeof plan> {
  const { id, name, space, places, file, view, checkpoints } = one
  const found = deps.plans.read(one)
  const ok = found.status === 'ok'
  const ids = ok && found.kind === 'svg' ? found.drawing.ids : new Set<string>()
  const placed = Object.entries(places)
  const there = placed.filter(([, at]) => typeof at !== 'string' || ids.has(at)).map(([place]) => place)
  const self = [...ids].filter(each => !Object.hasOwn(places, each) && site.spaces.has(each))
  const points = new Map<string, Text>(
    site.routes.flatMap(r =>
      r.checkpoints.map(c => {
        const word = c.name ?? site.spaces.get(c.space ?? '')?.name ?? { 'zh-CN': c.id, en: c.id }
        return [`${r.id}/${c.id}`, word] as const
      }),
    ),
  )
  return {
    ...{ id, name, space: space ?? null, status: found.status, why: ok ? null : found.why, places },
    ...{ file: file ?? null, kind: ok ? found.kind : null, box: ok ? [...found.box] : null, view: view ?? null },
    checkpoints: rounds
      ? Object.entries(checkpoints ?? {}).flatMap(([point, at]) => {
          const word = points.get(point)
          return ok && word ? [{ id: point, name: word, at }] : []
        })
      : [],
    drawn: ok ? [...self, ...there] : [],
    missing: ok ? placed.filter(([place]) => !there.includes(place)).map(([place]) => place) : [],
    leftOut: ok && found.kind === 'svg' ? [...found.drawing.leftOut] : [],
  }
}
