import type { Driver, Link } from '../../drivers/driver.ts'
import { modbusRtu, modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import type { Point, Sample } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type Fault, type ModbusDevice, type ModbusServer, startModbus, type Table } from '../../firmware-sim/modbus.ts'
import { openPty } from '../../firmware-sim/pty.ts'
import type { Bench } from './driver.suite.ts'

/** What a register of this device holds tells which one it is: a value from elsewhere shows itself. */
export const truth = (unit: number, table: Table, address: number): number =>
  table === 'coil' || table === 'discrete'
    ? ((unit + address) * 7) % 3 === 0
      ? 1
      : 0
    : (unit * 4096 + (table === 'input' ? 2048 : 0) + address) & 0xffff

export const device = (unit: number): ModbusDevice => ({
  read: (table, address) => (address < 1000 ? truth(unit, table, address) : undefined),
})

const specs = [
  { key: 'a', table: 'holding', address: 10 },
  { key: 'b', table: 'input', address: 20 },
  { key: 'c', table: 'holding', address: 14 },
  { key: 'd', table: 'holding', address: 300 },
  { key: 'e', table: 'coil', address: 3 },
  { key: 'f', table: 'discrete', address: 101 },
]

export const isTrue = (points: readonly Point[]) => (sample: Sample) => {
  const { unit, table, address } = points.find(p => p.id === sample.point)!.address as never as {
    unit: number
    table: Table
    address: number
  }
  const value = truth(unit, table, address)
  return sample.value === (table === 'coil' || table === 'discrete' ? value === 1 : value)
}

export type Kind = 'modbus-tcp' | 'modbus-rtu-over-tcp' | 'modbus-rtu'
export interface ModbusBench extends Bench {
  readonly sim: ModbusServer
  /** Points of another unit on the same line. */
  readonly other: readonly Point[]
  fault(fault: Fault | null): void
}

export const deps = { now: Date.now, log: () => {} }
export const TIMEOUT_MS = 300

/** @returns undefined without socat, for the serial kind */
export async function startBench(kind: Kind, more: object = {}, turnaroundMs = 0): Promise<ModbusBench | undefined> {
  const units = new Map([1, 2].map(u => [u, device(u)]))
  const sim = await startModbus({ framing: kind === 'modbus-tcp' ? 'tcp' : 'rtu', units, turnaroundMs })
  const peer = { host: '127.0.0.1', port: sim.port, timeoutMs: TIMEOUT_MS, ...more }
  const pty = kind === 'modbus-rtu' ? await openPty(sim.port) : undefined
  if (kind === 'modbus-rtu' && !pty) {
    await sim.stop()
    return undefined
  }
  const idle = sim.connections()
  const [driver, link]: [Driver, Link] =
    kind === 'modbus-tcp'
      ? [modbusTcp, modbusTcp.open(peer, deps)]
      : kind === 'modbus-rtu-over-tcp'
        ? [modbusRtuOverTcp, modbusRtuOverTcp.open(peer, deps)]
        : [modbusRtu, modbusRtu.open({ path: pty!.path, baudRate: 115_200, timeoutMs: TIMEOUT_MS, ...more }, deps)]
  const points = pointsOf('x', specs, driver, 1)
  const other = pointsOf('y', specs, driver, 2)
  const fault = (f: Fault | null) => sim.setFault(1, f)
  return {
    driver,
    link,
    points,
    other,
    sim,
    fault,
    isTrue: isTrue([...points, ...other]),
    // socat holds its own connection from the start.
    connections: () => sim.connections() - (kind === 'modbus-rtu' ? Math.min(idle, sim.connections()) : 0),
    goSilent: () => fault({ kind: 'mute' }),
    comeBack: () => fault(null),
    async drop() {
      fault({ kind: 'drop' })
      await link.read(points, AbortSignal.timeout(5000))
      fault(null)
    },
    stop: async () => {
      await pty?.stop()
      await sim.stop()
    },
  }
}
