import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** How sure the gate was: the gateway decided, the gate checked a signature, or it only showed what is on record. */
export const gateHows = ['online', 'verified', 'shown'] as const
export type GateHow = (typeof gateHows)[number]
export interface GateEntry {
  readonly seq: number
  /** Which gate page wrote it down, and its number there: the same pair is the same entry. */
  readonly post: string
  readonly n: number
  readonly gate: string
  readonly at: number
  readonly receivedAt: number
  readonly credential: string | null
  readonly visit: string | null
  readonly direction: 'in' | 'out'
  readonly how: GateHow
  /** Who stood at the gate, by what the page says; who sent it is on the trail. */
  readonly by: string
  readonly event: number | null
  /** What did not fit with what had happened meanwhile; null: nothing. */
  readonly conflict: string | null
}
export type GateRecords = ReturnType<typeof gateRecords>

/** What happened at gates, by each page's own numbers. */
export function gateRecords(db: Db) {
  const add = db.prepare(
    `INSERT INTO gate_entry (post, n, gate, at, received_at, credential, visit, direction, how, by, event, conflict)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
  )
  const get = db.prepare('SELECT * FROM gate_entry WHERE post = ? AND n = ?')
  const newest = db.prepare('SELECT * FROM gate_entry WHERE gate = ? ORDER BY at DESC, seq DESC LIMIT ?')
  const conflicts = db.prepare(
    'SELECT * FROM gate_entry WHERE conflict IS NOT NULL AND received_at > ? ORDER BY seq DESC LIMIT 50',
  )
  return {
    get: (post: string, n: number): GateEntry | undefined => entryOf(get.get(post, n)),
    add(note: Note, e: Omit<GateEntry, 'seq'>): GateEntry {
      const { seq } = add.get(
        ...[e.post, e.n, e.gate, e.at, e.receivedAt, e.credential, e.visit, e.direction, e.how, e.by, e.event],
        e.conflict,
      ) as { seq: number }
      const { gate, receivedAt: _, ...said } = e
      note('gate', gate, e.direction === 'in' ? 'went-in' : 'went-out', { ...said, at: new Date(e.at).toISOString() })
      return { ...e, seq }
    },
    newest: (gate: string, limit: number): GateEntry[] => newest.all(gate, limit).map(row => entryOf(row)!),
    conflicts: (since: number): GateEntry[] => conflicts.all(since).map(row => entryOf(row)!),
  }
}

function entryOf(row: unknown): GateEntry | undefined {
  if (!row) return undefined
  const { received_at, ...rest } = row as Omit<GateEntry, 'receivedAt'> & { received_at: number }
  return { ...rest, receivedAt: received_at }
}
