import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { isTest, realOf, stateOf } from '../../rules/alarm.ts'
import { HELP, helpSpace, isHelp } from '../../rules/help.ts'
import { fixedFirstTime } from '../../rules/order.ts'
import { waits } from '../../rules/orderclock.ts'
import { SELF } from '../../rules/packs/gatehouse.ts'
import { PATROL, PATROL_RECORDS, patrolSpace } from '../../rules/patrol/alarm.ts'
import { PERMITS, permitSpace } from '../../rules/permit/words.ts'
import { systemOf } from '../../rules/plant/systems.ts'
import { isBalancePoint, METERS } from '../../rules/readings/alarm.ts'
import { CHANNEL_MARK, matches, type Rule } from '../../rules/rule.ts'
import { RUN_RECORDS, runRecordPoint } from '../../rules/runrecord/alarm.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { Place, PlaceSpace, StoredAlarm } from '../records/alarms.ts'
import type { Workorder } from '../records/workorders.ts'
import type { Equipment, Site } from '../site/site.ts'
import type { AlarmView, EquipmentView, PointView, SampleView, Text, WorkorderView } from './contract.ts'
import type { Deps, Plant } from './deps.ts'
import { orderNotesView } from './ordernotesview.ts'
import { orderWorkView } from './orderworkview.ts'

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

const equipmentView = (site: Site, e: Equipment, points: readonly Point[]): EquipmentView => {
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
    ...supplyView(e),
    certificates: e.certificates.map(({ id, kind, name, no, expires }) => ({ id, kind, name, no, expires })),
    points: points.map(p => ({
      id: p.id,
      key: p.key,
      name: p.name,
      kind: p.kind,
      unit: p.unit ?? null,
      enum: p.enum ? { ...p.enum } : null,
      decimals: p.decimals ?? null,
      scanMs: p.scanMs,
      ...commandOf(site, p),
    })),
  }
}

const pointIdOf = (equipment: string, key: string): PointId => `${equipment}/${key}`

const supplyView = (e: Equipment) => {
  const point = (key: string | undefined) => (key === undefined ? null : pointIdOf(e.id, key))
  const breaker = ({ closed, tripped }: { closed?: string | undefined; tripped?: string | undefined }) => ({
    closed: point(closed),
    tripped: point(tripped),
  })
  return {
    system: systemOf(e),
    fedBy: [...(e.fedBy ?? [])],
    meter: e.meter ?? null,
    busbars: (e.busbars ?? []).map(({ id, name, nominal, voltage, fedBy }) => ({
      ...{ id, name: name ?? null, nominal, voltage: point(voltage) },
      fedBy: fedBy.map(s => ({ from: s.from, ...breaker(s), power: point(s.power), meter: s.meter ?? null })),
    })),
    ties: (e.ties ?? []).map(tie => ({ between: [...tie.between] as [string, string], ...breaker(tie) })),
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

/** All equipment of a plant, each with its points, `online` included. */
export function equipmentViews(plant: Plant): EquipmentView[] {
  const byEquipment = Map.groupBy(plant.points.values(), p => p.id.slice(0, p.id.indexOf('/')))
  return plant.site.equipment.map(e => equipmentView(plant.site, e, byEquipment.get(e.id) ?? []))
}

/** As the site has it now; as it was called when the alarm came, once the site has forgotten it. */
function placeOf(plant: Plant | null, equipment: string, then: Place | undefined): Place {
  return (plant && placeIn(plant.site, equipment)) ?? then ?? unnamed(equipment)
}
const unnamed = (equipment: string): Place => ({ equipmentName: { 'zh-CN': equipment, en: equipment }, space: null })

/** The name of the equipment that a point belongs to. */
export const equipmentNameOf = (site: Site, point: PointId): Text => {
  const equipment = point.slice(0, point.indexOf('/'))
  return placeIn(site, equipment)?.equipmentName ?? { 'zh-CN': equipment, en: equipment }
}

const HELP_NAME: Text = { 'zh-CN': '电话求助', en: 'Help by telephone' }
const PERMITS_NAME: Text = { 'zh-CN': '作业票', en: 'Permits' }
const PATROL_NAME: Text = { 'zh-CN': '巡更', en: 'Patrol' }
const RUN_RECORDS_NAME: Text = { 'zh-CN': '运行记录', en: 'Run records' }
const METERS_NAME: Text = { 'zh-CN': '总分表', en: 'Main meters' }
const SELF_NAME: Text = { 'zh-CN': '门房网关', en: 'Gatehouse gateway' }

export function placeIn(site: Site, equipment: string): Place | undefined {
  if (equipment.startsWith(CHANNEL_MARK)) {
    const id = equipment.slice(CHANNEL_MARK.length)
    if (!site.channels.some(c => c.id === id)) return undefined
    return { equipmentName: { 'zh-CN': `通道 ${id}`, en: `Channel ${id}` }, space: null }
  }
  if (equipment === HELP) return { equipmentName: HELP_NAME, space: null }
  if (equipment === PERMITS) return { equipmentName: PERMITS_NAME, space: null }
  if (equipment === PATROL || equipment === PATROL_RECORDS) return { equipmentName: PATROL_NAME, space: null }
  if (equipment === RUN_RECORDS) return { equipmentName: RUN_RECORDS_NAME, space: null }
  if (equipment === METERS) return { equipmentName: METERS_NAME, space: null }
  const e = site.equipment.find(item => item.id === equipment)
  if (!e) return equipment === SELF ? { equipmentName: SELF_NAME, space: null } : undefined
  return { equipmentName: e.name, space: (e.space && site.spaces.get(e.space)?.name) || null }
}

/** What is looked up of a site for each alarm: a flood asks for thousands. */
interface Looked {
  readonly equipment: ReadonlyMap<string, Equipment>
  readonly points: ReadonlyMap<string, Point>
  readonly rules: ReadonlyMap<string, Rule>
  /** `<rule> <equipment>` -> whether the rule watches several points of it. */
  readonly several: Map<string, boolean>
  readonly places: Map<string, Place>
}
const looked = new WeakMap<Site, Looked>()
function lookUp(site: Site): Looked {
  const known = looked.get(site)
  if (known) return known
  const made: Looked = {
    equipment: new Map(site.equipment.map(e => [e.id, e])),
    points: new Map(site.equipment.flatMap(e => e.points.map(p => [p.id, p]))),
    rules: new Map(site.rules.map(r => [r.id, r])),
    several: new Map(),
    places: new Map(),
  }
  looked.set(site, made)
  return made
}
const equipmentOf = (point: PointId): string => point.slice(0, point.indexOf('/'))

/** The space that a point tells of: its own, or where its equipment is. */
export function spaceOf(site: Site, point: PointId): string | null {
  const { equipment, points } = lookUp(site)
  const called = helpSpace(point) ?? permitSpace(point) ?? patrolSpace(point)
  if (called !== null) return site.spaces.has(called) ? called : null
  return points.get(point)?.space ?? equipment.get(equipmentOf(point))?.space ?? null
}

/**
 * Where a point is, from the building down, and what it is called where its equipment has others like it: the home that
 * calls for help, the zone of a fire [M20, M53].
 * @param rule the id of the rule that watches it
 */
export function placeAt(site: Site, point: PointId, rule?: string): Place | undefined {
  const { places } = lookUp(site)
  const key = `${rule ?? ''} ${point}`
  const known = places.get(key)
  if (known) return known
  const place = placeIn(site, equipmentOf(point))
  if (!place) return undefined
  const spaces = spacesOf(site, spaceOf(site, point))
  const made: Place = {
    ...place,
    space: spaces.at(-1)?.name ?? place.space,
    spaces,
    pointName: site.runForms.find(f => runRecordPoint(f.id) === point)?.name ?? nameAt(site, point, rule),
  }
  places.set(key, made)
  return made
}

/** From the building down to this space. */
export function spacesOf(site: Site, space: string | null): PlaceSpace[] {
  const spaces: PlaceSpace[] = []
  for (let id = space; id !== null && !spaces.some(s => s.id === id); ) {
    const one = site.spaces.get(id)
    if (!one) break
    spaces.unshift({ id, kind: one.kind, name: one.name })
    id = one.parent ?? null
  }
  return spaces
}

/** Null when the rule is about nothing else of this equipment. */
function nameAt(site: Site, id: PointId, ruleId: string | undefined): Text | null {
  const { equipment, points, rules, several } = lookUp(site)
  const rule = ruleId === undefined ? undefined : rules.get(ruleId)
  const point = points.get(id)
  if (!rule || !point) return null
  const key = `${rule.id} ${equipmentOf(id)}`
  let many = several.get(key)
  if (many === undefined) {
    const all = equipment.get(equipmentOf(id))?.points ?? []
    many = all.some(p => p.id !== id && rule.points.some(pattern => matches(pattern, p.id)))
    several.set(key, many)
  }
  return many ? point.name : null
}

/** The alarm as it is after a line of the trail. Several tell of the same line, one after the other: it is made once. */
export function alarmViews(
  deps: () => Deps,
): (id: string, seq: number) => { stored: StoredAlarm; view: AlarmView } | undefined {
  let last: { readonly seq: number; readonly made: { stored: StoredAlarm; view: AlarmView } | undefined } | undefined
  return (id, seq) => {
    if (last?.seq !== seq) {
      const stored = deps().alarms.get(id)
      last = { seq, made: stored && { stored, view: alarmView(deps(), stored) } }
    }
    return last.made
  }
}

export function alarmView(deps: Deps, stored: StoredAlarm): AlarmView {
  const plant = deps.plant()
  const equipment = stored.point.slice(0, stored.point.indexOf('/'))
  const state = stateOf(stored)
  const {
    equipmentName,
    space,
    pointName: ofSite = null,
    spaces = [],
  } = (isBalancePoint(stored.point) ? stored.place : null) ??
  (plant && placeAt(plant.site, stored.point, realOf(stored.rule))) ??
  stored.place ??
  unnamed(equipment)
  // What a caller said of where he is, the site does not know; nor what stood in the meter book.
  const pointName = isHelp(stored.point) || isBalancePoint(stored.point) ? (stored.place?.pointName ?? null) : ofSite
  return {
    id: stored.id,
    rule: stored.rule,
    test: isTest(stored.id),
    text: stored.text,
    severity: stored.severity,
    state,
    point: stored.point,
    equipment,
    equipmentName,
    space,
    pointName,
    spaces: [...spaces],
    active: stored.active,
    acked: stored.acked,
    retired: stored.retired,
    raisedAt: isoOrNull(stored.raisedAt),
    clearedAt: isoOrNull(stored.clearedAt),
    ackedAt: isoOrNull(stored.ackedAt),
    ackedBy: stored.ackedBy,
    count: stored.count,
    value: stored.value,
    frozen: plant?.alarms.get(stored.id)?.frozen ?? (stored.active && !plant ? 'never-read' : null),
    workorder: deps.workorders.openOf(stored.id)?.id ?? null,
    resetNeeded: stored.resetNeeded,
    shelved: stored.shelved && { ...stored.shelved, until: iso(stored.shelved.until), at: iso(stored.shelved.at) },
    outOfService: stored.outOfService && { ...stored.outOfService, at: iso(stored.outOfService.at) },
    suppressedBy: [...stored.suppressedBy],
    holdsBack: plant?.alarms.holdsBack(stored.id) ?? 0,
    affected: (stored.active && plant?.affected(stored.id, stored.point)) || null,
    firstOut: stored.firstOut && state !== 'NORM',
    runbook: plant?.alarms.ruleOf(stored.id)?.runbook ?? null,
  }
}

export function workorderView(deps: Deps, w: Workorder): WorkorderView {
  const alarms = deps.workorders.alarmsOf(w.id).flatMap(id => deps.alarms.get(id) ?? [])
  const stored = alarms.find(a => a.id === w.alarm)
  const place = w.equipment === null ? null : placeOf(deps.plant(), w.equipment, stored?.place)
  const policy = deps.workorders.policyOf(w)
  return {
    id: w.id,
    no: w.no,
    text: w.text,
    class: w.class,
    phase: w.phase,
    alarm: w.alarm,
    ...alarmFacts(alarms),
    severity: w.severity,
    equipment: w.equipment,
    equipmentName: place?.equipmentName ?? null,
    // A help call is of the home that calls, not of the desk where its board hangs.
    space: (w.space !== null && deps.plant()?.site.spaces.get(w.space)?.name) || (place?.space ?? null),
    assignee: w.assignee,
    occurrences: w.occurrences,
    openedAt: iso(w.openedAt),
    arriveBy: iso(w.arriveBy),
    restoreBy: iso(w.restoreBy),
    arrivedAt: isoOrNull(w.arrivedAt),
    fixedAt: isoOrNull(w.fixedAt),
    fixedBy: w.fixedBy,
    closedAt: isoOrNull(w.closedAt),
    acceptedAt: isoOrNull(w.acceptedAt),
    verifiedAt: isoOrNull(w.verifiedAt),
    verifiedBy: w.verifiedBy,
    origin: w.origin,
    nature: w.nature,
    crew: w.crew,
    reopened: w.reopened,
    follows: w.follows,
    mergedInto: w.mergedInto,
    alarms: alarms.map(a => a.id),
    appointmentAt: isoOrNull(w.appointmentAt),
    dueAt: isoOrNull(w.dueAt),
    pauses: w.pauses.map(p => ({
      reason: p.reason,
      from: iso(p.from),
      until: iso(p.until),
      to: isoOrNull(p.to),
      stops: [...p.stops],
      part: p.part ?? null,
    })),
    policy: {
      acceptMs: policy.acceptMs,
      arriveMs: policy.arriveMs,
      restoreMs: policy.restoreMs,
      closeMs: policy.closeMs,
      pauses: waits.filter(reason => policy.pauses[reason] !== undefined),
      hours: policy.hours && {
        ...policy.hours,
        days: [...policy.hours.days],
        holidays: [...(policy.hours.holidays ?? [])],
        workdays: [...(policy.hours.workdays ?? [])],
      },
    },
    escalations: w.rungs.map(r => ({
      ...r,
      tell: [...r.tell],
      dueAt: iso(r.dueAt),
      at: iso(r.at),
      ackAt: isoOrNull(r.ackAt),
    })),
    visitBy: isoOrNull(w.visitBy),
    ...orderWorkView(deps, w),
    ...orderNotesView(w),
    photos: w.photos.map(p => ({ ...p, at: iso(p.at) })),
    visits: w.visits.map(v => ({ ...v, scores: v.scores && { ...v.scores }, at: iso(v.at) })),
    firstTimeFix: fixedFirstTime(w, deps.workorders.wasFollowed(w.id)),
    plan: w.plan,
    demo: w.demo,
  }
}

/** Of all alarms of an order: whether one of them is there, and whether one can't be told any more. */
export const alarmFacts = (alarms: readonly StoredAlarm[]) => ({
  alarmActive: alarms.some(a => a.active),
  alarmRetired: alarms.some(a => a.retired),
})
