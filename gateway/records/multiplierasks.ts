import type { Multiplier } from '../../rules/readings/book.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A multiplier that somebody asks for; it counts when another person has approved it. */
export interface MultiplierAsk extends Multiplier {
  readonly n: number
  readonly state: 'asked' | 'approved' | 'refused'
  /** Of the plate or the paper, `<sha256>.<ending>`; null: none. */
  readonly photo: string | null
  readonly askedBy: string
  readonly askedAt: number
  readonly decidedBy: string | null
  readonly decidedAt: number | null
  readonly why: string
}
export type MultiplierAsks = ReturnType<typeof openMultiplierAsks>

export function openMultiplierAsks(db: Db) {
  const insert = db.prepare("INSERT INTO multiplier_ask (point, state, facts) VALUES (?, 'asked', ?) RETURNING n")
  const put = db.prepare('UPDATE multiplier_ask SET state = ?, facts = ? WHERE n = ?')
  const one = db.prepare('SELECT * FROM multiplier_ask WHERE n = ?')
  const ofPoint = db.prepare('SELECT * FROM multiplier_ask WHERE point = ? ORDER BY n DESC')
  const view = (row: unknown): MultiplierAsk => {
    const r = row as { n: number; point: string; state: MultiplierAsk['state']; facts: string }
    return { ...(JSON.parse(r.facts) as MultiplierAsk), n: r.n, point: r.point, state: r.state }
  }
  const get = (n: number): MultiplierAsk => view(one.get(n) ?? fail('not-found', { what: String(n) }))
  return {
    get,
    of: (point: string): MultiplierAsk[] => ofPoint.all(point).map(view),
    /** Inside a change. */
    ask(note: Note, change: Multiplier, by: string, now: number): MultiplierAsk {
      const rest = { photo: null, askedBy: by, askedAt: now, decidedBy: null, decidedAt: null, why: '' }
      const { n } = insert.get(change.point, JSON.stringify({ ...change, ...rest })) as { n: number }
      note('multiplier', String(n), 'asked', { ...change })
      return get(n)
    },
    /** Inside a change: evidence for it. Throws `multiplier-decided`. */
    photo(note: Note, n: number, photo: string): MultiplierAsk {
      const had = get(n)
      if (had.state !== 'asked') fail('multiplier-decided')
      put.run(had.state, JSON.stringify({ ...had, photo }), n)
      note('multiplier', String(n), 'photo', { photo })
      return get(n)
    },
    /** Inside a change. Throws `multiplier-decided`, `multiplier-own`. */
    decide(note: Note, n: number, state: 'approved' | 'refused', by: string, why: string, now: number): MultiplierAsk {
      const had = get(n)
      if (had.state !== 'asked') fail('multiplier-decided')
      if (state === 'approved' && had.askedBy === by) fail('multiplier-own')
      put.run(state, JSON.stringify({ ...had, decidedBy: by, decidedAt: now, why }), n)
      note('multiplier', String(n), state, { point: had.point, micro: had.micro, from: had.from, note: why })
      return get(n)
    },
  }
}
