/** A passenger lift as a machine: where it stands and where it goes. No protocol here; elevator.ts shows it to the world. */
export interface LiftState {
  /** In floors, with fractions between them. */
  position: number
  floor: number
  /** 1 up, -1 down, 0 standing. */
  direction: number
  doorOpen: boolean
  running: boolean
  /** 0 none, 41 stopped outside a door zone. */
  fault: number
  personTrapped: boolean
  alarmBell: boolean
  loadPercent: number
  /** Journeys since it was built. */
  trips: number
  inService: boolean
  /** Of the machine room, Cel. */
  machineRoom: number
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

export interface Lift {
  readonly state: Readonly<LiftState>
  /** Stops between the floors 12 and 13 with people inside, who ring. At once: the rope doesn't ask where it is. */
  trap(): void
  /** The technician lowers it to floor 12 and opens; then it goes on. */
  release(): void
  /** The machine room has this temperature, Cel; null: what it has by itself. */
  heatMachineRoom(celsius: number | null): void
  /** Lives for this long. */
  advance(ms: number): void
}

const lowest = -2
const highest = 20
const msPerFloor = 1600
const dwellMs = 6000
const entrapment = 41
const restingCelsius = 28

export function createLift(): Lift {
  const state: LiftState = {
    position: 1,
    floor: 1,
    direction: 0,
    doorOpen: true,
    running: false,
    fault: 0,
    personTrapped: false,
    alarmBell: false,
    loadPercent: 18,
    trips: 184_220,
    inService: true,
    machineRoom: restingCelsius,
  }
  let target = 1
  let standingMs = 0
  let seed = 7
  /** The same people come every day: a fixed sequence, so that a test sees the same journeys. */
  const pick = (count: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * count)
  }

  function depart(): void {
    // Nobody stops at 0: the ground floor is 1, below it is -1.
    do target = lowest + pick(highest - lowest + 1)
    while (target === 0 || target === state.floor)
    state.doorOpen = false
    state.running = true
    state.direction = Math.sign(target - state.position)
    state.loadPercent = 8 + pick(60)
    state.trips = (state.trips + 1) % 2 ** 32
  }

  function arrive(): void {
    state.position = target
    state.running = false
    state.direction = 0
    state.doorOpen = true
    standingMs = 0
  }

  return {
    state,
    trap() {
      Object.assign(state, { position: 12.4, floor: 12, direction: 0, doorOpen: false, running: false })
      Object.assign(state, {
        fault: entrapment,
        personTrapped: true,
        alarmBell: true,
        inService: false,
        loadPercent: 24,
      })
    },
    release() {
      if (state.fault === 0) return
      Object.assign(state, {
        fault: 0,
        personTrapped: false,
        alarmBell: false,
        inService: true,
        floor: 12,
        loadPercent: 0,
      })
      target = 12
      arrive()
    },
    heatMachineRoom(celsius) {
      state.machineRoom = celsius ?? restingCelsius
    },
    advance(ms) {
      if (state.fault !== 0) return
      if (!state.running) {
        standingMs += ms
        if (standingMs >= dwellMs) depart()
        return
      }
      const way = target - state.position
      const step = ms / msPerFloor
      if (Math.abs(way) <= step) arrive()
      else state.position += Math.sign(way) * step
      state.floor = Math.round(state.position) || 0 // no negative zero
    },
  }
}
