import { createHash } from 'node:crypto'
import type { MonthDifference, MonthFigure } from '../../rules/month.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A month as it was archived: kept as made. What changes later makes another version, which says what differs. */
export interface MonthArchive {
  readonly month: string
  readonly version: number
  readonly at: number
  readonly by: string
  readonly reason: string
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly figures: readonly MonthFigure[]
  /** Patrols: the share of points visited in time, 0 to 1; null: none was due. */
  readonly onTime: number | null
  /** Of the month before, as known then; null: there was none. */
  readonly before: {
    readonly month: string
    readonly archived: boolean
    readonly figures: readonly MonthFigure[]
  } | null
  /** From the version before; empty for the first. */
  readonly differs: readonly MonthDifference[]
  /** How many entries the trail had then, and what they come to. */
  readonly trail: { readonly count: number; readonly head: string; readonly time: number }
}
export type Months = ReturnType<typeof months>

/** Archived months. A version is written once and never touched again. */
export function months(db: Db) {
  const insert = db.prepare('INSERT INTO month_archive (month, version, at, body) VALUES (?, ?, ?, ?)')
  const all = db.prepare('SELECT body FROM month_archive ORDER BY month DESC, version DESC')
  const of = db.prepare('SELECT body FROM month_archive WHERE month = ? ORDER BY version DESC')
  const bodyOf = (row: unknown): MonthArchive => JSON.parse((row as { body: string }).body) as MonthArchive
  return {
    all: (): MonthArchive[] => all.all().map(bodyOf),
    /** Newest version first. */
    of: (month: string): MonthArchive[] => of.all(month).map(bodyOf),
    /** Inside a change: the next version of a month. What it comes to stands on the trail, so that it cannot be rewritten. */
    add(note: Note, asked: Omit<MonthArchive, 'version'>): MonthArchive {
      const version = (of.all(asked.month).map(bodyOf)[0]?.version ?? 0) + 1
      const archive: MonthArchive = { ...asked, version }
      const body = JSON.stringify(archive)
      insert.run(archive.month, version, archive.at, body)
      note('month', archive.month, 'archived', {
        ...{ version, reason: archive.reason, sha256: createHash('sha256').update(body).digest('hex') },
        ...{ differs: archive.differs.map(d => d.id), checkpoint: archive.trail.count },
      })
      return archive
    },
  }
}
