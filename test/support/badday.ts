import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { type Started, startGatewayProcess } from './fresh.ts'
import { quietSite } from './sites.ts'

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

/** A real gateway on a folder of its own, somebody who writes and remembers each answer, and the look at what is there in the end. */
export class Day {
  readonly data: string
  readonly day: BadDay
  readonly #told = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #env: Record<string, string>
  readonly #before: string
  readonly #startWithinMs: number
  #gateway: Started | undefined
  #bearer = ''
  #count = 0
  /** The machine has no power any more: what it still seems to say nobody can have heard. */
  #dark = false

  /**
   * @param data its folder, default one of its own @param before what a shell does in the process that becomes the gateway
   */
  constructor(
    name: string,
    env: Record<string, string> = {},
    {
      data = mkdtempSync(join(tmpdir(), 'gatehouse-badday-')),
      before = '',
      site = quietSite as object,
      startWithinMs = 60_000,
    } = {},
  ) {
    this.data = data
    this.day = { name, acknowledged: 0, refused: 0, wrong: [], notes: {} }
    this.#env = env
    this.#before = before
    this.#startWithinMs = startWithinMs
    writeFileSync(join(this.data, 'site.json'), JSON.stringify(site))
  }
  get http(): string {
    return this.#gateway!.run.http
  }
  get mqtt(): string {
    return this.#gateway!.run.mqtt
  }
  output = (): string => this.#gateway!.output()
  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#bearer}` }
  }
  get exited(): Promise<number | null> {
    return this.#gateway!.exited
  }
  get pid(): number {
    return this.#gateway!.pid
  }
  wrong(what: string): void {
    this.day.wrong.push(what)
  }
  /** From now on answers are none, until it starts again. */
  goDark(): void {
    this.#dark = true
  }
  get dark(): boolean {
    return this.#dark
  }
  async start(): Promise<void> {
    this.#dark = false
    const at = performance.now()
    const env = { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_LOG: 'error', ...this.#env }
    this.#gateway = await startGatewayProcess(this.data, env, this.#startWithinMs, this.#before)
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
    headers: Record<string, string> = this.headers,
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
    const { status, body } = await this.ask('POST', 'tokens', { name })
    if (this.#dark) return false
    if (status === 201) {
      this.#told.add(name)
      this.day.acknowledged++
      return true
    }
    this.#refused.add(name)
    this.day.refused++
    if (status !== 507 && status !== 503) this.wrong(`${name}: ${status} ${body.code}: ${this.#said(body.detail)}`)
    return false
  }
  /** What it logged of a fault that it calls by a number in its answer. */
  #said(detail = ''): string {
    const [id = ''] = /req-\w+/.exec(detail) ?? []
    const line = this.output()
      .split('\n')
      .find(l => id !== '' && l.includes(`"${id}"`))
    return (line ?? detail).slice(0, 800)
  }
  /** The same while the gateway may die: no answer is neither. @returns whether it answered */
  async writeIfAlive(): Promise<boolean> {
    try {
      await this.write()
      return true
    } catch {
      return false
    }
  }
  /** Saves the site again, in other words for the same: its hash when it was acknowledged. */
  async saveSite(indent: number): Promise<string | null> {
    const { body } = await this.ask('GET', 'site')
    const text = JSON.stringify(JSON.parse(body.text), null, indent)
    const saved = await this.ask('PUT', 'site', { text, hash: body.hash })
    return saved.status === 200 ? (saved.body.hash as string) : null
  }
  /** Its time, by what it writes, UTC ms. */
  async time(): Promise<number> {
    return Date.parse((await this.ask('POST', 'tokens', { name: 'time' })).body.createdAt)
  }
  async alarms(): Promise<string[]> {
    const { body } = await this.ask('GET', 'alarms?limit=1000')
    return body.items.filter((a: { active: boolean }) => a.active).map((a: { rule: string }) => a.rule)
  }
  kill = async (): Promise<unknown> => this.#gateway?.end('SIGKILL')
  stop = (): Promise<unknown> => this.#gateway!.end('SIGTERM')

  /** What was acknowledged is there, what was refused is not, and the chain holds. */
  async look(): Promise<void> {
    const { body } = await this.ask('GET', 'tokens')
    const there = new Set(body.items.map((t: { name: string }) => t.name))
    for (const name of this.#told) if (!there.has(name)) this.wrong(`${name} was acknowledged and is lost`)
    for (const name of this.#refused) if (there.has(name)) this.wrong(`${name} was refused and is there`)
  }
  /** @param alone its folder goes with it */
  async end(alone = true): Promise<BadDay> {
    await this.kill()
    const db = openDb(join(this.data, 'records.db'), migrations)
    const check = Object.values(db.prepare('PRAGMA integrity_check').get()!)[0]
    if (check !== 'ok') this.wrong(`integrity: ${check}`)
    const broken = openTrail(db, Date.now, () => {}).verify()
    if (broken !== null) this.wrong(`the trail is broken at ${broken}`)
    db.close()
    if (alone) rmSync(this.data, { recursive: true, force: true })
    return this.day
  }
}

/**
 * A day from its beginning to its end. What goes wrong in between, like something waited for that never came, is part of what
 * it says, and nothing is left behind.
 * @param after when the gateway is gone @param alone its folder goes with it
 */
export async function lived(
  w: Day,
  work: () => Promise<void>,
  after: () => unknown = () => {},
  alone = true,
): Promise<BadDay> {
  try {
    await work()
    return await w.end(alone)
  } catch (error) {
    w.wrong(String((error as Error).stack))
    return w.day
  } finally {
    await w.kill()
    await after()
  }
}
