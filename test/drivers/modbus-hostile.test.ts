import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Driver, Link } from '../../drivers/driver.ts'
import { modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import { rtuFrame } from '../../drivers/modbus/frame.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { recovered, soon } from './driver.suite.ts'
import { deps } from './modbus.bench.ts'

type Reply = (request: Buffer, socket: Socket) => Buffer | undefined

async function hostile(driver: typeof modbusTcp | typeof modbusRtuOverTcp, right: Reply) {
  let reply: Reply = right
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', request => {
      const bytes = reply(request, socket)
      if (bytes) socket.write(bytes)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as import('node:net').AddressInfo
  const link: Link = driver.open({ host: '127.0.0.1', port, timeoutMs: 60 }, deps)
  const points = pointsOf('x', [{ key: 'a', table: 'holding', address: 5 }], driver as Driver, 1)
  return {
    async against(wrong: Reply) {
      reply = wrong
      const [bad] = await link.read(points, soon())
      reply = right
      const [good] = await recovered(link, points)
      return [bad!.quality, bad!.value, good!.value]
    },
    async stop() {
      await link.close()
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describe('hostile answers to Modbus TCP', () => {
  const frame = (id: number, protocol: number, length: number, ...rest: number[]) => {
    const head = Buffer.alloc(6)
    head.writeUInt16BE(id & 0xffff, 0)
    head.writeUInt16BE(protocol, 2)
    head.writeUInt16BE(length, 4)
    return Buffer.concat([head, Buffer.from(rest)])
  }
  const id = (request: Buffer) => request.readUInt16BE(0)
  const replies: Record<string, Reply> = {
    'another transaction': r => frame(id(r) + 1, 0, 5, 1, 3, 2, 0, 99),
    'another protocol': r => frame(id(r), 1, 5, 1, 3, 2, 0, 99),
    'too short': r => frame(id(r), 0, 4, 1, 3, 2, 0),
    'byte count too long': r => frame(id(r), 0, 5, 1, 3, 4, 0, 99),
    'more than asked': r => frame(id(r), 0, 7, 1, 3, 4, 0, 99, 0, 98),
    'another unit': r => frame(id(r), 0, 5, 2, 3, 2, 0, 99),
    'another function': r => frame(id(r), 0, 5, 1, 4, 2, 0, 99),
    'an echo of the request': r => r,
    'length 0': r => frame(id(r), 0, 0, 1, 3, 2, 0, 99),
    'length 65535': r => frame(id(r), 0, 65535, 1, 3, 2, 0, 99),
    'length 2': r => frame(id(r), 0, 2, 1, 3),
    'exception 0': r => frame(id(r), 0, 3, 1, 0x83, 0),
    'exception of another function': r => frame(id(r), 0, 3, 1, 0x84, 2),
    'HTTP text': () => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    'a megabyte of zeros': () => Buffer.alloc(1 << 20),
    'half a frame': r => frame(id(r), 0, 5, 1, 3),
    'half a frame, then the end': (r, socket) => {
      socket.end(frame(id(r), 0, 5, 1, 3))
      return undefined
    },
    'a reset': (_, socket) => {
      socket.resetAndDestroy()
      return undefined
    },
  }
  it(`${Object.keys(replies).length} kinds, no wrong value, and it recovers from each`, {
    timeout: 120_000,
  }, async () => {
    const h = await hostile(modbusTcp, r => frame(id(r), 0, 5, 1, 3, 2, 0, 42))
    const results: Record<string, unknown> = {}
    for (const [name, reply] of Object.entries(replies)) results[name] = await h.against(reply)
    expect(results).toEqual(Object.fromEntries(Object.keys(replies).map(name => [name, ['bad', null, 42]])))
    await h.stop()
  })
  it('a right answer in single bytes is right', async () => {
    const h = await hostile(modbusTcp, (r, socket) => {
      for (const byte of frame(id(r), 0, 5, 1, 3, 2, 0, 42)) socket.write(Buffer.from([byte]))
      return undefined
    })
    expect((await h.against(() => undefined))[2]).toBe(42)
    await h.stop()
  })
})

describe('hostile answers to RTU', () => {
  const right = rtuFrame(1, Buffer.from([3, 2, 0, 42]))
  /** As much as was asked for: after a missing answer the driver asks for more than one register. */
  const answer: Reply = r => {
    const count = r.readUInt16BE(4)
    const data = Buffer.alloc(count * 2)
    for (let i = 0; i < count; i++) data.writeUInt16BE(r.readUInt16BE(2) + i + 37, i * 2)
    return rtuFrame(1, Buffer.concat([Buffer.from([3, count * 2]), data]))
  }
  const flipped = Buffer.from(right)
  flipped[4]! ^= 0x10
  const replies: Record<string, Reply> = {
    'a flipped bit': () => flipped,
    'another unit': () => rtuFrame(2, Buffer.from([3, 2, 0, 99])),
    'another function': () => rtuFrame(1, Buffer.from([4, 2, 0, 99])),
    'another byte count': () => rtuFrame(1, Buffer.from([3, 4, 0, 99, 0, 98])),
    'two answers': () => Buffer.concat([rtuFrame(1, Buffer.from([3, 2, 0, 99])), right]),
    'an echo of the request': r => r,
    'HTTP text': () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'half a frame': () => right.subarray(0, 4),
    'half a frame, then the end': (_, socket) => {
      socket.end(right.subarray(0, 4))
      return undefined
    },
  }
  it(`${Object.keys(replies).length} kinds, no wrong value, and it recovers from each`, {
    timeout: 120_000,
  }, async () => {
    const h = await hostile(modbusRtuOverTcp, answer)
    const results: Record<string, unknown> = {}
    for (const [name, reply] of Object.entries(replies)) results[name] = await h.against(reply)
    expect(results).toEqual(Object.fromEntries(Object.keys(replies).map(name => [name, ['bad', null, 42]])))
    await h.stop()
  })
})

describe('a peer that hangs up at once', () => {
  it('is called at most once a second, however often it is asked for', async () => {
    let calls = 0
    const server = createServer(socket => {
      calls++
      socket.on('error', () => {})
      socket.resetAndDestroy()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as import('node:net').AddressInfo
    const link = modbusTcp.open({ host: '127.0.0.1', port, timeoutMs: 60 }, deps)
    const points = pointsOf('x', [{ key: 'a', table: 'holding', address: 5 }], modbusTcp, 1)
    let reads = 0
    for (const end = performance.now() + 1500; performance.now() < end; reads++) {
      expect((await link.read(points, soon()))[0]!.quality).toBe('bad')
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    expect([reads > 50, calls]).toEqual([true, 2])
    await link.close()
    await new Promise(resolve => server.close(resolve))
  })
})
