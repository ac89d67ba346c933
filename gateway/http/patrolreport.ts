import { z } from 'zod'
import { addDays, momentOf } from '../../rules/calendar.ts'
import type { DeviceState } from '../../rules/patrol/dock.ts'
import { dayFrom } from '../../rules/patrol/plan.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import type { Site } from '../site/site.ts'
import { type PatrolReportView, patrolDevices, patrolReport, patrolSettle } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pointNames, routeName } from './patrol.ts'
import { patrolReportRows } from './patrolcsv.ts'

const REPORT_DAYS = 62

const told = (state: DeviceState | undefined) => ({
  gaps: (state?.gaps ?? []).map(([a, b]): [number, number] => [a, b]),
  tampers: (state?.tampers ?? []).map(({ at, said }) => ({ at: iso(at), said })),
})

/** What an inspector asks of patrols, and what devices did not tell. */
export function patrolReportRoutes(app: App, deps: Deps) {
  const { patrol } = deps
  const { records } = patrol
  const tags = ['patrol']
  const siteNow = (): Site => deps.plant()?.site ?? fail('not-found', { what: 'site' })
  app.get(
    '/api/v1/patrol-devices',
    {
      config: { access: 'patrol.read' },
      schema: {
        tags,
        summary: 'Sticks and phones, and numbers of theirs that never came',
        response: { 200: patrolDevices },
      },
    },
    async () => {
      const { devices } = siteNow().patrol
      const known = new Map(records.devices().map(d => [d.id, d]))
      const ids = [...new Set([...devices.keys(), ...known.keys()])]
      const items = ids.map(id => ({
        ...{ id, name: devices.get(id)?.name ?? null, at: isoOrNull(known.get(id)?.at ?? null) },
        ...told(known.get(id)?.state),
        signs: Boolean(devices.get(id)?.key),
      }))
      return { items, next: null }
    },
  )
  app.post(
    '/api/v1/patrol-devices/:id/settle',
    {
      config: { access: 'patrol.review' },
      schema: {
        tags,
        summary: 'Somebody has looked into the missing numbers of a device, and says what it was',
        params: z.object({ id: z.string().max(64) }),
        body: patrolSettle,
        response: { 200: patrolDevices },
      },
    },
    async request => {
      const { id } = request.params
      patrol.settle(id, request.body.reason, who(request).actor)
      const { at, state } = records.devices().find(d => d.id === id)!
      const device = siteNow().patrol.devices.get(id)
      const items = [{ id, name: device?.name ?? null, at: iso(at), ...told(state), signs: Boolean(device?.key) }]
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/patrol-report',
    {
      config: { access: 'patrol.review' },
      schema: {
        tags,
        summary:
          'Patrols of some days: share in time, points missed, hours uncovered, gaps by the hour, the shortest times between points, devices that go together; with Accept: text/csv or `format=csv` as a table of points, or of guards',
        querystring: z.object({
          ...{ from: z.iso.date(), to: z.iso.date(), lang: z.enum(['zh-CN', 'en']).optional() },
          ...{ format: z.enum(['json', 'csv']).optional(), what: z.enum(['points', 'guards']).default('points') },
        }),
        response: { 200: patrolReport },
      },
    },
    async (request, reply) => {
      const site = siteNow()
      const first = momentOf(dayFrom(request.query.from), '00:00', site.timezone)
      const end = momentOf(addDays(dayFrom(request.query.to), 1), '00:00', site.timezone)
      if (end <= first || end - first > REPORT_DAYS * 86_400_000)
        fail('invalid-input', { where: 'to', why: `1-${REPORT_DAYS} d` })
      const now = deps.clock.now()
      const figures = deps.patrolFigures(site, first, end, now)
      const seq = deps.trail.head()
      const view: PatrolReportView = {
        ...{ ...figures, from: iso(first), to: iso(end) },
        guards: figures.guards.map(g => ({ ...g, at: iso(g.at) })),
        points: figures.points.map(p => ({
          ...p,
          name: pointNames(site, p.route, p.checkpoint).name,
          routeName: routeName(site, p.route),
        })),
        shortest: figures.shortest.map(s => ({ ...s, at: iso(s.at) })),
        trail: { seq, hash: Buffer.from(deps.trail.hashAt(seq) ?? []).toString('hex') },
      }
      const { format, what, lang } = request.query
      if (format === 'json' || (format === undefined && !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send(view)
      const rows = patrolReportRows(view, what, lang ?? languageOf(request.headers['accept-language']), site.timezone)
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="gatehouse-patrol-${what}.csv"`)
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(rows)}` as never)
      )
    },
  )
}
