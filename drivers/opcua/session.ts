import {
  AttributeIds,
  type ClientSession,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
  Variant,
} from 'node-opcua'
import type { Browse } from '../driver.ts'
import { browseNode } from './browse.ts'
import { watchConditions } from './conditions.ts'
import { nodeIdOf, readValues, watchItems } from './items.ts'
import type { Connection, FromWorker, Item, Reading, Target, ToWorker } from './protocol.ts'
import type { Stream } from './stream.ts'
import { SESSION_MS, type Subscriber, subscriber } from './subscription.ts'
import { readingOf, refused } from './values.ts'
import { pause, within } from './within.ts'

/** One session with a server from beginning to end, through short interruptions. */

const CHECK_MS = 1000
/**
 * An interrupted connection is taken up again within this time with the same session and subscription, so that what
 * the server kept in its queues comes late instead of never. After that all begins anew.
 */
const RESUME_MS = 30_000
/** More than the time between two of our own questions. */
const QUIET_MS = 5000

type Watch = Extract<ToWorker, { t: 'watch' }>

export interface Live {
  watch(watch: Watch): void
  unwatch(id: number): void
  read(targets: readonly Target[]): Promise<readonly Reading[]>
  /** Name of the status code. */
  write(node: string, type: string, value: unknown): Promise<string>
  browse(node: string, from: number, limit: number): Promise<Browse>
}
export interface SessionDeps {
  readonly watches: ReadonlyMap<number, Watch>
  readonly stream: Stream
  readonly send: (message: FromWorker) => void
  /** undefined while there is no connection. */
  readonly live: (live: Live | undefined) => void
  /** Called once, before anything: what ends the session from outside. */
  readonly onEnd: (finish: (why: string) => void) => void
}

/** Returns or throws why it ended. */
export async function oneSession(c: Connection, { watches, stream, send, live, onEnd }: SessionDeps): Promise<string> {
  const client = clientOf(c)
  // Its own ending: events of a client that is long over must not end the next session.
  const { promise: ended, resolve: finish } = Promise.withResolvers<string>()
  onEnd(finish)
  for (const event of ['abort', 'close'] as const) client.on(event, () => finish(event))
  let over = false
  let stop = () => {}
  try {
    await within(c.timeoutMs, client.connect(c.endpoint), 'connect')
    // Up to here one try; from here on a lost connection is repaired by the stack.
    client.connectionStrategy.maxRetry = -1
    const session = await within(c.timeoutMs, client.createSession(identityOf(c)), 'session')
    session.on('session_closed', () => finish('session closed by the server'))
    const say = (message: string, detail: object) => send({ t: 'said', message, detail })
    const missed = (messages: number) => {
      items.askTold()
      if (messages === 0) return
      say('opcua notifications lost; all values are read anew', { messages })
      conditions.refresh()
    }
    const subscription = subscriber(session, c, finish, missed, (handle, value) => items.older(handle, value))
    const items = watchItems(session, subscription.get, finish, say)
    const conditions = watchConditions(session, subscription.get, finish, say)
    const mine: Live = {
      watch({ id, items: all }) {
        const report = (reading: Reading) => stream.report(id, reading)
        const [events, values] = split(all)
        items.watch(id, values, report)
        conditions.watch(id, events, report)
      },
      unwatch(id) {
        items.unwatch(id)
        conditions.unwatch(id)
      },
      async read(targets) {
        const readings: Reading[] = targets.map((_, i) => refused(i, 'BadNodeIdInvalid'))
        const nodes = targets.flatMap((target, i) => {
          const node = 'node' in target ? nodeIdOf(target.node) : undefined
          return node ? [{ i, node }] : []
        })
        if (nodes.length > 0) {
          const values = await readValues(
            session,
            nodes.map(n => n.node),
          )
          for (const [n, value] of values.entries()) readings[nodes[n]!.i] = readingOf(nodes[n]!.i, value)
        }
        const asked = targets.flatMap((target, i) => ('condition' in target ? [[i, target.condition] as const] : []))
        if (asked.length > 0) for (const reading of await conditions.read(asked)) readings[reading.index] = reading
        return readings
      },
      async write(node, type, value) {
        const nodeId = nodeIdOf(node)
        if (!nodeId) return 'BadNodeIdInvalid'
        const variant = variantOf(type, value)
        if (!variant) return 'BadTypeMismatch'
        // The stack keeps what is asked during a repair and sends it after it: a command must not come that late.
        if (session.isReconnecting) return 'BadNotConnected'
        const written = { nodeId, attributeId: AttributeIds.Value, value: { value: variant } }
        return (await session.write(written)).name
      },
      browse: (node, from, limit) => browseNode(session, node, from, limit),
    }

    /** Set while the connection is interrupted. */
    let interrupted: NodeJS.Timeout | undefined
    const identityNow = () => `${session.sessionId} ${subscription.id()}`
    let identity = ''
    client.on('connection_lost', () => {
      if (interrupted || over) return
      identity = identityNow()
      stream.hold()
      live(undefined)
      send({ t: 'down', trouble: 'lost', why: 'connection lost' })
      interrupted = setTimeout(finish, RESUME_MS, 'connection lost')
    })
    client.on('connection_reestablished', () => {
      if (over) return
      clearTimeout(interrupted)
      interrupted = undefined
      // Another session or subscription means another server: all that is known is to be asked for again.
      if (identity !== identityNow()) return finish('server restarted')
      subscription.listen()
      send({ t: 'up', resumed: true })
      live(mine)
      stream.release()
      conditions.refresh()
      items.askPolled()
    })
    stop = () => {
      clearTimeout(interrupted)
      items.stop()
      conditions.stop()
    }

    send({ t: 'up', resumed: false })
    live(mine)
    stream.forget()
    stream.release()
    for (const watch of watches.values()) mine.watch(watch)
    const stillMine = () => (over ? 'over' : interrupted ? 'interrupted' : 'here')
    void verify(session, subscription, c.timeoutMs, stillMine, send).then(finish)
    return await ended
  } finally {
    over = true
    stop()
    live(undefined)
    stream.hold()
    await leave(client)
  }
}

/** A client that cannot even be left in peace is left by ending the process; the gateway starts another. */
const leave = (client: OPCUAClient): Promise<void> =>
  within(1500, client.disconnect(), 'disconnect').catch(() => process.exit(4))

/** undefined: this value is none of this type, so it cannot even be sent. */
function variantOf(type: string, value: unknown): Variant | undefined {
  try {
    const variant = new Variant({ dataType: DataType[type as keyof typeof DataType], value })
    return variant.isValid() ? variant : undefined
  } catch {
    return undefined
  }
}

type Numbered<T> = readonly (readonly [index: number, T])[]
function split(items: readonly Item[]) {
  const all = [...items.entries()]
  const events = all.flatMap(([i, { target }]) => ('condition' in target ? [[i, target.condition] as const] : []))
  const values: Numbered<Item> = all.filter(([, { target }]) => 'node' in target)
  return [events, values] as const
}

function clientOf(c: Connection): OPCUAClient {
  return OPCUAClient.create({
    applicationName: 'Gatehouse',
    clientName: 'gatehouse',
    securityMode: MessageSecurityMode[c.securityMode],
    securityPolicy: SecurityPolicy[c.securityPolicy],
    // Trust on first use would trust whoever comes first: a person decides on the page or moves the certificate.
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: c.pkiFolder,
      automaticallyAcceptUnknownCertificate: false,
    }),
    // Plants name themselves by addresses that are not reachable from here.
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 200, maxDelay: 1000 },
    keepSessionAlive: false,
    requestedSessionTimeout: SESSION_MS,
    // A quiet wire is no dead one: at one question a second, a silence of one second ended the connection again and again.
    transportTimeout: Math.max(c.timeoutMs, QUIET_MS),
    defaultTransactionTimeout: c.timeoutMs,
  })
}

function identityOf(c: Connection): UserIdentityInfo {
  if (c.userCertificate) {
    const { certificate, key } = c.userCertificate
    const body = certificate.replace(/-----[^-]+-----|\s/g, '')
    return { type: UserTokenType.Certificate, certificateData: Buffer.from(body, 'base64'), privateKey: key }
  }
  if (c.user === undefined) return { type: UserTokenType.Anonymous }
  return { type: UserTokenType.UserName, userName: c.user, password: c.password ?? '' }
}

/** Asks the server every second. An unchanged value is not sent again, so this is how silence is told from death. */
async function verify(
  session: ClientSession,
  subscription: Subscriber,
  timeoutMs: number,
  where: () => 'here' | 'interrupted' | 'over',
  send: (message: FromWorker) => void,
): Promise<string> {
  for (;;) {
    let why: string | undefined
    try {
      if (where() === 'here') {
        const asked = session.read({ nodeId: 'i=2259', attributeId: AttributeIds.Value }) // Server.ServerStatus.State
        const state = await within(Math.min(timeoutMs, 2000), asked, 'server status')
        if (!state.statusCode.isGood()) why = `server status ${state.statusCode.name}`
      }
    } catch (error) {
      why = String((error as Error)?.message ?? error)
      // The news that the connection is gone may be right behind.
      await pause(100)
    }
    if (where() === 'over') return 'over'
    if (where() === 'here') {
      const { silent, alive } = subscription.heard()
      if (why) return why
      if (silent) return 'subscription silent'
      if (alive) send({ t: 'alive' })
    }
    await pause(CHECK_MS)
  }
}
