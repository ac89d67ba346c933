import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isNear } from '../core/address.ts'

/**
 * Half a request, an answer that nobody takes, a connection that says nothing: closed in 15 s at the latest. Node looks for
 * slow ones every now and then only, and adds a second to how long an idle one is kept.
 */
export const SLOW_MS = 13_000
export const CHECK_MS = 1000
/** Beyond the first, whoever says nothing or only half a request makes room; beyond the second nobody comes in. */
const MANY_CONNECTIONS = 500
const MOST_CONNECTIONS = 600
/** So long anybody may take to ask, however many there are. */
const LEAST_MS = 1000
/** Of one address that is not this machine: one person with many tabs has thirty. */
const MOST_OF_ADDRESS = 100

const TOO_MANY =
  'HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 15\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n' +
  '此地址的连接过多，请关闭一些页面后再试。Too many connections from this address: close some pages, then try again.\n'

/**
 * Limits of connections, counted together over all servers that are tamed by it, so that nobody alone can take them all.
 * This machine has no limit of its own, since a reverse proxy on it speaks for many.
 * @param limits connections of one address at most, and ms after which a slow one is closed
 */
export function tamer({ mostOfAddress = MOST_OF_ADDRESS, slowMs = SLOW_MS, many = MANY_CONNECTIONS } = {}) {
  const open = new Map<string, number>()
  /** Those of whom a request is waited for, or the rest of one, and since when: the first is the oldest. */
  const asking = new Map<Socket, number>()
  let total = 0
  /** Hundreds of half requests, from a machine that speaks for many, must not keep out whoever asks a whole one. */
  const makeRoom = () => {
    const [oldest] = asking
    if (oldest && performance.now() - oldest[1] >= LEAST_MS) oldest[0].destroy()
  }
  return (server: Server<typeof IncomingMessage, typeof ServerResponse>, encrypted: boolean, upgrades = true): void => {
    server.maxConnections = MOST_CONNECTIONS
    server.headersTimeout = slowMs
    server.requestTimeout = slowMs
    server.keepAliveTimeout = slowMs
    server.timeout = slowMs
    server.on('drop', makeRoom)
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request
      const whole = () => asking.delete(socket)
      if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) whole()
      else request.once('end', whole)
      // Then the next one is waited for.
      response.once('finish', () => {
        whole()
        if (!socket.destroyed) asking.set(socket, performance.now())
      })
    })
    // A server that nobody upgrades on must not get a listener: what it does not take would be left open.
    if (upgrades) server.on('upgrade', (request: IncomingMessage) => asking.delete(request.socket))
    // Over TLS this one comes with the handshake done: it is the socket that requests name.
    server.on(encrypted ? 'secureConnection' : 'connection', (socket: Socket) => {
      asking.set(socket, performance.now())
      socket.once('close', () => asking.delete(socket))
    })
    server.on('connection', (socket: Socket) => {
      total++
      socket.once('close', () => {
        total--
      })
      if (total > many) makeRoom()
      const address = socket.remoteAddress ?? ''
      if (isNear(address)) return
      const count = (open.get(address) ?? 0) + 1
      open.set(address, count)
      socket.once('close', () => {
        const left = (open.get(address) ?? 1) - 1
        if (left > 0) open.set(address, left)
        else open.delete(address)
      })
      if (count <= mostOfAddress) return
      // Nothing can be said before a handshake.
      if (encrypted) socket.destroy()
      else socket.end(TOO_MANY)
    })
  }
}
