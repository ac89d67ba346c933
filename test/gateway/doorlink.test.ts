import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DoorClient, type Enrolment, startDoorClient } from '../../firmware-sim/door-link/client.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** A door controller on the real broker of the real gateway, over the restarts of both. */
const HOUR = 3_600_000
const both = (text: string) => ({ 'zh-CN': text, en: text })
const flag = (key: string, address: number, more: object = {}) => ({
  ...{ key, table: 'discrete', address, type: 'bool', scanMs: HOUR },
  ...more,
})
const coil = { table: 'coil', writable: true, command: { roles: ['operator'] } }
const doors = ['door-1', 'door-2', 'door-3']
const site = {
  ...quietSite,
  equipment: [
    ...quietSite.equipment,
    ...doors.map((id, i) => ({
      ...{ id, kind: 'door', name: both(id), space: 'b1', channel: 'bus', unit: 11 + i },
      // door-3 has a relay of its own, beside its controller.
      points: [flag('lockdown', 0, coil), ...(id === 'door-3' ? [flag('unlocked', 1)] : [])],
    })),
    {
      ...{ id: 'panel', kind: 'fire-panel', name: both('panel'), space: 'b1', channel: 'bus', unit: 40 },
      points: [flag('b1-confirmed', 0)],
    },
  ],
  broker: { tls: { port: 0 } },
  doorGroups: [{ id: 'all', name: both('all'), doors }],
  access: {
    areas: [{ id: 'hall' }, { id: 'safe', capacity: 2 }],
    doors: [
      { id: 'door-1', area: 'hall' },
      { id: 'door-2', area: 'safe', from: 'hall', fireRelease: false, mechanicalExit: true },
      { id: 'door-3', area: 'hall' },
    ],
    levels: [{ id: 'all', groups: ['all'] }],
    controllers: [{ id: 'ctl-1', doors, tableHours: 72 }],
  },
  linkage: {
    zones: [{ id: 'b1', sources: [{ confirmed: 'panel/b1-confirmed' }] }],
    actions: [],
  },
}

const folder = tempFolder()
const disk = join(folder.path, 'controller.json')
let g: TestGateway
let as: Record<Role, Api>
let enrolment: Enrolment
let c: DoorClient
/** By TLS, believing the certificate of this gateway only. */
async function connect() {
  const { body } = await as.admin.get('/api/v1/broker')
  const { address } = (body.listeners as unknown as { kind: string; address: string }[]).find(l => l.kind === 'tls')!
  const ca = (await as.admin.get('/api/v1/broker/certificate')).body.pem as unknown as string
  return startDoorClient({ url: address, ca, enrolment, doors, file: disk, answerMs: 2000 })
}
beforeAll(async () => {
  g = await startGateway({ site, data: folder.path })
  as = await g.people()
  enrolment = (await as.admin.post('/api/v1/door-controllers/ctl-1/enrol')).body as unknown as Enrolment
  c = await connect()
})
afterAll(async () => {
  await c.cut()
  await g.stop()
  folder.remove()
})

const waitFor = (look: Parameters<typeof until>[1]) => until(String(look), look)
const controllerView = async () => (await as.guard.get('/api/v1/door-controllers')).body.items[0]!
const synced = () =>
  waitFor(async () => (await controllerView()).behindSince === null && (await controllerView()).online)
const soon = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString()
async function pass(name: string, uid: string, kind = 'staff') {
  const person = (await as.desk.post('/api/v1/people', { name, kind })).body as unknown as { id: string }
  const body = { person: person.id, class: 'uid', number: uid, validTo: soon(8), levels: ['all'] }
  const made = (await as.desk.post('/api/v1/credentials', body)).body as unknown as { id: string; no: string }
  await as.manager.post(`/api/v1/credentials/${made.id}/approve`)
  return { ...made, person: person.id }
}
const show = (uid: string, door = 'door-1') => c.present(door, { kind: 'uid', value: uid })
const openAlarms = async () => (await as.guard.get('/api/v1/alarms')).body.items.map(a => `${a.rule} ${a.point}`)

let li: Awaited<ReturnType<typeof pass>>
let wang: Awaited<ReturnType<typeof pass>>
describe('while the gateway is there', () => {
  it('a card that is issued is in the table of the controller, which says so; it is asked for, not decided by it', async () => {
    li = await pass('李工', '04AAAAAA')
    wang = await pass('王工', '04BBBBBB')
    await synced()
    expect(c.controller.state().table!.rows.map(r => r.credential)).toEqual([li.id, wang.id])
    expect(await show('04AAAAAA')).toMatchObject({ outcome: 'granted', by: 'gateway' })
    expect(await show('04CCCCCC')).toMatchObject({ outcome: 'denied-unknown', by: 'gateway' })
    // Who goes in by it is known by its contact.
    c.controller.setOpen('door-1', true)
    await waitFor(async () => (await as.guard.get(`/api/v1/people/${li.person}`)).body.area === 'hall')
    c.controller.setOpen('door-1', false)
  })
  it('neither card numbers nor their hashes of the database are on the wire or on its disk', () => {
    const { table } = c.controller.state()
    expect(JSON.stringify(table)).not.toContain('04AAAAAA')
    expect(table!.rows[0]!.key).not.toBe(g.deps.accessKeys.lookup('uid', '04AAAAAA'))
  })
  it('a revocation is at the door within 2 s', async () => {
    const began = performance.now()
    await as.desk.post(`/api/v1/credentials/${wang.id}/revoke`, { reason: '离职' })
    await waitFor(() => c.controller.state().table!.rows.length === 1)
    expect(performance.now() - began).toBeLessThan(2000)
    expect(c.controller.alone('door-1', 'in', null).outcome).toBe('denied-format')
    expect(await show('04BBBBBB')).toMatchObject({ outcome: 'denied-revoked', by: 'gateway' })
  })
  it('the same message once more opens nothing and is an alarm', async () => {
    const twice = () => c.present('door-1', { kind: 'uid', value: '04AAAAAA' }, 'in', 'nonce-of-one-message')
    expect([(await twice()).outcome, (await twice()).outcome]).toEqual(['granted', 'denied-repeated'])
    await waitFor(async () => (await openAlarms()).includes('doors-access-repeated door-1/access-repeated'))
  })
  it('what has not reached a controller that is away is listed with its age', async () => {
    await c.cut()
    const zhao = await pass('赵工', '04DDDDDD')
    await as.desk.post(`/api/v1/credentials/${li.id}/suspend`, { reason: '停用' })
    const late = await controllerView()
    expect(late).toMatchObject({ behindSince: expect.any(String), notRevoked: [{ no: li.no, person: '李工' }] })
    c = await connect()
    await synced()
    expect(await controllerView()).toMatchObject({ notRevoked: [] })
    expect(c.controller.state().table!.rows.map(r => r.credential)).toEqual([zhao.id])
    await as.manager.post(`/api/v1/credentials/${li.id}/resume`, { reason: '恢复' })
    await synced()
  })
  it('what is not signed by the site for this controller changes nothing', async () => {
    const before = c.controller.state().table!.version
    const forged = JSON.stringify({ body: JSON.stringify({ type: 'release', order: 9e15, doors }), signature: 'AAAA' })
    const rights = { name: 'machine', publish: ['gatehouse/#'], subscribe: [] }
    const { password } = (await as.admin.post('/api/v1/broker-accounts', rights)).body as { password?: string }
    const how = { username: 'machine', password: password!, reconnectPeriod: 0 }
    const machine = await connectAsync(`mqtt://${g.mqtt}`, how)
    await machine.publishAsync(`${enrolment.topic}/down/release`, forged, { qos: 1 })
    await waitFor(() => g.deps.trail.after(0, 10_000).some(e => e.action === 'bad-signature'))
    // Nor may it speak as the controller, whatever its account allows: that one has an account of its own.
    const state = { type: 'state', doors: {}, clockSafe: false, fire: true }
    await machine.publishAsync(`${enrolment.topic}/up/state`, JSON.stringify(state)).catch(() => {})
    await waitFor(() => !machine.connected)
    expect((await controllerView()).clockSafe).toBe(true)
    await machine.endAsync()
    expect([c.controller.isReleased('door-1'), c.controller.state().table!.version]).toEqual([false, before])
  })
})

async function restart(withController: boolean): Promise<void> {
  if (withController) await c.cut()
  g = await startGateway({ data: folder.path })
  as = await g.people()
  if (!withController) await c.cut()
  c = await connect()
  await synced()
}
const decisions = async () =>
  (await as.guard.get('/api/v1/access-events?limit=200')).body.items
    .filter(e => e.rule === 'controller')
    .map(e => `${e.door} ${e.outcome} ${e.personName}`)
    .reverse()

describe('while the gateway is away', () => {
  it('the controller decides by itself within 300 ms, narrower than the gateway', async () => {
    await c.cut()
    c = await startDoorClient({ url: `mqtt://${g.mqtt}`, enrolment, doors, file: disk })
    await synced()
    await g.stop()
    const began = performance.now()
    const known = await show('04AAAAAA')
    expect([known, performance.now() - began < 300]).toEqual([{ outcome: 'granted', unlock: true, by: 'table' }, true])
    c.controller.setOpen('door-1', true)
    c.controller.setOpen('door-1', false)
    const tries: [string, string, string][] = [
      ['04BBBBBB', 'door-1', 'denied-unknown'],
      ['04CCCCCC', 'door-1', 'denied-unknown'],
      // Only two may be in there, and only the gateway counts.
      ['04AAAAAA', 'door-2', 'denied-offline'],
    ]
    for (const [uid, door, outcome] of tries)
      expect([uid, door, (await show(uid, door)).outcome]).toEqual([uid, door, outcome])
    expect((await c.present('door-2', { kind: 'uid', value: '0' }, 'out')).unlock).toBe(true)
  })
  it('so it does after a power cut of its own', async () => {
    await c.cut()
    c = await startDoorClient({ url: `mqtt://${g.mqtt}`, enrolment, doors, file: disk })
    expect(await show('04AAAAAA')).toMatchObject({ outcome: 'granted', by: 'table' })
  })
  it('each event is told once, in its order; one that went missing is shown as a gap until it is there', async () => {
    const kept = c.controller.state().events
    await restart(true)
    await waitFor(() => c.controller.state().events.length === 0)
    const told = [
      ...['door-1 granted 李工', 'door-1 denied-unknown null', 'door-1 denied-unknown null'],
      ...['door-2 denied-offline 李工', 'door-2 granted-egress null', 'door-1 granted 李工'],
    ]
    // The first is of a question without a card, from before.
    expect((await decisions()).slice(1)).toEqual(told)
    const { link } = g.deps.doorsLate
    const say = (word: string, body: object) =>
      sayAs(`${enrolment.topic}/up/${word}`, { epoch: c.controller.state().epoch, ...body })
    await say('events', { events: kept })
    const { seq } = c.controller.state()
    await say('events', { events: [{ seq: seq + 2, at: Date.now(), door: 'door-1', kind: 'closed' }] })
    await waitFor(() => link!.views()[0]!.events.missing === 2)
    await say('events', { events: [{ seq: seq + 1, at: Date.now(), door: 'door-1', kind: 'opened' }] })
    await waitFor(() => link!.views()[0]!.events.missing === 0)
    expect((await decisions()).slice(1)).toEqual(told)
    expect((await as.guard.get(`/api/v1/people/${li.person}`)).body.area).toBe('hall')
  })
})
/** As the controller itself. */
async function sayAs(topic: string, body: object): Promise<void> {
  const { account: username, password } = enrolment
  const wire = await connectAsync(`mqtt://${g.mqtt}`, { username, password, clientId: 'beside' })
  await wire.publishAsync(topic, JSON.stringify(body), { qos: 1 })
  await wire.endAsync()
}

describe('in a fire', () => {
  const release = async () => (await as.guard.get('/api/v1/fire-release')).body as unknown as Release
  interface Release {
    readonly since: string | null
    readonly doors: readonly { readonly id: string; readonly proof: string | null; readonly by: readonly string[] }[]
  }
  const proofs = async () => (await release()).doors.map(d => `${d.id} ${d.proof} ${d.by.join('+')}`)
  const lock = () => as.operator.post('/api/v1/commands', { point: 'door-1/lockdown', value: true, reason: '锁门' })

  it('every way out is released within a second of the confirmed fire, with its proof; nobody is outside because of it', async () => {
    feed(g, 'door-3/unlocked', false)
    const began = performance.now()
    feed(g, 'panel/b1-confirmed', true)
    await waitFor(() => c.controller.isReleased('door-1') && c.controller.isReleased('door-3'))
    expect(performance.now() - began).toBeLessThan(1000)
    expect(c.controller.isReleased('door-2')).toBe(false)
    await waitFor(async () => (await proofs())[0] === 'door-1 released controller')
    // The controller says that it has let go, its lock says that it has not.
    expect((await proofs())[2]).toBe('door-3 waiting ')
    feed(g, 'door-3/unlocked', true)
    expect(await proofs()).toEqual(['door-1 released controller', 'door-2 null ', 'door-3 released lock+controller'])
    await waitFor(async () => (await as.guard.get('/api/v1/doors')).body.unknown === 1)
    const muster = (await as.guard.get('/api/v1/muster')).body as unknown as {
      unknown: { name: string }[]
      people: number
    }
    expect([muster.unknown.map(p => p.name), muster.people]).toEqual([['李工'], 1])
  })
  it('whatever would lock is refused, by page, command and wire, and stands on the trail', async () => {
    expect((await lock()).body).toMatchObject({ phase: 'refused', why: 'fire-release' })
    const mode = await as.operator.post('/api/v1/doors/door-1/modes', { mode: 'lockout', reason: '锁门' })
    expect(mode.body.code).toBe('mode-fire')
    c.controller.receive({ type: 'lock', doors })
    expect(c.controller.unlocked('door-1')).toBe(true)
    await waitFor(() => c.controller.state().events.length === 0)
    const lines = g.deps.trail.after(0, 100_000).map(e => `${e.kind} ${e.action}`)
    for (const line of ['command refused', 'door mode-refused', 'door-controller lock-refused'])
      expect([line, lines.includes(line)]).toEqual([line, true])
  })
  it('it stands over a restart of the gateway and of the controller, and after the panel is normal', async () => {
    await g.stop()
    await c.cut()
    c = await startDoorClient({ url: `mqtt://${g.mqtt}`, enrolment, doors, file: disk })
    expect(c.controller.unlocked('door-1')).toBe(true)
    await restart(true)
    feed(g, 'panel/b1-confirmed', false)
    await waitFor(async () => (await as.guard.get('/api/v1/linkage')).body.zones !== undefined)
    expect([c.controller.isReleased('door-1'), (await release()).since === null]).toEqual([true, false])
    expect((await lock()).body).toMatchObject({ phase: 'refused', why: 'fire-release' })
  })
  it('it ends when a person says so, and only then', async () => {
    const confirm = () => as.operator.post('/api/v1/linkage/b1/confirm', { cause: 'drill' })
    await waitFor(async () => (await confirm()).status === 200)
    await waitFor(() => !c.controller.isReleased('door-1') && !c.controller.isReleased('door-3'))
    expect((await release()).since).toBe(null)
  })
  it("the controller's own wire opens without anybody, and holds until a person ends it there, too", async () => {
    c.controller.setFire(true)
    expect(c.controller.unlocked('door-3')).toBe(true)
    await waitFor(async () => {
      const { items } = (await as.guard.get('/api/v1/doors')).body as unknown as { items: { mode: { mode: string } }[] }
      return items[0]!.mode.mode === 'fire-release'
    })
    c.controller.setFire(false)
    expect(c.controller.unlocked('door-3')).toBe(true)
    const asked = { doors: ['door-1', 'door-3'], reason: '演练结束' }
    expect((await as.guard.post('/api/v1/fire-release/rearm', asked)).status).toBe(403)
    expect((await as.operator.post('/api/v1/fire-release/rearm', asked)).status).toBe(200)
    await waitFor(() => !c.controller.unlocked('door-3'))
  })
})
