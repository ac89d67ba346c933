import { ulid } from 'ulid'
import {
  type PartySide,
  type SpecialKind,
  type SpecialLine,
  type SpecialPhase,
  specialFlow,
} from '../../rules/readings/special.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** Readings at an event, as one form [F27, P-19]. Once signed nothing of it changes. */
export interface KeptSpecial {
  readonly id: string
  readonly no: string
  readonly kind: SpecialKind
  /** Null: the whole site. */
  readonly unit: string | null
  /** The moment of the readings: where the occupier changes, the period is split there. */
  readonly at: number
  readonly phase: SpecialPhase
  /** Who paid before, and who pays from then on; empty: nobody. */
  readonly outgoing: string
  readonly incoming: string
  readonly note: string
  readonly lines: readonly SpecialLine[]
  readonly preparedBy: string
  readonly preparedAt: number
  readonly signed: {
    /** The account that signed for the house. */
    readonly by: string
    readonly at: number
    readonly parties: readonly { readonly name: string; readonly side: PartySide; readonly picture: string }[]
    /** Of all that stands on the form. */
    readonly hash: string
  } | null
  readonly withdrawn: { readonly by: string; readonly at: number; readonly why: string } | null
}
export type NewSpecial = Pick<KeptSpecial, 'kind' | 'unit' | 'at' | 'outgoing' | 'incoming' | 'note' | 'lines'>
export type Specials = ReturnType<typeof openSpecials>

/** @param day the day of a moment as it stands in numbers, `20261122` */
export function openSpecials(db: Db, day: (at: number) => string) {
  const put = db.prepare(
    `INSERT INTO special_reading (id, no, unit, phase, at, facts) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, facts = excluded.facts`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT facts FROM special_reading WHERE id = ?')
  const list = db.prepare('SELECT facts FROM special_reading WHERE id < ? ORDER BY id DESC LIMIT ?')
  const signed = db.prepare(
    "SELECT facts FROM special_reading WHERE phase = 'signed' AND at > ? AND at < ? ORDER BY at, id",
  )
  const parse = (row: unknown) => JSON.parse((row as { facts: string }).facts) as KeptSpecial
  const store = (one: KeptSpecial): KeptSpecial => {
    put.run(one.id, one.no, one.unit, one.phase, one.at, JSON.stringify(one))
    return one
  }
  return {
    /** Inside a change. */
    create(note: Note, asked: NewSpecial, by: string, now: number): KeptSpecial {
      const { last } = nextNo.get('special-reading', day(now)) as { last: number }
      const no = `SR-${day(now)}-${String(last).padStart(3, '0')}`
      const { kind, unit, at, lines } = asked
      const made = store({
        ...{ id: ulid(now), no, phase: specialFlow.first, ...asked, preparedBy: by, preparedAt: now },
        ...{ signed: null, withdrawn: null },
      })
      note('special-reading', made.id, 'created', { no, kind, unit, at, lines: lines.length })
      return made
    },
    /** Inside a change: what stands on the form, or what became of it. */
    put(
      note: Note,
      one: KeptSpecial,
      action: 'filled' | 'signed' | 'withdrawn',
      data: Record<string, unknown>,
    ): KeptSpecial {
      note('special-reading', one.id, action, { no: one.no, ...data })
      return store(one)
    },
    one(id: string): KeptSpecial {
      const row = get.get(id)
      return row ? parse(row) : fail('not-found', { what: id })
    },
    /** Newest first, before the id `before`. */
    list: (limit: number, before = '~'): KeptSpecial[] => list.all(before, limit).map(parse),
    /** Those that were signed, of moments between two. */
    signedBetween: (from: number, to: number): KeptSpecial[] => signed.all(from, to).map(parse),
  }
}
