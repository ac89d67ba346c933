import { connect } from 'node:net'
import { type IClientOptions, MqttClient, UniqueMessageIdProvider } from 'mqtt'

/** What a witness outside has seen of a broker that was killed again and again. */
export interface Witnessed {
  /** By quality of service: messages whose PUBACK or PUBCOMP the publisher had in its hand. */
  acknowledged: Record<1 | 2, number>
  retained: number
  lost: string[]
  /** Of QoS 2 only: QoS 1 may come again. */
  doubled: string[]
  disorder: string[]
  reconnects: number
  /** Wills of clients that were connected when it was killed; each has to be heard, and once. */
  wills: number
}
interface Reader {
  readonly name: string
  readonly client: MqttClient
  readonly got: Map<string, number>
  readonly last: Record<string, number>
}

const TOPICS = 50
/** Unacknowledged at a time. */
const WINDOW = 20

/**
 * Publishes numbers at QoS 1 and 2 and retained values, and hears them over two durable sessions: one that is there
 * whenever the broker is, and one that is away and comes back at each `collect`.
 * @param at where the broker listens now
 */
export function brokerWitness(at: () => { readonly port: number }, sign: IClientOptions, root: string) {
  const seen: Witnessed = {
    ...{ acknowledged: { 1: 0, 2: 0 }, retained: 0, lost: [], doubled: [], disorder: [], reconnects: 0, wills: 0 },
  }
  const clientOf = (clientId: string, more: IClientOptions = {}) => {
    const client = new MqttClient(() => connect(at().port, '127.0.0.1'), {
      ...sign,
      ...{
        clientId,
        clean: false,
        reconnectPeriod: 60,
        reconnectOnConnackError: true,
        connectTimeout: 5000,
        keepalive: 0,
        ...more,
      },
    })
    client.on('error', () => {})
    return client
  }
  const acked: Record<1 | 2, Set<number>> = { 1: new Set(), 2: new Set() }
  const kept = new Map<string, number>()
  // An identifier that is free is the next one's at once: what a crash leaves of it is met then, not after 65,535 messages.
  const writer = clientOf('witness-writer', { messageIdProvider: new UniqueMessageIdProvider() })
  let next = 1
  let open = 0
  let stopped = true
  let wake = () => {}
  const one = async (qos: 1 | 2, n: number) => {
    open++
    await writer.publishAsync(`${root}/said/${qos}`, String(n), { qos }).then(
      () => {
        acked[qos].add(n)
        seen.acknowledged[qos]++
      },
      () => {},
    )
    open--
    wake()
  }
  const keep = async (n: number) => {
    open++
    const topic = `${root}/kept/${n % TOPICS}`
    await writer.publishAsync(topic, String(n), { qos: 1, retain: true }).then(
      () => {
        kept.set(topic, Math.max(kept.get(topic) ?? 0, n))
        seen.retained++
      },
      () => {},
    )
    open--
    wake()
  }

  const reader = (name: string): Reader => {
    const client = clientOf(name)
    const got = new Map<string, number>()
    const last: Record<string, number> = {}
    client.on('message', (topic, payload) => {
      if (topic === `${root}/wills`) {
        const heard = payload.toString()
        if (willsHeard.has(`${name} ${heard}`)) seen.doubled.push(`${name}: will ${heard}`)
        willsHeard.add(`${name} ${heard}`)
        return
      }
      const qos = topic.at(-1)!
      const what = `${qos} ${payload.toString()}`
      const n = Number(payload.toString())
      const before = got.get(what) ?? 0
      got.set(what, before + 1)
      if (qos === '2' && before > 0) seen.doubled.push(`${name}: ${what}`)
      if (before === 0 && n < (last[qos] ?? 0)) seen.disorder.push(`${name}: ${what} after ${last[qos]}`)
      last[qos] = Math.max(n, last[qos] ?? 0)
    })
    client.on('reconnect', () => seen.reconnects++)
    return { name, client, got, last }
  }
  /** Each life of the broker has a client with a will of its own, which is connected when it is killed. */
  const willsHeard = new Set<string>()
  const owed: string[] = []
  let mortal: MqttClient | null = null
  const there = reader('witness-there')
  const away = reader('witness-away')
  const readers = [there, away]
  const missing = () => [
    ...readers.flatMap(({ name }) => owed.filter(w => !willsHeard.has(`${name} ${w}`)).map(w => `${name}: will ${w}`)),
    ...readers.flatMap(({ name, got }) =>
      ([1, 2] as const).flatMap(qos =>
        [...acked[qos]].filter(n => !got.has(`${qos} ${n}`)).map(n => `${name}: QoS ${qos}, ${n}`),
      ),
    ),
  ]
  const leave = () => new Promise<void>(resolve => away.client.end(true, {}, () => resolve()))

  return {
    seen,
    /** Once, before the first kill: from here on both sessions hear everything. */
    async begin() {
      for (const { client } of readers) await client.subscribeAsync([`${root}/said/+`, `${root}/wills`], { qos: 2 })
      await leave()
    },
    /** Both are there again; until then nothing is under load. */
    async connected(limitMs: number) {
      for (const end = performance.now() + limitMs; performance.now() < end; )
        if (writer.connected && there.client.connected && (mortal?.connected ?? true)) return
        else await new Promise(resolve => setTimeout(resolve, 10))
      throw new Error('the witnesses did not come back')
    },
    /** One more client with a will; what is done by `doomed` after the kill was connected then. */
    mortal(name: string) {
      mortal?.end(true)
      const payload = `of ${name}`
      const options = {
        clean: true,
        reconnectPeriod: 0,
        will: { topic: `${root}/wills`, payload: Buffer.from(payload), qos: 2, retain: false },
      } as const
      mortal = clientOf(`witness-mortal-${name}`, options)
      return mortal
    },
    /** It was connected when the broker was killed: its will is owed. */
    doomed(name: string) {
      owed.push(`of ${name}`)
      seen.wills++
    },
    /** Publishes until `stop`. */
    start() {
      stopped = false
      void (async () => {
        while (!stopped) {
          while (open >= WINDOW && !stopped)
            await new Promise<void>(resolve => {
              wake = resolve
            })
          const n = next++
          if (n % 10 === 0) void keep(n)
          else void one(n % 2 ? 1 : 2, n)
          if (n % WINDOW === 0) await new Promise(resolve => setTimeout(resolve, 5))
        }
      })()
    },
    stop() {
      stopped = true
      wake()
    },
    /** The session that was away gets what it missed; until nothing more is missing, or for so long. */
    async collect(limitMs: number) {
      away.client.reconnect()
      for (const end = performance.now() + limitMs; performance.now() < end; ) {
        if (open === 0 && missing().length === 0) break
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      await leave()
    },
    /** What is retained at the end, asked by somebody new. */
    async judge(): Promise<Witnessed> {
      mortal?.end(true)
      seen.lost.push(...missing())
      const found = new Map<string, number>()
      const fresh = clientOf(`witness-fresh-${next}`)
      fresh.on('message', (topic, payload) => found.set(topic, Number(payload.toString())))
      await fresh.subscribeAsync(`${root}/kept/+`, { qos: 0 })
      const short = () => [...kept].filter(([topic, n]) => (found.get(topic) ?? 0) < n)
      for (const end = performance.now() + 5000; short().length > 0 && performance.now() < end; )
        await new Promise(resolve => setTimeout(resolve, 20))
      seen.lost.push(...short().map(([topic, n]) => `retained ${topic}: ${n}, found ${found.get(topic)}`))
      for (const client of [fresh, writer, there.client, away.client])
        await new Promise<void>(resolve => client.end(true, {}, () => resolve()))
      return seen
    },
  }
}
