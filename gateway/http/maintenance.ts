import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { maintenancePlan, page } from './contract.ts'
import type { App, Deps } from './deps.ts'

export function maintenanceRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/maintenance',
    {
      config: { access: 'workorder.read' },
      schema: {
        tags: ['work orders'],
        summary: 'Planned work and recurring checks of the site, each with what became of its last occurrences',
        querystring: z.object({ occurrences: z.coerce.number().int().min(0).max(1000).default(20) }),
        response: { 200: page(maintenancePlan) },
      },
    },
    async request => ({
      items: (deps.plant()?.site.maintenance ?? []).map(plan => ({
        id: plan.id,
        name: plan.name,
        every: plan.every,
        stopped: plan.running?.stopped ?? null,
        crew: plan.crew,
        equipment: [...plan.equipment],
        space: plan.space ?? null,
        items: [...plan.items],
        source: plan.source ?? null,
        occurrences: deps.maintenance.list(plan.id, request.query.occurrences).map(o => ({
          object: o.object,
          from: iso(o.from),
          dueAt: iso(o.dueAt),
          state: o.state,
          workorder: o.workorder,
          phase: o.workorder === null ? null : (deps.workorders.get(o.workorder)?.phase ?? null),
        })),
      })),
      next: null,
    }),
  )
}
