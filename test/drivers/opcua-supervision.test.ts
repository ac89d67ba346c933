import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { modbusTcp } from '../../drivers/modbus/driver.ts'
import type { ModbusLink } from '../../drivers/modbus/link.ts'
import { child } from '../../drivers/opcua/child.ts'
import { opcua } from '../../drivers/opcua/driver.ts'
import type { FromWorker } from '../../drivers/opcua/protocol.ts'
import { createStream } from '../../drivers/opcua/stream.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { startElevator } from '../../firmware-sim/elevator.ts'
import { createMeter } from '../../firmware-sim/meter.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { node24, root } from '../support/fresh.ts'
import { pause, until } from '../support/wait.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-opcua-supervision-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
// As the gateway's own start has it.
process.env.NODE_COMPILE_CACHE ??= join(folder, 'cache')
const deps = (name: string) => ({ now: Date.now, log: () => {}, pkiFolder: join(folder, name) })

/** Pids of OPC UA workers of a process, by /proc: cheap enough to look often. */
const workersOf = (parent: number): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(
      ([, ppid, ...args]) => (parent === 0 || Number(ppid) === parent) && args.join(' ').includes('opcua/worker.ts'),
    )
    .map(([pid]) => Number(pid))
/** A process that has ended may stay in the table until whoever inherited it looks: it is dead all the same. */
const alive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** ACK with buffer sizes 0: an assert in the client ends its process (promises F3). */
async function hostileServer() {
  const ack = Buffer.alloc(28)
  ack.write('ACKF')
  ack.writeUInt32LE(28, 4)
  const seen: number[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      seen.push(performance.now())
      socket.write(ack)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

it('a hostile server that ends the worker: another is there within 2 s, then ever more rarely; Modbus beside it goes on undisturbed', {
  timeout: 150_000,
}, async () => {
  const server = await startModbus({ framing: 'tcp', units: new Map([[1, createMeter(Date.now)]]) })
  const bus = modbusTcp.open({ host: '127.0.0.1', port: server.port } as never, deps('modbus'))
  const points = pointsOf('m', [{ key: 'v', table: 'input', address: 0, type: 'float32' }], modbusTcp as never, 1)
  /** The time from one answer to the next of polls of 50 ms, 95 of 100, while it goes on. */
  async function polled(goesOn: (polls: number) => boolean) {
    const intervals: number[] = []
    let last = performance.now()
    for (let due = last; goesOn(intervals.length); due = Math.max(due + 50, performance.now() - 50)) {
      await pause(Math.max(0, due - performance.now()))
      const [sample] = await bus.read(points, AbortSignal.timeout(5000))
      expect(sample).toMatchObject({ quality: 'good' })
      intervals.push(performance.now() - last)
      last = performance.now()
    }
    intervals.sort((x, y) => x - y)
    return { polls: intervals.length, p95: Math.round(intervals[Math.floor(intervals.length * 0.95)]!) }
  }
  const hostile = await hostileServer()
  let link: Link | undefined
  try {
    await polled(polls => polls < 20)
    const before = await polled(polls => polls < 60)
    const deaths: { at: number; restartMs: number; backMs?: number }[] = []
    let looking = Promise.resolve()
    link = opcua.open(
      { endpoint: hostile.endpoint, timeoutMs: 1000 },
      {
        ...deps('hostile'),
        log(message, detail) {
          if (message !== 'opcua worker ended') return
          const death = { at: performance.now(), ...(detail as { restartMs: number }) } as (typeof deaths)[number]
          deaths.push(death)
          // The process, not its first connection: how long it takes to load says more of the machine than of us.
          if (deaths.length <= 3)
            looking = until('another worker', () => workersOf(process.pid).length === 1, 10_000).then(() => {
              death.backMs = Math.round(performance.now() - death.at)
            })
        },
      },
    )
    link.watch!(pointsOf('x', [{ key: 'a', node: 'i=2258' }], opcua), () => {})
    const began = performance.now()
    // On a fast machine five of them are over before enough was polled beside them.
    const beside = await polled(n => (deaths.length < 5 || n <= 60) && performance.now() - began < 100_000)
    await looking
    await link.close()
    // The same once more without it: the machine is shared, and was perhaps busier in the meantime.
    const after = await polled(polls => polls < 60)
    console.log('hostile server:', { before, beside, after, deaths: deaths.map(d => [d.restartMs, d.backMs]) })
    expect(deaths.slice(0, 5).map(d => d.restartMs)).toEqual([100, 100, 100, 200, 400])
    for (const { backMs } of deaths.slice(0, 3)) expect(backMs).toBeLessThan(2000)
    // It did connect each time: that is what ended it.
    expect(hostile.seen.length).toBeGreaterThanOrEqual(5)
    expect(beside.polls).toBeGreaterThan(60)
    expect(beside.p95 / Math.max(before.p95, after.p95)).toBeLessThan(3)
    expect([server.connections(), (bus as ModbusLink).counts.timeouts]).toEqual([1, 0])
  } finally {
    await link?.close()
    await hostile.close()
    await bus.close()
    await server.stop()
  }
})

it('the worker ends when the gateway is killed', { timeout: 120_000 }, async () => {
  const lift = await startElevator({ pkiFolder: join(folder, 'lift') })
  const program = `
    const { opcua } = await import(${JSON.stringify(join(root, 'drivers/opcua/driver.ts'))})
    const point = { id: 'x/a', key: 'a', kind: 'number', scanMs: 500, address: { node: 'ns=1;s=Lift1.Fault' } }
    const deps = { now: Date.now, log() {}, pkiFolder: ${JSON.stringify(join(folder, 'killed'))} }
    const link = opcua.open({ endpoint: ${JSON.stringify(lift.endpoint)}, publishMs: 100 }, deps)
    link.watch([point], s => s[0].quality === 'good' && process.stdout.write('good'))
  `
  const parent = spawn(node24, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise(resolve => parent.stdout.once('data', resolve))
  const [worker] = workersOf(parent.pid!)
  expect(worker).toBeGreaterThan(0)
  parent.kill('SIGKILL')
  await until('the worker is gone', () => !alive(worker!), 5000)
  await lift.stop()
})

it('a gateway that stood still itself ends no process that is well; one that hangs is replaced', async () => {
  const program = join(folder, 'beats.mjs')
  writeFileSync(
    program,
    `setInterval(() => process.send({ t: 'beat' }), 50)
    process.send({ t: 'loaded', pid: process.pid })
    process.on('message', ({ t }) => {
      if (t === 'hang') for (;;);
      process.exit(0)
    })`,
  )
  const pids: number[] = []
  const deaths: unknown[] = []
  const on = {
    started() {},
    died() {},
    message(m: { t: string; pid?: number }) {
      if (m.pid !== undefined) pids.push(m.pid)
    },
  }
  const log = (_: string, detail?: object) => void deaths.push((detail as { why: string }).why)
  const one = child<{ t: string }, { t: string; pid?: number }>(pathToFileURL(program), 64, on, log, 600)
  try {
    one.start()
    await until('it is loaded', () => pids.length === 1)
    // This thread, which is the gateway's: half as long again as it waits for a sign. Behind it, what is due comes before what was said.
    await new Promise(resolve => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900)
    await pause(100)
    expect([deaths, alive(pids[0]!)]).toEqual([[], true])
    one.send({ t: 'hang' })
    await until('another one is there', () => pids.length === 2)
    expect([deaths, alive(pids[0]!)]).toEqual([['no sign of life'], false])
  } finally {
    await one.close()
  }
})

it('a flood is bounded: the newest of each point comes, what was left out is counted, nothing waits without end', async () => {
  const sent: Extract<FromWorker, { t: 'values' }>[] = []
  const stream = createStream(message => void (message.t === 'values' && sent.push(message)))
  stream.release()
  const reading = (index: number, value: number) =>
    ({ index, value, status: 'Good', severity: 'good', at: undefined }) as const
  for (let n = 0; n < 203_000; n++) stream.report(1, reading(n % 10, n))
  await pause(20)
  // The gateway takes nothing: two messages are under way, and no third.
  expect(sent.length).toBe(2)
  for (let took = 0; took < 100; took++) {
    stream.took()
    await pause(0)
  }
  const all = sent.flatMap(m => m.parts.flatMap(p => p.readings))
  const last = new Map(all.map(r => [r.index, r.value]))
  expect([...last].sort(([a], [b]) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => [i, 202_990 + i]))
  expect(all.length).toBeLessThan(11_000)
  expect(sent.at(-1)!.dropped + all.length).toBe(203_000)
  expect(Math.max(...sent.map(m => m.parts.reduce((n, p) => n + p.readings.length, 0)))).toBeLessThanOrEqual(500)
  // In order, per point.
  for (let i = 0; i < 10; i++) {
    const mine = all.filter(r => r.index === i).map(r => r.value as number)
    expect(mine).toEqual([...mine].sort((a, b) => a - b))
  }
  // What came while there was no connection is told when there is one.
  stream.hold()
  const before = sent.length
  stream.report(1, reading(3, -1))
  await pause(20)
  expect(sent.length).toBe(before)
  stream.release()
  await pause(20)
  expect(sent.at(-1)!.parts[0]!.readings).toMatchObject([{ index: 3, value: -1 }])
})
