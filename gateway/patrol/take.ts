import type { PointId, Sample } from '../../drivers/point.ts'
import type { Role } from '../../rules/flow.ts'
import { roles } from '../../rules/flow.ts'
import { challengeOf } from '../../rules/patrol/challenge.ts'
import { dock, type Flag } from '../../rules/patrol/dock.ts'
import type { ItemSeen } from '../../rules/patrol/flame.ts'
import { isFromTag } from '../../rules/patrol/tag.ts'
import { isPhone, type Method, RULE_VERSION, trustOf, type Verdict } from '../../rules/patrol/words.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { PatrolRecords, Scan } from '../records/patrol.ts'
import type { PatrolReviews } from '../records/patrolreview.ts'
import type { PatrolTags } from '../records/patroltags.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import type { Route } from '../site/placeschema.ts'
import type { Site } from '../site/site.ts'
import { opened } from './orders.ts'
import { tagKey } from './schema.ts'
import { agreesWithPlant, isGone, isTogether, judge, pointOf, targetsOf, watchTargets } from './targets.ts'

export interface SentRecord {
  readonly n: number
  /** By the clock of the device, ms. */
  readonly at: number
  readonly tag?: string | undefined
  /** `<route>/<checkpoint>`, where no tag says it. */
  readonly checkpoint?: string | undefined
  /** Of a badge that was held to a reader: at which. */
  readonly reader?: string | undefined
  /** As the device names him; else whoever sends. "": nobody knows. */
  readonly person?: string | undefined
  readonly method: Method
  readonly items: readonly ItemSeen[]
  readonly photos: readonly string[]
  readonly note: string
  /** The value that was read off; of `tamper` what happened. */
  readonly said: string
}
export interface SentBatch {
  readonly device: string
  readonly batch: string
  /** What its clock shows now, ms. */
  readonly clock: number
  readonly records: readonly SentRecord[]
  /** `doors`: numbers are those of the doors, and none is missing. `reader`: a reader on the wall, known by its equipment. */
  readonly own?: 'doors' | 'reader'
  /** Whether a signature of its device is under it. */
  readonly signed?: boolean
}
export interface TakenRecord {
  readonly n: number
  /** before: it is here already; other: another record has this number. */
  readonly result: 'taken' | 'before' | 'other'
  readonly scan: Scan
}
export interface TakeDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly records: PatrolRecords
  readonly tags: PatrolTags
  readonly reviews: PatrolReviews
  readonly workorders: Workorders
  /** What challenges are drawn from. */
  readonly seed: string
  /** Routes of zones whose detectors are isolated now. */
  readonly watch: (site: Site) => readonly Route[]
  readonly permitHere: (space: string, at: number) => boolean | null
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
}

/** Everything that a device sends at once, in one transaction: what is here already changes nothing. */
export function takeBatch(deps: TakeDeps, batch: SentBatch, actor: Actor): TakenRecord[] {
  const { records, clock } = deps
  const running = deps.running() ?? fail('not-found', { what: 'site' })
  const now = clock.now()
  const known = new Map(batch.records.map(r => [r.n, records.scanOf(batch.device, r.n)]))
  const fresh = batch.records.filter(r => !known.get(r.n)).map(r => ({ ...r, deviceAt: r.at }))
  const state = records.device(batch.device)
  // A reader that has hung there for years begins with the oldest reading that it still knows.
  const begins = batch.own === 'reader' && state.dock === null && fresh.length > 0
  const had = begins ? { ...state, upTo: Math.min(...fresh.map(r => r.n)) - 1 } : state
  const docked = dock(had, batch.clock, fresh, now)
  const taken = new Map<number, Scan>()
  if (fresh.length > 0)
    deps.trail.change(actor, note => {
      for (const { record, at, offsetMs, flags } of docked.records) {
        const said = batch.own === 'doors' ? flags.filter(f => f !== 'gap_before') : flags
        const facts = { at, receivedAt: now, deviceAt: record.at, offsetMs, flags: said, batch: batch.batch }
        taken.set(record.n, takeOne(deps, running, note, batch, record, facts, actor))
      }
      const told = docked.records.flatMap(({ record, at }) =>
        record.method === 'tamper' ? [{ at, said: record.said }] : [],
      )
      const device = { ...docked.device, tampers: [...(docked.device.tampers ?? []), ...told].slice(-50) }
      if (batch.own !== 'doors') records.putDevice(note, batch.device, device, docked.newGaps, now)
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
  const { records, tags } = deps
  const { site } = running
  const { method, items, photos, said } = record
  const device = site.patrol.devices.get(batch.device)
  const person = record.person ?? actor.name
  const byPhone = batch.own === undefined && isPhone(batch.device)
  const unsigned = batch.own === undefined && !byPhone && batch.signed !== true
  const isOpened = (records.device(batch.device).tampers ?? []).length > 0 || method === 'tamper'
  const flags: Flag[] = [
    ...facts.flags,
    ...(unsigned ? (['unsigned'] as const) : []),
    ...(isOpened ? (['tampered'] as const) : []),
  ]
  const head = {
    ...{ ...facts, device: batch.device, n: record.n, person, tag: record.tag ?? '', method, items, photos, said },
    ...{ note: record.note, ruleVersion: RULE_VERSION, sentBy: actor.name },
  }
  const nowhere = { route: null, checkpoint: null, round: null, valid: false, trust: 'typed' as const, failed: [] }
  if (method === 'tamper') return records.addScan(note, { ...head, ...nowhere, flags, verdicts: [] })
  const found = targetsOf(site, tags, record)
  const watched = watchTargets(deps.watch(site), found, record)
  if (found.length + watched.length === 0) {
    const verdicts: readonly Verdict[] = ['unknown_tag']
    const gone = record.tag !== undefined && isGone(tags, record.tag)
    return records.addScan(note, { ...head, ...nowhere, flags: gone ? [...flags, 'tag_gone'] : flags, verdicts })
  }
  // Whatever name a phone says: it is the role of whoever is signed in on it that may walk this route.
  const by = isRole(actor.role) && byPhone ? actor.role : null
  const visit = { at: facts.at, device: batch.device, person, role: by, method }
  const deviceKnown = batch.own !== undefined || byPhone || device !== undefined
  // A badge that nobody holds was nobody's visit.
  const people = batch.own === 'reader' && person === '' ? [] : (device?.people ?? null)
  const judgeAll = (list: typeof found) =>
    list.map(t => ({ ...t, ...judge(deps, t, visit, record.tag, deviceKnown, people) }))
  // A tag may belong to several routes: the one that waits for it.
  const judged = judgeAll(found)
  const watches = judgeAll(watched)
  const primary = judged.find(j => j.fills) ?? judged.find(j => j.round !== null) ?? judged[0] ?? watches[0]!
  // Of no round of the site, but of one of an isolated zone.
  const beside = primary.round === null ? watches.find(w => w.fills) : undefined
  const { route, point } = primary
  const { verdicts, doubt } = beside ?? primary
  const sealed = primary.round !== null && records.one(primary.round).seal !== null
  const round = beside?.round ?? (sealed ? null : primary.round)
  const value = pointOf(point)
  const agreed = value === null || agreesWithPlant(running.get(value), said, facts.at)
  const asked =
    method === 'qr' &&
    round !== null &&
    byPhone &&
    photos.length === 0 &&
    challengeOf(deps.seed, round, point.id) !== null
  const uid = currentTag(tags, record.tag || ('tag' in point ? point.tag : undefined))
  const doubted = uid !== null && tags.one(uid)?.state === 'suspect'
  const trust = trustOf(point.kind, method, agreed && !asked, !unsigned && !doubted)
  if (!agreed && method === 'value') flags.push('unproven')
  if (asked) flags.push('challenge_missed')
  if (doubted && isFromTag(method)) flags.push('tag_suspect')
  if (sealed) flags.push('after_seal')
  if (method !== 'broken' && batch.own === undefined && isTogether(records, route.id, point.id, batch.device, facts.at))
    flags.push('together')
  const failed = opened(deps, note, route, point, record, facts.at)
  const valid = !verdicts.some(v => v === 'duplicate' || v === 'wrong_person' || v === 'wrong_device')
  const stored = { route: route.id, checkpoint: point.id, round, valid, trust, verdicts, failed }
  const scan = records.addScan(note, { ...head, flags, ...stored })
  const reason = method === 'broken' ? 'broken' : ''
  for (const one of primary.fills && !watches.includes(primary) ? [primary, ...watches] : watches)
    if (one.fills && one.round !== null) {
      const filled = { round: one.round, checkpoint: one.point.id, scan: scan.id, at: facts.at, verdicts: one.verdicts }
      records.fill(note, { ...filled, reason, by: person })
    }
  // Only one who may be there says something against a tag: else anybody with a number could have it doubted.
  if (doubt !== null && uid !== null && (method === 'broken' || (valid && isFromTag(method))))
    tags.doubt(note, uid, doubt, scan.id, deps.clock.now())
  if (sealed) {
    const words = `${batch.device} ${record.n}: ${person}, ${point.id}, ${new Date(facts.at).toISOString()}`
    deps.reviews.remark(note, primary.round!, { at: deps.clock.now(), by: GATEWAY.name, text: words })
  }
  return scan
}

/** The tag that hangs where this one is named; null: none, or it was taken down. */
const currentTag = (tags: PatrolTags, tag: string | undefined): string | null =>
  tag === undefined || tag === '' ? null : tags.nowAt(tagKey(tag))
const isRole = (role: string): role is Role => (roles as readonly string[]).includes(role)
