import { setImmediate } from 'node:timers/promises'
import type { PointId } from '../../drivers/point.ts'
import { alarmId } from '../../rules/alarm.ts'
import type { AlarmEvent } from '../../rules/alarmfigures.ts'
import { CHANNEL_MARK, matches } from '../../rules/rule.ts'
import { GATEWAY } from '../core/events.ts'
import type { Plant } from '../http/deps.ts'
import type { DemoPast } from '../records/demopast.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import { isMakeable, type PastAlarm, type Spell, spellsOf, valueIn } from './past.ts'
import { pastOrders } from './pastorders.ts'

const DAY_MS = 86_400_000
const FLOOD_CABINET = 'io-cabinet'
/** Alarms of one rule that the past knows. */
const MOST_OF_ONE = 10
/** So many moves of orders in one transaction: a few ms, so that nobody waits. */
const MOVES_AT_ONCE = 12

interface Span {
  readonly from: number
  readonly to: number
  readonly aheadMs: number
  readonly seed: number
}

/** The alarms of the past of this plant: of rules whose trouble can be shown in the trend, and that are normal now. */
export function pastSpells({ site, points, alarms }: Plant, span: Span, skip: (point: PointId) => boolean): Spell[] {
  const channels = new Map(site.equipment.map(e => [e.id, e]))
  const list = [...points.values()].flatMap(point => {
    const equipment = point.id.slice(0, point.id.lastIndexOf('/'))
    const at = channels.get(equipment)
    // What is there for the flood to come from is not the building.
    if (!at || equipment === FLOOD_CABINET || point.id[0] === CHANNEL_MARK || point.key === 'online' || skip(point.id))
      return []
    return site.rules.flatMap((rule): PastAlarm[] => {
      if (!isMakeable(rule) || !rule.points.some(pattern => matches(pattern, point.id))) return []
      const id = alarmId(rule.id, point.id)
      if (alarms.get(id)?.active !== false) return []
      const { severity, when, text, order } = rule
      const alarm: PastAlarm = {
        ...{ id, point: point.id, severity, when, text, equipment, space: at.space, channel: at.channel },
        order: order ? { class: order.class, failure: order.failure ?? null } : null,
        range: point.range ?? null,
      }
      return valueIn(alarm) === null ? [] : [alarm]
    })
  })
  // No kind of device outweighs the others by its number alone.
  const seen = new Map<string, number>()
  const some = list.filter(({ text }) => {
    const count = (seen.get(text.en) ?? 0) + 1
    seen.set(text.en, count)
    return count <= MOST_OF_ONE
  })
  return spellsOf(some, span)
}

/** What the spells come to as events, oldest first. */
export function eventsOf(spells: readonly Spell[]): AlarmEvent[] {
  return spells
    .flatMap(({ alarm: { id: alarm, severity }, from, to, ackedAt }): AlarmEvent[] => [
      { at: from, alarm, severity, action: 'raised', called: true },
      { at: to, alarm, severity, action: 'cleared', called: false },
      ...(ackedAt === null ? [] : [{ at: ackedAt, alarm, severity, action: 'acknowledged', called: false }]),
    ])
    .sort((a, b) => a.at - b.at)
}

/** Writes the past of alarms and orders, a little at a time. The trail says that it was made, now. */
export async function writePast(
  { trail, past, workorders }: { trail: Trail; past: DemoPast; workorders: Workorders },
  { site }: Plant,
  spells: readonly Spell[],
  span: Span,
  stopped: () => boolean,
): Promise<{ alarms: number; orders: number }> {
  trail.change(GATEWAY, note => past.begin(note))
  const days = Map.groupBy(eventsOf(spells), event => Math.floor(event.at / DAY_MS))
  for (const [day, events] of days) {
    await setImmediate()
    if (stopped()) return { alarms: 0, orders: 0 }
    trail.change(GATEWAY, () => past.putDay(day, events))
  }
  const orders = pastOrders(workorders, spells, span, new Set(site.spaces.keys()))
  for (let more = true; more; ) {
    await setImmediate()
    if (stopped()) return { alarms: 0, orders: 0 }
    more = trail.change(GATEWAY, note => orders.next(note, MOVES_AT_ONCE))
  }
  const facts = { from: span.from, to: span.to, alarms: spells.length, orders: orders.made() }
  trail.change(GATEWAY, note => past.end(note, facts))
  return facts
}
