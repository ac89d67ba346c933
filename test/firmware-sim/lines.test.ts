import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { type Line, startLine } from '../../firmware-sim/lines.ts'
import type { ModbusDevice } from '../../firmware-sim/modbus-pdu.ts'
import { spanOf } from '../../firmware-sim/readable.ts'
import { encodeText, startText } from '../../firmware-sim/text-line.ts'
import { openWire } from './wire.ts'

const device: ModbusDevice = { read: (table, address) => (table === 'holding' && address === 40 ? 7 : undefined) }
const options = { host: '127.0.0.1', port: 0, log: () => {} }

it('a text line is GBK, whole lines, to everybody who is connected', async () => {
  const server = await startText('127.0.0.1', 0, 'gbk')
  const wires = await Promise.all([openWire(server.port), openWire(server.port)])
  await expect.poll(() => server.connections()).toBe(2)
  server.print('1号机 火警 B1层')
  const sent = Buffer.from('31bac5bbfa20bbf0beaf204231b2e30d0a', 'hex')
  for (const wire of wires) expect(Buffer.from(await wire.take(sent.length), 'hex')).toEqual(sent)
  server.setDead(true)
  for (const wire of wires) await wire.closed()
  await server.stop()
})

it('GBK comes back as it was written, for every character of the plane that has one', () => {
  const decoder = new TextDecoder('gbk')
  let seen = 0
  for (let code = 0x80; code < 0xffff; code++) {
    const char = String.fromCharCode(code)
    const bytes = encodeText(char, 'gbk')
    if (bytes.length === 1) expect(bytes[0]).toBe(0x3f)
    else {
      expect(decoder.decode(bytes)).toBe(char)
      seen++
    }
  }
  expect(seen).toBeGreaterThan(21_000)
})

it('a serial line keeps the pace of its wire', async () => {
  const line = (await startLine(
    { id: 'bus', protocol: 'modbus-rtu', baudRate: 1200, units: new Map([[1, device]]) },
    options,
  ))!
  const wire = await openWire(line.port)
  const began = performance.now()
  wire.send('01 03 00 28 00 01 04 02')
  expect(await wire.take(7)).toBe('0103020007f986')
  // 15 characters of 11 bits at 1200 baud: 137 ms
  expect(performance.now() - began).toBeGreaterThan(130)
  wire.end()
  await line.stop()
})

it('a dead line is dead for all of it, and comes back on the same port', async () => {
  const units = new Map([[1, device]])
  const begin = async (protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp') =>
    (await startLine({ id: protocol, protocol, units }, options))!
  const tcp = await begin('modbus-tcp')
  const rtu = await begin('modbus-rtu-over-tcp')

  const silent = await openWire(rtu.port)
  await rtu.setDead(true)
  silent.send('01 03 00 28 00 01 04 02')
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(silent.waiting()).toBe(0)
  await rtu.setDead(false)
  silent.send('01 03 00 28 00 01 04 02')
  expect(await silent.take(7)).toBe('0103020007f986')
  silent.end()

  const ended = await openWire(tcp.port)
  await tcp.setDead(true)
  await ended.closed()
  await tcp.setDead(false)
  const again = await openWire(tcp.port)
  again.send('0001 0000 0006 01 03 0028 0001')
  expect(await again.take(11)).toBe('0001000000050103020007')
  again.end()
  await Promise.all([tcp.stop(), rtu.stop()])
})

it('OPC UA told to go and to come at once does the one after the other', async () => {
  let value = 1
  const spec = { id: 'x', protocol: 'opcua', nodes: [{ id: 'A.B', type: 'Int16', read: () => value }] } as const
  const line: Line = (await startLine(spec, options))!
  value = 2
  line.show!()
  await Promise.all([line.setDead(true), line.setDead(false)])
  await new Promise<void>((resolve, reject) => {
    const socket = connect(line.port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
  await line.stop()
})

it('finds what a stranger can read', () => {
  expect(spanOf(device)).toEqual({ fc: 3, address: 40, count: 1 })
  const pairs: ModbusDevice = {
    begin: (table, address, count) => table === 'input' && address % 2 === 0 && count === 2,
    read: (table, address) => (table === 'input' && address >= 100 && address < 110 ? 1 : undefined),
  }
  expect(spanOf(pairs)).toEqual({ fc: 4, address: 100, count: 2 })
  expect(spanOf({ read: () => undefined })).toBeNull()
})
