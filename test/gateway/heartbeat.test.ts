import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unwellOf } from '../../gateway/notices/heartbeat.ts'
import { masked, unmasked } from '../../gateway/notices/mask.ts'
import { reasonOf } from '../../gateway/notices/reason.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import { type HeartbeatSettings, startHeartbeat, type Unwell } from '../../gateway/out/notify/heartbeat.ts'
import { manualClock } from '../support/clock.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

function beaten() {
  const clock = manualClock()
  const says = {
    settings: { url: 'https://watch.example/ping/0a1b', method: 'GET', everyS: 60 } as HeartbeatSettings | null,
    unwell: null as Unwell | null,
    answer: 200 as number | 'never' | 'no connection',
  }
  const sent: number[] = []
  const heart = startHeartbeat({
    clock,
    steady: clock.mono,
    settings: () => says.settings,
    unwell: () => says.unwell,
    says: () => ({ state: 'online' }),
    async send(_, __, signal) {
      sent.push(clock.mono() / 1000)
      if (says.answer === 'no connection') throw new Error('ECONNREFUSED')
      if (says.answer !== 'never') return says.answer
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  })
  return { clock, says, sent, heart }
}

it('a diary: it beats while all is well, is silent while it is not, and says when the far end does not take it', async () => {
  const { clock, says, sent, heart } = beaten()
  const pass = async (s: number) => {
    await clock.pass(s * 1000)
    return sent.splice(0)
  }
  expect(await pass(121)).toEqual([1, 61, 121])
  expect(heart.state()).toMatchObject({ failing: null, held: null })
  says.unwell = 'not-reading'
  expect(await pass(600)).toEqual([])
  // That it is silent has a reason of its own: the far end is not to blame.
  expect([heart.state().held, heart.failing()]).toEqual(['not-reading', false])
  says.unwell = null
  expect(await pass(2)).toEqual([722])
  says.answer = 503
  expect(await pass(70)).toEqual([782, 792])
  expect(heart.state().failing?.why).toBe('status 503')
  expect(heart.failing()).toBe(false)
  says.answer = 'no connection'
  await pass(90)
  expect([heart.state().failing?.why, heart.failing()]).toEqual(['no connection', true])
  says.answer = 204
  await pass(15)
  expect([heart.state().failing, heart.failing()]).toEqual([null, false])
  // Somebody else is told from now on: at once, and nothing of the old one counts.
  says.settings = { url: 'https://other.example/x', method: 'POST', everyS: 300 }
  expect(await pass(2)).toHaveLength(1)
  says.settings = null
  expect(await pass(1000)).toEqual([])
  expect(heart.state()).toEqual({ takenAt: null, failing: null, held: null })
  heart.stop()
  expect(clock.timers()).toBe(0)
})

it.each([
  ['no site', null, false, 0, 'no-site'],
  ['a plant that was just read', { readAt: 999_000, everyMs: 1000 }, false, 0, null],
  ['nothing was read for minutes', { readAt: 800_000, everyMs: 1000 }, false, 0, 'not-reading'],
  ['a plant that is read each hour', { readAt: 800_000, everyMs: 3_600_000 }, false, 0, null],
  ['devices that only tell by themselves', 'told', false, 0, null],
  ['records that cannot be written', { readAt: 999_000, everyMs: 1000 }, true, 0, 'records'],
  ['an alarm that is not on the disk', { readAt: 999_000, everyMs: 1000 }, false, 1, 'records'],
] as const)('%s', (_, life, failing, unstored, unwell) => {
  const alarms = { waiting: () => Array.from({ length: unstored }) }
  const plant = life === null ? null : { site: {} as never, alarms, life: () => (life === 'told' ? null : life) }
  const storage = { since: () => (failing ? 0 : null) }
  expect(unwellOf({ live: { plant }, storage, steady: () => 1_000_000 })).toBe(unwell)
})

it.each([
  ['{', '第 1 行', 'Line 1, column 2'],
  ['{"channels":"x"}', 'channels：应为列表 [ ]', 'channels: It must be a list [ ]'],
  [
    '{"channels":[{"id":"a","kind":"webhook","options":{"url":"ftp://x"}}]}',
    'channels[0].options.url：格式不对',
    'channels[0].options.url: It is not a valid url',
  ],
  ['{"channels":[{"id":"a","kind":"sms","options":{"url":"http://x/"}}]}', 'sms 需要指定值班表', 'sms needs one'],
  ['{"channels":[],"heartbeat":{"url":"http://x/","everyS":5}}', 'heartbeat.everyS：必须不小于 10', 'at least 10'],
  ['{"channels":[],"heartbeat":{"url":"••••••••"}}', 'heartbeat.url：请填写', 'heartbeat.url: enter it'],
])('settings like %s are refused in both languages', (text, zh, en) => {
  let why = { 'zh-CN': '', en: '' }
  try {
    readConfig(unmasked(text, null))
  } catch (error) {
    why = reasonOf(error, text)
  }
  expect(why['zh-CN']).toContain(zh)
  expect(why.en).toContain(en)
})

it('the address of the watcher is never shown, and stays when the rest is changed', () => {
  const had = '{"channels":[],"heartbeat":{"url":"https://watch.example/ping/0a1b","everyS":60}}'
  expect(masked(had)).not.toContain('0a1b')
  const next = unmasked(masked(had).replace('60', '90'), had)
  expect(readConfig(next).heartbeat).toEqual({ url: 'https://watch.example/ping/0a1b', method: 'GET', everyS: 90 })
})

let g: TestGateway
const asked: string[] = []
let answer = (response: ServerResponse) => void response.writeHead(204).end()
const watcher = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  answer(response)
})
beforeAll(async () => {
  await new Promise<void>(done => watcher.listen(0, '127.0.0.1', done))
  g = await startGateway({ site: quietSite })
})
afterAll(async () => {
  await g?.stop()
  watcher.closeAllConnections()
  watcher.close()
})
it('in the whole gateway: set on the page, it beats against a real watcher, and tells how it fares', async () => {
  const admin = await g.admin()
  const url = `http://127.0.0.1:${(watcher.address() as AddressInfo).port}/ping/secret-0a1b`
  const text = JSON.stringify({ channels: [], heartbeat: { url, method: 'POST', everyS: 10 } })
  const saved = await admin.put('/api/v1/notify', { text, hash: null })
  expect([saved.status, JSON.stringify(saved.body).includes('secret-0a1b')]).toEqual([200, false])
  await until('a beat', () => asked.length > 0)
  expect(asked).toEqual(['POST /ping/secret-0a1b'])
  const state = async () => (await admin.get('/api/v1/notify')).body.heartbeat
  await until('it is noted', async () => ((await state()) as { takenAt: string | null }).takenAt !== null)
  expect(await state()).toMatchObject({ method: 'POST', everyS: 10, failing: null, held: null })
  const { items } = (await admin.get('/api/v1/trail?kind=notify')).body
  expect(JSON.stringify(items)).not.toContain('secret-0a1b')
  answer = response => void response.writeHead(302, { location: 'http://evil.example/' }).end()
  const { hash } = (await admin.get('/api/v1/notify')).body
  await admin.put('/api/v1/notify', { text: text.replace('10}', '20}'), hash })
  await until('it is refused', async () => ((await state()) as { failing: object | null }).failing !== null)
  expect(await state()).toMatchObject({ failing: { why: 'status 302' }, takenAt: null })
  expect((await admin.put('/api/v1/notify', { text: '{', hash: null })).status).toBe(409)
})
