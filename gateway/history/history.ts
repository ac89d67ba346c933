import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { type MessagePort, Worker } from 'node:worker_threads'
import type { Readings } from '../../drivers/batch.ts'
import type { Kind, Point, Sample } from '../../drivers/point.ts'
import type { Clock } from '../core/clock.ts'
import type { Position } from './position.ts'
import { createRecorder } from './recorder.ts'
import type { Limits } from './retention.ts'
import type { StoreOptions } from './store.ts'
import type { Named, Tick } from './tick.ts'
import type { Answers, Ask, StoreStats, Told, WorkerOptions } from './wire.ts'

const TICK_MS = 1000
/** With nothing new, a row that says that the gateway was there. */
const ALIVE_MS = 60_000
const PROBE_MS = 5000
/** Seconds that may wait for a slow disk; what comes then is not recorded, and counted. */
const MOST_WAITING = 30
/** So many samples do not wait for the second to end: ten times as many at once would be ten times the memory on the way. */
const FULL_TICK = 24_000
const STOP_MS = 3000

export const defaults = { rawDays: 90, hourDays: 3650, mostBytes: 8 * 2 ** 30 } as const satisfies StoreOptions

export type History = Awaited<ReturnType<typeof openHistory>>

/**
 * The history of all points in `<data>/history.db`. Nothing here waits for the disk; when it can't be written, recording
 * stops and says since when, everything else goes on, and the gap is marked as such.
 * @param changed since when nothing is recorded; null: it is again
 * @param movedAside where a broken file was put; a new one was begun
 * @param safe whether the clock can be believed: by one that was set ten years ahead all would be too old to be kept
 */
export async function openHistory(
  data: string,
  clock: Clock,
  changed: (since: number | null, error: unknown) => void = () => {},
  movedAside: (path: string) => void = () => {},
  options: Partial<StoreOptions> = {},
  safe: () => boolean = () => true,
) {
  const workerData: WorkerOptions = { ...defaults, ...options, path: join(data, 'history.db') }
  // Samples lie outside of a thread's heap, and little else dies young there: the gateway's own larger young heap would stay
  // unused. What is said by flags goes before a thread's `resourceLimits`; a heap that is there already does not change.
  setFlagsFromString('--max-semi-space-size=1')
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
  /** By kind: the same name may have been another kind of point before. */
  const names: Readonly<Record<Kind, Map<string, Named>>> = { number: new Map(), boolean: new Map(), text: new Map() }
  let nextPoint = 1
  /** Not yet in a tick that was committed. */
  let unnamed: Named[] = []
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let asked = 0
  let failedSince: number | null = null
  /** Of those that were sent and are not answered yet, whether it ended a second. */
  const underWay: boolean[] = []
  let lastCommitAt: number | null = null
  let lastSentAt = 0
  let gone: Error | null = null
  let stopping = false
  const lost = { samples: 0 }
  /** By its number in the file. */
  let numbered: Named[] = []
  const committed = new Set<(head: number) => void>()

  const recorder = createRecorder(point => {
    const known = names[point.kind].get(point.id)
    if (known) return known
    const named = { id: nextPoint++, name: point.id, kind: point.kind, periodMs: point.scanMs }
    names[point.kind].set(point.id, named)
    numbered[named.id] = named
    unnamed.push(named)
    return named
  })

  let demo: StoreStats['demo'] = 'none'
  let used: readonly Point[] = []
  await new Promise<void>((resolve, reject) => {
    thread.once('error', reject)
    thread.on('message', (told: Told) => {
      thread.off('error', reject)
      hear(told)
      resolve()
    })
  })
  // It must not keep a program alive that has nothing else to do.
  thread.unref()
  thread.on('error', error => end(error as Error))
  thread.on('exit', () => end(new Error('the thread of history.db has ended')))

  function hear(told: Told) {
    if (told.kind === 'ready') {
      demo = told.demo
      for (const had of Object.values(names)) had.clear()
      numbered = []
      for (const named of told.points) {
        numbered[named.id] = named
        names[named.kind].set(named.name, named)
        nextPoint = Math.max(nextPoint, named.id + 1)
      }
      if (told.aside !== null) movedAside(told.aside)
      if (used.length === 0) return
      // It could not be opened at first: the points get the numbers that they have in it.
      recorder.use([], clock.now())
      recorder.take(clock.now())
      unnamed = []
      recorder.use(used, clock.now())
    } else if (told.kind === 'closed') fail(Object.assign(new Error(told.error.message), told.error))
    else if (told.kind === 'committed') {
      underWay.shift()
      lastCommitAt = clock.now()
      for (const listener of committed) listener(told.seq)
      if (failedSince === null) return
      failedSince = null
      // What came meanwhile was not written: everything anew, from now on.
      recorder.again()
      changed(null, null)
    } else if (told.kind === 'failed') {
      underWay.shift()
      lost.samples += told.samples
      fail(Object.assign(new Error(told.error.message), told.error))
    } else {
      const one = waiting.get(told.id)
      waiting.delete(told.id)
      if (waiting.size === 0) thread.unref()
      if (told.kind === 'answer') one?.resolve(told.answer)
      else one?.reject(new Error(told.message))
    }
  }
  function fail(error: unknown) {
    if (failedSince !== null) return
    failedSince = lastCommitAt === null ? clock.now() : Math.min(lastCommitAt + TICK_MS, clock.now())
    // The marks wait in the recorder until the disk takes them.
    lost.samples += recorder.take(clock.now())?.points.length ?? 0
    recorder.end(failedSince)
    changed(failedSince, error)
  }
  function end(error: Error) {
    if (gone) return
    gone = error
    for (const one of waiting.values()) one.reject(error)
    waiting.clear()
    // It ends by itself when it is told to: that is no failure.
    if (!stopping) fail(error)
  }
  const ask = <K extends keyof Answers>(
    kind: K,
    more: Omit<Extract<Ask, { kind: K }>, 'kind' | 'id'>,
    transfer: readonly MessagePort[] = [],
  ): Promise<Answers[K]> => {
    if (gone) return Promise.reject(gone)
    const id = ++asked
    // Whoever waits for an answer keeps the program alive.
    thread.ref()
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      thread.postMessage({ kind, id, ...more }, [...transfer])
    })
  }

  function send(tick: Tick, endsSecond = true) {
    const message: Ask = { kind: 'tick', tick, named: unnamed, safe: safe() }
    unnamed = []
    thread.postMessage(message, [
      tick.points.buffer,
      tick.times.buffer,
      tick.codes.buffer,
      tick.values.buffer,
    ] as ArrayBuffer[])
    underWay.push(endsSecond)
    lastSentAt = tick.now
  }
  function sendFull() {
    if (recorder.size() >= FULL_TICK) send(recorder.take(clock.now())!, false)
  }
  const nothing = (now: number): Tick => ({
    now,
    points: new Int32Array(0),
    times: new Float64Array(0),
    codes: new Uint8Array(0),
    values: new Float64Array(0),
    texts: [],
  })
  let marks: Tick | null = null
  function beat() {
    if (gone) return
    const now = clock.now()
    if (failedSince !== null) {
      // Only the marks of the gap are tried, again and again; what comes meanwhile is lost, and counted.
      if (underWay.length > 0 || Math.abs(now - lastSentAt) < PROBE_MS) return
      marks ??= recorder.take(failedSince)
      lost.samples += recorder.take(now)?.points.length ?? 0
      send(marks ? copy(marks, now) : nothing(now))
      return
    }
    marks = null
    if (underWay.filter(ended => ended).length >= MOST_WAITING) {
      fail(new Error('the disk is too slow'))
      return
    }
    const tick = recorder.take(now)
    if (tick) send(tick)
    else if (Math.abs(now - lastSentAt) >= ALIVE_MS) send(nothing(now))
  }
  const copy = (tick: Tick, now: number): Tick => ({
    now,
    points: tick.points.slice(),
    times: tick.times.slice(),
    codes: tick.codes.slice(),
    values: tick.values.slice(),
    texts: tick.texts,
  })
  const stopBeat = clock.every(TICK_MS, beat)
  // The next sample of each point tells where it stands by the clock as it is now.
  const stopJump = clock.onJump(() => recorder.again())

  const idOf = (point: Pick<Point, 'id' | 'kind'>): number => names[point.kind].get(point.id)?.id ?? 0
  return {
    /** The points of the site that runs now. */
    use(points: readonly Point[]) {
      used = points
      recorder.use(points, clock.now())
    },
    samples: (samples: readonly Sample[]) => {
      if (failedSince === null) {
        recorder.samples(samples)
        sendFull()
      } else lost.samples += samples.length
    },
    readings: ({ samples, batches }: Readings) => {
      if (failedSince === null) {
        if (samples.length > 0) {
          recorder.samples(samples)
          sendFull()
        }
        for (const batch of batches) {
          recorder.batch(batch)
          sendFull()
        }
      } else lost.samples += batches.reduce((n, { points }) => n + points.length, samples.length)
    },
    raw: (points: readonly Pick<Point, 'id' | 'kind'>[], from: number, to: number, limit: number) =>
      ask('raw', { points: points.map(idOf), from, to, limit }),
    steps: (points: readonly Pick<Point, 'id' | 'kind'>[], edges: Float64Array) =>
      ask('steps', { points: points.map(idOf), edges, now: clock.now() }),
    /** How long and how much is kept from now on; what is left out is as delivered. */
    limit(limits: Partial<Limits>): void {
      if (gone) return
      const message: Ask = { kind: 'limit', limits: { ...defaults, ...options, ...limits } }
      thread.postMessage(message)
    },
    /** What its thread has left of starting; see core/sweep.ts. */
    sweep(): void {
      const message: Ask = { kind: 'sweep' }
      if (!gone) thread.postMessage(message)
    },
    /** Since when nothing is recorded; null when it is. */
    failedSince: () => failedSince,
    /** Why, if it is the disk. */
    async stats() {
      const stored = await ask('stats', {})
      demo = stored.demo
      return {
        ...stored,
        ...recorder.counts,
        notRecorded: lost.samples,
        failedSince,
        lastCommitAt,
        commitAgeMs: lastCommitAt === null ? null : Math.max(0, clock.now() - lastCommitAt),
      }
    },
    /** For benches: bytes by kind. */
    sizes: () => ask('sizes', {}),
    /** Whether a made-up history of the demo is there, was there, or never was. */
    demo: () => demo,
    /** Takes blocks of the demo's history from `port`, until `end` comes. */
    async takeDemo(points: readonly Point[], port: MessagePort): Promise<readonly Named[]> {
      const named = points.map(point => {
        const known = names[point.kind].get(point.id)
        if (known) return known
        const one = { id: nextPoint++, name: point.id, kind: point.kind, periodMs: point.scanMs }
        names[point.kind].set(point.id, one)
        return one
      })
      await ask('demo', { port, named }, [port])
      return named
    },
    async forgetDemo(): Promise<number> {
      const blocks = await ask('forget-demo', {})
      demo = 'forgotten'
      return blocks
    },
    /** For those who read row by row what is on the disk, each at its own pace; see readers.ts. */
    readers: {
      /** These and no others; a new one begins with what comes now. `mostBytes`: room for what is kept for them. */
      use: (readers: readonly string[], mostBytes: number) => ask('use-readers', { readers, mostBytes }),
      /** Rows from `from` to before `to`, until they have `most` samples. */
      rows: (reader: string, lane: string, from: number, to: number, most: number) =>
        ask('rows', { reader, lane, from, to, most }),
      /** Written with the next second of samples. */
      moved: (reader: string, position: Position) => ask('moved', { reader, position }),
      states: () => ask('reader-states', {}),
      named: (point: number): Named | undefined => numbered[point],
      /** Told of each row that is on the disk. Returns the stop. */
      onCommit(listener: (head: number) => void): () => void {
        committed.add(listener)
        return () => committed.delete(listener)
      },
    },
    /** For tests and benches: at once instead of when there is time. */
    tidy: (now: number) => ask('tidy', { now, safe: safe() }),
    beat,
    waiting: () => underWay.length,
    /** What has come is on the disk when it is done. */
    async stop(): Promise<void> {
      stopBeat()
      stopJump()
      stopping = true
      if (gone) return
      const now = clock.now()
      if (failedSince === null) {
        recorder.end(now)
        const tick = recorder.take(now)
        if (tick) send(tick)
      }
      const ended = ask('stop', {}).catch(() => {})
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, STOP_MS).unref())])
      gone = new Error('history has stopped')
      await thread.terminate()
    },
  }
}
