import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { takeCommand } from '../../gateway/outputs/commands.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { both, head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** Tags on equipment whose devices never answer: what is refused for the tag is refused for nothing else. */
const HOUR = 3_600_000
const bit = (key: string, address: number, more: object = {}) => ({
  ...{ key, name: both(key), table: 'coil', address, type: 'bool', scanMs: HOUR },
  ...more,
})
const takes = (roles: string[], more: object = {}) => ({ writable: true, command: { roles, ...more } })
const device = (id: string, kind: string, unit: number, points: object[]) => ({
  ...{ id, kind, name: both(id), space: 'b1', channel: 'bus', unit, points },
})
const site = {
  ...head,
  channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1, timeoutMs: 200 }],
  equipment: [
    device('fan', 'fan', 1, [bit('start', 0, takes(['operator', 'engineer'])), bit('running', 1)]),
    device('door', 'door', 2, [bit('locked', 0, takes(['operator'], { release: [false] }))]),
    device('panel', 'fire-alarm-panel', 3, [bit('smoke', 0), bit('button', 1)]),
  ],
  rules: [],
  linkage: {
    mode: 'act',
    zones: [{ id: 'b1', sources: [{ devices: ['panel/smoke'], callPoints: ['panel/button'] }] }],
    actions: [
      {
        ...{ id: 'fans', kind: 'fans', name: both('fans'), zones: ['*'], at: 'first' },
        devices: [{ proof: { point: 'fan/running', equals: true }, command: { point: 'fan/start', value: true } }],
      },
      {
        ...{ id: 'doors', kind: 'doors', name: both('doors'), zones: ['*'], at: 'first' },
        devices: [{ proof: { point: 'door/locked', equals: false }, command: { point: 'door/locked', value: false } }],
      },
    ],
  },
}
const folder = tempFolder()
let ahead = 0
const clock = () =>
  createClock(
    () => Date.now() + ahead,
    () => performance.now() + ahead,
  )
let g: TestGateway
let as: Record<Role, Api>
const begin = async () => {
  g = await startGateway({ site, data: folder.path, clock: clock() })
  as = await g.people()
}
beforeAll(begin)
afterAll(async () => {
  await g.stop()
  folder.remove()
})

const hang = async (who: Role, equipment: string, more: object = {}) =>
  String((await as[who].post('/api/v1/tags', { equipment, reason: 'bearing', ...more })).body.id)
const move = (who: Role, id: string, action: string, body: object = {}) =>
  as[who].post(`/api/v1/tags/${id}/${action}`, body)
const ask = async (who: Role, point: string, value: unknown) => {
  const { body } = await as[who].post('/api/v1/commands', { point, value, reason: 'a test' })
  return { why: body.why, text: (body.text as { en: string } | null)?.en ?? null }
}
const tagStory = (id: string) => g.deps.trail.of('tag', id).map(e => [e.action, e.actor])

it('blocks every way by which a command comes, names the tag, and survives a restart', async () => {
  expect(await ask('operator', 'fan/start', true)).toMatchObject({ why: 'offline' })
  const id = await hang('engineer', 'fan', { verified: '0 V at the terminals' })
  const words = { why: 'tagged', text: expect.stringMatching(/^T-\d{8}-001 of engineer: bearing$/) }
  expect(await ask('operator', 'fan/start', true)).toEqual(words)
  expect(await ask('engineer', 'fan/start', false)).toEqual(words)
  await g.stop()
  await begin()
  expect(await ask('operator', 'fan/start', true)).toEqual(words)
  const { deps } = g
  const live = deps.plant()!.commands
  const allowed = { output: 'bms', root: 'x', points: ['*/*'], role: 'operator' as const }
  const asked = { transaction: 'a', t: new Date(deps.clock.now()).toISOString(), value: true }
  const answer = takeCommand(
    { ...deps, live: () => live },
    allowed,
    'x/command/fan/start',
    Buffer.from(JSON.stringify(asked)),
    false,
  )
  expect(JSON.parse(answer!.text)).toMatchObject({ phase: 'refused', why: 'tagged', text: { en: words.text } })
  // What the fire linkage would do with it.
  expect(live.automatic('1', 'fan/start', true, 'fire', false)?.command).toMatchObject({
    phase: 'refused',
    why: 'tagged',
  })
  expect((await move('operator', id, 'remove')).status).toBe(403)
  expect((await move('engineer', id, 'remove')).status).toBe(200)
  expect(await ask('operator', 'fan/start', true)).toMatchObject({ why: 'offline' })
  expect(tagStory(id)).toEqual([
    ['hung', 'engineer'],
    ['remove', 'engineer'],
  ])
})

it('is free when the last of several is off; another person takes one off only with a second', async () => {
  const [mine, his] = [await hang('engineer', 'fan'), await hang('operator', 'fan')]
  expect((await as.engineer.post('/api/v1/tags', { equipment: 'fan', reason: 'again' })).body.code).toBe(
    'tag-own-twice',
  )
  expect((await as.guard.post('/api/v1/tags', { equipment: 'fan', reason: 'x' })).status).toBe(403)
  await move('engineer', mine, 'remove')
  expect((await ask('engineer', 'fan/start', true)).text).toMatch(/of operator/)
  const lacks = await move('engineer', his, 'ask-removal', { reason: 'he went home' })
  expect([lacks.status, lacks.body.code]).toEqual([422, 'tag-lacks'])
  await move('engineer', his, 'ask-removal', { reason: 'he went home', called: '18:05, no answer, twice' })
  expect((await move('engineer', his, 'confirm-removal')).body.code).toBe('tag-removal-same')
  const done = await move('manager', his, 'confirm-removal')
  expect(done.body).toMatchObject({ removedBy: 'engineer', removedWith: 'manager', inForce: false })
  const last = g.deps.trail.of('tag', his).at(-1)!
  expect([last.action, last.actor, last.data]).toMatchObject([
    'confirm-removal',
    'manager',
    { owner: 'operator', asked: { by: 'engineer', called: '18:05, no answer, twice', reason: 'he went home' } },
  ])
})

it('is handed over at the change of shifts, and lifted for a try that ends by itself', async () => {
  const id = await hang('engineer', 'fan')
  expect((await move('engineer', id, 'offer', { to: 'guard' })).body.code).toBe('tag-owner-role')
  await move('engineer', id, 'offer', { to: 'operator' })
  expect((await move('admin', id, 'take')).body.code).toBe('tag-not-offered')
  expect((await move('operator', id, 'take')).body).toMatchObject({ owner: 'operator', hungBy: 'engineer' })
  expect((await move('engineer', id, 'remove')).status).toBe(403)
  expect((await move('operator', id, 'test', { reason: 'x', minutes: 16 })).status).toBe(400)
  expect((await move('operator', id, 'test', { reason: 'turn once', minutes: 15 })).body.inForce).toBe(false)
  expect(await ask('operator', 'fan/start', true)).toMatchObject({ why: 'offline' })
  ahead += 15 * 60_000
  expect(await ask('operator', 'fan/start', true)).toMatchObject({ why: 'tagged' })
  await until('the end of the try is on the trail', () => tagStory(id).at(-1)?.[0] === 'test-over')
  await move('operator', id, 'remove')
})

it('a tagged fan that runs is an alarm that concerns life; a tagged one of the fire linkage is one, too', async () => {
  const raised = (rule: string) =>
    g.deps.alarms
      .open()
      .some(a => a.active && a.id === `${rule}:fan:${rule.replace('tagged', 'tag').replace('-', '.')}`)
  const id = await hang('engineer', 'fan')
  await until('the fire linkage misses it', () => raised('tagged-fire'))
  feed(g, 'fan/running', true)
  ahead += 1000
  await until('it is told', () => raised('tagged-live'))
  const alarm = g.deps.alarms.open().find(a => a.id.startsWith('tagged-live:'))!
  expect(alarm.severity).toBe('life')
  await move('engineer', id, 'remove')
  await until('both are over', () => !raised('tagged-live') && !raised('tagged-fire'))
})

it('a permit of the special grade is extended once, and closed by a photo and the code of equipment at its place, and by no other', async () => {
  const now = g.deps.clock.now()
  const iso = (at: number) => new Date(at).toISOString()
  const day = iso(now + 10 * 86_400_000).slice(0, 10)
  const asked = {
    ...{ space: 'b1', spot: 'duct', work: 'weld', grade: 'special', guardian: 'guard' },
    workers: [{ name: 'Sun', certificate: 'T1', validTo: day }],
    ...{ validFrom: iso(now), validTo: iso(now + 8 * HOUR) },
  }
  const post = async (who: Role, path: string, body: object = {}) => {
    const { status, body: said } = await as[who].post(`/api/v1/permits${path}`, body)
    return status < 300 ? String(said.phase) : `${status} ${said.code}`
  }
  expect(await post('guard', '', asked)).toBe('403 not-allowed')
  expect(await post('desk', '', { ...asked, guardian: 'viewer' })).toBe('422 permit-guardian-account')
  expect(await post('desk', '', { ...asked, space: 'nowhere' })).toBe('404 not-found')
  expect(await post('desk', '', { ...asked, kind: 'isolation' })).toBe('422 permit-isolation-off')
  expect(await post('engineer', '', asked)).toBe('submitted')
  const { id } = g.deps.permits.open()[0]!
  const diary = [
    await post('operator', `/${id}/approve`),
    await post('desk', `/${id}/approve`),
    await post('manager', `/${id}/approve`),
    await post('admin', `/${id}/stamp`),
    await post('guard', `/${id}/start`),
  ]
  const checks = ['combustibles', 'cylinders', 'extinguishers', 'monitoring'].map(code => ({ code, ok: true }))
  const test = { spot: 'duct', percent: 0.1, lel4: true, instrument: 'G1', calDue: day }
  diary.push(await post('guard', `/${id}/checks`, { checks }))
  diary.push(await post('guard', `/${id}/start`))
  diary.push(await post('guard', `/${id}/gas-tests`, test))
  diary.push(await post('guard', `/${id}/start`))
  // Longer once, agreed to by all anew.
  const longer = { to: iso(now + 12 * HOUR), reason: 'the duct is longer than drawn' }
  const extension = [
    await post('guard', `/${id}/extension`, longer),
    await post('engineer', `/${id}/extension`, longer),
    await post('manager', `/${id}/extension/approve`),
    await post('operator', `/${id}/extension/approve`),
    await post('desk', `/${id}/extension/approve`),
    await post('manager', `/${id}/extension/approve`),
    await post('admin', `/${id}/extension/stamp`),
    await post('engineer', `/${id}/extension`, { ...longer, to: iso(now + 16 * HOUR) }),
  ]
  expect(extension).toEqual([
    ...['403 not-allowed', 'live', '403 permit-next-approval', 'live', 'live', 'live', 'live', '409 permit-extended'],
  ])
  expect((await as.guard.get(`/api/v1/permits/${id}`)).body).toMatchObject({
    ...{ validTo: longer.to, scannable: true, spaces: ['b1'], notice: null },
    extension: { stampedBy: 'admin', next: null },
  })
  const to = (name: string) => ({ to: name, reason: 'his shift ends' })
  const watch = [
    await post('operator', `/${id}/guardian`, to('engineer')),
    await post('guard', `/${id}/guardian`, to('viewer')),
    await post('guard', `/${id}/guardian`, to('operator')),
    await post('guard', `/${id}/guardian`, to('engineer')),
    await post('guard', `/${id}/guardian/take`),
    await post('engineer', `/${id}/guardian/take`),
  ]
  expect(watch).toEqual([
    ...['403 permit-guardian-offer', '422 permit-guardian-account', '422 permit-guardian-works'],
    ...['live', '403 permit-guardian-offered', 'live'],
  ])
  expect((await as.guard.get(`/api/v1/permits/${id}`)).body).toMatchObject({
    ...{ guardian: 'engineer', guardianOffer: null, guardians: [{ from: 'guard', to: 'engineer', by: 'guard' }] },
  })
  diary.push(await post('guard', `/${id}/finish`))
  ahead += HOUR
  const { intake } = g.deps
  diary.push(await post('guard', `/${id}/close`))
  diary.push(await post('guard', `/${id}/close`, { code: 'fan~forged' }))
  diary.push(await post('guard', `/${id}/close`, { code: intake.tokenOf('elsewhere') }))
  diary.push(await post('guard', `/${id}/close`, { code: intake.tokenOf('fan') }))
  const { status } = await as.guard.send('POST', `/api/v1/permits/${id}/photo`, JPEG, { 'content-type': 'image/jpeg' })
  expect(status).toBe(200)
  diary.push(await post('guard', `/${id}/close`))
  diary.push(await post('guard', `/${id}/close`, { code: intake.tokenOf('fan') }))
  expect(diary).toEqual([
    ...['submitted', 'submitted', 'approved', 'issued', '409 permit-check', 'issued', '409 permit-gas', 'issued'],
    ...['live', 'watch', '422 permit-needs-proof', '422 permit-other-place', '422 permit-other-place'],
    ...['422 permit-needs-proof', '422 permit-needs-scan', 'closed'],
  ])
})

it('a fire opens the tagged door, and leaves the tagged fan alone', async () => {
  const [fan, door] = [await hang('engineer', 'fan'), await hang('engineer', 'door')]
  expect(await ask('operator', 'door/locked', false)).toMatchObject({ why: 'tagged' })
  feed(g, 'fan/running', false)
  feed(g, 'panel/smoke', true)
  const of = (point: string) =>
    g.deps.commands.list(undefined, 50).find(c => c.point === point && c.reason.startsWith('fire'))
  await until('both were decided', () => of('fan/start') && of('door/locked'))
  expect(of('fan/start')).toMatchObject({ phase: 'refused', why: 'tagged', sentAt: null })
  expect(of('door/locked')!.sentAt).not.toBeNull()
  feed(g, 'panel/smoke', false)
  for (const id of [fan, door]) await move('engineer', id, 'remove')
})

it('a switching order needs two persons of engineering, and stands on the trail step by step', async () => {
  const order = { task: '1# 进线停电', steps: ['拉开 401', '验电'], operator: 'engineer', guardian: 'admin' }
  const no = async (change: object, who: Role = 'engineer') => {
    const { status, body } = await as[who].post('/api/v1/switchings', { ...order, ...change })
    return [status, body.code]
  }
  expect(await no({ guardian: 'ENGINEER' })).toEqual([422, 'switching-same-person'])
  expect(await no({ guardian: 'guard' })).toEqual([422, 'switching-person'])
  expect(await no({ guardian: 'nobody' })).toEqual([422, 'switching-person'])
  expect(await no({}, 'operator')).toEqual([403, 'not-allowed'])
  const { body } = await as.engineer.post('/api/v1/switchings', order)
  const step = (who: Role, n: number, action: string) =>
    as[who].post(`/api/v1/switchings/${body.id}/steps/${n}/${action}`)
  expect((await step('engineer', 0, 'done')).body.code).toBe('switching-not-read')
  expect((await step('engineer', 0, 'read')).body.detail).toContain('admin')
  for (const n of [0, 1]) {
    expect((await step('admin', n, 'read')).status).toBe(200)
    expect((await step('engineer', n, 'done')).status).toBe(200)
  }
  const [newest] = (await as.manager.get('/api/v1/switchings')).body.items
  expect(newest).toMatchObject({ phase: 'done', next: 2, no: expect.stringMatching(/^S-\d{8}-001$/) })
  expect(g.deps.trail.of('switching', String(body.id)).map(e => [e.action, e.actor, e.data.step])).toEqual([
    ['opened', 'engineer', undefined],
    ['read', 'admin', 1],
    ['done', 'engineer', 1],
    ['read', 'admin', 2],
    ['done', 'engineer', 2],
  ])
})
