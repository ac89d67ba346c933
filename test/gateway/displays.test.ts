import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import { PAIRING_MS } from '../../rules/pairing.ts'
import { type Api, apiOf, signIn } from '../support/api.ts'
import { manualClock } from '../support/clock.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { openScreen } from '../support/screen.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 22, 15, 59)
let clock = manualClock(START)
let g: TestGateway
let as: Record<Role, Api>
beforeAll(async () => {
  clock = manualClock(START)
  const flat = {
    id: 'flat-1201',
    kind: 'unit',
    name: { 'zh-CN': '1201', en: '1201' },
    parent: 'b1',
    tenant: 'Wang Fang',
  }
  const contacts = [{ id: 'guard', kind: 'duty', name: { 'zh-CN': '保安', en: 'Guard' }, phone: '13800000000' }]
  g = await startGateway({
    site: { ...quietSite, spaces: [...quietSite.spaces, flat], contacts },
    clock: { ...clock, stop: () => {}, look: () => {} },
  })
  as = await g.people()
})
afterAll(() => g.stop())

const pairings = '/api/v1/display-pairings'
const ask = async () =>
  (await g.stranger.post(pairings)).body as unknown as { code: string; secret: string; until: string }
const claim = (secret: string) => g.stranger.post(`${pairings}/claim`, { secret })
const letIn = (who: Api, code: string, name: string) => who.post('/api/v1/displays', { code, name })
/** A screen that was let in, as its browser goes on. */
async function screenNamed(name: string): Promise<Api> {
  const { code, secret } = await ask()
  expect((await letIn(as.manager, code, name)).status).toBe(201)
  const { headers } = await claim(secret)
  return apiOf(g.url, { cookie: headers.getSetCookie()[0]!.split(';')[0]! })
}

describe('a screen is let in', () => {
  it('by a code that a supervisor types, once', async () => {
    const { code, secret, until } = await ask()
    expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
    expect(Date.parse(until)).toBe(clock.now() + PAIRING_MS)
    expect((await claim(secret)).body).toEqual({ me: null })
    const made = await letIn(as.manager, code.toLowerCase().replace('-', ' '), 'wall-1')
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ name: 'wall-1', address: '127.0.0.1', disabled: false, screens: 0, seenAt: null }),
    ])
    expect(made.text).not.toContain(secret)
    const entered = await claim(secret)
    expect(entered.body).toMatchObject({ me: { name: 'wall-1', role: 'display' } })
    const [cookie] = entered.headers.getSetCookie()
    expect(cookie).toMatch(/^gatehouse_session=.*HttpOnly.*SameSite=Strict/)
    expect(cookie).toContain(`Max-Age=${400 * 86_400}`)
    // Neither the code nor the secret opens anything a second time.
    expect((await claim(secret)).body.code).toBe('pairing-over')
    expect((await letIn(as.manager, code, 'wall-2')).body.code).toBe('pairing-unknown')
    const { items } = (await as.manager.get('/api/v1/displays')).body
    expect(items.find(d => d.name === 'wall-1')).toMatchObject({
      screens: 1,
      seenAt: new Date(clock.now()).toISOString(),
    })
    const trail = (await as.admin.get('/api/v1/trail?limit=1000')).body.items.filter(e => e.id === 'wall-1')
    expect(trail.map(e => [e.actor, e.action]).sort()).toEqual([
      ['manager', 'paired'],
      ['wall-1', 'signed-in'],
    ])
  })
  it('not by a code that has run out, and whoever guesses has to wait', async () => {
    const old = await ask()
    await clock.pass(PAIRING_MS)
    expect((await letIn(as.admin, old.code, 'late')).body.code).toBe('pairing-unknown')
    expect((await claim(old.secret)).body.code).toBe('pairing-over')
    const { code } = await ask()
    for (let n = 0; n < 4; n++) expect((await letIn(as.admin, `AAAA-AAA${n}`, 'x')).body.code).toBe('pairing-unknown')
    expect((await letIn(as.admin, code, 'x')).body.code).toBe('too-many-attempts')
    expect((await letIn(as.manager, code, 'lobby')).status).toBe(201)
  })
  it('not under the name of a person', async () => {
    const { code } = await ask()
    expect((await letIn(as.manager, code, 'operator')).body.code).toBe('already-exists')
    expect(g.deps.users.get('operator')!.role).toBe('operator')
    expect((await letIn(as.operator, code, 'wall-9')).status).toBe(403)
  })
  it('by an ordinary password, too', async () => {
    await as.admin.post('/api/v1/users', { name: 'hall', role: 'display', password: PASSWORD })
    const hall = await signIn(g.url, 'hall', PASSWORD)
    expect((await hall.get('/api/v1/session')).body).toMatchObject({ name: 'hall', role: 'display' })
    expect(
      (await hall.post('/api/v1/users/hall/password', { password: 'another password', current: PASSWORD })).status,
    ).toBe(403)
  })
})

describe('a screen that was let in', () => {
  it('stays for weeks of power cut, and not for ever', async () => {
    const wall = await screenNamed('stays')
    await clock.pass(60_000)
    clock.jump(60 * DAY_MS)
    const back = await wall.get('/api/v1/session')
    expect(back.status).toBe(200)
    // Its browser is told anew how long to keep it.
    expect(back.headers.getSetCookie()[0]).toContain(`Max-Age=${400 * 86_400}`)
    clock.jump(80 * DAY_MS)
    expect((await wall.get('/api/v1/session')).status).toBe(200)
    clock.jump(91 * DAY_MS)
    expect((await wall.get('/api/v1/session')).status).toBe(401)
  })
  it('is put out at once, its live link too, and may be let in again under its name', async () => {
    const wall = await screenNamed('out')
    const live = await openScreen(g.url, wall.headers)
    expect(live.hello().kind).toBe('hello')
    const revoked = await as.manager.post('/api/v1/displays/out/revoke')
    expect(revoked.body).toMatchObject({ name: 'out', disabled: true, screens: 0 })
    expect((await until('its end', () => live.closed())).code).toBe(4401)
    expect((await wall.get('/api/v1/alarms')).status).toBe(401)
    const again = await screenNamed('out')
    expect((await again.get('/api/v1/alarms')).status).toBe(200)
    // Another screen by the same name puts the former one out.
    const third = await screenNamed('out')
    expect([(await again.get('/api/v1/alarms')).status, (await third.get('/api/v1/alarms')).status]).toEqual([401, 200])
    // Nobody is put out who is no screen.
    expect((await as.manager.post('/api/v1/displays/operator/revoke')).status).toBe(404)
  })
  it('never becomes the desk of somebody: with another role it is signed out', async () => {
    const wall = await screenNamed('climbs')
    await as.admin.post('/api/v1/users/climbs/role', { role: 'admin' })
    expect((await wall.get('/api/v1/session')).status).toBe(401)
  })
  it('reads what a wall shows, and of that no telephone, no tenant, nothing that people wrote', async () => {
    const wall = await screenNamed('reads')
    const spaces = await wall.get('/api/v1/spaces')
    expect(spaces.text).not.toContain('Wang')
    expect((await as.viewer.get('/api/v1/spaces')).text).toContain('Wang')
    feed(g, 'pump-1/tripped', true)
    const [alarm] = (await wall.get('/api/v1/alarms')).body.items
    const live = await openScreen(g.url, wall.headers)
    await as.operator.post(`/api/v1/alarms/${alarm!.id}/acknowledge`)
    await as.operator.post(`/api/v1/alarms/${alarm!.id}/shelve`, { minutes: 30, reason: 'Frau Wang ist krank' })
    // The other person on duty sees who it was.
    const told = await live.heard('alarm', m => m.alarm.shelved !== null)
    expect(told.alarm).toMatchObject({ ackedBy: 'operator', shelved: { by: 'operator', reason: '' } })
    expect((await wall.get('/api/v1/alarms')).text).not.toContain('krank')
    expect((await as.viewer.get('/api/v1/alarms')).text).toContain('krank')
    const seen = (await wall.get('/api/v1/wall')).body
    expect(seen).toMatchObject({ doors: null, duty: null, permits: [], tags: 0, points: { all: 3 } })
    live.close()
    feed(g, 'pump-1/tripped', false, 1)
  })
  it('is refused on every other route of the API, whatever it asks', async () => {
    const wall = await screenNamed('refused')
    const open = new Set([
      'GET /api/v1/session',
      'DELETE /api/v1/session',
      'GET /api/v1/wall',
      'GET /api/v1/equipment',
      'GET /api/v1/points',
      'GET /api/v1/points/{equipment}/{key}',
      'GET /api/v1/spaces',
      'GET /api/v1/plans',
      'GET /api/v1/plans/{id}',
      'GET /api/v1/history',
      'GET /api/v1/alarms',
      'GET /api/v1/alarms/{id}',
      'GET /api/v1/alarm-rate',
      'GET /api/v1/alarm-sound',
      'GET /api/v1/linkage',
      'GET /api/v1/runs',
    ])
    const everybody =
      /^(GET \/api\/(site\.schema|v1\/(about|sign-in-ways|session\/oidc|intake|receipts|notice-links|pass-codes))|POST \/api\/v1\/(session|first-run|display-pairings|intake|receipts|notice-links))/
    const { paths } = (await g.stranger.get('/api/openapi.json')).body as { paths?: Record<string, object> }
    const routes = Object.entries(paths!).flatMap(([path, methods]) =>
      Object.keys(methods).map(m => `${m.toUpperCase()} ${path}`),
    )
    const refused: string[] = []
    for (const route of [...routes, 'GET /metrics'].filter(r => !everybody.test(r) && r !== 'DELETE /api/v1/session')) {
      const [method, path] = route.split(' ') as [string, string]
      const filled = path.replace('{action}', 'accept').replace(/\{\w+\}/g, 'nobody')
      const { status } = await wall.send(method, filled, method === 'GET' || method === 'DELETE' ? undefined : {})
      expect([route, status === 403]).toEqual([route, !open.has(route)])
      if (status === 403) refused.push(route)
    }
    console.log(`${refused.length} routes refused`)
    expect(refused.length).toBeGreaterThan(250)
    expect((await wall.delete('/api/v1/session')).status).toBe(204)
    expect((await wall.get('/api/v1/alarms')).status).toBe(401)
  })
})
