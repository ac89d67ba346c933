import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiOf, signIn } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

let g: TestGateway
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  await g.people()
})
afterAll(() => g.stop())

const session = '/api/v1/session'
const tryPassword = (name: string, password: string) => g.stranger.post(session, { name, password })
/** The same from another address of this machine. */
const tryFrom = (localAddress: string, name: string, password: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request(`${g.url}${session}`, { method: 'POST', localAddress, headers }, response => {
      response.resume()
      resolve(response.statusCode!)
    })
    asked.on('error', reject)
    asked.end(JSON.stringify({ name, password }))
  })

describe('signing in', () => {
  it('gives a cookie that no script can read and no other site can use, and says who one is', async () => {
    const answer = await tryPassword('admin', PASSWORD)
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { name: 'admin', role: 'admin', site: { id: 'test-site' } },
    ])
    const [cookie] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^gatehouse_session=s_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const me = apiOf(g.url, { cookie: cookie!.split(';')[0]! })
    expect((await me.get(session)).body).toMatchObject({ name: 'admin' })
    const out = await me.delete(session)
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringMatching(/^gatehouse_session=;/)])
    expect((await me.get(session)).status).toBe(401)
  })
  it('a wrong password and an unknown name are answered alike, and take as long', async () => {
    const timed = async (name: string) => {
      const started = performance.now()
      const { status, text } = await tryPassword(name, 'not the password')
      return { ms: performance.now() - started, status, text }
    }
    // The shortest of three each: what else the machine did is in the longer ones.
    const [known, unknown] = [[], []] as [Awaited<ReturnType<typeof timed>>[], Awaited<ReturnType<typeof timed>>[]]
    for (let i = 0; i < 3; i++) {
      known.push(await timed('engineer'))
      unknown.push(await timed('somebody'))
    }
    const shortest = (all: typeof known) => Math.min(...all.map(({ ms }) => ms))
    expect(unknown.map(({ status, text }) => [status, text])).toEqual(known.map(({ status, text }) => [status, text]))
    expect(shortest(unknown)).toBeGreaterThan(shortest(known) / 4)
  })
  it('five failures: that name waits at that address; another name and another address do not', async () => {
    for (let i = 0; i < 5; i++) expect((await tryPassword('viewer', `wrong ${i}`)).status).toBe(401)
    const answer = await tryPassword('viewer', PASSWORD)
    expect([answer.status, answer.body.code]).toEqual([429, 'too-many-attempts'])
    const wait = Number(answer.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(25)
    expect(wait).toBeLessThanOrEqual(30)
    expect((await tryPassword('VIEWER', PASSWORD)).status).toBe(429)
    expect((await tryPassword('operator', PASSWORD)).status).toBe(200)
    expect(await tryFrom('127.0.0.9', 'viewer', PASSWORD)).toBe(200)
  })
  it('thirty guesses at once are no more than five', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => tryPassword('manager', `guess ${i}`)))
    expect(answers.filter(a => a.status === 401)).toHaveLength(5)
    expect(answers.filter(a => a.status === 429)).toHaveLength(25)
  })
  it('ten screens that sign in at once with the right password all get in', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => tryPassword('guard', PASSWORD)))
    expect(answers.map(a => a.status)).toEqual(Array(10).fill(200))
  })
  it('guessing the own password from a stolen session is slowed down too', async () => {
    const me = await signIn(g.url, 'desk', PASSWORD)
    const guess = (i: number) =>
      me.post('/api/v1/users/desk/password', { current: `wrong ${i}`, password: 'x'.repeat(12) })
    for (let i = 0; i < 5; i++) expect((await guess(i)).status).toBe(401)
    expect((await guess(6)).status).toBe(429)
  })
})

describe('another web site', () => {
  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'not a url'])(
    'at %s changes nothing with our cookie',
    async origin => {
      const me = await g.admin()
      for (const path of ['/api/v1/tokens', '/api/v1/site/check', session]) {
        const answer = await me.post(path, { name: 'x' }, { origin })
        expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'foreign-origin'])
      }
      expect((await me.delete(session, { origin })).status).toBe(403)
      expect((await me.get(session)).status).toBe(200)
    },
  )
  it('our own pages do', async () => {
    const me = await g.admin()
    expect((await me.post('/api/v1/tokens', { name: 'x' }, { origin: g.url })).status).toBe(201)
  })
  it('may not put us in a frame, and no script but ours runs', async () => {
    const { headers } = await g.stranger.get('/api/v1/about')
    const policy = headers.get('content-security-policy')!.split(';')
    expect(policy).toEqual(
      expect.arrayContaining(["script-src 'self'", "frame-ancestors 'none'", "connect-src 'self'"]),
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('tokens', () => {
  it('open what their person may, until they are revoked', async () => {
    const admin = await g.admin()
    const made = (await admin.post('/api/v1/tokens', { name: 'export' })).body
    const program = apiOf(g.url, { authorization: `Bearer ${made.token}` })
    expect((await program.get(session)).body).toMatchObject({ name: 'admin', role: 'admin' })
    expect((await admin.get('/api/v1/tokens')).text).not.toContain(made.token as string)
    await admin.post(`/api/v1/tokens/${made.id}/revoke`)
    expect((await program.get(session)).status).toBe(401)
  })
  it('end at their time', async () => {
    const admin = await g.admin()
    const made = (await admin.post('/api/v1/tokens', { name: 'old', expiresAt: '2020-01-01T00:00:00Z' })).body
    expect((await apiOf(g.url, { authorization: `Bearer ${made.token}` }).get(session)).status).toBe(401)
  })
})

describe('people', () => {
  it('disabled: out at once, with sessions and tokens', async () => {
    const admin = await g.admin()
    const password = 'a password for lin'
    await admin.post('/api/v1/users', { name: '林工', role: 'engineer', password })
    const lin = await signIn(g.url, '林工', password)
    const { token } = (await lin.post('/api/v1/tokens', { name: 't' })).body
    const name = encodeURIComponent('林工')
    expect((await admin.post(`/api/v1/users/${name}/disable`)).body).toMatchObject({ name: '林工', disabled: true })
    expect((await lin.get(session)).status).toBe(401)
    expect((await apiOf(g.url, { authorization: `Bearer ${token}` }).get(session)).status).toBe(401)
    expect((await tryPassword('林工', password)).status).toBe(401)
  })
  it('a new role counts from the next request on; it ends the sessions that began under the former one', async () => {
    const admin = await g.admin()
    const billing = await signIn(g.url, 'billing', PASSWORD)
    expect((await billing.get('/api/v1/alarms')).status).toBe(403)
    await admin.post('/api/v1/users/billing/role', { role: 'manager' })
    expect((await billing.get('/api/v1/alarms')).status).toBe(401)
    const manager = await signIn(g.url, 'billing', PASSWORD)
    expect((await manager.get('/api/v1/alarms')).status).toBe(200)
  })
  it('signing in once more in the same browser gives another session, and the one before is over', async () => {
    const first = await signIn(g.url, 'desk', PASSWORD)
    const again = await first.post(session, { name: 'desk', password: PASSWORD })
    const second = apiOf(g.url, { cookie: again.headers.getSetCookie()[0]!.split(';')[0]! })
    expect(second.headers.cookie).not.toBe(first.headers.cookie)
    expect([(await first.get(session)).status, (await second.get(session)).status]).toEqual([401, 200])
  })
  it('a new password: not shorter than ten, not one that is tried first, the own one only with the one before', async () => {
    const admin = await g.admin()
    const make = (password: string) => admin.post('/api/v1/users', { name: 'wang.wei', role: 'guard', password })
    const said = []
    for (const password of [
      'nine char',
      'password123',
      'wangwei2026',
      'gatehouse-1',
      'test-site 2026',
      'geese cross at 7',
    ])
      said.push((await make(password)).body.code ?? 'made')
    expect(said).toEqual(['invalid-input', ...Array(4).fill('password-easy'), 'made'])
    const wang = await signIn(g.url, 'wang.wei', 'geese cross at 7')
    const change = async (password: string, current?: string) =>
      (await wang.post('/api/v1/users/wang.wei/password', { password, current })).body.code ?? 'changed'
    expect([
      await change('swans rest at 9'),
      await change('1qaz2wsx3edc', 'geese cross at 7'),
      await change('swans rest at 9', 'geese cross at 7'),
    ]).toEqual(['wrong-password', 'password-easy', 'changed'])
    expect((await tryPassword('wang.wei', 'geese cross at 7')).status).toBe(401)
    const text = (await admin.post('/api/v1/users', { name: 'x', role: 'guard', password: 'qwertyuiop' })).text
    expect(text).toMatch(/too easily guessed.*sentence/)
  })
  it('the last admin stays', async () => {
    const admin = await g.admin()
    const answer = await admin.post('/api/v1/users/admin/disable')
    expect([answer.status, answer.body.code]).toEqual([409, 'last-admin'])
    expect((await admin.post('/api/v1/users/admin/role', { role: 'viewer' })).status).toBe(409)
  })
})
