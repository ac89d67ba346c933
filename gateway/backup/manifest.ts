import { z } from 'zod'
import { fail } from '../core/errors.ts'
import { issueText } from '../core/issues.ts'
import { migrations as historyMigrations } from '../history/schema.ts'
import { migrations as recordsMigrations } from '../records/db.ts'
import { damaged } from './damaged.ts'

/** Of the file as a whole. A higher one is refused: what it says is not known here. */
export const FORMAT = 1
export const MANIFEST = 'manifest.json'
export const MANIFEST_MAC = 'manifest.mac'
/** The files of the folder of secrets, a tar closed with the passphrase. */
export const SECRETS = 'secrets.sealed'
/** In front of every file of the data folder. */
export const DATA = 'data/'
export const MOST_MANIFEST_BYTES = 64 * 2 ** 20

/** Databases whose schema has a number, with the one that this version knows. */
export const knownSchemas: Readonly<Record<string, number>> = {
  'records.db': recordsMigrations.length,
  'history.db': historyMigrations.length,
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const size = z.number().int().min(0)
const schema = z.object({
  format: z.literal(FORMAT),
  product: z.literal('gatehouse'),
  version: z.string(),
  site: z.string().nullable(),
  madeAt: z.iso.datetime(),
  /** `PRAGMA user_version` of each database. */
  schemas: z.record(z.string(), z.number().int().min(0)),
  /** The last line of the trail, and the life that its numbers belong to. */
  trail: z.object({ epoch: z.string(), seq: z.number().int().min(0), hash: sha256 }).nullable(),
  files: z.array(z.object({ path: z.string(), size, sha256 })),
  /** null: made without a passphrase, so without secrets. */
  secrets: z
    .object({
      files: z.number().int().min(0),
      derivation: z.object({
        name: z.literal('scrypt'),
        n: z.number().int().min(2),
        r: z.number().int().min(1),
        p: z.number().int().min(1),
        salt: z.string(),
      }),
    })
    .nullable(),
})
export type Manifest = z.infer<typeof schema>

/** Throws `backup-newer`, `backup-damaged`. */
export function readManifest(bytes: Buffer): Manifest {
  let raw: unknown
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return damaged(`${MANIFEST} 不是 JSON`, `${MANIFEST} is no JSON`)
  }
  const { format, version } = (raw ?? {}) as { format?: unknown; version?: unknown }
  if (typeof format === 'number' && format > FORMAT)
    fail('backup-newer', { what: 'format', theirs: format, ours: FORMAT, version: String(version) })
  const parsed = schema.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = `${MANIFEST}: ${issue!.path.join('.')}`
    const why = issueText(issue!)
    return damaged(`${where} ${why['zh-CN']}`, `${where} ${why.en}`)
  }
  const manifest = parsed.data
  for (const { path } of manifest.files)
    if (!isSafe(path)) damaged(`路径指到外面：${path}`, `a path leads away: ${path}`)
  if (new Set(manifest.files.map(f => f.path)).size !== manifest.files.length)
    damaged('同一个文件列了两次', 'a file is named twice')
  for (const [name, theirs] of Object.entries(manifest.schemas)) {
    const ours = knownSchemas[name]
    if (ours !== undefined && theirs > ours)
      fail('backup-newer', { what: name, theirs, ours, version: manifest.version })
  }
  return manifest
}

/** A path within the folder, in its plainest form. */
export const isSafe = (path: string): boolean =>
  path.length > 0 &&
  path.length < 1000 &&
  !path.includes('\0') &&
  !path.includes('\\') &&
  path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
