import { z } from 'zod'
import { decimalText, microOf } from '../../rules/readings/book.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import type { TopUp } from '../records/topups.ts'
import { newTopUp, type TopUpsView, type TopUpView, time, topUpCancel, topUpOne, topUps } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const MOST = 10_000
const HEAD = {
  'zh-CN': ['商户', '计量点', '表号', '时间', '金额', '单位', '收据号', '登记人', '备注', '冲销'],
  en: ['merchant', 'service point', 'meter', 'time', 'amount', 'unit', 'receipt', 'by', 'remark', 'takes back'],
} as const
const TOTAL = { 'zh-CN': '合计', en: 'total' } as const
const AMOUNT = { 'zh-CN': '须大于零，最多六位小数。', en: 'It must be above nought, with at most six decimals.' }

const text = (micro: bigint): string => decimalText(micro, 6).replace(/\.?0+$/, '') || '0'

/** What was put onto prepaid meters and what is left on them: data only, nothing is paid here [M59, F39]. */
export function topUpRoutes(app: App, deps: Deps) {
  const tags = ['readings']
  const read = { access: 'reading.read' as const }
  const take = { access: 'reading.take' as const }
  const one = z.object({ id: z.string().max(64) })
  const span = { from: time.optional(), to: time.optional() }
  const zone = () => deps.plant()?.site.timezone ?? 'UTC'

  function view(t: TopUp): TopUpView {
    const point = deps.meterBook.book().points.find(p => p.id === t.point)
    const unitOf = point?.unit ?? ''
    const { n, meter, unit, receipt, by, note, cancels, cancelledBy } = t
    return {
      ...{
        n,
        point: t.point,
        unitOf,
        unitName: deps.plant()?.site.spaces.get(unitOf)?.name ?? null,
        meter,
        at: iso(t.at),
      },
      ...{ amount: text(BigInt(t.micro)), unit, receipt, by, note, cancels, cancelledBy },
    }
  }
  const totalsOf = (all: readonly TopUp[]): TopUpsView['totals'] =>
    [...Map.groupBy(all, t => t.unit)].map(([unit, some]) => ({
      ...{ unit, amount: text(some.reduce((sum, t) => sum + BigInt(t.micro), 0n)) },
    }))
  function balanceOf(point: string): TopUpsView['balance'] {
    const { meters } = deps.meterBook.book()
    const meter = deps.meterBook.here(point, deps.clock.now())?.meter
    const id = meters.find(m => m.serial === meter)?.balance
    if (!id) return null
    const sample = deps.plant()?.latest.get(id)
    const unit =
      deps
        .plant()
        ?.site.equipment.flatMap(e => e.points)
        .find(p => p.id === id)?.unit ?? null
    // Without a value there is none: no old figure, and no nought.
    if (!sample) return { value: null, unit, quality: 'bad', at: null }
    return {
      value: sample.quality === 'bad' ? null : sample.value,
      unit,
      quality: sample.quality,
      at: isoOrNull(sample.at),
    }
  }
  const between = (query: { from?: string | undefined; to?: string | undefined }, point: string | null) => {
    const to = query.to === undefined ? deps.clock.now() + 1 : Date.parse(query.to)
    return deps.topUps.between(query.from === undefined ? 0 : Date.parse(query.from), to, point, MOST)
  }

  app.get(
    '/api/v1/service-points/:id/top-ups',
    {
      config: read,
      schema: {
        tags,
        summary: 'What was put onto a prepaid meter, its sums, and what is left on it by its own word',
        params: one,
        querystring: z.object(span),
        response: { 200: topUps },
      },
    },
    async request => {
      const all = between(request.query, request.params.id)
      return { items: all.map(view), next: null, totals: totalsOf(all), balance: balanceOf(request.params.id) }
    },
  )
  app.post(
    '/api/v1/service-points/:id/top-ups',
    {
      config: take,
      schema: {
        tags,
        summary: 'A line of the record of top-ups; no money is taken or booked',
        params: one,
        body: newTopUp,
        response: { 201: topUpOne },
      },
    },
    async (request, reply) => {
      const { amount, at: when, ...rest } = request.body
      const at = Date.parse(when)
      const { actor } = who(request)
      const point = request.params.id
      const micro = microOf(amount) ?? fail('invalid-input', { where: 'amount', why: AMOUNT })
      const { n } = createOnce(deps, request, (note, now) => {
        if (at > now) fail('exchange-time')
        const there = deps.meterBook.here(point, at) ?? fail('meter-not-there', { point })
        return { n: deps.topUps.add(note, { ...rest, point, meter: there.meter, at, micro, by: actor.name }).n }
      })
      return reply.code(201).send(view(deps.topUps.get(n)))
    },
  )
  app.post(
    '/api/v1/top-ups/:n/cancel',
    {
      config: take,
      schema: {
        tags,
        summary: 'Takes back a line that was wrong, by a line of its own; both stay',
        params: z.object({ n: z.coerce.number().int().min(1) }),
        body: topUpCancel,
        response: { 200: topUpOne },
      },
    },
    async request => {
      const { actor } = who(request)
      const { n } = request.params
      const { why } = request.body
      return view(deps.trail.change(actor, note => deps.topUps.cancel(note, n, actor.name, why, deps.clock.now())))
    },
  )
  app.get(
    '/api/v1/top-ups/list',
    {
      config: read,
      schema: {
        tags,
        summary: 'The record of top-ups of all meters as CSV, with its sums [F39]',
        querystring: z.object({ ...span, lang: z.enum(['zh-CN', 'en']).optional() }),
      },
    },
    async (request, reply) => {
      const language = request.query.lang ?? languageOf(request.headers['accept-language'])
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone(), dateStyle: 'short', timeStyle: 'short' })
      const all = between(request.query, null)
      const rows = all.map(t => {
        const v = view(t)
        const cancels = t.cancels === null ? '' : String(t.cancels)
        return [
          ...[v.unitName?.[language] ?? v.unitOf, v.point, v.meter, format.format(t.at), v.amount, v.unit, v.receipt],
          ...[v.by, v.note, cancels],
        ]
      })
      const sums = totalsOf(all).map(({ unit, amount }) => [TOTAL[language], '', '', '', amount, unit, '', '', '', ''])
      return reply
        .headers({
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="top-ups.csv"',
        })
        .send(`\ufeff${deps.writeCsv([[...HEAD[language]], ...rows, ...sums])}`)
    },
  )
}
