import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { z } from 'zod'
import { fail } from '../core/errors.ts'
import { writeDurably } from '../site/file.ts'
import { BACKUPS } from './collect.ts'
import { SHORTEST_PASSPHRASE } from './seal.ts'

const tooShort = {
  'zh-CN': `至少 ${SHORTEST_PASSPHRASE} 个字符`,
  en: `at least ${SHORTEST_PASSPHRASE} characters`,
}

const kept = z.object({
  on: z.boolean(),
  /** null: `backups` in the data folder. */
  folder: z.string().nullable(),
  /** By the site's own clock. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  keep: z.number().int().min(1).max(1000),
})
export type BackupSettings = Readonly<z.infer<typeof kept>>
const standard: BackupSettings = { on: false, folder: null, at: '03:00', keep: 14 }

/** `backup.json` in the data folder; the passphrase of scheduled backups among the secrets. */
export function openBackupSettings(data: string) {
  const file = join(data, 'backup.json')
  const secret = join(data, 'secrets', 'backup.key')
  const own = join(data, BACKUPS)
  let last: { readonly stamp: string; readonly settings: BackupSettings } | null = null
  const read = (): BackupSettings => {
    // Asked for each second.
    const there = statSync(file, { throwIfNoEntry: false })
    if (!there) return standard
    const stamp = `${there.ino} ${there.size} ${there.mtimeMs} ${there.ctimeMs}`
    if (last?.stamp !== stamp) last = { stamp, settings: readFile() }
    return last.settings
  }
  const readFile = (): BackupSettings => {
    try {
      return kept.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      // One that was broken by hand is shown as off, where everybody looks.
      return standard
    }
  }
  return {
    read,
    passphrase: (): string | undefined => (existsSync(secret) ? readFileSync(secret, 'utf8').trim() : undefined),
    folderOf: ({ folder }: BackupSettings): string => folder ?? own,
    /**
     * Throws `backup-folder`, `invalid-input`.
     * @param passphrase null takes it away; undefined leaves it
     */
    write(settings: BackupSettings, passphrase: string | null | undefined): void {
      if (passphrase && passphrase.length < SHORTEST_PASSPHRASE)
        fail('invalid-input', { where: 'passphrase', why: tooShort })
      if (settings.folder !== null) checkFolder(settings.folder, data)
      if (passphrase === null) rmSync(secret, { force: true })
      else if (passphrase !== undefined) {
        mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 })
        writeDurably(secret, `${passphrase}\n`, 0o600)
        chmodSync(secret, 0o600)
      }
      writeDurably(file, `${JSON.stringify(settings, null, 1)}\n`)
      last = null
    },
  }
}

/** There, a folder, one that we may write to, and none of our own, which would be a backup of backups. */
function checkFolder(folder: string, data: string): void {
  if (!isAbsolute(folder)) fail('backup-folder', { folder, why: WORDS.absolute })
  const inside = relative(data, folder)
  if (!inside.startsWith('..') && !isAbsolute(inside) && inside !== BACKUPS)
    fail('backup-folder', { folder, why: WORDS.inside })
  try {
    if (!statSync(folder).isDirectory()) fail('backup-folder', { folder, why: WORDS.noFolder })
    rmSync(mkdtempSync(join(folder, '.gatehouse-try-')), { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'backup-folder') throw error
    fail('backup-folder', { folder, why: code === 'ENOENT' ? WORDS.missing : (WORDS[code ?? ''] ?? String(code)) })
  }
}
const WORDS: Readonly<
  Record<string, { 'zh-CN': string; en: string }> &
    Record<'absolute' | 'inside' | 'noFolder' | 'missing', { 'zh-CN': string; en: string }>
> = {
  absolute: { 'zh-CN': '须写完整路径', en: 'it has to be a whole path' },
  inside: { 'zh-CN': '它在数据目录里面', en: 'it lies within the data folder' },
  noFolder: { 'zh-CN': '它不是目录', en: 'it is no folder' },
  missing: { 'zh-CN': '没有这个目录', en: 'it is not there' },
  EACCES: { 'zh-CN': '没有写入权限', en: 'no right to write there' },
  EROFS: { 'zh-CN': '磁盘只读', en: 'the disk is read-only' },
  ENOSPC: { 'zh-CN': '磁盘已满', en: 'the disk is full' },
}
