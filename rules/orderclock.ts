import { type Hours, openSpans, type Span } from './calendar.ts'
import type { Role } from './flow.ts'
import type { OrderClass } from './rule.ts'
import type { OrderPhase } from './workorder.ts'

/**
 * The clocks of an order. Nothing of them is stored but what happened and when: each is worked out anew from the start,
 * the pauses as they were, and the policy of today. So a change of class or policy keeps every pause, a restart loses
 * nothing, and anybody can be told why a clock stands where it stands.
 */
export const clockKinds = ['accept', 'arrive', 'restore', 'close'] as const
export type ClockKind = (typeof clockKinds)[number]

/** The only reasons for which a clock may stand still. */
export const waits = ['occupant', 'part', 'permit', 'utility'] as const
export type Wait = (typeof waits)[number]

export interface Policy {
  readonly acceptMs: number
  readonly arriveMs: number
  readonly restoreMs: number
  readonly closeMs: number
  /** Which clocks stand still for which reason. What is not listed pauses nothing and is refused. */
  readonly pauses: Readonly<Partial<Record<Wait, readonly ClockKind[]>>>
  /** Outside of these the clocks stand still; null: day and night. */
  readonly hours: Hours | null
  /** Who is told when; left out: `ladder`. */
  readonly ladder?: readonly Step[] | undefined
  /** The return visit is due so long after the repair; left out: 48 h. */
  readonly visitMs?: number | undefined
  /** Of orders that nobody reported, so many per cent have a return visit as well; left out: none. */
  readonly samplePct?: number | undefined
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const pauses: Policy['pauses'] = {
  occupant: ['arrive', 'restore', 'close'],
  // Somebody can come and look without the part.
  part: ['restore', 'close'],
  permit: ['restore', 'close'],
  utility: ['restore', 'close'],
}

/**
 * How soon somebody must say that he takes it, be there, have it working, and have it closed, from the moment the order
 * was opened. urgent: there in 15 min, works in 6 h; general: 30 min, 1 day [requirements N01-N04]. life: accepted in 3 min,
 * free in 1 h [lift entrapment clock, people-and-permits 6.4], and nothing pauses it. accept and close are our own.
 */
export const policies: Record<OrderClass, Policy> = {
  life: { acceptMs: 3 * MINUTE, arriveMs: 15 * MINUTE, restoreMs: HOUR, closeMs: DAY, pauses: {}, hours: null },
  urgent: { acceptMs: 5 * MINUTE, arriveMs: 15 * MINUTE, restoreMs: 6 * HOUR, closeMs: 3 * DAY, pauses, hours: null },
  general: {
    acceptMs: 15 * MINUTE,
    arriveMs: 30 * MINUTE,
    restoreMs: DAY,
    closeMs: 4 * DAY,
    pauses,
    hours: null,
  },
}

export interface Pause {
  readonly reason: Wait
  readonly from: number
  /** The expected end: then somebody is told. */
  readonly until: number
  /** Null: it lasts. */
  readonly to: number | null
  /** The clocks that it stops, by the policy of that moment: another policy later takes nothing of it away. */
  readonly stops: readonly ClockKind[]
  /** The part that is waited for, as it is called. */
  readonly part?: string | undefined
}

export interface OrderTimes {
  readonly phase: OrderPhase
  readonly class: OrderClass
  readonly openedAt: number
  readonly acceptedAt: number | null
  readonly arrivedAt: number | null
  readonly fixedAt: number | null
  readonly closedAt: number | null
  readonly pauses: readonly Pause[]
  /** Agreed with the requester: somebody comes then, and the one day does not count [requirements N03: 预约除外]. */
  readonly appointmentAt: number | null
  /** Of planned work: when it has to be done. It has no other clock. */
  readonly dueAt: number | null
}

export interface Interval extends Span {
  readonly running: boolean
  readonly why: Wait | 'hours' | null
}

export interface Clock {
  readonly kind: ClockKind
  readonly state: 'running' | 'soon' | 'over' | 'paused' | 'met' | 'late' | 'ended' | 'exempt'
  readonly targetMs: number
  /** Left while it runs or stands (negative when over); how long it took when met or late. Pauses are not counted. */
  readonly ms: number
  /** Share of the target that is used, 0..1. */
  readonly used: number
  /** When it runs out, as far as can be said now; null when nothing runs out. */
  readonly dueAt: number | null
  /** Why it stands still or does not count. */
  readonly why: Wait | 'hours' | 'appointment' | 'planned' | null
  /** What it is worked out from. */
  readonly intervals: readonly Interval[]
}

const targetOf: Record<ClockKind, (policy: Policy) => number> = {
  accept: p => p.acceptMs,
  arrive: p => p.arriveMs,
  restore: p => p.restoreMs,
  close: p => p.closeMs,
}
const doneAt: Record<ClockKind, (o: OrderTimes) => number | null> = {
  accept: o => o.acceptedAt ?? o.arrivedAt ?? o.fixedAt,
  arrive: o => o.arrivedAt ?? o.fixedAt,
  restore: o => o.fixedAt,
  close: o => o.closedAt,
}

/** All clocks of an order at `now`, UTC ms. `zone` is needed for hours only. */
export const clocks = (order: OrderTimes, policy: Policy, now: number, zone = 'UTC'): readonly Clock[] =>
  clockKinds.map(kind => clockOf(kind, order, policy, now, zone))

export function clockOf(kind: ClockKind, order: OrderTimes, policy: Policy, now: number, zone = 'UTC'): Clock {
  const { openedAt, appointmentAt, dueAt } = order
  const ended = order.phase === 'cancelled' || order.phase === 'merged'
  const done = doneAt[kind](order)
  const appointed = appointmentAt !== null && order.class === 'general'
  const exempt = (why: Clock['why']): Clock => {
    const targetMs = targetOf[kind](policy)
    if (ended) return { kind, state: 'ended', targetMs, ms: 0, used: 0, dueAt: null, why: null, intervals: [] }
    return { kind, state: 'exempt', targetMs, ms: 0, used: 0, dueAt: null, why, intervals: [] }
  }
  if (dueAt !== null && kind !== 'restore') return exempt('planned')
  if (appointed && (kind === 'restore' || kind === 'close')) return exempt('appointment')

  const fixed = dueAt ?? (appointed && kind === 'arrive' ? appointmentAt : null)
  const targetMs = fixed === null ? targetOf[kind](policy) : Math.max(0, fixed - openedAt)
  const end = done ?? (ended ? openedAt : Math.max(now, openedAt))
  // A date that was agreed on or planned does not move with pauses or hours.
  const intervals = fixed === null ? intervalsOf(kind, order, policy, end, zone) : whole(openedAt, end)
  const elapsed = intervals.reduce((sum, i) => sum + (i.running ? i.to - i.from : 0), 0)
  const used = targetMs === 0 ? 1 : Math.min(1, elapsed / targetMs)
  const why = appointed && kind === 'arrive' ? 'appointment' : dueAt === null ? null : 'planned'
  if (done !== null) {
    const state = elapsed <= targetMs ? 'met' : 'late'
    return { kind, state, targetMs, ms: elapsed, used, dueAt: null, why, intervals }
  }
  if (ended || order.phase === 'closed')
    return { kind, state: 'ended', targetMs, ms: 0, used: 0, dueAt: null, why: null, intervals: [] }
  const left = targetMs - elapsed
  const stands = fixed === null ? standing(kind, order, policy, now, zone) : null
  if (stands !== null) {
    const from = stands.until ?? now
    const due = left < 0 ? null : advance(from, left, policy.hours, zone)
    return { kind, state: 'paused', targetMs, ms: left, used, dueAt: due, why: stands.why, intervals }
  }
  const state = left < 0 ? 'over' : left < targetMs / 4 ? 'soon' : 'running'
  const due = left < 0 ? reachedAt(intervals, targetMs) : advance(now, left, fixed === null ? policy.hours : null, zone)
  return { kind, state, targetMs, ms: left, used, dueAt: due, why, intervals }
}

const whole = (from: number, to: number): Interval[] => (from < to ? [{ from, to, running: true, why: null }] : [])

/** Why this clock stands still at `now`, and until when if that can be said; null when it runs. */
function standing(kind: ClockKind, order: OrderTimes, policy: Policy, now: number, zone: string) {
  const pause = order.pauses.find(p => p.to === null && p.stops.includes(kind))
  if (pause) return { why: pause.reason, until: Math.max(pause.until, now) }
  if (policy.hours === null || openSpans(policy.hours, zone, now, now + 1).length > 0) return null
  return { why: 'hours' as const, until: null }
}

/** From the opening to `end`, cut where the clock stood still and where it went on. */
function intervalsOf(kind: ClockKind, order: OrderTimes, policy: Policy, end: number, zone: string): Interval[] {
  const still = order.pauses
    .filter(p => p.stops.includes(kind))
    .map(p => ({ from: p.from, to: Math.min(p.to ?? end, end), why: p.reason }))
    .filter(p => p.from < p.to)
  const open = policy.hours === null ? whole(order.openedAt, end) : openSpans(policy.hours, zone, order.openedAt, end)
  const cuts = new Set([order.openedAt, end])
  for (const { from, to } of [...still, ...open]) for (const at of [from, to]) cuts.add(at)
  const at = [...cuts].filter(t => t >= order.openedAt && t <= end).sort((a, b) => a - b)
  const cut: Interval[] = []
  for (const [i, from] of at.entries()) {
    const to = at[i + 1]
    if (to === undefined) break
    const pause = still.find(p => p.from <= from && to <= p.to)
    const why = pause?.why ?? (open.some(s => s.from <= from && to <= s.to) ? null : ('hours' as const))
    const before = cut.at(-1)
    if (before && before.why === why) cut[cut.length - 1] = { ...before, to }
    else cut.push({ from, to, running: why === null, why })
  }
  return cut
}

/** The moment at which a clock had run for `ms`; null when it has not. */
export function reachedAt(intervals: readonly Interval[], ms: number): number | null {
  let run = 0
  for (const { from, to, running } of intervals) {
    if (!running) continue
    if (run + to - from >= ms) return from + (ms - run)
    run += to - from
  }
  return null
}

/** The moment at which so much time within the hours has passed since `from`. */
function advance(from: number, ms: number, hours: Hours | null, zone: string): number | null {
  if (hours === null) return from + ms
  let left = ms
  for (let week = 0; week < 60; week++) {
    const start = from + week * 7 * DAY
    for (const span of openSpans(hours, zone, start, start + 7 * DAY)) {
      if (span.to - span.from >= left) return span.from + left
      left -= span.to - span.from
    }
  }
  return null
}

// Escalation ---------------------------------------------------------------------------------------------------------

/** Of the target, per cent, and who is told. */
export interface Step {
  readonly pct: number
  readonly tell: readonly Role[]
}
/** It goes on until a person has acknowledged: behind the last step that one is told again and again. */
export const ladder: readonly Step[] = [
  { pct: 50, tell: ['engineer'] },
  { pct: 75, tell: ['engineer', 'operator'] },
  { pct: 100, tell: ['engineer', 'operator', 'manager'] },
  { pct: 150, tell: ['operator', 'manager'] },
  { pct: 200, tell: ['manager', 'admin'] },
]

/** One thing that somebody was told. `pause`: its expected end came; `visit`: the return visit is late. */
export interface Rung {
  readonly clock: ClockKind | 'pause' | 'visit'
  readonly pct: number
  readonly tell: readonly Role[]
  /** When it should have been told. */
  readonly dueAt: number
  readonly at: number
  /** How much too late, as after a restart. */
  readonly lateMs: number
  readonly ackBy: string | null
  readonly ackAt: number | null
}

/** Told a little late is on time: rungs are looked for every few seconds. */
const TOLERANCE_MS = 30_000
/** How often the last ones are told again while nobody says that he knows; never more often than the target is long. */
const AGAIN_MS = HOUR
const LIFE_AGAIN_MS = 15 * MINUTE
/** A pause whose end went by, and a return visit that is late, are told again to those who lead. */
const REMINDERS: readonly { readonly pct: number; readonly afterMs: number; readonly tell: readonly Role[] }[] = [
  { pct: 150, afterMs: 4 * HOUR, tell: ['operator', 'manager'] },
  { pct: 200, afterMs: DAY, tell: ['manager', 'admin'] },
]

export interface Escalating extends OrderTimes {
  readonly rungs: readonly Rung[]
  /** Since it was last sent back: the ladder begins anew. */
  readonly reopenedAt: number | null
  /** When the return visit is due; null when none is due or it was made. */
  readonly visitBy: number | null
}

/**
 * The rungs that are due and not told yet, each once, however long nobody looked. An acknowledgement ends the ladder of its
 * clock for the warnings (under 100 %) or for the breach (from 100 % on): who has seen a warning has not seen the breach.
 * Nothing else ends it: behind its last step that one is told again and again.
 */
export function dueRungs(order: Escalating, policy: Policy, now: number, zone = 'UTC'): Rung[] {
  const rung = (clock: Rung['clock'], pct: number, tell: readonly Role[], dueAt: number): Rung => {
    const late = now - dueAt
    return { clock, pct, tell, dueAt, at: now, lateMs: late > TOLERANCE_MS ? late : 0, ackBy: null, ackAt: null }
  }
  const due: Rung[] = []
  const since = order.reopenedAt ?? order.openedAt
  const steps = policy.ladder ?? ladder
  for (const clock of clocks(order, policy, now, zone)) {
    if (clock.state === 'met' || clock.state === 'late' || clock.state === 'ended' || clock.state === 'exempt') continue
    // By when it was due as well: a clock that was set back must not make what was told look like long ago.
    const told = order.rungs.filter(r => r.clock === clock.kind && (r.at >= since || r.dueAt >= since))
    const acked = (pct: number) => told.some(r => r.ackAt !== null && r.pct < 100 === pct < 100)
    const reached = (pct: number) => reachedAt(clock.intervals, (clock.targetMs * pct) / 100)
    for (const [i, { pct, tell }] of steps.entries()) {
      if (told.some(r => r.pct === pct) || acked(pct)) continue
      const at = reached(pct)
      if (at === null || at > now) continue
      // Sent back when it was late already: those of the highest step are told at once, not all five of them.
      const next = steps[i + 1]
      if (at < since && next && (reached(next.pct) ?? since) < since) continue
      due.push(rung(clock.kind, pct, tell, Math.max(at, since)))
    }
    const top = steps.at(-1)
    if (!top || clock.state === 'paused' || due.some(r => r.clock === clock.kind) || acked(top.pct)) continue
    const last = told.filter(r => r.pct >= top.pct).at(-1)
    // The longer it has lasted, the rarer, but for lives: what nobody looks at for a month must not fill the disk.
    const spentMs = clock.targetMs - clock.ms
    const again = Math.max(clock.targetMs, order.class === 'life' ? LIFE_AGAIN_MS : Math.max(AGAIN_MS, spentMs / 10))
    // Told in the future: the clock was set back since, and by how much is no reason to be silent.
    if (last && (now >= last.at + again || last.at > now)) {
      const spent = clock.targetMs === 0 ? 0 : Math.floor(spentMs / clock.targetMs) * 100
      due.push(rung(clock.kind, Math.max(spent, last.pct + 1), top.tell, Math.min(last.at + again, now)))
    }
  }
  const pause = order.pauses.find(p => p.to === null)
  if (pause) due.push(...reminded(order, 'pause', pause.until, ['engineer', 'operator'], now, rung))
  if (order.visitBy !== null) due.push(...reminded(order, 'visit', order.visitBy, ['desk', 'manager'], now, rung))
  return due
}

/** What is due of a thing that has a moment instead of a clock, until somebody says that he knows. */
function reminded(
  order: Escalating,
  kind: 'pause' | 'visit',
  dueAt: number,
  first: readonly Role[],
  now: number,
  rung: (clock: Rung['clock'], pct: number, tell: readonly Role[], dueAt: number) => Rung,
): Rung[] {
  const steps = [{ pct: 100, afterMs: 0, tell: first }, ...REMINDERS]
  const told = order.rungs.filter(r => r.clock === kind && steps.some(s => r.dueAt === dueAt + s.afterMs))
  if (told.some(r => r.ackAt !== null)) return []
  return steps
    .filter(s => now >= dueAt + s.afterMs && !told.some(r => r.pct === s.pct))
    .map(s => rung(kind, s.pct, s.tell, dueAt + s.afterMs))
}

/** Told, and nobody has said that he knows. */
export const unacknowledged = (rungs: readonly Rung[]): readonly Rung[] => rungs.filter(r => r.ackAt === null)
