import type { Db } from './db.ts'

/** More than this of one output are not kept: the oldest go, and are counted. */
const MOST_EACH = 10_000

export type AsideRows = ReturnType<typeof asideRows>
/** A row that a far end would not have, and why. */
export interface AsideRow {
  readonly row: {
    readonly seq: number
    readonly id: string
    readonly at: number
    readonly samples: number
    readonly topic: string
    readonly text: string
  }
  readonly why: { readonly code: string; readonly detail: string }
}
export interface KeptAside extends AsideRow {
  /** In order of being set aside. */
  readonly id: number
  readonly stream: string
  /** When it was set aside, UTC ms. */
  readonly asideAt: number
}

interface Flat {
  readonly id: number
  readonly stream: string
  readonly row: string
  readonly seq: number
  readonly at: number
  readonly samples: number
  readonly topic: string
  readonly text: string
  readonly code: string
  readonly detail: string
  readonly aside_at: number
}

/** What outputs have set aside. It is no record: only what people do with it is noted on the trail. */
export function asideRows(db: Db) {
  const put = db.prepare(
    `INSERT INTO output_aside (output, stream, row, seq, at, samples, topic, text, code, detail, aside_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (output, stream, row) DO UPDATE SET code = excluded.code, detail = excluded.detail`,
  )
  const count = db.prepare(
    'SELECT count(*) AS n, coalesce(sum(samples), 0) AS samples FROM output_aside WHERE output = ?',
  )
  const oldest = db.prepare(
    `DELETE FROM output_aside WHERE id IN (SELECT id FROM output_aside WHERE output = ? ORDER BY id LIMIT ?) RETURNING samples`,
  )
  const drop = db.prepare(
    `INSERT INTO output_count VALUES (?, ?) ON CONFLICT DO UPDATE SET aside_dropped = aside_dropped + excluded.aside_dropped`,
  )
  const dropped = db.prepare('SELECT aside_dropped AS n FROM output_count WHERE output = ?')
  const list = db.prepare('SELECT * FROM output_aside WHERE output = ? AND id > ? ORDER BY id LIMIT ?')
  const get = db.prepare('SELECT * FROM output_aside WHERE output = ? AND id = ?')
  const remove = db.prepare('DELETE FROM output_aside WHERE output = ? AND id = ?')
  const why = db.prepare('UPDATE output_aside SET code = ?, detail = ? WHERE id = ?')
  const kept = (raw: unknown): KeptAside => {
    const r = raw as Flat
    const { id, stream, row, seq, at, samples, topic, text, code, detail } = r
    return { id, stream, row: { seq, id: row, at, samples, topic, text }, why: { code, detail }, asideAt: r.aside_at }
  }
  return {
    /** On the disk when it returns. */
    put(output: string, stream: string, rows: readonly AsideRow[], now: number): void {
      db.tx(() => {
        for (const { row, why } of rows)
          put.run(
            ...[output, stream, row.id, row.seq, row.at, row.samples, row.topic, row.text, why.code, why.detail, now],
          )
        const over = (count.get(output) as { n: number }).n - MOST_EACH
        if (over > 0)
          drop.run(
            output,
            oldest.all(output, over).reduce((sum, r) => sum + (r.samples as number), 0),
          )
      })
    },
    /** Samples or records that are aside, and that were dropped because there were too many. */
    count(output: string): { readonly rows: number; readonly samples: number; readonly dropped: number } {
      const { n, samples } = count.get(output) as { n: number; samples: number }
      return { rows: n, samples, dropped: (dropped.get(output)?.n as number | undefined) ?? 0 }
    },
    list: (output: string, after: number, limit: number): KeptAside[] => list.all(output, after, limit).map(kept),
    get(output: string, id: number): KeptAside | undefined {
      const row = get.get(output, id)
      return row && kept(row)
    },
    /** Inside a change. */
    remove: (output: string, id: number): boolean => Number(remove.run(output, id).changes) > 0,
    refusedAgain: (id: number, code: string, detail: string) => void db.tx(() => why.run(code, detail, id)),
  }
}
