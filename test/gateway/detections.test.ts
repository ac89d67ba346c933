import { afterEach, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import type { DetectionView } from '../../gateway/http/contract.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { until } from '../support/wait.ts'

let server: ModbusServer
let g: TestGateway
let people: Record<Role, Api>
afterEach(async () => {
  await g.stop()
  await server.stop()
})

/** Five pumps on one RTU line, of which the site knows unit 1; every request is counted by its unit. */
async function begin(units = [1, 3, 17]) {
  const pump = createPump(Date.now)
  server = await startModbus({ framing: 'rtu', units: new Map(units.map(u => [u, pump])) })
  const site = pumpSite(server.port)
  g = await startGateway({
    site: {
      ...site,
      channels: [{ id: 'bus', protocol: 'modbus-rtu-over-tcp', host: '127.0.0.1', port: server.port, timeoutMs: 300 }],
    },
  })
  people = await g.people()
  await polled()
}
const sample = (id: string) => g.deps.plant()!.latest.get(`p/${id}`)!
async function polled() {
  const now = g.deps.clock.now()
  await until('the pump is polled', () => sample('level').quality === 'good' && sample('level').seen > now)
}
const look = async (id: unknown) =>
  (await people.engineer.get(`/api/v1/detections/${id}`)).body as unknown as DetectionView
const over = (id: unknown) =>
  until('its end', async () => {
    const d = await look(id)
    return d.state === 'running' ? null : d
  })

it('a configured line is searched while it is not polled; then polling goes on by itself', async () => {
  await begin()
  const { status, body } = await people.engineer.post('/api/v1/detections', {
    channel: 'bus',
    from: 1,
    to: 20,
    timeoutMs: 50,
  })
  expect([status, body.state, body.paused, body.total]).toEqual([201, 'running', ['bus'], 20])
  await until('it is under way', async () => (await look(body.id)).tried > 4)
  const seen = sample('level').seen
  // What nobody asks for is not said to be offline; it grows old by itself, and commands are refused.
  const refused = await people.operator.post('/api/v1/commands', { point: 'p/setpoint', value: 5, reason: 'test' })
  expect(refused.body).toMatchObject({ phase: 'refused', why: 'offline' })
  expect((await people.engineer.post('/api/v1/detections', { channel: 'bus' })).body.code).toBe('detection-busy')
  const d = await look(body.id)
  expect(d.state === 'running' ? sample('level').seen : seen).toBe(seen)
  const done = await over(body.id)
  expect(done).toMatchObject({ state: 'finished', tried: 20, everyUnit: false })
  expect(done.found.map(f => [f.unit, f.equipment])).toEqual([
    [1, 'p'],
    [3, null],
    [17, null],
  ])
  await polled()
  expect(g.deps.plant()!.latest.get('p/online')?.value).toBe(true)
  expect(g.deps.alarms.open()).toEqual([])
  expect(g.deps.trail.of('detection', String(body.id)).map(e => [e.action, e.actor])).toEqual([
    ['started', 'engineer'],
    ['finished', 'engineer'],
  ])
})

it('cancelled, or cut off by another site: polling goes on as well', async () => {
  await begin()
  const first = await people.engineer.post('/api/v1/detections', { channel: 'bus', timeoutMs: 100 })
  await until('it is under way', async () => (await look(first.body.id)).tried > 2)
  const cancelled = await people.engineer.post(`/api/v1/detections/${first.body.id}/cancel`)
  expect(cancelled.body.state).toBe('cancelled')
  await polled()
  const second = await people.engineer.post('/api/v1/detections', { channel: 'bus', timeoutMs: 100 })
  const { text, hash } = g.deps.site.view()
  expect((await people.admin.put('/api/v1/site', { text: `${text}\n`, hash })).status).toBe(200)
  expect((await look(second.body.id)).state).toBe('cancelled')
  await polled()
})

it('a typed address on a line that is polled pauses it too; one where nobody listens has failed, not found nothing', async () => {
  await begin()
  const typed = { protocol: 'modbus-rtu-over-tcp', host: '127.0.0.1', port: server.port, from: 1, to: 3, timeoutMs: 50 }
  const { body } = await people.engineer.post('/api/v1/detections', typed)
  expect(body.paused).toEqual(['bus'])
  expect((await over(body.id)).found.map(f => f.unit)).toEqual([1, 3])
  const away = await people.engineer.post('/api/v1/detections', { ...typed, port: 1 })
  expect(away.body.paused).toEqual([])
  expect(await over(away.body.id)).toMatchObject({ state: 'failed', found: [] })
  await polled()
  const wrong: [object, number][] = [
    [{ channel: 'nowhere' }, 404],
    [{ ...typed, to: 300 }, 400],
    [{ ...typed, from: 9, to: 3 }, 400],
    [{ protocol: 'modbus-rtu', path: '/etc/passwd' }, 400],
    [{ protocol: 'modbus-tcp' }, 400],
  ]
  for (const [ask, status] of wrong)
    expect([ask, (await people.engineer.post('/api/v1/detections', ask)).status]).toEqual([ask, status])
})

it('a device that answers to every number is said to be one', async () => {
  await begin(Array.from({ length: 30 }, (_, i) => i + 1))
  const { body } = await people.engineer.post('/api/v1/detections', { channel: 'bus', from: 1, to: 25, timeoutMs: 50 })
  expect((await over(body.id)).everyUnit).toBe(true)
})
