import type { Server, Socket } from 'node:net'
import type { OPCUAServer } from 'node-opcua'

/**
 * A client that sends nonsense loses its connection, and nobody else does. The stack throws where it reads some of it (a
 * message that is refused with another one behind it in the same piece, for one), and what nobody catches there ends the
 * process with the sessions of everybody: a stranger could do that with one packet, over and over.
 */
export function guardConnections(server: OPCUAServer): void {
  for (const endpoint of server.endpoints)
    (endpoint as unknown as { readonly _server?: Server })._server?.prependListener('connection', (socket: Socket) => {
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
    })
}
