import type { PointId, Sample, Text, Value } from '../drivers/point.ts'

/** ISA-18.2 priorities. `life`: people are in danger; `journal`: written down, never in the alarm list. */
export const severities = ['life', 'high', 'medium', 'low', 'journal'] as const
export type Severity = (typeof severities)[number]

/** When a sample means trouble. `deadband` counts on the way back only. */
export type Condition =
  | { readonly above: number; readonly deadband?: number | undefined }
  | { readonly below: number; readonly deadband?: number | undefined }
  | { readonly equals: Value }
  | { readonly in: readonly Value[] }
  | { readonly notIn: readonly Value[] }

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
  readonly order?: { readonly class: OrderClass; readonly failure?: string | undefined } | undefined
  readonly runbook?: string | undefined
  /** The clause it comes from, such as `配电室管理制度 8`. */
  readonly source?: string | undefined
}

/**
 * Whether the condition holds; undefined when the sample cannot tell, which neither raises nor clears (bad quality freezes).
 * A stale value cannot tell either: a delay is not made of silence.
 */
export function holds(when: Condition, sample: Sample, already: boolean): boolean | undefined {
  if (sample.quality === 'bad' || sample.reason === 'stale') return undefined
  const { value } = sample
  if ('equals' in when) return value === when.equals
  if ('in' in when) return when.in.includes(value)
  if ('notIn' in when) return !when.notIn.includes(value)
  if (typeof value !== 'number') return undefined
  const slack = already ? (when.deadband ?? 0) : 0
  return 'above' in when ? value > when.above - slack : value < when.below + slack
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
