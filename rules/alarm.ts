import type { PointId, Reason, Sample, Value } from '../drivers/point.ts'
import { holds, type Rule, type Severity } from './rule.ts'

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
}

export const alarmStates = ['NORM', 'UNACK', 'ACKED', 'RTNUN'] as const
/** ISA-18.2: normal; active unacknowledged; active acknowledged; returned to normal unacknowledged. */
export type AlarmState = (typeof alarmStates)[number]

export const stateOf = (alarm: Pick<Alarm, 'active' | 'acked'>): AlarmState =>
  alarm.active ? (alarm.acked ? 'ACKED' : 'UNACK') : alarm.acked ? 'NORM' : 'RTNUN'

export type AlarmInput =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'tick' }
  | { readonly kind: 'acknowledge'; readonly by: string }

/** What has to be written down and told. The alarm it belongs to is the one returned beside it. */
export type AlarmEffect = 'raised' | 'cleared' | 'acknowledged'

export interface Step {
  readonly alarm: Alarm
  readonly effects: readonly AlarmEffect[]
}

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
})

/**
 * The whole life of an alarm. Pure: state and time come in, the next state and its effects go out.
 * @param now UTC ms; must not run backwards between two calls (the gateway's steady clock sees to that)
 */
export function step(rule: Rule, alarm: Alarm, input: AlarmInput, now: number): Step {
  if (input.kind === 'acknowledge')
    return alarm.acked
      ? { alarm, effects: [] }
      : { alarm: { ...alarm, acked: true, ackedAt: now, ackedBy: input.by }, effects: ['acknowledged'] }

  if (input.kind === 'tick') return ripen(rule, alarm, now)

  const { sample } = input
  const there = holds(rule.when, sample, alarm.active)
  // Bad data stops a running delay too: "60 s above 40 °C" may not be made of 30 s of silence.
  if (there === undefined) {
    const frozen = sample.reason ?? null
    return alarm.frozen === frozen && alarm.turningSince === null
      ? { alarm, effects: [] }
      : { alarm: { ...alarm, frozen, turningSince: null }, effects: [] }
  }
  const turning = there !== alarm.active
  const since = turning ? (alarm.turningSince ?? now) : null
  const same = alarm.frozen === null && alarm.turningSince === since && !turning
  if (same) return { alarm, effects: [] }
  const value = turning && there && alarm.turningSince === null ? sample.value : alarm.value
  return ripen(rule, { ...alarm, frozen: null, turningSince: since, value }, now)
}

function ripen(rule: Rule, alarm: Alarm, now: number): Step {
  const { turningSince } = alarm
  if (turningSince === null) return { alarm, effects: [] }
  const delayMs = (alarm.active ? rule.delayOffS : rule.delayOnS) * 1000
  if (now - turningSince < delayMs) return { alarm, effects: [] }
  if (alarm.active)
    return { alarm: { ...alarm, active: false, clearedAt: now, turningSince: null }, effects: ['cleared'] }
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
    },
    effects: ['raised'],
  }
}

/** Most pressing first: what is unacknowledged or alive, then priority, then the newest. */
const rank: Record<Severity, number> = { life: 0, high: 1, medium: 2, low: 3, journal: 4 }
export const byUrgency = (
  a: Pick<Alarm, 'severity' | 'active' | 'acked' | 'raisedAt'>,
  b: Pick<Alarm, 'severity' | 'active' | 'acked' | 'raisedAt'>,
): number => rank[a.severity] - rank[b.severity] || (b.raisedAt ?? 0) - (a.raisedAt ?? 0)
