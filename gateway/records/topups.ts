import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What was put onto a prepaid meter [F39, M59]: a figure for the records; nothing is paid or booked here. */
export interface TopUp {
  readonly n: number
  readonly point: string
  readonly meter: string
  readonly at: number
  /** Millionths of the unit. */
  readonly micro: number
  /** `CNY`, or what the meter is loaded with: `kW.h`, `m3`. */
  readonly unit: string
  readonly receipt: string
  readonly by: string
  readonly note: string
  /** Which one it takes back; null: it is one itself. */
  readonly cancels: number | null
  /** Which one takes it back; null: it stands. */
  readonly cancelledBy: number | null
}
export type TopUps = ReturnType<typeof openTopUps>

export function openTopUps(db: Db) {
  const columns = 't.*, c.n AS cancelled_by FROM meter_topup t LEFT JOIN meter_topup c ON c.cancels = t.n'
  const add = db.prepare(
    `INSERT INTO meter_topup (point, meter, at, micro, unit, receipt, by, note, cancels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     RETURNING n`,
  )
  const one = db.prepare(`SELECT ${columns} WHERE t.n = ?`)
  const between = db.prepare(
    `SELECT ${columns} WHERE t.at >= ? AND t.at < ? AND (? IS NULL OR t.point = ?) ORDER BY t.at, t.n LIMIT ?`,
  )
  const view = (row: unknown): TopUp => {
    const { cancelled_by: cancelledBy, ...r } = row as Omit<TopUp, 'cancelledBy'> & { cancelled_by: number | null }
    return { ...r, cancelledBy }
  }
  const get = (n: number): TopUp => view(one.get(n) ?? fail('not-found', { what: String(n) }))
  const store = (t: Omit<TopUp, 'n' | 'cancelledBy'>): number =>
    (add.get(t.point, t.meter, t.at, t.micro, t.unit, t.receipt, t.by, t.note, t.cancels) as { n: number }).n
  return {
    get,
    /** Inside a change. */
    add(note: Note, topUp: Omit<TopUp, 'n' | 'cancels' | 'cancelledBy'>): TopUp {
      const n = store({ ...topUp, cancels: null })
      note('meter-topup', String(n), 'entered', { ...topUp })
      return get(n)
    },
    /** Inside a change: one that was wrong is taken back by a line of its own. Throws `topup-cancelled`. */
    cancel(note: Note, n: number, by: string, words: string, at: number): TopUp {
      const had = get(n)
      if (had.cancels !== null || had.cancelledBy !== null) fail('topup-cancelled')
      const { point, meter, micro, unit, receipt } = had
      const made = store({ point, meter, at, micro: -micro, unit, receipt, by, note: words, cancels: n })
      note('meter-topup', String(n), 'cancelled', { by: made, note: words })
      return get(made)
    },
    /** Oldest first. @param point null: of all */
    between: (from: number, to: number, point: string | null, limit: number): TopUp[] =>
      between.all(from, to, point, point, limit).map(view),
  }
}
