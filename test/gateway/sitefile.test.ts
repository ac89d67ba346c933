import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Api } from '../support/api.ts'
import { type Edit, edited } from '../support/edit.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { head, quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const text = JSON.stringify(quietSite, null, 2)
const built = () => existsSync(join(import.meta.dirname, '..', '..', 'dashboard', 'dist', 'index.html'))
const stops: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})
async function gateway(site?: string | Buffer, data?: string): Promise<{ g: TestGateway; admin: Api; file: string }> {
  const g = await startGateway({ ...(site !== undefined && { site }), ...(data !== undefined && { data }) })
  stops.push(g.stop)
  return { g, admin: await g.admin(), file: join(g.data, 'site.json') }
}
const codes = (problems: unknown) => (problems as { code: string }[]).map(p => p.code)

const circle = { spaces: [{ ...head.spaces[0], parent: 'b1' }] }
/** [what lies there, the bytes or an edit of a good file, the code, the path] */
const broken: [what: string, bytes: string | Buffer | Edit, code: string, path: string][] = [
  ['cut off by a power cut', text.slice(0, 700), 'site-json', ''],
  ['0 bytes', '', 'site-empty', ''],
  [
    'saved as GBK',
    Buffer.concat([Buffer.from('{"site":{"name":"'), Buffer.from([0xb2, 0xe2, 0xca, 0xd4])]),
    'site-encoding',
    '',
  ],
  ['saved as UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'site-encoding', ''],
  ['a wrong word', { 'equipment.0.chanel': 'bus' }, 'unknown-word', 'equipment[0].chanel'],
  ['a wrong type', { 'channels.0.port': '502' }, 'schema', 'channels[0].port'],
  ['one id twice', { 'rules.1.id': 'tripped' }, 'duplicate-id', 'rules[1].id'],
  ['an unknown channel', { 'equipment.0.channel': 'b2' }, 'unknown-channel', 'equipment[0].channel'],
  ['an unknown profile', { 'equipment.0.profile': 'x' }, 'unknown-profile', 'equipment[0].profile'],
  ['a port out of range', { 'channels.0.port': 99_999 }, 'schema', 'channels[0].port'],
  ['a bad time zone', { 'site.timezone': 'Beijing' }, 'unknown-timezone', 'site.timezone'],
  ['a space above itself', circle, 'space-circle', 'spaces[0].parent'],
  ['two conditions', { 'rules.0.when': { above: 1, equals: 2 } }, 'one-condition', 'rules[0].when'],
]
const bytesOf = (bytes: string | Buffer | Edit) =>
  typeof bytes === 'string' || Buffer.isBuffer(bytes) ? bytes : edited(quietSite, bytes)

describe('a gateway that finds a broken site.json', () => {
  async function shown(g: TestGateway, admin: Api) {
    const page = await g.stranger.get('/')
    expect(page.status).toBe(built() ? 200 : 404)
    expect((await g.stranger.get('/api/v1/about')).body).toMatchObject({ site: null, points: 0, degraded: true })
    expect((await g.stranger.get('/readyz')).status).toBe(503)
    expect((await admin.get('/api/v1/equipment')).body).toEqual({ items: [], next: null })
    const { body } = await admin.get('/api/v1/site')
    expect(body).toMatchObject({ status: 'degraded', running: null })
    return body as unknown as { text: string; problems: { code: string; path: string; line: number | null }[] }
  }

  it.each(broken)('%s: starts, shows its page, and says what is wrong where', async (_, bytes, code, path) => {
    const { g, admin } = await gateway(bytesOf(bytes))
    const { problems, text: kept } = await shown(g, admin)
    const found = problems.find(p => p.code === code && p.path === path)
    expect(found, JSON.stringify(problems)).toBeDefined()
    if (typeof bytes === 'object' && !Buffer.isBuffer(bytes)) {
      expect(found!.line).toBeGreaterThan(0)
      expect(kept).toBe(bytesOf(bytes))
    }
  })
  it('looked at every kind', () => expect(broken).toHaveLength(13))

  it('no file at all: says where to put one, and takes one by PUT', async () => {
    const { g, admin, file } = await gateway()
    expect((await shown(g, admin)).problems.map(p => p.code)).toEqual(['site-missing'])
    const put = await admin.put('/api/v1/site', { text, hash: null })
    expect([put.status, put.body.status]).toEqual([200, 'ok'])
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect((await g.stranger.get('/readyz')).status).toBe(200)
  })
  it('a folder in place of the file', async () => {
    const folder = tempFolder()
    stops.push(folder.remove)
    mkdirSync(join(folder.path, 'site.json'))
    const { g, admin } = await gateway(undefined, folder.path)
    expect((await shown(g, admin)).problems.map(p => p.code)).toEqual(['site-unreadable'])
    const put = await admin.put('/api/v1/site', { text, hash: null })
    expect([put.status, put.body.code]).toEqual([507, 'cannot-write'])
  })
  it('that once was right: the last good one runs, and the trouble is shown', async () => {
    const folder = tempFolder()
    stops.push(folder.remove)
    const first = await gateway(text, folder.path)
    await first.g.stop()
    const { g, admin } = await gateway(text.slice(0, 500), folder.path)
    expect((await g.stranger.get('/readyz')).status).toBe(200)
    const { body } = await admin.get('/api/v1/site')
    expect(body).toMatchObject({ status: 'degraded', running: { equipment: 1, points: 3, rules: 2 } })
    expect(codes(body.problems)).toEqual(['site-json'])
  })
})

describe('site.json edited by hand while the gateway runs', () => {
  const problems = async (admin: Api) => codes((await admin.get('/api/v1/site')).body.problems)
  const running = async (admin: Api) => {
    const { running: now } = (await admin.get('/api/v1/site')).body as { running?: { rules: number } }
    return now?.rules
  }

  it('good: it runs; broken: the old one goes on; mended: it runs', async () => {
    const { g, admin, file } = await gateway(text)
    const since = async () => JSON.stringify((await admin.get('/api/v1/site')).body.running)
    writeFileSync(file, edited(quietSite, { rules: [] }))
    await until('no rule runs', async () => (await running(admin)) === 0)
    const before = await since()
    writeFileSync(file, text.slice(0, 300))
    await until('it is degraded', async () => (await problems(admin)).includes('site-json'))
    expect(await since()).toBe(before)
    expect((await g.stranger.get('/readyz')).status).toBe(200)
    writeFileSync(file, text)
    await until('two rules run', async () => (await running(admin)) === 2)
    expect(await problems(admin)).toEqual([])
    const trail = (await admin.get('/api/v1/trail')).body.items.filter(e => e.kind === 'site')
    expect(trail.map(e => `${e.action} ${e.actor}`).reverse()).toEqual([
      'loaded gateway',
      'refused gateway',
      'loaded gateway',
    ])
  })
  it('an editor that saves by renaming is seen too, and a file that was taken away', async () => {
    const { admin, file } = await gateway(text)
    rmSync(file)
    await until('it is missed', async () => (await problems(admin)).includes('site-missing'))
    expect(await running(admin)).toBe(2)
    writeFileSync(`${file}.new`, edited(quietSite, { 'rules.2': { ...quietSite.rules[0], id: 'third' } }))
    renameSync(`${file}.new`, file)
    await until('three rules run', async () => (await running(admin)) === 3)
  })
  it('an id that was a good one keeps its values apart: points that are gone are not found', async () => {
    const { admin, file } = await gateway(text)
    expect((await admin.get('/api/v1/points/pump-1/pressure')).status).toBe(200)
    writeFileSync(file, edited(quietSite, { 'equipment.0.id': 'pump-9' }))
    await until('pump-9 is there', async () => (await admin.get('/api/v1/points/pump-9/pressure')).status === 200)
    expect((await admin.get('/api/v1/points/pump-1/pressure')).status).toBe(404)
  })
})

describe('PUT /api/v1/site', () => {
  const change = edited(quietSite, { 'rules.0.severity': 'low' })

  it('writes, runs, keeps the old one as a backup, and says so on the trail', async () => {
    const { g, admin, file } = await gateway(text)
    const { hash } = (await admin.get('/api/v1/site')).body as { hash?: string }
    const put = await admin.put('/api/v1/site', { text: change, hash, why: 'less urgent' })
    expect([put.status, put.body.status, put.body.text]).toEqual([200, 'ok', change])
    expect(readFileSync(file, 'utf8')).toBe(change)
    expect(readdirSync(join(g.data, 'backups'))).toEqual(['site-000001.json'])
    expect(readFileSync(join(g.data, 'backups', 'site-000001.json'), 'utf8')).toBe(text)
    const saved = (await admin.get('/api/v1/trail')).body.items.find(e => e.action === 'saved')
    expect(saved).toMatchObject({ actor: 'admin', kind: 'site', data: { backup: 'site-000001.json' } })
  })
  it('with the hash of an older version: 409, nothing written', async () => {
    const { admin, file } = await gateway(text)
    const put = await admin.put('/api/v1/site', { text: change, hash: 'f'.repeat(64) })
    expect([put.status, put.body.code]).toEqual([409, 'site-changed'])
    expect((await admin.put('/api/v1/site', { text: change, hash: null })).status).toBe(409)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
  it('two people at once: one wins, the other is told', async () => {
    const { admin, file } = await gateway(text)
    const { hash } = (await admin.get('/api/v1/site')).body as { hash?: string }
    const texts = [change, edited(quietSite, { 'rules.0.severity': 'life' })]
    const answers = await Promise.all(texts.map(t => admin.put('/api/v1/site', { text: t, hash, why: 'two at once' })))
    expect(answers.map(a => a.status).sort()).toEqual([200, 409])
    expect(readFileSync(file, 'utf8')).toBe(texts[answers.findIndex(a => a.status === 200)])
  })
  it('with problems: 422 with all of them, nothing written; check says the same', async () => {
    const { admin, file } = await gateway(text)
    const { hash } = (await admin.get('/api/v1/site')).body as { hash?: string }
    const wrong = edited(quietSite, { 'site.timezone': 'x', 'equipment.0.space': 'y' })
    const put = await admin.put('/api/v1/site', { text: wrong, hash })
    expect([put.status, put.body.code]).toEqual([422, 'site-invalid'])
    expect(codes(put.body.problems)).toEqual(['unknown-timezone', 'unknown-space'])
    const checked = await admin.post('/api/v1/site/check', { text: wrong })
    expect(checked.body.problems).toEqual(put.body.problems)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect((await admin.get('/api/v1/site')).body.status).toBe('ok')
  })
  it('keeps the rights that the file has, and a byte order mark does no harm', async () => {
    const { admin, file } = await gateway(`\uFEFF${text}`)
    const { hash, problems } = (await admin.get('/api/v1/site')).body as { hash?: string; problems?: unknown }
    expect(problems).toEqual([])
    const mode = statSync(file).mode
    expect((await admin.put('/api/v1/site', { text: change, hash, why: 'less urgent' })).status).toBe(200)
    expect(statSync(file).mode).toBe(mode)
  })
  it('what it keeps is not for others: the folder is 0700, the password is nowhere in it', async () => {
    const { g } = await gateway(text)
    expect(statSync(g.data).mode & 0o777).toBe(0o700)
    const all = readdirSync(g.data).filter(name => statSync(join(g.data, name)).isFile())
    expect(all.length).toBeGreaterThan(3)
    for (const name of all) expect([name, readFileSync(join(g.data, name)).includes(PASSWORD)]).toEqual([name, false])
  })
})
