import { createServer } from 'node:net'
import { crc16 } from './modbus-frames.ts'

export const scaleProtocols = ['modbus-tcp', 'modbus-rtu-over-tcp'] as const
export type ScaleProtocol = (typeof scaleProtocols)[number]

/**
 * Devices that answer function 3 and nothing else, as leanly as they can: units 1 to `devices`, every register new at each
 * read: register n of read r is (7 r + n) modulo 65536. Says {port}, and each 10 s {cpuMs, requests, rssMb}; ends with its stdin.
 */
export async function serveScale({
  devices,
  protocol,
  host,
}: {
  devices: number
  protocol: ScaleProtocol
  host: string
}): Promise<void> {
  const reads = new Uint32Array(devices + 1)
  let requests = 0
  const tcp = protocol === 'modbus-tcp'
  const requestLength = tcp ? 12 : 8
  /** Where the PDU stands in a frame. */
  const at = tcp ? 7 : 1

  function answer(request: Buffer): Buffer | undefined {
    const unit = request[at - 1]!
    if (unit < 1 || unit > devices) return undefined
    requests++
    const count = request.readUInt16BE(at + 3)
    if (request[at] !== 3 || count < 1 || count > 125) return framed(request, Buffer.from([request[at]! | 0x80, 1]))
    const start = request.readUInt16BE(at + 1)
    const r = ++reads[unit]! * 7
    const bytes = Buffer.allocUnsafe(at + 2 + 2 * count + (tcp ? 0 : 2))
    bytes[at] = 3
    bytes[at + 1] = 2 * count
    let place = at + 2
    for (let n = start; n < start + count; n++) {
      const value = r + n
      bytes[place++] = (value >> 8) & 0xff
      bytes[place++] = value & 0xff
    }
    return finish(request, bytes)
  }
  const framed = (request: Buffer, pdu: Buffer) =>
    finish(request, Buffer.concat([Buffer.alloc(at), pdu, Buffer.alloc(tcp ? 0 : 2)]))
  function finish(request: Buffer, bytes: Buffer): Buffer {
    request.copy(bytes, 0, 0, at)
    if (tcp) bytes.writeUInt16BE(bytes.length - 6, 4)
    else bytes.writeUInt16LE(crc16(bytes.subarray(0, -2)), bytes.length - 2)
    return bytes
  }

  const server = createServer({ noDelay: true }, socket => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', data => {
      rest = rest.length > 0 ? Buffer.concat([rest, data]) : data
      for (; rest.length >= requestLength; rest = rest.subarray(requestLength)) {
        const bytes = answer(rest.subarray(0, requestLength))
        if (bytes) socket.write(bytes)
      }
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  const tell = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`)
  tell({ port: (server.address() as { port: number }).port })
  let before = process.cpuUsage()
  setInterval(() => {
    const used = process.cpuUsage(before)
    before = process.cpuUsage()
    tell({ cpuMs: (used.user + used.system) / 1000, requests, rssMb: process.memoryUsage().rss / 2 ** 20 })
    requests = 0
  }, 10_000)
  // Whoever started it has gone; Ctrl+C reaches it as well, and then it waits for that.
  process.on('SIGINT', () => {})
  process.stdin.once('close', () => process.exit(0)).resume()
}
