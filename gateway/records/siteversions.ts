import { gunzipSync, gzipSync } from 'node:zlib'
import type { SiteChange } from '../../rules/sitechange.ts'
import type { Db } from './db.ts'

/** How a version of site.json came to be: `page` by a form, `text` the editor, `found` at a start, `hand` an edit of the file. */
export const versionWays = ['page', 'text', 'table', 'rule', 'remedy', 'undo', 'hand', 'found'] as const
export type VersionWay = (typeof versionWays)[number]

/** One version of site.json: who made it, when, why, and what it changed. */
export interface SiteVersion {
  readonly n: number
  /** UTC ms. */
  readonly at: number
  readonly by: string
  readonly role: string
  readonly way: VersionWay
  /** As the person wrote it; null: it needed none. */
  readonly why: string | null
  /** Of the file's text. */
  readonly hash: string
  /** The version that it takes back. */
  readonly undoes: number | null
  readonly changes: readonly SiteChange[]
}
/** So many texts are kept to merge with and to look at; what was changed is kept of all. */
const KEPT_TEXTS = 100

export type SiteVersions = ReturnType<typeof openSiteVersions>

/** Versions of site.json in records.db; written once, within the transaction of their line on the trail. */
export function openSiteVersions(db: Db) {
  const insert = db.prepare(
    'INSERT INTO site_version (n, at, by, role, way, why, hash, undoes, changes, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const thin = db.prepare('UPDATE site_version SET text = NULL WHERE n <= ? AND text IS NOT NULL')
  const words = 'n, at, by, role, way, why, hash, undoes, changes'
  const before = db.prepare(`SELECT ${words} FROM site_version WHERE n < ? ORDER BY n DESC LIMIT ?`)
  const one = db.prepare(`SELECT ${words} FROM site_version WHERE n = ?`)
  const last = db.prepare(`SELECT ${words} FROM site_version ORDER BY n DESC LIMIT 1`)
  const text = db.prepare('SELECT text FROM site_version WHERE hash = ? AND text IS NOT NULL ORDER BY n DESC LIMIT 1')
  const packed = db.prepare('SELECT changes, text FROM site_version')
  const taken = db.prepare('SELECT max(n) AS n FROM site_version WHERE undoes = ?')
  const versionOf = (row: unknown): SiteVersion => {
    const { changes, ...rest } = row as Omit<SiteVersion, 'changes'> & { changes: Uint8Array }
    return { ...rest, changes: JSON.parse(gunzipSync(changes).toString()) as SiteChange[] }
  }
  return {
    /** Inside a change. @returns its number */
    add(version: Omit<SiteVersion, 'n'>, source: string): number {
      const n = ((last.get() as { n: number } | undefined)?.n ?? 0) + 1
      const { at, by, role, way, why, hash, undoes, changes } = version
      insert.run(n, at, by, role, way, why, hash, undoes, gzipSync(JSON.stringify(changes)), gzipSync(source))
      thin.run(n - KEPT_TEXTS)
      return n
    },
    /** Newest first. */
    before: (n: number, limit: number): SiteVersion[] => before.all(n, limit).map(versionOf),
    get(n: number): SiteVersion | undefined {
      const row = one.get(n)
      return row === undefined ? undefined : versionOf(row)
    },
    last(): SiteVersion | undefined {
      const row = last.get()
      return row === undefined ? undefined : versionOf(row)
    },
    /** The text with this hash; null: it is not kept, or never was ours. */
    textOf(hash: string): string | null {
      const row = text.get(hash) as { text: Uint8Array } | undefined
      return row ? gunzipSync(row.text).toString() : null
    },
    /** Those of these words that any version names, in what it changed or in a text that is kept: each may be taken back. */
    naming(words: readonly string[]): ReadonlySet<string> {
      const found = new Set<string>()
      for (const { changes, text } of packed.iterate() as Iterable<{ changes: Uint8Array; text: Uint8Array | null }>) {
        if (found.size === words.length) break
        const told = [changes, ...(text ? [text] : [])].map(one => gunzipSync(one).toString())
        for (const word of words) if (told.some(one => one.includes(word))) found.add(word)
      }
      return found
    },
    /** The version that took this one back; null: it stands. */
    undoneBy: (n: number): number | null => (taken.get(n) as { n: number | null }).n,
  }
}
