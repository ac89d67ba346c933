import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Link } from '../../drivers/driver.ts'

/** What the figures of channels, outputs, records and backups are read from, when somebody asks. */
export interface Measured {
  readonly channels: () => readonly {
    readonly id: string
    readonly protocol: string
    readonly link: Link | undefined
    /** Of each device; null: nobody knows yet. */
    readonly online: readonly (boolean | null)[]
  }[]
  readonly outputs: () => readonly {
    readonly id: string
    readonly kind: string
    readonly failing: boolean
    /** What it has yet to send; null: it cannot tell. */
    readonly waiting: number | null
  }[]
  readonly trailHead: () => number
  readonly recordsFailing: () => boolean
  readonly ordersOpen: () => number
  readonly backup: () => { readonly lastGoodAgeMs: number | null; readonly failing: boolean }
}

type Row = readonly [labels: Readonly<Record<string, string>>, value: number]

/** Read when asked for; a label of what is gone is gone as well. */
export function measure(registry: Registry, from: Measured): void {
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: readonly string[], rows: () => readonly Row[]) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [labels, value] of rows()) this.set(labels, value)
      },
    })
  const one = (name: string, help: string, value: () => number) => gauge(name, help, [], () => [[{}, value()]])
  const flag = (is: boolean) => (is ? 1 : 0)
  const perChannel = (read: (channel: ReturnType<Measured['channels']>[number]) => number | undefined) => () =>
    from.channels().flatMap((c): Row[] => {
      const value = read(c)
      return value === undefined ? [] : [[{ channel: c.id, protocol: c.protocol }, value]]
    })
  const labels = ['channel', 'protocol']

  gauge('gatehouse_channel_devices', 'Devices of a channel by state', [...labels, 'state'], () =>
    from
      .channels()
      .flatMap(({ id, protocol, online }): Row[] =>
        (['online', 'offline', 'unknown'] as const).map(state => [
          { channel: id, protocol, state },
          online.filter(is => (is === null ? 'unknown' : is ? 'online' : 'offline') === state).length,
        ]),
      ),
  )
  gauge(
    'gatehouse_channel_utilisation',
    'Share of the time of a shared line that is used, 0..1',
    labels,
    perChannel(c => c.link?.report?.().budget.utilisation),
  )
  gauge(
    'gatehouse_channel_late',
    'Share of the reads of a shared line that came late, 0..1',
    labels,
    perChannel(c => c.link?.report?.().budget.lateShare),
  )
  gauge(
    'gatehouse_channel_requests_per_minute',
    'Requests on a shared line in the last minute',
    labels,
    perChannel(c => c.link?.report?.().budget.requestsPerMin),
  )
  gauge('gatehouse_channel_faults', 'Since the channel was opened, by what went wrong', [...labels, 'what'], () =>
    from
      .channels()
      .flatMap(({ id, protocol, link }): Row[] =>
        Object.entries(link?.report?.().counts ?? {}).map(([what, n]) => [{ channel: id, protocol, what }, n]),
      ),
  )
  const output = ['output', 'kind']
  gauge('gatehouse_output_failing', 'Whether an output is failing', output, () =>
    from.outputs().map(({ id, kind, failing }): Row => [{ output: id, kind }, flag(failing)]),
  )
  gauge('gatehouse_output_waiting', 'What an output has yet to send', output, () =>
    from
      .outputs()
      .flatMap(({ id, kind, waiting }): Row[] => (waiting === null ? [] : [[{ output: id, kind }, waiting]])),
  )
  one('gatehouse_trail_entries', 'Entries of the trail', from.trailHead)
  one('gatehouse_records_failing', 'Whether the records cannot be written', () => flag(from.recordsFailing()))
  one('gatehouse_orders_open', 'Work orders that are not closed', from.ordersOpen)
  one('gatehouse_backup_failing', 'Whether the scheduled backup fails', () => flag(from.backup().failing))
  one('gatehouse_backup_age_seconds', 'Age of the last good backup; NaN: there is none', () => {
    const { lastGoodAgeMs } = from.backup()
    return lastGoodAgeMs === null ? Number.NaN : lastGoodAgeMs / 1000
  })
  processOf(registers)
}

/** So often the delay of the event loop is looked at. */
const LOOK_MS = 100

/** Under the names that dashboards of other programs know, where there are such. */
function processOf(registers: Registry[]): void {
  const startedAt = Date.now() / 1000 - process.uptime()
  new Gauge({ name: 'process_start_time_seconds', help: 'When the process began', registers }).set(startedAt)
  let had = 0
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      const now = (user + system) / 1e6
      this.inc(now - had)
      had = now
    },
  })
  // It looks by being woken, and to be woken is dear: only where somebody asks, and from the first time on.
  let delay: ReturnType<typeof monitorEventLoopDelay> | null = null
  new Gauge({
    name: 'gatehouse_loop_delay_p99_seconds',
    help: 'Delay of the event loop since the last scrape, 99 %',
    registers,
    collect() {
      if (!delay) {
        delay = monitorEventLoopDelay({ resolution: LOOK_MS })
        delay.enable()
      }
      // What it measures is from one look to the next.
      this.set(Number.isNaN(delay.mean) ? Number.NaN : Math.max(0, delay.percentile(99) / 1e9 - LOOK_MS / 1000))
      delay.reset()
    },
  })
  new Gauge({
    name: 'gatehouse_memory_heap_bytes',
    help: 'JavaScript heap in use',
    registers,
    collect() {
      this.set(process.memoryUsage().heapUsed)
    },
  })
}
