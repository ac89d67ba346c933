import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

let g: TestGateway
let admin: Api
const pumps = Array.from({ length: 7 }, (_, i) => ({ ...quietSite.equipment[0], id: `pump-${i}`, unit: i + 1 }))
beforeAll(async () => {
  g = await startGateway({ site: { ...quietSite, equipment: pumps } })
  admin = await g.admin()
})
afterAll(() => g.stop())

describe('a problem [RFC 9457]', () => {
  it('has a stable code, and is told in the language asked for', async () => {
    const ask = (language?: string) =>
      admin.get('/api/v1/alarms/nobody', language === undefined ? {} : { 'accept-language': language })
    const zh = await ask('zh-CN,zh;q=0.9')
    expect(zh.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(zh.headers.get('content-language')).toBe('zh-CN')
    expect(zh.body).toEqual({
      type: 'urn:gatehouse:problem:not-found',
      code: 'not-found',
      title: '请求未完成',
      detail: '没有找到：nobody。',
      status: 404,
    })
    expect((await ask('en-GB')).body).toMatchObject({ code: 'not-found', detail: 'Not found: nobody.' })
    expect((await ask()).headers.get('content-language')).toBe('en')
  })

  /** [what is sent, body, headers, status, code] */
  const wrong: [string, unknown, Record<string, string>, number, string][] = [
    ['a word too many', { name: 't', more: 1 }, {}, 400, 'invalid-input'],
    ['a wrong type', { name: 7 }, {}, 400, 'invalid-input'],
    ['nothing', '', {}, 400, 'invalid-input'],
    ['half a JSON', '{"name": "t"', {}, 400, 'invalid-input'],
    ['__proto__', '{"name": "t", "__proto__": {"role": "admin"}}', {}, 400, 'invalid-input'],
    ['constructor.prototype', '{"name": "t", "constructor": {"prototype": {}}}', {}, 400, 'invalid-input'],
    ['a list', [1], {}, 400, 'invalid-input'],
    ['a form', 'name=t', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media'],
    ['plain text', '{"name": "t"}', { 'content-type': 'text/plain' }, 415, 'unsupported-media'],
    ['300 kB', JSON.stringify({ name: 'x'.repeat(300_000) }), {}, 413, 'body-too-large'],
    ['a time that is none', { name: 't', expiresAt: 'tomorrow' }, {}, 400, 'invalid-input'],
  ]
  it.each(wrong)('for %s', async (_, body, headers, status, code) => {
    const before = (await admin.get('/api/v1/tokens')).body.items.length
    const answer = await admin.post('/api/v1/tokens', body, headers)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect((await admin.get('/api/v1/tokens')).body.items.length).toBe(before)
    expect(({} as { role?: string }).role).toBeUndefined()
  })
  it('names the field that is wrong, in words', async () => {
    const { body } = await admin.post('/api/v1/users', { name: 'a b', role: 'king', password: 'short' })
    expect(body.detail).toMatch(/name.*letters, digits/)
  })
  it('for paths and methods that are not there', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/nothing'],
      ['GET', '/api/'],
      ['PATCH', '/api/v1/users'],
      ['DELETE', '/api/v1/users'],
      ['POST', '/somewhere'],
      ['GET', '/assets/none.js'],
      ['GET', '/../../etc/passwd.txt'],
      ['GET', '/%2e%2e/%2e%2e/package.json'],
    ] as const) {
      const answer = await admin.send(method, path)
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not-found'])
    }
  })
  it('broken escapes in a path are not found or refused, never a crash', async () => {
    for (const path of ['/api/v1/alarms/%E0%A4%A', '/%', '/api/v1/points/%00/x', `/api/v1/alarms/${'x'.repeat(5000)}`])
      expect([path.slice(0, 30), [400, 404, 414].includes((await admin.get(path)).status)]).toEqual([
        path.slice(0, 30),
        true,
      ])
  })
  it('of our own making says nothing of what is inside', async () => {
    const broken = vi.spyOn(g.deps.users, 'list').mockImplementation(() => {
      throw new Error('SELECT secret FROM /var/lib/records.db')
    })
    const answer = await admin.get('/api/v1/users')
    broken.mockRestore()
    expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
    expect(answer.text).not.toMatch(/SELECT|records\.db|at .*\.ts|node_modules/)
    expect(answer.body.detail).toMatch(/in the log under \S+/)
  })
  it('an answer that does not fit its own schema is our fault, and says no more', async () => {
    const broken = vi.spyOn(g.deps.users, 'list').mockReturnValue([{ name: 7 }] as never)
    const answer = await admin.get('/api/v1/users')
    broken.mockRestore()
    expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
    expect(answer.text).not.toMatch(/expected|invalid_type/)
  })
})

describe('Idempotency-Key', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['/api/v1/users', { name: 'repeat', role: 'viewer', password: 'the password of repeat' }, 'name'],
    ['/api/v1/tokens', { name: 'repeat' }, 'id'],
    ['/api/v1/broker-accounts', { name: 'repeat', publish: ['a/#'] }, 'name'],
  ]
  it.each(cases)('POST %s again: the same, once; for another request: 422', async (path, body, id) => {
    const key = { 'idempotency-key': `key of ${path}` }
    const before = (await admin.get(path)).body.items.length
    const first = await admin.post(path, body, key)
    const again = await Promise.all([admin.post(path, body, key), admin.post(path, body, key)])
    for (const answer of again) {
      expect([answer.status, answer.body[id]]).toEqual([201, first.body[id]])
      // What was shown once is not shown again.
      expect([answer.body.token ?? null, answer.body.password ?? null]).toEqual([null, null])
    }
    expect((await admin.get(path)).body.items.length).toBe(before + 1)
    const other = await admin.post(path, { ...body, name: 'other' }, key)
    expect([other.status, other.body.code]).toEqual([422, 'key-reused'])
  })
  it('two at the same moment: one is made', async () => {
    const key = { 'idempotency-key': 'at once' }
    const body = { name: 'twice', role: 'viewer', password: 'the password of twice' }
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/api/v1/users', body, key)))
    expect(answers.map(a => a.status)).toEqual([201, 201, 201])
    expect((await admin.get('/api/v1/users')).body.items.filter(u => u.name === 'twice')).toHaveLength(1)
  })
  it('without a key a second one is a second one', async () => {
    const answer = await admin.post('/api/v1/users', {
      name: 'repeat',
      role: 'viewer',
      password: 'the password of repeat',
    })
    expect([answer.status, answer.body.code]).toEqual([409, 'already-exists'])
  })
  it('no secret is on the disk, whatever was created', async () => {
    const { token } = (await admin.post('/api/v1/tokens', { name: 'x' }, { 'idempotency-key': 's1' })).body
    const { password } = (await admin.post('/api/v1/broker-accounts', { name: 'x' }, { 'idempotency-key': 's2' })).body
    const bytes = Buffer.concat(
      readdirSync(g.data)
        .filter(f => f.startsWith('records'))
        .map(f => readFileSync(join(g.data, f))),
    )
    expect(bytes.includes('broker-account')).toBe(true)
    for (const secret of [token, password, 'the password of repeat'] as string[]) {
      expect(secret.length).toBeGreaterThan(15)
      expect(bytes.includes(secret)).toBe(false)
    }
  })
})

describe('collections', () => {
  it('points in pages of any size are all the points, once each', async () => {
    const all = (await admin.get('/api/v1/points?limit=10000')).body
    expect([all.items.length, all.next]).toEqual([21, null])
    for (const limit of [1, 4, 20, 21]) {
      const seen: unknown[] = []
      let cursor: unknown = ''
      for (let page = 0; cursor !== null && page < 30; page++) {
        const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor as string)}`
        const { items, next } = (await admin.get(`/api/v1/points?limit=${limit}${query}`)).body
        seen.push(...items.map(p => p.id))
        cursor = next
      }
      expect(seen).toEqual(all.items.map(p => p.id))
    }
  })
  it('alarms in pages: nobody is sent round in circles when one is gone meanwhile', async () => {
    for (let i = 0; i < 4; i++) feed(g, `pump-${i}/tripped`, true)
    const first = (await admin.get('/api/v1/alarms?limit=2')).body
    expect([first.items.length, typeof first.next]).toEqual([2, 'string'])
    const [, last] = first.items
    await admin.post(`/api/v1/alarms/${last!.id}/acknowledge`)
    feed(g, last!.point as 'pump-0/tripped', false, 1)
    const second = await admin.get(`/api/v1/alarms?limit=2&cursor=${first.next}`)
    expect(second.body.items.map(a => a.id)).not.toContain(first.items[0]!.id)
    expect(second.body.items.length).toBe(2)
  })
  it('a journal entry is no alarm on the list, but it is kept', async () => {
    feed(g, 'pump-5/pressure', 60)
    const of = async (query: string) => (await admin.get(`/api/v1/alarms${query}`)).body.items.map(a => a.id)
    expect(await of('')).not.toContain('noted:pump-5:pressure')
    expect(await of('?all=true')).toContain('noted:pump-5:pressure')
  })
  it('a limit has a limit', async () => {
    for (const query of ['limit=0', 'limit=10001', 'limit=x', 'limit=-1'])
      expect([query, (await admin.get(`/api/v1/points?${query}`)).status]).toEqual([query, 400])
  })
  it('the trail in pages goes back to its first entry', async () => {
    let cursor: unknown = null
    const seqs: unknown[] = []
    for (let page = 0; page < 50; page++) {
      const { items, next } = (await admin.get(`/api/v1/trail?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`))
        .body
      seqs.push(...items.map(e => e.seq))
      cursor = next
      if (next === null) break
    }
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => seqs.length - i))
    expect(seqs.at(-1)).toBe(1)
  })
  it('points say what they are, and that nothing was read yet', async () => {
    const point = (await admin.get('/api/v1/points/pump-6/pressure')).body
    expect(point).toMatchObject({
      id: 'pump-6/pressure',
      kind: 'number',
      unit: 'bar',
      sample: { value: null, quality: 'bad' },
    })
  })
  it('metrics are text that Prometheus reads', async () => {
    const { headers, text } = await admin.get('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    for (const name of ['gatehouse_info', 'gatehouse_points', 'gatehouse_alarms_open', 'gatehouse_broker_clients'])
      expect(text).toMatch(new RegExp(`^${name}(\\{.*\\})? \\d`, 'm'))
  })
})
