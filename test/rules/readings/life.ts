import type { Installation, Meter, Multiplier } from '../../../rules/readings/book.ts'
import type { Life, Reading } from '../../../rules/readings/period.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** What happens on one day of a meter. */
export interface Day {
  /** Steps counted in each quarter of it. */
  readonly use: readonly [number, number, number, number]
  /** Which quarters nobody could read; the first is the boundary. */
  readonly away: readonly [boolean, boolean, boolean, boolean]
  readonly exchange: boolean
  readonly multiplier: number | null
  /** A false value in a quarter that is no boundary; before and after it somebody reads. */
  readonly glitch: { readonly quarter: 1 | 3; readonly index: number } | null
  /** The register begins again at nought, and nobody writes it down. */
  readonly reset: boolean
}
export interface Lived {
  readonly life: Life
  /** What was used on each day, in steps times millionths. */
  readonly truth: readonly bigint[]
  readonly mostPerDay: number
}

/** Lives the days of a meter of two digits and one decimal, at most `most` steps an hour. */
export function live(days: readonly Day[], most: number, start: number): Lived {
  const capacity = 1000
  const meterOf = (n: number): Meter => ({
    ...{ serial: `m${n}`, medium: 'water', maker: '', model: '', accuracy: null, seal: '' },
    registers: [{ code: 'total', digits: 2, decimals: 1, unit: 'm3', maxPerHour: most, source: null }],
  })
  const readings: Reading[] = []
  const installations: Installation[] = []
  const multipliers: Multiplier[] = []
  const truth: bigint[] = []
  let [meter, index, micro, since, opening] = [0, start, 1_000_000, 0, start]
  multipliers.push({ point: 'p', from: 0, micro, index: {}, evidence: '' })
  const falseAt = (n: number): boolean => days[Math.floor(n / 4)]?.glitch?.quarter === n % 4
  const away = (d: number, q: number): boolean =>
    days[d]!.away[q as 0] && ![-1, 0, 1].some(near => falseAt(d * 4 + q + near))
  const quality = { quality: 'actual', validation: 'valid' } as const
  days.forEach((day, d) => {
    let used = 0n
    for (let q = 0; q < 4; q++) {
      const at = d * DAY + q * 6 * HOUR
      // At noon, so that it lies within the period.
      if (q === 2 && day.exchange) {
        installations.push({
          ...{ point: 'p', meter: `m${meter}`, from: since, opening: { total: opening }, to: at },
          closing: { total: index },
        })
        meter++
        since = at
        index = (index * 7 + 13) % capacity
        opening = index
      }
      if (q === 3 && day.multiplier !== null && day.multiplier !== micro) {
        micro = day.multiplier
        multipliers.push({ point: 'p', from: at, micro, index: { total: index }, evidence: '' })
      }
      if (q === 1 && day.reset) index = 0
      const shown = day.glitch?.quarter === q ? day.glitch.index : index
      readings.push({ meter: `m${meter}`, at, index: away(d, q) ? null : shown, ...quality })
      const counted = Math.min(day.use[q]!, most * 6)
      index = (index + counted) % capacity
      used += BigInt(counted) * BigInt(micro)
    }
    truth.push(used)
  })
  readings.push({ meter: `m${meter}`, at: days.length * DAY, index, ...quality })
  installations.push({
    ...{ point: 'p', meter: `m${meter}`, from: since, opening: { total: opening }, to: null, closing: {} },
  })
  const meters = Array.from({ length: meter + 1 }, (_, n) => meterOf(n))
  return {
    life: { code: 'total', meters, installations, multipliers, readings },
    ...{ truth, mostPerDay: most * 24 },
  }
}
