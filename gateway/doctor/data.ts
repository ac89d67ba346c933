import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { drivers, profiles } from '../../drivers/index.ts'
import type { Text } from '../../drivers/point.ts'
import type {
  BackupFacts,
  CertificateFacts,
  DiskFacts,
  FolderFacts,
  RunningFacts,
  SiteFacts,
} from '../../rules/doctor/data.ts'
import { BACKUP_NAME } from '../backup/collect.ts'
import { manifestOf } from '../backup/read.ts'
import { openBackupSettings } from '../backup/settings.ts'
import { diskTrouble } from '../core/disk.ts'
import { checkSite } from '../site/site.ts'
import { userName } from './processes.ts'

/** What a running gateway says of itself; null: it does not run, or says nothing. */
export interface RunFile {
  readonly http: string
  readonly https: string | null
  readonly mqtt: string
  readonly pid: number
}
export function runFile(data: string): RunFile | null {
  try {
    return JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as RunFile
  } catch {
    return null
  }
}

export function folderFacts(path: string): FolderFacts {
  const user = userInfo()
  const there = statSync(path, { throwIfNoEntry: false })
  return {
    ...{ path, there: there !== undefined, user: user.username },
    mode: (there?.mode ?? 0) & 0o777,
    owner: there ? userName(there.uid) : '',
    own: there?.uid === user.uid,
  }
}

/** @param answers whether the addresses of run.json answer */
export function runningFacts(data: string, answers: boolean): RunningFacts {
  const pid = runFile(data)?.pid ?? null
  if (answers) return { state: 'running', pid }
  return held(data) ? { state: 'silent', pid } : { state: 'stopped', pid: null }
}
/** Somebody has the lock of core/lock.ts: a reader is refused then. */
function held(data: string): boolean {
  const file = join(data, 'lock.db')
  if (!existsSync(file)) return false
  try {
    const db = new DatabaseSync(file, { readOnly: true })
    try {
      db.prepare('SELECT count(*) FROM sqlite_master').get()
      return false
    } finally {
      db.close()
    }
  } catch (error) {
    return (error as { errcode?: number }).errcode === 5
  }
}

/** Writes a small file into the folder, forces it to the disk and takes it away. null: there is no folder. */
export function diskFacts(data: string): DiskFacts | null {
  if (!existsSync(data)) return null
  const { bavail, blocks, bsize, ffree, files } = statfsSync(data)
  const room = { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeInodes: ffree, totalInodes: files }
  const file = join(data, `.doctor-${process.pid}.tmp`)
  const began = performance.now()
  try {
    const fd = openSync(file, 'wx', 0o600)
    try {
      writeSync(fd, Buffer.alloc(4096, 1))
      fsyncSync(fd)
    } finally {
      closeSync(fd)
      rmSync(file, { force: true })
    }
    return { ...room, write: { tookMs: performance.now() - began } }
  } catch (error) {
    const { message } = error as Error
    return { ...room, write: { trouble: diskTrouble(error) ?? { 'zh-CN': message, en: message } } }
  }
}

/** What the check of site.json finds, with the models of the folder, and the site as far as it can be used. */
export function siteFacts(data: string): SiteFacts & { readonly raw: Raw } {
  const file = join(data, 'site.json')
  const none = { there: false, errors: 0, warnings: 0, first: null, raw: {} }
  if (!existsSync(file)) return none
  const source = readFileSync(file, 'utf8')
  const { problems } = checkSite(source, drivers, profiles)
  // Models of the site's own are checked where they are kept; here only their names matter.
  const own = new Set(existsSync(join(data, 'profiles')) ? readdirSync(join(data, 'profiles')) : [])
  const real = problems.filter(p => !(own.size > 1 && p.path.endsWith('.profile')))
  const of = (level: string) => real.filter(p => p.level === level)
  const [errors, warnings] = [of('error'), of('warning')]
  const [first] = [...errors, ...warnings]
  return {
    there: true,
    errors: errors.length,
    warnings: warnings.length,
    first: first ? { path: first.path, text: first.text } : null,
    raw: rawOf(source),
  }
}
/** What is looked at besides the check, though the site may be broken. */
export interface Raw {
  readonly site?: { readonly timezone?: unknown }
  readonly channels?: readonly Readonly<Record<string, unknown>>[]
  readonly outputs?: readonly Readonly<Record<string, unknown>>[]
}
function rawOf(source: string): Raw {
  try {
    const value = JSON.parse(source) as Raw | null
    const list = (of: unknown) => (Array.isArray(of) ? of.filter(one => typeof one === 'object' && one !== null) : [])
    return { ...value, channels: list(value?.channels), outputs: list(value?.outputs) }
  } catch {
    return {}
  }
}

const WEB: Text = { 'zh-CN': '网页证书', en: 'Certificate of the pages' }
/** Those of the pages, and those that channels show; authorities that a channel trusts. */
export function certificateFacts(data: string, https: boolean): CertificateFacts[] {
  const pki = join(data, 'secrets', 'pki')
  const found: CertificateFacts[] = []
  const add = (what: Text, file: string, key: string | null, selfMade: boolean) => {
    if (existsSync(file)) found.push({ what, file, selfMade, ...certificate(file, key) })
  }
  for (const channel of names(pki)) {
    const folder = join(pki, channel)
    if (channel.startsWith('@')) {
      if (channel === '@web' && !https) continue
      const own = existsSync(join(folder, 'certificate.pem'))
      const what =
        channel === '@web' ? WEB : { 'zh-CN': `${channel.slice(1)} 的证书`, en: `Certificate of ${channel.slice(1)}` }
      if (own) add(what, join(folder, 'certificate.pem'), join(folder, 'key.pem'), false)
      else add(what, join(folder, 'selfmade.pem'), join(folder, 'selfmade-key.pem'), true)
      continue
    }
    add(
      { 'zh-CN': `通道 ${channel} 的证书`, en: `Certificate of channel ${channel}` },
      join(folder, 'cert.pem'),
      join(folder, 'key.pem'),
      false,
    )
    add(
      { 'zh-CN': `通道 ${channel} 信任的签发者`, en: `Authority of channel ${channel}` },
      join(folder, 'ca.pem'),
      null,
      false,
    )
  }
  return found
}
function certificate(file: string, key: string | null): Pick<CertificateFacts, 'valid' | 'fits'> {
  try {
    const c = new X509Certificate(readFileSync(file))
    const valid = { from: Date.parse(c.validFrom), to: Date.parse(c.validTo) }
    return { valid, fits: key === null ? null : fits(c, key) }
  } catch {
    return { valid: null, fits: null }
  }
}
function fits(c: X509Certificate, key: string): boolean {
  try {
    return c.checkPrivateKey(createPrivateKey(readFileSync(key)))
  } catch {
    return false
  }
}

/** The newest that can be read: its table of contents, not each byte. */
export async function backupFacts(data: string): Promise<BackupFacts> {
  const settings = openBackupSettings(data)
  const { on } = settings.read()
  const folder = settings.folderOf(settings.read())
  const unreadable: string[] = []
  let newest: BackupFacts['newest'] = null
  for (const name of names(folder).filter(name => BACKUP_NAME.test(name)))
    try {
      const madeAt = Date.parse((await manifestOf(join(folder, name))).madeAt)
      if (!newest || madeAt > newest.madeAt) newest = { name, madeAt }
    } catch (error) {
      if ((error as { code?: string }).code !== 'backup-newer') unreadable.push(name)
    }
  return { on, folder, newest, unreadable }
}
const names = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
