import { afterAll, beforeAll, expect, it } from 'vitest'
import { outcomeText } from '../../gateway/http/outcomewords.ts'
import type { Api } from '../support/api.ts'
import { doorEquipment } from '../support/doorsite.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { both, quietSite } from '../support/sites.ts'

/** What happened at doors: found again, taken along, summed up, and how long it is kept. */
const HOUR = 3_600_000
const DAY = 24 * HOUR
let g: TestGateway
let as: Record<'desk' | 'manager' | 'guard' | 'viewer', Api>
const id: Record<string, string> = {}
const soon = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString()
const made = async (api: Api, path: string, body: object) => {
  const answer = await api.post(`/api/v1/${path}`, body)
  expect([path, answer.status, answer.text.slice(0, 200)]).toEqual([path, 201, expect.anything()])
  return (answer.body as unknown as { id: string }).id
}
const show = (door: string, uid: string) => as.guard.post('/api/v1/access-readings', { door, uid })
const found = async (query: string) =>
  (await as.guard.get(`/api/v1/access-events?${query}`)).body.items.map(e => `${e.personName} ${e.door} ${e.outcome}`)

beforeAll(async () => {
  g = await startGateway({
    site: {
      ...quietSite,
      equipment: [...quietSite.equipment, doorEquipment('hall', 11), doorEquipment('plant', 12)],
      doorGroups: [
        { id: 'halls', name: both('halls'), doors: ['hall'] },
        { id: 'plants', name: both('plants'), doors: ['plant'] },
      ],
      access: {
        areas: [{ id: 'a' }, { id: 'b' }],
        doors: [
          { id: 'hall', area: 'a' },
          { id: 'plant', area: 'b', from: 'a' },
        ],
        levels: [{ id: 'halls', groups: ['halls'] }],
      },
    },
  })
  as = await g.people()
  id.firm = await made(as.desk, 'companies', { name: '=HYPERLINK("x")', colour: '#1f6feb' })
  for (const [word, name, uid] of [
    ['zhang', '张三', '04000001'],
    ['li', '李四', '04000002'],
  ] as const) {
    const firm = word === 'zhang' ? { company: id.firm } : {}
    const kind = word === 'zhang' ? 'contractor' : 'staff'
    id[word] = await made(as.desk, 'people', { name, kind, ...firm })
    const money = word === 'zhang' ? { deposit: '50.5', receipt: 'SJ-1' } : {}
    const body = { person: id[word], class: 'uid', number: uid, validTo: soon(8), levels: ['halls'], ...money }
    id[`${word}-card`] = await made(as.desk, 'credentials', body)
    await as.manager.post(`/api/v1/credentials/${id[`${word}-card`]}/approve`, {})
  }
  for (const [door, uid] of [
    ['hall', '04000001'],
    ['plant', '04000001'],
    ['hall', '04000002'],
    ['hall', '04000002'],
    ['plant', '04999999'],
  ] as const)
    await show(door, uid)
})
afterAll(() => g.stop())

it.each([
  ['', 5],
  ['outcome=granted', 3],
  ['outcome=denied', 2],
  ['refused=true', 2],
  ['outcome=denied-unknown', 1],
  ['door=plant', 2],
  ['door=plant&outcome=denied-wrong-door', 1],
  [`from=${soon(1)}`, 0],
  [`to=${soon(-1)}`, 0],
  [`from=${soon(-1)}&to=${soon(1)}`, 5],
])('found by %s: %i', async (query, n) => expect(await found(query)).toHaveLength(n))

it('found by person and by firm, a page at a time', async () => {
  expect(await found(`person=${id.li}`)).toEqual(['李四 hall granted', '李四 hall granted'])
  expect(await found(`company=${id.firm}`)).toEqual(['张三 plant denied-wrong-door', '张三 hall granted'])
  const first = (await as.guard.get('/api/v1/access-events?limit=3')).body as { items: unknown[]; next: string }
  expect(first.items).toHaveLength(3)
  expect(await found(`limit=3&cursor=${first.next}`)).toHaveLength(2)
})

it('taken along as CSV that a spreadsheet reads and does not run', async () => {
  for (const [lang, word] of [
    ['zh-CN', '无此门权限。'],
    ['en', 'It is not for this door.'],
  ] as const) {
    const path = `/api/v1/access-events/export?company=${id.firm}&lang=${lang}`
    const bytes = Buffer.from(await (await fetch(g.url + path, { headers: as.guard.headers })).arrayBuffer())
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const text = bytes.subarray(3).toString('utf8')
    const lines = text.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain(word)
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`)
  }
  expect((await as.viewer.get('/api/v1/access-events/export')).status).toBe(403)
})

it.each([
  ['pending-second-person', { roles: 'electrician + guardian', seconds: 30 }, /30 秒内刷卡（值班电工 \+ 监护人）/],
  ['denied-supervisor-missing', { roles: 'engineer, night porter' }, /（工程师、night porter）/],
  ['denied-interlock', { doors: 'hall, gone' }, /HALL、gone/i],
  ['open', { mode: 'override' }, /（手动常开）/],
] as const)('%s is said with names, not with words of the site file', (outcome, facts, said) => {
  const text = outcomeText({ plant: () => g.deps.plant() }, { outcome, facts })
  expect(text['zh-CN']).toMatch(said)
  expect(text.en).not.toMatch(/[\u4e00-\u9fff]/)
})

it('summed up: who opened what, why refused, what was not given back, what is held', async () => {
  const report = async () => (await as.guard.get('/api/v1/access-reports')).body as Record<string, unknown>
  expect(await report()).toMatchObject({
    opened: [
      { name: '李四', door: 'hall', times: 2, entered: 0 },
      { name: '张三', door: 'hall', times: 1, company: '=HYPERLINK("x")' },
    ],
    unreturned: [],
    deposits: [{ name: '张三', deposit: '50.5', receipt: 'SJ-1' }],
    depositsTotal: '50.50',
    kept: { days: 365, dropped: [] },
  })
  const refused = (await report()).refused as { outcome: string; times: number }[]
  expect(refused.map(r => `${r.outcome} ${r.times}`).sort()).toEqual(['denied-unknown 1', 'denied-wrong-door 1'])
  await as.guard.post(`/api/v1/credentials/${id['zhang-card']}/suspend`, { reason: 'test' })
  await as.desk.post(`/api/v1/credentials/${id['zhang-card']}/revoke`, { reason: 'test' })
  expect(await report()).toMatchObject({ unreturned: [{ name: '张三', phase: 'revoked' }] })
  await as.desk.post(`/api/v1/credentials/${id['zhang-card']}/return`, {})
  expect(await report()).toMatchObject({ unreturned: [], deposits: [{ name: '张三' }] })
})

it('kept for its time; what is dropped is counted, on the trail too, and the newest stays', async () => {
  const { accessLog, trail, clock } = g.deps
  expect(accessLog.trim(trail, 180, clock.now() + 179 * DAY)).toBe(0)
  expect(accessLog.trim(trail, 180, clock.now() + 181 * DAY)).toBe(4)
  const { kept } = (await as.guard.get('/api/v1/access-reports')).body as unknown as {
    kept: { dropped: { events: number }[] }
  }
  expect(kept.dropped.map(d => d.events)).toEqual([4])
  expect(trail.after(0, 10_000).at(-1)).toMatchObject({ kind: 'access', action: 'dropped', data: { events: 4 } })
  expect(await found('')).toHaveLength(1)
})
