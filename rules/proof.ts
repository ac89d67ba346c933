import type { PointId, Text, Value } from '../drivers/point.ts'
import { type Alarm, stateOf, TEST_MARK } from './alarm.ts'
import { sensorOf } from './condition.ts'
import { type Condition, isPlain, type Rule, type Severity } from './rule.ts'

/**
 * Proving an alarm [monthly test of alarms, from the point to the siren and back]: a copy of its rule is fed with stated
 * values beside the real points, and goes the way of every alarm. The real point, and the real alarm, know nothing of it.
 */

/** How a proof ended. Only `normal` is an end by people: tried, acknowledged, and back. */
export const proofEnds = [
  'normal',
  'not-true',
  'stopped',
  'time-limit',
  'real-alarm',
  'site-changed',
  'restart',
] as const
export type ProofEnd = (typeof proofEnds)[number]

/** A value that somebody states for a point, and what the point really said when the proof began. */
export interface Stated {
  readonly point: PointId
  readonly name: Text
  readonly unit: string | null
  readonly value: Value
  readonly was: Value
}
/** A screen that showed the alarm to a person. */
export interface ShownOn {
  readonly at: number
  readonly by: string
  readonly sound: 'on' | 'blocked' | 'off'
}
/** The siren of a proof, and the ids of the commands that switched it. */
export interface ProofSiren {
  readonly point: PointId
  readonly name: Text
  readonly on: string | null
  /** Why it was not even commanded: a code of a refusal. */
  readonly refused: string | null
  readonly off: string | null
  /** How often it was tried to switch it off. */
  readonly tries: number
}

/** Times are UTC ms. */
export interface Proof {
  readonly id: string
  readonly no: string
  /** The real rule and the real alarm; `test` is the id of the alarm that is only a test. */
  readonly rule: string
  readonly alarm: string
  readonly test: string
  readonly point: PointId
  readonly text: Text
  readonly severity: Severity
  readonly equipmentName: Text
  readonly space: Text | null
  readonly delayOnS: number
  readonly delayOffS: number
  readonly values: readonly Stated[]
  readonly siren: ProofSiren | null
  readonly why: string
  readonly by: string
  readonly at: number
  /** It ends by itself then. */
  readonly until: number
  /** The trail as it was before it. */
  readonly seq: number
  /** When the condition came true by the stated values; null: it did not. */
  readonly trueAt: number | null
  readonly shown: readonly ShownOn[]
  /** The stated values were taken away: from then on the test sees the real ones. */
  readonly returnedAt: number | null
  readonly returnedBy: string | null
  readonly end: ProofEnd | null
  readonly endedAt: number | null
  readonly endedBy: string | null
}

/** Beyond its own delays a proof lasts so long at most. */
export const PROOF_MS = 600_000
/** A proof with longer delays would keep the control room waiting for nothing. */
export const LONGEST_DELAY_S = 1800
export const proofUntil = (rule: Pick<Rule, 'delayOnS' | 'delayOffS'>, now: number): number =>
  now + PROOF_MS + (rule.delayOnS + rule.delayOffS) * 1000

/** Marked in its own words, so that it stays marked wherever the words go: telephone, print, other systems. */
export const testText = (text: Text): Text => ({ 'zh-CN': `【测试】${text['zh-CN']}`, en: `TEST: ${text.en}` })

/** What goes the way of the alarm: the rule as it is, but it opens no order and no runbook, and is the cause of nothing. */
export function testRule(
  { id, when, severity, delayOnS, delayOffS, latched, text, source }: Rule,
  point: PointId,
): Rule {
  const words = { text: testText(text), ...(source !== undefined && { source }), ...(latched && { latched }) }
  return { id: `${TEST_MARK}${id}`, points: [point], when, severity, delayOnS, delayOffS, ...words }
}

/** Conditions that are made of long silence, stillness or repetition can be stated by no value: these are proved at the device. */
export function canState(when: Condition): boolean {
  if (isPlain(when)) return true
  if ('all' in when) return when.all.every(canState)
  if ('any' in when) return when.any.some(canState)
  if ('not' in when) return canState(when.not)
  return !('silentS' in when || 'unchangedS' in when || 'times' in when)
}

/** The points that a condition looks at, the alarm's own first. */
export const pointsOf = (when: Condition, point: PointId): readonly PointId[] =>
  isPlain(when) ? [point] : [...new Set([point, ...sensorOf(when, point, () => false).points])]

/**
 * A value by which a condition on one point comes true; undefined: the person has to say it.
 * @param now what the point says
 */
export function suggested(
  when: Condition,
  now: Value,
  range: readonly [number, number] | undefined,
): Value | undefined {
  const within = (value: number) =>
    Number(Math.min(range?.[1] ?? value, Math.max(range?.[0] ?? value, value)).toPrecision(6))
  const beyond = (limit: number) => Math.max(1, Math.abs(limit) * 0.1)
  if ('above' in when) return within(when.above + beyond(when.above))
  if ('below' in when) return within(when.below - beyond(when.below))
  if ('equals' in when) return when.equals
  if ('in' in when) return when.in[0]
  if ('mask' in when) return when.is ?? when.mask
  if ('notIn' in when) return typeof now === 'boolean' ? !now : undefined
  if (typeof now !== 'number') return undefined
  if ('rises' in when) return within(now + when.rises * 1.2)
  if ('falls' in when) return within(now - when.falls * 1.2)
  return undefined
}

/** Why the real alarm cannot be proved now; null: it can. A test while it is in use, or put aside, would prove another thing. */
export const notNow = (real: Alarm): 'proving-not-normal' | null =>
  stateOf(real) === 'NORM' && real.turningSince === null ? null : 'proving-not-normal'

/**
 * Whether a proof is over.
 * @param test its alarm as it is; undefined: it is gone, as after a change of the site
 * @param real whether the real alarm of its rule has come since, at whatever point
 */
export function overBy(
  proof: Pick<Proof, 'trueAt' | 'returnedAt' | 'until' | 'end'>,
  test: Alarm | undefined,
  real: boolean,
  now: number,
): ProofEnd | null {
  if (proof.end !== null) return null
  if (real) return 'real-alarm'
  if (test === undefined) return 'site-changed'
  if (proof.trueAt === null) return 'not-true'
  const idle = stateOf(test) === 'NORM' && test.turningSince === null
  if (idle && (test.count > 0 || proof.returnedAt !== null)) return 'normal'
  return now >= proof.until ? 'time-limit' : null
}

/** The alarm of a proof that is over: nobody has to look at it any more. */
export const atRest = (test: Alarm, now: number): Alarm => ({
  ...test,
  ...(test.active && { active: false, clearedAt: now }),
  ...{ acked: true, turningSince: null, frozen: null, resetNeeded: false, shelved: null, outOfService: null },
  ...{ suppressedBy: [], unheard: false, firstOut: false },
})
