import type { z } from 'zod'
import type { Driver } from '../../drivers/driver.ts'
import type { Kind, Point, PointId, Text } from '../../drivers/point.ts'
import { type Proof, proofOf } from '../../drivers/probe.ts'
import { type PointSpec, type Profile, pointsOf } from '../../drivers/profile.ts'
import type { AttendanceRules } from '../../rules/attendance.ts'
import { type Certificate, certificateNames, certificateRules, isCertificateKey } from '../../rules/certificate.ts'
import type { CommandSpec } from '../../rules/command.ts'
import type { Crew } from '../../rules/crew.ts'
import type { EmergencyPlan } from '../../rules/emergencyplan.ts'
import { helpRule } from '../../rules/help.ts'
import type { Linkage } from '../../rules/linkage.ts'
import { accessRules } from '../../rules/packs/accessdoors.ts'
import { patrolRules } from '../../rules/patrol/alarm.ts'
import type { PersonalDays } from '../../rules/personal.ts'
import { type Supply, supplyProblems } from '../../rules/plant/systems.ts'
import { balanceRules } from '../../rules/readings/alarm.ts'
import { type Boundary, usualBoundary } from '../../rules/readings/boundary.ts'
import { channelPoint, channelRule, matches, offlineRule, type Rule } from '../../rules/rule.ts'
import type { Runbook } from '../../rules/runbook.ts'
import { runRecordRules } from '../../rules/runrecord/alarm.ts'
import type { RunForm } from '../../rules/runrecord/words.ts'
import type { Calendar, Schedule } from '../../rules/schedule.ts'
import { attendanceOf } from '../access/attendanceschema.ts'
import { accessOf, type SiteAccess } from '../access/schema.ts'
import { billingOf, type SiteBilling } from '../billing/schema.ts'
import { type BrokerSettings, passwordsInTheOpen } from '../broker/schema.ts'
import { emergencyPlanOf } from '../emergencyplan.ts'
import { linkageOf } from '../linkage/schema.ts'
import type { OidcSettings } from '../oidc/schema.ts'
import { type OpcuaServerOptions, opensWide } from '../opcua/schema.ts'
import { outputsOf, type SiteOutputs } from '../outputs/schema.ts'
import { patrolOf, type SitePatrol } from '../patrol/schema.ts'
import { type PermitSettings, permitsOf } from '../permits/schema.ts'
import { personalOf } from '../personal/schema.ts'
import { type ReadingSettings, readingSettingsOf } from '../readings/schema.ts'
import { runFormsOf } from '../runrecords/schema.ts'
import { commandsOf, type RawCommand } from './commands.ts'
import { conditionOf } from './conditions.ts'
import { crewsOf } from './crewschema.ts'
import { type HistoryLimits, historyLimits } from './historyschema.ts'
import { type Path, pathOf, readJson, type SiteProblem } from './jsonproblems.ts'
import { type SiteOrders, siteOrders } from './orders.ts'
import { packRules } from './packs.ts'
import { type Places, placesOf } from './places.ts'
import { runbooksOf } from './runbookschema.ts'
import { calendarOf, schedulesOf } from './schedules.ts'
import { channelOf, outline, outlineWithHoles, pointOf } from './schema.ts'
import { type Tuning, tunedRules } from './tuning.ts'

/** The site as it runs: everything resolved, nothing left to look up. */
export interface Site extends Places, SiteOrders, SiteOutputs {
  readonly id: string
  readonly name: Text
  readonly timezone: string
  readonly spaces: ReadonlyMap<string, Space>
  readonly channels: readonly Channel[]
  readonly equipment: readonly Equipment[]
  readonly emergencyPlan: EmergencyPlan
  /** Routes, and the devices that read their points. */
  readonly patrol: SitePatrol
  /** Who has to keep the control room; null: it is not said. */
  readonly attendance: AttendanceRules | null
  readonly permits: PermitSettings
  /** Crews that hand over their shifts. */
  readonly crews: readonly Crew[]
  /** Forms of run records. */
  readonly runForms: readonly RunForm[]
  /** How readings are checked. */
  readonly readingChecks: ReadingSettings
  readonly rules: readonly Rule[]
  /** The same before the site tuned them, with those that it switched off. */
  readonly delivered: readonly Rule[]
  readonly tuning: Readonly<Record<string, Tuning>>
  readonly commands: ReadonlyMap<PointId, CommandSpec>
  /** Built in, and the site's own in their place. */
  readonly runbooks: ReadonlyMap<string, Runbook>
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly calendar: Calendar
  readonly linkage: Linkage
  readonly history: HistoryLimits
  /** When the days and months of readings end. */
  readonly readings: Boundary
  /** Null: no OPC UA server. */
  readonly opcuaServer: OpcuaServerOptions | null
  /** Listeners beside the plain one. */
  readonly broker: BrokerSettings
  /** Areas, doors and access levels. */
  readonly access: SiteAccess
  /** How long what is known of people is kept. */
  readonly personal: PersonalDays
  /** Ways to sign in beside the gateway's own accounts. */
  readonly signIn: { readonly oidc: OidcSettings } | null
  /** Where batches for billing go, and when they are prepared. */
  readonly billing: SiteBilling
}
export interface Space {
  readonly id: string
  readonly kind: string
  readonly name: Text
  readonly parent?: string | undefined
  /** m² */
  readonly area?: number | undefined
  readonly use?: string | undefined
  readonly state?: string | undefined
  readonly tenant?: string | undefined
}
export interface Channel {
  readonly id: string
  readonly protocol: string
  readonly options: unknown
}
/** With what it hangs together: `fedBy`, `busbars`, … */
export interface Equipment extends Supply {
  readonly id: string
  readonly kind: string
  readonly name: Text
  readonly space: string | null
  readonly channel: string
  readonly unit: number | null
  readonly profile: string | null
  readonly points: readonly Point[]
  /** Papers that run out. */
  readonly certificates: readonly Certificate[]
  /** What its profile says by which one knows that it is that device. */
  readonly proof: Proof | null
}

export interface Checked {
  /** Null when any problem is an error. */
  readonly site: Site | null
  readonly problems: readonly SiteProblem[]
}

/**
 * Checks a whole site.json and finds everything that is wrong at once.
 * @param source the file's text; a byte order mark is no fault
 */
export function checkSite(source: string, drivers: readonly Driver[], profiles: readonly Profile[]): Checked {
  const { value, problems, add, addIssues } = readJson(source)
  const done = (site: Site | null): Checked => ({
    site: problems.some(p => p.level === 'error') ? null : site,
    problems,
  })

  if (value === undefined) return done(null)
  const parsed = outline.safeParse(value, { reportInput: true })
  if (!parsed.success) addIssues([], parsed.error.issues)
  // What can't be used is left out, and the rest is checked all the same: a person wants to see everything at once.
  const raw = parsed.data ?? usable(value, parsed.error!.issues)
  if (!raw) return done(null)
  const timezone = raw.site?.timezone
  if (timezone !== undefined && !isTimezone(timezone)) add(['site', 'timezone'], 'unknown-timezone', { timezone })
  const once = (list: readonly ({ id: string } | null)[], word: string) => {
    const seen = new Set<string>()
    for (const [i, item] of list.entries()) {
      if (!item) continue
      if (seen.has(item.id)) add([word, i, 'id'], 'duplicate-id', { id: item.id })
      seen.add(item.id)
    }
  }
  once(raw.spaces, 'spaces')
  once(raw.channels, 'channels')
  once(raw.equipment, 'equipment')
  once(raw.rules, 'rules')
  const words = [
    'routes',
    'doorGroups',
    'tariffs',
    'contacts',
    'plans',
    'runbooks',
    'schedules',
    'maintenance',
    'outputs',
    'runRecords',
  ] as const
  for (const word of words) once(raw[word], word)

  const namedSpaces = idsOf(value, 'spaces')
  const spaces = new Map(raw.spaces.filter(s => s !== null).map(s => [s.id, s]))
  const rooted = new Set<string>()
  for (const [i, space] of raw.spaces.entries()) {
    if (space?.parent === undefined) continue
    if (!namedSpaces.has(space.parent)) add(['spaces', i, 'parent'], 'unknown-space', { space: space.parent })
    else if (inCircle(space.id, spaces, rooted)) add(['spaces', i, 'parent'], 'space-circle', { space: space.id })
  }

  const channels = new Map<string, { driver: Driver; channel: Channel }>()
  const named = idsOf(value, 'channels')
  for (const [i, channel] of raw.channels.entries()) {
    if (!channel) continue
    const driver = drivers.find(d => d.protocol === channel.protocol)
    if (!driver) {
      const known = drivers.map(d => d.protocol).join(', ')
      add(['channels', i, 'protocol'], 'unknown-protocol', { protocol: channel.protocol, known })
      continue
    }
    const result = channelOf(driver).safeParse(channel, { reportInput: true })
    if (!result.success) {
      addIssues(['channels', i], result.error.issues)
      continue
    }
    const { id: _, protocol: __, ...options } = result.data as Record<string, unknown>
    const wrong = driver.check(options, [])
    for (const p of wrong) add(['channels', i, ...pathOf(p.path)], p.code, p.params)
    if (wrong.length === 0)
      channels.set(channel.id, { driver, channel: { id: channel.id, protocol: channel.protocol, options } })
  }

  const equipment: Equipment[] = []
  // A schema costs far more to make than to use; a site has thousands of points and a handful of protocols.
  const pointSchemas = new Map(drivers.map(driver => [driver, pointOf(driver)]))
  const asked: RawCommand[] = []
  let complete = true
  const units = new Map<string, string>()
  for (const [i, item] of raw.equipment.entries()) {
    if (!item) continue
    const at: Path = ['equipment', i]
    if (item.space !== undefined && !namedSpaces.has(item.space))
      add([...at, 'space'], 'unknown-space', { space: item.space })
    const profile = item.profile === undefined ? undefined : profiles.find(p => p.id === item.profile)
    if (item.profile !== undefined && !profile)
      add([...at, 'profile'], 'unknown-profile', { profile: item.profile, known: profiles.map(p => p.id).join(', ') })
    const found = channels.get(item.channel)
    if (!found) {
      add([...at, 'channel'], named.has(item.channel) ? 'channel-has-problems' : 'unknown-channel', {
        channel: item.channel,
      })
      continue
    }
    const { driver, channel } = found
    if (profile && !profile.protocols.includes(driver.protocol))
      add([...at, 'profile'], 'profile-protocol', { profile: profile.id, protocol: driver.protocol })
    if (item.profile === undefined && !item.points?.length) add(at, 'no-points')
    const papers = item.certificates ?? []
    for (const [j, paper] of papers.entries())
      if (papers.findIndex(p => p.id === paper.id) !== j)
        add([...at, 'certificates', j, 'id'], 'duplicate-id', { id: paper.id })

    const own: PointSpec[] = []
    /** Where each of `own` stands in the file: those before it may have been left out. */
    const places: number[] = []
    const keys = new Set(profile?.points.map(p => p.key))
    for (const [j, spec] of (item.points ?? []).entries()) {
      const path: Path = [...at, 'points', j]
      const result = pointSchemas.get(driver)!.safeParse(spec, { reportInput: true })
      if (!result.success) {
        addIssues(path, result.error.issues)
        complete = false
        continue
      }
      const point = result.data as unknown as PointSpec
      if (point.space !== undefined && !namedSpaces.has(point.space))
        add([...path, 'space'], 'unknown-space', { space: point.space })
      if (point.key === 'online' || isCertificateKey(point.key)) add([...path, 'key'], 'reserved-key')
      if (keys.has(point.key)) add([...path, 'key'], 'duplicate-id', { id: point.key })
      if (point.range && point.range[0] > point.range[1]) add([...path, 'range'], 'range-inverted')
      keys.add(point.key)
      own.push(point)
      places.push(j)
    }
    const specs = [...(profile?.points ?? []), ...own]
    const leastMs = item.scanMs ?? 0
    const points = pointsOf(item.id, specs, driver, item.unit, item.multiplier).map(p =>
      p.scanMs < leastMs ? { ...p, scanMs: leastMs } : p,
    )
    if (item.multiplier !== undefined && !specs.some(s => s.multiplied))
      add([...at, 'multiplier'], 'multiplier-unused', {}, 'warning')
    for (const [j, spec] of own.entries())
      if (spec.multiplied && (spec.writable || points.find(p => p.key === spec.key)?.kind !== 'number'))
        add([...at, 'points', j, 'multiplied'], 'multiplied-needs-reading')
    const most = (channel.options as { maxRegisters?: number }).maxRegisters
    const takes = profile?.limits?.maxRegisters
    if (takes !== undefined && most !== undefined && most > takes)
      add([...at, 'profile'], 'profile-max-registers', { profile: profile!.id, most: takes }, 'warning')
    for (const p of driver.check(channel.options, points)) {
      const [, index, ...rest] = pathOf(p.path)
      const place = typeof index === 'number' ? places[index - (profile?.points.length ?? 0)] : undefined
      add(place === undefined ? at : [...at, 'points', place, ...rest], p.code, p.params)
    }
    for (const [j, spec] of specs.entries()) {
      const place = places[j - (profile?.points.length ?? 0)]
      if (spec.command !== undefined)
        asked.push({ path: place === undefined ? at : [...at, 'points', place], point: points[j]!, raw: spec.command })
    }
    if (driver.units) {
      const unit = item.unit ?? 1
      const other = units.get(`${item.channel} ${unit}`)
      if (other) add([...at, 'unit'], 'unit-twice', { unit, channel: item.channel, other }, 'warning')
      units.set(`${item.channel} ${unit}`, item.id)
    }
    equipment.push({
      id: item.id,
      kind: item.kind,
      name: item.name ?? { 'zh-CN': item.id, en: item.id },
      space: item.space ?? null,
      channel: item.channel,
      unit: driver.units ? (item.unit ?? 1) : null,
      profile: item.profile ?? null,
      points,
      certificates: papers.map(p => ({ ...p, no: p.no ?? null, name: p.name ?? certificateNames[p.kind] })),
      ...{ system: item.system, fedBy: item.fedBy ?? [], meter: item.meter ?? null },
      ...{ busbars: item.busbars ?? [], ties: item.ties ?? [] },
      proof: profile?.probe ? proofOf(item.id, profile, driver, item.unit) : null,
    })
  }

  const ids = equipment.flatMap(e => [`${e.id}/online` as const, ...e.points.map(p => p.id)])
  const lineIds = [...new Set(equipment.map(e => channelPoint(e.channel)))]
  const rules: Rule[] = []
  // While some equipment or point could not be taken up, nobody can say which rule is in vain.
  const whole = complete && equipment.length === raw.equipment.length
  const kinds = new Map<PointId, Kind>(
    equipment.flatMap(e => [[`${e.id}/online`, 'boolean'] as const, ...e.points.map(p => [p.id, p.kind] as const)]),
  )
  const schedules = schedulesOf(raw.schedules, add)
  const matched = (pattern: string, path: Path) => {
    if (whole && ![...ids, ...lineIds].some(point => matches(pattern, point)))
      add(path, 'rule-without-points', { pattern }, 'warning')
  }
  for (const [i, r] of raw.rules.entries()) {
    if (!r) continue
    if (own.has(r.id)) add(['rules', i, 'id'], 'reserved-rule', { id: r.id })
    for (const [j, pattern] of r.points.entries()) matched(pattern, ['rules', i, 'points', j])
    for (const [j, pattern] of r.causes?.entries() ?? [])
      matched(pattern.replaceAll('{equipment}', '*'), ['rules', i, 'causes', j])
    let found: PointId[] | undefined
    const anchors = () => (found ??= ids.filter(point => r.points.some(pattern => matches(pattern, point))))
    const known = { schedules: idsOf(value, 'schedules'), anchors, points: kinds, whole }
    const when = conditionOf(r.when, ['rules', i, 'when'], known, add)
    rules.push({ ...r, when, text: r.text ?? { 'zh-CN': r.id, en: r.id } })
  }

  const commands = commandsOf(asked, new Map(equipment.flatMap(e => e.points.map(p => [p.id, p]))), whole, add)

  const equipmentIds = idsOf(value, 'equipment')
  const known = { spaces: namedSpaces, equipment: equipmentIds, points: new Set(ids), whole }
  const siteName = raw.site?.name ?? { 'zh-CN': '站点', en: 'Site' }
  const keysOf = new Map(equipment.map(e => [e.id, new Set(e.points.map(p => p.key))]))
  for (const { at, code, params } of supplyProblems(
    raw.equipment,
    equipmentIds,
    id => (whole && keysOf.get(id)) || null,
  ))
    add(['equipment', ...at], code, params)
  const places = placesOf(raw, known, siteName, add)
  const parentOf = (space: string) => spaces.get(space)?.parent
  const packed = packRules({ used: raw.packs, equipment, rules, parentOf, spaces: namedSpaces, whole }, add)

  const delivered = [...rules, ...packed]
  const runbooks = runbooksOf(raw.runbooks, raw.rules, add)
  const ruleIds = new Set([...rules, ...packed].map(r => r.id).concat(...own))
  for (const [i, r] of raw.rules.entries())
    for (const [j, id] of r?.suppressedBy?.entries() ?? [])
      if (!ruleIds.has(id)) add(['rules', i, 'suppressedBy', j], 'unknown-rule', { id })
  const orders = siteOrders(raw, known, add)
  const linkage = linkageOf(
    raw.linkage,
    {
      points: new Map(equipment.flatMap(e => e.points.map(p => [p.id, p]))),
      equipmentNames: new Map(equipment.map(e => [e.id, e.name])),
      spaces,
      commands,
      isPoint: id => known.points.has(id),
      whole,
    },
    add,
  )

  if (raw.opcuaServer && opensWide(raw.opcuaServer))
    add(['opcuaServer'], 'opcua-server-wide-open', { host: raw.opcuaServer.host }, 'warning')

  if (raw.broker && passwordsInTheOpen(raw.broker))
    add(['broker', 'websocket'], 'broker-in-the-open', { host: raw.broker.websocket!.host }, 'warning')

  const outputs = outputsOf(raw, ids, whole, add)
  const billing = billingOf(raw.billing, outputs.outputs, add)
  const access = accessOf(
    raw.access,
    {
      ...{ equipment, groups: places.doorGroups, schedules, isPoint: (id: string) => known.points.has(id as PointId) },
      ...{ isSpace: (id: string) => namedSpaces.has(id), whole },
    },
    add,
  )

  const effective = tunedRules(delivered, raw.tuning, whole, add)

  if (!raw.site) return done(null)
  return done({
    ...raw.site,
    ...places,
    ...orders,
    ...outputs,
    spaces,
    channels: [...channels.values()].map(c => c.channel),
    equipment,
    rules: effective,
    delivered,
    tuning: raw.tuning,
    commands,
    runbooks,
    schedules,
    calendar: calendarOf(raw.calendar),
    linkage,
    history: historyLimits(raw.history),
    readings: raw.readings ?? usualBoundary,
    opcuaServer: raw.opcuaServer ?? null,
    broker: raw.broker ?? {},
    access,
    personal: personalOf(raw.personal ?? undefined),
    signIn: raw.signIn ?? null,
    billing,
    emergencyPlan: emergencyPlanOf(raw.emergencyPlan, runbooks, add),
    attendance: attendanceOf(raw.controlRoom),
    permits: permitsOf(raw.permits),
    patrol: patrolOf(raw, add),
    crews: crewsOf(raw.shifts, calendarOf(raw.calendar), add, new Set(access.doors.keys())),
    runForms: runFormsOf(raw.runRecords, { equipment, named: idsOf(value, 'equipment'), whole }, add),
    readingChecks: readingSettingsOf(raw.readingChecks),
  })
}

/** Rules that the gateway adds to those of every site. */
const own = new Set([
  ...[offlineRule.id, channelRule.id, helpRule.id],
  ...[...accessRules, ...certificateRules, ...patrolRules, ...runRecordRules, ...balanceRules].map(rule => rule.id),
])

function inCircle(
  start: string,
  spaces: ReadonlyMap<string, { parent?: string | undefined }>,
  rooted: Set<string>,
): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = start; at !== undefined && !rooted.has(at); at = spaces.get(at)?.parent) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  for (const id of seen) rooted.add(id)
  return false
}

const isTimezone = (timezone: string): boolean => {
  if (timezone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(timezone)) return true
  // Another name of one of them, or none. The first format of a process takes 5 MB for good.
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    return true
  } catch {
    return false
  }
}

/** The ids that a section names, whether or not the rest of the entry is right. */
const idsOf = (value: unknown, section: string): Set<unknown> => {
  const list = (value as Record<string, unknown>)[section]
  return new Set(Array.isArray(list) ? list.map(item => (item as { id?: unknown } | null)?.id) : [])
}

/**
 * What is left of a site when everything that does not fit is taken out: a wrong field first, and the whole entry when it
 * can't do without. Holes keep their place, so that the paths of further problems stay those of the file.
 */
function usable(value: unknown, issues: readonly z.core.$ZodIssue[]): z.infer<typeof outlineWithHoles> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const plant = { site: null, spaces: [], channels: [], equipment: [], rules: [] }
  const sections = {
    ...plant,
    routes: [],
    doorGroups: [],
    tariffs: [],
    contacts: [],
    plans: [],
    packs: [],
    runbooks: [],
    schedules: [],
    tuning: {},
    orders: { policies: {}, failures: [] },
    maintenance: [],
    linkage: null,
    history: null,
    readings: null,
    opcuaServer: null,
    broker: {},
    outputs: [],
    runRecords: [],
    readingChecks: null,
    backlog: null,
    billing: null,
    access: null,
    personal: null,
    signIn: null,
  }
  const left = structuredClone({ ...sections, ...value }) as Record<string, unknown>
  const remove = (path: readonly PropertyKey[]) => {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], left)
    const key = path.at(-1)!
    if (Array.isArray(parent)) parent[key as number] = null
    else if (typeof parent === 'object' && parent !== null) delete (parent as Record<PropertyKey, unknown>)[key]
  }
  for (const issue of issues)
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove([...issue.path, key])
    else if (issue.path.length > 0) remove(issue.path)
  for (const [section, empty] of Object.entries(sections)) left[section] ??= empty
  const first = outlineWithHoles.safeParse(left)
  if (first.success) return first.data
  for (const { path } of first.error.issues) {
    const [section, index] = path as [string, number | undefined]
    if (typeof index !== 'number') left[section] = sections[section as keyof typeof sections]
    else (left[section] as unknown[])[index] = null
  }
  return outlineWithHoles.safeParse(left).data
}
