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
/** In the order of the wire: the client tells of QoS 2 only when it is released. */
const asSent = (of: Client) => of.heard.filter(h => h.id !== undefined).sort((a, b) => a.id! - b.id!)
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
  it('retained: what the gateway and what clients retain is there for whoever comes later, until it is emptied; by # and +', async () => {
    await broker.publish('kept/gateway', '0', { retain: true, qos: 1 })
    const a = await client()
    for (const qos of [0, 1, 2] as const) await a.client.publishAsync(`kept/${qos}`, String(qos), { qos, retain: true })
    await a.client.publishAsync('gatehouse/x', 'only the gateway retains under its own names', { qos: 1, retain: true })
    const all = [['kept/gateway', '0'], ...['0', '1', '2'].map(qos => [`kept/${qos}`, qos])]
    for (const filter of ['kept/+', '+/+', '#']) {
      const b = await client()
      await b.subscribe(filter, 1)
      await settled(a, b)
      expect(b.heard.filter(h => h.retained).map(h => [h.topic, h.text])).toEqual(all)
    }
    for (const [topic] of all) await a.client.publishAsync(topic!, '', { qos: 1, retain: true })
    await broker.publish('kept/gateway', '', { retain: true, qos: 1 })
    const b = await client()
    await b.subscribe('kept/+')
    await settled(a, b)
    expect(b.heard.filter(h => h.retained)).toEqual([])
  })
  it('offline queueing: what came meanwhile above QoS 0 is there on return, in order; a clean session ends the old one', async () => {
    const options = { clientId: 'comes and goes', clean: false }
    const a = await client()
    const first = await client(options)
    expect(first.present()).toBe(false)
    await first.client.subscribeAsync('TopicA/#', { qos: 2 })
    await first.client.endAsync()
    for (const qos of [1, 2, 0, 1] as const) await a.client.publishAsync(`TopicA/${qos}`, `qos ${qos}`, { qos })
    const second = await client(options)
    expect(second.present()).toBe(true)
    await until('what was queued', () => second.heard.length >= 3)
    await settled(a, second)
    expect(asSent(second).map(h => h.text)).toEqual(['qos 1', 'qos 2', 'qos 1'])
    second.end()
    expect((await client({ ...options, clean: true })).present()).toBe(false)
    expect((await client(options)).present()).toBe(false)
  })
  it('redelivery: what was not acknowledged comes again, marked as such, with its identifier, before the rest', async () => {
    const options = { clientId: 'loses its line', clean: false }
    const a = await client()
    const deaf = await client(options)
    await deaf.client.subscribeAsync('again', { qos: 2 })
    // It takes messages, and says nothing of it.
    const never = (_: unknown, done: () => void) => void done
    Object.assign(deaf.client, { handleMessage: never })
    for (const qos of [1, 2, 1] as const) await a.client.publishAsync('again', `qos ${qos}`, { qos })
    await until('it has them', () => deaf.heard.length >= 1)
    const ids = (of: Client) => asSent(of).map(h => [h.text, h.dup, h.id])
    const [[, , id]] = ids(deaf) as [unknown[]]
    ;(deaf.client as unknown as { stream: { destroy(): void } }).stream.destroy()
    await until('it is gone', deaf.closed)
    await a.client.publishAsync('again', 'later', { qos: 1 })
    const back = await client(options)
    await until('all four', () => back.heard.length === 4)
    expect(ids(back)).toEqual([
      ['qos 1', true, id],
      ['qos 2', true, expect.any(Number)],
      ['qos 1', true, expect.any(Number)],
      ['later', false, expect.any(Number)],
    ])
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
    for (const clean of [true, false]) {
      const b = await client({ clientId: `both ${clean}`, clean })
      await b.client.subscribeAsync({ 'TopicB/+': { qos: 0 }, 'TopicB/#': { qos: 1 }, 'TopicB/C': { qos: 2 } })
      await a.client.publishAsync('TopicB/C', 'at the highest of the three', { qos: 2 })
      await a.client.publishAsync('TopicB/D', 'of the two that fit', { qos: 2 })
      await settled(a, b)
      expect(b.heard.filter(h => h.topic !== 'mark').map(h => [h.text, h.qos])).toEqual([
        ['at the highest of the three', 2],
        ['of the two that fit', 1],
      ])
    }
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
    // All in one request, of a session: what was refused must not be queued for it either.
    const options = { clientId: 'asks for all', clean: false }
    const b = await client(options, 'some')
    const granted = await b.client
      .subscribeAsync({ 'allowed/one': { qos: 1 }, nosubscribe: { qos: 1 }, '$share/g/allowed/#': { qos: 1 } })
      .then(g => g.map(one => one.qos))
      .catch(() => 'refused')
    expect(granted).toBe('refused')
    await b.client.endAsync()
    const writer = await client()
    for (const topic of ['nosubscribe', 'allowed/one', 'allowed/two']) await writer.say(topic, topic, 1)
    const back = await client(options, 'some')
    await back.hears('what it may', h => h.topic === 'allowed/one')
    await writer.say('allowed/one', 'the end', 1)
    await back.hears('the end', h => h.text === 'the end')
    expect(back.heard.map(h => h.text)).toEqual(['allowed/one', 'the end'])
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
