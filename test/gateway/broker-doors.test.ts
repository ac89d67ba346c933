import { X509Certificate } from 'node:crypto'
import { connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../support/api.ts'
import { issue } from '../support/certificates.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { account, join } from '../support/mqtt.ts'
import { quietSite } from '../support/sites.ts'
import { type Slow, slowAt } from '../support/slowpeers.ts'
import { until } from '../support/wait.ts'

/** MQTT by TLS and by WebSocket, as a site switches them on. */
let g: TestGateway
let admin: Api
let password = ''
const broker = { tls: { port: 0 }, websocket: { port: 0, path: '/mq' } }
beforeAll(async () => {
  g = await startGateway({ site: { ...quietSite, broker } })
  admin = await g.admin()
  password = await account(admin, 'machine', ['t/#'], ['t/#'])
})
afterAll(() => g.stop())

interface Door {
  readonly kind: string
  readonly state: string
  readonly address: string
  readonly why: string | null
}
const doors = async () => (await admin.get('/api/v1/broker')).body.listeners as Door[]
const door = async (kind: string) => (await doors()).find(d => d.kind === kind)!
const client = (url: string, options: object = {}) =>
  join(url.split('://')[1]!, 'machine', password, {
    ...{ protocol: url.split('://')[0] as 'mqtts', path: '/mq', rejectUnauthorized: true },
    ...options,
  })
async function save(next: object) {
  const { hash, text } = (await admin.get('/api/v1/site')).body
  const answer = await admin.put('/api/v1/site', {
    hash,
    text: JSON.stringify({ ...JSON.parse(text as string), ...next }),
  })
  expect(answer.status).toBe(200)
}

/** Come before all others, and are looked at when those have done their work. */
let strangers: Promise<readonly Slow[]>
describe('the listeners of a site', () => {
  it('are on this machine unless it says otherwise, and each has its address', async () => {
    strangers = slowAt('MQTT over TLS', (await door('tls')).address.split('://')[1]!, 60)
    expect(await doors()).toEqual([
      { kind: 'plain', state: 'up', why: null, address: `mqtt://${g.mqtt}` },
      { kind: 'tls', state: 'up', why: null, address: expect.stringMatching(/^mqtts:\/\/127\.0\.0\.1:\d+$/) },
      { kind: 'websocket', state: 'up', why: null, address: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/mq$/) },
    ])
  })
  it('know the same accounts, rights and sessions: one that leaves by TLS comes back by WebSocket', async () => {
    const ca = (await admin.get('/api/v1/broker/certificate')).body.pem
    const [tls, ws] = [await door('tls'), await door('websocket')]
    for (const url of [tls.address, ws.address])
      await expect(client(url, { ca, password: 'wrong' })).rejects.toThrow(/[Nn]ot authorized|[Bb]ad user ?name/)
    const first = await client(tls.address, { ca, clientId: 'moves', clean: false })
    expect(await first.subscribe('t/#', 1)).toBe(true)
    expect([await first.subscribe('other'), await first.subscribe('$share/g/t/#')]).toEqual([false, false])
    await first.client.endAsync()
    const plain = await client(`mqtt://${g.mqtt}`)
    await plain.say('t/1', 'while it was away', 1)
    const back = await client(ws.address, { clientId: 'moves', clean: false })
    expect(back.present()).toBe(true)
    await back.hears('what it missed', h => h.text === 'while it was away')
    // More than one frame of a WebSocket and one record of TLS.
    const long = 'x'.repeat(200_000)
    for (const from of [back, await client(tls.address, { ca })]) {
      const n = back.on('t/long').length
      await from.say('t/long', long, 1)
      await until('it is whole', () => back.on('t/long').length > n)
      expect(back.on('t/long').at(-1)!.text.length).toBe(long.length)
    }
    back.say('t/too-long', 'x'.repeat(300_000)).catch(() => {})
    await until('what is too long cuts it', back.closed)
  })
  it('what is no MQTT over WebSocket is turned away', async () => {
    const { address } = await door('websocket')
    const http = address.replace('ws://', 'http://')
    expect((await fetch(http)).status).toBe(426)
    await expect(client(address.replace('/mq', ''), { path: '/elsewhere' })).rejects.toThrow()
  })
  it('the certificate: self-made and believed by its own PEM; one of the site takes its place at once, and is not told', async () => {
    const { address } = await door('tls')
    const own = (await admin.get('/api/v1/broker/certificate')).body
    expect(own).toMatchObject({ selfMade: true, validity: 'valid', subject: 'CN=Gatehouse' })
    await expect(client(address)).rejects.toThrow(/self-signed/)
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const [host, port] = address.slice('mqtts://'.length).split(':') as [string, string]
        const socket = tlsConnect({ host, port: Number(port), rejectUnauthorized: false }, () => {
          resolve(new X509Certificate(socket.getPeerX509Certificate()!.raw).subject)
          socket.destroy()
        }).on('error', reject)
      })
    expect(await shown()).toBe('CN=Gatehouse')
    const authority = issue('Site CA', { authority: true })
    const pair = issue('broker.site', { by: authority, names: ['127.0.0.1'] })
    const put = (body: object) => admin.put('/api/v1/broker/certificate', body)
    expect((await put({ certificate: pair.certificate, key: authority.key })).status).toBe(400)
    const answer = await put({ certificate: pair.certificate, key: pair.key })
    expect([answer.status, answer.body.selfMade]).toEqual([200, false])
    expect(answer.text).not.toContain('PRIVATE')
    expect(await shown()).toBe('CN=broker.site')
    const trusting = await client(address, { ca: authority.certificate })
    expect(trusting.closed()).toBe(false)
    expect((await put({ certificate: null, key: null })).body.selfMade).toBe(true)
    expect(await shown()).toBe('CN=Gatehouse')
  })
  it('close who comes to no handshake or to no CONNECT', async () => {
    const all = await strangers
    expect([all.length, all.filter(({ closedS }) => closedS === null)]).toEqual([4, []])
  })
  it('change with the site: what stays keeps its clients, what is taken is said, what is gone is shut', async () => {
    const before = await door('tls')
    const ca = (await admin.get('/api/v1/broker/certificate')).body.pem
    const stays = await client(before.address, { ca })
    const taken = Number(g.mqtt.split(':')[1])
    await save({ broker: { tls: { port: 0 }, websocket: { port: taken } } })
    await until('the new one is looked at', async () => (await door('websocket')).state === 'down')
    expect(await door('tls')).toEqual(before)
    expect((await door('websocket')).why).toMatch(/EADDRINUSE/)
    await save({ broker: undefined })
    await until('only the plain one is left', async () => (await doors()).length === 1)
    await until('its client is out', stays.closed)
  })
  it('passwords in the open are warned of', async () => {
    await save({ broker: { websocket: { host: '0.0.0.0', port: 0 } } })
    const { problems } = (await admin.get('/api/v1/site')).body as unknown as { problems: { code: string }[] }
    expect(problems.map(p => p.code)).toContain('broker-in-the-open')
    const metrics = await admin.get('/metrics')
    for (const word of ['sessions', 'queued_bytes', 'queued_messages', 'dropped', 'store_failing'])
      expect(metrics.text).toMatch(new RegExp(`^gatehouse_broker_${word} \\d+$`, 'm'))
  })
})
