import type { Db } from './db.ts'

/** Of readers whose name begins so, only these go on: one that comes back later is new. */
export function forgetCursors(db: Db, begins: string, but: readonly string[]): void {
  const gone = db.prepare(
    'DELETE FROM meta WHERE substr(key, 1, ?) = ? AND key NOT IN (SELECT value FROM json_each(?))',
  )
  const keys = but.map(name => `cursor ${begins}${name}`)
  db.tx(() => gone.run(`cursor ${begins}`.length, `cursor ${begins}`, JSON.stringify(keys)))
}

/** Up to which entry of the trail a reader has come. It is no record: nothing of it is noted on the trail. */
export function openCursor(db: Db, reader: string) {
  const key = `cursor ${reader}`
  const get = db.prepare('SELECT value FROM meta WHERE key = ?')
  const put = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  return {
    get(): number | null {
      const row = get.get(key) as { value: string } | undefined
      return row ? Number(row.value) : null
    },
    set(seq: number) {
      db.tx(() => put.run(key, String(seq)))
    },
  }
}
