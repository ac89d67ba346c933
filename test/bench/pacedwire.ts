/**
 * An RTU device behind a serial line with the timing of a real one, in a thread of its own so that the program measured
 * cannot slow it down. Worker data: { baudRate, turnaroundMs, chunk }. Tells its port, and answers 'count' with the
 * number of whole requests answered.
 */
import { createServer, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { type Cut, cutRtu, seal } from '../../firmware-sim/modbus-frames.ts'

const { baudRate, turnaroundMs, chunk } = workerData as { baudRate: number; turnaroundMs: number; chunk: number }
const characterMs = 11_000 / baudRate
let answered = 0

/** To the fraction of a millisecond: timers alone are late by up to one, which at 19200 baud is a character or two. */
const until = (at: number): Promise<void> =>
  new Promise(resolve => {
    const look = () => {
      const left = at - performance.now()
      if (left <= 0) resolve()
      else if (left > 2) setTimeout(look, left - 1.5)
      else setImmediate(look)
    }
    look()
  })

/** The frame came in one piece and at once; on the wire it would have taken its time. */
async function answer(socket: Socket, request: Buffer, came: number): Promise<void> {
  const count = request.readUInt16BE(4)
  const body = Buffer.alloc(3 + 2 * count)
  body[0] = request[0]!
  body[1] = request[1]!
  body[2] = 2 * count
  for (let i = 0; i < count; i++) body.writeUInt16BE((request.readUInt16BE(2) + i) & 0xffff, 3 + 2 * i)
  const frame = seal(body)
  const begins = came + (request.length + 3.5) * characterMs + turnaroundMs
  for (let from = 0; from < frame.length; from += chunk) {
    const piece = frame.subarray(from, from + chunk)
    await until(begins + (from + piece.length) * characterMs)
    socket.write(piece)
  }
  answered++
}

const server = createServer({ noDelay: true }, socket => {
  let buffer: Buffer = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', data => {
    const came = performance.now()
    buffer = Buffer.concat([buffer, data])
    const cut: Cut = cutRtu(buffer, false)
    if (cut.kind === 'wait') return
    if (cut.kind === 'frame') void answer(socket, Buffer.from(buffer.subarray(0, cut.frame.size)), came)
    buffer = Buffer.alloc(0)
  })
})
server.listen(0, '127.0.0.1', () => parentPort!.postMessage({ port: (server.address() as { port: number }).port }))
parentPort!.on('message', () => parentPort!.postMessage({ answered }))
