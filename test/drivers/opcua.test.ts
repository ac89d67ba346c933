import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { opcua } from '../../drivers/opcua/driver.ts'
import type { Point, Sample } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type Elevator, startElevator } from '../../firmware-sim/elevator.ts'
import type { LiftState } from '../../firmware-sim/lift.ts'
import { until } from '../support/wait.ts'
import { driverSuite, recovered, soon } from './driver.suite.ts'

// Keys are made once: it is the slowest part of a start.
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-opcua-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const deps = { now: Date.now, log: () => {}, pkiFolder: join(folder, 'gateway') }
const startLift = () => startElevator({ pkiFolder: join(folder, 'lift') })
const nodes = [
  ['position', 'position', 'number'],
  ['trips', 'trips', 'number'],
  ['door', 'doorOpen', 'boolean'],
  ['fault', 'fault', 'number'],
] as const
const nodeNames = { position: 'Position', trips: 'Trips', doorOpen: 'DoorOpen', fault: 'Fault' } as const
const specs = nodes.map(([key, state, kind]) => ({ key, kind, scanMs: 500, node: `ns=1;s=Lift1.${nodeNames[state]}` }))
const points = pointsOf('lift', specs, opcua)

const open = (endpoint: string, timeoutMs = 2000): Link => opcua.open({ endpoint, timeoutMs, publishMs: 100 }, deps)

/** Everything a watch was told, and the last word on each point. */
function listen(link: Link, watched: readonly Point[] = points) {
  const all: Sample[] = []
  const last = new Map<string, Sample>()
  const stop = link.watch!(watched, samples => {
    all.push(...samples)
    for (const s of samples) last.set(s.point, s)
  })
  const quality = (q: Sample['quality']) => () => watched.every(p => last.get(p.id)?.quality === q)
  return { all, last, stop, quality }
}

const workers = (): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === process.pid && args.join(' ').includes('opcua/worker.ts'))
    .map(([pid]) => Number(pid))

describe('opcua', () => {
  driverSuite(async () => {
    const lift = await startLift()
    lift.trap() // so that it stands still
    // A limit of 2 s is a loaded machine's own slowness; here it is asked what is right, not how fast.
    const link = open(lift.endpoint, 10_000)
    return {
      driver: opcua as never,
      link,
      points,
      isTrue: s => s.value === lift.state[nodes.find(([key]) => s.point === `lift/${key}`)![1] as keyof LiftState],
      // A session is counted by the worker that holds it.
      connections: () => workers().length,
      goSilent: () => lift.drop(),
      comeBack: () => lift.restore(),
      async drop() {
        await lift.drop()
        await lift.restore()
      },
      stop: () => lift.stop(),
    }
  })

  const withLift = (name: string, run: (lift: Elevator, link: Link) => Promise<void>) =>
    it(name, { timeout: 120_000 }, async () => {
      const lift = await startLift()
      const link = open(lift.endpoint)
      try {
        await run(lift, link)
      } finally {
        await link.close()
        await lift.stop()
      }
    })

  withLift(
    'a watch tells changes, re-affirms what stands while verified, and says at once when it is cut',
    async (lift, link) => {
      lift.trap()
      const w = listen(link)
      await until('it never happened', w.quality('good'))
      expect(w.last.get('lift/position')).toMatchObject({ value: 12.4 })
      const first = w.last.get('lift/position')!
      await until('it never happened', () => w.last.get('lift/position')!.seen > first.seen + 1500, 5000)
      expect(w.last.get('lift/position')).toMatchObject({ value: 12.4, at: first.at, quality: 'good' })
      lift.release()
      await until('it never happened', () => w.last.get('lift/fault')!.value === 0, 3000)
      expect(w.last.get('lift/fault')!.at).toBeGreaterThan(first.at)

      const before = w.all.length
      await lift.drop()
      await until('it never happened', w.quality('bad'), 5000)
      expect(
        w.all
          .slice(before)
          .filter(s => s.quality === 'bad')
          .every(s => s.reason === 'offline' && s.value === null),
      ).toBe(true)
      await lift.restore()
      await until('it never happened', w.quality('good'))
      w.stop()
      const told = w.all.length
      await link.read(points, soon())
      await new Promise(resolve => setTimeout(resolve, 1500))
      expect(w.all.length - told).toBeLessThanOrEqual(points.length)
    },
  )

  withLift('a node that is not there is "wrong-device", its neighbours are good', async (_lift, link) => {
    const odd = pointsOf(
      'lift',
      [
        ...specs.slice(0, 1),
        { key: 'gone', node: 'ns=1;s=Lift1.Gone' },
        { key: 'text', kind: 'text', node: 'ns=1;s=Lift1.Floor' },
      ],
      opcua,
    )
    const samples = await link.read(odd, soon())
    expect(samples.map(s => s.reason)).toEqual([undefined, 'wrong-device', 'undecodable'])
    const w = listen(link, odd)
    await until('it never happened', () => w.last.size === 3)
    expect(odd.map(p => w.last.get(p.id)!.reason)).toEqual([undefined, 'wrong-device', 'undecodable'])
    const [fixed] = pointsOf('lift', [{ ...specs[0]!, type: 'Double', writable: true }], opcua)
    expect((await link.write!(fixed!, 1, soon())).ok).toBe(false)
  })

  it('a server that nobody trusted is refused, and read once a person moved its certificate', {
    timeout: 120_000,
  }, async () => {
    const lift = await startLift()
    const pkiFolder = join(folder, 'strict')
    const secure = {
      endpoint: lift.endpoint,
      securityMode: 'SignAndEncrypt',
      securityPolicy: 'Basic256Sha256',
    } as const
    const link = opcua.open({ ...secure, publishMs: 100, timeoutMs: 10_000 }, { ...deps, pkiFolder } as never)
    try {
      const reasons = async () => (await link.read(points, soon())).map(s => s.reason)
      // On a busy machine a read waits less long than keys take to be made.
      await until('refused', async () => (await reasons()).every(reason => reason === 'refused'))
      const rejected = join(pkiFolder, 'rejected')
      for (const file of await readdir(rejected))
        await rename(join(rejected, file), join(pkiFolder, 'trusted/certs', file))
      expect((await recovered(link, points, 45_000)).map(s => s.quality)).toEqual(points.map(() => 'good'))
    } finally {
      await link.close()
      await lift.stop()
    }
  })

  withLift('a worker that is killed or hangs is replaced, and meanwhile nothing is good', async (_lift, link) => {
    const w = listen(link)
    await until('it never happened', w.quality('good'))
    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      const [pid] = workers()
      process.kill(pid!, signal)
      await until('it never happened', w.quality('bad'), 7000)
      await until('it never happened', w.quality('good'), 15_000)
      expect(workers().length).toBe(1)
      expect(workers()).not.toContain(pid)
    }
  })
})

/** The first answers that ended a process that ran the client (promises F3). */
const acks = {
  'buffer sizes 0': () => ack(0),
  'a chunk beyond the buffer in the same segment': () => Buffer.concat([ack(8192), chunk(70_000)]),
  'a length of 4 GiB': () => Buffer.from('41434b46ffffffff', 'hex'),
  'HTTP text': () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
}
function ack(size: number): Buffer {
  const b = Buffer.alloc(28)
  b.write('ACKF')
  b.writeUInt32LE(28, 4)
  b.writeUInt32LE(size, 12)
  b.writeUInt32LE(size, 16)
  return b
}
function chunk(size: number): Buffer {
  const b = Buffer.alloc(size, 0x41)
  b.write('OPNF')
  b.writeUInt32LE(size, 4)
  return b
}

describe('a hostile OPC UA server', () => {
  it('ends at most its worker; the true server on the same port is read again', { timeout: 120_000 }, async () => {
    const lift = await startLift()
    await lift.drop()
    const kinds = Object.entries(acks)
    let [turn, served] = [0, 0]
    const sockets = new Set<Socket>()
    const server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', () => {
        served++
        socket.write(kinds[turn]![1]())
      })
    })
    await new Promise<void>(resolve => server.listen(lift.port, '127.0.0.1', resolve))
    const link = open(lift.endpoint, 1000)
    const w = listen(link)
    for (turn = 0; turn < kinds.length; turn++) {
      const before = served
      await until('it never happened', () => served > before, 15_000)
      const samples = await link.read(points, soon())
      expect(samples.map(s => s.value)).toEqual(points.map(() => null))
      if (turn === kinds.length - 1) break
    }
    expect(w.all.filter(s => s.quality !== 'bad')).toEqual([])
    await until('it never happened', w.quality('bad'))
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
    await lift.restore()
    await until('it never happened', w.quality('good'), 25_000)
    const began = performance.now()
    await link.close()
    expect(performance.now() - began).toBeLessThan(5000)
    expect(workers()).toEqual([])
    await lift.stop()
  })
})
