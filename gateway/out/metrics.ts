import { Gauge, Registry } from 'prom-client'
import type { History } from '../history/history.ts'
import type { Latest } from '../live/latest.ts'
import type { Broker } from './broker.ts'
import { brokerGauges } from './brokergauges.ts'
import { type Measured, measure } from './gauges.ts'
import { measureOutputs, type OutputFigures } from './outputgauges.ts'

/** Prometheus text at /metrics. Everything is read when asked for; nothing runs in between. */
export function createMetrics(from: {
  readonly version: string
  readonly plant: () => { readonly latest: Latest } | null
  readonly broker: Pick<Broker, 'stats'>
  readonly openAlarms: () => number
  readonly history: Pick<History, 'stats'>
  readonly measured: Measured
  readonly outputs: () => Promise<readonly OutputFigures[]>
}) {
  const registry = new Registry()
  const registers = [registry]
  const info = new Gauge({ name: 'gatehouse_info', help: 'Version of the gateway', labelNames: ['version'], registers })
  info.set({ version: from.version }, 1)
  new Gauge({
    name: 'gatehouse_points',
    help: 'Points by the quality of their latest sample',
    labelNames: ['quality'],
    registers,
    collect() {
      const counts = { good: 0, uncertain: 0, bad: 0 }
      for (const sample of from.plant()?.latest.all() ?? []) counts[sample.quality]++
      for (const [quality, n] of Object.entries(counts)) this.set({ quality }, n)
    },
  })
  new Gauge({
    name: 'gatehouse_alarms_open',
    help: 'Alarms that are not normal',
    registers,
    collect() {
      this.set(from.openAlarms())
    },
  })
  brokerGauges(registry, from.broker.stats)
  new Gauge({
    name: 'gatehouse_memory_rss_bytes',
    help: 'Resident memory of the gateway process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  measure(registry, from.measured)
  const outputsNow = measureOutputs(registry, from.outputs)
  // One question for all of them: the thread that has the file is asked once a scrape.
  const gauges = new Map<string, Gauge>()
  const gauge = (name: string, help: string) => gauges.set(name, new Gauge({ name, help, registers }))
  gauge('gatehouse_history_bytes', 'Size of what history.db holds')
  gauge('gatehouse_history_points', 'Points with a history')
  gauge('gatehouse_history_samples', 'Samples written since the start')
  gauge('gatehouse_history_offered', 'Samples that came since the start')
  gauge('gatehouse_history_not_recorded', 'Samples not written since the start, for want of a disk')
  gauge('gatehouse_history_dropped', 'Samples ever dropped by age or size')
  gauge('gatehouse_history_last_commit_age_seconds', 'Age of the last commit; -1: none yet')
  const historyNow = async () => {
    const stats = await from.history.stats().catch(() => null)
    const set = (name: string, value: number | undefined) => gauges.get(name)?.set(value ?? Number.NaN)
    set('gatehouse_history_bytes', stats?.bytes)
    set('gatehouse_history_points', stats?.points)
    set('gatehouse_history_samples', stats?.samples)
    set('gatehouse_history_offered', stats?.offered)
    set('gatehouse_history_not_recorded', stats?.notRecorded)
    set('gatehouse_history_dropped', stats?.droppedRaw)
    set('gatehouse_history_last_commit_age_seconds', stats ? (stats.commitAgeMs ?? -1000) / 1000 : undefined)
  }
  return async () => {
    await Promise.all([historyNow(), outputsNow()])
    return { type: registry.contentType, body: await registry.metrics() }
  }
}
