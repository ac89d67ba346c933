import { createHash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface SiteText {
  /** '' when there is none that can be read. */
  readonly text: string
  /** Of the bytes on the disk; null when there is no file. */
  readonly hash: string | null
  /** Why it can't be checked at all: a code of problems.ts. */
  readonly trouble?: { readonly code: string; readonly params: Readonly<Record<string, string>> }
}
export type SiteFile = ReturnType<typeof openSiteFile>

const KEPT_BACKUPS = 100
const LOOK_EVERY_MS = 5000

/**
 * site.json in the data folder: people edit it by hand, the settings page edits it, and a power cut may come at any moment.
 * Every version that was good is kept beside it, so that a broken edit does not blind a building at the next start.
 */
export function openSiteFile(dataFolder: string) {
  const path = join(dataFolder, 'site.json')
  const goodPath = join(dataFolder, 'site.last-good.json')
  const backups = join(dataFolder, 'backups')
  let last: { readonly stamp: string; readonly hash: string | null } | null = null
  function read(): SiteText {
    const stamp = stampOf(path)
    const text = readText(path)
    last = stamp === null || text.trouble ? null : { stamp, hash: text.hash }
    return text
  }
  return {
    path,
    read,
    /** Whether it is still this one: looked at every few seconds, so read again only when it may be another. */
    isStill(hash: string | null | undefined): boolean {
      const stamp = stampOf(path)
      if (stamp !== null && last?.stamp === stamp) return last.hash === hash
      return read().hash === hash
    },
    /** The newest version that was run; '' if there never was one. */
    readGood: (): string => readText(goodPath).text,
    keepGood(text: string) {
      if (readText(goodPath).text !== text) writeDurably(goodPath, text)
    },
    /** Keeps what is there as a numbered backup, whose name is returned; null when there is nothing. */
    backup(): string | null {
      const had = readText(path)
      return had.hash === null ? null : keepBackup(backups, had.text)
    },
    write: (text: string): void => writeDurably(path, text),
    /**
     * Calls back when the file may have changed. Watches the folder: editors and we ourselves replace the file by renaming.
     * Calls now and then as well: a network file system reports nothing, and what could not be taken up is tried again.
     */
    watch(changed: () => void): () => void {
      let timer: NodeJS.Timeout | undefined
      const watcher = watch(dataFolder, (_, name) => {
        if (name !== basename(path)) return
        clearTimeout(timer)
        timer = setTimeout(changed, 200)
      })
      watcher.on('error', () => {})
      const again = setInterval(changed, LOOK_EVERY_MS)
      return () => {
        clearInterval(again)
        clearTimeout(timer)
        watcher.close()
      }
    },
  }
}

/** Longer than any file system takes for two different times. */
const SETTLED_MS = 3000
/** @returns null when it is not there, or so new that one written right after it could have the same times */
function stampOf(path: string): string | null {
  try {
    const there = statSync(path, { throwIfNoEntry: false })
    if (!there || Math.abs(Date.now() - Math.max(there.ctimeMs, there.mtimeMs)) < SETTLED_MS) return null
    return `${there.ino} ${there.size} ${there.mtimeMs} ${there.ctimeMs}`
  } catch {
    return null
  }
}

export const hashOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

function readText(path: string): SiteText {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { text: '', hash: null, trouble: { code: 'site-missing', params: { file: path } } }
    return {
      text: '',
      hash: null,
      trouble: { code: 'site-unreadable', params: { file: path, why: code ?? String(error) } },
    }
  }
  const hash = hashOf(bytes)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), hash }
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), hash, trouble: { code: 'site-encoding', params: {} } }
  }
}

/**
 * The new content is there whole or not at all, also after a power cut: a rename without the fsyncs left files of 0 bytes.
 */
export function writeDurably(path: string, text: string | Uint8Array, mode = 0o640) {
  const temp = `${path}.tmp`
  let kept = mode
  try {
    kept = statSync(path).mode & 0o777
  } catch {
    // a new file
  }
  const file = openSync(temp, 'w', kept)
  try {
    // Not writeSync: on a disk that is almost full it writes a part and says so in its result only.
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temp, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function keepBackup(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  const old = readdirSync(folder)
    .filter(name => /^site-\d{6}\.json$/.test(name))
    .sort()
  const last = Number(old.at(-1)?.slice(5, 11) ?? 0)
  const name = `site-${String(last + 1).padStart(6, '0')}.json`
  writeDurably(join(folder, name), text)
  for (const name of old.slice(0, Math.max(0, old.length + 1 - KEPT_BACKUPS)))
    rmSync(join(folder, name), { force: true })
  return name
}
