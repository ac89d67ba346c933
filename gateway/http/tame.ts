import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isNear } from '../core/address.ts'

/**
 * Half a request, an answer that nobody takes, a connection that says nothing: closed in 15 s at the latest. Node looks for
 * slow ones every now and then only, and adds a second to how long an idle one is kept.
 */
export const SLOW_MS = 13_000
export const CHECK_MS = 1000
const MOST_CONNECTIONS = 500
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
export function tamer({ mostOfAddress = MOST_OF_ADDRESS, slowMs = SLOW_MS } = {}) {
  const open = new Map<string, number>()
  return (server: Server<typeof IncomingMessage, typeof ServerResponse>, encrypted: boolean): void => {
    server.maxConnections = MOST_CONNECTIONS
    server.headersTimeout = slowMs
    server.requestTimeout = slowMs
    server.keepAliveTimeout = slowMs
    server.timeout = slowMs
    server.on('connection', (socket: Socket) => {
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
