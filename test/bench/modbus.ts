import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { connectAsync } from 'mqtt'
import { node24, startGatewayProcess } from '../support/fresh.ts'
import { type Changes, changeAt, type FieldSeen, monotonicMs } from './field.ts'
import { installNodeRed, rivals, startNodeRed } from './nodered.ts'
import { cpuMs, family, rssMb, sumOf } from './process.ts'
import type { Bench } from './run.ts'

const PASSWORD = 'measured and not guessed'
const DEVICES = 100
const REGISTERS = 100
const SLOW_MS = 1000
const FAST_MS = 50

/** 100 devices x 100 registers on Modbus TCP to MQTT, one message per device and scan; Node-RED in turn with us. */
export const modbus: Bench = async (quick, say) => {
  const rounds = quick ? 1 : 3
  // Who runs for years is measured warm: code that has run a few times only is still being compiled.
  const times = (scanMs: number) => ({
    settleMs: scanMs >= SLOW_MS ? (quick ? 15_000 : 20_000) : quick ? 4000 : 6000,
    windowMs: quick ? 10_000 : 20_000,
  })
  const rival = await installNodeRed(say)
  const ours: Record<number, Seen[]> = { [SLOW_MS]: [], [FAST_MS]: [] }
  const theirs: Record<number, Seen[]> = { [SLOW_MS]: [], [FAST_MS]: [] }
  for (let round = 1; round <= rounds; round++)
    for (const scanMs of [SLOW_MS, FAST_MS]) {
      const tell = (who: string, seen: Seen) =>
        say(
          `round ${round} of ${rounds}, ${scanMs} ms, ${who}: ${JSON.stringify(seen, (_, v) => (typeof v === 'number' ? round2(v) : v))}`,
        )
      const one = await measureGatehouse({ devices: DEVICES, scanMs, ...times(scanMs) })
      ours[scanMs]!.push(one)
      tell('Gatehouse', one)
      if (!rival) continue
      const other = await measureNodeRed({ devices: DEVICES, scanMs, ...times(scanMs) })
      theirs[scanMs]!.push(other)
      tell('Node-RED', other)
    }
  const of = (list: readonly Seen[], key: keyof Seen) => round2(median(list.map(seen => seen[key])))
  const [slow, fast] = [ours[SLOW_MS]!, ours[FAST_MS]!]
  const figures = {
    cpu_pct_1s: of(slow, 'cpuPct'),
    cpu_pct_50ms: of(fast, 'cpuPct'),
    rss_mb: of(slow, 'rssMb'),
    rss_mb_50ms: of(fast, 'rssMb'),
    scan_mean_ms: median(slow.map(s => s.scanMeanMs)),
    scan_drift_pct: Math.abs(median(slow.map(s => s.scanMeanMs)) / SLOW_MS - 1) * 100,
    scan_sd_ms: of(slow, 'scanSdMs'),
    scan_sd_ms_50ms: of(fast, 'scanSdMs'),
    scans_lost_share_50ms: median(fast.map(s => s.lostShare)),
    messages_lost_share_50ms: median(fast.map(s => s.messagesLostShare)),
    change_to_mqtt_p99_ms_1s: of(slow, 'latencyP99Ms'),
    change_to_mqtt_p99_ms_50ms: of(fast, 'latencyP99Ms'),
    ...(rival && {
      node_red_cpu_pct_1s: of(theirs[SLOW_MS]!, 'cpuPct'),
      node_red_cpu_pct_50ms: of(theirs[FAST_MS]!, 'cpuPct'),
      node_red_rss_mb: of(theirs[SLOW_MS]!, 'rssMb'),
      node_red_scans_lost_share_50ms: median(theirs[FAST_MS]!.map(s => s.lostShare)),
      node_red_change_to_mqtt_p99_ms_1s: of(theirs[SLOW_MS]!, 'latencyP99Ms'),
      node_red_change_to_mqtt_p99_ms_50ms: of(theirs[FAST_MS]!, 'latencyP99Ms'),
    }),
  }
  // Rounds are compared in pairs: what else the machine does at the time meets both.
  const ratio = (scanMs: number) =>
    round2(median(ours[scanMs]!.map((seen, i) => seen.cpuPct / theirs[scanMs]![i]!.cpuPct)))
  return {
    figures,
    ratios: rival ? { cpu_vs_node_red_1s: ratio(SLOW_MS), cpu_vs_node_red_50ms: ratio(FAST_MS) } : {},
    against: rival ? rivals : {},
    targets: {
      cpu_pct_1s: 2,
      rss_mb: 150,
      rss_mb_50ms: 150,
      scan_drift_pct: 0.03,
      scan_sd_ms: 3,
      scans_lost_share_50ms: 0.001,
      messages_lost_share_50ms: 0.001,
      change_to_mqtt_p99_ms_1s: SLOW_MS + 10,
      change_to_mqtt_p99_ms_50ms: FAST_MS + 15,
      cpu_vs_node_red_1s: 0.5,
      cpu_vs_node_red_50ms: 0.5,
    },
  }
}

export interface Seen {
  readonly cpuPct: number
  readonly rssMb: number
  readonly scanMeanMs: number
  readonly scanSdMs: number
  readonly worstScanMs: number
  readonly lostShare: number
  readonly messagesLostShare: number
  readonly messages: number
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
  readonly devices: number
  readonly spreadMs: number
}

export interface Run {
  readonly devices: number
  readonly scanMs: number
  readonly settleMs: number
  readonly windowMs: number
  /** For profiles: more environment of the gateway. */
  readonly env?: Record<string, string>
}

export async function measureGatehouse(run: Run): Promise<Seen> {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const field = await startField(run)
  writeFileSync(join(data, 'site.json'), JSON.stringify(siteOf(field.port, run)))
  const env = { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, ...run.env }
  const gateway = await startGatewayProcess(data, env, 30_000)
  try {
    const account = { name: 'bench', password: PASSWORD, subscribe: ['gatehouse/#'] }
    await createAccount(`http://${gateway.run.http}`, account)
    return await measure(field, run, {
      pids: () => family(gateway.pid),
      broker: `mqtt://${gateway.run.mqtt}`,
      account: { username: account.name, password: PASSWORD },
      topics: 'gatehouse/bench/telemetry/+',
      read(topic, payload) {
        const { v } = JSON.parse(payload) as { v: Record<string, number> }
        return { unit: Number(topic.slice(topic.lastIndexOf('-') + 1)), reads: v.r0, change: v.r1 }
      },
    })
  } finally {
    await gateway.end('SIGTERM')
    field.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

async function measureNodeRed(run: Run): Promise<Seen> {
  const field = await startField(run)
  const red = await startNodeRed(field.port, run.devices, run.scanMs)
  try {
    return await measure(field, run, {
      pids: () => red.pids.flatMap(family),
      broker: `mqtt://127.0.0.1:${red.mqttPort}`,
      account: {},
      topics: 'bench/+',
      read(topic, payload) {
        const [reads, change] = JSON.parse(payload) as number[]
        return { unit: Number(topic.slice('bench/d'.length)), reads, change }
      },
    })
  } finally {
    await red.stop()
    field.stop()
  }
}

interface Product {
  pids(): number[]
  readonly broker: string
  readonly account: { username?: string; password?: string }
  readonly topics: string
  /** Register 0 and register 1, where the message has them. */
  read(topic: string, payload: string): { unit: number; reads: number | undefined; change: number | undefined }
}

async function measure(field: Field, { devices, settleMs, windowMs }: Run, product: Product): Promise<Seen> {
  const mqtt = await connectPatiently(product.broker, product.account)
  const lastRead = new Map<number, number>()
  const lastChange = new Map<number, number>()
  const latencies: number[] = []
  let measuring = false
  let [messages, lost] = [0, 0]
  mqtt.on('message', (topic, payload) => {
    const now = monotonicMs()
    const { unit, reads, change } = product.read(topic, payload.toString())
    if (reads !== undefined) {
      const before = lastRead.get(unit)
      if (measuring) messages++
      if (measuring && before !== undefined) lost += Math.max(0, ((reads - before) & 0xffff) - 1)
      lastRead.set(unit, reads)
    }
    if (change === undefined || change === lastChange.get(unit)) return
    lastChange.set(unit, change)
    // The register holds 16 bits of the number; which change it is, the time tells.
    const newest = Math.floor((now - changeAt(field, unit, 0)) / field.periodMs)
    const n = newest - ((newest - change) & 0xffff)
    if (measuring) latencies.push(now - changeAt(field, unit, n))
  })
  await mqtt.subscribeAsync(product.topics)
  await until(() => lastRead.size === devices, 60_000)
  await pause(settleMs)

  const pids = product.pids()
  await field.mark()
  measuring = true
  const began = performance.now()
  const before = sumOf(pids, cpuMs)
  await pause(windowMs)
  const cpuPct = (100 * (sumOf(pids, cpuMs) - before)) / (performance.now() - began)
  measuring = false
  const seen = await field.report()
  const rss = sumOf(pids, rssMb)
  await mqtt.endAsync()
  return {
    cpuPct,
    rssMb: rss,
    scanMeanMs: seen.meanMs,
    scanSdMs: seen.sdMs,
    worstScanMs: seen.worstMs,
    lostShare: seen.lostShare,
    messagesLostShare: lost / Math.max(1, messages + lost),
    messages,
    latencyP50Ms: percentile(latencies, 0.5),
    latencyP99Ms: percentile(latencies, 0.99),
    devices: seen.devices,
    spreadMs: seen.spreadMs,
  }
}

interface Field extends Changes {
  readonly port: number
  mark(): Promise<void>
  report(): Promise<FieldSeen>
  stop(): void
}

export async function startField({ devices, scanMs }: Run): Promise<Field> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    node24,
    [join(import.meta.dirname, 'field.ts'), String(devices), String(scanMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the simulated field ended')
    return JSON.parse(value as string)
  }
  const told = (await next()) as Changes & { port: number }
  return {
    ...told,
    async mark() {
      child.stdin.write('\n')
    },
    report() {
      child.stdin.write('\n')
      return next() as Promise<FieldSeen>
    },
    stop: () => void child.kill('SIGTERM'),
  }
}

const both = (word: string) => ({ 'zh-CN': word, en: word })

/** Each device on a connection of its own; a tenth of the points under an alarm that never comes. */
export function siteOf(port: number, { devices, scanMs }: Run): object {
  const units = Array.from({ length: devices }, (_, i) => i + 1)
  const points = Array.from({ length: REGISTERS }, (_, i) => ({
    key: `r${i}`,
    table: 'holding',
    address: i,
    type: 'uint16',
    scanMs,
  }))
  return {
    site: { id: 'bench', name: both('bench'), timezone: 'UTC' },
    spaces: [{ id: 'hall', kind: 'floor', name: both('hall') }],
    channels: units.map(unit => ({ id: `c-${unit}`, protocol: 'modbus-tcp', host: '127.0.0.1', port })),
    equipment: units.map(unit => ({
      id: `d-${unit}`,
      kind: 'pump',
      name: both(`d-${unit}`),
      space: 'hall',
      channel: `c-${unit}`,
      unit,
      points,
    })),
    rules: [
      {
        id: 'high',
        points: ['d-*/r1*'],
        when: { above: 70_000, deadband: 10 },
        delayOnS: 10,
        severity: 'low',
        text: both('high'),
      },
    ],
  }
}

async function createAccount(base: string, account: object) {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${base}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const session = await post('session', { name: 'admin', password: PASSWORD })
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  const made = await post('broker-accounts', account, { cookie })
  if (made.status !== 201) throw new Error(`no broker account: ${made.status} ${await made.text()}`)
}

/** A broker that has just been started may not listen yet. */
async function connectPatiently(url: string, account: Product['account']) {
  for (let tries = 1; ; tries++)
    try {
      return await connectAsync(url, { ...account, reconnectPeriod: 0 })
    } catch (error) {
      if (tries === 50) throw error
      await pause(100)
    }
}

const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
const round2 = (n: number): number => Math.round(n * 100) / 100
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
async function until(fact: () => boolean, limitMs: number) {
  for (const end = performance.now() + limitMs; performance.now() < end; await pause(20)) if (fact()) return
  throw new Error('not every device was heard')
}
