import { createHash } from 'node:crypto'
import type { Actor, Entry } from '../core/events.ts'
import type { Db } from './db.ts'

/** Writes one line of the trail inside the transaction of the change that it tells of. */
export type Note = (kind: string, id: string, action: string, data?: Record<string, unknown>) => void

export type Trail = ReturnType<typeof openTrail>

/**
 * The trail of records.db: each change of a record, hash-chained. Whatever changes a record goes through `change`,
 * so that there is no change without its line, no line without its change, and nothing is told before it is on the disk.
 */
export function openTrail(
  db: Db,
  now: () => number,
  tell: (entry: Entry) => void,
  /** Told after each attempt: null when it is on the disk. */
  tried: (error: unknown) => void = () => {},
) {
  const insert = db.prepare(
    'INSERT INTO trail (seq, time, actor, role, kind, id, action, data, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const select = (where: string) =>
    db.prepare(`SELECT seq, time, actor, role, kind, id, action, data FROM trail ${where}`)
  const after = select('WHERE seq > ? ORDER BY seq LIMIT ?')
  const before = select('WHERE seq < ? ORDER BY seq DESC LIMIT ?')
  const of = select('WHERE kind = ? AND id = ? AND seq > ? ORDER BY seq LIMIT ?')
  // The partial index of alarms is used for this literal only.
  const alarmsAfter = select("WHERE kind = 'alarm' AND seq > ? ORDER BY seq LIMIT ?")
  const hashAt = db.prepare('SELECT hash FROM trail WHERE seq = ?')
  const timeOf = db.prepare('SELECT time FROM trail WHERE seq = ?')
  const last = db.prepare('SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1')
  const epoch = (db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string }).value

  const readHead = () => (last.get() as { seq: number; hash: Uint8Array } | undefined) ?? { seq: 0, hash: GENESIS }
  let head = readHead()
  /** The disk died in the middle of a change, and the end of the trail could not be read again since. */
  let unread = false

  return {
    /** Changes when the numbering starts anew, as after restoring an older copy. */
    epoch,
    head: () => head.seq,
    /** One transaction: all that `work` writes and notes is on the disk when this returns, or none of it. */
    change<T>(actor: Actor, work: (note: Note) => T): T {
      const time = now()
      const entries: Entry[] = []
      let tip = head
      let result: T
      try {
        if (unread) {
          tip = head = readHead()
          unread = false
        }
        result = db.tx(() =>
          work((kind, id, action, data = {}) => {
            const entry: Entry = { seq: tip.seq + 1, time, actor: actor.name, role: actor.role, kind, id, action, data }
            const text = JSON.stringify(data)
            const hash = hashOf(tip.hash, entry, text)
            insert.run(entry.seq, time, actor.name, actor.role, kind, id, action, text, tip.hash, hash)
            tip = { seq: entry.seq, hash }
            entries.push(entry)
          }),
        )
      } catch (error) {
        tried(error)
        try {
          head = readHead()
        } catch {
          // A dead disk has another word for each question: why this was not done is what people are told.
          unread = true
        }
        throw error
      }
      head = tip
      tried(null)
      for (const entry of entries) tell(entry)
      return result
    },
    /** Whether the disk takes anything again: writes nothing that anybody reads. */
    probe(): boolean {
      try {
        db.tx(() => db.prepare("INSERT OR REPLACE INTO meta VALUES ('probe', ?)").run(String(now())))
        tried(null)
        return true
      } catch (error) {
        tried(error)
        return false
      }
    },
    /** Entries after `seq`, oldest first. */
    after: (seq: number, limit: number): Entry[] => after.all(seq, limit).map(entryOf),
    /** Entries before `seq`, newest first. */
    before: (seq: number, limit: number): Entry[] => before.all(seq, limit).map(entryOf),
    /** Entries about alarms after `seq`, oldest first. */
    alarmsAfter: (seq: number, limit: number): Entry[] => alarmsAfter.all(seq, limit).map(entryOf),
    /** The first entry of this time or later; one after the last when there is none. A few look-ups, however long the trail. */
    seqAt(time: number): number {
      let low = 1
      let high = head.seq + 1
      while (low < high) {
        const middle = (low + high) >> 1
        if ((timeOf.get(middle) as { time: number }).time < time) low = middle + 1
        else high = middle
      }
      return low
    },
    /** What this entry and all before it come to; null: there is none. Another life of the records has another. */
    hashAt: (seq: number): Uint8Array | null => (hashAt.get(seq) as { hash: Uint8Array } | undefined)?.hash ?? null,
    /** @param limit -1: all of them */
    of: (kind: string, id: string, seq = 0, limit = 1000): Entry[] => of.all(kind, id, seq, limit).map(entryOf),
    /** The first entry that does not follow from the one before it, or null when the chain holds. */
    verify(): { readonly seq: number } | null {
      let tip = { seq: 0, hash: GENESIS as Uint8Array }
      for (const row of db.prepare('SELECT * FROM trail ORDER BY seq').iterate()) {
        const r = row as { seq: number; data: string; prev: Uint8Array; hash: Uint8Array }
        const good =
          r.seq === tip.seq + 1 &&
          Buffer.compare(r.prev, tip.hash) === 0 &&
          Buffer.compare(r.hash, hashOf(r.prev, entryOf(row), r.data)) === 0
        if (!good) return { seq: r.seq }
        tip = { seq: r.seq, hash: r.hash }
      }
      return null
    },
  }
}

const GENESIS: Uint8Array = new Uint8Array(32)

const hashOf = (prev: Uint8Array, e: Entry, data: string): Uint8Array =>
  createHash('sha256')
    .update(prev)
    .update(JSON.stringify([e.seq, e.time, e.actor, e.role, e.kind, e.id, e.action, data]))
    .digest()

const entryOf = (row: unknown): Entry => {
  const r = row as Omit<Entry, 'data'> & { data: string }
  return {
    seq: r.seq,
    time: r.time,
    actor: r.actor,
    role: r.role,
    kind: r.kind,
    id: r.id,
    action: r.action,
    data: JSON.parse(r.data) as Entry['data'],
  }
}
