import { type ChildProcess, fork } from 'node:child_process'
import { performance } from 'node:perf_hooks'

/** What a worker says of itself beside its work: loaded, and up (so what made it die before is over). */
interface Word {
  readonly t: string
}

/** The supervised worker process: started on demand, replaced when it dies or falls silent. */
export interface Child<ToWorker> {
  start(): void
  send(message: ToWorker): void
  /** Within a second. */
  close(): Promise<void>
}

export interface ChildEvents<FromWorker> {
  /** A fresh process that knows nothing yet. */
  started(): void
  message(message: FromWorker): void
  died(): void
}

/** So long without a beat: a process that is loaded hangs. */
const HANG_MS = 5000
/** Loading the OPC UA stack on a slow and busy machine; a process that was ended for it would only begin anew. */
const BOOT_MS = 60_000
/** In a hang it is looked at so many times. */
const LOOKS = 10
/** Of the first few deaths in a row: with the time to load, a new process is there within two seconds. */
const RESTART_MS = 100
const QUICK_RESTARTS = 3
const LONGEST_RESTART_MS = 30_000
/** A process that lived this long is not dying again and again. */
const STEADY_MS = 60_000

const passedOn = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'NODE_COMPILE_CACHE'] as const

/**
 * @param worker its program; it begins with a `beat`, goes on with one each second, and ends when it is sent `close`
 * @param heapMb what the other side can make it hold ends here
 * @param hangMs one that is loaded is replaced when it gives no sign of life for so long
 */
export function child<ToWorker, FromWorker extends Word>(
  worker: URL,
  heapMb: number,
  on: ChildEvents<FromWorker>,
  log: (message: string, detail?: object) => void,
  hangMs = HANG_MS,
): Child<ToWorker> {
  let current: ChildProcess | undefined
  let restart: NodeJS.Timeout | undefined
  let watchdog: NodeJS.Timeout | undefined
  let deaths = 0
  let closed = false

  function spawn(): void {
    restart = undefined
    const born = performance.now()
    // Looks in a row that heard nothing, not time: a gateway that stood still itself, with its machine or behind its disk, has
    // not heard yet what was said meanwhile, and by the clock it would end a process that is well, and every session in it.
    let unheard = 0
    let booted = false
    let said = ''
    const mine = fork(worker, {
      execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=DEP0040'],
      // Its secrets are what it is sent; the gateway's are none of its business.
      env: Object.fromEntries(passedOn.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []))),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // JSON would turn NaN into null.
      serialization: 'advanced',
    })
    current = mine
    mine.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-1000)
    })
    mine.on('message', (message: FromWorker) => {
      unheard = 0
      if (message.t === 'loaded') booted = true
      if (message.t === 'up') deaths = 0
      if (mine === current && !closed) on.message(message)
    })
    let over = false
    const gone = (why: string) => {
      if (over) return
      over = true
      clearInterval(watchdog)
      current = undefined
      if (closed) return
      deaths = performance.now() - born > STEADY_MS ? 0 : deaths + 1
      const restartMs = Math.min(LONGEST_RESTART_MS, RESTART_MS * 2 ** Math.max(0, deaths - QUICK_RESTARTS))
      log('opcua worker ended', { why, said, restartMs })
      restart = setTimeout(spawn, restartMs)
      on.died()
    }
    mine.on('exit', (code, signal) => gone(signal ?? `exit ${code}`))
    mine.on('error', error => gone(error.message))
    const lookMs = hangMs / LOOKS
    watchdog = setInterval(() => {
      if (++unheard * lookMs < (booted ? hangMs : BOOT_MS)) return
      mine.kill('SIGKILL')
      gone('no sign of life')
    }, lookMs)
    on.started()
  }

  return {
    start() {
      if (!closed && !current && !restart) spawn()
    },
    send(message) {
      // A process that is just dying cannot be told anything; its death is reported by itself.
      if (current?.connected) current.send(message as object, () => {})
    },
    close() {
      closed = true
      clearTimeout(restart)
      clearInterval(watchdog)
      const mine = current
      if (!mine || mine.exitCode !== null || mine.signalCode !== null) return Promise.resolve()
      return new Promise(resolve => {
        const kill = setTimeout(() => mine.kill('SIGKILL'), 800)
        mine.once('exit', () => {
          clearTimeout(kill)
          resolve()
        })
        if (mine.connected) mine.send({ t: 'close' }, () => {})
      })
    },
  }
}
