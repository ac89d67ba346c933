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
  readonly order?: { readonly class: OrderClass } | undefined
  readonly runbook?: string | undefined
  /** The clause it comes from, such as `配电室管理制度 8`. */
  readonly source?: string | undefined
}

/** Whether the condition holds; undefined when the sample cannot tell, which neither raises nor clears (bad quality freezes). */
export function holds(when: Condition, sample: Sample, already: boolean): boolean | undefined {
  if (sample.quality === 'bad') return undefined
  const { value } = sample
  if ('equals' in when) return value === when.equals
  if ('in' in when) return when.in.includes(value)
  if ('notIn' in when) return !when.notIn.includes(value)
  if (typeof value !== 'number') return undefined
  const slack = already ? (when.deadband ?? 0) : 0
  return 'above' in when ? value > when.above - slack : value < when.below + slack
}

/** Whether a pattern of a rule names this point. */
export function matches(pattern: string, point: PointId): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === point
  const first = parts[0]!
  const last = parts.at(-1)!
  if (!point.startsWith(first) || !point.endsWith(last) || point.length < first.length + last.length) return false
  // Backtracking over '*' is bounded: ids are short and a pattern has few stars.
  const source = parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*')
  return new RegExp(`^${source}$`).test(point)
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
