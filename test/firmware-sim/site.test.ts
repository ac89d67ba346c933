import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SiteAddresses } from '../../firmware-sim/site.ts'
import { openWire } from './wire.ts'

const root = new URL('../..', import.meta.url).pathname
let folder: string
const runs: Run[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
})
afterAll(async () => {
  for (const { child } of runs) child.kill('SIGKILL') // only what a failed test left behind
  await rm(folder, { recursive: true, force: true })
})

interface Device {
  readonly fault: unknown
  readonly state: Record<string, unknown>
}
interface Run {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exit: Promise<{ code: number | null; signal: string | null }>
}

function run(script: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [join(root, 'firmware-sim', script), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const heard = { out: '', err: '' }
  child.stdout.on('data', data => (heard.out += data))
  child.stderr.on('data', data => (heard.err += data))
  const exit = new Promise<{ code: number | null; signal: string | null }>(resolve =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const started = { child, stdout: () => heard.out, stderr: () => heard.err, exit }
  runs.push(started)
  return started
}

/** The kept keys make the second start quick. */
async function site(...args: string[]): Promise<Run & { addresses: SiteAddresses }> {
  const started = run('site.ts', ['--pki-folder', join(folder, 'pki'), ...args])
  const line = new Promise<void>(resolve => {
    started.child.stdout!.on('data', () => started.stdout().includes('\n') && resolve())
  })
  await Promise.race([line, started.exit])
  return { ...started, addresses: JSON.parse(started.stdout() || started.stderr()) }
}

/** `node:http`, since fetch does not let us lie about the host. */
function http(port: number, method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } }, answer => {
      let text = ''
      answer.on('data', part => (text += part))
      answer.on('end', () => resolve({ status: answer.statusCode!, body: JSON.parse(text) }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

describe('the site as a process', () => {
  let running: Awaited<ReturnType<typeof site>>
  beforeAll(async () => {
    running = await site('--parts', 'desk', '--tethered', '--demo')
  }, 120_000)
  afterAll(async () => {
    running.child.kill()
    await running.exit
  })

  const post = (path: string, body: object) => http(running.addresses.control, 'POST', `/${path}`, JSON.stringify(body))
  const devices = async () =>
    (await http(running.addresses.control, 'GET', '/')).body.devices as Record<
      'meter' | 'pump' | 'room' | 'lift',
      Device
    >

  it('says on one line where everything is', () => {
    expect(running.stdout().trim().split('\n')).toHaveLength(1)
    const port = expect.any(Number)
    const { pty } = running.addresses.lines['bus-1']!
    expect(running.addresses).toEqual({
      ready: true,
      lines: {
        meters: { protocol: 'modbus-tcp', port, pty: null, baudRate: null },
        pumps: { protocol: 'modbus-tcp', port, pty: null, baudRate: null },
        'bus-1': { protocol: 'modbus-rtu', port, pty, baudRate: 9600 },
        lifts: { protocol: 'opcua', port, pty: null, baudRate: null },
      },
      control: port,
    })
  })

  it('the meter and the pumps answer Modbus TCP, the room RTU', async () => {
    const meter = await openWire(running.addresses.lines.meters!.port)
    meter.send('0001 0000 0006 01 04 0000 0002')
    const volts = Buffer.from(await meter.take(13), 'hex').readFloatBE(9)
    expect(volts).toBeGreaterThan(220)
    meter.end()
    const pump = await openWire(running.addresses.lines.pumps!.port)
    pump.send('0001 0000 0006 01 02 0000 0001')
    expect(await pump.take(10)).toBe('00010000000401020101')
    pump.end()
    const room = await openWire(running.addresses.lines['bus-1']!.port)
    room.send('01 04 00 00 00 01 31 CA')
    expect(Buffer.from(await room.take(7), 'hex').readInt16BE(3)).toBeGreaterThan(250)
    room.end()
  })

  it('the room is on a serial line too, again and again', async ({ skip }) => {
    const { pty } = running.addresses.lines['bus-1']!
    if (!pty) return skip('socat is not installed')
    const open = () =>
      new Promise<SerialPort>((resolve, reject) => {
        const line: SerialPort = new SerialPort({ path: pty, baudRate: 9600 }, error =>
          error ? reject(error) : resolve(line),
        )
      })
    const celsius = Buffer.from('01040000000131ca', 'hex')
    let seen = 0
    const round = async () => {
      const line = await open()
      let bytes = Buffer.alloc(0)
      line.on('data', (data: Buffer) => {
        bytes = Buffer.concat([bytes, data])
      })
      line.write(celsius)
      await expect.poll(() => bytes.length, { timeout: 2000 }).toBe(7)
      expect(bytes.subarray(0, 3).toString('hex')).toBe('010402')
      await new Promise(resolve => line.close(resolve))
      seen++
    }
    for (let i = 0; i < 3; i++) await round()

    // A dropped connection is a pulled adapter: the device node goes, and comes back.
    await post('room/fault', { kind: 'drop' })
    const pulled = await open()
    let gone = false
    pulled.once('close', () => {
      gone = true
    })
    pulled.resume()
    // Asked again and again: what is written while the line is laid anew is heard by nobody.
    await expect.poll(() => gone || void pulled.write(celsius, () => {}), { timeout: 30_000, interval: 100 }).toBe(true)
    await post('room/fault', { kind: null })
    await expect.poll(() => existsSync(pty), { timeout: 3000 }).toBe(true)
    await round()
    expect(seen).toBe(4)
  })

  it('control: each listed action runs with its example', async () => {
    const { actions } = (await http(running.addresses.control, 'GET', '/')).body as {
      actions: { path: string; example: object }[]
    }
    let seen = 0
    for (const { path, example } of actions) {
      if (path === 'lift/fault' || path === 'line/dead') continue // below
      expect(await post(path, example), path).toEqual({ status: 200, body: { done: path } })
      seen++
    }
    expect(seen).toBe(16)
    const state = await devices()
    expect(state.room.state.water).toBe(true)
    expect(state.meter.state['voltage.l1']).toBe(198)
    expect(state.pump).toMatchObject({ fault: { kind: 'mute' }, state: { 'tank.level': 12, remote: 1 } })
    for (const name of ['meter', 'pump', 'room']) expect((await post(`${name}/fault`, { kind: null })).status).toBe(200)
    expect((await devices()).meter.fault).toBeNull()
  })

  it('control: what is wrong is said, and nothing is half done', async () => {
    const wrong: [string, object][] = [
      ['pump/trip', { pump: 3 }],
      ['pump/set', {}],
      ['pump/set', { level: 'full' }],
      ['room/heat', {}],
      ['room/flood', { on: 'yes' }],
      ['meter/set', { 'voltage.l2': 1, 'voltage.l9': 1 }],
      ['meter/fault', { kind: 'sad' }],
      ['lift/fault', { kind: 'mute' }],
      ['device/fault', { line: 'meters', unit: 2, kind: 'mute' }],
      ['device/fault', { line: 'lifts', unit: 1, kind: 'mute' }],
      ['line/dead', { line: 'nowhere', on: true }],
      ['time/speed', { speed: 601 }],
      ['scenarios/nothing/start', {}],
    ]
    for (const [path, body] of wrong) {
      const answer = await post(path, body)
      expect([path, answer.status]).toEqual([path, 400])
      expect(answer.body.error).toMatch(/\w/)
    }
    expect((await devices()).meter.state['voltage.l2']).toBeGreaterThan(200)
    expect((await post('pump/dance', {})).status).toBe(404)
  })

  it('control: no web page reaches it', async () => {
    const { control } = running.addresses
    expect((await http(control, 'GET', '/', undefined, { host: 'evil.example' })).status).toBe(403)
    expect((await http(control, 'POST', '/lift/trap', '{}', { host: `evil.example:${control}` })).status).toBe(403)
    expect((await http(control, 'POST', '/lift/trap', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await http(control, 'POST', '/lift/trap', '{')).status).toBe(400)
    expect((await http(control, 'POST', '/lift/trap', JSON.stringify('x'.repeat(70_000)))).status).toBe(400)
  })

  it('the command line reaches it through the data folder', async () => {
    const data = await mkdtemp(join(folder, 'data-'))
    const env = { GATEHOUSE_DATA: data }
    const nothing = run('control.ts', [], env)
    expect((await nothing.exit).code).toBe(1)
    expect(nothing.stderr()).toMatch(/^no demo site is running .*npm start\n$/)

    await writeFile(join(data, 'demo.json'), JSON.stringify({ control: running.addresses.control }))
    const trip = run('control.ts', ['pump', 'trip', 'pump=2', 'code=3'], env)
    expect((await trip.exit).code).toBe(0)
    expect((await devices()).pump.state['pump2.fault']).toBe(3)
    const show = run('control.ts', ['--control-port', String(running.addresses.control)])
    expect((await show.exit).code).toBe(0)
    for (const words of ['pump2.fault 3', 'room heat celsius=45', 'lift trap']) expect(show.stdout()).toContain(words)
    const wrong = run('control.ts', ['room', 'heat', 'celsius=hot'], env)
    expect((await wrong.exit).code).toBe(1)
    expect(wrong.stderr()).toBe('celsius must be a number\n')
  })
})

describe('the end of the process', () => {
  it('by SIGTERM, in order', async () => {
    const started = await site('--parts', 'desk')
    const from = performance.now()
    started.child.kill('SIGTERM')
    expect(await started.exit).toEqual({ code: 0, signal: null })
    expect(performance.now() - from).toBeLessThan(10_000)
  }, 120_000)

  it('the end of its stdin, when it is tethered', async () => {
    const started = await site('--parts', 'desk', '--tethered')
    started.child.stdin!.end()
    expect(await started.exit).toEqual({ code: 0, signal: null })
  }, 120_000)

  it('a busy port is one line and exit 1', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const started = run('site.ts', ['--pki-folder', join(folder, 'pki'), '--port', `meters=${port}`])
    expect((await started.exit).code).toBe(1)
    expect(started.stderr()).toBe(`firmware-sim: port ${port} for line meters is taken by another program\n`)
    expect(started.stdout()).toBe('')
    await new Promise(resolve => taken.close(resolve))
  }, 120_000)
})
