import type { Counted } from '../../rules/maintenance.ts'
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
/** With the order that is out for it: counting begins anew when that is done. */
export interface CounterState extends Counted {
  readonly workorder: string | null
}
export type Maintenance = ReturnType<typeof maintenance>

/** What became of each occurrence of planned work. None is ever left out: what nobody did stands here as missed. */
export function maintenance(db: Db) {
  const insert = db.prepare(
    'INSERT OR IGNORE INTO maintenance (plan, object, period, due_at, state, workorder, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const miss = db.prepare("UPDATE maintenance SET state = 'missed' WHERE plan = ? AND object = ? AND period = ?")
  const cover = db.prepare(
    "UPDATE maintenance SET state = 'covered', workorder = ? WHERE plan = ? AND object = ? AND period = ?",
  )
  const getCounter = db.prepare('SELECT state FROM maintenance_counter WHERE plan = ? AND object = ?')
  const putCounter = db.prepare(
    'INSERT INTO maintenance_counter (plan, object, state) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
  )
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
    /** Inside a change: a deeper visit does it; its own order is not needed any more. */
    cover(note: Note, o: Occurrence, workorder: string) {
      const period = new Date(o.from).toISOString()
      cover.run(workorder, o.plan, o.object, period)
      note('maintenance', o.plan, 'covered', { object: o.object, period, workorder })
    },
    /** How far a counter has come; null: it was never looked at. */
    counter(plan: string, object: string): CounterState | null {
      const row = getCounter.get(plan, object) as { state: string } | undefined
      return row ? (JSON.parse(row.state) as CounterState) : null
    },
    /** Of bookkeeping only: what became of it stands on the trail with its occurrence. */
    putCounter: (plan: string, object: string, state: CounterState) =>
      void putCounter.run(plan, object, JSON.stringify(state)),
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
