import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BadDay, Day } from './badday.ts'
import { pause, until } from './wait.ts'

const HOUR_S = 3600
export const STRACE = '/usr/bin/strace'

/** The disk gives an error at each sync, or has no room, for a while; then it is well again. @param error ENOSPC, EIO; EROFS: as one that the kernel has made read-only */
export async function badDisk(error: 'EIO' | 'ENOSPC' | 'EROFS', forMs: number): Promise<BadDay> {
  const w = new Day(`disk ${error}`)
  await w.start()
  for (let i = 0; i < 5; i++) await w.write()
  const calls = error === 'EIO' ? 'fsync,fdatasync' : 'pwrite64,write'
  // Of sockets and pipes the same calls are left alone: only what lies in the data folder.
  const files = readdirSync(w.data).filter(name => name.startsWith('records.db'))
  const only = error === 'EIO' ? [] : files.flatMap(name => ['-P', join(w.data, name)])
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`, ...only]
  const strace = spawn(STRACE, ['-f', '-qq', '-o', '/dev/null', ...inject, '-p', String(w.pid)])
  const gone = new Promise(resolve => strace.once('exit', resolve))
  await until('the disk fails', () => w.write().then(done => !done))
  const began = performance.now()
  let looked = 0
  while (performance.now() - began < forMs) {
    await w.write()
    // Looking goes on.
    if ((await w.ask('GET', 'alarms')).status === 200) looked++
    await pause(20)
  }
  if (looked === 0) w.wrong('nobody could look')
  strace.kill('SIGINT')
  await gone
  await until('the disk is well again', () => w.write())
  for (let i = 0; i < 5; i++) if (!(await w.write())) w.wrong('refused though the disk is well')
  await w.look()
  await w.kill()
  await w.start()
  await w.look()
  w.day.notes.looked = looked
  return w.end()
}

const faketimes = () =>
  existsSync('/usr/lib')
    ? readdirSync('/usr/lib')
        .map(name => join('/usr/lib', name, 'faketime', 'libfaketimeMT.so.1'))
        .filter(path => existsSync(path))
    : []

/**
 * The machine's clock is set while it runs, or stands wrong at the start.
 * @param jumpsS by how many seconds, one after the other, from the right time
 * @param atStartS by how much it is wrong at the start
 */
export async function badClock(jumpsS: readonly number[], atStartS = 0): Promise<BadDay> {
  const [library] = faketimes()
  if (!library) throw new Error('libfaketime is missing: apt-get install faketime')
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-clock-'))
  const file = join(folder, 'faketime')
  const set = (s: number) => writeFileSync(file, `${s < 0 ? '-' : '+'}${Math.abs(s)}\n`)
  set(atStartS)
  const env = {
    ...{
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    NODE_NO_WARNINGS: '1',
  }
  const w = new Day(`clock ${[atStartS, ...jumpsS].join(', ')}`, env)
  await w.start()
  if (atStartS !== 0)
    await until('a clock that is wrong is an alarm', async () => (await w.alarms()).includes('gatehouse.clock'))
  const ends = new Date(Date.now() + atStartS * 1000 + 600_000).toISOString()
  const short = (await w.ask('POST', 'tokens', { name: 'short', expiresAt: ends })).body.token as string
  const shortStatus = async () =>
    (await w.ask('GET', 'session', undefined, { authorization: `Bearer ${short}` })).status
  for (let i = 0; i < 3; i++) await w.write()
  const seen: Record<string, number> = {}
  for (const by of jumpsS) {
    set(by)
    const there = async () => Math.abs((await w.time()) - (Date.now() + by * 1000)) < 60_000
    await until(`the gateway goes by the time that was set (${by} s)`, there)
    await until(`an alarm says that the clock jumped (${by} s)`, async () =>
      (await w.alarms()).includes('gatehouse.clock'),
    )
    for (let i = 0; i < 3; i++) if (!(await w.write())) w.wrong(`refused after a jump of ${by} s`)
    seen[by] = await shortStatus()
  }
  w.day.notes.short = seen
  // Its ten minutes are over at +1 h; set back they are not; what never was valid does not become so.
  for (const [by, status] of Object.entries(seen)) {
    const want = Number(by) > atStartS + 600 ? 401 : 200
    if (status !== want) w.wrong(`a token of ten minutes answered ${status} at ${by} s`)
  }
  await w.look()
  const { body } = await w.ask('GET', 'trail?limit=200')
  const seqs = body.items.map((e: { seq: number }) => e.seq)
  if (seqs.some((seq: number, i: number) => i > 0 && seq !== seqs[i - 1] - 1)) w.wrong(`order of the trail: ${seqs}`)
  await w.kill()
  await w.start()
  await w.look()
  const day = await w.end()
  rmSync(folder, { recursive: true, force: true })
  return day
}

/** +1 h, -1 h, +10 years, back to the right time; and a start in 1970 that is put right. */
export const clockDays: readonly (readonly [jumps: readonly number[], atStart: number])[] = [
  [[HOUR_S, 0, -HOUR_S, 0], 0],
  [[10 * 365 * 24 * HOUR_S, 0], 0],
  [[0], -Math.floor(Date.now() / 1000) + 60],
]
