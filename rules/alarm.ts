import type { PointId, Reason, Sample, Value } from '../drivers/point.ts'
import { holds, type Rule, type Severity } from './rule.ts'

/** Put aside by somebody until a moment, UTC ms. It comes back by itself. */
export interface Shelf {
  readonly until: number
  readonly at: number
  readonly by: string
  readonly reason: string
}
/** Taken out of service by somebody until somebody puts it back. */
export interface OutOfService {
  readonly at: number
  readonly by: string
  readonly reason: string
}

/**
 * The facts kept of an alarm; what a person calls its state is derived (`stateOf`), as in ISA-18.2.
 * Times are UTC ms. One alarm is one rule at one point, for ever: `count` counts its occurrences.
 */
export interface Alarm {
  /** `<rule>:<equipment>:<key>`; stable over restarts and edits of the rule, so that an acknowledgement is never lost. */
  readonly id: string
  readonly rule: string
  readonly point: PointId
  readonly severity: Severity
  readonly active: boolean
  readonly acked: boolean
  readonly raisedAt: number | null
  readonly clearedAt: number | null
  readonly ackedAt: number | null
  readonly ackedBy: string | null
  readonly count: number
  /** The value that raised it. */
  readonly value: Value | null
  /** Why the point can't be trusted at present. The alarm is frozen meanwhile: not raised, not cleared. */
  readonly frozen: Reason | null
  /** Since when the condition has been turning (on-delay or off-delay running); null when it is not. Not stored. */
  readonly turningSince: number | null
  /** It was raised by a rule that latches, and nobody has reset it since. */
  readonly resetNeeded: boolean
  readonly shelved: Shelf | null
  readonly outOfService: OutOfService | null
  /** Ids of the alarms that are its cause; while there is one, it calls nobody. */
  readonly suppressedBy: readonly string[]
  /** It came while it could call nobody; when it ends like that, there is nothing that anybody has missed. */
  readonly unheard: boolean
  /** The first of its group; it stays so until it is normal. */
  readonly firstOut: boolean
}

export const alarmStates = [
  'NORM',
  'UNACK',
  'ACKED',
  'RTNUN',
  'LATCH_UNACK',
  'LATCH_ACK',
  'SHLVD',
  'DSUPR',
  'OOSRV',
] as const
/**
 * ISA-18.2: normal; active unacknowledged; active acknowledged; returned to normal unacknowledged; latched: returned, not
 * reset; shelved; suppressed by design; out of service.
 */
export type AlarmState = (typeof alarmStates)[number]

type Facts = Pick<Alarm, 'active' | 'acked'>
interface Aside {
  readonly resetNeeded?: boolean
  readonly shelved?: object | null
  readonly outOfService?: object | null
  readonly suppressedBy?: readonly unknown[]
}
/** The first that holds, in the order of ISA-18.2: who is away is away, whatever the plant does. */
export function stateOf(alarm: Facts & Aside): AlarmState {
  if (alarm.outOfService) return 'OOSRV'
  if (alarm.suppressedBy && alarm.suppressedBy.length > 0) return 'DSUPR'
  if (alarm.shelved) return 'SHLVD'
  if (alarm.active) return alarm.acked ? 'ACKED' : 'UNACK'
  if (alarm.resetNeeded) return alarm.acked ? 'LATCH_ACK' : 'LATCH_UNACK'
  return alarm.acked ? 'NORM' : 'RTNUN'
}
/** It calls nobody, whatever happens. */
export const silenced = (alarm: Aside): boolean =>
  !!alarm.outOfService || !!alarm.shelved || (alarm.suppressedBy?.length ?? 0) > 0
/** It calls: sound, light, telephone. */
export const calls = (alarm: Facts & Aside): boolean => {
  const state = stateOf(alarm)
  return state === 'UNACK' || state === 'LATCH_UNACK'
}

export type AlarmInput =
  | { readonly kind: 'sample'; readonly sample: Sample }
  /** What a condition says that looks at more than one sample. `holds` undefined: it cannot tell; `reason`: as its data is bad. */
  | {
      readonly kind: 'verdict'
      readonly holds: boolean | undefined
      readonly reason: Reason | null
      readonly value: Value | null
    }
  | { readonly kind: 'tick' }
  | { readonly kind: 'acknowledge'; readonly by: string }
  /** Of a latched alarm: the plant has been looked at. Only when its condition is gone and it is acknowledged. */
  | { readonly kind: 'reset'; readonly by: string }
  | { readonly kind: 'shelve'; readonly by: string; readonly reason: string; readonly until: number }
  | { readonly kind: 'unshelve'; readonly by: string }
  | { readonly kind: 'out-of-service'; readonly by: string; readonly reason: string }
  | { readonly kind: 'in-service'; readonly by: string }
  /** `unheard`: at the very moment at which it came, so that it has called nobody. */
  | { readonly kind: 'suppress'; readonly cause: string; readonly unheard?: boolean }
  | { readonly kind: 'unsuppress'; readonly cause: string }
  | { readonly kind: 'first-out' }
export type AlarmMove = 'acknowledge' | 'reset' | 'shelve' | 'unshelve' | 'out-of-service' | 'in-service'

/** What has to be written down and told. The alarm it belongs to is the one returned beside it. */
export type AlarmEffect =
  | 'raised'
  | 'cleared'
  | 'acknowledged'
  | 'reset'
  | 'shelved'
  | 'unshelved'
  | 'shelf-ended'
  | 'taken-out-of-service'
  | 'put-in-service'
  | 'suppressed'
  | 'unsuppressed'

export interface Step {
  readonly alarm: Alarm
  readonly effects: readonly AlarmEffect[]
}

/**
 * Rules and alarms of a proof are copies with this before their id: `test.<rule>:<equipment>:<key>`. No rule of a site, nor any
 * pack, is called so.
 */
export const TEST_MARK = 'test.'
export const isTest = (id: string): boolean => id.startsWith(TEST_MARK)
/** Of a rule or an alarm: the id of the one that a test stands for. */
export const realOf = (id: string): string => (isTest(id) ? id.slice(TEST_MARK.length) : id)

export const alarmId = (rule: string, point: PointId): string => `${rule}:${point.replace('/', ':')}`

/** An alarm that never was. */
export const quiet = (rule: Rule, point: PointId): Alarm => ({
  id: alarmId(rule.id, point),
  rule: rule.id,
  point,
  severity: rule.severity,
  active: false,
  acked: true,
  raisedAt: null,
  clearedAt: null,
  ackedAt: null,
  ackedBy: null,
  count: 0,
  value: null,
  frozen: null,
  turningSince: null,
  resetNeeded: false,
  shelved: null,
  outOfService: null,
  suppressedBy: [],
  unheard: false,
  firstOut: false,
})

const none: readonly AlarmEffect[] = []

/**
 * The whole life of an alarm. Pure: state and time come in, the next state and its effects go out. What is not possible
 * changes nothing (`possible` says so before).
 * @param now UTC ms; must not run backwards between two calls (the gateway's steady clock sees to that)
 */
export function step(rule: Rule, alarm: Alarm, input: AlarmInput, now: number): Step {
  switch (input.kind) {
    case 'sample': {
      const { sample } = input
      // What looks at more than this sample is told by verdicts.
      const there = holds(rule.when, sample, alarm.active)
      return turn(rule, alarm, there, sample.reason ?? null, sample.value, now)
    }
    case 'verdict':
      return turn(rule, alarm, input.holds, input.reason, input.value, now)
    case 'tick': {
      const ended = endShelf(rule, alarm, now)
      const next = ripen(rule, ended.alarm, now)
      return ended.effects.length === 0
        ? next
        : {
            alarm: next.alarm,
            effects: next.effects.length === 0 ? ended.effects : [...ended.effects, ...next.effects],
          }
    }
    case 'suppress':
      return alarm.suppressedBy.includes(input.cause)
        ? { alarm, effects: none }
        : {
            alarm: {
              ...alarm,
              suppressedBy: [...alarm.suppressedBy, input.cause],
              unheard: alarm.unheard || input.unheard === true,
            },
            effects: ['suppressed'],
          }
    case 'unsuppress':
      return alarm.suppressedBy.includes(input.cause)
        ? {
            alarm: heard({ ...alarm, suppressedBy: alarm.suppressedBy.filter(cause => cause !== input.cause) }),
            effects: ['unsuppressed'],
          }
        : { alarm, effects: none }
    case 'first-out':
      return { alarm: { ...alarm, firstOut: true }, effects: none }
    default:
      return possible(alarm, input.kind) ? byHand(alarm, input, now) : { alarm, effects: none }
  }
}

/**
 * Whether such news leave the alarm as it is, which most do.
 * @param there what its condition says; undefined: it cannot tell
 */
export const unmoved = (alarm: Alarm, there: boolean | undefined, reason: Reason | null | undefined): boolean =>
  alarm.turningSince === null &&
  (there === undefined ? alarm.frozen === (reason ?? null) : alarm.frozen === null && there === alarm.active)

/**
 * Whether a rule's order and runbook are to be opened, or counted once more: it has come where it can be seen, or it comes into sight now.
 * Coming back from a shelf it is the same trouble.
 */
export const needsOrder = (before: Alarm, after: Alarm, effects: readonly AlarmEffect[]): boolean =>
  !silenced(after) && (effects.includes('raised') || (before.unheard && after.active))

/** Whether a person can do this to the alarm as it is. */
export function possible(alarm: Alarm, move: AlarmMove): boolean {
  switch (move) {
    case 'acknowledge':
      return !alarm.acked
    case 'reset':
      return alarm.resetNeeded && !alarm.active && alarm.acked
    // Who is in danger is not put aside; taking a detector out of service is another thing, and another person's.
    case 'shelve':
      return alarm.severity !== 'life' && alarm.outOfService === null
    case 'unshelve':
      return alarm.shelved !== null
    case 'out-of-service':
      return alarm.outOfService === null
    case 'in-service':
      return alarm.outOfService !== null
  }
}

function byHand(alarm: Alarm, input: Extract<AlarmInput, { readonly by: string }>, now: number): Step {
  const { by } = input
  const seen = { acked: true, ackedAt: now, ackedBy: by }
  switch (input.kind) {
    case 'acknowledge':
      return { alarm: { ...alarm, ...seen }, effects: ['acknowledged'] }
    case 'reset':
      return { alarm: { ...alarm, resetNeeded: false }, effects: ['reset'] }
    case 'shelve': {
      const { until, reason } = input
      return until > now
        ? { alarm: { ...alarm, shelved: { until, at: now, by, reason } }, effects: ['shelved'] }
        : { alarm, effects: none }
    }
    // Who takes it off the shelf has it before the eyes: no new call [ISA-18.2 11.7.3].
    case 'unshelve': {
      const back: Alarm = { ...alarm, shelved: null }
      return back.active && !back.acked
        ? { alarm: heard({ ...back, ...seen }), effects: ['unshelved', 'acknowledged'] }
        : { alarm: heard(back), effects: ['unshelved'] }
    }
    case 'out-of-service':
      return {
        alarm: { ...alarm, outOfService: { at: now, by, reason: input.reason } },
        effects: ['taken-out-of-service'],
      }
    case 'in-service':
      return { alarm: heard({ ...alarm, outOfService: null }), effects: ['put-in-service'] }
  }
}

/** The time is over: what is there calls again, also when somebody had acknowledged it before [ISA-18.2 11.7.3]. */
function endShelf(rule: Rule, alarm: Alarm, now: number): Step {
  if (alarm.shelved === null || alarm.shelved.until > now) return { alarm, effects: none }
  const again = alarm.active && rule.severity !== 'journal'
  const back: Alarm = { ...alarm, shelved: null, ...(again && { acked: false, ackedAt: null, ackedBy: null }) }
  return { alarm: heard(back), effects: ['shelf-ended'] }
}

const heard = (alarm: Alarm): Alarm => (alarm.unheard && !silenced(alarm) ? { ...alarm, unheard: false } : alarm)

function turn(
  rule: Rule,
  alarm: Alarm,
  there: boolean | undefined,
  reason: Reason | null,
  value: Value | null,
  now: number,
): Step {
  if (unmoved(alarm, there, reason)) return { alarm, effects: none }
  // Bad data stops a running delay too: "60 s above 40 °C" may not be made of 30 s of silence.
  if (there === undefined) return { alarm: { ...alarm, frozen: reason, turningSince: null }, effects: none }
  const turning = there !== alarm.active
  const since = turning ? (alarm.turningSince ?? now) : null
  const raising = turning && there && alarm.turningSince === null ? value : alarm.value
  return ripen(rule, { ...alarm, frozen: null, turningSince: since, value: raising }, now)
}

/** When its delay is over, UTC ms; Infinity: none is running. */
export const ripeAt = (rule: Rule, { turningSince, active }: Pick<Alarm, 'turningSince' | 'active'>): number =>
  turningSince === null ? Number.POSITIVE_INFINITY : turningSince + (active ? rule.delayOffS : rule.delayOnS) * 1000

function ripen(rule: Rule, alarm: Alarm, now: number): Step {
  if (alarm.turningSince === null) return { alarm, effects: none }
  if (now < ripeAt(rule, alarm)) return { alarm, effects: none }
  if (alarm.active) {
    const missed = alarm.unheard ? { acked: true, unheard: false } : {}
    return { alarm: { ...alarm, ...missed, active: false, clearedAt: now, turningSince: null }, effects: ['cleared'] }
  }
  return {
    alarm: {
      ...alarm,
      severity: rule.severity,
      active: true,
      // What is only written down asks nobody to look.
      acked: rule.severity === 'journal',
      raisedAt: now,
      clearedAt: null,
      ackedAt: null,
      ackedBy: null,
      count: alarm.count + 1,
      turningSince: null,
      resetNeeded: alarm.resetNeeded || rule.latched === true,
      // An earlier one that nobody has acknowledged is not covered up by one that nobody was told of.
      unheard: alarm.acked && silenced(alarm),
      firstOut: alarm.firstOut && stateOf(alarm) !== 'NORM',
    },
    effects: ['raised'],
  }
}

/** Most pressing first: priority, then the newest. A test stands below everything that is real. */
const rank: Record<Severity, number> = { life: 0, high: 1, medium: 2, low: 3, journal: 4 }
type Pressing = Pick<Alarm, 'severity' | 'active' | 'acked' | 'raisedAt'> & { readonly id?: string }
export const byUrgency = (a: Pressing, b: Pressing): number =>
  Number(isTest(a.id ?? '')) - Number(isTest(b.id ?? '')) ||
  rank[a.severity] - rank[b.severity] ||
  (b.raisedAt ?? 0) - (a.raisedAt ?? 0)
