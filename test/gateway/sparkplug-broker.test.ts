import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import { telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { sparkplugShape } from '../../gateway/out/sinks/sparkplug/shape.ts'
import { type SparkplugOptions, sparkplugSink } from '../../gateway/out/sinks/sparkplug/sink.ts'
import { tempFolder } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { join } from '../support/mqtt.ts'
import { freePort, mosquittoAt } from '../support/service.ts'
import { decoded, encoded, type SaidPayload } from '../support/sparkplug.ts'
import { until } from '../support/wait.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const signal = new AbortController().signal

/** A broker, a host that hears everything, and an edge node of one device. */
async function ground() {
  const folder = tempFolder()
  closing.push(() => folder.remove())
  const port = await freePort()
  const broker = await mosquittoAt(folder.path, port)
  closing.push(() => broker.kill())
  const host = await join(`127.0.0.1:${port}`, undefined, undefined, { clean: true })
  closing.push(() => host.end())
  const heard: { readonly verb: string; readonly topic: string; readonly bytes: Buffer }[] = []
  host.client.on('message', (topic, bytes) => {
    if (!topic.includes('/STATE/') && !topic.includes('CMD/'))
      heard.push({ topic, bytes, verb: topic.split('/').slice(2).join('/') })
  })
  await host.subscribe('spBv1.0/#', 1)
  let [now, bdSeq, backs] = [Date.UTC(2026, 10, 22), -1, 0]
  const make = (more: Partial<SparkplugOptions> = {}) => {
    const sink = sparkplugSink({
      ...{ url: `mqtt://127.0.0.1:${port}`, version: 5, clientId: 'gate-1', tls: {}, group: 'Plaza', node: 'gate-1' },
      ...{ now: () => now, devices: ['e'], records: [], online: () => true, command: null },
      points: () => [
        {
          ...{ key: 'p1', kind: 'number' },
          sample: { point: 'e/p1', at: now - 1000, seen: now, quality: 'good', value: 5 },
        },
      ],
      nextBdSeq: () => ++bdSeq,
      back: () => backs++,
      ...more,
    })
    closing.push(() => sink.close())
    return sink
  }
  const row = (i: number) => ({
    ...{ seq: i, id: `x-${i}-0`, at: now + i, samples: 1, topic: 'Plaza/gate-1/telemetry/e' },
    text: `{"v":{"p1":${i}},"q":{}}`,
  })
  const verbs = () => heard.map(h => h.verb)
  return {
    ...{ port, host, heard, make, row, verbs },
    backs: () => backs,
    pass: (ms: number) => {
      now += ms
    },
    /** So many messages have come. */
    hears: (n: number) =>
      until(
        () => `${n} messages: ${verbs().join(' ')}`,
        () => heard.length >= n,
      ),
    said: (i: number): SaidPayload => decoded(heard[i]!.bytes),
    state: (online: boolean, timestamp: number) =>
      host.client.publishAsync('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), { qos: 1, retain: true }),
  }
}

describe('Sparkplug B on a broker', () => {
  it('waits for its host, is born again when asked, takes commands, and its deaths carry the number of its birth', async () => {
    const { host, heard, make, row, verbs, pass, hears, said, state, backs } = await ground()
    const asked: unknown[] = []
    const sink = make({
      primaryHost: 'scada',
      command(...args) {
        asked.push(args)
        return '{"status":"ok"}'
      },
    })
    expect(await sink.send([row(1)], signal)).toEqual({ kind: 'away', why: { code: 'host-away', detail: '' } })
    expect(heard).toEqual([])
    await state(true, 1000)
    await until('it may send', () => backs() === 1)
    expect(await sink.send([row(1), row(2)], signal)).toEqual({ kind: 'taken' })
    await hears(4)
    expect(verbs()).toEqual(['NBIRTH/gate-1', 'DBIRTH/gate-1/e', 'DDATA/gate-1/e', 'DDATA/gate-1/e'])
    expect([0, 1, 2, 3].map(i => said(i).seq)).toEqual([0, 1, 2, 3])
    // An old word of the host is none.
    await state(false, 999)
    pass(2000)
    await host.client.publishAsync(
      'spBv1.0/Plaza/NCMD/gate-1',
      encoded('metrics { name: "Node Control/Rebirth" datatype: 11 boolean_value: true }'),
    )
    await hears(6)
    expect(verbs().slice(4)).toEqual(['NBIRTH/gate-1', 'DBIRTH/gate-1/e'])
    const { alias } = said(5).metrics[0]!
    const command = encoded(`timestamp: 77 metrics { alias: ${alias} datatype: 10 double_value: 21.5 }`)
    await host.client.publishAsync('spBv1.0/Plaza/DCMD/gate-1/e', command)
    await host.client.publishAsync('spBv1.0/Plaza/DCMD/gate-1/e', Buffer.from('no payload'))
    await hears(7)
    expect(asked).toEqual([
      ['e', 'p1', { transaction: 'dcmd-77-p1', t: '1970-01-01T00:00:00.077Z', value: 21.5 }, false],
    ])
    expect([verbs()[6], said(6).metrics[0]!.string_value]).toEqual(['NDATA/gate-1', '{"status":"ok"}'])
    // The host goes: so does it, and nothing of what comes meanwhile is taken.
    await state(false, 1001)
    await hears(8)
    expect([verbs()[7], said(7).seq, said(7).metrics[0]!.long_value]).toEqual(['NDEATH/gate-1', undefined, 0])
    expect(await sink.send([row(3)], signal)).toMatchObject({ kind: 'away', why: { code: 'host-away' } })
    await state(true, 1002)
    await until('it may send again', () => backs() === 2)
    expect(await sink.send([row(3)], signal)).toEqual({ kind: 'taken' })
    await hears(11)
    expect(verbs().slice(8)).toEqual(['NBIRTH/gate-1', 'DBIRTH/gate-1/e', 'DDATA/gate-1/e'])
    expect(said(8).metrics[0]!).toMatchObject({ name: 'bdSeq', long_value: 1 })
    // Cut off in the middle: the broker says that it died.
    const cut = new AbortController()
    const sending = sink.send([row(4)], cut.signal)
    cut.abort()
    expect((await sending).kind).toBe('away')
    await until('the last will', () => verbs().includes('NDEATH/gate-1', 8))
    const death = verbs().lastIndexOf('NDEATH/gate-1')
    expect(said(death).metrics[0]!.long_value).toBe(1)
    // A retained command would be carried out at each connect; it is handed on as what it is.
    await host.client.publishAsync('spBv1.0/Plaza/DCMD/gate-1/e', command, { retain: true, qos: 1 })
    sink.beat!(0)
    await until('it is born again', () => verbs().lastIndexOf('NBIRTH/gate-1') > death)
    await sink.close()
    await until('it says that it goes', () => verbs().at(-1) === 'NDEATH/gate-1')
    expect(said(heard.length - 1).metrics[0]!.long_value).toBe(2)
    expect(asked.slice(1).every(args => (args as unknown[])[3] === true)).toBe(true)
  })

  it('a host of Sparkplug 2 says it by one word: nothing while it is away, all births and what was missed when it is back', async () => {
    const { host, heard, make, row, verbs, pass, hears, said, state, backs } = await ground()
    const word = (text: string) => host.client.publishAsync('STATE/scada', text, { qos: 1, retain: true })
    const sink = make({ primaryHost: 'scada', hostState: 2 })
    const send = (i: number) => sink.send([row(i)], signal)
    // The word of another version, and what is no word, are none.
    await state(true, 1000)
    await word('online?')
    expect(await send(1)).toEqual({ kind: 'away', why: { code: 'host-away', detail: '' } })
    await word('ONLINE')
    await until('it may send', () => backs() === 1)
    expect(await send(1)).toEqual({ kind: 'taken' })
    await hears(3)
    await word('OFFLINE')
    await hears(4)
    const missed = row(2)
    expect(await send(2)).toMatchObject({ kind: 'away', why: { code: 'host-away' } })
    pass(60_000)
    await word('ONLINE')
    await until('it may send again', () => backs() === 2)
    expect(await sink.send([missed, row(3)], signal)).toEqual({ kind: 'taken' })
    await hears(8)
    const born = ['NBIRTH/gate-1', 'DBIRTH/gate-1/e', 'DDATA/gate-1/e']
    expect(verbs()).toEqual([...born, 'NDEATH/gate-1', ...born, 'DDATA/gate-1/e'])
    // What is older than the birth is history; what is new is not.
    expect([6, 7].map(i => said(i).metrics[0]!.is_historical)).toEqual([true, undefined])
    expect(heard.some(h => h.topic.startsWith('STATE'))).toBe(false)
  })

  it('a line that is cut again and again: every sample arrives, in order, what comes late is history', async () => {
    const { port, heard, make } = await ground()
    const lines = new Set<Socket>()
    let cutOff = false
    const proxy = createServer(near => {
      if (cutOff) return near.destroy()
      const far = connect(port, '127.0.0.1')
      for (const [a, b] of [
        [near, far],
        [far, near],
      ] as const) {
        lines.add(a)
        a.on('error', () => {})
        a.on('close', () => b.destroy())
        a.pipe(b)
      }
    })
    await new Promise<void>(ready => proxy.listen(0, '127.0.0.1', ready))
    closing.push(() => proxy.close())
    const log = journal(2)
    const clock = createClock()
    closing.push(() => clock.stop())
    const sink = make({
      url: `mqtt://127.0.0.1:${(proxy.address() as { port: number }).port}`,
      now: clock.now,
      points: () => [],
    })
    const telemetry = telemetryStreams({
      ...{ id: 'x', readers: log.readers, position: log.kept.position, head: 0, liveFirst: true },
      shape: sparkplugShape('Plaza/gate-1', () => true, 'j'),
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
    const data = () => heard.filter(h => h.verb === 'DDATA/gate-1/e')
    for (let cut = 1; cut <= 2; cut++) {
      await until('some arrive', () => data().length >= 15 * cut)
      const at = log.head()
      cutOff = true
      for (const line of lines) line.destroy()
      await until('it is away for a while', () => log.head() > at + 10)
      await until('it says so', () => reader.report().state === 'away')
      cutOff = false
      reader.tryNow()
    }
    running = false
    await until(
      () => `all are sent, ${data().length} of ${log.head()}`,
      () => log.kept.position.live > log.head() && log.kept.position.gaps.length === 0,
    )
    const read = () => data().map(({ bytes }) => decoded(bytes).metrics[0]!)
    const values = (of: ReturnType<typeof read>) => [...new Set(of.map(m => m.double_value as number))]
    await until(
      () => `all arrive, ${data().length} of ${log.head()}`,
      () => data().length >= log.head() && values(read()).length === log.head(),
    )
    const all = read()
    for (const late of [true, undefined]) {
      const first = values(all.filter(m => m.is_historical === late))
      // How many of them come late is a matter of the moment; each cut lasts for ten at least.
      expect(first.length).toBeGreaterThan(10)
      expect([late, first]).toEqual([late, first.toSorted((a, b) => a - b)])
    }
    expect(heard.filter(h => h.verb === 'NBIRTH/gate-1').length).toBe(3)
    expect(aside).toEqual([])
  })
})
