import { createPublicKey, verify } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { duressOf } from '../../gateway/access/enrol.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { fromBase45 } from '../../rules/access/base45.ts'
import { wiegandBits } from '../../rules/access/wiegand.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const HOUR = 3_600_000
const both = (text: string) => ({ 'zh-CN': text, en: text })
const door = (id: string) => ({
  ...{ id, kind: 'door', name: both(id), space: 'b1', channel: 'bus', unit: id === 'door-1' ? 11 : 12 },
  points: ['open', 'unlocked', 'lockdown', 'fire'].map((key, address) => ({
    ...{ key, table: 'discrete', address, type: 'bool', scanMs: HOUR },
  })),
})
const site = {
  ...quietSite,
  equipment: [...quietSite.equipment, door('door-1'), door('door-2')],
  doorGroups: [
    { id: 'plant', name: both('plant'), doors: ['door-2'], escort: true },
    { id: 'all', name: both('all'), doors: ['door-1', 'door-2'] },
  ],
  access: {
    areas: [{ id: 'hall' }, { id: 'room', passback: 'hard' }],
    doors: [
      { id: 'door-1', area: 'hall', fire: 'door-1/fire' },
      { id: 'door-2', area: 'room', from: 'hall', class: 'medium' },
    ],
    levels: [
      { id: 'hall-only', groups: ['all'] },
      { id: 'engineering', groups: ['plant', 'all'], always: true },
    ],
  },
}
const check = (access: object) =>
  checkSite(JSON.stringify({ ...site, access: { ...site.access, ...access } }), drivers, profiles)
    .problems.filter(p => p.level === 'error')
    .map(p => `${p.code} ${p.path}`)

describe('doors in site.json', () => {
  it.each([
    ['as it is', {}, []],
    ['an area that is not there', { areas: [{ id: 'hall' }] }, ['unknown-area access.doors[1].area']],
    [
      'a door that is no equipment',
      { doors: [{ id: 'door-9', area: 'hall' }] },
      ['unknown-equipment access.doors[0].id'],
    ],
    [
      'a level for a group that is not there',
      { levels: [{ id: 'x', groups: ['roofs'] }] },
      ['unknown-door-group access.levels[0].groups[0]'],
    ],
    [
      'a level by a schedule that is not there',
      { levels: [{ id: 'x', groups: ['all'], schedule: 's' }] },
      ['unknown-schedule access.levels[0].schedule'],
    ],
    ['events kept for less than half a year', { keepDays: 179 }, ['schema access.keepDays']],
    [
      'a room that one leaves by card alone',
      { doors: [site.access.doors[0], { ...site.access.doors[1], exit: 'reader' }] },
      ['access-exit-by-reader access.doors[1]', 'access-trap access.doors[1]'],
    ],
  ])('%s', (_, access, found) => expect(check(access)).toEqual(found))
})

let g: TestGateway
let as: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site })
  as = await g.people()
})
afterAll(() => g.stop())

const soon = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString()
const made = async (api: Api, path: string, body: object): Promise<Record<string, string>> => {
  const answer = await api.post(`/api/v1/${path}`, body)
  expect([path, answer.status, answer.text.slice(0, 300)]).toEqual([path, 201, expect.anything()])
  return answer.body as unknown as Record<string, string>
}
const code = async (answer: ReturnType<Api['post']>) => {
  const { status, body } = await answer
  return status < 300 ? 'ok' : body.code
}
const ask = async (body: object, api = as.guard) =>
  (await api.post('/api/v1/access-readings', body)).body as unknown as {
    outcome: string
    unlock: boolean
    rule: string
    text: { en: string }
  }
const trail = (kind: string) => g.deps.trail.after(0, 10_000).filter(e => e.kind === kind)

describe('from a list of contractors to a site that is closed', () => {
  const bits = wiegandBits('w26', 42, 4711)!
  let works: Record<string, string>
  let person: Record<string, string>
  let pass: Record<string, string>
  const reading = (more: object = {}) => ask({ door: 'door-1', bits, ...more })

  it('a firm, a works site and a person are made; the number of the ID is nowhere to be read', async () => {
    const firm = await made(as.desk, 'companies', { name: '上海某装饰公司', colour: '#1f6feb' })
    works = await made(as.desk, 'works', { name: 'A-1001', space: 'b1', company: firm.id, permit: 'SG-17' })
    person = await made(as.desk, 'people', {
      ...{ name: '张三', kind: 'contractor', company: firm.id, trade: '木工', idKind: 'id-card' },
      idNumber: '310101 19900101 1234',
    })
    expect(person.idLast4).toBe('1234')
    const twin = { name: '张三', kind: 'contractor', idKind: 'id-card', idNumber: '310101199001011234' }
    expect(await code(as.desk.post('/api/v1/people', twin))).toBe('person-known')
  })
  it('the pass is asked for by one and approved by another', async () => {
    pass = await made(as.desk, 'credentials', {
      ...{ person: person.id, class: 'w26', facility: 42, number: '4711', validTo: soon(8), levels: ['hall-only'] },
      ...{ works: works.id, deposit: '50.00', receipt: 'SJ-0088' },
    })
    expect((await reading()).outcome).toBe('denied-not-approved')
    expect(await code(as.desk.post(`/api/v1/credentials/${pass.id}/approve`))).toBe('not-your-role')
    expect(await code(as.manager.post(`/api/v1/credentials/${pass.id}/approve`))).toBe('ok')
    const one = { person: person.id, class: 'uid', number: '04AABBCC', validTo: soon(8) }
    expect(await code(as.desk.post('/api/v1/credentials', one))).toBe('one-pass')
  })
  it('whoever asks cannot approve, and nobody grants himself anything', async () => {
    const boss = await made(as.admin, 'people', { name: '李经理', kind: 'staff', account: 'manager' })
    const body = { person: boss.id, class: 'uid', number: '04112233', validTo: soon(8) }
    expect(await code(as.manager.post('/api/v1/credentials', body))).toBe('grant-self')
    const asked = await made(as.desk, 'credentials', body)
    expect(await code(as.manager.post(`/api/v1/credentials/${asked.id}/approve`))).toBe('grant-self')
    // What somebody else has stopped he does not give back to himself.
    const stop = (status: string) => as.manager.post(`/api/v1/people/${boss.id}/status`, { status, reason: '复核' })
    expect([await code(stop('suspended')), await code(stop('active'))]).toEqual(['ok', 'grant-self'])
    const forgive = (api: Api) => code(api.post(`/api/v1/people/${boss.id}/forgive`, { reason: '复核' }))
    expect([await forgive(as.manager), await forgive(as.admin)]).toEqual(['grant-self', 'ok'])
    expect(await code(as.admin.post(`/api/v1/people/${boss.id}/status`, { status: 'active', reason: '复核' }))).toBe(
      'ok',
    )
    const other = await made(as.admin, 'people', { name: '王工', kind: 'staff' })
    const own = await made(as.manager, 'credentials', { ...body, person: other.id, number: '04112244' })
    expect(await code(as.manager.post(`/api/v1/credentials/${own.id}/approve`))).toBe('approve-own')
    expect(await code(as.admin.post(`/api/v1/credentials/${own.id}/approve`))).toBe('ok')
  })
  it('it opens the hall, not the plant room, and a disturbed line is told from an unknown card', async () => {
    expect(await reading()).toMatchObject({ outcome: 'granted', unlock: true })
    expect((await reading({ door: 'door-2' })).outcome).toBe('denied-escort-missing')
    expect((await reading({ bits: bits.replace(/.$/, b => (b === '1' ? '0' : '1')) })).outcome).toBe('denied-parity')
    expect((await reading({ bits: wiegandBits('w26', 42, 4712)! })).outcome).toBe('denied-unknown')
    expect((await reading({ door: 'door-2', direction: 'out', bits: '1' })).unlock).toBe(true)
  })
  it('somebody has moved only when the door was really opened', async () => {
    const where = async () => (await as.desk.get(`/api/v1/people/${person.id}`)).body.area
    await reading()
    expect(await where()).toBe('outside')
    feed(g, 'door-1/open', true)
    await Promise.resolve()
    expect(await where()).toBe('hall')
    feed(g, 'door-1/open', false)
    await Promise.resolve()
    const [event] = (await as.guard.get('/api/v1/access-events?refused=false&limit=1')).body.items
    expect(event).toMatchObject({ outcome: 'granted', entered: true, personName: '张三', door: 'door-1' })
  })
  it('an escort brings him in', async () => {
    const escort = await made(as.desk, 'people', { name: '赵电工', kind: 'staff', roles: ['electrician'] })
    const card = await made(as.desk, 'credentials', {
      ...{ person: escort.id, class: 'uid', number: '04:aa:bb:cc', validTo: soon(8), levels: ['engineering'] },
    })
    await as.manager.post(`/api/v1/credentials/${card.id}/approve`)
    expect((await ask({ door: 'door-2', uid: '04AABBCC' })).outcome).toBe('granted')
    expect((await reading({ door: 'door-2' })).outcome).toBe('granted')
  })
  it('the duplicate at the gate is who is inside', async () => {
    const to = (where: string) => code(as.guard.post(`/api/v1/credentials/${pass.id}/duplicate`, { to: where }))
    expect([await to('holder'), await to('gate'), await to('gate'), await to('holder')]).toEqual([
      'duplicate-not-so',
      'ok',
      'duplicate-not-so',
      'ok',
    ])
  })
  it('why he was refused is said in words, and who could open what', async () => {
    const refused = (await as.guard.get(`/api/v1/access-events?refused=true&person=${person.id}`)).body.items
    expect(refused.map(e => [e.outcome, e.rule, e.door])).toEqual([
      ['denied-escort-missing', 'escort', 'door-2'],
      ['denied-not-approved', 'phase', 'door-1'],
    ])
    expect(refused[0]).toMatchObject({ text: { 'zh-CN': expect.stringContaining('陪同') } })
    const why = (await as.guard.get(`/api/v1/people/${person.id}/access?door=door-1&at=${soon(9)}`)).body.items
    expect(why.map(e => [e.outcome, e.rule])).toEqual([['denied-expired', 'validity']])
    const holders = (await as.guard.get('/api/v1/doors/door-2/holders')).body.items
    expect(holders.map(h => h.personName)).toEqual(['赵电工'])
  })
  it('closing the site stops its passes at once and names what is missing; the deposit needs pass and receipt', async () => {
    // Its decoration is stopped: nobody of it comes in until it goes on.
    const facts = {
      ...{ unit: 'A-1001', space: 'b1', owner: 'Zhao', contractor: 'Jinyu', manager: 'Qian', licence: 'D3' },
      ...{ work: 'floors', until: '2099-12-31' },
    }
    const { id } = (await as.desk.post('/api/v1/registers/decoration', { values: facts })).body as never as {
      id: string
    }
    const move = async (name: string, values: object) =>
      expect((await as.desk.post(`/api/v1/register-entries/${id}/moves/${name}`, { values })).status).toBe(200)
    await move('permit', { permitNo: 'P-1', rules: true })
    const before = (await reading()).outcome
    await move('stop', { stopped: 'bearing wall' })
    expect((await reading()).outcome).toBe('denied-site-closed')
    await move('resume', { mended: 'put right' })
    expect((await reading()).outcome).toBe(before)
    expect(before).not.toBe('denied-site-closed')
    const closed = await as.desk.post(`/api/v1/works/${works.id}/close`, {})
    expect(closed.body).toMatchObject({ unreturned: [{ id: pass.id, name: '张三' }] })
    expect((await reading()).outcome).toBe('denied-site-closed')
    const refund = (receipt: string) => code(as.desk.post(`/api/v1/credentials/${pass.id}/refund`, { receipt }))
    expect(await refund('SJ-0088')).toBe('refund-not-returned')
    expect(await code(as.desk.post(`/api/v1/credentials/${pass.id}/return`))).toBe('ok')
    expect([await refund('SJ-0089'), await refund('SJ-0088'), await refund('SJ-0088')]).toEqual([
      'refund-receipt',
      'ok',
      'refund-made',
    ])
    expect((await reading()).outcome).toBe('denied-revoked')
  })
  it('who reads the full ID number stands on the trail with a reason; nobody else can', async () => {
    const path = `/api/v1/people/${person.id}/id-number`
    expect(await code(as.desk.post(path, { reason: '公安核查' }))).toBe('not-allowed')
    expect((await as.manager.post(path, { reason: '公安核查' })).body.idNumber).toBe('310101199001011234')
    expect(trail('person').at(-1)).toMatchObject({ action: 'id-read', actor: 'manager', data: { reason: '公安核查' } })
  })
  it('neither card nor ID number is in records.db or on the trail', () => {
    const files = ['records.db', 'records.db-wal']
      .map(name => readFileSync(join(g.data, name)).toString('latin1'))
      .join('')
    for (const secret of ['310101199001011234', bits, '04AABBCC']) expect(files.includes(secret)).toBe(false)
    expect(statSync(join(g.data, 'secrets', 'access.key')).mode & 0o777).toBe(0o600)
    expect(statSync(join(g.data, 'secrets', 'pass-key.pem')).mode & 0o777).toBe(0o600)
  })
})

describe('PIN', () => {
  it('duress opens, shows nothing, and calls; five wrong ones lock', async () => {
    const held = await made(as.desk, 'people', { name: '孙工', kind: 'staff' })
    await as.desk.post(`/api/v1/people/${held.id}/pin`, { pin: '258019' })
    const card = await made(as.desk, 'credentials', {
      person: held.id,
      class: 'uid',
      number: '04DDEEFF',
      validTo: soon(8),
      levels: ['hall-only'],
    })
    await as.manager.post(`/api/v1/credentials/${card.id}/approve`)
    const show = (pin: string) => ask({ door: 'door-1', uid: '04DDEEFF', pin })
    expect((await show('258019')).outcome).toBe('granted')
    expect(duressOf('258019')).toBe('258010')
    expect(await show('258010')).toMatchObject({ outcome: 'granted', unlock: true, looks: [] })
    expect(trail('access').at(-1)).toMatchObject({ action: 'granted-duress', data: { duress: true } })
    const tries: string[] = []
    for (let n = 0; n < 6; n++) tries.push((await show('111111')).outcome)
    expect(tries).toEqual([...Array(5).fill('denied-pin-wrong'), 'denied-pin-locked'])
    expect((await show('258019')).outcome).toBe('denied-pin-locked')
  })
})

describe('QR passes', () => {
  const passFor = async (kind: string) => {
    const held = await made(as.desk, 'people', { name: `访客 ${kind}`, kind: 'staff' })
    const asked = await made(as.desk, 'credentials', {
      person: held.id,
      class: kind,
      validTo: soon(2),
      levels: ['hall-only'],
    })
    await as.manager.post(`/api/v1/credentials/${asked.id}/approve`)
    return asked
  }
  it('a static one is checked by anybody with the public key', async () => {
    const asked = await passFor('qr-static')
    const shown = (await as.desk.get(`/api/v1/credentials/${asked.id}/code`)).body.code as string
    const { publicKey } = (await as.viewer.get('/api/v1/pass-key')).body
    const bytes = fromBase45(shown)!
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey as string }, format: 'jwk' })
    expect(verify(null, bytes.subarray(0, 48), key, bytes.subarray(48))).toBe(true)
    expect((await ask({ door: 'door-1', code: shown })).outcome).toBe('granted')
    expect((await ask({ door: 'door-1', code: shown.replace('A', 'B') })).outcome).toMatch(/denied-(signature|format)/)
    await as.guard.post(`/api/v1/credentials/${asked.id}/lose`, { reason: '报失' })
    expect((await ask({ door: 'door-1', code: shown })).outcome).toBe('denied-revoked')
  })
  it("the holder's phone shows a dynamic one by its link; a screenshot is refused at the same door", async () => {
    const asked = await passFor('qr-dynamic')
    const phone = await g.stranger.get(`/api/v1/pass-codes/${asked.link}`)
    expect(phone.body).toMatchObject({ no: asked.no, until: expect.any(String) })
    const shown = { door: 'door-1', code: phone.body.code }
    expect([(await ask(shown)).outcome, (await ask(shown)).outcome]).toEqual(['granted', 'denied-replay'])
    expect((await g.stranger.get('/api/v1/pass-codes/p_wrong')).status).toBe(404)
  })
})

describe('modes of a door', () => {
  const set = (api: Api, body: object) => api.post('/api/v1/doors/door-1/modes', { reason: '演练', ...body })
  it('each ends by itself, stands on the trail, and leaves the way out alone', async () => {
    expect(await code(set(as.guard, { mode: 'lockdown', level: 5 }))).toBe('not-allowed')
    expect(await code(set(as.operator, { mode: 'lockdown' }))).toBe('mode-level')
    expect(await code(set(as.operator, { mode: 'override', minutes: 481 }))).toBe('mode-too-long')
    const locked = await set(as.operator, { mode: 'lockdown', level: 5 })
    expect(locked.body).toMatchObject({
      mode: { mode: 'lockdown', level: 5, by: 'operator', until: expect.any(String) },
    })
    expect((await ask({ door: 'door-1', uid: '04:aa:bb:cc' })).outcome).toBe('denied-lockdown')
    expect((await ask({ door: 'door-1', uid: '04:aa:bb:cc', direction: 'out' })).outcome).toBe('granted-egress')
    const [layer] = locked.body.layers as { id: string }[]
    expect(await code(as.operator.post(`/api/v1/doors/door-1/modes/${layer!.id}/end`, { reason: '演练结束' }))).toBe(
      'ok',
    )
    expect((await ask({ door: 'door-1', uid: '04:aa:bb:cc' })).outcome).toBe('granted')
    expect(trail('door').map(e => e.action)).toEqual(['mode-lockdown', 'mode-ended'])
  })
  it('what a fire has released nobody shuts, and nobody is known to be anywhere', async () => {
    feed(g, 'door-1/fire', true)
    expect(await code(set(as.operator, { mode: 'lockdown', level: 9 }))).toBe('mode-fire')
    expect(trail('door').at(-1)!.action).toBe('mode-refused')
    expect((await ask({ door: 'door-1', uid: '00000000' })).outcome).toBe('open')
    feed(g, 'door-1/open', true)
    await Promise.resolve()
    expect((await as.guard.get('/api/v1/doors')).body.unknown).toBeGreaterThan(0)
    feed(g, 'door-1/fire', false)
  })
})
