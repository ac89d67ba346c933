import type { ModbusDevice } from '../modbus-pdu.ts'
import { loadOf, vf51 } from './drives.ts'
import { liveMap } from './live-map.ts'

/**
 * The booster set of tower B, podium and basements: three pumps of 15 kW with VEDA VF-51 drives, and their controller.
 * The first pump that can leads; another one helps when it is at its end; one that is lost is replaced after 3 s.
 */
export interface Booster {
  /**
   * @param conductance of all that is open behind it, m3/h per root of a bar
   * @param wet there is water to draw
   * @returns m3/h drawn from the tank
   */
  step(dtS: number, conductance: number, wet: boolean, powered: boolean): number
  readonly bar: number
  readonly kw: number
  readonly running: number
  /** @param code of the drive: 4 overcurrent, 12 output phase lost, 20 motor does not start */
  trip(pump: number, code: number): void
  reset(): void
  /** Pumps that stand still do not start when they are called. */
  failStandby(on: boolean): void
  readonly controller: ModbusDevice
  readonly drives: readonly ModbusDevice[]
  state(): object
}

/** Head at no flow and at 50 Hz. */
const fullBar = 8.5
/** bar per (m3/h)² of one pump. */
const steepness = 0.0028
const tankHeadBar = 0.3
const takeoverS = 3
const noStart = 20

interface Pump {
  on: boolean
  hertz: number
  fault: number
  hours: number
  calledS: number
}

export function createBooster(): Booster {
  const pumps: Pump[] = [8412.6, 7903.1, 3155.4].map((hours, i) => ({
    on: i === 0,
    hertz: i === 0 ? 43 : 0,
    fault: 0,
    hours,
    calledS: 0,
  }))
  let bar = 6
  let setpointBar = 6
  let flow = 0
  let goalHertz = 43
  let standbyFails = false
  let powered = true
  let dry = false
  let missingS = 0
  let shortS = 0
  let idleS = 0

  let opening = 0
  /** The affinity law solved for the speed at which head less losses is the setpoint. */
  const hertzFor = (n: number) =>
    Math.min(50, 50 * Math.sqrt((setpointBar * (1 + (opening / n) ** 2 * steepness)) / fullBar))
  const running = () => pumps.filter(p => p.on).length
  const able = (p: Pump) => p.fault === 0 && powered && !dry

  /** How many shall run is kept; a pump that is lost is missed, and another one called. */
  let wanted = 1
  function decide(dtS: number): void {
    for (const p of pumps) if (!able(p)) p.on = false
    const n = running()
    missingS = n < wanted ? missingS + dtS : 0
    if (missingS >= takeoverS) {
      missingS = 0
      const next = pumps.find(p => able(p) && !p.on)
      if (next && !standbyFails) next.on = true
      else if (next) {
        next.calledS += takeoverS
        if (next.calledS >= 2 * takeoverS) next.fault = noStart
      }
    }
    const atEnd = n > 0 && goalHertz >= 49.5 && bar < setpointBar - 0.4
    shortS = atEnd ? shortS + dtS : 0
    if (shortS >= 8 && wanted < pumps.length) {
      wanted++
      shortS = 0
    }
    // One pump less could do it with something to spare.
    idleS = n > 1 && hertzFor(n - 1) < 47 ? idleS + dtS : 0
    if (idleS >= 60) {
      wanted--
      idleS = 0
      const last = pumps.findLast(p => p.on)
      if (last) last.on = false
    }
  }

  const look = () => ({
    pressure: bar,
    setpoint: setpointBar,
    flow,
    running: running(),
    'suction-dry': dry,
    'standby-ready': pumps.some(p => able(p) && !p.on && !standbyFails),
    power: powered,
    ...Object.fromEntries(
      pumps.flatMap((p, i) => [
        [`pump${i + 1}-running`, p.on],
        [`pump${i + 1}-tripped`, p.fault !== 0],
        [`pump${i + 1}-hours`, p.hours],
      ]),
    ),
    reset: false,
  })
  const reset = () => {
    for (const p of pumps) Object.assign(p, { fault: 0, calledS: 0 })
  }

  return {
    step(dtS, conductance, wet, mains) {
      powered = mains
      dry = !wet
      opening = conductance
      decide(dtS)
      const n = running()
      const share = n > 0 ? (conductance / n) ** 2 * steepness : 0
      goalHertz = n > 0 ? hertzFor(n) : 0
      for (const p of pumps) {
        const goal = p.on ? goalHertz : 0
        p.hertz += Math.max(-20 * dtS, Math.min(6 * dtS, goal - p.hertz))
        if (p.on) p.hours += dtS / 3600
      }
      const hertz = Math.max(0, ...pumps.filter(p => p.on).map(p => p.hertz))
      const made = Math.max(wet ? tankHeadBar : 0, (fullBar * (hertz / 50) ** 2) / (1 + share))
      // The pressure vessel gives back what it holds.
      bar += (made - bar) * Math.min(1, dtS / (made > bar ? 1.5 : 4))
      flow = wet ? conductance * Math.sqrt(Math.max(0, bar)) : 0
      return flow
    },
    get bar() {
      return bar
    },
    get running() {
      return running()
    },
    get kw() {
      return pumps.reduce((sum, p) => sum + (p.on ? 1 + 14 * loadOf(p) : 0), 0)
    },
    trip(pump, code) {
      Object.assign(pumps[pump - 1] ?? {}, { fault: code, on: false })
    },
    reset,
    failStandby(on) {
      standbyFails = on
    },
    controller: liveMap(
      `
      pressure       4 0 u16 0.01
      setpoint       4 1 u16 0.01
      flow           4 2 u16 0.1
      running        4 3 u16 1
      pump1-hours    4 4 u32 1
      pump2-hours    4 6 u32 1
      pump3-hours    4 8 u32 1
      pump1-running  2 0 bit 1
      pump2-running  2 1 bit 1
      pump3-running  2 2 bit 1
      pump1-tripped  2 3 bit 1
      pump2-tripped  2 4 bit 1
      pump3-tripped  2 5 bit 1
      standby-ready  2 6 bit 1
      suction-dry    2 7 bit 1
      power          2 8 bit 1
      setpoint-w     3 0 u16 0.01 w
      reset          1 0 bit 1 w
      `,
      () => ({ ...look(), 'setpoint-w': setpointBar }),
      (name, value) => {
        if (name === 'reset' && value) reset()
        if (name === 'setpoint-w') {
          if (value < 2 || value > 7.5) return false
          setpointBar = value
        }
        return true
      },
    ),
    drives: pumps.map(p =>
      vf51(() => ({
        powered,
        hertz: p.hertz,
        goalHertz: p.on ? goalHertz : 0,
        ratedAmps: 30,
        ratedRpm: 2920,
        fault: p.fault || (powered ? 0 : 9), // 9: undervoltage
        hours: p.hours,
        celsius: 24,
      })),
    ),
    state: look,
  }
}
