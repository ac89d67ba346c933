import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { plainly, type Why } from '../reader/row.ts'

/**
 * Puts a file into a folder, also one of another machine: it is written under a name that begins with a dot, is on the disk
 * before it gets its name, and never takes the place of another. One that is there with the same bytes is the one.
 * @returns null: it is there, whole; else why not
 */
export function placeWhole(folder: string, name: string, bytes: Buffer): Why | null {
  const path = join(folder, name)
  let pending = ''
  try {
    // Left by one of us that was killed.
    for (const one of readdirSync(folder))
      if (one.startsWith(`.${name}.`) && one.endsWith('.part')) rmSync(join(folder, one), { force: true })
    if (existsSync(path)) return same(path, bytes)
    pending = join(folder, `.${name}.${randomBytes(4).toString('hex')}.part`)
    const fd = openSync(pending, 'wx', 0o640)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    try {
      linkSync(pending, path)
      rmSync(pending)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return same(path, bytes)
      // Some drives of other machines know no links.
      renameSync(pending, path)
    }
    const dir = openSync(folder, 'r')
    try {
      fsyncSync(dir)
    } finally {
      closeSync(dir)
    }
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { code: 'far-permission', detail: folder }
    if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'far-full', detail: folder }
    return { code: 'disk', detail: plainly(message) }
  } finally {
    if (pending !== '') rmSync(pending, { force: true })
  }
}
const same = (path: string, bytes: Buffer): Why | null =>
  readFileSync(path).equals(bytes) ? null : { code: 'name-taken', detail: path }
