import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Aedes } from 'aedes'
import { afterEach, expect, it } from 'vitest'
import { openStore } from '../../gateway/history/store.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import type { Row, Sink } from '../../gateway/out/reader/row.ts'
import { recordStream, type Shape, telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { filesSink } from '../../gateway/out/sinks/files.ts'
import { influxSink } from '../../gateway/out/sinks/influx.ts'
import { influxRecord, influxShape, type RecordSaid } from '../../gateway/out/sinks/lines.ts'
import { csvRecord, csvShape, mqttRecord, mqttShape, webhookRecord } from '../../gateway/out/sinks/messages.ts'
import { mqttSink } from '../../gateway/out/sinks/mqtt.ts'
import { sftpSink } from '../../gateway/out/sinks/sftp/sink.ts'
import { decodeCommand } from '../../gateway/out/sinks/sparkplug/payload.ts'
import { sparkplugRecord, sparkplugShape } from '../../gateway/out/sinks/sparkplug/shape.ts'
import { sparkplugSink } from '../../gateway/out/sinks/sparkplug/sink.ts'
import { webhookSink } from '../../gateway/out/sinks/webhook.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

const T0 = Date.UTC(2026, 10, 21)
const [STEP_MS, STEPS, POINTS] = [600_000, 72 * 6, 10]
const numberAt = (step: number, point: number) => ((step * 7 + point * 13) % 5000) / 10
/** A sample as every far end could say it. */
const said = (key: string, at: number, value: unknown) => `${key} ${(at - T0) / STEP_MS} ${value}`

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
/** What has arrived, in the order in which it did. */
interface Arrived {
  readonly samples: readonly string[]
  readonly records: readonly number[]
}
interface Kind {
  readonly sink: Sink
  readonly shape: Shape | null
  readonly record: (r: RecordSaid, id: string) => readonly Row[]
  readonly liveFirst: boolean
  /** It takes what is sent though the line is pulled, and keeps it. */
  readonly keeps?: boolean
  readonly arrived: () => Arrived
}
const all = () => true
const ofRecord = (r: { readonly seq: number }) => r.seq

/** Every far end that an output can have, small and in this process; what is between them and the outputs is real. */
async function farEnds(now: () => number, isUp: () => boolean): Promise<Record<string, Kind>> {
  const folder = tempFolder()
  closing.push(() => folder.remove())
  const got: Record<string, string[]> = { '/write': [], '/api/v2/write': [], '/hook': [] }
  const http = createHttp((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
      got[request.url!.split('?')[0]!]!.push(...text.split('\n'))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(ready => http.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const broker = await Aedes.createBroker()
  const heard: { readonly topic: string; readonly payload: Buffer }[] = []
  broker.on('publish', ({ topic, payload }) => void heard.push({ topic, payload: payload as Buffer }))
  const tcp = createServer(wire => broker.handle(wire))
  await new Promise<void>(ready => tcp.listen(0, '127.0.0.1', ready))
  closing.push(
    () => void http.close(),
    () => void tcp.close(),
    () => new Promise<void>(done => broker.close(done)),
  )
  const mqtt = { url: `mqtt://127.0.0.1:${(tcp.address() as AddressInfo).port}`, version: 4, tls: {} } as const

  const lines = (path: string): Arrived => {
    const found = { samples: [] as string[], records: [] as number[] }
    for (const line of got[path]!) {
      const [, key, value, ns] = /^g,equipment=e,point=(\w+),site=plaza value=([\d.]+),.* (\d+)$/.exec(line) ?? []
      if (key !== undefined) found.samples.push(said(key, Number(ns) / 1e6, value))
      else found.records.push(Number(/,seq=(\d+)i,/.exec(line)![1]))
    }
    return found
  }
  const influx = (api: 1 | 2): Kind => ({
    sink: influxSink({ url, api, database: 'd', bucket: 'b', secret: 's', tls: {} }),
    shape: influxShape('plaza', 'g', all, 'j'),
    record: (r, id) => [influxRecord('plaza', 'g', r, id)],
    liveFirst: true,
    arrived: () => lines(api === 1 ? '/write' : '/api/v2/write'),
  })
  const csv = (texts: readonly string[]): Arrived => {
    const found = { samples: [] as string[], records: [] as number[] }
    for (const line of texts.flatMap(text => text.trim().split('\r\n').slice(1))) {
      const [id = '', , time = '', point = '', value] = line.split(',')
      if (id.startsWith('t-')) found.records.push(Number(id.slice(2)))
      else found.samples.push(said(point.slice(2), Date.parse(time), value))
    }
    return found
  }
  const drop = (name: string) => {
    mkdirSync(join(folder.path, name))
    return { folder: join(folder.path, name), prefix: 'plaza', every: 'hour', timezone: 'UTC', now } as const
  }
  const read = (path: string) => readdirSync(path).map(name => [name, readFileSync(join(path, name), 'utf8')] as const)
  const [files, spool] = [drop('files'), drop('spool')]
  const far = new Map<string, string>()

  return {
    'InfluxDB 1': influx(1),
    'InfluxDB 2, 3 and VictoriaMetrics': influx(2),
    MQTT: {
      sink: mqttSink({
        ...{ ...mqtt, clientId: 'a', root: 'r', hello: () => [], status: state => state, subscribe: [] },
        message: () => {},
      }),
      ...{ shape: mqttShape('r', all, 'j'), record: (r, id) => mqttRecord('r', r, id), liveFirst: true },
      arrived() {
        const of = (begins: RegExp) =>
          heard.flatMap(({ topic, payload }) => (begins.test(topic) ? [JSON.parse(payload.toString('utf8'))] : []))
        const samples = of(/^r\/(telemetry|history)\//).flatMap(({ t, v }) =>
          Object.entries(v as object).map(([key, value]) => said(key, Date.parse(t), value)),
        )
        return { samples, records: of(/^r\/records\//).map(ofRecord) }
      },
    },
    'Sparkplug B': {
      sink: sparkplugSink({
        ...{ ...mqtt, clientId: 'b', group: 'G', node: 'n', now, devices: ['e'], records: ['alarm'] },
        ...{ online: () => true, command: null, nextBdSeq: () => 0, back: () => {} },
        points: () =>
          Array.from({ length: POINTS }, (_, i) => ({ key: `p${i}`, kind: 'number' as const, sample: undefined })),
      }),
      ...{
        shape: sparkplugShape('G/n', all, 'j'),
        record: (r, id) => [sparkplugRecord('G/n', r, id)],
        liveFirst: true,
      },
      arrived() {
        const names = new Map<number, string>()
        const found = { samples: [] as string[], records: [] as number[] }
        for (const { topic, payload } of heard) {
          const [root, , verb] = topic.split('/')
          if (root !== 'spBv1.0') continue
          for (const { name, alias, at, value } of verb === 'NDEATH' ? [] : decodeCommand(payload)) {
            if (alias !== null && name !== null) names.set(alias, name)
            if (verb === 'DDATA') found.samples.push(said(names.get(alias!)!, at!, value))
            if (verb === 'NDATA') found.records.push(ofRecord(JSON.parse(String(value))))
          }
        }
        return found
      },
    },
    Webhook: {
      sink: webhookSink({ url: `${url}/hook`, secret: 's', tls: {}, now }),
      ...{ shape: null, record: (r, id) => [webhookRecord('plaza', r, id)], liveFirst: false },
      arrived: () => ({ samples: [], records: got['/hook']!.map(text => ofRecord(JSON.parse(text))) }),
    },
    Files: {
      sink: filesSink(files),
      ...{ shape: csvShape(all, 'j'), record: (r, id) => [csvRecord(r, id)], liveFirst: false },
      arrived: () => csv(read(files.folder).map(([, text]) => text)),
    },
    'Files by SFTP': {
      sink: sftpSink({
        ...{ ...spool, mostBytes: 1e9 },
        far: {
          async put(some, done) {
            if (!isUp()) return { code: 'unreachable', detail: '' }
            for (const { local, name } of some) {
              if (far.has(name)) throw new Error(`${name} was there`)
              far.set(name, readFileSync(join(spool.folder, local), 'utf8'))
              done(local)
            }
            return null
          },
        },
      }),
      ...{ shape: csvShape(all, 'j'), record: (r, id) => [csvRecord(r, id)], liveFirst: false, keeps: true },
      arrived: () => csv([...far].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)),
    },
  }
}

it('three days without a line, for every kind of output: nothing is missing, twice or out of order', async () => {
  const clock = manualClock(T0)
  let up = false
  const kinds = Object.entries(await farEnds(clock.now, () => up))
  const folder = tempFolder()
  const store = openStore(join(folder.path, 'history.db'), { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 40 })
  closing.push(
    () => folder.remove(),
    () => store.close(),
  )
  store.db.prepare('PRAGMA synchronous=OFF').run()
  const fed = kinds.filter(([, kind]) => kind.shape)
  store.readers.use(
    fed.map(([name]) => name),
    2 ** 30,
    0,
  )
  const trail: { seq: number; time: number }[] = []
  // Each waits longer than it would, so that three days are a few thousand moments.
  const slow = {
    now: clock.now,
    after: (ms: number, work: () => void) => clock.after(80 * ms, work),
    every: (_: number, work: () => void) => clock.every(300_000, work),
  }
  const aside: unknown[] = []
  const cursors: (() => number | null)[] = []
  const outputs = kinds.map(([name, { sink, shape, record, liveFirst, keeps }]) => {
    let cursor: number | null = 0
    cursors.push(() => cursor)
    const telemetry =
      shape &&
      telemetryStreams({
        ...{ id: name, head: 0, shape, liveFirst },
        position: store.readers.states().find(({ id }) => id === name)!.position,
        readers: {
          rows: async (id, lane, from, to, most) => store.readers.read(id, lane, from, to, most, store.head()),
          async moved(id, position) {
            store.readers.moved(id, position)
            return null
          },
          named: id => store.points.get(id),
        },
      })
    const records = recordStream({
      after: (seq, limit) =>
        trail
          .slice(seq, seq + limit)
          .map(e => ({ ...e, actor: '', role: '', kind: 'alarm', id: '', action: '', data: {} })),
      head: () => trail.length,
      cursor: {
        get: () => cursor,
        set(seq) {
          cursor = seq
        },
      },
      shape: ({ seq, time: at }) =>
        record({ seq, at, kind: 'alarm', id: `a${seq}`, action: 'raised', view: { n: seq }, open: true }, `t-${seq}`),
    })
    const line: Sink = {
      ...sink,
      send: (rows, signal) =>
        up || keeps
          ? sink.send(rows, signal)
          : Promise.resolve({ kind: 'away', why: { code: 'unreachable', detail: '' } }),
      beat: now => (up || keeps ? sink.beat?.(now) : undefined),
    }
    const reader = runReader({
      ...{ clock: slow, sink: line, streams: [records.stream, ...(telemetry?.streams ?? [])], catchUpPerS: 10_000 },
      ...{ setAside: (_, rows) => void aside.push(...rows), random: () => 1 },
    })
    closing.push(() => reader.stop())
    return { name, telemetry, reader }
  })
  const named = Array.from({ length: POINTS }, (_, i) => ({
    ...{ id: i + 1, name: `e/p${i}`, kind: 'number' as const, periodMs: STEP_MS },
  }))
  for (let step = 0; step < STEPS; step++) {
    trail.push({ seq: trail.length + 1, time: clock.now() })
    store.commit(
      {
        now: clock.now(),
        points: Int32Array.from({ length: POINTS }, (_, i) => i + 1),
        times: new Float64Array(POINTS).fill(clock.now()),
        codes: new Uint8Array(POINTS),
        values: Float64Array.from({ length: POINTS }, (_, i) => numberAt(step, i)),
        texts: [],
      },
      step === 0 ? named : [],
    )
    for (const { telemetry, reader } of outputs) {
      telemetry?.committed(store.head())
      reader.wake()
    }
    await clock.pass(STEP_MS)
  }
  expect(outputs.map(({ name, reader }) => [name, reader.report().state])).toEqual(
    kinds.map(([name]) => [name, 'away']),
  )
  for (const { id, samples, lost } of store.readers.states()) {
    const keeps = kinds.find(([name]) => name === id)![1].keeps
    expect([id, samples, lost]).toEqual([id, keeps ? 0 : STEPS * POINTS, 0])
  }
  for (const [name, kind] of kinds) expect([name, kind.arrived()]).toEqual([name, { samples: [], records: [] }])

  up = true
  for (const { reader } of outputs) reader.tryNow()
  const expected = Array.from({ length: STEPS }, (_, step) =>
    Array.from({ length: POINTS }, (_, i) => said(`p${i}`, T0 + step * STEP_MS, numberAt(step, i))),
  ).flat()
  const settled = () =>
    cursors.every(get => get() === STEPS) && store.readers.states().every(({ samples }) => samples === 0)
  for (let i = 0; i < 20_000 && !settled(); i++) await clock.pass(1000)
  // The hour that began last is over as well, and what waits here as files has left.
  await clock.pass(2 * 3_600_000)
  await until('all files are there', async () => {
    await clock.pass(300_000)
    return kinds.every(([, { sink }]) => (sink.beyond?.().files ?? 0) === 0)
  })
  for (const [name, kind] of kinds) {
    const { samples, records } = kind.arrived()
    expect([name, records]).toEqual([name, trail.map(({ seq }) => seq)])
    // What is new goes first where that is so; then the rest from its beginning.
    const newest = expected.slice(-POINTS)
    const inOrder = kind.liveFirst ? [...newest, ...expected.slice(0, -POINTS)] : expected
    expect([name, samples]).toEqual([name, kind.shape ? inOrder : []])
  }
  expect(store.readers.states().map(({ id, samples, lost }) => [id, samples, lost])).toEqual(
    fed.map(([name]) => [name, 0, 0]),
  )
  expect(aside).toEqual([])
  expect(outputs.map(({ reader }) => reader.report().state)).toEqual(kinds.map(() => 'up'))
})
