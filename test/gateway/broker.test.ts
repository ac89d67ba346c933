import { spawn } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { account, type Client, connectPacket, join, raw } from '../support/mqtt.ts'
import { quietSite } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

const root = 'gatehouse/test-site'
let g: TestGateway
let admin: Api
const passwords: Record<string, string> = {}
const open: Client[] = []
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  admin = await g.admin()
  passwords.reader = await account(admin, 'reader', [`${root}/#`])
  passwords.writer = await account(admin, 'writer', ['w/answers/+'], ['w/+/news', `${root}/request/+`])
  passwords.forgetful = await account(admin, 'forgetful', [])
  passwords.all = await account(admin, 'all', ['#'], ['#'])
})
afterEach(() => {
  for (const c of open.splice(0)) c.end()
})
afterAll(() => g.stop())

async function client(name: string, options = {}): Promise<Client> {
  const joined = await join(g.mqtt, name, passwords[name], options)
  open.push(joined)
  return joined
}
/** A foreign program: what it printed, and how it ended. */
function mosquitto(args: string[]): Promise<{ code: number | null; out: string }> {
  const [host, port] = g.mqtt.split(':') as [string, string]
  return new Promise((resolve, reject) => {
    const child = spawn('mosquitto_sub', ['-h', host, '-p', port, ...args])
    let out = ''
    child.stdout.on('data', data => {
      out += data
    })
    child.stderr.on('data', data => {
      out += data
    })
    child.on('error', reject)
    child.on('exit', code => resolve({ code, out }))
  })
}

describe('who gets in', () => {
  it.each([
    ['nobody without a name', undefined, undefined],
    ['not with a wrong password', 'reader', 'wrong'],
    ['not with no password', 'reader', undefined],
    ['not an unknown name', 'nobody', 'x'],
    ['not a person of the gateway', 'admin', 'a long enough password'],
  ])('%s', async (_, name, password) => {
    await expect(join(g.mqtt, name, password)).rejects.toThrow(/[Nn]ot authorized|[Bb]ad user ?name/)
  })
  it('a foreign client with its password, and not without', async () => {
    const args = ['-t', `${root}/status`, '-C', '1', '-W', '5']
    const good = await mosquitto([...args, '-u', 'reader', '-P', passwords.reader!])
    expect(good.code).toBe(0)
    expect(JSON.parse(good.out)).toMatchObject({ state: 'online', version: expect.any(String) })
    const bad = await mosquitto([...args, '-u', 'reader', '-P', 'wrong'])
    expect(bad.code).not.toBe(0)
    expect(bad.out).toMatch(/[Nn]ot authorised|[Bb]ad user ?name/)
    expect((await mosquitto(args)).code).not.toBe(0)
  })
  it('one device with an old password does not lock out the others of its address', async () => {
    await client('reader')
    for (let i = 0; i < 12; i++) await join(g.mqtt, 'forgetful', `old ${i}`).catch(() => {})
    await expect(join(g.mqtt, 'forgetful', passwords.forgetful)).rejects.toThrow('closed')
    expect((await client('reader')).closed()).toBe(false)
    expect((await client('all')).closed()).toBe(false)
  })
  it('a crowd of strangers keeps nobody from signing in over HTTP, and a known device not from coming back', async () => {
    await client('reader')
    const crowd = await Promise.all(Array.from({ length: 100 }, () => raw(g.mqtt)))
    for (const [i, { socket }] of crowd.entries()) socket.write(connectPacket(`c${i}`, `stranger${i}`, 'x'))
    const started = Date.now()
    await g.admin()
    await client('reader')
    expect(Date.now() - started).toBeLessThan(15_000)
    for (const stranger of crowd) stranger.end()
  })
})

describe('who may hear and say what', () => {
  it('only what the account allows', async () => {
    const reader = await client('reader')
    for (const [filter, good] of [
      [`${root}/status`, true],
      [`${root}/#`, true],
      [`${root}/telemetry/+`, true],
      ['gatehouse/#', false],
      ['gatehouse/+/status', false],
      ['#', false],
      ['+/+/status', false],
      ['$SYS/#', false],
      [`$share/g/${root}/#`, false],
      [`$share/g/${root}/status`, false],
    ] as const)
      expect([filter, await reader.subscribe(filter)]).toEqual([filter, good])
  })
  it('a filter for everything still hears nothing of the broker itself', async () => {
    const all = await client('all')
    expect([await all.subscribe('#'), await all.subscribe('+/+/+/+')]).toEqual([true, true])
    await client('reader')
    await all.say('own/topic', { x: 1 }, 1)
    await all.hears('its own message', h => h.topic === 'own/topic')
    await pause(50)
    expect(all.heard.filter(h => h.topic.startsWith('$')).map(h => h.topic)).toEqual([])
  })
  it('what it may say arrives, and is retained for who comes later; what it may not ends it', async () => {
    const all = await client('all')
    await all.subscribe('w/#')
    const writer = await client('writer')
    await writer.client.publishAsync('w/1/news', '{"n":1}', { qos: 1, retain: true })
    await all.hears('the news', h => h.topic === 'w/1/news')
    const late = await client('all')
    await late.subscribe('w/#')
    await late.hears('the news, retained', h => h.topic === 'w/1/news' && h.retained)
    for (const topic of ['w/1/other', `${root}/status`, `${root}/alarms/x`, '$SYS/x']) {
      const w = await client('writer')
      w.say(topic, { forged: true }).catch(() => {})
      await until(`${topic} ends it`, w.closed, 3000)
      expect(all.on(topic)).toEqual([])
    }
  })
  it('a last will says no more than its account may', async () => {
    const all = await client('all')
    await all.subscribe('#')
    for (const topic of [`${root}/status`, 'w/1/news']) {
      const w = await client('writer', { will: { topic, payload: '{"will":true}', qos: 0, retain: true } })
      w.client.stream.destroy()
    }
    await all.hears('the will that is allowed', h => h.topic === 'w/1/news')
    await pause(50)
    expect(all.on(`${root}/status`).filter(h => h.body.will)).toEqual([])
    const late = await client('reader')
    await late.subscribe(`${root}/status`)
    expect((await late.hears('the status', h => h.topic === `${root}/status`)).body.state).toBe('online')
  })
  it('a revoked account is out at once, and does not come back', async () => {
    passwords.gone = await account(admin, 'gone', [`${root}/#`])
    const two = [await client('gone'), await client('gone')]
    const reader = await client('reader')
    for (const c of [...two, reader]) await c.subscribe(`${root}/status`)
    await admin.post('/api/v1/broker-accounts/gone/revoke')
    await until('both are out', () => two.every(c => c.closed()), 2000)
    expect(reader.closed()).toBe(false)
    await expect(join(g.mqtt, 'gone', passwords.gone)).rejects.toThrow()
  })
})

describe('client ids', () => {
  it('taking somebody else’s id throws out nobody of another account', async () => {
    const reader = await client('reader', { clientId: 'scada' })
    const all = await client('all', { clientId: 'scada' })
    const third = await client('all', { clientId: 'reader/scada' })
    await pause(100)
    expect([reader.closed(), all.closed(), third.closed()]).toEqual([false, false, false])
    const again = await client('reader', { clientId: 'scada' })
    await until('its own older connection goes [MQTT-3.1.4-2]', reader.closed, 2000)
    expect([again.closed(), all.closed()]).toEqual([false, false])
  })
  it.each(['__proto__', 'constructor', 'a/b/#', '', 'x'.repeat(300)])('%s does no harm', async clientId => {
    const c = await client('all', { clientId })
    expect(await c.subscribe('own/#')).toBe(true)
    await c.say('own/x', { ok: 1 })
    await c.hears('itself', h => h.topic === 'own/x')
    expect(c.closed()).toBe(false)
  })
})
