import { z } from 'zod'
import { counterPoint, objectsOf } from '../../rules/maintenance.ts'
import { iso } from '../core/clock.ts'
import type { MaintenancePlan } from '../orders/schema.ts'
import { type MaintenanceView, maintenancePlan, page } from './contract.ts'
import type { App, Deps } from './deps.ts'

export function maintenanceRoutes(app: App, deps: Deps) {
  const counterOf = (plan: MaintenancePlan): MaintenanceView['counter'] => {
    if (!plan.counter) return null
    const objects = objectsOf(plan).map(object => {
      const state = deps.maintenance.counter(plan.id, object)
      return { object, used: state === null || state.last === null ? null : state.used }
    })
    const point = counterPoint(plan, objects[0]?.object ?? '')
    const unit = (point && deps.plant()?.points.get(point)?.unit) ?? null
    return { ...plan.counter, unit, objects }
  }
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
        every: plan.every ?? null,
        anchor: plan.anchor ?? (plan.counter && plan.every === undefined ? 'done' : 'planned'),
        counter: counterOf(plan),
        covers: [...plan.covers],
        signs: [...plan.signs],
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
