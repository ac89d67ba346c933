/** Where the buckets of a question begin and end. Pure. */

export const STEP = /^([1-9]\d{0,4})(s|m|h|d|mo)$/
const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const
const DAY_MS = 86_400_000
export const MOST_BUCKETS = 10_000

const formats = new Map<string, Intl.DateTimeFormat>()
/** How far the wall of a zone is ahead of UTC at a time, ms. */
function ahead(at: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
  const second = Math.floor(at / 1000) * 1000
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - second
}
const MOST_DAYS = 20_000
const ofDays = new Map<string, number>()
/** The same as a UTC day begins, kept: a format costs some µs, and a question has thousands of edges. */
function aheadOnDay(day: number, zone: string): number {
  const key = `${zone} ${day}`
  let had = ofDays.get(key)
  if (had === undefined) {
    if (ofDays.size >= MOST_DAYS) ofDays.clear()
    had = ahead(day * DAY_MS, zone)
    ofDays.set(key, had)
  }
  return had
}
/**
 * When the clock on the wall of a zone shows this time: the first moment if it does so twice, the first moment after it
 * if it is skipped (there are zones that change at midnight).
 */
function utcOf(wall: number, zone: string): number {
  const day = Math.floor(wall / DAY_MS)
  const steady = aheadOnDay(day - 2, zone)
  if (aheadOnDay(day + 2, zone) === steady) return wall - steady
  const [early, late] = [wall - DAY_MS, wall + DAY_MS].map(at => wall - ahead(at, zone)) as [number, number]
  const shown = [early, late].filter(at => at + ahead(at, zone) === wall)
  return shown.length > 0 ? Math.min(...shown) : Math.max(early, late)
}
/** What the wall of a zone shows, ms as if that were UTC. */
export function wallOf(at: number, zone: string): number {
  const day = Math.floor(at / DAY_MS)
  const steady = aheadOnDay(day, zone)
  return at + (aheadOnDay(day + 1, zone) === steady ? steady : ahead(at, zone))
}
/** The same time on the wall, `days` earlier: with a clock change between them it is not so many times 24 h ago. */
export function daysBefore(at: number, days: number, zone: string): number {
  return utcOf(at + ahead(at, zone) - days * DAY_MS, zone)
}

/**
 * Edges of the buckets that cover [from, to): seconds and minutes in round UTC, hours from midnight, days and months by the
 * calendar of the site's time zone. A day of a clock change has 23 or 25 hours; several hours that divide a day begin on
 * the same hours of the wall that day as well, so one of them is an hour shorter or longer.
 * @returns null when there were more than MOST_BUCKETS
 */
export function edgesOf(from: number, to: number, step: string, zone: string): Float64Array | null {
  const [, count, unit] = STEP.exec(step) as unknown as [string, string, keyof typeof UNITS | 'd' | 'mo']
  const n = Number(count)
  const edges: number[] = []
  if (unit === 'd' || unit === 'mo') {
    const wall = from + ahead(from, zone)
    const start = new Date(wall)
    const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()]
    for (let i = 0; ; i += n) {
      const midnight = unit === 'd' ? Date.UTC(year, month, day + i) : Date.UTC(year, month + i, 1)
      edges.push(utcOf(midnight, zone))
      if (edges.at(-1)! >= to && edges.length > 1) break
      if (edges.length > MOST_BUCKETS) return null
    }
    return Float64Array.from(edges)
  }
  const ms = n * UNITS[unit]
  if ((to - from) / ms > MOST_BUCKETS) return null
  if (unit === 'h' && n > 1 && 24 % n === 0) {
    const wall = from + ahead(from, zone)
    const first = Math.floor(wall / ms) * ms
    // A wall that was set back shows times before `from` again.
    for (let at = first; ; at += ms) {
      const edge = utcOf(at, zone)
      if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge)
      if (edge >= to && edges.length > 1) return Float64Array.from(edges)
    }
  }
  const shift = unit === 'h' ? ahead(from, zone) % DAY_MS : 0
  const first = Math.floor((from + shift) / ms) * ms - shift
  for (let at = first; at < to; at += ms) edges.push(at)
  edges.push(first + edges.length * ms)
  return Float64Array.from(edges)
}
