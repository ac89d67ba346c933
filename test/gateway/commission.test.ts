import { afterAll, beforeAll, expect, it } from 'vitest'
import { mapped } from '../../firmware-sim/maps/table.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { roles } from '../../rules/flow.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { head } from '../support/sites.ts'

const device = mapped(
  'pump',
  'pressure 3 100 f32w 1 4.0683\nhours 3 105 u16 1 12846\nrunning 1 7 bit 1 1\nx 1 8 bit 1 0\ny 1 9 bit 1 1',
)
let sim: ModbusServer
let gateway: TestGateway
beforeAll(async () => {
  sim = await startModbus({ framing: 'tcp', units: new Map([[7, device.device('refuse')]]) })
  gateway = await startGateway({
    site: {
      ...head,
      channels: [
        { id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: sim.port, timeoutMs: 1000 },
        { id: 'dead', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1, timeoutMs: 200 },
        { id: 'ua', protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:1' },
      ],
      equipment: [],
    },
  })
})
afterAll(async () => {
  await gateway.stop()
  await sim.stop()
})

it('shows the registers as they come', async () => {
  const api = await gateway.admin()
  const look = async (body: object, channel = 'bus') => (await api.post(`/api/v1/channels/${channel}/peek`, body)).body
  expect(await look({ unit: 7, table: 'holding', address: 100, count: 2 })).toMatchObject({
    words: [0x2f83, 0x4082],
    reason: null,
    exception: null,
  })
  expect((await look({ unit: 7, table: 'coil', address: 7, count: 3 })).words).toEqual([1, 0, 1])
  expect(await look({ unit: 7, table: 'holding', address: 100, count: 8 })).toMatchObject({
    words: null,
    reason: 'refused',
    exception: 2,
  })
  expect(await look({ unit: 7, table: 'input', address: 0, count: 1 }, 'dead')).toMatchObject({
    words: null,
    reason: 'offline',
  })
})

it('finds the reading by the number on the display', async () => {
  const api = await gateway.admin()
  const { body } = await api.post('/api/v1/byte-order', { words: [0x2f83, 0x4082], shown: '4.068' })
  expect(body.items[0]).toMatchObject({ offset: 0, type: 'float32', order: 'CDAB', scale: 1 })
  expect(body.total).toBe(body.items.length)
})

it('says what is wrong with a question', async () => {
  const api = await gateway.admin()
  const place = { unit: 7, table: 'holding', address: 0, count: 1 }
  const asked: [string, object, number, string][] = [
    ['channels/none/peek', place, 404, 'not-found'],
    ['channels/ua/peek', place, 422, 'no-registers'],
    ['channels/bus/peek', { ...place, address: 65_535, count: 2 }, 422, 'past-last-register'],
    ['channels/bus/peek', { ...place, count: 126 }, 400, 'invalid-input'],
    ['channels/bus/peek', { ...place, table: 'holdings' }, 400, 'invalid-input'],
    ['byte-order', { words: [1], shown: '0.0' }, 422, 'zero-proves-nothing'],
    ['byte-order', { words: [1], shown: 'x' }, 400, 'invalid-input'],
    ['byte-order', { words: [], shown: '1' }, 400, 'invalid-input'],
  ]
  for (const [path, body, status, code] of asked) {
    const answer = await api.post(`/api/v1/${path}`, body)
    expect([path, answer.status, answer.body.code]).toEqual([path, status, code])
  }
})

it('is for who may write the site; the list of profiles for all who see the plant', async () => {
  const people = await gateway.people()
  const before = sim.requests()
  for (const role of roles) {
    const may = role === 'admin'
    const body = { unit: 7, table: 'holding', address: 105, count: 1 }
    expect([role, (await people[role].post('/api/v1/channels/bus/peek', body)).status]).toEqual([role, may ? 200 : 403])
    expect([role, (await people[role].post('/api/v1/byte-order', { words: [1], shown: '1' })).status]).toEqual([
      role,
      may ? 200 : 403,
    ])
    // A screen on the wall sees what stands there, and no lists of models.
    expect([role, (await people[role].get('/api/v1/profiles')).status]).toEqual([role, role === 'display' ? 403 : 200])
  }
  expect(sim.requests()).toBe(before + 1)
})
