import type { Role } from '../flow.ts'

/** Rounds of guards and technicians [巡更, 巡查]. Pure: the records and the clock come from the caller. */

export const verdicts = [
  ...(['on_time', 'early', 'late', 'missed', 'out_of_order', 'too_fast', 'duplicate'] as const),
  ...(['wrong_person', 'wrong_device', 'unknown_tag', 'excused'] as const),
] as const
export type Verdict = (typeof verdicts)[number]
/** By which rules a verdict was made. It is stored with each and never made again. */
export const RULE_VERSION = 2

/**
 * How a point was taken. `broken`: its tag is damaged or gone, which is said instead. `tamper` is no visit: the device says
 * that it was opened or struck (`said`).
 */
export const methods = ['nfc', 'stick', 'qr', 'door', 'value', 'typed', 'broken', 'tamper'] as const
export type Method = (typeof methods)[number]
/**
 * How far a record proves that somebody was there: a badge at a reader more than a tag that was touched, that more than a
 * value of the plant, a printed code can be photographed, and typing proves nothing.
 */
export const trusts = ['typed', 'low', 'fair', 'good', 'strong'] as const
export type Trust = (typeof trusts)[number]

export const checkpointKinds = ['nfc', 'qr', 'reader', 'value'] as const
export type CheckpointKind = (typeof checkpointKinds)[number]
const most: Record<CheckpointKind, Trust> = { nfc: 'good', qr: 'low', reader: 'strong', value: 'fair' }
const takes: Record<CheckpointKind, readonly Method[]> = {
  nfc: ['nfc', 'stick'],
  qr: ['qr'],
  reader: ['door'],
  value: ['value'],
}
/** The best that a point of this kind can prove. */
export const mostTrust = (kind: CheckpointKind): Trust => most[kind]
/**
 * @param proven of a value: it agrees with what the plant showed then; of a code: the photo that was asked for is there
 * @param sure of a stick: its batch is signed, and no doubt hangs on the tag
 */
export function trustOf(kind: CheckpointKind, method: Method, proven = true, sure = true): Trust {
  if (!takes[kind].includes(method) || !proven) return 'typed'
  const best = most[kind]
  return sure || best !== 'good' ? best : 'low'
}

export interface CheckItem {
  readonly id: string
  /** Asked as "is there an open flame?": one that is there needs a permit for hot work. */
  readonly flame?: boolean | undefined
}
export interface Checkpoint {
  readonly id: string
  readonly kind: CheckpointKind
  /** From any other point it takes at least so long to come here, s. */
  readonly minTravelSec?: number | undefined
  readonly items: readonly CheckItem[]
}
interface Hours {
  readonly days?: readonly string[] | undefined
  readonly from: string
  readonly to: string
}
export type RoundPlan =
  | (Hours & { readonly kind: 'window'; readonly graceMin?: number | undefined })
  | (Hours & { readonly kind: 'max-gap'; readonly maxGapMin: number; readonly minGapMin?: number | undefined })
  | (Hours & {
      readonly kind: 'count'
      readonly least: number
      readonly most?: number | undefined
      readonly perMin?: number | undefined
    })
  | (Hours & { readonly kind: 'random'; readonly times: number; readonly apartMin?: number | undefined })
export type PlanKind = RoundPlan['kind']
export const planKinds = ['window', 'max-gap', 'count', 'random'] as const satisfies readonly PlanKind[]

export interface PatrolRoute {
  readonly id: string
  readonly by: readonly Role[]
  readonly ordered: boolean
  readonly checkpoints: readonly Checkpoint[]
  readonly rounds: readonly RoundPlan[]
  /** Only records of these devices count; left out: of any that is known. */
  readonly devices?: readonly string[] | undefined
}

/** Phones are known by whoever is signed in on them; sticks and readers are not. */
export const isPhone = (device: string): boolean => device.startsWith('phone-')
