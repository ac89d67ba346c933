import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import { type Api, apiOf } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const told: { action: string; report: Record<string, unknown> }[] = []
const system = createServer((request, response) => {
  let text = ''
  request.on('data', chunk => {
    text += chunk
  })
  request.on('end', () => {
    told.push(JSON.parse(text))
    response.end()
  })
})

let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  await new Promise<void>(ready => system.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(system.address() as AddressInfo).port}/steps`
  const orders = { callback: { url }, address: 'http://gatehouse.example/', policies: { general: { arriveMin: 45 } } }
  g = await startGateway({ site: { ...quietSite, orders } })
  people = await g.people()
})
afterAll(async () => {
  await g.stop()
  system.closeAllConnections()
  system.close()
})

const report = (body: object, who: Role = 'desk', headers?: Record<string, string>) =>
  people[who].post('/api/v1/reports', { nature: 'water', text: 'drips', ...body }, headers)
const order = async (id: unknown) => (await people.admin.get(`/api/v1/workorders/${id}`)).body
const move = (who: Role, id: unknown, action: string, body: object = {}) =>
  people[who].post(`/api/v1/workorders/${id}/${action}`, body)
const orderId = (made: { body: Record<string, unknown> }) => (made.body.workorder as { id: string }).id

describe('at the desk', () => {
  it('N05: water is urgent and goes to the plumbers; the rest has the times of the site', async () => {
    const leak = await report({ room: 'A-1502', caller: { name: '陈女士', phone: '138 0000 0000' } })
    expect(leak.status).toBe(201)
    expect(leak.body).toMatchObject({ step: 'received', department: 'plumbing', class: 'urgent', channel: 'desk' })
    expect(await order(orderId(leak))).toMatchObject({
      text: { en: 'A-1502 drips' },
      origin: 'report',
      policy: { arriveMs: 15 * 60_000 },
    })
    const door = await report({ nature: 'door', text: 'squeaks', room: 'B-301' })
    expect(await order(orderId(door))).toMatchObject({
      class: 'general',
      crew: 'security',
      policy: { arriveMs: 45 * 60_000 },
    })
  })
  it('names and telephone numbers are on the report alone: not on the order, not on the trail', async () => {
    const { body } = await report({ room: 'A-1601', caller: { name: 'Zhou Qiang', phone: '13912345678' } })
    expect((await people.engineer.get(`/api/v1/reports/${body.id}`)).body.caller).toEqual({
      name: 'Zhou Qiang',
      phone: '13912345678',
    })
    const elsewhere = [
      (await people.viewer.get(`/api/v1/workorders/${orderId({ body })}`)).text,
      (await people.admin.get('/api/v1/trail?limit=1000')).text,
    ]
    for (const text of elsewhere) expect(text).not.toMatch(/Zhou|13912345678/)
    expect((await people.viewer.get(`/api/v1/reports/${body.id}`)).status).toBe(403)
  })
  it('the same trouble of the same equipment is one order with two voices', async () => {
    const first = await report({ equipment: 'pump-1' })
    const second = await report({ equipment: 'pump-1', text: 'no pressure' }, 'guard')
    expect(orderId(second)).toBe(orderId(first))
    expect(await order(orderId(first))).toMatchObject({ occurrences: 2 })
    const both = await people.desk.get(`/api/v1/reports?workorder=${orderId(first)}`)
    expect(both.body.items.map(r => r.text)).toEqual(['drips', 'no pressure'])
  })
  it('in GBK, when it says so, is kept as it was written; in GBK without a word is refused, and nothing is opened', async () => {
    // {"nature":"door","text":"门锁坏了","room":"G-1"}
    const gbk = Buffer.from(
      '7b226e6174757265223a22646f6f72222c2274657874223a22c3c5cbf8bbb5c1cb222c22726f6f6d223a22472d31227d',
      'hex',
    )
    const send = (type: string) => people.desk.send('POST', '/api/v1/reports', gbk, { 'content-type': type })
    const said = await send('application/json; charset=GBK')
    expect([said.status, said.body.text]).toEqual([201, '门锁坏了'])
    const head = g.deps.trail.head()
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/json; charset=ebcdic'])
      expect([type, (await send(type)).body.code]).toEqual([type, 'body-charset'])
    expect(g.deps.trail.head()).toBe(head)
  })
  it('ten people pressing the same button at once: one does it, nine learn that somebody was faster', async () => {
    const id = orderId(await report({ room: 'R-10' }))
    const answers = await Promise.all(Array.from({ length: 10 }, () => move('engineer', id, 'accept', { from: 'new' })))
    expect(answers.map(a => a.body.code ?? a.status).sort()).toEqual([200, ...Array(9).fill('somebody-was-faster')])
  })
  it('sent twice with one key is one report', async () => {
    const key = { 'idempotency-key': 'once' }
    const [a, b] = [await report({ room: 'X-1' }, 'desk', key), await report({ room: 'X-1' }, 'desk', key)]
    expect([b.body.id, (await order(orderId(a))).occurrences]).toEqual([a.body.id, 1])
  })
  it('what does not exist is said, and nothing is opened', async () => {
    const head = g.deps.trail.head()
    const refused: [object, number, string][] = [
      [{ equipment: 'nobody' }, 404, 'not-found'],
      [{ space: 'nowhere' }, 404, 'not-found'],
      [{ nature: 'weather' }, 400, 'invalid-input'],
      [{ text: '   ' }, 400, 'invalid-input'],
      [{ text: 'x'.repeat(181) }, 400, 'invalid-input'],
      [{ appointmentAt: '2020-01-01T00:00:00Z', nature: 'door' }, 422, 'time-not-ahead'],
      [{ appointmentAt: new Date(Date.now() + 1e8).toISOString() }, 422, 'appointment-urgent'],
    ]
    for (const [body, status, code] of refused) {
      const answer = await report(body)
      expect([body, answer.status, answer.body.code]).toEqual([body, status, code])
    }
    expect(g.deps.trail.head()).toBe(head)
  })
})

describe('a call centre [M52]', () => {
  it('reads its report back by step and department, and is told of each step', async () => {
    expect((await people.admin.post('/api/v1/report-callback/secret', {})).body.secret).toMatch(/^cb_/)
    const made = await report({
      channel: 'call-centre',
      nature: 'hvac',
      text: 'no cooling',
      room: 'A-908',
      reference: 'CC-77',
    })
    const id = orderId(made)
    const step = async () => (await people.desk.get(`/api/v1/reports/${made.body.id}`)).body
    const seen = [(await step()).step]
    const moves: [Role, string, object][] = [
      ['engineer', 'accept', {}],
      ['engineer', 'pause', { wait: 'occupant', until: new Date(Date.now() + 3_600_000).toISOString() }],
      ['engineer', 'arrive', {}],
      ['engineer', 'fix', {}],
      ['desk', 'verify', {}],
      ['desk', 'close', {}],
    ]
    for (const [who, action, body] of moves) {
      expect([action, (await move(who, id, action, body)).status]).toEqual([action, 200])
      seen.push((await step()).step)
    }
    expect(seen).toEqual(['received', 'assigned', 'waiting', 'working', 'fixed', 'verified', 'closed'])
    expect((await step()).department).toBe('hvac')
    await until('the last step', () => told.some(m => m.action === 'close'))
    expect(told.map(m => m.action)).toEqual(
      ['opened', 'accept', 'pause', 'arrive', 'fix', 'verify', 'close'].slice(-told.length),
    )
    expect(told.at(-1)!.report).toMatchObject({ reference: 'CC-77', step: 'closed', department: 'hvac' })
    expect(JSON.stringify(told)).not.toContain('phone')
  })
  it('N17: ninety calls at once are ninety reports, and none has to call again', async () => {
    const { body } = await people.admin.post('/api/v1/tokens', { name: 'switch' })
    const centre = apiOf(g.url, { authorization: `Bearer ${body.token}` })
    const call = (i: number) => ({ channel: 'call-centre', nature: 'door', text: 'stuck', room: `N17-${i}` })
    const made = await Promise.all(Array.from({ length: 90 }, (_, i) => centre.post('/api/v1/reports', call(i))))
    expect(made.filter(({ status }) => status !== 201)).toEqual([])
    expect(new Set(made.map(orderId)).size).toBe(90)
  })
})

it('the key figures say of how many they are, and of none they say nothing', async () => {
  const before = (await people.viewer.get('/api/v1/order-figures')).body
  const made = await report({ nature: 'cleaning', room: 'F-1' })
  for (const action of ['accept', 'arrive', 'fix']) await move('engineer', orderId(made), action)
  await move('desk', orderId(made), 'close')
  const after = (await people.viewer.get('/api/v1/order-figures?days=1')).body
  expect([after.closed, after.firstTime]).toEqual([Number(before.closed) + 1, Number(before.firstTime) + 1])
  expect(after.visits).toMatchObject({ made: 0, solved: 0 })
  expect(after.score).toEqual({ value: null, n: 0 })
  expect((await people.viewer.get('/api/v1/order-figures?days=0')).status).toBe(400)
})

describe('from opening to the return visit', () => {
  it('pause, material, photo, escalation, verification, visit by somebody else', async () => {
    const id = orderId(await report({ nature: 'civil', text: 'tile loose', room: 'A-1' }))
    const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(100, 7)])
    const photo = (body: Uint8Array, type = 'image/png', who: Role = 'engineer') =>
      people[who].send('POST', `/api/v1/workorders/${id}/photos?when=before`, body, { 'content-type': type })
    expect((await photo(png, 'image/png', 'viewer')).status).toBe(403)
    const sent = await photo(png)
    expect(sent.status).toBe(200)
    const [kept] = sent.body.photos as { hash: string; bytes: number }[]
    expect((await photo(png)).body.photos).toHaveLength(1)
    const shown = await fetch(`${g.url}/api/v1/workorders/${id}/photos/${kept!.hash}`, {
      headers: people.viewer.headers,
    })
    expect([shown.headers.get('content-type'), shown.headers.get('x-content-type-options')]).toEqual([
      'image/png',
      'nosniff',
    ])
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
    const bad: [Uint8Array, string, number][] = [
      [Buffer.from('<svg onload="alert(1)"></svg>   '), 'image/png', 422],
      [Buffer.from('%PDF-1.4 and more than that'), 'application/pdf', 415],
      [Buffer.alloc(5_000_001, 1), 'image/png', 413],
      [Buffer.alloc(0), 'image/png', 422],
    ]
    for (const [body, type, status] of bad)
      expect([type, body.length, (await photo(body, type)).status]).toEqual([type, body.length, status])
    expect((await people.viewer.get(`/api/v1/workorders/${id}/photos/${'0'.repeat(64)}`)).status).toBe(404)

    await move('engineer', id, 'accept')
    await move('engineer', id, 'arrive')
    const material = await people.engineer.post(`/api/v1/workorders/${id}/materials`, {
      name: 'tile glue',
      quantity: 0.5,
      unit: 'kg',
    })
    expect(material.body.materials).toMatchObject([{ name: 'tile glue', quantity: 0.5, unit: 'kg', by: 'engineer' }])
    expect((await move('engineer', id, 'assign', { to: 'nobody' })).body.code).toBe('not-found')
    expect((await move('engineer', id, 'assign', { to: 'viewer' })).body.code).toBe('not-found')
    await move('engineer', id, 'fix')
    await move('desk', id, 'close')
    const visit = (who: Role, solved: boolean) =>
      people[who].post(`/api/v1/workorders/${id}/visits`, {
        outcome: 'answered',
        solved,
        scores: { arrival: 5, quality: 4, attitude: 5 },
      })
    expect((await people.desk.get('/api/v1/workorders?visits=true')).body.items.map(o => o.id)).toContain(id)
    expect((await visit('engineer', true)).status).toBe(403)
    expect((await visit('desk', false)).body).toMatchObject({ phase: 'accepted', reopened: 1, visitBy: null })
    expect((await people.desk.get('/api/v1/workorders?visits=true')).body.items.map(o => o.id)).not.toContain(id)
  })
})

describe('the code on a piece of equipment', () => {
  const link = async () =>
    (await people.desk.get('/api/v1/equipment/pump-1/report-link')).body as { path?: string; url?: string }
  it('opens the page of that equipment and of no other; nothing else can be read with it', async () => {
    const { path, url } = await link()
    expect(url).toBe(`http://gatehouse.example${path}`)
    const token = path!.split('/').at(-1)!
    expect((await g.stranger.get(`/api/v1/intake/${token}`)).body).toEqual({
      site: quietSite.site.name,
      equipmentName: quietSite.equipment[0]!.name,
      space: quietSite.spaces[0]!.name,
    })
    const last = token.at(-1) === 'A' ? 'B' : 'A'
    for (const other of [
      token.replace('pump-1', 'pump-2'),
      token.slice(0, -1) + last,
      'pump-1',
      'pump-1~',
      `${token}A`,
    ])
      expect([other, (await g.stranger.get(`/api/v1/intake/${other}`)).status]).toEqual([other, 404])
    expect((await g.stranger.get('/api/v1/workorders')).status).toBe(401)
  })
  it('makes a report; its receipt shows how far it is and takes the requester’s word', async () => {
    const token = (await link()).path!.split('/').at(-1)!
    const made = await g.stranger.post(`/api/v1/intake/${token}`, { text: 'it rattles', nature: 'civil', phone: '137' })
    expect(made.status).toBe(201)
    const { receipt, no } = made.body as { receipt?: string; no?: string }
    const [report] = (await people.desk.get('/api/v1/reports?limit=1')).body.items
    expect(report).toMatchObject({
      no,
      channel: 'qr',
      equipment: 'pump-1',
      by: 'public',
      caller: { name: '', phone: '137' },
    })
    const id = (report!.workorder as { id: string }).id
    const look = async () => (await g.stranger.get(`/api/v1/receipts/${receipt}`)).body
    expect(await look()).toMatchObject({ no, step: 'received', mayAnswer: false })
    const answer = (solved: boolean) => g.stranger.post(`/api/v1/receipts/${receipt}/answer`, { solved })
    expect((await answer(true)).body.code).toBe('no-such-move')
    for (const action of ['accept', 'arrive', 'fix']) await move('engineer', id, action)
    expect((await answer(false)).body).toMatchObject({ step: 'assigned' })
    for (const action of ['arrive', 'fix']) await move('engineer', id, action)
    expect((await answer(true)).body).toMatchObject({ step: 'verified' })
    expect(await order(id)).toMatchObject({ verifiedBy: 'requester', reopened: 1 })
    expect((await g.stranger.get('/api/v1/receipts/r_wrong')).status).toBe(404)
  })
  it('is slowed down: after five reports from one address it says how long to wait, and nothing is opened', async () => {
    const token = (await link()).path!.split('/').at(-1)!
    const statuses: number[] = []
    for (let i = 0; i < 6; i++)
      statuses.push((await g.stranger.post(`/api/v1/intake/${token}`, { text: `again ${i}`, nature: 'civil' })).status)
    expect(statuses).toEqual([201, 201, 201, 201, 429, 429])
    const head = g.deps.trail.head()
    const refused = await g.stranger.post(`/api/v1/intake/${token}`, { text: 'more' })
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0, g.deps.trail.head()]).toEqual([
      429,
      true,
      head,
    ])
    // Guessing codes runs out as well.
    const guesses: number[] = []
    for (let i = 0; i < 70; i++) guesses.push((await g.stranger.get(`/api/v1/intake/pump-1~${i}AAAAAAAAAAAAAA`)).status)
    expect(new Set(guesses)).toEqual(new Set([404, 429]))
  })
})
