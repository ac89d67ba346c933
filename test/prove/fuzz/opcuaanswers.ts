import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import type { Browse, Link } from '../../../drivers/driver.ts'
import { opcua } from '../../../drivers/opcua/driver.ts'
import type { Point, Sample } from '../../../drivers/point.ts'
import { pointsOf } from '../../../drivers/profile.ts'
import { until } from '../../support/wait.ts'
import { drawn, type Fuzzed, shown } from './kit.ts'
import { type Attack, attack, attacked, isVital, madeUp } from './opcuawire.ts'

/** Each with a client, and so with a process, of its own. */
const LINKS = 4
/** So many questions of one client are open at the same time. */
const AT_ONCE = 10
/** The client's own limit of its heap, and what Node and the stack need beside it. */
const MOST_WORKER_MB = 500
/** A client that can't be left in peace ends itself, and is replaced (drivers/opcua/session.ts). */
const LEFT = 'exit 4'
/**
 * What the stack asserts of a server that is none ends the process, which is why it has one of its own (promises F3): the channel
 * is away for a second, as after any cut. More often than once in so many answers is a fault that we have to find.
 */
const MOST_ENDS = 50_000
const LONGEST_NAME = 200
const LONGEST_TEXT = 4096

/** What a client heard of it is not what was read: of which kind, and as long as it may be. */
function faultOf(points: readonly Point[], samples: readonly Sample[]): string | null {
  for (const sample of samples) {
    const point = points.find(p => p.id === sample.point)
    if (!point) return `a point that there is not: ${sample.point}`
    if (!Number.isFinite(sample.at) || !Number.isFinite(sample.seen)) return `no time: ${shown(JSON.stringify(sample))}`
    if (sample.quality === 'bad') {
      if (sample.value !== null) return `bad, with a value: ${shown(JSON.stringify(sample))}`
      continue
    }
    const kind = typeof sample.value === 'string' ? 'text' : typeof sample.value
    const fits = kind === point.kind && (kind !== 'number' || Number.isFinite(sample.value))
    if (!fits || String(sample.value).length > LONGEST_TEXT) return `no ${point.kind}: ${shown(JSON.stringify(sample))}`
  }
  return null
}
function faultOfBrowse(seen: Browse): string | null {
  if (!seen.ok) return null
  const long = seen.nodes.find(n => n.browseName.length > LONGEST_NAME || n.displayName.length > LONGEST_NAME)
  return seen.nodes.length > 100 || long ? `too much to show: ${shown(JSON.stringify(seen))}` : null
}

const rssMb = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}

/** What a server answers to our client, damaged or made up, in sessions that are otherwise in order; then it is good again. */
export async function fuzzOpcuaAnswers(cases: number, seed: number): Promise<Fuzzed> {
  const wrong: string[] = []
  const counts: Record<string, number> = {}
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const plant = new Worker(new URL('./opcuaplant.ts', import.meta.url))
  const told = <T>() => new Promise<T>(resolve => plant.once('message', resolve))
  const { port } = await told<{ port: number }>()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-opcua-fuzz-'))
  const drawing = drawn(attack, cases, seed)
  const made = madeUp(seed)
  let tried = 0
  let over = false
  const next = (): Attack | null => {
    const { value, done } = drawing.next()
    if (done) over = true
    else tried++
    return done ? null : value
  }
  /** By a number of its own: which messages are left alone is repeatable too. */
  const dice = fc.sample(fc.nat(99), { numRuns: 10_000, seed })
  let thrown = 0
  const often = (percent: number) => dice[thrown++ % dice.length]! < percent

  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, near => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', piece => far.write(piece))
    let rest = Buffer.alloc(0)
    far.on('data', (piece: Buffer) => {
      rest = Buffer.concat([rest, piece])
      while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
        const message = Buffer.from(rest.subarray(0, rest.readUInt32LE(4)))
        rest = rest.subarray(message.length)
        const one = !over && often(isVital(message) ? 1 : 80) ? next() : null
        if (!one) {
          near.write(message)
          continue
        }
        count(one.how)
        const sent = attacked(message, one, made)
        if (!sent) near.destroy()
        else for (const bytes of sent) near.write(bytes)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `opc.tcp://127.0.0.1:${(server.address() as { port: number }).port}`

  const specs = ['Position', 'Fault', 'DoorOpen', 'Trips', 'MachineRoom'].map(name => ({
    ...{ key: name.toLowerCase(), node: `ns=1;s=Lift1.${name}`, scanMs: 100 },
    ...(name === 'DoorOpen' ? { kind: 'boolean' } : { kind: 'number' }),
  }))
  const more = [
    { key: 'build', node: 'i=2263', kind: 'text', scanMs: 100 },
    { key: 'polled', node: 'ns=1;s=Lift1.Fault', kind: 'number', scanMs: 50, mode: 'poll' },
    { key: 'hot', condition: { source: 'ns=1;s=Lift1', name: 'MachineRoomHot' } },
  ]
  const deaths: Record<string, number> = {}
  let mostWorkerMb = 0
  const links = Array.from({ length: LINKS }, (_, n) => {
    const points = pointsOf(`l${n}`, [...specs, ...more] as never, opcua)
    const last = new Map<string, Sample>()
    const link: Link = opcua.open({ endpoint, publishMs: 50, timeoutMs: 1000 } as never, {
      now: Date.now,
      pkiFolder: join(folder, `client-${n}`),
      log(message, detail) {
        if (message === 'opcua connected') count('connected')
        if (message === 'opcua connection lost') count('lost')
        if (message !== 'opcua worker ended') return
        const { why, said } = detail as { why: string; said: string }
        const fault = /^\w*Error.*$/m.exec(said)?.[0].slice(0, 90) ?? ''
        const where = [...said.matchAll(/at (.*)/g)].slice(0, 4).map(m => m[1]!.replace(/\(?\S*\/(?=[^/]+$)/, ''))
        const cause = [why, fault, ...where].join(' | ')
        deaths[cause] = (deaths[cause] ?? 0) + 1
      },
    })
    link.watch!(points, samples => {
      count('heard')
      const fault = faultOf(points, samples)
      if (fault) wrong.push(fault)
      for (const sample of samples) last.set(sample.point, sample)
    })
    return { link, points, last }
  })
  /** A client that keeps ending is begun anew after half a minute. */
  const back = (link: Link) => until('it is connected again', () => over || link.status!().state === 'up', 60_000)
  const asking = links.flatMap(({ link, points }) => [
    ...Array.from({ length: AT_ONCE }, async () => {
      const some = points.filter(p => !p.id.endsWith('hot'))
      while (!over) {
        const samples = await link.read(some, AbortSignal.timeout(2000))
        const fault = faultOf(some, samples)
        if (fault || samples.length !== some.length) wrong.push(fault ?? `${samples.length} of ${some.length} samples`)
        if (samples.every(s => s.reason === 'offline')) await back(link)
      }
    }),
    ...Array.from({ length: 2 }, async () => {
      while (!over) {
        const seen = await link.browse!(null, 0, AbortSignal.timeout(2000))
        count(seen.ok ? 'browsed' : 'not browsed')
        const fault = faultOfBrowse(seen)
        if (fault) wrong.push(fault)
        if (!seen.ok) await back(link)
      }
    }),
  ])
  const looking = setInterval(() => {
    for (const pid of workers()) mostWorkerMb = Math.max(mostWorkerMb, rssMb(pid))
  }, 200)
  try {
    await Promise.all(asking).catch(error => wrong.push(`thrown: ${(error as Error).stack ?? error}`))
    // What it said while it was bad it would stand by: the server that is good again has forgotten its sessions.
    const restarted = told()
    plant.postMessage('restart')
    await restarted
    const from = Date.now()
    for (const { last, points } of links)
      await until(
        () => `all good again: ${shown(JSON.stringify([...last.values()]))}`,
        () => points.every(p => last.get(p.id)?.quality === 'good'),
      ).catch(error => wrong.push((error as Error).message))
    counts.goodAgainMs = Date.now() - from
    if (mostWorkerMb > MOST_WORKER_MB) wrong.push(`a client held ${Math.round(mostWorkerMb)} MB`)
    for (const [why, times] of Object.entries(deaths))
      if (!why.startsWith(LEFT) && (!why.startsWith('exit 1 ') || times > cases / MOST_ENDS))
        wrong.push(`a client that ended or hung ${times} times: ${why}`)
  } finally {
    clearInterval(looking)
    for (const { link } of links) await link.close()
    const stopped = told()
    plant.postMessage('stop')
    await stopped
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
    await plant.terminate()
    rmSync(folder, { recursive: true, force: true })
  }
  const ended = Object.values(deaths).reduce((a, b) => a + b, 0)
  return {
    name: 'OPC UA answers',
    cases: tried,
    wrong,
    figures: { ...counts, ended, mostWorkerMb: Math.round(mostWorkerMb), ...deaths },
  }
}

/** Processes of ours that speak OPC UA. */
function workers(): number[] {
  try {
    return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}
