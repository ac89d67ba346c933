import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import type { Api, Body } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { hurriedClock } from '../support/hurriedclock.ts'
import { both, quietSite } from '../support/sites.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const pump = quietSite.equipment[0]!
const site = {
  ...quietSite,
  spaces: [
    ...quietSite.spaces,
    { id: 'tower', kind: 'building', name: both('Tower') },
    { id: 'a-1502', kind: 'unit', name: both('A-1502'), parent: 'tower', use: 'home', tenant: 'Chen' },
  ],
  equipment: [pump, { ...pump, id: 'pump-2', name: both('Pump 2'), space: 'tower', unit: 2 }],
  contacts: [
    { id: 'chen', kind: 'occupant', name: both('Ms Chen'), phone: '138 0000', space: 'a-1502' },
    { id: 'desk', kind: 'duty', name: both('Desk'), phone: '8000', space: 'tower' },
    { id: 'other', kind: 'duty', name: both('Elsewhere'), phone: '9000', space: 'b1' },
  ],
  routes: [
    {
      id: 'night',
      name: both('Night'),
      by: ['guard'],
      checkpoints: [{ id: 'cp-b1', kind: 'qr', tag: 'TAG-7', space: 'b1' }],
      rounds: [{ kind: 'window', from: '22:00', to: '23:00' }],
    },
  ],
  maintenance: [
    {
      id: 'upkeep',
      name: both('Upkeep'),
      equipment: ['pump-1'],
      every: 'year',
      signs: ['safety'],
      items: [
        {
          id: 'oil',
          text: both('Oil'),
          risk: { level: 'high', hazard: both('Starts by itself'), control: both('Switched off, tag hung') },
        },
        { id: 'belt', text: both('Belt') },
      ],
    },
  ],
}

const clock = hurriedClock()
let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site, clock })
  people = await g.people()
})
afterAll(() => g.stop())

const report = async (body: object) =>
  (
    (await people.desk.post('/api/v1/reports', { nature: 'civil', text: 'drips', ...body })).body.workorder as {
      id: string
    }
  ).id
const write = (id: string, what: string, body: object, who: Role = 'engineer', headers?: Record<string, string>) =>
  people[who].post(`/api/v1/workorders/${id}/${what}`, body, headers)
const code = async (answer: Promise<{ body: Body }>) => (await answer).body.code
const through = async (id: string, ...actions: string[]) => {
  for (const action of actions)
    expect([action, (await write(id, action, { reason: 'x' })).status]).toEqual([action, 200])
}

describe('what a repair costs', () => {
  it('from the store: taken out, held, given back; what runs short is refused and told to be bought', async () => {
    const made = await people.manager.post('/api/v1/parts', { name: 'Tap', unit: 'pcs', price: '12.50', least: 2 })
    expect([made.status, made.body.onHand, made.body.buy]).toEqual([201, 0, 2])
    const part = made.body.id as string
    expect((await people.desk.post(`/api/v1/parts/${part}/moves`, { move: 'receive', quantity: 5 })).status).toBe(403)
    await people.manager.post(`/api/v1/parts/${part}/moves`, { move: 'receive', quantity: 5 })
    const [a, b] = [await report({ room: 'A-1' }), await report({ room: 'A-2' })]
    await write(a, 'reservations', { part, quantity: 4 })
    expect(await code(write(b, 'materials', { part, quantity: 2 }))).toBe('part-short')
    // Sent twice by a shaky link: taken once.
    const key = { 'Idempotency-Key': 'once-and-only-once' }
    for (const _ of [1, 2])
      expect((await write(a, 'materials', { part, quantity: 3, payer: 'owner' }, 'engineer', key)).status).toBe(200)
    const order = (await people.viewer.get(`/api/v1/workorders/${a}`)).body
    expect(order).toMatchObject({ held: [{ part, quantity: 1 }], costs: { total: '37.50', unpriced: 0 } })
    const [line] = order.materials as { id: string; cost: string }[]
    expect(await code(write(a, `materials/${line!.id}/return`, { quantity: 4 }))).toBe('return-too-much')
    const back = await write(a, `materials/${line!.id}/return`, { quantity: 1 })
    expect(back.body).toMatchObject({ costs: { total: '25.00', byPayer: { owner: '25.00' } } })
    await write(a, 'labour', { minutes: 90, rate: '60', payer: 'common' })
    await write(a, 'materials', { name: 'tape', quantity: 0.125, unit: 'm' })
    expect((await people.viewer.get(`/api/v1/workorders/${a}`)).body.costs).toEqual({
      materials: '25.00',
      labour: '90.00',
      total: '115.00',
      byPayer: { owner: '25.00', tenant: '0.00', common: '90.00', nobody: '0.00' },
      unpriced: 1,
    })
    const [stock] = (await people.viewer.get('/api/v1/parts')).body.items
    expect(stock).toMatchObject({ onHand: 3, reserved: 1, free: 2, buy: 0 })
    // An order that has ended holds nothing.
    await write(a, 'cancel', { reason: 'gone' }, 'manager')
    expect((await people.viewer.get('/api/v1/parts')).body.items[0]).toMatchObject({ reserved: 0, free: 3 })
    expect(await code(write(a, 'materials', { name: 'late', quantity: 1 }))).toBe('order-ended')
    const moves = (await people.viewer.get(`/api/v1/parts/${part}/trail`)).body.items.map(e => e.action)
    expect(moves).toEqual(['created', 'receive', 'reserve', 'issue', 'return'])
  })
  it('nonsense is refused: no amount, no quantity, no name', async () => {
    const id = await report({ room: 'A-3' })
    const bad = [
      { name: 'x', quantity: 0 },
      { name: 'x', quantity: 0.0001 },
      { name: 'x', quantity: 1, price: '1.234' },
      { name: 'x', quantity: 1, price: '-1' },
      { quantity: 1 },
    ]
    for (const body of bad) expect([body, (await write(id, 'materials', body)).status]).toEqual([body, 400])
    expect((await write(id, 'materials', { part: 'P-9999', quantity: 1 })).status).toBe(404)
    expect((await write(id, 'materials', { name: 'x', quantity: 1 }, 'guard')).status).toBe(403)
  })
})

describe('proof of arrival', () => {
  it('the code on the equipment or a checkpoint of its room; not a code from elsewhere, and a word alone is called that', async () => {
    const id = await report({ equipment: 'pump-1', nature: 'hvac' })
    const linkOf = async (equipment: string) =>
      (await people.desk.get(`/api/v1/equipment/${equipment}/report-link`)).body.path as string
    await through(id, 'accept')
    const arrive = (proof: object) => code(write(id, 'arrive', { proof }))
    expect(await arrive({ code: await linkOf('pump-2') })).toBe('proof-elsewhere')
    expect(await arrive({ code: 'https://example.org/report/pump-1~forged' })).toBe('proof-unknown')
    expect(await arrive({ point: 'pump-1/pressure', value: '5.2' })).toBe('proof-no-value')
    await through(id, 'arrive')
    const at = async () => (await people.viewer.get(`/api/v1/workorders/${id}`)).body.arrivals
    expect(await at()).toMatchObject([{ by: 'engineer', proof: null }])
    feed(g, 'pump-1/pressure', 5.23)
    expect(await code(write(id, 'prove', { proof: { point: 'pump-1/pressure', value: '7' } }))).toBe('proof-disagrees')
    await write(id, 'prove', { proof: { point: 'pump-1/pressure', value: '5.2' } })
    expect(await at()).toMatchObject([{ by: 'engineer', proof: { kind: 'value', said: 5.2, read: 5.23 } }])
    expect(await code(write(id, 'prove', { proof: { code: 'TAG-7' } }))).toBe('arrival-proven')
    await through(id, 'fix', 'reopen')
    await write(id, 'arrive', { proof: { code: `http://10.0.0.9${await linkOf('pump-1')}` } })
    await through(id, 'fix', 'reopen')
    await write(id, 'arrive', { proof: { code: 'TAG-7' } })
    expect(((await at()) as { proof: { kind: string } }[]).map(a => a.proof.kind)).toEqual([
      'value',
      'code',
      'checkpoint',
    ])
  })
  it('the page behind the code finds what is to be done there, for the crew alone', async () => {
    const id = await report({ equipment: 'pump-2', nature: 'water' })
    const path = (await people.desk.get('/api/v1/equipment/pump-2/report-link')).body.path as string
    const token = encodeURIComponent(path.split('/').at(-1)!)
    const here = await people.engineer.get(`/api/v1/workorders?code=${token}`)
    expect(here.body.items.map(o => o.id)).toEqual([id])
    expect((await g.stranger.get(`/api/v1/workorders?code=${token}`)).status).toBe(401)
  })
})

describe('when its equipment stood', () => {
  const ago = (min: number) => new Date(clock.now() - min * 60_000).toISOString()
  const at = async (id: string) =>
    (await people.viewer.get(`/api/v1/workorders/${id}`)).body.downtimes as {
      id: string
      source: string
      to: string | null
      point: string | null
      withdrawn: string | null
    }[]
  it('the plant says it itself: from the trip to the moment it is seen to run', async () => {
    feed(g, 'pump-1/tripped', true)
    const open = (await people.viewer.get('/api/v1/workorders')).body.items
    const id = open.find(o => o.alarm === 'tripped:pump-1:tripped')!.id as string
    // Looked at every five seconds.
    const look = () => clock.beat(5000)
    look()
    const [line] = await at(id)
    expect(line).toMatchObject({ source: 'measured', to: null, point: 'pump-1/tripped' })
    look()
    expect((await at(id)).length).toBe(1)
    expect(await code(write(id, `downtimes/${line!.id}/end`, { to: ago(0) }))).toBe('downtime-measured')
    feed(g, 'pump-1/tripped', false)
    look()
    expect((await at(id))[0]!.to).not.toBe(null)
    const trail = (await people.viewer.get(`/api/v1/workorders/${id}/trail`)).body.items
    expect(trail.map(e => e.action).filter(a => /downtime/.test(String(a)))).toEqual(['downtime', 'downtime-end'])
    const times = (await people.viewer.get(`/api/v1/workorders/${id}/alarm-times`)).body
    expect(times).toMatchObject({ times: 1, active: false })
    await through(id, 'accept', 'arrive', 'fix')
    await write(id, 'close', { reason: 'x' }, 'manager')
  })
  it('a person says it, marked as such: a span of the past, ended later, withdrawn with a reason', async () => {
    const id = await report({ equipment: 'pump-2', nature: 'hvac' })
    const stood = (body: object) => write(id, 'downtimes', { reason: 'no pressure', ...body })
    expect(await code(stood({ from: ago(-10) }))).toBe('downtime-span')
    expect(await code(stood({ from: ago(10), to: ago(20) }))).toBe('downtime-span')
    expect((await write(id, 'downtimes', { from: ago(30) })).status).toBe(400)
    await stood({ from: ago(90) })
    const [line] = await at(id)
    expect(line).toMatchObject({ source: 'stated', to: null, point: null })
    expect((await write(id, `downtimes/${line!.id}/end`, { to: ago(30) })).status).toBe(200)
    expect(await code(write(id, `downtimes/${line!.id}/end`, { to: ago(20) }))).toBe('downtime-span')
    const rows = async () =>
      (await people.viewer.get('/api/v1/reliability?days=1')).body.items.find(r => r.equipment === 'pump-2')
    // Two orders, no more: of one failure no MTBF is said.
    expect(await rows()).toMatchObject({ mtbfMs: null, mttrMs: null, equipmentName: both('Pump 2') })
    await write(id, `downtimes/${line!.id}/withdraw`, { reason: 'was on stand-by' })
    expect(await rows()).toMatchObject({ downMs: 0, measuredShare: null })
    expect(await code(write(await report({ room: 'A-9' }), 'downtimes', { from: ago(5), reason: 'x' }))).toBe(
      'downtime-nothing',
    )
  })
  it('whoever leaves before it is done says why; the visit has an end, and its proof', async () => {
    const id = await report({ equipment: 'pump-2', nature: 'civil' })
    await through(id, 'accept', 'arrive')
    expect(await code(write(id, 'leave', {}))).toBe('needs-reason')
    const path = (await people.desk.get('/api/v1/equipment/pump-2/report-link')).body.path as string
    const left = await write(id, 'leave', { reason: 'no light', proof: { code: path } })
    expect(left.body).toMatchObject({ phase: 'accepted', arrivals: [{ leftProof: { kind: 'code', of: 'pump-2' } }] })
  })
})

describe('a check sheet and its signatures', () => {
  it('each item is answered; what is bad is one order of its own; unsigned it is not closed, whatever the reason', async () => {
    const order = async () =>
      (await people.viewer.get('/api/v1/workorders?limit=1000')).body.items.find(o => o.plan === 'upkeep')
    // Planned work is looked for every half minute.
    expect(clock.beat(30_000)).toBeGreaterThan(0)
    const id = (await order())!.id as string
    const check = (item: string, result: string, note = '') =>
      write(id, 'checks', { plan: 'upkeep', item, result, note })
    expect(await code(check('oil', 'ok'))).toBe('no-such-move')
    await through(id, 'accept', 'arrive')
    expect(await code(check('oil', 'bad'))).toBe('needs-reason')
    expect(await code(check('nothing', 'ok'))).toBe('not-found')
    const bad = async () =>
      ((await check('oil', 'bad', 'black')).body.items as unknown as { check: { workorder: string } }[])[0]!.check
        .workorder
    const [first, second] = [await bad(), await bad()]
    expect(second).toBe(first)
    expect((await people.viewer.get(`/api/v1/workorders/${first}`)).body).toMatchObject({
      origin: 'check',
      equipment: 'pump-1',
      occurrences: 2,
      text: { en: 'Oil: black' },
    })
    expect(await code(write(id, 'fix', {}))).toBe('needs-reason')
    await check('belt', 'left-out', 'no key')
    // Each item is answered, but nobody has said that what its plan calls dangerous was done safely.
    expect(await code(write(id, 'fix', {}))).toBe('needs-reason')
    const [risk] = (await order())!.risks as { id: string; planned: boolean }[]
    expect(risk).toMatchObject({ step: both('Oil'), level: 'high', planned: true, confirmedBy: null })
    expect(await code(write(id, `risks/${risk!.id}/withdraw`, {}))).toBe('risk-planned')
    const safe = await write(id, `risks/${risk!.id}/confirm`, {})
    expect(safe.body.risks).toMatchObject([{ confirmedBy: 'engineer' }])
    expect((await write(id, 'fix', {})).body.phase).toBe('fixed')

    expect(await code(write(id, 'close', { reason: 'hurry' }, 'manager'))).toBe('signature-missing')
    const sign = (body: object, who: Role = 'engineer') => write(id, 'signatures', body, who)
    expect(await code(sign({ who: 'safety', name: 'Sun' }))).toBe('sign-own')
    expect(await code(sign({ who: 'safety', image: Buffer.from('<svg/>').toString('base64') }))).toBe('not-a-signature')
    const deviceAt = '2026-11-21T08:00:00Z'
    const signed = await sign({ who: 'safety', name: 'Sun Li', image: png.toString('base64'), deviceAt })
    expect(signed.body.signatures).toMatchObject([{ who: 'safety', how: 'drawn', by: 'engineer', stands: true }])
    const [one] = (await people.desk.get(`/api/v1/workorders/${id}/signatures`)).body.items
    expect(one).toMatchObject({ name: 'Sun Li', deviceAt: '2026-11-21T08:00:00.000Z' })
    const picture = await fetch(`${g.url}/api/v1/workorders/${id}/signatures/${one!.id}`, {
      headers: people.desk.headers,
    })
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(png)
    // Its hash is on the trail; its name is not, nor may everybody see it.
    const trail = (await people.admin.get('/api/v1/trail?limit=1000')).text
    expect(trail).toContain(one!.hash)
    expect(trail).not.toContain('Sun Li')
    expect((await people.viewer.get(`/api/v1/workorders/${id}/signatures`)).status).toBe(403)
    expect((await write(id, 'close', {}, 'manager')).body.phase).toBe('closed')
    // What is closed is not altered any more.
    expect(await code(sign({ who: 'worker' }))).toBe('order-ended')
    expect(await code(check('belt', 'ok'))).toBe('order-ended')
  })
})

describe('M53: help by telephone', () => {
  const call = (body: object, who: Role = 'desk') => people[who].post('/api/v1/help-calls', body)
  const alarm = async (id: unknown) =>
    (await people.viewer.get('/api/v1/alarms?limit=1000')).body.items.find(a => a.id === id)
  it('is an alarm with its order at once, and answers what is known of the unit', async () => {
    const made = await call({ room: 'a1502', text: 'fell', caller: { name: 'Wu', phone: '139' }, reference: 'K-1' })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      room: 'a1502',
      reference: 'K-1',
      unit: {
        id: 'a-1502',
        use: 'home',
        tenant: 'Chen',
        spaces: [{ id: 'tower' }, { id: 'a-1502' }],
        contacts: [
          { kind: 'occupant', phone: '138 0000' },
          { kind: 'duty', phone: '8000' },
        ],
      },
    })
    expect(await alarm(made.body.alarm)).toMatchObject({
      severity: 'life',
      active: true,
      pointName: both('a1502 fell'),
    })
    const { id } = made.body.workorder as { id: string }
    const order = async () => (await people.viewer.get(`/api/v1/workorders/${id}`)).body
    expect(await order()).toMatchObject({ class: 'life', occurrences: 1, space: both('A-1502') })
    await call({ space: 'a-1502', text: 'again' })
    expect(await order()).toMatchObject({ occurrences: 2 })
    expect((await people.viewer.get('/api/v1/help-calls')).status).toBe(403)
    expect((await people.admin.get('/api/v1/trail?limit=1000')).text).not.toMatch(/"139"|Wu/)
  })
  it('two from nobody knows where are two alarms; each is normal when a person has ended it, and not before', async () => {
    const [one, two] = [await call({ room: 'Z-9' }), await call({ caller: { phone: '777' } })]
    expect(one.body.unit).toBe(null)
    expect(one.body.alarm).not.toBe(two.body.alarm)
    const end = (id: unknown, body: object) => people.operator.post(`/api/v1/help-calls/${id}/end`, body)
    expect((await end(one.body.id, { result: '' })).status).toBe(400)
    expect((await end(one.body.id, { result: 'taken to hospital' })).body).toMatchObject({ endedBy: 'operator' })
    expect(await code(end(one.body.id, { result: 'once more' }))).toBe('help-ended')
    expect([(await alarm(one.body.alarm))?.active, (await alarm(two.body.alarm))?.active]).toEqual([false, true])
  })
  it('without a room and a number nobody can help: refused, and said what is missing', async () => {
    expect((await call({ text: 'help' })).status).toBe(400)
    expect((await call({ space: 'nowhere' })).status).toBe(404)
  })
})
