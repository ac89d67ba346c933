import { createTraffic, type Journey, type TrafficKind } from './lift-traffic.ts'

/** A lift as a machine: where it stands and where it goes. No protocol here; elevator.ts and plaza/lifts.ts show it to the world. */
export interface LiftState {
  /** In floors, with fractions between them. */
  position: number
  floor: number
  /** 1 up, -1 down, 0 standing. */
  direction: number
  /** Not shut and locked. */
  doorOpen: boolean
  running: boolean
  /** 0 none, 31 doors do not close, 41 stopped outside a door zone, 42 no supply. */
  fault: number
  personTrapped: boolean
  alarmBell: boolean
  loadPercent: number
  /** Journeys since it was built. */
  trips: number
  inService: boolean
  /** Of the machine room, Cel. */
  machineRoom: number
  /** 0 normal, 1 recalled by the fire panel, 2 firemen's service, 3 no supply, 4 rescue drive. */
  mode: number
}

/** What a controller shows on OPC UA: `<Lift>.<name>`, type, and whose value it is. */
export const liftNodes = [
  ['Position', 'Double', 'position'],
  ['Floor', 'Int16', 'floor'],
  ['Direction', 'Int16', 'direction'],
  ['DoorOpen', 'Boolean', 'doorOpen'],
  ['Running', 'Boolean', 'running'],
  ['Fault', 'Int16', 'fault'],
  ['PersonTrapped', 'Boolean', 'personTrapped'],
  ['AlarmBell', 'Boolean', 'alarmBell'],
  ['LoadPercent', 'Double', 'loadPercent'],
  ['Trips', 'UInt32', 'trips'],
  ['InService', 'Boolean', 'inService'],
  ['MachineRoom', 'Double', 'machineRoom'],
] as const satisfies readonly (readonly [string, 'Double' | 'Int16' | 'UInt32' | 'Boolean', keyof LiftState])[]

export interface LiftOptions {
  /** Where it stops, from below. There is no floor 0: below the ground floor 1 is -1. Default -2 to 20. */
  readonly landings?: readonly number[]
  /** Where `trap` finds it: between two landings. Default 12.4. */
  readonly trapAt?: number
  /** The same people come every day: a fixed sequence, so that a test sees the same journeys. */
  readonly seed?: number
  /** Who uses it, by hour of the day; always: it never rests. */
  readonly traffic?: TrafficKind | 'always'
  /** Stays with the fire brigade when the others are recalled. */
  readonly fireLift?: boolean
  readonly trips?: number
}

/** What the building is like around it. */
export interface Surroundings {
  /** UTC ms. */
  readonly at: number
  readonly outdoorCelsius: number
}

export interface Lift {
  readonly state: Readonly<LiftState>
  /** Stops between two floors with people inside, who ring. At once: the rope doesn't ask where it is. */
  trap(): void
  /** The technician lowers it to the floor below and opens, or mends the doors; then it goes on. */
  release(): void
  /** Something lies in the sill: the next time the doors are to close they do not, until `release`. */
  blockDoors(): void
  /** The machine room has this temperature, Cel; null: what it has by itself. */
  heatMachineRoom(celsius: number | null): void
  /** Without supply it stops where it is; with it again, it drives slowly to the nearest landing and opens. */
  supply(on: boolean): void
  /**
   * Fire: all drive to the ground floor without a stop and stay there with open doors; the fire lift then belongs to
   * the fire brigade. @param towards the floor that they want to go to, if any
   */
  recall(on: boolean, towards?: number): void
  /** What it draws now, kW. */
  kw(): number
  /** Lives for this long. */
  advance(ms: number, around?: Surroundings): void
}

const ground = 1
const sPerFloor = 1.6
const sPerFloorRescue = 6
const doorS = 2
const dwellS = 4
const boardingS = 6
/** The controller's self-test before a rescue drive. */
const rescueAfterS = 5
/** Until somebody in the car has found the button. */
const bellAfterS = 20
const firemenWaitS = 40
/** Up to here from a landing the doors can be opened, floors [GB/T 7588.1: ±0.2 m of about 3 m]. */
const doorZone = 0.07
const blockedDoors = 31
const entrapment = 41
const noSupply = 42
const restingCelsius = 28
const defaultLandings = Array.from({ length: 23 }, (_, i) => i - 2).filter(floor => floor !== 0)

export function createLift(options: LiftOptions = {}): Lift {
  const { landings = defaultLandings, trapAt = 12.4, seed = 7, traffic = 'always', fireLift = false } = options
  const state: LiftState = {
    position: ground,
    floor: ground,
    direction: 0,
    doorOpen: true,
    running: false,
    fault: 0,
    personTrapped: false,
    alarmBell: false,
    loadPercent: 18,
    trips: options.trips ?? 184_220,
    inService: true,
    machineRoom: restingCelsius,
    mode: 0,
  }
  const people = createTraffic(landings, traffic, seed)
  /** open and shut: at a landing. stuck: between two, without hope of its own. dead: at a landing without supply. */
  let phase: 'open' | 'closing' | 'shut' | 'moving' | 'stuck' | 'rescue' | 'dead' = 'open'
  let phaseS = 0
  let target = ground
  let journey: Journey | null = null
  let supplied = true
  let recalled = false
  let wanted: number | null = null
  let blocked = false
  let heldCelsius: number | null = null
  /** Share of the time in which the machine works, over the last quarter of an hour. */
  let duty = 0.2

  const enter = (next: typeof phase) => {
    phase = next
    phaseS = 0
  }
  const nearest = (position: number) =>
    landings.reduce((best, floor) => (Math.abs(floor - position) < Math.abs(best - position) ? floor : best))
  const below = (position: number) => landings.findLast(floor => floor <= position) ?? landings[0]!
  const stand = () => Object.assign(state, { running: false, direction: 0 })

  function openAt(landing: number): void {
    stand()
    Object.assign(state, { position: landing, floor: landing, doorOpen: true, personTrapped: false, alarmBell: false })
    enter('open')
    if (recalled) state.loadPercent = 0
    else if (journey && landing === journey.from && !journey.aboard) {
      journey.aboard = true
      state.loadPercent = journey.loadPercent
    } else if (journey?.aboard && landing === journey.to) {
      journey = null
      state.loadPercent = 0
    }
  }

  function depart(to: number): void {
    target = to
    enter('moving')
    Object.assign(state, { doorOpen: false, running: true, direction: Math.sign(to - state.position) })
    state.trips = (state.trips + 1) % 2 ** 32
    if (traffic === 'always') state.loadPercent = people.someLoad()
  }

  /** Where it has to go, or null: nowhere. */
  function next(): number | null {
    if (recalled) {
      if (state.mode !== 2) return ground
      if (wanted === null || phaseS < firemenWaitS) return null
      return state.position === wanted ? ground : wanted
    }
    if (traffic === 'always') return people.anywhereBut(state.position)
    journey ??= people.waiting()
    return journey && (journey.aboard ? journey.to : journey.from)
  }

  /** @returns true when it is there */
  function drive(dtS: number, pace: number): boolean {
    const way = target - state.position
    const step = dtS / pace
    if (Math.abs(way) <= step) return true
    state.direction = Math.sign(way)
    state.position += state.direction * step
    // Between -1 and 1 there is no 0: the nearest one.
    state.floor = Math.round(state.position) || (state.position < 0 ? -1 : 1)
    return false
  }

  function atLanding(): void {
    const homeAgain = recalled && state.position === ground && state.mode !== 2
    if (homeAgain) {
      state.mode = fireLift ? 2 : 1
      state.inService = fireLift
      state.loadPercent = 0
      if (!state.doorOpen) openAt(ground)
      return
    }
    if (recalled && state.mode === 1) return
    const to = next()
    if (phase === 'open') {
      const ready = phaseS >= (recalled ? 1 : journey?.aboard ? boardingS : dwellS)
      if (!ready || (recalled && to === null)) return
      if (blocked) Object.assign(state, { fault: blockedDoors, inService: false })
      else enter('closing')
    } else if (to === state.position) openAt(to)
    else if (to !== null) depart(to)
  }

  function powerless(): void {
    if (state.personTrapped && phaseS >= bellAfterS) state.alarmBell = true
  }

  function warm(dtS: number, around: Surroundings | undefined): void {
    duty += ((state.running ? 1 : 0) - duty) * Math.min(1, dtS / 900)
    if (heldCelsius !== null) state.machineRoom = heldCelsius
    else if (around) {
      const goal = 20 + 0.3 * (around.outdoorCelsius - 15) + 14 * duty
      state.machineRoom += (goal - state.machineRoom) * Math.min(1, dtS / 1800)
    }
  }

  return {
    state,
    trap() {
      Object.assign(state, { position: trapAt, floor: Math.floor(trapAt), doorOpen: false, mode: supplied ? 0 : 3 })
      Object.assign(state, { fault: entrapment, personTrapped: true, alarmBell: true, inService: false })
      state.loadPercent = 24
      stand()
      enter('stuck')
    },
    release() {
      blocked = false
      if (phase !== 'stuck' && state.fault !== blockedDoors) return
      Object.assign(state, { fault: 0, inService: !recalled, loadPercent: 0 })
      journey = null
      openAt(below(state.position))
      if (!supplied) {
        Object.assign(state, { fault: noSupply, inService: false })
        enter('dead')
      }
    },
    blockDoors() {
      blocked = true
    },
    heatMachineRoom(celsius) {
      heldCelsius = celsius
      state.machineRoom = celsius ?? restingCelsius
    },
    supply(on) {
      if (on === supplied) return
      supplied = on
      if (on) {
        state.mode = 0
        if (phase === 'dead') {
          Object.assign(state, { fault: 0, inService: !recalled })
          enter(state.doorOpen ? 'open' : 'shut')
        } else if (phase === 'rescue') phaseS = 0
        return
      }
      state.mode = 3
      if (phase === 'stuck' || state.fault === blockedDoors) return
      const landing = nearest(state.position)
      stand()
      state.inService = false
      if (Math.abs(landing - state.position) <= doorZone) {
        Object.assign(state, { position: landing, floor: landing, fault: noSupply })
        // In the door zone they get out by themselves: the doors are pulled open by hand.
        if (state.loadPercent > 0) openAt(landing)
        journey = null
        state.loadPercent = 0
        enter('dead')
      } else {
        Object.assign(state, { fault: entrapment, personTrapped: state.loadPercent > 0 })
        enter('rescue')
      }
    },
    recall(on, towards) {
      wanted = on && towards !== undefined ? nearest(towards) : null
      if (on === recalled) return
      recalled = on
      journey = null
      people.goHome()
      if (on) {
        state.inService = false
        if (phase === 'moving') target = ground
        return
      }
      if (state.mode === 1 || state.mode === 2) state.mode = 0
      if (state.fault === 0) state.inService = true
    },
    kw() {
      if (!supplied) return 0
      // The counterweight balances 45 % of the rated load: what differs from it has to be lifted.
      if (state.running) return 5 + 0.22 * Math.max(0, state.direction * (state.loadPercent - 45))
      return 0.6
    },
    advance(ms, around) {
      const dtS = ms / 1000
      phaseS += dtS
      warm(dtS, around)
      if (around && !recalled && traffic !== 'always') people.come(dtS, around.at)
      if (phase === 'stuck') return
      if (!supplied) return powerless()
      if (state.fault === blockedDoors) return
      if (phase === 'rescue') {
        if (!state.running) {
          powerless()
          if (phaseS < rescueAfterS) return
          target = nearest(state.position)
          Object.assign(state, { running: true, mode: 4 })
        }
        if (!drive(dtS, sPerFloorRescue)) return
        Object.assign(state, { fault: 0, inService: !recalled, mode: 0, loadPercent: 0 })
        journey = null
        return openAt(target)
      }
      if (phase === 'moving') {
        if (drive(dtS, sPerFloor)) openAt(target)
        return
      }
      if (phase === 'closing') {
        if (phaseS < doorS) return
        state.doorOpen = false
        enter('shut')
      }
      atLanding()
    },
  }
}
