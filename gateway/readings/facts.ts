import type { Point } from '../../drivers/point.ts'
import { installedAt, type Register, type RegisterCode, type ServicePoint } from '../../rules/readings/book.ts'
import type { DayUse, Used } from '../../rules/readings/checks.ts'
import type { InDoubt } from '../../rules/readings/swap.ts'
import { type MonthUse, type Usual, usualDay, usualMonth, zeroDays } from '../../rules/readings/usual.ts'
import type { History } from '../history/history.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { KeptReading, Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { midnightBefore, monthBefore } from './days.ts'
import { amountUsed, knownOf, lifeIn } from './lives.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** So many days of a month have to be there for it to say what is usual. */
const PAST_DAYS = 29
const MONTHS = [-1, -2, -3, -11, -12, -13]
/** Of an hour the value was good for so long, else nothing is said of it. */
const GOOD = 0.98
/** Of the 24 hours of a day so many have to be known. */
const LEAST_HOURS = 20
const MICRO = 1_000_000
const parts: readonly RegisterCode[] = ['sharp', 'peak', 'flat', 'valley']

export interface Facts {
  readonly point: ServicePoint
  readonly register: Register
  readonly used: Used
  readonly from: number
  readonly at: number
  readonly demo: boolean
  /** For finding readings that were swapped; null: there is none at that moment. */
  readonly reading: Omit<InDoubt, 'usual'> | null
  readonly waits: boolean
}
interface FactDeps {
  readonly book: MeterBook
  readonly readings: Readings
  readonly history: Pick<History, 'steps'>
  readonly site: () => Site | null
  /** Whether nobody lives or works in this unit. */
  readonly vacant: (unit: string) => boolean
}

/** What is known of the use of a service point in a day or a month that has ended: from readings, and hours of the history. */
export function readingFacts({ book, readings, history, site, vacant }: FactDeps) {
  /** Where the gateway reads it, with the power of the same device. */
  function sourceOf(register: Register): { point: Point; power: Point | null } | null {
    for (const e of site()?.equipment ?? []) {
      const point = e.points.find(p => p.id === register.source)
      if (point) return { point, power: e.points.find(p => p.key === 'power' && p.unit === 'kW') ?? null }
    }
    return null
  }
  /** Hours of a day from the history: what the register rose by, and the energy of the measured power in the same hours. */
  async function hoursOf(register: Register, micro: number, from: number, to: number) {
    const source = sourceOf(register)
    if (!source) return null
    const { point, power } = source
    const edges = Float64Array.from({ length: Math.round((to - from) / HOUR_MS) + 1 }, (_, i) => from + i * HOUR_MS)
    const [rises, powers] = await history.steps(power ? [point, power] : [point], edges)
    if (!rises) return null
    const factor = micro / MICRO / (point.multiplier ?? 1)
    const all = Array.from({ length: edges.length - 1 }, (_, i) => ({
      rise: rises.goodMs[i]! >= GOOD * HOUR_MS ? rises.rise[i]! * factor : null,
      kW: powers && powers.goodMs[i]! >= GOOD * HOUR_MS ? powers.mean[i]! : null,
    }))
    const hours = all.flatMap(h => h.rise ?? [])
    const night = all.slice(2, 4).map(h => h.rise)
    const both = all.flatMap(h => (h.rise !== null && h.kW !== null ? [{ rise: h.rise, kW: h.kW }] : []))
    return {
      hours: hours.length >= LEAST_HOURS ? hours : null,
      nightRise: night.length === 2 && night[0] !== null && night[1] !== null ? Math.min(...(night as number[])) : null,
      total: hours.length >= LEAST_HOURS ? hours.reduce((sum, h) => sum + h, 0) : null,
      // A meter that feeds back counts that elsewhere: only what it took is compared.
      energy:
        both.length >= LEAST_HOURS && both.every(h => h.kW >= 0)
          ? { counted: both.reduce((s, h) => s + h.rise, 0), measured: both.reduce((s, h) => s + h.kW, 0) }
          : null,
    }
  }

  /** @param at the midnight at which the day or month ended. Null: nothing hangs there. */
  async function of(pointId: string, at: number, period: 'day' | 'month'): Promise<Facts | null> {
    const zone = site()?.timezone ?? 'UTC'
    const known = knownOf(book.book())
    const point = known.points.get(pointId)
    const there = installedAt(known.there.get(pointId) ?? [], at)
    const meter = known.meters.get(there?.meter ?? '')
    const register = meter?.registers.find(r => r.code === 'total')
    if (!point || !there || !meter || !register) return null
    const micro = (known.factors.get(pointId) ?? []).findLast(m => m.from <= at)?.micro ?? MICRO
    const from = period === 'day' ? midnightBefore(at, 1, zone) : monthBefore(at, 1, zone)
    const back = period === 'day' ? midnightBefore(at, PAST_DAYS + 1, zone) : monthBefore(at, 14, zone)
    const life = lifeIn(known, readings, pointId, 'total', back, at)
    const rise = amountUsed(life, from, at)
    const step = micro / MICRO / 10 ** register.decimals
    const days = Math.round((at - from) / DAY_MS)
    let usual: Usual | null = null
    let zero: number | null = null
    if (period === 'day') {
      const past = Array.from(
        { length: PAST_DAYS + 1 },
        (_, i): DayUse => ({
          daysAgo: -i,
          rise: amountUsed(life, midnightBefore(at, i + 1, zone), midnightBefore(at, i, zone)),
        }),
      )
      usual = usualDay(past)
      zero = zeroDays(past)
    } else {
      const past = MONTHS.map((monthsAgo): MonthUse => {
        const [a, b] = [monthBefore(at, 1 - monthsAgo, zone), monthBefore(at, -monthsAgo, zone)]
        return { monthsAgo, days: Math.round((b - a) / DAY_MS), rise: amountUsed(life, a, b) }
      })
      usual = usualMonth(past)
    }
    const codes = parts.filter(code => meter.registers.some(r => r.code === code))
    const tariffs = codes.map(code => amountUsed(lifeIn(known, readings, pointId, code, from, at), from, at))
    const hours = period === 'day' ? await hoursOf(register, micro, from, at) : null
    const reading = life.readings.findLast(r => r.at === at) as KeptReading | undefined
    const before = readings.before(pointId, 'total', meter.serial, at)
    return {
      ...{ point, register, from, at, demo: reading?.demo ?? false, waits: reading?.validation === 'uncertain' },
      used: {
        ...{ step, vacant: vacant(point.unit), closed: point.closed, days },
        waterMain: point.medium === 'water' && (point.role === 'main' || isParent(pointId)),
        rise: point.closed ? (hours?.total ?? null) : rise,
        ...{ usual, zeroDays: zero, hours: hours?.hours ?? null, nightRise: hours?.nightRise ?? null },
        tariffs:
          codes.length > 1 && tariffs.every(t => t !== null)
            ? (tariffs as number[]).reduce((sum, t) => sum + t, 0)
            : null,
        energy: hours?.energy ?? null,
        estimated: period === 'month' ? estimatedMonths(pointId, at, zone) : 0,
      },
      reading:
        reading && before
          ? {
              ...{ point: pointId, near: nearOf(point), register },
              before: { at: before.at, index: before.index },
              now: { at, index: reading.index },
            }
          : null,
    }
  }
  const isParent = (id: string): boolean => book.book().points.some(p => p.parent === id)
  /** Neighbours: behind the same meter, or of the same floor. */
  const nearOf = ({ medium, parent, unit }: ServicePoint): string =>
    `${medium} ${parent ?? site()?.spaces.get(unit)?.parent ?? ''}`
  /** How many ends of months up to this one were estimated, one after the other; between two readings is no estimate of use. */
  function estimatedMonths(point: string, at: number, zone: string): number {
    let n = 0
    for (; n < 36; n++) {
      const end = monthBefore(at, n, zone)
      const [reading] = readings.of(point, 'total', end, end)
      if (reading?.quality !== 'estimated' || reading.reason === 'interpolated') break
    }
    return n
  }
  return { of }
}
