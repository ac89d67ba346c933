import type { Point, Sample } from '../../drivers/point.ts'
import { stateOf } from '../../rules/alarm.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { StoredAlarm } from '../records/alarms.ts'
import type { Workorder } from '../records/workorders.ts'
import type { Equipment, Site } from '../site.ts'
import type { AlarmView, EquipmentView, PointView, SampleView, Text, WorkorderView } from './contract.ts'
import type { Deps, Plant } from './deps.ts'

export const sampleView = (s: Sample): SampleView => ({
  value: s.value,
  quality: s.quality,
  reason: s.reason ?? null,
  at: iso(s.at),
  seen: iso(s.seen),
})

export const pointView = (p: Point, s: Sample): PointView => ({
  id: p.id,
  kind: p.kind,
  unit: p.unit ?? null,
  sample: sampleView(s),
})

export const equipmentView = (site: Site, e: Equipment, points: readonly Point[]): EquipmentView => {
  const space = e.space === null ? undefined : site.spaces.get(e.space)
  return {
    id: e.id,
    kind: e.kind,
    name: e.name,
    space: space ? { id: space.id, name: space.name } : null,
    channel: e.channel,
    protocol: site.channels.find(c => c.id === e.channel)?.protocol ?? '',
    unit: e.unit,
    profile: e.profile,
    points: points.map(p => ({
      id: p.id,
      key: p.key,
      name: p.name,
      kind: p.kind,
      unit: p.unit ?? null,
      enum: p.enum ? { ...p.enum } : null,
      scanMs: p.scanMs,
      ...commandOf(site, p),
    })),
  }
}

const commandOf = (site: Site, p: Point) => {
  const spec = site.commands.get(p.id)
  if (!spec) return {}
  const { roles, range, step, values, interlocks, secondPerson, confirmWithinS, readBack } = spec
  return {
    command: {
      roles: [...roles],
      range: range ? ([...range] as [number, number]) : null,
      step: step ?? null,
      values: values ? [...values] : null,
      interlocks: interlocks.map(i => ({
        point: i.point,
        text: i.text,
        when: i.when as never,
        values: i.values ? [...i.values] : null,
      })),
      secondPerson,
      confirmWithinS,
      readBack: [...readBack.points],
    },
  }
}

interface Place {
  readonly equipmentName: Text
  readonly space: Text | null
}

function placeOf(plant: Plant | null, equipment: string): Place {
  const e = plant?.site.equipment.find(item => item.id === equipment)
  const space = e?.space ? plant?.site.spaces.get(e.space) : undefined
  return { equipmentName: e?.name ?? { 'zh-CN': equipment, en: equipment }, space: space?.name ?? null }
}

export function alarmView(deps: Deps, stored: StoredAlarm): AlarmView {
  const plant = deps.plant()
  const equipment = stored.point.slice(0, stored.point.indexOf('/'))
  return {
    id: stored.id,
    rule: stored.rule,
    text: stored.text,
    severity: stored.severity,
    state: stateOf(stored),
    point: stored.point,
    equipment,
    ...placeOf(plant, equipment),
    active: stored.active,
    acked: stored.acked,
    raisedAt: isoOrNull(stored.raisedAt),
    clearedAt: isoOrNull(stored.clearedAt),
    ackedAt: isoOrNull(stored.ackedAt),
    ackedBy: stored.ackedBy,
    count: stored.count,
    value: stored.value,
    frozen: plant?.alarms.get(stored.id)?.frozen ?? (stored.active && !plant ? 'never-read' : null),
    workorder: deps.workorders.openOf(stored.id)?.id ?? null,
  }
}

export function workorderView(deps: Deps, w: Workorder): WorkorderView {
  const place = w.equipment === null ? null : placeOf(deps.plant(), w.equipment)
  return {
    id: w.id,
    no: w.no,
    text: w.text,
    class: w.class,
    phase: w.phase,
    alarm: w.alarm,
    alarmActive: alarmActive(deps, w),
    severity: w.severity,
    equipment: w.equipment,
    equipmentName: place?.equipmentName ?? null,
    space: place?.space ?? null,
    assignee: w.assignee,
    occurrences: w.occurrences,
    openedAt: iso(w.openedAt),
    arriveBy: iso(w.arriveBy),
    restoreBy: iso(w.restoreBy),
    arrivedAt: isoOrNull(w.arrivedAt),
    fixedAt: isoOrNull(w.fixedAt),
    closedAt: isoOrNull(w.closedAt),
  }
}

export const alarmActive = (deps: Deps, w: Workorder): boolean =>
  w.alarm !== null && deps.alarms.get(w.alarm)?.active === true
