import type { Ties } from '../part.ts'

/** The electrical rooms: what the plant in them gives off has to be carried out by a fan. */
export const powerRooms = ['hv-room', 'distribution-room', 'generator-room'] as const
export type PowerRoom = (typeof powerRooms)[number]

interface Ventilation {
  /** The fan has a fault: it stands. */
  failed: boolean
  running: boolean
}

/** Concrete and switchgear hold their warmth. */
const lagS = 480

/** @param ties its `rooms` get these rooms; a flood that another part set in them stays */
export function createRooms(ties: Ties) {
  const fans: Record<PowerRoom, Ventilation> = {
    'hv-room': { failed: false, running: true },
    'distribution-room': { failed: false, running: true },
    'generator-room': { failed: false, running: true },
  }
  const room = (id: PowerRoom) => {
    ties.rooms[id] ??= { celsius: 27, humidity: 55, water: false }
    return ties.rooms[id]
  }
  for (const id of powerRooms) room(id)
  return {
    fans,
    room,
    /**
     * @param fed the ventilation's feeder has voltage
     * @param heatKw what the plant in each room gives off
     */
    step(dtS: number, fed: boolean, heatKw: Record<PowerRoom, number>) {
      for (const id of powerRooms) {
        const fan = fans[id]
        const air = room(id)
        fan.running = fed && !fan.failed
        // Basements hold 20 °C and follow the street by a third.
        const outside = 20 + (ties.outdoor.celsius - 20) / 3
        const goal = outside + 2 + heatKw[id] * (fan.running ? 0.16 : 1.25) + (fan.running ? 0 : 22)
        air.celsius += (Math.min(62, goal) - air.celsius) * Math.min(1, dtS / lagS)
        const humid =
          Math.max(15, ties.outdoor.humidity - (air.celsius - ties.outdoor.celsius) * 1.5) + (air.water ? 25 : 0)
        air.humidity += (Math.min(99, humid) - air.humidity) * Math.min(1, dtS / lagS)
      }
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>
