import type { ModbusDevice } from '../modbus-pdu.ts'
import { byHour, wave } from './daily.ts'
import { liveMap } from './live-map.ts'

/** From the city main through the float valve into the tank, and from the pumps through a valve to each zone. */

export const zoneIds = ['a', 'b', 'mall', 'b1', 'b2'] as const
export type ZoneId = (typeof zoneIds)[number]

const tankM3 = 60
const tankHeightM = 2.5
/** What the service pipe gives when the float valve is wide open and the main has its 2.8 bar. */
const inletM3h = 26
const travelS = 15

const homes = [
  0.2, 0.12, 0.08, 0.08, 0.12, 0.35, 0.85, 1, 0.8, 0.6, 0.5, 0.55, 0.6, 0.5, 0.4, 0.4, 0.5, 0.7, 0.9, 1, 0.95, 0.85,
  0.6, 0.35,
]
const offices = [
  0.05, 0.05, 0.05, 0.05, 0.05, 0.08, 0.15, 0.4, 0.8, 1, 0.95, 0.9, 0.85, 0.8, 0.9, 0.9, 0.85, 0.75, 0.45, 0.25, 0.15,
  0.1, 0.08, 0.05,
]
const shops = [
  0.05, 0.05, 0.05, 0.05, 0.05, 0.08, 0.15, 0.25, 0.4, 0.6, 0.75, 0.95, 1, 0.85, 0.7, 0.7, 0.8, 0.95, 1, 0.95, 0.8, 0.5,
  0.2, 0.08,
]
const cleaning = [
  0.1, 0.1, 0.1, 0.1, 0.5, 1, 0.9, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4, 0.6, 0.3, 0.1,
]
const draws: Readonly<Record<ZoneId, { peakM3h: number; shape: readonly number[]; nominalBar: number }>> = {
  a: { peakM3h: 6.5, shape: homes, nominalBar: 4.2 },
  b: { peakM3h: 8, shape: offices, nominalBar: 6 },
  mall: { peakM3h: 7.5, shape: shops, nominalBar: 6 },
  b1: { peakM3h: 0.6, shape: cleaning, nominalBar: 6 },
  b2: { peakM3h: 0.8, shape: cleaning, nominalBar: 6 },
}

export interface Zone {
  /** 0..1 */
  position: number
  wanted: 0 | 1
  jammed: boolean
  /** m3/h per root of a bar that the hole lets out. */
  hole: number
  bar: number
  /** With all that flows out of the hole. */
  m3h: number
  burstM3h: number
}

/** Loss of the pipe to a zone when its valve is wide open, bar per (m3/h)². */
const pipeLoss = 0.0015

export function createZone(id: ZoneId, at: () => number) {
  const { peakM3h, shape, nominalBar } = draws[id]
  const zone: Zone = { position: 1, wanted: 1, jammed: false, hole: 0, bar: nominalBar, m3h: 0, burstM3h: 0 }
  const taps = () => (peakM3h * byHour(shape, at()) * (1 + 0.12 * wave(at(), peakM3h))) / Math.sqrt(nominalBar)
  const open = () => zone.position > 0.01
  const loss = () => pipeLoss / Math.max(0.01, zone.position) ** 2

  return {
    zone,
    /** As the pumps feel it, m3/h per root of a bar. */
    conductance() {
      const c = taps() + zone.hole
      return open() ? c / Math.sqrt(1 + loss() * c * c) : 0
    },
    step(dtS: number, manifoldBar: number) {
      if (!zone.jammed) {
        const way = zone.wanted - zone.position
        zone.position += Math.sign(way) * Math.min(Math.abs(way), dtS / travelS)
      }
      const c = taps() + zone.hole
      const goal = open() ? manifoldBar / (1 + loss() * c * c) : 0
      zone.bar += (goal - zone.bar) * Math.min(1, open() ? 1 : (dtS * (0.05 + c)) / 30)
      zone.m3h = open() ? c * Math.sqrt(Math.max(0, zone.bar)) : 0
      zone.burstM3h = c > 0 ? (zone.m3h * zone.hole) / c : 0
    },
    /** The motor valve with its flow and pressure transmitters. */
    device: liveMap(
      `
      position  4 0 u16 0.1
      flow      4 1 u16 0.1
      pressure  4 2 u16 0.01
      opened    2 0 bit 1
      closed    2 1 bit 1
      fault     2 2 bit 1
      open      1 0 bit 1 w
      `,
      () => ({
        position: zone.position * 100,
        flow: zone.m3h,
        pressure: zone.bar,
        opened: zone.position > 0.99,
        closed: zone.position < 0.01,
        fault: zone.jammed && zone.wanted !== zone.position,
        open: zone.wanted === 1,
      }),
      (_, value) => {
        zone.wanted = value ? 1 : 0
        return true
      },
    ) as ModbusDevice,
  }
}

export function createTank() {
  let m3 = 0.88 * tankM3
  let mainBar: number | null = null
  let inletPosition = 0.4
  let inM3h = 0
  let at = 0
  const lids = { 1: false, 2: false }
  /** What came and went since the start, m3. `spilt`: over the overflow. `set`: moved by hand, not by water. */
  const sums = { in: 0, out: 0, spilt: 0, set: 0 }
  const main = () => mainBar ?? 2.8 - 0.5 * byHour(homes, at) + 0.04 * wave(at, 3)
  const percent = () => (100 * m3) / tankM3

  return {
    lids,
    sums,
    get m3() {
      return m3
    },
    get percent() {
      return percent()
    },
    /** Low enough for the pumps' dry-run protection. */
    get wet() {
      return percent() > 4
    },
    setMain(bar: number | null) {
      mainBar = bar
    },
    setPercent(level: number) {
      sums.set += (level / 100) * tankM3 - m3
      m3 = (level / 100) * tankM3
    },
    step(dtS: number, now: number, outM3h: number) {
      at = now
      // The float: shut at 92 %, wide open at 82 %.
      inletPosition = Math.max(0, Math.min(1, (92 - percent()) / 10))
      inM3h = inletM3h * inletPosition * Math.sqrt(Math.max(0, main()) / 2.8)
      const came = (inM3h * dtS) / 3600
      const went = Math.min(m3 + came, (outM3h * dtS) / 3600)
      m3 += came - went
      const over = Math.max(0, m3 - tankM3)
      m3 -= over
      sums.in += came
      sums.out += went
      sums.spilt += over
    },
    device: liveMap(
      `
      level           4 0 u16 0.1
      depth           4 1 u16 0.01
      inlet-flow      4 2 u16 0.1
      inlet-position  4 3 u16 0.1
      main-pressure   4 4 u16 0.01
      lid1-open       2 0 bit 1
      lid2-open       2 1 bit 1
      low             2 2 bit 1
      high            2 3 bit 1
      `,
      () => ({
        level: percent(),
        depth: (tankHeightM * m3) / tankM3,
        'inlet-flow': inM3h,
        'inlet-position': inletPosition * 100,
        'main-pressure': main(),
        'lid1-open': lids[1],
        'lid2-open': lids[2],
        low: percent() < 20,
        high: percent() > 97,
      }),
    ) as ModbusDevice,
  }
}
