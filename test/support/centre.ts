import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ofSamples } from '../../drivers/batch.ts'
import { drivers, profiles } from '../../drivers/index.ts'
import type { Sample } from '../../drivers/point.ts'
import { openChannelSecrets } from '../../gateway/channels/secrets.ts'
import { createBus } from '../../gateway/core/bus.ts'
import { createClock } from '../../gateway/core/clock.ts'
import type { Events } from '../../gateway/core/events.ts'
import { createLog } from '../../gateway/core/log.ts'
import { anywhere } from '../../gateway/core/outgoing.ts'
import { openHistory } from '../../gateway/history/history.ts'
import { openOutputs } from '../../gateway/outputs/outputs.ts'
import { asideRows } from '../../gateway/records/aside.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openDecided } from '../../gateway/records/decided.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { root } from './fresh.ts'
import { join as joinBroker } from './mqtt.ts'
import { freePort, influxd, mosquittoAt } from './service.ts'
import { decoded } from './sparkplug.ts'

/** As deploy/central/mosquitto.conf says it, without TLS. */
const durable = (folder: string) => `allow_anonymous true
persistence true
persistence_location ${folder}/
autosave_interval 1
autosave_on_changes true`

export type Centre = Awaited<ReturnType<typeof openCentre>>
/** One mosquitto and one InfluxDB, and what a screen at the centre sees in them of each site. */
export async function openCentre(folder: string) {
  const port = await freePort()
  const [brokerFolder, influxFolder] = [join(folder, 'broker'), join(folder, 'influx')]
  for (const one of [brokerFolder, influxFolder]) mkdirSync(one, { recursive: true })
  const influx = await influxd(influxFolder)
  const start = () => Promise.all([mosquittoAt(brokerFolder, port, durable(brokerFolder)), influx.start()])
  let services = await start()
  await influx.ask('CREATE DATABASE site', 'POST')
  /** By site: rows of its journal, and its samples as `equipment/point time`. */
  const seen = new Map<string, { readonly seqs: Set<number>; readonly samples: Map<string, number> }>()
  const online = new Map<string, string>()
  /** Edge nodes and their devices that were born. */
  const born = new Set<string>()
  const listen = async () => {
    const client = await joinBroker(`127.0.0.1:${port}`, undefined, undefined, { clean: false, clientId: 'screen' })
    const hear = (topic: string, payload: Buffer) => {
      const [first, site = '', what = '', equipment = '', device] = topic.split('/')
      if (first === 'spBv1.0') {
        if (what === 'DBIRTH' && decoded(payload).metrics.length > 0) born.add(`${equipment}/${device}`)
        return
      }
      if (what === 'status') online.set(site, (JSON.parse(payload.toString()) as { state: string }).state)
      if (what !== 'telemetry' && what !== 'history') return
      const { id, t, v } = JSON.parse(payload.toString()) as { id: string; t: string; v: object }
      const mine = seen.get(site) ?? { seqs: new Set(), samples: new Map() }
      seen.set(site, mine)
      mine.seqs.add(Number(id.split('-')[1]))
      for (const key of Object.keys(v)) mine.samples.set(`${equipment}/${key} ${t}`, Date.parse(t))
    }
    client.client.on('message', hear)
    // What the broker kept for it comes with the answer to its sign-in.
    for (const { topic, text } of client.heard) hear(topic, Buffer.from(text))
    for (const filter of ['gatehouse/#', 'spBv1.0/#']) await client.subscribe(filter, 1)
    return client
  }
  let screen = await listen()
  const grafana = JSON.parse(readFileSync(join(root, 'deploy/grafana/gatehouse-influxdb.json'), 'utf8')) as {
    readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly query: string }[] }[]
  }
  return {
    ...{ port, url: influx.url, seen, online, born },
    /** Both are killed; called again: they are back, and the screen with them. */
    async kill() {
      screen.end()
      await Promise.all(services.map(service => service.kill('SIGKILL')))
    },
    async back() {
      services = await start()
      screen = await listen()
    },
    /** Sites that each panel of the dashboard for InfluxDB draws, by its title. */
    async drawn(fromMs: number): Promise<Record<string, readonly string[]>> {
      const sites: Record<string, readonly string[]> = {}
      for (const { title, targets } of grafana.panels) {
        const query = targets[0]!.query
          .replaceAll(/\/\^\$\w+\$\//g, '/.*/')
          .replaceAll('$timeFilter', `time >= ${fromMs}ms`)
          .replaceAll('$__interval', '1s')
        sites[title] = (await influx.tags(query))
          .map(tags => tags.site ?? '')
          .filter((s, i, all) => all.indexOf(s) === i)
      }
      return sites
    },
    /** What is missing for `site` up to a time: rows of the journal at the broker, samples in one and not in the other. */
    async missing(site: string, untilMs: number) {
      const { seqs, samples } = seen.get(site) ?? { seqs: new Set<number>(), samples: new Map<string, number>() }
      const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
      const rows = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).filter(seq => !seqs.has(seq))
      const stored = await influx.ask(
        `SELECT count(quality) FROM gatehouse WHERE site = '${site}' AND time <= ${untilMs}ms`,
      )
      const heard = [...samples.values()].filter(at => at <= untilMs).length
      return { rows, heard, stored: Number(stored[0]?.[1] ?? 0) }
    },
    async stop() {
      screen.end()
      await Promise.all(services.map(service => service.kill('SIGKILL')))
    },
  }
}

/** What a gateway at `site` sends to the centre. */
export const outputsTo = (centre: Centre) => [
  { id: 'central', kind: 'mqtt', url: `mqtt://127.0.0.1:${centre.port}`, records: ['alarm'] },
  { id: 'historian', kind: 'influx', url: centre.url, database: 'site', records: ['alarm'] },
  { id: 'scada', kind: 'mqtt', url: `mqtt://127.0.0.1:${centre.port}`, sparkplug: { group: 'Plaza' } },
]

/** The outputs of a gateway alone: no plant, no pages; samples come from the test. */
export async function outputsOnly(folder: string, text: object) {
  mkdirSync(folder, { recursive: true })
  const { site, problems } = checkSite(JSON.stringify(text), drivers, profiles)
  if (!site) throw new Error(JSON.stringify(problems))
  const clock = createClock()
  const bus = createBus<Events>(() => {})
  const db = openDb(join(folder, 'records.db'), migrations)
  const trail = openTrail(db, clock.now, entry => bus.emit('record', entry))
  const history = await openHistory(folder, clock)
  const points = site.equipment.flatMap(e => e.points)
  history.use(points)
  bus.on('readings', history.readings)
  const latest = new Map<string, Sample>()
  const outputs = openOutputs({
    reach: anywhere,
    ...{ clock, log: createLog('silent'), bus, db, data: folder, version: '0', trail, history, aside: asideRows(db) },
    secrets: openChannelSecrets(join(folder, 'secrets'), openDecided(db)),
    command: {} as never,
  })
  await outputs.use({
    ...{ site, since: clock.now(), hello: () => [] },
    look: { alarm: id => ({ view: { id }, open: true }) },
    plant: { points: () => points, get: point => latest.get(point), online: () => true },
  })
  return {
    outputs,
    /** Each point of it has a value now; without: it has none. */
    feed(value: number | null) {
      const now = clock.now()
      const samples = points.map(({ id, kind }): Sample => {
        const stamp = { point: id, at: now, seen: now }
        if (value === null) return { ...stamp, quality: 'bad', value, reason: 'timeout' }
        return { ...stamp, quality: 'good', value: kind === 'boolean' ? value % 2 === 0 : value }
      })
      for (const sample of samples) latest.set(sample.point, sample)
      bus.emit('readings', ofSamples(samples))
    },
    /** An alarm that the centre hears of. */
    alarm: (id: string) => trail.change({ name: 'gateway', role: 'gateway' }, note => note('alarm', id, 'raised')),
    async stop() {
      await outputs.stop()
      await history.stop()
      db.close()
      clock.stop()
    },
  }
}
