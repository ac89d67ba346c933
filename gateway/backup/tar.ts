import { damaged } from './damaged.ts'

/** POSIX ustar with pax names [IEEE Std 1003.1-2017, pax]: a backup can be opened by any tar. Regular files only. */
const BLOCK = 512
const MOST_OCTAL = 8 ** 11
/** A pax header names one path; more than this is nothing of ours. */
const MOST_PAX = 65_536

export interface TarEntry {
  readonly name: string
  readonly size: number
  /** To be read to its end before the next entry is asked for. */
  readonly body: AsyncIterable<Buffer>
}

/** The header of a file; what follows is `size` bytes and `paddingOf(size)`. */
export function headerOf(name: string, size: number, atMs: number): Buffer {
  const bytes = Buffer.from(name)
  if (bytes.length <= 100) return block(bytes, size, atMs, '0')
  const record = paxRecord('path', name)
  return Buffer.concat([
    block(Buffer.from('pax-header'), record.length, atMs, 'x'),
    record,
    paddingOf(record.length),
    block(bytes.subarray(0, 100), size, atMs, '0'),
  ])
}
export const paddingOf = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
/** Two blocks of nothing. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK)

function block(name: Buffer, size: number, atMs: number, type: '0' | 'x'): Buffer {
  const head = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, width: number) =>
    head.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
  name.copy(head, 0)
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  if (size < MOST_OCTAL) octal(size, 124, 12)
  else {
    // What eleven octal digits do not hold, as a binary number [GNU tar, large files].
    head[124] = 0x80
    head.writeBigUInt64BE(BigInt(size), 128)
  }
  octal(Math.floor(atMs / 1000), 136, 12)
  head.write(type, 156, 'latin1')
  head.write('ustar\x0000', 257, 'latin1')
  head.write(`${sumOf(head).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return head
}

/** Of all bytes, with the eight of the sum itself as spaces. */
function sumOf(head: Buffer): number {
  let sum = 8 * 0x20
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += head[i]!
  return sum
}

/** `<length> path=<name>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return Buffer.from(`${length} ${key}=${value}\n`)
}

/** The files of a tar, one after the other. Throws `backup-damaged` for anything else than whole regular files. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const take = reader(source)
  let longName: string | null = null
  for (;;) {
    const head = await whole(take, BLOCK)
    if (head.every(byte => byte === 0)) return
    const field = (at: number, width: number) =>
      head
        .subarray(at, at + width)
        .toString('latin1')
        .replace(/[\0 ].*$/s, '')
    if (Number.parseInt(field(148, 8), 8) !== sumOf(head)) damaged('文件头校验和不对', 'a header has a wrong sum')
    const size = head[124] === 0x80 ? Number(head.readBigUInt64BE(128)) : Number.parseInt(field(124, 12), 8)
    if (!Number.isSafeInteger(size) || size < 0) damaged('文件大小不合理', 'a size that cannot be')
    const type = head.toString('latin1', 156, 157)
    if (type === 'x') {
      if (size > MOST_PAX) damaged('文件名过长', 'a name that is too long')
      const record = (await whole(take, size)).toString('utf8')
      longName =
        /^\d+ path=(.*)\n$/s.exec(record)?.[1] ?? damaged('扩展文件头不是门房写的', 'a pax header that is not ours')
      await whole(take, paddingOf(size).length)
      continue
    }
    if (type !== '0' && type !== '\0')
      damaged(`有一项不是文件（类型 ${type}）`, `an entry that is no file (type ${type})`)
    const end = head.indexOf(0)
    const name: string = longName ?? head.toString('utf8', 0, Math.min(end < 0 ? 100 : end, 100))
    longName = null
    let left = size
    yield {
      name,
      size,
      body: (async function* () {
        while (left > 0) {
          const chunk = (await take(left)) ?? damaged('在文件中间就结束了', 'it ends in the middle of a file')
          left -= chunk.length
          yield chunk
        }
      })(),
    }
    if (left > 0) throw new Error(`${name} was not read to its end`)
    await whole(take, paddingOf(size).length)
  }
}

type Take = (most: number) => Promise<Buffer | null>

/** Hands out what comes, `most` bytes at a time at most; null at the end. */
function reader(source: AsyncIterable<Buffer>): Take {
  const from = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return async most => {
    while (rest.length === 0) {
      const next = await from.next()
      if (next.done) return null
      rest = next.value
    }
    const part = rest.subarray(0, most)
    rest = rest.subarray(part.length)
    return part
  }
}

async function whole(take: Take, size: number): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let left = size; left > 0; ) {
    const part = (await take(left)) ?? damaged('过早结束', 'it ends too early')
    parts.push(part)
    left -= part.length
  }
  return Buffer.concat(parts)
}
