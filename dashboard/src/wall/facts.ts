import type { PointId } from '../../../drivers/point.ts'
import type { AlarmView, EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { alone, grouped } from '../../../rules/flood.ts'
import type { Severity } from '../../../rules/rule.ts'
import { leadingPoints } from '../plant.ts'
import { isTrend } from '../trend.ts'

/** What the wall makes of equipment and alarms. Pure. */

/** A line of the list: one alarm, or in a flood a group of them. `alarm` is what it opens and what Enter acknowledges. */
export interface Line {
  readonly alarm: AlarmView
  readonly count: number
  readonly unacked: number
}

/** @param alarms sorted, most pressing first @param language what the reader calls the place by */
export function linesOf(alarms: readonly AlarmView[], inGroups: boolean, language: 'zh-CN' | 'en'): readonly Line[] {
  if (!inGroups) return alarms.map(alarm => ({ alarm, count: 1, unacked: Number(!alarm.acked) }))
  const keyed = alarms.map(alarm => ({
    ...alarm,
    alarm,
    area: alarm.space?.[language] ?? null,
    raisedAt: alarm.raisedAt === null ? null : Date.parse(alarm.raisedAt),
  }))
  return grouped(keyed).map(group => {
    const open = group.alarms.find(one => !one.acked)
    const shown = alone(group.severity) ? group.alarms[0]! : (open ?? group.firstOut)
    return { alarm: shown.alarm, count: group.alarms.length, unacked: group.unacked }
  })
}

/** The rows that fit, moved on so far that the chosen one is among them. */
export function windowOf<T>(all: readonly T[], at: number, fits: number): readonly T[] {
  const from = Math.max(0, Math.min(at - fits + 1, all.length - fits))
  return all.slice(from, from + fits)
}

/** The curve that belongs to an alarm: its own point, or what leads of its equipment when its own has no curve. */
export function trendPoint(alarm: AlarmView, equipment: EquipmentView | undefined): PointInfo | null {
  const points = equipment?.points.filter(isTrend) ?? []
  return points.find(point => point.id === alarm.point) ?? leadingPoints(points, 1)[0] ?? null
}

export const firstCause = (a: AlarmView, b: AlarmView): number =>
  Number(b.holdsBack > 0) - Number(a.holdsBack > 0) ||
  Number(b.firstOut) - Number(a.firstOut) ||
  (a.raisedAt ?? '').localeCompare(b.raisedAt ?? '')

/** What protects lives, by the points that tell of it; none: nothing of it is connected here. */
export interface FireGear {
  readonly pumps: readonly PointInfo[]
  readonly pool: readonly PointInfo[]
  readonly shutters: readonly PointInfo[]
  /** True: fault. */
  readonly supply: readonly PointInfo[]
}
const isPanel = (one: EquipmentView): boolean => /^fire-(panel|alarm)/.test(one.kind)
export function fireGear(equipment: readonly EquipmentView[]): FireGear {
  const of = (fits: (one: EquipmentView, point: PointInfo) => boolean) =>
    equipment.flatMap(one => one.points.filter(point => fits(one, point)))
  return {
    pumps: of((one, p) => one.kind.startsWith('fire-pump') && /(^|-)running$/.test(p.key)),
    pool: of(
      (one, p) =>
        p.kind === 'number' && /(^|-)pool-level$|^fire-(pool|tank)-level$/.test(`${p.key}`) && one.kind !== 'pool',
    ),
    shutters: of((one, p) => (isPanel(one) || one.kind.includes('shutter')) && /^shutter(-\d+)?$/.test(p.key)),
    supply: of((one, p) => isPanel(one) && /^(mains|battery)-fault$/.test(p.key)),
  }
}

/** The worst alarm that stands on any of these points. */
export function worstOn(points: readonly PointId[], alarms: readonly AlarmView[]): Severity | null {
  const mine = new Set<string>(points)
  const ranks = ['life', 'high', 'medium', 'low'] as const
  return ranks.find(severity => alarms.some(a => a.active && a.severity === severity && mine.has(a.point))) ?? null
}

export interface LiftPoints {
  readonly lift: EquipmentView
  readonly floor: PointInfo | null
  readonly direction: PointInfo | null
  readonly mode: PointInfo | null
  readonly service: PointInfo | null
}
export const liftsOf = (equipment: readonly EquipmentView[]): readonly LiftPoints[] =>
  equipment
    .filter(one => one.kind === 'lift')
    .map(lift => {
      const point = (key: string) => lift.points.find(p => p.key === key) ?? null
      return {
        ...{ lift, floor: point('floor') ?? point('position'), direction: point('direction') },
        ...{ mode: point('mode'), service: point('in-service') },
      }
    })
