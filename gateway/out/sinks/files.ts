import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { plainly, type Row, type Sink, type Verdict } from '../reader/row.ts'

export interface FilesOptions {
  readonly folder: string
  /** Begins each name: `<prefix>-telemetry-20261122-0800+0800.csv`. */
  readonly prefix: string
  readonly every: 'hour' | 'day'
  readonly timezone: string
  readonly now: () => number
}

const PART = '.part'
const heads: Readonly<Record<string, string>> = {
  telemetry: 'id,written,time,point,value,quality,reason',
  records: 'id,written,time,kind,record,action,data',
}
/** A period that is over waits so long for what was written at its very end. */
const GRACE_MS = 15_000
const TAIL = 1 << 20

/**
 * CSV files that appear whole: rows are appended to `.<name>.part` and are on the disk before the position moves; when the hour
 * or day is over, it gets its name. A row that is in the file already is not written a second time, so each is there once.
 */
export function filesSink({ folder, prefix, every, timezone, now }: FilesOptions): Sink {
  const clock = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'longOffset',
  })
  /** The period of a time, as in the name of its file. With the offset: an hour that comes twice has two names. */
  const periodOf = (at: number): string => {
    const p = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
    const day = `${p.year}${p.month}${p.day}`
    const offset = (p.timeZoneName ?? '').replace(/GMT|:/g, '') || '+0000'
    return every === 'day' ? day : `${day}-${p.hour}00${offset}`
  }
  interface Part {
    readonly part: string
    readonly period: string
    readonly fd: number
    last: string | null
    /** Of the file before, where this one is the first since the start. */
    readonly before: Last | null
    latest: number
  }
  const streams = new Map<string, Part>()

  /** Begun since the start: what is sent once more after a crash can only be before that. */
  const known = new Set<string>()

  const partsOf = (stream: string) =>
    readdirSync(folder)
      .filter(name => name.startsWith(`.${prefix}-${stream}-`) && name.endsWith(PART))
      .sort()
  /** Stopped between the end of one file and the beginning of the next, its rows come once more. */
  function lastFinished(stream: string) {
    const ids = readdirSync(folder)
      .filter(name => name.startsWith(`${prefix}-${stream}-`) && name.endsWith('.csv'))
      .map(name => ({ name, at: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
    const newest = ids.at(-1)
    if (!newest) return null
    const fd = openSync(join(folder, newest.name), 'r+')
    try {
      return lastOf(fd)
    } finally {
      closeSync(fd)
    }
  }
  const finish = (part: string) => {
    const name = part.slice(1, -PART.length)
    let to = join(folder, `${name}.csv`)
    // A clock that was set back, or a folder that came back from a copy: nothing is written over.
    for (let i = 2; existsSync(to); i++) to = join(folder, `${name}-${i}.csv`)
    renameSync(join(folder, part), to)
    sync(folder)
  }
  function close(stream: string) {
    const open = streams.get(stream)
    if (!open) return
    closeSync(open.fd)
    streams.delete(stream)
    if (open.last === null) rmSync(join(folder, open.part), { force: true })
    else finish(open.part)
  }
  function begin(stream: string, period: string) {
    const part = `.${prefix}-${stream}-${period}${PART}`
    const path = join(folder, part)
    const isNew = !existsSync(path)
    const fd = openSync(path, 'a+', 0o640)
    const inPart = isNew ? null : lastOf(fd)
    const before = inPart === null && !known.has(stream) ? lastFinished(stream) : null
    known.add(stream)
    if (inPart === null) {
      ftruncateSync(fd, 0)
      writeSync(fd, `\u{feff}${heads[stream]}\r\n`)
    }
    if (isNew) sync(folder)
    streams.set(stream, { part, period, fd, last: inPart?.id ?? null, before, latest: inPart?.at ?? 0 })
  }
  /** Left by a stop or a crash: what is of this period goes on, the rest is finished. */
  function resume(stream: string) {
    if (streams.has(stream)) return
    for (const part of partsOf(stream)) {
      const period = part.slice(`.${prefix}-${stream}-`.length, -PART.length)
      if (period === periodOf(now()) && !streams.has(stream)) begin(stream, period)
      else {
        const fd = openSync(join(folder, part), 'r+')
        const last = lastOf(fd)
        closeSync(fd)
        if (last === null) rmSync(join(folder, part), { force: true })
        else finish(part)
      }
    }
  }
  return {
    async send(rows): Promise<Verdict> {
      try {
        mkdirSync(folder, { recursive: true })
        const stream = rows[0]!.topic
        resume(stream)
        for (const [period, some] of Map.groupBy(rows, row => periodOf(row.at))) {
          const open = streams.get(stream)
          if (!open) begin(stream, period)
          // Never back to one that is over: a clock that was set back goes on in the file that is open.
          else if (period !== open.period && some[0]!.at > open.latest) {
            close(stream)
            begin(stream, period)
          }
          const mine = streams.get(stream)!
          const { fd, last, before } = mine
          // Numbers begin again where a copy from before was put back; a time does not.
          const isNew = ({ id, at }: Row) =>
            (last === null || isAfter(id, last)) && (before === null || isAfter(id, before.id) || at > before.at)
          const fresh = some.filter(isNew)
          if (fresh.length === 0) continue
          writeAll(fd, Buffer.from(fresh.map(row => `${row.text}\r\n`).join('')))
          fsyncSync(fd)
          mine.last = fresh.at(-1)!.id
          mine.latest = Math.max(mine.latest, fresh.at(-1)!.at)
        }
        return { kind: 'taken' }
      } catch (error) {
        // What was written in part is cut off when the file is opened again.
        for (const { fd } of streams.values()) closeSync(fd)
        streams.clear()
        return { kind: 'away', why: { code: 'disk', detail: plainly(String((error as Error).message ?? error)) } }
      }
    },
    beat(at) {
      for (const [stream, { period, latest }] of [...streams])
        if (periodOf(at - GRACE_MS) !== period && at - GRACE_MS > latest) close(stream)
    },
    async close() {
      for (const { fd } of streams.values()) closeSync(fd)
      streams.clear()
    },
  }
}

/** A line that is whole: its id, and when it was written. */
interface Last {
  readonly id: string
  readonly at: number
}
/** By the numbers after the epoch: `x-12-3`. Of another epoch nothing is known, so it is new. */
function isAfter(id: string, last: string): boolean {
  const [epoch, ...a] = id.split('-')
  const [was, ...b] = last.split('-')
  return epoch !== was || after(a.map(Number), b.map(Number))
}
const after = (a: readonly number[], b: readonly number[]): boolean => {
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0)
  return false
}
function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
function sync(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Cuts off a line that was not finished. @returns id and time of writing of the last whole one; null: there is none */
function lastOf(fd: number): Last | null {
  const size = fstat(fd)
  const from = Math.max(0, size - TAIL)
  const tail = Buffer.alloc(size - from)
  readSync(fd, tail, 0, tail.length, from)
  const end = tail.lastIndexOf('\n')
  if (from + end + 1 < size) ftruncateSync(fd, from + end + 1)
  const lines = tail.subarray(0, Math.max(0, end)).toString('utf8').split('\r\n')
  // The head, or the middle of a line where the tail begins, is none.
  const line = lines.slice(1).findLast(one => /^[0-9a-z]+-\d/.test(one))
  if (line === undefined) return null
  const [id = '', written = ''] = line.split(',')
  return { id, at: Date.parse(written) || 0 }
}
const fstat = (fd: number): number => fstatSync(fd).size
