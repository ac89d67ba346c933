import type { ModbusDevice } from '../modbus-pdu.ts'
import { liveMap } from './live-map.ts'

/** A motor behind a frequency converter, as the converter sees it. */
export interface Motor {
  /** The converter has mains. */
  readonly powered: boolean
  readonly hertz: number
  readonly goalHertz: number
  readonly ratedAmps: number
  readonly ratedRpm: number
  /** Of the converter: 0 none. */
  readonly fault: number
  readonly hours: number
  readonly celsius: number
}

/** Of the rated load, 0..1: a centrifugal pump or a fan needs the cube of its speed. */
export const loadOf = (m: Pick<Motor, 'hertz'>): number => (m.hertz / 50) ** 3
/** The magnetising current stays however little there is to do. */
const amps = (m: Motor) => (m.hertz < 0.5 ? 0 : m.ratedAmps * (0.28 + 0.64 * (m.hertz / 50) ** 2))
const running = (m: Motor) => m.hertz >= 0.5

/** VEDA VF-51, holding registers from 0x2000 on; the status word has its upper bits in the input table. */
export const vf51 = (motor: () => Motor): ModbusDevice =>
  liveMap(
    `
    running               3 0x2002 b0 1
    fault-code            3 0x2003 u16 1
    warning-code          3 0x2010 u16 1
    set-frequency         3 0x2100 u16 0.01
    output-frequency      3 0x2101 u16 0.01
    motor-current         3 0x2102 u16 0.01
    input-voltage         3 0x2103 u16 0.1
    motor-voltage         3 0x2104 u16 0.1
    motor-speed           3 0x2105 s16 1
    motor-torque          3 0x2107 s16 0.1
    pid-setpoint          3 0x2108 s16 0.1
    pid-feedback          3 0x2109 s16 0.1
    motor-power           3 0x210A s16 0.1
    dc-link-voltage       3 0x210B u16 0.1
    inverter-temperature  3 0x210C s16 0.1
    heatsink-temperature  3 0x210D s16 0.1
    over-speed            4 0x2002 b1 1
    braking               4 0x2002 b2 1
    tripped               4 0x2002 b4 1
    `,
    () => {
      const m = motor()
      return {
        running: running(m),
        'fault-code': m.fault,
        'warning-code': 0,
        'set-frequency': m.goalHertz,
        'output-frequency': m.hertz,
        'motor-current': amps(m),
        'input-voltage': m.powered ? 381 : 0,
        'motor-voltage': 7.6 * m.hertz,
        'motor-speed': (m.ratedRpm * m.hertz) / 50,
        'motor-torque': 92 * (m.hertz / 50) ** 2,
        'pid-setpoint': 0,
        'pid-feedback': 0,
        'motor-power': 94 * loadOf(m),
        'dc-link-voltage': m.powered ? 538 - 9 * loadOf(m) : 0,
        'inverter-temperature': m.celsius + 6 + 14 * loadOf(m),
        'heatsink-temperature': m.celsius + 4 + 19 * loadOf(m),
        'over-speed': false,
        braking: false,
        tripped: m.fault !== 0,
      }
    },
  )

/** Vacon 10, input registers. */
export const vacon10 = (motor: () => Motor): ModbusDevice =>
  liveMap(
    `
    output-frequency       4 0 u16 0.01
    motor-speed            4 1 u16 1
    motor-current          4 2 u16 0.01
    motor-torque           4 3 u16 0.1
    motor-power            4 4 u16 0.1
    motor-voltage          4 5 u16 0.1
    dc-link-voltage        4 6 u16 1
    inverter-temperature   4 7 u16 1
    pid-setpoint           4 19 u16 0.1
    pid-feedback           4 20 u16 0.1
    set-frequency          4 24 u16 0.01
    energy-megawatt-hours  4 826 u16 1
    operating-days         4 827 u16 1
    operating-hours        4 828 u16 1
    running-days           4 839 u16 1
    running-hours          4 840 u16 1
    fault-count            4 841 u16 1
    ready                  4 2100 b0 1
    running                4 2100 b1 1
    reverse                4 2100 b2 1
    tripped                4 2100 b3 1
    fieldbus-frequency     4 2103 u16 0.01
    fieldbus-speed         4 2104 u16 1
    fieldbus-current       4 2105 u16 0.01
    fieldbus-dc-link       4 2109 u16 1
    fault-code             4 2110 u16 1
    `,
    () => {
      const m = motor()
      const dc = m.powered ? 545 - 8 * loadOf(m) : 0
      return {
        'output-frequency': m.hertz,
        'motor-speed': (m.ratedRpm * m.hertz) / 50,
        'motor-current': amps(m),
        'motor-torque': 92 * (m.hertz / 50) ** 2,
        'motor-power': 94 * loadOf(m),
        'motor-voltage': 7.6 * m.hertz,
        'dc-link-voltage': dc,
        'inverter-temperature': m.celsius + 6 + 14 * loadOf(m),
        'pid-setpoint': 0,
        'pid-feedback': 0,
        'set-frequency': m.goalHertz,
        'energy-megawatt-hours': m.hours * 0.018,
        'operating-days': Math.floor((m.hours * 2.2) / 24),
        'operating-hours': Math.floor((m.hours * 2.2) % 24),
        'running-days': Math.floor(m.hours / 24),
        'running-hours': Math.floor(m.hours % 24),
        'fault-count': 2 + (m.fault ? 1 : 0),
        ready: m.powered && m.fault === 0,
        running: running(m),
        reverse: false,
        tripped: m.fault !== 0,
        'fieldbus-frequency': m.hertz,
        'fieldbus-speed': (m.ratedRpm * m.hertz) / 50,
        'fieldbus-current': amps(m),
        'fieldbus-dc-link': dc,
        'fault-code': m.fault,
      }
    },
  )

/** Danfoss FC 51, holding registers at parameter number x 10 - 1. */
export const fc51 = (motor: () => Motor): ModbusDevice =>
  liveMap(
    `
    operating-hours       3 14999 u32 1
    running-hours         3 15009 u32 1
    energy                3 15019 u32 1
    set-frequency         3 16009 s32 0.001
    motor-voltage         3 16119 u16 1
    output-frequency      3 16129 u16 0.1
    motor-current         3 16139 u16 0.01
    thermal-motor         3 16179 lo 1
    dc-link-voltage       3 16299 u16 1
    heatsink-temperature  3 16339 lo 1
    thermal-inverter      3 16349 lo 1
    alarm-word            3 16899 u32 1
    warning-word          3 16919 u32 1
    speed-setpoint        3 50009 u16 0.0061035
    control-ready         3 50199 b0 1
    ready                 3 50199 b1 1
    tripped               3 50199 b3 1
    remote                3 50199 b9 1
    running               3 50199 b11 1
    `,
    () => {
      const m = motor()
      return {
        'operating-hours': m.hours * 2.2,
        'running-hours': m.hours,
        energy: m.hours * 18,
        'set-frequency': m.goalHertz,
        'motor-voltage': 7.6 * m.hertz,
        'output-frequency': m.hertz,
        'motor-current': amps(m),
        'thermal-motor': 70 * loadOf(m),
        'dc-link-voltage': m.powered ? 545 - 8 * loadOf(m) : 0,
        'heatsink-temperature': m.celsius + 4 + 19 * loadOf(m),
        'thermal-inverter': 45 * loadOf(m),
        'alarm-word': m.fault,
        'warning-word': 0,
        'speed-setpoint': 2 * m.goalHertz,
        'control-ready': true,
        ready: m.powered && m.fault === 0,
        tripped: m.fault !== 0,
        remote: true,
        running: running(m),
      }
    },
  )
