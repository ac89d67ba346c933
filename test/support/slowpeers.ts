import { connect, type Socket } from 'node:net'
import { connect as secureConnect } from 'node:tls'
import type { TestGateway } from './gateway.ts'
import { until } from './wait.ts'

/** Peers that say nothing, half of something, or one whole thing and then nothing; at each listener that the gateway has. */
export interface Slow {
  readonly listener: string
  readonly manner: string
  /** Null: still open when nobody looked any longer. */
  readonly closedS: number | null
}
interface Manner {
  readonly manner: string
  /** Said at once. */
  readonly first?: Buffer | string
  /** Then one byte of it a second. */
  readonly drip?: Buffer | string
  readonly secure?: boolean
}
export const LIMIT_S = 15

const chunk = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(body.length + 8, 4)
  return Buffer.concat([head, body])
}
const numbers = (...list: number[]) => {
  const bytes = Buffer.alloc(4 * list.length)
  for (const [i, n] of list.entries()) bytes.writeUInt32LE(n >>> 0, 4 * i)
  return bytes
}
const said = (text: string) => Buffer.concat([numbers(text.length), Buffer.from(text)])
const hello = chunk('HELF', Buffer.concat([numbers(0, 65_536, 65_536, 0, 0), said('opc.tcp://x')]))
/** OpenSecureChannel without security [OPC 10000-4, 5.5.2], for an hour. */
const open = chunk(
  'OPNF',
  Buffer.concat([
    ...[numbers(0), said('http://opcfoundation.org/UA/SecurityPolicy#None'), numbers(0xffffffff, 0xffffffff, 1, 1)],
    ...[
      Buffer.from([1, 0, 0xbe, 0x01, 0, 0]),
      Buffer.alloc(8),
      numbers(1, 0, 0xffffffff, 5000),
      Buffer.from([0, 0, 0]),
    ],
    ...[numbers(0, 0, 1, 0xffffffff, 3_600_000)],
  ]),
)
const request = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
const headsOf = 'x-a: 1\r\n'.repeat(10)
/** A CONNECT of 200 bytes, of which only the beginning comes [MQTT 3.1.1, 3.1]. */
const connecting = Buffer.concat([Buffer.from([0x10, 200, 1, 0, 4]), Buffer.from('MQTT'), Buffer.from([4, 2, 0, 60])])
/** The beginning of a handshake of 512 bytes [RFC 8446, 5.1]. */
const clientHello = Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])
const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: mqtt\r\n\r\n`

const http: readonly Manner[] = [
  { manner: 'silent' },
  { manner: 'half a head, then a byte a second', first: 'GET / HTTP/1.1\r\nx', drip: headsOf },
  {
    manner: 'half a body, then a byte a second',
    first: 'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{',
    drip: 'a'.repeat(60),
  },
  { manner: 'a request, then silent', first: request },
  { manner: 'asks for the live connection without a sign-in', first: upgrade('/api/v1/live') },
]
const mqtt: readonly Manner[] = [
  { manner: 'silent' },
  { manner: 'half a CONNECT, then a byte a second', first: connecting, drip: Buffer.alloc(60, 0x61) },
]
const webSocket: readonly Manner[] = [
  { manner: 'silent' },
  { manner: 'half a head, then a byte a second', first: 'GET /mq HTTP/1.1\r\nx', drip: headsOf },
  { manner: 'a WebSocket, then silent', first: upgrade('/mq') },
  { manner: 'a request that is none of its own', first: request },
]
const opcua: readonly Manner[] = [
  { manner: 'silent' },
  { manner: 'half a hello, then a byte a second', first: hello.subarray(0, 12), drip: hello.subarray(12, 24) },
  { manner: 'a hello, then silent', first: hello },
  { manner: 'a channel, then no session', first: Buffer.concat([hello, open]) },
]
/** Over TLS the same again, and what never comes to a handshake. */
const overTls = (list: readonly Manner[]): readonly Manner[] => [
  { manner: 'silent' },
  { manner: 'half a handshake, then a byte a second', first: clientHello, drip: Buffer.alloc(60) },
  ...list.map(one => ({ ...one, manner: `TLS, ${one.manner}`, secure: true })),
]

/** @throws when nobody listens there: a door that is not there keeps nobody waiting */
function visit(at: string, { first, drip, secure }: Manner, limitS: number): Promise<number | null> {
  const [host, port] = at.split(':') as [string, string]
  return new Promise((resolve, reject) => {
    const where = { host, port: Number(port) }
    const from = performance.now()
    let dripping: NodeJS.Timeout | undefined
    const say = () => {
      if (first !== undefined) socket.write(first)
      let n = 0
      if (drip !== undefined)
        dripping = setInterval(() => {
          if (n < drip.length && socket.writable) socket.write(drip.slice(n, ++n))
        }, 1000)
    }
    const socket: Socket = secure ? secureConnect({ ...where, rejectUnauthorized: false }, say) : connect(where, say)
    const over = (closedS: number | null) => {
      clearInterval(dripping)
      clearTimeout(limit)
      socket.destroy()
      resolve(closedS)
    }
    const limit = setTimeout(over, limitS * 1000, null)
    const closed = () => over(Math.round((performance.now() - from) / 100) / 10)
    socket.on('error', error => {
      if ('code' in error && error.code === 'ECONNREFUSED') reject(new Error(`nobody listens at ${at}`))
    })
    socket.resume()
    socket.on('end', closed)
    socket.on('close', closed)
  })
}

/** What a site switches on so that every listener is there. */
export const everyDoor = {
  broker: { tls: { port: 0 }, websocket: { port: 0, path: '/mq', tls: true } },
  opcuaServer: { port: 0, security: ['None'], anonymous: true },
}
/** All manners at all listeners at once. @param opcuaAt `host:port` of the OPC UA server */
export async function slowPeers(g: TestGateway, opcuaAt: string, limitS: number): Promise<readonly Slow[]> {
  const { listeners } = (await (await g.admin()).get('/api/v1/broker')).body as unknown as {
    listeners: { kind: string; address: string }[]
  }
  const brokerAt = (kind: string) => listeners.find(l => l.kind === kind)!.address.replace(/^\w+:\/\/|\/.*$/g, '')
  const doors: readonly (readonly [listener: string, at: string, manners: readonly Manner[]])[] = [
    ['HTTP', g.http, http],
    ['HTTPS', g.https!, overTls(http)],
    ['MQTT', brokerAt('plain'), mqtt],
    ['MQTT over TLS', brokerAt('tls'), overTls(mqtt)],
    ['MQTT over WebSocket', brokerAt('websocket').split('/')[0]!, overTls(webSocket)],
    ['OPC UA', opcuaAt, opcua],
  ]
  return Promise.all(
    doors.flatMap(([listener, at, manners]) =>
      manners.map(async one => ({ listener, manner: one.manner, closedS: await visit(at, one, limitS) })),
    ),
  )
}
/** All manners at one listener. */
export const slowAt = (listener: 'OPC UA' | 'MQTT over TLS', at: string, limitS: number): Promise<readonly Slow[]> =>
  Promise.all(
    (listener === 'OPC UA' ? opcua : overTls(mqtt)).map(async one => ({
      ...{ listener, manner: one.manner },
      closedS: await visit(at, one, limitS),
    })),
  )
export const tooLong = (all: readonly Slow[]): readonly Slow[] =>
  all.filter(({ closedS }) => closedS === null || closedS > LIMIT_S)
export const opcuaOf = (read: () => string | null | undefined): Promise<string> =>
  until('the OPC UA server listens', () => read() ?? null) as Promise<string>
