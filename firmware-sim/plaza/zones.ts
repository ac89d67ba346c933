import type { ModbusDevice } from '../modbus-pdu.ts'
import { byHour, wave, weekday } from './daily.ts'
import { liveMap } from './live-map.ts'
import { saturation } from './weather.ts'

/** The floors that are kept at a temperature: each one a mass of air and walls with people, a fan coil and fresh air. */

const shopping = [
  0, 0, 0, 0, 0, 0, 0, 0.05, 0.15, 0.4, 0.6, 0.8, 0.9, 0.85, 0.8, 0.8, 0.85, 0.95, 1, 1, 0.8, 0.5, 0.15, 0,
]
const working = [0, 0, 0, 0, 0, 0, 0.05, 0.2, 0.7, 1, 1, 0.9, 0.7, 0.9, 1, 1, 0.95, 0.8, 0.4, 0.2, 0.1, 0.05, 0, 0]
const passing = [
  0.1, 0.1, 0, 0, 0, 0.1, 0.3, 0.7, 1, 0.7, 0.5, 0.6, 0.8, 0.6, 0.5, 0.5, 0.6, 0.9, 1, 0.7, 0.5, 0.4, 0.3, 0.2,
]

export interface ZoneSpec {
  readonly id: string
  readonly peakKw: number
  readonly people: readonly number[]
  /** Offices rest at the weekend. */
  readonly office: boolean
  readonly ahu: string
  readonly controller: 'own' | 'rdf302'
}

const zone = (
  id: string,
  peakKw: number,
  people: readonly number[],
  ahu: string,
  controller: 'own' | 'rdf302',
): ZoneSpec => ({ id, peakKw, people, office: people === working, ahu, controller })

/** In the order of their units on the bus, from 1 on. */
export const zoneSpecs: readonly ZoneSpec[] = [
  ...['mall-l1', 'mall-l2', 'mall-l3'].map(id => zone(id, 160, shopping, 'mall', 'own')),
  ...Array.from({ length: 11 }, (_, i) => {
    const floor = i + 4
    return zone(`b-${String(floor).padStart(2, '0')}`, 45, working, floor < 10 ? 'b-low' : 'b-high', 'own')
  }),
  ...['b-15', 'b-16'].map(id => zone(id, 45, working, 'b-high', 'rdf302')),
  ...['lobby-a', 'lobby-b'].map(id => zone(id, 25, passing, 'lobbies', 'rdf302')),
]

/** What all zones share in a step. */
export interface Climate {
  readonly at: number
  readonly outdoor: { readonly celsius: number; readonly humidity: number }
  /** Of the loop, and what part of its full flow it has. */
  readonly waterCelsius: number
  readonly waterShare: number
  readonly heating: boolean
  /** Fan coils have mains. */
  readonly fed: boolean
  /** The hours in which the plant is meant to run. */
  readonly open: boolean
  readonly freshAir: (ahu: string) => boolean
}

export function createZoneAir(spec: ZoneSpec, seed: number) {
  let celsius = 24
  /** g of water per kg of air */
  let moisture = 0.5 * saturation(24)
  let setpoint = 24.5
  let valve = 0
  let fan = 0
  let now: Climate | undefined
  const heatCapacity = spec.peakKw * 0.5 // kWh/K, walls and goods included
  const humidity = () => Math.max(0, Math.min(100, (100 * moisture) / saturation(celsius)))

  const crowd = (at: number) => {
    const resting = spec.office && [0, 6].includes(weekday(at)) ? 0.08 : 1
    return resting * byHour(spec.people, at) * (1 + 0.05 * wave(at, seed))
  }

  const device: ModbusDevice =
    spec.controller === 'own'
      ? liveMap(
          `
          temperature  4 0 s16 0.1
          humidity     4 1 u16 0.1
          valve        4 2 u16 1
          fan          4 3 u16 1
          setpoint     3 0 s16 0.1 w
          `,
          () => ({ temperature: celsius, humidity: humidity(), valve: valve * 100, fan, setpoint }),
          (_, value) => {
            if (value < 16 || value > 30) return false
            setpoint = value
            return true
          },
        )
      : liveMap(
          `
          mode              4 0x3E8 s16 1
          fan               4 0x3E9 s16 1
          room-temperature  4 0x3EA s16 0.02
          setpoint          4 0x3EB s16 0.02
          heating-output    4 0x3EC s16 1
          cooling-output    4 0x3ED s16 1
          electric-heater   4 0x3EE s16 1
          `,
          () => ({
            mode: now?.open ? 1 : 2,
            fan,
            'room-temperature': celsius,
            setpoint,
            'heating-output': now?.heating ? valve * 100 : 0,
            'cooling-output': now?.heating ? 0 : valve * 100,
            'electric-heater': 0,
          }),
        )

  return {
    spec,
    device,
    get celsius() {
      return celsius
    },
    get humidity() {
      return humidity()
    },
    /** @returns kW that it takes from the water (warmth counts negative) */
    step(dtS: number, climate: Climate): number {
      now = climate
      const people = crowd(climate.at)
      const goal = climate.heating ? setpoint - 3.5 : setpoint
      const off = climate.heating ? goal - celsius : celsius - goal
      fan = climate.fed && climate.open ? (off > 1.5 ? 3 : off > 0.4 ? 2 : 1) : 0
      valve = fan > 0 && climate.waterShare > 0 ? Math.max(0, Math.min(1, 0.4 + off / 1.5)) : 0
      const drive = climate.heating ? (climate.waterCelsius - celsius) / 28 : (celsius - climate.waterCelsius) / 17
      const coil = spec.peakKw * 1.3 * valve * climate.waterShare * Math.max(0, Math.min(1.2, drive))
      const kw = climate.heating ? -coil : coil
      const fresh = climate.freshAir(spec.ahu) ? 1 : 0
      // In between the seasons the dampers go wide open when it is cooler outside.
      const free = fresh && valve === 0 && celsius > goal && climate.outdoor.celsius < celsius - 2 ? 0.08 : 0
      const perKelvin = spec.peakKw * (0.022 + 0.008 * fresh + free)
      const gain = spec.peakKw * (0.04 + 0.5 * people) + perKelvin * (climate.outdoor.celsius - celsius)
      celsius += ((gain - kw) / heatCapacity) * (dtS / 3600)
      const outside = (climate.outdoor.humidity / 100) * saturation(climate.outdoor.celsius)
      const dried = climate.heating ? 0 : (2 * coil) / spec.peakKw // g/kg in the hour: what the cold coil catches
      const change = (outside - moisture) * (0.15 + 0.5 * fresh) + 1.2 * people - dried * Math.max(0, moisture - 8)
      moisture = Math.max(1, Math.min(saturation(celsius), moisture + change * (dtS / 3600)))
      return kw
    },
  }
}
