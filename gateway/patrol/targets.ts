import type { PointId, Sample } from '../../drivers/point.ts'
import { agrees } from '../../rules/orderwork.ts'
import { goesTogether } from '../../rules/patrol/figures.ts'
import { AFTER_MS, type Candidate, EARLY_MS, type Judged, judgeVisit, type NewVisit } from '../../rules/patrol/judge.ts'
import { watchNo, watchOrigin } from '../../rules/patrol/watch.ts'
import type { RoundPlan } from '../../rules/patrol/words.ts'
import type { PatrolRecords, Scan } from '../records/patrol.ts'
import type { PatrolTags } from '../records/patroltags.ts'
import type { Route } from '../site/placeschema.ts'
import type { Site } from '../site/site.ts'
import { tagKey } from './schema.ts'

/** Further back nothing says whether somebody was too quick. */
const LOOK_BACK_MS = 3 * 3_600_000
/** Another device with the same way may be behind this one. */
const BESIDE_MS = 60_000
/** A value of the plant proves nothing of another time. */
const VALUE_MS = 5 * 60_000

export type Point = Route['checkpoints'][number]
export interface Target {
  readonly route: Route
  readonly point: Point
}
interface Said {
  readonly tag?: string | undefined
  readonly checkpoint?: string | undefined
  readonly reader?: string | undefined
}

/**
 * The points that a record may be of. A tag that took the place of another stands for it; one that was taken down is no
 * point's any more.
 */
export function targetsOf(
  site: Site,
  tags: Pick<PatrolTags, 'one' | 'originOf'>,
  { tag, checkpoint, reader }: Said,
): Target[] {
  const all = (is: (route: Route, c: Point) => boolean): Target[] =>
    site.routes.flatMap(route => route.checkpoints.filter(c => is(route, c)).map(point => ({ route, point })))
  if (reader !== undefined) return all((_, c) => c.kind === 'reader' && c.reader === reader)
  if (tag === undefined || tag === '') return all((route, c) => `${route.id}/${c.id}` === checkpoint)
  if (isGone(tags, tag)) return []
  const places = site.patrol.byTag.get(tagKey(tags.originOf(tagKey(tag)))) ?? []
  return places.flatMap(({ route, checkpoint: id }) =>
    route.checkpoints.filter(c => c.id === id).map(point => ({ route, point })),
  )
}
/** Whether a tag was taken down. */
export function isGone(tags: Pick<PatrolTags, 'one'>, tag: string): boolean {
  const state = tags.one(tagKey(tag))?.state
  return state === 'replaced' || state === 'retired'
}

/** The same points on the rounds of isolated zones, and a zone that has no point of its own. */
export function watchTargets(watch: readonly Route[], found: readonly Target[], { checkpoint }: Said): Target[] {
  const own = new Set(found.map(f => placeKey(f.route.id, f.point)))
  return watch.flatMap(route =>
    route.checkpoints
      .filter(point => {
        const from = watchOrigin(point.id)
        if (from.route === null) return `${route.id}/${point.id}` === checkpoint
        return own.has(placeKey(from.route, point)) || `${route.id}/${point.id}` === checkpoint
      })
      .map(point => ({ route, point })),
  )
}
/** The same tag or reader on two routes is one place. */
const placeKey = (route: string, point: Point): string =>
  'tag' in point
    ? `tag ${tagKey(point.tag)}`
    : point.kind === 'reader'
      ? `reader ${point.reader}`
      : `${route} ${point.point}`

export interface JudgeDeps {
  readonly records: PatrolRecords
  readonly tags: Pick<PatrolTags, 'travel'>
}
/** A visit held against the rounds and visits that are known. */
export function judge(
  { records, tags }: JudgeDeps,
  { route, point }: Target,
  visit: Omit<NewVisit, 'checkpoint'>,
  tag: string | undefined,
  deviceKnown: boolean,
  people: readonly string[] | null,
): Judged {
  const near = records
    .near(visit.at, EARLY_MS, AFTER_MS)
    .filter(r => r.route === route.id && r.points.includes(point.id))
  const rounds = near.map((r): Candidate => {
    const had = records.pointsOf(r.id).find(p => p.checkpoint === point.id)
    // Nothing comes into a round that is sealed.
    return { ...r, filled: r.seal !== null || (had !== undefined && !had.verdicts.includes('missed')) }
  })
  const origin = watchNo(route.id) === null ? null : watchOrigin(point.id)
  const isHere = (s: Scan): boolean =>
    s.route === route.id
      ? s.checkpoint === point.id
      : (s.tag !== '' && s.tag === tag) || (s.route === origin?.route && s.checkpoint === origin?.checkpoint)
  const visits = records
    .between(visit.at - LOOK_BACK_MS, visit.at)
    .filter(s => s.valid && s.route !== null && s.checkpoint !== null && s.method !== 'broken')
    .map(s => {
      const checkpoint = isHere(s) ? point.id : s.route === route.id ? s.checkpoint! : `${s.route}/${s.checkpoint}`
      return { at: s.at, checkpoint, device: s.device, person: s.person, route: s.route! }
    })
  const specs = new Map(near.map(r => [r.id, JSON.parse(r.spec) as RoundPlan]))
  const asked = { ...visit, checkpoint: point.id }
  const travel = (from: string): number | null => tags.travel(route.id, from, point.id)
  return judgeVisit(route, id => specs.get(id)!, asked, { rounds, visits, deviceKnown, people, travel })
}

/** Whether another device was at the same points at the same times as this one in the last hours. */
export function isTogether(
  records: PatrolRecords,
  route: string,
  checkpoint: string,
  device: string,
  at: number,
): boolean {
  const visits = records
    .between(at - LOOK_BACK_MS, at + BESIDE_MS)
    .flatMap(s => (s.route === null || s.checkpoint === null || s.method === 'door' ? [] : [s]))
    .map(s => ({ at: s.at, route: s.route!, checkpoint: s.checkpoint!, device: s.device }))
  return goesTogether({ at, route, checkpoint, device }, visits)
}

export const agreesWithPlant = (sample: Sample | undefined, said: string, at: number): boolean =>
  sample?.quality === 'good' &&
  typeof sample.value === 'number' &&
  Math.abs(sample.at - at) < VALUE_MS &&
  agrees(said, sample.value)
export const pointOf = (point: Point): PointId | null => (point.kind === 'value' ? (point.point as PointId) : null)
