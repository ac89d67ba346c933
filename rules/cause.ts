import type { PointId } from '../drivers/point.ts'
import type { Alarm } from './alarm.ts'
import { matches, type Rule, rankOf } from './rule.ts'

/** An alarm as causes see it. */
export interface Node {
  readonly rule: Rule
  readonly alarm: Alarm
  /** Patterns of points whose alarms are its consequence. */
  readonly beneath: readonly string[]
}

export const isCause = (node: Pick<Node, 'rule' | 'beneath'>, rules: readonly Rule[]): boolean =>
  node.beneath.length > 0 || rules.some(rule => rule.suppressedBy?.includes(node.rule.id))

/** It stands, and is believed: what is out of service explains nothing. */
export const explains = ({ rule, alarm }: Node): boolean =>
  alarm.active && alarm.outOfService === null && rule.severity !== 'journal'

/**
 * Whether `child` is only a consequence of `cause`. People in danger are never a consequence, and nothing is hidden behind
 * what is less pressing than itself.
 */
export function covers(cause: Node, child: Node): boolean {
  if (cause.alarm.id === child.alarm.id || child.rule.severity === 'life') return false
  if (rankOf(child.rule.severity) < rankOf(cause.rule.severity)) return false
  const { point } = child.alarm
  return (
    child.rule.suppressedBy?.includes(cause.rule.id) === true || cause.beneath.some(pattern => matches(pattern, point))
  )
}

/** Whether one alarm is, over any number of others, the consequence of `cause`: two that explain each other explain nothing. */
export function follows(
  id: string,
  cause: string,
  get: (id: string) => Alarm | undefined,
  seen = new Set<string>(),
): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const above = get(id)?.suppressedBy ?? []
  return above.includes(cause) || above.some(one => follows(one, cause, get, seen))
}

/** A word of a rule for one of its points: `{equipment}` is that of the point. */
const wordOf = (word: string, point: PointId): string =>
  word.replaceAll('{equipment}', point.slice(0, point.indexOf('/')))
/** The group of an alarm, or null. */
export const groupOf = (rule: Rule, point: PointId): string | null =>
  rule.group === undefined ? null : wordOf(rule.group, point)
/** Patterns of points whose alarms are a consequence of the alarm at this one, as its rule says. */
export const causedBy = (rule: Rule, point: PointId): readonly string[] =>
  rule.causes?.map(pattern => wordOf(pattern, point)) ?? []
