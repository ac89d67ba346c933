import { Gauge, Registry } from 'prom-client'
import type { Latest } from '../live/latest.ts'
import type { Broker } from './broker.ts'

/** Prometheus text at /metrics. Everything is read when asked for; nothing runs in between. */
export function createMetrics(from: {
  readonly version: string
  readonly plant: () => { readonly latest: Latest } | null
  readonly broker: Pick<Broker, 'stats'>
  readonly openAlarms: () => number
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
  new Gauge({
    name: 'gatehouse_broker_clients',
    help: 'Clients of the embedded broker',
    registers,
    collect() {
      this.set(from.broker.stats().clients)
    },
  })
  new Gauge({
    name: 'gatehouse_broker_refused',
    help: 'Since the start: refused sign-ins and topics, clients cut off',
    labelNames: ['why'],
    registers,
    collect() {
      const { clients: _, ...counted } = from.broker.stats()
      for (const [why, n] of Object.entries(counted)) this.set({ why }, n)
    },
  })
  new Gauge({
    name: 'gatehouse_memory_rss_bytes',
    help: 'Resident memory of the gateway process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return async () => ({ type: registry.contentType, body: await registry.metrics() })
}
