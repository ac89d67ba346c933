import { counted, lengthOf, union } from './downtime.ts'
import { HELP } from './help.ts'
import type { Order } from './order.ts'

/**
 * How long a piece of equipment works between two failures, and how soon it works again.
 *
 * A failure is a trouble that had a repair: however often its alarm came it is one, and planned work is none. MTBF is the
 * time that it was up over its failures; MTTR the mean time from a failure to its repair. Neither is ever 0 for want of
 * data: of fewer than two failures, or within a day, an MTBF is chance and is null, and of no repair there is no MTTR.
 */
export interface Reliability {
  readonly equipment: string
  readonly failures: number
  /** Of them: made up for the demo. */
  readonly demo: number
  /** ms for which it was watched, and stood in that time. */
  readonly watchedMs: number
  readonly downMs: number
  /** Failures of which nobody has said or measured whether it stood: the time that it was up may be less. */
  readonly unknown: number
  /** Share of that downtime that the plant said itself; null: there is none. */
  readonly measuredShare: number | null
  readonly mtbfMs: number | null
  readonly mttrMs: number | null
  /** Of how many repairs the MTTR is. */
  readonly repaired: number
}

/** Two failures make one time between them, and within hours nothing is seen of how often something fails. */
const LEAST_FAILURES = 2
const LEAST_WATCHED_MS = 86_400_000

export interface ReliabilityOf {
  readonly orders: readonly Order[]
  readonly from: number
  readonly to: number
  /** Before that nobody watched: it must not count as time without failures. */
  readonly watchedFrom: number
}

/** Of each piece of equipment that had a failure in the span, those with the most first. */
export function reliability({ orders, from, to, watchedFrom }: ReliabilityOf): Reliability[] {
  const start = Math.min(to, Math.max(from, watchedFrom))
  const repairs = orders.filter(isFailure)
  const by = Map.groupBy(repairs, o => o.equipment!)
  const made: Reliability[] = []
  for (const [equipment, all] of by) {
    const failures = all.filter(o => o.openedAt >= start && o.openedAt < to)
    if (failures.length === 0) continue
    // A stop that began before the span, or that two orders tell of, is time down once.
    const spans = all.map(o => ({ order: o, spans: counted(o, to) }))
    const down = lengthOf(
      union(
        spans.flatMap(s => s.spans),
        start,
        to,
      ),
    )
    const measured = all.flatMap(o =>
      counted({ ...o, downtimes: o.downtimes.filter(d => d.source === 'measured') }, to),
    )
    const fixed = failures.flatMap(o => (o.fixedAt === null ? [] : [Math.max(0, o.fixedAt - o.openedAt)]))
    const enough = failures.length >= LEAST_FAILURES && to - start >= LEAST_WATCHED_MS
    made.push({
      equipment,
      failures: failures.length,
      demo: failures.filter(o => o.demo).length,
      watchedMs: to - start,
      downMs: down,
      unknown: failures.filter(o => o.downtimes.length === 0).length,
      measuredShare: down === 0 ? null : lengthOf(union(measured, start, to)) / down,
      mtbfMs: enough ? (to - start - down) / failures.length : null,
      mttrMs: fixed.length === 0 ? null : fixed.reduce((a, b) => a + b, 0) / fixed.length,
      repaired: fixed.length,
    })
  }
  return made.sort((a, b) => b.failures - a.failures || b.downMs - a.downMs || (a.equipment < b.equipment ? -1 : 1))
}

/** A trouble of a piece of equipment that is a repair of its own. */
const isFailure = (o: Order): boolean =>
  o.equipment !== null &&
  // Somebody calls for help: nothing has failed.
  o.equipment !== HELP &&
  o.origin !== 'maintenance' &&
  o.phase !== 'cancelled' &&
  o.phase !== 'merged'
