import type { ModbusDevice } from '../modbus-pdu.ts'
import { type Cell, ownMap } from './own-map.ts'

/**
 * The concentrator of the emergency help buttons (紧急求助) and of the tamper contacts of the infra-red detectors in
 * the homes. No maker's map: its own one, stated here. Nothing can be written; a call stays until it is answered at the
 * service desk.
 *
 * | table    | address  | type   | value                                                                    |
 * |----------|----------|--------|--------------------------------------------------------------------------|
 * | discrete | 0, 1     | bool   | help call: lift lobby of tower A, B                                      |
 * | discrete | 2 to 5   | bool   | help call: post 1 to 4 in the garage                                     |
 * | discrete | 6 to 8   | bool   | help call: accessible toilet on mall floor 1 to 3                        |
 * | discrete | 16 + h   | bool   | help call: home h of tower A; 0: 0401, 1: 0402, 2: 0501 ... 29: 1802     |
 * | discrete | 64 + h   | bool   | infra-red detector of home h taken off or covered                        |
 * | input    | 0        | uint16 | calls that wait                                                          |
 * | input    | 1        | uint16 | home of the last call as its number, 401 to 1802; 0: none, or from elsewhere |
 */
export const publicPosts = [
  ...['lobby-a', 'lobby-b', 'garage-1', 'garage-2', 'garage-3', 'garage-4'],
  ...['toilet-l1', 'toilet-l2', 'toilet-l3'],
] as const
/** `0401` to `1802` */
export const homes = Array.from({ length: 30 }, (_, h) =>
  String((4 + Math.floor(h / 2)) * 100 + 1 + (h % 2)).padStart(4, '0'),
)
export const helpPlaces: readonly string[] = [...publicPosts, ...homes]

export interface HelpCalls {
  readonly device: ModbusDevice
  readonly waiting: ReadonlySet<string>
  /** One of `helpPlaces`. */
  press(place: string): void
  /** At the desk; default: all. */
  answer(place?: string): void
  tamper(home: string, on: boolean): void
}

export function createHelpCalls(): HelpCalls {
  const waiting = new Set<string>()
  const tampered = new Set<string>()
  let last = 0
  return {
    device: ownMap([
      ...publicPosts.map((place, i): Cell => ['discrete', i, () => waiting.has(place)]),
      ...homes.map((home, h): Cell => ['discrete', 16 + h, () => waiting.has(home)]),
      ...homes.map((home, h): Cell => ['discrete', 64 + h, () => tampered.has(home)]),
      ['input', 0, () => waiting.size],
      ['input', 1, () => last],
    ]),
    waiting,
    press(place) {
      waiting.add(place)
      last = homes.includes(place) ? Number(place) : 0
    },
    answer(place) {
      place === undefined ? waiting.clear() : waiting.delete(place)
      if (waiting.size === 0) last = 0
    },
    tamper(home, on) {
      on ? tampered.add(home) : tampered.delete(home)
    },
  }
}
