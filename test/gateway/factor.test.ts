import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { Role } from '../../rules/flow.ts'
import { type Answer, type Api, apiOf, signIn } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SESSION = '/api/v1/session'

/** The clock of the machine, moved on by hand. */
const real = createClock()
let shift = 0
const clock = { ...real, now: () => real.now() + shift }
/** To the beginning of the next step of a code [RFC 6238, 4.1]: what is done now falls into one. */
const nextStep = () => {
  shift += 30_000 - (clock.now() % 30_000)
}

let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site: quietSite, clock })
  people = await g.people()
})
afterAll(() => g.stop())

/** A browser: it keeps the cookies that it is given. */
function browser() {
  const jar = new Map<string, string>()
  const kept = (answer: Answer): Answer => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === '' || /Max-Age=0|Expires=Thu, 01 Jan 1970/.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return kept(await apiOf(g.url, cookie === '' ? {} : { cookie }).send(method, path, body))
  }
  return {
    jar,
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown = {}) => send('POST', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    enter: (name: string, password = PASSWORD) => send('POST', SESSION, { name, password }),
    code: (code: string) => send('POST', `${SESSION}/code`, { code }),
  }
}
/** The telephone. @param late ms by which its clock is behind */
const codeOf = (secret: string, late = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() - late })
const said = ({ status, body }: Answer) => [status, body.code ?? body.step ?? body.name ?? null]
/** Sets up an app for somebody who is signed in. */
async function setUp(b: ReturnType<typeof browser>) {
  const { secret } = (await b.post('/api/v1/factor', { password: PASSWORD })).body as { secret?: string }
  const { codes } = (await b.post('/api/v1/factor/confirm', { code: codeOf(secret!) })).body as { codes?: string[] }
  shift += MINUTE
  return { secret: secret!, codes: codes! }
}
const trail = async (kind: string) =>
  (await people.admin.get('/api/v1/trail?limit=500')).body.items.filter(e => e.kind === kind)

describe('a second factor', () => {
  it('does not count before its first code; then the password alone opens nothing', async () => {
    const b = browser()
    expect(said(await b.enter('engineer'))).toEqual([200, 'engineer'])
    expect(said(await b.post('/api/v1/factor', { password: 'not the password' }))).toEqual([401, 'wrong-password'])
    const begun = (await b.post('/api/v1/factor', { password: PASSWORD })).body as { secret?: string; uri?: string }
    expect(begun.uri).toMatch(/^otpauth:\/\/totp\/Gatehouse.*engineer\?.*secret=[A-Z2-7]{32}/)
    expect(said(await browser().enter('engineer'))).toEqual([200, 'engineer'])
    expect(said(await b.post('/api/v1/factor/confirm', { code: '000000' }))).toEqual([401, 'code-wrong'])
    const other = browser()
    await other.enter('engineer')
    nextStep()
    const confirmed = await b.post('/api/v1/factor/confirm', { code: codeOf(begun.secret!) })
    expect((confirmed.body.codes as string[]).length).toBe(10)
    expect(new Set(confirmed.body.codes as string[]).size).toBe(10)
    // Whoever was signed in elsewhere by the password alone is out.
    expect([(await b.get(SESSION)).status, (await other.get(SESSION)).status]).toEqual([200, 401])

    const c = browser()
    const half = await c.enter('engineer')
    expect(said(half)).toEqual([202, 'code'])
    expect([...c.jar.keys()]).toEqual(['gatehouse_half'])
    for (const path of [SESSION, '/api/v1/alarms', '/api/v1/factor', '/api/v1/sessions'])
      expect([path, (await c.get(path)).status]).toEqual([path, 401])
    // The code that confirmed it was used [RFC 6238, 5.2].
    expect(said(await c.code(codeOf(begun.secret!)))).toEqual([401, 'code-used'])
    shift += MINUTE
    nextStep()
    const wrong = await c.code('123456')
    expect(said(wrong)).toEqual([401, 'code-wrong'])
    expect(wrong.body.detail).toMatch(/At the gateway it is \d\d:\d\d:\d\d/)
    const code = codeOf(begun.secret!, 30_000)
    expect(said(await c.code(code))).toEqual([200, 'engineer'])
    expect((await c.get(SESSION)).status).toBe(200)
    // The place that the cookie held is given up, and the code is gone for everybody.
    expect(said(await c.code(code))).toEqual([409, 'half-over'])
    const d = browser()
    await d.enter('engineer')
    expect(said(await d.code(code))).toEqual([401, 'code-used'])
    shift += 5 * MINUTE + 1
    expect(said(await d.code(codeOf(begun.secret!)))).toEqual([409, 'half-over'])
    expect((await trail('session')).filter(e => e.id === 'engineer')[0]).toMatchObject({
      action: 'signed-in',
      data: { how: 'code', address: '127.0.0.1' },
    })
  })

  it('a recovery code is good once; what was used up is made anew', async () => {
    const b = browser()
    await b.enter('desk')
    const { codes } = await setUp(b)
    const enterWith = async (code: string) => {
      const c = browser()
      await c.enter('desk')
      return said(await c.code(code))
    }
    expect(await enterWith(codes[0]!.toUpperCase().replace('-', ' '))).toEqual([200, 'desk'])
    expect(await enterWith(codes[0]!)).toEqual([401, 'code-wrong'])
    expect(await enterWith(codes[1]!)).toEqual([200, 'desk'])
    expect((await b.get('/api/v1/factor')).body).toMatchObject({ recoveryLeft: 8, demanded: false })
    const renewed = (await b.post('/api/v1/factor/recovery-codes', { password: PASSWORD })).body.codes as string[]
    expect(await enterWith(codes[2]!)).toEqual([401, 'code-wrong'])
    expect(await enterWith(renewed[0]!)).toEqual([200, 'desk'])
    expect((await trail('second-factor')).map(e => e.action)).toEqual(
      expect.arrayContaining(['set-up', 'recovery-used', 'codes-renewed']),
    )
  })

  it('guessing codes with a known password is slowed down; nothing is stored that gives one away', async () => {
    const b = browser()
    await b.enter('billing')
    const { secret, codes } = await setUp(b)
    const thief = browser()
    await thief.enter('billing')
    const answers = []
    for (let i = 0; i < 6; i++) answers.push((await thief.code(String(100_000 + i))).status)
    expect(answers).toEqual([401, 401, 401, 401, 401, 429])
    // The owner, at the screen that he came in from before, has his own tries.
    expect(said(await b.enter('billing'))).toEqual([202, 'code'])
    expect(said(await b.code(codeOf(secret)))).toEqual([200, 'billing'])
    const bytes = Buffer.concat(
      readdirSync(g.data)
        .filter(name => name.startsWith('records.db'))
        .map(name => readFileSync(join(g.data, name))),
    ).toString('latin1')
    expect(bytes).toContain('second-factor')
    for (const one of [secret, ...codes, ...codes.map(c => c.replace('-', ''))]) expect(bytes).not.toContain(one)
  })

  it('a lost phone: an administrator takes it away with a reason, sessions end, and the person is told', async () => {
    const b = browser()
    await b.enter('manager')
    await setUp(b)
    expect((await people.operator.post('/api/v1/users/manager/factor/remove', { reason: 'x' })).status).toBe(403)
    expect((await people.admin.post('/api/v1/users/manager/factor/remove', {})).status).toBe(400)
    const taken = await people.admin.post('/api/v1/users/manager/factor/remove', { reason: 'phone lost in the lift' })
    expect(taken.body).toMatchObject({ name: 'manager', factor: false, passkeys: 0 })
    expect((await b.get(SESSION)).status).toBe(401)
    const entered = await b.enter('manager')
    expect(entered.body).toMatchObject({ told: [{ what: 'factor-taken', by: 'admin' }] })
    await b.post(`${SESSION}/told`)
    expect((await b.get(SESSION)).body).not.toHaveProperty('told')
    expect((await trail('second-factor'))[0]).toMatchObject({
      ...{ id: 'manager', action: 'taken-away', actor: 'admin', data: { reason: 'phone lost in the lift', app: true } },
    })
  })

  it('demanded of a role: whoever has none sets one up before anything else', async () => {
    const rule = { factor: true, idleMs: 12 * HOUR, absoluteMs: 48 * HOUR }
    expect((await people.admin.put('/api/v1/sign-in-rules/guard', rule)).status).toBe(200)
    const b = browser()
    expect(said(await b.enter('guard'))).toEqual([202, 'enrol'])
    expect((await b.get(SESSION)).status).toBe(401)
    // A code is not what lacks: there is nothing yet that could give one.
    expect(said(await b.code('123456'))).toEqual([409, 'half-over'])
    const { secret } = (await b.post(`${SESSION}/enrol`)).body as { secret?: string }
    const done = await b.post(`${SESSION}/enrol/confirm`, { code: codeOf(secret!) })
    expect(done.body).toMatchObject({ me: { name: 'guard', role: 'guard' } })
    expect((await b.get(SESSION)).status).toBe(200)
    expect(said(await b.post('/api/v1/factor/remove', { password: PASSWORD }))).toEqual([409, 'factor-demanded'])
    expect(said(await browser().enter('guard'))).toEqual([202, 'code'])
    // Approvals and signatures by password stay what they are: it is signing in that asks for more.
    expect(await g.deps.users.check('guard', PASSWORD)).toMatchObject({ name: 'guard' })
  })

  it('on a disk that cannot be written a code lets in, and once', async () => {
    const b = browser()
    await b.enter('viewer')
    const { secret } = await setUp(b)
    const change = g.deps.trail.change
    const full = () => {
      throw Object.assign(new Error('database or disk is full'), { errcode: 13, code: 'ERR_SQLITE_ERROR' })
    }
    Object.assign(g.deps.trail, { change: full })
    try {
      const code = codeOf(secret)
      expect((await b.enter('viewer')).status).toBe(202)
      expect(said(await b.code(code))).toEqual([200, 'viewer'])
      await b.enter('viewer')
      expect(said(await b.code(code))).toEqual([401, 'code-used'])
    } finally {
      Object.assign(g.deps.trail, { change })
    }
  })
})

describe('sessions', () => {
  it("each sees his own and ends any; an administrator everybody's", async () => {
    const [mine, phone] = [browser(), browser()]
    await mine.enter('operator')
    await phone.enter('operator')
    const list = (await mine.get('/api/v1/sessions')).body.items
    expect(list).toHaveLength(2)
    expect(list.filter(s => s.own)).toMatchObject([{ user: 'operator', how: 'password', address: '127.0.0.1' }])
    expect(JSON.stringify(list)).not.toContain(mine.jar.get('gatehouse_session'))
    const other = list.find(s => !s.own)!
    // Nobody ends somebody else's, or learns that it is there.
    const stranger = browser()
    await stranger.enter('operator')
    expect(said(await (await signIn(g.url, 'admin', PASSWORD)).get('/api/v1/sessions?everybody=true'))[0]).toBe(200)
    expect(said(await people.manager.get('/api/v1/sessions?everybody=true'))).toEqual([403, 'not-allowed'])
    expect(said(await people.manager.post(`/api/v1/sessions/${other.id}/end`))).toEqual([404, 'not-found'])
    expect((await mine.post(`/api/v1/sessions/${other.id}/end`)).body).toEqual({ ended: 1 })
    expect([(await phone.get(SESSION)).status, (await mine.get(SESSION)).status]).toEqual([401, 200])
    expect((await mine.post('/api/v1/sessions/end-others')).body).toEqual({ ended: 1 })
    const all = (await people.admin.get('/api/v1/sessions?everybody=true')).body.items
    const last = all.find(s => s.user === 'operator')!
    await people.admin.post(`/api/v1/sessions/${last.id}/end`)
    expect((await mine.get(SESSION)).status).toBe(401)
    expect((await trail('session')).slice(0, 3).map(e => [e.actor, e.action])).toEqual([
      ['admin', 'ended'],
      ['operator', 'ended-all'],
      ['operator', 'ended'],
    ])
  })
  it('end after the idle and the longest time of their role, also when that was made shorter meanwhile', async () => {
    const b = browser()
    await b.enter('operator')
    shift += 20 * HOUR
    expect((await b.get(SESSION)).status).toBe(200)
    const put = (rule: object) => people.admin.put('/api/v1/sign-in-rules/operator', { factor: false, ...rule })
    expect(said(await put({ idleMs: 48 * HOUR, absoluteMs: 24 * HOUR }))).toEqual([422, 'sign-in-rule-order'])
    await put({ idleMs: 5 * MINUTE, absoluteMs: 36 * HOUR })
    shift += 6 * MINUTE
    expect((await b.get(SESSION)).status).toBe(401)
    await put({ idleMs: 24 * HOUR, absoluteMs: 36 * HOUR })
    const c = browser()
    await c.enter('operator')
    for (const [hours, status] of [
      [23, 200],
      [12, 200],
      [2, 401],
    ] as const) {
      shift += hours * HOUR
      expect([hours, (await c.get(SESSION)).status]).toEqual([hours, status])
    }
  })
  it('a token tells when it was used last', async () => {
    const admin = await signIn(g.url, 'admin', PASSWORD)
    const made = (await admin.post('/api/v1/tokens', { name: 'energy board' })).body
    const usedAt = async () => (await admin.get('/api/v1/tokens')).body.items.find(t => t.id === made.id)!.usedAt
    expect(await usedAt()).toBeNull()
    await apiOf(g.url, { authorization: `Bearer ${made.token}` }).get(SESSION)
    expect(Date.parse((await usedAt()) as string)).toBeGreaterThan(clock.now() - MINUTE)
  })
})

describe('guessing', () => {
  const from = (localAddress: string, name: string, password: string, cookie = ''): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', cookie }
      const asked = request(`${g.url}${SESSION}`, { method: 'POST', localAddress, headers }, response => {
        response.resume()
        resolve(response.statusCode!)
      })
      asked.on('error', reject)
      asked.end(JSON.stringify({ name, password }))
    })
  it('from sixty addresses at once keeps nobody out at a screen that is known, and strangers of that account wait', async () => {
    const desk = browser()
    await desk.enter('operator')
    const screen = desk.jar.get('gatehouse_screen')!
    expect(screen).not.toContain('operator')
    const began = performance.now()
    const flood = Array.from({ length: 60 }, (_, i) => from(`127.0.0.${i + 10}`, 'operator', `guess ${i}`))
    const entered = await from('127.0.0.10', 'operator', PASSWORD, `gatehouse_screen=${screen}`)
    const tookMs = performance.now() - began
    const answers = await Promise.all(flood)
    console.log(`signed in beside 60 guesses after ${Math.round(tookMs)} ms`)
    expect(entered).toBe(200)
    // Twenty failures of the account, and at most twenty that were being looked at when the last of them failed.
    expect(answers.filter(status => status === 401).length).toBeLessThan(40)
    expect(answers.filter(status => status === 429).length).toBeGreaterThan(20)
  })
  it('a known screen is known for the accounts that came in there, and for none by an altered cookie', () => {
    const { devices } = g.deps.signIn
    const screen = devices.withAccount(undefined, 'operator')
    const [id] = screen.split('.')
    expect([devices.knows(screen, 'Operator'), devices.knows(screen, 'admin')]).toEqual([id, null])
    const both = devices.withAccount(screen, 'admin')
    expect([devices.knows(both, 'operator'), devices.knows(both, 'admin')]).toEqual([id, id])
    // Somebody who may sign in himself puts no mark of another into his own, and none into a screen of his choice.
    const [, accounts, signature] = both.split('.')
    for (const made of [
      `${id}.${accounts}.x`,
      `other.${accounts}.${signature}`,
      `${id}.${accounts}~x.${signature}`,
      'x',
      '',
    ])
      expect([made, devices.knows(made, 'operator')]).toEqual([made, null])
    // The cookie stays small however many people sit down there, and the screen stays the same one.
    let long = screen
    for (let i = 0; i < 100; i++) long = devices.withAccount(long, `person${i}`)
    expect(long.length).toBeLessThan(400)
    expect(devices.knows(long, 'person99')).toBe(id)
  })
})

it('an admin makes admins; the last one stays', async () => {
  const made = await people.admin.post('/api/v1/users', { name: '王主任', role: 'admin', password: PASSWORD })
  expect(made.body).toMatchObject({ name: '王主任', role: 'admin' })
  const wang = await signIn(g.url, '王主任', PASSWORD)
  expect((await wang.post('/api/v1/users/admin/disable')).body).toMatchObject({ name: 'admin', disabled: true })
  const self = `/api/v1/users/${encodeURIComponent('王主任')}`
  expect(said(await wang.post(`${self}/disable`))).toEqual([409, 'last-admin'])
  expect(said(await wang.post(`${self}/role`, { role: 'viewer' }))).toEqual([409, 'last-admin'])
})
