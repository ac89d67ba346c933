import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect as plainConnect, type Socket } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect, createServer as createTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { selfMade } from '../../gateway/channels/selfmade.ts'
import { isNear } from '../../gateway/core/address.ts'
import { createRates } from '../../gateway/http/rates.ts'
import { CHECK_MS, SLOW_MS, tamer } from '../../gateway/http/tame.ts'
import { openWebCertificate } from '../../gateway/web/certificate.ts'
import { plainDoor, redirectTo } from '../../gateway/web/listeners.ts'
import { issue } from '../support/certificates.ts'
import { manualClock } from '../support/clock.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const DAY_MS = 86_400_000

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}
/** One request to `host:port`, with whatever certificate is shown. */
function ask(
  at: string,
  path: string,
  { body, headers = {}, secure = true }: { body?: object; headers?: Record<string, string>; secure?: boolean } = {},
): Promise<Answer> {
  const [host, port] = at.split(':')
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const options = {
      ...{ host, port, path, method: text === undefined ? 'GET' : 'POST', rejectUnauthorized: false, agent: false },
      headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    }
    const asked = (secure ? secureRequest : request)(options, response => {
      let said = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        said += part
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text: said }))
    })
    asked.on('error', reject)
    asked.end(text)
  })
}
/** What a handshake comes to: the protocol, or null when it is refused. */
const handshake = (at: string, options: ConnectionOptions): Promise<string | null> =>
  new Promise(resolve => {
    const [host, port] = at.split(':')
    try {
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options }, () => {
        resolve(socket.getProtocol())
        socket.destroy()
      })
      socket.on('error', () => resolve(null))
    } catch {
      resolve('this machine cannot even offer it')
    }
  })

describe('plain HTTP', () => {
  const table: readonly [http: string, https: string | undefined, plain: boolean, door: string][] = [
    ['127.0.0.1:8080', undefined, false, 'http'],
    ['localhost:8080', undefined, false, 'http'],
    ['[::1]:8080', undefined, false, 'http'],
    ['127.0.0.1:8080', '0.0.0.0:8443', false, 'http'],
    ['0.0.0.0:8080', '0.0.0.0:8443', false, 'redirect'],
    ['0.0.0.0:8080', '0.0.0.0:8443', true, 'http'],
    ['0.0.0.0:8080', undefined, true, 'http'],
    ['0.0.0.0:8080', undefined, false, 'refused'],
    ['192.168.1.4:80', undefined, false, 'refused'],
    ['[::]:8080', undefined, false, 'refused'],
  ]
  it.each(table)('at %s with HTTPS at %s, insisted on %s: %s', (http, https, plain, door) => {
    const does = () => plainDoor({ http, https, plain })
    if (door === 'refused') expect(does).toThrow(/GATEHOUSE_HTTPS.*GATEHOUSE_PLAIN_HTTP/)
    else expect(does()).toBe(door)
  })
  it('knows this machine from others', () => {
    const near = ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1', 'localhost']
    const far = ['192.168.1.2', '127.evil.example', '::ffff:10.0.0.1', '0.0.0.0', '::', '']
    expect([near.filter(h => !isNear(h)), far.filter(isNear)]).toEqual([[], []])
  })
  it('sends a page on to HTTPS, and takes nothing that was said in the open', async () => {
    const server = createServer(redirectTo(8443)).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const at = `127.0.0.1:${(server.address() as { port: number }).port}`
    const plain = (path: string, more: object = {}) => ask(at, path, { secure: false, ...more })
    const page = await plain('/alarms?x=1', { headers: { host: 'gate.lan:8080' } })
    expect([page.status, page.headers.location]).toEqual([308, 'https://gate.lan:8443/alarms?x=1'])
    const v6 = await plain('/', { headers: { host: '[fd00::4]' } })
    expect(v6.headers.location).toBe('https://[fd00::4]:8443/')
    const odd = await plain('/', { headers: { host: 'a@b' } })
    const said = await plain('/api/v1/session', { body: { name: 'admin', password: 'x' } })
    expect([odd.status, said.status, said.headers.location]).toEqual([403, 403, undefined])
    server.close()
  })
})

describe('a certificate made here', () => {
  it('is for every name and address of the machine, of both kinds', () => {
    const names = ['gate.lan', '192.168.7.9', '::1', 'fd12:3456::a:1', '2001:db8:1:2:3:4:5:6']
    const own = new X509Certificate(selfMade('Gatehouse', names, Date.now()).certificate)
    expect(own.checkHost('gate.lan')).toBe('gate.lan')
    for (const ip of names.slice(1)) expect(own.checkIP(ip), ip).toBe(ip)
    expect([own.checkIP('fd12:3456::a:2'), own.checkHost('other.lan')]).toEqual([undefined, undefined])
    expect([own.publicKey.asymmetricKeyType, own.publicKey.asymmetricKeyDetails?.namedCurve]).toEqual([
      'ec',
      'prime256v1',
    ])
  })
  it('stays over a restart, is renewed 30 days before its end; one of the site that ends is an alarm', async () => {
    const folder = tempFolder()
    const clock = manualClock(Date.UTC(2026, 10, 21, 8))
    const open = (wanted = true) =>
      openWebCertificate({
        secrets: folder.path,
        clock,
        log: { error() {} } as never,
        wanted,
        names: () => ['gate.lan'],
      })
    expect(open(false).certificate()).toBeNull()
    const first = open()
    const { fingerprint, validTo } = first.certificate()!
    expect(open().certificate()!.fingerprint).toBe(fingerprint)
    const later = async (ms: number) => {
      clock.jump(ms)
      await clock.pass(10_000)
    }
    await later(validTo - clock.now() - 31 * DAY_MS)
    expect([first.certificate()!.fingerprint === fingerprint, first.failing()]).toEqual([true, false])
    await later(DAY_MS + 20_000)
    expect([first.certificate()!.fingerprint === fingerprint, first.failing()]).toEqual([false, false])
    // The site's own is nobody else's to renew.
    const ca = issue('ca', { authority: true })
    const of = issue('gate.lan', {
      by: ca,
      names: ['gate.lan'],
      from: clock.now() - DAY_MS,
      to: clock.now() + 40 * DAY_MS,
    })
    first.give(of)
    expect([first.certificate()!.selfMade, first.failing(), first.hsts()]).toEqual([false, false, true])
    await later(10 * DAY_MS + 20_000)
    expect([first.failing(), first.hsts()]).toEqual([true, true])
    await later(30 * DAY_MS)
    // Whoever is told to use HTTPS alone could not come in any more.
    expect([first.failing(), first.hsts()]).toEqual([true, false])
    first.stop()
    folder.remove()
  })
})

describe('limits', () => {
  it('a bucket: a burst, then a rate, each for itself; a clock that is set back takes nothing away', () => {
    let now = 1_000_000
    const may = createRates(() => now, { perS: 2, burst: 3 })
    expect([may('a'), may('a'), may('a'), may('a'), may('b')]).toEqual([0, 0, 0, 1, 0])
    now += 500
    expect([may('a'), may('a')]).toEqual([0, 1])
    now -= 60_000
    expect(may('a')).toBe(1)
    now += 60_000
    expect([may('a'), may('a'), may('a'), may('a')]).toEqual([0, 0, 0, 1])
  })
  it('closes half a head, half a body and a connection that says nothing, and answers others meanwhile', async () => {
    // The figures of the product, and the same server with shorter ones.
    expect(SLOW_MS + CHECK_MS + 1000).toBeLessThanOrEqual(15_000)
    const server = createServer({ connectionsCheckingInterval: 50 }, (asked, answer) => {
      asked.resume()
      asked.on('end', () => answer.end('ok'))
    })
    tamer({ slowMs: 400 })(server, false)
    server.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const slow = (begin: string, drip: string) =>
      new Promise<number>(resolve => {
        const from = performance.now()
        const socket: Socket = plainConnect(port, '127.0.0.1')
        if (begin !== '') socket.write(begin)
        const dripping = setInterval(() => drip !== '' && socket.write(drip), 60)
        socket.on('error', () => {})
        socket.on('close', () => {
          clearInterval(dripping)
          resolve(performance.now() - from)
        })
        socket.resume()
      })
    const head = 'POST / HTTP/1.1\r\nhost: x\r\n'
    const waits = Promise.all([
      slow(head, 'x-more: 1\r\n'),
      slow(`${head}content-length: 1000\r\n\r\n`, 'a'),
      slow('', ''),
      // One that was answered and now says nothing.
      slow('GET / HTTP/1.1\r\nhost: x\r\n\r\n', ''),
    ])
    expect((await ask(`127.0.0.1:${port}`, '/', { secure: false })).text).toBe('ok')
    for (const [i, ms] of (await waits).entries()) expect([i, ms > 300 && ms < 5000]).toEqual([i, true])
    server.close()
  })
})

let g: TestGateway
let at: string
beforeAll(async () => {
  g = await startGateway({ site: quietSite, https: '127.0.0.1:0' })
  at = g.https!
})
afterAll(() => g.stop())

describe('HTTPS', () => {
  it('says at the start where it is and what it shows', () => {
    const { fingerprint } = g.deps.web.certificate()!
    const spoken = fingerprint.match(/../g)!.join(':').toUpperCase()
    expect(g.said.filter(line => line.includes('SHA-256'))).toEqual([expect.stringContaining(spoken)])
    expect(JSON.parse(readFileSync(join(g.data, 'run.json'), 'utf8'))).toMatchObject({ http: g.http, https: at })
  })
  it('signs in with a cookie that travels over HTTPS and to us alone', async () => {
    const { status, headers } = await ask(at, '/api/v1/session', { body: { name: 'admin', password: PASSWORD } })
    const [cookie] = headers['set-cookie'] as string[]
    expect(status).toBe(200)
    for (const word of [/^__Host-gatehouse_session=s_/, /; Path=\//, /; Secure/, /; HttpOnly/, /; SameSite=Strict/])
      expect(cookie).toMatch(word)
    const csp = headers['content-security-policy'] as string
    expect(csp).toContain("default-src 'self'")
    expect(csp).toMatch(/script-src 'self'(;|$)/)
    expect(csp).not.toMatch(/https?:|\*|unsafe-eval/)
    // With a certificate that nobody trusts yet it would lock people out.
    expect(headers['strict-transport-security']).toBeUndefined()
    const about = JSON.parse((await ask(at, '/api/v1/about')).text) as { certificate: unknown }
    expect(about.certificate).toEqual({ fingerprint: g.deps.web.certificate()!.fingerprint, selfMade: true })
  })
  it('a live connection from our own page, from another one, and by plain HTTP from a page of HTTPS', async () => {
    const { headers } = await ask(at, '/api/v1/session', { body: { name: 'admin', password: PASSWORD } })
    const cookie = (headers['set-cookie'] as string[])[0]!.split(';')[0]!
    const live = (origin: string): Promise<number | string> =>
      new Promise(resolve => {
        const ws = new WebSocket(`wss://${at}/api/v1/live`, { headers: { cookie, origin }, rejectUnauthorized: false })
        ws.on('unexpected-response', (_, response) => resolve(response.statusCode!))
        ws.on('error', () => {})
        ws.once('message', data => {
          resolve((JSON.parse(String(data)) as { kind: string }).kind)
          ws.terminate()
        })
      })
    expect(await live(`https://${at}`)).toBe('hello')
    expect(await live('https://evil.example')).toBe(403)
    expect(await live(`http://${at}`)).toBe(403)
  })
  it('takes TLS 1.2 and 1.3 with forward secrecy; everything older or weaker is refused, one by one', async () => {
    const weak12 = [
      ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA', 'AES128-SHA256', 'AES256-SHA256'],
      ...['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA384'],
      ...['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384', 'DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES256-SHA'],
      ...['CAMELLIA128-SHA', 'ECDHE-ECDSA-CAMELLIA128-SHA256', 'PSK-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-CCM8'],
      ...['AECDH-AES128-SHA', 'ADH-AES128-GCM-SHA256', 'ARIA128-GCM-SHA256', 'ECDHE-ECDSA-NULL-SHA'],
    ]
    let offered = 0
    for (const ciphers of weak12) {
      const came = await handshake(at, {
        ciphers: `${ciphers}:@SECLEVEL=0`,
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.2',
      })
      if (came === 'this machine cannot even offer it') continue
      offered++
      expect([ciphers, came]).toEqual([ciphers, null])
    }
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { ciphers: 'ALL:@SECLEVEL=0', minVersion: version, maxVersion: version }
      expect([version, await handshake(at, old)]).toEqual([version, null])
    }
    console.log(`https: ${offered} weak suites and 2 old versions refused`)
    expect(offered).toBeGreaterThan(12)
    // The same offers to a server that takes anything: what was refused above was not refused here.
    const own = selfMade('weak', ['localhost'], Date.now())
    const anything = { cert: own.certificate, key: own.key, ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' } as const
    const weak = createTls(anything, socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await new Promise(resolve => weak.once('listening', resolve))
    const there = `127.0.0.1:${(weak.address() as { port: number }).port}`
    const cbc = { ciphers: 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0', minVersion: 'TLSv1' } as const
    expect(await handshake(there, { ...cbc, maxVersion: 'TLSv1.2' })).toBe('TLSv1.2')
    expect(await handshake(there, { ...cbc, maxVersion: 'TLSv1.1' })).toBe('TLSv1.1')
    weak.close()
    for (const good of [
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
    ])
      expect(await handshake(at, { ciphers: good, maxVersion: 'TLSv1.2' }), good).toBe('TLSv1.2')
    expect(await handshake(at, {})).toBe('TLSv1.3')
  })
  it('another certificate is shown without a restart, by the page or by files; one that does not fit changes nothing', async () => {
    const before = g.deps.web.certificate()!.fingerprint
    const shownAt = () =>
      new Promise<string>(resolve => {
        const [host, port] = at.split(':')
        const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()!.fingerprint256.replaceAll(':', '').toLowerCase())
          socket.destroy()
        })
      })
    expect(await shownAt()).toBe(before)
    const admin = await g.admin()
    const ca = issue('site authority', { authority: true })
    const [one, two] = [issue('one', { by: ca, names: ['localhost'] }), issue('two', { by: ca, names: ['localhost'] })]
    const wrong = await admin.put('/api/v1/web/certificate', { certificate: one.certificate, key: two.key })
    expect([wrong.status, await shownAt()]).toEqual([400, before])
    const put = await admin.put('/api/v1/web/certificate', { certificate: one.certificate, key: one.key })
    const ofOne = new X509Certificate(one.certificate).fingerprint256.replaceAll(':', '').toLowerCase()
    expect([put.status, await shownAt()]).toEqual([200, ofOne])
    expect((await ask(at, '/healthz')).headers['strict-transport-security']).toBe('max-age=31536000')
    expect((await ask(g.http, '/healthz', { secure: false })).headers['strict-transport-security']).toBeUndefined()
    const back = await admin.put('/api/v1/web/certificate', { certificate: null, key: null })
    expect([back.status, await shownAt()]).toEqual([200, before])
    const noted = (await admin.get('/api/v1/trail?limit=1000')).body.items.filter(e => e.kind === 'web')
    expect(noted.map(e => e.action).sort()).toEqual(['secret-removed', 'secret-set'])
    expect(JSON.stringify(noted)).not.toContain('PRIVATE')
  })
})

describe('files of the site', () => {
  it('are taken up while it runs; half of them, or such that do not fit, leave the one before in use', async () => {
    const folder = tempFolder()
    const clock = manualClock(Date.UTC(2026, 10, 21, 8))
    const own = openWebCertificate({ secrets: folder.path, clock, log: { error() {} } as never, wanted: true })
    const files = join(folder.path, 'pki', '@web')
    const one = issue('one', { names: ['localhost'], from: clock.now() - DAY_MS, to: clock.now() + 300 * DAY_MS })
    const two = issue('two', { names: ['localhost'], from: clock.now() - DAY_MS, to: clock.now() + 300 * DAY_MS })
    const put = async (name: string, text: string) => {
      mkdirSync(files, { recursive: true })
      writeFileSync(join(files, name), text)
      await clock.pass(10_000)
    }
    const seen = () => [/CN=(.*)/.exec(own.certificate()!.subject)![1], own.unusable(), own.failing()]
    expect(seen()).toEqual(['Gatehouse', false, false])
    await put('certificate.pem', one.certificate)
    expect(seen()).toEqual(['Gatehouse', true, true])
    await put('key.pem', one.key)
    expect(seen()).toEqual(['one', false, false])
    await put('certificate.pem', two.certificate)
    expect(seen()).toEqual(['one', true, true])
    await put('key.pem', two.key)
    expect(seen()).toEqual(['two', false, false])
    await put('key.pem', 'nonsense')
    expect(seen()).toEqual(['two', true, true])
    own.stop()
    folder.remove()
  })
})
