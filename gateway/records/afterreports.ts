import { ulid } from 'ulid'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** Somebody skipped levels in an emergency and owes those that were skipped a report [P-22]. Open until it is written. */
export interface AfterReport {
  readonly id: string
  readonly alarm: string
  /** From 1. */
  readonly level: number
  readonly skipped: readonly number[]
  readonly reason: string
  readonly by: string
  readonly at: number
  readonly writtenAt: number | null
  readonly writtenBy: string | null
  readonly words: string | null
}

export type AfterReports = ReturnType<typeof openAfterReports>

export function openAfterReports(db: Db) {
  const put = db.prepare(
    `INSERT INTO after_report (id, alarm, level, skipped, reason, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const write = db.prepare('UPDATE after_report SET written_at = ?, written_by = ?, words = ? WHERE id = ?')
  const get = db.prepare('SELECT * FROM after_report WHERE id = ?')
  const open = db.prepare('SELECT * FROM after_report WHERE written_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?')
  const all = db.prepare('SELECT * FROM after_report WHERE id < ? ORDER BY id DESC LIMIT ?')
  return {
    /** Inside a change. */
    owe(note: Note, owed: Pick<AfterReport, 'alarm' | 'level' | 'skipped' | 'reason'>, by: Actor, now: number): string {
      const id = ulid(now)
      put.run(id, owed.alarm, owed.level, JSON.stringify(owed.skipped), owed.reason, by.name, now)
      note('after-report', id, 'owed', { ...owed })
      return id
    },
    /** Inside a change, once. Throws `not-found`, `after-report-written`. */
    write(note: Note, id: string, words: string, by: Actor, now: number): void {
      const had = rowOf(get.get(id)) ?? fail('not-found', { what: id })
      if (had.writtenBy !== null) fail('after-report-written', { by: had.writtenBy })
      write.run(now, by.name, words, id)
      note('after-report', id, 'written', { alarm: had.alarm, words })
    },
    get: (id: string): AfterReport | undefined => rowOf(get.get(id)),
    /** Newest first, before the id `before`. */
    list: (which: 'open' | 'all', limit: number, before = '~'): AfterReport[] =>
      (which === 'open' ? open : all).all(before, limit).map(row => rowOf(row)!),
  }
}

function rowOf(row: unknown): AfterReport | undefined {
  if (!row) return undefined
  const {
    skipped,
    written_at: writtenAt,
    written_by: writtenBy,
    ...rest
  } = row as Omit<AfterReport, 'skipped'> & {
    readonly skipped: string
    readonly written_at: number | null
    readonly written_by: string | null
  }
  return { ...rest, skipped: JSON.parse(skipped) as number[], writtenAt, writtenBy }
}
