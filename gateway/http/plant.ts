import { z } from 'zod'
import type { LinesReport, LinkReport } from '../../drivers/driver.ts'
import type { PointId } from '../../drivers/point.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { linkView } from './channels.ts'
import { channel, equipment, page, paging, point } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { equipmentViews, pointView } from './views.ts'

const lineView = (report: LinkReport | undefined) => ({
  budget: report ? { ...report.budget, points: [...report.budget.points] } : null,
  counts: report?.counts ?? null,
  learned: [...(report?.learned ?? [])],
})

const linesView = (report: LinesReport | undefined) =>
  report
    ? {
        ...report,
        lastAt: isoOrNull(report.lastAt),
        last: report.last.map(({ at, why, text }) => ({ at: iso(at), why, text })),
      }
    : null

export function plantRoutes(app: App, deps: Deps) {
  const tags = ['plant']
  const config = { access: 'plant.read' as const }
  const watch = { access: 'plant.watch' as const }

  app.get(
    '/api/v1/equipment',
    { config: watch, schema: { tags, summary: 'All equipment with its points', response: { 200: page(equipment) } } },
    async () => {
      const plant = deps.plant()
      return { items: plant ? equipmentViews(plant) : [], next: null }
    },
  )
  app.get(
    '/api/v1/points',
    {
      config: watch,
      schema: {
        tags,
        summary: 'The latest sample of every point',
        querystring: z.object(paging),
        response: { 200: page(point) },
      },
    },
    async request => {
      const plant = deps.plant()
      const ids = [...(plant?.points.keys() ?? [])]
      const { limit, cursor } = request.query
      const start = cursor === undefined ? 0 : ids.indexOf(cursor as PointId) + 1
      if (cursor !== undefined && start === 0) fail('not-found', { what: cursor })
      const slice = ids.slice(start, start + limit)
      return {
        items: slice.map(id => pointView(plant!.points.get(id)!, plant!.latest.get(id)!)),
        next: start + limit < ids.length ? (slice.at(-1) ?? null) : null,
      }
    },
  )
  app.get(
    '/api/v1/points/:equipment/:key',
    {
      config: watch,
      schema: {
        tags,
        summary: 'The latest sample of one point',
        params: z.object({ equipment: z.string(), key: z.string() }),
        response: { 200: point },
      },
    },
    async request => {
      const id: PointId = `${request.params.equipment}/${request.params.key}`
      const plant = deps.plant()
      const found = plant?.points.get(id)
      return found ? pointView(found, plant!.latest.get(id)!) : fail('not-found', { what: id })
    },
  )
  app.get(
    '/api/v1/channels',
    {
      config,
      schema: { tags, summary: 'Connections and the state of their devices', response: { 200: page(channel) } },
    },
    async () => {
      const plant = deps.plant()
      const items = (plant?.site.channels ?? []).map(c => ({
        id: c.id,
        protocol: c.protocol,
        ...lineView(plant!.link(c.id)?.report?.()),
        lines: linesView(plant!.link(c.id)?.lines?.()),
        ...linkView(deps, c, plant!.link(c.id)),
        equipment: plant!.site.equipment
          .filter(e => e.channel === c.id)
          .map(e => {
            const state = plant!.state(e.id)
            return {
              id: e.id,
              online: state?.online ?? null,
              scanMs: state?.scanMs ?? null,
              retryAt: isoOrNull(state?.retryAt ?? null),
              cycles: [...plant!.cycles(e.id)],
            }
          }),
      }))
      return { items, next: null }
    },
  )
}
