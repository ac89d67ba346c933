import type { ModbusDevice } from '../modbus-pdu.ts'
import { ownMap } from './own-map.ts'

/**
 * The high-pressure CO2 system (二氧化碳房): six cylinders that serve the high-voltage room (all six) or the
 * low-voltage room (1 to 4). No maker's map: its own one, stated here. Unit 2 of line `fire-1`; nothing can be written.
 *
 * | table    | address | type   | scale | unit | value                                                      |
 * |----------|---------|--------|-------|------|------------------------------------------------------------|
 * | input    | 0 to 5  | uint16 | 0.01  | MPa  | pressure of cylinder 1 to 6; about 5.7 at 20 Cel            |
 * | input    | 6       | uint16 | 1     | s    | left of the 30 s in which people get out; 0: not counting   |
 * | input    | 7       | uint16 |       |      | 0 automatic, 1 by hand                                      |
 * | discrete | 0       | bool   |       |      | a detector of a protected room is in alarm                  |
 * | discrete | 1       | bool   |       |      | pre-discharge: horn and lamp, the time runs                 |
 * | discrete | 2       | bool   |       |      | gas released (pressure switch); stays until reset           |
 * | discrete | 3       | bool   |       |      | emergency stop pressed                                      |
 * | discrete | 4       | bool   |       |      | a cylinder is below 5.0 MPa                                 |
 * | discrete | 5       | bool   |       |      | selector valve to the high-voltage room open                |
 * | discrete | 6       | bool   |       |      | selector valve to the low-voltage room open                 |
 */
export interface Suppression {
  readonly device: ModbusDevice
  readonly state: Readonly<SuppressionState>
  setMode(mode: 'auto' | 'hand'): void
  /** The button beside the door, in the time before the discharge. */
  stop(): void
  /** The other button: releases after the same time, in any mode. */
  start(room: ProtectedRoom): void
  /** A cylinder loses gas until it has this pressure, MPa. */
  leak(cylinder: number, pressure: number): void
  /** After it the alarms are gone; empty cylinders stay empty. */
  reset(): void
  refill(): void
  /**
   * @param alarmed protected rooms with a detector in alarm
   * @param confirmed those with a fire that is confirmed
   * @param celsius of the cylinder room
   */
  step(dtS: number, alarmed: readonly ProtectedRoom[], confirmed: readonly ProtectedRoom[], celsius: number): void
}
export const protectedRooms = ['hv-room', 'distribution-room'] as const
export type ProtectedRoom = (typeof protectedRooms)[number]
interface SuppressionState {
  mode: 'auto' | 'hand'
  detector: boolean
  /** The room that is counted down for, and what is left. */
  counting: ProtectedRoom | null
  leftS: number
  released: ProtectedRoom | null
  stopped: boolean
  /** MPa */
  pressures: number[]
}

const countdownS = 30
const cylindersOf = { 'hv-room': 6, 'distribution-room': 4 } as const
const lowMPa = 5
const leakPerS = 0.02
/** Saturated CO2 at 20 Cel, and how it grows with the temperature. */
const pressureAt = (celsius: number) => 5.73 * Math.exp(0.0236 * (celsius - 20))

export function createSuppression(): Suppression {
  /** Of what a full cylinder has. */
  const share = [1, 1, 1, 1, 1, 1]
  const leaking = new Map<number, number>()
  const state: SuppressionState = {
    mode: 'auto',
    detector: false,
    counting: null,
    leftS: 0,
    released: null,
    stopped: false,
    pressures: share.map(() => pressureAt(20)),
  }
  const begin = (room: ProtectedRoom) => {
    if (state.counting || state.released || state.stopped) return
    state.counting = room
    state.leftS = countdownS
  }

  const bit = (address: number, read: () => boolean) => ['discrete', address, read] as const
  const device = ownMap([
    ...share.map((_, i) => ['input', i, () => Math.round(state.pressures[i]! * 100)] as const),
    ['input', 6, () => Math.ceil(state.leftS)],
    ['input', 7, () => (state.mode === 'auto' ? 0 : 1)],
    bit(0, () => state.detector),
    bit(1, () => state.counting !== null),
    bit(2, () => state.released !== null),
    bit(3, () => state.stopped),
    bit(4, () => state.pressures.some(p => p < lowMPa)),
    bit(5, () => state.released === 'hv-room'),
    bit(6, () => state.released === 'distribution-room'),
  ])

  return {
    device,
    state,
    setMode(mode) {
      state.mode = mode
    },
    stop() {
      if (!state.counting) return
      Object.assign(state, { counting: null, leftS: 0, stopped: true })
    },
    start: begin,
    leak(cylinder, pressure) {
      leaking.set(cylinder - 1, pressure)
    },
    reset() {
      Object.assign(state, { counting: null, leftS: 0, released: null, stopped: false })
    },
    refill() {
      share.fill(1)
      leaking.clear()
    },
    step(dtS, alarmed, confirmed, celsius) {
      state.detector = alarmed.length > 0
      if (state.mode === 'auto' && confirmed[0]) begin(confirmed[0])
      if (state.counting) {
        state.leftS = Math.max(0, state.leftS - dtS)
        if (state.leftS === 0) {
          state.released = state.counting
          state.counting = null
        }
      }
      const full = pressureAt(celsius)
      if (state.released) for (let i = 0; i < cylindersOf[state.released]; i++) share[i]! *= Math.exp(-dtS / 15)
      for (const [i, goal] of leaking) {
        const least = goal / full
        if (share[i]! > least) share[i] = Math.max(least, share[i]! - (leakPerS * dtS) / full)
      }
      for (let i = 0; i < share.length; i++) state.pressures[i] = full * share[i]!
    },
  }
}
