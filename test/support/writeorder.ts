import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BadDay, Day, lived } from './badday.ts'
import { STRACE } from './baddays.ts'
import { until } from './wait.ts'

/** What a trace of system calls says of a process: who wrote where, what was forced to the disk, renamed, answered. */
export interface Ordered {
  /** Files that were written, renames, forced files and answers with success that were looked at. */
  readonly seen: { written: number; forced: number; renamed: number; answered: number }
  /** Everything that a power cut at that moment would have made untrue. */
  readonly wrong: readonly string[]
}

interface Call {
  readonly pid: string
  readonly name: string
  readonly args: string
  /** Numbers of the lines where it began and ended. */
  readonly began: number
  readonly ended: number
  readonly result: string
}

/** The calls of a trace by `strace -f -y`, in the order in which they ended; one that two lines tell of is one. */
function callsOf(trace: string): readonly Call[] {
  const open = new Map<string, { began: number; name: string; args: string }>()
  const calls: Call[] = []
  for (const [at, line] of trace.split('\n').entries()) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>(.*?)\)?\s+= (.*)$/.exec(rest)
    const begun = open.get(pid)
    if (resumed && begun) {
      open.delete(pid)
      calls.push({ pid, ...begun, args: begun.args + resumed[2]!, ended: at, result: resumed[3]! })
      continue
    }
    const unfinished = /^(\w+)\((.*?)\s*<unfinished \.\.\.>$/.exec(rest)
    if (unfinished) {
      open.set(pid, { began: at, name: unfinished[1]!, args: unfinished[2]! })
      continue
    }
    const whole = /^(\w+)\((.*)\)\s+= (.*)$/.exec(rest)
    if (whole) calls.push({ pid, name: whole[1]!, args: whole[2]!, began: at, ended: at, result: whole[3]! })
  }
  return calls
}

const dirOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
const WRITES = new Set(['write', 'pwrite64', 'writev', 'pwritev', 'ftruncate'])

/**
 * Looks whether what was promised was on the disk before it was promised:
 * a file that gets its name by a rename was forced to the disk after its last write and before, and its folder afterwards
 * [promises.md F9]; before an answer with success every change of the records was forced [F8: synchronous = FULL]; before
 * the records themselves are written, their log was [sqlite.org/wal, "Checkpointing"].
 * @param trace of `strace -f -y -s 8000` @param folder the data folder; other files are not looked at
 */
export function writeOrder(trace: string, folder: string): Ordered {
  const seen = { written: 0, forced: 0, renamed: 0, answered: 0 }
  const wrong: string[] = []
  /** By file, the line of the last write that no force has followed yet. */
  const dirty = new Map<string, number>()
  /** Folders in which something has got its name, by which line and by whom. */
  const renamed = new Map<string, { at: number; to: string; pid: string }>()
  const records = `${folder}/records.db`
  const wal = `${records}-wal`
  for (const { pid, name, args, began, ended, result } of callsOf(trace)) {
    if (result.startsWith('-1')) continue
    const file = /^\d+<([^>]*)>/.exec(args)?.[1] ?? ''
    if (WRITES.has(name) && file.startsWith('socket:')) {
      if (!/"HTTP\/1\.1 2\d\d/.test(args)) continue
      seen.answered++
      if (dirty.has(wal)) wrong.push(`line ${began}: answered before ${wal} was forced`)
      // What another process does, as the one that makes a backup, is promised by an answer that names it, and by no other.
      for (const [dir, { to, pid: by }] of renamed)
        if (by === pid || args.includes(basename(to)))
          wrong.push(`line ${began}: answered before ${dir} was forced for ${to}`)
    } else if (WRITES.has(name) && file.startsWith(folder)) {
      seen.written++
      if (file === records && dirty.has(wal))
        wrong.push(`line ${began}: the records were written before their log was forced`)
      dirty.set(file, ended)
    } else if (name === 'fsync' || name === 'fdatasync') {
      if (!file.startsWith(folder)) continue
      seen.forced++
      // Only what was written before it began.
      if ((dirty.get(file) ?? 0) < began) dirty.delete(file)
      if ((renamed.get(file)?.at ?? 0) < began) renamed.delete(file)
    } else if (name.startsWith('rename')) {
      const [from = '', to = ''] = [...args.matchAll(/"([^"]*)"/g)].map(m => m[1]!)
      if (!to.startsWith(folder)) continue
      seen.renamed++
      if (dirty.has(from)) wrong.push(`line ${began}: ${to} got its name before it was forced`)
      dirty.delete(from)
      renamed.set(dirOf(to), { at: ended, to, pid })
    }
  }
  for (const [dir, { to }] of renamed) wrong.push(`at the end: ${dir} was not forced for ${to}`)
  return { seen, wrong }
}

const CALLS = [
  'write',
  'pwrite64',
  'writev',
  'pwritev',
  'ftruncate',
  'fsync',
  'fdatasync',
  'rename',
  'renameat',
  'renameat2',
]

/** A gateway under strace while people write, save the site and make a backup: what a power cut could take of what was promised. */
export async function tracedDay(writes: number): Promise<{ readonly day: BadDay; readonly order: Ordered }> {
  const w = new Day('the order of writes')
  const trace = join(w.data, '..', `${basename(w.data)}.trace`)
  let order: Ordered = { seen: { written: 0, forced: 0, renamed: 0, answered: 0 }, wrong: ['it was not traced'] }
  const day = await lived(w, work, () => rmSync(trace, { force: true }))
  return { day, order }
  async function work() {
    await w.start()
    const strace = spawn(STRACE, [
      '-f',
      '-y',
      '-qq',
      // An answer whole, to see what it names.
      '-s',
      '8000',
      '-e',
      `trace=${CALLS}`,
      '-o',
      trace,
      '-p',
      String(w.pid),
    ])
    const gone = new Promise(resolve => strace.once('exit', resolve))
    await until('it is traced', async () => {
      await w.write()
      return existsSync(trace) && readFileSync(trace, 'utf8').includes('sync(')
    })
    for (let i = 0; i < writes; i++) await w.write()
    if ((await w.saveSite(3)) === null) w.wrong('the site was not saved')
    await w.ask('POST', 'backups', {})
    const backups = async () => (await w.ask('GET', 'backups')).body.items.length === 1
    await until('there is a backup', backups)
    for (let i = 0; i < 3; i++) await w.write()
    strace.kill('SIGINT')
    await gone
    order = writeOrder(readFileSync(trace, 'utf8'), w.data)
    await w.look()
  }
}
