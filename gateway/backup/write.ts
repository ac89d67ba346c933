import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { fail } from '../core/errors.ts'
import { hashOfFile, isSecret, type Moment, momentOf } from './collect.ts'
import { damaged } from './damaged.ts'
import { DATA, FORMAT, MANIFEST, MANIFEST_MAC, type Manifest, SECRETS } from './manifest.ts'
import { readBackup, syncFolder } from './read.ts'
import { closed, type Keys, macOf, newKeys } from './seal.ts'
import { headerOf, paddingOf, tarEnd } from './tar.ts'

/** Left free on the disk of the data: a backup must not be what blinds a building. */
const RESERVE_BYTES = 300_000_000
const PAGES_AT_ONCE = 4096
const MB = 1_000_000
const DAY_MS = 86_400_000

export interface BackupOptions {
  readonly data: string
  /** Must not be there yet. */
  readonly file: string
  readonly version: string
  readonly site: string | null
  readonly now: number
  /** undefined: without the secrets. */
  readonly passphrase?: string | undefined
  /** For tests: another disk. */
  readonly freeBytes?: ((folder: string) => number) | undefined
}
export interface MadeBackup {
  readonly file: string
  readonly bytes: number
  /** Of the whole file: kept elsewhere, it shows that nobody has made another in its place. */
  readonly sha256: string
  readonly manifest: Manifest
}

/**
 * One file with all of a data folder as it is at one moment, while the gateway may run and write. It has its name only when
 * it is whole, on the disk, and was read back.
 * @throws GatehouseError `backup-no-data`, `backup-exists`, `backup-no-room`, `backup-folder`; errors of the disk
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { data, version, site, now, passphrase } = options
  const file = resolve(options.file)
  const folder = dirname(file)
  if (existsSync(file)) fail('backup-exists', { file })
  clearLeftovers(folder)
  const keys = passphrase === undefined ? null : await newKeys(passphrase)
  const staging = stagingIn(folder)
  let moment: Moment | null = null
  try {
    moment = momentOf(data)
    needRoom(data, folder, moment, options.freeBytes ?? free)
    const parts = await gather(moment, data, staging, keys)
    const schemas = Object.fromEntries(moment.databases.map(d => [d.path, d.schema]))
    const { trail } = moment
    moment.close()
    moment = null
    const manifest: Manifest = {
      format: FORMAT,
      product: 'gatehouse',
      version,
      site,
      madeAt: new Date(now).toISOString(),
      schemas,
      trail,
      files: parts.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
      secrets: keys && {
        files: parts.find(p => p.path === SECRETS)?.secrets ?? 0,
        derivation: { ...keys.derivation },
      },
    }
    const whole = join(staging, 'whole')
    await pipeline(Readable.from(bytesOf(manifest, parts, keys, now)), createGzip({ level: 1 }), await sink(whole))
    sync(whole)
    const read = await readBackup(whole, { passphrase })
    if (existsSync(file)) fail('backup-exists', { file })
    renameSync(whole, file)
    syncFolder(folder)
    return { file, bytes: read.bytes, sha256: read.sha256, manifest }
  } finally {
    moment?.close()
    rmSync(staging, { recursive: true, force: true })
  }
}

interface Part {
  readonly path: string
  readonly size: number
  readonly sha256: string
  /** Where its bytes are. */
  readonly from: string | Buffer
  /** How many files are closed in it. */
  readonly secrets?: number
}

async function gather(moment: Moment, data: string, staging: string, keys: Keys | null): Promise<Part[]> {
  const parts: Part[] = []
  for (const { path, db } of moment.databases) {
    const copy = join(staging, path)
    await backup(db, copy, { rate: PAGES_AT_ONCE })
    check(copy, path)
    parts.push({ path, from: copy, ...(await hashOfFile(copy)) })
  }
  const secrets = moment.small.filter(({ path }) => isSecret(path))
  for (const { path, bytes } of moment.small) if (!isSecret(path)) parts.push(partOf(path, bytes))
  for (const path of moment.other) {
    const from = join(data, path)
    // Dropped meanwhile: no record of the moment names it.
    const found = await hashOfFile(from).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (found) parts.push({ path, from, ...found })
  }
  if (!keys) return parts
  const tar = secrets.flatMap(({ path, bytes }) => [headerOf(path, bytes.length, 0), bytes, paddingOf(bytes.length)])
  const sealed = partOf(SECRETS, closed(keys, Buffer.concat([...tar, tarEnd()])))
  return [...parts, { ...sealed, secrets: secrets.length }]
}

const partOf = (path: string, from: Buffer): Part => ({
  path,
  from,
  size: from.length,
  sha256: createHash('sha256').update(from).digest('hex'),
})

/** A copy of a database that was broken already is no backup. */
function check(copy: string, path: string): void {
  const db = new DatabaseSync(copy, { readOnly: true })
  try {
    const answer = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0]
    if (answer !== 'ok')
      damaged(`${path} 检查未通过：${String(answer)}`, `the check of ${path} fails: ${String(answer)}`)
  } finally {
    db.close()
  }
}

async function* bytesOf(manifest: Manifest, parts: readonly Part[], keys: Keys | null, now: number) {
  const table = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
  yield* [headerOf(MANIFEST, table.length, now), table, paddingOf(table.length)]
  if (keys) {
    const mac = macOf(keys, table)
    yield* [headerOf(MANIFEST_MAC, mac.length, now), mac, paddingOf(mac.length)]
  }
  for (const { path, from, size } of parts) {
    yield headerOf(path === SECRETS ? SECRETS : `${DATA}${path}`, size, now)
    if (typeof from === 'string') {
      let sent = 0
      // One that grows meanwhile is caught by its size, one that changes by its hash, when it is read back.
      for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20, end: Math.max(0, size - 1) })) {
        sent += (chunk as Buffer).length
        if (sent <= size) yield chunk as Buffer
      }
      if (sent < size) fail('backup-changing', { file: path })
    } else yield from
    yield paddingOf(size)
  }
  yield tarEnd()
}

async function sink(path: string) {
  const handle = await open(path, 'wx', 0o600)
  return handle.createWriteStream({ highWaterMark: 1 << 20 })
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const STAGING = '.gatehouse-backup-'
const mine = () => `${STAGING}${hostname().replaceAll(/[^\w.]/g, '_')}-${process.pid}-`

function stagingIn(folder: string): string {
  try {
    return mkdtempSync(join(folder, mine()))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return fail('backup-folder', { folder, why: code ?? message })
  }
}

/** What a backup left that was killed: of this machine when its process is gone, of another when it is a day old. */
export function clearLeftovers(folder: string, ended = false): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder).filter(n => n.startsWith(STAGING))) {
    const [, host, pid] = /^\.gatehouse-backup-(.+)-(\d+)-\w+$/.exec(name) ?? []
    const path = join(folder, name)
    const here = name.startsWith(`${STAGING}${host}-`) && mine().startsWith(`${STAGING}${host}-`)
    const old = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > DAY_MS
    const own = Number(pid) === process.pid
    if (old || (here && (own ? ended : !isAlive(Number(pid))))) rmSync(path, { recursive: true, force: true })
  }
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const free = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** The copies of the databases, and once more what is made of them. */
function needRoom(data: string, folder: string, moment: Moment, freeBytes: (folder: string) => number): void {
  const sizeOf = (path: string) => statSync(join(data, path), { throwIfNoEntry: false })?.size ?? 0
  const copies = moment.databases.reduce((sum, d) => sum + d.bytes, 0)
  const rest = moment.other.reduce((sum, path) => sum + sizeOf(path), 0)
  const small = moment.small.reduce((sum, s) => sum + s.bytes.length, 0)
  const reserve = statSync(data).dev === statSync(folder).dev ? RESERVE_BYTES : 0
  const need = 2 * copies + rest + small + reserve
  const has = freeBytes(folder)
  if (has < need) fail('backup-no-room', { folder, need: Math.ceil(need / MB), free: Math.floor(has / MB) })
}

/** `gatehouse-<site>-<UTC>[-auto].tar.gz`, so that a list by name is one by time. */
export const backupName = (site: string | null, at: number, auto: boolean): string =>
  `gatehouse-${site ?? 'no-site'}-${new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}${auto ? '-auto' : ''}.tar.gz`
