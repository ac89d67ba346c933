import type { ModbusDevice } from './modbus-pdu.ts'

/**
 * The sensor of a distribution room: temperature, humidity, water on the floor. A unit on an RTU bus.
 *
 * | table    | address | value                             |
 * |----------|---------|-----------------------------------|
 * | input    | 0       | temperature, int16, 0.1 Cel       |
 * | input    | 1       | relative humidity, uint16, 0.1 %  |
 * | discrete | 0       | 1: water on the floor             |
 */
export interface Room extends ModbusDevice {
  readonly state: { readonly celsius: number; readonly humidity: number; readonly water: boolean }
  /** The temperature goes to this value by 1 °C per second and stays; null: back to what the room is by itself. */
  heat(celsius: number | null): void
  flood(on: boolean): void
}

const restingCelsius = 26

/** What the building makes of the room, when it has one. */
export interface Ambient {
  readonly celsius: number
  readonly humidity: number
  readonly water: boolean
}

/**
 * @param now UTC ms
 * @param ambient the room's air, as in `ties.rooms`; undefined: the room is alone. `heat` beats its temperature
 */
export function createRoom(now: () => number, ambient: () => Ambient | undefined = () => undefined): Room {
  let from = { celsius: ambient()?.celsius ?? restingCelsius, at: now() }
  let target: number | null = null
  let water = false

  function celsius(): number {
    const goal = target ?? ambient()?.celsius ?? restingCelsius
    const way = goal - from.celsius
    const done = Math.max(0, (now() - from.at) / 1000)
    if (done < Math.abs(way)) return from.celsius + Math.sign(way) * done
    // A room by itself breathes a little; one at a set temperature holds it, so that a test can rely on it.
    return target ?? ambient()?.celsius ?? restingCelsius + 0.3 * Math.sin(now() / 120_000)
  }
  const wet = () => water || (ambient()?.water ?? false)
  const humidity = () => ambient()?.humidity ?? 52 + 3 * Math.sin(now() / 300_000) + (water ? 25 : 0)

  return {
    get state() {
      return { celsius: celsius(), humidity: humidity(), water: wet() }
    },
    heat(goal) {
      from = { celsius: celsius(), at: now() }
      target = goal
    },
    flood(on) {
      water = on
    },
    read(table, address) {
      if (table === 'input' && address === 0) return Math.round(celsius() * 10)
      if (table === 'input' && address === 1) return Math.round(humidity() * 10)
      if (table === 'discrete' && address === 0) return wet() ? 1 : 0
      return undefined
    },
  }
}
