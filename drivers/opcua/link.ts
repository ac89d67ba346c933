import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DriverDeps, Link, WriteResult } from '../driver.ts'
import { bad, judge, type Point, type Reason, type Sample } from '../point.ts'
import { child } from './child.ts'
import type { NodeAddress } from './driver.ts'
import { type Connection, type FromWorker, type Reading, reasonOf } from './protocol.ts'

type Sink = (samples: readonly Sample[]) => void
type Answer = Extract<FromWorker, { t: 'read' | 'written' }> | { readonly t: 'gone'; readonly reason: Reason }

interface Watch {
  readonly points: readonly Point[]
  readonly sink: Sink
  readonly last: (Sample | undefined)[]
}

/** How long a first read waits for the worker to be loaded and connected. */
const FIRST_MS = 15_000

const nodeOf = (point: Point): string => (point.address as NodeAddress).node

/** The gateway's end of one OPC UA session; the session itself lives in a worker process. */
export function opcuaLink(options: Omit<Connection, 'pkiFolder' | 'password'>, deps: DriverDeps): Link {
  const { now, log } = deps
  const watches = new Map<number, Watch>()
  const questions = new Map<number, (answer: Answer) => void>()
  /** Reads that wait for the first word on whether there is a connection. */
  const patient = new Set<() => void>()
  let state: 'unknown' | 'up' | 'down' = 'unknown'
  let downReason: 'offline' | 'refused' = 'offline'
  let nextId = 1
  let closed = false
  let ownFolder: string | undefined

  const worker = child({ started, message, died: () => lost('offline') }, log)

  function started(): void {
    state = 'unknown'
    if (!deps.pkiFolder) ownFolder ??= mkdtempSync(join(tmpdir(), 'gatehouse-opcua-'))
    const pkiFolder = deps.pkiFolder ?? ownFolder!
    for (const [id, watch] of watches) askToWatch(id, watch.points)
    worker.send({ t: 'open', connection: { ...options, password: deps.password, pkiFolder } })
  }

  function askToWatch(id: number, points: readonly Point[]): void {
    worker.send({ t: 'watch', id, items: points.map(p => ({ node: nodeOf(p), samplingMs: p.scanMs })) })
  }

  function message(m: FromWorker): void {
    switch (m.t) {
      case 'up':
        log('opcua connected', { endpoint: options.endpoint })
        state = 'up'
        wakePatient()
        break
      case 'down':
        if (state !== 'down') log('opcua connection lost', { endpoint: options.endpoint, why: m.why })
        lost(m.reason)
        break
      case 'alive':
        if (state === 'up') for (const watch of watches.values()) reaffirm(watch)
        break
      case 'values': {
        const watch = watches.get(m.watch)
        if (watch && state === 'up') tell(watch, m.readings)
        break
      }
      case 'read':
      case 'written':
        questions.get(m.id)?.(m)
        break
    }
  }

  function tell(watch: Watch, readings: readonly Reading[]): void {
    const seen = now()
    const samples: Sample[] = []
    for (const reading of readings) {
      const point = watch.points[reading.index]
      if (!point) continue
      const sample = sampleOf(point, reading, seen)
      watch.last[reading.index] = sample
      samples.push(sample)
    }
    if (samples.length > 0) watch.sink(samples)
  }

  /** What the verified server did not report as changed still holds: same value, same `at`, seen again just now. */
  function reaffirm(watch: Watch): void {
    const seen = now()
    const samples: Sample[] = []
    for (const [i, sample] of watch.last.entries()) {
      // A hundred ms less, because the checks come every second and a bit.
      if (!sample || seen - sample.seen < Math.max(1000, watch.points[i]!.scanMs) - 100) continue
      const again = { ...sample, seen }
      watch.last[i] = again
      samples.push(again)
    }
    if (samples.length > 0) watch.sink(samples)
  }

  /** The connection or the whole worker is gone: every point is told so at once. */
  function lost(reason: 'offline' | 'refused'): void {
    state = 'down'
    downReason = reason
    for (const answer of [...questions.values()]) answer({ t: 'gone', reason })
    wakePatient()
    const seen = now()
    for (const watch of watches.values()) {
      const samples = watch.points.map(p => bad(p.id, reason, seen))
      for (const [i] of samples.entries()) watch.last[i] = undefined
      watch.sink(samples)
    }
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

  async function ask(send: (id: number) => void, signal: AbortSignal): Promise<Answer> {
    if (closed) return { t: 'gone', reason: 'offline' }
    if (!signal.aborted) await known(signal)
    if (signal.aborted) return { t: 'gone', reason: 'timeout' }
    if (closed || state !== 'up') return { t: 'gone', reason: state === 'unknown' ? 'timeout' : downReason }
    const id = nextId++
    return new Promise(resolve => {
      const answer = (a: Answer) => {
        questions.delete(id)
        clearTimeout(timer)
        signal.removeEventListener('abort', late)
        resolve(a)
      }
      const late = () => answer({ t: 'gone', reason: 'timeout' })
      const timer = setTimeout(late, options.timeoutMs)
      signal.addEventListener('abort', late, { once: true })
      questions.set(id, answer)
      send(id)
    })
  }

  return {
    async read(points, signal) {
      if (points.length === 0) return []
      const answer = await ask(id => worker.send({ t: 'read', id, nodes: points.map(nodeOf) }), signal)
      const seen = now()
      const readings = answer.t === 'read' ? answer.readings : undefined
      const reason = answer.t === 'gone' ? answer.reason : 'offline'
      return points.map((p, i) => (readings?.[i] ? sampleOf(p, readings[i], seen) : bad(p.id, reason, seen)))
    },

    watch(points, sink) {
      const id = nextId++
      watches.set(id, { points, sink, last: [] })
      worker.start()
      askToWatch(id, points)
      if (state === 'down') {
        const seen = now()
        queueMicrotask(() => watches.has(id) && sink(points.map(p => bad(p.id, downReason, seen))))
      }
      return () => {
        watches.delete(id)
        worker.send({ t: 'unwatch', id })
      }
    },

    async write(point, value, signal): Promise<WriteResult> {
      if (!point.writable) return { ok: false, reason: 'read-only' }
      const type =
        (point.address as NodeAddress).type ??
        { number: undefined, boolean: 'Boolean', string: 'String' }[typeof value as 'number']
      if (type === undefined) return { ok: false, reason: 'refused' }
      const answer = await ask(id => worker.send({ t: 'write', id, node: nodeOf(point), type, value }), signal)
      if (answer.t === 'gone') return { ok: false, reason: answer.reason === 'timeout' ? 'timeout' : 'offline' }
      if (answer.t === 'written' && answer.status === 'Good') return { ok: true }
      const status = answer.t === 'written' ? answer.status : ''
      if (status === 'BadNotWritable') return { ok: false, reason: 'read-only' }
      return { ok: false, reason: reasonOf(status) === 'offline' ? 'offline' : 'refused' }
    },

    async close() {
      if (!closed) {
        closed = true
        lost('offline')
        watches.clear()
      }
      await worker.close()
      if (ownFolder) await rm(ownFolder, { recursive: true, force: true })
    },
  }
}

function sampleOf(point: Point, reading: Reading, seen: number): Sample {
  const at = reading.at ?? seen
  if (reading.severity === 'bad') return bad(point.id, reasonOf(reading.status), seen, at)
  const sample = judge(point, reading.value, seen, at)
  if (reading.severity === 'good' || sample.quality !== 'good') return sample
  return { ...sample, quality: 'uncertain', reason: 'uncertain' }
}
