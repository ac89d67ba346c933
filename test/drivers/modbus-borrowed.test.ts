import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Driver } from '../../drivers/driver.ts'
import { modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import { mbapFrame, rtuFrame } from '../../drivers/modbus/frame.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { recovered, soon } from './driver.suite.ts'
import { deps, truth } from './modbus.bench.ts'

/** What `npm run prove -- hostile-line` found once in thousands of polls, each made on purpose. */

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function listen(take: (request: Buffer, socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', request => take(request, socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  return (server.address() as { port: number }).port
}

const holding = (driver: Driver, unit: number, address: number) =>
  pointsOf(`u${unit}`, [{ key: `h${address}`, table: 'holding', address }], driver, unit)

/** The right answer to function 3. */
function pdu(unit: number, start: number, count: number): Buffer {
  const bytes = Buffer.alloc(2 + 2 * count)
  bytes[0] = 3
  bytes[1] = 2 * count
  for (let i = 0; i < count; i++) bytes.writeUInt16BE(truth(unit, 'holding', start + i), 2 + 2 * i)
  return bytes
}

describe('answers that borrow', () => {
  it('TCP: one cut short does not take its missing bytes from the one behind it', async () => {
    let hostile = true
    const held: Buffer[] = []
    const port = await listen((chunk, socket) => {
      for (let at = 0; at < chunk.length; at += 12) {
        const r = chunk.subarray(at, at + 12)
        const whole = mbapFrame(r.readUInt16BE(0), r[6]!, pdu(r[6]!, r.readUInt16BE(8), r.readUInt16BE(10)))
        if (!hostile) socket.write(whole)
        else held.push(whole)
      }
      if (held.length < 2) return
      // The long one lacks exactly what the short one brings, so that the bytes end where a frame ends.
      const [long, short] = held.splice(0).sort((a, b) => b.length - a.length) as [Buffer, Buffer]
      socket.write(Buffer.concat([long.subarray(0, long.length - short.length), short]))
    })
    const link = modbusTcp.open({ host: '127.0.0.1', port, timeoutMs: 300, maxInFlight: 2, gap: 0 }, deps)
    stops.push(() => link.close())
    const specs = Array.from({ length: 10 }, (_, i) => ({ key: `h${i}`, table: 'holding', address: 500 + i }))
    const long = pointsOf('u1', specs, modbusTcp, 1)
    const short = holding(modbusTcp as Driver, 2, 100)
    const [a, b] = await Promise.all([link.read(long, soon()), link.read(short, soon())])
    expect([...a, ...b].map(s => s.value)).toEqual(Array(11).fill(null))
    hostile = false
    const again = await recovered(link, long)
    expect(again.map(s => s.value)).toEqual(specs.map(s => truth(1, 'holding', s.address)))
  })

  it('RTU: an answer of nobody does not pay what a unit still owes', async () => {
    const answers: Buffer[] = []
    const asked: number[] = []
    const port = await listen((r, socket) => {
      asked.push(r.readUInt16BE(4))
      const next = answers.shift()
      if (next?.length !== 0) socket.write(next ?? rtuFrame(r[0]!, pdu(r[0]!, r.readUInt16BE(2), r.readUInt16BE(4))))
    })
    const link = modbusRtuOverTcp.open({ host: '127.0.0.1', port, timeoutMs: 300, gap: 0 }, deps)
    stops.push(() => link.close())
    const read = async (unit: number, address: number) =>
      (await link.read(holding(modbusRtuOverTcp as Driver, unit, address), soon()))[0]!.value
    const late = rtuFrame(1, pdu(1, 100, 1))
    // No answer of unit 1; a foreign one in place of unit 2's; then the late one, just when unit 1 is asked again.
    answers.push(Buffer.alloc(0), rtuFrame(1, pdu(1, 300, 1)), late)
    expect(await read(1, 100)).toBe(null)
    expect(await read(2, 100)).toBe(null)
    expect(await read(1, 200)).toBe(null)
    expect(await read(1, 200)).toBe(truth(1, 'holding', 200))
    expect(asked[2]).toBeGreaterThan(1)
  })
})
