import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyBatch } from '../../gateway/billing/verify.ts'
import type { BatchBrief, BatchView, TrailView } from '../../gateway/http/contract.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { users as openUsers } from '../../gateway/records/users.ts'
import { monthAt, monthBy, monthSpan } from '../../rules/month.ts'
import { type Started, startGatewayProcess } from './fresh.ts'
import { quietSite } from './sites.ts'

const ZONE = 'Asia/Shanghai'
const METERS = 12
const groups = ['all', 'shops', 'works'] as const
const formats = ['csv', 'xlsx', 'json'] as const
const eva = { name: 'eva', role: 'engineer' as const }

export interface BatchesKilled {
  kills: number
  /** Answers with success that a client had in its hand before a kill. */
  acknowledged: number
  issued: number
  accepted: number
  /** Files that were looked at in the folder after kills, each time all of them. */
  files: number
  wrong: string[]
  chainBroken: number | null
}

/** A site with meters that were read by hand at the first of each month, and people with tokens. */
function fill(data: string, months: readonly string[]) {
  const db = openDb(join(data, 'records.db'), migrations)
  const now = Date.now()
  const trail = openTrail(
    db,
    () => now,
    () => {},
  )
  const [users, book, readings] = [openUsers(db), openMeterBook(db), openReadings(db)]
  const first = monthSpan(months[0]!, ZONE)[0]
  const tokens = trail.change(eva, note => {
    for (let i = 0; i < METERS; i++) {
      const [id, use] = [`P${i}`, i % 2 === 0 ? 'shop' : 'works'] as const
      const register = { code: 'total', digits: 6, decimals: 1, unit: 'kW.h', maxPerHour: 1000, source: null } as const
      book.put(note, { id, unit: id, medium: 'electricity', parent: null, role: 'main', use, closed: false })
      book.install(
        note,
        {
          ...{ serial: `m-${id}`, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' },
          registers: [register],
        },
        { point: id, meter: `m-${id}`, from: first, opening: { total: 0 } },
        1_000_000,
      )
      for (const [n, month] of [...months, monthBy(months.at(-1)!, 1)].entries()) {
        const at = monthSpan(month, ZONE)[0]
        readings.add(
          note,
          {
            ...{ point: id, meter: `m-${id}`, register: 'total', at, index: n * (100 + i), quality: 'manual' },
            ...{ reason: null, validation: 'valid', finding: null, measuredAt: at, demo: false },
          },
          'eva',
          '',
        )
      }
    }
    readings.freeze(note, now - (now % 3_600_000), [], now)
    const made = (name: string, role: 'engineer' | 'manager' | 'billing') => {
      users.create(note, name, role, 'none', now)
      return users.createToken(note, name, 'test', null, now).secret
    }
    return { eva: made('eva', 'engineer'), mo: made('mo', 'manager'), bo: made('bo', 'billing') }
  })
  db.close()
  return tokens
}

/**
 * Kills the real process at random moments while batches are prepared, approved, delivered and acknowledged, and compares
 * what people were told, and what lies in the folder of billing, with what there is afterwards.
 * @param random 0..1
 */
export async function killBatches(
  kills: number,
  random: () => number,
  say: (line: string) => void,
): Promise<BatchesKilled> {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-batches-'))
  const inbox = join(data, 'inbox')
  mkdirSync(inbox)
  const last = monthBy(monthAt(Date.now(), ZONE), -1)
  const count = Math.min(200, 8 + kills * 2)
  const months = Array.from({ length: count }, (_, i) => monthBy(last, i + 1 - count))
  const tokens = fill(data, months)
  const site = {
    ...quietSite,
    billing: { deliveries: [{ id: 'inbox', kind: 'folder', folder: inbox }] },
  }
  writeFileSync(join(data, 'site.json'), JSON.stringify(site))
  const result: BatchesKilled = {
    kills: 0,
    acknowledged: 0,
    issued: 0,
    accepted: 0,
    files: 0,
    wrong: [],
    chainBroken: null,
  }
  let gateway: Started | undefined
  const start = async () => {
    gateway = await startGatewayProcess(
      data,
      { GATEHOUSE_ADMIN_PASSWORD: 'killed while it billed', GATEHOUSE_LOG: 'silent' },
      60_000,
    )
  }
  /** The body of an answer with success; null: refused, or it died meanwhile. */
  async function raw(who: keyof typeof tokens, method: string, path: string, body?: object, key?: string) {
    try {
      const response = await fetch(`http://${gateway!.run.http}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${tokens[who]}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      return response.ok ? bytes : null
    } catch {
      return null
    }
  }
  const ask = async <T>(...asked: Parameters<typeof raw>): Promise<T | null> => {
    const bytes = await raw(...asked)
    return bytes && (JSON.parse(bytes.toString('utf8')) as T)
  }
  const all = async () => (await ask<{ items: BatchBrief[] }>('eva', 'GET', 'billing/batches'))?.items ?? []

  /** What people were told, by the name of the batch: its phase went at least so far, and these are its hash and number. */
  const told = new Map<string, { readonly phase: 'draft' | 'issued' | 'accepted'; readonly seal: string | null }>()
  const rank = { draft: 0, issued: 1, accepted: 2 } as const
  const tell = (b: BatchBrief) => {
    result.acknowledged++
    const had = told.get(b.name)
    const phase = b.phase as 'draft'
    if (!had || rank[phase] > rank[had.phase])
      told.set(b.name, { phase, seal: b.issued ? `${b.issued.sequence} ${b.issued.sha256}` : null })
  }
  const wanted = months.flatMap(period => groups.map(group => ({ period, group })))
  /** Not more than two are prepared and not approved, so that each round has all four at work. */
  let next = 0
  const work = (over: AbortSignal) => {
    const loop = async (step: () => Promise<void>) => {
      while (!over.aborted) {
        await step()
        await pause(random() * 15)
      }
    }
    return Promise.all([
      loop(async () => {
        const one = wanted[next]
        if (!one) return
        // What was cut off is sent again with its key: it may be there already.
        const made = await ask<BatchBrief>('eva', 'POST', 'billing/batches', one, `${one.period}-${one.group}`)
        if (!made) return
        next++
        tell(made)
      }),
      loop(async () => {
        const draft = (await all()).findLast(b => b.phase === 'draft')
        const seen = draft && (await ask<BatchView>('mo', 'GET', `billing/batches/${draft.name}`))?.seen
        if (!draft || !seen) return
        const path = `billing/batches/${draft.name}/approve`
        const made = await ask<BatchBrief>('mo', 'POST', path, { seen }, `approve-${draft.name}`)
        if (made) tell(made)
      }),
      loop(async () => {
        const issued = (await all()).findLast(b => b.phase === 'issued')
        if (!issued) return
        // Billing works with what lies in its folder.
        if (!readdirSync(inbox).includes(`${issued.name}.csv`)) return
        const file = readFileSync(join(inbox, `${issued.name}.csv`)).toString('base64')
        const path = `billing/batches/${issued.name}/acknowledge`
        const made = await ask<BatchBrief>('bo', 'POST', path, { file }, `take-${issued.name}`)
        if (made) tell(made)
        if (made && made.phase !== 'accepted') result.wrong.push(`${issued.name} was not accepted: ${made.phase}`)
      }),
    ])
  }

  async function compare(round: number, end: boolean) {
    const wrong = (what: string) => void result.wrong.push(`round ${round}: ${what}`)
    const kept: BatchView[] = []
    const db = openDb(join(data, 'records.db'), migrations)
    const rows = db.prepare('SELECT facts FROM billing_batch').all() as { facts: string }[]
    db.close()
    const names = rows.map(r => (JSON.parse(r.facts) as { name: string }).name)
    for (const name of names) {
      const b = await ask<BatchView>('eva', 'GET', `billing/batches/${name}`)
      if (b) kept.push(b)
      else wrong(`${name} cannot be read`)
    }
    for (const [name, was] of told) {
      const b = kept.find(k => k.name === name)
      if (!b || rank[b.phase as 'draft'] < rank[was.phase]) wrong(`${name} was ${was.phase}, is ${b?.phase ?? 'gone'}`)
      else if (was.seal !== null && was.seal !== `${b.issued?.sequence} ${b.issued?.sha256}`)
        wrong(`${name} had the seal ${was.seal}`)
    }
    const once = new Set(kept.map(b => `${b.period} ${b.group} ${b.version}`))
    if (once.size !== kept.length || kept.some(b => b.version !== 1)) wrong('a period has more than one batch')
    const issued = kept.filter(b => b.issued).toSorted((a, b) => a.issued!.sequence - b.issued!.sequence)
    for (const [i, b] of issued.entries()) {
      if (b.issued!.sequence !== i + 1) wrong(`${b.name} has the number ${b.issued!.sequence}, not ${i + 1}`)
      if (b.head.before !== (issued[i - 1]?.issued?.sha256 ?? '')) wrong(`${b.name} is not chained`)
      if (b.deliveries.length !== 1) wrong(`${b.name} goes to ${b.deliveries.length} places`)
      if (end && b.deliveries[0]?.state !== 'sent') wrong(`${b.name} was not delivered`)
    }
    const key = (await ask<{ key: string }>('eva', 'GET', 'billing/key'))?.key ?? null
    const there = readdirSync(inbox).filter(name => !name.startsWith('.'))
    for (const file of there) {
      result.files++
      const [name = '', format] = file.split('.')
      if (!issued.some(b => b.name === name)) wrong(`${file} left before its batch was issued`)
      const bytes = readFileSync(join(inbox, file))
      const { faults } = verifyBatch(bytes, key)
      if (faults.length > 0) wrong(`${file}: ${faults.map(f => f.code).join()}`)
      const saved = await raw('bo', 'GET', `billing/batches/${name}/file?format=${format}`)
      if (!saved?.equals(bytes)) wrong(`${file} is not what is saved now`)
    }
    if (!end) return
    if (there.length !== issued.length * formats.length) wrong(`${there.length} files of ${issued.length} batches`)
    if (readdirSync(inbox).length !== there.length) wrong('half a file is left')
    result.issued = issued.length
    result.accepted = kept.filter(b => b.phase === 'accepted').length
    const said = new Map<string, number>()
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: TrailView[]; next: string | null } | null = await ask(
        ...(['mo', 'GET', `trail?limit=10000${cursor && `&cursor=${cursor}`}`] as const),
      )
      if (!page) throw new Error('the trail could not be read')
      for (const e of page.items)
        if (e.kind === 'billing-batch') said.set(`${e.id} ${e.action}`, (said.get(`${e.id} ${e.action}`) ?? 0) + 1)
      cursor = page.next
    }
    for (const b of kept) {
      const want = [
        'prepared',
        ...(b.issued ? ['issued', 'delivered'] : []),
        ...(b.phase === 'accepted' ? ['accepted'] : []),
      ]
      for (const action of want)
        if (said.get(`${b.name} ${action}`) !== 1)
          wrong(`trail: ${b.name} ${action} ${said.get(`${b.name} ${action}`) ?? 0} times`)
    }
  }
  try {
    await start()
    for (let round = 1; round <= kills; round++) {
      const over = new AbortController()
      const working = work(over.signal)
      await pause(100 + 700 * random())
      await gateway!.end('SIGKILL')
      over.abort()
      await working
      result.kills++
      await start()
      await compare(round, false)
      if (round % 10 === 0) say(`${round} kills, ${told.size} batches, ${result.wrong.length} wrong`)
      if (result.wrong.length > 20) break
    }
    // What was on its way arrives by itself.
    const isThere = async () =>
      (await all()).filter(b => b.issued).every(b => readdirSync(inbox).includes(`${b.name}.json`))
    for (let i = 0; i < 600 && !(await isThere()); i++) await pause(100)
    await pause(300)
    await compare(kills + 1, true)
    await gateway!.end('SIGTERM')
    const db = openDb(join(data, 'records.db'), migrations)
    result.chainBroken = openTrail(db, Date.now, () => {}).verify()?.seq ?? null
    db.close()
  } finally {
    await gateway?.end('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
  return result
}

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
