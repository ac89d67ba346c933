import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail } from '../core/errors.ts'
import { lockFolder } from '../core/lock.ts'
import { migrations, openDb } from '../records/db.ts'
import { openTrail } from '../records/trail.ts'
import { writeDurably } from '../site/file.ts'
import { ASIDE, filesBelow, headOf, isDatabase, isSecret, UNDER_WAY } from './collect.ts'
import { damaged } from './damaged.ts'
import type { Manifest } from './manifest.ts'
import { readBackup, syncFolder } from './read.ts'

const UNPACKED = '.restoring-'
const RESERVE_BYTES = 50_000_000
const MB = 1_000_000
/** SQLITE_ERROR of a table that is not there, SQLITE_CORRUPT, SQLITE_NOTADB [sqlite.org/rescode] */
const BROKEN = [1, 11, 26]

export interface RestoreOptions {
  readonly file: string
  readonly data: string
  readonly now: number
  readonly passphrase?: string | undefined
  /** The backup has secrets, and they are to be left out. */
  readonly withoutSecrets?: boolean | undefined
}
export interface Restored {
  readonly manifest: Manifest
  readonly sha256: string
  /** Where what was there is now; null: there was nothing. */
  readonly aside: string | null
  readonly secrets: number
}
interface Moves {
  readonly from: string
  readonly aside: string
  readonly old: readonly string[]
  readonly fresh: readonly string[]
}

/**
 * Puts a backup in the place of what is in a data folder, which is kept beside it. All of the backup is unpacked and checked
 * before the first file of the folder is touched; cut off after that, the next start finishes the exchange.
 * @throws GatehouseError `backup-damaged`, `backup-newer`, `backup-passphrase`, `backup-needs-passphrase`,
 * `backup-no-secrets`, `backup-no-room`, `backup-folder`; Error while a gateway runs on the folder
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { file, now, passphrase } = options
  const data = resolve(options.data)
  needOurs(data)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(data)
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const unpacked = join(data, `${UNPACKED}${stamp}`)
  try {
    chmodSync(data, 0o700)
    finishRestore(data)
    const read = await readBackup(file, {
      passphrase,
      into: unpacked,
      accept(manifest) {
        if (manifest.secrets && passphrase === undefined && !options.withoutSecrets) fail('backup-needs-passphrase')
        needRoom(data, manifest)
      },
    })
    const { manifest, sha256, secrets } = read
    try {
      settle(unpacked, manifest, { file, now, sha256 })
    } catch (error) {
      // Sums that are right say nothing of what somebody made them of.
      const { errcode = 0, message } = error as { errcode?: number; message: string }
      if (BROKEN.includes(errcode & 0xff)) fail('backup-damaged', { why: message })
      throw error
    }
    const fresh = filesBelow(unpacked)
    const old = oldFiles(data, secrets.length > 0, new Set(fresh))
    const aside = asideIn(data, stamp)
    const moves: Moves = { from: `${UNPACKED}${stamp}`, aside, old, fresh }
    writeDurably(join(data, UNDER_WAY), JSON.stringify(moves))
    finishRestore(data)
    return { manifest, sha256, aside: old.length > 0 ? join(data, aside) : null, secrets: secrets.length }
  } finally {
    if (!existsSync(join(data, UNDER_WAY))) rmSync(unpacked, { recursive: true, force: true })
    unlock()
  }
}

/**
 * Finishes an exchange of files that was cut off, and takes away what one left that had not come so far. Called with the
 * folder locked, at every start.
 */
export function finishRestore(data: string): void {
  const marker = join(data, UNDER_WAY)
  if (existsSync(marker)) {
    const { from, aside, old, fresh } = JSON.parse(readFileSync(marker, 'utf8')) as Moves
    const folders = new Set<string>()
    const move = (source: string, target: string) => {
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
      renameSync(source, target)
      folders.add(dirname(source)).add(dirname(target))
    }
    for (const path of old) {
      const kept = join(data, aside, path)
      // What stands there when it was kept already is the new one.
      if (!existsSync(kept) && existsSync(join(data, path))) move(join(data, path), kept)
    }
    for (const path of fresh) if (existsSync(join(data, from, path))) move(join(data, from, path), join(data, path))
    for (const folder of folders) syncFolder(folder)
    rmSync(marker)
    syncFolder(data)
  }
  for (const name of readdirSync(data))
    if (name.startsWith(UNPACKED)) rmSync(join(data, name), { recursive: true, force: true })
}

/** Checks the databases as what they are, brings the records to this version, and lets the trail say what has happened. */
function settle(
  unpacked: string,
  manifest: Manifest,
  { file, now, sha256 }: { readonly file: string; readonly now: number; readonly sha256: string },
): void {
  for (const path of filesBelow(unpacked).filter(isDatabase)) {
    const db = new DatabaseSync(join(unpacked, path))
    try {
      const answer = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0]
      if (answer !== 'ok')
        damaged(`${path} 检查未通过：${String(answer)}`, `the check of ${path} fails: ${String(answer)}`)
      if (path === 'records.db' && JSON.stringify(headOf(db)) !== JSON.stringify(manifest.trail))
        damaged('审计记录的末尾与目录不符', 'the trail does not end where the table of contents says')
    } finally {
      db.close()
    }
  }
  const records = join(unpacked, 'records.db')
  if (!existsSync(records)) damaged('缺少 records.db', 'records.db is missing')
  const db = openDb(records, migrations)
  try {
    const broken = openTrail(
      db,
      () => now,
      () => {},
    ).verify()
    if (broken) damaged(`审计记录从第 ${broken.seq} 条起对不上`, `the trail does not hold from entry ${broken.seq} on`)
    // From here on the numbers of the trail belong to another life: whoever followed the old one must notice.
    const epoch = randomUUID()
    openTrail(
      db,
      () => now,
      () => {},
    ).change({ name: 'console', role: 'console' }, note => {
      note('backup', file.split('/').at(-1)!, 'restored', {
        madeAt: manifest.madeAt,
        version: manifest.version,
        sha256,
        formerEpoch: manifest.trail?.epoch ?? null,
        formerSeq: manifest.trail?.seq ?? 0,
        epoch,
      })
      db.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(epoch)
      // Who was signed in then, perhaps at another machine, signs in again.
      db.prepare('DELETE FROM session').run()
    })
  } finally {
    db.close()
  }
}

/** What has to make room, with the logs of databases that nobody has taken up: they belong to what they lie beside. */
function oldFiles(data: string, withSecrets: boolean, fresh: ReadonlySet<string>): string[] {
  const stays = (path: string) =>
    /^(lock\.db|\.|before-restore-|restore-under-way\.json|lost\+found\/|backups\/gatehouse-)/.test(path)
  return filesBelow(data, stays).filter(path => withSecrets || !isSecret(path) || fresh.has(path))
}

function asideIn(data: string, stamp: string): string {
  for (let n = 1; ; n++) {
    const name = `${ASIDE}${stamp}${n === 1 ? '' : `-${n}`}`
    if (!existsSync(join(data, name))) return name
  }
}

/** Somebody's home folder must not be moved aside by a wrong word. */
function needOurs(data: string): void {
  if (!existsSync(data)) return
  const there = readdirSync(data).filter(name => !name.startsWith('.') && name !== 'lock.db' && name !== 'lost+found')
  const ours = ['records.db', 'site.json', UNDER_WAY, 'backups'].some(name => there.includes(name))
  const kept = there.every(name => name.startsWith(ASIDE))
  if (!ours && !kept)
    fail('backup-folder', {
      folder: data,
      why: { 'zh-CN': '里面有不属于门房的内容', en: 'it holds something that is not of Gatehouse' },
    })
}

function needRoom(data: string, manifest: Manifest): void {
  const need = manifest.files.reduce((sum, f) => sum + f.size, RESERVE_BYTES)
  const { bavail, bsize } = statfsSync(data)
  const has = bavail * bsize
  if (has < need) fail('backup-no-room', { folder: data, need: Math.ceil(need / MB), free: Math.floor(has / MB) })
}
