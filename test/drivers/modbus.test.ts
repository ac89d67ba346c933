import { spawnSync } from 'node:child_process'
import modbusSerial from 'modbus-serial'
import { describe, expect, it } from 'vitest'
import { modbusTcp } from '../../drivers/modbus/driver.ts'
import type { ModbusLink } from '../../drivers/modbus/link.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { eastronSdm630 } from '../../drivers/profiles/eastron-sdm630.ts'
import { createMeter } from '../../firmware-sim/meter.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { driverSuite, recovered, soon } from './driver.suite.ts'
import { deps, type Kind, type ModbusBench, startBench, TIMEOUT_MS } from './modbus.bench.ts'

const hasSocat = spawnSync('socat', ['-V']).status === 0
const kinds: Kind[] = ['modbus-tcp', 'modbus-rtu-over-tcp', 'modbus-rtu']

for (const kind of kinds)
  describe.skipIf(kind === 'modbus-rtu' && !hasSocat)(kind, () => {
    driverSuite(async () => (await startBench(kind))!)

    const bench = (name: string, run: (b: ModbusBench) => Promise<void>, more: object = {}) =>
      it(name, { timeout: 120_000 }, async () => {
        const b = (await startBench(kind, more))!
        try {
          await run(b)
        } finally {
          await b.link.close()
          await b.stop()
        }
      })

    bench('slow answers are true; slower than the timeout they are bad, not somebody else’s', async b => {
      b.fault({ kind: 'slow', ms: TIMEOUT_MS / 3 })
      expect((await b.link.read(b.points, soon())).filter(s => !b.isTrue(s))).toEqual([])
      b.fault({ kind: 'slow', ms: TIMEOUT_MS * 2 })
      for (let i = 0; i < 3; i++) {
        const slow = await b.link.read(b.points, soon())
        expect(slow.filter(s => s.value !== null && !b.isTrue(s))).toEqual([])
      }
      b.fault(null)
      expect((await recovered(b.link, b.points)).filter(s => !b.isTrue(s))).toEqual([])
    })

    bench('a refusing unit is bad "refused", its neighbour is good, the connection stays', async b => {
      await b.link.read(b.points, soon())
      const before = b.connections()
      b.fault({ kind: 'refuse', code: 4 })
      const [mine, theirs] = await Promise.all([b.link.read(b.points, soon()), b.link.read(b.other, soon())])
      expect(mine.map(s => s.reason)).toEqual(b.points.map(() => 'refused'))
      expect(theirs.filter(s => !b.isTrue(s))).toEqual([])
      expect(b.connections()).toBe(before)
    })

    bench('a gateway that has no such device says so', async b => {
      b.fault({ kind: 'refuse', code: 0x0a })
      expect((await b.link.read(b.points, soon())).map(s => s.reason)).toEqual(b.points.map(() => 'offline'))
      b.fault({ kind: 'refuse', code: 0x0b })
      expect((await b.link.read(b.points, soon())).map(s => s.reason)).toEqual(b.points.map(() => 'timeout'))
    })

    bench('a silent unit costs one timeout, not one per request, and its neighbour goes on', async b => {
      await b.link.read(b.points, soon())
      b.fault({ kind: 'mute' })
      const asked = b.sim.requests()
      const mine = await b.link.read(b.points, soon())
      expect(mine.map(s => s.reason)).toEqual(b.points.map(() => 'timeout'))
      expect(b.sim.requests() - asked).toBe(1)
      expect((await recovered(b.link, b.other)).filter(s => !b.isTrue(s))).toEqual([])
    })

    bench('garbage is never a value', async b => {
      await b.link.read(b.points, soon())
      b.fault({ kind: 'garbage' })
      for (let i = 0; i < 3; i++) {
        const samples = await b.link.read(b.points, soon())
        expect(samples.map(s => s.value)).toEqual(b.points.map(() => null))
      }
      b.fault(null)
      expect((await recovered(b.link, b.points)).filter(s => !b.isTrue(s))).toEqual([])
    })

    bench('one forbidden address does not take its neighbours with it', async b => {
      const specs = [996, 998, 999, 1000, 1001].map(address => ({ key: `${address}`, table: 'input', address }))
      const points = pointsOf('x', specs, b.driver, 1)
      for (let i = 0; i < 2; i++) {
        const samples = await b.link.read(points, soon())
        expect(samples.map(s => s.reason ?? s.value)).toEqual([7140, 7142, 7143, 'refused', 'refused'])
      }
    })
  })

describe('modbus-tcp', () => {
  it('reads every point of the SDM630 profile from the meter', async () => {
    const meter = createMeter(Date.now)
    const sim = await startModbus({ framing: 'tcp', units: new Map([[1, meter]]) })
    const link = modbusTcp.open({ host: '127.0.0.1', port: sim.port }, deps)
    const points = pointsOf('meter', eastronSdm630.points, modbusTcp, 1)
    expect(modbusTcp.check({ host: 'x' }, points)).toEqual([])
    const samples = await link.read(points, soon())
    const bad = samples.filter(s => s.quality !== 'good')
    const { state } = meter
    expect([samples.length, bad]).toEqual([39, []])
    const asked = sim.requests()
    expect((await link.read(points, soon())).filter(s => s.quality !== 'good')).toEqual([])
    expect(sim.requests() - asked).toBe(3)
    const value = (key: string) => samples.find(s => s.point === `meter/${key}`)!.value as number
    expect(value('voltage-l1')).toBeCloseTo(state['voltage.l1'], 0)
    expect(value('energy-import')).toBeCloseTo(state['energy.import'], 0)
    expect(value('power') / state['power.total']).toBeCloseTo(1, 2)
    meter.set('power.total', Number.NaN)
    const odd = await link.read(points, soon())
    expect(odd.filter(s => s.quality !== 'good').map(s => [s.point, s.reason])).toEqual([
      ['meter/power', 'undecodable'],
    ])
    await link.close()
    await sim.stop()
  })

  it('a late answer is recognised by its transaction, also with several under way', async () => {
    for (const maxInFlight of [1, 4]) {
      const b = (await startBench('modbus-tcp', { maxInFlight }))!
      let [good, wrong] = [0, 0]
      for (let i = 0; i < 40; i++) {
        if (i % 10 === 0) b.fault({ kind: 'late', ms: TIMEOUT_MS * 1.5 })
        const both = await Promise.all([b.link.read(b.points, soon()), b.link.read(b.other, soon())])
        for (const s of both.flat()) if (s.quality === 'good') b.isTrue(s) ? good++ : wrong++
      }
      expect([wrong, good > 200, (b.link as ModbusLink).counts.late > 0]).toEqual([0, true, true])
      await b.link.close()
      await b.stop()
    }
  })

  it('writes what the device then holds, and refuses what it must not', async () => {
    const registers = new Map<string, number>()
    const device = {
      read: (table: string, address: number) => registers.get(`${table}${address}`) ?? 0,
      write: (table: string, address: number, value: number) => {
        if (address > 50) return false
        registers.set(`${table}${address}`, value)
        return true
      },
    }
    const sim = await startModbus({ framing: 'tcp', units: new Map([[1, device]]) })
    const link = modbusTcp.open({ host: '127.0.0.1', port: sim.port }, deps)
    const w = { writable: true }
    const points = pointsOf(
      'x',
      [
        { key: 'coil', table: 'coil', address: 1, ...w },
        { key: 'coils', table: 'coil', address: 2, multiple: true, ...w },
        { key: 'one', table: 'holding', address: 1, scale: 0.1, ...w },
        { key: 'ones', table: 'holding', address: 2, multiple: true, ...w },
        { key: 'two', table: 'holding', address: 4, type: 'float32', order: 'CDAB', ...w },
      ],
      modbusTcp,
      1,
    )
    const values = [true, true, 23.1, 7, -1.5]
    for (const [i, point] of points.entries())
      expect(await link.write!(point, values[i]!, soon())).toEqual({ ok: true })
    expect((await link.read(points, soon())).map(s => s.value)).toEqual(values)
    expect(registers.get('holding1')).toBe(231)
    const [far, shut] = pointsOf(
      'x',
      [
        { key: 'far', table: 'holding', address: 60, ...w },
        { key: 'shut', table: 'holding', address: 1 },
      ],
      modbusTcp,
      1,
    )
    expect(await link.write!(far!, 1, soon())).toEqual({ ok: false, reason: 'refused' })
    expect(await link.write!(shut!, 1, soon())).toEqual({ ok: false, reason: 'read-only' })
    expect(await link.write!(points[2]!, 70_000, soon())).toEqual({ ok: false, reason: 'refused' })
    sim.setFault(1, { kind: 'mute' })
    expect(await link.write!(points[2]!, 1, AbortSignal.timeout(50))).toEqual({ ok: false, reason: 'timeout' })
    await link.close()
    await sim.stop()
  })

  it('understands a server that others wrote', async () => {
    const vector = {
      getHoldingRegister: (address: number) => address + 1,
      getInputRegister: (address: number) => address + 2,
      getCoil: (address: number) => address % 2 === 0,
      getDiscreteInput: (address: number) => address % 2 === 1,
    }
    const server = new modbusSerial.ServerTCP(vector as never, { host: '127.0.0.1', port: 0, unitID: 255 })
    const net = (server as never as { _server: import('node:net').Server })._server
    if (!net.listening) await new Promise(resolve => net.once('listening', resolve))
    const { port } = net.address() as import('node:net').AddressInfo
    const link = modbusTcp.open({ host: '127.0.0.1', port }, deps)
    const tables = ['holding', 'input', 'coil', 'discrete']
    const points = pointsOf(
      'x',
      tables.map(table => ({ key: table, table, address: 40 })),
      modbusTcp,
      3,
    )
    expect((await link.read(points, soon())).map(s => s.value)).toEqual([41, 42, true, false])
    await link.close()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
})
