import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DriverDeps, Link } from '../../drivers/driver.ts'
import { opcua } from '../../drivers/opcua/driver.ts'
import type { Sample } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type Elevator, startElevator } from '../../firmware-sim/elevator.ts'
import { pause, steps, until } from '../support/wait.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-opcua-session-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
let lift: Elevator
beforeAll(async () => {
  lift = await startElevator({ pkiFolder: join(folder, 'lift'), people: { gatehouse: 'right' } })
  lift.trap()
}, 120_000)
afterAll(() => lift.stop())

const open = (options: object, more: Partial<DriverDeps> = {}) =>
  opcua.open({ endpoint: lift.endpoint, publishMs: 100, timeoutMs: 2000, ...options } as never, {
    now: Date.now,
    log: () => {},
    pkiFolder: join(folder, 'gateway'),
    ...more,
  })
const spec = (key: string, node: string, more: object = {}) => ({
  key,
  scanMs: 100,
  node: `ns=1;s=Lift1.${node}`,
  ...more,
})

function listen(link: Link, specs: Parameters<typeof pointsOf>[1]) {
  const points = pointsOf('lift', specs, opcua)
  expect(opcua.check({} as never, points)).toEqual([])
  const all: Sample[] = []
  const last = new Map<string, Sample>()
  link.watch!(points, samples => {
    all.push(...samples)
    for (const s of samples) last.set(s.point.slice(5), s)
  })
  return { all, last, good: () => points.every(p => last.get(p.key)?.quality === 'good') }
}
/** Each value once, in order, by its own time. */
const news = (all: readonly Sample[], key: string) => {
  const seen = new Map<number, unknown>()
  for (const s of all) if (s.point === `lift/${key}` && s.quality === 'good') seen.set(s.at, s.value)
  return [...seen].sort(([a], [b]) => a - b).map(([, value]) => value)
}

/** PublishResponse [OPC 10000-6 annex A], as its node id is written on the wire. */
const PUBLISH_RESPONSE = Buffer.from([1, 0, 0x3d, 3])
/** Lets whole messages through, but no publish response while `isDeaf`: the numbers of those after it close the gap. */
function ear(isDeaf: () => boolean) {
  let rest = Buffer.alloc(0)
  let left = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
        const message = Buffer.from(rest.subarray(0, rest.readUInt32LE(4)))
        rest = rest.subarray(message.length)
        if (
          isDeaf() &&
          message.toString('latin1', 0, 3) === 'MSG' &&
          PUBLISH_RESPONSE.equals(message.subarray(24, 28))
        ) {
          left++
          continue
        }
        if (/^(MSG|OPN)/.test(message.toString('latin1', 0, 3)) && left > 0)
          message.writeUInt32LE(message.readUInt32LE(16) - left, 16)
        this.push(message)
      }
      done()
    },
  })
}

/** A wire that can be cut and mended, and that loses what the server tells without being asked. */
async function wire(to: number) {
  let deaf = false
  const sockets = new Set<Socket>()
  let cut = false
  const server = createServer(near => {
    if (cut) return void near.destroy()
    const far = connect(to, '127.0.0.1')
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(a)
      a.on('error', () => {})
      a.on('close', () => b.destroy())
    }
    near.pipe(far)
    far.pipe(ear(() => deaf)).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `opc.tcp://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      cut = true
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    mend() {
      cut = false
    },
    deafen(on: boolean) {
      deaf = on
    },
    close() {
      this.cut()
      return new Promise(resolve => server.close(resolve))
    },
  }
}

it('after a cut wire the session goes on: what happened meanwhile comes with its times, nothing comes twice', {
  timeout: 120_000,
}, async () => {
  const line = await wire(lift.port)
  const logs: object[] = []
  const link = open({ endpoint: line.endpoint }, { log: (message, detail) => logs.push({ message, ...detail }) })
  try {
    const w = listen(link, [
      spec('fault', 'Fault'),
      spec('room', 'MachineRoom'),
      spec('hourly', 'MachineRoom', { mode: 'poll', scanMs: 3_600_000 }),
      { key: 'hot', condition: { source: 'ns=1;s=Lift1', name: 'MachineRoomHot' } },
    ])
    await until('all good', w.good, 20_000)
    const before = w.last.get('fault')!
    line.cut()
    await until('all bad', () => [...w.last.values()].every(s => s.reason === 'offline'), 5000)
    const cutAt = Date.now()
    for (const celsius of [31, 45, 33, 34]) {
      lift.heatMachineRoom(celsius)
      await steps(4, 100)
    }
    const mendedAt = Date.now()
    line.mend()
    const state = () => `all good again: ${JSON.stringify([[...w.last.values()], logs])}`
    // The newest may be read before what was queued comes.
    const heard = () => news(w.all, 'room').length === 5
    await until(state, () => w.good() && heard() && w.last.get('room')!.value === 34, 20_000)
    // Asked anew at once, not in an hour.
    expect(w.last.get('hourly')!.value).toBe(34)
    expect(news(w.all, 'room')).toEqual([28, 31, 45, 33, 34])
    const late = w.all.filter(
      s => s.point === 'lift/room' && s.quality === 'good' && s.at >= cutAt - 50 && s.at <= mendedAt,
    )
    expect(new Set(late.map(s => s.value))).toEqual(new Set([31, 45, 33, 34]))
    // What did not change is the same reading as before, not a new one.
    expect(w.last.get('fault')).toMatchObject({ value: before.value, at: before.at })
    await until('it is known to be over', () => w.last.get('hot')!.value === false, 5000)
    expect(logs).toContainEqual(expect.objectContaining({ message: 'opcua connected', resumed: true }))
    lift.heatMachineRoom(null)
    await until('it goes on', () => w.last.get('room')!.value === 28, 5000)
  } finally {
    lift.heatMachineRoom(null)
    await link.close()
    await line.close()
  }
})

it('a notification that never comes is missed, and what holds is read: no old value stands for ever', {
  timeout: 120_000,
}, async () => {
  const line = await wire(lift.port)
  const lost: object[] = []
  const link = open(
    { endpoint: line.endpoint },
    { log: (message, detail) => message.includes('lost') && lost.push({ message, ...detail }) },
  )
  try {
    const w = listen(link, [
      spec('room', 'MachineRoom'),
      { key: 'hot', condition: { source: 'ns=1;s=Lift1', name: 'MachineRoomHot' } },
    ])
    await until('all good', w.good, 20_000)
    line.deafen(true)
    lift.heatMachineRoom(33)
    await pause(500)
    lift.heatMachineRoom(51)
    await pause(500)
    line.deafen(false)
    expect(w.last.get('room')!.value).toBe(28)
    await until('it is known after all', () => w.last.get('room')!.value === 51, 10_000)
    // What came between is asked for once more, and the newest stays the newest.
    await until('nothing is missing', () => news(w.all, 'room').length === 3, 10_000)
    expect(news(w.all, 'room')).toEqual([28, 33, 51])
    expect(w.last.get('room')!.value).toBe(51)
    await until('the alarm as well', () => w.last.get('hot')!.value === true, 10_000)
    const times = lost.length
    expect(lost[0]).toMatchObject({ message: 'opcua notifications lost; all values are read anew' })
    lift.heatMachineRoom(null)
    await until('it goes on', () => w.last.get('room')!.value === 28 && w.last.get('hot')!.value === false, 5000)
    expect(lost).toHaveLength(times)
  } finally {
    lift.heatMachineRoom(null)
    await link.close()
    await line.close()
  }
})

it('deadband is asked of the server, a queue keeps what comes between two notifications, a poll reads at its own pace', {
  timeout: 120_000,
}, async () => {
  const link = open({ publishMs: 1500 })
  try {
    const w = listen(link, [
      spec('every', 'MachineRoom', { scanMs: 50 }),
      spec('last', 'MachineRoom', { scanMs: 50, queue: 1 }),
      spec('percent', 'MachineRoom', { scanMs: 50, deadbandPercent: 10 }), // of 0..60: 6 K
      spec('absolute', 'MachineRoom', { scanMs: 50, deadband: 4 }),
      spec('polled', 'MachineRoom', { scanMs: 200, mode: 'poll' }),
    ])
    await until('all good', w.good, 20_000)
    const polls = w.all.filter(s => s.point === 'lift/polled').length
    await until('polls go on', () => w.all.filter(s => s.point === 'lift/polled').length >= polls + 4, 3000)
    const start = w.all.filter(s => s.point === 'lift/every').length
    await until('a fresh notification', () => w.all.filter(s => s.point === 'lift/every').length > start, 5000)
    for (const celsius of [29, 30, 33, 36]) {
      lift.heatMachineRoom(celsius)
      await steps(3, 50)
    }
    await until('it came', () => w.last.get('every')!.value === 36, 5000)
    await pause(300)
    expect(news(w.all, 'every')).toEqual([28, 29, 30, 33, 36])
    expect(news(w.all, 'last').length).toBeLessThan(5)
    expect(news(w.all, 'last').at(-1)).toBe(36)
    expect(news(w.all, 'percent')).toEqual([28, 36])
    expect(news(w.all, 'absolute')).toEqual([28, 33])
  } finally {
    lift.heatMachineRoom(null)
    await link.close()
  }
})

it('a short time limit does not end a connection on which little is said', { timeout: 120_000 }, async () => {
  const lost: string[] = []
  const log = (message: string) => void (message === 'opcua connection lost' && lost.push(message))
  const link = open({ timeoutMs: 1000, publishMs: 1000 }, { log })
  try {
    const w = listen(link, [spec('fault', 'Fault')])
    await until('good', w.good, 40_000)
    lost.length = 0
    await pause(6000)
    expect([lost, w.good()]).toEqual([[], true])
  } finally {
    await link.close()
  }
})

describe('sign-in', () => {
  const points = pointsOf('lift', [spec('fault', 'Fault')], opcua)
  const once = async (link: Link) => {
    try {
      return await until('an answer', async () => {
        const [sample] = await link.read(points, AbortSignal.timeout(20_000))
        // Keys are made and workers begun: on a busy machine that takes longer than a read waits.
        return sample!.reason !== 'timeout' && { reason: sample!.reason, trouble: link.status!().trouble }
      })
    } finally {
      await link.close()
    }
  }
  const good = { reason: undefined, trouble: null }
  const secure = { securityMode: 'Sign', securityPolicy: 'Basic256Sha256', timeoutMs: 10_000 }

  it('by name and password; a wrong one is said', { timeout: 120_000 }, async () => {
    expect(await once(open({ user: 'gatehouse' }, { password: 'right' }))).toEqual(good)
    expect(await once(open({ user: 'gatehouse' }, { password: 'wrong' }))).toEqual({
      reason: 'refused',
      trouble: 'sign-in-refused',
    })
  })

  it.each([
    ['Sign', 'Basic256Sha256'],
    ['SignAndEncrypt', 'Basic256Sha256'],
    ['SignAndEncrypt', 'Aes128_Sha256_RsaOaep'],
    ['SignAndEncrypt', 'Aes256_Sha256_RsaPss'],
  ])('%s with %s, after trust', { timeout: 120_000 }, async (securityMode, securityPolicy) => {
    const link = open({ ...secure, securityMode, securityPolicy }, { pkiFolder: join(folder, 'secure') })
    try {
      await until('a value', async () => {
        const [sample] = await link.read(points, AbortSignal.timeout(20_000))
        for (const { fingerprint } of link.certificates!.list().rejected) {
          link.certificates!.decide(fingerprint, 'trust')
          link.reconnect!()
        }
        return sample!.quality === 'good'
      })
    } finally {
      await link.close()
    }
  })

  it('the lock that a killed worker left on its folder keeps nobody out', { timeout: 120_000 }, async () => {
    await mkdir(join(folder, 'locked', 'mutex.lock'), { recursive: true })
    const said = await once(open(secure, { pkiFolder: join(folder, 'locked') }))
    expect(said).toEqual({ reason: 'refused', trouble: 'server-not-trusted' })
  })

  it('by a certificate of its own', { timeout: 120_000 }, async () => {
    // Any certificate with its key will do for a person: here that of the gateway itself.
    const own = (file: string) => readFile(join(folder, 'secure/own', file), 'utf8')
    const userCertificate = {
      certificate: await own('certs/client_certificate.pem'),
      key: await own('private/private_key.pem'),
    }
    const more = { userCertificate, pkiFolder: join(folder, 'secure') }
    expect(await once(open({ ...secure, userCertificate: true }, more))).toEqual(good)
  })
})

it('check says what does not go together', () => {
  const codes = (point: object, channel: object = {}) =>
    opcua.check(channel as never, pointsOf('x', [{ key: 'a', ...point }], opcua)).map(p => [p.path, p.code])
  expect(codes({})).toEqual([['points[0].node', 'opcua-node-or-condition']])
  expect(codes({ node: 'i=abc' })).toEqual([['points[0].node', 'opcua-node-malformed']])
  const condition = { source: 'i=1' }
  expect(codes({ condition })).toEqual([])
  expect(codes({ condition, node: 'i=1' })).toEqual([['points[0].node', 'opcua-not-for-conditions']])
  expect(codes({ condition: { source: 'x' } })).toEqual([['points[0].condition.source', 'opcua-node-malformed']])
  expect(codes({ condition, kind: 'number' })).toEqual([['points[0].kind', 'opcua-kind-does-not-fit']])
  expect(codes({ node: 'i=1', deadband: 1, deadbandPercent: 1 })).toEqual([
    ['points[0].deadbandPercent', 'opcua-two-deadbands'],
  ])
  expect(codes({ node: 'i=1' }, { user: 'a', userCertificate: true })).toEqual([
    ['userCertificate', 'opcua-two-sign-ins'],
  ])
})
