import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { createClock } from '../../gateway/core/clock.ts'
import { openStore } from '../../gateway/history/store.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import { telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { mqttShape } from '../../gateway/out/sinks/messages.ts'
import { mqttSink } from '../../gateway/out/sinks/mqtt.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import { freePort, influxd, mosquittoAt } from '../support/service.ts'
import { siteOf, startField } from './modbus.ts'
import type { Bench } from './run.ts'

const DEVICES = 10
const REGISTERS = 100
const SCAN_MS = 1000
const HOUR_ROWS = 3600

/**
 * Ten devices of 100 registers at 1 s, sent to a broker outside and to InfluxDB, both of which are away for a while; then an
 * hour of the same by an injected clock, drained into a real broker as quickly as it takes it.
 */
export const away: Bench = async (quick, say) => {
  const outage = await thirtySeconds(quick ? 15 : 30, say)
  say('an hour of 1000 values a second by an injected clock')
  const hour = await anHour()
  return {
    figures: { ...outage, ...hour },
    ratios: {},
    against: {},
    targets: {
      ...{ lost: 0, out_of_order: 0, influx_lost: 0, drain_s: 5, live_p99_ms_during_drain: 2 * SCAN_MS },
      ...{ hour_lost: 0, hour_out_of_order: 0 },
    },
    floors: { hour_values_per_s: 5000 },
  }
}

interface Heard {
  readonly at: number
  readonly topic: string
  readonly id: string
  readonly t: number
  readonly reads: number | undefined
}
/** What a program at the broker outside hears. */
async function listen(port: number) {
  const heard: Heard[] = []
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'centre',
    clean: false,
    reconnectPeriod: 100,
  })
  client.on('message', (topic, payload) => {
    const { id, t, v } = JSON.parse(payload.toString('utf8')) as { id: string; t: string; v: Record<string, number> }
    heard.push({ at: Date.now(), topic, id, t: Date.parse(t), reads: v.r0 })
  })
  client.on('error', () => {})
  for (const what of ['telemetry', 'history']) await client.subscribeAsync(`gatehouse/bench/${what}/+`, { qos: 1 })
  return { heard, client }
}
const isLate = (h: Heard) => h.topic.includes('/history/')
const deviceOf = (topic: string) => topic.slice(topic.lastIndexOf('/') + 1)

/** Numbers that are missing among those that count up by one. */
const missing = (numbers: readonly number[]): number => {
  const all = new Set(numbers)
  return all.size === 0 ? 0 : Math.max(...all) - Math.min(...all) + 1 - all.size
}
function judge(heard: readonly Heard[]) {
  const once = [...new Map(heard.toReversed().map(h => [h.id, h])).values()].reverse()
  const disorder = [...Map.groupBy(once, h => h.topic).values()].reduce(
    (sum, list) => sum + list.filter((h, i) => i > 0 && h.t < list[i - 1]!.t).length,
    0,
  )
  const counted = [...Map.groupBy(once, h => deviceOf(h.topic)).values()].map(list =>
    missing(list.flatMap(h => h.reads ?? [])),
  )
  return { lost: counted.reduce((a, b) => a + b, 0), disorder, doubled: heard.length - once.length }
}

async function thirtySeconds(awayS: number, say: (line: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const [data, brokerFolder, influxFolder] = ['data', 'broker', 'influx'].map(name => {
    mkdirSync(join(folder, name))
    return join(folder, name)
  }) as [string, string, string]
  const port = await freePort()
  const config = `allow_anonymous true\npersistence true\npersistence_location ${brokerFolder}/\nmax_queued_messages 0`
  let broker = await mosquittoAt(brokerFolder, port, config)
  const influx = await influxd(influxFolder)
  let historian = await influx.start()
  await influx.ask('CREATE DATABASE site', 'POST')
  const field = await startField({ devices: DEVICES, scanMs: SCAN_MS, settleMs: 0, windowMs: 0 })
  const site = {
    ...siteOf(field.port, { devices: DEVICES, scanMs: SCAN_MS, settleMs: 0, windowMs: 0 }),
    outputs: [
      { id: 'cloud', kind: 'mqtt', url: `mqtt://127.0.0.1:${port}` },
      { id: 'historian', kind: 'influx', url: influx.url, database: 'site' },
    ],
  }
  writeFileSync(join(data, 'site.json'), JSON.stringify(site))
  const gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: 'measured and not guessed' }, 30_000)
  const { heard, client } = await listen(port)
  async function influxMissing(): Promise<number> {
    let lost = 0
    for (let unit = 1; unit <= DEVICES; unit++) {
      const rows = await influx.ask(`SELECT value FROM gatehouse WHERE equipment = 'd-${unit}' AND point = 'r0'`)
      lost += rows.length < awayS ? awayS : missing(rows.map(row => row[1] as number))
    }
    return lost
  }
  try {
    await pause(8000)
    say(`both are away for ${awayS} s`)
    await Promise.all([broker.kill('SIGTERM'), historian.kill()])
    await pause(awayS * 1000)
    broker = await mosquittoAt(brokerFolder, port, config)
    historian = await influx.start()
    const back = Date.now()
    const drained = () => {
      const late = heard.filter(h => h.at > back && isLate(h))
      return late.length > 0 && Date.now() - late.at(-1)!.at > 4000
    }
    for (let i = 0; i < 400 && !drained(); i++) await pause(100)
    await pause(4000)
    const late = heard.filter(h => h.at > back && isLate(h))
    const [first, last] = [late[0]?.at ?? back, late.at(-1)?.at ?? back]
    const live = heard.filter(h => !isLate(h) && h.at >= first && h.at <= last).map(h => h.at - h.t)
    const { lost, disorder, doubled } = judge(heard)
    // It is tried again at a time of its own.
    let influxLost = await influxMissing()
    for (let i = 0; i < 60 && influxLost > 0; i++) {
      await pause(500)
      influxLost = await influxMissing()
    }
    return {
      lost,
      out_of_order: disorder,
      influx_lost: influxLost,
      doubled_before_dedupe: doubled,
      drain_s: (last - first) / 1000,
      back_after_s: (first - back) / 1000,
      live_p99_ms_during_drain: quantile(live, 0.99),
      late_messages: late.length,
    }
  } finally {
    await client.endAsync(true)
    await gateway.end('SIGTERM')
    field.stop()
    await Promise.all([broker.kill(), historian.kill()])
    rmSync(folder, { recursive: true, force: true })
  }
}

async function anHour() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const port = await freePort()
  const broker = await mosquittoAt(folder, port, 'allow_anonymous true\nmax_queued_messages 0')
  const store = openStore(join(folder, 'history.db'), { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 33 })
  const count = DEVICES * REGISTERS
  const named = Array.from({ length: count }, (_, i) => ({
    ...{
      id: i + 1,
      name: `d-${1 + Math.floor(i / REGISTERS)}/r${i % REGISTERS}`,
      kind: 'number' as const,
      periodMs: SCAN_MS,
    },
  }))
  store.readers.use(['cloud'], 2 ** 30, 0)
  const start = Date.UTC(2026, 10, 21)
  for (let s = 0; s < HOUR_ROWS; s++) {
    const now = start + s * 1000
    store.commit(
      {
        now,
        points: Int32Array.from({ length: count }, (_, i) => i + 1),
        times: new Float64Array(count).fill(now),
        codes: new Uint8Array(count),
        values: Float64Array.from({ length: count }, (_, i) => (i % REGISTERS === 0 ? s : (s * 7 + i) & 0xffff)),
        texts: [],
      },
      s === 0 ? named : [],
    )
  }
  const { heard, client } = await listen(port)
  const clock = createClock()
  const telemetry = telemetryStreams({
    ...{ id: 'cloud', position: store.readers.states()[0]!.position, head: store.head(), liveFirst: true },
    shape: mqttShape('gatehouse/bench', () => true, 'h'),
    readers: {
      rows: async (id, lane, from, to, most) => store.readers.read(id, lane, from, to, most, store.head()),
      async moved(id, position) {
        store.readers.moved(id, position)
        return null
      },
      named: id => store.points.get(id),
    },
  })
  const began = Date.now()
  const reader = runReader({
    ...{ clock, streams: telemetry.streams, catchUpPerS: 1_000_000, setAside: () => {} },
    sink: mqttSink({
      ...{
        url: `mqtt://127.0.0.1:${port}`,
        version: 5,
        clientId: 'bench',
        tls: {},
        root: 'gatehouse/bench',
        subscribe: [],
      },
      ...{ hello: () => [], status: () => '{}', message: () => {} },
    }),
  })
  for (let i = 0; i < 900 && heard.length < HOUR_ROWS * DEVICES; i++) await pause(100)
  const tookS = (heard.at(-1)!.at - began) / 1000
  const { lost, disorder } = judge(heard)
  const whole = HOUR_ROWS * DEVICES - new Set(heard.map(h => h.id)).size
  await reader.stop()
  clock.stop()
  await client.endAsync(true)
  await broker.kill()
  store.close()
  rmSync(folder, { recursive: true, force: true })
  return {
    hour_lost: Math.max(lost, whole),
    hour_out_of_order: disorder,
    hour_drain_s: tookS,
    hour_values_per_s: Math.round((HOUR_ROWS * count) / tookS),
  }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
function quantile(list: readonly number[], q: number): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}
