import { performance } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { bad, type Point, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { codeOf, GOOD, NOT_RECORDED } from '../../gateway/history/codes.ts'
import type { StepAnswer } from '../../gateway/history/query.ts'
import { noSums } from '../../gateway/history/sums.ts'
import { watchAlarms } from '../../gateway/live/alarms.ts'
import { dryRun } from '../../gateway/site/dryrun.ts'
import type { Rule } from '../../rules/rule.ts'
import { manualClock } from '../support/clock.ts'

const FROM = Date.UTC(2026, 9, 1, 20)
const HOUR = 3_600_000
const point = (id: PointId, kind: Point['kind'], scanMs = 1000): Point => ({
  ...{ id, key: id.slice(id.indexOf('/') + 1), name: { 'zh-CN': id, en: id }, kind, scanMs, address: null },
})
const level = point('tank-1/level', 'number')
const running = point('pump-1/running', 'boolean')
const rule = (more: Partial<Rule>): Rule => ({
  ...{ id: 'r', points: ['tank-*/level'], when: { above: 50 }, severity: 'low', delayOnS: 0, delayOffS: 0 },
  text: { 'zh-CN': 'r', en: 'r' },
  ...more,
})

interface Line {
  readonly point: Point
  readonly at: number
  /** Null: bad; 'away': the gateway was down. */
  readonly value: Value | null | 'away'
}
const sampleOf = ({ point, at, value }: Line): Sample =>
  value === null || value === 'away'
    ? bad(point.id, value === null ? 'timeout' : 'never-read', at)
    : { point: point.id, at, seen: at, quality: 'good', value }

/** A history that keeps these lines, and hours where it keeps nothing else. */
const historyOf = (lines: readonly Line[], hours: readonly { from: number; to: number; mean: number }[] = []) => ({
  asked: 0,
  async raw(points: readonly Pick<Point, 'id'>[], from: number, to: number, limit: number) {
    this.asked++
    return points.map(({ id }) => {
      const own = lines.filter(l => l.point.id === id)
      const held = own.filter(l => l.at < from && l.at >= from - 24 * HOUR).slice(-1)
      const all = [...held, ...own.filter(l => l.at >= from && l.at < to)]
      const some = all.slice(0, limit)
      return {
        n: some.length,
        times: Float64Array.from(some, l => l.at),
        codes: Uint8Array.from(some, l =>
          l.value === 'away' ? NOT_RECORDED : l.value === null ? codeOf(sampleOf(l)) : GOOD,
        ),
        values: Float64Array.from(some, l => (l.value === null || l.value === 'away' ? Number.NaN : Number(l.value))),
        texts: [],
        demo: [],
        coarse: [],
        truncated: all.length > limit,
      }
    })
  },
  async steps(points: readonly unknown[], edges: Float64Array): Promise<readonly StepAnswer[]> {
    return points.map(() => {
      const sums = noSums(edges.length - 1)
      for (let i = 0; i + 1 < edges.length; i++)
        for (const hour of hours)
          if (edges[i]! >= hour.from && edges[i]! < hour.to) {
            sums.goodMs[i] = HOUR
            sums.mean[i] = hour.mean
          }
      return { ...sums, demo: [], coarse: [] }
    })
  },
})

/** What the gateway itself raised on the same samples, as they came. */
async function lived(r: Rule, lines: readonly Line[], to: number) {
  const clock = manualClock(FROM)
  const diary: string[] = []
  const alarms = watchAlarms(
    [r],
    [level],
    new Map(),
    clock,
    changes => {
      for (const { effects } of changes) for (const effect of effects) diary.push(`${clock.now() - FROM} ${effect}`)
    },
    error => {
      throw error
    },
  )
  for (const line of lines) {
    if (line.at > clock.now()) await clock.pass(line.at - clock.now())
    alarms.samples([sampleOf(line)])
  }
  await clock.pass(to - clock.now())
  alarms.stop()
  return diary
}

/** Values of an hour or two, some of them bad, drawn by a fixed seed. */
function drawn(seed: number, minutes: number): Line[] {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
  const lines: Line[] = []
  let value = 50
  for (let at = FROM; at < FROM + minutes * 60_000; at += Math.ceil(next() * 40) * 250) {
    value = Math.max(0, Math.min(100, value + (next() - 0.5) * 12))
    lines.push({ point: level, at, value: next() < 0.04 ? null : Math.round(value * 10) / 10 })
    if (next() < 0.1) lines.push({ point: running, at, value: next() < 0.5 })
  }
  return lines
}

const options = (history: ReturnType<typeof historyOf>, to: number) => ({
  ...{ from: FROM, to, history: history as never, during: () => true },
  point: (id: PointId) => [level, running].find(p => p.id === id),
})

it('fires when and as often as the gateway did on the same samples', async () => {
  const rules: Record<string, Partial<Rule>> = {
    plain: {},
    'delays and a deadband': { when: { above: 50, deadband: 4 }, delayOnS: 20, delayOffS: 13 },
    'an expression': {
      when: {
        expression: 'v > 50 && !on',
        names: { v: 'level', on: 'pump-1/running' },
        kinds: { v: 'number', on: 'boolean' },
      },
      delayOnS: 3,
    },
    'of several points': { when: { all: [{ above: 45 }, { point: 'pump-1/running', equals: true }] }, delayOffS: 30 },
    counted: { when: { times: 3, withinS: 300, of: { above: 50 } } },
    'standing still': { when: { unchangedS: 9 } },
  }
  let fired = 0
  for (const [name, more] of Object.entries(rules))
    for (const seed of [1, 2, 3]) {
      const lines = drawn(seed, 60)
      const to = FROM + 61 * 60_000
      const diary = await lived(rule(more), lines, to)
      const made = await dryRun(rule(more), [level], options(historyOf(lines), to))
      const replayed = [...made.first, ...made.last]
        .flatMap(f => [[f.at, 'raised'], ...(f.until === null ? [] : [[f.until, 'cleared']])])
        .map(([at, what]) => `${Number(at) - FROM} ${what}`)
      const raised = diary.filter(line => line.endsWith('raised'))
      expect([name, seed, made.fires]).toEqual([name, seed, raised.length])
      if (made.fires <= 40) expect([name, seed, replayed]).toEqual([name, seed, diary])
      fired += made.fires
    }
  expect(fired).toBeGreaterThan(60)
})

it('windows of time and silence live by what stands, though the history leaves out what says nothing new', async () => {
  // It stands at 20 for an hour and jumps: the history has it each ten minutes only.
  const steady = Array.from({ length: 7 }, (_, i) => ({ point: level, at: FROM + i * 600_000 + 1, value: 20 }))
  const lines: Line[] = [...steady, { point: level, at: FROM + HOUR + 120_000, value: 40 }]
  const to = FROM + HOUR + 300_000
  const rises = await dryRun(rule({ when: { rises: 10, withinS: 60 } }), [level], options(historyOf(lines), to))
  expect(rises.first.map(f => [f.at - FROM, f.until! - f.at])).toEqual([[HOUR + 120_000, expect.any(Number)]])
  expect(Math.abs(rises.longestMs - 60_000)).toBeLessThan(2000)
  const silent = await dryRun(rule({ when: { silentS: 60 } }), [level], options(historyOf(lines), to))
  expect(silent.fires).toBe(0)
  const lost: Line[] = [...steady, { point: level, at: FROM + HOUR + 30_000, value: null }]
  const gone = await dryRun(rule({ when: { silentS: 60 } }), [level], options(historyOf(lost), to))
  expect(gone.first.map(f => Math.round((f.at - FROM - HOUR) / 1000))).toEqual([89])
})

it('says what it does not know: without good data, by hours only, not gone through', async () => {
  const day = 24 * HOUR
  const to = FROM + 3 * day
  const midnight = FROM + 4 * HOUR
  // Four hours of samples, a day of hourly means, and then nothing.
  const lines: Line[] = Array.from({ length: 24 }, (_, i) => ({ point: level, at: FROM + i * 600_000, value: 10 }))
  const hours = [
    { from: midnight, to: midnight + day, mean: 20 },
    { from: midnight + 5 * HOUR, to: midnight + 7 * HOUR, mean: 60 },
  ]
  const made = await dryRun(rule({}), [level], options(historyOf(lines, hours), to))
  expect(
    made.first.map(f => [(f.at - midnight) / HOUR, f.until === null ? null : (f.until - midnight) / HOUR]),
  ).toEqual([[5, 7]])
  expect(made.hourlyShare).toBeCloseTo(1 / 3)
  expect(made.noGoodShare).toBeCloseTo(44 / 72)
  const away: Line[] = [...lines.slice(0, 6), { point: level, at: FROM + HOUR, value: 'away' }, ...lines.slice(12)]
  const partly = await dryRun(rule({}), [level], options(historyOf(away), FROM + 4 * HOUR))
  expect(partly.noGoodShare).toBeCloseTo(0.25)
  const none = await dryRun(rule({}), [level], { ...options(historyOf(lines), to), mostMs: 0 })
  expect([none.points, none.examined, none.fires]).toEqual([1, 0, 0])
})

it('a month of samples each second keeps nobody waiting', async () => {
  const n = 300_000
  const to = FROM + n * 1000
  const times = Float64Array.from({ length: n }, (_, i) => FROM + i * 1000)
  const values = Float64Array.from({ length: n }, (_, i) => 50 + 10 * Math.sin(i / 60))
  const lower = (at: number) => Math.max(0, Math.min(n, Math.ceil((at - FROM) / 1000)))
  const history = {
    async raw(_: unknown, from: number, end: number, limit: number) {
      const a = lower(from)
      const b = Math.min(lower(end), a + limit)
      const of = { times: times.slice(a, b), values: values.slice(a, b), codes: new Uint8Array(b - a) }
      return [{ n: b - a, ...of, texts: [], demo: [], truncated: b < lower(end) }]
    },
    steps: async () => [],
  }
  // Of this thread alone: what else the machine does is not the dry run's doing.
  const busyMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let worst = 0
  let last = busyMs()
  const beat = setInterval(() => {
    worst = Math.max(worst, busyMs() - last)
    last = busyMs()
  }, 1)
  const began = performance.now()
  const made = await dryRun(rule({ delayOnS: 10 }), [level], options(history as never, to))
  clearInterval(beat)
  console.log(
    `dry run: ${n} samples in ${Math.round(performance.now() - began)} ms, worst wait ${Math.round(worst)} ms`,
  )
  expect(made.fires).toBe(Math.round(n / (2 * Math.PI * 60)))
  expect([made.first.length, made.last.length]).toEqual([20, 20])
  expect(worst).toBeLessThan(50)
})
