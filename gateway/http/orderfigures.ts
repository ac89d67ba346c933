import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { orderFigures as figuresOf } from '../../rules/orderfigures.ts'
import { reliability as reliabilityOf } from '../../rules/reliability.ts'
import { targets } from '../../rules/target.ts'
import { iso } from '../core/clock.ts'
import { orderFigures, page, reliability } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { orderOf } from './reports.ts'
import { placeIn } from './views.ts'

const DAY_MS = 86_400_000
/** More orders than a site has in a year. */
const MOST = 20_000
/** So many lines of the trail at once: a month of floods must not stop the polling. */
const LINES = 1000

const daysAsk = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) })

/** The key figures of orders over [from, to); what is open is what is open now. */
export async function figuresBetween(deps: Deps, from: number, to: number) {
  const now = deps.clock.now()
  return figuresOf({
    ...{ orders: deps.workorders.list('all', MOST), from, to, now },
    policyOf: deps.workorders.policyOf,
    zone: deps.plant()?.site.timezone ?? 'UTC',
    wasFollowed: order => deps.workorders.wasFollowed(order.id),
    reports: deps.reports.between(from, to).map(r => ({ at: r.at, order: orderOf(deps, r) })),
    alarmsRaised: await alarmsRaised(deps, from, to),
  })
}
export const targetsOf = (deps: Deps) => ({ ...(deps.plant()?.site.orders.targets ?? targets) })

/** How often an alarm called, with those that were made up for the demo, as their orders are. */
async function alarmsRaised(deps: Deps, from: number, to: number): Promise<number> {
  let called = 0
  for (const events of deps.demoPast.between(from, to)) called += events.filter(e => e.called).length
  for (let seq = deps.trail.seqAt(from) - 1; ; ) {
    const lines = deps.trail.alarmsAfter(seq, LINES)
    called += lines.filter(line => line.time < to && deps.called(line)).length
    const last = lines.at(-1)
    if (!last || lines.length < LINES || last.time >= to) return called
    seq = last.seq
    await setImmediate()
  }
}

export function orderFigureRoutes(app: App, deps: Deps) {
  const config = { access: 'workorder.read' as const }
  const tags = ['work orders']
  app.get(
    '/api/v1/order-figures',
    {
      config,
      schema: {
        tags,
        summary: 'How well repairs were done in the last days, each figure with how many it is of; of none it is null',
        querystring: daysAsk,
        response: { 200: orderFigures },
      },
    },
    async request => {
      const now = deps.clock.now()
      const from = now - request.query.days * DAY_MS
      const figures = await figuresBetween(deps, from, now + 1)
      return { from: iso(from), to: iso(now), ...figures, targets: targetsOf(deps) }
    },
  )
  app.get(
    '/api/v1/reliability',
    {
      config,
      schema: {
        tags,
        summary:
          'MTBF and MTTR of each piece of equipment that had a repair, those with most first; null where there is not enough to say it',
        querystring: daysAsk,
        response: { 200: page(reliability) },
      },
    },
    async request => {
      const now = deps.clock.now()
      const orders = deps.workorders.list('all', MOST)
      const site = deps.plant()?.site
      const items = reliabilityOf({
        ...{ orders, from: now - request.query.days * DAY_MS, to: now },
        // Nobody watched before the first record, real or made up for the demo.
        watchedFrom: Math.min(now, deps.trail.after(0, 1)[0]?.time ?? now, ...orders.map(o => o.openedAt)),
      }).map(r => {
        const place = site ? placeIn(site, r.equipment) : null
        return { ...r, equipmentName: place?.equipmentName ?? null, space: place?.space ?? null }
      })
      return { items, next: null }
    },
  )
}
