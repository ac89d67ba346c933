import type { Kind, PointId, Reason, Sample, Text, Value } from '../drivers/point.ts'

/** ISA-18.2 priorities. `life`: people are in danger; `journal`: written down, never in the alarm list. */
export const severities = ['life', 'high', 'medium', 'low', 'journal'] as const
export type Severity = (typeof severities)[number]

/** When a sample means trouble. `deadband` counts on the way back only. */
export type SampleCondition =
  | { readonly above: number; readonly deadband?: number | undefined }
  | { readonly below: number; readonly deadband?: number | undefined }
  | { readonly equals: Value }
  | { readonly in: readonly Value[] }
  | { readonly notIn: readonly Value[] }
  /** Of these bits of a whole number at least one is set; with `is`, they make exactly this pattern. Up to 32 bits. */
  | { readonly mask: number; readonly is?: number | undefined }

/** When samples mean trouble. What needs more than one sample is decided in condition.ts. */
export type Condition =
  | SampleCondition
  /** By more than this from the least, or the most, that it was within the last `withinS`. */
  | { readonly rises: number; readonly withinS: number; readonly deadband?: number | undefined }
  | { readonly falls: number; readonly withinS: number; readonly deadband?: number | undefined }
  /** From another point by more than this, either way. */
  | { readonly differs: number; readonly from: string; readonly deadband?: number | undefined }
  /** Good all the time, and never moved by more than `tolerance` from where it stood. */
  | { readonly unchangedS: number; readonly tolerance?: number | undefined }
  /** No good value for so long. The only condition that silence makes true. */
  | { readonly silentS: number }
  /** `of` has come true so often within the last `withinS`. */
  | { readonly times: number; readonly withinS: number; readonly of: Member }
  /**
   * What an expression says of several points, by the names that it gives them: `names` as in `from`. Once true it goes on
   * as long as `stays` is true, where there is one. Bad data of any of them tells nothing.
   */
  | {
      readonly expression: string
      readonly stays?: string | undefined
      readonly names: Readonly<Record<string, string>>
      readonly kinds: Readonly<Record<string, Kind>>
    }
  /** It is a time of this schedule. */
  | { readonly during: string }
  | { readonly all: readonly Member[] }
  | { readonly any: readonly Member[] }
  | { readonly not: Member }
/** `point`: a key of the same equipment, or `<equipment>/<key>`; without it the point that the alarm is of. */
export type Member = Condition & { readonly point?: string | undefined }

export const isPlain = (when: Condition): when is SampleCondition =>
  'above' in when || 'below' in when || 'equals' in when || 'in' in when || 'notIn' in when || 'mask' in when

/** Urgent: water, power and the like, and whatever endangers people [requirements N05]. */
export const orderClasses = ['life', 'urgent', 'general'] as const
export type OrderClass = (typeof orderClasses)[number]

export interface Rule {
  readonly id: string
  /** Patterns of point ids; `*` stands for any run of characters but '/'. Each point found has an alarm of its own. */
  readonly points: readonly string[]
  readonly when: Condition
  readonly severity: Severity
  /** The condition must hold, or be gone, this long before it counts. */
  readonly delayOnS: number
  readonly delayOffS: number
  readonly text: Text
  /** Opens a work order when raised. */
  readonly order?:
    | {
        readonly class: OrderClass
        readonly failure?: string | undefined
        /** Each time it is raised an order of its own: none is counted into one that is open. */
        readonly each?: boolean
      }
    | undefined
  readonly runbook?: string | undefined
  /** The clause it comes from, such as `配电室管理制度 8`. */
  readonly source?: string | undefined
  /** Its alarms stay until somebody resets them. */
  readonly latched?: boolean | undefined
  /** Patterns of points whose alarms are only a consequence while this one is active. `{equipment}` as in `group`. */
  readonly causes?: readonly string[] | undefined
  /** Rules whose alarms, while active, are the cause of this one's. */
  readonly suppressedBy?: readonly string[] | undefined
  /** Of the alarms of a group, the first that comes is marked. `{equipment}` stands for that of the point. */
  readonly group?: string | undefined
}

/**
 * Whether the condition holds; undefined when the sample cannot tell, which neither raises nor clears (bad quality freezes).
 * A stale value cannot tell either: a delay is not made of silence. Nor can one sample when the condition is about several.
 */
export const holds = (when: Condition, { value, reason }: Sample, already: boolean): boolean | undefined =>
  holdsFor(when, value, reason, already)

/** @param value of a sample; null: it is bad */
export function holdsFor(
  when: Condition,
  value: Value | null,
  reason: Reason | null | undefined,
  already: boolean,
): boolean | undefined {
  if (value === null || reason === 'stale') return undefined
  if ('equals' in when) return value === when.equals
  if ('in' in when) return when.in.includes(value)
  if ('notIn' in when) return !when.notIn.includes(value)
  if (typeof value !== 'number') return undefined
  if ('mask' in when) return hasBits(value, when.mask, when.is)
  const slack = already && 'deadband' in when ? (when.deadband ?? 0) : 0
  if ('above' in when) return value > when.above - slack
  return 'below' in when ? value < when.below + slack : undefined
}

/** Bits of a number that is no whole one of 32 bits tell nothing. */
function hasBits(value: number, mask: number, is: number | undefined): boolean | undefined {
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) return undefined
  const bits = (value & mask) >>> 0
  return is === undefined ? bits !== 0 : bits === is >>> 0
}

/**
 * Whether a pattern of a rule names this point. Every rule is held against every point when a site starts: no allocation,
 * and on a mismatch only the last star is tried further, so that no pattern is slow.
 */
export function matches(pattern: string, point: PointId): boolean {
  let p = 0
  let at = 0
  let star = -1
  let taken = 0
  while (at < point.length) {
    if (pattern[p] === '*') {
      star = p++
      taken = at
    } else if (pattern[p] === point[at]) {
      p++
      at++
    } else if (star >= 0 && point[taken] !== '/') {
      p = star + 1
      at = ++taken
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** A sick device is one alarm, not one for each of its points. The gateway adds this rule to those of the site. */
export const offlineRule: Rule = {
  id: 'offline',
  points: ['*/online'],
  when: { equals: false },
  severity: 'low',
  delayOnS: 10,
  delayOffS: 5,
  text: { 'zh-CN': '设备离线', en: 'Device offline' },
}

/** Whether nothing of this severity is more pressing than that. */
const ranks: Record<Severity, number> = { life: 0, high: 1, medium: 2, low: 3, journal: 4 }
export const rankOf = (severity: Severity): number => ranks[severity]

/** Points of the gateway's own that belong to a channel are `@<channel>/...`: no id of equipment begins so. */
export const CHANNEL_MARK = '@'
export const channelPoint = (channel: string, key = 'online'): PointId => `${CHANNEL_MARK}${channel}/${key}`

/**
 * A line of which no device answers is one alarm, and the silence of each device its consequence. Its delay is shorter than
 * that of the single device, so that it comes first. The gateway adds this rule to those of the site.
 */
export const channelRule: Rule = {
  id: 'channel-away',
  points: [`${CHANNEL_MARK}*/online`],
  when: { equals: false },
  severity: 'medium',
  delayOnS: 5,
  delayOffS: 5,
  text: { 'zh-CN': '通道上的设备全部离线', en: 'No device of the channel answers' },
}
