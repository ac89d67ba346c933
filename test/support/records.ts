import { join } from 'node:path'
import type { Actor, Entry } from '../../gateway/core/events.ts'
import { type Db, migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { tempFolder } from './gateway.ts'

export const li: Actor & { role: 'engineer' } = { name: 'li', role: 'engineer' }

/** A records.db of its own, with a trail whose time stands until it is moved. */
export function records(folder = tempFolder()) {
  const path = join(folder.path, 'records.db')
  const db = openDb(path, migrations)
  const time = { now: Date.UTC(2026, 10, 21, 8) }
  const told: Entry[] = []
  const trail = openTrail(
    db,
    () => time.now,
    entry => told.push(entry),
  )
  return {
    folder,
    path,
    db,
    time,
    told,
    trail,
    /** As if the disk were full: no page more than there is now. Returns how to give room again. */
    fill: () => fill(db),
    /** Opens the file again, as a restart does. */
    again() {
      db.close()
      return records(folder)
    },
    end() {
      db.close()
      folder.remove()
    },
  }
}

function fill(db: Pick<Db, 'prepare'>): () => void {
  const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number }
  db.prepare(`PRAGMA max_page_count = ${pages}`).get()
  return () => void db.prepare('PRAGMA max_page_count = 1073741823').get()
}
/** Enough to need a page more. */
export const LARGE = 'x'.repeat(100_000)
