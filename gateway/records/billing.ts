import type { Batch, Matched, Waived } from '../../rules/billing/batch.ts'
import type { Tariff } from '../../rules/billing/tariff.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export interface KeptTariff extends Tariff {
  readonly n: number
  /** On what paper it stands, and who entered it. */
  readonly evidence: string
  readonly by: string
}
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
    readonly batch: Batch
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

/** Tariffs, and the batches of readings that billing got [M03, N81, N82]. */
export function openBilling(db: Db) {
  const allTariffs = db.prepare('SELECT * FROM tariff WHERE removed = 0 ORDER BY from_at, n')
  const addTariff = db.prepare(
    'INSERT INTO tariff (medium, uses, register, micro, from_at, evidence, by, removed) VALUES (?, ?, ?, ?, ?, ?, ?, 0) RETURNING n',
  )
  const endTariff = db.prepare('UPDATE tariff SET removed = 1 WHERE n = ? AND removed = 0')
  const get = db.prepare('SELECT facts FROM billing_batch WHERE name = ?')
  const list = db.prepare('SELECT facts FROM billing_batch ORDER BY prepared_at DESC, name DESC LIMIT ?')
  const versions = db.prepare('SELECT facts FROM billing_batch WHERE period = ? AND grp = ? ORDER BY version')
  const last = db.prepare('SELECT facts FROM billing_batch WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1')
  const put = db.prepare(
    `INSERT INTO billing_batch (name, period, grp, version, phase, prepared_at, sequence, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET phase = excluded.phase, sequence = excluded.sequence, facts = excluded.facts`,
  )
  const tariffOf = (row: unknown): KeptTariff => {
    const r = row as Record<string, never>
    return {
      ...{ n: r.n!, medium: r.medium!, uses: JSON.parse(r.uses!), register: r.register!, micro: r.micro! },
      ...{ from: r.from_at!, evidence: r.evidence!, by: r.by! },
    }
  }
  const batchOf = (row: unknown): KeptBatch | undefined =>
    row ? (JSON.parse((row as { facts: string }).facts) as KeptBatch) : undefined
  const store = (b: KeptBatch): KeptBatch => {
    put.run(b.name, b.period, b.group, b.version, b.phase, b.preparedAt, b.issued?.sequence ?? null, JSON.stringify(b))
    return b
  }
  const known = (name: string): KeptBatch => batchOf(get.get(name)) ?? fail('not-found', { what: name })

  return {
    tariffs: (): KeptTariff[] => allTariffs.all().map(tariffOf),
    /** Inside a change. */
    addTariff(note: Note, tariff: Tariff, evidence: string, by: string): KeptTariff {
      const { medium, uses, register, micro, from } = tariff
      const { n } = addTariff.get(medium, JSON.stringify(uses), register, micro, from, evidence, by) as { n: number }
      note('tariff', String(n), 'added', { ...tariff, evidence })
      return { ...tariff, n, evidence, by }
    },
    /** Inside a change: entered wrongly. What was issued with it stands. */
    removeTariff(note: Note, n: number): void {
      if (endTariff.run(n).changes === 0) fail('not-found', { what: String(n) })
      note('tariff', String(n), 'removed')
    },
    get: known,
    find: (name: string): KeptBatch | undefined => batchOf(get.get(name)),
    list: (limit: number): KeptBatch[] => list.all(limit).map(row => batchOf(row)!),
    /** All of one period and group, the first first. */
    versions: (period: string, group: string): KeptBatch[] => versions.all(period, group).map(row => batchOf(row)!),
    /** The newest that was issued, of any period. */
    lastIssued: (): KeptBatch | undefined => batchOf(last.get()),
    /** Inside a change. The trail has what was done, the hash and the sums; the lines stand in the batch. */
    put(note: Note, batch: KeptBatch, action: string, data: Record<string, unknown> = {}): KeptBatch {
      note('billing-batch', batch.name, action, { period: batch.period, group: batch.group, ...data })
      return store(batch)
    },
  }
}
