import { ulid } from 'ulid'
import type { Approval, VisitPhase } from '../../rules/access/visit.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A line of the visitors' list, and of the register of rooms [人员出入登记表]. */
export interface Visit {
  readonly id: string
  readonly no: string
  readonly phase: VisitPhase
  readonly name: string
  readonly company: string
  readonly phone: string
  /** How many come, with the one who is named. */
  readonly people: number
  /** Of the people on record, when he is one. */
  readonly person: string | null
  readonly host: string
  readonly purpose: string
  /** The room; null: the visit ends at the host's. */
  readonly space: string | null
  readonly escort: string
  readonly validFrom: number
  readonly validTo: number
  readonly approvals: readonly Approval[]
  readonly askedBy: string
  readonly askedAt: number
  readonly inAt: number | null
  readonly inBy: string | null
  readonly outAt: number | null
  readonly outBy: string | null
  readonly reason: string
  /** The file of his photo, `<sha256>.<type>`; null: there is none. */
  readonly photo: string | null
  /** Why it is kept for longer; null: it goes when its time is over. */
  readonly photoHold: string | null
}
export type NewVisit = Pick<
  Visit,
  'name' | 'company' | 'phone' | 'people' | 'person' | 'host' | 'purpose' | 'space' | 'escort' | 'validFrom' | 'validTo'
>
export type Visits = ReturnType<typeof visits>

/** @param day the site's calendar day of a moment, `20261121` */
export function visits(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const add = db.prepare(
    `INSERT INTO visit (id, no, phase, name, company, phone, people, person, host, purpose, space, escort, valid_from, valid_to,
      approvals, asked_by, asked_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, '')`,
  )
  const get = db.prepare('SELECT * FROM visit WHERE id = ?')
  const open = db.prepare(
    "SELECT * FROM visit WHERE phase IN ('requested', 'expected', 'inside') ORDER BY valid_from, id LIMIT 1000",
  )
  const newest = db.prepare('SELECT * FROM visit ORDER BY id DESC LIMIT ?')
  const entered = db.prepare('SELECT * FROM visit WHERE in_at >= ? AND in_at < ? ORDER BY in_at, id')
  const put = db.prepare(
    `UPDATE visit SET phase = ?, escort = ?, approvals = ?, in_at = ?, in_by = ?, out_at = ?, out_by = ?, reason = ?
      WHERE id = ?`,
  )
  // An incident of its time that is still dealt with, or whose report nobody has signed.
  const over = db.prepare(
    `SELECT id, photo FROM visit v WHERE photo IS NOT NULL AND photo_hold IS NULL AND phase <> 'inside'
      AND coalesce(out_at, valid_to) < ? AND NOT EXISTS (SELECT 1 FROM runbook_run r
        WHERE (r.phase = 'open' OR (r.phase = 'completed' AND r.report = 'null'))
          AND r.started_at <= coalesce(v.out_at, v.valid_to)
          AND (r.ended_at IS NULL OR r.ended_at >= coalesce(v.in_at, v.valid_from)))
      ORDER BY id LIMIT 100`,
  )
  const elsewhere = db.prepare(
    `SELECT 1 FROM visit WHERE photo = ?1 AND id <> ?2 UNION ALL SELECT 1 FROM person WHERE photo = ?1
      UNION ALL SELECT 1 FROM workorder WHERE instr(more, ?3) > 0 UNION ALL SELECT 1 FROM permit WHERE instr(more, ?3) > 0
      UNION ALL SELECT 1 FROM special_reading WHERE instr(facts, ?3) > 0
      UNION ALL SELECT 1 FROM register_entry WHERE instr(facts, ?3) > 0
      UNION ALL SELECT 1 FROM patrol_scan WHERE instr(data, ?3) > 0 LIMIT 1`,
  )
  const setHold = db.prepare('UPDATE visit SET photo_hold = ? WHERE id = ?')
  const setPhoto = db.prepare('UPDATE visit SET photo = ? WHERE id = ?')
  const one = (id: string): Visit => visitOf(get.get(id)) ?? fail('not-found', { what: id })
  return {
    one,
    get: (id: string): Visit | undefined => visitOf(get.get(id)),
    /** To be approved, expected, or inside; the earliest first. */
    open: (): Visit[] => open.all().map(row => visitOf(row)!),
    newest: (limit: number): Visit[] => newest.all(limit).map(row => visitOf(row)!),
    /** Who came in in [from, to). */
    entered: (from: number, to: number): Visit[] => entered.all(from, to).map(row => visitOf(row)!),
    add(note: Note, v: NewVisit, phase: 'requested' | 'expected', by: string, now: number): Visit {
      const id = ulid(now)
      const { last } = nextNo.get('visit', day(now)) as { last: number }
      const no = `V-${day(now)}-${String(last).padStart(3, '0')}`
      add.run(
        ...[id, no, phase, v.name, v.company, v.phone, v.people, v.person, v.host, v.purpose, v.space, v.escort],
        ...[v.validFrom, v.validTo, by, now],
      )
      // The trail forgets nothing: no name of a visitor or his host stands on it, and no telephone.
      note('visit', id, phase, { no, space: v.space, people: v.people })
      return one(id)
    },
    /** @param file of the photo, `<sha256>.<type>`, which is on the disk already */
    setPhoto(note: Note, id: string, file: string): Visit {
      const { no } = one(id)
      setPhoto.run(file, id)
      note('visit', id, 'photo', { no, file })
      return one(id)
    },
    /** Photos of visits that were over before that moment, that nobody holds and no open incident needs. */
    photosOver: (before: number): { readonly id: string; readonly photo: string }[] =>
      over.all(before) as { id: string; photo: string }[],
    /** Whether anything else has the same picture. */
    namedElsewhere: (id: string, file: string): boolean => elsewhere.get(file, id, file.split('.')[0]!) !== undefined,
    /** Its time is over, and its file is gone. */
    dropPhoto(note: Note, id: string, days: number): void {
      const { no, photo } = one(id)
      setPhoto.run(null, id)
      note('visit', id, 'photo-deleted', { no, file: photo, days })
    },
    /** @param why null: its time counts again */
    holdPhoto(note: Note, id: string, why: string | null, reason: string): Visit {
      const { no } = one(id)
      setHold.run(why, id)
      note('visit', id, why === null ? 'photo-released' : 'photo-held', { no, reason })
      return one(id)
    },
    put(note: Note, v: Visit): Visit {
      put.run(...[v.phase, v.escort, JSON.stringify(v.approvals), v.inAt, v.inBy, v.outAt, v.outBy, v.reason], v.id)
      note('visit', v.id, v.phase, { no: v.no, space: v.space, escorted: v.escort !== '', reason: v.reason })
      return one(v.id)
    },
  }
}

function visitOf(row: unknown): Visit | undefined {
  if (!row) return undefined
  const r = row as Record<string, string | number | null>
  return {
    ...(r as unknown as Visit),
    validFrom: r.valid_from as number,
    validTo: r.valid_to as number,
    approvals: JSON.parse(r.approvals as string) as Approval[],
    askedBy: r.asked_by as string,
    askedAt: r.asked_at as number,
    inAt: r.in_at as number | null,
    inBy: r.in_by as string | null,
    outAt: r.out_at as number | null,
    outBy: r.out_by as string | null,
    photoHold: r.photo_hold as string | null,
  }
}
