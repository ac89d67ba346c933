import type { Db } from './db.ts'

/** Which change of a file in the folder of secrets was decided last, by its name. */
export function openDecided(db: Db) {
  const get = db.prepare('SELECT value FROM meta WHERE key = ?')
  const put = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const keyOf = (name: string) => `file ${name}`
  return {
    /** Inside a change. */
    put: (name: string, id: string): void => void put.run(keyOf(name), id),
    get: (name: string): string | null => (get.get(keyOf(name)) as { value: string } | undefined)?.value ?? null,
  }
}
