import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ofSamples } from '../../drivers/batch.ts'
import { drivers, profiles } from '../../drivers/index.ts'
import type { PointId, Sample } from '../../drivers/point.ts'
import { takeCommand } from '../../gateway/outputs/commands.ts'
import { checkSite } from '../../gateway/site/site.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** The far ends: a historian and a program that wants records. Each can be told to be away. */
let far: Server
const historian = { lines: [] as string[], up: true, refuses: /point=pressure\S* value/ as RegExp | null }
/** Each request that came to a historian that wants a token: with what it signed in. */
const closed: string[] = []
const program = { got: [] as { id: string; kind: string; signed: boolean }[] }
const folder = tempFolder()
let gateway: TestGateway
let people: Record<Role, Api>
let site: object

beforeAll(async () => {
  far = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
      if (request.url === '/hook') {
        const { kind } = JSON.parse(text) as { kind: string }
        const id = String(request.headers['idempotency-key'])
        program.got.push({ id, kind, signed: request.headers['gatehouse-signature'] !== undefined })
        return response.writeHead(204).end()
      }
      if (request.url?.startsWith('/closed')) {
        closed.push(String(request.headers.authorization))
        return response.writeHead(request.headers.authorization === 'Token geheim' ? 204 : 401).end()
      }
      if (!historian.up) return request.socket.destroy()
      if (historian.refuses?.test(text)) return response.writeHead(400).end('{"error":"field type conflict"}')
      historian.lines.push(...text.split('\n'))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(ready => far.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(far.address() as AddressInfo).port}`
  site = {
    ...quietSite,
    outputs: [
      { id: 'historian', kind: 'influx', url, api: 2, bucket: 'b', points: ['pump-1/*'] },
      { id: 'helpdesk', kind: 'webhook', url: `${url}/hook`, records: ['workorder'] },
      { ...{ id: 'cellar', kind: 'influx', url: `${url}/closed`, api: 2, bucket: 'b' }, points: ['pump-1/pressure'] },
      {
        ...{ id: 'cloud', kind: 'influx', url: `${url}/closed/org`, api: 2, org: 'plaza', bucket: 'b' },
        points: ['pump-1/pressure'],
      },
      { id: 'drop', kind: 'files', folder: 'csv', every: 'day', points: ['*/tripped'], records: ['workorder'] },
      { id: 'later', kind: 'mqtt', url: 'mqtt://127.0.0.1:1', enabled: false },
      { id: 'far', kind: 'files', folder: 'far', sftp: { host: '127.0.0.1', port: 1, username: 'u' } },
    ],
  }
  mkdirSync(folder.path, { recursive: true })
  gateway = await startGateway({ site, data: folder.path })
  people = await gateway.people()
})
afterAll(async () => {
  await gateway.stop()
  far.closeAllConnections()
  far.close()
  folder.remove()
})

const feed = (point: PointId, value: number | boolean) => {
  const now = gateway.deps.clock.now()
  const sample: Sample = { point, at: now, seen: now, quality: 'good', value }
  gateway.deps.bus.emit('readings', ofSamples([sample]))
}
const state = async (id: string) =>
  (await people.manager.get('/api/v1/outputs')).body.items.find(o => o.id === id) as Record<string, never>
/** What `/metrics` says of an output, by name and lane. */
const measured = async (id: string) => {
  const { text } = await people.admin.get('/metrics')
  const found = [...text.matchAll(/^gatehouse_output_(\w+)\{output="([\w-]+)",kind="\w+"(?:,of="(\w+)")?\} (\S+)$/gm)]
  return Object.fromEntries(
    found.flatMap(([, name, of, lane, value]) => (of === id ? [[lane ? `${name} ${lane}` : name, Number(value)]] : [])),
  )
}
const told = () => historian.lines.filter(line => line.includes('point=tripped') && line.includes('value='))

describe('outputs of a site', () => {
  it('get samples and records; without a secret it says so, with one it goes on from where it was', async () => {
    expect((await people.engineer.post('/api/v1/reports', { nature: 'water', text: 'drips' })).status).toBe(201)
    feed('pump-1/tripped', false)
    await until('the sample arrives', () => told().length === 1)
    expect(await state('helpdesk')).toMatchObject({
      ...{ state: 'no-secret', trouble: { code: 'no-secret' }, secrets: [], offers: ['password', 'ca'] },
    })
    expect(gateway.deps.outputs.blind(0)).toBe(true)
    expect((await people.engineer.put('/api/v1/outputs/helpdesk/secret', { password: 'geheim' })).status).toBe(403)
    expect((await people.admin.put('/api/v1/outputs/helpdesk/secret', { password: 'geheim' })).status).toBe(204)
    // What happened before it could begin is not told: it is new.
    expect((await people.engineer.post('/api/v1/reports', { nature: 'power', text: 'dark' })).status).toBe(201)
    await until('the record arrives', () => program.got.length > 0)
    expect(program.got[0]).toMatchObject({ kind: 'workorder', signed: true })
    expect(await state('later')).toMatchObject({ state: 'off', trouble: null })
    const trust = (who: Role, fingerprint: string) => people[who].post('/api/v1/outputs/far/host-key', { fingerprint })
    const print = `SHA256:${'a'.repeat(43)}`
    expect([(await trust('engineer', print)).status, (await trust('admin', print)).status]).toEqual([403, 404])
    expect(await state('far')).toMatchObject({
      ...{ target: 'sftp://127.0.0.1:1/', offers: ['password'] },
      sftp: { hostKey: null, offered: null, files: 0, oldestAt: null },
    })
    // A host that answers, as ssh-keyscan would keep it.
    const keys = join(folder.path, 'secrets', 'outputs', 'pki', 'far')
    mkdirSync(keys, { recursive: true })
    const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIEFHQTIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    writeFileSync(join(keys, 'offered_hosts'), `gatehouse ssh-ed25519 ${blob}\n`)
    const { offered } = ((await state('far')) as unknown as { sftp: { offered: string } }).sftp
    expect((await trust('admin', offered)).status).toBe(204)
    expect(await state('far')).toMatchObject({ sftp: { hostKey: offered, offered: null } })
    expect(gateway.deps.trail.of('output', 'far').map(e => [e.action, e.data])).toEqual([
      ['host-key-trusted', { fingerprint: offered, before: null }],
    ])
    const csv = join(folder.path, 'outputs', 'csv')
    const part = await until('the file is begun', () =>
      readdirSync(csv).find(n => n.startsWith('.test-site-telemetry')),
    )
    expect(readFileSync(join(csv, part), 'utf8')).toContain('pump-1/tripped,false,good')
    expect(JSON.stringify(gateway.deps.trail.of('output', 'helpdesk'))).not.toContain('geheim')
  })

  it('what it will not have is set aside and shown; sent again by a person, or given up', async () => {
    feed('pump-1/pressure', 7)
    feed('pump-1/tripped', true)
    const aside = await until('it is set aside', async () => {
      const { body } = await people.engineer.get('/api/v1/outputs/historian/aside')
      return body.items.length > 0 && body.items
    })
    expect(aside[0]).toMatchObject({ topic: 'telemetry', why: { code: 'refused' }, stream: 'telemetry' })
    expect(String(aside[0]!.text)).toContain('value=7')
    expect(told().at(-1)).toContain('value=1')
    expect(await measured('historian')).toEqual({
      ...{ trouble_seconds: 0, quarantined: 1, bytes: expect.any(Number), 'position samples': expect.any(Number) },
      ...{ 'behind samples': 0, 'age_seconds samples': 0, 'lost samples': 0 },
    })
    expect((await measured('historian')).bytes).toBeGreaterThan(100)
    expect(Object.keys(await measured('helpdesk')).filter(name => name.includes(' '))).toEqual(
      ['position', 'behind', 'age_seconds', 'lost'].map(name => `${name} records`),
    )
    const retry = (who: Role, word: string, ids: readonly unknown[]) =>
      people[who].post(`/api/v1/outputs/historian/${word}`, { ids })
    const [first] = aside
    expect((await retry('operator', 'retry', [first!.id])).status).toBe(403)
    expect((await retry('engineer', 'retry', [first!.id])).body).toMatchObject({ taken: 0, refused: 1 })
    historian.refuses = null
    expect((await retry('engineer', 'retry', [first!.id])).body).toMatchObject({ taken: 1, refused: 0 })
    expect(historian.lines.some(line => line.includes('value=7'))).toBe(true)
    expect((await people.engineer.get('/api/v1/outputs/historian/aside')).body.items.map(r => r.id)).not.toContain(
      first!.id,
    )
    expect(gateway.deps.trail.of('output', 'historian').map(e => [e.action, e.actor])).toEqual([
      ['retried', 'engineer'],
    ])
  })

  it('away, restarted, back: nothing is missing', async () => {
    historian.up = false
    historian.lines = []
    for (let i = 0; i < 6; i++) {
      feed('pump-1/pressure', 10 + i)
      await until('it is on the disk', async () => {
        const { telemetry } = (await state('historian')) as unknown as { telemetry: { waiting: number } }
        return telemetry.waiting > i
      })
    }
    await until('it is away', async () => (await state('historian')).state === 'away')
    expect((await state('historian')).trouble).toMatchObject({ code: 'unreachable' })
    const away = await measured('historian')
    expect(away['behind samples']).toBeGreaterThanOrEqual(6)
    expect(away['age_seconds samples']).toBeGreaterThan(0)
    expect(away.trouble_seconds).toBeGreaterThan(0)
    await gateway.stop()
    gateway = await startGateway({ data: folder.path })
    historian.up = true
    people = await gateway.people()
    await people.engineer.post('/api/v1/outputs/historian/try')
    await until(
      () => `all are there: ${historian.lines.join('\n')}`,
      () => [10, 11, 12, 13, 14, 15].every(v => historian.lines.some(line => line.includes(`value=${v},`))),
    )
    await until('it says so', async () => {
      const { telemetry, state: now } = (await state('historian')) as unknown as {
        telemetry: { waiting: number; lost: number }
        state: string
      }
      return now === 'up' && telemetry.waiting === 0 && telemetry.lost === 0
    })
  })

  it('whose password or token is missing says so: asked are only those who may do without', async () => {
    const word = (await state('cloud')) as unknown as { trouble: { code: string; detail: string } }
    expect(word).toMatchObject({ state: 'no-secret', trouble: { code: 'no-secret' }, secrets: [], sent: 0 })
    feed('pump-1/pressure', 4)
    const asked = await until('the one that may do without is asked, and refused', async () => {
      const { state: now, trouble } = (await state('cellar')) as unknown as typeof word & { state: string }
      return trouble?.code === 'sign-in-without-secret' && { state: now, detail: trouble.detail }
    })
    expect(asked).toMatchObject({ state: 'no-secret', detail: expect.stringContaining('401') })
    expect(closed.length).toBeGreaterThan(0)
    expect(closed.every(one => one === 'undefined')).toBe(true)
    // Given, both go on; what waited is sent.
    for (const id of ['cellar', 'cloud'])
      expect((await people.admin.put(`/api/v1/outputs/${id}/secret`, { password: 'geheim' })).status).toBe(204)
    await until('both are up', async () => {
      const both = [await state('cellar'), await state('cloud')] as unknown as { state: string; sent: number }[]
      return both.every(one => one.state === 'up' && one.sent > 0)
    })
  })
})

describe('what site.json says of outputs', () => {
  const check = (output: object) =>
    checkSite(JSON.stringify({ ...quietSite, outputs: [output] }), drivers, profiles).problems.map(p => [
      p.level,
      p.code,
    ])
  it('is checked', () => {
    const influx = { id: 'x', kind: 'influx', url: 'https://h', database: 'd' }
    const cases: readonly (readonly [object, string[][]])[] = [
      [influx, []],
      [{ ...influx, url: 'http://127.0.0.1:8086' }, []],
      [{ ...influx, url: 'http://h' }, [['warning', 'output-open']]],
      [{ ...influx, url: 'https://u:p@h' }, [['error', 'output-secret-in-url']]],
      [{ ...influx, api: 2 }, [['error', 'output-needs']]],
      [{ ...influx, points: ['no/such'] }, [['warning', 'rule-without-points']]],
      [{ id: 'x', kind: 'webhook', url: 'https://h' }, [['error', 'output-nothing']]],
      [{ id: 'x', kind: 'mqtt', url: 'mqtts://h', commands: { points: ['pump-1/*'] } }, []],
      [{ id: 'x', kind: 'files', folder: 'a' }, []],
      [{ id: 'x', kind: 'files', folder: 'a', sftp: { host: 'h', username: 'u', folder: '收件 箱' } }, []],
    ]
    for (const [output, problems] of cases) expect([output, check(output)]).toEqual([output, problems])
    for (const wrong of [
      { ...influx, url: 'ftp://h' },
      { id: 'x', kind: 'fax' },
      { ...influx, password: 'p' },
      { id: 'x', kind: 'files', folder: 'a', sftp: { host: '-oProxyCommand=x', username: 'u' } },
      { id: 'x', kind: 'files', folder: 'a', sftp: { host: 'h', username: '-u' } },
      { id: 'x', kind: 'files', folder: 'a', sftp: { host: 'h', username: 'u', folder: 'a"\nrm b' } },
    ])
      expect([wrong, check(wrong).some(([level]) => level === 'error')]).toEqual([wrong, true])
    const two = ['a', 'b'].map(id => ({ id, kind: 'files', folder: 'same' }))
    expect(checkSite(JSON.stringify({ ...quietSite, outputs: two }), drivers, profiles).problems).toMatchObject([
      { level: 'error', code: 'output-same-folder', path: 'outputs[1].folder' },
    ])
  })
})

describe('a command from outside', () => {
  const now = Date.UTC(2026, 10, 22)
  const kept = new Map<string, object>()
  const done: string[] = []
  const deps = {
    clock: { now: () => now },
    trail: { change: (_: unknown, work: (note: () => void) => unknown) => work(() => {}) },
    commands: { put: () => {} },
    idempotency: {
      before: (key: string) => kept.get(key),
      keep: (key: string, _: string, __: unknown, answer: object) => void kept.set(key, answer),
    },
    live: () => ({
      request: (id: string, point: string, value: unknown) => ({ id, point, value, phase: 'sent', why: null }),
      go: (command: { point: string; value: unknown }) => void done.push(`${command.point}=${command.value}`),
    }),
  } as never
  const allowed = { output: 'cloud', root: 'r', points: ['pump-1/*'], role: 'operator' } as const
  const good = { transaction: 't1', t: new Date(now - 1000).toISOString(), value: 5 }
  const ask = (topic: string, body: unknown, retained = false) => {
    const said = takeCommand(
      deps,
      allowed,
      topic,
      Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      retained,
    )
    return said && [said.topic, JSON.parse(said.text)]
  }
  it('is carried out only where the site allows it, once, and never late', () => {
    const table: readonly (readonly [string, unknown, boolean, string | null])[] = [
      ['r/command/pump-1/setpoint', good, false, null],
      ['r/command/pump-1/setpoint', good, false, null],
      ['r/command/pump-2/setpoint', { ...good, transaction: 't2' }, false, 'not-allowed'],
      ['r/command/pump-1/setpoint', { ...good, transaction: 't3' }, true, 'retained'],
      [
        'r/command/pump-1/setpoint',
        { ...good, transaction: 't4', t: new Date(now - 61_000).toISOString() },
        false,
        'too-old',
      ],
      ['r/command/pump-1/setpoint', { ...good, transaction: 't5', t: undefined }, false, 'too-old'],
      ['r/command/pump-1/setpoint', { ...good, transaction: undefined }, false, 'invalid-input'],
      ['r/command/pump-1/setpoint', { ...good, transaction: 't6', value: null }, false, 'invalid-input'],
      ['r/command/pump-1/setpoint', '5', false, 'invalid-input'],
      ['r/command/pump-1/setpoint', '{', false, 'invalid-input'],
    ]
    for (const [topic, body, retained, code] of table) {
      const answer = ask(topic, body, retained)
      expect([body, answer?.[1].code ?? null]).toEqual([body, code])
    }
    expect(done).toEqual(['pump-1/setpoint=5'])
    expect(ask('r/command/pump-1', good)).toBe(null)
    expect(ask('other/command/pump-1/setpoint', good)).toBe(null)
  })
})
