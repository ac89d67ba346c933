import type { Text } from '../drivers/point.ts'
import type { Downtime } from './downtime.ts'
import { move, type Role } from './flow.ts'
import { type ClockKind, clocks, type Escalating, type Pause, type Policy, type Wait } from './orderclock.ts'
import { openRisks, type Risk } from './orderrisk.ts'
import {
  type Arrival,
  type Check,
  type CheckItem,
  type Labour,
  lastArrival,
  type Material,
  missingSigners,
  openItems,
  type Proof,
  type Signature,
  type Signer,
} from './orderwork.ts'
import type { OrderClass, Severity } from './rule.ts'
import {
  type Crew,
  isEnded,
  isVisited,
  type Nature,
  needsReason,
  type OrderAction,
  type OrderPhase,
  VISIT_WITHIN_MS,
  type VisitOutcome,
  workorder,
} from './workorder.ts'

/** alarm: the plant; report: a person; maintenance: the plan of the year; check: what a check sheet found to be bad. */
export const origins = ['alarm', 'report', 'maintenance', 'check'] as const
export type Origin = (typeof origins)[number]

export interface Photo {
  /** SHA-256 of the file, hex; its name in the data folder. */
  readonly hash: string
  readonly type: string
  readonly bytes: number
  readonly when: 'before' | 'after'
  readonly by: string
  readonly at: number
}
/** 1 to 5: arrival, quality, attitude. */
export interface Scores {
  readonly arrival: number
  readonly quality: number
  readonly attitude: number
}
export interface Visit {
  readonly outcome: VisitOutcome
  readonly solved: boolean | null
  readonly scores: Scores | null
  readonly note: string
  readonly by: string
  readonly at: number
}

/** An order as it is kept: what it is about, and what happened when. Times are UTC ms. */
export interface Order extends Escalating {
  readonly id: string
  readonly no: string
  readonly text: Text
  readonly alarm: string | null
  readonly severity: Severity | null
  readonly equipment: string | null
  readonly space: string | null
  readonly assignee: string | null
  readonly occurrences: number
  readonly arriveBy: number
  readonly restoreBy: number
  readonly fixedBy: string | null
  readonly verifiedAt: number | null
  /** A person, `requester`, or `plant`: its points are normal again. */
  readonly verifiedBy: string | null
  readonly key: string | null
  readonly origin: Origin
  readonly nature: Nature | null
  readonly crew: Crew | null
  /** How often it was sent back or came again after it was fixed. */
  readonly reopened: number
  /** The order for the same trouble that was closed shortly before: its repair did not hold. */
  readonly follows: string | null
  readonly mergedInto: string | null
  /** The phase in which it was merged. */
  readonly mergedAt: OrderPhase | null
  readonly materials: readonly Material[]
  readonly labour: readonly Labour[]
  /** Each time that somebody came; the first is `arrivedAt`. */
  readonly arrivals: readonly Arrival[]
  /** Of planned work: its check sheet as it was when the order was opened, and what was found. */
  readonly items: readonly CheckItem[]
  readonly checks: readonly Check[]
  /** Without whose signatures it is not closed. */
  readonly signs: readonly Signer[]
  readonly signatures: readonly Signature[]
  readonly photos: readonly Photo[]
  readonly visits: readonly Visit[]
  /** When its equipment stood still. */
  readonly downtimes: readonly Downtime[]
  /** What is dangerous about it, step by step. */
  readonly risks: readonly Risk[]
  /** Of planned work. */
  readonly plan: string | null
  /** It was made up for the demo: there was no such trouble, and nobody did anything. */
  readonly demo: boolean
}

/** What is asked for beside the action. */
export interface MoveAsk {
  readonly reason?: string | undefined
  /** The phase the person saw. */
  readonly from?: OrderPhase | undefined
  readonly wait?: Wait | undefined
  /** The expected end of a pause. */
  readonly until?: number | undefined
  /** Of a pause for a part: which one. */
  readonly part?: string | undefined
  /** Of an arrival, or of leaving: what was scanned or read there, checked already. */
  readonly proof?: Omit<Proof, 'by' | 'at'> | undefined
  /** Whom it is assigned to: a person or a crew. */
  readonly to?: string | undefined
  readonly crew?: Crew | undefined
  /** The appointment; null takes it back. */
  readonly at?: number | null | undefined
  readonly class?: OrderClass | undefined
  readonly alarmActive: boolean
  readonly alarmRetired: boolean
  /** Whether a person waits for it, too, however it came to be: an alarm's order takes in reports of the same trouble. */
  readonly reported?: boolean | undefined
}

export const moveRefusals = [
  'somebody-was-faster',
  'no-such-move',
  'not-your-role',
  'needs-reason',
  'order-paused',
  'order-not-paused',
  'pause-not-listed',
  'pause-second-person',
  'time-not-ahead',
  'appointment-urgent',
  'same-class',
  'order-life',
  'order-field',
  'arrival-proven',
  'left-already',
  'signature-missing',
] as const
export type MoveRefusal = (typeof moveRefusals)[number]

/** Of one order, without somebody else's word for it. */
const PAUSES_ALONE = 2

export const pauseOf = (order: Pick<Order, 'pauses'>): Pause | undefined => order.pauses.find(p => p.to === null)
const ended = (pauses: readonly Pause[], now: number): readonly Pause[] =>
  pauses.map(p => (p.to === null ? { ...p, to: now } : p))

/**
 * One move of an order by a person. Pure: the order, what is asked and the time go in, the next order or why not comes out.
 * @param policyOf the policy of a class, as the site has it now
 */
export function moved(
  had: Order,
  action: OrderAction,
  actor: { readonly name: string; readonly role: Role },
  ask: MoveAsk,
  policyOf: (urgency: OrderClass) => Policy,
  now: number,
): { readonly order: Order } | { readonly refused: MoveRefusal; readonly field?: string } {
  if (ask.from && ask.from !== had.phase) return { refused: 'somebody-was-faster' }
  const next = move(workorder, had.phase, action, actor.role)
  if ('refused' in next) return next
  const open = { openChecks: openItems(had).length, openRisks: openRisks(had.risks).length }
  if (needsReason(action, { ...ask, phase: had.phase, fixedBy: had.fixedBy, ...open }, actor.name) && !ask.reason)
    return { refused: 'needs-reason' }
  const order: Order = { ...had, phase: next.to }
  switch (action) {
    case 'accept':
      return { order: { ...order, acceptedAt: had.acceptedAt ?? now, assignee: actor.name } }
    case 'arrive': {
      const proof = ask.proof ? { ...ask.proof, by: actor.name, at: now } : null
      const arrivals = [...had.arrivals, { by: actor.name, at: now, proof, leftAt: null, leftProof: null }]
      return { order: { ...order, arrivedAt: had.arrivedAt ?? now, arrivals, pauses: ended(had.pauses, now) } }
    }
    case 'prove': {
      const last = lastOf(had, actor.name, now)
      if (last.proof) return { refused: 'arrival-proven' }
      if (!ask.proof) return { refused: 'order-field', field: 'proof' }
      const proof = { ...ask.proof, by: actor.name, at: now }
      return { order: { ...order, arrivals: [...had.arrivals.slice(0, -1), { ...last, proof }] } }
    }
    case 'leave': {
      const last = lastOf(had, actor.name, now)
      if (last.leftAt !== null) return { refused: 'left-already' }
      const leftProof = ask.proof ? { ...ask.proof, by: actor.name, at: now } : null
      return { order: { ...order, arrivals: [...had.arrivals.slice(0, -1), { ...last, leftAt: now, leftProof }] } }
    }
    case 'fix':
      return { order: { ...order, fixedAt: now, fixedBy: actor.name, pauses: ended(had.pauses, now) } }
    case 'verify':
      return { order: { ...order, verifiedAt: now, verifiedBy: actor.name } }
    case 'close': {
      // Statutory work is not closed unsigned, whatever the reason [TSG T5002 Art. 7].
      const missing = missingSigners(had)
      if (missing.length > 0) return { refused: 'signature-missing', field: missing.join(', ') }
      return { order: closed(order, actor.name, now, policyOf(had.class), ask.reported) }
    }
    case 'reopen':
      return { order: reopened(had, now) }
    case 'cancel':
      return { order: { ...order, closedAt: now, pauses: ended(had.pauses, now) } }
    case 'pause': {
      const { wait, until } = ask
      if (!wait) return { refused: 'order-field', field: 'wait' }
      if (pauseOf(had)) return { refused: 'order-paused' }
      const stops: readonly ClockKind[] | undefined = policyOf(had.class).pauses[wait]
      if (!stops) return { refused: 'pause-not-listed' }
      if (until === undefined) return { refused: 'order-field', field: 'until' }
      if (until <= now) return { refused: 'time-not-ahead' }
      // Stopping the clock again and again is how a late order is made to look well.
      const lead = actor.role === 'manager' || actor.role === 'operator' || actor.role === 'admin'
      if (had.pauses.length >= PAUSES_ALONE && (!lead || actor.name === had.assignee))
        return { refused: 'pause-second-person' }
      const part = wait === 'part' && ask.part ? { part: ask.part } : {}
      return {
        order: { ...order, pauses: [...had.pauses, { reason: wait, from: now, until, to: null, stops, ...part }] },
      }
    }
    case 'resume':
      if (!pauseOf(had)) return { refused: 'order-not-paused' }
      return { order: { ...order, pauses: ended(had.pauses, now) } }
    case 'assign':
      if (!ask.to && !ask.crew) return { refused: 'order-field', field: 'to' }
      return { order: { ...order, ...(ask.to && { assignee: ask.to }), ...(ask.crew && { crew: ask.crew }) } }
    case 'appoint':
      if (ask.at === undefined) return { refused: 'order-field', field: 'at' }
      if (ask.at !== null && ask.at <= now) return { refused: 'time-not-ahead' }
      // Only the one day of ordinary repairs yields to an appointment [requirements N03].
      if (had.class !== 'general') return { refused: 'appointment-urgent' }
      return { order: { ...order, appointmentAt: ask.at } }
    case 'classify': {
      if (!ask.class) return { refused: 'order-field', field: 'class' }
      if (ask.class === had.class) return { refused: 'same-class' }
      return { order: classified(order, ask.class, policyOf(ask.class), now) }
    }
    case 'merge':
      if (had.class === 'life') return { refused: 'order-life' }
      return { order: { ...order, mergedAt: had.phase, pauses: ended(had.pauses, now) } }
    case 'unmerge':
      return { order: { ...order, phase: had.mergedAt ?? next.to, mergedInto: null, mergedAt: null } }
    case 'acknowledge':
      return {
        order: {
          ...order,
          rungs: had.rungs.map(r => (r.ackAt === null ? { ...r, ackAt: now, ackBy: actor.name } : r)),
        },
      }
  }
}

/** Pauses stay as they were; one that lasts and that the new class does not allow ends now. */
export function classified(order: Order, urgency: OrderClass, policy: Policy, now: number): Order {
  const pauses = order.pauses.map(p => {
    if (p.to !== null) return p
    const stops = policy.pauses[p.reason]
    return stops ? p : { ...p, to: now }
  })
  return { ...order, class: urgency, pauses }
}

/** Back to work: the first arrival and the start of the clocks stay what they were. */
export const reopened = (order: Order, now: number): Order => ({
  ...order,
  phase: 'accepted',
  fixedAt: null,
  fixedBy: null,
  verifiedAt: null,
  verifiedBy: null,
  closedAt: null,
  visitBy: null,
  reopened: order.reopened + 1,
  reopenedAt: now,
})

/** An order of an earlier version knows when somebody came, not who. */
const lastOf = (order: Order, by: string, now: number): Arrival =>
  lastArrival(order.arrivals) ?? { by, at: order.arrivedAt ?? now, proof: null, leftAt: null, leftProof: null }

const closed = (order: Order, by: string, now: number, policy: Policy, reported = false): Order => ({
  ...order,
  closedAt: now,
  verifiedAt: order.verifiedAt ?? now,
  verifiedBy: order.verifiedBy ?? by,
  // Whoever reported it is asked whether it was solved, each of them, so long after the repair [N06: 48 h, 100 %].
  // Of the others a sample is looked at [people-and-permits 3.2].
  visitBy:
    order.origin === 'report' || reported || inSample(order.id, policy.samplePct ?? 0)
      ? (order.fixedAt ?? now) + (policy.visitMs ?? VISIT_WITHIN_MS)
      : null,
})

/** Whether an order is of the sample: by its id alone, so that who repairs it has no say in it, and nobody draws twice. */
export function inSample(id: string, pct: number): boolean {
  // FNV-1a, and its high bits: the low ones of ids that follow each other are too alike.
  let hash = 0x811c9dc5
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return ((hash >>> 8) % 10_000) / 100 < pct
}

/**
 * A return visit. "Not solved" sends the order back; who repaired it cannot speak for the requester.
 * @returns why not: nothing is closed, it was made already, or it is the crew itself
 */
export function visited(
  had: Order,
  visit: Visit,
): { readonly order: Order } | { readonly refused: 'no-such-move' | 'visit-own' | 'visit-made' } {
  if (had.phase !== 'closed') return { refused: 'no-such-move' }
  if (visit.by === had.fixedBy || visit.by === had.assignee) return { refused: 'visit-own' }
  const since = had.visits.filter(v => v.at >= had.closedAt!)
  if (isVisited(since)) return { refused: 'visit-made' }
  const order: Order = {
    ...had,
    visits: [...had.visits, visit],
    visitBy: isVisited([...since, visit]) ? null : had.visitBy,
  }
  return { order: visit.solved === false ? reopened(order, visit.at) : order }
}

/** The plant is well again, for so long that it is believed: that is a verification, too. */
export const PLANT_WELL_MS = 5 * 60_000
export const verifiedByPlant = (order: Order, wellSince: number | null, now: number): Order | null =>
  order.phase === 'fixed' &&
  order.origin === 'alarm' &&
  wellSince !== null &&
  now - Math.max(wellSince, order.fixedAt!) >= PLANT_WELL_MS
    ? { ...order, phase: 'verified', verifiedAt: now, verifiedBy: 'plant' }
    : null

/** Repaired for good at the first try: closed, in one visit, never sent back, and nothing came after it [people-and-permits 3.2]. */
export const fixedFirstTime = (
  order: Pick<Order, 'phase' | 'reopened' | 'arrivals'>,
  followed: boolean,
): boolean | null => (order.phase !== 'closed' ? null : order.reopened === 0 && order.arrivals.length <= 1 && !followed)

/** With its deadlines as they stand now, so that who reads no clocks sees them too. */
export function withDeadlines(order: Order, policy: Policy, now: number, zone: string): Order {
  if (isEnded(order.phase)) return order
  const due = new Map(clocks(order, policy, now, zone).map(c => [c.kind, c.dueAt]))
  return { ...order, arriveBy: due.get('arrive') ?? order.arriveBy, restoreBy: due.get('restore') ?? order.restoreBy }
}
