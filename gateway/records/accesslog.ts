import type { Outcome } from '../../rules/access/outcome.ts'
import { GATEWAY } from '../core/events.ts'
import { type AccessEvent, eventOf } from './access.ts'
import type { Db } from './db.ts'
import type { Trail } from './trail.ts'

export interface LogFilter {
  readonly door?: string | undefined
  readonly person?: string | undefined
  readonly company?: string | undefined
  /** One of them, or all that begin so: `denied`. */
  readonly outcome?: string | undefined
  readonly refused?: boolean | undefined
  /** UTC ms; `to` is not included. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}
export interface Opened {
  readonly person: string
  readonly door: string
  readonly times: number
  readonly entered: number
  readonly last: number
}
export interface Refused {
  readonly outcome: Outcome
  readonly rule: string
  readonly times: number
  readonly people: number
  readonly doors: number
}
export interface Held {
  readonly credential: string
  readonly no: string
  readonly person: string
  readonly name: string
  readonly company: string | null
  readonly works: string | null
  readonly phase: string
  readonly validTo: number
  readonly deposit: string | null
  readonly receipt: string | null
}
export interface Dropped {
  /** 2026-11, of the events, UTC. */
  readonly month: string
  readonly events: number
  readonly from: number
  readonly to: number
}
const DAY_MS = 86_400_000
/** So many at once: nobody at a door waits for it. */
const SLICE = 2000
export type AccessLog = ReturnType<typeof accessLog>

/** What happened at doors, looked for and summed up; and how long it is kept [GB 50396: at least 180 days]. */
export function accessLog(db: Db) {
  const where = `(:door IS NULL OR e.door = :door) AND (:person IS NULL OR e.person = :person)
    AND (:company IS NULL OR e.person IN (SELECT id FROM person WHERE company = :company))
    AND (:outcome IS NULL OR e.outcome = :outcome OR e.outcome LIKE :outcome || '-%') AND e.at >= :from AND e.at < :to`
  const found = db.prepare(
    `SELECT e.* FROM access_event e WHERE e.seq < :before AND ${where} ORDER BY e.seq DESC LIMIT :limit`,
  )
  const opened = db.prepare(
    `SELECT person, door, count(*) AS times, sum(entered) AS entered, max(at) AS last FROM access_event
      WHERE outcome LIKE 'granted%' AND direction = 'in' AND person IS NOT NULL AND at >= ? AND at < ?
      GROUP BY person, door ORDER BY times DESC, last DESC LIMIT ?`,
  )
  const refused = db.prepare(
    `SELECT outcome, rule, count(*) AS times, count(DISTINCT person) AS people, count(DISTINCT door) AS doors
      FROM access_event WHERE outcome LIKE 'denied%' AND at >= ? AND at < ? GROUP BY outcome, rule ORDER BY times DESC`,
  )
  const held = (which: string) =>
    db.prepare(
      `SELECT c.id AS credential, c.no, c.person, p.name, p.company, c.works, c.phase, c.valid_to AS validTo, c.deposit, c.receipt
        FROM credential c JOIN person p ON p.id = c.person WHERE ${which} ORDER BY c.valid_to, c.no`,
    )
  // In somebody's hands although its time is over, its site is closed or it was stopped.
  const unreturned = held(
    `c.duplicate <> 'none' AND c.phase IN ('active', 'suspended', 'revoked') AND c.duplicate <> 'returned' AND (c.valid_to <= ?
      OR c.phase = 'revoked' OR c.works IN (SELECT id FROM works WHERE closed_at IS NOT NULL))`,
  )
  const deposits = held("c.deposit IS NOT NULL AND c.refunded_at IS NULL AND c.phase <> 'refused'")
  const oldest = db.prepare('SELECT min(at) AS at FROM access_event')
  // The newest stays whatever its age: the numbers go on after it.
  const old = db.prepare(
    `SELECT seq, at FROM access_event WHERE at < ? AND seq < (SELECT max(seq) FROM access_event) ORDER BY at LIMIT ${SLICE}`,
  )
  const drop = db.prepare('DELETE FROM access_event WHERE seq = ?')
  const count = db.prepare(
    `INSERT INTO access_dropped VALUES (?, 1, ?, ?) ON CONFLICT DO UPDATE SET events = events + 1,
      first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
  )
  const dropped = db.prepare(
    'SELECT month, events, first_at AS "from", last_at AS "to" FROM access_dropped ORDER BY month',
  )
  return {
    /** Newest first. */
    search(
      { door, person, company, outcome, refused: no, from, to }: LogFilter,
      limit: number,
      before?: number,
    ): AccessEvent[] {
      const asked = {
        ...{ door: door ?? null, person: person ?? null, company: company ?? null },
        outcome: outcome ?? (no ? 'denied' : null),
        ...{ from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER, before: before ?? Number.MAX_SAFE_INTEGER, limit },
      }
      return found.all(asked).map(eventOf)
    },
    /** Who opened what, the most frequent first. */
    opened: (from: number, to: number, limit: number): Opened[] => opened.all(from, to, limit) as unknown as Opened[],
    refused: (from: number, to: number): Refused[] => refused.all(from, to) as unknown as Refused[],
    unreturned: (now: number): Held[] => unreturned.all(now) as unknown as Held[],
    deposits: (): Held[] => deposits.all() as unknown as Held[],
    /** Since when there are events, and what was dropped before. */
    kept: (): { readonly since: number | null; readonly dropped: Dropped[] } => ({
      since: (oldest.get() as { at: number | null }).at,
      dropped: dropped.all() as unknown as Dropped[],
    }),
    /** Drops what is older than so many days, a slice in one change; what it was is counted. @returns how many */
    trim(trail: Trail, keepDays: number, now: number): number {
      const before = now - keepDays * DAY_MS
      const rows = old.all(before) as { seq: number; at: number }[]
      if (rows.length === 0) return 0
      trail.change(GATEWAY, note => {
        for (const { seq, at } of rows) {
          count.run(new Date(at).toISOString().slice(0, 7), at, at)
          drop.run(seq)
        }
        note('access', 'events', 'dropped', { events: rows.length, before })
      })
      return rows.length
    },
  }
}
