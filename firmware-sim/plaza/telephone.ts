import type { ModbusDevice } from '../modbus-pdu.ts'
import { type Cell, ownMap } from './own-map.ts'

/**
 * The program-controlled telephone exchange (程控电话) and the low-voltage room (弱电机房) that it stands in.
 * No maker's map: its own one, stated here. Nothing can be written. The controller lives on the exchange's 48 V battery.
 *
 * | table    | address | type   | scale | unit | value                                                    |
 * |----------|---------|--------|-------|------|----------------------------------------------------------|
 * | discrete | 0       | bool   |       |      | mains of the exchange fail, it lives on its battery      |
 * | discrete | 1       | bool   |       |      | battery low: below 46 V                                  |
 * | discrete | 2, 3    | bool   |       |      | trunk 1, 2 lost                                          |
 * | discrete | 4       | bool   |       |      | water on the floor of the room                           |
 * | input    | 0       | uint16 |       |      | state: 0 normal, 1 degraded, 2 down                      |
 * | input    | 1       | uint16 |       |      | extensions in a call                                     |
 * | input    | 2       | uint16 | 0.1   | V    | battery                                                  |
 * | input    | 3       | int16  | 0.1   | Cel  | temperature of the room                                  |
 * | input    | 4       | uint16 | 0.1   | %    | relative humidity of the room                            |
 */
export interface Telephone {
  readonly device: ModbusDevice
  readonly state: Readonly<TelephoneState>
  trunkFault(n: 1 | 2, on: boolean): void
  setDown(on: boolean): void
  /** @param at UTC ms; the day follows UTC+8 */
  step(dtS: number, at: number, fed: boolean, room: RoomClimate): void
}
interface RoomClimate {
  readonly celsius: number
  readonly humidity: number
  readonly water: boolean
}
interface TelephoneState {
  mainsFail: boolean
  volts: number
  trunk1Lost: boolean
  trunk2Lost: boolean
  down: boolean
  calls: number
}

const floating = 53.5
const lowVolts = 46
/** The exchange lasts about eight hours. */
const sagPerS = 5 / (8 * 3600)

export function createTelephone(): Telephone {
  const state: TelephoneState = {
    mainsFail: false,
    volts: floating,
    trunk1Lost: false,
    trunk2Lost: false,
    down: false,
    calls: 0,
  }
  let room: RoomClimate = { celsius: 23, humidity: 50, water: false }
  const bit = (address: number, read: () => boolean): Cell => ['discrete', address, read]
  return {
    device: ownMap([
      bit(0, () => state.mainsFail),
      bit(1, () => state.volts < lowVolts),
      bit(2, () => state.trunk1Lost),
      bit(3, () => state.trunk2Lost),
      bit(4, () => room.water),
      ['input', 0, () => (state.down ? 2 : state.trunk1Lost || state.trunk2Lost ? 1 : 0)],
      ['input', 1, () => state.calls],
      ['input', 2, () => Math.round(state.volts * 10)],
      ['input', 3, () => Math.round(room.celsius * 10)],
      ['input', 4, () => Math.round(room.humidity * 10)],
    ]),
    state,
    trunkFault(n, on) {
      state[`trunk${n}Lost`] = on
    },
    setDown(on) {
      state.down = on
    },
    step(dtS, at, fed, climate) {
      room = climate
      state.mainsFail = !fed
      state.volts = fed
        ? Math.min(floating, state.volts + 0.002 * dtS)
        : Math.max(43, Math.min(50.5, state.volts) - sagPerS * dtS)
      const hour = (at / 3_600_000 + 8) % 24
      const busy = Math.max(0, Math.sin(((hour - 7) / 13) * Math.PI))
      const outside = state.trunk1Lost && state.trunk2Lost ? 0.2 : 1
      state.calls = state.down ? 0 : Math.round(outside * busy * (22 + 6 * Math.sin(at / 240_000)))
    },
  }
}
