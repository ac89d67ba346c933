import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MASK } from '../../gateway/notices/mask.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { account, join as connect } from '../support/mqtt.ts'
import { quietSite } from '../support/sites.ts'
import { mailServer } from '../support/smtp.ts'
import { until } from '../support/wait.ts'

const folder = tempFolder()
const ID = 'tripped:pump-1:tripped'
let mail: Awaited<ReturnType<typeof mailServer>>
let g: TestGateway
let admin: Api
const email = (port: number, password?: string) => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  from: 'plaza@example.com',
  ...(password && { user: 'plaza', password }),
})
const config = (port: number) => ({
  channels: [
    { id: 'mail', kind: 'email', events: [], options: email(port) },
    { id: 'locked', kind: 'email', events: [], options: email(port, 'top-secret') },
  ],
  rosters: [
    { id: 'duty', people: [{ name: '张工', email: 'zhang@example.com' }] },
    { id: 'boss', people: [{ name: 'Li', email: 'li@example.com', language: 'en' }] },
  ],
  ladders: [
    {
      id: 'alarms',
      levels: [
        { afterMin: 0, roster: 'duty', channels: ['mail'] },
        { afterMin: 5, roster: 'boss', channels: ['mail'] },
      ],
    },
  ],
  orders: { channels: ['mail'], rosters: { engineer: 'duty', manager: 'boss' } },
  groups: [
    {
      id: 'tenants',
      name: { 'zh-CN': '租户', en: 'Tenants' },
      channels: ['mail'],
      people: [
        { name: '101', email: 'a101@example.com' },
        { name: '102', email: 'a102@example.com', language: 'en' },
        { name: '103', phone: '13800000000' },
        { name: '104', email: 'gone@example.com' },
      ],
    },
  ],
})
const site = { ...quietSite, orders: { address: 'https://gate.example' } }
beforeAll(async () => {
  mail = await mailServer({
    refuse: to => (to.startsWith('gone') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
  })
  mkdirSync(join(folder.path, 'secrets'), { recursive: true })
  writeFileSync(join(folder.path, 'secrets', 'notify.json'), JSON.stringify(config(mail.port)))
  g = await startGateway({ site, data: folder.path })
  admin = await g.admin()
})
afterAll(async () => {
  await g?.stop()
  await mail?.stop()
  folder.remove()
})
const lettersTo = (who: string) => mail.letters.filter(l => l.to.includes(who))
const tokenIn = (text: string) => /https:\/\/gate\.example\/a\/([\w-]+)/.exec(text)?.[1] ?? ''
const raise = async () => {
  const before = lettersTo('zhang@example.com').length
  feed(g, 'pump-1/tripped', true)
  await until('the letter', () => lettersTo('zhang@example.com').length > before, 12_000)
  return tokenIn(lettersTo('zhang@example.com').at(-1)!.text)
}

describe('a ladder and the link in its notice', () => {
  let first = ''
  it('tells who is on duty, with a link for him alone, and writes it down on the alarm', async () => {
    first = await raise()
    expect(first).toHaveLength(38)
    await until('the line', async () => (await admin.get(`/api/v1/alarms/${ID}/notices`)).body.items.length >= 2)
    const { body } = await admin.get(`/api/v1/alarms/${ID}/notices`)
    expect(body.items.map(i => [i.outcome, i.level, i.channel, i.to])).toEqual([
      ['told', 1, 'mail', ['张工']],
      ['escalated', 1, null, []],
    ])
  })
  it('opened by anybody any number of times, it acknowledges nothing', async () => {
    for (let i = 0; i < 3; i++) {
      const { status, body } = await g.stranger.get(`/api/v1/notice-links/${first}`)
      expect([status, body.state, body.person]).toEqual([200, 'open', '张工'])
      expect((await g.stranger.get(`/a/${first}`)).status).toBe(200)
    }
    expect(g.deps.alarms.get(ID)!.acked).toBe(false)
  })
  it.each([
    ['another signature', () => `${first.slice(0, -1)}${first.endsWith('A') ? 'B' : 'A'}`],
    ['another person', () => `${first.slice(0, 15)}${first[15] === 'x' ? 'y' : 'x'}${first.slice(16)}`],
    ['nonsense', () => 'nonsense'],
  ])('%s opens nothing', async (_, token) => {
    expect((await g.stranger.get(`/api/v1/notice-links/${token()}`)).status).toBe(404)
    expect((await g.stranger.post(`/api/v1/notice-links/${token()}/acknowledge`)).status).toBe(404)
  })
  it('when the alarm came again since, it says so and acknowledges nothing', async () => {
    feed(g, 'pump-1/tripped', false)
    feed(g, 'pump-1/tripped', true)
    await until('again', () => g.deps.alarms.get(ID)!.count === 2)
    const { body } = await g.stranger.get(`/api/v1/notice-links/${first}`)
    expect(body.state).toBe('superseded')
    const refused = await g.stranger.post(`/api/v1/notice-links/${first}/acknowledge`)
    expect([refused.status, refused.body.code]).toEqual([409, 'link-superseded'])
    expect(g.deps.alarms.get(ID)!.acked).toBe(false)
  })
  it('the button acknowledges for the person, once; again does no harm, and the ladder ends', async () => {
    await admin.post(`/api/v1/alarms/${ID}/acknowledge`)
    feed(g, 'pump-1/tripped', false)
    await until('normal', () => !g.deps.alarms.get(ID)!.active)
    // The ladder has to see the acknowledgement before the next occurrence is another climb.
    await until('down', () => g.deps.notices.climbs().size === 0, 8000)
    const token = await raise()
    for (let i = 0; i < 2; i++) {
      const { status, body } = await g.stranger.post(`/api/v1/notice-links/${token}/acknowledge`)
      expect([status, body.state, body.ackedBy]).toEqual([200, 'acknowledged', '张工'])
    }
    const lines = g.deps.trail.of('alarm', ID).filter(e => e.action === 'acknowledged')
    expect(lines.map(e => [e.actor, e.role])).toEqual([
      ['admin', 'admin'],
      ['张工', 'notice-link'],
    ])
    await until('down', () => g.deps.notices.climbs().size === 0, 8000)
  })
})

describe('silence', () => {
  it('is for a while, with a name, on the trail, and acknowledges nothing', async () => {
    feed(g, 'pump-1/tripped', false)
    feed(g, 'pump-1/tripped', true)
    await until('raised', () => !g.deps.alarms.get(ID)!.acked)
    const { body } = await admin.post('/api/v1/alarm-sound/silence', { minutes: 10 })
    expect(body.silence).toMatchObject({ by: 'admin', severity: 'high' })
    expect((await admin.get('/api/v1/alarm-sound')).body.silence).toEqual(body.silence)
    expect(g.deps.alarms.get(ID)!.acked).toBe(false)
    expect((await admin.post('/api/v1/alarm-sound/silence', { minutes: 11 })).status).toBe(400)
    await admin.post(`/api/v1/alarms/${ID}/acknowledge`)
  })
})

describe('the settings', () => {
  const read = async () => (await admin.get('/api/v1/notify')).body as unknown as { text: string; hash: string }
  const kept = () => readFileSync(join(folder.path, 'secrets', 'notify.json'), 'utf8')
  it('show no secret; saved as they are shown, nothing is lost, and the trail has no secret either', async () => {
    const { text, hash } = await read()
    expect(text).not.toContain('top-secret')
    expect(text).toContain(MASK)
    expect((await admin.put('/api/v1/notify', { text, hash })).status).toBe(200)
    expect(JSON.parse(kept()).channels[1].options.password).toBe('top-secret')
    const entry = g.deps.trail.of('notify', 'settings').at(-1)!
    expect(entry.actor).toBe('admin')
    expect(JSON.stringify(entry)).not.toMatch(/top-secret|example\.com/)
  })
  it('a kept password is not sent to another server, and two people do not overwrite each other', async () => {
    const { text, hash } = await read()
    const moved = text.replaceAll('127.0.0.1', 'evil.example')
    const refused = await admin.put('/api/v1/notify', { text: moved, hash })
    expect([refused.status, refused.body.code]).toEqual([422, 'notify-invalid'])
    expect(String(refused.body.detail)).toContain('channels[1].options.password')
    expect((await admin.put('/api/v1/notify', { text, hash: 'old' })).body.code).toBe('notify-changed')
    expect(kept()).not.toContain('evil')
  })
  it.each([
    ['{', /JSON/],
    ['{"channels":[],"ladders":[{"id":"a","levels":[{"afterMin":0,"roster":"x","channels":["m"]}]}]}', /no roster "x"/],
    ['{"channels":[{"id":"m","kind":"email","events":[],"options":{"host":"x"}}]}', /channels\[0\].options.from/],
    ['{"channels":[],"rosters":[{"id":"r","people":[{"name":"Wu"}]}]}', /"Wu" has neither phone nor email/],
  ])('%s: says what is wrong', async (text, why) => {
    const { body } = await admin.post('/api/v1/notify/check', { text })
    expect((body.why as unknown as { en: string }).en).toMatch(why)
  })
  it('a test shows what the far end said', async () => {
    const { body } = await admin.post('/api/v1/notify/channels/mail/test', { person: 'Li' })
    expect(body).toMatchObject({ ok: true, to: ['Li'] })
    expect(String(body.answer)).toMatch(/^250/)
    const locked = await admin.post('/api/v1/notify/channels/locked/test', { person: 'Li' })
    expect(locked.body.ok).toBe(false)
    expect(JSON.stringify(locked.body)).not.toContain('top-secret')
  })
})

describe('a notice of an outage', () => {
  it('goes to everybody of the group in his language, after a person has confirmed it; who got it is written down', async () => {
    const { body: run } = await admin.post('/api/v1/runs', { runbook: 'external-outage' })
    const listener = await connect(g.mqtt, 'notices', await account(admin, 'notices', ['gatehouse/+/records/outage/#']))
    await listener.subscribe('gatehouse/+/records/outage/#', 1)
    const { heard } = listener
    const path = `/api/v1/runs/${run.id}/outage-notices`
    const draft = (run.notices as { interrupted: object }).interrupted
    const made = await admin.post(
      path,
      { group: 'tenants', kind: 'interrupted', words: draft },
      { 'idempotency-key': 'k1' },
    )
    expect(made.status).toBe(201)
    await admin.post(path, { group: 'tenants', kind: 'interrupted', words: draft }, { 'idempotency-key': 'k1' })
    await until('all', async () => {
      const [sent] = (await admin.get(path)).body.items
      return sent?.told === 2 && (sent.notTold as object[]).length === 1
    })
    const [sent, ...more] = (await admin.get(path)).body.items
    expect(more).toEqual([])
    expect(sent).toMatchObject({ by: 'admin', people: 4, told: 2, notTold: [{ name: '104', channel: 'mail' }] })
    expect(lettersTo('a101@example.com').map(l => l.header('subject'))).toEqual(['停电通知 · 测试广场'])
    expect(lettersTo('a102@example.com').map(l => l.header('subject'))).toEqual(['Notice: Power outage · Test Plaza'])
    // The same for programs: over MQTT and to a webhook.
    await until('told on MQTT', () => heard.length > 0)
    const [notice] = heard.map(({ body }) => body)
    expect(notice).toMatchObject({ run: run.id, kind: 'interrupted', what: 'power', group: 'tenants', action: 'sent' })
    expect(notice).toMatchObject({
      scope: { en: expect.any(String) },
      reason: null,
      expectedEnd: null,
      restoredAt: null,
    })
    expect(Date.parse(String(notice!.since))).toBe(Date.parse(String(run.startedAt)))
    expect(heard).toHaveLength(1)
    listener.client.end()
    expect((await admin.post(path, { group: 'nobody', kind: 'interrupted', words: draft })).status).toBe(404)
  })
})
