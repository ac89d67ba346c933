import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** made: it has an order; covered: a deeper plan's order does it as well; missed: its time went by. */
export type OccurrenceState = 'made' | 'covered' | 'missed'
export interface Occurrence {
  readonly plan: string
  /** The equipment, or `space:<id>`, or `site`. */
  readonly object: string
  /** Start of the period, UTC ms. */
  readonly from: number
  readonly dueAt: number
  readonly state: OccurrenceState
  readonly workorder: string | null
}
export type Maintenance = ReturnType<typeof maintenance>

/** What became of each occurrence of planned work. None is ever left out: what nobody did stands here as missed. */
export function maintenance(db: Db) {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO maintenance (plan, object, period, due_at, state, workorder, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const miss = db.prepare("UPDATE maintenance SET state = 'missed' WHERE plan = ? AND object = ? AND period = ?")
  const last = db.prepare(
    'SELECT * FROM maintenance WHERE plan = ? AND object = ? AND period <= ? ORDER BY period DESC LIMIT 1',
  )
  const all = db.prepare('SELECT * FROM maintenance WHERE plan = ? ORDER BY period DESC, object LIMIT ?')
  return {
    /** Inside a change. @returns false when this occurrence is there already: it is never made twice */
    put(note: Note, o: Occurrence, now: number): boolean {
      const period = new Date(o.from).toISOString()
      if (insert.run(o.plan, o.object, period, o.dueAt, o.state, o.workorder, now).changes === 0) return false
      note('maintenance', o.plan, o.state, { object: o.object, period, workorder: o.workorder })
      return true
    },
    /** Inside a change: it was made, and nobody did it before the next one came. */
    miss(note: Note, o: Occurrence) {
      const period = new Date(o.from).toISOString()
      miss.run(o.plan, o.object, period)
      note('maintenance', o.plan, 'missed', { object: o.object, period, workorder: o.workorder })
    },
    /** The last that had begun by then: what a clock that ran years ahead has written must not end a plan for years. */
    last: (plan: string, object: string, now: number): Occurrence | undefined =>
      occurrenceOf(last.get(plan, object, new Date(now).toISOString())),
    /** The newest first. */
    list: (plan: string, limit: number): Occurrence[] => all.all(plan, limit).map(row => occurrenceOf(row)!),
  }
}

function occurrenceOf(row: unknown): Occurrence | undefined {
  if (!row) return undefined
  const r = row as {
    plan: string
    object: string
    period: string
    due_at: number
    state: OccurrenceState
    workorder: string | null
  }
  return {
    plan: r.plan,
    object: r.object,
    from: Date.parse(r.period),
    dueAt: r.due_at,
    state: r.state,
    workorder: r.workorder,
  }
}
