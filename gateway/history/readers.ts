import type { Db } from '../records/db.ts'
import { beginAt, delivered, drop, firstNeeded, type Position } from './position.ts'
import { type Chain, chainOf, decodeTick, forget, type Tick } from './tick.ts'

/** Groups of rows (one key row each) that are dropped at once: the next second goes on. */
const MOST_DROPPED = 500
/** Of a row of the journal beside its body. */
const ROW_BYTES = 24

/** Where a reader stands, for people to see. */
export interface ReaderState {
  readonly id: string
  readonly position: Position
  /** Samples that it has yet to deliver. */
  readonly samples: number
  /** When the oldest of them was written, UTC ms; null: there is none. */
  readonly oldestAt: number | null
  /** Samples that were dropped before it had delivered them, for want of room, and of when they were. */
  readonly lost: number
  readonly lostFrom: number | null
  readonly lostTo: number | null
}
/** A stretch of the journal, in order. */
export interface Rows {
  readonly rows: readonly { readonly seq: number; readonly tick: Tick }[]
  /** From here on it has not been looked at. */
  readonly next: number
  /** The newest row. */
  readonly head: number
}
interface Reader {
  readonly id: string
  position: Position
  samples: number
  lost: number
  lostFrom: number | null
  lostTo: number | null
  isNew: boolean
}
interface Saved {
  readonly position: Position
  readonly lost: number
  readonly lostFrom: number | null
  readonly lostTo: number | null
}

/**
 * Those who read the journal row by row: whatever leaves the gateway. Rows stay until the slowest has them, as long as they
 * have room; then the oldest go, and who has lost how many samples is counted. Where a reader stands is written with
 * the next second of samples, in the same transaction: after a crash it is told a little twice, nothing never.
 */
export function readersOf(db: Pick<Db, 'prepare'>) {
  const put = db.prepare('INSERT OR REPLACE INTO reader VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM reader WHERE id NOT IN (SELECT value FROM json_each(?))')
  const sums = db.prepare(
    `SELECT coalesce(sum(n), 0) AS n, coalesce(sum(length(body) + ${ROW_BYTES}), 0) AS bytes, min(at) AS first, max(at) AS last
     FROM journal WHERE seq >= ? AND seq < ?`,
  )
  const keyBefore = db.prepare('SELECT seq FROM journal WHERE seq <= ? AND is_key = 1 ORDER BY seq DESC LIMIT 1')
  const keyAfter = db.prepare('SELECT seq FROM journal WHERE seq > ? AND is_key = 1 ORDER BY seq LIMIT 1')
  const from = db.prepare('SELECT seq, is_key, at, body FROM journal WHERE seq >= ? ORDER BY seq')
  const oldest = db.prepare('SELECT at FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1')
  const least = db.prepare('SELECT min(seq) AS seq FROM journal')
  const delRows = db.prepare('DELETE FROM journal WHERE seq < ?')

  const stretch = (a: number, b: number) =>
    sums.get(a, b) as { n: number; bytes: number; first: number | null; last: number | null }
  const samplesOf = (all: readonly (readonly [number, number])[]) =>
    all.reduce((sum, [a, b]) => sum + stretch(a, b).n, 0)

  const all = new Map<string, Reader>()
  for (const row of db.prepare('SELECT id, state FROM reader').all()) {
    const saved = JSON.parse(row.state as string) as Saved
    all.set(row.id as string, { id: row.id as string, ...saved, samples: 0, isNew: false })
  }
  let dirty = false
  let mostBytes = Number.POSITIVE_INFINITY
  /** Of rows that are kept for readers only. */
  let kept = 0
  /** The oldest row that there is. */
  let first = (least.get()?.seq as number | null) ?? 1

  /** Of each reader and lane where it stopped last, so that it need not begin at a key row again. */
  const chains = new Map<string, { next: number; chain: Chain }>()

  return {
    /** Changes when the numbering starts anew, as after a file that was broken. */
    epoch: db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()!.value as number,
    /** Once the journal is known. @param head its newest row @param needed up to here it is for readers only */
    opened(head: number, needed: number) {
      kept = stretch(0, needed).bytes
      for (const one of all.values()) {
        // A file that lost its end, as by a copy from before.
        if (one.position.live > head + 1) one.position = drop(beginAt(head + 1), first).position
        one.samples = samplesOf([...one.position.gaps, [one.position.live, head + 1]])
      }
    },
    /** These and no others, from now on. @returns the ids of those that begin with the next row */
    use(ids: readonly string[], most: number, head: number): readonly string[] {
      mostBytes = most
      for (const id of [...all.keys()]) if (!ids.includes(id)) all.delete(id)
      const fresh = ids.filter(id => !all.has(id))
      for (const id of fresh)
        all.set(id, {
          ...{ id, position: beginAt(head + 1), samples: 0, lost: 0, lostFrom: null, lostTo: null, isNew: true },
        })
      dirty = true
      return fresh
    },
    moved(id: string, position: Position) {
      const one = all.get(id)
      if (!one) return
      // What was dropped meanwhile was counted when it was dropped.
      const now = drop(position, first).position
      one.samples = Math.max(0, one.samples - samplesOf(delivered(one.position, now)))
      one.position = now
      dirty = true
    },
    /** Inside the transaction of a commit. */
    write() {
      if (!dirty) return
      for (const { id, position, lost, lostFrom, lostTo } of all.values())
        put.run(id, JSON.stringify({ position, lost, lostFrom, lostTo } satisfies Saved))
      remove.run(JSON.stringify([...all.keys()]))
    },
    /** Committed: a row of so many samples. */
    written(n: number) {
      dirty = false
      for (const one of all.values()) one.samples += n
    },
    /**
     * Inside the transaction of a commit: takes away what nobody needs any more, and more when there is no room for it.
     * @param was up to here rows were for readers only @param needed up to here they are now
     * @returns to be called when it is on the disk
     */
    prune(was: number, needed: number): () => void {
      let keptNow = kept + stretch(was, needed).bytes
      const wanted = Math.min(needed, ...[...all.values()].map(one => firstNeeded(one.position)))
      let until = Math.max(first, (keyBefore.get(wanted)?.seq as number | undefined) ?? 0)
      keptNow -= stretch(first, until).bytes
      const positions = new Map([...all.values()].map(one => [one.id, { ...one }]))
      for (let i = 0; keptNow > mostBytes && i < MOST_DROPPED; i++) {
        const next = keyAfter.get(until)?.seq as number | undefined
        if (next === undefined || next > needed) break
        keptNow -= stretch(until, next).bytes
        for (const one of positions.values()) {
          const { position, lost } = drop(one.position, next)
          one.position = position
          for (const [a, b] of lost) {
            const { n, first: began, last } = stretch(a, b)
            one.samples = Math.max(0, one.samples - n)
            one.lost += n
            if (n > 0) {
              one.lostFrom ??= began
              one.lostTo = last
            }
          }
        }
        until = next
      }
      delRows.run(until)
      for (const { id, position, lost, lostFrom, lostTo } of positions.values())
        put.run(id, JSON.stringify({ position, lost, lostFrom, lostTo } satisfies Saved))
      return () => {
        first = until
        kept = keptNow
        for (const [id, one] of positions) if (all.has(id)) all.set(id, one)
      }
    },
    /** Rows from `begin` to before `to`, until there are `most` samples: at least one row, if there is one. */
    read(id: string, lane: string, begin: number, to: number, most: number, head: number): Rows {
      const rows: { seq: number; tick: Tick }[] = []
      const start = Math.max(begin, first)
      const key = `${lane} ${id}`
      const had = chains.get(key)
      const goesOn = had?.next === start
      const chain = goesOn ? had.chain : chainOf()
      const at = goesOn ? start : ((keyBefore.get(start)?.seq as number | undefined) ?? start)
      let next = start
      let n = 0
      for (const row of from.iterate(at)) {
        const seq = row.seq as number
        if (seq >= to || (n >= most && rows.length > 0)) break
        if (row.is_key) forget(chain)
        const tick = decodeTick(row.at as number, row.body as Uint8Array, chain)
        next = seq + 1
        if (seq < start) continue
        rows.push({ seq, tick })
        n += tick.points.length
      }
      chains.set(key, { next, chain })
      return { rows, next: rows.length > 0 ? next : Math.max(start, Math.min(to, head + 1)), head }
    },
    states: (): readonly ReaderState[] =>
      [...all.values()].map(({ id, position, samples, lost, lostFrom, lostTo }) => ({
        ...{ id, position, samples, lost, lostFrom, lostTo },
        oldestAt: samples > 0 ? ((oldest.get(firstNeeded(position))?.at as number | undefined) ?? null) : null,
      })),
    /** Something that `write` would write. */
    waits: () => dirty,
  }
}
