import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSync as Open } from 'node:sqlite'
import { fail } from '../core/errors.ts'

/** In the data folder, while what a restore has unpacked takes its place. */
export const UNDER_WAY = 'restore-under-way.json'
/** What was there before a restore. */
export const ASIDE = 'before-restore-'
export const BACKUPS = 'backups'
export const BACKUP_NAME = /^gatehouse-[\w.-]+\.tar\.gz$/

/** Of this process, of a moment, or made anew by itself. */
const passing = [
  /^run\.json$/,
  /^lock\.db/,
  // What waits for MQTT clients: they have had it when a backup of it comes back.
  /^broker\.db/,
  /\.db-(wal|shm|journal)$/,
  /\.tmp$/,
  /^backups\/gatehouse-/,
  /^before-restore-/,
  /^restore-under-way\.json$/,
  // Caches and what is unpacked; not `profiles/.last-good`.
  /^\./,
  /^lost\+found\//,
  /\.db\.broken-\d+/,
  // node-opcua's lock on a folder of certificates.
  /\.mutex(\.lock)?(\/|$)/,
]
/** Whom a channel trusts is no secret; all else below it is, by its place alone. */
const trust = /^secrets\/pki\/[^/]+\/(ca\.pem$|(trusted|rejected|issuers)\/)/
const secret = /^(secrets|demo-pki)\//

export const isPassing = (path: string): boolean => passing.some(pattern => pattern.test(path))
export const isSecret = (path: string): boolean => secret.test(path) && !trust.test(path)
export const isDatabase = (path: string): boolean => /^[^/]+\.db$/.test(path)

/** The regular files below a folder, by paths relative to it, in order. A link could lead to any file of this machine. */
export function filesBelow(folder: string, skip: (path: string) => boolean = () => false, base = ''): string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(folder, base), { withFileTypes: true })) {
    const path = base === '' ? entry.name : `${base}/${entry.name}`
    if (skip(entry.isDirectory() ? `${path}/` : path)) continue
    if (entry.isDirectory()) found.push(...filesBelow(folder, skip, path))
    else if (entry.isFile()) found.push(path)
  }
  return found.sort()
}

export interface Moment {
  /** Each is a connection inside a read transaction: it sees the database as it was at that moment, however long it takes. */
  readonly databases: readonly {
    readonly path: string
    readonly db: Open
    readonly schema: number
    readonly bytes: number
  }[]
  /** What is small and belongs to the moment: the site, its settings, the secrets. */
  readonly small: readonly { readonly path: string; readonly bytes: Buffer }[]
  /** Written once and never again, or of no moment: photos, plans, models. */
  readonly other: readonly string[]
  readonly trail: { readonly epoch: string; readonly seq: number; readonly hash: string } | null
  close(): void
}

/**
 * All that is in a data folder, at one moment: the records can't be written while the other snapshots are taken and site
 * and secrets are read, which takes some ms. SQLite holds a snapshot for as long as its reader stays [sqlite.org/isolation].
 */
export function momentOf(data: string): Moment {
  const all = filesBelow(data, isPassing)
  const names = all.filter(isDatabase)
  if (!names.includes('records.db')) fail('backup-no-data', { folder: data })
  const opened: Open[] = []
  const open = (name: string): Open => {
    const db = new DatabaseSync(join(data, name), { timeout: 5000 })
    opened.push(db)
    return db
  }
  const close = () => {
    for (const db of opened.splice(0)) db.close()
  }
  try {
    const gate = open('records.db')
    gate.exec('BEGIN IMMEDIATE')
    const databases = names.map(path => {
      const db = open(path)
      db.exec('BEGIN')
      // Not until something is read does the snapshot begin.
      const number = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0] as number
      db.prepare('SELECT count(*) FROM sqlite_master').get()
      return { path, db, schema: number('user_version'), bytes: number('page_count') * number('page_size') }
    })
    const now = all.filter(path => !isDatabase(path) && (!path.includes('/') || secret.test(path)))
    const small = now.map(path => ({ path, bytes: readFileSync(join(data, path)) }))
    gate.exec('ROLLBACK')
    const other = all.filter(path => !isDatabase(path) && !now.includes(path))
    const trail = headOf(databases.find(d => d.path === 'records.db')!.db)
    return { databases, small, other, trail, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Where the trail of this records.db ends. */
export function headOf(db: Open): Moment['trail'] {
  const epoch = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string } | undefined
  const last = db.prepare('SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1').get() as
    | { seq: number; hash: Uint8Array }
    | undefined
  if (!epoch) return null
  return { epoch: epoch.value, seq: last?.seq ?? 0, hash: Buffer.from(last?.hash ?? Buffer.alloc(32)).toString('hex') }
}

/** Without holding more than a piece of it in memory. */
export async function hashOfFile(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
    size += (chunk as Buffer).length
  }
  return { size, sha256: hash.digest('hex') }
}

/** Its id, for people who look at the list; null when the file is broken. */
export function siteOf(data: string): string | null {
  try {
    const { site } = JSON.parse(readFileSync(join(data, 'site.json'), 'utf8')) as { site?: { id?: unknown } }
    return typeof site?.id === 'string' && /^[\w-]{1,64}$/.test(site.id) ? site.id : null
  } catch {
    return null
  }
}
