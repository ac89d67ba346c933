import { PLANT_WELL_MS } from '../../rules/order.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'

const LOOK_EVERY_MS = 5000

export interface OrderWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly workorders: Workorders
  readonly alarms: Alarms
  /** Whether the points of this alarm can be trusted now: what is frozen or not watched says nothing. */
  readonly trusted: (alarm: string) => boolean
  readonly failed: (error: unknown) => void
}

/**
 * What time alone does to orders: people are told that a clock runs out, and an order whose plant has been well for a while
 * is verified. Looks at once, so that what came due while nobody ran is told, once, with how late it is. Returns the stop.
 */
export function watchOrders({ clock, trail, workorders, alarms, trusted, failed }: OrderWatch) {
  const look = () => {
    try {
      const now = clock.now()
      const due = workorders.due(now)
      if (due.length > 0)
        trail.change(GATEWAY, note => {
          for (const { order, rungs } of due) workorders.told(note, order.id, rungs, now)
        })
      const well = workorders
        .list('open', 10_000)
        .filter(o => o.phase === 'fixed' && o.origin === 'alarm' && now - (o.fixedAt ?? now) >= PLANT_WELL_MS)
        .flatMap(o => {
          const of = workorders.alarmsOf(o.id).map(id => alarms.get(id))
          if (of.length === 0 || of.some(a => !a || a.active || a.retired || !trusted(a.id))) return []
          return [{ id: o.id, since: Math.max(...of.map(a => a!.clearedAt ?? 0)) }]
        })
        .filter(({ since }) => now - since >= PLANT_WELL_MS)
      if (well.length > 0)
        trail.change(GATEWAY, note => {
          for (const { id, since } of well) workorders.verifyByPlant(note, id, since, now)
        })
    } catch (error) {
      // A full disk: nothing was told, so it is due again at the next look.
      failed(error)
    }
  }
  look()
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
