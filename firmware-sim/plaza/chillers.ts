import type { ModbusDevice } from '../modbus-pdu.ts'
import { liveMap } from './live-map.ts'

/** The two machines that make cold (or warm) water. Both stand still without flow, and trip when it is lost. */

/** 5, 6 flow lost; 12 condenser pressure, 13 cooling water too high; 21 fuel pressure low. */
export const chillerFaults = { chilledFlow: 5, coolingFlow: 6, highPressure: 12, coolingHot: 13, fuel: 21 } as const
const highPressureBar = 12.5
/** What an absorption machine stands before it would crystallise its salt. */
const coolingHotCelsius = 44
const flowLostS = 5
const rampS = 90
const restS = 60

/** What it is given in a step. */
export interface Surroundings {
  readonly powered: boolean
  readonly chilledFlow: boolean
  readonly coolingFlow: boolean
  /** Of the loop that it works on, and of the water from the towers. */
  readonly loopCelsius: number
  readonly coolingCelsius: number
  readonly coolingM3h: number
  readonly chilledM3h: number
  readonly fuelKpa: number
  readonly heating: boolean
}

/** R134a, bar above the atmosphere at saturation. */
const refrigerantBar = (celsius: number) => 2.93 * Math.exp(2661 * (1 / 273.15 - 1 / (celsius + 273.15))) - 1.013

export function createChiller(kind: 'electric' | 'direct-fired', fullKw: number) {
  let start = false
  let running = false
  let fault = 0
  let hours = kind === 'electric' ? 9123.4 : 6011.7
  let ramp = 0
  let lostS = 0
  let restingS = restS
  let setpoint = 7
  let fouled = false
  /** Kelvin that the deposit in the condenser costs. */
  let deposit = 0
  /** > 0 cold, < 0 warmth, to the loop. */
  let kw = 0
  let condensing = 30
  let now: Surroundings = {
    powered: true,
    chilledFlow: false,
    coolingFlow: false,
    loopCelsius: 15,
    coolingCelsius: 25,
    coolingM3h: 0,
    chilledM3h: 0,
    fuelKpa: 3,
    heating: false,
  }
  const share = () => Math.abs(kw) / fullKw
  const trip = (code: number) => {
    fault = code
    start = false
  }
  const electricKw = () => (running ? (kind === 'electric' ? 12 + Math.abs(kw) / 5.2 : 6 + 9 * share()) : 0)
  const heatRejectedKw = () => (now.heating ? 0 : Math.max(0, kw) * (kind === 'electric' ? 1.19 : 1.75))

  function watchOver(dtS: number): void {
    const needsCooling = !now.heating
    const lost = !now.chilledFlow || (needsCooling && !now.coolingFlow)
    lostS = running && lost ? lostS + dtS : 0
    if (lostS >= flowLostS) trip(now.chilledFlow ? chillerFaults.coolingFlow : chillerFaults.chilledFlow)
    if (running && kind === 'electric' && refrigerantBar(condensing) > highPressureBar) trip(chillerFaults.highPressure)
    if (running && kind === 'direct-fired' && now.coolingCelsius > coolingHotCelsius && !now.heating)
      trip(chillerFaults.coolingHot)
    if ((running || start) && kind === 'direct-fired' && now.fuelKpa < 1.5) trip(chillerFaults.fuel)
  }

  const cooling = () => ({
    'chilled-supply': now.loopCelsius,
    'chilled-return': now.loopCelsius + (now.chilledM3h > 1 ? kw / (1.163 * now.chilledM3h) : 0),
    'cooling-in': now.coolingCelsius,
    'cooling-out': now.coolingCelsius + (now.coolingM3h > 1 ? heatRejectedKw() / (1.163 * now.coolingM3h) : 0),
  })
  const common = () => ({
    ...cooling(),
    load: 100 * share(),
    power: electricKw(),
    'fault-code': fault,
    hours,
    running,
    fault: fault !== 0,
    'chilled-flow': now.chilledFlow,
    'cooling-flow': now.coolingFlow,
    start,
    reset: false,
    setpoint,
  })
  const map = `
    chilled-supply  4 0 s16 0.1
    chilled-return  4 1 s16 0.1
    cooling-in      4 2 s16 0.1
    cooling-out     4 3 s16 0.1
    load            4 4 u16 0.1
    power           4 5 u16 0.1
    fault-code      4 6 u16 1
    hours           4 7 u32 1
    running         2 0 bit 1
    fault           2 1 bit 1
    chilled-flow    2 2 bit 1
    cooling-flow    2 3 bit 1
    start           1 0 bit 1 w
    reset           1 1 bit 1 w
    setpoint        3 0 s16 0.1 w
  `
  const reset = () => {
    fault = 0
    lostS = 0
  }
  /** The machine itself refuses a start without flow, whoever asks. */
  function write(name: string, value: number): boolean {
    if (name === 'reset') {
      if (value) reset()
      return true
    }
    if (name === 'setpoint') {
      if (value < 5 || value > 15) return false
      setpoint = value
      return true
    }
    if (value && (!now.chilledFlow || (!now.coolingFlow && !now.heating) || fault !== 0)) return false
    start = value !== 0
    return true
  }
  const device: ModbusDevice =
    kind === 'electric'
      ? liveMap(
          `${map}
          evaporator-pressure  4 9 u16 0.01
          condenser-pressure   4 10 u16 0.01
          current              4 11 u16 0.1
          high-pressure        2 4 bit 1
          `,
          () => ({
            ...common(),
            'evaporator-pressure': refrigerantBar(running ? now.loopCelsius - 3 * share() : now.loopCelsius),
            'condenser-pressure': refrigerantBar(condensing),
            current: electricKw() / (Math.sqrt(3) * 0.38 * 0.88),
            'high-pressure': fault === chillerFaults.highPressure,
          }),
          write,
        )
      : liveMap(
          `${map}
          fuel-pressure          4 9 u16 0.01
          fuel-flow              4 10 u16 0.1
          generator-temperature  4 11 u16 0.1
          exhaust-temperature    4 12 u16 0.1
          heating                2 4 bit 1
          flame                  2 5 bit 1
          `,
          () => ({
            ...common(),
            'fuel-pressure': now.fuelKpa,
            'fuel-flow': fuelM3h(),
            'generator-temperature': 40 + 112 * ramp,
            'exhaust-temperature': 35 + 130 * ramp * (0.5 + 0.5 * share()),
            heating: now.heating,
            flame: running && ramp > 0.05,
          }),
          write,
        )
  /** Of 10 kWh per m3; an absorption machine makes 1.3 of cold of one of gas, 0.92 of warmth. */
  const fuelM3h = () => (running && kind === 'direct-fired' ? 2 + share() * (fullKw / (now.heating ? 9.2 : 13)) : 0)

  return {
    device,
    reset,
    write,
    get kw() {
      return kw
    },
    get heatRejectedKw() {
      return heatRejectedKw()
    },
    get electricKw() {
      return electricKw()
    },
    get running() {
      return running
    },
    get fault() {
      return fault
    },
    get load() {
      return share()
    },
    setFouled(on: boolean) {
      fouled = on
    },
    step(dtS: number, surroundings: Surroundings) {
      now = surroundings
      watchOver(dtS)
      restingS = running ? 0 : restingS + dtS
      const may = now.powered && fault === 0 && now.chilledFlow && (now.coolingFlow || now.heating)
      // A machine that lost its flow for a moment goes on; one that stands needs its rest first.
      running = start && fault === 0 && now.powered && (running || (may && restingS >= restS))
      if (running) hours += dtS / 3600
      ramp = Math.max(0, Math.min(1, ramp + (running ? dtS / rampS : -dtS / 20)))
      const off = now.heating ? 50 - now.loopCelsius : now.loopCelsius - setpoint
      const wanted = Math.max(0, Math.min(1, 0.5 + off / 2))
      kw = (now.heating ? -1 : 1) * fullKw * ramp * wanted
      deposit += ((fouled ? 26 : 0) - deposit) * Math.min(1, dtS / 60)
      const goal = cooling()['cooling-out'] + (running ? 2 + 2 * share() + deposit : 0)
      condensing += (goal - condensing) * Math.min(1, dtS / 20)
    },
    state: () => ({ ...common(), condensing }),
  }
}
