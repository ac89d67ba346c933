import { isIP } from 'node:net'
import type { MqttClient } from 'mqtt'
import { anywhere, type Reach } from '../../core/outgoing.ts'
import { plainly, type Row, type Sink, type Verdict, type Why } from '../reader/row.ts'
import type { Tls } from './http.ts'

export interface MqttOptions {
  readonly url: string
  readonly version: 4 | 5
  readonly clientId: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly tls: Tls
  /** Left out: wherever the name leads. */
  readonly reach?: Reach | undefined
  /** Of all topics. */
  readonly root: string
  /** Retained messages that the far end gets at each connect. */
  readonly hello: () => readonly { readonly topic: string; readonly text: string }[]
  /** The last will, and what is said before leaving on purpose. */
  readonly status: (state: 'online' | 'offline') => string
  /** Topics from outside; none: nothing is subscribed. */
  readonly subscribe: readonly string[]
  readonly message: (topic: string, payload: Buffer, retained: boolean, answer: Answer) => void
}
type Answer = (topic: string, text: string) => void

const CONNECT_MS = 10_000
const KEEPALIVE_S = 30
/** Sent and not yet acknowledged. */
const WINDOW = 100
/** [MQTT 5, 2.4]: what is about the message, not about us. */
const ABOUT_MESSAGE = [0x80, 0x83, 0x87, 0x90, 0x99]
const QUOTA = 0x97

const words: readonly (readonly [RegExp, Why['code']])[] = [
  [/EINWARD/, 'inward'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|closed/, 'unreachable'],
  [/bad user ?name or password|not authorized|identifier|banned/i, 'sign-in-refused'],
  [/certificate|self.signed|UNABLE_TO_|CERT_|ERR_TLS|SSL|alert/i, 'server-not-trusted'],
  [/timeout|ETIMEDOUT/i, 'timeout'],
  [/quota|busy|unavailable/i, 'overloaded'],
]
/** Why a connection to a broker failed, as a code and in short. */
export const whyOf = (text: string): Why => ({
  code: words.find(([pattern]) => pattern.test(text))?.[1] ?? 'other',
  detail: plainly(text),
})

/**
 * A broker outside: QoS 1, and a row is taken when the broker has acknowledged it. A new client for each connection, with a
 * clean start: what was under way when the old one broke is sent again by the reader, not by the library.
 */
export function mqttSink(options: MqttOptions): Sink {
  let client: MqttClient | null = null
  let trouble: Why = { code: 'unreachable', detail: '' }
  let connecting: Promise<boolean> | null = null
  let biggest = Number.POSITIVE_INFINITY
  let closed = false

  const publish = (mine: MqttClient, topic: string, text: string, retain: boolean): Promise<number | null> =>
    new Promise((resolve, reject) => {
      mine.publish(topic, text, { qos: 1, retain }, (error, packet) => {
        if (!error) return resolve(null)
        const code = (error as { code?: unknown }).code ?? (packet as { reasonCode?: number } | undefined)?.reasonCode
        if (typeof code === 'number' && code >= 0x80) resolve(code)
        else reject(error)
      })
    })

  async function open(): Promise<boolean> {
    const { connect } = (await import('mqtt')).default
    const { url, version, clientId, username, password, tls, root, status } = options
    if (closed) return false
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
    const to = await (options.reach ?? anywhere)(host)
    if (closed) return false
    const mine = connect(url, {
      // The address that was judged; its certificate is for the name.
      host: to.address,
      ...(isIP(host) === 0 && { servername: host }),
      clientId,
      clean: true,
      protocolVersion: version,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: `${root}/status`, payload: Buffer.from(status('offline')), qos: 1, retain: true },
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...Object.fromEntries(Object.entries(tls).filter(([, pem]) => pem !== undefined)),
    })
    mine.setMaxListeners(0)
    let why = ''
    mine.on('error', error => {
      why ||= String(error.message || (error as NodeJS.ErrnoException).code || error)
      mine.end(true)
    })
    mine.on('disconnect', packet => {
      why ||= `disconnected by the broker, reason ${packet.reasonCode}`
    })
    mine.on('close', () => {
      if (client === mine) client = null
      trouble = whyOf(why || 'connection closed')
      mine.end(true)
    })
    mine.on('message', (topic, payload, packet) => {
      const answer: Answer = (to, text) => void publish(mine, to, text, false).catch(() => {})
      options.message(topic, payload, packet.retain, answer)
    })
    const up = await new Promise<boolean>(resolve => {
      mine.once('connect', packet => {
        biggest = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY
        resolve(true)
      })
      mine.once('close', () => resolve(false))
    })
    if (!up || closed) {
      mine.end(true)
      return false
    }
    try {
      const hello = [{ topic: `${root}/status`, text: status('online') }, ...options.hello()]
      await closing(mine, Promise.all(hello.map(({ topic, text }) => publish(mine, topic, text, true))))
      if (options.subscribe.length > 0)
        await closing(
          mine,
          new Promise<void>((resolve, reject) =>
            mine.subscribe([...options.subscribe], { qos: 1 }, error => (error ? reject(error) : resolve())),
          ),
        )
    } catch (error) {
      trouble = whyOf(why || String((error as Error).message ?? error))
      mine.end(true)
      return false
    }
    client = mine
    return true
  }
  /** Ends when the connection does: what waits for an answer then waits in vain. */
  const closing = <T>(mine: MqttClient, work: Promise<T>): Promise<T> => {
    let gone = () => {}
    const end = new Promise<never>((_, reject) => {
      gone = () => reject(new Error('connection closed'))
      mine.once('close', gone)
    })
    end.catch(() => {})
    work.catch(() => {})
    return Promise.race([work, end]).finally(() => mine.off('close', gone))
  }
  const connected = (): Promise<boolean> => {
    if (client?.connected) return Promise.resolve(true)
    connecting ??= open()
      .catch(error => {
        trouble = whyOf(String((error as Error).message ?? error))
        return false
      })
      .finally(() => {
        connecting = null
      })
    return connecting
  }

  async function sendAll(mine: MqttClient, rows: readonly Row[], signal: AbortSignal): Promise<Verdict> {
    /** Of each row: not known, taken, or the code by which it was refused. */
    const state: (number | 'taken' | undefined)[] = rows.map(() => undefined)
    let next = 0
    let quota = false
    let broken: unknown = null
    const one = async () => {
      while (next < rows.length && !signal.aborted && broken === null && !quota) {
        const i = next++
        const row = rows[i]!
        if (Buffer.byteLength(row.text) + row.topic.length + 32 > biggest) {
          state[i] = 0x95
          continue
        }
        try {
          const code = await closing(mine, publish(mine, row.topic, row.text, isRetained(options.root, row.topic)))
          state[i] = code === null ? 'taken' : code
          if (code === QUOTA) quota = true
        } catch (error) {
          broken ??= error
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(WINDOW, rows.length) }, one))
    const refused = state.flatMap((s, i) => (typeof s === 'number' && s !== QUOTA ? [i] : []))
    const code = state.find(s => typeof s === 'number') as number | undefined
    if (broken !== null || quota || signal.aborted || state.some(s => s === undefined)) {
      const first = state.findIndex(s => s !== 'taken')
      const why: Why = quota
        ? { code: 'overloaded', detail: 'MQTT reason 0x97' }
        : client === mine
          ? whyOf(String((broken as Error | null)?.message ?? 'connection closed'))
          : trouble
      return { kind: 'away', why, taken: Math.max(0, first) }
    }
    if (refused.length === 0) return { kind: 'taken' }
    const detail = `MQTT reason 0x${code!.toString(16)}`
    if (code !== 0x95 && !ABOUT_MESSAGE.includes(code!))
      return { kind: 'away', why: { code: 'other', detail }, taken: state.findIndex(s => s !== 'taken') }
    return { kind: 'refused', why: { code: code === 0x95 ? 'too-large' : 'refused', detail }, rows: refused }
  }

  return {
    most: 2000,
    async send(rows, signal) {
      // A half-open connection does not tell by itself that it is: the reader's deadline ends it.
      const cut = () => client?.end(true)
      signal.addEventListener('abort', cut, { once: true })
      try {
        if (!(await connected()) || client === null) return { kind: 'away', why: trouble }
        return await sendAll(client, rows, signal)
      } finally {
        signal.removeEventListener('abort', cut)
      }
    },
    beat() {
      // Also with nothing to say it is there to be asked.
      void connected()
    },
    async close() {
      closed = true
      const mine = client
      client = null
      if (!mine) return
      const bye = publish(mine, `${options.root}/status`, options.status('offline'), true).catch(() => {})
      await Promise.race([bye, new Promise(resolve => setTimeout(resolve, 1000).unref())])
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1000)
        mine.end(false, {}, () => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}

const isRetained = (root: string, topic: string): boolean => topic.startsWith(`${root}/alarms/`)
