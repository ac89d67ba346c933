import { ulid } from 'ulid'
import { freshPermit, type Permit } from '../../rules/permit/permit.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type NewPermit = Pick<
  Permit,
  | 'kind'
  | 'space'
  | 'spot'
  | 'work'
  | 'company'
  | 'grade'
  | 'outdoor'
  | 'gas'
  | 'workers'
  | 'guardian'
  | 'guardianPhone'
  | 'validFrom'
  | 'validTo'
>
export type Permits = ReturnType<typeof permits>

/** Permits of dangerous work. @param day the site's calendar day of a moment, `20261121` */
export function permits(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const add = db.prepare(
    'INSERT INTO permit (id, no, kind, phase, space, valid_from, valid_to, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const put = db.prepare('UPDATE permit SET phase = ?, more = ? WHERE id = ?')
  const get = db.prepare('SELECT more FROM permit WHERE id = ?')
  // As the index is written, or it is not used. One that expired before anybody began is of no interest any more.
  const open = db.prepare(
    `SELECT more FROM permit WHERE phase NOT IN ('closed', 'rejected', 'withdrawn', 'revoked')
      AND NOT (phase = 'expired' AND more LIKE '%"spans":[]%') ORDER BY valid_from, id`,
  )
  const newest = db.prepare('SELECT more FROM permit ORDER BY id DESC LIMIT ?')
  const ending = db.prepare('SELECT more FROM permit WHERE valid_to >= ? ORDER BY id')
  const over = db.prepare('SELECT more FROM permit WHERE valid_from <= ? AND valid_to > ?')
  // One that was asked for before these were kept has none of them.
  const of = (row: unknown): Permit => ({ ...freshPermit, ...(JSON.parse((row as { more: string }).more) as Permit) })
  return {
    one(id: string): Permit {
      const row = get.get(id)
      return row ? of(row) : fail('not-found', { what: id })
    },
    get(id: string): Permit | undefined {
      const row = get.get(id)
      return row ? of(row) : undefined
    },
    /** Of which something has still to come, the earliest first. */
    open: (): Permit[] => open.all().map(of),
    newest: (limit: number): Permit[] => newest.all(limit).map(of),
    /** Issued in [from, to), whatever became of them. */
    issued: (from: number, to: number): Permit[] =>
      ending
        .all(from)
        .map(of)
        .filter(p => p.issuedAt !== null && p.issuedAt >= from && p.issuedAt < to),
    /** Whose time that moment is within, whatever became of them. */
    around: (at: number): Permit[] => over.all(at, at).map(of),
    add(note: Note, asked: NewPermit, by: string, now: number): Permit {
      const { last } = nextNo.get('permit', day(now)) as { last: number }
      const made: Permit = {
        id: ulid(now),
        no: `${asked.kind === 'hot-work' ? 'D' : 'Z'}-${day(now)}-${String(last).padStart(3, '0')}`,
        ...asked,
        phase: 'submitted',
        askedBy: by,
        askedAt: now,
        approvals: [],
        stampedBy: null,
        issuedAt: null,
        checks: [],
        gasTests: [],
        spans: [],
        effective: null,
        endsAt: null,
        suspended: null,
        finishedAt: null,
        finishedBy: null,
        watchDue: null,
        photo: null,
        scan: null,
        closedAt: null,
        closedBy: null,
        revokedBy: null,
        reason: '',
        ...freshPermit,
      }
      const { id, no, kind, phase, space, validFrom, validTo } = made
      add.run(id, no, kind, phase, space, validFrom, validTo, JSON.stringify(made))
      // Names and certificates of workers stay with the permit: the trail forgets nothing.
      note('permit', id, 'submitted', { no, kind, space, spot: made.spot, grade: made.grade, guardian: made.guardian })
      return made
    },
    put(note: Note, p: Permit, action: string, data: Record<string, unknown> = {}): Permit {
      put.run(p.phase, JSON.stringify(p), p.id)
      note('permit', p.id, action, { no: p.no, kind: p.kind, space: p.space, phase: p.phase, ...data })
      return p
    },
  }
}
