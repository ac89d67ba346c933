import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { importAsk, page, site, siteImport, siteProblem, siteText, trailEntry } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

export function siteRoutes(app: App, deps: Deps) {
  const tags = ['site']
  app.get(
    '/api/v1/site',
    {
      config: { access: 'site.read' },
      schema: { tags, summary: 'site.json and what is wrong with it', response: { 200: site } },
    },
    async () => deps.site.view(),
  )
  app.put(
    '/api/v1/site',
    {
      config: { access: 'site.write' },
      bodyLimit: 6_000_000,
      schema: {
        tags,
        summary:
          'Replaces site.json and runs it. `hash` is that of the version you edited; the old file is kept as a backup.',
        body: siteText,
        response: { 200: site },
      },
    },
    async request => deps.site.save(request.body.text, request.body.hash, who(request).actor),
  )
  app.post(
    '/api/v1/site/check',
    {
      config: { access: 'site.read' },
      bodyLimit: 6_000_000,
      schema: {
        tags,
        summary: 'What would be wrong with this site.json; changes nothing',
        body: z.strictObject({ text: z.string().max(5_000_000) }),
        response: { 200: z.object({ problems: z.array(siteProblem) }) },
      },
    },
    async request => ({ problems: [...deps.site.check(request.body.text)] }),
  )
  app.get(
    '/api/v1/site/export.csv',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'Equipment and points as a table, UTF-8 with a byte order mark',
        response: { 200: z.string().describe('text/csv') },
      },
    },
    async (_, reply) =>
      reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="gatehouse-points.csv"')
        .serializer(String)
        .send(deps.site.exportCsv()),
  )
  app.addContentTypeParser('text/csv', { parseAs: 'buffer', bodyLimit: 6_000_000 }, (_, body, done) =>
    done(null, { csv: (body as Buffer).toString('base64') }),
  )
  app.post(
    '/api/v1/site/import',
    {
      config: { access: 'site.write' },
      bodyLimit: 9_000_000,
      schema: {
        tags,
        summary:
          'Lays a table of equipment and points over the site: JSON with the file in base64, or the file itself as text/csv with `?dryRun=`. A dry run, the default, changes nothing and says all that is wrong.',
        querystring: z.object({ dryRun: z.stringbool().optional() }),
        body: importAsk,
        response: { 200: siteImport },
      },
    },
    async request => {
      const { csv, dryRun } = request.body
      const bytes = Buffer.from(csv, 'base64')
      return deps.site.importCsv(bytes, request.query.dryRun ?? dryRun, who(request).actor)
    },
  )
  app.get(
    '/api/site.schema.json',
    {
      config: { access: 'open' },
      schema: { tags, summary: 'The JSON schema of site.json', response: { 200: z.unknown() } },
    },
    async () => deps.site.schema(),
  )
  app.get(
    '/api/v1/trail',
    {
      config: { access: 'trail.read' },
      schema: {
        tags: ['trail'],
        summary: 'Every change of every record, newest first',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(10_000).default(100),
          cursor: z.coerce.number().int().optional(),
        }),
        response: { 200: page(trailEntry) },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const list = deps.trail.before(cursor ?? Number.MAX_SAFE_INTEGER, limit)
      const items = list.map(e => ({ ...e, time: iso(e.time), data: { ...e.data } }))
      return { items, next: list.length === limit && list.at(-1)!.seq > 1 ? String(list.at(-1)!.seq) : null }
    },
  )
}
