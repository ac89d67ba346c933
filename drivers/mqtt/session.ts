import { randomBytes } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import type { DriverDeps } from '../driver.ts'

export interface SessionOptions {
  readonly url: string
  readonly username?: string | undefined
  readonly clientId?: string | undefined
  readonly qos: 0 | 1
  readonly keepaliveS: number
  readonly timeoutMs: number
  readonly ca?: string | undefined
}
/** Codes that the screens translate. */
export type Trouble = 'unreachable' | 'timeout' | 'server-not-trusted' | 'sign-in-refused' | 'lost' | 'other'

export interface SessionEvents {
  up(): void
  down(trouble: Trouble, why: string): void
  message(topic: string, payload: Buffer, retained: boolean): void
}
export type Session = ReturnType<typeof keepSession>

const RETRY_MS = 1000
const MOST_PER_SUBSCRIBE = 100
/** [MQTT 3.1.1, 3.9.3] */
const REFUSED = 0x80

const words: readonly (readonly [RegExp, Trouble])[] = [
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE/, 'unreachable'],
  [/bad user ?name or password|not authorized|Identifier rejected/i, 'sign-in-refused'],
  [/certificate|self.signed|UNABLE_TO_|CERT_|ERR_TLS/i, 'server-not-trusted'],
  [/connack timeout|ETIMEDOUT|timeout/i, 'timeout'],
]
const troubleOf = (why: string): Trouble => words.find(([pattern]) => pattern.test(why))?.[1] ?? 'other'

/**
 * Keeps one connection to a broker, and makes a new one after any trouble: each with a client of its own, so that
 * nothing of an old connection reaches into a new one.
 */
export function keepSession(options: SessionOptions, deps: DriverDeps, events: SessionEvents) {
  const clientId = options.clientId ?? `gatehouse-${randomBytes(6).toString('hex')}`
  let client: MqttClient | undefined
  let up = false
  let closed = false
  let retry: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    retry = undefined
    // Only where it is used: a gateway without MQTT devices doesn't carry it.
    const { connect: open } = (await import('mqtt')).default
    if (closed) return
    const mine = open(options.url, {
      clientId,
      clean: true,
      protocolVersion: 4,
      // A broker that is silent for one and a half of these is given up.
      keepalive: Math.max(1, Math.floor((options.keepaliveS * 2) / 3)),
      connectTimeout: options.timeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      ...(options.username !== undefined && { username: options.username }),
      ...(deps.password !== undefined && { password: deps.password }),
      ...(options.ca !== undefined && { ca: options.ca }),
    })
    client = mine
    // One per command under way.
    mine.setMaxListeners(100)
    let why = ''
    mine.on('connect', () => {
      if (mine !== client) return
      up = true
      events.up()
    })
    mine.on('message', (topic, payload, packet) => {
      if (mine === client) events.message(topic, payload, packet.retain)
    })
    mine.on('error', error => {
      why ||= String(error.message || (error as NodeJS.ErrnoException).code || error)
      mine.end(true)
    })
    mine.on('close', () => {
      if (mine !== client) return
      const was = up
      client = undefined
      up = false
      mine.end(true)
      const text = (why || (was ? 'connection closed' : 'connack timeout')).slice(0, 300)
      events.down(was ? 'lost' : troubleOf(text), text)
      again()
    })
  }
  function again(): void {
    if (closed || retry) return
    retry = setTimeout(() => void connect().catch(failed), RETRY_MS)
  }
  function failed(error: unknown): void {
    events.down('other', String((error as Error)?.message ?? error).slice(0, 300))
    again()
  }
  void connect().catch(failed)

  return {
    /** @returns the topics that the broker does not give us */
    async subscribe(topics: readonly string[]): Promise<readonly string[]> {
      const mine = client
      const refused: string[] = []
      for (let i = 0; i < topics.length; i += MOST_PER_SUBSCRIBE) {
        const some = topics.slice(i, i + MOST_PER_SUBSCRIBE)
        if (!mine || mine !== client || !up) return refused
        const granted = await new Promise<readonly { topic: string; qos: number }[]>(resolve =>
          // One refused topic makes it an error; what was granted stands in the packet.
          mine.subscribe([...some], { qos: options.qos }, (_, list, packet) => {
            const codes = (packet as { granted?: (number | { qos: number })[] } | undefined)?.granted
            resolve(
              codes
                ? some.map((topic, k) => ({ topic, qos: Number(codes[k]) }))
                : (list ?? []).map(({ topic, qos }) => ({ topic, qos: Number(qos) })),
            )
          }),
        )
        refused.push(...granted.filter(g => g.qos === REFUSED).map(g => g.topic))
      }
      return refused
    },
    unsubscribe(topics: readonly string[]): void {
      if (up && topics.length > 0) client?.unsubscribe([...topics], () => {})
    },
    /** Settles when the broker has taken it. @returns false when that is not known */
    publish(topic: string, payload: string, signal: AbortSignal): Promise<boolean> {
      const mine = client
      if (!mine || !up || signal.aborted) return Promise.resolve(false)
      return new Promise(resolve => {
        const over = (done: boolean) => {
          signal.removeEventListener('abort', late)
          mine.off('close', late)
          resolve(done)
        }
        const late = () => over(false)
        signal.addEventListener('abort', late, { once: true })
        mine.once('close', late)
        mine.publish(topic, payload, { qos: 1 }, error => over(!error))
      })
    },
    /** At once, with a password that may have changed. */
    reconnect(): void {
      if (closed) return
      clearTimeout(retry)
      retry = undefined
      const old = client
      client = undefined
      const was = up
      up = false
      old?.end(true)
      if (was) events.down('lost', 'changed by a person')
      void connect().catch(failed)
    },
    close(): Promise<void> {
      closed = true
      clearTimeout(retry)
      const mine = client
      client = undefined
      up = false
      if (!mine) return Promise.resolve()
      return new Promise(resolve => {
        const timer = setTimeout(resolve, 500)
        mine.end(true, () => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}
