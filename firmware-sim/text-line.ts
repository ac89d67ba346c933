import { createServer, type Socket } from 'node:net'
import { gbkPair } from './gbk.ts'

/** A printer port behind a serial server: whoever connects hears what is printed from then on. */
export interface TextServer {
  readonly port: number
  /** Sends a line with CR and LF. */
  print(line: string): void
  connections(): number
  /** The cable is pulled: connections end, new ones end at once. */
  setDead(dead: boolean): void
  stop(): Promise<void>
}

/** @throws what `listen` reports, e.g. EADDRINUSE */
export async function startText(host: string, port: number, encoding: 'gbk' | 'ascii'): Promise<TextServer> {
  const sockets = new Set<Socket>()
  let dead = false
  const server = createServer({ noDelay: true }, socket => {
    if (dead) return void socket.resetAndDestroy()
    sockets.add(socket)
    socket.on('error', () => {}) // 'close' follows
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port')
  return {
    port: address.port,
    print(line) {
      const bytes = encodeText(`${line}\r\n`, encoding)
      for (const socket of sockets) socket.write(bytes)
    },
    connections: () => sockets.size,
    setDead(on) {
      dead = on
      if (on) for (const socket of sockets) socket.resetAndDestroy()
    },
    stop: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** What the encoding has no character for becomes `?`, as on a real printer. */
export function encodeText(text: string, encoding: 'gbk' | 'ascii'): Buffer {
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) {
      bytes.push(code)
      continue
    }
    const pair = encoding === 'gbk' ? gbkPair(char) : undefined
    if (pair === undefined) bytes.push(0x3f)
    else bytes.push(pair >> 8, pair & 0xff)
  }
  return Buffer.from(bytes)
}
