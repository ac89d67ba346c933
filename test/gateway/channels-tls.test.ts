import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fingerprintOf } from '../../drivers/certificates.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import type { Api } from '../support/api.ts'
import { issue } from '../support/certificates.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { startTlsProxy } from '../support/tlsproxy.ts'
import { until } from '../support/wait.ts'

const authority = issue('Site CA', { authority: true })
const converter = issue('converter', { by: authority, names: ['127.0.0.1'] })
const client = issue('gatehouse', { by: authority })
const pair = { certificate: client.certificate, key: client.key }
const old = issue('Old CA', { authority: true, from: Date.now() - 2e9, to: Date.now() - 1e9 })
let server: ModbusServer
let proxy: Awaited<ReturnType<typeof startTlsProxy>>
let g: TestGateway
let admin: Api

beforeAll(async () => {
  server = await startModbus({ framing: 'tcp', units: new Map([[1, createPump(Date.now)]]) })
  proxy = await startTlsProxy(server.port, {
    cert: converter.certificate,
    key: converter.key,
    requestCert: true,
    ca: authority.certificate,
  })
  const site = pumpSite(server.port)
  const plain = { ...site.channels[0]!, id: 'plain' }
  g = await startGateway({ site: { ...site, channels: [{ ...site.channels[0]!, port: proxy.port, tls: {} }, plain] } })
  admin = await g.admin()
})
afterAll(async () => {
  await g.stop()
  await proxy.stop()
  await server.stop()
})

const at = '/api/v1/channels/bus'
const put = (body: object, who = admin, path = at) => who.put(`${path}/secret`, body)
type Channel = { connection: { state: string; trouble: string | null } }
const channel = async () =>
  (await admin.get('/api/v1/channels')).body.items.find(c => c.id === 'bus') as unknown as Channel
const trouble = async () => (await channel()).connection.trouble
const level = () => g.deps.plant()!.latest.get('p/level')
type Shown = { subject: string; validity: string; fingerprint: string }
const certificates = async () =>
  (await admin.get(`${at}/certificates`)).body as unknown as {
    own: Shown | null
    authorities: Shown[]
    trusted: Shown[]
    rejected: Shown[]
  }
const names = (list: readonly Shown[]) => list.map(c => `${c.subject} ${c.validity}`)

it('an unproven server says so and gives no value; with its authority it does; the key goes one way only', async () => {
  await until('the reason', async () => (await trouble()) === 'server-not-trusted')
  expect(level()).toMatchObject({ quality: 'bad', value: null })
  expect(server.requests()).toBe(0)
  expect(await channel()).toMatchObject({ offers: ['certificates', 'ca', 'clientCertificate'], secrets: [] })
  expect(names((await certificates()).rejected)).toEqual(['CN=converter valid'])

  const people = await g.people()
  for (const role of ['engineer', 'operator', 'viewer'] as const)
    expect([role, (await put({ ca: authority.certificate }, people[role])).status]).toEqual([role, 403])
  const wrong: [object, number, string][] = [
    [{ ca: 'nonsense' }, 400, 'invalid-input'],
    [{ ca: authority.key }, 400, 'invalid-input'],
    [{ clientCertificate: { certificate: client.certificate, key: authority.key } }, 400, 'invalid-input'],
    [{ clientCertificate: { certificate: client.certificate } }, 400, 'invalid-input'],
  ]
  for (const [body, status, code] of wrong) {
    const answer = await put(body)
    expect([body, answer.status === status || answer.status === 422, answer.body.code]).toEqual([body, true, code])
  }
  expect((await put({ ca: authority.certificate }, admin, '/api/v1/channels/plain')).body.code).toBe('channel-cannot')

  expect((await put({ ca: old.certificate })).status).toBe(204)
  expect(names((await certificates()).authorities)).toEqual(['CN=Old CA expired'])
  expect((await put({ ca: authority.certificate, clientCertificate: pair })).status).toBe(204)
  await until('up', async () => (await channel()).connection.state === 'up')
  await until('a value', () => level()?.quality === 'good', 35_000)
  expect(proxy.clients.at(-1)).toBe('gatehouse')
  expect(await channel()).toMatchObject({ secrets: ['ca', 'clientCertificate'], connection: { trouble: null } })
  const { own, authorities } = await certificates()
  expect([own!.subject, own!.validity, names(authorities)]).toEqual(['CN=gatehouse', 'valid', ['CN=Site CA valid']])

  for (const file of ['ca.pem', 'cert.pem', 'key.pem'])
    expect([file, statSync(join(g.data, 'secrets/pki/bus', file)).mode & 0o777]).toEqual([file, 0o600])
  const key = client.key.split('\n')[1]!
  for (const path of [
    '/api/v1/channels',
    '/api/v1/trail',
    '/api/v1/site',
    `${at}/certificates`,
    `${at}/certificates/own.pem`,
  ])
    expect((await admin.get(path)).text).not.toContain(key)
  expect(readFileSync(join(g.data, 'site.json'), 'utf8')).not.toContain('BEGIN')
  const trail = (await admin.get('/api/v1/trail')).body.items.filter(e => e.kind === 'channel').reverse()
  const fingerprint = fingerprintOf(new X509Certificate(client.certificate))
  expect(trail.map(e => [e.actor, e.action, e.data])).toMatchObject([
    ['admin', 'secret-set', { kind: 'ca', subject: 'CN=Old CA' }],
    ['admin', 'secret-set', { kind: 'ca', subject: 'CN=Site CA' }],
    ['admin', 'secret-set', { kind: 'clientCertificate', fingerprint, subject: 'CN=gatehouse' }],
  ])
}, 120_000)

it('units are searched through TLS as well', async () => {
  const { body, status } = await admin.post('/api/v1/detections', { channel: 'bus', from: 1, to: 3, timeoutMs: 100 })
  expect(status).toBe(201)
  const done = await until('the end', async () => {
    const now = (await admin.get(`/api/v1/detections/${body.id}`)).body as unknown as {
      state: string
      found: { unit: number }[]
    }
    return now.state !== 'running' && now
  })
  expect([done.state, done.found.map(f => f.unit)]).toEqual(['finished', [1]])
})

it('without the authority it is refused again; trusted by its fingerprint it is believed', async () => {
  expect((await put({ ca: null })).status).toBe(204)
  await until('refused', async () => (await trouble()) === 'server-not-trusted')
  const [met] = (await certificates()).rejected
  expect((await admin.post(`${at}/certificates/${met!.fingerprint}/trust`)).status).toBe(200)
  await until('up', async () => (await channel()).connection.state === 'up')
  expect(names((await certificates()).trusted)).toEqual(['CN=converter valid'])
  expect(await channel()).toMatchObject({ secrets: ['clientCertificate'] })
})
