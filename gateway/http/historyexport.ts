import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Point, PointId } from '../../drivers/point.ts'
import { fail } from '../core/errors.ts'
import { qualityOf, reasonOf } from '../history/codes.ts'
import { edgesOf, MOST_BUCKETS, STEP, wallOf } from '../history/edges.ts'
import type { DemoSpan } from '../history/query.ts'
import { historyAggregates, pointId, time } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { list, unavailable } from './history.ts'
import { type Cell, xlsxOf } from './xlsx.ts'

/** So many samples are fetched and sent at once: neither the polling nor the memory feels a month of them. */
const PAGE = 2000
const STEPS = 500
const MOST_ROWS = 5_000_000

const languages = ['zh-CN', 'en', 'both'] as const
type Aggregate = (typeof historyAggregates)[number]
const WORDS = {
  time: ['时间', 'time'],
  utc: ['时间（UTC）', 'time (UTC)'],
  point: ['点位', 'point'],
  name: ['名称', 'name'],
  unit: ['单位', 'unit'],
  value: ['值', 'value'],
  quality: ['质量', 'quality'],
  reason: ['原因', 'reason'],
  source: ['来源', 'source'],
  good: ['有效占比', 'good share'],
  min: ['最小', 'min'],
  max: ['最大', 'max'],
  mean: ['平均', 'mean'],
  last: ['末值', 'last'],
  rise: ['增量', 'rise'],
  isGood: ['良好', 'good'],
  isUncertain: ['可疑', 'uncertain'],
  isBad: ['无效', 'bad'],
  demo: ['演示数据', 'demo data'],
  measured: ['实测', 'measured'],
  hourly: ['仅存小时汇总', 'only hourly sums are kept'],
  sheet: ['历史数据', 'History'],
  cut: ['行数过多，到此为止', 'too many rows: it ends here'],
} as const satisfies Record<string, readonly [string, string]>
type Word = keyof typeof WORDS

interface Asked {
  readonly deps: Deps
  readonly points: readonly Point[]
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly word: (word: Word) => string
  readonly name: (point: Point) => string
}

/** The history as a file, sent as it is read: one row for each sample or step, one point after the other. */
export function historyExportRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/history/export',
    {
      config: { access: 'plant.read' },
      schema: {
        tags: ['history'],
        summary:
          'History as a CSV or XLSX file of any length: times of the site’s wall and UTC, name, unit, quality, source; headers in Chinese, English or both',
        querystring: z.object({
          point: list(pointId),
          from: time,
          to: time,
          /** As of `GET /api/v1/history`; without it all samples. */
          step: z.string().regex(STEP).optional(),
          agg: list(z.enum(historyAggregates)).optional(),
          format: z.enum(['csv', 'xlsx']).default('csv'),
          lang: z.enum(languages).default('both'),
        }),
      },
    },
    async (request, reply) => {
      const { step, agg = [...historyAggregates], format, lang } = request.query
      const [from, to] = [Date.parse(request.query.from), Math.min(Date.parse(request.query.to), deps.clock.now())]
      if (!(from < to))
        fail('invalid-input', {
          where: 'from',
          why: { 'zh-CN': '须早于 to 和现在。', en: 'It must be before `to` and now.' },
        })
      const plant = deps.plant()
      const points = request.query.point.map(id => plant?.points.get(id as PointId) ?? fail('not-found', { what: id }))
      const zone = plant!.site.timezone
      const equipment = new Map(plant!.site.equipment.map(one => [one.id, one.name]))
      const say = (zh: string, en: string) => (lang === 'both' ? `${zh} ${en}` : lang === 'en' ? en : zh)
      const asked: Asked = {
        ...{ deps, points, from, to, zone },
        word: word => say(WORDS[word][0], WORDS[word][1]),
        name: ({ id, name }) => {
          const of = equipment.get(id.slice(0, id.indexOf('/')))
          return say(`${of?.['zh-CN'] ?? ''} ${name['zh-CN']}`.trim(), `${of?.en ?? ''} ${name.en}`.trim())
        },
      }
      const edges = step === undefined ? null : edgesOf(from, to, step, zone)
      if (step !== undefined && edges === null) return fail('history-too-much', { most: MOST_BUCKETS })
      const words: Word[] = edges
        ? ['time', 'utc', 'point', 'name', 'unit', ...agg, 'good', 'source']
        : ['time', 'utc', 'point', 'name', 'unit', 'value', 'quality', 'reason', 'source']
      const head = words.map(asked.word)
      const pages = limited(edges ? stepPages(asked, edges, agg) : rawPages(asked), asked)
      // What cannot be read at all is refused before the first byte.
      const first = await pages.next()
      const all = (async function* () {
        if (!first.done) yield first.value
        yield* pages
      })()
      const file =
        format === 'xlsx'
          ? xlsxOf(asked.word('sheet'), head, words.map(widthOf), all)
          : csvOf(head, all, rows => deps.writeCsv(rows))
      return reply
        .header(
          'content-type',
          format === 'xlsx'
            ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
            : 'text/csv; charset=utf-8',
        )
        .header('content-disposition', `attachment; filename="gatehouse-history.${format}"`)
        .send(Readable.from(file))
    },
  )
}

const widthOf = (word: Word): number =>
  word === 'time' || word === 'utc' ? 24 : word === 'point' || word === 'name' ? 30 : 14

type Row = readonly Cell[]
async function* rawPages({ deps, points, from, to, zone, word, name }: Asked): AsyncGenerator<Row[]> {
  const quality = { good: word('isGood'), uncertain: word('isUncertain'), bad: word('isBad') }
  const [demo, measured] = [word('demo'), word('measured')]
  for (const point of points) {
    const [title, unit] = [name(point), point.unit ?? '']
    for (let at = from; at < to; ) {
      const [answer] = await deps.history.raw([point], at, to, PAGE).catch(unavailable)
      const { n, times, codes, values, texts, truncated } = answer!
      const rows: Row[] = []
      const lastAt = n > 0 ? times[n - 1]! : to
      // The page may end within a ms: its samples come with the next one.
      const end = truncated && lastAt > at ? lastAt : Number.POSITIVE_INFINITY
      for (let i = 0; i < n; i++) {
        const t = times[i]!
        // Before `at` is what held then; of the first page it is a row of its own.
        if (t >= end || (t < at && at !== from)) continue
        const value = values[i]!
        const shown = Number.isNaN(value)
          ? null
          : point.kind === 'text'
            ? texts[value]!
            : point.kind === 'boolean'
              ? value === 1
              : value
        const made = answer!.demo.some(span => t >= span.from && t < span.to)
        rows.push([
          ...[{ wallMs: wallOf(t, zone) }, new Date(t).toISOString(), point.id, title, unit, shown],
          ...[quality[qualityOf(codes[i]!)], reasonOf(codes[i]!), made ? demo : measured],
        ])
      }
      for (const span of answer!.coarse)
        rows.push([
          { wallMs: wallOf(span.from, zone) },
          new Date(span.from).toISOString(),
          point.id,
          title,
          unit,
          null,
          null,
          null,
          word('hourly'),
        ])
      yield rows
      at = !truncated ? to : end === lastAt ? lastAt : lastAt + 1
    }
  }
}

async function* stepPages(
  { deps, points, to, zone, word, name }: Asked,
  edges: Float64Array,
  agg: readonly Aggregate[],
): AsyncGenerator<Row[]> {
  const overlaps = (spans: readonly DemoSpan[], from: number, end: number) =>
    spans.some(s => s.from < end && s.to > from)
  for (const point of points) {
    const [title, unit] = [name(point), point.unit ?? '']
    for (let first = 0; first + 1 < edges.length; first += STEPS) {
      const some = edges.subarray(first, Math.min(edges.length, first + STEPS + 1))
      const [sums] = await deps.history.steps([point], Float64Array.from(some)).catch(unavailable)
      const rows: Row[] = []
      for (let i = 0; i + 1 < some.length; i++) {
        const [start, end] = [some[i]!, some[i + 1]!]
        const width = Math.min(end, to) - start
        const goodMs = sums!.goodMs[i]!
        const good = width > 0 ? Math.min(1, Math.round((goodMs / width) * 1000) / 1000) : 0
        const source =
          goodMs === 0
            ? null
            : overlaps(sums!.demo, start, end)
              ? word('demo')
              : overlaps(sums!.coarse, start, end)
                ? word('hourly')
                : word('measured')
        const cells = agg.map(key => {
          const value = sums![key][i]!
          return Number.isNaN(value) || (goodMs === 0 && value === 0) ? null : value
        })
        rows.push([
          { wallMs: wallOf(start, zone) },
          new Date(start).toISOString(),
          point.id,
          title,
          unit,
          ...cells,
          good,
          source,
        ])
      }
      yield rows
    }
  }
}

/** Ends, and says so, before it fills the disk of whoever asked. */
async function* limited(pages: AsyncGenerator<Row[]>, { word }: Asked): AsyncGenerator<Row[]> {
  let rows = 0
  for await (const page of pages) {
    yield page
    rows += page.length
    if (rows >= MOST_ROWS) {
      yield [[word('cut')]]
      return
    }
  }
}

async function* csvOf(
  head: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  write: (rows: readonly (readonly string[])[]) => string,
): AsyncGenerator<string> {
  // Excel takes UTF-8 only with a byte order mark.
  yield `\ufeff${write([head])}`
  for await (const page of pages) if (page.length > 0) yield write(page.map(row => row.map(cellText)))
}
const cellText = (cell: Cell): string =>
  cell === null
    ? ''
    : typeof cell === 'object'
      ? 'decimal' in cell
        ? cell.decimal
        : new Date(cell.wallMs).toISOString().slice(0, 23).replace('T', ' ')
      : String(cell)
