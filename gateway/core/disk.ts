import type { Text } from '../../drivers/point.ts'

const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const FULL = both('磁盘已满', 'the disk is full')
const READ_ONLY = both('磁盘只读', 'the disk is read-only')
const BROKEN = both('磁盘读写出错', 'the disk has an I/O error')
const DAMAGED = both('数据库文件已损坏', 'the database file is damaged')
const NO_RIGHT = both('没有写入权限', 'no right to write there')

/** What SQLite says of a disk, by its result code [sqlite.org/rescode], and what the system says. */
const TROUBLES = new Map<number | string, Text>([
  [8, READ_ONLY],
  [10, BROKEN],
  [13, FULL],
  [14, NO_RIGHT],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['EROFS', READ_ONLY],
  ['EIO', BROKEN],
  ['EACCES', NO_RIGHT],
  ['EPERM', NO_RIGHT],
  ['EISDIR', NO_RIGHT],
])

/** What is wrong with the disk, if it is the disk that this error comes from. */
export function diskTrouble(error: unknown): Text | undefined {
  const { code, errcode } = (error ?? {}) as { code?: string; errcode?: number }
  return TROUBLES.get(code === 'ERR_SQLITE_ERROR' ? (errcode ?? 0) & 0xff : (code ?? ''))
}

/** SQLITE_CORRUPT and SQLITE_NOTADB [sqlite.org/rescode] */
const BROKEN_FILE = [11, 26]
/** The same, and that the file itself is damaged: that is what SQLite also makes of the pages of a disk that has just died. */
export function storageTrouble(error: unknown): Text | undefined {
  const { code, errcode } = (error ?? {}) as { code?: string; errcode?: number }
  const damaged = code === 'ERR_SQLITE_ERROR' && BROKEN_FILE.includes((errcode ?? 0) & 0xff)
  return damaged ? DAMAGED : diskTrouble(error)
}
