import { join as path } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, it } from 'vitest'
import { openBrokerFile } from '../../gateway/broker/file.ts'
import { createLog } from '../../gateway/core/log.ts'
import { type Account, type BrokerOptions, startBroker } from '../../gateway/out/broker.ts'
import type { SessionFile } from '../../gateway/out/sessions/behind.ts'
import { tempFolder } from '../support/gateway.ts'
import { join } from '../support/mqtt.ts'
import { until } from '../support/wait.ts'

let ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})
const folderOf = () => {
  const folder = tempFolder()
  ends.push(folder.remove)
  return folder.path
}
const everything = (name: string): Account => ({ name, publish: ['#'], subscribe: ['#'] })
/** With a file that ends where the process would: after `crash` nothing more reaches the disk. */
async function brokerOn(folder: string, options: Partial<BrokerOptions> = {}) {
  const real = openBrokerFile(folder, expect.fail)
  let dead = false
  const file: SessionFile = { ...real, write: changes => (dead ? undefined : real.write(changes)) }
  const broker = await startBroker({
    ...{ host: '127.0.0.1', port: 0, log: createLog('silent'), file, willsAfterMs: 3_600_000 },
    ...{ check: async (name: string) => everything(name), account: everything },
    ...options,
  })
  let closed = false
  const close = async () => {
    if (!closed) await broker.close()
    closed = true
  }
  ends.push(close)
  const client = async (clientId: string, options: object = {}) => {
    const joined = await join(`127.0.0.1:${broker.address.port}`, 'a', 'x', { clientId, ...options })
    ends.push(joined.end)
    return joined
  }
  return {
    broker,
    client,
    close,
    async crash() {
      dead = true
      await close()
    },
  }
}
const will = (payload: string, more: object = {}) => ({
  will: { topic: 'w/state', payload, qos: 1 as const, retain: false, ...more },
})
/** A session that hears of all wills, also of those that are published while it is away. */
async function listener(at: Awaited<ReturnType<typeof brokerOn>>) {
  const one = await at.client('listener', { clean: false })
  await one.client.subscribeAsync('w/#', { qos: 1 })
  return one
}

it.each<[what: string, end: (c: Awaited<ReturnType<typeof join>>) => Promise<unknown> | unknown, heard: string[]]>([
  ['is connected when the gateway dies', () => {}, ['gone']],
  ['has said DISCONNECT before', c => c.client.endAsync(), []],
  ['was cut off before, and its will was published then', c => c.client.endAsync(true), ['gone']],
])('the will of a client that %s is heard so often over a crash', async (_, end, heard) => {
  const folder = folderOf()
  const first = await brokerOn(folder)
  const before = await listener(first)
  const device = await first.client('device', will('gone'))
  await end(device)
  const early = heard.length > 0 && (device.client.disconnecting || device.client.disconnected)
  if (early) await until('it was heard', () => before.heard.length === 1)
  await until('it is settled', () => first.broker.stats().messages === 0 && !first.broker.stats().failing)
  // What was acknowledged or deleted is on the disk.
  await before.client.publishAsync('other', 'x', { qos: 1 })
  await before.client.endAsync()
  await first.crash()

  const second = await brokerOn(folder, { willsAfterMs: 0 })
  const after = await listener(second)
  await after.client.publishAsync('w/end', 'end', { qos: 1 })
  await after.hears('the end', h => h.text === 'end')
  await until('all that was owed is out', () => second.broker.stats().owed === 0)
  expect([...before.heard, ...after.heard].map(h => h.text).filter(t => t !== 'end')).toEqual(heard)
})

it('comes before what the same client says when it is back, and is retained once', async () => {
  const folder = folderOf()
  const first = await brokerOn(folder)
  await first.client('device', will('offline', { retain: true }))
  await first.crash()
  const second = await brokerOn(folder)
  const ear = await second.client('ear')
  await ear.client.subscribeAsync('w/#', { qos: 1 })
  const back = await second.client('device', will('offline', { retain: true }))
  await back.client.publishAsync('w/state', 'online', { qos: 1, retain: true })
  await ear.hears('both', h => h.text === 'online')
  expect(ear.heard.map(h => h.text)).toEqual(['offline', 'online'])
  // The new connection has a will of its own, also when the gateway dies once more.
  await second.crash()
  const third = await brokerOn(folder, { willsAfterMs: 0 })
  await until('it is published', () => third.broker.stats().owed === 0)
  const late = await third.client('late')
  await late.client.subscribeAsync('w/#', { qos: 1 })
  await late.hears('what is retained', h => h.retained)
  expect(late.heard.map(h => h.text)).toEqual(['offline'])
})

it('of a connection that a newer one of the same id has taken over is published, and the newer one keeps its own', async () => {
  const folder = folderOf()
  const first = await brokerOn(folder)
  const ear = await listener(first)
  await first.client('device', will('first'))
  await first.client('device', will('second'))
  await ear.hears('the first', h => h.text === 'first')
  await ear.client.publishAsync('other', 'x', { qos: 1 })
  await ear.client.endAsync()
  await first.crash()
  const second = await brokerOn(folder, { willsAfterMs: 0 })
  const again = await listener(second)
  await again.hears('the second', h => h.text === 'second')
  expect([...ear.heard, ...again.heard].map(h => h.text)).toEqual(['first', 'second'])
})

it('is not published when the account may no longer speak there', async () => {
  const folder = folderOf()
  const first = await brokerOn(folder)
  await listener(first)
  await first.client('device', will('gone'))
  await first.crash()
  const second = await brokerOn(folder, { willsAfterMs: 0, account: name => ({ ...everything(name), publish: [] }) })
  await until('it is settled', () => second.broker.stats().owed === 0)
  expect(second.broker.stats().messages).toBe(0)
})

it('an orderly end publishes it then, and not again after the start', async () => {
  const folder = folderOf()
  const first = await brokerOn(folder)
  const ear = await listener(first)
  await first.client('device', will('gone'))
  await ear.client.endAsync()
  await first.close()
  const second = await brokerOn(folder, { willsAfterMs: 0 })
  expect(second.broker.stats().owed).toBe(0)
  const again = await listener(second)
  await again.hears('it', h => h.text === 'gone')
})

it('a broker.db of the former version is read, and takes wills', async () => {
  const folder = folderOf()
  const db = new DatabaseSync(path(folder, 'broker.db'))
  db.exec(`
    CREATE TABLE session (no INTEGER PRIMARY KEY, id TEXT NOT NULL, account TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
    CREATE TABLE filter (session INTEGER NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID;
    CREATE TABLE queue (
      n INTEGER PRIMARY KEY, session INTEGER NOT NULL, message INTEGER NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL,
      released INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
    CREATE INDEX queue_of ON queue (session);
    CREATE TABLE incoming (session INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (session, message)) STRICT, WITHOUT ROWID;
    CREATE TABLE retained (topic TEXT PRIMARY KEY, qos INTEGER NOT NULL, payload BLOB NOT NULL, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO retained VALUES ('w/kept', 1, CAST('kept' AS BLOB), 1);
    PRAGMA user_version = 1`)
  db.close()
  const first = await brokerOn(folder)
  expect(first.broker.stats()).toMatchObject({ kept: 1, owed: 0 })
  await first.client('device', will('gone'))
  await first.crash()
  const second = await brokerOn(folder)
  expect(second.broker.stats()).toMatchObject({ kept: 1, owed: 1 })
})
