import { execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { selfMade } from '../../gateway/channels/selfmade.ts'
import { examine, peersOf } from '../../gateway/doctor/doctor.ts'
import { healthOf } from '../../gateway/doctor/health.ts'
import type { Finding } from '../../rules/doctor/finding.ts'
import { node24, root } from '../support/fresh.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

let g: TestGateway
let folder: ReturnType<typeof tempFolder>
const servers: Server[] = []
beforeAll(async () => {
  folder = tempFolder()
  g = await startGateway({ site: quietSite, https: '127.0.0.1:0' })
})
afterAll(async () => {
  for (const server of servers) server.close()
  await g.stop()
  folder.remove()
})
async function listening(): Promise<number> {
  const server = createServer(socket => socket.destroy())
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}
const of = (found: readonly Finding[], check: string) =>
  found.filter(f => f.check === check).map(f => `${f.level} ${f.what.en}`)

it('a gateway that runs: its ports are its own, it answers, its certificate is looked at', async () => {
  const env = { GATEHOUSE_HTTP: g.http, GATEHOUSE_HTTPS: g.https!, GATEHOUSE_MQTT: g.mqtt }
  const found = await examine(g.data, env)
  expect(of(found, 'running')).toEqual([`ok Gatehouse runs (${process.pid})`])
  expect(of(found, 'port').map(line => line.replace(/ 127.*: /, ': '))).toEqual([
    'ok GATEHOUSE_HTTP: Gatehouse listens',
    'ok GATEHOUSE_HTTPS: Gatehouse listens',
    'ok GATEHOUSE_MQTT: Gatehouse listens',
  ])
  expect(of(found, 'certificate')[0]).toMatch(/^ok Certificate of the pages: valid until 20/)
  expect([of(found, 'site'), of(found, 'folder')].flat().map(line => line.slice(0, 3))).toEqual(['ok ', 'ok '])
  expect(of(found, 'disk')[0]).toMatch(/^(ok|warn) Writ/)
  expect(of(found, 'clock')).toHaveLength(1)
})

it('health: asked over what listens, HTTPS by its own certificate; a gateway that is gone does not answer', async () => {
  expect(await healthOf(g.data)).toEqual({ ok: true, said: `http://${g.http}/healthz: 200` })
  const at = (name: string, run: object) => {
    const data = join(folder.path, name)
    mkdirSync(join(data, 'secrets', 'pki', '@web'), { recursive: true })
    writeFileSync(join(data, 'run.json'), JSON.stringify({ mqtt: '', pid: 1, ...run }))
    return data
  }
  const secure = at('secure', { http: '10.0.0.1:80', https: g.https })
  expect((await healthOf(secure)).ok).toBe(false)
  writeFileSync(join(secure, 'secrets', 'pki', '@web', 'selfmade.pem'), g.deps.web.pair()!.certificate)
  expect(await healthOf(secure)).toEqual({ ok: true, said: `https://${g.https}/healthz: 200` })
  const gone = at('gone', { http: '127.0.0.1:1', https: null })
  expect((await healthOf(gone)).ok).toBe(false)
  expect((await healthOf(join(folder.path, 'nothing'))).said).toContain('does not run')
})

it('a folder with everything wrong: each is named', async () => {
  const data = join(folder.path, 'bad')
  const web = join(data, 'secrets', 'pki', '@web')
  mkdirSync(web, { recursive: true, mode: 0o700 })
  mkdirSync(join(data, 'backups'))
  chmodSync(data, 0o750)
  const now = Date.now()
  writeFileSync(join(web, 'certificate.pem'), selfMade('a', ['a'], now).certificate)
  writeFileSync(join(web, 'key.pem'), selfMade('b', ['b'], now).key)
  writeFileSync(join(data, 'backups', 'gatehouse-x-20261101T000000Z.tar.gz'), 'torn')
  const taken = await listening()
  const closed = await listening()
  servers.pop()!.close()
  const channels = [
    { id: 'bus', protocol: 'modbus-rtu', path: join(folder.path, 'ttyUSB9') },
    { id: 'file', protocol: 'modbus-rtu', path: join(web, 'key.pem') },
    { id: 'here', protocol: 'modbus-tcp', host: '127.0.0.1', port: taken },
    { id: 'away', protocol: 'modbus-tcp', host: '127.0.0.1', port: closed },
  ]
  writeFileSync(join(data, 'site.json'), JSON.stringify({ site: { id: 'x', timezone: 'Asia/Peking' }, channels }))
  const found = await examine(data, {
    ...{ GATEHOUSE_HTTP: `127.0.0.1:${taken}`, GATEHOUSE_HTTPS: '192.0.2.1:8443', GATEHOUSE_MQTT: 'mqtt' },
  })
  expect(of(found, 'folder')).toEqual([expect.stringContaining('bad The data folder')])
  expect(of(found, 'zone')).toEqual(['bad There is no time zone Asia/Peking, which the site names.'])
  expect(of(found, 'site')[0]).toMatch(/^bad site.json has \d+ errors?: /)
  expect(of(found, 'certificate')).toEqual([expect.stringContaining('do not belong together')])
  expect(of(found, 'backup').join()).toMatch(/no backup.*cannot be read: gatehouse-x-20261101/)
  expect(of(found, 'port')).toEqual([
    // This process holds it: the name is that of a test's worker.
    expect.stringMatching(
      new RegExp(`^bad GATEHOUSE_HTTP 127.0.0.1:${taken} is taken by another program \\(.+, ${process.pid}\\)`),
    ),
    expect.stringContaining('bad GATEHOUSE_HTTPS 192.0.2.1:8443: this machine has no such address'),
    expect.stringContaining('bad GATEHOUSE_MQTT=mqtt is not host:port'),
  ])
  expect(of(found, 'serial')).toEqual([
    expect.stringContaining('bad Channel bus: there is no'),
    expect.stringContaining('is no serial port'),
  ])
  expect(of(found, 'reach')).toEqual([
    `ok here: 127.0.0.1:${taken} answers`,
    `warn away: 127.0.0.1:${closed} does not answer (ECONNREFUSED).`,
  ])
  expect(of(found, 'running')).toEqual(['warn Gatehouse does not run.'])
})

it('a serial line that somebody else has open is told', async () => {
  const data = join(folder.path, 'line')
  mkdirSync(data, { mode: 0o700 })
  const link = join(folder.path, 'ttyV0')
  const line = spawn('socat', ['-d', '-d', `PTY,link=${link},raw`, 'PTY,raw'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  line.stderr.on('data', chunk => {
    said += chunk
  })
  await until('the line is there', () => said.includes('starting data transfer'))
  try {
    const channels = [{ id: 'bus', protocol: 'modbus-rtu', path: link }]
    writeFileSync(join(data, 'site.json'), JSON.stringify({ channels }))
    // socat keeps the end that it has made open.
    expect(of(await examine(data, {}), 'serial')).toEqual([
      `warn Channel bus: ${link} is open in socat, ${line.pid}, too.`,
    ])
  } finally {
    line.kill()
  }
})

it('whom a site speaks to', () => {
  const raw = {
    channels: [
      { id: 'tcp', host: 'meter.lan' },
      { id: 'panel', host: '10.0.0.9', port: 4001 },
      { id: 'ua', endpoint: 'opc.tcp://[fd00::1]:4841/x' },
      { id: 'mq', url: 'mqtts://broker' },
      { id: 'bus', path: '/dev/ttyS0' },
    ],
    outputs: [
      { id: 'influx', url: 'http://influx:8086/' },
      { id: 'again', url: 'http://influx:8086' },
      { id: 'hook', url: 'https://hook.example/path?token=x' },
      { id: 'files', sftp: { host: 'erp' } },
      { id: 'off', url: 'http://off', enabled: false },
      { id: 'broken', url: 'nonsense' },
    ],
  }
  expect(peersOf(raw)).toEqual([
    ['tcp', 'meter.lan', 502],
    ['panel', '10.0.0.9', 4001],
    ['ua', 'fd00::1', 4841],
    ['mq', 'broker', 8883],
    ['influx', 'influx', 8086],
    ['hook', 'hook.example', 443],
    ['files', 'erp', 22],
  ])
})

it('as a command: the language of the terminal, JSON for scripts, an exit code', async () => {
  const run = (args: readonly string[], env: Record<string, string>) =>
    promisify(execFile)(
      node24,
      ['--disable-warning=ExperimentalWarning', 'gateway/doctor/doctor-command.ts', ...args],
      {
        cwd: root,
        env: { ...process.env, GATEHOUSE_DATA: join(folder.path, 'bad'), ...env },
      },
    ).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    )
  const [json, chinese] = await Promise.all([run(['--json'], {}), run([], { LC_ALL: 'zh_CN.UTF-8' })])
  const { findings } = JSON.parse(json.stdout) as { findings: Finding[] }
  expect([json.code, findings.some(f => f.check === 'certificate' || f.check === 'folder')]).toEqual([2, true])
  expect([chinese.code, chinese.stdout]).toEqual([2, expect.stringMatching(/\[故障\] 数据目录.*项故障/s)])
})
