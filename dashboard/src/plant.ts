import type { PointId } from '../../drivers/point.ts'
import type { EquipmentView, PointInfo, SampleView } from '../../gateway/http/contract.ts'
import { isCertificateKey } from '../../rules/certificate.ts'
import type { Texts } from './text/zh-CN.ts'

/** What the screens make of points whose meaning is only in their key. Pure. */
type Truth = keyof Texts['truth']

/** A word of the key -> what its yes and no are called. The first that fits. */
const truths: readonly (readonly [key: RegExp, truth: Truth])[] = [
  [/(^|-)online$/, 'online'],
  [/trip/, 'trip'],
  [/fault|fail|error|trapped|stuck/, 'fault'],
  // A fire damper or a smoke fan is a device, and its state no alarm: its "no" is not "normal".
  [/alarm|(smoke|fire)(?!.*(damper|fan|pump|valve|shutter|door))|leak|flood|water-(?:found|detected)/, 'alarm'],
  [/(^|-)(running|run|moving|started)$/, 'running'],
  // An end switch tells only whether the end was reached: not opened is not closed, so those are yes and no.
  [/(^|-)open$/, 'open'],
  [/(^|-)auto(matic)?$/, 'auto'],
  [/(^|-)enabled?$/, 'enabled'],
]
export const truthOf = (key: string): Truth => truths.find(([word]) => word.test(key))?.[1] ?? 'plain'

/** online: it has no running point, but it tells something. */
export type PlantState = 'running' | 'stopped' | 'fault' | 'online' | 'unknown'
export type Get = (id: PointId) => SampleView | undefined

/**
 * What may honestly be said of a piece of equipment: unknown as soon as the point that would tell it is not there.
 * Good and uncertain samples count; bad ones do not.
 */
export function plantState(equipment: EquipmentView, get: Get): PlantState {
  const told = (id: PointId) => {
    const sample = get(id)
    return sample && sample.quality !== 'bad' ? sample.value : null
  }
  if (told(`${equipment.id}/online`) === false) return 'unknown'
  const flags = equipment.points.filter(point => point.kind === 'boolean')
  const faults = flags.filter(point => ['trip', 'fault'].includes(truthOf(point.key)))
  if (faults.some(point => told(point.id) === true)) return 'fault'
  const running = flags.filter(point => truthOf(point.key) === 'running')
  if (running.length > 0) {
    const values = running.map(point => told(point.id))
    return values.includes(true) ? 'running' : values.includes(null) ? 'unknown' : 'stopped'
  }
  const rest = equipment.points.filter(point => point.key !== 'online')
  return rest.some(point => told(point.id) !== null) ? 'online' : 'unknown'
}

/** The points that decide `plantState`, to be watched. */
export const statePoints = (equipment: EquipmentView): PointId[] => [
  `${equipment.id}/online`,
  ...equipment.points.map(point => point.id),
]

/** What a person asks first of a piece of equipment, in this order. */
const leading = [
  'mode',
  'state',
  'status',
  'floor',
  'position',
  'pressure',
  'level',
  'flow',
  'temperature',
  'humidity',
  'power',
  'energy',
  'frequency',
  'speed',
  'current',
  'voltage',
]
/** A phase, a limit or a part of the thing tells less than the thing. */
const lesser = /(^|-)(l[123]|n|[abc])(-|$)|limit|set|reactive|apparent|factor|max|min|hours|thd/

/** Told in words and alarms, not among the values. */
const side = /fault|error|code|hours|^log$/

/** A bare code, as the mode 1 of a device whose codes are not known, tells a person nothing at a glance. */
const isCode = ({ key, kind, unit, enum: words }: PointInfo): boolean =>
  kind === 'number' && !words && (unit === null || unit === '1') && /(^|-)(mode|fan|state|status)$/.test(key)

/** At most `count` points that lead, one of each sort. */
export function leadingPoints(points: readonly PointInfo[], count = 4): PointInfo[] {
  const seen = new Set<string>()
  return points
    .filter(point => point.kind !== 'boolean' && !side.test(point.key) && !isCertificateKey(point.key))
    .map((point, at) => {
      const rank = leading.findIndex(word => point.key.includes(word))
      return {
        point,
        sort: leading[rank] ?? point.key,
        rank: (rank < 0 ? leading.length : rank) + (lesser.test(point.key) || isCode(point) ? 50 : 0),
        at,
      }
    })
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .filter(({ sort }) => !seen.has(sort) && seen.add(sort))
    .slice(0, count)
    .map(({ point }) => point)
}
