import { z } from 'zod'
import { counters, figuresOf, type MonthFigure, monthAt, monthBy, monthGroups, monthSpan } from '../../rules/month.ts'
import { iso } from '../core/clock.ts'
import { fail, type Language, languageOf } from '../core/errors.ts'
import type { MonthArchive } from '../records/months.ts'
import {
  type MonthView,
  month as monthAnswer,
  monthArchive,
  monthAsk,
  monthList,
  monthName,
  monthRowList,
  monthRowsAsk,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

const MOST_MONTHS = 60
const nameOf = new Map(counters.map(c => [c.id, c.name]))

/** The numbers of a month, what they count, and the archive of months that are over. */
export function monthRoutes(app: App, deps: Deps) {
  const { months, monthly, trail } = deps
  const tags = ['month report']
  const config = { access: 'month.read' as const }
  const params = z.object({ month: monthName })
  const zone = () => deps.plant()?.site.timezone ?? 'UTC'
  /** A month that has begun. */
  const spanOf = (month: string) => {
    const span = monthSpan(month, zone())
    if (span[0] > deps.clock.now()) fail('invalid-input', notYet)
    return span
  }
  const stamp = (count: number, time: number) => ({
    ...{ count, head: Buffer.from(trail.hashAt(count) ?? []).toString('hex'), time: iso(time) },
  })
  const versions = (month: string) =>
    months.of(month).map(({ version, at, by, reason, differs, trail: kept }) => ({
      ...{ version, at: iso(at), by, reason, trail: { ...kept, time: iso(kept.time) } },
      differs: differs.map(d => ({ ...d, name: nameOf.get(d.id)!, added: [...d.added], gone: [...d.gone] })),
    }))

  async function live(month: string): Promise<MonthView> {
    const now = deps.clock.now()
    const [from, to] = spanOf(month)
    const { rows, onTime } = await monthly.rows([from, to], month, now)
    const before = await monthly.before(zone(), month, now)
    return {
      ...{ month, from: iso(from), to: iso(to), over: to <= now, version: null, onTime },
      ...{ figures: figureViews(figuresOf(rows), before), before: before && headOf(before) },
      ...{ versions: versions(month), trail: stamp(trail.head(), now) },
    }
  }
  function archived(month: string, version: number): MonthView {
    const a =
      months.of(month).find(one => one.version === version) ?? fail('not-found', { what: `${month} ${version}` })
    return {
      ...{ month, from: iso(a.from), to: iso(a.to), over: true, version, onTime: a.onTime },
      ...{ figures: figureViews(a.figures, a.before), before: a.before && headOf(a.before) },
      ...{ versions: versions(month), trail: { ...a.trail, time: iso(a.trail.time) } },
    }
  }

  app.get(
    '/api/v1/months',
    {
      config,
      schema: {
        tags,
        summary: 'Months with records, newest first, and which are archived',
        response: { 200: monthList },
      },
    },
    async () => {
      const now = deps.clock.now()
      const here = monthAt(now, zone())
      const first = monthAt(Math.min(now, trail.after(0, 1)[0]?.time ?? now), zone())
      const kept = Map.groupBy(months.all(), a => a.month)
      const names = Array.from({ length: MOST_MONTHS }, (_, i) => monthBy(here, -i)).filter(
        name => name >= first || kept.has(name),
      )
      const items = names.map(month => {
        const made = kept.get(month) ?? []
        const over = monthSpan(month, zone())[1] <= now
        return { month, over, versions: made.length, archivedAt: made[0] ? iso(made[0].at) : null }
      })
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/months/:month',
    {
      config,
      schema: {
        tags,
        summary:
          'The numbers of a month as they are now, or those of an archived version, which never change; with Accept: text/csv or `format=csv` as a table',
        params,
        querystring: monthAsk,
        response: { 200: monthAnswer },
      },
    },
    async (request, reply) => {
      const { month } = request.params
      const { version, format, lang } = request.query
      const view = version === undefined ? await live(month) : archived(month, version)
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send(view)
      const nos = new Map(
        months
          .of(month)
          .find(a => a.version === version)
          ?.figures.map(f => [f.id as string, f.nos]),
      )
      const rows = monthTable(view, nos, lang ?? languageOf(request.headers['accept-language']), zone())
      const name = `gatehouse-${month}${version === undefined ? '' : `-v${version}`}.csv`
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${name}"`)
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
  app.get(
    '/api/v1/months/:month/rows',
    {
      config,
      schema: {
        tags,
        summary: 'What a number of a month counts, each with the page where it stands; as it is now',
        params,
        querystring: monthRowsAsk,
        response: { 200: monthRowList },
      },
    },
    async request => {
      const { month } = request.params
      const { rows } = await monthly.rows(spanOf(month), month, deps.clock.now())
      return { items: rows[request.query.counter].map(r => ({ ...r, at: iso(r.at) })), next: null }
    },
  )
  app.post(
    '/api/v1/months/:month/archive',
    {
      config: { access: 'month.archive' },
      schema: {
        tags,
        summary: 'Archives a month that is over, or a new version of it, which says what differs and why it was made',
        params,
        body: monthArchive,
        response: { 201: monthAnswer },
      },
    },
    async (request, reply) => {
      const { month } = request.params
      const { reason } = request.body
      if (spanOf(month)[1] > deps.clock.now()) fail('month-running', { month })
      if (reason === '' && months.of(month).length > 0) fail('needs-reason')
      const made = await monthly.archive(zone(), month, who(request).actor, reason, deps.clock.now())
      if (made === null) return fail('month-same', { month })
      return reply.code(201).send(archived(month, made.version))
    },
  )
}

const notYet = { where: 'month', why: { 'zh-CN': '该月尚未开始。', en: 'This month has not begun yet.' } }
const headOf = ({ month, archived }: NonNullable<MonthArchive['before']>) => ({ month, archived })

function figureViews(figures: readonly MonthFigure[], before: MonthArchive['before']): MonthView['figures'] {
  const now = new Map(figures.map(f => [f.id, f]))
  const then = new Map(before?.figures.map(f => [f.id, f.n]))
  return counters.flatMap(({ id, group, name, counts, least = null }) => {
    const figure = now.get(id)
    // An old archive has no number that was thought of later.
    if (!figure) return []
    return [{ id, group, name, counts, n: figure.n, demo: figure.demo, before: then.get(id) ?? null, least }]
  })
}

const HEAD = {
  'zh-CN': ['分组', '项目', '统计口径', '本月', '上月', '增减', '其中演示数据', '编号'],
  en: ['group', 'number', 'what it counts', 'this month', 'month before', 'change', 'of it demo data', 'numbers'],
} as const
const FOOT = {
  'zh-CN': ['月份', '版本', '未归档，截至', '归档时间', '归档人', '审计记录条数', '审计记录校验值', '巡更按时率'],
  en: ['month', 'version', 'not archived, as of', 'archived', 'by', 'trail entries', 'trail hash', 'points in time'],
} as const

/** As the printed page: the numbers, then what proves them. Change is empty where the month before has no number. */
export function monthTable(
  view: MonthView,
  nos: ReadonlyMap<string, readonly string[]>,
  lang: Language,
  zone: string,
): readonly (readonly string[])[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const [month, version, asOf, archived, by, count, head, onTime] = FOOT[lang]
  const made = view.versions.find(v => v.version === view.version)
  const time = format.format(Date.parse(view.trail.time))
  return [
    [...HEAD[lang]],
    ...view.figures.map(f => [
      ...[
        monthGroups[f.group][lang],
        f.name[lang],
        f.counts[lang],
        String(f.n),
        f.before === null ? '' : String(f.before),
      ],
      ...[f.before === null ? '' : String(f.n - f.before), f.demo === 0 ? '' : String(f.demo)],
      (nos.get(f.id) ?? []).join(' '),
    ]),
    [],
    [month, view.month],
    ...(view.onTime === null ? [] : [[onTime, `${(view.onTime * 100).toFixed(1)} %`]]),
    ...(made
      ? [
          [version, String(made.version)],
          [archived, time],
          [by, made.by],
        ]
      : [[asOf, time]]),
    [count, String(view.trail.count)],
    [head, view.trail.head],
  ]
}
