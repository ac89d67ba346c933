import { createHash, type Hash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { fail } from '../core/errors.ts'
import { isSecret } from './collect.ts'
import { damaged } from './damaged.ts'
import {
  DATA,
  isSafe,
  MANIFEST,
  MANIFEST_MAC,
  type Manifest,
  MOST_MANIFEST_BYTES,
  readManifest,
  SECRETS,
} from './manifest.ts'
import { type Keys, keysOf, macFits, opened } from './seal.ts'
import { readTar, type TarEntry } from './tar.ts'

const MOST_SECRETS_BYTES = 256 * 2 ** 20

export interface ReadOptions {
  /** undefined: without the secrets. */
  readonly passphrase?: string | undefined
  /** Where the files go; undefined: they are only checked. */
  readonly into?: string | undefined
  /** Asked once the table of contents is known and right, before anything is written. */
  readonly accept?: (manifest: Manifest) => void
}
export interface ReadBackup {
  readonly manifest: Manifest
  /** Of the whole file. */
  readonly sha256: string
  readonly bytes: number
  /** Paths of the secrets that were taken out; empty without a passphrase. */
  readonly secrets: readonly string[]
}

/** Only the table of contents, which stands first: enough for a list, and cheap. Throws as `readBackup`. */
export async function manifestOf(file: string): Promise<Manifest> {
  for await (const entry of entriesOf(file)) return readManifest(await tableOf(entry))
  return damaged('内容为空', 'it is empty')
}

/**
 * Reads a backup to its end and checks every byte of it.
 * @throws GatehouseError `backup-damaged`, `backup-newer`, `backup-passphrase`, `backup-no-secrets`
 */
export async function readBackup(file: string, options: ReadOptions = {}): Promise<ReadBackup> {
  const total = { hash: createHash('sha256'), bytes: 0 }
  const entries = entriesOf(file, total)
  try {
    return await readEntries(entries, total, options)
  } finally {
    await entries.return(undefined)
  }
}

async function readEntries(
  entries: AsyncGenerator<TarEntry>,
  total: { readonly hash: Hash; readonly bytes: number },
  options: ReadOptions,
): Promise<ReadBackup> {
  const { manifest, keys } = await headOf(entries, options.passphrase)
  options.accept?.(manifest)
  const expected = new Map(manifest.files.map(f => [f.path, f]))
  const folders = new Set<string>()
  let secrets: string[] = []
  for await (const entry of entries) {
    const { name, size, body } = entry
    const path = name === SECRETS ? SECRETS : name.startsWith(DATA) ? name.slice(DATA.length) : null
    const known = path === null ? undefined : expected.get(path)
    if (path === null || !known) return damaged(`含有目录里没有的 ${name}`, `it holds ${name}, which it does not name`)
    if (size !== known.size)
      damaged(`${path} 为 ${size} 字节，应为 ${known.size} 字节`, `${path} has ${size} bytes instead of ${known.size}`)
    expected.delete(path)
    const hash = createHash('sha256')
    if (path === SECRETS) {
      if (size > MOST_SECRETS_BYTES) damaged(`${SECRETS} 过大`, `${SECRETS} is too large`)
      const sealed = await all(body, hash)
      if (hash.digest('hex') !== known.sha256) damaged(`${path} 的 SHA-256 不符`, `the SHA-256 of ${path} is another`)
      if (keys) secrets = await unpackSecrets(opened(keys, sealed), options.into, folders)
      continue
    }
    if (isSecret(path)) damaged(`密钥文件 ${path} 没有加密`, `${path} lies open`)
    if (options.into === undefined) for await (const chunk of body) hash.update(chunk)
    else await put(options.into, path, body, hash, folders)
    if (hash.digest('hex') !== known.sha256) damaged(`${path} 的 SHA-256 不符`, `the SHA-256 of ${path} is another`)
  }
  if (expected.size > 0) lacking([...expected.keys()].slice(0, 3).join(', '))
  if (keys && secrets.length !== manifest.secrets?.files) damaged('缺少密钥文件', 'secrets are missing')
  for (const folder of folders) syncFolder(folder)
  return { manifest, sha256: total.hash.digest('hex'), bytes: total.bytes, secrets }
}

async function headOf(
  entries: AsyncGenerator<TarEntry>,
  passphrase: string | undefined,
): Promise<{ manifest: Manifest; keys: Keys | null }> {
  const first = await entries.next()
  if (first.done) return damaged('内容为空', 'it is empty')
  const table = await tableOf(first.value)
  const manifest = readManifest(table)
  if (!manifest.secrets) return passphrase === undefined ? { manifest, keys: null } : fail('backup-no-secrets')
  const second = await entries.next()
  if (second.done || second.value.name !== MANIFEST_MAC || second.value.size !== 32) return lacking(MANIFEST_MAC)
  const mac = await all(second.value.body)
  if (passphrase === undefined) return { manifest, keys: null }
  const keys = await keysOf(passphrase, manifest.secrets.derivation)
  // A table of contents that was rewritten together with what it names.
  if (!macFits(keys, table, mac)) fail('backup-passphrase')
  return { manifest, keys }
}

async function tableOf({ name, size, body }: TarEntry): Promise<Buffer> {
  if (name !== MANIFEST || size > MOST_MANIFEST_BYTES)
    damaged(`开头不是 ${MANIFEST}`, `it does not begin with ${MANIFEST}`)
  return all(body)
}

async function unpackSecrets(tar: Buffer, into: string | undefined, folders: Set<string>): Promise<string[]> {
  const paths: string[] = []
  for await (const { name, body } of readTar(one(tar))) {
    if (!isSafe(name) || !isSecret(name)) damaged(`密钥文件中混有 ${name}`, `among the secrets is ${name}`)
    paths.push(name)
    if (into === undefined) await all(body)
    else await put(into, name, body, undefined, folders)
  }
  return paths
}

/** On the disk when it returns; whoever may read it is whoever restores. */
async function put(
  into: string,
  path: string,
  body: AsyncIterable<Buffer>,
  hash: Hash | undefined,
  folders: Set<string>,
): Promise<void> {
  const target = join(into, path)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  folders.add(dirname(target))
  const file = openSync(target, 'wx', isSecret(path) ? 0o600 : 0o640)
  try {
    for await (const chunk of body) {
      hash?.update(chunk)
      // On a disk that is almost full it writes a part only.
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Counts and hashes the bytes of the file as they pass. */
async function* entriesOf(file: string, total?: { hash: Hash; bytes: number }): AsyncGenerator<TarEntry> {
  const raw = createReadStream(file, { highWaterMark: 1 << 18 })
  if (total)
    raw.on('data', chunk => {
      total.hash.update(chunk as Buffer)
      total.bytes += chunk.length
    })
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  raw.on('error', error => gunzip.destroy(error))
  raw.pipe(gunzip)
  const unzipped = wholeOf(gunzip)
  try {
    yield* readTar(unzipped)
    // Its own sum stands at the end of a gzip, behind the last block of the tar.
    for await (const chunk of unzipped)
      if (chunk.some(byte => byte !== 0)) damaged('后面还有别的内容', 'something follows it')
    if (total && total.bytes !== statSync(file).size) damaged('后面还有别的内容', 'something follows it')
  } finally {
    raw.destroy()
    gunzip.destroy()
  }
}

/** What gzip finds wrong is damage as well. */
async function* wholeOf(gunzip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* gunzip
  } catch (error) {
    const { code } = error as { code?: string }
    if (code?.startsWith('Z_')) damaged(`不是完整的 gzip 文件：${code}`, `not a whole gzip file: ${code}`)
    throw error
  }
}

const lacking = (what: string): never => damaged(`缺少 ${what}`, `${what} is missing`)

async function all(body: AsyncIterable<Buffer>, hash?: Hash): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of body) {
    hash?.update(chunk)
    // The reader goes on to use the memory behind it.
    parts.push(Buffer.from(chunk))
  }
  return Buffer.concat(parts)
}
async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
