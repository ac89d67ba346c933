import { existsSync, renameSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { sweeper } from '../core/sweep.ts'
import { queries } from './query.ts'
import type { Limits } from './retention.ts'
import { openStore } from './store.ts'
import type { Named } from './tick.ts'
import type { Answers, Ask, DbError, DemoBlock, StoreStats, Told, WorkerOptions } from './wire.ts'

/**
 * The thread that has history.db: commits, blocks, sums and questions. The gateway's own thread never waits for the disk.
 */
const options = workerData as WorkerOptions
const port = parentPort!
const tell = (told: Told) => port.postMessage(told)
const errorOf = (error: unknown): DbError => {
  const { code = '', errcode, message } = error as { code?: string; errcode?: number; message: string }
  return { code, errcode, message }
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
/** SQLITE_CORRUPT and SQLITE_NOTADB [sqlite.org/rescode] */
const BROKEN = [11, 26]
const DEMO = ['none', 'made', 'forgotten'] as const

/** Others than at the start; a file that is opened later has them, too. */
let limits: Limits | null = null
function openAll() {
  const store = openStore(options.path, { ...options, ...limits })
  return { store, ...queries(store), demo: (): StoreStats['demo'] => DEMO[store.meta('demo')] ?? 'none' }
}
type File = ReturnType<typeof openAll>
let file = null as File | null
/** A file that is broken is kept beside a new one: what it has may be worth a repair. */
function open(): boolean {
  let aside: string | null = null
  try {
    try {
      file = openAll()
    } catch (error) {
      if (!BROKEN.includes((errorOf(error).errcode ?? 0) & 0xff)) throw error
      aside = `${options.path}.broken-${Date.now()}`
      for (const end of ['', '-wal', '-shm'])
        if (existsSync(options.path + end)) renameSync(options.path + end, aside + end)
      file = openAll()
    }
    tell({ kind: 'ready', points: [...file.store.points.values()], demo: file.demo(), aside })
    return true
  } catch (error) {
    tell({ kind: 'closed', error: errorOf(error) })
    return false
  }
}
open()

let now = 0
/** Whether `now` can be believed. */
let safe = false
let worstCommitMs = 0
/** Not in the file yet: of ticks that could not be written. */
let named: Named[] = []
/** Tidying waits its turn behind whatever has been asked meanwhile. */
let tidying = false
function tidy() {
  if (tidying) return
  tidying = true
  setImmediate(() => {
    tidying = false
    try {
      if (file?.store.tidy(now, safe)) tidy()
    } catch (error) {
      // A full disk: the next commit says so, and what was not put together stays as it is.
      if (errorOf(error).code !== 'ERR_SQLITE_ERROR') throw error
    }
  })
}

function commit(ask: Extract<Ask, { kind: 'tick' }>) {
  if (!file) {
    // Its numbers of points may be others than those of the file that was just opened: it begins with the next one.
    if (open()) tell({ kind: 'committed', seq: file!.store.head() })
    else tell({ kind: 'failed', samples: ask.tick.points.length, error: { code: '', errcode: undefined, message: '' } })
    return
  }
  const began = performance.now()
  named.push(...ask.named)
  try {
    now = ask.tick.now
    safe = ask.safe
    file.store.commit(ask.tick, named)
    named = []
    tell({ kind: 'committed', seq: file.store.head() })
    tidy()
  } catch (error) {
    tell({ kind: 'failed', samples: ask.tick.points.length, error: errorOf(error) })
  }
  worstCommitMs = Math.max(worstCommitMs, performance.now() - began)
}

function limit(next: Limits) {
  limits = next
  file?.store.limit(next)
  tidy()
}

const work: { readonly [K in keyof Answers]: (ask: Extract<Ask, { kind: K }>, file: File) => Answers[K] } = {
  raw: (ask, { raw }) => ask.points.map(point => raw(point, ask.from, ask.to, ask.limit)),
  steps: (ask, { steps }) => ask.points.map(point => steps(point, ask.edges, ask.now)),
  stats: (_, { store, demo }) => ({ ...store.stats(), demo: demo(), worstCommitMs, cpuMs: cpuMs() }),
  sizes: (_, { store }) => store.sizes(),
  tidy(ask, { store }) {
    now = ask.now
    safe = ask.safe
    let more = true
    for (let i = 0; i < 50 && more; i++) more = store.tidy(now, safe)
    return more
  },
  demo(ask, { store }) {
    named.push(...ask.named)
    let samples = 0
    ask.port.on('message', (batch: readonly DemoBlock[] | 'end') => {
      try {
        samples += store.takeDemo(batch === 'end' ? [] : batch, named, batch === 'end')
        named = []
        ask.port.postMessage({ samples, done: batch === 'end', failed: null })
      } catch (error) {
        ask.port.postMessage({ samples, done: true, failed: (error as Error).message })
      }
      if (batch === 'end') ask.port.close()
    })
    return null
  },
  'forget-demo': (_, { store }) => store.forgetDemo(),
  'use-readers'(ask, { store }) {
    store.readers.use(ask.readers, ask.mostBytes, store.head())
    return { epoch: store.readers.epoch, head: store.head(), states: store.readers.states() }
  },
  rows: (ask, { store }) => store.readers.read(ask.reader, ask.lane, ask.from, ask.to, ask.most, store.head()),
  moved(ask, { store }) {
    store.readers.moved(ask.reader, ask.position)
    return null
  },
  'reader-states': (_, { store }) => ({ head: store.head(), states: store.readers.states() }),
  stop: (_, { store }) => {
    store.close()
    file = null
    return null
  },
}

port.on('message', (ask: Ask) => {
  if (ask.kind === 'tick') return commit(ask)
  if (ask.kind === 'limit') return limit(ask.limits)
  if (ask.kind === 'sweep') return sweeper()()
  try {
    if (!file) throw new Error('history.db is not open')
    const answer = work[ask.kind](ask as never, file)
    tell({ kind: 'answer', id: ask.id, answer })
  } catch (error) {
    tell({ kind: 'refused', id: ask.id, message: (error as Error).message })
  }
  if (ask.kind === 'stop') port.close()
})
