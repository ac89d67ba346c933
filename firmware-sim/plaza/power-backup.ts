/** What stands in when the public supply is gone: generator with its transfer switch, UPS, batteries of the emergency lighting. */

/** Codes of run-state: running status table of the maker's protocol V1.2. */
export const runStates = {
  standby: 6,
  delay: 9,
  cranking: 11,
  pause: 4,
  warming: 17,
  running: 18,
  cooling: 20,
  failed: 5,
} as const
type RunState = keyof typeof runStates
/** Its alarm code table, 2FH: crank failure, 0DH: low fuel level. */
const startFailure = 47
const lowFuel = 13
/** Its gear status table, 99H. */
export const automatic = 153

/** Where the transfer switch stands, in the controller's own numbers. */
export const transfer = { mains: 0, open: 102, generator: 153 } as const

const confirmS = 3
const crankS = 3
const crankingTriesS = 5
const pauseS = 5
const tries = 3
/** From firing to steady voltage. */
const warmS = 2
const returnAfterS = 30
const openS = 1
const coolS = 60
const tankLitres = 1000

export function createGenerator() {
  let state: RunState = 'standby'
  let inState = 0
  let attempt = 0
  let mainsBackS = 0
  let openLeftS = 0
  let position: keyof typeof transfer = 'mains'
  const g = { blocked: false, fuelPct: 82, hours: 412.6, kwh: 38_410, kw: 0, rpm: 0, coolant: 24, battery: 26.6 }
  const go = (next: RunState) => {
    state = next
    inState = 0
  }
  return {
    values: g,
    get state() {
      return state
    },
    get position() {
      return position
    },
    get alarm() {
      if (state !== 'failed') return 0
      return g.fuelPct <= 0.5 ? lowFuel : startFailure
    },
    ready: () => state === 'running' || (state === 'cooling' && g.rpm > 1400),
    /** @param wanted the mains are gone @param kw what hangs on the essential bus */
    step(dtS: number, mainsLost: boolean, kw: number, roomCelsius: number) {
      inState += dtS
      mainsBackS = mainsLost ? 0 : mainsBackS + dtS
      if (state === 'standby' && mainsLost) {
        go('delay')
        inState = dtS // they went during this step
      } else if (state === 'delay') {
        if (!mainsLost) go('standby')
        else if (inState >= confirmS) {
          attempt = 1
          go('cranking')
        }
      } else if (state === 'cranking') {
        if (!g.blocked && g.fuelPct > 0.5 && inState >= crankS) go('warming')
        else if (inState >= crankingTriesS) go(attempt >= tries ? 'failed' : 'pause')
      } else if (state === 'pause' && inState >= pauseS) {
        attempt++
        go('cranking')
      } else if (state === 'warming' && inState >= warmS) go('running')
      else if (state === 'running') {
        if (g.fuelPct <= 0.5) go('failed')
        else if (mainsBackS >= returnAfterS) go('cooling')
      } else if (state === 'cooling') {
        if (mainsLost) go('running')
        else if (inState >= coolS) go('standby')
      } else if (state === 'failed' && !mainsLost) go('standby')

      // The switch never joins both sources: it goes through open.
      const goal = state === 'running' ? 'generator' : 'mains'
      if (position === 'open') {
        openLeftS -= dtS
        if (openLeftS <= 0) position = goal
      } else if (position !== goal) {
        // From dead mains there is nothing to wait for.
        if (goal === 'generator' && mainsLost) position = goal
        else {
          position = 'open'
          openLeftS = openS
        }
      }
      const turning = state === 'warming' || state === 'running' || state === 'cooling'
      const rpm = turning ? 1500 : state === 'cranking' ? 180 : 0
      g.rpm += (rpm - g.rpm) * Math.min(1, dtS / 1.2)
      g.kw = position === 'generator' && state === 'running' ? kw : 0
      if (turning) {
        g.hours += dtS / 3600
        g.kwh += (g.kw * dtS) / 3600
        const litresPerHour = 6 + 0.22 * g.kw
        g.fuelPct = Math.max(0, g.fuelPct - (litresPerHour * dtS * 100) / 3600 / tankLitres)
      }
      const warm = turning ? 78 + g.kw / 40 : roomCelsius
      g.coolant += (warm - g.coolant) * Math.min(1, dtS / 240)
      g.battery = turning ? 27.4 : state === 'cranking' ? 20.5 : 26.6
    },
    /** The mechanic's hand. */
    reset() {
      g.blocked = false
      if (state === 'failed') go('standby')
    },
  }
}
export type Generator = ReturnType<typeof createGenerator>

/** A battery with a load: the UPS of the weak-current rooms, or the central battery of the emergency lighting. */
export interface Battery {
  /** 0..100 */
  charge: number
  supply: boolean
  onBattery: boolean
  /** At this load. */
  runtimeMin: number
}

/** @param fullMin how long it lasts at its load; it takes eight times as long to fill */
export function createBattery(fullMin: number) {
  const battery: Battery = { charge: 100, supply: true, onBattery: false, runtimeMin: fullMin }
  const perS = 100 / fullMin / 60
  return {
    state: battery,
    step(dtS: number, supply: boolean) {
      const { charge } = battery
      battery.supply = supply
      battery.onBattery = !supply && charge > 0
      battery.charge = supply ? Math.min(100, charge + (perS / 8) * dtS) : Math.max(0, charge - perS * dtS)
      battery.runtimeMin = (fullMin * battery.charge) / 100
    },
  }
}
