import { connect, type Socket } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'

/** Takes TLS on a port of its own and passes the plain bytes on: what a device with TLS looks like from outside. */
export async function startTlsProxy(to: number, options: TlsOptions) {
  const sockets = new Set<Socket>()
  const versions: (string | null)[] = []
  /** Common name in the client's certificate, for each connection; undefined: it showed none. */
  const clients: (string | undefined)[] = []
  const server = createServer(options, near => {
    versions.push(near.getProtocol())
    const { subject } = near.getPeerCertificate() as { subject?: { CN: string } }
    clients.push(subject?.CN)
    const far = connect(to, '127.0.0.1')
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      a.on('error', () => {})
      a.on('close', () => b.destroy())
      a.pipe(b)
    }
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    versions,
    clients,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
