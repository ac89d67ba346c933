import type { PointId, Sample } from '../../drivers/point.ts'
import { standsBy, standsNow } from '../../rules/downtime.ts'
import { isEnded } from '../../rules/workorder.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { OrderNotes } from '../records/ordernotes.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorder, Workorders } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'

const LOOK_EVERY_MS = 5000

export interface DowntimeWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly workorders: Workorders
  readonly orderNotes: OrderNotes
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
  readonly failed: (error: unknown) => void
}

interface Seen {
  readonly stopped: boolean
  readonly point: PointId
  readonly since: number
}

/**
 * Writes on the orders of a repair when their equipment stood still, where the plant says so itself. What cannot be read
 * changes nothing: a stop lasts until it is seen to run.
 */
export function watchDowntime({ clock, trail, workorders, orderNotes, running, failed }: DowntimeWatch) {
  const seen = new Map<string, Seen>()
  /** Whose stop has not ended, also when the order has: read once, and kept from then on. */
  let standing: Set<string> | null = null

  function look() {
    const at = running()
    if (!at) return
    const now = clock.now()
    try {
      // The records may know of orders that ended while their equipment stood, from before a restart.
      standing ??= new Set(
        workorders
          .list('all', MOST_ORDERS)
          .filter(stillStands)
          .map(o => o.id),
      )
      for (const { id, kind, points } of at.site.equipment) {
        const told = (point: PointId) => {
          const sample = at.get(point)
          return sample && sample.quality !== 'bad' ? sample.value : null
        }
        const stands = standsNow(standsBy(kind, points), told)
        const before = seen.get(id)
        if (stands && before?.stopped !== stands.stopped) seen.set(id, { ...stands, since: now })
      }
      const open = workorders.list('open', MOST_ORDERS)
      const ended = [...standing].flatMap(id => workorders.get(id) ?? []).filter(o => isEnded(o.phase))
      const due = [...open, ...ended].filter(o => o.equipment !== null && o.origin !== 'maintenance' && !o.demo)
      for (const order of due) {
        const state = seen.get(order.equipment!)
        if (!state || !changes(order, state)) continue
        const written = trail.change(GATEWAY, note => orderNotes.measured(note, order, state, now))
        if (written) standing[stillStands(written) ? 'add' : 'delete'](order.id)
      }
    } catch (error) {
      // A full disk: nothing was written, so it is due again at the next look.
      failed(error)
    }
  }
  look()
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}

const MOST_ORDERS = 10_000
const stillStands = (o: Workorder): boolean => o.downtimes.some(d => d.source === 'measured' && d.to === null)
/** Asked before a transaction is begun: most of the time nothing has changed. */
const changes = (order: Workorder, { stopped }: Seen): boolean =>
  stopped ? !stillStands(order) && ['new', 'accepted', 'arrived'].includes(order.phase) : stillStands(order)
