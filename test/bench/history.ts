import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Point, Sample, Value } from '../../drivers/point.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import { openHistory } from '../../gateway/history/history.ts'
import { seeded } from '../support/killing.ts'
import type { Bench } from './run.ts'

const DEVICES = 100
const PER_DEVICE = 100
const START = Date.UTC(2026, 10, 20, 8)

/**
 * 10,000 points at 1/s: a quarter meters (counters of 0.01), a quarter temperatures that walk by 0.1, a quarter states, a
 * quarter noisy powers of 0.01. Times jitter by some ms, as polling does. `offered` samples are counted, not those that
 * were new. CPU is that of the history thread and of the calls on the gateway's own; by difference: that of the
 * whole process less that of making the samples alone.
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
      const at = performance.now()
      for (const batch of batches) h.samples(batch)
      h.beat()
      const took = performance.now() - at
      stalls.push(took)
      calledMs += took
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
    return {
      figures: {
        cpu_us_per_sample: digits((usedMs * 1000) / offered),
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
        samples_offered: offered,
        samples_written: stats.samples,
        file_mb: digits(statSync(join(data, 'history.db')).size / 1e6),
      },
      ratios: {},
      against: {},
      targets: {
        ...{ cpu_us_per_sample: 0.2, bytes_per_sample: 1, written_bytes_per_sample: 12, tick_worst_ms: 50 },
        ...{ query_30d_raw_ms: 10, query_30d_hourly_ms: 2, bytes_per_sample_1min: 1.6 },
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
  return {
    points,
    second(s: number): readonly (readonly Sample[])[] {
      return Array.from({ length: DEVICES }, (_, d) => {
        const at = START + s * 1000 + 3 + Math.floor(5 * random())
        return this.device(d, at, PER_DEVICE, 1)
      })
    },
    device(d: number, at: number, count: number, step: number): readonly Sample[] {
      return Array.from({ length: count }, (_, p): Sample => {
        const i = d * PER_DEVICE + p
        let value: Value
        switch (p % 4) {
          case 0:
            if (random() < 0.4) values[i]! += Math.floor(1 + 4 * step * random())
            value = values[i]! / 100
            break
          case 1: {
            const r = random()
            if (r < 0.2) values[i]! += r < 0.1 ? 1 : -1
            value = values[i]! / 10
            break
          }
          case 2:
            if (random() < 0.002) values[i] = 1 - values[i]!
            value = values[i] === 1
            break
          default:
            value = Math.round(1_250_000 + 4000 * (random() - 0.5)) / 100
        }
        return { point: points[i]!.id, at, seen: at, quality: 'good', value }
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
/** What all threads of this process have handed to the system [proc(5): io, wchar]. */
const wroteBytes = (): number => Number(/wchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1])
/** Not a loop that is always busy: its CPU would be in the figure. */
const pause = () => new Promise(resolve => setTimeout(resolve, 2))
const digits = (n: number): number => Number(n.toPrecision(4))
