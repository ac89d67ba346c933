import { z } from 'zod'
import type { Point, PointId } from '../../drivers/point.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import { qualityOf, reasonOf } from '../history/codes.ts'
import { edgesOf, MOST_BUCKETS, STEP } from '../history/edges.ts'
import type { DemoSpan, RawAnswer, StepAnswer } from '../history/query.ts'
import { type HistoryRow, type HistorySeries, history, historyAggregates, historyStats, pointId } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const time = z.iso.datetime({ offset: true })
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    given => (given === undefined ? undefined : [given].flat().flatMap(text => String(text).split(','))),
    z.array(item).min(1).max(50),
  )
/** Rows of one answer, of all its points. */
const MOST_ROWS = 50_000
const HEADS = {
  raw: {
    'zh-CN': ['时间', '点', '值', '质量', '原因', '来源'],
    en: ['time', 'point', 'value', 'quality', 'reason', 'source'],
  },
  steps: { 'zh-CN': ['时间', '点', '有效占比', '来源'], en: ['time', 'point', 'good share', 'source'] },
  source: { 'zh-CN': ['演示数据', '实测'], en: ['demo data', 'measured'] },
  min: { 'zh-CN': '最小', en: 'min' },
  max: { 'zh-CN': '最大', en: 'max' },
  mean: { 'zh-CN': '平均', en: 'mean' },
  last: { 'zh-CN': '末值', en: 'last' },
  rise: { 'zh-CN': '增量', en: 'rise' },
} as const

export function historyRoutes(app: App, deps: Deps) {
  const tags = ['history']
  app.get(
    '/api/v1/history',
    {
      config: { access: 'plant.watch' },
      schema: {
        tags,
        summary:
          'Samples of points as they came, or their sums by `step` (15s, 5m, 1h, 1d, 1mo; days in the site’s time zone). With Accept: text/csv as a table.',
        querystring: z.object({
          /** Up to 50, repeated or with commas. */
          point: list(pointId),
          /** Default: a day before `to`. */
          from: time.optional(),
          /** Default: now. Not in it. */
          to: time.optional(),
          step: z.string().regex(STEP).optional(),
          agg: list(z.enum(historyAggregates)).optional(),
          /** Samples per point, without a step. */
          limit: z.coerce.number().int().min(1).max(50_000).default(5000),
          /** For links, which cannot send the headers Accept and Accept-Language. */
          format: z.enum(['json', 'csv']).optional(),
          lang: z.enum(['zh-CN', 'en']).optional(),
        }),
        response: { 200: history },
      },
    },
    async (request, reply) => {
      const plant = deps.plant()
      const { step, agg = [...historyAggregates], limit } = request.query
      const now = deps.clock.now()
      const to = request.query.to === undefined ? now : Date.parse(request.query.to)
      const from = request.query.from === undefined ? to - 86_400_000 : Date.parse(request.query.from)
      if (!(from < to))
        fail('invalid-input', { where: 'from', why: { 'zh-CN': '须早于 to。', en: 'It must be before `to`.' } })
      const points = request.query.point.map(id => plant?.points.get(id as PointId) ?? fail('not-found', { what: id }))
      const { timezone } = plant!.site
      let series: HistorySeries[]
      if (step === undefined) {
        if (points.length * limit > MOST_ROWS) fail('history-too-much', { most: MOST_ROWS })
        const answers = await deps.history.raw(points, from, to, limit).catch(unavailable)
        series = points.map((point, i) => rawSeries(point, answers[i]!))
      } else {
        const edges = edgesOf(from, to, step, timezone)
        if (!edges || edges.length * points.length > MOST_ROWS) return fail('history-too-much', { most: MOST_BUCKETS })
        const answers = await deps.history.steps(points, edges).catch(unavailable)
        series = points.map((point, i) => stepSeries(point, answers[i]!, edges, Math.min(to, now), agg))
      }
      const answer = { from: iso(from), to: iso(to), step: step ?? null, timezone, items: series, next: null }
      const { format, lang } = request.query
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply
          .header('vary', 'accept')
          .type('application/json; charset=utf-8')
          .serializer(JSON.stringify)
          .send(answer)
      const rows = csvRows(
        series,
        step !== undefined,
        agg,
        lang ?? languageOf(request.headers['accept-language']),
        timezone,
      )
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="gatehouse-history.csv"')
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
  app.get(
    '/api/v1/history/stats',
    {
      config: { access: 'plant.read' },
      schema: { tags, summary: 'How much history there is, and what was not kept', response: { 200: historyStats } },
    },
    async () => {
      const s = await deps.history.stats().catch(unavailable)
      return {
        ...s,
        began: isoOrNull(s.began),
        classes: s.classes.map(one => ({ ...one, oldest: isoOrNull(one.oldest) })),
        failedSince: isoOrNull(s.failedSince),
        lastCommitAt: isoOrNull(s.lastCommitAt),
      }
    },
  )
  app.delete(
    '/api/v1/history/demo',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Takes the made-up history of the demo away, its alarms and orders too',
        response: { 200: z.object({ blocks: z.number().int(), orders: z.number().int() }) },
      },
    },
    async request => {
      const blocks = await deps.history.forgetDemo().catch(unavailable)
      const orders = deps.trail.change(who(request).actor, note => {
        note('history', 'demo', 'forgotten', { blocks })
        return deps.demoPast.forget(note)
      })
      return { blocks, orders }
    },
  )
}

export const unavailable = () => fail('history-unavailable')
const spans = (demo: readonly DemoSpan[]) => demo.map(({ from, to }) => ({ from: iso(from), to: iso(to) }))

function rawSeries(
  point: Point,
  { n, times, codes, values, texts, demo, coarse, truncated }: RawAnswer,
): HistorySeries {
  const rows: HistoryRow[] = []
  for (let i = 0; i < n; i++) {
    const value = values[i]!
    rows.push({
      at: iso(times[i]!),
      value: Number.isNaN(value)
        ? null
        : point.kind === 'boolean'
          ? value === 1
          : point.kind === 'text'
            ? texts[value]!
            : value,
      quality: qualityOf(codes[i]!),
      reason: reasonOf(codes[i]!),
    })
  }
  const { id, kind, unit = null } = point
  return { point: id, kind, unit, demo: spans(demo), coarse: spans(coarse), truncated, rows }
}

function stepSeries(
  point: Point,
  sums: StepAnswer,
  edges: Float64Array,
  until: number,
  agg: readonly (typeof historyAggregates)[number][],
): HistorySeries {
  const rows: HistoryRow[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    // The last one may not be over yet: its share is that of the time that has passed.
    const width = Math.min(edges[i + 1]!, until) - edges[i]!
    const row: HistoryRow = { at: iso(edges[i]!), good: width > 0 ? Math.min(1, sums.goodMs[i]! / width) : 0 }
    for (const key of agg) {
      const value = sums[key][i]!
      row[key] = Number.isNaN(value) || (sums.goodMs[i] === 0 && value === 0) ? null : value
    }
    rows.push(row)
  }
  const { id, kind, unit = null } = point
  const [demo, coarse] = [spans(sums.demo), spans(sums.coarse)]
  return { point: id, kind, unit, demo, coarse, truncated: false, rows }
}

function csvRows(
  series: readonly HistorySeries[],
  stepped: boolean,
  agg: readonly (typeof historyAggregates)[number][],
  language: 'zh-CN' | 'en',
  zone: string,
): string[][] {
  const local = localIso(zone)
  const [demo, measured] = HEADS.source[language]
  const head: readonly string[] = stepped
    ? [...HEADS.steps[language].slice(0, 2), ...agg.map(key => HEADS[key][language]), ...HEADS.steps[language].slice(2)]
    : [...HEADS.raw[language]]
  const rows: string[][] = [[...head]]
  for (const { point, unit, rows: list, demo: made } of series) {
    const name = unit === null ? point : `${point} (${unit})`
    for (const [i, row] of list.entries()) {
      // Of a step, any part of it counts; where nothing is known, nobody has measured it either.
      const end = stepped ? (list[i + 1]?.at ?? '9999') : row.at
      const isMade = made.some(span => (stepped ? end > span.from : end >= span.from) && row.at < span.to)
      const source = stepped && row.good === 0 ? '' : isMade ? demo : measured
      const cell = (value: unknown) => (value === null || value === undefined ? '' : String(value))
      rows.push(
        stepped
          ? [local(row.at), name, ...agg.map(key => cell(row[key])), (row.good ?? 0).toFixed(3), source]
          : [local(row.at), name, cell(row.value), cell(row.quality), cell(row.reason), source],
      )
    }
  }
  return rows
}

/** 2026-11-21 08:00:00.000 in the site's zone, as a spreadsheet takes it. */
function localIso(zone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ second: '2-digit', fractionalSecondDigits: 3 as const },
  })
  return at => format.format(Date.parse(at)).replace(',', '.')
}
