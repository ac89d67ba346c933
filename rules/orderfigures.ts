import { fixedFirstTime, type Order } from './order.ts'
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
  /** Closed, in one visit, never sent back, and nothing came after it. */
  readonly firstTime: number
  readonly reopened: number
  /** Median, ms, from the opening to a person's acceptance. */
  readonly acceptMs: Figure
  /** Mean, ms, from the opening to the repair: with and without the pauses. */
  readonly restoreMs: Figure
  readonly restoreWorkedMs: Figure
  /** How many kept their time, by clock. */
  readonly kept: Readonly<Record<ClockKind, Share>>
  /** Handled in time: somebody was there in time, and it was restored in time. */
  readonly timely: Share
  /** Share of the time to repair in which the clock stood still. */
  readonly pausedShare: number | null
  /** Return visits of those closed in the span: due, still with time, made, in time; of those who answered: solved. */
  readonly visits: {
    readonly due: number
    readonly waiting: number
    readonly made: number
    readonly inTime: number
    readonly answered: number
    readonly solved: number
  }
  readonly score: Figure
  /** Reports of which an alarm had told before ("we knew first"). */
  readonly knownFirst: Part
  /** Orders that an alarm began, of those that an alarm or a report did. */
  readonly ofAlarm: Part
  /** How many orders the alarms of the span came to. */
  readonly alarms: { readonly raised: number; readonly orders: number }
  /** Age of the open orders, ms: the median and the oldest. */
  readonly ageMs: Figure
  readonly oldestMs: number | null
  readonly open: number
}
export interface Figure {
  readonly value: number | null
  readonly n: number
}
export interface Share extends Figure {
  readonly met: number
}
export interface Part {
  readonly n: number
  readonly of: number
}

export interface FiguresOf {
  readonly orders: readonly Order[]
  readonly from: number
  /** Left out: up to now. What is open is what is open now. */
  readonly to?: number
  readonly now: number
  readonly policyOf: (order: Order) => Policy
  readonly zone: string
  /** Whether another order for the same trouble came soon after this one. */
  readonly wasFollowed: (order: Order) => boolean
  /** What people reported in the span: when, and the order it is with now. */
  readonly reports: readonly { readonly at: number; readonly order: Order }[]
  /** How often an alarm called in the span. */
  readonly alarmsRaised: number
}

export function orderFigures(asked: FiguresOf): OrderFigures {
  const { orders, from, now, to = now + 1, policyOf, zone, wasFollowed, reports } = asked
  const repairs = orders.filter(o => o.origin !== 'maintenance' && o.phase !== 'cancelled' && o.phase !== 'merged')
  const openedIn = repairs.filter(o => o.openedAt >= from && o.openedAt < to)
  const closed = repairs.filter(
    o => o.phase === 'closed' && o.closedAt !== null && o.closedAt >= from && o.closedAt < to,
  )
  const clock = (kind: ClockKind) => closed.map(o => clockOf(kind, o, policyOf(o), now, zone))
  const shareOf = (met: readonly boolean[]): Share => {
    const n = met.filter(yes => yes).length
    return { met: n, n: met.length, value: met.length === 0 ? null : n / met.length }
  }
  const isDone = (state: string) => state === 'met' || state === 'late'
  const keptOf = (kind: ClockKind) =>
    shareOf(clock(kind).flatMap(({ state }) => (isDone(state) ? [state === 'met'] : [])))
  const timely = closed.flatMap(o => {
    const states = (['arrive', 'restore'] as const).map(kind => clockOf(kind, o, policyOf(o), now, zone).state)
    return states.some(isDone) ? [states.every(state => state !== 'late')] : []
  })
  const whole = closed.flatMap(o => (o.fixedAt === null ? [] : [Math.max(0, o.fixedAt - o.openedAt)]))
  const worked = clock('restore').flatMap(c => (c.state === 'met' || c.state === 'late' ? [c.ms] : []))
  const held = closed.map(o =>
    o.pauses.reduce((sum, p) => sum + (p.stops.includes('restore') ? (p.to ?? now) - p.from : 0), 0),
  )
  const spent = sum(whole)
  const visited = closed.filter(o => o.origin === 'report' || o.visitBy !== null || o.visits.length > 0)
  const made = visited.filter(o => o.visitBy === null)
  // One that still has its time is not missed.
  const waiting = visited.filter(o => o.visitBy !== null && o.visitBy >= now).length
  const scores = made.flatMap(o => {
    const given = o.visits.findLast(v => v.scores !== null)?.scores
    return given ? [given.arrival, given.quality, given.attitude] : []
  })
  const accepted = openedIn.flatMap(o => (o.acceptedAt === null ? [] : [Math.max(0, o.acceptedAt - o.openedAt)]))
  const ofAlarm = openedIn.filter(o => o.origin === 'alarm').length
  const open = repairs.filter(o => o.phase !== 'closed')
  const ages = open.map(o => Math.max(0, now - o.openedAt))
  const saidOf = (o: Order) => o.visits.findLast(v => v.outcome === 'answered')?.solved ?? null
  return {
    opened: openedIn.length,
    closed: closed.length,
    demo: closed.filter(o => o.demo).length,
    firstTime: closed.filter(o => fixedFirstTime(o, wasFollowed(o)) === true).length,
    reopened: closed.filter(o => o.reopened > 0).length,
    acceptMs: { value: median(accepted), n: accepted.length },
    restoreMs: mean(whole),
    restoreWorkedMs: mean(worked),
    kept: {
      accept: keptOf('accept'),
      arrive: keptOf('arrive'),
      restore: keptOf('restore'),
      close: keptOf('close'),
    },
    timely: shareOf(timely),
    pausedShare: spent === 0 ? null : Math.min(1, sum(held) / spent),
    visits: {
      due: visited.length - waiting,
      waiting,
      made: made.length,
      inTime: made.filter(o => {
        const last = o.visits.findLast(v => v.at >= o.closedAt!)
        return last !== undefined && last.at <= (o.fixedAt ?? o.closedAt!) + visitMs(policyOf(o))
      }).length,
      // Nobody there, or nothing said, is neither satisfied nor not.
      answered: made.filter(o => saidOf(o) !== null).length,
      solved: made.filter(o => saidOf(o) === true).length,
    },
    score: mean(scores),
    knownFirst: {
      n: reports.filter(r => r.order.origin === 'alarm' && r.order.openedAt < r.at).length,
      of: reports.length,
    },
    ofAlarm: { n: ofAlarm, of: ofAlarm + openedIn.filter(o => o.origin === 'report').length },
    alarms: { raised: asked.alarmsRaised, orders: ofAlarm },
    ageMs: { value: median(ages), n: ages.length },
    oldestMs: ages.length === 0 ? null : Math.max(...ages),
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
