import type { Flow } from './flow.ts'
import type { OrderClass } from './rule.ts'

export const orderPhases = ['new', 'accepted', 'arrived', 'fixed', 'closed', 'cancelled'] as const
export type OrderPhase = (typeof orderPhases)[number]
export const orderActions = ['accept', 'arrive', 'fix', 'close', 'reopen', 'cancel'] as const
export type OrderAction = (typeof orderActions)[number]

/** Fixed is not closed: the crew says that it is repaired, somebody else looks and closes. */
export const workorder: Flow<OrderPhase, OrderAction> = {
  first: 'new',
  moves: {
    new: {
      accept: { to: 'accepted', by: ['engineer', 'admin'] },
      cancel: { to: 'cancelled', by: ['manager', 'operator', 'admin'] },
    },
    accepted: {
      arrive: { to: 'arrived', by: ['engineer', 'admin'] },
      cancel: { to: 'cancelled', by: ['manager', 'operator', 'admin'] },
    },
    arrived: { fix: { to: 'fixed', by: ['engineer', 'admin'] } },
    fixed: {
      close: { to: 'closed', by: ['manager', 'operator', 'desk', 'admin'] },
      reopen: { to: 'accepted', by: ['manager', 'operator', 'desk', 'engineer', 'admin'] },
    },
    closed: {},
    cancelled: {},
  },
}

/**
 * Moves that are not believed without a reason: they take something off the list without the plant saying that it is well,
 * or without a second pair of eyes.
 */
export const needsReason = (
  action: OrderAction,
  order: {
    readonly alarmActive: boolean
    readonly alarmRetired: boolean
    readonly fixedBy: string | null
  },
  actor: string,
): boolean =>
  action === 'cancel' ||
  action === 'reopen' ||
  (action === 'close' && (order.alarmActive || order.alarmRetired || order.fixedBy === actor))

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * How soon somebody must be there, and how soon it must work again, from the moment the order was opened, ms.
 * urgent: 15 min, 6 h; general: 30 min, 1 day [requirements N01-N04]. life: there in 30 min at the latest, free in 1 h
 * [lift entrapment clock, people-and-permits 6.4]: the urgent 15 min is the stricter and holds.
 */
export const targets: Record<OrderClass, { readonly arriveMs: number; readonly restoreMs: number }> = {
  life: { arriveMs: 15 * MINUTE, restoreMs: HOUR },
  urgent: { arriveMs: 15 * MINUTE, restoreMs: 6 * HOUR },
  general: { arriveMs: 30 * MINUTE, restoreMs: 24 * HOUR },
}

export interface OrderTimes {
  readonly phase: OrderPhase
  readonly openedAt: number
  readonly arriveBy: number
  readonly restoreBy: number
  readonly arrivedAt: number | null
  readonly fixedAt: number | null
}

export interface Clock {
  readonly kind: 'arrive' | 'restore'
  readonly state: 'running' | 'soon' | 'over' | 'met' | 'late' | 'ended'
  readonly targetMs: number
  /** Until the deadline while it runs (negative when over); how long it took when met or late. */
  readonly ms: number
  /** Share of the target that is used, 0..1. */
  readonly used: number
}

/** The two clocks of an order at `now`, UTC ms. Under a quarter left is `soon`. */
export function clocks(order: OrderTimes, now: number): readonly [arrive: Clock, restore: Clock] {
  return [
    clock('arrive', order, order.arriveBy, order.arrivedAt ?? order.fixedAt, now),
    clock('restore', order, order.restoreBy, order.fixedAt, now),
  ]
}

function clock(kind: Clock['kind'], order: OrderTimes, by: number, done: number | null, now: number): Clock {
  const targetMs = by - order.openedAt
  const used = (at: number) => Math.min(1, Math.max(0, (at - order.openedAt) / targetMs))
  if (done !== null)
    return { kind, state: done <= by ? 'met' : 'late', targetMs, ms: done - order.openedAt, used: used(done) }
  if (order.phase === 'cancelled' || order.phase === 'closed') return { kind, state: 'ended', targetMs, ms: 0, used: 0 }
  const left = by - now
  const state = left < 0 ? 'over' : left < targetMs / 4 ? 'soon' : 'running'
  return { kind, state, targetMs, ms: left, used: used(now) }
}
