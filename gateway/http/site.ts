import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { SiteVersion } from '../records/siteversions.ts'
import {
  importAsk,
  page,
  sentence,
  site,
  siteImport,
  siteMerge,
  siteMergeAsk,
  siteProblem,
  siteText,
  siteUndo,
  siteVersion,
  trailEntry,
} from './contract.ts'
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
    async request => {
      const { text, hash, why, way } = request.body
      return deps.site.save(text, hash, who(request).actor, { why, way })
    },
  )
  const versionView = (version: SiteVersion, most = Number.POSITIVE_INFINITY): z.infer<typeof siteVersion> => ({
    ...version,
    at: iso(version.at),
    undoneBy: deps.site.undoneBy(version.n),
    count: version.changes.length,
    changes: version.changes.slice(0, most).map(one => ({ ...one, path: [...one.path] })) as never,
  })
  const numbered = z.object({ n: z.coerce.number().int().min(1) })
  app.get(
    '/api/v1/site/versions',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'Versions of site.json, newest first: who, when, why, and the first of what each changed',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.coerce.number().int().optional(),
        }),
        response: { 200: page(siteVersion) },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const list = deps.site.versions(cursor ?? Number.MAX_SAFE_INTEGER, limit)
      return {
        items: list.map(one => versionView(one, 3)),
        next: list.length === limit && list.at(-1)!.n > 1 ? String(list.at(-1)!.n) : null,
      }
    },
  )
  app.get(
    '/api/v1/site/versions/:n',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'All that a version of site.json changed',
        params: numbered,
        response: { 200: siteVersion },
      },
    },
    async request => {
      const { n } = request.params
      return versionView(deps.site.version(n) ?? fail('not-found', { what: String(n) }))
    },
  )
  app.post(
    '/api/v1/site/versions/:n/undo',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Takes back what a version changed, as a new version; refused when later changes rest on it',
        params: numbered,
        body: siteUndo,
        response: { 200: site },
      },
    },
    async request => deps.site.undo(request.params.n, request.body.why, who(request).actor),
  )
  app.post(
    '/api/v1/site/merge',
    {
      config: { access: 'site.write' },
      bodyLimit: 6_000_000,
      schema: {
        tags,
        summary: 'Lays what was made of an older version over what somebody else has saved since; saves nothing',
        body: siteMergeAsk,
        response: { 200: siteMerge },
      },
    },
    async request => deps.site.merge(request.body.text, request.body.base, request.body.mine),
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
        querystring: z.object({ dryRun: z.stringbool().optional(), why: sentence.optional() }),
        body: importAsk,
        response: { 200: siteImport },
      },
    },
    async request => {
      const { csv, dryRun, why } = request.body
      const bytes = Buffer.from(csv, 'base64')
      return deps.site.importCsv(bytes, request.query.dryRun ?? dryRun, who(request).actor, request.query.why ?? why)
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
