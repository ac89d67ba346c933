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
/** When the clock on the wall of a zone shows this time; of an hour that is skipped, the first moment after it. */
function utcOf(wall: number, zone: string): number {
  const guess = wall - ahead(wall, zone)
  return wall - ahead(guess, zone)
}

/**
 * Edges of the buckets that cover [from, to): seconds and minutes in round UTC, hours from midnight, days and months by the
 * calendar of the site's time zone (a day of a clock change has 23 or 25 hours).
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
  const shift = unit === 'h' ? ahead(from, zone) % DAY_MS : 0
  const first = Math.floor((from + shift) / ms) * ms - shift
  for (let at = first; at < to; at += ms) edges.push(at)
  edges.push(first + edges.length * ms)
  return Float64Array.from(edges)
}
