import { z } from 'zod'
import { indexText } from '../../rules/readings/book.ts'
import { findings } from '../../rules/readings/quality.ts'
import type { WalkState } from '../../rules/readings/walk.ts'
import { walkHead } from '../../rules/readings/walkrows.ts'
import { iso } from '../core/clock.ts'
import { languageOf } from '../core/errors.ts'
import type { Taken } from '../records/meterwalk.ts'
import {
  type MeterWalkView,
  meterPhoto,
  meterWalk,
  PHOTO_BYTES,
  type TakenView,
  walkList,
  walkListAsk,
  walkSend,
  walkTaken,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'
import { xlsxOf } from './xlsx.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The walk to meters that a person reads [M02, F29]. */
export function walkRoutes(app: App, deps: Deps) {
  const tags = ['readings']
  const config = { access: 'reading.take' as const }
  const { walk, lists } = deps.byHand

  const takenView = ({ id, at, by, result, index, unread, photo, remark }: Taken): TakenView => ({
    ...{ id, at: iso(at), by, result, index, unread, photo, remark },
  })
  function view(now: number): MeterWalkView {
    const items = walk.items(now)
    const window = walk.window(now)
    const count = (state: WalkState) => items.filter(i => i.state === state).length
    return {
      now: iso(now),
      window: window && { end: iso(window.end), from: iso(window.from), to: iso(window.to) },
      counts: {
        ...{ due: count('due'), done: count('done'), doubtful: count('doubtful'), unread: count('unread') },
        later: count('later'),
      },
      items: items.map(
        ({ point, unit, medium, meter, register: r, place, before, usualPerHour, manual, state, taken }) => ({
          ...{
            point,
            unit,
            unitName: deps.plant()?.site.spaces.get(unit)?.name ?? null,
            medium,
            meter,
            register: r.code,
          },
          ...{ place: place?.place ?? '', code: place?.code ?? '', photo: place?.photo ?? false, digits: r.digits },
          ...{ decimals: r.decimals, maxPerHour: r.maxPerHour, indexUnit: r.unit, usualPerHour, manual, state },
          before: before && { at: iso(before.at), index: indexText(before.index, r.decimals) },
          taken: taken && takenView(taken),
        }),
      ),
    }
  }

  app.get(
    '/api/v1/meter-walk',
    {
      config,
      schema: {
        tags,
        summary:
          'What a phone needs for the whole walk without a network: meters that a person reads or that are missing today, in order of place',
        response: { 200: meterWalk },
      },
    },
    async () => view(deps.clock.now()),
  )
  app.post(
    '/api/v1/meter-walk/readings',
    {
      config,
      schema: {
        tags,
        summary:
          'What was read on the walk, with the clock of the device as it is now. Sent again it changes nothing; what is doubtful or late is taken, and says so.',
        body: walkSend,
        response: { 200: walkTaken },
      },
    },
    async request => {
      const { clock, records } = request.body
      const { actor } = who(request)
      const ahead = deps.clock.now() - Date.parse(clock)
      const taken = deps.trail.change(actor, note =>
        records.map(r => walk.put(note, { ...r, at: Date.parse(r.at) + ahead }, actor)),
      )
      return {
        items: taken.map(({ taken: t, known }) => {
          const finding = t.reading === null ? null : deps.readings.get(t.reading).finding
          return { id: t.id, known, result: t.result, doubt: finding && findings[finding] }
        }),
        next: null,
      }
    },
  )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/meter-walk/photos',
      {
        config,
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'A photo of a meter as the body, before the record that names it: JPEG, PNG or WebP, at most 1 MB',
          response: { 200: meterPhoto },
        },
      },
      async request => {
        const { actor } = who(request)
        return takePhoto(deps, actor, request.body, (note, photo) => {
          note('meter-walk', actor.name, 'photo', { photo })
          return { photo }
        })
      },
    ),
  )
  app.get(
    '/api/v1/meter-walk/photos/:file',
    {
      config,
      schema: {
        tags,
        summary: 'A photo that a record of the walk names',
        params: z.object({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { file } = request.params
      const { bytes, headers } = readPhoto(deps, file, deps.meterWalk.hasPhoto(file) ? file : null)
      return reply.headers(headers).send(bytes)
    },
  )
  app.get(
    '/api/v1/meter-walk/list',
    {
      config,
      schema: {
        tags,
        summary:
          'The walk as a list for a notebook or a spreadsheet, in the language asked for; it can be sent back filled in',
        querystring: z.object({
          format: z.enum(['csv', 'xlsx']).default('csv'),
          lang: z.enum(['zh-CN', 'en']).optional(),
        }),
      },
    },
    async (request, reply) => {
      const language = request.query.lang ?? languageOf(request.headers['accept-language'])
      const rows = lists.rows(language)
      const { format } = request.query
      void reply.header('content-disposition', `attachment; filename="meter-walk.${format}"`)
      if (format === 'csv')
        return reply.header('content-type', 'text/csv; charset=utf-8').send(`\ufeff${deps.writeCsv(rows)}`)
      const [head = [], ...body] = rows
      const chunks: Uint8Array[] = []
      const widths = walkHead(language).map(word => Math.max(10, word.length * 2 + 2))
      for await (const chunk of xlsxOf('walk', head, widths, one(body))) chunks.push(chunk)
      return reply.header('content-type', XLSX).send(Buffer.concat(chunks))
    },
  )
  app.post(
    '/api/v1/meter-walk/list',
    {
      config: { access: 'meter.manage' as const },
      bodyLimit: 15_000_000,
      schema: {
        tags,
        summary:
          'The list of the walk, filled in (CSV in UTF-8 or GBK, XLSX): places and readings, as a whole or not at all. A dry run, the default, changes nothing.',
        body: walkListAsk,
        response: { 200: walkList },
      },
    },
    async request => {
      const file = Buffer.from(request.body.file, 'base64')
      if (request.body.dryRun) return lists.dryRun(file)
      return createOnce(deps, request, note => lists.write(note, file, who(request).actor))
    },
  )
}
async function* one<T>(page: T): AsyncGenerator<T> {
  yield page
}
