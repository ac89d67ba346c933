import { drivers, profiles } from '../../drivers/index.ts'
import { decoderOf, type Register, sizeOf } from '../../drivers/modbus/codec.ts'
import { pduOf, readRequest } from '../../drivers/modbus/pdu.ts'
import type { MqttAddress } from '../../drivers/mqtt/address.ts'
import type { NodeAddress } from '../../drivers/opcua/address.ts'
import { bad, judge, type Point, type PointId, type Sample } from '../../drivers/point.ts'
import { grammarOf } from '../../drivers/textstream/grammar.ts'
import { createTable } from '../../drivers/textstream/table.ts'
import { answer, type ModbusDevice } from '../../firmware-sim/modbus-pdu.ts'
import type { Action, LineSpec } from '../../firmware-sim/part.ts'
import { composePlaza } from '../../firmware-sim/plaza.ts'
import { createRunner } from '../../firmware-sim/runner.ts'
import type { Scenario, Seen } from '../../firmware-sim/scenario.ts'
import { commitAlarms } from '../../gateway/alarms/consequences.ts'
import { grammar } from '../../gateway/demo/fire-printer.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { watchAlarms } from '../../gateway/live/alarms.ts'
import { watchChannels } from '../../gateway/live/channelaway.ts'
import { onlineId } from '../../gateway/live/poller.ts'
import { watchRunbooks } from '../../gateway/live/runbooks.ts'
import { watchedRules } from '../../gateway/plant.ts'
import { alarms as openAlarms } from '../../gateway/records/alarms.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { runs as openRuns, type Run } from '../../gateway/records/runbooks.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { sensorOf } from '../../rules/condition.ts'
import { CHANNEL_MARK, channelRule, isPlain, matches } from '../../rules/rule.ts'
import { fits } from '../../rules/runbook.ts'
import { localClock, within } from '../../rules/schedule.ts'
import { manualClock } from './clock.ts'
import { demoLines } from './demolines.ts'
import { readMqtt } from './mqttpoint.ts'

/** A weekday, ten in the morning in Shanghai. */
const START = Date.UTC(2026, 10, 18, 2)
const SETTLE_S = 200
/** The wires are looked at so often: nearly all is scanned at 2 s or slower. */
const LOOK_S = 2
/** A device is given up after two silent reads and three seconds. */
const SILENT_S = 4

/** Its two thousand contacts are looked at only when they are the story. */
const FLOOD = 'io-cabinet'

const checked = checkSite(JSON.stringify(demoSite(demoLines)), drivers, profiles)
if (!checked.site) throw new Error(`the demo's site.json is wrong: ${JSON.stringify(checked.problems)}`)
export const site = checked.site

const rules = watchedRules(site)
const local = localClock(site.timezone)
const during = (id: string, at: number) => {
  const schedule = site.schedules.get(id)
  return schedule !== undefined && within(schedule, site.calendar, local(at))
}
/** What rules and runbooks look at; the rest of five thousand points is not read. */
const watched: ReadonlySet<PointId> = (() => {
  const found = new Set<PointId>()
  const all = site.equipment.flatMap(e => [...e.points.map(p => p.id), onlineId(e.id)])
  for (const rule of rules)
    for (const id of all)
      if (rule.points.some(p => p[0] !== CHANNEL_MARK && matches(p, id)))
        for (const point of sensorOf(rule.when, id, during).points) found.add(point)
  const selves = [...site.runbooks.values()].flatMap(book => book.steps.flatMap(step => step.self ?? []))
  for (const { id, kind, points } of site.equipment)
    for (const { id: point, key } of points)
      if (selves.some(self => fits(self, { kind, key })) && id !== FLOOD) found.add(point)
  return found
})()

/** Points of which it matters that the same value came again: silence and standstill are told from that. */
const steady: ReadonlySet<PointId> = new Set(
  rules
    .filter(rule => !isPlain(rule.when))
    .flatMap(rule =>
      [...watched]
        .filter(id => rule.points.some(p => p[0] !== CHANNEL_MARK && matches(p, id)))
        .flatMap(id => sensorOf(rule.when, id, during).points),
    ),
)

/** What became of one scenario, as the control room would tell it. */
export interface Told {
  /** Until it was put right: alarms in the order in which they came; s after the beginning. */
  readonly alarms: readonly AlarmTold[]
  /** Runbooks in the order in which they were opened, and whether a danger was set. */
  readonly runbooks: readonly { readonly id: string; readonly dangers: readonly string[] }[]
  readonly orders: readonly OrderTold[]
  /** Alarms that still stand so long after everything was put right. */
  readonly left: readonly string[]
  readonly troubles: readonly string[]
}
export interface AlarmTold {
  /** `<rule> <point>` */
  readonly what: string
  readonly severity: string
  readonly atS: number
  /** The alarms that were its cause when it came, or were found to be later. */
  readonly child: boolean
}
export interface OrderTold {
  readonly of: string
  readonly class: string
  readonly arriveMin: number
  readonly restoreH: number
}

interface Read {
  readonly point: Point
  readonly equipment: string
  readonly everyS: number
  readonly now: () => Sample
}

/**
 * Lives one scenario second by second: what the building's devices say goes, without any wire, into the alarm core, the
 * records, the runbooks and the orders that the gateway runs. Of the wire it knows only that a device does not answer, or
 * answers nonsense.
 * @param forS how long it goes on after the last thing that is seen, for the delays of rules
 */
export async function live(
  scenarios: ReadonlyMap<string, Scenario>,
  scenario: Scenario,
  forS = 100,
  recoverS = 3600,
): Promise<Told> {
  const plaza = composePlaza(START)
  const silent = new Map<string, 'silent' | 'late' | 'garbled'>()
  const wire: Action[] = [
    {
      path: 'line/dead',
      example: {},
      text: '',
      run: body => void (body.on ? silent.set(String(body.line), 'silent') : silent.delete(String(body.line))),
    },
    {
      path: 'device/fault',
      example: {},
      text: '',
      run(body) {
        const device = `${body.line} ${body.unit}`
        if (body.kind === null) silent.delete(device)
        else silent.set(device, body.kind === 'late' ? 'late' : body.kind === 'garbage' ? 'garbled' : 'silent')
      },
    },
  ]
  const actions = new Map([...plaza.actions, ...wire].map(action => [action.path, action]))
  const runner = createRunner(scenarios, actions, plaza.now)
  plaza.onStep(runner.step)
  plaza.pass(SETTLE_S)

  const clock = manualClock(plaza.now() - USUAL_S * 1000)
  const began = clock.now()
  const db = openDb(':memory:', migrations)
  let underWay: readonly Run[] | null = null
  const trail = openTrail(db, clock.now, ({ kind }) => {
    if (kind === 'runbook') underWay = null
  })
  const stored = openAlarms(db)
  const runs = openRuns(db, () => '20261118')
  const orders = openWorkorders(db, () => '20261118', {
    policyOf: urgency => site.orders.policies[urgency],
    zone: () => site.timezone,
  })
  const commit = commitAlarms({ trail, alarms: stored, runs, workorders: orders, site: () => site, now: clock.now })
  const told: AlarmTold[] = []
  const children = new Set<string>()
  const lines = watchChannels(site.equipment)
  const flooding = scenario.id === 'alarm-flood'
  const equipment = site.equipment.filter(e => e.id !== FLOOD || flooding)
  const wanted = new Set([...watched, ...scenario.sees.map(seen => seen.point)])
  const ids = equipment.flatMap(e => [...e.points.map(p => p.id).filter(id => wanted.has(id)), onlineId(e.id)])
  const troubles: string[] = []
  const alarms = watchAlarms(
    rules,
    [...ids.map(id => ({ id })), ...lines.points],
    new Map(),
    clock,
    changes => {
      commit(changes)
      for (const { alarm, rule, effects } of changes) {
        const what = `${rule.id} ${alarm.point}`
        if (alarm.suppressedBy.length > 0) children.add(what)
        if (!effects.includes('raised') || told.some(one => one.what === what)) continue
        told.push({ what, severity: rule.severity, atS: Math.round((clock.now() - began) / 1000), child: false })
      }
    },
    error => troubles.push(String(error)),
    { during, beneath: (rule, point) => (rule.id === channelRule.id ? lines.devices(point) : []) },
  )
  const latest = new Map<PointId, Sample>()
  const stopRunbooks = watchRunbooks({
    clock,
    points: () =>
      site.equipment.flatMap(e => e.points.map(p => ({ id: p.id, equipment: e.id, kind: e.kind, key: p.key }))),
    get: id => latest.get(id),
    open() {
      underWay ??= runs.open()
      return underWay
    },
    tick: (...ticked) =>
      void trail.change({ name: 'gateway', role: 'gateway' }, n => runs.tick(n, ...ticked, clock.now())),
    failed: error => troubles.push(String(error)),
  })

  const reads: Read[] = equipment.flatMap(e => {
    const line = plaza.lines.get(e.channel)!
    return e.points
      .filter(p => wanted.has(p.id))
      .map(point => ({ point, equipment: e.id, everyS: everyS(point), now: readerOf(line, point, plaza.now) }))
  })
  const byPace = [...Map.groupBy(reads, r => r.everyS)]
  const silentSince = new Map<string, number>()
  const lateOnce = new Set<string>()
  const keyOf = new Map(site.equipment.map(e => [e.id, [e.channel, `${e.channel} ${e.unit}`] as const]))
  let lookedS = -1
  const look = () => {
    const now = clock.now()
    const news: Sample[] = []
    const put = (sample: Sample) => {
      const had = latest.get(sample.point)
      if (!steady.has(sample.point) && had && had.value === sample.value && had.reason === sample.reason) return
      latest.set(sample.point, sample)
      news.push(sample)
    }
    const away = new Set<string>()
    const garbled = new Set<string>()
    for (const [id, keys] of keyOf) {
      const how = keys.map(key => silent.get(key)).find(Boolean)
      if (how === 'silent' || (how === 'late' && !lateOnce.has(id))) away.add(id)
      if (how === 'garbled') garbled.add(id)
      if (how === 'late') lateOnce.add(id)
      if (!how) lateOnce.delete(id)
    }
    const speechless = new Set<string>()
    const speaking = new Set<string>()
    const second = Math.round((now - began) / 1000)
    const troubled = away.size > 0 || garbled.size > 0
    for (const [everyS, list] of byPace) {
      const due = Math.floor(second / everyS) > Math.floor(lookedS / everyS)
      if (!due && !troubled) continue
      for (const { point, equipment, now: read } of list) {
        const gone = away.has(equipment)
        const nonsense = garbled.has(equipment)
        if (gone || nonsense) put(bad(point.id, gone ? 'timeout' : 'undecodable', now))
        else if (due) put(read())
      }
    }
    lookedS = second
    for (const { point, equipment } of reads) {
      const { quality, reason } = latest.get(point.id)!
      if (quality === 'bad' && (reason === 'timeout' || reason === 'offline')) speechless.add(equipment)
      else speaking.add(equipment)
    }
    for (const { id } of equipment) {
      const mute = away.has(id) || (speechless.has(id) && !speaking.has(id))
      if (!mute) silentSince.delete(id)
      else if (!silentSince.has(id)) silentSince.set(id, now)
      const since = silentSince.get(id)
      const value = since === undefined || now - since < SILENT_S * 1000
      put({ point: onlineId(id), at: now, seen: now, quality: 'good', value })
    }
    if (news.length > 0) alarms.samples([...lines.take(news), ...news])
  }
  const isSeen = ({ point, is }: Seen) => {
    const { quality, value } = latest.get(point) ?? { quality: 'bad', value: null }
    if (is === 'bad') return quality === 'bad'
    if ('equals' in is) return value === is.equals
    return typeof value === 'number' && ('above' in is ? value > is.above : value < is.below)
  }
  let next = 0
  const allSeen = () => {
    while (next < scenario.sees.length && isSeen(scenario.sees[next]!)) next++
    return next === scenario.sees.length
  }
  const pass = async (seconds: number, until: () => boolean = () => false) => {
    for (let s = 0; s < seconds && !until(); s++) {
      plaza.pass(1)
      await clock.pass(1000)
      if (s % LOOK_S === LOOK_S - 1) look()
    }
  }
  look()
  // What stands on a usual day is not the scenario's.
  await clock.pass(USUAL_S * 1000)
  const usual = new Set(told.map(one => one.what))
  told.length = 0
  const before = orders.list('open', 10_000).length
  const start = clock.now()

  runner.start(scenario.id)
  const lastS = Math.max(...scenario.sees.map(seen => seen.byS))
  await pass(lastS, allSeen)
  if (!allSeen()) troubles.push(`${scenario.sees[next]!.point} was not seen`)
  await pass(forS)
  troubles.push(...(runner.progress(scenario.id)?.troubles ?? []))
  const offset = (start - began) / 1000
  const result = {
    alarms: told.map(one => ({ ...one, atS: one.atS - offset, child: children.has(one.what) })),
    runbooks: runs
      .list('all', 100)
      .toReversed()
      .map(run => ({ id: run.book.id, dangers: run.dangers })),
    orders: orders
      .list('all', 10_000)
      .toReversed()
      .slice(before)
      .map(o => ({
        of: o.alarm!.replace(':', ' ').replace(':', '/'),
        class: o.class,
        arriveMin: (o.arriveBy - o.openedAt) / 60_000,
        restoreH: (o.restoreBy - o.openedAt) / 3_600_000,
      })),
  }
  await runner.end(scenario.id)
  const standing = () =>
    stored
      .open()
      .filter(a => a.active && a.severity !== 'journal' && !usual.has(`${a.rule} ${a.point}`))
      .map(a => `${a.rule} ${a.point}`)
  await pass(recoverS, () => standing().length === 0)
  const left = standing()
  alarms.stop()
  stopRunbooks()
  db.close()
  return { ...result, left, troubles }
}

/** Long enough for the delays of what stands every day; the building stands still meanwhile. */
const USUAL_S = 90

/** At the pace of the site; what a device publishes by itself comes as soon as it says it. */
const everyS = (point: Point): number =>
  'topic' in Object(point.address) ? 2 : Math.max(1, Math.round(point.scanMs / 1000))

/** When the values of a device were last held still: once a moment is enough for its bits. */
const begun = new WeakMap<ModbusDevice, number>()

type TextLine = Extract<LineSpec, { protocol: 'text' }>
const tables = new WeakMap<TextLine, ReturnType<typeof createTable>>()
/** What the lines of a printer port have said so far: one paper for all points that are read from it. */
function tableOf(line: TextLine, now: () => number) {
  const known = tables.get(line)
  if (known) return known
  const table = createTable()
  const said = grammarOf(grammar, 512)
  table.connected()
  line.connect(text => {
    const parsed = said.parse(text)
    if (parsed) table.line(parsed, text, now())
  })
  tables.set(line, table)
  return table
}

function readerOf(line: LineSpec, point: Point, now: () => number): () => Sample {
  if (line.protocol === 'mqtt') {
    // As the driver: whoever says nothing that can be read is overdue in the end.
    const { expectS = Number.POSITIVE_INFINITY } = point.address as MqttAddress
    let nonsenseSince: number | null = null
    return () => {
      const sample = readMqtt(line.messages, point, now())
      nonsenseSince = sample.reason === 'undecodable' ? (nonsenseSince ?? now()) : null
      return nonsenseSince !== null && now() - nonsenseSince >= expectS * 1000
        ? bad(point.id, 'timeout', now())
        : sample
    }
  }
  if ('units' in line) {
    const register = point.address as Register
    const device: ModbusDevice = line.units.get(register.unit)!
    const pdu = pduOf(readRequest(register.unit, register.table, register.address, sizeOf(register)))
    if (register.type === 'bool' && register.table !== 'input' && register.table !== 'holding')
      return () => {
        if (begun.get(device) !== now()) device.begin?.(register.table, register.address, 1)
        begun.set(device, now())
        return judge(point, device.read(register.table, register.address) === 1, now())
      }
    const decode = decoderOf(register)
    return () => {
      const said = answer(device, pdu)
      return judge(point, said[0]! & 0x80 ? undefined : decode(said.subarray(2), 0), now())
    }
  }
  if (line.protocol === 'text') {
    const table = tableOf(line, now)
    table.know([point])
    return () => table.sampleOf(point, now())
  }
  const { node } = point.address as NodeAddress
  const name = /^ns=1;s=(.+)$/.exec(node ?? '')?.[1]
  const found = line.nodes.find(each => each.id === name)!
  return () => judge(point, found.read(), now())
}
