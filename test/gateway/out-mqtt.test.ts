import { statSync, writeFileSync } from 'node:fs'
import { join as path } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import type { Aside } from '../../gateway/out/reader/row.ts'
import { telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { mqttShape } from '../../gateway/out/sinks/messages.ts'
import { type MqttOptions, mqttSink } from '../../gateway/out/sinks/mqtt.ts'
import { startCable } from '../support/cable.ts'
import { issue } from '../support/certificates.ts'
import { tempFolder } from '../support/gateway.ts'
import { journal } from '../support/journal.ts'
import { type Client, join } from '../support/mqtt.ts'
import { freePort, mosquittoAt, type Service } from '../support/service.ts'
import { until } from '../support/wait.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const plain: Omit<MqttOptions, 'url'> = {
  ...{ version: 5, clientId: 'gatehouse-test', tls: {}, root: 'site', subscribe: [] },
  hello: () => [{ topic: 'site/equipment', text: '[]' }],
  status: state => JSON.stringify({ state }),
  message: () => {},
}
const signal = new AbortController().signal
const row = (i: number, topic = `site/telemetry/e${i}`) => ({
  ...{ seq: i, id: `x-${i}`, at: 0, samples: 1, topic, text: `{"n":${i}}` },
})
function ground() {
  const folder = tempFolder()
  closing.push(() => folder.remove())
  return folder.path
}

describe('a broker outside', () => {
  it('killed and started again: everything arrives, in order on each topic, doubles have the same id', async () => {
    const folder = ground()
    const port = await freePort()
    // With its defaults it forgets what it has acknowledged when it is killed. So it does with these for a moment, until
    // it has saved: the cable is cut first, in the midst of what is sent, and it is killed when it has saved.
    const durable = `allow_anonymous true
persistence true
persistence_location ${folder}/
autosave_interval 1
autosave_on_changes true`
    let broker: Service = await mosquittoAt(folder, port, durable)
    closing.push(() => broker.kill())
    const saved = (since: number) => {
      broker.signal('SIGUSR1')
      return (statSync(path(folder, 'mosquitto.db'), { throwIfNoEntry: false })?.mtimeMs ?? 0) > since
    }
    const cable = await startCable(port)
    closing.push(() => cable.stop())
    const log = journal(3)
    const clock = createClock()
    closing.push(() => clock.stop())
    const sink = mqttSink({ ...plain, url: `mqtt://127.0.0.1:${cable.port}` })
    const telemetry = telemetryStreams({
      ...{ id: 'x', readers: log.readers, position: log.kept.position, head: 0, liveFirst: true },
      shape: mqttShape('site', () => true, 'j'),
    })
    const aside: Aside[] = []
    const setAside = (_: string, some: readonly Aside[]) => void aside.push(...some)
    const reader = runReader({
      clock,
      sink,
      streams: telemetry.streams,
      catchUpPerS: 10_000,
      setAside,
      random: () => 0,
    })
    let gone = false
    const heard: Record<string, string[]> = {}
    // Whoever listens keeps its place at the broker, too.
    const listen = async (): Promise<Client> => {
      const client = await join(`127.0.0.1:${port}`, undefined, undefined, { clean: false, clientId: 'centre' })
      client.client.on('message', (topic, payload) => {
        if (topic.startsWith('site/telemetry') || topic.startsWith('site/history')) {
          heard[topic] ??= []
          heard[topic].push(JSON.parse(payload.toString()).id as string)
        }
      })
      await client.subscribe('site/#', 1)
      return client
    }
    let client = await listen()
    closing.push(() => client.end())
    const stopSeconds = clock.every(20, () => {
      if (gone) return
      log.add(clock.now())
      telemetry.committed(log.head())
      reader.wake()
    })
    closing.push(stopSeconds)
    const numbers = () => new Set(Object.values(heard).flat())
    for (let kill = 1; kill <= 3; kill++) {
      await until('some arrive', () => numbers().size >= 40 * kill)
      cable.cut()
      const cutAt = Date.now()
      await until('it has saved what it acknowledged', () => saved(cutAt))
      await broker.kill('SIGKILL')
      const at = log.head()
      await until('it is away for a while', () => log.head() > at + 15)
      expect(reader.report().state).toBe('away')
      broker = await mosquittoAt(folder, port, durable)
      client.end()
      client = await listen()
      cable.mend()
      reader.tryNow()
    }
    gone = true
    await until(
      () => `all arrive: ${numbers().size} of ${log.head()}`,
      () => numbers().size >= log.head(),
    )
    // One message a second of this site: its id says which.
    expect([...numbers()].map(id => Number(id.split('-')[1])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: log.head() }, (_, i) => i + 1),
    )
    for (const [topic, ids] of Object.entries(heard)) {
      const first = [...new Set(ids)].map(id => Number(id.split('-')[1]))
      expect([topic, first]).toEqual([topic, first.toSorted((a, b) => a - b)])
    }
    expect(Object.keys(heard).sort()).toEqual(['site/history/e', 'site/telemetry/e'])
    expect(aside).toEqual([])
    await reader.stop()
  })

  it('by TLS with a client certificate and MQTT 5: a topic that it does not allow is named, the rest goes on', async () => {
    const folder = ground()
    const port = await freePort()
    const ca = issue('Site CA', { authority: true })
    const own = issue('localhost', { by: ca, names: ['localhost', '127.0.0.1'] })
    const mine = issue('gateway-7', { by: ca })
    const put = (name: string, text: string) => {
      writeFileSync(path(folder, name), text)
      return path(folder, name)
    }
    const acl = put('acl', 'user gateway-7\ntopic readwrite site/telemetry/#\ntopic readwrite site/status\n')
    const broker = await mosquittoAt(
      folder,
      port,
      `cafile ${put('ca.pem', ca.certificate)}
certfile ${put('cert.pem', own.certificate)}
keyfile ${put('key.pem', own.key)}
require_certificate true
use_identity_as_username true
acl_file ${acl}`,
    )
    closing.push(() => broker.kill())
    const url = `mqtts://localhost:${port}`
    const make = (tls: MqttOptions['tls'], version: 4 | 5 = 5) => {
      const sink = mqttSink({ ...plain, url, tls, version, hello: () => [] })
      closing.push(() => sink.close())
      return sink
    }
    const tls = { ca: ca.certificate, cert: mine.certificate, key: mine.key }
    const rows = [row(1), row(2, 'site/forbidden'), row(3)]
    expect(await make(tls).send(rows, signal)).toMatchObject({
      kind: 'refused',
      rows: [1],
      why: { detail: 'MQTT reason 0x87' },
    })
    const stranger = issue('Other CA', { authority: true })
    expect(await make({ ...tls, ca: stranger.certificate }).send(rows, signal)).toMatchObject({
      ...{ kind: 'away', why: { code: 'server-not-trusted' } },
    })
    expect(await make({ ca: ca.certificate }).send(rows, signal)).toMatchObject({ kind: 'away' })
    expect(await make(tls, 4).send([row(1), row(3)], signal)).toEqual({ kind: 'taken' })
  })

  it('gets what there is at each connect, a last will, and brings commands', async () => {
    const folder = ground()
    const port = await freePort()
    const broker = await mosquittoAt(folder, port)
    closing.push(() => broker.kill())
    const came: [string, string, boolean][] = []
    const sink = mqttSink({
      ...{ ...plain, url: `mqtt://127.0.0.1:${port}`, subscribe: ['site/command/+/+'] },
      message(topic, payload, retained, answer) {
        came.push([topic, payload.toString(), retained])
        answer('site/command-result/p/run', 'done')
      },
    })
    const centre = await join(`127.0.0.1:${port}`)
    closing.push(() => centre.end())
    await centre.subscribe('site/#', 1)
    sink.beat!(0)
    await centre.hears('status', h => h.topic === 'site/status' && h.body.state === 'online')
    await centre.hears('what there is', h => h.topic === 'site/equipment')
    await until('it listens', async () => {
      await centre.say('site/command/p/run', '1', 1)
      return came.length > 0
    })
    expect(came[0]).toEqual(['site/command/p/run', '1', false])
    await centre.hears('the answer', h => h.topic === 'site/command-result/p/run' && h.text === 'done')
    await sink.close()
    await centre.hears('that it left', h => h.topic === 'site/status' && h.body.state === 'offline')
  })
})
