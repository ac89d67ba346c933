import { createHash, randomBytes } from 'node:crypto'
import type { Followed } from '../../rules/runrecord/follow.ts'
import type { Cells, RunCause, RunColumn, RunState } from '../../rules/runrecord/words.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A line of a run record, as it is stored. One that was put right stays, with the id of the one in its place. */
export interface RunLine {
  readonly id: string
  readonly form: string
  /** The day of its sheet, `2026-11-21`. */
  readonly day: string
  readonly cause: RunCause
  readonly due: number
  readonly from: number
  readonly onTimeTo: number
  readonly over: number
  readonly state: RunState
  /** By which columns it was made. */
  readonly spec: string
  readonly cells: Cells
  /** When its values were taken; null: there are none. */
  readonly readAt: number | null
  /** Who stands for it, by his session; empty: nobody has. */
  readonly by: string
  readonly confirmedAt: number | null
  readonly remark: string
  /** Why it was missed or put right, and who said so. */
  readonly reason: string
  readonly reasonBy: string
  /** The line in whose place it stands. */
  readonly replaces: string | null
  readonly replacedBy: string | null
  /** What it tells of happened at an unknown moment since then. */
  readonly unseenFrom: number | null
  /** Nobody looked at its time: the gateway was away. */
  readonly away: boolean
  /** Put down from paper after it was missed. */
  readonly afterwards: boolean
  readonly demo: boolean
}
export type RunRecords = ReturnType<typeof runRecords>

const blank = {
  ...{ cells: {}, readAt: null, by: '', confirmedAt: null, remark: '', reason: '', reasonBy: '', replaces: null },
  ...{ replacedBy: null, unseenFrom: null, away: false, afterwards: false, demo: false },
} as const satisfies Partial<RunLine>
type Blank = keyof typeof blank
export type NewLine = Omit<RunLine, Blank> & Partial<Pick<RunLine, Blank>>

/** The same columns have the same name. */
export const specOf = (columns: readonly RunColumn[]): string =>
  createHash('sha256').update(JSON.stringify(columns)).digest('hex').slice(0, 16)

/** Lines of run records, and what is known of plants that write their own. */
export function runRecords(db: Db) {
  const putForm = db.prepare('INSERT OR IGNORE INTO run_form VALUES (?, ?, ?)')
  const columns = db.prepare('SELECT columns FROM run_form WHERE spec = ?')
  const add = db.prepare('INSERT OR IGNORE INTO run_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const put = db.prepare('UPDATE run_line SET state = ?, spec = ?, replaced_by = ?, data = ? WHERE id = ?')
  const drop = db.prepare('DELETE FROM run_line WHERE id = ?')
  const one = db.prepare('SELECT * FROM run_line WHERE id = ?')
  const ofDay = db.prepare('SELECT * FROM run_line WHERE form = ? AND day = ? ORDER BY due, id')
  const due = db.prepare("SELECT * FROM run_line WHERE state = 'due' AND over_at < ? ORDER BY over_at, id LIMIT 500")
  const ahead = db.prepare("SELECT * FROM run_line WHERE state = 'due' AND due > ?")
  const open = db.prepare(
    `SELECT * FROM run_line WHERE form = ? AND replaced_by IS NULL AND due BETWEEN ? AND ? AND state IN ('due', 'waiting', 'missed')
      ORDER BY due, id`,
  )
  const lastDay = db.prepare("SELECT max(day) AS day FROM run_line WHERE form = ? AND cause IN ('plan', 'peak')")
  const lastOf = db.prepare(
    "SELECT max(due) AS at FROM run_line WHERE form = ? AND state = ? AND due > ? AND due <= ? AND replaced_by IS NULL AND (state <> 'missed' OR (data ->> '$.reason' = '' AND data ->> '$.away' = 0))",
  )
  const days = db.prepare(
    "SELECT day, count(*) AS lines, sum(state = 'missed') AS missed FROM run_line WHERE form = ? AND replaced_by IS NULL GROUP BY day ORDER BY day DESC LIMIT ?",
  )
  const followed = db.prepare('SELECT data FROM run_follow WHERE form = ?')
  const putFollowed = db.prepare('INSERT INTO run_follow VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data')
  const get = (id: string): RunLine => toLine(one.get(id)) ?? fail('not-found', { what: id })
  const store = (line: RunLine): void => {
    const { id, form: _, day: __, cause: ___, due: ____, over: _____, state, spec, replacedBy, ...data } = line
    put.run(state, spec, replacedBy, JSON.stringify(data), id)
  }
  const insert = (line: NewLine): boolean => {
    const { id, form, day, cause, due: at, over, state, spec, replacedBy, ...data } = { ...blank, ...line }
    return add.run(id, form, day, cause, at, over, state, spec, replacedBy, JSON.stringify(data)).changes > 0
  }
  return {
    one: get,
    /** A name that no line has. */
    newId: (form: string, at: number): string => `${form}.${at}.${randomBytes(3).toString('hex')}`,
    /** Inside a change: the columns as they are now. @returns their name */
    keepColumns(form: string, list: readonly RunColumn[]): string {
      const spec = specOf(list)
      putForm.run(spec, form, JSON.stringify(list))
      return spec
    },
    columnsOf(spec: string): readonly RunColumn[] {
      const row = columns.get(spec) as { columns: string } | undefined
      return row ? (JSON.parse(row.columns) as RunColumn[]) : []
    },
    /** Inside a change; what is there already stays. @returns how many were new */
    plan: (lines: readonly NewLine[]): number => lines.filter(insert).length,
    /** Inside a change: its form was changed, and nobody has begun with it. */
    drop: (id: string): void => void drop.run(id),
    ahead: (now: number): RunLine[] => ahead.all(now).map(row => toLine(row)!),
    due: (now: number): RunLine[] => due.all(now).map(row => toLine(row)!),
    ofDay: (form: string, day: string): RunLine[] => ofDay.all(form, day).map(row => toLine(row)!),
    /** Lines of this time that are due, wait for somebody or are missed. */
    open: (form: string, from: number, to: number): RunLine[] => open.all(form, from, to).map(row => toLine(row)!),
    lastDay: (form: string): string | null => (lastDay.get(form) as { day: string | null }).day,
    /** When the newest line in this state was due; null: there is none in this time. What is explained is no missed one. */
    last: (form: string, state: RunState, from: number, to: number): number | null =>
      (lastOf.get(form, state, from, to) as { at: number | null }).at,
    /** Days that have a sheet, newest first. */
    days: (form: string, most: number): { readonly day: string; readonly lines: number; readonly missed: number }[] =>
      days.all(form, most) as unknown as { day: string; lines: number; missed: number }[],

    /** Inside a change: its time is over, and nobody has written it. */
    miss(note: Note, line: RunLine): void {
      store({ ...line, state: 'missed' })
      note('run-record', line.id, 'missed', { form: line.form, due: new Date(line.due).toISOString() })
    },
    /** Inside a change: a line that the plant wrote, or that somebody asked for. */
    write(note: Note, line: NewLine, action: 'automatic' | 'missed' | 'extra'): RunLine {
      if (insert(line))
        note('run-record', line.id, action, {
          ...{ form: line.form, cause: line.cause, due: new Date(line.due).toISOString() },
          ...(line.unseenFrom != null && { unseenFrom: new Date(line.unseenFrom).toISOString() }),
          ...(line.away && { away: true }),
          ...(line.cells && { values: valuesOf(line.cells) }),
        })
      return get(line.id)
    },
    /** Inside a change: somebody stands for it. */
    confirm(note: Note, line: RunLine): void {
      store(line)
      note('run-record', line.id, 'confirmed', {
        ...{ form: line.form, values: valuesOf(line.cells), typed: typedOf(line.cells), remark: line.remark },
        readAt: line.readAt === null ? null : new Date(line.readAt).toISOString(),
      })
    },
    /** Inside a change: a line in the place of another, which stays. */
    replace(note: Note, before: RunLine, line: NewLine, action: 'corrected' | 'entered'): RunLine {
      insert(line)
      store({ ...before, replacedBy: line.id })
      note('run-record', line.id, action, {
        ...{ form: line.form, replaces: before.id, reason: line.reason ?? '' },
        ...{ values: valuesOf(line.cells ?? {}), typed: typedOf(line.cells ?? {}) },
      })
      return get(line.id)
    },
    /** Inside a change: somebody says why nobody wrote it. It stays missed. */
    excuse(note: Note, line: RunLine, reason: string, by: string): void {
      store({ ...line, reason, reasonBy: by })
      note('run-record', line.id, 'excused', { reason })
    },
    followed(form: string): Followed | null {
      const row = followed.get(form) as { data: string } | undefined
      return row ? (JSON.parse(row.data) as Followed) : null
    },
    /** Inside a change. */
    putFollowed: (form: string, state: Followed): void => void putFollowed.run(form, JSON.stringify(state)),
    /** By itself: how far the look has come is no record. */
    keepFollowed: (form: string, state: Followed): void =>
      void db.tx(() => putFollowed.run(form, JSON.stringify(state))),
  }
}

const valuesOf = (cells: Cells): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(cells).map(([key, c]) => [key, c.value ?? c.reason]))
const typedOf = (cells: Cells): readonly string[] =>
  Object.entries(cells).flatMap(([key, c]) => (c.source === 'typed' ? [key] : []))

function toLine(row: unknown): RunLine | undefined {
  if (!row) return undefined
  const { data, over_at, replaced_by, ...r } = row as Record<'data' | 'id' | 'form' | 'day' | 'spec', string> & {
    readonly cause: RunCause
    readonly state: RunState
    readonly due: number
    readonly over_at: number
    readonly replaced_by: string | null
  }
  return { ...JSON.parse(data), ...r, over: over_at, replacedBy: replaced_by } as RunLine
}
