import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../drivers/certificates.ts'
import type { Link } from '../../drivers/driver.ts'
import { modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import { tlsTroubleOf, tlsTroubles } from '../../drivers/modbus/tls.ts'
import { type Issued, issue } from '../support/certificates.ts'
import { startTlsProxy } from '../support/tlsproxy.ts'
import { pause, until } from '../support/wait.ts'
import { driverSuite, recovered, soon } from './driver.suite.ts'
import { type Kind, startBench, TIMEOUT_MS } from './modbus.bench.ts'

const root = await mkdtemp(join(tmpdir(), 'gatehouse-modbus-tls-'))
afterAll(() => rm(root, { recursive: true, force: true }))

const authority = issue('Site CA', { authority: true })
const stranger = issue('Other CA', { authority: true })
const good = issue('converter', { by: authority, names: ['127.0.0.1', 'converter.lan'] })
const client = issue('gatehouse', { by: authority })
const alone = issue('self-signed', { names: ['127.0.0.1'] })
const HOUR_MS = 3_600_000
const expired = { from: Date.now() - 2 * HOUR_MS, to: Date.now() - HOUR_MS }
const fingerprint = (issued: Issued) => fingerprintOf(new X509Certificate(issued.certificate))

let folders = 0
async function secrets(files: Record<string, string>): Promise<string> {
  const folder = join(root, `${folders++}`)
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

/** The simulator of one kind behind TLS. */
async function behindTls(
  kind: Kind,
  server: TlsOptions,
  tls: object = {},
  files: Record<string, string> = { 'ca.pem': authority.certificate },
) {
  const bench = (await startBench(kind))!
  await bench.link.close()
  const proxy = await startTlsProxy(bench.sim.port, server)
  const said: string[] = []
  const pkiFolder = await secrets(files)
  const driver = kind === 'modbus-tcp' ? modbusTcp : modbusRtuOverTcp
  const open = (): Link =>
    driver.open({ host: '127.0.0.1', port: proxy.port, timeoutMs: TIMEOUT_MS, tls } as never, {
      now: Date.now,
      log: (message, detail) => void said.push(`${message} ${JSON.stringify(detail)}`),
      pkiFolder,
    })
  const link = open()
  return {
    ...bench,
    driver,
    link,
    open,
    proxy,
    said,
    pkiFolder,
    async drop() {
      bench.fault({ kind: 'drop' })
      await link.read(bench.points, AbortSignal.timeout(5000))
      bench.fault(null)
    },
    async stop() {
      await link.close()
      await proxy.stop()
      await bench.stop()
    },
  }
}
type Bench = Awaited<ReturnType<typeof behindTls>>
const served = ({ certificate, key }: Issued): TlsOptions => ({ cert: certificate, key })

for (const kind of ['modbus-tcp', 'modbus-rtu-over-tcp'] as const)
  describe(`${kind} over TLS`, () => {
    driverSuite(() => behindTls(kind, served(good)))
  })

/** What a channel comes to with this server and these settings. */
async function outcome(b: Bench) {
  const [sample] = await b.link.read(b.points.slice(0, 1), soon(8000))
  const { state, trouble } = b.link.status!()
  return { value: sample!.quality === 'good' ? 'true' : sample!.reason, state, trouble }
}
const up = { value: 'true', state: 'up', trouble: null }
const refused = (trouble: string) => ({ value: 'offline', state: 'down', trouble })

interface Case {
  readonly server: TlsOptions
  readonly tls?: object
  readonly files?: Record<string, string>
  readonly comesTo: object
}
const ca = { 'ca.pem': authority.certificate }
const own = { 'cert.pem': client.certificate, 'key.pem': client.key }
const mutual = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate }
const cases: Record<string, Case> = {
  'signed by our authority, for this address': { server: served(good), comesTo: up },
  'by its name in the certificate': { server: served(good), tls: { servername: 'converter.lan' }, comesTo: up },
  'TLS 1.2 only': { server: { ...served(good), maxVersion: 'TLSv1.2' }, comesTo: up },
  'TLS 1.2 only, where 1.3 is asked for': {
    server: { ...served(good), maxVersion: 'TLSv1.2' },
    tls: { minVersion: 'TLSv1.3' },
    comesTo: refused('handshake-refused'),
  },
  'another authority': {
    server: served(issue('converter', { by: stranger, names: ['127.0.0.1'] })),
    comesTo: refused('server-not-trusted'),
  },
  'no authority of ours: those of the machine decide': {
    server: served(good),
    files: {},
    comesTo: refused('server-not-trusted'),
  },
  'another name': { server: served(good), tls: { servername: 'pump.lan' }, comesTo: refused('certificate-name') },
  'for another address': {
    server: served(issue('other', { by: authority, names: ['127.0.0.9'] })),
    comesTo: refused('certificate-name'),
  },
  expired: {
    server: served(issue('old', { by: authority, names: ['127.0.0.1'], ...expired })),
    comesTo: refused('certificate-expired'),
  },
  'not valid yet': {
    server: served(issue('new', { by: authority, names: ['127.0.0.1'], from: Date.now() + HOUR_MS })),
    comesTo: refused('certificate-expired'),
  },
  'self-signed': { server: served(alone), comesTo: refused('server-not-trusted') },
  'self-signed, but this very one': {
    server: served(alone),
    tls: { fingerprint256: new X509Certificate(alone.certificate).fingerprint256 },
    comesTo: up,
  },
  'the fingerprint of another one, though signed by our authority': {
    server: served(good),
    tls: { fingerprint256: fingerprint(alone) },
    comesTo: refused('server-not-trusted'),
  },
  'this very one, but expired': {
    ...((old: Issued) => ({ server: served(old), tls: { fingerprint256: fingerprint(old) } }))(issue('x', expired)),
    comesTo: refused('certificate-expired'),
  },
  'wants a certificate of ours, and gets it': {
    server: { ...served(good), ...mutual },
    files: { ...ca, ...own },
    comesTo: up,
  },
  'wants a certificate of ours, and there is none': {
    server: { ...served(good), ...mutual },
    comesTo: refused('gateway-not-trusted'),
  },
  'wants one of its own authority': {
    server: { ...served(good), ...mutual, ca: stranger.certificate },
    files: { ...ca, ...own },
    comesTo: refused('hung-up'),
  },
  'our certificate without its key': {
    server: served(good),
    files: { ...ca, 'cert.pem': client.certificate },
    comesTo: refused('own-files'),
  },
  'our certificate with another key': {
    server: served(good),
    files: { ...ca, 'cert.pem': client.certificate, 'key.pem': alone.key },
    comesTo: refused('own-files'),
  },
  'an authority that is none': { server: served(good), files: { 'ca.pem': 'nonsense' }, comesTo: refused('own-files') },
}

describe('who is believed', () => {
  it.each(Object.entries(cases))('%s', async (_, { server, tls, files, comesTo }) => {
    const b = await behindTls('modbus-tcp', server, tls, files)
    try {
      // One that hangs up after the handshake is heard of a moment later.
      await outcome(b)
      await pause(50)
      // To read the machine's own authorities takes longer than a handshake may when everything is busy: then it is tried again.
      await expect.poll(() => outcome(b), { timeout: 15_000 }).toEqual(comesTo)
      const { trouble } = comesTo as { trouble: string | null }
      if (trouble === null) expect(b.said).toEqual([])
      else {
        expect(tlsTroubles).toContain(trouble)
        expect(b.said.filter(line => line.includes(trouble)).length).toBe(1)
      }
      // A byte of ours before we know whom we talk to would have reached the simulator.
      if (trouble !== null) expect(b.sim.requests()).toBe(0)
    } finally {
      await b.stop()
    }
  })
  it('looked at all of them', () => expect(Object.keys(cases).length).toBe(20))

  it('our certificate is shown to the server', async () => {
    const b = await behindTls('modbus-tcp', { ...served(good), ...mutual }, {}, { ...ca, ...own })
    await outcome(b)
    expect([b.proxy.clients, b.proxy.versions]).toEqual([['gatehouse'], ['TLSv1.3']])
    await b.stop()
  })

  it('no plain Modbus is spoken, whatever is on the port: a server without TLS, one that is silent, nobody', async () => {
    const bench = (await startBench('modbus-tcp'))!
    const silent = createServer(socket => void socket.on('error', () => {}).resume())
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port: silentPort } = silent.address() as { port: number }
    const free = createServer()
    await new Promise<void>(resolve => free.listen(0, '127.0.0.1', resolve))
    const { port: nobody } = free.address() as { port: number }
    await new Promise(resolve => free.close(resolve))
    const comes: unknown[] = []
    for (const port of [bench.sim.port, silentPort, nobody]) {
      const link = modbusTcp.open(
        { host: '127.0.0.1', port, timeoutMs: TIMEOUT_MS, tls: {} },
        { now: Date.now, log: () => {} },
      )
      const [sample] = await link.read(bench.points.slice(0, 1), soon())
      const { state, trouble } = link.status!()
      comes.push([sample!.reason, state, trouble])
      const began = performance.now()
      await link.close()
      expect(performance.now() - began).toBeLessThan(5000)
    }
    expect(comes).toEqual([
      ['offline', 'down', 'no-tls'],
      ['offline', 'down', 'no-tls'],
      ['offline', 'down', 'unreachable'],
    ])
    expect(bench.sim.requests()).toBe(0)
    await bench.link.close()
    await bench.stop()
    await new Promise(resolve => silent.close(resolve))
  })

  it('ends at once while a handshake is under way', async () => {
    const silent = createServer(socket => void socket.on('error', () => {}).resume())
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const link = modbusTcp.open({ host: '127.0.0.1', port, tls: {} }, { now: Date.now, log: () => {} })
    const read = link.read((await startPoints()).slice(0, 1), soon())
    await pause(100)
    const began = performance.now()
    await link.close()
    expect((await read)[0]!.value).toBe(null)
    expect(performance.now() - began).toBeLessThan(500)
    await new Promise(resolve => silent.close(resolve))
  })
})
async function startPoints() {
  const b = (await startBench('modbus-tcp'))!
  await b.link.close()
  await b.stop()
  return b.points
}

describe('the trust list', () => {
  it('shows what was met, its own, and the authority; trusted by its fingerprint it is believed; and no longer', async () => {
    const b = await behindTls('modbus-tcp', served(alone), {}, { ...ca, ...own })
    try {
      expect(await outcome(b)).toEqual(refused('server-not-trusted'))
      const mine = fingerprint(alone)
      const shown = () => {
        const { own, authorities, trusted, rejected } = b.link.certificates!.list()
        return [own!.subject, ...[authorities, trusted, rejected].map(list => list.map(c => c.subject).join())]
      }
      expect(shown()).toEqual(['CN=gatehouse', 'CN=Site CA', '', 'CN=self-signed'])
      expect(b.link.certificates!.decide('0'.repeat(64), 'trust')).toBe(false)
      expect(b.link.certificates!.decide(mine, 'trust')).toBe(true)
      b.link.reconnect!()
      await until('up', () => b.link.status!().state === 'up', 2000)
      expect((await recovered(b.link, b.points)).filter(s => !b.isTrue(s))).toEqual([])
      expect(shown()).toEqual(['CN=gatehouse', 'CN=Site CA', 'CN=self-signed', ''])
      b.link.certificates!.decide(mine, 'reject')
      b.link.reconnect!()
      await until('down', () => b.link.status!().trouble === 'server-not-trusted', 2000)
      expect((await b.link.read(b.points, soon())).map(s => s.value)).toEqual(b.points.map(() => null))
    } finally {
      await b.stop()
    }
  })
})

/** node:tls hangs up on a client without a certificate; OpenSSL says why, as most devices do. */
it.skipIf(!existsSync('/usr/bin/openssl'))('a server that says that it wants a certificate is understood', async () => {
  const folder = await secrets({ 'c.pem': good.certificate, 'k.pem': good.key, 'a.pem': authority.certificate, ...ca })
  const at = (name: string) => join(folder, name)
  const args = ['s_server', '-accept', '0', '-cert', at('c.pem'), '-key', at('k.pem'), '-CAfile', at('a.pem')]
  const server = spawn('openssl', [...args, '-Verify', '1', '-verify_return_error'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  for (const out of [server.stdout, server.stderr]) out.on('data', text => (said += text))
  const port = Number((await until('the port', () => /ACCEPT .*?:(\d+)/.exec(said)))[1])
  const link = modbusTcp.open({ host: '127.0.0.1', port, tls: {} }, { now: Date.now, log: () => {}, pkiFolder: folder })
  const points = await startPoints()
  await link.read(points.slice(0, 1), soon())
  await until('the reason', () => link.status!().trouble === 'gateway-not-trusted', 3000)
  await link.close()
  server.kill()
})

it('codes of OpenSSL and of the system have a meaning of ours', () => {
  const table: Record<string, string | undefined> = {
    ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
    ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'handshake-refused',
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'handshake-refused',
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'gateway-not-trusted',
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'gateway-not-trusted',
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'gateway-not-trusted',
    CERT_HAS_EXPIRED: 'certificate-expired',
    ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'server-not-trusted',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'server-not-trusted',
    CERT_REVOKED: 'certificate-wrong',
    INVALID_PURPOSE: 'certificate-wrong',
    ECONNREFUSED: 'unreachable',
    ECONNRESET: undefined,
  }
  for (const [code, trouble] of Object.entries(table)) expect([code, tlsTroubleOf(code)]).toEqual([code, trouble])
})
