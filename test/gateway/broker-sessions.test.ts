import { readdirSync, writeFileSync } from 'node:fs'
import { join as path } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openBrokerFile } from '../../gateway/broker/file.ts'
import { createLog } from '../../gateway/core/log.ts'
import { type Account, type Broker, type BrokerOptions, startBroker } from '../../gateway/out/broker.ts'
import type { SessionFile } from '../../gateway/out/sessions/behind.ts'
import { createFilters } from '../../gateway/out/sessions/filters.ts'
import { tempFolder } from '../support/gateway.ts'
import { type Client, join } from '../support/mqtt.ts'
import { until } from '../support/wait.ts'

const accounts = new Map<string, Account>()
let ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
  accounts.clear()
})
const folderOf = () => {
  const folder = tempFolder()
  ends.push(folder.remove)
  return folder.path
}
async function brokerOn(file: SessionFile | undefined, options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const everything = (name: string): Account => ({ name, publish: ['#'], subscribe: ['#'] })
  const broker = await startBroker({
    ...{ host: '127.0.0.1', port: 0, log: createLog('silent'), file },
    check: async name => accounts.get(name) ?? everything(name),
    account: name => (accounts.has(name) ? accounts.get(name) : everything(name)),
    ...options,
  })
  let closed = false
  const end = broker.close
  broker.close = async () => {
    if (!closed) await end()
    closed = true
  }
  ends.push(broker.close)
  return broker
}
async function client(broker: Broker, clientId: string, options: object = {}, name = 'a'): Promise<Client> {
  const joined = await join(`127.0.0.1:${broker.address.port}`, name, 'x', { clientId, clean: false, ...options })
  ends.push(joined.end)
  return joined
}
/** A session that is away and has asked for everything under `q/`. */
async function away(broker: Broker, clientId: string, name = 'a') {
  const one = await client(broker, clientId, {}, name)
  await one.client.subscribeAsync('q/#', { qos: 2 })
  await one.client.endAsync()
}
const said = (of: Client) => of.heard.map(h => h.text)

describe('after a restart', () => {
  it('sessions, what waits for them and what clients retain are there; what the gateway retained is not', async () => {
    const folder = folderOf()
    const first = await brokerOn(openBrokerFile(folder, expect.fail))
    await away(first, 'gone')
    const writer = await client(first, 'writer')
    await writer.client.publishAsync('kept', 'by a client', { qos: 1, retain: true })
    await writer.client.publishAsync('emptied', 'x', { qos: 1, retain: true })
    await writer.client.publishAsync('emptied', '', { qos: 1, retain: true })
    for (const qos of [1, 2] as const) await writer.client.publishAsync(`q/${qos}`, `qos ${qos}`, { qos })
    await first.publish('q/3', 'of the gateway', { qos: 1, retain: true })
    await first.close()

    const second = await brokerOn(openBrokerFile(folder, expect.fail))
    expect(second.stats()).toMatchObject({ sessions: 2, messages: 3, retained: expect.any(Number), kept: 1 })
    const back = await client(second, 'gone')
    expect(back.present()).toBe(true)
    await until('all three', () => back.heard.length === 3)
    expect(said(back).sort()).toEqual(['of the gateway', 'qos 1', 'qos 2'])
    await back.client.subscribeAsync(['kept', 'emptied', 'q/3'], { qos: 1 })
    await back.hears('what is retained', h => h.retained)
    await back.client.publishAsync('q/end', 'end', { qos: 1 })
    await back.hears('the end', h => h.text === 'end')
    expect(back.heard.filter(h => h.retained).map(h => h.topic)).toEqual(['kept'])
    await until('nothing waits any more', () => second.stats().messages === 0)
  })
  it('a broken file is put aside and said, and a new one begun', async () => {
    const folder = folderOf()
    writeFileSync(path(folder, 'broker.db'), 'this is no database, and long enough to be looked at'.repeat(100))
    const aside: string[] = []
    const broker = await brokerOn(openBrokerFile(folder, where => aside.push(where)))
    expect(aside).toEqual([expect.stringMatching(/broker\.db\.broken-\d+$/)])
    expect(readdirSync(folder).filter(name => name.includes('broken'))).toHaveLength(1)
    await away(broker, 'new')
    expect(broker.stats().sessions).toBe(1)
  })
})

describe('the acknowledgement', () => {
  it.each([1, 2] as const)(
    'of QoS %i comes after the commit; when the disk is full there is none, and with room nothing is missing',
    async qos => {
      const real = openBrokerFile(folderOf(), expect.fail)
      let full = false
      const diary: string[] = []
      const broker = await brokerOn({
        ...real,
        write(changes) {
          if (full)
            throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 })
          real.write(changes)
          if (changes.queue.size > 0) diary.push('committed')
        },
      })
      await away(broker, 'gone')
      const writer = await client(broker, 'writer', { clean: true })
      await writer.client.publishAsync('q/1', 'kept', { qos })
      diary.push('acknowledged')
      expect(diary).toEqual(['committed', 'acknowledged'])

      full = true
      let acknowledged = false
      writer.client.publish('q/2', 'not yet', { qos }, error => {
        acknowledged = !error
      })
      await until('it is cut', writer.closed)
      expect([acknowledged, broker.stats()['not-stored'], broker.stats().failing]).toEqual([false, 1, true])
      full = false
      await until('the disk is written again', () => !broker.stats().failing)
      const third = await client(broker, 'other', { clean: true })
      for (const text of ['not yet', 'goes on']) await third.client.publishAsync('q/3', text, { qos })
      const back = await client(broker, 'gone')
      await until('all are there', () => new Set(said(back)).size === 3)
    },
  )
})

it('PUBCOMP comes after the identifier is free on the disk: after a crash it would be taken for a message that came before', async () => {
  const real = openBrokerFile(folderOf(), expect.fail)
  let full = true
  const broker = await brokerOn({
    ...real,
    write(changes) {
      if (full && [...changes.incoming.values()].includes(null)) throw new Error('database or disk is full')
      real.write(changes)
    },
  })
  const writer = await client(broker, 'writer')
  await writer.client.subscribeAsync('echo', { qos: 0 })
  let complete = false
  const completed = writer.client.publishAsync('q/1', 'once', { qos: 2 }).then(() => {
    complete = true
  })
  await until('PUBREL came, and cannot be written', () => broker.stats().failing)
  await writer.client.publishAsync('echo', 'whatever was sent before has come', { qos: 0 })
  await writer.hears('its echo', h => h.topic === 'echo')
  expect(complete).toBe(false)
  full = false
  await completed
})

describe('what waits is bounded', () => {
  it('by number and size for one session, by size for all: the oldest goes, and is counted', async () => {
    const limits = { messages: 5, bytes: 20_000, bytesInAll: 30_000 }
    const broker = await brokerOn(undefined, { limits })
    await away(broker, 'one')
    for (let i = 0; i < 8; i++) await broker.publish('q/n', `small ${i}`, { qos: 1 })
    expect(broker.stats()).toMatchObject({ messages: 5, full: 3 })
    for (let i = 0; i < 4; i++) await broker.publish('q/n', `${i}${'x'.repeat(5990)}`, { qos: 1 })
    expect(broker.stats()).toMatchObject({ messages: 3, full: 9 })
    await away(broker, 'two')
    await broker.publish('q/n', `4${'x'.repeat(9000)}`, { qos: 1 })
    expect(broker.stats().bytes).toBeLessThanOrEqual(limits.bytesInAll)
    await broker.publish('q/n', 'x'.repeat(20_000), { qos: 1 })
    const [one, two] = [await client(broker, 'one'), await client(broker, 'two')]
    await until('both have what is left', () => broker.stats().messages === 0)
    expect([said(one).map(t => t[0]), said(two).map(t => t[0])]).toEqual([['3', '4'], ['4']])
  })
  it('sessions by number of one account and by age; those of a revoked account go at once', async () => {
    let now = 0
    const limits = { sessionsOfAccount: 2, awayMs: 1000 }
    const broker = await brokerOn(undefined, { limits, now: () => now })
    await away(broker, 'old')
    now = 100
    await away(broker, 'newer')
    await away(broker, 'of another', 'b')
    now = 200
    const here = await client(broker, 'newest')
    expect(broker.stats()).toMatchObject({ sessions: 3, expired: 1 })
    expect((await client(broker, 'old')).present()).toBe(false)
    await expect(client(broker, 'one too many')).rejects.toThrow(/Server unavailable/)
    accounts.set('a', undefined as never)
    broker.drop('a')
    await until('it is out', here.closed)
    expect(broker.stats().sessions).toBe(1)
    now = 5000
    const again = await brokerOn(undefined, { now: () => now })
    expect(again.stats().sessions).toBe(0)
  })
  it('much that waited comes bit by bit: its reader is not taken for one that does not read', async () => {
    const broker = await brokerOn(undefined, { limits: { waitingBytes: 1_300_000 } })
    await away(broker, 'slow')
    const count = 700
    for (let i = 0; i < count; i++) await broker.publish('q/n', `${i} ${'x'.repeat(8000)}`, { qos: 1 })
    const back = await client(broker, 'slow')
    await until('everything', () => back.heard.length === count, 10_000)
    expect(said(back).map(text => Number.parseInt(text, 10))).toEqual(Array.from({ length: count }, (_, i) => i))
    expect(broker.stats()).toMatchObject({ 'not-reading': 0, full: 0 })
  })
  it('retained messages of clients: the oldest goes', async () => {
    const broker = await brokerOn(openBrokerFile(folderOf(), expect.fail), { retained: { count: 3 } })
    const a = await client(broker, 'a')
    for (const n of [1, 2, 3, 1, 4]) await a.client.publishAsync(`r/${n}`, 'x', { qos: 1, retain: true })
    await a.client.subscribeAsync('r/+')
    await until('three', () => a.heard.length === 3)
    expect(a.heard.map(h => h.topic)).toEqual(['r/3', 'r/1', 'r/4'])
    expect(broker.stats()).toMatchObject({ kept: 3, retainedDropped: 1 })
  })
})

it.each([
  ['a/b', ['a/b', 'a/+', '+/+', '#', 'a/#', 'a/b/#']],
  ['a', ['#', 'a', 'a/#', '+']],
  ['/a', ['#', '+/+', '/+', '/a']],
  ['a/b/c', ['#', 'a/#', 'a/b/#']],
])('filters that fit %s', (topic, fit) => {
  const filters = createFilters<string>()
  const all = ['a/b', 'a/+', '+/+', '#', 'a/#', 'a/b/#', 'a', '+', '/+', '/a', 'b/#', 'a/b/d']
  for (const filter of all) filters.add(filter, filter, 1)
  expect([...filters.match(topic).keys()].sort()).toEqual([...fit].sort())
  for (const filter of all) if (filter !== '#') filters.remove(filter, filter)
  expect([...filters.match(topic).keys()]).toEqual(['#'])
})
