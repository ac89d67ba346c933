import { complaintFigures } from '../../rules/complaintfigures.ts'
import { iso } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import { edgesOf } from '../history/edges.ts'
import { ledger, ledgerAsk, serviceFigures } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { figuresBetween, targetsOf } from './orderfigures.ts'
import { csvOf, ledgerRows } from './serviceledger.ts'

const DAY_MS = 86_400_000
const USUAL_DAYS = 30

/** What the service desk has taken in, and how the month went. */
export function serviceRoutes(app: App, deps: Deps) {
  const tags = ['complaints']
  const zone = () => deps.plant()?.site.timezone ?? 'UTC'

  app.get(
    '/api/v1/service-ledger',
    {
      // Names and telephone numbers of people, complaints among them.
      config: { access: 'complaint.read' },
      schema: {
        tags,
        summary:
          'The ledger of reports, complaints, suggestions and return visits of a time, oldest first. With Accept: text/csv as a table.',
        querystring: ledgerAsk,
        response: { 200: ledger },
      },
    },
    async (request, reply) => {
      const { kind, format, lang, ...asked } = request.query
      const [from, to] = spanOf(asked, deps.clock.now(), zone())
      const items = ledgerRows(deps, from, to, kind)
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send({ from: iso(from), to: iso(to), items, next: null })
      const rows = csvOf(items, lang ?? languageOf(request.headers['accept-language']), zone())
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="gatehouse-service.csv"')
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
  app.get(
    '/api/v1/service-figures',
    {
      config: { access: 'complaint.read' },
      schema: {
        tags,
        summary: 'The numbers of a month: reports, complaints, return visits, and how they stand to the targets',
        querystring: ledgerAsk.pick({ month: true }),
        response: { 200: serviceFigures },
      },
    },
    async request => {
      const now = deps.clock.now()
      const month = request.query.month ?? monthAt(now, zone())
      const [from, end] = monthSpan(month, zone())
      if (from > now) fail('invalid-input', notYet)
      const reports = deps.reports.between(from, end)
      return {
        ...{ month, from: iso(from), to: iso(end), over: end <= now },
        reports: {
          received: reports.length,
          byNature: Object.fromEntries(
            [...Map.groupBy(reports, r => r.nature)].map(([nature, some]) => [nature, some.length]),
          ),
        },
        orders: await figuresBetween(deps, from, Math.min(end, now + 1)),
        complaints: complaintFigures(deps.complaints.between(from, end), from, end, now),
        targets: targetsOf(deps),
      }
    },
  )
}

const notYet = { where: 'month', why: { 'zh-CN': '该月尚未开始。', en: 'This month has not begun yet.' } }

const monthAt = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit' }).format(at)

/** In the middle of the month it is that month in every time zone. */
function monthSpan(month: string, zone: string): readonly [from: number, to: number] {
  const middle = Date.parse(`${month}-15T00:00:00Z`)
  const [from, to] = edgesOf(middle, middle + 1, '1mo', zone)! as unknown as [number, number]
  return [from, to]
}

function spanOf(
  { from, to, month }: { from?: string | undefined; to?: string | undefined; month?: string | undefined },
  now: number,
  zone: string,
): readonly [number, number] {
  if (month !== undefined) return monthSpan(month, zone)
  const end = to === undefined ? now + 1 : Date.parse(to)
  const start = from === undefined ? end - USUAL_DAYS * DAY_MS : Date.parse(from)
  if (!(start < end))
    fail('invalid-input', { where: 'from', why: { 'zh-CN': '须早于 to。', en: 'It must be before `to`.' } })
  return [start, end]
}
