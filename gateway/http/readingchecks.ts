import { z } from 'zod'
import { languageOf } from '../core/errors.ts'
import {
  dailyUse,
  dailyUseAsk,
  exceptionActions,
  exceptionMove,
  fieldOrder,
  meterReading,
  multiplierAsk,
  multiplierAsks,
  multiplierDecision,
  newMultiplier,
  readingEstimate,
  readingException,
  readingExceptions,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'

const one = z.object({ id: z.string().max(64) })
const numbered = z.object({ n: z.coerce.number().int().min(1) })

/** What rules found in readings and what people make of it; multipliers with a second person; use day by day. */
export function readingCheckRoutes(app: App, deps: Deps) {
  const tags = ['readings']
  const read = { access: 'reading.read' as const }
  const decide = { access: 'reading.decide' as const }
  const keep = { access: 'meter.manage' as const }
  const { queue, multipliers } = deps.readingDesk

  app.get(
    '/api/v1/reading-exceptions',
    {
      config: read,
      schema: {
        tags,
        summary: 'What rules found in the readings of days and months and nobody has decided on yet, newest first',
        response: { 200: readingExceptions },
      },
    },
    async () => queue.list(),
  )
  app.get(
    '/api/v1/service-points/:id/exceptions',
    {
      config: read,
      schema: {
        tags,
        summary: 'The last 50 of one service point, with what became of them',
        params: one,
        response: { 200: readingExceptions },
      },
    },
    async request => {
      const items = queue.of(request.params.id)
      return { items, count: items.length, next: null }
    },
  )
  app.post(
    '/api/v1/reading-exceptions/:n/:action',
    {
      config: decide,
      schema: {
        tags,
        summary:
          '`accept`: it is so. `estimate`: its reading is estimated instead. `field`: an order, and somebody looks at the meter.',
        params: numbered.extend({ action: z.enum(exceptionActions) }),
        body: exceptionMove,
        response: { 200: readingException },
      },
    },
    async request => {
      const { n, action } = request.params
      return queue.act(n, action, request.body.note, who(request).actor)
    },
  )
  app.get(
    '/api/v1/readings/:n/estimate',
    {
      config: read,
      schema: {
        tags,
        summary: 'What a reading would be estimated to; null: there is nothing to estimate from',
        params: numbered,
        response: { 200: readingEstimate },
      },
    },
    async request => ({ estimate: deps.readingKeeper.estimates.proposal(deps.readings.get(request.params.n)) }),
  )
  app.post(
    '/api/v1/readings/:n/estimate',
    {
      config: decide,
      schema: {
        tags,
        summary:
          'Estimates a reading that waits. The first one stays beside it; an actual reading puts it right later.',
        params: numbered,
        body: exceptionMove,
        response: { 200: meterReading },
      },
    },
    async request => deps.readingViews.one(queue.estimate(request.params.n, request.body.note, who(request).actor)),
  )
  app.post(
    '/api/v1/readings/:n/field-check',
    {
      config: decide,
      schema: {
        tags,
        summary: 'Somebody looks at the meter of a reading that waits: one order, however often it is asked for',
        params: numbered,
        body: exceptionMove,
        response: { 201: fieldOrder },
      },
    },
    async (request, reply) => {
      const { note: words } = request.body
      const made = createOnce(deps, request, (note, now) =>
        queue.field(note, request.params.n, { 'zh-CN': words, en: words }, now),
      )
      return reply.code(201).send(made)
    },
  )
  app.get(
    '/api/v1/service-points/:id/days',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What was used day by day, beside the same days of the week, month and year before. With Accept: text/csv as a table.',
        params: one,
        querystring: dailyUseAsk,
        response: { 200: dailyUse },
      },
    },
    async (request, reply) => {
      const { register, from = null, to = null, format, lang } = request.query
      const use = deps.readingDesk.dailyUse(request.params.id, register, from, to)
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send(use)
      const rows = deps.readingDesk.dailyRows(use, lang ?? languageOf(request.headers['accept-language']))
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="gatehouse-daily-use.csv"')
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
  app.get(
    '/api/v1/service-points/:id/multipliers',
    {
      config: read,
      schema: {
        tags,
        summary: 'Multipliers that were asked for, newest first, with who approved them',
        params: one,
        response: { 200: multiplierAsks },
      },
    },
    async request => multipliers.of(request.params.id),
  )
  app.post(
    '/api/v1/service-points/:id/multiplier',
    {
      config: keep,
      schema: {
        tags,
        summary:
          'Asks for another CT, VT or pulse weight from a moment on, with what the registers showed then. It counts when another person has approved it; never inside a period that was billed.',
        params: one,
        body: newMultiplier,
        response: { 201: multiplierAsk },
      },
    },
    async (request, reply) => {
      const { from, ...rest } = request.body
      const made = createOnce(deps, request, (note, now) =>
        multipliers.ask(note, request.params.id, { ...rest, from: Date.parse(from) }, who(request).actor.name, now),
      )
      return reply.code(201).send(made)
    },
  )
  for (const decision of ['approve', 'refuse'] as const)
    app.post(
      `/api/v1/multipliers/:n/${decision}`,
      {
        config: keep,
        schema: {
          tags,
          summary:
            decision === 'approve'
              ? 'From now on it counts. Another person than the one who asked.'
              : 'It does not come to count.',
          params: numbered,
          body: multiplierDecision,
          response: { 200: multiplierAsk },
        },
      },
      async request => {
        const { actor } = who(request)
        return deps.trail.change(actor, note =>
          multipliers[decision](note, request.params.n, actor.name, request.body.note, deps.clock.now()),
        )
      },
    )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/multipliers/:n/photo',
      {
        config: keep,
        schema: {
          tags,
          summary: 'A photo of the plate or the paper, as the body: image/jpeg, image/png or image/webp',
          params: numbered,
          response: { 200: multiplierAsk },
        },
      },
      async request =>
        takePhoto(deps, who(request).actor, request.body, (note, file) =>
          multipliers.photo(note, request.params.n, file),
        ),
    ),
  )
  app.get(
    '/api/v1/multipliers/:n/photo/:file',
    {
      config: read,
      schema: {
        tags,
        summary: 'The photo of a multiplier, by the name that it has',
        params: numbered.extend({ file: z.string().regex(photoFile) }),
      },
    },
    async (request, reply) => {
      const { n, file } = request.params
      const { bytes, headers } = readPhoto(deps, file, multipliers.photoOf(n))
      return reply.headers(headers).send(bytes)
    },
  )
}
