import { z } from 'zod'
import { orderFigures as figuresOf } from '../../rules/orderfigures.ts'
import { iso } from '../core/clock.ts'
import { orderFigures } from './contract.ts'
import type { App, Deps } from './deps.ts'

const DAY_MS = 86_400_000
/** More orders than a site has in a year. */
const MOST = 20_000

export function orderFigureRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/order-figures',
    {
      config: { access: 'workorder.read' },
      schema: {
        tags: ['work orders'],
        summary: 'How well repairs were done in the last days, each figure with how many it is of; of none it is null',
        querystring: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
        response: { 200: orderFigures },
      },
    },
    async request => {
      const now = deps.clock.now()
      const from = now - request.query.days * DAY_MS
      const figures = figuresOf({
        orders: deps.workorders.list('all', MOST),
        from,
        now,
        policyOf: deps.workorders.policyOf,
        zone: deps.plant()?.site.timezone ?? 'UTC',
        wasFollowed: order => deps.workorders.wasFollowed(order.id),
        reportedAt: order => deps.reports.ofOrder(order.id)[0]?.at ?? null,
      })
      return { from: iso(from), to: iso(now), ...figures }
    },
  )
}
