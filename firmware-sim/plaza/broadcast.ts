import type { ModbusDevice } from '../modbus-pdu.ts'
import { type Cell, ownMap } from './own-map.ts'

/**
 * The broadcast room: background music and announcements of the mall, by the clock of the service desk (08:00 light
 * music, 08:05, 08:10 roll-call, 08:25, 08:30 welcome; 16:50 closing, 16:58, 17:00 end). State only, no sound.
 * No maker's map: its own one, stated here. Nothing can be written.
 *
 * | table    | address | type   | scale | unit | value                                                      |
 * |----------|---------|--------|-------|------|------------------------------------------------------------|
 * | discrete | 0       | bool   |       |      | rack has power                                             |
 * | discrete | 1, 2    | bool   |       |      | amplifier 1 (podium), 2 (towers and garage) has a fault    |
 * | discrete | 3       | bool   |       |      | something is being played                                  |
 * | discrete | 4       | bool   |       |      | evacuation: the fire panel has the loudspeakers            |
 * | input    | 0       | uint16 |       |      | programme, see `programmes`                                |
 * | input    | 1, 2    | uint16 | 1     | %    | output of amplifier 1, 2                                   |
 */
export interface Broadcast {
  readonly device: ModbusDevice
  readonly state: Readonly<BroadcastState>
  amplifierFault(n: 1 | 2, on: boolean): void
  setPower(on: boolean): void
  /** @param at UTC ms; the day follows UTC+8 */
  step(at: number, fed: boolean, evacuation: boolean): void
}
interface BroadcastState {
  power: boolean
  amplifier1Fault: boolean
  amplifier2Fault: boolean
  programme: number
}
export const programmes = {
  silence: 0,
  'light-music': 1,
  'notice-0805': 2,
  'roll-call': 3,
  'notice-0825': 4,
  welcome: 5,
  'background-music': 6,
  closing: 7,
  'notice-1658': 8,
  evacuation: 20,
} as const
/** Minute of the day from which it is played. */
const clock: readonly (readonly [minute: number, programme: number])[] = [
  [0, programmes.silence],
  [480, programmes['light-music']],
  [485, programmes['notice-0805']],
  [486, programmes['light-music']],
  [490, programmes['roll-call']],
  [492, programmes['light-music']],
  [505, programmes['notice-0825']],
  [506, programmes['light-music']],
  [510, programmes.welcome],
  [515, programmes['background-music']],
  [1010, programmes.closing],
  [1013, programmes['background-music']],
  [1018, programmes['notice-1658']],
  [1020, programmes.silence],
]

export function createBroadcast(): Broadcast {
  const state: BroadcastState = { power: true, amplifier1Fault: false, amplifier2Fault: false, programme: 0 }
  let switchedOn = true
  let now = 0
  const playing = () => state.programme !== programmes.silence
  const output = (fault: boolean, i: number) =>
    playing() && !fault
      ? Math.round((state.programme === programmes.evacuation ? 90 : 40) + 8 * Math.sin(now / 9000 + i))
      : 0
  const bit = (address: number, read: () => boolean): Cell => ['discrete', address, read]
  return {
    device: ownMap([
      bit(0, () => state.power),
      bit(1, () => state.amplifier1Fault),
      bit(2, () => state.amplifier2Fault),
      bit(3, playing),
      bit(4, () => state.programme === programmes.evacuation),
      ['input', 0, () => state.programme],
      ['input', 1, () => output(state.amplifier1Fault, 1)],
      ['input', 2, () => output(state.amplifier2Fault, 2)],
    ]),
    state,
    amplifierFault(n, on) {
      state[`amplifier${n}Fault`] = on
    },
    setPower(on) {
      switchedOn = on
    },
    step(at, fed, evacuation) {
      now = at
      state.power = fed && switchedOn
      const minute = Math.floor((at / 60_000 + 480) % 1440)
      // Evacuation is fed and driven by the fire panel, whatever state the rack is in.
      if (evacuation) state.programme = programmes.evacuation
      else state.programme = state.power ? clock.findLast(([from]) => from <= minute)![1] : programmes.silence
    },
  }
}
