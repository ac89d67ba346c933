/** An escalator: it runs while the mall is open, slowly when nobody is on it. */
export interface EscalatorState {
  running: boolean
  /** 1 up, -1 down, 0 standing. */
  direction: number
  /** m/s */
  speed: number
  /** 0 none, 42 no supply, 51 handrail slower than the steps, 52 comb plate. */
  fault: number
  /** Pressed in; stays until `start`. */
  emergencyStop: boolean
  /** It is stopped and somebody has to look at it and start it with the key [GB 16899 5.12]. */
  needsStart: boolean
}

/** `<Escalator>.<name>` on OPC UA. */
export const escalatorNodes = [
  ['Running', 'Boolean', 'running'],
  ['Direction', 'Int16', 'direction'],
  ['Speed', 'Double', 'speed'],
  ['Fault', 'Int16', 'fault'],
  ['EmergencyStop', 'Boolean', 'emergencyStop'],
  ['NeedsStart', 'Boolean', 'needsStart'],
] as const satisfies readonly (readonly [string, 'Double' | 'Int16' | 'Boolean', keyof EscalatorState])[]

export interface Escalator {
  readonly state: Readonly<EscalatorState>
  emergencyStop(): void
  /** @param code as `fault` */
  breakDown(code: number): void
  /** With the key, after a look along the steps: whatever had stopped it is put right. */
  start(): void
  /** After an outage it does not run again by itself; the staff come round for it. */
  supply(on: boolean): void
  /** Fire: it stops, so that people can walk. */
  recall(on: boolean): void
  kw(): number
  /** @param at UTC ms; the day follows UTC+8 */
  advance(dtS: number, at: number): void
}

const opens = 10
const closes = 22
const fullSpeed = 0.5
const crawl = 0.2
const acceleration = 0.1
/** The mall's staff start it again so long after supply is back. */
const staffComesAfterS = 300

/** @param way 1 up, -1 down */
export function createEscalator(way: 1 | -1, seed: number): Escalator {
  const state: EscalatorState = {
    running: false,
    direction: 0,
    speed: 0,
    fault: 0,
    emergencyStop: false,
    needsStart: false,
  }
  let supplied = true
  let fire = false
  let staffS = Number.POSITIVE_INFINITY
  let ridersS = 0
  let noise = seed

  const halt = () => Object.assign(state, { running: false, direction: 0, speed: 0 })

  return {
    state,
    emergencyStop() {
      halt()
      Object.assign(state, { emergencyStop: true, needsStart: true })
      staffS = Number.POSITIVE_INFINITY
    },
    breakDown(code) {
      halt()
      Object.assign(state, { fault: code, needsStart: true })
      staffS = Number.POSITIVE_INFINITY
    },
    start() {
      Object.assign(state, { emergencyStop: false, needsStart: false, fault: supplied ? 0 : 42 })
    },
    supply(on) {
      if (on === supplied) return
      supplied = on
      if (on) {
        if (state.fault === 42) state.fault = 0
        return
      }
      if (state.running) {
        state.needsStart = true
        staffS = staffComesAfterS
      }
      halt()
      if (state.fault === 0) state.fault = 42
    },
    recall(on) {
      if (on === fire) return
      fire = on
      if (!on || !state.running) return
      halt()
      state.needsStart = true
      staffS = staffComesAfterS
    },
    kw: () => (state.running ? 1.5 + 8 * state.speed : 0),
    advance(dtS, at) {
      const hour = (at / 3_600_000 + 8) % 24
      if (!supplied || fire) return
      if (state.needsStart) {
        staffS -= dtS
        if (staffS <= 0) state.needsStart = false
        return
      }
      if (hour < opens || hour >= closes) {
        halt()
        return
      }
      noise = (noise * 1103515245 + 12345) % 2147483648
      if (noise / 2147483648 < dtS / 25) ridersS = 40
      ridersS = Math.max(0, ridersS - dtS)
      const goal = ridersS > 0 ? fullSpeed : crawl
      const step = acceleration * dtS
      Object.assign(state, { running: true, direction: way })
      state.speed += Math.max(-step, Math.min(step, goal - state.speed))
    },
  }
}
