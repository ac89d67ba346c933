import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { Log } from '../core/log.ts'
import { createTurns } from '../core/turns.ts'
import { guard, type Limits } from './mqttguard.ts'
import { covers, fits } from './topics.ts'

/** A machine that has signed in, and what it may do. */
export interface Account {
  readonly name: string
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

export interface BrokerOptions {
  readonly host: string
  readonly port: number
  readonly limits?: Partial<Limits>
  readonly maxConnections?: number
  /** The account that this name and password open, if any. */
  check(name: string, password: string): Promise<Account | undefined>
  /** The account as it is now; undefined once it was revoked. */
  account(name: string): Account | undefined
  readonly log: Log
}

// Of what the broker writes with: a table of all 65,536 numbers as bytes, which takes 10 MB and saves next to nothing.
const writing = createRequire(import.meta.resolve('aedes'))('mqtt-packet') as {
  writeToStream: { cacheNumbers: boolean }
}
writing.writeToStream.cacheNumbers = false

/** What the broker says of itself, retained: the names that monitoring of other brokers knows. */
const SYS = '$SYS/'
const SYS_EVERY_MS = 10_000

export type Broker = Awaited<ReturnType<typeof startBroker>>

const LIMITS: Limits = { strangerBytes: 4096, packetBytes: 262_144, waitingBytes: 4_194_304, stalledMs: 5000 }
const SIGN_IN_MS = 5000
/** Failed sign-ins of one name at one address before it has to wait: one device with an old password shuts out no other. */
const MAX_FAILURES = 10
const FAILURE_WINDOW_MS = 60_000
const MOST_FAILING = 10_000

/**
 * The embedded MQTT 3.1.1 broker: nobody anonymous, nothing unbounded. It keeps no session and no retained message of
 * others: what must not be lost is in the gateway's own journals.
 */
export async function startBroker({ host, port, limits, maxConnections = 500, check, account, log }: BrokerOptions) {
  const bounds: Limits = { ...LIMITS, ...limits }
  const names = new WeakMap<object, string>()
  const guards = new WeakMap<object, { known(): void }>()
  const failures = new Map<string, number[]>()
  const counted = { 'packet-too-large': 0, 'not-reading': 0, refused: 0 }
  let received = 0
  let delivered = 0
  /** scrypt once per account, name and password, not at each reconnect of a flapping link. Emptied with the process. */
  const proved = new Map<string, string>()

  const addressOf = (client: { conn: unknown }): string => (client.conn as Socket).remoteAddress ?? ''
  const failingKey = (client: { conn: unknown }, name = ''): string => `${addressOf(client)} ${name}`
  const mustWait = (client: { conn: unknown }, name?: string): boolean => {
    const since = Date.now() - FAILURE_WINDOW_MS
    const failed = failures.get(failingKey(client, name)) ?? []
    return failed.filter(at => at > since).length >= MAX_FAILURES
  }
  const inTurn = createTurns()
  const accountOf = (client: object): Account | undefined => account(names.get(client) ?? '')

  const aedes = await Aedes.createBroker({
    connectTimeout: SIGN_IN_MS,
    concurrency: 1000,
    drainTimeout: SIGN_IN_MS,
    maxClientsIdLength: 256,
    preConnect(client, packet, done) {
      if (mustWait(client, packet.username)) return done(new Error('too many failed sign-ins'), false)
      // [MQTT-3.1.3-8] an empty client id goes with a clean session only
      if (!packet.clientId && !packet.clean) return done(new Error('empty client id with a session to keep'), false)
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const name = username ?? ''
      const secret = password?.toString('utf8') ?? ''
      const proof = createHash('sha256').update(`${name}\0${secret}`).digest('base64')
      const admit = (found: Account | undefined) => {
        if (client.closed) return done(Object.assign(new Error('gone'), { returnCode: 3 }), false)
        if (!found) {
          counted.refused++
          const key = failingKey(client, name)
          failures.set(key, [...(failures.get(key) ?? []).slice(-MAX_FAILURES), Date.now()])
          if (failures.size > MOST_FAILING) failures.delete(failures.keys().next().value!)
          return done(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), false)
        }
        names.set(client, found.name)
        guards.get(client.conn)?.known()
        // A client id belongs to its account: nobody can throw another account out by taking its id.
        ;(client as { id: string }).id = `${found.name}/${client.id}`
        done(null, true)
      }
      // Strangers of one address take turns, so that a crowd of them keeps nobody else from signing in, here or over HTTP.
      const find = async () => {
        if (proved.get(name) === proof) return account(name)
        if (client.closed || mustWait(client, name)) return undefined
        const found = await check(name, secret)
        if (found) proved.set(name, proof)
        return found
      }
      if (proved.get(name) === proof) return admit(account(name))
      inTurn(addressOf(client), find).then(admit, error => {
        log.error({ error }, 'broker sign-in failed')
        done(Object.assign(new Error('server unavailable'), { returnCode: 3 }), false)
      })
    },
    authorizePublish(client, packet, done) {
      if (!client) return done(null)
      packet.retain = false
      const allowed = accountOf(client)?.publish ?? []
      if (!packet.topic.startsWith('$') && allowed.some(filter => fits(filter, packet.topic))) return done(null)
      counted.refused++
      log.warn({ account: names.get(client), topic: packet.topic.slice(0, 200) }, 'publish refused')
      done(new Error('not allowed to publish there'))
    },
    authorizeSubscribe(client, subscription, done) {
      const allowed = accountOf(client)?.subscribe ?? []
      const { topic } = subscription
      // `#` says nothing of the broker itself: that is a right of its own [MQTT-4.7.2-1].
      const own = topic.startsWith('$')
      const mayBe = own ? topic.startsWith(SYS) : true
      const good = mayBe && allowed.some(filter => filter.startsWith(SYS) === own && covers(filter, topic))
      if (!good) counted.refused++
      done(null, good ? subscription : null)
    },
    // A revoked account hears nothing more, though its connection may still be closing.
    authorizeForward(client, packet) {
      if (!accountOf(client)) return null
      // Retained ones would come to `#` as well [MQTT-4.7.2-1].
      if (packet.topic.startsWith('$') && !asksFor(client, packet.topic)) return null
      delivered++
      return packet
    },
  })
  keepOrder(aedes)
  aedes.on('clientError', (client, error) =>
    log.debug({ account: names.get(client), why: error.message }, 'mqtt client'),
  )
  aedes.on('connectionError', (_, error) => log.debug({ why: error.message }, 'mqtt connection'))

  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    guards.set(
      socket,
      guard(socket, bounds, why => {
        counted[why]++
        log.warn({ why, address: socket.remoteAddress }, 'mqtt client cut off')
      }),
    )
    aedes.handle(socket)
  })
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })

  const began = performance.now()
  aedes.on('publish', (_, client) => {
    if (client) received++
  })
  const aboutItself = () => {
    const facts: Record<string, number> = {
      uptime: Math.round((performance.now() - began) / 1000),
      'clients/connected': aedes.connectedClients,
      'messages/received': received,
      'messages/sent': delivered,
      'clients/refused': counted.refused,
      'clients/cut/not-reading': counted['not-reading'],
      'clients/cut/packet-too-large': counted['packet-too-large'],
    }
    for (const [word, value] of Object.entries(facts))
      aedes.publish(
        {
          ...{ cmd: 'publish', topic: `${SYS}broker/${word}`, payload: Buffer.from(String(value)) },
          ...{ qos: 0, retain: true, dup: false },
        } as never,
        () => {},
      )
  }
  aboutItself()
  const sys = setInterval(aboutItself, SYS_EVERY_MS).unref()

  return {
    address: server.address() as { address: string; port: number },
    /** Resolves when each subscriber's share is on its way; with nobody listening that is at once. */
    publish: (topic: string, payload: string | Buffer, options: { retain?: boolean; qos?: 0 | 1 } = {}) =>
      new Promise<void>((resolve, reject) =>
        aedes.publish(
          {
            cmd: 'publish',
            topic,
            payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
            qos: options.qos ?? 0,
            retain: options.retain ?? false,
            dup: false,
          },
          error => (error ? reject(error) : resolve()),
        ),
      ),
    /** Everything that comes on the topics of this filter; returns the stop. */
    receive(filter: string, take: (topic: string, payload: Buffer) => void): () => void {
      const deliver = (packet: { topic: string; payload: Buffer | string }, done: () => void) => {
        take(packet.topic, packet.payload as Buffer)
        done()
      }
      aedes.subscribe(filter, deliver, () => {})
      return () => aedes.unsubscribe(filter, deliver, () => {})
    },
    /** Ends the connections of an account, as when it was revoked. */
    drop(name: string) {
      proved.delete(name)
      for (const client of Object.values((aedes as unknown as { clients: Record<string, { close(): void }> }).clients))
        if (names.get(client) === name) client.close()
    },
    /** False when machines can no longer connect. */
    listening: () => server.listening,
    stats: () => ({ clients: aedes.connectedClients, ...counted }),
    async close() {
      clearInterval(sys)
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      await new Promise<void>(resolve => aedes.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Whether a client has subscribed to topics of the broker itself, and to this one. */
const asksFor = (client: object, topic: string): boolean =>
  Object.keys((client as { subscriptions?: object }).subscriptions ?? {}).some(
    filter => filter.startsWith('$') && fits(filter, topic),
  )

/**
 * Aedes takes a message whose number is lower than the last one's for a duplicate and drops it in silence. A QoS 1
 * message waits for the store before it is handed out, a QoS 0 one does not: of an alarm and the telemetry of the same
 * moment, the alarm was lost. Nothing is stored for absent clients here, so there is nothing to wait for.
 */
function keepOrder(aedes: Aedes) {
  const { persistence } = aedes as unknown as { persistence: Record<string, (...args: unknown[]) => unknown> }
  const storeRetained = persistence.storeRetained!.bind(persistence)
  persistence.subscriptionsByTopic = () => atOnce([])
  persistence.outgoingEnqueueCombi = () => atOnce(undefined)
  persistence.storeRetained = packet => {
    void storeRetained(packet)
    return atOnce(undefined)
  }
}

/** A promise kept already, whose `then` does not wait for the next tick. */
// biome-ignore lint/suspicious/noThenProperty: this is the point of it
const atOnce = (value: unknown) => ({ then: (done: (value: unknown) => void) => done(value) })
