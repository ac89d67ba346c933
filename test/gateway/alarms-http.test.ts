import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmView, TrailView } from '../../gateway/http/contract.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const TRIP = 'tripped:pump-1:tripped'
const site = {
  ...quietSite,
  rules: [
    { ...quietSite.rules[0], latched: true, runbook: 'pump-trip' },
    { ...quietSite.rules[1], id: 'burst', severity: 'life' },
  ],
}

let g: TestGateway
let admin: Api
beforeEach(async () => {
  g = await startGateway({ site })
  admin = await g.admin()
})
afterEach(() => g.stop())

const look = async (id = TRIP) => (await admin.get(`/api/v1/alarms/${id}`)).body as unknown as AlarmView
const act = async (move: string, body: object = {}, id = TRIP, who: Api = admin) => {
  const { status, body: answer } = await who.post(`/api/v1/alarms/${id}/${move}`, body)
  return status === 200 ? (answer as unknown as AlarmView).state : `${status} ${String(answer.code)}`
}
const trail = async () =>
  ((await admin.get('/api/v1/trail?limit=1000')).body.items as unknown as TrailView[])
    // That the pump stands still is noted each 5 s, whatever is done here.
    .filter(e => e.kind === 'alarm' || (e.kind === 'workorder' && !e.action.startsWith('downtime')))
    .reverse()
    .map(e => `${e.actor} ${e.action}`)

describe('what people do to an alarm', () => {
  it('a latched one, from the trip to the reset', async () => {
    feed(g, 'pump-1/tripped', true)
    expect(await act('reset')).toBe('409 alarm-not-so')
    feed(g, 'pump-1/tripped', false)
    expect((await look()).state).toBe('LATCH_UNACK')
    expect(await act('acknowledge')).toBe('LATCH_ACK')
    expect((await admin.get('/api/v1/alarms')).body.items.map(a => a.state)).toContain('LATCH_ACK')
    expect(await act('reset')).toBe('NORM')
    expect(await act('reset')).toBe('409 alarm-not-so')
    expect((await look()).runbook).toBe('pump-trip')
    expect(await trail()).toEqual([
      'gateway raised',
      'gateway opened',
      'gateway cleared',
      'admin acknowledged',
      'admin reset',
    ])
  })

  it('shelved: with a reason and an end, listed all the while, also when nothing is there', async () => {
    expect(await act('shelve', { minutes: 30, reason: 'seal on order' })).toBe('SHLVD')
    const { shelved, active } = await look()
    expect([shelved!.by, shelved!.reason, active]).toEqual(['admin', 'seal on order', false])
    // Its end is counted from the asking, its beginning from the storing.
    expect(Math.abs(Date.parse(shelved!.until) - Date.parse(shelved!.at) - 1_800_000)).toBeLessThan(5000)
    feed(g, 'pump-1/tripped', true)
    const listed = (await admin.get('/api/v1/alarms')).body.items as unknown as AlarmView[]
    expect(listed.filter(a => a.id === TRIP).map(a => [a.state, a.active])).toEqual([['SHLVD', true]])
    // It called nobody, so nobody is sent.
    expect((await admin.get('/api/v1/workorders')).body.items).toEqual([])
    expect(await act('unshelve')).toBe('ACKED')
    expect((await admin.get('/api/v1/workorders')).body.items).toHaveLength(1)
    expect(await trail()).toEqual([
      'admin shelved',
      'gateway raised',
      'admin unshelved',
      'admin acknowledged',
      'admin opened',
    ])
  })

  it('who may, and for how long', async () => {
    const people = await g.people()
    const shelve = (minutes: number) => ({ minutes, reason: 'x' })
    expect(await act('shelve', shelve(481), TRIP, people.operator)).toBe('403 shelve-too-long')
    expect(await act('shelve', shelve(480), TRIP, people.operator)).toBe('SHLVD')
    expect(await act('shelve', shelve(10_080))).toBe('SHLVD')
    expect(await act('shelve', shelve(10_081))).toBe('400 invalid-input')
    expect(await act('shelve', { minutes: 10 })).toBe('400 invalid-input')
    expect(await act('out-of-service', { reason: 'x' }, TRIP, people.engineer)).toBe('403 not-allowed')
    expect(await act('out-of-service', { reason: 'rewired' }, TRIP, people.manager)).toBe('OOSRV')
    expect((await look()).outOfService).toMatchObject({ by: 'manager', reason: 'rewired' })
    expect(await act('in-service', {}, TRIP, people.manager)).toBe('SHLVD')
  })

  it('where people are in danger nothing is shelved; what is not there is not found', async () => {
    expect(await act('shelve', { minutes: 5, reason: 'x' }, 'burst:pump-1:pressure')).toBe('409 alarm-life')
    expect(await act('out-of-service', { reason: 'x' }, 'burst:pump-1:pressure')).toBe('OOSRV')
    expect(await act('unshelve', {}, 'nobody:pump-1:tripped')).toBe('404 not-found')
    expect(await act('unshelve')).toBe('409 alarm-not-so')
  })
})

it('what is put aside survives a restart, and what the site no longer has is let go', async () => {
  const folder = tempFolder()
  let second = await startGateway({ site, data: folder.path })
  let api = await second.admin()
  await api.post(`/api/v1/alarms/${TRIP}/shelve`, { minutes: 60, reason: 'seal on order' })
  await api.post('/api/v1/alarms/burst:pump-1:pressure/out-of-service', { reason: 'rewired' })
  await second.stop()
  second = await startGateway({ site: { ...site, rules: [site.rules[0]] }, data: folder.path })
  api = await second.admin()
  const alarms = (await api.get('/api/v1/alarms?all=true')).body.items as unknown as AlarmView[]
  expect(alarms.map(a => `${a.id} ${a.state} ${a.retired}`).sort()).toEqual([
    'burst:pump-1:pressure NORM true',
    `${TRIP} SHLVD false`,
  ])
  expect((await api.post('/api/v1/alarms/burst:pump-1:pressure/in-service')).body.code).toBe('alarm-retired')
  await second.stop()
  folder.remove()
})
