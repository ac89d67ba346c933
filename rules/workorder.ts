import type { Flow, Role } from './flow.ts'
import type { OrderClass } from './rule.ts'

export const orderPhases = ['new', 'accepted', 'arrived', 'fixed', 'verified', 'closed', 'cancelled', 'merged'] as const
export type OrderPhase = (typeof orderPhases)[number]
/** Phases in which nothing of the order is left to do but the return visit. */
export const endPhases = ['closed', 'cancelled', 'merged'] as const satisfies readonly OrderPhase[]
export const isEnded = (phase: OrderPhase): boolean => (endPhases as readonly OrderPhase[]).includes(phase)

export const orderActions = [
  'accept',
  'arrive',
  'fix',
  'verify',
  'close',
  'reopen',
  'cancel',
  'pause',
  'resume',
  'assign',
  'appoint',
  'classify',
  'merge',
  'unmerge',
  'acknowledge',
  'prove',
  'leave',
] as const
export type OrderAction = (typeof orderActions)[number]

const crew = ['engineer', 'admin'] as const satisfies readonly Role[]
const lead = ['manager', 'operator', 'admin'] as const satisfies readonly Role[]
const desk = ['manager', 'operator', 'desk', 'admin'] as const satisfies readonly Role[]
const all = ['manager', 'operator', 'desk', 'engineer', 'admin'] as const satisfies readonly Role[]
const told = ['engineer', 'operator', 'manager', 'admin'] as const satisfies readonly Role[]

/** What leaves an order where it is. A pause is one of these: whoever resumes it finds it in the phase it was in. */
const aside = <P extends OrderPhase>(phase: P) => ({
  assign: { to: phase, by: all },
  classify: { to: phase, by: desk },
  merge: { to: 'merged', by: lead } as const,
  acknowledge: { to: phase, by: told },
})
const wait = <P extends OrderPhase>(phase: P) => ({
  pause: { to: phase, by: all },
  resume: { to: phase, by: all },
  appoint: { to: phase, by: all },
})

/**
 * Fixed is not closed: the crew says that it is repaired, somebody else looks (verify: the requester, whoever is at the
 * desk, or the plant itself, being normal again), and only then it is closed. `close` right after `fixed` is both at once.
 */
export const workorder: Flow<OrderPhase, OrderAction> = {
  first: 'new',
  moves: {
    new: {
      accept: { to: 'accepted', by: crew },
      cancel: { to: 'cancelled', by: lead },
      appoint: { to: 'new', by: all },
      ...aside('new'),
    },
    accepted: {
      arrive: { to: 'arrived', by: crew },
      cancel: { to: 'cancelled', by: lead },
      ...wait('accepted'),
      ...aside('accepted'),
    },
    arrived: {
      fix: { to: 'fixed', by: crew },
      prove: { to: 'arrived', by: crew },
      // Gone before it was done: somebody has to come again.
      leave: { to: 'accepted', by: crew },
      ...wait('arrived'),
      ...aside('arrived'),
    },
    fixed: {
      verify: { to: 'verified', by: desk },
      close: { to: 'closed', by: desk },
      reopen: { to: 'accepted', by: all },
      leave: { to: 'fixed', by: crew },
      acknowledge: { to: 'fixed', by: told },
    },
    verified: {
      close: { to: 'closed', by: desk },
      reopen: { to: 'accepted', by: all },
      leave: { to: 'verified', by: crew },
      acknowledge: { to: 'verified', by: told },
    },
    // The desk is told of a late return visit, so it can say that it knows.
    closed: { reopen: { to: 'accepted', by: desk }, acknowledge: { to: 'closed', by: all } },
    cancelled: {},
    merged: { unmerge: { to: 'new', by: lead } },
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
    readonly phase?: OrderPhase
    /** Items of its check sheet that nobody has answered. */
    readonly openChecks?: number
    /** Grave risks of whose measures nobody has said that they are in place. */
    readonly openRisks?: number
  },
  actor: string,
): boolean =>
  (action === 'fix' && (order.openChecks ?? 0) + (order.openRisks ?? 0) > 0) ||
  (action === 'leave' && order.phase === 'arrived') ||
  ['cancel', 'reopen', 'classify', 'merge', 'unmerge'].includes(action) ||
  ((action === 'verify' || (action === 'close' && order.phase !== 'verified')) &&
    (order.alarmActive || order.alarmRetired || order.fixedBy === actor)) ||
  (action === 'close' && order.phase === 'verified' && order.alarmActive)

/** What a report is about, as the desk asks it. It decides who is sent, and how soon [报修单: 报修事项, 类别]. */
export const natures = [
  'water',
  'power',
  'gas',
  'lift',
  'hvac',
  'fire',
  'door',
  'network',
  'civil',
  'cleaning',
  'other',
] as const
export type Nature = (typeof natures)[number]
export const crews = ['plumbing', 'electrical', 'lift', 'hvac', 'fire', 'security', 'general'] as const
export type Crew = (typeof crews)[number]

const crewOf: Record<Nature, Crew> = {
  water: 'plumbing',
  power: 'electrical',
  gas: 'plumbing',
  lift: 'lift',
  hvac: 'hvac',
  fire: 'fire',
  door: 'security',
  network: 'electrical',
  civil: 'general',
  cleaning: 'general',
  other: 'general',
}
/** Which crew a report goes to, until somebody assigns it. */
export const crewFor = (nature: Nature): Crew => crewOf[nature]

/** Water, power and the like are urgent [requirements N05]; gas and fire are no less. A site may say otherwise. */
export const urgentNatures: readonly Nature[] = ['water', 'power', 'gas', 'lift', 'fire']
export const classFor = (nature: Nature, urgent = urgentNatures): OrderClass =>
  urgent.includes(nature) ? 'urgent' : 'general'

const weight: Record<OrderClass, number> = { life: 0, urgent: 1, general: 2 }
export const moreUrgent = (a: OrderClass, b: OrderClass): OrderClass => (weight[a] <= weight[b] ? a : b)

/** Where a trouble is and what sort it is: one order for each, however often and by whomever it is told. */
export interface Where {
  readonly equipment: string | null
  readonly space: string | null
  /** The failure class: the nature of a report, or what a rule says. */
  readonly failure: string | null
  readonly class: OrderClass
  readonly alarm: string | null
}

/**
 * The key of a trouble: equipment (or space) and failure class, never the words of the alarm. Null: nothing can be said of
 * whether it is the same. Whatever endangers people has an order of its own, always: it is never absorbed by another.
 */
export function keyOf({ equipment, space, failure, class: urgency, alarm }: Where): string | null {
  if (alarm !== null && (failure === null || urgency === 'life')) return alarm
  if (urgency === 'life' || failure === null) return null
  if (equipment !== null) return `e:${equipment}:${failure}`
  return space === null ? null : `s:${space}:${failure}`
}

/** Again so soon after it was said to be fixed: it was not [people-and-permits 3.2]. */
export const REOPEN_MS = 30 * 60_000
/** A new order within this time of the last one for the same trouble follows it: the first repair did not hold. */
export const LOOK_BACK_MS = 72 * 3_600_000

/** How long an order that ended still stands for its trouble. */
export interface Again {
  readonly reopenMs: number
  readonly lookBackMs: number
}
export const again: Again = { reopenMs: REOPEN_MS, lookBackMs: LOOK_BACK_MS }

export interface Former {
  readonly phase: OrderPhase
  readonly fixedAt: number | null
  readonly closedAt: number | null
}
/** What becomes of a trouble for which there was an order: it counts there, opens it again, or needs a new one. */
export function recurrence(
  former: Former | undefined,
  now: number,
  { reopenMs, lookBackMs }: Again = again,
): 'count' | 'reopen' | 'follow' | 'new' {
  if (!former || former.phase === 'cancelled' || former.phase === 'merged') return 'new'
  if (former.phase === 'fixed' || former.phase === 'verified') return 'reopen'
  if (former.phase !== 'closed') return 'count'
  if (former.fixedAt !== null && now - former.fixedAt <= reopenMs) return 'reopen'
  return former.closedAt !== null && now - former.closedAt <= lookBackMs ? 'follow' : 'new'
}

/** A return visit is due within 48 h of the repair [requirements N06]. */
export const VISIT_WITHIN_MS = 48 * 3_600_000
/** Nobody there so often: it counts as made [people-and-permits 3.2]. */
export const MOST_CALLS = 3
export const visitOutcomes = ['answered', 'unreachable', 'refused'] as const
export type VisitOutcome = (typeof visitOutcomes)[number]
export const isVisited = (visits: readonly { readonly outcome: VisitOutcome }[]): boolean =>
  visits.some(v => v.outcome !== 'unreachable') || visits.length >= MOST_CALLS
