import type { Order } from './order.ts'
import { type ClockKind, clockOf, type Policy } from './orderclock.ts'

/**
 * What orders of a span come to [people-and-permits 3.2]. Each figure says of how many it is; of none it is null, never 0.
 * Planned work and cancelled or merged orders are no repairs and are left out everywhere.
 */
export interface OrderFigures {
  /** Orders opened in the span. */
  readonly opened: number
  /** Repairs closed in the span: what the rest is of. */
  readonly closed: number
  /** How many of the closed were made up for the demo. */
  readonly demo: number
  /** Closed, never sent back, and nothing came after it. */
  readonly firstTime: number
  readonly reopened: number
  /** Median, ms, from the opening to a person's acceptance. */
  readonly acceptMs: Figure
  /** Mean, ms, from the opening to the repair: with and without the pauses. */
  readonly restoreMs: Figure
  readonly restoreWorkedMs: Figure
  /** How many kept their time, by clock. */
  readonly kept: Readonly<Record<'arrive' | 'restore' | 'close', Figure & { readonly met: number }>>
  /** Share of the time to repair in which the clock stood still. */
  readonly pausedShare: number | null
  /** Return visits of those closed in the span: due, made, in time, solved; mean of all scores. */
  readonly visits: { readonly due: number; readonly made: number; readonly inTime: number; readonly solved: number }
  readonly score: Figure
  /** Alarms that had their order before anybody complained. */
  readonly knownFirst: { readonly n: number; readonly of: number }
  /** Age of the oldest open order, ms. */
  readonly oldestMs: number | null
  readonly open: number
}
export interface Figure {
  readonly value: number | null
  readonly n: number
}

export interface FiguresOf {
  readonly orders: readonly Order[]
  readonly from: number
  readonly now: number
  readonly policyOf: (order: Order) => Policy
  readonly zone: string
  /** Whether another order for the same trouble came soon after this one. */
  readonly wasFollowed: (order: Order) => boolean
  /** When a person first reported it; null: nobody did. */
  readonly reportedAt: (order: Order) => number | null
}

export function orderFigures({ orders, from, now, policyOf, zone, wasFollowed, reportedAt }: FiguresOf): OrderFigures {
  const repairs = orders.filter(o => o.origin !== 'maintenance' && o.phase !== 'cancelled' && o.phase !== 'merged')
  const openedIn = repairs.filter(o => o.openedAt >= from)
  const closed = repairs.filter(o => o.phase === 'closed' && o.closedAt !== null && o.closedAt >= from)
  const clock = (kind: ClockKind) => closed.map(o => clockOf(kind, o, policyOf(o), now, zone))
  const keptOf = (kind: 'arrive' | 'restore' | 'close') => {
    const counted = clock(kind).filter(c => c.state === 'met' || c.state === 'late')
    const met = counted.filter(c => c.state === 'met').length
    return { met, n: counted.length, value: counted.length === 0 ? null : met / counted.length }
  }
  const whole = closed.flatMap(o => (o.fixedAt === null ? [] : [Math.max(0, o.fixedAt - o.openedAt)]))
  const worked = clock('restore').flatMap(c => (c.state === 'met' || c.state === 'late' ? [c.ms] : []))
  const held = closed.map(o =>
    o.pauses.reduce((sum, p) => sum + (p.stops.includes('restore') ? (p.to ?? now) - p.from : 0), 0),
  )
  const spent = sum(whole)
  const visited = closed.filter(o => o.origin === 'report' || o.visitBy !== null || o.visits.length > 0)
  const made = visited.filter(o => o.visitBy === null)
  const scores = made.flatMap(o => {
    const given = o.visits.findLast(v => v.scores !== null)?.scores
    return given ? [given.arrival, given.quality, given.attitude] : []
  })
  const accepted = openedIn.flatMap(o => (o.acceptedAt === null ? [] : [Math.max(0, o.acceptedAt - o.openedAt)]))
  const born = openedIn.filter(o => o.alarm !== null || reportedAt(o) !== null)
  const open = repairs.filter(o => o.phase !== 'closed')
  return {
    opened: openedIn.length,
    closed: closed.length,
    demo: closed.filter(o => o.demo).length,
    firstTime: closed.filter(o => o.reopened === 0 && !wasFollowed(o)).length,
    reopened: closed.filter(o => o.reopened > 0).length,
    acceptMs: { value: median(accepted), n: accepted.length },
    restoreMs: mean(whole),
    restoreWorkedMs: mean(worked),
    kept: { arrive: keptOf('arrive'), restore: keptOf('restore'), close: keptOf('close') },
    pausedShare: spent === 0 ? null : Math.min(1, sum(held) / spent),
    visits: {
      due: visited.length,
      made: made.length,
      inTime: made.filter(o => {
        const last = o.visits.findLast(v => v.at >= o.closedAt!)
        return last !== undefined && last.at <= (o.fixedAt ?? o.closedAt!) + visitMs(policyOf(o))
      }).length,
      solved: made.filter(o => o.visits.at(-1)?.solved === true).length,
    },
    score: mean(scores),
    knownFirst: { n: born.filter(o => o.origin === 'alarm').length, of: born.length },
    oldestMs: open.length === 0 ? null : Math.max(0, now - Math.min(...open.map(o => o.openedAt))),
    open: open.length,
  }
}

const HOUR = 3_600_000
const visitMs = (policy: Policy): number => policy.visitMs ?? 48 * HOUR
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const mean = (values: readonly number[]): Figure => ({
  value: values.length === 0 ? null : sum(values) / values.length,
  n: values.length,
})
function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
