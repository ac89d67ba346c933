import type { Point } from '../../drivers/point.ts'
import { type Bucket, type ConsumptionMark, consumptionOf, type Medium, registersOf } from '../../rules/consumption.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import { edgesOf } from '../history/edges.ts'
import type { DemoSpan, StepAnswer } from '../history/query.ts'
import type { Equipment, Site } from '../site/site.ts'
import { type ConsumptionView, consumption, consumptionAsk } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { placeIn } from './views.ts'

/** So many registers at once are asked of the thread of the history: it also records. */
const AT_ONCE = 8
const DAY_MS = 86_400_000

const HEAD = {
  'zh-CN': ['日期', '表计', '位置', '点', '介质', '用量', '单位', '有效占比', '说明', '来源'],
  en: ['date', 'meter', 'place', 'point', 'medium', 'used', 'unit', 'good share', 'notes', 'source'],
} as const
const MEDIUM: Readonly<Record<Medium, { readonly 'zh-CN': string; readonly en: string }>> = {
  electricity: { 'zh-CN': '电', en: 'electricity' },
  water: { 'zh-CN': '水', en: 'water' },
  gas: { 'zh-CN': '燃气', en: 'gas' },
}
const MARK: Readonly<Record<ConsumptionMark, { readonly 'zh-CN': string; readonly en: string }>> = {
  gap: { 'zh-CN': '无有效数据', en: 'no good data' },
  part: { 'zh-CN': '部分时间有数据', en: 'good for a part of the time' },
  carries: { 'zh-CN': '含此前缺数期间的用量', en: 'with what was used in the gap before' },
  fell: { 'zh-CN': '表码回落（换表或翻转），用量不全', en: 'register went back (exchange or rollover), not complete' },
  running: { 'zh-CN': '未结束', en: 'not over yet' },
}
const SOURCE = { 'zh-CN': ['演示数据', '实测'], en: ['demo data', 'measured'] } as const

export function consumptionRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/consumption',
    {
      config: { access: 'consumption.read' },
      schema: {
        tags: ['history'],
        summary:
          'What each meter of electricity, water and gas has counted, by day or month; a gap is null. With Accept: text/csv as a table.',
        querystring: consumptionAsk,
        response: { 200: consumption },
      },
    },
    async (request, reply) => {
      const { month, step, medium, format, lang } = request.query
      const plant = deps.plant()
      const site = plant?.site ?? fail('not-found', { what: { 'zh-CN': '运行中的项目', en: 'a site that runs' } })
      const now = deps.clock.now()
      const edges = edgesFor(now, month, step, site.timezone)
      const meters = site.equipment.flatMap(equipment =>
        registersOf(equipment.kind, equipment.points)
          .filter(r => medium === undefined || r.medium === medium)
          .map(r => ({ ...r, equipment })),
      )
      const items: ConsumptionView['items'] = []
      for (let i = 0; i < meters.length; i += AT_ONCE) {
        const some = meters.slice(i, i + AT_ONCE)
        const answers = await deps.history
          .steps(
            some.map(m => m.point),
            edges,
          )
          .catch(() => fail('history-unavailable'))
        for (const [n, meter] of some.entries()) items.push(itemOf(site, meter, answers[n]!, edges, now))
      }
      const view: ConsumptionView = {
        ...{ step, timezone: site.timezone, edges: [...edges].map(iso), items, next: null },
      }
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send(view)
      const rows = csvRows(view, lang ?? languageOf(request.headers['accept-language']))
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="gatehouse-consumption.csv"')
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
}

/** Days or months by the calendar of the site, up to the one that runs now. */
function edgesFor(now: number, month: string | undefined, step: '1d' | '1mo', zone: string): Float64Array {
  const edges = (from: number, to: number, by: string) => edgesOf(from, to, by, zone)!
  if (month !== undefined) {
    // In the middle of the month it is that month in every time zone.
    const middle = Date.parse(`${month}-15T00:00:00Z`)
    const [first, end] = edges(middle, middle + 1, '1mo') as unknown as [number, number]
    if (first >= now)
      fail('invalid-input', {
        where: 'month',
        why: { 'zh-CN': '该月尚未开始。', en: 'This month has not begun yet.' },
      })
    return step === '1mo' ? Float64Array.of(first, end) : edges(first, Math.min(end, now), '1d')
  }
  if (step === '1d') return edges(now - 29 * DAY_MS, now, '1d')
  const [thisMonth] = edges(now, now + 1, '1mo') as unknown as [number]
  // The fifteenth of the month eleven months ago, or a day or two beside it.
  return edges(thisMonth + 15 * DAY_MS - 334 * DAY_MS, now, '1mo')
}

interface Meter {
  readonly point: Point
  readonly medium: Medium
  readonly equipment: Equipment
}
function itemOf(
  site: Site,
  { point, medium, equipment }: Meter,
  sums: StepAnswer,
  edges: Float64Array,
  now: number,
): ConsumptionView['items'][number] {
  const buckets = Array.from(
    { length: edges.length - 1 },
    (_, i): Bucket => ({
      ...{ from: edges[i]!, to: edges[i + 1]!, goodMs: sums.goodMs[i]! },
      ...{ max: sums.max[i]!, last: sums.last[i]!, rise: sums.rise[i]! },
    }),
  )
  const { rows, total, complete, stoodSince } = consumptionOf(buckets, now)
  const { equipmentName, space } = placeIn(site, equipment.id)!
  const several = registersOf(equipment.kind, equipment.points).length > 1
  return {
    ...{ point: point.id, equipment: equipment.id, equipmentName, name: several ? point.name : null, space },
    ...{ medium, unit: point.unit!, total: total === null ? null : digits(total), complete },
    stoodSince: isoOrNull(stoodSince),
    rows: rows.map(({ value, good, marks }, i) => ({
      ...{ value: value === null ? null : digits(value), good, marks: [...marks] },
      demo: value !== null && sums.demo.some(span => overlaps(span, edges[i]!, edges[i + 1]!)),
    })),
  }
}
const overlaps = (span: DemoSpan, from: number, to: number): boolean => span.from < to && span.to > from
/** Sums of binary fractions: what is behind the sixth decimal was never on a meter. */
const digits = (value: number): number => Number(value.toFixed(6))

function csvRows(view: ConsumptionView, language: 'zh-CN' | 'en'): string[][] {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: view.timezone, dateStyle: 'short' })
  const [demo, measured] = SOURCE[language]
  const dates = view.edges.map(edge => day.format(Date.parse(edge)).slice(0, view.step === '1mo' ? 7 : 10))
  const lines = view.items.flatMap(({ point, equipmentName, name, space, medium, unit, rows }) =>
    rows.map(({ value, good, marks, demo: made }, i) => [
      dates[i]!,
      (name ?? equipmentName)[language],
      space?.[language] ?? '',
      point,
      MEDIUM[medium][language],
      value === null ? '' : String(value),
      unit,
      good.toFixed(3),
      marks.map(mark => MARK[mark][language]).join('; '),
      value === null ? '' : made ? demo : measured,
    ]),
  )
  return [[...HEAD[language]], ...lines]
}
