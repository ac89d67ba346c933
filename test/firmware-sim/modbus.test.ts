import modbusSerial from 'modbus-serial'
import { afterEach, describe, expect, it } from 'vitest'
import { type ModbusDevice, type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { openWire } from './wire.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** 200 registers of each kind, 3000 bits of each kind; the last holding register is read-only. */
function chest() {
  const registers = Array.from({ length: 200 }, (_, i) => i + 1000)
  const coils = Array.from({ length: 3000 }, (_, i) => i % 3 === 0)
  const device: ModbusDevice = {
    read(table, address) {
      if (table === 'holding') return registers[address]
      if (table === 'input') return address < 200 ? -address : undefined
      if (table === 'coil') return coils[address] === undefined ? undefined : Number(coils[address])
      return address < 3000 ? Number(address % 2 === 1) : undefined
    },
    write(table, address, value) {
      if (table === 'coil' && address < 3000) coils[address] = value === 1
      else if (table === 'holding' && address < 199) registers[address] = value
      else return false
      return true
    },
  }
  return { device, registers, coils }
}

async function serve(
  options: Partial<Parameters<typeof startModbus>[0]> = {},
): Promise<ModbusServer & ReturnType<typeof chest>> {
  const box = chest()
  const server = await startModbus({ framing: 'tcp', units: new Map([[1, box.device]]), ...options })
  ends.push(server.stop)
  return { ...server, ...box }
}

async function foreignClient(port: number, framing: 'tcp' | 'rtu' = 'tcp') {
  const client = new modbusSerial.default()
  client.setTimeout(1000)
  // Its "telnet" is RTU over a plain socket; its "TcpRTUBuffered" is MBAP after all.
  await (framing === 'tcp' ? client.connectTCP('127.0.0.1', { port }) : client.connectTelnet('127.0.0.1', { port }))
  client.setID(1)
  ends.push(() => client.destroy(() => {}))
  return client
}

const wire = async (port: number) => {
  const opened = await openWire(port)
  ends.push(opened.end)
  return opened
}

describe.each(['tcp', 'rtu'] as const)('modbus-serial finds in the simulator over %s', framing => {
  it('all functions', async () => {
    const server = await serve({ framing })
    const client = await foreignClient(server.port, framing)
    expect((await client.readHoldingRegisters(0, 3)).data).toEqual([1000, 1001, 1002])
    expect((await client.readInputRegisters(1, 2)).data).toEqual([65_535, 65_534])
    expect((await client.readCoils(0, 10)).data.slice(0, 10)).toEqual(server.coils.slice(0, 10))
    expect((await client.readDiscreteInputs(1, 3)).data.slice(0, 3)).toEqual([true, false, true])
    await client.writeCoil(1, true)
    await client.writeRegister(5, 0xbeef)
    await client.writeCoils(8, [true, false, true, true, true, true, true, true, true])
    await client.writeRegisters(6, [7, 8])
    expect(server.coils[1]).toBe(true)
    expect(server.coils.slice(8, 17)).toEqual([true, false, true, true, true, true, true, true, true])
    expect(server.registers.slice(5, 8)).toEqual([0xbeef, 7, 8])
    expect((await client.readHoldingRegisters(0, 125)).data).toHaveLength(125)
    expect(server.requests()).toBe(9)
    expect(server.connections()).toBe(1)
  })

  it('exceptions', async () => {
    const server = await serve({ framing })
    const client = await foreignClient(server.port, framing)
    const code = (call: Promise<unknown>) =>
      call.then(
        () => 'good',
        (error: { modbusCode?: number }) => error.modbusCode,
      )
    expect(await code(client.readHoldingRegisters(199, 2))).toBe(2)
    expect(await code(client.readHoldingRegisters(500, 1))).toBe(2)
    expect(await code(client.writeRegister(199, 1))).toBe(2)
    expect(await code(client.readHoldingRegisters(0, 1))).toBe('good')
    server.setFault(1, { kind: 'refuse', code: 6 })
    expect(await code(client.readHoldingRegisters(0, 1))).toBe(6)
    server.setFault(1, null)
    expect(await code(client.readHoldingRegisters(0, 1))).toBe('good')
  })
})

describe('a raw socket sees', () => {
  // [what, request PDU, answer PDU]
  const cases: [string, string, string][] = [
    ['an unknown function', '2b 0e 01 00', 'ab01'],
    ['count 0 of registers', '03 0000 0000', '8303'],
    ['126 registers', '04 0000 007e', '8403'],
    ['count 0 of bits', '01 0000 0000', '8103'],
    ['2001 bits', '02 0000 07d1', '8203'],
    ['a request cut short', '03 0000', '8303'],
    ['a span past the last address', '03 ffff 0002', '8302'],
    ['a coil value that is neither FF00 nor 0000', '05 0000 0001', '8503'],
    ['a byte count that does not fit', '10 0000 0002 03 000000', '9003'],
    ['bits in their order', '01 0000 0009', '01024900'],
  ]
  it.each(cases)('%s', async (_, request, expected) => {
    const server = await serve()
    const raw = await wire(server.port)
    const pdu = request.replaceAll(' ', '')
    raw.send(`1234 0000 ${(pdu.length / 2 + 1).toString(16).padStart(4, '0')} 01 ${pdu}`)
    const length = (expected.length / 2 + 1).toString(16).padStart(4, '0')
    expect(await raw.take(7 + expected.length / 2)).toBe(`12340000${length}01${expected}`)
  })

  it('2000 bits in one answer', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    raw.send('0001 0000 0006 01 02 0000 07d0')
    expect(await raw.take(9 + 250)).toBe(`0001000000fd0102fa${'aa'.repeat(250)}`)
  })

  it('pipelined requests answered in order, a slow one before a quick one', async () => {
    const server = await serve({ units: new Map([1, 2].map(unit => [unit, chest().device])) })
    server.setFault(1, { kind: 'slow', ms: 60 })
    const raw = await wire(server.port)
    raw.send('0001 0000 0006 01 03 0000 0001   0002 0000 0006 02 03 0001 0001   0003 0000 0006 09 03 0000 0001')
    expect(await raw.take(11 + 11 + 9)).toBe(
      '000100000005010302' + '03e8' + '000200000005020302' + '03e9' + '000300000003' + '09830b',
    )
  })

  it('a frame that comes in pieces, and the end of the connection after what is no Modbus', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    for (const piece of ['0001', '0000 0006 01', '03 0000 00', '01']) raw.send(piece)
    expect(await raw.take(11)).toBe('00010000000501030203e8')
    raw.send(Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex'))
    await raw.closed()
  })
})

describe('faults', () => {
  const ask = '0001 0000 0006 01 03 0000 0001'
  const good = '00010000000501030203e8'
  const other = '0002 0000 0006 02 03 0000 0001'

  const two = () => serve({ units: new Map([1, 2].map(unit => [unit, chest().device])) })

  it('mute: nothing comes, the other unit still answers', async () => {
    const server = await two()
    const raw = await wire(server.port)
    server.setFault(1, { kind: 'mute' })
    raw.send(`${ask} ${other}`)
    expect(await raw.take(11)).toBe('00020000000502030203e8')
    expect(server.requests()).toBe(2)
    expect(raw.waiting()).toBe(0)
    server.setFault(1, null)
    raw.send(ask)
    expect(await raw.take(11)).toBe(good)
  })

  it('late: the next answer only', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    const timed = async () => {
      const from = performance.now()
      raw.send(ask)
      expect(await raw.take(11)).toBe(good)
      return performance.now() - from
    }
    await timed()
    server.setFault(1, { kind: 'late', ms: 300 })
    expect(await timed()).toBeGreaterThan(290)
    expect(server.fault(1)).toBeNull()
    expect(await timed()).toBeLessThan(250)
  })

  it('slow: every answer', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    server.setFault(1, { kind: 'slow', ms: 50 })
    const from = performance.now()
    raw.send(`${ask} ${ask}`)
    expect(await raw.take(22)).toBe(good + good)
    expect(performance.now() - from).toBeGreaterThan(95)
  })

  it('garbage: bytes, but no answer', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    server.setFault(1, { kind: 'garbage' })
    raw.send(ask)
    expect(await raw.take(11)).not.toBe(good)
  })

  it('drop: the connection ends at the request, and can be made again', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    server.setFault(1, { kind: 'drop' })
    raw.send(ask)
    await raw.closed()
    server.setFault(1, null)
    const again = await wire(server.port)
    again.send(ask)
    expect(await again.take(11)).toBe(good)
  })

  it('a stop interrupts a slow answer', async () => {
    const server = await serve()
    const raw = await wire(server.port)
    server.setFault(1, { kind: 'slow', ms: 60_000 })
    raw.send(ask)
    await expect.poll(() => server.requests()).toBe(1)
    await server.stop()
    await raw.closed()
  })

  it('a busy port is refused', async () => {
    const server = await serve()
    await expect(startModbus({ framing: 'tcp', units: new Map(), port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})

describe('RTU', () => {
  /** Frames printed in Eastron's manuals (SDM320Y V1.0 p. 42-43, SDM630MCT-ML p. 34). */
  const vectors = [
    {
      name: 'total active energy',
      request: '01 04 01 56 00 02 90 27',
      response: '01 04 04 43 66 33 34 1B 38',
      registers: ['4366', '3334'],
    },
    {
      name: 'pulse 1 width',
      request: '01 03 00 0C 00 02 04 08',
      response: '01 03 04 42 C8 00 00 6F B5',
      registers: ['42C8', '0000'],
    },
  ]

  it.each(vectors)('the documented frame: $name', async ({ request, response, registers }) => {
    const first = Number.parseInt(request.slice(6, 11).replace(' ', ''), 16)
    const device: ModbusDevice = {
      read: (_, address) =>
        registers[address - first] === undefined ? undefined : Number.parseInt(registers[address - first]!, 16),
    }
    const server = await serve({ framing: 'rtu', units: new Map([[1, device]]) })
    const raw = await wire(server.port)
    raw.send(request)
    const expected = response.replaceAll(' ', '').toLowerCase()
    expect(await raw.take(expected.length / 2)).toBe(expected)
  })

  it('silence for a wrong checksum, for the published wrong example and for a unit that is not there', async () => {
    const server = await serve({ framing: 'rtu' })
    const raw = await wire(server.port)
    for (const bad of ['01 03 00 0C 00 02 04 09', '01 04 00 00 00 00 71 CB']) raw.send(bad)
    await new Promise(resolve => setTimeout(resolve, 100)) // the silence that ends a frame on a wire
    expect(server.requests()).toBe(0)
    raw.send('02 03 00 00 00 01 84 39')
    raw.send('01 03 00 00 00 01 84 0A')
    expect(await raw.take(7)).toBe('01030203e8b8fa')
    expect(server.requests()).toBe(2)
    expect(raw.waiting()).toBe(0)
  })

  it('an unknown function is known by the silence after it', async () => {
    const server = await serve({ framing: 'rtu' })
    const raw = await wire(server.port)
    raw.send('01 11 C0 2C')
    expect((await raw.take(5)).slice(0, 6)).toBe('019101')
  })

  it('a broadcast is obeyed by all and answered by none', async () => {
    const boxes = [chest(), chest()]
    const server = await serve({ framing: 'rtu', units: new Map(boxes.map((box, i) => [i + 1, box.device])) })
    const raw = await wire(server.port)
    raw.send('00 06 00 01 00 2A 58 04')
    await expect.poll(() => boxes.map(box => box.registers[1])).toEqual([42, 42])
    expect(raw.waiting()).toBe(0)
  })

  it('takes its time on a wire', async () => {
    const server = await serve({ framing: 'rtu', baudRate: 9600, turnaroundMs: 10 })
    const raw = await wire(server.port)
    const from = performance.now()
    raw.send('01 03 00 00 00 01 84 0A')
    await raw.take(7)
    // 8 + 7 characters of 11 bits
    expect(performance.now() - from).toBeGreaterThan(10 + (15 * 11 * 1000) / 9600 - 2)
  })
})
