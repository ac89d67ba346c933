import { connect, createServer, type Socket } from 'node:net'

/** A cable to a port of this machine that can be cut in the middle of a packet, and mended. */
export async function startCable(to: number) {
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer(near => {
    if (!whole) return void near.destroy()
    const far = connect(to, '127.0.0.1')
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(a)
      a.on('error', () => {})
      a.on('close', () => {
        sockets.delete(a)
        b.destroy()
      })
      a.pipe(b)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    cut,
    mend() {
      whole = true
    },
    async stop() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
