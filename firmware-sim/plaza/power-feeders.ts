import { type Feeder, feeders } from '../part.ts'
import type { Side } from './power-supply.ts'

/** Breakers that leave the switchboard. Those on the essential bus are fed by the generator when both sections are dead. */
export interface FeederSpec {
  readonly section: Side
  readonly essential: boolean
  readonly ratedA: number
  readonly factor: number
}

const on = (section: Side, ratedA: number, factor: number, essential = false): FeederSpec => ({
  section,
  essential,
  ratedA,
  factor,
})

export const feederSpecs: Readonly<Record<Feeder, FeederSpec>> = {
  'lifts-a': on(1, 400, 0.86, true),
  'lifts-b': on(2, 400, 0.86, true),
  escalators: on(2, 250, 0.84),
  'water-pumps': on(1, 250, 0.87, true),
  'sump-pumps': on(2, 160, 0.85, true),
  'fire-equipment': on(1, 630, 0.87, true),
  chillers: on(1, 1600, 0.89),
  ventilation: on(2, 630, 0.88),
  'lighting-public': on(2, 250, 0.95),
  'lighting-facade': on(2, 250, 0.95),
  'emergency-lighting': on(1, 100, 0.95, true),
  elv: on(1, 160, 0.96, true),
  shops: on(2, 1250, 0.94),
  homes: on(1, 1250, 0.95),
  offices: on(2, 1250, 0.94),
}
/** What goes first when one transformer has to carry all. */
const shedOrder: readonly Feeder[] = ['lighting-facade', 'chillers', 'escalators', 'ventilation', 'shops']

/** 0 none, 1 overload, 2 short circuit, 3 earth fault, 4 shed by the bus transfer. */
export type Cause = 0 | 1 | 2 | 3 | 4

export interface FeederState {
  readonly id: Feeder
  readonly spec: FeederSpec
  closed: boolean
  tripped: boolean
  cause: Cause
  /** Voltage at the breaker. */
  supply: boolean
  kw: number
  amps: number
  /** A fault behind it draws so much at least. */
  faultA: number
  /** Behind a thermal release, as share of what makes it act. */
  heat: number
}

/** The rest of a circuit: transformers of control, lamps of the panel. */
export const standingKw = 0.3
const tripHeat = 60

export function createFeeders() {
  const all = feeders.map(
    (id): FeederState => ({
      id,
      spec: feederSpecs[id],
      closed: true,
      tripped: false,
      cause: 0,
      supply: true,
      kw: 0,
      amps: 0,
      faultA: 0,
      heat: 0,
    }),
  )
  const byId = Object.fromEntries(all.map(f => [f.id, f])) as Record<Feeder, FeederState>

  function trip(f: FeederState, cause: Cause): void {
    f.closed = false
    f.tripped = cause !== 4
    f.cause = cause
    f.heat = 0
  }
  return {
    all,
    byId,
    live: (f: FeederState) => f.supply && f.closed,
    /**
     * @param section whether a section has voltage
     * @param generator whether the essential bus is on the generator
     */
    step(
      dtS: number,
      section: (n: Side) => boolean,
      generator: boolean,
      transferring: boolean,
      demand: Record<Feeder, number>,
    ) {
      for (const f of all) {
        const mains = f.spec.essential ? section(1) || section(2) : section(f.spec.section)
        f.supply = f.spec.essential ? !transferring && (generator || mains) : mains
        const kwPerA = (Math.sqrt(3) * 400 * f.spec.factor) / 1000
        f.kw = f.supply && f.closed ? Math.max(demand[f.id] + standingKw, f.faultA * kwPerA) : 0
        f.amps = f.kw / kwPerA
        const ratio = f.amps / f.spec.ratedA
        // Inverse time: 13 s at two and a half times the rated current.
        f.heat = ratio > 1.2 ? f.heat + dtS * (ratio ** 2 - 1.44) : Math.max(0, f.heat - dtS / 2)
        if (f.heat > tripHeat) trip(f, 1)
      }
    },
    trip: (id: Feeder, cause: Cause) => trip(byId[id], cause),
    reset(id: Feeder) {
      Object.assign(byId[id], { closed: true, tripped: false, cause: 0, faultA: 0, heat: 0 })
    },
    /** A tripped breaker has to be reset where it is before anybody can close it from afar. */
    command(id: Feeder, close: boolean): boolean {
      if (close && byId[id].tripped) return false
      byId[id].closed = close
      byId[id].cause = 0
      return true
    },
    shedNext() {
      const next = shedOrder.find(id => byId[id].supply && byId[id].closed && byId[id].kw > 1)
      if (next) trip(byId[next], 4)
    },
    unshed() {
      for (const f of all) if (f.cause === 4) Object.assign(f, { closed: true, cause: 0 })
    },
  }
}
export type Feeders = ReturnType<typeof createFeeders>
