import type { PointId, Text } from '../../drivers/point.ts'
import { type Alarm, type AlarmEffect, calls, realOf } from '../../rules/alarm.ts'
import { iso } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { placeAt, spaceOf, spacesOf } from '../http/views.ts'
import type { AlarmChange } from '../live/alarms.ts'
import { splitPoint } from '../out/topics.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Runs } from '../records/runbooks.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import { crewOfFailure } from '../site/orders.ts'
import type { Site } from '../site/site.ts'

export interface Consequences {
  readonly trail: Trail
  readonly alarms: Alarms
  readonly runs: Runs
  readonly workorders: Workorders
  /** What was said of a call for help; null: the point is none. */
  readonly calledFrom?: (point: PointId) => Text | null
  /** What the balance of a main meter says, and in which space it hangs; null: the point is none. */
  readonly mainMeter?: (point: PointId) => { readonly text: Text; readonly space: string | null } | null
  /** The site that runs; it does whenever an alarm changes. */
  readonly site: () => Site
  readonly now: () => number
}

/**
 * What follows from a change of alarms, as one transaction: the alarms as they are now, the runbook that one opens, and its
 * order. Throws what the disk throws; then nothing has happened.
 */
export const commitAlarms =
  ({ trail, alarms, runs, workorders, site, now, calledFrom, mainMeter }: Consequences) =>
  (changes: readonly AlarmChange[]): void =>
    trail.change(changes.find(c => c.by)?.by ?? GATEWAY, note => {
      for (const { rule, alarm, effects, opens } of changes) {
        const [equipment] = splitPoint(alarm.point)
        const meter = mainMeter?.(alarm.point) ?? null
        const said = meter?.text ?? calledFrom?.(alarm.point) ?? null
        const ofSite = placeAt(site(), alarm.point, realOf(rule.id))!
        const spaces = spacesOf(site(), meter?.space ?? null)
        const known = meter ? { ...ofSite, space: spaces.at(-1)?.name ?? null, spaces } : ofSite
        const place = said ? { ...known, pointName: said } : known
        for (const effect of effects)
          alarms.put(note, { ...alarm, text: rule.text, place, retired: false }, effect, detailOf(alarm, effect))
        const book = rule.runbook === undefined ? undefined : site().runbooks.get(rule.runbook)
        if (opens && book && book.steps.length > 0)
          runs.start(note, { book, alarm: alarm.id, equipment, place }, GATEWAY, now())
        if (rule.order && opens) {
          const trouble = {
            alarm: alarm.id,
            text: said ? joined(rule.text, said) : rule.text,
            class: rule.order.class,
            ...(rule.order.each && { key: `${alarm.id} ${alarm.raisedAt} ${alarm.count}` }),
            failure: rule.order.failure ?? null,
            crew: crewOfFailure(rule.order.failure ?? null, site().orders),
            severity: rule.severity,
            equipment,
            space: meter ? meter.space : spaceOf(site(), alarm.point),
          }
          workorders.openFor(note, trouble, now())
        }
      }
    })

const joined = (a: Text, b: Text): Text => ({ 'zh-CN': `${a['zh-CN']}：${b['zh-CN']}`, en: `${a.en}: ${b.en}` })

/** What the trail has to say of an alarm beside its value: whether it called anybody, and why it does not. */
const detailOf = (alarm: Alarm, effect: AlarmEffect): Record<string, unknown> => {
  if (effect === 'shelved' && alarm.shelved) return { until: iso(alarm.shelved.until), reason: alarm.shelved.reason }
  if (effect === 'taken-out-of-service' && alarm.outOfService) return { reason: alarm.outOfService.reason }
  if (effect === 'suppressed') return { by: alarm.suppressedBy }
  return effect === 'cleared' || effect === 'acknowledged' || effect === 'reset' ? {} : { called: calls(alarm) }
}
