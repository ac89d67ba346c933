import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { type Started, startGatewayProcess } from './fresh.ts'
import { quietSite } from './sites.ts'
import { pause, until } from './wait.ts'

/** What a day did that went wrong: what people were told, and what is there afterwards. */
export interface BadDay {
  readonly name: string
  /** Answers with success. */
  acknowledged: number
  /** Answers that said that it was not done. */
  refused: number
  /** Everything that ought not to be; empty: it held. */
  readonly wrong: string[]
  readonly notes: Record<string, unknown>
}

const PASSWORD = 'a day that goes wrong'
const HOUR_S = 3600
const STRACE = '/usr/bin/strace'

/** A real gateway on a folder of its own, somebody who writes and remembers each answer, and the look at what is there in the end. */
class Day {
  readonly data = mkdtempSync(join(tmpdir(), 'gatehouse-badday-'))
  readonly day: BadDay
  readonly #told = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #env: Record<string, string>
  #gateway: Started | undefined
  #bearer = ''
  #count = 0

  constructor(name: string, env: Record<string, string> = {}) {
    this.day = { name, acknowledged: 0, refused: 0, wrong: [], notes: {} }
    this.#env = env
    writeFileSync(join(this.data, 'site.json'), JSON.stringify(quietSite))
  }
  get pid(): number {
    return this.#gateway!.pid
  }
  wrong(what: string): void {
    this.day.wrong.push(what)
  }
  async start(): Promise<void> {
    const at = performance.now()
    const env = { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_LOG: 'silent', ...this.#env }
    this.#gateway = await startGatewayProcess(this.data, env, 60_000)
    this.day.notes.startMs = Math.round(performance.now() - at)
    if (this.#bearer) return
    const cookie = await this.signIn()
    const made = await this.ask('POST', 'tokens', { name: 'witness' }, { cookie: cookie! })
    this.#bearer = made.body.token as string
  }
  async signIn(): Promise<string | null> {
    const answer = await fetch(`http://${this.#gateway!.run.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: PASSWORD }),
    })
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? null
  }
  async ask(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = { authorization: `Bearer ${this.#bearer}` },
    // biome-ignore lint/suspicious/noExplicitAny: whatever it says
  ): Promise<{ readonly status: number; readonly body: any }> {
    const answer = await fetch(`http://${this.#gateway!.run.http}/api/v1/${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    return { status: answer.status, body: await answer.json().catch(() => ({})) }
  }
  /** One write, and what was said of it. @returns whether it is done */
  async write(): Promise<boolean> {
    const name = `w${++this.#count}`
    const { status } = await this.ask('POST', 'tokens', { name })
    if (status === 201) {
      this.#told.add(name)
      this.day.acknowledged++
      return true
    }
    this.#refused.add(name)
    this.day.refused++
    if (status !== 507 && status !== 503) this.wrong(`${name}: ${status}`)
    return false
  }
  /** Its time, by what it writes, UTC ms. */
  async time(): Promise<number> {
    return Date.parse((await this.ask('POST', 'tokens', { name: 'time' })).body.createdAt)
  }
  async alarms(): Promise<string[]> {
    const { body } = await this.ask('GET', 'alarms?limit=1000')
    return body.items.filter((a: { active: boolean }) => a.active).map((a: { rule: string }) => a.rule)
  }
  kill = (): Promise<unknown> => this.#gateway!.end('SIGKILL')

  /** What was acknowledged is there, what was refused is not, and the chain holds. */
  async look(): Promise<void> {
    const { body } = await this.ask('GET', 'tokens')
    const there = new Set(body.items.map((t: { name: string }) => t.name))
    for (const name of this.#told) if (!there.has(name)) this.wrong(`${name} was acknowledged and is lost`)
    for (const name of this.#refused) if (there.has(name)) this.wrong(`${name} was refused and is there`)
  }
  async end(): Promise<BadDay> {
    await this.kill()
    const db = openDb(join(this.data, 'records.db'), migrations)
    const check = Object.values(db.prepare('PRAGMA integrity_check').get()!)[0]
    if (check !== 'ok') this.wrong(`integrity: ${check}`)
    const broken = openTrail(db, Date.now, () => {}).verify()
    if (broken !== null) this.wrong(`the trail is broken at ${broken}`)
    db.close()
    rmSync(this.data, { recursive: true, force: true })
    return this.day
  }
}

/** The disk gives an error at each sync, or has no room, for a while; then it is well again. @param error ENOSPC, EIO */
export async function badDisk(error: 'EIO' | 'ENOSPC', forMs: number): Promise<BadDay> {
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
