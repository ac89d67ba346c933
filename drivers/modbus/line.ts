import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** A byte stream that is connected on demand: a TCP socket or a serial port. */

export interface Stream {
  write(bytes: Buffer): void
  close(): Promise<void>
}

export interface Ears {
  data(bytes: Buffer): void
  /** Called once, when an open stream ends for whatever reason. */
  end(why: string): void
}

/** Rejects if it cannot be opened, or once `signal` says that nobody waits for it any more. */
export type Open = (ears: Ears, signal?: AbortSignal) => Promise<Stream>

export interface Line {
  /**
   * The open stream, or undefined when there is none now. A new attempt at most once a second, whoever asks, and ever
   * more rarely while the peer is away.
   */
  stream(): Promise<Stream | undefined>
  /** Ends the stream because it cannot be trusted; the next `stream()` opens another. */
  drop(why: string): void
  /** Connects anew at once: what it takes to connect was changed. */
  again(): void
  /** Undefined while there is a stream, or none was tried yet. */
  away(): LineAway | undefined
  close(): Promise<void>
}

export interface LineAway {
  readonly forMs: number
  readonly retryInMs: number
}
export const READ_BYTES = 4096

const RETRY_MS = 1000
const LEAVING_MS = 5000
const LONGEST_RETRY_MS = 30_000

export function line(
  open: Open,
  ears: Ears,
  log: (message: string, detail?: object) => void,
  jitter: () => number = Math.random,
  /** What the log calls it. */
  name = 'modbus line',
): Line {
  let current: Stream | undefined
  let opening: Promise<Stream | undefined> | undefined
  let nextTry = -Infinity
  let retryMs = RETRY_MS
  let awaySince: number | undefined
  let closed = false
  /** The close of the stream that was let go last: whoever opens it before that is over may be refused. */
  let leaving: Promise<void> = Promise.resolve()
  // Bytes and endings of a stream that was dropped are nobody's business any more.
  let generation = 0
  /** What the log was told last. A peer that is away for a week, or hangs up each time, is one line in the log. */
  let told: string | undefined
  const closing = new AbortController()

  function tell(message: string, why: string): void {
    if (told !== `${message} ${why}`) log(message, { why })
    told = `${message} ${why}`
  }

  function drop(why: string): void {
    const gone = current
    generation++
    current = undefined
    if (!gone) return
    if (!closed) tell(`${name} lost`, why)
    ears.end(why)
    leaving = gone.close()
  }

  async function attempt(): Promise<Stream | undefined> {
    // Upwards only: never more than one attempt a second.
    nextTry = performance.now() + Math.min(LONGEST_RETRY_MS, retryMs * (1 + 0.2 * jitter()))
    // Whoever accepts and hangs up is away as well; the first byte takes this back.
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)
    const mine = ++generation
    try {
      // An adapter that never says it is closed must not keep the line away for good.
      await Promise.race([leaving, pause(LEAVING_MS, undefined, { ref: false })])
      if (closed || mine !== generation) return undefined
      const stream = await open(
        {
          data(bytes) {
            if (mine !== generation) return
            retryMs = RETRY_MS
            awaySince = undefined
            told = undefined
            ears.data(bytes)
          },
          end(why) {
            if (mine !== generation) return
            awaySince ??= performance.now()
            drop(why)
          },
        },
        closing.signal,
      )
      if (closed || mine !== generation) {
        await stream.close()
        return undefined
      }
      current = stream
      return stream
    } catch (error) {
      if (!closed) tell(`${name} cannot be opened`, error instanceof Error ? error.message : String(error))
      awaySince ??= performance.now()
      return undefined
    } finally {
      opening = undefined
    }
  }

  async function stream(): Promise<Stream | undefined> {
    if (closed || current) return current
    if (opening !== undefined) return opening
    if (performance.now() < nextTry) return undefined
    opening = attempt()
    return opening
  }

  return {
    stream,
    again() {
      nextTry = -Infinity
      retryMs = RETRY_MS
      told = undefined
      drop('changed by a person')
      // One under way began with what was there before, and is of no use any more.
      generation++
      void (opening ?? Promise.resolve(undefined)).then(stream)
    },
    drop(why) {
      // Our own doing, and no sign that the peer has gone.
      retryMs = RETRY_MS
      drop(why)
    },
    away() {
      if (closed || current || awaySince === undefined) return undefined
      const now = performance.now()
      return { forMs: now - awaySince, retryInMs: Math.max(0, nextTry - now) }
    },
    async close() {
      closed = true
      closing.abort()
      drop('closed')
      await opening
      await leaving
    },
  }
}

/** @param timeoutMs for the connection to be made */
export const openTcp =
  (host: string, port: number, timeoutMs: number): Open =>
  (ears, signal) =>
    new Promise((resolve, reject) => {
      // One small buffer per connection: otherwise each read takes 64 kB from the system and gives most of it back.
      const onread = {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(size: number, bytes: Uint8Array) {
          ears.data(Buffer.from(bytes.subarray(0, size)))
          return true
        },
      }
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000, onread })
      const gone = new Promise<void>(done => socket.once('close', () => done()))
      let why = 'closed by the peer'
      const late = setTimeout(() => socket.destroy(new Error('connect timeout')), timeoutMs)
      const give = () => void socket.destroy()
      signal?.addEventListener('abort', give, { once: true })
      socket.on('error', error => {
        why = error.message
        clearTimeout(late)
        reject(error)
      })
      socket.once('close', () => {
        clearTimeout(late)
        signal?.removeEventListener('abort', give)
        reject(new Error(why))
        ears.end(why)
      })
      // The peer's half-close is the end: no answer can follow it.
      socket.once('end', () => socket.destroy())
      socket.once('connect', () => {
        clearTimeout(late)
        resolve({
          write: bytes => socket.write(bytes),
          close: () => {
            socket.destroy()
            return gone
          },
        })
      })
    })

export interface SerialOptions {
  readonly path: string
  readonly baudRate: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
  readonly dataBits: 7 | 8
}

export const openSerial =
  (options: SerialOptions): Open =>
  async ears => {
    // Loaded here, so that a machine without serial lines needs no native binding.
    const { SerialPort } = await import('serialport')
    const port = new SerialPort({ ...options, autoOpen: false })
    let why = 'serial port closed'
    port.on('error', error => {
      why = error.message
    })
    port.on('data', ears.data)
    port.once('close', (error: Error | null) => ears.end(error?.message ?? why))
    await new Promise<void>((resolve, reject) => port.open(error => (error ? reject(error) : resolve())))
    /** One that is being closed is not open any more, and not free yet either: whoever opens it next is refused. */
    let closing: Promise<void> | undefined
    return {
      write: bytes => {
        port.write(bytes)
      },
      close() {
        closing ??= new Promise<void>(resolve => (port.isOpen ? port.close(() => resolve()) : resolve()))
        return closing
      },
    }
  }
