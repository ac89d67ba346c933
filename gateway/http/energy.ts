import { energyAsk, energyOverview } from './contract.ts'
import type { App, Deps } from './deps.ts'

/** What the building used, for its manager. */
export function energyRoutes(app: App, deps: Deps) {
  app.get(
    '/api/v1/energy-overview',
    {
      config: { access: 'consumption.read' },
      schema: {
        tags: ['readings'],
        summary:
          'What was used in a month by medium, use, building and tariff period, per m², with the year before it. What is not known is a share of its own.',
        querystring: energyAsk,
        response: { 200: energyOverview },
      },
    },
    async request => deps.readingDesk.energy(request.query.month ?? null),
  )
}
