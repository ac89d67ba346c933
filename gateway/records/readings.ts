import type { RegisterCode } from '../../rules/readings/book.ts'
import type { FindingCode, Quality, ReadingReason, Validation } from '../../rules/readings/quality.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A reading as it is kept: one register of one meter at one moment. A correction is another row, with the first beside it. */
export interface KeptReading {
  readonly n: number
  readonly point: string
  readonly meter: string
  readonly register: RegisterCode
  readonly at: number
  /** In steps of its last digit; null: missing. */
  readonly index: number | null
  readonly quality: Quality
  readonly reason: ReadingReason | null
  readonly validation: Validation
  readonly finding: FindingCode | null
  readonly measuredAt: number | null
  /** Its value was made up for the demo, and never measured. */
  readonly demo: boolean
  /** Null: the gateway itself. */
  readonly by: string | null
  readonly note: string
  /** Which one this puts right. */
  readonly supersedes: number | null
}
export type NewReading = Omit<KeptReading, 'n' | 'by' | 'note' | 'supersedes'>
/** A moment at which all registers were read. */
export interface Freeze {
  readonly at: number
  readonly doneAt: number
  readonly total: number
}
export type Readings = ReturnType<typeof openReadings>

/** What a person makes of a reading that waits. */
export interface Decision {
  /** `accept`: it is right. `replace`: another index counts. `reject`: it does not count, and nothing does instead. */
  readonly decision: 'accept' | 'replace' | 'reject'
  readonly index: number | null
  readonly quality: Quality
  readonly reason: ReadingReason | null
  readonly note: string
}

export function openReadings(db: Db) {
  const insert = db.prepare(
    `INSERT INTO reading (point, meter, register, at, steps, quality, reason, validation, finding, measured_at, demo, by, note,
     supersedes, superseded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING n`,
  )
  const supersede = db.prepare('UPDATE reading SET superseded = 1 WHERE n = ? AND superseded = 0')
  const one = db.prepare('SELECT * FROM reading WHERE n = ?')
  const ofMoment = db.prepare('SELECT * FROM reading WHERE at = ? AND superseded = 0 ORDER BY point, register')
  const ofPoint = db.prepare(
    'SELECT * FROM reading WHERE point = ? AND register = ? AND at BETWEEN ? AND ? AND superseded = 0 ORDER BY at',
  )
  const allOfPoint = db.prepare('SELECT * FROM reading WHERE point = ? AND register = ? AND at = ? ORDER BY n')
  const before = db.prepare(
    `SELECT * FROM reading WHERE point = ? AND register = ? AND meter = ? AND at < ? AND superseded = 0 AND steps IS NOT NULL
     AND validation IN ('valid', 'accepted') ORDER BY at DESC LIMIT 1`,
  )
  const measuredBefore = db.prepare(
    `SELECT * FROM reading WHERE point = ? AND register = ? AND meter = ? AND at < ? AND superseded = 0 AND steps IS NOT NULL
     AND validation IN ('valid', 'accepted') AND quality <> 'estimated' ORDER BY at DESC LIMIT 1`,
  )
  const afterPoint = db.prepare('SELECT * FROM reading WHERE point = ? AND at > ? AND superseded = 0 ORDER BY at')
  const waiting = db.prepare(
    "SELECT * FROM reading WHERE superseded = 0 AND validation = 'uncertain' ORDER BY at DESC, point LIMIT ?",
  )
  const waits = db.prepare("SELECT count(*) AS n FROM reading WHERE superseded = 0 AND validation = 'uncertain'")
  const froze = db.prepare('INSERT INTO reading_freeze (at, done_at, total) VALUES (?, ?, ?)')
  const freezes = db.prepare('SELECT * FROM reading_freeze ORDER BY at DESC LIMIT ?')
  const freezeAt = db.prepare('SELECT * FROM reading_freeze WHERE at = ?')
  const endMonth = db.prepare('INSERT INTO reading_month (month, at) VALUES (?, ?)')
  const months = db.prepare('SELECT month, at FROM reading_month ORDER BY month')

  const view = (row: unknown): KeptReading => {
    const r = row as Record<string, never>
    return {
      ...{ n: r.n!, point: r.point!, meter: r.meter!, register: r.register!, at: r.at!, index: r.steps! },
      ...{ quality: r.quality!, reason: r.reason!, validation: r.validation!, finding: r.finding! },
      ...{ measuredAt: r.measured_at!, demo: r.demo! === 1, by: r.by!, note: r.note!, supersedes: r.supersedes! },
    }
  }
  const freezeView = (row: unknown): Freeze => {
    const r = row as { at: number; done_at: number; total: number }
    return { at: r.at, doneAt: r.done_at, total: r.total }
  }
  function store(r: NewReading, by: string | null, note: string, supersedes: number | null): number {
    const { n } = insert.get(
      ...([r.point, r.meter, r.register, r.at, r.index, r.quality, r.reason, r.validation, r.finding] as const),
      ...([r.measuredAt, r.demo ? 1 : 0, by, note, supersedes] as const),
    ) as { n: number }
    return n
  }
  const get = (n: number): KeptReading => view(one.get(n) ?? fail('not-found', { what: String(n) }))

  return {
    /** Inside a change: all registers of one moment, once. Each reading has its row; the trail has the sums. @param month that it ends */
    freeze(note: Note, at: number, readings: readonly NewReading[], now: number, month: string | null = null): void {
      froze.run(at, now, readings.length)
      if (month !== null) endMonth.run(month, at)
      for (const reading of readings) store(reading, null, '', null)
      const missing = readings.filter(r => r.index === null).length
      const uncertain = readings.filter(r => r.validation === 'uncertain' && r.index !== null).length
      note('reading-freeze', String(at), 'made', {
        total: readings.length,
        missing,
        uncertain,
        ...(month && { month }),
      })
    },
    /** Inside a change: one that a person read. It goes in the place of what was frozen at that moment. */
    add(note: Note, reading: NewReading, by: string, words: string): KeptReading {
      const had = view1(allOfPoint.all(reading.point, reading.register, reading.at).at(-1))
      if (had) supersede.run(had.n)
      const n = store(reading, by, words, had?.n ?? null)
      note('reading', String(n), 'read', { ...reading, note: words, supersedes: had?.n ?? null })
      return get(n)
    },
    /** Inside a change. Throws `reading-decided` when it no longer waits, `reading-no-index` when there is nothing to accept. */
    decide(
      note: Note,
      n: number,
      { decision, index, quality, reason, note: words }: Decision,
      by: string,
    ): KeptReading {
      const had = get(n)
      if ((had.validation !== 'uncertain' && had.index !== null) || supersede.run(n).changes === 0)
        return fail('reading-decided')
      if (decision === 'accept' && had.index === null) return fail('reading-no-index')
      const next: NewReading =
        decision === 'accept'
          ? { ...had, validation: 'accepted' }
          : decision === 'reject'
            ? { ...had, validation: 'rejected' }
            : { ...had, index, quality, reason, validation: 'accepted', measuredAt: null, demo: false }
      const made = store(next, by, words, n)
      note('reading', String(n), decision, {
        ...{ point: had.point, register: had.register, at: had.at, was: had.index, index: next.index },
        ...{ quality: next.quality, reason: next.reason, note: words, by: made },
      })
      return get(made)
    },
    /** Inside a change: what a record that came later says of a reading. The first row stays beside it. */
    restate(note: Note, had: KeptReading, next: Pick<NewReading, 'meter' | 'validation' | 'finding'>): void {
      supersede.run(had.n)
      const n = store({ ...had, ...next }, had.by, had.note, had.n)
      note('reading', String(had.n), 'restated', { ...next, by: n })
    },
    /** Inside a change: an estimate in the place of a reading, whatever that was. The first row stays beside it. */
    estimate(
      note: Note,
      n: number,
      {
        index,
        reason,
        note: words,
        by,
      }: Pick<Decision, 'reason' | 'note'> & { readonly index: number; readonly by: string | null },
    ): KeptReading {
      const had = get(n)
      if (supersede.run(n).changes === 0) return fail('reading-decided')
      const estimated = { quality: 'estimated', validation: 'accepted', measuredAt: null, finding: null } as const
      const made = store({ ...had, index, reason, ...estimated }, by, words, n)
      note('reading', String(n), 'estimated', {
        ...{
          point: had.point,
          register: had.register,
          at: had.at,
          was: had.index,
          index,
          reason,
          note: words,
          by: made,
        },
      })
      return get(made)
    },
    get,
    at: (at: number): KeptReading[] => ofMoment.all(at).map(view),
    /** Those that hold, oldest first. */
    of: (point: string, register: RegisterCode, from: number, to: number): KeptReading[] =>
      ofPoint.all(point, register, from, to).map(view),
    /** All rows of one moment, the first one first. */
    versions: (point: string, register: RegisterCode, at: number): KeptReading[] =>
      allOfPoint.all(point, register, at).map(view),
    /** The last one before that counts; null: none. */
    before: (point: string, register: RegisterCode, meter: string, at: number): KeptReading | null =>
      view1(before.get(point, register, meter, at)),
    /** The same, of those that somebody or something read: no estimate. */
    measuredBefore: (point: string, register: RegisterCode, meter: string, at: number): KeptReading | null =>
      view1(measuredBefore.get(point, register, meter, at)),
    after: (point: string, at: number): KeptReading[] => afterPoint.all(point, at).map(view),
    waiting: (limit: number): KeptReading[] => waiting.all(limit).map(view),
    waitingCount: (): number => (waits.get() as { n: number }).n,
    /** When each month was ended, whatever is set now: it is not ended again. */
    months: (): ReadonlyMap<string, number> =>
      new Map((months.all() as { month: string; at: number }[]).map(m => [m.month, m.at])),
    /** By itself: months that were ended by the midnight of the first, before their ends were kept. */
    monthsBefore(ended: ReadonlyMap<string, number>): void {
      db.tx(() => {
        for (const [month, at] of ended) endMonth.run(month, at)
      })
    },
    freezes: (limit: number): Freeze[] => freezes.all(limit).map(freezeView),
    freezeAt: (at: number): Freeze | null => {
      const row = freezeAt.get(at)
      return row ? freezeView(row) : null
    },
  }
  function view1(row: unknown): KeptReading | null {
    return row === undefined || row === null ? null : view(row)
  }
}
