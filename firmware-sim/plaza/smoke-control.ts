import { type Compartment, compartments } from './fire-zones.ts'

/** What the panel drives when a fire is confirmed: roller shutters, dampers, smoke fans. */

/** Where they hang, and for which fires they come down. On an escape route: first half way, so that people can pass. */
const shutterPlan: readonly { readonly escape: boolean; readonly serves: readonly Compartment[] }[] = [
  { escape: true, serves: ['tower-a', 'mall'] }, // lobby A to the mall
  { escape: true, serves: ['tower-b', 'mall'] }, // lobby B to the mall
  { escape: false, serves: ['mall'] }, // atrium, floor 1
  { escape: false, serves: ['mall'] }, // atrium, floor 2
  { escape: false, serves: ['basement'] }, // garage, east
  { escape: true, serves: ['basement'] }, // garage ramp
]
export const shutterCount = shutterPlan.length
/** Of a shutter. */
export const shutterStates = { up: 0, half: 1, down: 2, fault: 3, moving: 4 } as const
const fullTravelS = 30
const secondStepAfterS = 60
const damperS = 3
const fanStartS = 5

export interface SmokeControl {
  /** Alight: in these compartments a fire is confirmed. The panel's reset takes the commands back but raises no shutter. */
  step(dtS: number, alight: ReadonlySet<Compartment>, fed: boolean): void
  /** Shutters are wound up and dampers set back by hand. */
  restore(): void
  /** Shutter 1 to 6 jams, or is mended. */
  shutterFault(n: number, on: boolean): void
  /** One of `shutterStates`, n from 1. */
  shutter(n: number): number
  /** 0 closed, 1 open. Opens in a fire. */
  exhaustDamper(where: Compartment): number
  /** 0 closed, 1 open. Of the fresh air; closes in a fire. */
  fireDamper(where: Compartment): number
  /** 0 standing, 1 running. */
  exhaustFan(where: Compartment): number
  /** Keeps smoke out of the staircases: in the towers. */
  stairFan(tower: 'tower-a' | 'tower-b'): number
}

export function createSmokeControl(): SmokeControl {
  /** height 1 is up, 0 on the floor. */
  const shutters = shutterPlan.map(plan => ({ ...plan, height: 1, goal: 1, sinceS: -1, jammed: false }))
  const sides = Object.fromEntries(
    compartments.map(where => [where, { sinceS: -1, tripped: false, running: false }]),
  ) as Record<Compartment, { sinceS: number; tripped: boolean; running: boolean }>

  return {
    step(dtS, alight, fed) {
      for (const where of compartments) {
        const side = sides[where]
        side.sinceS = alight.has(where) ? Math.max(0, side.sinceS) + dtS : -1
        if (side.sinceS >= damperS) side.tripped = true
        side.running = fed && side.sinceS >= fanStartS
      }
      for (const shutter of shutters) {
        const called = shutter.serves.some(where => alight.has(where))
        shutter.sinceS = called ? Math.max(0, shutter.sinceS) + dtS : -1
        if (called) shutter.goal = shutter.escape && shutter.sinceS < secondStepAfterS ? 0.5 : 0
        const way = shutter.goal - shutter.height
        if (shutter.jammed) continue
        shutter.height += Math.sign(way) * Math.min(Math.abs(way), dtS / fullTravelS)
      }
    },
    restore() {
      for (const shutter of shutters) shutter.goal = 1
      for (const where of compartments) sides[where].tripped = false
    },
    shutterFault(n, on) {
      shutters[n - 1]!.jammed = on
    },
    shutter(n) {
      const { height, goal, jammed } = shutters[n - 1]!
      if (jammed) return shutterStates.fault
      if (Math.abs(height - goal) > 1e-6) return shutterStates.moving
      return goal === 1 ? shutterStates.up : goal === 0 ? shutterStates.down : shutterStates.half
    },
    exhaustDamper: where => (sides[where].tripped ? 1 : 0),
    fireDamper: where => (sides[where].tripped ? 0 : 1),
    exhaustFan: where => (sides[where].running ? 1 : 0),
    stairFan: tower => (sides[tower].running ? 1 : 0),
  }
}
