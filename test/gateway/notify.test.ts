import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kinds } from '../../gateway/out/notify/channels.ts'
import { isFor, peopleAt, readConfig, within } from '../../gateway/out/notify/config.ts'
import type { Told } from '../../gateway/out/notify/message.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const AT = Date.UTC(2026, 10, 21, 6, 32, 8)
const told: Told = {
  alarm: 'tripped:pump-1:tripped',
  severity: 'high',
  event: 'raised',
  text: both('水泵“跳闸”', 'Pump "tripped"'),
  equipmentName: both('水泵', 'Pump'),
  space: both('地下一层', 'Basement 1'),
  at: AT,
  site: both('测试广场', 'Test Plaza'),
  timezone: 'Asia/Shanghai',
  seq: 7,
}
const line = '[报警·高] 水泵“跳闸” 地下一层 水泵 2026/11/21 14:32:08 测试广场'
const bodyOf = (request: { body: string | null }) => JSON.parse(request.body!) as Record<string, never>

describe('what goes out', () => {
  it('DingTalk: signed in the address, as its page has it', () => {
    const options = kinds.dingtalk.schema.parse({ url: 'https://robot/send?access_token=x', secret: 'SEC1' })
    const [request] = kinds.dingtalk.requests(options, told, ['138'], 1_700_000_000_000)
    const url = new URL(request!.url)
    const sign = createHmac('sha256', 'SEC1').update('1700000000000\nSEC1').digest('base64')
    expect(Object.fromEntries(url.searchParams)).toEqual({ access_token: 'x', timestamp: '1700000000000', sign })
    expect(bodyOf(request!)).toEqual({
      msgtype: 'text',
      text: { content: line },
      at: { atMobiles: ['138'], isAtAll: false },
    })
  })
  it('Feishu: signed in the body, with seconds', () => {
    const options = kinds.feishu.schema.parse({ url: 'https://robot/hook', secret: 'S', language: 'en' })
    const [request] = kinds.feishu.requests(options, told, [], 1_700_000_000_999)
    const sign = createHmac('sha256', '1700000000\nS').update('').digest('base64')
    expect(bodyOf(request!)).toEqual({
      timestamp: '1700000000',
      sign,
      msg_type: 'text',
      content: { text: '[ALARM·high] Pump "tripped" Basement 1 Pump 21/11/2026, 14:32:08 Test Plaza' },
    })
  })
  it('WeCom names who is on duty; a webhook signs its bytes', () => {
    const [wecom] = kinds.wecom.requests({ url: 'https://x/', language: 'zh-CN' }, told, ['138'], 0)
    expect(bodyOf(wecom!)).toEqual({ msgtype: 'text', text: { content: line, mentioned_mobile_list: ['138'] } })
    const [hook] = kinds.webhook.requests({ url: 'https://x/', secret: 'k' }, told, [], 0)
    const proof = createHmac('sha256', 'k').update(hook!.body!).digest('hex')
    expect(hook!.headers['x-gatehouse-signature']).toBe(`sha256=${proof}`)
    expect(bodyOf(hook!)).toMatchObject({ alarm: told.alarm, at: '2026-11-21T06:32:08.000Z' })
  })
  it.each([
    ['application/json', '{"to":"{phone}","t":"{text}"}', /^\{"to":"138","t":"\[ALARM·high\] Pump \\"tripped\\" /],
    [
      'application/x-www-form-urlencoded',
      'to={phone}&t={text}',
      /^to=138&t=%5BALARM%C2%B7high%5D%20Pump%20%22tripped%22/,
    ],
    ['text/xml', '<t>{text}</t>', /^<t>\[ALARM·high\] Pump &#34;tripped&#34; /],
  ])('an SMS gateway that takes %s gets the words escaped for it', (type, body, sent) => {
    const options = kinds.sms.schema.parse({
      url: 'https://x/?p={phone}',
      headers: { 'Content-Type': type },
      body,
      language: 'en',
    })
    const [request, second] = kinds.sms.requests(options, told, ['138', '139'], 0)
    expect(request!.body).toMatch(sent)
    expect(second!.url).toBe('https://x/?p=139')
  })
  it.each([
    ['dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', null],
    ['dingtalk', 200, '{"errcode":310000,"errmsg":"sign not match"}', 'errcode 310000'],
    ['wecom', 200, '<html>login</html>', 'answer is no JSON'],
    ['feishu', 200, '{"code":19021}', 'code 19021'],
    ['feishu', 200, '{}', 'code undefined'],
    ['webhook', 204, '', null],
    ['webhook', 302, '', 'status 302'],
    ['sms', 200, '{"result":"ok"}', null],
    ['sms', 200, '{"result":"no money"}', 'answer without what is expected'],
  ] as const)('%s %d %s', (kind, status, text, why) => {
    const refused = kinds[kind].refused as (options: object, reply: object) => string | null
    expect(refused({ expect: '"ok"' }, { status, text })).toBe(why)
  })
})

describe('who is told', () => {
  const config = readConfig(
    JSON.stringify({
      channels: [
        {
          id: 'c',
          kind: 'webhook',
          roster: 'r',
          quiet: [{ from: '22:00', to: '07:00' }],
          options: { url: 'http://x/' },
        },
      ],
      rosters: [
        {
          id: 'r',
          people: [
            { name: 'Day', phone: '138', shifts: [{ from: '08:00', to: '20:00' }] },
            { name: 'Sunday night', phone: '139', shifts: [{ days: ['sun'], from: '20:00', to: '08:00' }] },
          ],
        },
      ],
    }),
  )
  const channel = config.channels[0]!
  const zone = 'Asia/Shanghai'
  const beijing = (text: string) => Date.parse(`${text}+08:00`)
  it.each([
    ['2026-11-21T14:00', 'high', true],
    ['2026-11-21T22:00', 'high', false],
    ['2026-11-22T06:59', 'high', false],
    ['2026-11-22T07:00', 'high', true],
    ['2026-11-22T03:00', 'life', true],
    ['2026-11-21T14:00', 'low', false],
  ])('at %s of a %s alarm: %s; quiet hours are never for life safety', (time, severity, is) => {
    expect(isFor(channel, { severity, event: 'raised' }, beijing(time), zone)).toBe(is)
  })
  it.each([
    ['2026-11-21T14:00', false, ['Day']],
    ['2026-11-22T21:00', false, ['Sunday night']],
    ['2026-11-23T07:59', false, ['Sunday night']],
    ['2026-11-24T03:00', false, []],
    ['2026-11-24T03:00', true, ['Day', 'Sunday night']],
  ])('at %s, life %s: %j', (time, life, names) => {
    expect(peopleAt(config, channel.roster, life, beijing(time), zone).map(p => p.name)).toEqual(names)
  })
  it('a span over midnight belongs to the day on which it began', () => {
    const span = [{ days: ['fri' as const], from: '23:00', to: '01:00' }]
    const times = ['2026-11-20T23:30', '2026-11-21T00:30', '2026-11-21T23:30', '2026-11-20T00:30']
    expect(times.map(time => within(span, beijing(time), zone))).toEqual([true, true, false, false])
  })
  it.each([
    ['{', /JSON/],
    ['{"channels":[{"id":"a","kind":"fax","options":{}}]}', /kind/],
    ['{"channels":[{"id":"a","kind":"webhook","options":{"url":"ftp://x"}}]}', /url/i],
    ['{"channels":[{"id":"a","kind":"sms","options":{"url":"http://x/"}}]}', /sms needs one/],
    ['{"channels":[{"id":"a","kind":"webhook","roster":"q","options":{"url":"http://x/"}}]}', /no roster "q"/],
  ])('a file like %s is refused with what is wrong', (text, why) => {
    expect(() => readConfig(text)).toThrow(why)
  })
})

describe('a server that fails, hangs or answers nonsense', () => {
  const asked: string[] = []
  let answer: (request: IncomingMessage, reply: ServerResponse, body: string) => void = (_, reply) => reply.end()
  const server = createServer((request, reply) => {
    let body = ''
    request.on('data', part => (body += part))
    request.on('end', () => {
      asked.push(`${request.url} ${(JSON.parse(body) as { event: string }).event}`)
      answer(request, reply, body)
    })
  })
  let url: string
  const folder = tempFolder()
  let g: TestGateway
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const option = (path: string) => ({ url: `${url}/${path}` })
    mkdirSync(join(folder.path, 'secrets'), { recursive: true })
    const channels = ['good', 'bad'].map(id => ({
      id,
      kind: 'webhook',
      events: ['raised', 'cleared'],
      options: option(id),
    }))
    writeFileSync(join(folder.path, 'secrets', 'notify.json'), JSON.stringify({ channels }))
    g = await startGateway({ site: quietSite, data: folder.path })
  })
  afterAll(async () => {
    await g.stop()
    server.closeAllConnections()
    server.close()
    folder.remove()
  })
  beforeEach(() => {
    asked.length = 0
  })
  afterEach(() => {
    answer = (_, reply) => reply.end()
  })
  const notices = () =>
    g.deps.trail.of('notice', 'tripped:pump-1:tripped').map(e => `${e.data.channel} ${e.action} ${e.data.event}`)
  const times = (line: string) => asked.filter(one => one === line).length

  it('one that fails is asked again until it takes it, and holds up nobody else; then it stands on the trail', async () => {
    let failures = 2
    answer = (request, reply) => {
      reply.statusCode = request.url === '/bad' && failures-- > 0 ? 500 : 200
      reply.end('nonsense')
    }
    feed(g, 'pump-1/tripped', true)
    await until('the good one', () => notices().includes('good told raised'))
    expect(notices()).toEqual(['good told raised'])
    await until('the bad one', () => notices().includes('bad told raised'))
    expect([times('/bad raised'), times('/good raised')]).toEqual([3, 1])
  })
  it('what was not told before the gateway ended is told after it starts, once, and what was told is not', async () => {
    answer = (request, reply) => {
      if (request.url === '/bad') return
      reply.end()
    }
    feed(g, 'pump-1/tripped', false)
    await until('the good one', () => notices().includes('good told cleared'))
    await until('the hanging one to be asked', () => times('/bad cleared') === 1)
    const before = Date.now()
    await g.stop()
    expect(Date.now() - before).toBeLessThan(4000)
    answer = (_, reply) => reply.end()
    asked.length = 0
    g = await startGateway({ data: folder.path })
    await until('the bad one', () => notices().includes('bad told cleared'))
    await pause(300)
    expect(asked).toEqual(['/bad cleared'])
  })
  it('a file that is wrong is an alarm of the gateway, and the rest of it runs', async () => {
    await g.stop()
    writeFileSync(join(folder.path, 'secrets', 'notify.json'), '{"channels":[{"id":"a"}]}')
    g = await startGateway({ data: folder.path })
    expect(g.deps.plant()).not.toBeNull()
    await until('the alarm', () => g.deps.alarms.open().some(a => a.rule === 'gatehouse.outputs'), 14_000)
  })
})
