import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer } from '../../gateway/http/server.ts'
import { hashPassword } from '../../gateway/records/secrets.ts'
import { type Role, roles } from '../../rules/flow.ts'
import { may, type Permission } from '../../rules/permission.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { quietSite } from '../support/sites.ts'

/**
 * Every operation of the API's own description × everybody who could knock × things of others. What is expected comes from
 * the table of permissions; that each route names the right permission is said by http-access.test.ts.
 */
let g: TestGateway
let app: Awaited<ReturnType<typeof createServer>>
interface Operation {
  readonly method: string
  readonly path: string
  readonly access: 'open' | 'signed-in' | Permission
}
let operations: readonly Operation[]
type Headers = Readonly<Record<string, string>>
const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` })
const cookie = (secret: string): Headers => ({ cookie: `gatehouse_session=${secret}` })
const admin = { name: 'admin', role: 'admin' }

/** Each role by a token of its own, and by a session; and those who had a right once. */
const tokens = {} as Record<Role, Headers>
const sessions = {} as Record<Role, Headers>
const dead: Record<string, Headers> = {
  'nobody at all': {},
  'a token nobody gave': bearer('gh_wrong'),
  'a cookie nobody gave': cookie('s_wrong'),
  'a session as a token': {},
}

beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  app = await createServer(g.deps)
  const { users, trail, clock } = g.deps
  const password = await hashPassword('a long enough password')
  const now = clock.now()
  trail.change(admin, note => {
    const make = (name: string, role: Role) => users.create(note, name, role, password, now)
    const token = (user: string, until: number | null = null) => users.createToken(note, user, 'test', until, now)
    for (const role of roles) {
      const user = make(role === 'admin' ? 'chief' : role, role)
      tokens[role] = bearer(token(user.name).secret)
      sessions[role] = cookie(users.openSession(note, user, now).secret)
    }
    const gone = make('gone', 'admin')
    dead['a token of somebody who left'] = bearer(token('gone').secret)
    dead['a session of somebody who left'] = cookie(users.openSession(note, gone, now).secret)
    users.setDisabled(note, 'gone', true)
    const ended = users.openSession(note, users.get('chief')!, now)
    users.closeSession(note, 'chief', ended.hash)
    dead['a session that was ended'] = cookie(ended.secret)
    const revoked = token('chief')
    users.revokeToken(note, revoked.token.id)
    dead['a token that was revoked'] = bearer(revoked.secret)
    dead['a token that is over'] = bearer(token('chief', now - 1).secret)
    dead['a session as a token'] = bearer(users.openSession(note, users.get('chief')!, now).secret)
  })
  const { paths } = (await app.inject('/api/openapi.json')).json() as {
    paths: Record<string, Record<string, { 'x-permission': Operation['access'] }>>
  }
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, o]) => ({ method: method.toUpperCase(), path, access: o['x-permission'] })),
  )
})
afterAll(async () => {
  await app.close()
  await g.stop()
})

const nameless = (path: string) => path.replace('{action}', 'accept').replace(/\{\w+\}/g, 'nobody')
let asked = 0
async function ask(method: string, url: string, headers: Headers, body?: object) {
  asked++
  const answer = await app.inject({ method: method as 'GET', url, headers, ...(body && { payload: body }) })
  const json = /json/.test(String(answer.headers['content-type']))
  return { status: answer.statusCode, code: json && answer.body ? (answer.json().code as string) : undefined, answer }
}
/** A body that every schema refuses: nothing is done, whoever is let in. */
const harmless = (method: string) => (method === 'POST' || method === 'PUT' ? { nonsense: 1 } : undefined)
/** What a screen on a wall may, whatever its line says: look, never what is anybody's own. */
const mayUse = (role: Role, { method, path, access }: Operation): boolean => {
  if (access === 'open') return true
  if (role === 'display' && path !== '/api/v1/session' && (method !== 'GET' || access === 'signed-in')) return false
  return access === 'signed-in' || may(role, access)
}

it('every operation × every role, by token or session × everybody who has no right (any more)', async () => {
  const wrong: string[] = []
  const before = asked
  let n = 0
  const expected = (ok: boolean, ...what: unknown[]) => {
    if (!ok) wrong.push(what.join(' '))
  }
  for (const op of operations) {
    const { method, path, access } = op
    // It ends the session that asks: at the end.
    if (method === 'DELETE' && path === '/api/v1/session') continue
    const url = nameless(path)
    // Nobody asks everything; of those who had a right once two ask each, in turn, and each asks over a hundred.
    const others = Object.keys(dead).slice(1)
    const turn = [others[n % others.length]!, others[(n * 3 + 1) % others.length]!]
    n++
    const knocks: [string, string, string, Headers][] = ['nobody at all', ...turn].map(
      who => [...[who, method, url], dead[who]!] as [string, string, string, Headers],
    )
    if (access !== 'open') {
      knocks.push(['nobody, by another spelling', method, `${url}/`, {}])
      if (method === 'GET') knocks.push(['nobody, for the head alone', 'HEAD', url, {}])
    }
    for (const [who, verb, at, headers] of knocks) {
      const { status } = await ask(verb, at, headers, harmless(verb))
      const shut = status === 401
      expected(access === 'open' ? !shut && status !== 403 && status < 500 : shut, method, path, who, status)
    }
    for (const [i, role] of roles.entries()) {
      const headers = (n + i) % 2 === 0 ? tokens[role] : sessions[role]
      const { status, code } = await ask(method, url, headers, harmless(method))
      const isLetIn = status !== 401 && status !== 403
      expected(status < 500, method, path, role, status)
      expected(isLetIn === mayUse(role, op), method, path, role, status, access)
      if (!isLetIn) expected(code === 'not-allowed', method, path, role, code)
    }
  }
  for (const role of roles)
    expected((await ask('DELETE', '/api/v1/session', sessions[role])).status === 204, 'sign out', role)
  for (const role of roles)
    expected((await ask('GET', '/api/v1/session', sessions[role])).status === 401, 'after signing out', role)
  console.log(`rights: ${asked - before} answers of ${operations.length} operations, ${wrong.length} unexpected`)
  expect(wrong).toEqual([])
  expect(operations.length).toBeGreaterThan(300)
  expect(asked - before).toBeGreaterThan(operations.length * 12)
})

it('files of others: a name that is real elsewhere, one that is guessed, and a way out of the folder give nothing', async () => {
  const { deps } = g
  const now = deps.clock.now()
  const { hash } = deps.photos.keep(Buffer.concat([JPEG, Buffer.from('a visitor')]), 'image/jpeg')
  const file = `${hash}.jpg`
  const ids = deps.trail.change(admin, note => {
    const visit = deps.visits.add(
      note,
      {
        ...{ name: '李芳', company: '', phone: '', people: 1, person: null, host: '林经理', purpose: '', space: null },
        ...{ escort: '', validFrom: now, validTo: now + 60_000 },
      },
      'expected',
      'desk',
      now,
    )
    deps.visits.setPhoto(note, visit.id, file)
    const other = deps.visits.add(
      note,
      {
        ...{ name: '王芳', company: '', phone: '', people: 1, person: null, host: '林经理', purpose: '', space: null },
        ...{ escort: '', validFrom: now, validTo: now + 60_000 },
      },
      'expected',
      'desk',
      now,
    )
    const key = deps.registers.add(note, 'keys', { name: 'A-1502', kind: 'unit' }, { name: 'desk', role: 'desk' }, now)
    return { visit: visit.id, other: other.id, key: key.id }
  })
  const ways = ['..%2f..%2frecords.db', '%2e%2e%2fsite.json', '..%5crecords.db', `${'0'.repeat(64)}.jpg`, file, hash]
  const fileRoutes = operations.filter(o => o.method === 'GET' && /\{(file|hash|name|line|which)\}/.test(o.path))
  let tried = 0
  const given: string[] = []
  for (const { path } of fileRoutes)
    for (const id of Object.values(ids))
      for (const way of ways) {
        const url = path.replace(/\{(file|hash|name|line|which)\}/, way).replace(/\{\w+\}/g, id)
        for (const role of roles) {
          const { status } = await ask('GET', url, tokens[role])
          tried++
          const own = url === `/api/v1/visits/${ids.visit}/photo/${file}` && may(role, 'visit.read')
          if ((status === 200) !== own) given.push(`${role} ${url} ${status}`)
        }
      }
  console.log(`rights: ${tried} files of others on ${fileRoutes.length} routes, ${given.length} given`)
  expect(given).toEqual([])
  expect(fileRoutes.length).toBeGreaterThan(12)
})

it('all of one person: found, handed over with his photo and forgotten by whoever may, with a reason; others get nothing', async () => {
  const { deps } = g
  const now = deps.clock.now()
  const { hash } = deps.photos.keep(Buffer.concat([JPEG, Buffer.from('孙悦')]), 'image/jpeg')
  const made = deps.trail.change(admin, note => {
    const one = deps.visits.add(
      note,
      {
        ...{ name: '孙悦', company: '', phone: '13700003333', people: 1, person: null, host: '林经理', purpose: '' },
        ...{ space: null, escort: '', validFrom: now - 9000, validTo: now - 1000 },
      },
      'expected',
      'desk',
      now - 9000,
    )
    return deps.visits.setPhoto(note, one.id, `${hash}.jpg`)
  })
  const at = '/api/v1/personal-data'
  const body = { name: '137 0000 3333', reason: '本人要求' }
  for (const role of roles.filter(r => r !== 'admin' && r !== 'manager'))
    for (const what of ['find', 'export', 'forget'])
      expect([role, what, (await ask('POST', `${at}/${what}`, tokens[role], body)).code]).toEqual([
        ...[role, what, 'not-allowed'],
      ])
  expect((await ask('POST', `${at}/find`, tokens.manager, { name: '孙悦' })).status).toBe(400)
  const found = (await ask('POST', `${at}/find`, tokens.manager, body)).answer.json()
  expect(found.items).toMatchObject([{ kind: 'visit', no: made.no, kept: null, photos: 1, facts: { name: '孙悦' } }])
  const zip = (await ask('POST', `${at}/export`, tokens.manager, body)).answer
  const bytes = zip.rawPayload
  expect([zip.headers['content-type'], bytes.subarray(0, 4).toString('latin1')]).toEqual([
    'application/zip',
    'PK\x03\x04',
  ])
  for (const part of ['person.json', `photos/${hash}.jpg`, '孙悦', '13700003333'])
    expect(bytes.includes(part)).toBe(true)
  const gone = (await ask('POST', `${at}/forget`, tokens.manager, body)).answer.json()
  expect(gone).toEqual({ items: [{ kind: 'visit', records: 1, kept: [] }], photos: 1 })
  expect(deps.photos.read(hash, 'image/jpeg')).toBe(null)
  expect((await ask('POST', `${at}/find`, tokens.manager, body)).answer.json().items).toEqual([])
  const told = deps.trail.before(Number.MAX_SAFE_INTEGER, 20).filter(e => e.kind === 'personal-data')
  expect(told.map(e => [e.actor, e.action, e.data.reason])).toEqual(
    ['found', 'forgotten', 'exported', 'found'].map(action => ['manager', action, '本人要求']),
  )
  expect(JSON.stringify(deps.trail.after(0, 10_000))).not.toContain('孙悦')
})

it('things that are somebody’s own: a diary of others who try', async () => {
  const { deps } = g
  const is = async (role: Role, method: string, url: string, body?: object) => {
    const { status, code } = await ask(method, url, tokens[role], body)
    return code ? `${status} ${code}` : String(status)
  }
  // A token is not even there for others; an administrator ends it.
  const made = (await ask('POST', '/api/v1/tokens', tokens.operator, { name: 'mine' })).answer.json()
  const end = `/api/v1/tokens/${made.id}/revoke`
  for (const role of ['engineer', 'guard', 'desk', 'billing', 'manager', 'viewer'] as const)
    expect([role, await is(role, 'POST', end)]).toEqual([role, '404 not-found'])
  expect(await is('admin', 'POST', end)).toBe('200')
  // Somebody's password, role and standing.
  for (const role of roles.filter(r => r !== 'admin')) {
    const word = { password: 'a brand new password' }
    expect([role, await is(role, 'POST', '/api/v1/users/admin/password', word)]).toEqual([role, '403 not-allowed'])
    expect([role, await is(role, 'POST', `/api/v1/users/${role}/role`, { role: 'admin' })]).toEqual([
      role,
      '403 not-allowed',
    ])
  }
  // The key of somebody's request is his: another who sends the same gets no answer of his.
  const key = { 'idempotency-key': 'one-and-the-same-key' }
  const report = {
    nature: 'water',
    channel: 'desk',
    text: '水龙头漏水',
    caller: { name: '周婷', phone: '13900001111' },
  }
  const first = await ask('POST', '/api/v1/reports', { ...tokens.desk, ...key }, report)
  const other = await ask('POST', '/api/v1/reports', { ...tokens.guard, ...key }, report)
  expect([first.status, other.status, first.answer.body, other.answer.body]).toEqual([
    201,
    201,
    expect.any(String),
    expect.any(String),
  ])
  expect([other.answer.body.includes(first.answer.json().id), other.status < 300]).toEqual([false, true])
  // A tag is taken off by whose tag it is, or by who leads.
  const hung = (await ask('POST', '/api/v1/tags', tokens.engineer, { equipment: 'pump-1', reason: '换轴承' })).answer
  expect([hung.statusCode, hung.body]).toEqual([201, expect.any(String)])
  const tag = `/api/v1/tags/${hung.json().id}/remove`
  const tries: [Role, string][] = []
  for (const role of ['guard', 'desk', 'viewer', 'operator', 'manager', 'engineer'] as const)
    tries.push([role, await is(role, 'POST', tag, {})])
  expect(tries).toEqual([
    ['guard', '403 not-allowed'],
    ['desk', '403 not-allowed'],
    ['viewer', '403 not-allowed'],
    ['operator', '403 tag-not-yours'],
    ['manager', '403 tag-not-yours'],
    ['engineer', '200'],
  ])
  expect(deps.trail.verify()).toBeNull()
})
