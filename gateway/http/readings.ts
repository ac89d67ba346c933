import { z } from 'zod'
import { registerCodes } from '../../rules/readings/book.ts'
import { fail } from '../core/errors.ts'
import {
  meterBalances,
  meterExchange,
  meterLife,
  meterList,
  meterListAsk,
  meterReading,
  newReading,
  readingDay,
  readingDecision,
  servicePoint,
  servicePoints,
  time,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const DAY_MS = 86_400_000
const one = z.object({ id: z.string().max(64) })

/** The meter book, what was read at each midnight, and what people decide about it. */
export function readingRoutes(app: App, deps: Deps) {
  const tags = ['readings']
  const read = { access: 'reading.read' as const }
  const keep = { access: 'meter.manage' as const }
  const { readingKeeper: keeper, readingViews: views, readings } = deps
  const now = () => deps.clock.now()

  app.get(
    '/api/v1/service-points',
    { config: read, schema: { tags, summary: 'The meter book as it is now', response: { 200: servicePoints } } },
    async () => views.points(now()),
  )
  app.post(
    '/api/v1/meter-lists',
    {
      config: keep,
      bodyLimit: 15_000_000,
      schema: {
        tags,
        summary:
          'A list of meters (CSV in UTF-8 or GBK, XLSX) into the meter book, as a whole or not at all. A dry run, the default, says what is wrong with each row and changes nothing.',
        body: meterListAsk,
        response: { 200: meterList },
      },
    },
    async request => {
      const file = Buffer.from(request.body.file, 'base64')
      if (request.body.dryRun) return keeper.lists.dryRun(file, now())
      return createOnce(deps, request, (note, at) => keeper.lists.write(note, file, at))
    },
  )
  app.get(
    '/api/v1/readings',
    {
      config: read,
      schema: {
        tags,
        summary:
          'The readings of one moment, without `at` of the last one; what waits for a decision; what nobody counts',
        querystring: z.object({ at: time.optional() }),
        response: { 200: readingDay },
      },
    },
    async request => views.day(request.query.at === undefined ? null : Date.parse(request.query.at), now()),
  )
  app.post(
    '/api/v1/readings/:n/decision',
    {
      config: { access: 'reading.decide' },
      schema: {
        tags,
        summary: 'Accepts a reading that waits, puts another index in its place, or rejects it',
        params: z.object({ n: z.coerce.number().int().min(1) }),
        body: readingDecision,
        response: { 200: meterReading },
      },
    },
    async request => {
      const { index = null, reason = null, ...rest } = request.body
      const { actor } = who(request)
      return views.one(keeper.decide(request.params.n, { ...rest, index, reason }, actor))
    },
  )
  app.get(
    '/api/v1/service-points/:id/life',
    {
      config: read,
      schema: {
        tags,
        summary: 'Meters, multipliers, readings and what was used between each two; a period that is blocked says why',
        params: one,
        querystring: z.object({
          register: z.enum(registerCodes).default('total'),
          from: time.optional(),
          to: time.optional(),
        }),
        response: { 200: meterLife },
      },
    },
    async request => {
      const { register, from, to } = request.query
      const end = to === undefined ? now() : Date.parse(to)
      const start = from === undefined ? end - 62 * DAY_MS : Date.parse(from)
      if (start >= end || end - start > 400 * DAY_MS)
        fail('invalid-input', {
          where: 'from',
          why: { 'zh-CN': '须早于 to，且不超过 400 天。', en: 'It must be before `to`, by 400 days at most.' },
        })
      return views.life(request.params.id, register, start, end, now())
    },
  )
  app.post(
    '/api/v1/service-points/:id/readings',
    {
      config: { access: 'reading.take' },
      schema: {
        tags,
        summary: 'What a person has read',
        params: one,
        body: newReading,
        response: { 201: meterReading },
      },
    },
    async (request, reply) => {
      const { register, index, at, note: words } = request.body
      const { actor } = who(request)
      const { n } = createOnce(deps, request, (note, moment) => ({
        n: keeper.add(
          note,
          request.params.id,
          register,
          index,
          at === undefined ? moment : Date.parse(at),
          words,
          actor,
        ).n,
      }))
      return reply.code(201).send(views.one(readings.get(n)))
    },
  )
  app.post(
    '/api/v1/service-points/:id/exchange',
    {
      config: keep,
      schema: {
        tags,
        summary:
          'Another meter, with what the old one showed last and the new one first; without `meter`, the same one begins anew',
        params: one,
        body: meterExchange,
        response: { 201: servicePoint },
      },
    },
    async (request, reply) => {
      const { at, meter = null, ...rest } = request.body
      createOnce(deps, request, (note, moment) => {
        keeper.exchange(note, request.params.id, { ...rest, meter, at: Date.parse(at) }, moment)
        return {}
      })
      return reply.code(201).send(views.point(request.params.id, now()))
    },
  )
  app.get(
    '/api/v1/meter-balances',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What goes in at each parent meter and does not come out behind it, between two moments that were read',
        querystring: z.object({ from: time.optional(), to: time.optional() }),
        response: { 200: meterBalances },
      },
    },
    async request => {
      const moments = readings.freezes(62).map(f => f.at)
      const { from, to } = request.query
      const end = to === undefined ? (moments[0] ?? null) : Date.parse(to)
      return views.balances(from === undefined ? (moments.at(-1) ?? null) : Date.parse(from), end)
    },
  )
}
