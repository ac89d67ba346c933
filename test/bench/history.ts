import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../drivers/batch.ts'
import type { Point, PointId, Sample, Value } from '../../drivers/point.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import { openHistory } from '../../gateway/history/history.ts'
import { seeded } from '../support/killing.ts'
import { startUnderLoad } from '../support/underload.ts'
import { influxRival } from './influxrival.ts'
import type { Bench } from './run.ts'

const DEVICES = 100
const PER_DEVICE = 100
const START = Date.UTC(2026, 10, 20, 8)

/**
 * 10,000 points at 1/s: a quarter meters (counters of 0.01), a quarter temperatures that walk by 0.1, a quarter states, a
 * quarter noisy powers of 0.01. Times jitter by some ms, as polling does. They come as drivers give them, a list of points
 * and a list of values for each device. `offered` samples are counted, not those that were new. CPU is that of the
 * history thread and of the calls on the gateway's own; by difference: that of the whole process less that of making the
 * samples alone. The delay of the event loop is that of a gateway process of its own, with all that is in it.
 */
export const history: Bench = async (quick, say) => {
  const ticks = quick ? 1200 : 3600
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  try {
    const load = loadOf()
    say(`making ${ticks} s of samples, to know what that costs`)
    const made = process.cpuUsage()
    for (let s = 0; s < ticks; s++) load.second(s)
    const baseMs = cpuMs(made)

    let now = START
    const h = await openHistory(
      data,
      still(() => now),
    )
    h.use(load.points)
    await h.stats()
    const again = loadOf()
    say(`${ticks} s of 10,000 points`)
    const cpu = process.cpuUsage()
    const wroteBefore = wroteBytes()
    const before = await h.stats()
    let worstMs = 0
    let calledMs = 0
    const stalls: number[] = []
    for (let s = 0; s < ticks; s++) {
      const batches = again.second(s)
      now = START + s * 1000 + 999
      const cpuBefore = threadCpuMs()
      const at = performance.now()
      h.readings({ samples: [], batches })
      h.beat()
      const took = performance.now() - at
      calledMs += threadCpuMs() - cpuBefore
      stalls.push(took)
      // The first seconds are the compiler's.
      if (s >= 5) worstMs = Math.max(worstMs, took)
      while (h.waiting() > 3) await pause()
    }
    while (h.waiting() > 0) await pause()
    const differenceMs = cpuMs(cpu) - baseMs
    const threadMs = (await h.stats()).cpuMs - before.cpuMs
    const usedMs = threadMs + calledMs
    const offered = ticks * DEVICES * PER_DEVICE
    const stats = await h.stats()
    const sameDay = await h.sizes()
    const wrote = wroteBytes() - wroteBefore
    say('the day is over: all is put together')
    // Every point ends, so that nothing is left open; then an hour of nothing, a minute at a time.
    h.use([])
    for (let i = 0; i < 100; i++) {
      now = START + 86_400_000 + i * 60_000
      h.beat()
      while (h.waiting() > 0) await pause()
    }
    while (await h.tidy(now + 120_000)) {}
    const sizes = await h.sizes()
    // Sums of hours are written once a day, whether the day had one hour or 24: their share is that of a whole day.
    const perSample = sizes.block / offered + sizes.hour / (DEVICES * PER_DEVICE * 86_400)
    await h.stop()
    say('30 days of 1/min, asked for')
    const asked = await queriesOf(quick)
    say('a gateway of its own, 100 devices of 100 points')
    const delays = await loopDelayOf(quick)
    say('InfluxDB, with the same samples')
    const others = loadOf()
    const rival = await influxRival(quick ? 60 : 600, s => others.second(s), baseMs / ticks)
    const ours = (usedMs * 1000) / offered
    return {
      figures: {
        cpu_us_per_sample: digits(ours),
        cpu_us_per_sample_main: digits((calledMs * 1000) / offered),
        cpu_us_per_sample_by_difference: digits((differenceMs * 1000) / offered),
        bytes_per_sample: digits(perSample),
        bytes_per_sample_same_day: digits(sameDay.fresh / offered),
        journal_mb: digits(sameDay.journal / 1e6),
        // Into the journal and the blocks of minutes, as it was; into those of days, once into the log and once into its place.
        written_bytes_per_sample: digits(wrote / offered + 2 * perSample),
        tick_worst_ms: digits(worstMs),
        tick_median_ms: digits(stalls.sort((a, b) => a - b)[ticks >> 1]!),
        worst_commit_ms: digits(stats.worstCommitMs),
        ...asked,
        ...delays,
        influx_client_us: digits(rival.client_us),
        influx_server_us: digits(rival.server_us),
        influx_bytes_per_sample: digits(rival.bytes),
        samples_offered: offered,
        samples_written: stats.samples,
        file_mb: digits(statSync(join(data, 'history.db')).size / 1e6),
      },
      ratios: {
        cpu_vs_influx: digits(ours / (rival.client_us + rival.server_us)),
        bytes_vs_influx: digits(perSample / rival.bytes),
      },
      against: { influxdb: rival.version },
      targets: {
        ...{ cpu_us_per_sample: 0.2, bytes_per_sample: 1, written_bytes_per_sample: 12, tick_worst_ms: 50 },
        ...{ query_30d_raw_ms: 10, query_30d_hourly_ms: 2, bytes_per_sample_1min: 1.6, loop_delay_p99_ms: 20 },
        ...{ cpu_vs_influx: 1 / 30, bytes_vs_influx: 0.4 },
      },
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

function loadOf() {
  const random = seeded(42)
  const points: Point[] = []
  const kinds: ('meter' | 'temperature' | 'state' | 'power')[] = ['meter', 'temperature', 'state', 'power']
  const values = new Float64Array(DEVICES * PER_DEVICE)
  for (let d = 0; d < DEVICES; d++)
    for (let p = 0; p < PER_DEVICE; p++) {
      const kind = kinds[p % 4]!
      const id: Point['id'] = `device-${d}/p${p}`
      const name = { 'zh-CN': id, en: id }
      points.push({
        id,
        key: `p${p}`,
        name,
        kind: kind === 'state' ? 'boolean' : 'number',
        scanMs: 1000,
        address: null,
      })
      values[points.length - 1] = kind === 'meter' ? Math.floor(1e7 * random()) : kind === 'temperature' ? 215 : 0
    }
  const lists = Array.from({ length: DEVICES }, (_, d): readonly PointId[] =>
    points.slice(d * PER_DEVICE, (d + 1) * PER_DEVICE).map(p => p.id),
  )
  return {
    points,
    second(s: number): readonly Batch[] {
      return Array.from({ length: DEVICES }, (_, d) => {
        const at = START + s * 1000 + 3 + Math.floor(5 * random())
        return { points: lists[d]!, at, seen: at, values: this.values(d, PER_DEVICE, 1), reasons: null }
      })
    },
    device(d: number, at: number, count: number, step: number): readonly Sample[] {
      const mine = lists[d]!
      return this.values(d, count, step).map((value, p) => ({ point: mine[p]!, at, seen: at, quality: 'good', value }))
    },
    values(d: number, count: number, step: number): readonly Value[] {
      return Array.from({ length: count }, (_, p): Value => {
        const i = d * PER_DEVICE + p
        switch (p % 4) {
          case 0:
            if (random() < 0.4) values[i]! += Math.floor(1 + 4 * step * random())
            return values[i]! / 100
          case 1: {
            const r = random()
            if (r < 0.2) values[i]! += r < 0.1 ? 1 : -1
            return values[i]! / 10
          }
          case 2:
            if (random() < 0.002) values[i] = 1 - values[i]!
            return values[i] === 1
          default:
            return Math.round(1_250_000 + 4000 * (random() - 0.5)) / 100
        }
      })
    },
  }
}

/** 20 points, one sample a minute for 30 days; the last ones are a day ago, so that all is in blocks of days. */
async function queriesOf(quick: boolean) {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const random = seeded(3)
  const minutes = 30 * 1440
  let now = START
  try {
    const h = await openHistory(
      data,
      still(() => now),
    )
    const load = loadOf()
    const points = load.points.slice(0, 20).map(p => ({ ...p, scanMs: 60_000 }))
    h.use(points)
    for (let m = 0; m < minutes; m++) {
      const at = START + m * 60_000 + Math.floor(5 * random())
      now = at
      // What a minute has done to them; the fourth of each four is the noisiest.
      h.samples(load.device(0, at, 20, 30))
      // A commit an hour: how it is asked for is measured here, not how it came in.
      if (m % 60 === 59) {
        h.beat()
        while (h.waiting() > 3) await pause()
      }
    }
    const end = START + minutes * 60_000
    for (let i = 0; i < 200; i++) {
      now = end + 86_400_000 + i * 20_000
      h.samples([{ point: points[19]!.id, at: now, seen: now, quality: 'good', value: i }])
      h.beat()
      while (h.waiting() > 0) await pause()
    }
    while (await h.tidy(now + 120_000)) {}
    const first = Math.ceil(START / 3_600_000) * 3_600_000
    const edges = Float64Array.from({ length: 721 }, (_, i) => first + i * 3_600_000)
    const raw: number[] = []
    const hourly: number[] = []
    const rounds = quick ? 19 : 57
    for (let i = 0; i < rounds; i++) {
      const point = points[(i % 4) * 4 + 3]!
      const a = performance.now()
      const [got] = await h.raw([point], START, end, 1_000_000)
      raw.push(performance.now() - a)
      // The same value twice in a row is written once.
      if (got!.n < 0.999 * minutes) throw new Error(`${got!.n} of ${minutes} samples came back`)
      const b = performance.now()
      const [sums] = await h.steps([point], edges)
      hourly.push(performance.now() - b)
      if (!(sums!.goodMs[100]! > 3_590_000)) throw new Error('an hour is missing')
    }
    const stats = await h.stats()
    await h.stop()
    const median = (list: number[]) => digits(list.sort((a, b) => a - b)[list.length >> 1]!)
    return {
      query_30d_raw_ms: median(raw),
      query_30d_hourly_ms: median(hourly),
      bytes_per_sample_1min: digits(stats.bytes / (20 * minutes)),
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** The gateway, polling 10,000 points a second that are all new each time, and alarms that come and go. */
async function loopDelayOf(quick: boolean) {
  const load = await startUnderLoad({ devices: DEVICES, scanMs: 1000, alarmReads: 16 })
  try {
    await load.flowing(0.9 * DEVICES * PER_DEVICE, 120_000)
    // What has run a few times only is still being compiled.
    await new Promise(resolve => setTimeout(resolve, quick ? 10_000 : 20_000))
    const before = (await load.metrics()).get('gatehouse_history_samples')!
    const seconds = quick ? 20 : 60
    const loop_delay_p99_ms = digits(await load.loopDelayP99Ms(seconds * 1000))
    const after = (await load.metrics()).get('gatehouse_history_samples')!
    return { loop_delay_p99_ms, loop_samples_per_s: digits((after - before) / seconds) }
  } finally {
    await load.stop()
  }
}

/** A clock that the bench moves by itself. */
const still = (now: () => number): Clock => ({
  now,
  every: () => () => {},
  after: () => () => {},
  onJump: () => () => {},
})
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}
const cell = new Int32Array(new SharedArrayBuffer(4))
/**
 * CPU of this thread. The system counts what a running thread has used at its own ticks only, 4 ms apart: a call of half a
 * millisecond is counted truly when the thread has just slept.
 */
function threadCpuMs(): number {
  Atomics.wait(cell, 0, 0, 0.01)
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
/** What all threads of this process have handed to the system [proc(5): io, wchar]. */
const wroteBytes = (): number => Number(/wchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1])
/** Not a loop that is always busy: its CPU would be in the figure. */
const pause = () => new Promise(resolve => setTimeout(resolve, 2))
const digits = (n: number): number => Number(n.toPrecision(4))
