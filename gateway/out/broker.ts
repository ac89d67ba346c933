import { Aedes } from 'aedes'
import type { Log } from '../core/log.ts'
import { createCrowd } from './brokercrowd.ts'
import { type Listener, type ListenerOptions, openListener, type Wire } from './brokerlisteners.ts'
import { type Account, type Accounts, createSignIn } from './brokersignin.ts'
import { sysFacts } from './brokersys.ts'
import { guard, type Limits } from './mqttguard.ts'
import { type SessionFile, writeBehind } from './sessions/behind.ts'
import { connectSession, handOut, type Peer } from './sessions/delivery.ts'
import { createRetained, type RetainedLimits, retainedLimits } from './sessions/kept.ts'
import { aedesPersistence, NO_FILTER } from './sessions/persistence.ts'
import { createSessions, type SessionLimits, sessionLimits } from './sessions/sessions.ts'
import { createWills } from './sessions/wills.ts'
import { covers, fits, ownRoot } from './topics.ts'

export type { Account }
export interface BrokerOptions extends Accounts {
  readonly host: string
  readonly port: number
  /** Where sessions are kept; without one they end with the process. */
  readonly file?: SessionFile | undefined
  readonly limits?: Partial<Limits & SessionLimits>
  readonly retained?: Partial<RetainedLimits>
  readonly maxConnections?: number
  readonly now?: () => number
  readonly willsAfterMs?: number
  /** The one account that may speak there, whatever others are allowed; '': nobody. Null: as the accounts say. */
  readonly ownerOf?: (topic: string) => string | null
  readonly log: Log
}

const SYS = '$SYS/'
const SYS_EVERY_MS = 10_000
const EXPIRE_EVERY_MS = 60_000
/** After a crash, time for those who want to hear of it to come back. */
const WILLS_AFTER_MS = 10_000

export type Broker = Awaited<ReturnType<typeof startBroker>>

const LIMITS: Limits = { strangerBytes: 4096, packetBytes: 262_144, waitingBytes: 4_194_304, stalledMs: 5000 }
const SIGN_IN_MS = 5000
const NOTHING = { sessions: [], filters: [], queue: [], incoming: [], retained: [], wills: [] }

/**
 * The embedded MQTT 3.1.1 broker: nobody anonymous, nothing unbounded. Sessions, their queues and what clients retain
 * are on the disk before a QoS 1 or 2 message is acknowledged; what the gateway itself retains is not, it says it again.
 */
export async function startBroker(options: BrokerOptions) {
  const { maxConnections = 500, file, account, log, now = Date.now } = options
  const bounds: Limits = { ...LIMITS, ...options.limits }
  const names = new WeakMap<object, string>()
  const accounts = new WeakMap<object, string>()
  const guards = new WeakMap<object, ReturnType<typeof guard>>()
  const counted = { 'packet-too-large': 0, 'not-reading': 0, refused: 0, 'not-stored': 0 }
  let received = 0
  let delivered = 0
  const signIn = createSignIn(options)
  const crowd = createCrowd(Math.ceil(maxConnections / 2))
  const addressOf = (client: { conn: unknown }): string => (client.conn as Wire).remoteAddress ?? ''
  const accountOf = (client: object): Account | undefined => account(names.get(client) ?? '')

  const behind = writeBehind(file ?? null, error =>
    error
      ? log.error(
          { error },
          'broker.db cannot be written: QoS 1 and 2 messages that have to be kept are not acknowledged',
        )
      : log.error('broker.db can be written again'),
  )
  const loaded = file?.load() ?? NOTHING
  const sessions = createSessions(behind, loaded, { ...sessionLimits, ...options.limits }, now)
  const retained = createRetained(behind, loaded, { ...retainedLimits, ...options.retained })
  sessions.expire()

  const maySay = (name: string, topic: string): boolean => {
    const only = options.ownerOf?.(topic) ?? null
    if (topic.startsWith('$') || (only !== null && only !== name)) return false
    return (account(name)?.publish ?? []).some(filter => fits(filter, topic))
  }
  const wills = createWills(behind, loaded, (id, will) => {
    const mine = maySay(id.slice(0, id.indexOf('/')), will.topic)
    const retain = will.retain && !will.topic.startsWith(ownRoot)
    if (mine) aedes.publish({ cmd: 'publish', dup: false, ...will, retain, ...{ clientId: id } }, () => {})
  })
  const mayHear = (of: Account | undefined, filter: string): boolean => {
    // `#` says nothing of the broker itself: that is a right of its own [MQTT-4.7.2-1]. There are no shared subscriptions.
    const own = filter.startsWith('$')
    if (own && !filter.startsWith(SYS)) return false
    return (of?.subscribe ?? []).some(allowed => allowed.startsWith(SYS) === own && covers(allowed, filter))
  }

  const aedes = await Aedes.createBroker({
    connectTimeout: SIGN_IN_MS,
    concurrency: 1000,
    drainTimeout: SIGN_IN_MS,
    maxClientsIdLength: 256,
    persistence: aedesPersistence(sessions, retained, behind, wills, (id, filter) =>
      mayHear(account(sessions.get(id)?.account ?? ''), filter),
    ),
    preConnect(client, packet, done) {
      if (signIn.mustWait(addressOf(client), packet.username ?? ''))
        return done(new Error('too many failed sign-ins'), false)
      // [MQTT-3.1.3-8] an empty client id goes with a clean session only
      if (!packet.clientId && !packet.clean) return done(new Error('empty client id with a session to keep'), false)
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const refuse = (returnCode: number, why: string) => done(Object.assign(new Error(why), { returnCode }), false)
      const name = username ?? ''
      const admit = (found: Account | undefined) => {
        if (client.closed) return refuse(3, 'gone')
        if (!found) {
          counted.refused++
          return refuse(4, 'bad user name or password')
        }
        const peer = client as unknown as Peer
        // A client id belongs to its account: nobody can throw another account out by taking its id, or hear its session.
        const id = `${found.name}/${client.id}`
        if (!peer.clean && !sessions.mayOpen(id, found.name)) return refuse(3, 'no room for one more session')
        if (!crowd.enters(client.conn, addressOf(client), found.name))
          return refuse(3, 'too many connections of this account')
        accounts.set(client.conn, found.name)
        names.set(client, found.name)
        guards.get(client.conn)?.known()
        peer.id = id
        wills.pay(id)
        handOut(peer, sessions, () => {
          if (!accountOf(client)) return false
          delivered++
          return true
        })
        done(null, true)
      }
      signIn.attempt(
        { address: addressOf(client), name, secret: password?.toString('utf8') ?? '' },
        () => client.closed,
        admit,
        error => {
          log.error({ error }, 'broker sign-in failed')
          refuse(3, 'server unavailable')
        },
      )
    },
    authorizePublish(client, packet, done) {
      if (!client) return done(null)
      const { topic, qos } = packet
      if (!maySay(names.get(client) ?? '', topic)) {
        counted.refused++
        log.warn({ account: names.get(client), topic: topic.slice(0, 200) }, 'publish refused')
        return done(new Error('not allowed to publish there'))
      }
      // What is known under the gateway's own names is what the gateway says.
      if (topic.startsWith(ownRoot)) packet.retain = false
      ;(packet as { clientId?: string }).clientId = client.id
      // aedes writes PUBACK before it does anything else: it stays here until the message is on the disk.
      if (qos === 1) guards.get(client.conn)?.hold()
      done(null)
    },
    published(packet, client, done) {
      if (!client || packet.qos === 0) return done(null)
      const release = () => {
        if (packet.qos === 1) guards.get(client.conn)?.release()
        done(null)
      }
      if (!behind.dirty()) return release()
      behind.committed().then(release, () => {
        counted['not-stored']++
        // What is held goes with the connection: the client has no acknowledgement and says it again.
        client.conn.destroy()
        done(new Error('it could not be stored'))
      })
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription
      if (topic === NO_FILTER) return done(null, null)
      const good = mayHear(accountOf(client), topic) && sessions.hasRoom(client.id, topic)
      if (!good) counted.refused++
      done(null, good ? subscription : null)
    },
    // A revoked account hears nothing more, though its connection may still be closing.
    authorizeForward(client, packet) {
      if (!accountOf(client)) return null
      delivered++
      return packet
    },
  })
  aedes.on('clientError', (client, error) =>
    log.debug({ account: names.get(client), why: error.message }, 'mqtt client'),
  )
  aedes.on('connectionError', (_, error) => log.debug({ why: error.message }, 'mqtt connection'))
  aedes.on('clientReady', client => {
    const session = client.clean ? undefined : sessions.get(client.id)
    if (session && !client.closed)
      connectSession(
        client as unknown as Peer,
        session,
        sessions,
        () => accountOf(client) !== undefined,
        () => delivered++,
      )
  })
  aedes.on('clientDisconnect', client => sessions.detach(client.id, client))

  const take = (wire: Wire) => {
    const address = wire.remoteAddress ?? ''
    if (!crowd.comes(wire, address)) return void wire.destroy()
    wire.once('close', () => crowd.goes(wire, address, accounts.get(wire)))
    guards.set(
      wire,
      guard(wire, bounds, why => {
        counted[why]++
        log.warn({ why, address }, 'mqtt client cut off')
      }),
    )
    aedes.handle(wire)
  }
  const listeners = new Set<Listener>()
  const listen = async (where: ListenerOptions): Promise<Listener> => {
    const listener = await openListener(where, { maxConnections, mostBytes: bounds.packetBytes + 5, take })
    listeners.add(listener)
    return listener
  }
  const plain = await listen({ host: options.host, port: options.port })

  const began = performance.now()
  aedes.on('publish', (_, client) => {
    if (client) received++
  })
  const stats = () => {
    const { full, expired, ...waiting } = sessions.stats()
    const { dropped, ...kept } = retained.stats()
    return {
      clients: aedes.connectedClients,
      ...counted,
      ...{ received, delivered, ...waiting, ...kept, full, expired, retainedDropped: dropped },
      ...{ commits: behind.stats().commits, failing: behind.failing(), ...wills.stats() },
    }
  }
  const aboutItself = () => {
    const facts = sysFacts(stats(), (performance.now() - began) / 1000)
    for (const [word, value] of Object.entries(facts))
      void say(`${SYS}broker/${word}`, String(value), { retain: true }).catch(() => {})
  }
  const say = (topic: string, payload: string | Buffer, how: { retain?: boolean; qos?: 0 | 1 } = {}) =>
    new Promise<void>((resolve, reject) =>
      aedes.publish(
        {
          cmd: 'publish',
          topic,
          payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
          qos: how.qos ?? 0,
          retain: how.retain ?? false,
          dup: false,
        },
        error => (error ? reject(error) : resolve()),
      ),
    )
  aboutItself()
  const timers = [
    setInterval(aboutItself, SYS_EVERY_MS).unref(),
    setInterval(() => sessions.expire(), EXPIRE_EVERY_MS).unref(),
    setTimeout(() => wills.payAll(), options.willsAfterMs ?? WILLS_AFTER_MS).unref(),
  ]

  return {
    address: plain.address,
    /** One more listener, with the same accounts; ended by its `close`. */
    async listen(where: ListenerOptions): Promise<Listener> {
      const listener = await listen(where)
      return {
        ...listener,
        async close() {
          listeners.delete(listener)
          await listener.close()
        },
      }
    },
    /** Resolves when each subscriber's share is on its way; with nobody listening that is at once. */
    publish: say,
    /** Everything that comes on the topics of this filter; returns the stop. */
    receive(filter: string, take: (topic: string, payload: Buffer) => void): () => void {
      const deliver = (packet: { topic: string; payload: Buffer | string }, done: () => void) => {
        take(packet.topic, packet.payload as Buffer)
        done()
      }
      aedes.subscribe(filter, deliver, () => {})
      return () => aedes.unsubscribe(filter, deliver, () => {})
    },
    /** Ends the connections and sessions of an account, as when it was revoked. */
    drop(name: string) {
      signIn.forget(name)
      for (const client of Object.values((aedes as unknown as { clients: Record<string, Peer> }).clients))
        if (names.get(client) === name) client.close()
      sessions.endAll(name)
    },
    /** False when machines can no longer connect. */
    listening: plain.listening,
    stats,
    async close() {
      for (const timer of timers) clearInterval(timer)
      await new Promise<void>(resolve => aedes.close(() => resolve()))
      wills.allEnded()
      await Promise.all([...listeners].map(listener => listener.close()))
      behind.close()
    },
  }
}
