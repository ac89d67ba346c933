import type { Server, Socket } from 'node:net'
import type { OPCUAServer } from 'node-opcua'
import { isNear } from '../../core/address.ts'

/** So long a connection may be without an activated session; a client that only asks who is there needs a second. */
const STRANGER_MS = 10_000
const LOOK_MS = 1000

/** What we look at of the stack's own. */
interface Channel {
  readonly remotePort: number
  readonly sessionTokens: Readonly<Record<string, { readonly status: string }>>
}
interface Endpoint {
  readonly _server?: Server
  getChannels(): readonly Channel[]
}

/**
 * A client that sends nonsense loses its connection, and nobody else does. The stack throws where it reads some of it (a
 * message that is refused with another one behind it in the same piece, for one), and what nobody catches there ends the
 * process with the sessions of everybody: a stranger could do that with one packet, over and over.
 *
 * Nor can strangers keep all places taken: the stack waits for a hello as long as the connection lasts, and for a session as long
 * as a channel does. One address that is not this machine has so many connections at most.
 */
export function guardConnections(server: OPCUAServer, mostOfAddress: number, strangerMs = STRANGER_MS): void {
  for (const endpoint of server.endpoints as unknown as readonly Endpoint[]) {
    /** Since when each has had no session. */
    const strangers = new Map<Socket, number>()
    const ofAddress = new Map<string, number>()
    endpoint._server?.prependListener('connection', (socket: Socket) => {
      guard(socket)
      strangers.set(socket, performance.now())
      const address = socket.remoteAddress ?? ''
      const count = (ofAddress.get(address) ?? 0) + 1
      ofAddress.set(address, count)
      socket.once('close', () => {
        strangers.delete(socket)
        const left = (ofAddress.get(address) ?? 1) - 1
        if (left > 0) ofAddress.set(address, left)
        else ofAddress.delete(address)
      })
      if (count > mostOfAddress && !isNear(address)) socket.destroy()
    })
    const look = () => {
      const now = performance.now()
      const known = new Set(
        endpoint
          .getChannels()
          .filter(({ sessionTokens }) => Object.values(sessionTokens).some(({ status }) => status === 'active'))
          .map(({ remotePort }) => remotePort),
      )
      for (const [socket, since] of strangers)
        if (known.has(socket.remotePort ?? -1)) strangers.set(socket, now)
        else if (now - since > strangerMs) socket.destroy()
    }
    setInterval(look, LOOK_MS).unref()
  }
}

function guard(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...about: unknown[]) => boolean
  const guarded = (event: string | symbol, ...about: unknown[]): boolean => {
    try {
      return emit(event, ...about)
    } catch {
      socket.destroy()
      return true
    }
  }
  socket.emit = guarded as typeof socket.emit
}
