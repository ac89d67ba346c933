import { createServer, type Server } from 'node:http'
import { createServer as createTcp } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createReach,
  Inward,
  mayReach,
  networksOf,
  type Reach,
  requestOut,
  unwrapped,
} from '../../gateway/core/outgoing.ts'
import { oidcClient } from '../../gateway/oidc/client.ts'
import { sendCallbacks } from '../../gateway/out/callback.ts'
import { sendEmail } from '../../gateway/out/notify/email.ts'
import { pingBy } from '../../gateway/out/notify/heartbeat.ts'
import type { Told } from '../../gateway/out/notify/message.ts'
import type { Row, Sink } from '../../gateway/out/reader/row.ts'
import { influxSink } from '../../gateway/out/sinks/influx.ts'
import { mqttSink } from '../../gateway/out/sinks/mqtt.ts'
import { sftpFolder } from '../../gateway/out/sinks/sftp/far.ts'
import type { SshKeys } from '../../gateway/out/sinks/sftp/keys.ts'
import { sparkplugSink } from '../../gateway/out/sinks/sparkplug/sink.ts'
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

/** Every way out but callbacks, to a host; each says what came of it. */
function waysOut(reach: Reach, host: string, port: number): Record<string, () => Promise<string>> {
  const url = `http://${host}:${port}`
  const rows: Row[] = [{ seq: 1, id: 'a', at: 0, samples: 1, topic: 'gatehouse/x/y', text: '{}' }]
  const mqtt = { url: `mqtt://${host}:${port}`, version: 4 as const, clientId: 'c', tls: {}, reach }
  const through = (make: () => Sink) => async () => {
    const sink = make()
    const came = await sink.send(rows, AbortSignal.timeout(2000))
    await sink.close()
    return JSON.stringify(came)
  }
  const both = { 'zh-CN': '', en: '' }
  const letter = {
    ...{ site: both, text: both, equipmentName: both, at: 0, timezone: 'UTC', event: 'test', space: null },
    ...{ severity: 'high', seq: 0 },
  } as unknown as Told
  const mail = {
    host: host.replace(/[[\]]/g, ''),
    port,
    security: 'none',
    from: 'a@b.example',
    language: 'en',
  } as never
  const failure = (error: Error) => `${error.name} ${error.message} ${JSON.stringify(error)}`
  return {
    webhook: through(() => webhookSink({ url, secret: 's', tls: {}, now: () => 0, reach })),
    influx: through(() => influxSink({ url, api: 1, database: 'd', tls: {}, reach })),
    mqtt: through(() =>
      mqttSink({
        ...{ ...mqtt, root: 'gatehouse/x', hello: () => [], status: () => '{}', subscribe: [], message: () => {} },
      }),
    ),
    sparkplug: through(() =>
      sparkplugSink({
        ...{ ...mqtt, group: 'g', node: 'n', now: () => 0, devices: [], points: () => [], online: () => true },
        ...{ records: [], nextBdSeq: () => 1, command: null, back: () => {} },
      }),
    ),
    sftp: async () => {
      const seen: string[] = []
      const keys = {
        ...{ folder: '/nonexistent', own: async () => {} },
        look: async (at: string) => {
          seen.push(at)
          return null
        },
      } as unknown as SshKeys
      const options = {
        host: host.replace(/[[\]]/g, ''),
        port,
        username: 'u',
        folder: '.',
        local: '/nonexistent',
        keys,
      }
      const folder = sftpFolder({ ...options, token: 't', comment: 'c', clock: manualClock(), reach })
      const why = await folder.put([], () => {}, signal())
      return seen.length > 0 ? `looked at ${seen.join()}` : JSON.stringify(why)
    },
    'e-mail': async () =>
      JSON.stringify(await sendEmail(mail, letter, { name: 'li', email: 'li@b.example' }, signal(), reach)),
    heartbeat: () => pingBy(reach)({ url, method: 'GET', everyS: 60 }, {}, signal()).then(String, failure),
    request: () => requestOut(reach, url, { method: 'GET', signal: signal() }).then(() => 'taken', failure),
    oidc: () =>
      oidcClient(reach, () => null)
        .begin({ issuer: url, clientId: 'c', scopes: 'openid' } as never, 'https://gate.example/back')
        .then(() => 'begun', failure),
  }
}
/** Hangs up on whoever comes. */
async function tap() {
  let came = 0
  const server = createTcp(socket => {
    came++
    socket.on('error', () => {})
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return { port: (server.address() as { port: number }).port, came: () => came, close: () => server.close() }
}

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
  it('every way out asks, whatever dress an address of this machine wears; nothing arrives', async () => {
    const { heard, port } = await far(() => ({ status: 204 }))
    const dresses = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '2130706433', '0x7f000001', '127.1']
    const said: string[] = []
    for (const host of [...dresses, '0.0.0.0', '[::]', 'localhost'])
      for (const [way, go] of Object.entries(waysOut(createReach([]), host, port)))
        said.push(`${way} ${host}: ${/inward/i.test(await go()) ? 'inward' : 'not stopped'}`)
    expect(said.filter(one => !one.endsWith(': inward'))).toEqual([])
    expect([said.length, heard]).toEqual([90, []])
  })
  it('every way out goes to the address that was judged: a name is asked for once, and leads elsewhere at once after it', async () => {
    const taps = await tap()
    for (const way of Object.keys(waysOut(createReach([]), 'x', 1))) {
      let asked = 0
      const resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '10.0.0.5' }]
      const reach = createReach(['127.0.0.1'], resolve, () => [])
      const before = taps.came()
      // It is hung up on, or for ssh only looked for.
      const said = await waysOut(reach, 'rebind.example', taps.port)[way]!()
      expect([way, asked, taps.came() > before || said === 'looked at 127.0.0.1', said]).toEqual([
        way,
        1,
        true,
        expect.not.stringMatching(/inward/i),
      ])
    }
    taps.close()
  })
  it('a callback as well', async () => {
    const { heard, port } = await far(() => ({ status: 204 }))
    const url = `http://127.0.0.1:${port}`
    const reach = createReach([])
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
