import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { edited } from '../support/edit.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { openScreen } from '../support/screen.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

let g: TestGateway
let people: Record<Role, Api>
let db: DatabaseSync
beforeEach(async () => {
  // The gateway shows nobody its database; this is the one whose PRAGMA user_version was asked for.
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  g = await startGateway({ site: quietSite })
  db = prepare.mock.contexts[0] as DatabaseSync
  prepare.mockRestore()
  people = await g.people()
})
afterEach(() => g.stop())

const pragma = (text: string) => db.prepare(`PRAGMA ${text}`).get() as Record<string, number>
/** Not a page more: what needs room finds none, what fits into a half-full page goes on. */
const full = () => pragma(`max_page_count = ${pragma('page_count').page_count}`)
const room = () => pragma('max_page_count = 1073741823')
/** Nothing at all is written, as when the disk has failed and was mounted read-only. */
const readOnly = (on: boolean) => pragma(`query_only = ${on ? 1 : 0}`)
const alarmId = 'tripped:pump-1:tripped'
const alarm = async () => (await people.operator.get(`/api/v1/alarms/${alarmId}`)).body

it('a full disk: 507, nothing changed; what was answered with success is there; with room it goes on', async () => {
  full()
  let made = 0
  let last = 201
  for (; made < 3000; made++) {
    const { status, body } = await people.admin.post('/api/v1/tokens', { name: `t${made}` })
    last = status
    if (status !== 201) {
      expect([status, body.code, body.detail]).toEqual([
        507,
        'cannot-write',
        expect.stringMatching(/disk is full.*nothing was changed/),
      ])
      break
    }
  }
  expect(last).toBe(507)
  const named = async () =>
    (await people.admin.get('/api/v1/tokens')).body.items.filter(t => /^t\d+$/.test(t.name as string))
  expect(await named()).toHaveLength(made)
  expect(g.deps.trail.verify()).toBeNull()
  room()
  expect((await people.admin.post('/api/v1/tokens', { name: `t${made}` })).status).toBe(201)
  expect(await named()).toHaveLength(made + 1)
})

it('an acknowledgement and a move that cannot be written did not happen', async () => {
  feed(g, 'pump-1/tripped', true)
  const [order] = (await people.engineer.get('/api/v1/workorders')).body.items
  readOnly(true)
  const ack = await people.operator.post(`/api/v1/alarms/${alarmId}/acknowledge`)
  const move = await people.engineer.post(`/api/v1/workorders/${order!.id}/accept`)
  expect([ack.status, ack.body.code, move.status]).toEqual([507, 'cannot-write', 507])
  expect((await alarm()).state).toBe('UNACK')
  expect((await people.engineer.get(`/api/v1/workorders/${order!.id}`)).body.phase).toBe('new')
  readOnly(false)
  expect((await people.operator.post(`/api/v1/alarms/${alarmId}/acknowledge`)).body.state).toBe('ACKED')
  expect((await people.engineer.post(`/api/v1/workorders/${order!.id}/accept`)).body.phase).toBe('accepted')
})

it('an alarm that could not be written is raised as soon as it can, with its order, once', async () => {
  readOnly(true)
  feed(g, 'pump-1/tripped', true)
  expect((await people.operator.get('/api/v1/alarms')).body.items).toEqual([])
  readOnly(false)
  await until('it is raised', async () => (await people.operator.get('/api/v1/alarms')).body.items.length === 1, 3000)
  expect(await alarm()).toMatchObject({ state: 'UNACK', count: 1 })
  expect((await people.operator.get('/api/v1/workorders')).body.items).toHaveLength(1)
})

it('the screens go on: values come, sessions hold, nobody is signed out', async () => {
  const me = await g.admin()
  const screen = await openScreen(g.url, me.headers)
  db.prepare('UPDATE session SET seen_at = seen_at - 600000').run()
  readOnly(true)
  feed(g, 'pump-1/pressure', 42)
  await until('the value', () => screen.values('pump-1/pressure').at(-1) === 42)
  expect((await me.get('/api/v1/points')).status).toBe(200)
  expect((await me.get('/api/v1/session')).status).toBe(200)
  // The stream asks each ten beats whether the session still holds.
  await until('eleven beats', () => screen.of('beat').length >= 11, 14_000)
  expect(screen.closed()).toBeUndefined()
  readOnly(false)
  screen.close()
}, 120_000)

it('a site that cannot be noted is not written either', async () => {
  const file = join(g.data, 'site.json')
  const { hash } = (await people.admin.get('/api/v1/site')).body
  const text = edited(quietSite, { 'rules.0.severity': 'low' })
  readOnly(true)
  const put = await people.admin.put('/api/v1/site', { text, hash, why: 'test' })
  expect([put.status, put.body.code]).toEqual([507, 'cannot-write'])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(quietSite)
  readOnly(false)
  const again = await people.admin.put('/api/v1/site', { text, hash, why: 'test' })
  expect([again.status, again.body.status]).toEqual([200, 'ok'])
})

it('a hand edit made meanwhile runs as soon as it can be noted', async () => {
  const edit = edited(quietSite, { rules: [] })
  readOnly(true)
  writeFileSync(join(g.data, 'site.json'), edit)
  await until('somebody noticed', async () => (await people.admin.get('/api/v1/site')).body.text === edit, 3000)
  readOnly(false)
  await until('it runs', async () => {
    const { running } = (await people.admin.get('/api/v1/site')).body as { running?: { rules: number } }
    return running?.rules === 0
  })
})
