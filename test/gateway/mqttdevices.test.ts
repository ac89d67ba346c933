import { afterAll, beforeAll, expect, it } from 'vitest'
import { type MqttDevices, startMqttDevices } from '../../firmware-sim/mqtt.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { both, head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const account = { name: 'gatehouse', password: 'kept in secrets' }
const state = { water_leak: false }
let there = true
let broker: MqttDevices
let gateway: TestGateway
let admin: Api

beforeAll(async () => {
  const messages = [
    { topic: 'zigbee/leak-1', everyS: 5, payload: () => ({ ...state }) },
    {
      topic: 'zigbee/leak-1/availability',
      everyS: 5,
      retain: true,
      payload: () => ({ state: there ? 'online' : 'offline' }),
    },
  ]
  broker = await startMqttDevices({ messages }, { account })
  broker.onMessage((topic, payload) => {
    if (topic === 'valve/set') void broker.say('valve/state', payload)
  })
  const device = (id: string, points: object[]) => ({ id, kind: 'sensor', space: 'b1', channel: 'radio', points })
  gateway = await startGateway({
    site: {
      ...head,
      channels: [{ id: 'radio', protocol: 'mqtt', url: `mqtt://127.0.0.1:${broker.port}`, username: account.name }],
      equipment: [
        device('leak-1', [
          {
            key: 'leak',
            kind: 'boolean',
            topic: 'zigbee/{equipment}',
            path: '/water_leak',
            availability: 'zigbee/{equipment}/availability',
            expectS: 60,
          },
        ]),
        device('valve-1', [
          {
            key: 'open',
            topic: 'valve/state',
            map: { OPEN: true, CLOSE: false },
            expectS: 3600,
            writable: true,
            set: { topic: 'valve/set' },
            command: { roles: ['admin'], confirmWithinS: 5 },
          },
        ]),
      ],
      rules: [
        {
          id: 'water',
          points: ['leak-*/leak'],
          when: { equals: true },
          severity: 'high',
          text: both('water'),
          order: { class: 'urgent' },
        },
      ],
    },
  })
  admin = await gateway.admin()
}, 120_000)
afterAll(async () => {
  await gateway?.stop()
  await broker?.stop()
})

const sampleOf = async (point: string) =>
  (await admin.get(`/api/v1/points/${point}`)).body.sample as unknown as Record<string, unknown>

it('a sensor on the air: sign-in by the secret, a leak is an order, a device that is away is offline, a valve obeys', {
  timeout: 120_000,
}, async () => {
  await until('the refusal', async () => (await sampleOf('leak-1/leak')).reason === 'refused', 15_000)
  const channel = (await admin.get('/api/v1/channels')).body.items[0] as unknown as Record<string, unknown>
  expect(channel.offers).toEqual(['password'])
  expect(channel.connection).toMatchObject({ state: 'down', trouble: 'sign-in-refused' })
  expect((await admin.put('/api/v1/channels/radio/secret', { password: account.password })).status).toBe(204)
  await until('a value', async () => (await sampleOf('leak-1/leak')).value === false, 15_000)
  expect(await sampleOf('leak-1/online')).toMatchObject({ value: true, quality: 'good' })

  state.water_leak = true
  await until('an order', async () => (await admin.get('/api/v1/workorders')).body.items.length === 1, 15_000)

  there = false
  await until('away', async () => (await sampleOf('leak-1/online')).value === false, 15_000)
  expect(await sampleOf('leak-1/leak')).toMatchObject({ value: null, reason: 'offline' })

  await broker.say('valve/state', 'OPEN')
  await until('the valve', async () => (await sampleOf('valve-1/open')).value === true, 15_000)
  const asked = await admin.post('/api/v1/commands', { point: 'valve-1/open', value: false, reason: 'leak' })
  expect([asked.status, asked.text.slice(0, 200)]).toMatchObject([201, expect.any(String)])
  await until(
    'the confirmation',
    async () => (await admin.get(`/api/v1/commands/${asked.body.id as unknown as string}`)).body.phase === 'confirmed',
    10_000,
  )
  expect(await sampleOf('valve-1/open')).toMatchObject({ value: false, quality: 'good' })
})
