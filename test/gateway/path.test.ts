import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump, type PumpSet } from '../../firmware-sim/pump.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { both, head } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

/** The whole path in one process: a simulated pump set on real Modbus TCP, the real gateway, people over HTTP. */
const point = (key: string, table: string, address: number, type: string) => ({
  key,
  table,
  address,
  type,
  scanMs: 200,
})
const siteAt = (port: number) => ({
  ...head,
  channels: [{ id: 'pumps', protocol: 'modbus-tcp', host: '127.0.0.1', port, timeoutMs: 1000 }],
  equipment: [
    {
      id: 'booster-b1',
      kind: 'pump',
      name: both('booster'),
      space: 'b1',
      channel: 'pumps',
      points: [
        point('pump1-tripped', 'discrete', 2, 'bool'),
        point('pump2-tripped', 'discrete', 3, 'bool'),
        { ...point('pressure', 'input', 0, 'uint16'), scale: 0.01, unit: 'bar', range: [0, 16] },
      ],
    },
  ],
  rules: [
    {
      id: 'pump-tripped',
      points: ['booster-*/pump*-tripped'],
      when: { equals: true },
      severity: 'high',
      text: both('tripped'),
      order: { class: 'urgent' },
    },
  ],
})

const folder = tempFolder()
let pump: PumpSet
let line: ModbusServer
let g: TestGateway
let people: Record<Role, Api>
const go = async () => {
  g = await startGateway({ data: folder.path, site: siteAt(line.port) })
  people = await g.people()
}
beforeAll(async () => {
  pump = createPump(Date.now)
  line = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
  await go()
})
afterAll(async () => {
  await g.stop()
  await line.stop()
  folder.remove()
})

const list = async (what: string) => (await people.admin.get(`/api/v1/${what}`)).body.items
const value = async (key: string) =>
  (await people.viewer.get(`/api/v1/points/booster-b1/${key}`)).body.sample as Record<string, unknown>
const id = 'pump-tripped:booster-b1:pump1-tripped'
const alarm = async () => (await people.viewer.get(`/api/v1/alarms/${id}`)).body
const trail = async () =>
  (await people.admin.get('/api/v1/trail?limit=1000')).body.items
    // That the pump stands still is noted each 5 s, whatever is done here.
    .filter(e => e.kind === 'alarm' || (e.kind === 'workorder' && !String(e.action).startsWith('downtime')))
    .map(e => `${e.action} ${e.actor}`)
    .reverse()

describe('from a register to a person', () => {
  it('values come, good, with their unit', async () => {
    await until('a value', async () => (await value('pressure')).quality === 'good')
    expect(await value('pressure')).toMatchObject({ value: expect.any(Number), quality: 'good', reason: null })
    expect(await value('online')).toMatchObject({ value: true, quality: 'good' })
    expect(await list('alarms')).toEqual([])
  })

  it('a pump trips: an alarm, and an order with its deadlines', async () => {
    pump.trip(1, 7)
    await until('the alarm', async () => (await list('alarms')).length > 0)
    expect(await alarm()).toMatchObject({ id, state: 'UNACK', value: true, count: 1, severity: 'high' })
    const [order] = await list('workorders')
    expect(order).toMatchObject({
      alarm: id,
      phase: 'new',
      class: 'urgent',
      equipment: 'booster-b1',
      alarmActive: true,
    })
    const ms = (key: string) => Date.parse(order![key] as string)
    expect([ms('arriveBy') - ms('openedAt'), ms('restoreBy') - ms('openedAt')]).toEqual([900_000, 21_600_000])
  })

  it('a restart in between neither forgets nor repeats', async () => {
    await people.operator.post(`/api/v1/alarms/${id}/acknowledge`)
    const [before] = await list('workorders')
    await g.stop()
    await go()
    expect(await alarm()).toMatchObject({ state: 'ACKED', ackedBy: 'operator', count: 1 })
    await until('a value', async () => (await value('pump1-tripped')).quality === 'good')
    await pause(500)
    expect(await alarm()).toMatchObject({ state: 'ACKED', count: 1, frozen: null })
    expect((await list('workorders')).map(o => [o.id, o.occurrences])).toEqual([[before!.id, 1]])
    expect(await trail()).toEqual(['raised gateway', 'opened gateway', 'acknowledged operator'])
  })

  it('accept, arrive, fix; the point is normal; cleared; closed by somebody else', async () => {
    const [order] = await list('workorders')
    const move = (who: Role, action: string, body: object = {}) =>
      people[who].post(`/api/v1/workorders/${order!.id}/${action}`, body)
    for (const [action, from] of [
      ['accept', 'new'],
      ['arrive', 'accepted'],
      ['fix', 'arrived'],
    ] as const)
      expect([action, (await move('engineer', action, { from })).status]).toEqual([action, 200])
    expect((await move('operator', 'close')).body.code).toBe('needs-reason')
    expect((await move('engineer', 'accept', { from: 'new' })).body.code).toBe('somebody-was-faster')
    pump.reset(1)
    await until('it cleared', async () => (await alarm()).state === 'NORM')
    expect((await move('engineer', 'close')).body.code).toBe('not-your-role')
    expect((await move('operator', 'close')).body).toMatchObject({
      phase: 'closed',
      assignee: 'engineer',
      alarmActive: false,
    })
    expect([await list('alarms'), await list('workorders')]).toEqual([[], []])
    expect((await trail()).slice(3)).toEqual([
      'accept engineer',
      'arrive engineer',
      'fix engineer',
      'cleared gateway',
      'close operator',
    ])
    expect(g.deps.trail.verify()).toBeNull()
  })

  it('trips again soon after it was closed: the same alarm for the second time, and its order goes back to work', async () => {
    pump.trip(1, 3)
    await until('the alarm', async () => (await alarm()).count === 2)
    expect(await alarm()).toMatchObject({ state: 'UNACK', ackedBy: null })
    expect(await list('workorders')).toMatchObject([{ phase: 'accepted', occurrences: 2, reopened: 1 }])
  })
})

describe('a device that falls silent', () => {
  it('its points are bad within three seconds, and nothing is cleared by that', async () => {
    line.setFault(1, { kind: 'mute' })
    pump.reset(1)
    await until('it is bad', async () => (await value('pressure')).quality !== 'good', 3500)
    expect(await value('pressure')).toMatchObject({ value: null, quality: 'bad' })
    expect((await alarm()).active).toBe(true)
    await until('frozen is shown', async () => (await alarm()).frozen !== null)
  })
  it('is one alarm of low priority, not one for each of its points', async () => {
    const offline = await until(
      'the offline alarm',
      async () => (await list('alarms')).find(a => a.rule === 'offline'),
      20_000,
    )
    expect(offline).toMatchObject({ point: 'booster-b1/online', severity: 'low', value: false, workorder: null })
    expect((await list('alarms')).map(a => a.rule).sort()).toEqual(['offline', 'pump-tripped'])
    const [channel] = await list('channels')
    expect(channel).toMatchObject({ equipment: [{ id: 'booster-b1', online: false, retryAt: expect.any(String) }] })
  }, 120_000)
  it('answers again: values are good, what it did meanwhile is seen', async () => {
    line.setFault(1, null)
    await until('it is good', async () => (await value('pressure')).quality === 'good', 25_000)
    await until('the trip is gone', async () => (await alarm()).active === false)
    expect(await alarm()).toMatchObject({ state: 'RTNUN', frozen: null })
  }, 120_000)
})
