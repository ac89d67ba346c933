import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { GATEWAY } from '../../gateway/core/events.ts'
import { parseCsv } from '../../gateway/csv.ts'
import { watchMonths } from '../../gateway/month/watch.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

/** A month of an office, its end, and what came in late; on the clocks of Shanghai. */
const zone = 'Asia/Shanghai'
let now = 0
const clock = createClock(
  () => now,
  () => 0,
)
const at = (text: string) => {
  now = Date.parse(`${text}+08:00`)
  clock.look()
}
let g: TestGateway
let as: Record<Role, Api>
let watch: ReturnType<typeof watchMonths>
const failed: unknown[] = []
beforeAll(async () => {
  at('2026-11-30T23:30:00')
  g = await startGateway({
    clock,
    site: { ...quietSite, site: { ...quietSite.site, timezone: zone } },
  })
  as = await g.people()
  watch = watchMonths({
    ...{ clock: { now: () => now, every: () => () => {} } as never, from: () => g.deps },
    ...{ zone: () => zone, safe: () => true, failed: error => failed.push(error) },
  })
})
afterAll(() => g.stop())

interface Month {
  version: number | null
  over: boolean
  before: { month: string; archived: boolean } | null
  figures: { id: string; n: number; before: number | null; least: number | null }[]
  versions: {
    version: number
    by: string
    reason: string
    differs: { id: string; added: string[]; gone: string[] }[]
  }[]
  trail: { count: number; head: string; time: string }
}
const month = async (name: string, version?: number) =>
  (await as.manager.get(`/api/v1/months/${name}${version ? `?version=${version}` : ''}`)).body as unknown as Month
const numbers = (m: Month) => Object.fromEntries(m.figures.flatMap(f => (f.n > 0 ? [[f.id, f.n]] : [])))
const key = async (name: string) =>
  (await as.desk.post('/api/v1/registers/keys', { values: { name, kind: 'unit' } })).body as never as {
    id: string
    no: string
  }
const give = (id: string) =>
  as.guard.post(`/api/v1/register-entries/${id}/moves/give`, { values: { borrower: '李建国', purpose: '看房' } })
const found = (item: string, day: string) =>
  as.desk.post('/api/v1/registers/lost', {
    values: { item, features: 'blue', sort: 'goods', found: day, finder: '王小明' },
  })

it('counts what has rows, by the month of the site, and each row can be looked at', async () => {
  const { id, no } = await key('A-1502')
  expect((await give(id)).status).toBe(200)
  expect((await as.guard.post(`/api/v1/register-entries/${id}/moves/back`, { values: {} })).status).toBe(200)
  expect((await give(id)).status).toBe(200)
  await found('umbrella', '2026-11-30')
  const complaint = { subject: 'cleaning', text: 'not clean', customer: { name: '赵女士', phone: '13900001111' } }
  expect((await as.desk.post('/api/v1/complaints', complaint)).status).toBe(201)
  const first = await month('2026-11')
  expect(numbers(first)).toEqual({ complaints: 1, 'keys-out': 2, found: 1 })
  expect(first).toMatchObject({ version: null, over: false, before: null, versions: [] })
  const rows = (await as.manager.get('/api/v1/months/2026-11/rows?counter=keys-out')).body.items
  expect(rows).toMatchObject([{ no, link: `/registers/keys/${no}` }, { no }])
  // Half an hour later it is December, and that has none of it; the order of the key that was not back is of December.
  at('2026-12-01T00:00:30')
  expect(numbers(await month('2026-12'))).toEqual({})
  expect(numbers(await month('2026-11'))).toEqual(numbers(first))
})

it('is archived a day after its end by itself, once, with the checkpoint of the trail, and without names of people', async () => {
  at('2026-12-01T23:00:00')
  await watch.look()
  expect((await month('2026-11')).versions).toEqual([])
  at('2026-12-02T00:00:00')
  await watch.look()
  await watch.look()
  expect(failed).toEqual([])
  const kept = await month('2026-11', 1)
  expect(kept).toMatchObject({ version: 1, over: true, versions: [{ version: 1, by: GATEWAY.name, differs: [] }] })
  expect(kept.versions.length).toBe(1)
  const { count, head } = kept.trail
  expect(head).toBe(Buffer.from(g.deps.trail.hashAt(count)!).toString('hex'))
  const [told] = g.deps.trail.of('month', '2026-11')
  expect(told).toMatchObject({ action: 'archived', data: { version: 1, checkpoint: count } })
  const all = JSON.stringify([kept, told, g.deps.months.all()])
  for (const name of ['李建国', '王小明', '赵女士', '13900001111']) expect(all).not.toContain(name)
  expect(all).toContain('K-20261130-001')
})

it('an archive stays as it was made; a new version says what differs and why, and an equal one is refused', async () => {
  const before = await month('2026-11', 1)
  const archive = (body: object, who = as.desk) => who.post('/api/v1/months/2026-11/archive', body)
  expect((await archive({ reason: 'again' })).body).toMatchObject({ status: 409, code: 'month-same' })
  expect((await archive({}, as.manager)).body.code).toBe('needs-reason')
  expect((await archive({ reason: 'x' }, as.engineer)).status).toBe(403)
  expect((await as.desk.post('/api/v1/months/2026-12/archive', {})).body.code).toBe('month-running')
  expect((await as.desk.get('/api/v1/months/2027-01')).status).toBe(400)
  expect((await as.desk.get('/api/v1/months/2026-13')).status).toBe(400)
  // A training of November is put down in December.
  const training = { topic: 'extinguishers', kind: 'training', day: '2026-11-28', leader: 'Li' }
  const { id, no } = (await as.manager.post('/api/v1/registers/training', { values: training })).body as never as {
    id: string
    no: string
  }
  const hold = { people: 12, minutes: 'everyone tried it once' }
  expect((await as.manager.post(`/api/v1/register-entries/${id}/moves/hold`, { values: hold })).status).toBe(200)
  expect(numbers(await month('2026-11', 1))).toEqual(numbers(before))
  expect(numbers(await month('2026-11'))).toEqual({ ...numbers(before), trainings: 1 })
  const made = await archive({ reason: '补登培训' })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    version: 2,
    versions: [
      {
        version: 2,
        by: 'desk',
        reason: '补登培训',
        differs: [{ id: 'trainings', from: 0, to: 1, added: [no], gone: [] }],
      },
      { version: 1 },
    ],
  })
  const { versions: _, ...first } = await month('2026-11', 1)
  const { versions: __, ...was } = before
  expect(first).toEqual(was)
  expect((await as.desk.get('/api/v1/months/2026-11?version=3')).status).toBe(404)
})

it('December stands beside November as it was archived', async () => {
  const { figures, before } = await month('2026-12')
  expect(before).toEqual({ month: '2026-11', archived: true })
  expect(figures.find(f => f.id === 'keys-out')).toMatchObject({ n: 0, before: 2 })
  expect(figures.find(f => f.id === 'trainings')).toMatchObject({ n: 0, before: 1, least: 3 })
  expect((await as.desk.get('/api/v1/months')).body.items).toMatchObject([
    { month: '2026-12', over: false, versions: 0, archivedAt: null },
    { month: '2026-11', over: true, versions: 2 },
  ])
})

it('as a table in both languages: for a spreadsheet, with what proves it', async () => {
  for (const [lang, what, count] of [
    ['zh-CN', '借出钥匙', '审计记录条数'],
    ['en', 'Keys given out', 'trail entries'],
  ] as const) {
    const url = `${g.url}/api/v1/months/2026-11?version=1&format=csv&lang=${lang}`
    const answer = await fetch(url, { headers: as.desk.headers })
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(answer.headers.get('content-disposition')).toContain('gatehouse-2026-11-v1.csv')
    const rows = parseCsv(bytes.subarray(3).toString()).rows.map(r => r.cells)
    expect(rows.find(r => r[1] === what)!.slice(3)).toEqual(['2', '', '', '', 'K-20261130-001 K-20261130-001'])
    const kept = await month('2026-11', 1)
    expect(rows.find(r => r[0] === count)![1]).toBe(String(kept.trail.count))
    expect(rows.flat()).toContain(kept.trail.head)
  }
})
