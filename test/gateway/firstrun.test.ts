import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openFirstRun } from '../../gateway/firstrun/firstrun.ts'
import { idOf, newSiteText } from '../../rules/newsite.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'

let g: TestGateway | null = null
const folder = tempFolder()
afterEach(async () => {
  await g?.stop()
  g = null
})
const site = { name: { 'zh-CN': '星河广场', en: 'Galaxy Plaza' }, timezone: 'Asia/Shanghai' }
const who = { name: 'chen.wei', password: 'my own choice 1' }
const path = '/api/v1/first-run'
const saidCode = (said: readonly string[]) => /code 设置码 {2}([A-Z0-9-]+)/.exec(said.join('\n'))?.[1]

it('an empty box takes its first administrator by the setup code, once; the code is gone then', async () => {
  g = await startGateway({ nobody: true })
  const file = join(g.data, 'secrets', 'setup-code')
  const code = saidCode(g.said)!
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  expect(readFileSync(file, 'utf8').trim()).toBe(code)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await g.stranger.get('/api/v1/about')).body).toMatchObject({ firstRun: true, site: null })
  // No account was made, "admin" least of all, and nothing but this is open.
  expect(g.deps.users.count()).toBe(0)
  expect((await g.stranger.get('/api/v1/site')).status).toBe(401)

  const wrong = await g.stranger.post(path, { code: 'AAAA-BBBB-CCCC', site, ...who })
  expect([wrong.status, wrong.body.code]).toEqual([401, 'setup-code-wrong'])
  expect((await g.stranger.post(path, { code, site, ...who, password: 'short' })).status).toBe(400)
  const easy = await g.stranger.post(path, { code, site, ...who, password: `${site.name.en} 2026` })
  expect([easy.status, easy.body.code]).toEqual([422, 'password-easy'])
  const nowhere = await g.stranger.post(path, { code, site: { ...site, timezone: 'Mars/Base' }, ...who })
  expect(nowhere.body.code).toBe('site-invalid')
  // None of these has left anything behind.
  expect([g.deps.users.count(), g.deps.site.view().hash]).toEqual([0, null])

  // However it is typed.
  const made = await g.stranger.post(path, { code: ` ${code.toLowerCase().replaceAll('-', ' ')}`, site, ...who })
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({ name: 'chen.wei', role: 'admin', site: expect.objectContaining({ id: 'galaxy-plaza' }) }),
  ])
  expect(existsSync(file)).toBe(false)
  expect((await g.stranger.get('/api/v1/about')).body).toMatchObject({ firstRun: false, site: site.name })
  expect(g.deps.users.list().map(u => [u.name, u.role])).toEqual([['chen.wei', 'admin']])
  expect(g.deps.trail.of('user', 'chen.wei').map(e => [e.action, e.actor])).toEqual([['created', 'chen.wei']])
  const late = await g.stranger.post(path, { code, site, name: 'mallory', password: 'another choice' })
  expect([late.status, late.body.code]).toEqual([409, 'first-run-over'])
  const signedIn = await g.stranger.post('/api/v1/session', who)
  expect(signedIn.status).toBe(200)
})

it('two browsers at once: one wins, the other is told, and there is one administrator', async () => {
  g = await startGateway({ nobody: true })
  const code = saidCode(g.said)!
  const ask = (name: string) => g!.stranger.post(path, { code, site, name, password: `the choice of ${name}` })
  const both = await Promise.all([ask('first'), ask('second')])
  expect(both.map(a => [a.status, a.body.code]).sort()).toEqual([
    [201, undefined],
    [409, 'first-run-over'],
  ])
  expect(g.deps.users.count()).toBe(1)
})

it('guessing the code is slowed down', async () => {
  g = await startGateway({ nobody: true })
  const codes: unknown[] = []
  for (let i = 0; i < 6; i++) codes.push((await g.stranger.post(path, { code: `WRONG${i}`, ...who })).body.code)
  expect(codes).toEqual([...Array(5).fill('setup-code-wrong'), 'too-many-attempts'])
})

it('after a kill between the site and the person it goes on: the code is the same, and only the person is asked for', async () => {
  const again = { nobody: true, data: folder.path }
  const first = await startGateway(again)
  const code = saidCode(first.said)
  await first.stop()
  // What a kill leaves that comes after the file was written and before the records were committed.
  writeFileSync(join(folder.path, 'site.json'), newSiteText(site))
  g = await startGateway(again)
  expect(saidCode(g.said)).toBe(code)
  expect((await g.stranger.get('/api/v1/about')).body).toMatchObject({ firstRun: true, site: site.name })
  const other = { ...site, name: { 'zh-CN': '别的', en: 'Other' } }
  expect((await g.stranger.post(path, { code, site: other, ...who })).body.code).toBe('first-run-site')
  expect((await g.stranger.post(path, { code, ...who })).status).toBe(201)
  await g.stop()
  // A kill after the person, before the file of the code was removed: nobody is asked again, and the file goes.
  writeFileSync(join(folder.path, 'secrets', 'setup-code'), `${code}\n`)
  g = await startGateway(again)
  expect(saidCode(g.said)).toBeUndefined()
  expect(existsSync(join(folder.path, 'secrets', 'setup-code'))).toBe(false)
  expect((await g.stranger.get('/api/v1/about')).body.firstRun).toBe(false)
  await g.stop()
  g = null
  folder.remove()
})

it('a code that somebody has spoiled on the disk is made anew', () => {
  const box = tempFolder()
  writeFileSync(join(box.path, 'setup-code'), 'ABC\n')
  const run = openFirstRun({ secrets: box.path, nobody: () => true })
  expect(run.open()).toBe(false)
  const code = run.begin()!
  expect([run.fits(''), run.fits('ABC'), run.fits(code), run.open()]).toEqual([false, false, true, true])
  box.remove()
})

it('ids come from names, and are told apart', () => {
  const cases: [string, string[], string][] = [
    ['Galaxy Plaza', [], 'galaxy-plaza'],
    ['  Tower A / B1 ', [], 'tower-a-b1'],
    ['Café', [], 'cafe'],
    ['星河广场', [], 'site'],
    ['星河广场', ['site'], 'site-2'],
    ['a', ['a', 'a-2'], 'a-3'],
    [`${'x'.repeat(47)} yz`, [], 'x'.repeat(47)],
  ]
  for (const [name, taken, id] of cases) expect([name, idOf(name, 'site', new Set(taken))]).toEqual([name, id])
  expect(cases).toHaveLength(7)
})
