/**
 * The process that speaks OPC UA, and the only file that loads node-opcua: a hostile server can end the process that
 * runs its client, so that process is not the gateway. It keeps one session, and starts afresh after any trouble.
 */
import type { ClientSession, ClientSubscription, DataValue, OPCUAClient, UserIdentityInfo } from 'node-opcua'
import type { Connection, FromWorker, Reading, ToWorker } from './protocol.ts'

type Watch = Extract<ToWorker, { t: 'watch' }>

const CHECK_MS = 1000
const RETRY_MS = 1000
const LONGEST_TEXT = 4096

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}
// First of all: loading node-opcua takes a second, and somebody is waiting for a sign of life.
setInterval(() => send({ t: 'beat' }), CHECK_MS)
send({ t: 'beat' })
process.on('disconnect', () => process.exit(0))

const opcua = await import('node-opcua')
const silent = () => {}
opcua.setLogLevel(opcua.LogLevel.Emergency)
opcua.setDebugLogger(silent)
opcua.setWarningLogger(silent)
opcua.setErrorLogger(silent)

const watches = new Map<number, Watch>()
let live: { session: ClientSession; monitor(watch: Watch): void; unmonitor(id: number): void } | undefined
let end: (why: string) => void = silent
let closing = false

process.on('message', (message: ToWorker) => {
  switch (message.t) {
    case 'open':
      void keepConnected(message.connection)
      break
    case 'watch':
      watches.set(message.id, message)
      live?.monitor(message)
      break
    case 'unwatch':
      watches.delete(message.id)
      live?.unmonitor(message.id)
      break
    case 'read':
      void read(message)
      break
    case 'write':
      void write(message)
      break
    case 'close':
      closing = true
      end('closed')
      setTimeout(() => process.exit(0), live ? 500 : 0)
      break
  }
})

async function keepConnected(connection: Connection): Promise<void> {
  while (!closing) {
    const why = await connected(connection).catch((error: unknown) => String((error as Error)?.message ?? error))
    live = undefined
    if (closing) break
    send({ t: 'down', reason: isRefusal(why) ? 'refused' : 'offline', why: why.slice(0, 300) })
    await pause(RETRY_MS)
  }
  process.exit(0)
}

const isRefusal = (why: string): boolean =>
  /Certificate|SecurityChecks|SecurityPolicy|SecurityMode|IdentityToken|UserAccess|security mode|endpoint/i.test(why) &&
  !/ECONN|ETIMEDOUT|timeout/i.test(why)

/** When the subscription was last heard of, and how often it promised to be. */
interface Heard {
  at: number
  everyMs: number
}

/** One session from beginning to end. Returns or throws why it ended. */
async function connected(c: Connection): Promise<string> {
  const { OPCUAClient, OPCUACertificateManager, MessageSecurityMode, SecurityPolicy, UserTokenType } = opcua
  const client = OPCUAClient.create({
    applicationName: 'Gatehouse',
    clientName: 'gatehouse',
    securityMode: MessageSecurityMode[c.securityMode],
    securityPolicy: SecurityPolicy[c.securityPolicy],
    // Trust on first use would trust whoever comes first: a person moves the certificate into trusted/certs.
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: c.pkiFolder,
      automaticallyAcceptUnknownCertificate: false,
    }),
    // Plants name themselves by addresses that are not reachable from here.
    endpointMustExist: false,
    // Reconnecting is the loop above: a new session leaves nothing half repaired.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    keepSessionAlive: false,
    requestedSessionTimeout: 30_000,
    transportTimeout: c.timeoutMs,
    defaultTransactionTimeout: c.timeoutMs,
  })
  // Its own ending: events of a client that is long over must not end the next session.
  const { promise: ended, resolve: finish } = Promise.withResolvers<string>()
  end = finish
  for (const event of ['connection_lost', 'start_reconnection', 'abort', 'close'] as const)
    client.on(event, () => finish(event))
  try {
    await within(c.timeoutMs, client.connect(c.endpoint), 'connect')
    const identity: UserIdentityInfo =
      c.user === undefined
        ? { type: UserTokenType.Anonymous }
        : { type: UserTokenType.UserName, userName: c.user, password: c.password ?? '' }
    const session = await within(c.timeoutMs, client.createSession(identity), 'session')
    session.on('session_closed', () => finish('session closed by the server'))
    const heard: Heard = { at: performance.now(), everyMs: 0 }
    const subscription = await subscribe(session, c, heard, finish)
    live = monitoring(session, subscription, finish)
    send({ t: 'up' })
    for (const watch of watches.values()) live.monitor(watch)
    void verify(session, heard, c.timeoutMs).then(finish, error => finish(String(error?.message ?? error)))
    return await ended
  } finally {
    await leave(client)
  }
}

async function subscribe(session: ClientSession, c: Connection, heard: Heard, finish: (why: string) => void) {
  const keepAlives = Math.max(1, Math.round(1500 / c.publishMs))
  const subscription = await within(
    c.timeoutMs,
    session.createSubscription2({
      requestedPublishingInterval: c.publishMs,
      requestedMaxKeepAliveCount: keepAlives,
      requestedLifetimeCount: Math.max(keepAlives * 10, Math.ceil(30_000 / c.publishMs)),
      maxNotificationsPerPublish: 5000,
      publishingEnabled: true,
      priority: 10,
    }),
    'subscription',
  )
  // The server revises what was asked for; what it promised is what it is held to.
  heard.everyMs = subscription.publishingInterval * subscription.maxKeepAliveCount
  heard.at = performance.now()
  const hear = () => {
    heard.at = performance.now()
  }
  subscription.on('keepalive', hear)
  subscription.on('received_notifications', hear)
  for (const event of ['terminated', 'internal_error', 'status_changed', 'error'] as const)
    subscription.on(event as 'terminated', () => finish(`subscription ${event}`))
  return subscription
}

/** Asks the server every second. An unchanged value is not sent again, so this is how silence is told from death. */
async function verify(session: ClientSession, heard: Heard, timeoutMs: number) {
  const mine = live
  for (;;) {
    const state = await within(
      Math.min(timeoutMs, 2000),
      session.read({ nodeId: 'i=2259', attributeId: opcua.AttributeIds.Value }), // Server.ServerStatus.State
      'server status',
    )
    if (live !== mine) return 'over'
    if (!state.statusCode.isGood()) return `server status ${state.statusCode.name}`
    const silentMs = performance.now() - heard.at
    if (silentMs > 3 * heard.everyMs + 2000) return 'subscription silent'
    if (silentMs <= heard.everyMs + 1500) send({ t: 'alive' })
    await pause(CHECK_MS)
  }
}

function monitoring(session: ClientSession, subscription: ClientSubscription, finish: (why: string) => void) {
  const groups = new Map<number, { terminate(): Promise<void> }[]>()
  return {
    session,
    monitor(watch: Watch) {
      const bySampling = Map.groupBy(watch.items.entries(), ([, item]) => item.samplingMs)
      const made = [...bySampling].map(([samplingMs, items]) => {
        const group = opcua.ClientMonitoredItemGroup.create(
          subscription,
          items.map(([, item]) => ({ nodeId: item.node, attributeId: opcua.AttributeIds.Value })),
          { samplingInterval: samplingMs, queueSize: 10, discardOldest: true },
          opcua.TimestampsToReturn.Both,
        )
        const report = collector(watch.id)
        group.on('changed', (_item, value, index) => report(readingOf(items[index]![0], value)))
        group.on('initialized', () => {
          for (const [i, item] of group.monitoredItems.entries())
            if (item.statusCode && !item.statusCode.isGood()) report(refused(items[i]![0], item.statusCode.name))
        })
        group.on('err', why => finish(`monitored items: ${why}`))
        return group
      })
      groups.set(watch.id, made)
    },
    unmonitor(id: number) {
      for (const group of groups.get(id) ?? []) void group.terminate().catch(silent)
      groups.delete(id)
    },
  }
}

/** All readings of one notification in one message. */
function collector(watch: number): (reading: Reading) => void {
  let batch: Reading[] = []
  return reading => {
    if (batch.length === 0)
      setImmediate(() => {
        const readings = batch
        batch = []
        send({ t: 'values', watch, readings })
      })
    batch.push(reading)
  }
}

async function read({ id, nodes }: Extract<ToWorker, { t: 'read' }>): Promise<void> {
  try {
    if (!live) throw new Error('no session')
    const values = await live.session.read(
      nodes.map(nodeId => ({ nodeId, attributeId: opcua.AttributeIds.Value })),
      0,
    )
    send({ t: 'read', id, readings: values.map((value, index) => readingOf(index, value)) })
  } catch {
    send({ t: 'read', id, readings: undefined })
  }
}

async function write({ id, node, type, value }: Extract<ToWorker, { t: 'write' }>): Promise<void> {
  try {
    if (!live) throw new Error('no session')
    const dataType = opcua.DataType[type as keyof typeof opcua.DataType]
    const status = await live.session.write({
      nodeId: node,
      attributeId: opcua.AttributeIds.Value,
      value: { value: { dataType, value } },
    })
    send({ t: 'written', id, status: status.name })
  } catch {
    send({ t: 'written', id, status: 'BadNotConnected' })
  }
}

const refused = (index: number, status: string): Reading => ({
  index,
  status,
  severity: 'bad',
  value: undefined,
  at: undefined,
})

function readingOf(index: number, { statusCode, value, sourceTimestamp }: DataValue): Reading {
  const severity = statusCode.isGood() ? 'good' : statusCode.value >>> 30 === 1 ? 'uncertain' : 'bad'
  const at = sourceTimestamp?.getTime()
  return {
    index,
    status: statusCode.name,
    severity,
    value: severity === 'bad' ? undefined : plain(value?.value),
    // 1601 is how OPC UA writes "no time".
    at: at !== undefined && at > 0 ? at : undefined,
  }
}

/** Numbers, booleans, texts. 64-bit integers only where a number holds them exactly. */
function plain(value: unknown): Reading['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.length <= LONGEST_TEXT ? value : undefined
  if (Array.isArray(value) && value.length === 2) return integer64(value as [number, number])
  if (value instanceof Date) return value.toISOString()
  if (value instanceof opcua.LocalizedText) return plain(value.text ?? undefined)
  return undefined
}

function integer64([high, low]: [number, number]): number | undefined {
  if (!Number.isInteger(high) || !Number.isInteger(low)) return undefined
  const whole = high * 2 ** 32 + (low >>> 0)
  return Number.isSafeInteger(whole) ? whole : undefined
}

/** A client that cannot even be left in peace is left by ending the process; the gateway starts another. */
async function leave(client: OPCUAClient): Promise<void> {
  live = undefined
  await within(1500, client.disconnect(), 'disconnect').catch(() => process.exit(closing ? 0 : 4))
}

async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: timeout`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
