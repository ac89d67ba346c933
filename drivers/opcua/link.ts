import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DriverDeps, Link, LinkStatus, WriteResult } from '../driver.ts'
import { bad, type Point, type Reason } from '../point.ts'
import { type NodeAddress, targetOf } from './address.ts'
import { child } from './child.ts'
import { pkiOf } from './pki.ts'
import {
  BROWSE_MS,
  type Connection,
  type ConnectionTrouble,
  type FromWorker,
  type Item,
  isRefusal,
  type ToWorker,
  writeResultOf,
} from './protocol.ts'
import { createWatches, sampleOf } from './watches.ts'

type Answer =
  | Extract<FromWorker, { t: 'read' | 'written' | 'browsed' }>
  | { readonly t: 'gone'; readonly reason: Reason }

export interface LinkOptions extends Omit<Connection, 'pkiFolder' | 'password' | 'userCertificate'> {
  readonly userCertificate?: boolean | undefined
  readonly mode: 'subscribe' | 'poll'
}

const program = new URL('./worker.ts', import.meta.url)
/** A server can make its client hold a lot; this is where it ends. */
const HEAP_MB = 256
/** How long a first read waits for the worker to be loaded and connected. */
const FIRST_MS = 15_000
const QUEUE = 10
/** After a batch of values other things have their turn. */
const BREATH_MS = 15
const BROWSE_PAGE = 100
const ROOT = 'i=85' // Objects folder

/** The gateway's end of one OPC UA session; the session itself lives in a worker process. */
export function opcuaLink(options: LinkOptions, deps: DriverDeps): Link {
  const { now, log } = deps
  const watches = createWatches(now)
  const questions = new Map<number, (answer: Answer) => void>()
  /** Reads that wait for the first word on whether there is a connection. */
  const patient = new Set<() => void>()
  let state: 'unknown' | 'up' | 'down' = 'unknown'
  let down: { readonly trouble: ConnectionTrouble; readonly why: string } = { trouble: 'unreachable', why: '' }
  let dropped = 0
  let nextId = 1
  let started = false
  let closed = false
  let ownFolder: string | undefined
  const folder = () => {
    if (!deps.pkiFolder) ownFolder ??= mkdtempSync(join(tmpdir(), 'gatehouse-opcua-'))
    return deps.pkiFolder ?? ownFolder!
  }

  const died = () => lost('worker-ended', 'the OPC UA worker ended; another one starts')
  const worker = child<ToWorker, FromWorker>(program, HEAP_MB, { started: begin, message, died }, log)

  function begin(): void {
    started = true
    state = 'unknown'
    pkiOf(folder()).unlock()
    for (const [id, points] of watches.all()) askToWatch(id, points)
    connect()
  }

  function connect(): void {
    const { userCertificate, mode: _, ...connection } = options
    const secrets = { password: deps.password, userCertificate: userCertificate ? deps.userCertificate : undefined }
    worker.send({ t: 'open', connection: { ...connection, ...secrets, pkiFolder: folder() } })
  }

  const isPolled = ({ mode, condition }: NodeAddress): boolean => !condition && (mode ?? options.mode) === 'poll'

  function itemOf(point: Point): Item {
    const { queue = QUEUE, deadbandPercent, ...address } = point.address as NodeAddress
    const deadband = point.kind === 'number' ? point.deadband : undefined
    return {
      target: targetOf(point),
      samplingMs: point.scanMs,
      queue,
      deadband,
      deadbandPercent,
      poll: isPolled(address),
    }
  }
  function askToWatch(id: number, points: readonly Point[]): void {
    worker.send({ t: 'watch', id, items: points.map(itemOf) })
  }

  function message(m: FromWorker): void {
    switch (m.t) {
      case 'up':
        log('opcua connected', { endpoint: options.endpoint, resumed: m.resumed })
        state = 'up'
        watches.back(m.resumed)
        wakePatient()
        break
      case 'down':
        if (state !== 'down' || m.why !== down.why)
          log('opcua connection lost', { endpoint: options.endpoint, why: m.why })
        if (m.trouble === 'server-not-trusted') pkiOf(folder()).prune()
        lost(m.trouble, m.why)
        break
      case 'alive':
        if (state === 'up') watches.reaffirm()
        break
      case 'values':
        dropped = m.dropped
        if (state === 'up') for (const { watch, readings } of m.parts) watches.told(watch, readings)
        setTimeout(() => worker.send({ t: 'took' }), BREATH_MS)
        break
      case 'read':
      case 'written':
      case 'browsed':
        questions.get(m.id)?.(m)
        break
      case 'said':
        log(m.message, m.detail)
        break
    }
  }

  const downReason = () => (isRefusal(down.trouble) ? 'refused' : 'offline')

  /** The connection or the whole worker is gone: every point is told so at once. */
  function lost(trouble: ConnectionTrouble, why: string): void {
    state = 'down'
    down = { trouble, why }
    for (const answer of [...questions.values()]) answer({ t: 'gone', reason: downReason() })
    wakePatient()
    watches.lost(downReason())
  }

  function wakePatient(): void {
    for (const wake of [...patient]) wake()
  }

  async function known(signal: AbortSignal): Promise<void> {
    worker.start()
    if (state !== 'unknown') return
    await new Promise<void>(resolve => {
      const wake = () => {
        patient.delete(wake)
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, FIRST_MS)
      patient.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  async function ask(send: (id: number) => void, signal: AbortSignal, limitMs = options.timeoutMs): Promise<Answer> {
    if (closed) return { t: 'gone', reason: 'offline' }
    if (!signal.aborted) await known(signal)
    if (signal.aborted) return { t: 'gone', reason: 'timeout' }
    if (closed || state !== 'up') return { t: 'gone', reason: state === 'unknown' ? 'timeout' : downReason() }
    const id = nextId++
    return new Promise(resolve => {
      const answer = (a: Answer) => {
        questions.delete(id)
        clearTimeout(timer)
        signal.removeEventListener('abort', late)
        resolve(a)
      }
      const late = () => answer({ t: 'gone', reason: 'timeout' })
      const timer = setTimeout(late, limitMs)
      signal.addEventListener('abort', late, { once: true })
      questions.set(id, answer)
      send(id)
    })
  }

  return {
    async read(points, signal) {
      if (points.length === 0) return []
      const answer = await ask(id => worker.send({ t: 'read', id, targets: points.map(targetOf) }), signal)
      const seen = now()
      const readings = answer.t === 'read' ? answer.readings : undefined
      const reason = answer.t === 'gone' ? answer.reason : 'offline'
      return points.map((p, i) => (readings?.[i] ? sampleOf(p, readings[i], seen) : bad(p.id, reason, seen)))
    },

    watch(points, sink) {
      const id = nextId++
      watches.add(id, points, sink, isPolled)
      worker.start()
      askToWatch(id, points)
      if (state === 'down') {
        const seen = now()
        const reason = downReason()
        queueMicrotask(() => watches.has(id) && sink(points.map(p => bad(p.id, reason, seen))))
      }
      return () => {
        watches.remove(id)
        worker.send({ t: 'unwatch', id })
      }
    },

    async write(point, value, signal): Promise<WriteResult> {
      const { node, type: given } = point.address as NodeAddress
      if (!point.writable || node === undefined) return { ok: false, reason: 'read-only' }
      const type = given ?? { number: undefined, boolean: 'Boolean', string: 'String' }[typeof value as 'number']
      if (type === undefined) return { ok: false, reason: 'refused' }
      const answer = await ask(id => worker.send({ t: 'write', id, node, type, value }), signal)
      if (answer.t === 'gone') return { ok: false, reason: answer.reason === 'timeout' ? 'timeout' : 'offline' }
      return writeResultOf(answer.t === 'written' ? answer.status : '')
    },

    async browse(node, from, signal) {
      const send = (id: number) => worker.send({ t: 'browse', id, node: node ?? ROOT, from, limit: BROWSE_PAGE })
      const answer = await ask(send, signal, BROWSE_MS)
      if (answer.t === 'browsed') return answer.result
      return { ok: false, status: answer.t === 'gone' && answer.reason === 'timeout' ? 'timeout' : 'offline' }
    },

    reconnect() {
      if (closed || !started) return worker.start()
      connect()
    },

    status(): LinkStatus {
      if (closed || !started) return { state: 'idle', trouble: null, why: null, dropped }
      if (state === 'down') return { state: 'down', trouble: down.trouble, why: down.why, dropped }
      return { state: state === 'up' ? 'up' : 'connecting', trouble: null, why: null, dropped }
    },

    certificates: {
      list: () => pkiOf(folder()).list(),
      decide: (fingerprint, decision) => pkiOf(folder()).decide(fingerprint, decision),
    },

    async close() {
      if (!closed) {
        closed = true
        lost('lost', 'closed')
        watches.clear()
      }
      await worker.close()
      if (ownFolder) await rm(ownFolder, { recursive: true, force: true })
    },
  }
}
