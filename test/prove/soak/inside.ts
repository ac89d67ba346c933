import { monitorEventLoopDelay } from 'node:perf_hooks'
import { WebSocket } from 'ws'

/** What the process itself says of itself. */
export interface Inside {
  /** Of the main thread, after a forced collection: its objects and its buffers. */
  readonly heapMb: number
  readonly timers: number
  /** 99 of 100 turns of its event loop were no later than this. */
  readonly delayMs: number
  /** The same of this process, which does next to nothing: what it is late by is the machine's. */
  readonly ownMs: number
}

/** How often the delay is looked at; it is in each of its figures. */
const EVERY_MS = 10
const DELAY = `globalThis.soakDelay ??= (d => (d.enable(), d))(process.getBuiltinModule('perf_hooks').monitorEventLoopDelay({ resolution: ${EVERY_MS} }))`
const LATE = 'soakDelay.percentile(99) / 1e6'
const TIMERS = `process.getActiveResourcesInfo().filter(n => n === 'Timeout' || n === 'Immediate').length`
const LOOK = `(({ heapUsed, external }) => (soakDelay.reset(), {
  timers: ${TIMERS},
  heapMb: (heapUsed + external) / 2 ** 20 }))(process.memoryUsage())`

/**
 * A leak of every kind at once, each well above what the proof allows: if it does not see these, it would see nothing.
 * A buffer of 1 MB each second, a timer, an open file and a file in its folder every three, a thread every 20, and turns of the
 * loop that take ever longer.
 */
export const planted = (folder: string): string => `(() => {
  const fs = process.getBuiltinModule('fs')
  const { Worker } = process.getBuiltinModule('worker_threads')
  const kept = (globalThis.soakKept = [])
  let n = 0
  setInterval(() => {
    n++
    kept.push(Buffer.alloc(2 ** 20, n))
    if (n % 3 === 0) {
      kept.push(setTimeout(() => {}, 2 ** 30), fs.openSync('/dev/null'))
      fs.writeFileSync(${JSON.stringify(folder)} + '/planted-' + n, '')
    }
    if (n % 20 === 0) kept.push(new Worker('setInterval(() => {}, 2 ** 30)', { eval: true }))
  }, 1000)
  setInterval(() => { for (const end = performance.now() + 1.5 * n; performance.now() < end; ); }, 200)
})()`

/** The process seen by its debugger: nothing of this is in the product. @param output what it printed when it began */
export async function lookInside(output: string) {
  const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(output) ?? []
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let ids = 0
  const waiting = new Map<number, (result: Record<string, unknown>) => void>()
  socket.on('message', data => {
    const { id, result } = JSON.parse(String(data))
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  const ask = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise(resolve => {
      const id = ++ids
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = (await ask('Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value?: unknown }
      exceptionDetails?: { exception?: { description?: string } }
    }
    if (exceptionDetails) throw new Error(`inside: ${exceptionDetails.exception?.description}`)
    return result.value
  }
  await evaluate(`${DELAY}, 0`)
  const own = monitorEventLoopDelay({ resolution: EVERY_MS })
  own.enable()
  return {
    evaluate,
    timers: async () => (await evaluate(TIMERS)) as number,
    async look(): Promise<Inside> {
      const [delayMs, ownMs] = [((await evaluate(LATE)) as number) - EVERY_MS, own.percentile(99) / 1e6 - EVERY_MS]
      // Two: what the first one lets go of may hold buffers, which go with the second.
      for (let i = 0; i < 2; i++) await ask('HeapProfiler.collectGarbage')
      const seen = (await evaluate(LOOK)) as { heapMb: number; timers: number }
      own.reset()
      return { ...seen, delayMs, ownMs }
    },
    end: () => socket.terminate(),
  }
}
