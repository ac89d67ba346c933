import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Batch } from '../../drivers/batch.ts'
import type { Point } from '../../drivers/point.ts'
import { verifyBatch } from '../../gateway/billing/verify.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import { openHistory } from '../../gateway/history/history.ts'
import type { BatchView } from '../../gateway/http/contract.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { users as openUsers } from '../../gateway/records/users.ts'
import { gatewayFlags, node24, root } from '../support/fresh.ts'
import { both } from '../support/sites.ts'
import { rssMb } from './process.ts'
import type { Bench } from './run.ts'

const METERS = 10_000
const PER_DEVICE = 100
const DEVICES = METERS / PER_DEVICE
const MINUTE = 60_000
const [from, to] = [Date.parse('2026-11-01T00:00:00+08:00'), Date.parse('2026-12-01T00:00:00+08:00')]
const eva = { name: 'eva', role: 'engineer' as const }
const NAME = 'bench-2026-11-all-v1'
const formats = ['csv', 'xlsx', 'json'] as const

/**
 * 10,000 meters that were read once a minute: all of them at one midnight, from the history into readings; then the batch
 * of the month, looked at, approved, and saved as CSV, XLSX and JSON. The gateway is a process of its own that goes on
 * reading its 10,000 points meanwhile; what it has in its files was written before it began. What the batch holds is checked
 * by the verifier.
 */
export const freeze: Bench = async (quick, say) => {
  const minutes = quick ? 120 : 1440
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const field = child([join(import.meta.dirname, 'field.ts'), String(DEVICES), String(MINUTE)], {})
  let gateway: ReturnType<typeof child> | null = null
  try {
    const { port } = await field.next<{ port: number }>()
    writeFileSync(join(data, 'site.json'), JSON.stringify(siteAt(port)))
    say(`${METERS} meters into the book`)
    const tokens = fillBook(data)
    say(`${minutes} min of readings`)
    await fillHistory(data, minutes)

    gateway = child([...flags, join(import.meta.dirname, 'shifted.ts'), String(to + 30 * MINUTE)], {
      ...{ GATEHOUSE_DATA: data, GATEHOUSE_ADMIN_PASSWORD: 'measured and not guessed', MALLOC_ARENA_MAX: '1' },
    })
    const { http, program } = await gateway.next<{ http: string; program: boolean }>()
    // Sources take some tens of MB more than what is put together and shipped.
    if (!program) throw new Error('the program is not put together of these sources: node setup/ensure.mjs')
    const { pid } = gateway
    const ask = async (who: keyof typeof tokens, method: string, path: string, body?: object): Promise<Buffer> => {
      const response = await fetch(`http://${http}/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${tokens[who]}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      say(`  ${method} ${path}: ${Math.round(rssMb(pid))} MB`)
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${bytes.toString().slice(0, 300)}`)
      return bytes
    }
    // It has asked its devices once, and is as it is on any day.
    await pause(20_000)
    const idleRss = rssMb(pid)
    let most = idleRss
    const watching = setInterval(() => {
      most = Math.max(most, rssMb(pid))
    }, 50)
    say('reading them all')
    gateway.say(`freeze ${to + 75 * MINUTE}`)
    const { ms } = await gateway.next<{ ms: number }>()
    const frozenRss = rssMb(pid)
    const frozenMost = most

    say('the batch of the month')
    const batchAt = performance.now()
    await ask('eva', 'POST', 'billing/batches', { period: '2026-11', group: 'all' })
    const draft = JSON.parse((await ask('mo', 'GET', `billing/batches/${NAME}`)).toString()) as BatchView
    await ask('mo', 'POST', `billing/batches/${NAME}/approve`, { seen: draft.seen })
    const files: Buffer[] = []
    for (const format of formats) files.push(await ask('mo', 'GET', `billing/batches/${NAME}/file?format=${format}`))
    const batchS = (performance.now() - batchAt) / 1000
    await pause(500)
    clearInterval(watching)
    const { key } = JSON.parse((await ask('mo', 'GET', 'billing/key')).toString()) as { key: string }
    const found = files.map(bytes => verifyBatch(bytes, key))
    const rows = found[0]?.found?.batch.rows ?? []
    const read = rows.filter(r => r.quality === 'actual').length
    return {
      figures: {
        ...{ freeze_s: digits(ms / 1000), batch_s: digits(batchS), rss_mb: Math.round(most) },
        ...{ rss_idle_mb: Math.round(idleRss), rss_frozen_mb: Math.round(frozenRss) },
        ...{ rss_freezing_mb: Math.round(frozenMost), meters: METERS, read, lines: rows.length },
        ...{ faults: found.flatMap(f => f.faults).length, csv_kb: Math.round((files[0]?.length ?? 0) / 1024) },
      },
      ratios: {},
      against: {},
      targets: { freeze_s: 10, batch_s: 10, rss_mb: 300, faults: 0 },
      floors: { read: METERS, lines: METERS },
    }
  } finally {
    gateway?.end()
    field.end()
    rmSync(data, { recursive: true, force: true })
  }
}

const flags = gatewayFlags()

/** A process that is told lines and says JSON, a line each. */
function child(args: readonly string[], env: Readonly<Record<string, string>>) {
  const made: ChildProcessByStdio<Writable, Readable, null> = spawn(node24, [...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`, ...env },
  })
  const lines = createInterface({ input: made.stdout })[Symbol.asyncIterator]()
  return {
    /** Of node itself, where node24 is a script that starts it. */
    pid: made.pid!,
    say: (line: string) => void made.stdin.write(`${line}\n`),
    async next<T>(): Promise<T> {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${args.at(-2)} ended`)
      return JSON.parse(value as string) as T
    },
    end: () => void made.kill('SIGKILL'),
  }
}

const idOf = (i: number): Point['id'] => `device-${Math.floor(i / PER_DEVICE)}/m${i % PER_DEVICE}`
function siteAt(port: number) {
  const points = Array.from({ length: PER_DEVICE }, (_, p) => ({
    ...{ key: `m${p}`, table: 'holding', address: p, type: 'uint16', unit: 'kW.h', scanMs: MINUTE },
  }))
  const units = Array.from({ length: DEVICES }, (_, d) => d)
  return {
    site: { id: 'bench', name: { 'zh-CN': '测速', en: 'Bench' }, timezone: 'Asia/Shanghai' },
    spaces: [{ id: 'hall', kind: 'floor', name: both('hall') }],
    channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port }],
    equipment: units.map(d => ({
      ...{ id: `device-${d}`, kind: 'electricity-meter', name: both(`device-${d}`), space: 'hall', channel: 'bus' },
      ...{ unit: d + 1, points },
    })),
    rules: [],
    tariffs: [
      {
        ...{ id: 'shops', name: both('shops'), kind: 'electricity', use: 'shop', unit: 'kW.h', currency: 'CNY' },
        prices: [{ from: '2026-01-01', price: '0.5583' }],
      },
    ],
  }
}

/** The meter book, what was read before, and two people with tokens. */
function fillBook(data: string) {
  const db = openDb(join(data, 'records.db'), migrations)
  const now = to
  const trail = openTrail(
    db,
    () => now,
    () => {},
  )
  const [book, readings, users] = [openMeterBook(db), openReadings(db), openUsers(db)]
  const tokens = trail.change(eva, note => {
    for (let i = 0; i < METERS; i++) {
      const id = `P${String(i).padStart(5, '0')}`
      const register = {
        ...{
          code: 'total' as const,
          digits: 8,
          decimals: 2,
          unit: 'kW.h' as const,
          maxPerHour: 100_000,
          source: idOf(i),
        },
      }
      const meter = { serial: `m-${id}`, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' } as const
      const point = {
        id,
        unit: id,
        medium: 'electricity',
        parent: null,
        role: 'main',
        use: 'shop',
        closed: false,
      } as const
      book.put(note, point)
      const at = { point: id, meter: meter.serial, from, opening: { total: 0 } }
      book.install(note, { ...meter, registers: [register] }, at, 1_000_000)
    }
    // The days before were read already.
    readings.freeze(note, to - 86_400_000, [], now)
    const made = (name: string, role: 'engineer' | 'manager') => {
      users.create(note, name, role, 'none', now)
      return users.createToken(note, name, 'bench', null, now).secret
    }
    return { eva: made('eva', 'engineer'), mo: made('mo', 'manager') }
  })
  db.close()
  return tokens
}

/** Every point once a minute until half an hour after the midnight; then the gateway goes on. */
async function fillHistory(data: string, minutes: number): Promise<void> {
  let now = to - (minutes - 29) * MINUTE
  const clock = {
    now: () => now,
    every: () => () => {},
    after: () => () => {},
    onJump: () => () => {},
  } as unknown as Clock
  mkdirSync(data, { recursive: true })
  const h = await openHistory(data, clock)
  h.use(
    Array.from({ length: METERS }, (_, i): Point => {
      const id = idOf(i)
      return { id, key: id.split('/')[1]!, name: both(id), kind: 'number', scanMs: MINUTE, address: null }
    }),
  )
  const lists = Array.from({ length: DEVICES }, (_, d) =>
    Array.from({ length: PER_DEVICE }, (_, p) => idOf(d * PER_DEVICE + p)),
  )
  for (let m = 0; m < minutes; m++) {
    const at = now
    const batches = lists.map(
      (list, d): Batch => ({
        ...{ points: list, at, seen: at, reasons: null },
        values: list.map((_, p) => Math.round(((at - from) / MINUTE) * (1 + ((d * PER_DEVICE + p) % 50))) / 100),
      }),
    )
    h.readings({ samples: [], batches })
    now += MINUTE
    h.beat()
    while (h.waiting() > 3) await pause(1)
  }
  while (h.waiting() > 0) await pause(1)
  await h.stop()
}

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
const digits = (n: number): number => Number(n.toPrecision(3))
