import type { Db } from '../records/db.ts'
import { DEMO_ROW, dayOf, dayOfId, firstId } from './schema.ts'

/** How long what is kept, and how large it may grow. Whatever is too old or too much goes, the oldest day first. */
export interface Limits {
  /** Samples are kept so many days, sums of hours so many. */
  readonly rawDays: number
  readonly hourDays: number
  /** Bytes of each, without what SQLite adds; undefined: only the size of the file is a limit. */
  readonly rawBytes?: number | undefined
  readonly hourBytes?: number | undefined
  /** The file does not grow beyond it: samples go first, then sums. */
  readonly mostBytes: number
}

export const retentionClasses = ['raw', 'hours'] as const
export type RetentionClass = (typeof retentionClasses)[number]
const TABLE = { raw: 'block', hours: 'hour' } as const satisfies Record<RetentionClass, string>
/** A row of hours has the sums of 24. */
const COUNT = { raw: 'n', hours: '24' } as const satisfies Record<RetentionClass, string>
const DROPPED = { raw: 'dropped-raw', hours: 'dropped-hours' } as const satisfies Record<RetentionClass, string>
const AT_ONCE = 100
const LOOK_MS = 60_000

export interface ClassStats {
  readonly class: RetentionClass
  readonly bytes: number
  readonly mostBytes: number | null
  readonly days: number
  /** When the oldest day begins that is there, UTC ms. */
  readonly oldest: number | null
  /** Ever, in samples or in hours of a point; and how many of them because there was no room, before their time. */
  readonly dropped: number
  readonly droppedForRoom: number
}
interface RetentionDeps {
  readonly db: Db
  readonly limits: () => Limits
  readonly meta: (key: string) => number
  readonly setMeta: (key: string, value: number) => void
}
export type Retention = ReturnType<typeof retention>

export function retention({ db, limits, meta, setMeta }: RetentionDeps) {
  const bytes = { raw: 0, hours: 0 }
  const statements = (of: RetentionClass) => ({
    drop: db.prepare(
      `DELETE FROM ${TABLE[of]} WHERE id IN (SELECT id FROM ${TABLE[of]} WHERE id < ? ORDER BY id LIMIT ${AT_ONCE})
       RETURNING ${COUNT[of]} AS n, length(body) AS bytes`,
    ),
    oldest: db.prepare(`SELECT min(id) AS id FROM ${TABLE[of]}`),
  })
  const sql = { raw: statements('raw'), hours: statements('hours') }
  const oldestDay = (of: RetentionClass): number | null => {
    const id = sql[of].oldest.get()?.id as number | null
    return id === null ? null : dayOfId(id)
  }
  /** Looked at row by row once, then kept up. */
  function countBytes() {
    for (const of of retentionClasses)
      bytes[of] = db.prepare(`SELECT coalesce(sum(length(body)), 0) AS n FROM ${TABLE[of]}`).get()!.n as number
  }
  if (meta('bytes-counted') === 1) for (const of of retentionClasses) bytes[of] = meta(`bytes-${of}`)
  else countBytes()
  function note() {
    setMeta('bytes-counted', 1)
    for (const of of retentionClasses) setMeta(`bytes-${of}`, bytes[of])
  }
  function fileBytes(): number {
    const get = (what: string) => db.prepare(`PRAGMA ${what}`).get()![what] as number
    return (get('page_count') - get('freelist_count')) * get('page_size')
  }

  let lookAt = 0
  return {
    grew(of: RetentionClass, by: number) {
      bytes[of] += by
    },
    /** Inside the transaction that changed the bytes. */
    note,
    forgetDemo(): number {
      const { changes } = db.prepare(`DELETE FROM block WHERE ${DEMO_ROW}`).run()
      db.prepare(`DELETE FROM hour WHERE ${DEMO_ROW}`).run()
      countBytes()
      note()
      return Number(changes)
    },
    /** Others hold from now on. */
    again() {
      lookAt = 0
    },
    /**
     * A hundred rows of what is too old, or too much.
     * @param safe false: the clock can't be believed, and nothing is too old by it
     * @returns whether there may be more
     */
    drop(now: number, safe = true): boolean {
      const { rawDays, hourDays, rawBytes, hourBytes, mostBytes } = limits()
      const today = dayOf(now)
      const age = safe
        ? { raw: today - rawDays, hours: today - hourDays }
        : { raw: Number.NEGATIVE_INFINITY, hours: Number.NEGATIVE_INFINITY }
      const upTo = { ...age }
      if (performance.now() > lookAt) {
        const full = fileBytes() > mostBytes
        const over = {
          raw: bytes.raw > (rawBytes ?? Number.POSITIVE_INFINITY) || full,
          hours: bytes.hours > (hourBytes ?? Number.POSITIVE_INFINITY) || (full && oldestDay('raw') === null),
        }
        // Today's own blocks are not here yet, so a day at a time is never too much.
        for (const of of retentionClasses)
          if (over[of]) upTo[of] = Math.max(upTo[of], (oldestDay(of) ?? Number.NEGATIVE_INFINITY) + 1)
        if (!over.raw && !over.hours) lookAt = performance.now() + LOOK_MS
      }
      return db.tx(() => {
        let any = false
        for (const of of retentionClasses) {
          const oldest = oldestDay(of)
          if (oldest === null || oldest >= upTo[of]) continue
          // A day is wholly too old, or wholly there for lack of room.
          const forRoom = oldest >= age[of]
          const rows = sql[of].drop.all(firstId(forRoom ? oldest + 1 : age[of]))
          const sum = (key: 'n' | 'bytes') => rows.reduce((all, row) => all + (row[key] as number), 0)
          bytes[of] -= sum('bytes')
          setMeta(DROPPED[of], meta(DROPPED[of]) + sum('n'))
          if (forRoom) setMeta(`${DROPPED[of]}-room`, meta(`${DROPPED[of]}-room`) + sum('n'))
          any ||= rows.length > 0
        }
        if (any) note()
        return any
      })
    },
    stats(): ClassStats[] {
      const { rawDays, hourDays, rawBytes, hourBytes } = limits()
      const own = { raw: [rawDays, rawBytes], hours: [hourDays, hourBytes] } as const
      return retentionClasses.map(of => {
        const oldest = oldestDay(of)
        const [days, most] = own[of]
        return {
          class: of,
          bytes: bytes[of],
          mostBytes: most ?? null,
          days,
          oldest: oldest === null ? null : oldest * 86_400_000,
          dropped: meta(DROPPED[of]),
          droppedForRoom: meta(`${DROPPED[of]}-room`),
        }
      })
    },
  }
}
