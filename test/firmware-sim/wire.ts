import { connect } from 'node:net'

/** A raw socket to look at bytes with, by a client that shares no code with the simulator. */
export async function openWire(port: number) {
  const socket = connect(port, '127.0.0.1')
  let bytes = Buffer.alloc(0)
  let closed = false
  let changed = () => {}
  socket.on('data', data => {
    bytes = Buffer.concat([bytes, data])
    changed()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    changed()
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))

  const until = (fact: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`waited in vain for ${what}; got ${bytes.toString('hex')}`)),
        30_000,
      )
      changed = () => {
        if (!fact()) return
        clearTimeout(timer)
        resolve()
      }
      changed()
    })
  return {
    send: (hex: string) => void socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
    /** The next `count` bytes, as hex; they are taken out of the stream. */
    async take(count: number): Promise<string> {
      await until(() => bytes.length >= count, `${count} bytes`)
      const taken = bytes.subarray(0, count)
      bytes = bytes.subarray(count)
      return taken.toString('hex')
    },
    waiting: () => bytes.length,
    closed: () => until(() => closed, 'the connection to end'),
    end: () => socket.destroy(),
  }
}
