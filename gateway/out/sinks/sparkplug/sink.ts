import { isIP } from 'node:net'
import type { MqttClient } from 'mqtt'
import { anywhere, type Reach } from '../../../core/outgoing.ts'
import type { Row, Sink, Verdict, Why } from '../../reader/row.ts'
import type { Tls } from '../http.ts'
import { whyOf } from '../mqtt.ts'
import { edgeNode, type NodeDeps, REBIRTH } from './node.ts'
import { decodeCommand } from './payload.ts'

export interface SparkplugOptions extends Omit<NodeDeps, 'publish' | 'commands'> {
  readonly url: string
  readonly version: 4 | 5
  readonly clientId: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly tls: Tls
  /** Left out: wherever the name leads. */
  readonly reach?: Reach | undefined
  /** Nothing is sent while this host is not there. */
  readonly primaryHost?: string | undefined
  /** Whether it says so in the form of Sparkplug 3.0 or of 2.2; 3 without it. */
  readonly hostState?: 2 | 3 | undefined
  /** A number for each connection, kept over restarts: 0..255 [Sparkplug 3.0.0, 6.4.7]. */
  readonly nextBdSeq: () => number
  /** A command to a point; its answer as JSON. Null: none are taken. */
  readonly command: ((device: string, key: string, ask: object, retained: boolean) => string | null) | null
  /** It can be sent again. */
  readonly back: () => void
}

const CONNECT_MS = 10_000
const KEEPALIVE_S = 30
/** A host that asks for births without end gets them no more often. */
const REBIRTH_MS = 1000
const HOST_AWAY: Why = { code: 'host-away', detail: '' }

/**
 * A broker outside that speaks Sparkplug B. Data has QoS 0, as the specification wants [6.4.17]: a row is taken when the broker
 * has answered a ping that was sent behind it, for it reads a connection in order.
 */
export function sparkplugSink(options: SparkplugOptions): Sink {
  const { primaryHost, hostState = 3, now, back, group } = options
  const stateTopic = `${hostState === 2 ? '' : 'spBv1.0/'}STATE/${primaryHost ?? ''}`
  let client: MqttClient | null = null
  let born = false
  let trouble: Why = { code: 'unreachable', detail: '' }
  let connecting: Promise<boolean> | null = null
  let closed = false
  let biggest = Number.POSITIVE_INFINITY
  /** Of the host's last word, so that an old one does not outweigh it. */
  let stateAt = Number.NEGATIVE_INFINITY
  let hostOnline = primaryHost === undefined
  let [bornAt, rebirth]: [number, boolean] = [0, false]
  /** Of the connection that is open. The library sends some of its own; answers come in order. */
  let pings = { sent: 0, got: 0 }
  const node = edgeNode({
    ...options,
    commands: options.command !== null,
    publish: (topic, payload) => void client?.publish(topic, payload, { qos: 0 }),
  })

  function bear() {
    node.birth()
    ;[born, bornAt, rebirth] = [true, now(), false]
  }
  function hear(mine: MqttClient, topic: string, payload: Buffer, retained: boolean) {
    if (topic === stateTopic) return hearHost(mine, payload)
    const [, inGroup, verb, , device, ...more] = topic.split('/')
    if (inGroup !== group || !born || more.length > 0) return
    let asked: ReturnType<typeof decodeCommand>
    try {
      asked = decodeCommand(payload)
    } catch {
      // Not a payload: there is nobody to tell but the sender, and nothing to tell by.
      return
    }
    if (verb === 'NCMD' && device === undefined && !retained) {
      if (!asked.some(({ name, value }) => name === REBIRTH && value === true)) return
      if (Math.abs(now() - bornAt) >= REBIRTH_MS) bear()
      else rebirth = true
    } else if (verb === 'DCMD' && device !== undefined)
      for (const one of asked) {
        const key = node.pointOf(device, one)
        if (key === null || options.command === null) continue
        // It has no word for who asked: the time of a command, and to what, is the command.
        const transaction = `dcmd-${one.at}-${key}`
        const t = one.at === null || !(Math.abs(one.at) < 8.64e15) ? undefined : new Date(one.at).toISOString()
        const answer = options.command(device, key, { transaction, t, value: one.value }, retained)
        if (answer !== null) node.answer(answer)
      }
  }
  function hearHost(mine: MqttClient, payload: Buffer) {
    const said = saidOf(payload, hostState)
    if (said === null || said.at < stateAt) return
    stateAt = said.at
    hostOnline = said.online
    if (hostOnline && !born) {
      bear()
      back()
    } else if (!hostOnline && born) void leave(mine)
  }
  /** Says that it goes, and goes. */
  async function leave(mine: MqttClient) {
    const was = born
    if (client === mine) [client, born, trouble] = [null, false, HOST_AWAY]
    const death = node.death()
    const done = was
      ? new Promise<void>(resolve => mine.publish(death.topic, death.payload, { qos: 1 }, () => resolve()))
      : Promise.resolve()
    await Promise.race([done, later(1000)])
    await Promise.race([new Promise<void>(resolve => mine.end(false, {}, () => resolve())), later(1000)])
  }

  async function open(): Promise<boolean> {
    const { connect } = (await import('mqtt')).default
    const { url, version, clientId, username, password, tls } = options
    if (closed) return false
    const will = node.will(options.nextBdSeq())
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
      will: { ...will, payload: will.payload, qos: 1, retain: false },
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...Object.fromEntries(Object.entries(tls).filter(([, pem]) => pem !== undefined)),
    })
    mine.setMaxListeners(0)
    const count = { sent: 0, got: 0 }
    pings = count
    mine.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') count.sent++
    })
    mine.on('packetreceive', ({ cmd }) => {
      if (cmd === 'pingresp') count.got++
    })
    let why = ''
    mine.on('error', error => {
      why ||= String(error.message || (error as NodeJS.ErrnoException).code || error)
      mine.end(true)
    })
    mine.on('disconnect', packet => {
      why ||= `disconnected by the broker, reason ${packet.reasonCode}`
    })
    mine.on('close', () => {
      if (client === mine) [client, born, trouble] = [null, false, whyOf(why || 'connection closed')]
      else if (client === null && !born && trouble.code !== 'host-away') trouble = whyOf(why || 'connection closed')
      mine.end(true)
    })
    mine.on('message', (topic, payload, packet) => {
      if (client === mine) hear(mine, topic, payload, packet.retain)
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
    // Before it is born [6.4.19]; what the broker keeps of the host comes right after.
    client = mine
    if (primaryHost !== undefined) [trouble, hostOnline, stateAt] = [HOST_AWAY, false, Number.NEGATIVE_INFINITY]
    const filters = [
      node.topicOf('NCMD'),
      ...(options.command ? [`${node.topicOf('DCMD')}/+`] : []),
      ...(primaryHost === undefined ? [] : [stateTopic]),
    ]
    const granted = await new Promise<boolean>(resolve => {
      mine.once('close', () => resolve(false))
      mine.subscribe(filters, { qos: 1 }, (error, all) => resolve(!error && !all?.some(one => one.qos >= 0x80)))
    })
    if (client !== mine) return false
    if (!granted) {
      // Without a way to ask for births a host could not make sense of what comes.
      ;[client, trouble] = [null, { code: 'sign-in-refused', detail: `subscribe ${filters.join(' ')}` }]
      mine.end(true)
      return false
    }
    if (hostOnline && !born) bear()
    return true
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
  /** Ends well when the broker has read everything that was sent before. */
  const answered = (mine: MqttClient): Promise<boolean> =>
    new Promise(resolve => {
      if (client !== mine || !mine.connected) return resolve(false)
      mine.sendPing()
      const [mark, of] = [pings.sent, pings]
      const end = (well: boolean) => {
        mine.off('packetreceive', heard)
        mine.off('close', gone)
        resolve(well)
      }
      const heard = () => {
        if (of.got >= mark) end(true)
      }
      const gone = () => end(false)
      mine.on('packetreceive', heard)
      mine.once('close', gone)
    })

  return {
    most: 500,
    async send(rows: readonly Row[], signal): Promise<Verdict> {
      // A half-open connection does not tell by itself that it is: the reader's deadline ends it.
      const cut = () => client?.end(true)
      signal.addEventListener('abort', cut, { once: true })
      try {
        if (!(await connected()) || client === null || !born) return { kind: 'away', why: trouble }
        const mine = client
        if (rebirth) bear()
        node.look()
        const refused: number[] = []
        let why: Why | undefined
        for (const [i, row] of rows.entries()) {
          const large = row.text.length > biggest
          if (!large && node.send(row)) continue
          refused.push(i)
          why ??= large
            ? { code: 'too-large', detail: `${row.text.length} > ${biggest}` }
            : { code: 'refused', detail: 'another type than in its birth' }
        }
        node.look()
        if (!(await answered(mine))) return { kind: 'away', why: trouble }
        return why ? { kind: 'refused', why, rows: refused } : { kind: 'taken' }
      } finally {
        signal.removeEventListener('abort', cut)
      }
    },
    beat() {
      void connected()
      if (client === null || !born) return
      if (rebirth) bear()
      node.look()
    },
    async close() {
      closed = true
      if (client) await leave(client)
    },
  }
}

/**
 * What a host says of itself; null: nothing that counts. In 3.0 with a time, and only a word that is as new as the last one
 * counts [3.0.0, 5.7]; in 2.2 one word, of which the last one counts.
 */
function saidOf(payload: Buffer, form: 2 | 3): { readonly online: boolean; readonly at: number } | null {
  const text = payload.toString('utf8')
  if (form === 2) return text === 'ONLINE' || text === 'OFFLINE' ? { online: text === 'ONLINE', at: 0 } : null
  try {
    const { online, timestamp } = JSON.parse(text) as { readonly online?: unknown; readonly timestamp?: unknown }
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, at: timestamp } : null
  } catch {
    return null
  }
}
const later = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms).unref())
