import { createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createServer as createTls } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'
import { strictTls } from '../core/ciphers.ts'
import { http, https } from '../core/plainhttp.ts'

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  /** PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined
  /** MQTT over WebSocket [MQTT 3.1.1, 6] at this path. */
  readonly path?: string | undefined
}
export interface Wire extends Duplex {
  readonly remoteAddress?: string | undefined
}
export type Listener = Awaited<ReturnType<typeof openListener>>

const HANDSHAKE_MS = 5000

/**
 * Listens, and hands over each connection. Throws the system's error when it cannot listen.
 * @param mostBytes of one WebSocket message
 */
export async function openListener(
  { host, port, tls, path }: ListenerOptions,
  { maxConnections, mostBytes, take }: { maxConnections: number; mostBytes: number; take: (wire: Wire) => void },
) {
  const sockets = new Set<Socket>()
  const known = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    return socket
  }
  const secure = tls && {
    ...{ cert: tls.certificate, key: tls.key, ...strictTls },
    handshakeTimeout: HANDSHAKE_MS,
  }
  let server: Server
  if (path !== undefined) {
    const timeouts = { headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS, connectionsCheckingInterval: 1000 }
    const web = secure ? https.createServer({ ...secure, ...timeouts }) : http.createServer(timeouts)
    const sockets = new WebSocketServer({
      ...{ noServer: true, perMessageDeflate: false, maxPayload: mostBytes, clientTracking: false },
      // [MQTT-6.0.0-3]; 3.1 names another one.
      handleProtocols: offered => (offered.has('mqtt') ? 'mqtt' : offered.has('mqttv3.1') ? 'mqttv3.1' : false),
    })
    web.on('request', (_, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
    })
    web.on('upgrade', (request, socket, head) => {
      if (request.url?.split('?')[0] !== path) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      sockets.handleUpgrade(request, socket, head, ws => take(wireOf(ws, request.socket)))
    })
    web.on(secure ? 'secureConnection' : 'connection', known)
    server = web as Server
  } else server = secure ? createTls(secure, s => take(known(s))) : createServer(s => take(known(s)))
  // Before a handshake is over it is only a socket.
  if (secure) server.on('connection', known)
  // A handshake that fails or comes to no end: whoever listens for it has to hang up.
  server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy())
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  server.on('error', () => {})
  return {
    address: server.address() as { address: string; port: number },
    listening: () => server.listening,
    /** Another certificate, for those who come from now on. */
    renew(next: { readonly certificate: string; readonly key: string }): void {
      ;(server as unknown as { setSecureContext(o: object): void }).setSecureContext({
        ...{ cert: next.certificate, key: next.key, ...strictTls },
      })
    },
    async close(): Promise<void> {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/**
 * A WebSocket as a stream of bytes: packets may begin and end anywhere in a message [MQTT-6.0.0-2]. What was gathered
 * goes out as one message; that of ws makes one of each of the nine pieces of a packet.
 */
function wireOf(ws: WebSocket, socket: Socket): Wire {
  const wire = new Duplex({
    read() {
      if (ws.isPaused) ws.resume()
    },
    write(chunk: Buffer, _, done) {
      ws.send(chunk, error => done(error ?? null))
    },
    writev(chunks, done) {
      ws.send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), error => done(error ?? null))
    },
    final(done) {
      ws.close()
      done()
    },
    destroy(error, done) {
      ws.terminate()
      done(error)
    },
  })
  ws.on('message', (data, binary) => {
    // [MQTT-6.0.0-1]
    if (!binary) return void wire.destroy()
    if (!wire.push(data as Buffer)) ws.pause()
  })
  ws.on('close', () => {
    if (!wire.destroyed) wire.push(null)
  })
  ws.on('error', () => wire.destroy())
  wire.on('error', () => {})
  return Object.defineProperty(wire, 'remoteAddress', { value: socket.remoteAddress }) as Wire
}
