import { afterEach, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { firstNeeded } from '../../gateway/history/position.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import { telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { influxSink } from '../../gateway/out/sinks/influx.ts'
import { influxShape } from '../../gateway/out/sinks/lines.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { victoria } from '../support/service.ts'
import { until } from '../support/wait.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

it('what a far end may have forgotten counts as sent only later, and is sent again when it was away', async () => {
  const clock = manualClock(0)
  const log = journal(1)
  const telemetry = telemetryStreams({
    ...{ id: 'x', readers: log.readers, position: log.kept.position, head: 0, liveFirst: true },
    shape: (seq, tick) => [{ seq, id: `j-${seq}`, at: tick.now, samples: 1, topic: 't', text: String(seq) }],
    hold: { ms: 30_000, now: clock.now },
  })
  const got: string[] = []
  let up = true
  const reader = runReader({
    ...{ clock, streams: telemetry.streams, catchUpPerS: 10_000, setAside: () => {}, random: () => 0 },
    sink: {
      async send(rows) {
        if (!up) return { kind: 'away', why: { code: 'unreachable', detail: '' } }
        got.push(...rows.map(r => r.text))
        return { kind: 'taken' }
      },
      close: async () => {},
    },
  })
  const diary: string[] = []
  for (let s = 1; s <= 60; s++) {
    log.add(clock.now())
    telemetry.committed(log.head())
    reader.wake()
    up = s < 50 || s > 52
    await clock.pass(1000)
    const [sent, kept] = [telemetry.position(), log.kept.position].map(p => firstNeeded(p) - 1)
    if (s % 10 === 0) diary.push(`${s} s: sent ${sent}, kept ${kept}`)
  }
  await clock.pass(60_000)
  expect(diary).toEqual([
    '10 s: sent 10, kept 0',
    '20 s: sent 20, kept 0',
    '30 s: sent 30, kept 0',
    '40 s: sent 40, kept 10',
    '50 s: sent 20, kept 20',
    '60 s: sent 60, kept 20',
  ])
  expect([...new Set(got)].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  const twice = got.filter((text, i) => got.indexOf(text) < i).map(Number)
  expect(twice.sort((a, b) => a - b)).toEqual(Array.from({ length: 29 }, (_, i) => i + 21))
  await reader.stop()
})

it('Debian’s VictoriaMetrics, killed in the middle and started again: no sample is missing, in order by both ways in', async () => {
  for (const api of [1, 2] as const) {
    const folder = tempFolder()
    closing.push(() => folder.remove())
    const far = await victoria(folder.path)
    let service = await far.start()
    closing.push(() => service.kill())
    const log = journal(3)
    const clock = createClock()
    closing.push(() => clock.stop())
    const names = api === 1 ? { database: 'site' } : { org: 'o', bucket: 'site' }
    const sink = influxSink({ url: far.url, api, ...names, secret: 't', username: 'u', tls: {} })
    const telemetry = telemetryStreams({
      ...{ id: 'x', readers: log.readers, position: log.kept.position, head: 0, liveFirst: true },
      shape: influxShape('plaza', 'gatehouse', () => true, 'j'),
      // It has what it took in memory for about ten seconds.
      hold: { ms: 30_000, now: clock.now },
    })
    const aside: unknown[] = []
    const reader = runReader({
      ...{ clock, sink, streams: telemetry.streams, catchUpPerS: 10_000, random: () => 0 },
      setAside: (_, some) => void aside.push(...some),
    })
    closing.push(() => reader.stop())
    let running = true
    closing.push(
      clock.every(20, () => {
        if (!running) return
        log.add(clock.now())
        telemetry.committed(log.head())
        reader.wake()
      }),
    )
    await until('some are taken', () => telemetry.position().live > 25)
    await service.kill('SIGKILL')
    const at = log.head()
    await until('it is away for a while', () => log.head() > at + 10 && reader.report().state === 'away')
    service = await far.start()
    reader.tryNow()
    await until('it takes what is sent again', () => telemetry.position().live > at + 15)
    running = false
    await until('all is taken', () => {
      const { live, gaps } = telemetry.position()
      return live > log.head() && gaps.length === 0
    })
    // A sample that came twice is there twice, at the same time and with the same value: once for whoever asks.
    const seen = () => far.samples('gatehouse_value')
    const once = ({ values, timestamps }: Awaited<ReturnType<typeof seen>>[number]) =>
      new Map(timestamps.map((t, i) => [t, values[i]]))
    // What it took it shows a moment later.
    const series = await until('all can be asked for', async () => {
      const all = await seen()
      return all.length === 3 && all.every(one => once(one).size >= log.head()) && all
    })
    expect(series.map(s => [s.metric.equipment, s.metric.point, s.metric.site]).sort()).toEqual([
      ['e', 'p1', 'plaza'],
      ['e', 'p2', 'plaza'],
      ['e', 'p3', 'plaza'],
    ])
    for (const one of series) expect([...once(one)]).toEqual(log.ticks.map((tick, i) => [tick.now, i]))
    expect(aside).toEqual([])
    await reader.stop()
  }
})
