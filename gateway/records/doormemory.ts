import type { SeenCodes } from '../../rules/access/pass.ts'
import type { Snapshot } from '../../rules/access/policy.ts'
import type { Db } from './db.ts'

/** Somebody was let in and has not opened the door yet. */
export interface Pending {
  readonly person: string
  readonly area: string
  /** Of the access event. */
  readonly event: number
  readonly at: number
}
type Waiting = NonNullable<Snapshot['waiting']>
interface Row {
  readonly pending: Pending | null
  readonly waiting: Waiting | null
  readonly armed: number | null
}
const NOTHING: Row = { pending: null, waiting: null, armed: null }
/** To push one out somebody would have to show that many others which the site has signed. */
const MOST_SEEN = 10_000
export type DoorMemory = ReturnType<typeof doorMemory>

/**
 * What a door remembers from one person to the next: the first of two, who brings whom, who has come first today, and
 * which codes were shown. It is on the disk before anything is opened for it, so that a restart helps nobody.
 */
export function doorMemory(db: Db) {
  const all = db.prepare('SELECT * FROM door_memory')
  const put = db.prepare(
    `INSERT INTO door_memory VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET pending = excluded.pending,
      waiting = excluded.waiting, armed = excluded.armed`,
  )
  const codes = db.prepare('SELECT key FROM seen_code ORDER BY n')
  const keep = db.prepare('INSERT OR IGNORE INTO seen_code (key) VALUES (?)')
  const drop = db.prepare('DELETE FROM seen_code WHERE n <= (SELECT max(n) FROM seen_code) - ?')
  let doors = new Map<string, Row>()
  const reload = () => {
    const word = <T>(text: unknown): T | null => (text === null ? null : (JSON.parse(text as string) as T))
    doors = new Map(
      all.all().map(row => {
        const r = row as Record<'door' | 'pending' | 'waiting', string | null> & { armed: number | null }
        return [r.door!, { pending: word<Pending>(r.pending), waiting: word<Waiting>(r.waiting), armed: r.armed }]
      }),
    )
  }
  reload()
  const seen = new Set(codes.all().map(row => (row as { key: string }).key))
  /** Shown, and not on the disk yet. */
  let fresh: string[] = []
  const rowOf = (door: string): Row => doors.get(door) ?? NOTHING

  const codesSeen: SeenCodes = {
    first(key) {
      if (seen.has(key)) return false
      seen.add(key)
      fresh.push(key)
      if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value!)
      return true
    },
    get size() {
      return seen.size
    },
  }
  return {
    pending: (door: string): Pending | null => rowOf(door).pending,
    waiting: (door: string): Waiting | null => rowOf(door).waiting,
    /** The day on which the first with authority came. */
    armed: (door: string): number | null => rowOf(door).armed,
    /** Inside a change. */
    put(door: string, change: Partial<Row>): void {
      const next = { ...rowOf(door), ...change }
      const text = (value: object | null) => (value === null ? null : JSON.stringify(value))
      put.run(door, text(next.pending), text(next.waiting), next.armed)
      doors.set(door, next)
    },
    codes: codesSeen,
    /** Inside a change: what was shown since the last time. */
    keepCodes(): void {
      for (const key of fresh) keep.run(key)
      if (fresh.length > 0) drop.run(MOST_SEEN)
      fresh = []
    },
    /** After a change that failed: what is kept at hand is what is on the disk. A code that was shown stays shown. */
    reload,
  }
}
