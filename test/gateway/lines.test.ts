import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { detect } from '../../drivers/modbus/detect.ts'
import { rtuFrame } from '../../drivers/modbus/frame.ts'
import { openSerial } from '../../drivers/modbus/line.ts'
import { lineTrouble } from '../../drivers/modbus/linetrouble.ts'
import { holderOf, mayOpen, serialPorts } from '../../drivers/modbus/serialports.ts'
import { tuf2000m } from '../../firmware-sim/maps/water.ts'
import { createMeter } from '../../firmware-sim/meter.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { openPty } from '../../firmware-sim/pty.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

let known: ModbusServer
let fresh: ModbusServer
let g: TestGateway
let api: Api
beforeAll(async () => {
  known = await startModbus({ framing: 'tcp', units: new Map([[1, createMeter(Date.now)]]) })
  const units = new Map([
    [5, createMeter(Date.now)],
    [6, tuf2000m.device('zero')],
  ])
  fresh = await startModbus({ framing: 'tcp', units })
  g = await startGateway({
    site: {
      ...head,
      channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port: known.port, timeoutMs: 300 }],
      equipment: [
        { id: 'em-1', kind: 'electricity-meter', channel: 'bus', unit: 1, profile: 'eastron-sdm630', scanMs: 200 },
      ],
    },
  })
  api = await g.admin()
})
afterAll(async () => {
  await g.stop()
  await known.stop()
  await fresh.stop()
})
const lineAt = (port: number) => ({ protocol: 'modbus-tcp', host: '127.0.0.1', port })
const ask = async (what: string, body: object) => (await api.post(`/api/v1/lines/${what}`, body)).body

it('a password of the environment makes an admin as before, and no setup code', async () => {
  expect(g.said.join('\n')).not.toContain('setup code')
  expect(g.deps.users.list().map(u => u.name)).toEqual(['admin'])
  expect((await g.stranger.get('/api/v1/about')).body.firstRun).toBe(false)
})

it('a device on a line that is no channel says what it is, and what it measures; another one does not pass for it', async () => {
  const line = lineAt(fresh.port)
  const found = await ask('identify', { line, unit: 5 })
  expect(found).toMatchObject({ channel: null, equipment: null, trouble: null, items: [{ id: 'eastron-sdm630' }] })
  expect(found.asked).toBeGreaterThan(20)
  expect((await ask('identify', { line, unit: 6 })).items.map(i => i.id)).toContain('tuf-2000m')

  const preview = await ask('preview', { line, unit: 5, profile: 'eastron-sdm630' })
  expect(preview.verdict).toBe('right')
  const voltage = preview.items.find(i => i.key === 'voltage-l1')!
  expect(voltage).toMatchObject({ quality: 'good', unit: 'V', reason: null })
  expect(voltage.value).toBeGreaterThan(200)
  // The flow meter answers politely: nothing that it says is shown as a voltage.
  const wrong = await ask('preview', { line, unit: 6, profile: 'eastron-sdm630' })
  expect(wrong.verdict).toBe('wrong')
  expect(wrong.items.filter(i => i.value !== null || i.reason !== 'wrong-device')).toEqual([])
  expect(wrong.items.length).toBeGreaterThan(20)

  const own = await ask('preview', {
    line,
    unit: 5,
    points: [{ key: 'u', table: 'input', address: 0, type: 'float32', unit: 'V' }],
  })
  expect(own).toMatchObject({ verdict: 'none', items: [{ key: 'u', quality: 'good' }] })
  const bad = await api.post('/api/v1/lines/preview', { line, unit: 5, points: [{ key: 'u', table: 'inputs' }] })
  expect([bad.status, bad.body.code]).toEqual([422, 'profile-invalid'])
  expect((await ask('preview', { line, unit: 5 })).code).toBe('preview-of-nothing')
  expect((await ask('preview', { line, unit: 5, profile: 'none' })).code).toBe('not-found')
})

it('a typed line that a channel has is asked through that channel, whose polling goes on', async () => {
  const sample = () => g.deps.plant()!.latest.get('em-1/voltage-l1')!
  await until('it is polled', () => sample().quality === 'good')
  const seen = sample().seen
  const place = { line: lineAt(known.port), unit: 1, table: 'input', address: 0, count: 2 }
  expect(await ask('peek', place)).toMatchObject({
    channel: 'bus',
    reason: null,
    words: [expect.any(Number), expect.any(Number)],
  })
  expect(await ask('identify', { line: { channel: 'bus' }, unit: 1 })).toMatchObject({
    channel: 'bus',
    equipment: 'em-1',
    items: [{ id: 'eastron-sdm630' }],
  })
  await until('it is polled meanwhile', () => sample().seen > seen && sample().quality === 'good')
})

it('a unit that was given up for silent is not asked: the view says when it will be', async () => {
  const place = { line: { channel: 'bus' }, unit: 9, table: 'holding', address: 0, count: 1 }
  const last = await until('it is given up', async () => {
    const answer = await ask('peek', place)
    return answer.away ? answer : null
  })
  expect(last).toMatchObject({ words: null, away: { what: 'unit' } })
  const again = await ask('peek', place)
  expect(again).toMatchObject({ words: null, reason: 'timeout', tookMs: expect.any(Number) })
  expect(Number(again.tookMs)).toBeLessThan(100)
  expect((await ask('peek', { ...place, count: 126 })).code).toBe('too-many-registers')
  expect((await ask('peek', { ...place, address: 65_535, count: 2 })).code).toBe('past-last-register')
  expect((await ask('peek', { ...place, line: { channel: 'nowhere' } })).code).toBe('not-found')
})

it('why there is no connection is said: nobody listens, hangs up, no adapter', async () => {
  const place = { unit: 1, table: 'holding', address: 0, count: 1 }
  expect(await ask('peek', { ...place, line: lineAt(1) })).toMatchObject({
    reason: 'offline',
    trouble: { code: 'host-refused' },
  })
  const usb = { protocol: 'modbus-rtu', path: '/dev/ttyUSB77' }
  expect(await ask('peek', { ...place, line: usb })).toMatchObject({ trouble: { code: 'port-missing' } })
  const made = await api.post('/api/v1/detections', { ...usb, from: 1, to: 1, timeoutMs: 20 })
  const over = await until('its end', async () => {
    const d = (await api.get(`/api/v1/detections/${made.body.id}`)).body
    return d.state === 'running' ? null : d
  })
  expect(over).toMatchObject({ state: 'failed', trouble: { code: 'port-missing' } })
  const busy = createServer(socket => socket.destroy())
  const port = await listening(busy)
  expect(await lineTrouble({ protocol: 'modbus-tcp', host: '127.0.0.1', port })).toEqual({
    code: 'host-hangs-up',
    detail: null,
  })
  busy.close()
})
const listening = (server: Server) =>
  new Promise<number>(done => server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)))

it('a port that another program has open is busy, not missing', async () => {
  const pty = (await openPty(fresh.port))!
  const settings = { path: pty.path, baudRate: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const
  const held = await openSerial(settings)({ data: () => {}, end: () => {} })
  expect(await lineTrouble({ protocol: 'modbus-rtu', path: pty.path })).toMatchObject({ code: 'port-busy' })
  await held.close()
  await pty.stop()
})

it('a model of the site is checked, kept as a file with its line on the trail, and in use at once', async () => {
  const profile = {
    id: 'acme-1',
    protocols: ['modbus-tcp'],
    kind: 'electricity-meter',
    name: { 'zh-CN': '某某电表', en: 'Acme meter' },
    source: 'by hand',
    points: [{ key: 'voltage', table: 'input', address: 0, type: 'float32', unit: 'V' }],
  }
  const made = await api.post('/api/v1/profiles', { profile })
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ id: 'acme-1', origin: 'site', points: 1 })])
  expect(JSON.parse(readFileSync(join(g.data, 'profiles', 'acme-1.json'), 'utf8'))).toEqual(profile)
  expect(g.deps.trail.of('profile', 'acme-1').map(e => e.action)).toEqual(['created'])
  const line = lineAt(fresh.port)
  // A busy machine may let one question go by.
  await until('it is read by that model', async () => {
    const { items } = await ask('preview', { line, unit: 5, profile: 'acme-1' })
    return items.length === 1 && items[0]!.quality === 'good'
  })
  const again = await api.post('/api/v1/profiles', { profile })
  expect([again.status, again.body.code]).toEqual([409, 'profile-taken'])
  const wrong = await api.post('/api/v1/profiles', { profile: { ...profile, id: '../x' } })
  expect([wrong.status, wrong.body.code]).toEqual([422, 'profile-invalid'])
  expect(existsSync(join(g.data, 'x.json'))).toBe(false)
})

it('serial ports: by their lasting name, with who may open them', () => {
  const box = tempFolder()
  mkdirSync(join(box.path, 'serial', 'by-id'), { recursive: true })
  for (const name of ['ttyUSB10', 'ttyUSB2', 'tty1', 'ttyACM0', 'null']) writeFileSync(join(box.path, name), '')
  symlinkSync(join(box.path, 'ttyUSB2'), join(box.path, 'serial', 'by-id', 'usb-FTDI_A9'))
  const ports = serialPorts(box.path, { uid: 1000, groups: [1000] })
  expect(ports.map(p => [p.path.slice(box.path.length), p.access.may])).toEqual([
    ['/ttyACM0', false],
    ['/serial/by-id/usb-FTDI_A9', false],
    ['/ttyUSB10', false],
  ])
  const dialout = { mode: 0o20660, uid: 0, gid: 20 }
  const who: [{ uid: number; groups: number[] }, boolean][] = [
    [{ uid: 0, groups: [] }, true],
    [{ uid: 1000, groups: [1000, 20] }, true],
    [{ uid: 1000, groups: [1000] }, false],
  ]
  for (const [one, may] of who) expect([one, mayOpen(dialout, one)]).toEqual([one, may])
  // Who has it open, by what the system says of each process.
  mkdirSync(join(box.path, '4711', 'fd'), { recursive: true })
  writeFileSync(join(box.path, '4711', 'comm'), 'mbpoll\n')
  symlinkSync('/dev/ttyUSB0', join(box.path, '4711', 'fd', '3'))
  expect([holderOf('/dev/ttyUSB0', box.path), holderOf('/dev/ttyUSB1', box.path)]).toEqual(['mbpoll (4711)', null])
  box.remove()
})

it('two devices with one number are told from one that is asked twice', async () => {
  const answer = rtuFrame(3, Buffer.from([3, 2, 0, 7]))
  let copies = 2
  const server = createServer(socket =>
    socket.on('data', bytes => {
      if (bytes[0] === 3) for (let n = 0; n < copies; n++) socket.write(answer)
    }),
  )
  const port = await listening(server)
  const search = async () => {
    const twice: number[] = []
    const found: number[] = []
    const hooks = {
      progress: () => {},
      found: ({ unit }: { unit: number }) => void found.push(unit),
      twice: (unit: number) => void twice.push(unit),
    }
    const line = { protocol: 'modbus-rtu-over-tcp', host: '127.0.0.1', port } as const
    await detect(line, [2, 3, 4], 20, hooks, new AbortController().signal)
    return { found, twice }
  }
  expect(await search()).toEqual({ found: [3], twice: [3] })
  copies = 1
  expect(await search()).toEqual({ found: [3], twice: [] })
  server.close()
})
