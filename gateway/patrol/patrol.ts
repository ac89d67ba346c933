import type { Readings } from '../../drivers/batch.ts'
import type { PointId, Sample } from '../../drivers/point.ts'
import { addDays, dayOf } from '../../rules/calendar.ts'
import {
  patrolPoint,
  patrolTampered,
  patrolRecords as recordsPoint,
  patrolTags as tagsPoint,
} from '../../rules/patrol/alarm.ts'
import { daysToMake, dayText, roundsOfDay } from '../../rules/patrol/plan.ts'
import { missingOf, roundState } from '../../rules/patrol/round.ts'
import type { SignedBatch } from '../../rules/patrol/signed.ts'
import { hasPatrols, type Impaired, watchNo, watchPlan, watchRounds, watchRouteId } from '../../rules/patrol/watch.ts'
import type { Clock } from '../core/clock.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import { openCursor } from '../records/cursor.ts'
import type { Db } from '../records/db.ts'
import { patrolRecords, type StoredRound } from '../records/patrol.ts'
import { patrolReviews } from '../records/patrolreview.ts'
import { patrolTags } from '../records/patroltags.ts'
import type { Trail } from '../records/trail.ts'
import type { Workorders } from '../records/workorders.ts'
import type { Route } from '../site/placeschema.ts'
import type { Site } from '../site/site.ts'
import { patrolReaders } from './readers.ts'
import { patrolReviewing } from './review.ts'
import { tagKey } from './schema.ts'
import { isSignedBy } from './sign.ts'
import { type SentBatch, type TakenRecord, takeBatch } from './take.ts'
import { spaceOfPoint, watchRoute } from './watch.ts'

const LOOK_EVERY_MS = 5000
const SAY_AGAIN_MS = 30_000
const DAY_MS = 86_400_000
/** So long a point that was missed stands as an alarm when nobody comes and nobody says why. */
const STANDS_MS = 7 * DAY_MS

export interface PatrolDeps {
  readonly db: Db
  readonly clock: Clock
  readonly trail: Trail
  readonly workorders: Workorders
  /** What the rounds of chance are drawn from; nobody but the gateway knows it. */
  readonly seed: string
  /** What runs now; null: no site. */
  readonly running: () => {
    readonly site: Site
    readonly get: (point: PointId) => Sample | undefined
    readonly tell: (samples: readonly Sample[]) => void
  } | null
  /** Whether the clock can be believed: one far ahead would make everything missing. */
  readonly safe: () => boolean
  /** Whether there is a permit for hot work at this place and time; null: nobody knows. */
  readonly permitHere: (space: string, at: number) => boolean | null
  /** Zones whose detectors are isolated by a permit now. */
  readonly impaired: () => readonly Impaired[]
  /** Who holds a badge; null: nobody. */
  readonly badgeOf: (uid: string) => string | null
  readonly failed: (error: unknown) => void
}
export type Patrol = ReturnType<typeof openPatrol>

/**
 * Patrols: rounds are there a day ahead, what devices have read is judged once, and what nobody has visited when its time is
 * over is missing, whether or not anybody ever comes.
 */
export function openPatrol(deps: PatrolDeps) {
  const { db, clock, trail } = deps
  const records = patrolRecords(db)
  const reviews = patrolReviews(db)
  const tags = patrolTags(db)
  const doors = openCursor(db, 'patrol doors')
  /** For which site and day the rounds are there. */
  let made: { readonly site: Site; readonly day: string } | null = null
  let told: { readonly site: Site; readonly values: Map<PointId, { value: boolean; at: number }> } | null = null

  /** Rounds of yesterday to tomorrow; those of a plan that was changed are made anew unless they have begun. */
  function plan(site: Site, now: number): void {
    const today = dayOf(now, site.timezone)
    const day = dayText(today)
    if (made?.site === site && made.day === day) return
    const specs = new Map(site.routes.map(r => [r.id, r.rounds.map(p => JSON.stringify(p))]))
    const pointsOf = new Map(site.routes.map(r => [r.id, r.checkpoints.map(c => c.id)]))
    const gone = records
      .ahead(now)
      .filter(r => watchNo(r.route) === null)
      .filter(r => specs.get(r.route)?.[r.plan] !== r.spec || String(pointsOf.get(r.route)) !== String(r.points))
    const wanted = site.routes.map(route => {
      const last = records.lastDay(route.id)
      const days = new Map([
        ...daysToMake(last, now, site.timezone).map(d => [dayText(d), d] as const),
        ...[-1, 0, 1].map(n => addDays(today, n)).map(d => [dayText(d), d] as const),
      ])
      const rounds = [...days.values()]
        .flatMap(d => roundsOfDay(route, d, site.timezone, deps.seed))
        // The first day of a route makes nobody late for what was before it.
        .filter(r => r.from > now || (last !== null && r.day > last))
        .map(r => ({ ...r, points: pointsOf.get(route.id)!, spec: specs.get(route.id)![r.plan]! }))
      return { route: route.id, rounds }
    })
    trail.change(GATEWAY, note => {
      for (const { id } of gone) records.drop(id)
      for (const { route, rounds } of wanted) {
        const n = records.plan(rounds)
        if (n > 0) note('round', route, 'planned', { rounds: n, upTo: rounds.at(-1)!.day })
      }
      if (gone.length > 0) note('round', 'plans', 'changed', { dropped: gone.length })
    })
    made = { site, day }
  }

  const watched = (site: Site): Route[] => deps.impaired().map(i => watchRoute(site, i))
  /** Rounds of zones whose detectors are isolated: made as time goes on, and ended with the isolation. */
  function planWatch(site: Site, now: number): void {
    const zones = deps.impaired()
    const wanted = zones.map(zone => {
      const points = watchRoute(site, zone).checkpoints.map(c => c.id)
      const spec = JSON.stringify(watchPlan)
      const rounds = watchRounds(zone, site.timezone, now).filter(r => !records.has(r.id))
      return { ...zone, rounds: rounds.map(r => ({ ...r, points, spec })) }
    })
    const on = new Set(zones.map(z => watchRouteId(z.no)))
    const over = records.running().filter(r => watchNo(r.route) !== null && !on.has(r.route) && r.to > now)
    if (over.length === 0 && wanted.every(w => w.rounds.length === 0)) return
    trail.change(GATEWAY, note => {
      for (const { no, space, rounds } of wanted) {
        if (rounds.length === 0) continue
        records.plan(rounds)
        note('round', watchRouteId(no), 'planned', { rounds: rounds.length, permit: no, space })
      }
      // What nobody has begun is not due any more; of what was begun the rest is no fault of anybody.
      for (const round of over) {
        const done = records.pointsOf(round.id)
        if (done.length === 0) records.drop(round.id)
        else records.release(note, round, missingOf(round.points, done), now)
      }
      for (const route of new Set(over.map(r => r.route))) note('round', route, 'isolation-over', {})
    })
  }

  const stateOf = (round: StoredRound, now: number) => roundState(round, round.points, records.pointsOf(round.id), now)

  function close(now: number): void {
    const due = records.due(now)
    if (due.length === 0) return
    trail.change(GATEWAY, note => {
      for (const round of due) {
        const done = records.pointsOf(round.id)
        records.close(note, round, missingOf(round.points, done), stateOf(round, now), now)
      }
    })
  }

  /** Whom a door has let in was at the checkpoint that it is. */
  function readDoors(site: Site): void {
    const readers = new Set(
      site.routes.flatMap(r =>
        r.checkpoints.flatMap(c => (c.kind === 'reader' && !wall.has(site, c.reader) ? [c.reader] : [])),
      ),
    )
    if (readers.size === 0) return
    const from = doors.get()
    // A site that begins with this asks nothing of its past.
    if (from === null) doors.set(records.lastDoorEvent())
    const events = from === null ? [] : records.doorEvents(from)
    if (events.length === 0) return
    for (const { seq, at, door, person } of events) {
      if (!readers.has(door)) continue
      const record = {
        n: seq,
        at,
        reader: door,
        person,
        method: 'door' as const,
        items: [],
        photos: [],
        note: '',
        said: '',
      }
      take({ device: `door:${door}`, batch: '', clock: clock.now(), records: [record], own: 'doors' }, GATEWAY)
    }
    doors.set(events.at(-1)!.seq)
  }

  function tell(running: NonNullable<ReturnType<PatrolDeps['running']>>, now: number): void {
    const { site } = running
    const missed = records.missing(now - STANDS_MS, now)
    const on = new Set(missed.flatMap(m => spaceOfPoint(site, m.route, m.checkpoint) ?? []).map(patrolPoint))
    const devices = records.devices()
    if (devices.some(d => d.state.gaps.length > 0)) on.add(recordsPoint)
    if (devices.some(d => (d.state.tampers ?? []).length > 0)) on.add(patrolTampered)
    if (tags.list().some(t => t.state === 'suspect')) on.add(tagsPoint)
    const values = told?.site === site ? told.values : new Map<PointId, { value: boolean; at: number }>()
    told = { site, values }
    const own = site.routes.flatMap(r => r.checkpoints.map(c => patrolPoint(c.space)))
    const points = new Set([...own, ...values.keys(), ...on, recordsPoint, patrolTampered, tagsPoint])
    const news = [...points].filter(point => {
      const had = values.get(point)
      return had?.value !== on.has(point) || (had.value && Math.abs(now - had.at) >= SAY_AGAIN_MS)
    })
    for (const point of news) values.set(point, { value: on.has(point), at: now })
    if (news.length > 0)
      running.tell(news.map(point => ({ point, at: now, seen: now, quality: 'good', value: on.has(point) })))
  }

  function look(): void {
    const running = deps.running()
    const now = clock.now()
    if (!running || !hasPatrols(running.site) || now < EARLIEST || !deps.safe()) return
    try {
      plan(running.site, now)
      planWatch(running.site, now)
      readDoors(running.site)
      wall.look()
      close(now)
      tell(running, now)
    } catch (error) {
      // A full disk: nothing was made or closed, so it is due again at the next look.
      made = null
      failed(error)
    }
  }
  const failed = deps.failed
  const take = (batch: SentBatch, actor: Actor): TakenRecord[] =>
    takeBatch({ ...deps, records, tags, reviews, watch: watched }, batch, actor)
  const wall = patrolReaders({
    ...{ records, running: deps.running, badgeOf: deps.badgeOf, now: clock.now },
    take: batch => void take(batch, GATEWAY),
  })
  return {
    records,
    reviewing: patrolReviewing({
      ...{ clock, trail, records, reviews, tags },
      site: () => deps.running()?.site ?? null,
    }),
    /** The tag that hangs where site.json names this one; null: it was taken down. */
    tagAt: (tag: string): string | null => tags.nowAt(tagKey(tag)),
    /** Whether a batch is as its device signed it. */
    isSigned: (batch: SignedBatch, sig: string): boolean =>
      isSignedBy(deps.running()?.site.patrol.devices.get(batch.device), batch, sig),
    /** Routes of zones whose detectors are isolated now. */
    watched,
    seed: deps.seed,
    /** What a link has brought: a reader on the wall may have read a badge. */
    heard(readings: Readings): void {
      if (!deps.safe()) return
      try {
        wall.heard(readings)
      } catch (error) {
        // It is said again, and looked at again.
        failed(error)
      }
    },
    look,
    stateOf,
    permitHere: deps.permitHere,
    /** What a device has read, once each. Throws `not-found` while no site runs. */
    take(batch: SentBatch, actor: Actor): TakenRecord[] {
      const taken = take(batch, actor)
      const running = deps.running()
      if (running) tell(running, clock.now())
      return taken
    },
    /** A supervisor says why nobody came. Throws `not-found`, `patrol-not-missed`. */
    excuse(round: string, checkpoint: string, reason: string, actor: Actor): void {
      trail.change(actor, note => records.excuse(note, round, checkpoint, reason, actor.name, clock.now()))
    },
    /** A batch whose signature is not its device's was refused: somebody has to look. */
    forged(device: string, actor: Actor): void {
      const had = records.device(device)
      const now = clock.now()
      trail.change(actor, note => {
        const tampers = [...(had.tampers ?? []), { at: now, said: 'signature' }].slice(-50)
        records.putDevice(note, device, { ...had, tampers }, [], now)
        note('patrol', device, 'signature-refused', {})
      })
    },
    /** Somebody has looked into the missing numbers of a device, and what it told of itself. */
    settle(device: string, reason: string, actor: Actor): void {
      const had = records.device(device)
      trail.change(actor, note => {
        records.putDevice(note, device, { ...had, gaps: [], tampers: [] }, [], clock.now())
        note('patrol', device, 'settled', { gaps: had.gaps, tampers: had.tampers ?? [], reason })
      })
    },
    stop: clock.every(LOOK_EVERY_MS, look),
  }
}
