import type { Db } from './db.ts'

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
