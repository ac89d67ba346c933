import type { RegisterCode } from '../../rules/readings/book.ts'
import { type Doubt, type ReadingCheck, readingChecks } from '../../rules/readings/checks.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** `field`: somebody was sent. `gone`: a later decision or reading has explained it. */
export const exceptionStates = ['open', 'field', 'accepted', 'estimated', 'gone'] as const
export type ExceptionState = (typeof exceptionStates)[number]
/** A rule that found something in a period of one register. */
export interface ReadingException extends Doubt {
  readonly n: number
  readonly point: string
  readonly register: RegisterCode
  readonly period: 'day' | 'month'
  readonly from: number
  /** The reading at its end. */
  readonly at: number
  readonly state: ExceptionState
  readonly demo: boolean
  readonly workorder: string | null
  /** Who decided; null: nobody yet, or the gateway itself. */
  readonly by: string | null
  readonly note: string
  readonly movedAt: number
}
export type NewException = Omit<ReadingException, 'n' | 'state' | 'workorder' | 'by' | 'note' | 'movedAt'>
export type ReadingChecks = ReturnType<typeof openReadingChecks>

const OPEN = "state IN ('open', 'field')"

/** Exceptions of readings, each once, and which midnights were looked at. */
export function openReadingChecks(db: Db) {
  const insert = db.prepare(
    `INSERT INTO reading_exception (point, register, rule, period, from_at, at, params, state, demo, note, moved_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, '', ?) RETURNING n`,
  )
  const same = db.prepare(
    'SELECT * FROM reading_exception WHERE point = ? AND register = ? AND rule = ? AND period = ? ORDER BY n DESC LIMIT 1',
  )
  const once = db.prepare(
    'SELECT n FROM reading_exception WHERE point = ? AND register = ? AND rule = ? AND period = ? AND at = ?',
  )
  const goOn = db.prepare('UPDATE reading_exception SET at = ?, params = ? WHERE n = ?')
  const move = db.prepare(
    `UPDATE reading_exception SET state = ?, workorder = ?, by = ?, note = ?, moved_at = ? WHERE n = ? AND ${OPEN}`,
  )
  const one = db.prepare('SELECT * FROM reading_exception WHERE n = ?')
  const open = db.prepare(`SELECT * FROM reading_exception WHERE ${OPEN} ORDER BY at DESC, point LIMIT ?`)
  const openOf = db.prepare(`SELECT * FROM reading_exception WHERE point = ? AND ${OPEN} ORDER BY n`)
  const openCount = db.prepare(`SELECT count(*) AS n FROM reading_exception WHERE ${OPEN}`)
  const allOf = db.prepare('SELECT * FROM reading_exception WHERE point = ? ORDER BY n DESC LIMIT ?')
  const checked = db.prepare('INSERT OR IGNORE INTO reading_checked (at, done_at) VALUES (?, ?)')
  const isChecked = db.prepare('SELECT 1 FROM reading_checked WHERE at = ?')
  const first = db.prepare('SELECT min(at) AS at FROM reading_checked')

  const view = (row: unknown): ReadingException => {
    const r = row as Record<string, never>
    return {
      ...{ n: r.n!, point: r.point!, register: r.register!, check: r.rule!, period: r.period! },
      ...{ from: r.from_at!, at: r.at!, params: JSON.parse(r.params!), state: r.state!, demo: r.demo! === 1 },
      ...{ workorder: r.workorder!, by: r.by!, note: r.note!, movedAt: r.moved_at! },
    }
  }
  const get = (n: number): ReadingException => view(one.get(n) ?? fail('not-found', { what: String(n) }))

  return {
    get,
    open: (limit: number): ReadingException[] => open.all(limit).map(view),
    openOf: (point: string): ReadingException[] => openOf.all(point).map(view),
    openCount: (): number => (openCount.get() as { n: number }).n,
    of: (point: string, limit: number): ReadingException[] => allOf.all(point, limit).map(view),
    isChecked: (at: number): boolean => isChecked.get(at) !== undefined,
    firstChecked: (): number | null => (first.get() as { at: number | null }).at,
    /** Inside a change: this midnight was looked at. */
    checked(at: number, now: number): void {
      checked.run(at, now)
    },
    /**
     * Inside a change: what a rule found. What stands open already goes on with the newer numbers, what was accepted of a
     * standing state is not asked again for a while, and the same period is never asked twice. Null: nothing new.
     */
    found(note: Note, e: NewException, holdMs: number, now: number): ReadingException | null {
      const params = JSON.stringify(e.params)
      const key = [e.point, e.register, e.check, e.period] as const
      const row = same.get(...key)
      const had = row ? view(row) : null
      if (had && readingChecks[e.check].standing) {
        if (had.state === 'open' || had.state === 'field') {
          if (e.at > had.at) goOn.run(e.at, params, had.n)
          return null
        }
        if (had.state === 'accepted' && e.at - had.movedAt < holdMs) return null
      }
      if (once.get(...key, e.at)) return null
      const { n } = insert.get(...key, e.from, e.at, params, e.demo ? 1 : 0, now) as { n: number }
      note('reading-exception', String(n), 'found', {
        ...{ point: e.point, register: e.register, rule: e.check, period: e.period, from: e.from, at: e.at },
        params: e.params,
      })
      return get(n)
    },
    /** Inside a change: what became of it. Throws `exception-decided`. */
    move(
      note: Note,
      n: number,
      state: Exclude<ExceptionState, 'open'>,
      { by, words, workorder }: { readonly by: string | null; readonly words: string; readonly workorder?: string },
      now: number,
    ): ReadingException {
      const had = get(n)
      if (move.run(state, workorder ?? had.workorder, by, words, now, n).changes === 0) return fail('exception-decided')
      const { point, register, check } = had
      note('reading-exception', String(n), state, {
        ...{ point, register, rule: check as ReadingCheck, note: words },
        ...(workorder && { workorder }),
      })
      return get(n)
    },
  }
}
