import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type DetectedUnit, type DetectLine, type DetectProgress, detect } from '../../drivers/modbus/detect.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { openPty } from '../../firmware-sim/pty.ts'
import { until } from '../support/wait.ts'

const holding = { read: (table: string) => (table === 'holding' ? 7 : undefined) }
const input = { read: (table: string) => (table === 'input' ? 7 : undefined) }
const nothing = { read: () => undefined }
/** A meter, one with input registers only, and one that refuses every register: it answers, so it is there. */
const units = new Map([
  [3, holding],
  [17, input],
  [200, nothing],
])
const all = Array.from({ length: 247 }, (_, i) => i + 1)
let server: ModbusServer | undefined
let plain: Server | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
  plain?.close()
  plain = undefined
})

async function scan(
  line: DetectLine,
  which = all,
  timeoutMs = 20,
  stop = new AbortController(),
  at?: (n: number) => void,
) {
  const found: DetectedUnit[] = []
  const progress: DetectProgress[] = []
  const hooks = {
    progress: (p: DetectProgress) => {
      progress.push(p)
      at?.(p.tried)
    },
    found: (u: DetectedUnit) => found.push(u),
  }
  const end = await detect(line, which, timeoutMs, hooks, stop.signal)
  return { end, found, progress, units: found.map(f => f.unit) }
}
const local = (protocol: 'modbus-tcp' | 'modbus-rtu-over-tcp'): DetectLine => ({
  protocol,
  host: '127.0.0.1',
  port: server!.port,
})

describe('units 3, 17 and 200', () => {
  it('behind a Modbus TCP gateway: all of them, and nobody else', async () => {
    server = await startModbus({ framing: 'tcp', units })
    const { end, found, progress } = await scan(local('modbus-tcp'))
    expect(end).toBe('finished')
    expect(found).toEqual([
      { unit: 3, exception: null, setting: null },
      { unit: 17, exception: 2, setting: null },
      { unit: 200, exception: 2, setting: null },
    ])
    expect(progress.length).toBe(248)
    expect(progress.at(-1)).toMatchObject({ tried: 247, total: 247 })
    expect(server.connections()).toBeLessThanOrEqual(1)
  })
  it('on an RTU line where the absent are silent', async () => {
    server = await startModbus({ framing: 'rtu', units })
    const { end, units: seen } = await scan(local('modbus-rtu-over-tcp'))
    expect([end, seen]).toEqual(['finished', [3, 17, 200]])
  })
  it('one whose answer is late is found by its late answer, and no neighbour in its place', async () => {
    server = await startModbus({ framing: 'rtu', units, turnaroundMs: 30 })
    const { units: seen } = await scan(local('modbus-rtu-over-tcp'), [1, 2, 3, 4, 5, 16, 17, 18, 19])
    expect(seen).toEqual([3, 17])
  })
  it('one behind a gateway that is slow is found by the number of its question', async () => {
    server = await startModbus({ framing: 'tcp', units, turnaroundMs: 30 })
    const { units: seen } = await scan(local('modbus-tcp'), [1, 2, 3, 4, 5, 16, 17, 18, 19])
    expect(seen).toEqual([3, 17])
  })
  it('on a serial line, with the setting on which they answered', async () => {
    server = await startModbus({ framing: 'rtu', units })
    const pty = await openPty(server.port)
    expect(pty, 'socat is needed').toBeTruthy()
    try {
      const settings = [
        { baudRate: 9600, parity: 'none', stopBits: 1 },
        { baudRate: 19_200, parity: 'none', stopBits: 1 },
      ] as const
      const { end, found, progress } = await scan(
        { protocol: 'modbus-rtu', path: pty!.path, settings },
        [2, 3, 4, 17],
        60,
      )
      expect([end, found.map(f => f.unit)]).toEqual(['finished', [3, 17]])
      // A pseudo terminal takes every speed; the second is not tried when devices answered on the first.
      expect(found[0]!.setting).toEqual(settings[0])
      expect(progress.filter(p => p.setting?.baudRate === 19_200)).toEqual([])
    } finally {
      await pty!.stop()
    }
  })
})

describe('what goes wrong', () => {
  it('a line where nobody speaks: everything is tried, nobody is found', async () => {
    server = await startModbus({ framing: 'rtu', units })
    for (const unit of units.keys()) server.setFault(unit, { kind: 'mute' })
    const { end, units: seen } = await scan(local('modbus-rtu-over-tcp'), all.slice(0, 40))
    expect([end, seen]).toEqual(['finished', []])
    expect(server.requests()).toBe(80)
  })
  it('nobody listens: said as offline, not as an empty line', async () => {
    const { end, units: seen } = await scan({ protocol: 'modbus-tcp', host: '127.0.0.1', port: 1 }, [1, 2])
    expect([end, seen]).toEqual(['offline', []])
  })
  it('noise and the echo of our own questions are nobody', async () => {
    plain = createServer(socket => {
      socket.on('data', bytes => socket.write(Buffer.concat([bytes, Buffer.from([1, 3, 2, 0, 0, 0, 0])])))
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await until('it listens', () => plain!.listening)
    const { port } = plain!.address() as AddressInfo
    const { end, units: seen } = await scan({ protocol: 'modbus-rtu-over-tcp', host: '127.0.0.1', port }, [1, 2, 3])
    expect([end, seen]).toEqual(['finished', []])
  })
  it('a device that hangs up on every question for somebody else is found all the same', async () => {
    server = await startModbus({ framing: 'tcp', units })
    for (const unit of [1, 2, 4]) server.setFault(unit, { kind: 'drop' })
    const { units: seen } = await scan(local('modbus-tcp'), [1, 2, 3, 4, 17])
    expect(seen).toEqual([3, 17])
  })
  it('cancelled: it ends at once and keeps what it had', async () => {
    server = await startModbus({ framing: 'rtu', units })
    const stop = new AbortController()
    const {
      end,
      units: seen,
      progress,
    } = await scan(local('modbus-rtu-over-tcp'), all, 20, stop, n => {
      if (n === 10) stop.abort()
    })
    expect([end, seen, progress.at(-1)!.tried]).toEqual(['cancelled', [3], 10])
  })
})
