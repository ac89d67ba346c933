import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../gateway/core/log.ts'
import { type Account, type Broker, startBroker } from '../../gateway/out/broker.ts'
import { type Client, join, packet, raw } from '../support/mqtt.ts'
import { until } from '../support/wait.ts'

/**
 * The cases of the Eclipse Paho MQTT 3.1.1 interoperability suite (client_test.py), written anew against our broker.
 * What it does not offer is tested as well: that it says so.
 */
const everything: Account = { name: 'all', publish: ['#'], subscribe: ['#', '$SYS/#'] }
const some: Account = { name: 'some', publish: ['allowed/#'], subscribe: ['allowed/#'] }
const accounts = new Map([everything, some].map(a => [a.name, a]))
let broker: Broker
let address: string
const open: Client[] = []
beforeAll(async () => {
  broker = await startBroker({
    ...{ host: '127.0.0.1', port: 0, log: createLog('silent') },
    check: async name => accounts.get(name),
    account: name => accounts.get(name),
  })
  address = `127.0.0.1:${broker.address.port}`
})
afterEach(() => {
  for (const client of open.splice(0)) client.end()
})
afterAll(() => broker.close())

async function client(options: object = {}, name = 'all') {
  const joined = await join(address, name, 'x', options)
  open.push(joined)
  return joined
}
const texts = (of: Client, topic: string) => of.on(topic).map(h => h.text)
/** Whatever was under way has come when this has. */
async function settled(from: Client, to: Client) {
  const mark = `mark ${Math.random()}`
  await to.subscribe('mark')
  await from.say('mark', mark)
  await to.hears('the mark', h => h.text === mark)
}

describe('the cases of the foreign suite', () => {
  it('basic: each of the three qualities of service arrives, once', async () => {
    const [a, b] = [await client(), await client()]
    await b.client.subscribeAsync('TopicA', { qos: 2 })
    for (const qos of [0, 1, 2] as const) await a.client.publishAsync('TopicA', `qos ${qos}`, { qos })
    await until('all three', () => texts(b, 'TopicA').length >= 3)
    await settled(a, b)
    expect(texts(b, 'TopicA')).toEqual(['qos 0', 'qos 1', 'qos 2'])
  })
  it('retained: what the gateway keeps is there for whoever comes later, until it is emptied; that of clients is not kept', async () => {
    await broker.publish('kept/one', '1', { retain: true, qos: 1 })
    await broker.publish('kept/two', '2', { retain: true })
    const a = await client()
    await a.client.publishAsync('kept/foreign', 'x', { qos: 1, retain: true })
    await a.subscribe('kept/+')
    await settled(a, a)
    expect(a.heard.filter(h => h.retained).map(h => [h.topic, h.text])).toEqual([
      ['kept/one', '1'],
      ['kept/two', '2'],
    ])
    for (const topic of ['kept/one', 'kept/two']) await broker.publish(topic, '', { retain: true, qos: 1 })
    const b = await client()
    await b.subscribe('kept/+')
    await settled(a, b)
    expect(b.heard.filter(h => h.retained)).toEqual([])
  })
  it('offline queueing and redelivery: no session is kept, and CONNACK says so each time', async () => {
    const options = { clientId: 'comes and goes', clean: false }
    for (const _ of [1, 2]) {
      const a = await client({ ...options, clientId: 'first' })
      a.end()
      let present: boolean | undefined
      const b = await client(options)
      b.client.on('connect', ack => {
        present = ack.sessionPresent
      })
      b.client.reconnect()
      await until('it is back', () => present !== undefined)
      expect(present).toBe(false)
      b.end()
    }
  })
  it('zero-length client id: with a clean session each gets one of its own, without it is refused', async () => {
    const [a, b] = [await client({ clientId: '' }), await client({ clientId: '' })]
    await settled(a, b)
    expect([a.closed(), b.closed()]).toEqual([false, false])
    await expect(client({ clientId: '', clean: false })).rejects.toThrow()
  })
  it('will: it is said when the client is gone without a word, and not when it has said goodbye', async () => {
    const listener = await client()
    await listener.subscribe('will/+')
    const will = (who: string) => ({
      will: { topic: `will/${who}`, payload: Buffer.from('gone'), qos: 1, retain: false },
    })
    const [polite, lost] = [await client(will('polite')), await client(will('lost'))]
    await polite.client.endAsync()
    ;(lost.client as unknown as { stream: { destroy(): void } }).stream.destroy()
    await listener.hears('the will', h => h.topic === 'will/lost')
    await settled(listener, listener)
    expect(texts(listener, 'will/polite')).toEqual([])
  })
  it('overlapping subscriptions: it arrives once', async () => {
    const a = await client()
    await a.client.subscribeAsync({ 'TopicA/#': { qos: 1 }, 'TopicA/+': { qos: 0 } })
    await a.client.publishAsync('TopicA/C', 'once', { qos: 1 })
    await settled(a, a)
    expect(texts(a, 'TopicA/C')).toEqual(['once'])
  })
  it('keepalive: who falls silent for one and a half times as long is gone, and its will is said', async () => {
    const listener = await client()
    await listener.subscribe('silent')
    const { socket, closed, end } = await raw(address)
    socket.resume()
    const field = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)])
    const flags = 0x80 | 0x40 | 0x04 | 0x02
    const body = [field('MQTT'), Buffer.from([4, flags, 0, 1]), ...['mute', 'silent', 'gone', 'all', 'x'].map(field)]
    socket.write(packet(0x10, Buffer.concat(body)))
    await listener.hears('its will', h => h.topic === 'silent')
    await until('it is cut', closed)
    end()
  })
  it('subscribe failure: 0x80 for what it may not hear, and the rest of the same request is granted', async () => {
    const a = await client({}, 'some')
    expect(await a.subscribe('allowed/one')).toBe(true)
    expect(await a.subscribe('nosubscribe')).toBe(false)
    expect(await a.subscribe('$share/group/allowed/one')).toBe(false)
    expect(a.closed()).toBe(false)
  })
  it('$ topics: no wildcard reaches them, and nobody but the broker says anything there', async () => {
    const [a, b] = [await client(), await client()]
    for (const filter of ['#', '+/+', '+/#', '+/broker/uptime']) await a.subscribe(filter)
    await b.say('$TopicA/B', 'nobody').catch(() => {})
    await until('it is out', () => b.closed())
    await settled(a, a)
    expect(a.heard.filter(h => h.topic.startsWith('$'))).toEqual([])
  })
  it('unsubscribe: nothing more of it, everything of the rest', async () => {
    const a = await client()
    for (const filter of ['un/a', 'un/b', 'un/c']) await a.subscribe(filter)
    await a.client.unsubscribeAsync('un/a')
    for (const topic of ['un/a', 'un/b', 'un/c']) await a.say(topic, 'x', 1)
    await settled(a, a)
    expect(a.heard.filter(h => h.topic.startsWith('un/')).map(h => h.topic)).toEqual(['un/b', 'un/c'])
  })
})

describe('the broker says of itself', () => {
  it('how it is, retained, to whoever was given that right, and to nobody by #', async () => {
    const a = await client()
    expect(await a.subscribe('$SYS/#')).toBe(true)
    const connected = await a.hears('how many are there', h => h.topic === '$SYS/broker/clients/connected')
    expect(Number(connected.text)).toBeGreaterThanOrEqual(0)
    expect(await (await client({}, 'some')).subscribe('$SYS/#')).toBe(false)
  })
})

describe('a subscriber that stops reading', () => {
  it('is cut when nothing gets any further, however little waits; another one has everything', async () => {
    const slow = await startBroker({
      ...{ host: '127.0.0.1', port: 0, log: createLog('silent') },
      limits: { stalledMs: 300, waitingBytes: 2 ** 30 },
      check: async name => accounts.get(name),
      account: name => accounts.get(name),
    })
    const at = `127.0.0.1:${slow.address.port}`
    const [frozen, reader] = [await join(at, 'all', 'x'), await join(at, 'all', 'x')]
    for (const one of [frozen, reader]) await one.subscribe('much')
    ;(frozen.client as unknown as { stream: { pause(): void } }).stream.pause()
    // More than the two ends of a connection hold by themselves.
    const sent = 120
    for (let i = 0; i < sent; i++) await slow.publish('much', 'x'.repeat(200_000))
    await until('it is cut', () => slow.stats()['not-reading'] === 1)
    await until('the other one has it', () => reader.on('much').length === sent)
    await until('only that one is left', () => slow.stats().clients === 1)
    for (const one of [frozen, reader]) one.end()
    await slow.close()
  })
})
