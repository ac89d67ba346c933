import type { Ties } from '../part.ts'
import { dayOfYear, localHour, wave } from './daily.ts'
import { liveMap } from './live-map.ts'

/** The year and the day of a city at the lower Yangtze, and the station on the roof that measures them. */
export const seasons = ['heating', 'between', 'cooling'] as const
export type Season = (typeof seasons)[number]

const turn = 2 * Math.PI
const dailyMean = (at: number) => 16.8 + 12 * Math.cos((turn * (dayOfYear(at) - 203)) / 365)

/** Stull 2011, from temperature and relative humidity, within 1 K between 5 and 99 %. */
export function wetBulb(celsius: number, humidity: number): number {
  const t = celsius
  const rh = humidity
  return (
    t * Math.atan(0.151977 * Math.sqrt(rh + 8.313659)) +
    Math.atan(t + rh) -
    Math.atan(rh - 1.676331) +
    0.00391838 * rh ** 1.5 * Math.atan(0.023101 * rh) -
    4.686035
  )
}
/** Water in saturated air, g/kg (Magnus). */
export const saturation = (celsius: number): number => 3.8 * Math.exp((17.62 * celsius) / (243.12 + celsius))

export function createWeather(ties: Ties) {
  let pinned: { celsius: number; humidity: number } | null = null
  let season: Season = 'between'
  return {
    /** null: as the season has it. */
    pin(weather: typeof pinned) {
      pinned = weather
    },
    get season() {
      return season
    },
    step(at: number) {
      const day = Math.cos((turn * (localHour(at) - 15)) / 24)
      const mean = dailyMean(at) + 2.5 * wave(at / 700, 1)
      Object.assign(
        ties.outdoor,
        pinned ?? {
          celsius: mean + 4 * day + 0.15 * wave(at, 2),
          // The water in the air stays; so it is relatively drier in the afternoon.
          humidity: Math.max(20, Math.min(98, 72 - 14 * day + 6 * wave(at / 300, 6))),
        },
      )
      const felt = pinned?.celsius ?? dailyMean(at)
      // Two kelvin between on and off, so that one warm hour does not turn the whole plant over.
      if (felt > (season === 'cooling' ? 19 : 21)) season = 'cooling'
      else season = felt < (season === 'heating' ? 15 : 13) ? 'heating' : 'between'
    },
    device: liveMap(
      `
      temperature  4 0 s16 0.1
      humidity     4 1 u16 0.1
      wet-bulb     4 2 s16 0.1
      season       4 3 u16 1
      `,
      () => ({
        temperature: ties.outdoor.celsius,
        humidity: ties.outdoor.humidity,
        'wet-bulb': wetBulb(ties.outdoor.celsius, ties.outdoor.humidity),
        season: seasons.indexOf(season),
      }),
    ),
  }
}
