import { euOf } from '../../drivers/opcua/units.ts'
import { bad, type Point, type PointId } from '../../drivers/point.ts'
import { silenced } from '../../rules/alarm.ts'
import type { CommandSpec } from '../../rules/command.ts'
import { codeOf } from '../history/codes.ts'
import type { Latest } from '../live/latest.ts'
import type { AlarmFacts, Model, ModelPoint, Values } from '../out/opcua/protocol.ts'
import type { StoredAlarm } from '../records/alarms.ts'
import type { Site, Space } from '../site/site.ts'

/** What the OPC UA server is told of the site, its values and its alarms. Pure. */

/** @param points all of the running site, `online` of each equipment included */
export function modelOf(site: Site, points: Iterable<Point>): Model {
  const spaces: Space[] = []
  const take = (space: Space | undefined) => {
    if (!space || spaces.includes(space)) return
    if (space.parent !== undefined) take(site.spaces.get(space.parent))
    spaces.push(space)
  }
  for (const space of site.spaces.values()) take(space)
  return {
    site: { id: site.id, name: site.name },
    spaces: spaces.map(({ id, kind, name, parent }) => ({ id, kind, name, parent: parent ?? null })),
    equipment: site.equipment.map(({ id, kind, name, space }) => ({ id, kind, name, space })),
    points: [...points].map(point => modelPoint(point, site.commands.get(point.id))),
  }
}
const modelPoint = (point: Point, command: CommandSpec | undefined): ModelPoint => ({
  id: point.id,
  equipment: point.id.slice(0, point.id.indexOf('/')),
  key: point.key,
  name: point.name,
  kind: point.kind,
  unit: point.unit === undefined ? null : euOf(point.unit),
  range: point.range ?? null,
  enum: point.enum ?? null,
  // Who would be the second person of a write?
  writable: command !== undefined && !command.secondPerson,
})

/** @param which places in `points` */
export function valuesOf(points: readonly Pick<Point, 'id'>[], which: Iterable<number>, get: Latest['get']): Values {
  const list = [...which]
  const values: Values & { texts: string[] } = {
    points: Int32Array.from(list),
    times: new Float64Array(list.length),
    codes: new Uint8Array(list.length),
    values: new Float64Array(list.length).fill(Number.NaN),
    texts: [],
  }
  for (const [i, point] of list.entries()) {
    const sample = get(points[point]!.id)
    if (!sample) {
      values.codes[i] = codeOf(bad(points[point]!.id, 'never-read', 0))
      continue
    }
    values.times[i] = sample.at
    values.codes[i] = codeOf(sample)
    const { value } = sample
    if (typeof value === 'string') values.values[i] = values.texts.push(value) - 1
    else if (value !== null) values.values[i] = Number(value)
  }
  return values
}

/** @param at when it became as it is, UTC ms. Null: it is only written down, and calls nobody */
export function factsOf(a: StoredAlarm, at = Math.max(a.raisedAt ?? 0, a.clearedAt ?? 0, a.ackedAt ?? 0)) {
  if (a.severity === 'journal') return null
  const { id, point, rule, severity, text, active, acked, ackedBy } = a
  const equipment = (point as PointId).slice(0, point.indexOf('/'))
  const normal = !active && acked && !a.resetNeeded
  return {
    id,
    equipment,
    point,
    rule,
    severity,
    text,
    active,
    acked,
    normal,
    aside: silenced(a),
    ackedBy,
    at,
  } satisfies AlarmFacts
}
