import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Elevator, startElevator } from '../../firmware-sim/elevator.ts'
import type { Api, Body } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { both, head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-channels-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const siteOf = (endpoint: string, channel: object, points?: object[]) => ({
  ...head,
  channels: [
    { id: 'lifts', protocol: 'opcua', endpoint, publishMs: 100, timeoutMs: 2000, ...channel },
    { id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1 },
  ],
  equipment: [
    {
      id: 'lift-1',
      kind: 'lift',
      name: { 'zh-CN': '电梯', en: 'Lift' },
      space: 'b1',
      channel: 'lifts',
      points: points ?? [{ key: 'fault', node: 'ns=1;s=Lift1.Fault' }],
    },
  ],
  rules: [
    {
      id: 'machine-room-hot',
      points: ['lift-*/hot'],
      when: { equals: true },
      severity: 'high',
      text: { 'zh-CN': '电梯机房高温', en: 'Lift machine room is hot' },
      order: { class: 'urgent' },
    },
    { id: 'noted', points: ['lift-*/fault'], when: { above: 0 }, severity: 'journal', text: both('fault') },
  ],
})
const secure = { securityMode: 'SignAndEncrypt', securityPolicy: 'Basic256Sha256' }
const sampleOf = async (api: Api, key: string) => {
  const { sample } = (await api.get(`/api/v1/points/lift-1/${key}`)).body as {
    sample: { value: unknown; reason: string }
  } & Body
  return sample
}
const lifts = async (api: Api) => (await api.get('/api/v1/channels')).body.items.find(c => c.id === 'lifts')!
type Shown = { fingerprint: string; subject: string; validity: string }
const certificatesOf = async (api: Api) =>
  (await api.get('/api/v1/channels/lifts/certificates')).body as unknown as {
    own: Shown | null
    trusted: Shown[]
    rejected: Shown[]
  }

describe('trust', () => {
  let lift: Elevator
  let gateway: TestGateway
  let admin: Api
  beforeAll(async () => {
    lift = await startElevator({ pkiFolder: join(folder, 'lift') })
    gateway = await startGateway({ site: siteOf(lift.endpoint, secure) })
    admin = await gateway.admin()
  }, 120_000)
  afterAll(async () => {
    await gateway.stop()
    await lift.stop()
  })

  it('an untrusted server says why it is refused; trusted by its fingerprint, its values come; and back', {
    timeout: 120_000,
  }, async () => {
    // A slow machine says first that it waits for an answer; the reason comes with the answer.
    await until('the reason', async () => {
      const channel = (await lifts(admin)) as { connection?: { state: string; trouble: string } }
      return channel.connection?.state === 'down' && channel.connection.trouble === 'server-not-trusted'
    })
    const soon = { timeout: 20_000 }
    const refused = { value: null, quality: 'bad', reason: 'refused' }
    await expect.poll(() => sampleOf(admin, 'fault'), soon).toMatchObject(refused)
    await expect.poll(() => sampleOf(admin, 'online'), soon).toMatchObject({ value: false })

    const before = await certificatesOf(admin)
    expect(before.trusted).toEqual([])
    expect(before.rejected).toHaveLength(1)
    const [server] = before.rejected
    const file = execFileSync('find', [join(folder, 'lift', 'server', 'own', 'certs'), '-name', '*.pem'], {
      encoding: 'utf8',
    })
    const pem = readFileSync(file.trim().split('\n')[0]!)
    const real = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
    expect(server).toMatchObject({ fingerprint: real, validity: 'valid' })
    expect(before.own).toMatchObject({ validity: 'valid' })

    const at = `/api/v1/channels/lifts/certificates/${server!.fingerprint}`
    const people = await gateway.people()
    expect((await people.engineer.post(`${at}/trust`)).status).toBe(403)
    expect((await people.operator.get('/api/v1/channels/lifts/certificates')).status).toBe(403)
    expect((await admin.post(`/api/v1/channels/lifts/certificates/${'0'.repeat(64)}/trust`)).status).toBe(404)
    expect((await admin.post(`${at}/believe`)).status).toBe(400)
    expect((await admin.post(`/api/v1/channels/lifts/certificates/..%2f..%2fown/trust`)).status).toBe(400)
    expect((await admin.post('/api/v1/channels/bus/certificates/x/trust')).status).toBe(400)
    expect((await admin.get('/api/v1/channels/bus/certificates')).body.code).toBe('channel-cannot')
    expect((await certificatesOf(admin)).trusted).toEqual([])

    expect((await admin.post(`${at}/trust`)).status).toBe(200)
    await until('a value', async () => (await sampleOf(admin, 'fault')).value === 0, 15_000)
    expect(await lifts(admin)).toMatchObject({ connection: { state: 'up', trouble: null } })
    expect((await certificatesOf(admin)).rejected).toEqual([])

    expect((await admin.post(`${at}/reject`)).status).toBe(200)
    await until('no value', async () => (await sampleOf(admin, 'fault')).reason === 'refused', 15_000)
    expect((await admin.post(`${at}/remove`)).status).toBe(200)

    const trail = (await admin.get('/api/v1/trail')).body.items.filter(e => e.kind === 'channel')
    expect(trail.map(e => [e.actor, e.id, e.action])).toEqual([
      ['admin', 'lifts', 'certificate-remove'],
      ['admin', 'lifts', 'certificate-reject'],
      ['admin', 'lifts', 'certificate-trust'],
    ])
    expect((trail[2]!.data as { fingerprint: string }).fingerprint).toBe(real)
  })

  it('the own certificate can be downloaded, as PEM and as DER with the same fingerprint, and no other file', async () => {
    const { own } = await certificatesOf(admin)
    const pem = await admin.get('/api/v1/channels/lifts/certificates/own.pem')
    expect(pem.text).toContain('BEGIN CERTIFICATE')
    expect(new X509Certificate(pem.text).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(own!.fingerprint)
    const url = `${gateway.url}/api/v1/channels/lifts/certificates/own.der`
    const der = await (await fetch(url, { headers: admin.headers })).arrayBuffer()
    expect(createHash('sha256').update(Buffer.from(der)).digest('hex')).toBe(own!.fingerprint)
    for (const odd of ['own.key', '..%2fprivate%2fprivate_key.pem', 'private_key.pem'])
      expect((await admin.get(`/api/v1/channels/lifts/certificates/${odd}`)).status).toBe(404)
  })
})

it('a password is kept in the folder of secrets, is told nobody, and is used at once', {
  timeout: 120_000,
}, async () => {
  const lift = await startElevator({
    pkiFolder: join(folder, 'lift2'),
    anonymous: false,
    people: { gatehouse: 'open sesame 42' },
  })
  const gateway = await startGateway({ site: siteOf(lift.endpoint, { user: 'gatehouse' }) })
  try {
    const admin = await gateway.admin()
    await until(
      'the reason',
      async () => {
        const channel = (await lifts(admin)) as { connection?: { trouble: string } }
        return channel.connection?.trouble === 'sign-in-refused'
      },
      20_000,
    )
    expect(await lifts(admin)).toMatchObject({ secrets: [] })
    const put = (body: object) => admin.put('/api/v1/channels/lifts/secret', body)
    expect(
      (await (await gateway.people()).engineer.put('/api/v1/channels/lifts/secret', { password: 'x' })).status,
    ).toBe(403)
    expect((await put({ password: 5 })).status).toBe(400)
    expect((await put({ userCertificate: { certificate: 'no', key: 'no' } })).body.code).toBe('invalid-input')
    const set = await put({ password: 'open sesame 42' })
    expect([set.status, set.text]).toEqual([204, ''])
    await until('a value', async () => (await sampleOf(admin, 'fault')).value === 0, 15_000)
    expect(await lifts(admin)).toMatchObject({ secrets: ['password'] })
    const file = join(gateway.data, 'secrets/channels/lifts.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const told = ['/api/v1/channels', '/api/v1/trail', '/api/v1/site', '/api/v1/channels/lifts/certificates']
    for (const path of told) expect((await admin.get(path)).text).not.toContain('sesame')
    expect(readFileSync(join(gateway.data, 'site.json'), 'utf8')).not.toContain('sesame')
    expect((await admin.get('/api/v1/trail')).body.items.filter(e => e.kind === 'channel')).toMatchObject([
      { action: 'secret-set', data: { kind: 'password' } },
    ])
    expect((await put({ password: null })).status).toBe(204)
    expect(existsSync(file)).toBe(false)
    await until('refused', async () => (await sampleOf(admin, 'fault')).reason === 'refused', 15_000)
  } finally {
    await gateway.stop()
    await lift.stop()
  }
})

it('an alarm of the server raises ours with its order, survives a reconnect, and clears; the server can be browsed', {
  timeout: 120_000,
}, async () => {
  const lift = await startElevator({ pkiFolder: join(folder, 'lift3') })
  const condition = { source: 'ns=1;s=Lift1', name: 'MachineRoomHot' }
  const gateway = await startGateway({
    site: siteOf(lift.endpoint, {}, [
      { key: 'hot', condition },
      { key: 'hot-message', condition: { ...condition, show: 'message' } },
      { key: 'hot-severity', condition: { ...condition, show: 'severity' } },
    ]),
  })
  try {
    const admin = await gateway.admin()
    await until('quiet', async () => (await sampleOf(admin, 'hot')).value === false, 20_000)
    lift.heatMachineRoom(45)
    const alarm = await until('the alarm', async () => (await admin.get('/api/v1/alarms')).body.items[0], 10_000)
    expect(alarm).toMatchObject({ point: 'lift-1/hot', severity: 'high', active: true })
    expect((await sampleOf(admin, 'hot-message')).value).toContain('High')
    expect((await sampleOf(admin, 'hot-severity')).value).toBeGreaterThan(0)
    expect((await admin.get('/api/v1/workorders')).body.items).toHaveLength(1)

    await lift.drop()
    await until('offline', async () => (await sampleOf(admin, 'hot')).reason === 'offline', 10_000)
    await lift.restore()
    await until('it stands', async () => (await sampleOf(admin, 'hot')).value === true, 20_000)
    expect((await admin.get('/api/v1/workorders')).body.items).toHaveLength(1)
    lift.heatMachineRoom(null)
    await until(
      'it is over',
      async () => (await admin.get('/api/v1/alarms')).body.items.every(a => a.active === false),
      10_000,
    )

    const browse = (body: object) => admin.post('/api/v1/channels/lifts/browse', body)
    const root = (await browse({})).body.items
    expect(root.map(n => n.browseName)).toContain('Lift1')
    const children = (await browse({ node: 'ns=1;s=Lift1' })).body.items
    expect(children.find(n => n.browseName === 'MachineRoom')).toMatchObject({
      node: 'ns=1;s=Lift1.MachineRoom',
      class: 'variable',
      type: 'Double',
      kind: 'number',
      unit: 'Cel',
      range: [0, 60],
      writable: false,
      value: 28,
    })
    expect(children.find(n => n.browseName === 'Direction')).toMatchObject({
      enum: { '-1': 'down', '0': 'standing', '1': 'up' },
    })
    expect(await browse({ node: 'ns=1;s=Nothing' })).toMatchObject({ status: 422, body: { code: 'node-refused' } })
    expect(await browse({ node: 'nonsense' })).toMatchObject({ status: 422 })
    expect((await admin.post('/api/v1/channels/bus/browse')).body.code).toBe('channel-cannot')
    await lift.drop()
    await until('offline', async () => (await sampleOf(admin, 'hot')).reason === 'offline', 10_000)
    expect(await browse({})).toMatchObject({ status: 503, body: { code: 'channel-unreachable' } })
  } finally {
    await gateway.stop()
    await lift.stop()
  }
})
