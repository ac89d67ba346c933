import type { PointId, Sample } from '../drivers/point.ts'
import type { Role } from '../rules/flow.ts'
import { roles } from '../rules/flow.ts'
import { agrees } from '../rules/orderwork.ts'
import { dock, type Flag } from '../rules/patrol/dock.ts'
import { type ItemSeen, itemFails } from '../rules/patrol/flame.ts'
import { AFTER_MS, type Candidate, EARLY_MS, type Judged, judgeVisit, type NewVisit } from '../rules/patrol/judge.ts'
import { type Method, type RoundPlan, RULE_VERSION, trustOf, type Verdict } from '../rules/patrol/words.ts'
import type { Clock } from './core/clock.ts'
import { fail } from './core/errors.ts'
import type { Actor } from './core/events.ts'
import { tagKey } from './patrolschema.ts'
import type { Route } from './placeschema.ts'
import type { PatrolRecords, Scan } from './records/patrol.ts'
import type { Note, Trail } from './records/trail.ts'
import type { Workorders } from './records/workorders.ts'
import type { Site } from './site.ts'

/** Further back nothing says whether somebody was too quick. */
const LOOK_BACK_MS = 3 * 3_600_000
/** A value of the plant proves nothing of another time. */
const VALUE_MS = 5 * 60_000

export interface SentRecord {
  readonly n: number
  /** By the clock of the device, ms. */
  readonly at: number
  readonly tag?: string | undefined
  /** `<route>/<checkpoint>`, where no tag says it. */
  readonly checkpoint?: string | undefined
  /** As the device names him; else whoever sends. */
  readonly person?: string | undefined
  readonly method: Method
  readonly items: readonly ItemSeen[]
  readonly photos: readonly string[]
  readonly note: string
  /** The value that was read off. */
  readonly said: string
}
export interface SentBatch {
  readonly device: string
  readonly batch: string
  /** What its clock shows now, ms. */
  readonly clock: number
  readonly records: readonly SentRecord[]
  /** The gateway's own reading: its numbers are those of the doors, and none is missing. */
  readonly own?: boolean
}
export interface TakenRecord {
  readonly n: number
  /** before: it is here already; other: another record has this number. */
  readonly result: 'taken' | 'before' | 'other'
  readonly scan: Scan
}
interface TakeDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly records: PatrolRecords
  readonly workorders: Workorders
  readonly permitHere: (space: string, at: number) => boolean | null
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
}
type Point = Route['checkpoints'][number]
interface Target {
  readonly route: Route
  readonly point: Point
}

/** Phones are known by whoever is signed in on them. */
export const isPhone = (device: string): boolean => device.startsWith('phone-')

/** Everything that a device sends at once, in one transaction: what is here already changes nothing. */
export function takeBatch(deps: TakeDeps, batch: SentBatch, actor: Actor): TakenRecord[] {
  const { records, clock } = deps
  const running = deps.running() ?? fail('not-found', { what: 'site' })
  const now = clock.now()
  const had = records.device(batch.device)
  const known = new Map(batch.records.map(r => [r.n, records.scanOf(batch.device, r.n)]))
  const fresh = batch.records.filter(r => !known.get(r.n)).map(r => ({ ...r, deviceAt: r.at }))
  const docked = dock(had, batch.clock, fresh, now)
  const taken = new Map<number, Scan>()
  if (fresh.length > 0)
    deps.trail.change(actor, note => {
      for (const { record, at, offsetMs, flags } of docked.records) {
        const said = batch.own ? flags.filter(f => f !== 'gap_before') : flags
        const facts = { at, receivedAt: now, deviceAt: record.at, offsetMs, flags: said, batch: batch.batch }
        taken.set(record.n, takeOne(deps, running, note, batch, record, facts, actor))
      }
      if (!batch.own) records.putDevice(note, batch.device, docked.device, docked.newGaps, now)
    })
  return batch.records.map((r): TakenRecord => {
    const before = known.get(r.n)
    if (!before) return { n: r.n, result: 'taken', scan: taken.get(r.n)! }
    const same = before.deviceAt === r.at && before.method === r.method && before.tag === (r.tag ?? '')
    return { n: r.n, result: same ? 'before' : 'other', scan: before }
  })
}

type Facts = Pick<Scan, 'at' | 'receivedAt' | 'deviceAt' | 'offsetMs' | 'batch'> & { readonly flags: readonly Flag[] }
function takeOne(
  deps: TakeDeps,
  running: NonNullable<ReturnType<TakeDeps['running']>>,
  note: Note,
  batch: SentBatch,
  record: SentRecord,
  facts: Facts,
  actor: Actor,
): Scan {
  const { records } = deps
  const { site } = running
  const { method, items, photos, said } = record
  const device = site.patrol.devices.get(batch.device)
  const person = record.person ?? actor.name
  const head = {
    ...{ ...facts, device: batch.device, n: record.n, person, tag: record.tag ?? '', method, items, photos, said },
    ...{ note: record.note, ruleVersion: RULE_VERSION },
  }
  const targets = targetsOf(site, record)
  if (targets.length === 0) {
    const verdicts: readonly Verdict[] = ['unknown_tag']
    const nowhere = { route: null, checkpoint: null, round: null, valid: false, trust: 'typed' as const, failed: [] }
    return records.addScan(note, { ...head, ...nowhere, verdicts })
  }
  // Whatever name a phone says: it is the role of whoever is signed in on it that may walk this route.
  const by = isRole(actor.role) && !batch.own && isPhone(batch.device) ? actor.role : null
  const visit = { at: facts.at, device: batch.device, person, role: by, method }
  const deviceKnown = batch.own === true || isPhone(batch.device) || device !== undefined
  // A tag may belong to several routes: the one that waits for it.
  const judged = targets.map(t => ({ ...t, ...judge(records, t, visit, record, deviceKnown, device?.people ?? null) }))
  const best = judged.find(j => j.fills) ?? judged.find(j => j.round !== null) ?? judged[0]!
  const { route, point, round, verdicts, fills } = best
  const proven = point.kind !== 'value' || agreesWithPlant(running.get(point.point as PointId), said, facts.at)
  const trust = trustOf(point.kind, method, proven)
  const flags = proven || method !== 'value' ? facts.flags : [...facts.flags, 'unproven' as const]
  const failed = opened(deps, note, route, point, record, facts.at)
  const valid = !verdicts.some(v => v === 'duplicate' || v === 'wrong_person' || v === 'wrong_device')
  const stored = { route: route.id, checkpoint: point.id, round, valid, trust, verdicts, failed }
  const scan = records.addScan(note, { ...head, flags, ...stored })
  if (fills && round !== null) {
    const reason = method === 'broken' ? 'broken' : ''
    records.fill(note, { round, checkpoint: point.id, scan: scan.id, at: facts.at, verdicts, reason, by: person })
  }
  return scan
}

const isRole = (role: string): role is Role => (roles as readonly string[]).includes(role)

function targetsOf(site: Site, { tag, checkpoint }: SentRecord): Target[] {
  if (tag !== undefined && tag !== '')
    return (site.patrol.byTag.get(tagKey(tag)) ?? []).flatMap(({ route, checkpoint: id }) =>
      route.checkpoints.filter(c => c.id === id).map(point => ({ route, point })),
    )
  return site.routes.flatMap(route =>
    route.checkpoints.filter(c => `${route.id}/${c.id}` === checkpoint).map(point => ({ route, point })),
  )
}

function judge(
  records: PatrolRecords,
  { route, point }: Target,
  visit: Omit<NewVisit, 'checkpoint'>,
  record: SentRecord,
  deviceKnown: boolean,
  people: readonly string[] | null,
): Judged {
  const near = records
    .near(visit.at, EARLY_MS, AFTER_MS)
    .filter(r => r.route === route.id && r.points.includes(point.id))
  const rounds = near.map((r): Candidate => {
    const had = records.pointsOf(r.id).find(p => p.checkpoint === point.id)
    return { ...r, filled: had !== undefined && !had.verdicts.includes('missed') }
  })
  const visits = records
    .between(visit.at - LOOK_BACK_MS, visit.at)
    .filter(s => s.valid && s.route !== null && s.checkpoint !== null && s.method !== 'broken')
    .map(s => {
      const same = s.route === route.id ? s.checkpoint === point.id : s.tag !== '' && s.tag === record.tag
      const checkpoint = same ? point.id : s.route === route.id ? s.checkpoint! : `${s.route}/${s.checkpoint}`
      return { at: s.at, checkpoint, device: s.device, person: s.person, route: s.route! }
    })
  const specs = new Map(near.map(r => [r.id, JSON.parse(r.spec) as RoundPlan]))
  const asked = { ...visit, checkpoint: point.id }
  return judgeVisit(route, id => specs.get(id)!, asked, { rounds, visits, deviceKnown, people })
}

const agreesWithPlant = (sample: Sample | undefined, said: string, at: number): boolean =>
  sample?.quality === 'good' &&
  typeof sample.value === 'number' &&
  Math.abs(sample.at - at) < VALUE_MS &&
  agrees(said, sample.value)

/** What failed at a point, and a tag that is broken, open an order each; the same of the same thing is one order. */
function opened(
  deps: TakeDeps,
  note: Note,
  route: Route,
  point: Point,
  record: SentRecord,
  at: number,
): Scan['failed'] {
  const order = (key: string, item: string, zh: string, en: string, urgent: boolean, equipment: string | null) => {
    const made = deps.workorders.openFor(
      note,
      {
        ...{ alarm: null, severity: null, equipment, space: point.space, origin: 'check', key: `p:${key}` },
        text: { 'zh-CN': zh.slice(0, 200), en: en.slice(0, 200) },
        class: urgent ? 'urgent' : 'general',
      },
      deps.clock.now(),
    )
    return { item, order: made.no }
  }
  const failed: { item: string; order: string }[] = []
  if (record.method === 'broken') {
    const name = point.name ?? { 'zh-CN': point.id, en: point.id }
    const [zh, en] = [`巡更点标签损坏：${name['zh-CN']}`, `Tag of a patrol point is broken: ${name.en}`]
    failed.push(order(`${route.id}/${point.id}:tag`, 'tag', zh, en, false, null))
  }
  for (const seen of record.items) {
    const item = point.items.find(i => i.id === seen.id)
    const permit = item?.flame ? deps.permitHere(point.space, at) : null
    if (!item || !itemFails(item.flame === true, seen, permit)) continue
    const [zh, en] = item.flame
      ? ['巡更发现无证动火', 'Patrol: open flame without a permit']
      : [`巡更发现不合格：${item.text['zh-CN']}`, `Patrol, not in order: ${item.text.en}`]
    const more = seen.note === '' ? '' : ` (${seen.note})`
    const about = item.equipment ?? point.space
    failed.push(
      order(`${about}:${item.id}`, item.id, zh + more, en + more, item.flame === true, item.equipment ?? null),
    )
  }
  return failed
}
