import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createReach, Inward, mayReach, networksOf, requestOut, unwrapped } from '../../gateway/core/outgoing.ts'
import { sendCallbacks } from '../../gateway/out/callback.ts'
import { sendEmail } from '../../gateway/out/notify/email.ts'
import { pingBy } from '../../gateway/out/notify/heartbeat.ts'
import type { Told } from '../../gateway/out/notify/message.ts'
import type { Row } from '../../gateway/out/reader/row.ts'
import { influxSink } from '../../gateway/out/sinks/influx.ts'
import { mqttSink } from '../../gateway/out/sinks/mqtt.ts'
import { webhookSink } from '../../gateway/out/sinks/webhook.ts'
import { manualClock, settled } from '../support/clock.ts'
import { startGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

describe('which addresses may be reached', () => {
  const table: readonly [address: string, allowed: readonly string[], may: boolean][] = [
    ['8.8.8.8', [], true],
    ['2400:3200::1', [], true],
    // this machine
    ['127.0.0.1', [], false],
    ['127.8.9.1', [], false],
    ['::1', [], false],
    ['127.0.0.1', ['127.0.0.0/8'], true],
    // networks inside, and only the one that is allowed
    ['10.1.2.3', [], false],
    ['172.16.0.1', [], false],
    ['172.32.0.1', [], true],
    ['192.168.1.9', [], false],
    ['192.168.1.9', ['192.168.1.0/24'], true],
    ['192.168.2.9', ['192.168.1.0/24'], false],
    ['192.168.1.9', ['192.168.1.9'], true],
    ['100.64.0.1', [], false],
    ['fd12::1', [], false],
    ['fd12::1', ['fd12::/16'], true],
    // own LAN with addresses that look like anybody's
    ['203.0.113.77', [], false],
    ['203.0.113.77', ['203.0.113.64/26'], true],
    ['203.0.114.1', [], true],
    // keys of clouds, link-local, nobody's: never
    ['169.254.169.254', [], false],
    ['169.254.169.254', ['0.0.0.0/0'], false],
    ['100.100.100.200', ['100.64.0.0/10'], false],
    ['fd00:ec2::254', ['fd00::/8'], false],
    ['fe80::1', ['::/0'], false],
    ['0.0.0.0', ['0.0.0.0/0'], false],
    ['224.0.0.1', ['0.0.0.0/0'], false],
    ['255.255.255.255', ['0.0.0.0/0'], false],
    ['::', ['::/0'], false],
    // the same in another dress
    ['::ffff:127.0.0.1', [], false],
    ['::ffff:a9fe:a9fe', ['::/0', '0.0.0.0/0'], false],
    ['::ffff:8.8.8.8', [], true],
    ['64:ff9b::a00:1', [], false],
    ['2002:c0a8:101::1', [], false],
    ['::7f00:1', [], false],
  ]
  it.each(table)('%s with %j allowed: %s', (address, allowed, may) => {
    expect(mayReach(address, allowed, ['203.0.113.0/24', '2001:db8:7::/64'])).toBe(may)
  })
  it('reads networks, and refuses what is none with an example', () => {
    expect(networksOf(' 192.168.10.0/24, fd12::/16，127.0.0.1 ')).toEqual(['192.168.10.0/24', 'fd12::/16', '127.0.0.1'])
    for (const bad of ['lan', '192.168.1.0/33', '192.168.1.0/24/1', '192.168.1/24', '::/129', '10.0.0.0/x'])
      expect(() => networksOf(bad), bad).toThrow(/192\.168\.10\.0\/24/)
    expect([unwrapped('::1'), unwrapped('2400::1')]).toEqual(['::1', '2400::1'])
  })
  it('numbers that are no address to us are one to the resolver, and judged as such', async () => {
    for (const odd of ['2130706433', '0x7f.1', '127.1', 'localhost'])
      await expect(createReach([])(odd), odd).rejects.toBeInstanceOf(Inward)
  })
})

let servers: Server[] = []
afterEach(() => {
  for (const s of servers) s.close()
  servers = []
})
async function far(answer: (url: string) => { status: number; location?: string }) {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(`${request.headers.host} ${request.url}`)
    const { status, location } = answer(request.url!)
    response.writeHead(status, location ? { location } : {}).end('said')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  servers.push(server)
  return { heard, port: (server.address() as { port: number }).port }
}
const signal = () => AbortSignal.timeout(10_000)

describe('at the moment of the connection', () => {
  it('a name that leads elsewhere from one time to the next is judged each time, and the judged address is the one that is used', async () => {
    const { heard, port } = await far(() => ({ status: 204 }))
    // 127.0.0.2 stands for an address outside; nothing listens there but what listens on all of this machine.
    const answers = ['127.0.0.1', '10.0.0.5', '127.0.0.1']
    let asked = 0
    const reach = createReach(
      ['127.0.0.1'],
      async () => [{ address: answers[asked++]! }],
      () => [],
    )
    const sink = webhookSink({ url: `http://rebind.example:${port}/x`, secret: 's', tls: {}, now: () => 0, reach })
    const row: Row = { seq: 1, id: 'a', at: 0, samples: 1, topic: 't', text: '{}' }
    expect(await sink.send([row], signal())).toEqual({ kind: 'taken' })
    expect(await sink.send([row], signal())).toMatchObject({ kind: 'away', why: { code: 'inward' } })
    expect(await sink.send([row], signal())).toEqual({ kind: 'taken' })
    // Asked once for each: a second question between judging and connecting could have another answer.
    expect([asked, heard]).toEqual([3, [`rebind.example:${port} /x`, `rebind.example:${port} /x`]])
    await sink.close()
  })
  it('of several addresses the one that may be reached is taken', async () => {
    const reach = createReach(
      [],
      async () => [{ address: '10.0.0.5' }, { address: '198.51.100.7' }],
      () => [],
    )
    expect(await reach('two.example')).toEqual({ address: '198.51.100.7', family: 4 })
  })
  it('a redirection inward is not followed', async () => {
    const inner = await far(() => ({ status: 200 }))
    const outer = await far(() => ({ status: 302, location: `http://127.0.0.1:${inner.port}/secret` }))
    const reach = createReach(['127.0.0.1'])
    const url = `http://127.0.0.1:${outer.port}/`
    expect((await requestOut(reach, url, { method: 'GET', signal: signal() })).status).toBe(302)
    const sink = webhookSink({ url, secret: 's', tls: {}, now: () => 0, reach })
    const row: Row = { seq: 1, id: 'a', at: 0, samples: 1, topic: 't', text: '{}' }
    expect((await sink.send([row], signal())).kind).toBe('away')
    await sink.close()
    expect([outer.heard.length, inner.heard]).toEqual([2, []])
  })
  it('every way out asks: webhook, Influx, MQTT, e-mail, heartbeat, callback; nothing arrives', async () => {
    const { heard, port } = await far(() => ({ status: 204 }))
    const url = `http://127.0.0.1:${port}`
    const reach = createReach([])
    const rows: Row[] = [{ seq: 1, id: 'a', at: 0, samples: 1, topic: 'gatehouse/x/y', text: '{}' }]
    const sinks = [
      webhookSink({ url, secret: 's', tls: {}, now: () => 0, reach }),
      influxSink({ url, api: 1, database: 'd', tls: {}, reach }),
      mqttSink({
        ...{
          url: `mqtt://127.0.0.1:${port}`,
          version: 4,
          clientId: 'c',
          tls: {},
          root: 'gatehouse/x',
          hello: () => [],
        },
        ...{ status: () => '{}', subscribe: [], message: () => {}, reach },
      }),
    ]
    for (const sink of sinks) {
      expect(await sink.send(rows, signal())).toMatchObject({ kind: 'away', why: { code: 'inward' } })
      await sink.close()
    }
    const told = { site: { 'zh-CN': '', en: '' }, text: { 'zh-CN': '', en: '' } } as unknown as Told
    const mail = { host: '127.0.0.1', port, security: 'none', from: 'a@b.example', language: 'en' } as never
    const letter = {
      ...told,
      equipmentName: { 'zh-CN': '', en: '' },
      at: 0,
      timezone: 'UTC',
      event: 'test',
      space: null,
      severity: 'high',
      seq: 0,
    } as unknown as Told
    expect(await sendEmail(mail, letter, { name: 'li', email: 'li@b.example' }, signal(), reach)).toMatchObject({
      why: 'inward address',
    })
    await expect(pingBy(reach)({ url, method: 'GET', everyS: 60 }, {}, signal())).rejects.toBeInstanceOf(Inward)
    const failed: object[] = []
    const clock = manualClock()
    const callbacks = sendCallbacks({
      ...{ clock, head: () => 1, reach, failed: detail => failed.push(detail), bodiesOf: () => [{ a: 1 }] },
      after: seq =>
        seq < 1 ? [{ seq: 1, time: 0, actor: 'a', role: 'r', kind: 'k', id: 'i', action: 'x', data: {} }] : [],
      cursor: { get: () => 0, set: () => {} },
      target: () => ({ url, secret: 's' }),
    })
    await until('the refusal', async () => {
      await settled()
      return failed.length > 0
    })
    callbacks.stop()
    expect([JSON.stringify(failed), heard]).toEqual([expect.stringContaining('EINWARD'), []])
  })
  it('the gateway, without a word of whoever runs it, sends nothing inward, and says why', async () => {
    const { heard, port } = await far(() => ({ status: 204 }))
    const url = `http://127.0.0.1:${port}`
    const influx = { id: 'cloud', kind: 'influx', url, database: 'd' }
    const g = await startGateway({ site: { ...quietSite, outputs: [influx] }, outgoing: [] })
    try {
      const admin = await g.admin()
      const state = async () => {
        const { items } = (await admin.get('/api/v1/outputs')).body as unknown as {
          items: { trouble: { code: string } | null }[]
        }
        return items[0]?.trouble?.code
      }
      await until('the reason', async () => (await state()) === 'inward')
      expect(heard).toEqual([])
    } finally {
      await g.stop()
    }
  })
})
