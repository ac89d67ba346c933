import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DoorClient, type Enrolment, startDoorClient } from '../../firmware-sim/door-link/client.ts'
import { createReaders, type DoorReaders } from '../../firmware-sim/door-link/readers.ts'
import { createScanner, encode, REPLY } from '../../firmware-sim/osdp/frame.ts'
import { createReader, type OsdpReader } from '../../firmware-sim/osdp/reader.ts'
import { cardBytes } from '../../firmware-sim/osdp/words.ts'
import { wiegandBits } from '../../rules/access/wiegand.ts'
import type { Role } from '../../rules/flow.ts'
import { CAPABILITIES, ID, KEY } from '../firmware-sim/osdpworld.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** A card at an OSDP reader, over its line, its controller, MQTT and the gateway, to the lock. The line's time is made. */
const both = (text: string) => ({ 'zh-CN': text, en: text })
const doors = ['door-1', 'door-2']
const lock = { key: 'bolted', table: 'discrete', address: 0, type: 'bool', scanMs: 3_600_000 }
const site = {
  ...quietSite,
  equipment: [
    ...quietSite.equipment,
    ...doors.map((id, i) => ({
      id,
      kind: 'door',
      name: both(id),
      space: 'b1',
      channel: 'bus',
      unit: 11 + i,
      points: [lock],
    })),
  ],
  doorGroups: [{ id: 'all', name: both('all'), doors }],
  access: {
    areas: [{ id: 'hall' }],
    doors: [
      { id: 'door-1', area: 'hall' },
      { id: 'door-2', area: 'hall', class: 'low' },
    ],
    levels: [{ id: 'all', groups: ['all'] }],
    controllers: [{ id: 'ctl-1', doors, tableHours: 72 }],
  },
}
const CARD = wiegandBits('w26', 42, 4711)!

let g: TestGateway
let as: Record<Role, Api>
let c: DoorClient | null = null
let line: DoorReaders
let now = 0
/** What the panel's bytes become on their way back; for whoever sits there. */
let between = (bytes: Buffer) => bytes
const at: Record<'r-1' | 'r-2', OsdpReader> = {} as never
const toReaders: Buffer[] = []
const toPanel: Buffer[] = []
const wire = (bytes: Buffer) => void toPanel.push(between(bytes))
const make = (address: number, more: object = {}) =>
  createReader({ address, id: ID, capabilities: CAPABILITIES, key: KEY, send: wire, now: () => now, ...more })
function pass(ms: number): void {
  for (const end = now + ms; now < end; now += 10) {
    line.tick()
    for (const bytes of toReaders.splice(0)) for (const one of Object.values(at)) one.receive(bytes)
    for (const bytes of toPanel.splice(0)) line.receive(bytes)
  }
}
const waitFor = (look: Parameters<typeof until>[1]) => until(String(look), look)
/** Time goes on at the line until it is so. */
const whenPassing = (look: () => Promise<boolean> | boolean) =>
  waitFor(async () => {
    pass(1000)
    return look()
  })
interface View {
  readonly online: boolean
  readonly readers: readonly { readonly id: string; readonly security: string; readonly refused: string | null }[]
}
const controller = async () => (await as.guard.get('/api/v1/door-controllers')).body.items[0] as unknown as View
const shown = async () => (await controller()).readers.map(r => `${r.id} ${r.security} ${r.refused ?? ''}`.trim())
const openAlarms = async () =>
  (await as.guard.get('/api/v1/alarms')).body.items
    .filter(a => a.active)
    .map(a => `${a.rule} ${String(a.point).split('/')[0]}`)

beforeAll(async () => {
  g = await startGateway({ site })
  as = await g.people()
  const enrolment = (await as.admin.post('/api/v1/door-controllers/ctl-1/enrol')).body as unknown as Enrolment
  const person = (await as.desk.post('/api/v1/people', { name: '李工', kind: 'staff' })).body as unknown as {
    id: string
  }
  const validTo = new Date(Date.now() + 3_600_000).toISOString()
  const card = { person: person.id, class: 'w26', facility: 42, number: '4711', validTo, levels: ['all'] }
  const made = (await as.desk.post('/api/v1/credentials', card)).body as unknown as { id: string }
  await as.manager.post(`/api/v1/credentials/${made.id}/approve`)
  // Of a controller that was not heard nothing is known.
  expect(await shown()).toEqual([])
  let disk: string | null = JSON.stringify({ 'r-1': { key: KEY.toString('hex'), next: null, pinned: null } })
  line = createReaders({
    readers: [
      { id: 'r-1', door: 'door-1', direction: 'in', address: 1 },
      { id: 'r-2', door: 'door-2', direction: 'in', address: 2, speaks: 'clear' },
    ],
    ...{ send: bytes => toReaders.push(bytes), now: () => now, client: () => c },
    disk: { read: () => disk, write: text => (disk = text) },
  })
  at['r-1'] = make(1)
  at['r-2'] = make(2, { key: null, clear: true, id: { ...ID, serial: 9 } })
  c = await startDoorClient({
    url: `mqtt://${g.mqtt}`,
    enrolment,
    doors,
    file: null,
    answerMs: 5000,
    readers: line.look,
    readerOrder: line.order,
  })
  await waitFor(() => c!.controller.state().table?.rows.length === 1)
})
afterAll(async () => {
  await c?.cut()
  await g.stop()
})

it('each reader is shown as its controller has said it; only at a door of class low one is in clear text', async () => {
  await whenPassing(async () => (await shown()).join() === 'r-1 secure,r-2 clear')
  expect(await openAlarms()).toEqual([])
})
it('a card at it opens the door; its lamp says so; another card opens nothing', async () => {
  at['r-1'].card(wiegandBits('w26', 42, 4712)!)
  await whenPassing(() => at['r-1'].shown.length === 2)
  expect(c!.controller.unlocked('door-1')).toBe(false)
  at['r-1'].card(CARD)
  await whenPassing(() => at['r-1'].shown.length === 4)
  expect(c!.controller.unlocked('door-1')).toBe(true)
  // Red, and green.
  expect(at['r-1'].shown.filter(one => one.data.length === 14).map(one => one.data[5])).toEqual([1, 2])
  const { items } = (await as.guard.get('/api/v1/access-events?limit=10')).body
  expect(items.map(e => `${e.door} ${e.outcome} ${e.personName}`)).toEqual([
    'door-1 granted 李工',
    'door-1 denied-unknown null',
  ])
})
it('a card that is put in in clear text opens nothing: it is an alarm and stands on the trail', async () => {
  between = bytes => {
    const frame = createScanner().take(bytes)[0]!
    const { address, sequence } = frame
    if (address !== 1) return bytes
    const forged = encode({ address, reply: true, sequence, crc: true, block: null }, REPLY.raw, cardBytes(CARD))
    return Buffer.concat([forged, bytes])
  }
  const before = (await as.guard.get('/api/v1/access-events?limit=10')).body.items.length
  pass(1000)
  between = bytes => bytes
  await waitFor(async () => (await openAlarms()).includes('doors-access-downgrade door-1'))
  expect((await as.guard.get('/api/v1/access-events?limit=10')).body.items.length).toBe(before)
  await waitFor(() => c!.controller.state().events.length === 0)
  const trail = g.deps.trail.after(0, 10_000).filter(e => e.action === 'reader-downgrade')
  expect(trail).toHaveLength(1)
  expect(await shown()).toContain('r-1 secure')
})
it('an engineer opens install mode for some minutes, changes the key, takes what has changed: with a reason, once, and shown as it comes', async () => {
  const ask = (move: string, body: object = { reason: '换新' }, reader = 'r-1', by: Role = 'engineer') =>
    as[by].post(`/api/v1/door-controllers/ctl-1/readers/${reader}/${move}`, body)
  const r1 = async () => (await controller()).readers.find(r => r.id === 'r-1') as unknown as Record<string, unknown>
  const refused = async (...asked: Parameters<typeof ask>) => {
    const answer = await ask(...asked)
    return `${answer.status} ${answer.body.code ?? ''}`
  }
  // The clear text of before was counted, and not taken.
  await whenPassing(async () => (await r1()).clearText === line.look('door-1')[0]!.clearText)
  expect(await r1()).toMatchObject({ address: 1, tamper: false, installUntil: null, keyAt: null })
  expect((await r1()).clearText).toBeGreaterThan(0)
  expect(Date.parse((await r1()).since as string)).toBeLessThanOrEqual(Date.now())
  expect([
    await refused('rotate', { reason: '换新' }, 'r-1', 'guard'),
    await refused('rotate', {}),
    await refused('rotate', { reason: '换新' }, 'r-2'),
    await refused('accept'),
    await refused('install', { reason: '换新', minutes: 31 }),
    await refused('install', { reason: '换新' }, 'r-9'),
  ]).toEqual([
    '403 not-allowed',
    '400 invalid-input',
    '409 reader-not-secure',
    '409 reader-as-known',
    '400 invalid-input',
    '404 not-found',
  ])

  expect((await ask('rotate')).body.readers).toMatchObject([{ asked: { what: 'rotate' } }, { asked: null }])
  await whenPassing(async () => (await r1()).keyAt !== null && (await r1()).asked === null)
  const second = at['r-1'].key()!
  expect(second.equals(KEY)).toBe(false)
  await whenPassing(async () => (await r1()).security === 'secure')

  // A new one, out of its box.
  at['r-1'] = make(1, { key: null, install: true })
  await whenPassing(async () => (await r1()).refused === 'no-secure')
  const had = (await r1()).keyAt
  expect((await ask('install', { reason: '换新', minutes: 5 })).status).toBe(200)
  await whenPassing(async () => (await r1()).keyAt !== had && (await r1()).security === 'secure')
  expect(at['r-1'].key()!.equals(second)).toBe(false)

  // This one has a key and is not to be set up: the mode closes by itself, and it is as it was.
  expect((await ask('install', { reason: '试', minutes: 5 })).status).toBe(200)
  await whenPassing(async () => (await r1()).installUntil !== null)
  expect(await refused('install')).toBe('409 reader-installing')
  now += 5 * 60_000
  await whenPassing(async () => (await r1()).installUntil === null && (await r1()).security === 'secure')
  // An order that somebody has recorded is none.
  c!.controller.receive({ type: 'reader', order: 1, reader: 'r-1', do: 'install', seconds: 60 })
  pass(1000)
  expect(line.look('door-1')[0]!.installS).toBeNull()

  at['r-1'] = make(1, { key: at['r-1'].key(), capabilities: CAPABILITIES.slice(1) })
  await whenPassing(async () => (await r1()).changed === true)
  expect((await ask('accept')).status).toBe(200)
  await whenPassing(async () => (await r1()).changed === false && (await r1()).asked === null)
  const trail = g.deps.trail.after(0, 10_000).filter(e => /^reader-.*-asked$/.test(e.action))
  expect(trail.map(e => `${e.actor} ${e.id} ${e.action} ${e.data.reason} ${e.data.minutes ?? ''}`.trim())).toEqual([
    'engineer door-1 reader-rotate-asked 换新',
    'engineer door-1 reader-install-asked 换新 5',
    'engineer door-1 reader-install-asked 试 5',
    'engineer door-1 reader-accept-asked 换新',
  ])
})
it('another reader in its place, an opened case, other capabilities, install mode: each is its alarm', async () => {
  at['r-2'].setLocal(true, false)
  await whenPassing(async () => (await openAlarms()).includes('doors-access-tamper door-2'))
  at['r-2'] = make(2, { key: null, clear: true, id: { ...ID, serial: 9 }, capabilities: CAPABILITIES.slice(1) })
  await whenPassing(async () => (await openAlarms()).includes('doors-access-capability door-2'))
  at['r-1'] = make(1, { key: Buffer.alloc(16, 3), id: { ...ID, serial: 77 } })
  await whenPassing(async () => (await shown()).includes('r-1 offline swapped'))
  await waitFor(async () => (await openAlarms()).includes('doors-access-reader door-1'))
  line.link('r-1')!.install(now)
  // Nobody has switched it to install mode; the minutes go by at the line.
  now += 31 * 60_000
  await whenPassing(async () => (await openAlarms()).includes('doors-access-install door-1'))
})
