import type { Batch, Matched, Waived } from '../../rules/billing/batch.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type BatchPhase = 'draft' | 'issued' | 'accepted' | 'rejected' | 'corrected' | 'withdrawn'
/** A batch as it is kept. Once issued its texts, hash and signature never change. */
export interface KeptBatch {
  readonly name: string
  readonly period: string
  readonly group: string
  readonly version: number
  readonly phase: BatchPhase
  readonly preparedBy: string
  readonly preparedAt: number
  /** Why it corrects the version before; empty: the first. */
  readonly why: string
  /** Why this one line is different, by line. */
  readonly reasons: Readonly<Record<string, string>>
  readonly waived: readonly Waived[]
  /** What it is since it was issued. */
  readonly issued: {
    readonly sequence: number
    readonly by: string
    readonly at: number
    readonly lines: number
    readonly totals: Batch['totals']
    readonly sha256: string
    readonly signature: string
    readonly key: string
  } | null
  /** What billing said of it. */
  readonly answer: {
    readonly by: string
    readonly at: number
    readonly matched: Matched | null
    readonly note: string
  } | null
}
export type Billing = ReturnType<typeof openBilling>

/** The batches of readings that billing got [M03, N81]. */
export function openBilling(db: Db) {
  const get = db.prepare('SELECT facts FROM billing_batch WHERE name = ?')
  const list = db.prepare('SELECT facts FROM billing_batch ORDER BY prepared_at DESC, name DESC LIMIT ?')
  const versions = db.prepare('SELECT facts FROM billing_batch WHERE period = ? AND grp = ? ORDER BY version')
  const last = db.prepare('SELECT facts FROM billing_batch WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1')
  const put = db.prepare(
    `INSERT INTO billing_batch (name, period, grp, version, phase, prepared_at, sequence, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET phase = excluded.phase, sequence = excluded.sequence, facts = excluded.facts`,
  )
  const getBatch = db.prepare('SELECT batch FROM billing_content WHERE name = ?')
  const putBatch = db.prepare('INSERT INTO billing_content (name, batch) VALUES (?, ?)')
  const batchOf = (row: unknown): KeptBatch | undefined =>
    row ? (JSON.parse((row as { facts: string }).facts) as KeptBatch) : undefined
  const store = (b: KeptBatch): KeptBatch => {
    put.run(b.name, b.period, b.group, b.version, b.phase, b.preparedAt, b.issued?.sequence ?? null, JSON.stringify(b))
    return b
  }
  const known = (name: string): KeptBatch => batchOf(get.get(name)) ?? fail('not-found', { what: name })

  return {
    get: known,
    find: (name: string): KeptBatch | undefined => batchOf(get.get(name)),
    list: (limit: number): KeptBatch[] => list.all(limit).map(row => batchOf(row)!),
    /** All of one period and group, the first first. */
    versions: (period: string, group: string): KeptBatch[] => versions.all(period, group).map(row => batchOf(row)!),
    /** The newest that was issued, of any period. */
    lastIssued: (): KeptBatch | undefined => batchOf(last.get()),
    /** The texts of an issued batch, which are many; null: a draft. */
    content(name: string): Batch | null {
      const row = getBatch.get(name) as { batch: string } | undefined
      return row ? (JSON.parse(row.batch) as Batch) : null
    },
    /** Inside a change, once: what was issued can only be read. */
    freeze: (name: string, batch: Batch): void => void putBatch.run(name, JSON.stringify(batch)),
    /** Inside a change: something about it that does not change it. */
    say(note: Note, batch: KeptBatch, action: string, data: Record<string, unknown>): void {
      note('billing-batch', batch.name, action, { period: batch.period, group: batch.group, ...data })
    },
    /** Inside a change. The trail has what was done, the hash and the sums; the lines stand in the batch. */
    put(note: Note, batch: KeptBatch, action: string, data: Record<string, unknown> = {}): KeptBatch {
      note('billing-batch', batch.name, action, { period: batch.period, group: batch.group, ...data })
      return store(batch)
    },
  }
}
