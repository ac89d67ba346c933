import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SearchHit } from '../../gateway/http/contract.ts'
import { type Role, roles } from '../../rules/flow.ts'
import { type FoundKind, foundKinds } from '../../rules/search/words.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const HOUR = 3_600_000
/** One thing of each kind has this in its name, and some have more. */
const LIFT = '电梯困人'
const lift = (en: string) => ({ 'zh-CN': LIFT, en })

let g: TestGateway
let as: Record<Role, Api>
const find = async (role: Role, typed: string): Promise<SearchHit[]> => {
  const answer = await as[role].get(`/api/v1/search?q=${encodeURIComponent(typed)}`)
  expect(answer.status).toBe(200)
  return answer.body.items as never as SearchHit[]
}
const kinds = async (role: Role, typed: string) => [...new Set((await find(role, typed)).map(hit => hit.kind))].sort()
const made = async (path: string, body: object): Promise<Record<string, string>> => {
  const answer = await as.admin.post(`/api/v1/${path}`, body)
  expect([path, answer.status, answer.text.slice(0, 300)]).toEqual([path, 201, expect.anything()])
  return answer.body as never
}

beforeAll(async () => {
  const [pump] = quietSite.equipment
  g = await startGateway({
    site: {
      ...quietSite,
      spaces: [...quietSite.spaces, { id: 'lift-lobby', kind: 'room', name: lift('Lift lobby'), parent: 'b1' }],
      equipment: [
        { ...pump, points: [...pump!.points, { ...pump!.points[1], key: 'stuck', address: 5, name: lift('Stuck') }] },
        { ...pump, id: 'lift-9', name: lift('Lift 9'), unit: 2, points: [{ ...pump!.points[1]!, key: 'load' }] },
        {
          ...{ id: 'door-1', kind: 'door', name: { 'zh-CN': '门', en: 'Door' }, space: 'b1', channel: 'bus', unit: 3 },
          points: [{ key: 'open', table: 'discrete', address: 0, type: 'bool', scanMs: HOUR }],
        },
      ],
      doorGroups: [{ id: 'all', name: { 'zh-CN': '全部', en: 'all' }, doors: ['door-1'] }],
      access: { areas: [{ id: 'grounds' }], levels: [{ id: 'everywhere', groups: ['all'] }] },
      rules: quietSite.rules.map(rule => (rule.id === 'tripped' ? { ...rule, text: lift('Somebody stuck') } : rule)),
    },
  })
  expect(g.deps.site.view().problems).toEqual([])
  as = await g.people()
  feed(g, 'pump-1/tripped', true)
  const person = await made('people', { name: LIFT, kind: 'staff' })
  const asked = {
    validFrom: new Date(Date.now() - HOUR).toISOString(),
    validTo: new Date(Date.now() + HOUR).toISOString(),
  }
  await made('credentials', { ...asked, person: person.id, class: 'qr-static', levels: ['everywhere'] })
  await made('visits', { ...asked, name: LIFT, host: '林', people: 1 })
  await made('complaints', { subject: 'noise', text: LIFT, customer: { name: '吴', phone: '13900001111', room: 'A' } })
  await made('registers/keys', { values: { name: LIFT, kind: 'unit' } })
  const now = g.deps.clock.now()
  g.deps.trail.change({ name: 'test', role: 'admin' }, note => {
    g.deps.permits.add(
      note,
      {
        ...{ kind: 'hot-work', grade: 'second', space: 'b1', spot: 'x', work: LIFT, company: '', outdoor: false },
        ...{ gas: false, workers: [], guardian: 'z', guardianPhone: '1', validFrom: now, validTo: now + HOUR },
      },
      'test',
      now,
    )
    const point = {
      unit: 'lift-lobby',
      medium: 'electricity',
      parent: null,
      role: 'sale',
      use: 'common',
      closed: false,
    }
    g.deps.meterBook.put(note, { id: 'e-lift', ...point } as never)
  })
})
afterAll(() => g.stop())

/** What else of the API gives the same to read: the search may say no more than these. */
const lists: Record<FoundKind, string> = {
  equipment: 'equipment',
  alarm: 'alarms',
  order: 'workorders',
  place: 'spaces',
  person: 'people',
  pass: 'credentials',
  visit: 'visits',
  permit: 'permits',
  meter: 'readings',
  complaint: 'complaints',
  register: 'registers',
  entry: 'registers/keys',
  runbook: 'runbooks',
  point: 'points',
}

describe('who finds what', () => {
  it('each role finds what it may read elsewhere, and nothing else', async () => {
    let seen = 0
    // A screen on a wall searches nothing.
    expect((await as.display.get('/api/v1/search?q=a')).status).toBe(403)
    for (const role of roles.filter(r => r !== 'display')) {
      const may: FoundKind[] = []
      for (const kind of foundKinds) {
        const { status } = await as[role].get(`/api/v1/${lists[kind]}`)
        // Who may ask is decided before what is asked.
        expect([role, kind, [200, 400, 403].includes(status)]).toEqual([role, kind, true])
        // Of registers none is called like that.
        if (status !== 403 && kind !== 'register') may.push(kind)
        seen++
      }
      expect([role, await kinds(role, 'diantikunren')]).toEqual([role, may.sort()])
      expect([role, (await kinds(role, '钥匙')).includes('register')]).toEqual([role, may.includes('entry')])
    }
    console.log(`search: ${seen} pairs of role and kind`)
  })
  it('nobody who has not signed in finds anything', async () => {
    expect((await g.stranger.get('/api/v1/search?q=a')).status).toBe(401)
  })
})

describe('what is found', () => {
  it('by number, in both languages, by pinyin and initials, the better fit first', async () => {
    const [order] = (await as.operator.get('/api/v1/workorders')).body.items
    expect((await find('operator', String(order!.no)))[0]).toMatchObject({ kind: 'order', id: order!.id, rank: 0 })
    for (const typed of ['shuibeng', 'sb', 'pump', '水泵', 'PUMP-1'])
      expect([typed, (await find('operator', typed))[0]]).toMatchObject([typed, { kind: 'equipment', id: 'pump-1' }])
    expect((await find('operator', 'lift lobby'))[0]).toMatchObject({ kind: 'place', id: 'lift-lobby', rank: 0 })
    const all = (await find('admin', 'diantikunren')).map(hit => hit.rank)
    expect(all).toEqual(all.toSorted())
    expect(await find('operator', '没有这个')).toEqual([])
    expect(await find('operator', ' ')).toEqual([])
  })
  it('a point by its equipment and its name; the equipment alone does not list all of its points', async () => {
    const points = (await find('operator', '水泵 stuck')).filter(hit => hit.kind === 'point')
    expect(points.map(hit => hit.id)).toEqual(['pump-1/stuck'])
    expect((await find('operator', '水泵')).filter(hit => hit.kind === 'point')).toEqual([])
  })
  it('somebody who was just written down, and an order no more once it is closed', async () => {
    expect(await find('desk', 'ouyang')).toEqual([])
    await made('people', { name: '欧阳修', kind: 'visitor' })
    expect((await find('desk', 'ouyang')).map(hit => hit.name.en)).toEqual(['欧阳修'])
    const [order] = (await as.operator.get('/api/v1/workorders')).body.items
    const cancel = { reason: 'made by a test', from: order!.phase }
    const answer = await as.admin.post(`/api/v1/workorders/${order!.id}/cancel`, cancel)
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.anything()])
    expect((await find('admin', LIFT)).filter(hit => hit.kind === 'order')).toEqual([])
  })
  it('refuses what is too long', async () => {
    expect((await as.admin.get(`/api/v1/search?q=${'x'.repeat(65)}`)).status).toBe(400)
  })
})

describe('the page that comes up first', () => {
  it('is that of the role until somebody chooses another, for himself and only what he may read', async () => {
    const start = async (role: Role) => (await as[role].get('/api/v1/session')).body.start
    expect(await start('guard')).toBeNull()
    const chosen = await as.guard.put('/api/v1/session/start', { page: 'visits' })
    expect([chosen.status, chosen.body.start]).toEqual([200, 'visits'])
    expect([await start('guard'), await start('desk')]).toEqual(['visits', null])
    const refused = await as.guard.put('/api/v1/session/start', { page: 'batches' })
    expect([refused.status, refused.body.code]).toEqual([403, 'not-allowed'])
    expect((await as.guard.put('/api/v1/session/start', { page: 'nowhere' })).status).toBe(400)
    expect((await as.guard.put('/api/v1/session/start', { page: null })).body.start).toBeNull()
    const trail = (await as.admin.get('/api/v1/trail?limit=1000')).body.items.filter(e => e.action === 'start-page')
    expect(trail.map(e => [e.kind, e.id])).toEqual([
      ['user', 'guard'],
      ['user', 'guard'],
    ])
  })
})
