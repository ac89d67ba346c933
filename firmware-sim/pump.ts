import type { ModbusDevice, Table } from './modbus-pdu.ts'

/**
 * A booster set for drinking water (生活水泵): two frequency-controlled pumps behind a break tank. No maker's map: its own one, stated here.
 * Addresses are 0-based; 32-bit numbers take two registers, high word first.
 *
 * | table    | address | type   | scale | unit | value                                                  |
 * |----------|---------|--------|-------|------|--------------------------------------------------------|
 * | input    | 0       | uint16 | 0.01  | bar  | outlet pressure                                        |
 * | input    | 1       | uint16 | 0.1   | %    | tank level                                             |
 * | input    | 2, 3    | uint16 | 0.1   | Hz   | frequency of pump 1, 2                                 |
 * | input    | 4, 6    | uint32 | 1     | h    | run hours of pump 1, 2                                 |
 * | input    | 8, 9    | uint16 | 0.1   | A    | current of pump 1, 2                                   |
 * | input    | 10, 11  | uint16 |       |      | fault of pump 1, 2: 0 none, 3 phase loss, 7 overcurrent |
 * | discrete | 0, 1    | bool   |       |      | pump 1, 2 running                                      |
 * | discrete | 2, 3    | bool   |       |      | pump 1, 2 tripped                                      |
 * | discrete | 4, 5    | bool   |       |      | tank level low (below 20 %), high (above 95 %)         |
 * | discrete | 6       | bool   |       |      | remote mode: coils and setpoint can be written         |
 * | coil     | 0, 1    | bool   |       |      | pump 1, 2 may run                                      |
 * | coil     | 2       | bool   |       |      | fault reset: writing 1 resets both pumps; reads 0      |
 * | holding  | 0       | uint16 | 0.01  | bar  | pressure setpoint, 1..8 bar                            |
 */
export const pumpMap = [
  { table: 'input', address: 0, type: 'uint16', key: 'pressure', scale: 0.01, unit: 'bar' },
  { table: 'input', address: 1, type: 'uint16', key: 'tank.level', scale: 0.1, unit: '%' },
  { table: 'input', address: 2, type: 'uint16', key: 'pump1.frequency', scale: 0.1, unit: 'Hz' },
  { table: 'input', address: 3, type: 'uint16', key: 'pump2.frequency', scale: 0.1, unit: 'Hz' },
  { table: 'input', address: 4, type: 'uint32', key: 'pump1.hours', scale: 1, unit: 'h' },
  { table: 'input', address: 6, type: 'uint32', key: 'pump2.hours', scale: 1, unit: 'h' },
  { table: 'input', address: 8, type: 'uint16', key: 'pump1.current', scale: 0.1, unit: 'A' },
  { table: 'input', address: 9, type: 'uint16', key: 'pump2.current', scale: 0.1, unit: 'A' },
  { table: 'input', address: 10, type: 'uint16', key: 'pump1.fault', scale: 1 },
  { table: 'input', address: 11, type: 'uint16', key: 'pump2.fault', scale: 1 },
  { table: 'discrete', address: 0, type: 'bool', key: 'pump1.running' },
  { table: 'discrete', address: 1, type: 'bool', key: 'pump2.running' },
  { table: 'discrete', address: 2, type: 'bool', key: 'pump1.tripped' },
  { table: 'discrete', address: 3, type: 'bool', key: 'pump2.tripped' },
  { table: 'discrete', address: 4, type: 'bool', key: 'tank.low' },
  { table: 'discrete', address: 5, type: 'bool', key: 'tank.high' },
  { table: 'discrete', address: 6, type: 'bool', key: 'remote' },
  { table: 'coil', address: 0, type: 'bool', key: 'pump1.enable' },
  { table: 'coil', address: 1, type: 'bool', key: 'pump2.enable' },
  { table: 'coil', address: 2, type: 'bool', key: 'reset' },
  { table: 'holding', address: 0, type: 'uint16', key: 'setpoint', scale: 0.01, unit: 'bar' },
] as const satisfies readonly {
  table: Table
  address: number
  type: 'bool' | 'uint16' | 'uint32'
  key: string
  scale?: number
  unit?: string
}[]

export type PumpKey = (typeof pumpMap)[number]['key']
export type PumpState = Record<PumpKey, number>

export interface PumpSet extends ModbusDevice {
  /** Each value of the map in its unit, bits as 0 and 1. */
  readonly state: Readonly<PumpState>
  /** @param code fault code, default 7 (overcurrent) */
  trip(pump: 1 | 2, code?: number): void
  /** Default: both. */
  reset(pump?: 1 | 2): void
  /** Pins the tank level, %; null lets it swing again. */
  setLevel(percent: number | null): void
  /** false: local mode, the set refuses writing. */
  setRemote(on: boolean): void
}

interface Pump {
  enabled: boolean
  fault: number
  hertz: number
  hours: number
  /** The contactor: the motor has current. */
  on: boolean
}

const stepMs = 100
/** How long a leader is missed before the next one starts. */
const takeoverMs = 3000
const fullHeadBar = 7
const tankHeadBar = 0.6

/** @param now UTC ms; the set lives on this clock, in steps of 100 ms */
export function createPump(now: () => number): PumpSet {
  const pumps: { 1: Pump; 2: Pump } = {
    1: { enabled: true, fault: 0, hertz: 0, hours: 6231.4, on: true },
    2: { enabled: true, fault: 0, hertz: 0, hours: 5874.9, on: false },
  }
  let setpointBar = 4.2
  let pressureBar = setpointBar
  let pinnedLevel: number | null = null
  let remote = true
  let last = now()
  let missingMs = 0

  /** Water drawn, as a share of what one pump gives. */
  const demand = (t: number) => 0.5 + 0.12 * Math.sin(t / 97_000) + 0.04 * Math.sin(t / 5300)
  /** Pressure that a pump gives at a frequency and a flow: the affinity law less the losses. */
  const head = (hertz: number, flow: number) => fullHeadBar * (hertz / 50) ** 2 - 0.9 * flow ** 2
  const hertzFor = (bar: number, flow: number) => Math.min(50, 50 * Math.sqrt((bar + 0.9 * flow ** 2) / fullHeadBar))
  const level = () => pinnedLevel ?? 70 + 14 * Math.sin(last / 240_000)
  const able = (pump: Pump) => pump.enabled && pump.fault === 0

  /** Pump 1 leads when it can. A pump that stopped is missed for 3 s before the other starts. */
  function decide(): void {
    const leader = able(pumps[1]) ? pumps[1] : able(pumps[2]) ? pumps[2] : undefined
    const other = leader === pumps[1] ? pumps[2] : pumps[1]
    if (!able(pumps[1])) pumps[1].on = false
    if (!able(pumps[2])) pumps[2].on = false
    if (!leader) return
    if (leader.on) {
      missingMs = 0
      // The standby pump hands back only when the leader holds the pressure.
      if (other.on && leader.hertz >= other.hertz - 1) other.on = false
    } else {
      missingMs += stepMs
      if (missingMs >= takeoverMs) leader.on = true
    }
  }

  function step(t: number): void {
    decide()
    const flow = demand(t)
    const wanted = hertzFor(setpointBar, flow)
    for (const pump of [pumps[1], pumps[2]]) {
      const goal = pump.on ? wanted : 0
      const perStep = (pump.on ? 12 : 20) * (stepMs / 1000)
      pump.hertz += Math.max(-perStep, Math.min(perStep, goal - pump.hertz))
      if (pump.on) pump.hours += stepMs / 3_600_000
    }
    const made = Math.max(tankHeadBar, head(Math.max(pumps[1].hertz, pumps[2].hertz), flow))
    const lagMs = made > pressureBar ? 800 : 2500 // the pressure vessel gives back what it holds
    pressureBar += (made - pressureBar) * Math.min(1, stepMs / lagMs)
  }

  /** After a long time unread only its last two minutes are lived through: the set has settled by then. */
  function advance(): void {
    const until = now()
    if (until < last) last = until
    const settledMs = 120_000
    if (until - last > settledMs) {
      const skippedHours = (until - last - settledMs) / 3_600_000
      for (const pump of [pumps[1], pumps[2]]) if (pump.on) pump.hours += skippedHours
      last = until - settledMs
    }
    while (until - last >= stepMs) {
      last += stepMs
      step(last)
    }
  }

  const amperes = (pump: Pump) => (pump.hertz < 1 ? 0 : 3.2 + 10.5 * (pump.hertz / 50) ** 3)
  const bit = (on: boolean) => (on ? 1 : 0)

  function look(): PumpState {
    advance()
    return {
      pressure: pressureBar,
      'tank.level': level(),
      'pump1.frequency': pumps[1].hertz,
      'pump2.frequency': pumps[2].hertz,
      'pump1.hours': Math.floor(pumps[1].hours),
      'pump2.hours': Math.floor(pumps[2].hours),
      'pump1.current': pumps[1].on ? amperes(pumps[1]) : 0,
      'pump2.current': pumps[2].on ? amperes(pumps[2]) : 0,
      'pump1.fault': pumps[1].fault,
      'pump2.fault': pumps[2].fault,
      'pump1.running': bit(pumps[1].on),
      'pump2.running': bit(pumps[2].on),
      'pump1.tripped': bit(pumps[1].fault !== 0),
      'pump2.tripped': bit(pumps[2].fault !== 0),
      'tank.low': bit(level() < 20),
      'tank.high': bit(level() > 95),
      remote: bit(remote),
      'pump1.enable': bit(pumps[1].enabled),
      'pump2.enable': bit(pumps[2].enabled),
      reset: 0,
      setpoint: setpointBar,
    }
  }

  const reset = (pump?: 1 | 2) => {
    advance()
    if (pump !== 2) pumps[1].fault = 0
    if (pump !== 1) pumps[2].fault = 0
  }

  const registers = new Map<string, number>()
  function hold(): void {
    const state = look()
    for (const row of pumpMap) {
      const raw = Math.round(state[row.key] / ('scale' in row ? row.scale : 1))
      if (row.type === 'uint32') {
        registers.set(`${row.table} ${row.address}`, raw >>> 16)
        registers.set(`${row.table} ${row.address + 1}`, raw & 0xffff)
      } else registers.set(`${row.table} ${row.address}`, raw)
    }
  }

  // A set that has been running for long.
  last -= 30_000
  advance()

  return {
    get state() {
      return look()
    },
    trip(pump, code = 7) {
      advance()
      pumps[pump].fault = code
      pumps[pump].on = false
    },
    reset,
    setLevel(percent) {
      pinnedLevel = percent
    },
    setRemote(on) {
      remote = on
    },
    begin() {
      hold()
      return true
    },
    read: (table, address) => registers.get(`${table} ${address}`),
    write(table, address, value) {
      if (!remote) return false
      advance()
      if (table === 'holding') {
        if (address !== 0 || value < 100 || value > 800) return false
        setpointBar = value / 100
        return true
      }
      if (address > 2) return false
      if (address === 2) {
        if (value) reset()
        return true
      }
      pumps[address === 0 ? 1 : 2].enabled = value !== 0
      return true
    },
  }
}
