import { type DeviceState, type Flag, newDevice } from '../../rules/patrol/dock.ts'
import type { ItemSeen } from '../../rules/patrol/flame.ts'
import type { PlannedRound } from '../../rules/patrol/plan.ts'
import type { Review, Seal } from '../../rules/patrol/review.ts'
import { watchNo, watchOrigin } from '../../rules/patrol/watch.ts'
import type { Method, Trust, Verdict } from '../../rules/patrol/words.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A round with the points that it had when it was made: a change of the site changes no round that has begun. */
export interface StoredRound extends PlannedRound {
  readonly points: readonly string[]
  /** What its plan said; a plan that was changed since makes its rounds anew. */
  readonly spec: string
  readonly closedAt: number | null
  readonly review: Review | null
  readonly seal: Seal | null
}
type Made = Omit<StoredRound, 'closedAt' | 'review' | 'seal'>
export interface StoredPoint {
  readonly round: string
  readonly checkpoint: string
  readonly scan: number | null
  readonly at: number
  readonly verdicts: readonly Verdict[]
  /** Why it is excused, and by whom. */
  readonly reason: string
  readonly by: string
}
export interface Scan {
  readonly id: number
  readonly device: string
  readonly n: number
  /** True time, whatever the device's clock showed. */
  readonly at: number
  readonly receivedAt: number
  readonly route: string | null
  readonly checkpoint: string | null
  readonly round: string | null
  readonly person: string
  /** It counts as a visit: neither a repetition nor somebody else's. */
  readonly valid: boolean
  readonly tag: string
  readonly deviceAt: number
  readonly offsetMs: number
  readonly method: Method
  readonly trust: Trust
  readonly verdicts: readonly Verdict[]
  readonly flags: readonly Flag[]
  readonly ruleVersion: number
  readonly items: readonly ItemSeen[]
  /** Items that have failed, with the orders that they opened. */
  readonly failed: readonly { readonly item: string; readonly order: string }[]
  readonly photos: readonly string[]
  readonly note: string
  readonly said: string
  readonly batch: string
  /** The account that sent it. */
  readonly sentBy?: string | undefined
}
export type PatrolRecords = ReturnType<typeof patrolRecords>

/** Rounds, visits and devices of patrols. */
export function patrolRecords(db: Db) {
  const addRound = db.prepare(
    'INSERT OR IGNORE INTO patrol_round (id, route, day, due_from, due_to, over_at, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const dropRound = db.prepare('DELETE FROM patrol_round WHERE id = ?')
  const ahead = db.prepare(
    'SELECT * FROM patrol_round WHERE due_from > ? AND NOT EXISTS (SELECT 1 FROM patrol_point WHERE round = id)',
  )
  const lastDay = db.prepare('SELECT max(day) AS day FROM patrol_round WHERE route = ?')
  const round = db.prepare('SELECT * FROM patrol_round WHERE id = ?')
  const ofDay = db.prepare('SELECT * FROM patrol_round WHERE day = ? ORDER BY due_from, id')
  const near = db.prepare('SELECT * FROM patrol_round WHERE due_from <= ? AND over_at >= ? ORDER BY due_from, id')
  const due = db.prepare(
    'SELECT * FROM patrol_round WHERE closed_at IS NULL AND over_at < ? ORDER BY over_at, id LIMIT 500',
  )
  const running = db.prepare('SELECT * FROM patrol_round WHERE closed_at IS NULL ORDER BY over_at, id')
  const close = db.prepare('UPDATE patrol_round SET closed_at = ? WHERE id = ?')
  const points = db.prepare('SELECT * FROM patrol_point WHERE round = ?')
  const putPoint = db.prepare(
    `INSERT INTO patrol_point VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET scan = excluded.scan, at = excluded.at,
      verdicts = excluded.verdicts, reason = excluded.reason, by = excluded.by`,
  )
  const missing = db.prepare(
    `SELECT r.route, p.checkpoint, max(r.over_at) AS over FROM patrol_point p JOIN patrol_round r ON r.id = p.round
      WHERE r.over_at > ? AND p.verdicts = '["missed"]' GROUP BY r.route, p.checkpoint`,
  )
  const lastVisit = db.prepare(
    'SELECT max(at) AS at FROM patrol_scan WHERE route = ? AND checkpoint = ? AND valid = 1 AND at <= ?',
  )
  const addScan = db.prepare(
    `INSERT INTO patrol_scan (device, n, at, received_at, route, checkpoint, round, person, valid, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  )
  const scanOf = db.prepare('SELECT * FROM patrol_scan WHERE device = ? AND n = ?')
  const scan = db.prepare('SELECT * FROM patrol_scan WHERE id = ?')
  const between = db.prepare('SELECT * FROM patrol_scan WHERE at > ? AND at <= ? ORDER BY at, id')
  const ofRound = db.prepare('SELECT * FROM patrol_scan WHERE round = ? ORDER BY at, id')
  const withPhoto = db.prepare(
    "SELECT 1 FROM patrol_scan, json_each(patrol_scan.data, '$.photos') WHERE json_each.value = ? LIMIT 1",
  )
  const device = db.prepare('SELECT data FROM patrol_device WHERE id = ?')
  const devices = db.prepare('SELECT id, at, data FROM patrol_device ORDER BY id')
  const putDevice = db.prepare(
    'INSERT INTO patrol_device VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, data = excluded.data',
  )
  const lastDoor = db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM access_event')
  const doorEvents = db.prepare(
    `SELECT e.seq, e.at, e.door, p.name AS person FROM access_event e JOIN person p ON p.id = e.person
      WHERE e.seq > ? AND e.outcome LIKE 'granted%' ORDER BY e.seq LIMIT 200`,
  )

  const one = (id: string): StoredRound => roundOf(round.get(id)) ?? fail('not-found', { what: id })
  const pointsOf = (id: string): StoredPoint[] => points.all(id).map(pointOf)
  const put = (p: StoredPoint): void =>
    void putPoint.run(p.round, p.checkpoint, p.scan, p.at, JSON.stringify(p.verdicts), p.reason, p.by)
  return {
    one,
    pointsOf,
    /** Inside a change. What is there already stays. @returns how many were new */
    plan(rounds: readonly Made[]): number {
      let made = 0
      for (const { id, route, day, from, to, graceMs, ...data } of rounds)
        made += Number(
          addRound.run(id, route, day, from, to, to + graceMs, JSON.stringify({ ...data, graceMs })).changes,
        )
      return made
    },
    /** Rounds that have not begun. */
    ahead: (now: number): StoredRound[] => ahead.all(now).map(row => roundOf(row)!),
    /** Inside a change: a plan was changed or taken out; what nobody has begun of it is gone. */
    drop: (id: string): void => void dropRound.run(id),
    has: (id: string): boolean => round.get(id) !== undefined,
    /** Rounds that nobody has closed. */
    running: (): StoredRound[] => running.all().map(row => roundOf(row)!),
    /** Inside a change: the reason for a round is gone; what is left of it is no fault of anybody. */
    release(note: Note, { id }: StoredRound, left: readonly string[], now: number): void {
      for (const checkpoint of left)
        put({
          round: id,
          checkpoint,
          scan: null,
          at: now,
          verdicts: ['excused'],
          reason: 'isolation-over',
          by: 'gateway',
        })
      close.run(now, id)
      note('round', id, 'closed', { released: left })
    },
    lastDay: (route: string): string | null => (lastDay.get(route) as { day: string | null }).day,
    ofDay: (day: string): StoredRound[] => ofDay.all(day).map(row => roundOf(row)!),
    /** Rounds whose time, with so much before and after it, holds this moment. */
    near: (at: number, beforeMs: number, afterMs: number): StoredRound[] =>
      near.all(at + beforeMs, at - afterMs).map(row => roundOf(row)!),
    /** Rounds of which any part lies in this time. */
    within: (from: number, to: number): StoredRound[] => near.all(to, from).map(row => roundOf(row)!),
    /** Rounds whose time is over and that nobody has closed. */
    due: (now: number): StoredRound[] => due.all(now).map(row => roundOf(row)!),
    /** Inside a change: its time is over; what is not there is missing. */
    close(note: Note, stored: StoredRound, missed: readonly string[], state: string, now: number): void {
      close.run(now, stored.id)
      const { id, to, graceMs } = stored
      for (const checkpoint of missed)
        put({ round: id, checkpoint, scan: null, at: to + graceMs, verdicts: ['missed'], reason: '', by: '' })
      note('round', id, 'closed', { state, ...(missed.length > 0 && { missed }) })
    },
    /** Inside a change: somebody was at this point; `found` when it counted as missing before. */
    fill(note: Note, point: StoredPoint): void {
      const had = pointsOf(point.round).find(p => p.checkpoint === point.checkpoint)
      put(point)
      if (had?.verdicts.includes('missed'))
        note('round', point.round, 'found', {
          checkpoint: point.checkpoint,
          verdicts: point.verdicts,
          scan: point.scan,
        })
    },
    /** Inside a change: a supervisor says why nobody came. Throws `not-found`, `patrol-not-missed`, `patrol-sealed`. */
    excuse(note: Note, id: string, checkpoint: string, reason: string, by: string, now: number): void {
      if (one(id).seal) fail('patrol-sealed')
      const had = pointsOf(id).find(p => p.checkpoint === checkpoint)
      if (!had?.verdicts.includes('missed')) fail('patrol-not-missed')
      put({ round: id, checkpoint, scan: null, at: now, verdicts: ['excused'], reason, by })
      note('round', id, 'excused', { checkpoint, reason })
    },
    /** Points that are missing and have not been visited since. */
    missing: (since: number, now: number): { readonly route: string; readonly checkpoint: string }[] =>
      (missing.all(since) as { route: string; checkpoint: string; over: number }[]).filter(m => {
        const own = watchNo(m.route) === null ? m : watchOrigin(m.checkpoint)
        const visits = [m, own].map(
          ({ route, checkpoint }) => lastVisit.get(route, checkpoint, now) as { at: number | null },
        )
        return Math.max(...visits.map(v => v.at ?? 0)) < m.over
      }),

    addScan(note: Note, s: Omit<Scan, 'id'>): Scan {
      const { device: of, n, at, receivedAt, route, checkpoint, round: into, person, valid, ...data } = s
      const { id } = addScan.get(
        ...[of, n, at, receivedAt, route, checkpoint, into, person, valid ? 1 : 0, JSON.stringify(data)],
      ) as { id: number }
      note('patrol', of, 'visit', {
        ...{ n, at: new Date(at).toISOString(), route, checkpoint, round: into, person, method: s.method },
        ...{ verdicts: s.verdicts, flags: s.flags, rule: s.ruleVersion },
        ...(s.failed.length > 0 && { failed: s.failed }),
      })
      return { ...s, id }
    },
    scanOf: (of: string, n: number): Scan | undefined => toScan(scanOf.get(of, n)),
    scan: (id: number): Scan | undefined => toScan(scan.get(id)),
    /** After `from`, up to `to`, in the order in which they were. */
    between: (from: number, to: number): Scan[] => between.all(from, to).map(row => toScan(row)!),
    ofRound: (id: string): Scan[] => ofRound.all(id).map(row => toScan(row)!),
    hasPhoto: (file: string): boolean => withPhoto.get(file) !== undefined,

    device(id: string): DeviceState {
      const row = device.get(id) as { data: string } | undefined
      return row ? (JSON.parse(row.data) as DeviceState) : newDevice
    },
    devices: (): { readonly id: string; readonly at: number; readonly state: DeviceState }[] =>
      (devices.all() as { id: string; at: number; data: string }[]).map(d => ({
        ...{ id: d.id, at: d.at, state: JSON.parse(d.data) as DeviceState },
      })),
    /** Inside a change: the device was here. Numbers that are missing are on the trail. */
    putDevice(note: Note, id: string, state: DeviceState, gaps: DeviceState['gaps'], now: number): void {
      putDevice.run(id, now, JSON.stringify(state))
      if (gaps.length > 0) note('patrol', id, 'numbers-missing', { gaps })
    },
    lastDoorEvent: (): number => (lastDoor.get() as { seq: number }).seq,
    /** Badges at readers after this entry: whom a door let in was there. */
    doorEvents: (seq: number) =>
      doorEvents.all(seq) as unknown as { seq: number; at: number; door: string; person: string }[],
  }
}

function roundOf(row: unknown): StoredRound | undefined {
  if (!row) return undefined
  const r = row as Record<'id' | 'route' | 'day' | 'data', string> & Record<'due_from' | 'due_to', number>
  const { closed_at, review, seal } = row as { closed_at: number | null; review: string | null; seal: string | null }
  const data = JSON.parse(r.data) as Omit<Made, 'id' | 'route' | 'day' | 'from' | 'to'>
  const more = { review: parsed<Review>(review), seal: parsed<Seal>(seal) }
  return { ...data, id: r.id, route: r.route, day: r.day, from: r.due_from, to: r.due_to, closedAt: closed_at, ...more }
}
const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))
const pointOf = (row: unknown): StoredPoint => {
  const r = row as Omit<StoredPoint, 'verdicts'> & { readonly verdicts: string }
  return { ...r, verdicts: JSON.parse(r.verdicts) as Verdict[] }
}
function toScan(row: unknown): Scan | undefined {
  if (!row) return undefined
  const { data, received_at, valid, ...rest } = row as { data: string; received_at: number; valid: number }
  return { ...rest, ...JSON.parse(data), receivedAt: received_at, valid: valid === 1 } as Scan
}
