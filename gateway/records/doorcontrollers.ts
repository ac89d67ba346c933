import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** Which account speaks for a door controller, what it has of its table, and how far its events have come. */
export interface StoredController {
  readonly id: string
  readonly account: string
  readonly enrolledAt: number
  readonly enrolledBy: string
  /** Of the table as it should be, and as the controller has said that it has it. */
  readonly version: number
  readonly acked: number
  readonly ackedAt: number | null
  /** When the acknowledged table runs out. */
  readonly expires: number
  /** Of the numbering of its events; another one after it has lost its memory. */
  readonly epoch: string | null
  /** All events up to this one are here, or known to be lost. */
  readonly upTo: number
}
/** A row of a table by credential; `row` null: taken out, and the controller may not know yet. */
export interface StoredRow {
  readonly credential: string
  readonly row: string | null
  readonly version: number
  readonly at: number
}
export interface ControllerEvent {
  readonly seq: number
  /** UTC ms, by the controller's clock. */
  readonly at: number
  readonly door: string | null
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}
export type DoorControllers = ReturnType<typeof doorControllers>

export function doorControllers(db: Db) {
  const get = db.prepare('SELECT * FROM door_controller WHERE id = ?')
  const all = db.prepare('SELECT * FROM door_controller ORDER BY id')
  const enrol = db.prepare(
    `INSERT INTO door_controller VALUES (?, ?, ?, ?, 0, 0, NULL, 0, NULL, 0) ON CONFLICT DO UPDATE SET
      account = excluded.account, enrolled_at = excluded.enrolled_at, enrolled_by = excluded.enrolled_by, acked = 0,
      acked_at = NULL, expires = 0`,
  )
  const setVersion = db.prepare('UPDATE door_controller SET version = ? WHERE id = ?')
  const setAcked = db.prepare('UPDATE door_controller SET acked = ?, acked_at = ?, expires = ? WHERE id = ?')
  const setEpoch = db.prepare('UPDATE door_controller SET epoch = ?, up_to = ? WHERE id = ?')
  const rows = db.prepare('SELECT credential, row, version, at FROM door_table WHERE controller = ?')
  const putRow = db.prepare(
    `INSERT INTO door_table VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET row = excluded.row,
      version = excluded.version, at = excluded.at`,
  )
  const prune = db.prepare('DELETE FROM door_table WHERE controller = ? AND row IS NULL AND version <= ?')
  const clear = db.prepare('DELETE FROM door_table WHERE controller = ?')
  const addEvent = db.prepare('INSERT OR IGNORE INTO controller_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const upTo = db.prepare(
    `WITH RECURSIVE run (seq) AS (SELECT ? UNION ALL
      SELECT run.seq + 1 FROM run WHERE EXISTS
        (SELECT 1 FROM controller_event WHERE controller = ? AND epoch = ? AND seq = run.seq + 1))
     SELECT max(seq) AS seq FROM run`,
  )
  const newest = db.prepare('SELECT max(seq) AS seq FROM controller_event WHERE controller = ? AND epoch = ?')
  const lost = db.prepare("SELECT count(*) AS n FROM controller_event WHERE controller = ? AND kind = 'lost'")
  const controllerOf = (row: unknown): StoredController | undefined => {
    if (!row) return undefined
    const r = row as Record<string, string | number | null>
    return {
      ...{ id: r.id as string, account: r.account as string, enrolledAt: r.enrolled_at as number },
      ...{ enrolledBy: r.enrolled_by as string, version: r.version as number, acked: r.acked as number },
      ...{ ackedAt: r.acked_at as number | null, expires: r.expires as number },
      ...{ epoch: r.epoch as string | null, upTo: r.up_to as number },
    }
  }
  return {
    get: (id: string): StoredController | undefined => controllerOf(get.get(id)),
    list: (): StoredController[] => all.all().map(row => controllerOf(row)!),
    /** Inside a change. A controller that takes the place of another begins with an empty table. */
    enrol(note: Note, id: string, account: string, by: string, now: number, reason = ''): void {
      enrol.run(id, account, now, by)
      clear.run(id)
      note('door-controller', id, 'enrolled', { account, reason })
    },
    rows: (id: string): StoredRow[] => rows.all(id).map(row => row as unknown as StoredRow),
    /** What a table is to hold from now on: all of it, or nothing of it, is on the disk. */
    store(id: string, version: number, changed: readonly StoredRow[]): void {
      db.tx(() => {
        for (const { credential, row, version: v, at } of changed) putRow.run(id, credential, row, v, at)
        setVersion.run(version, id)
      })
    },
    /** The controller has this version: what was taken out before need not be said again. */
    acked(id: string, version: number, expires: number, now: number): void {
      db.tx(() => {
        setAcked.run(version, now, expires, id)
        prune.run(id, version)
      })
    },
    epoch: (id: string, epoch: string): void => void setEpoch.run(epoch, 0, id),
    /** Inside a change. False: it is here already. */
    addEvent(id: string, epoch: string, event: ControllerEvent, now: number): boolean {
      const { seq, at, door, kind, data } = event
      return Number(addEvent.run(id, epoch, seq, at, now, door, kind, JSON.stringify(data)).changes) > 0
    },
    /** Inside a change: how far they are here without a gap. */
    advance(id: string, epoch: string, from: number): number {
      const { seq } = upTo.get(from, id, epoch) as { seq: number }
      if (seq !== from) setEpoch.run(epoch, seq, id)
      return seq
    },
    newest: (id: string, epoch: string): number => (newest.get(id, epoch) as { seq: number | null }).seq ?? 0,
    /** Events that a controller could not keep until they were fetched. */
    lost: (id: string): number => (lost.get(id) as { n: number }).n,
  }
}
