import type { RoundState } from './round.ts'
import type { Trust, Verdict } from './words.ts'

/** One point of a round whose time is over, or that somebody was at. */
export interface PointFigure {
  readonly route: string
  readonly checkpoint: string
  readonly verdicts: readonly Verdict[]
}
export interface ScanFigure {
  readonly at: number
  readonly route: string
  readonly checkpoint: string
  readonly person: string
  readonly device: string
  readonly trust: Trust
  readonly verdicts: readonly Verdict[]
}
export interface Hours {
  readonly from: number
  readonly to: number
  /** How long a point of the route may be without a visit; null: its plan says nothing of it. */
  readonly maxGapMs: number | null
}
/** The time that a report is about. */
type Asked = Pick<Hours, 'from' | 'to'>
/** Hours of every time zone begin at one of these. */
const QUARTER_MS = 900_000

/** 0 to 1: of the points whose time is over those that were visited in time; null: none was due. */
export function onTimeShare(points: readonly PointFigure[]): number | null {
  const due = points.filter(p => !p.verdicts.includes('excused'))
  if (due.length === 0) return null
  return due.filter(p => p.verdicts.includes('on_time')).length / due.length
}

/** The times in which nobody was at a point, from the beginning of its hours to their end (or to now). */
export function gapsOf(visits: readonly number[], hours: Pick<Hours, 'from' | 'to'>, now: number) {
  const end = Math.min(hours.to, now)
  const times = [hours.from, ...visits.filter(at => at > hours.from && at < end), end]
  return times.slice(1).map((to, i) => ({ from: times[i]!, to, ms: to - times[i]! }))
}

/**
 * How long a point was without a visit beyond what is allowed, ms: the hours uncovered.
 * @param asked of a gap that reaches beyond it only what lies within; how long it is already counts from its beginning
 */
export const uncoveredMs = (visits: readonly number[], hours: Hours, now: number, asked: Asked = hours): number => {
  const { maxGapMs } = hours
  if (maxGapMs === null) return 0
  const beyond = ({ from, to }: Asked) => Math.max(0, Math.min(to, asked.to) - Math.max(from + maxGapMs, asked.from))
  return gapsOf(visits, hours, now).reduce((sum, gap) => sum + beyond(gap), 0)
}

/**
 * The longest gap that falls into each hour of the day (0 to 23 of the site's clock), ms: a row of the heat map.
 * @param asked hours outside of it have none: those of the night before are in the report of the day before
 */
export function gapByHour(
  visits: readonly number[],
  hours: readonly Hours[],
  hourOf: (at: number) => number,
  now: number,
  asked: Asked,
): (number | null)[] {
  const row: (number | null)[] = Array.from({ length: 24 }, () => null)
  for (const span of hours)
    for (const gap of gapsOf(visits, span, now)) {
      const end = Math.min(gap.to, asked.to)
      for (let at = Math.max(gap.from, asked.from); at < end; at = (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS) {
        const hour = hourOf(at)
        row[hour] = Math.max(row[hour] ?? 0, gap.ms)
      }
    }
  return row
}

/** The shortest times between two different points, by person, shortest first: who is quicker than anybody can walk. */
export function shortestWalks(scans: readonly ScanFigure[], most = 10) {
  const sorted = scans.filter(s => !s.verdicts.includes('duplicate')).toSorted((a, b) => a.at - b.at)
  const last = new Map<string, ScanFigure>()
  const found: { person: string; from: string; to: string; at: number; ms: number }[] = []
  for (const scan of sorted) {
    const had = last.get(scan.person)
    if (had && had.checkpoint !== scan.checkpoint)
      found.push({ person: scan.person, from: had.checkpoint, to: scan.checkpoint, at: scan.at, ms: scan.at - had.at })
    last.set(scan.person, scan)
  }
  return found.toSorted((a, b) => a.ms - b.ms).slice(0, most)
}

/** How quickly each person walks between two different points of a route; who is quickest first. Rests of over 30 min are none. */
export function guardWalks(scans: readonly ScanFigure[], restMs = 30 * 60_000) {
  const sorted = scans.filter(s => !s.verdicts.includes('duplicate') && s.person !== '').toSorted((a, b) => a.at - b.at)
  const last = new Map<string, ScanFigure>()
  const walks = new Map<string, { ms: number; route: string; from: string; to: string; at: number }[]>()
  for (const s of sorted) {
    const had = last.get(s.person)
    last.set(s.person, s)
    if (!had || had.route !== s.route || had.checkpoint === s.checkpoint || s.at - had.at > restMs) continue
    const walk = { ms: s.at - had.at, route: s.route, from: had.checkpoint, to: s.checkpoint, at: s.at }
    walks.set(s.person, [...(walks.get(s.person) ?? []), walk])
  }
  return [...walks]
    .map(([person, all]) => {
      const [{ ms: shortestMs, ...shortest }, ...rest] = all.toSorted((a, b) => a.ms - b.ms) as [
        (typeof all)[number],
        ...(typeof all)[number][],
      ]
      const times = [shortestMs, ...rest.map(w => w.ms)]
      return {
        person,
        walks: times.length,
        shortestMs,
        medianMs: times[Math.floor((times.length - 1) / 2)]!,
        ...shortest,
      }
    })
    .toSorted((a, b) => a.shortestMs - b.shortestMs)
}

/** Two devices that go the same way together, point for point: one person carries both. @returns pairs with how often */
export function together(scans: readonly ScanFigure[], withinMs = 60_000, least = 3) {
  const sorted = scans.toSorted((a, b) => a.at - b.at)
  const pairs = new Map<string, { a: string; b: string; times: number }>()
  for (const [i, one] of sorted.entries())
    for (let j = i + 1; j < sorted.length && sorted[j]!.at - one.at <= withinMs; j++) {
      const other = sorted[j]!
      if (other.device === one.device || other.checkpoint !== one.checkpoint) continue
      const [a, b] = [one.device, other.device].sort() as [string, string]
      const had = pairs.get(`${a} ${b}`) ?? { a, b, times: 0 }
      pairs.set(`${a} ${b}`, { ...had, times: had.times + 1 })
    }
  return [...pairs.values()].filter(p => p.times >= least).toSorted((a, b) => b.times - a.times)
}

/** At so many different points in a row is no chance any more. */
const TOGETHER_POINTS = 3
const TOGETHER_MS = 60_000
/**
 * Whether another device went the same way as this one, point for point: one person may carry both (buddy scanning).
 * @param visits of the last hours, of all devices, this one among them or not
 */
export function goesTogether(
  visit: Pick<ScanFigure, 'at' | 'route' | 'checkpoint' | 'device'>,
  visits: readonly Pick<ScanFigure, 'at' | 'route' | 'checkpoint' | 'device'>[],
): boolean {
  const same = (a: typeof visit, b: typeof visit) =>
    a.route === b.route && a.checkpoint === b.checkpoint && Math.abs(a.at - b.at) <= TOGETHER_MS
  const own = [...visits.filter(v => v.device === visit.device), visit]
  const others = new Set(visits.flatMap(v => (v.device !== visit.device && same(v, visit) ? [v.device] : [])))
  return [...others].some(device => {
    const his = visits.filter(v => v.device === device)
    const shared = own.filter(o => his.some(h => same(h, o))).map(o => `${o.route}/${o.checkpoint}`)
    return new Set(shared).size >= TOGETHER_POINTS
  })
}

export const countStates = (states: readonly RoundState[]): Partial<Record<RoundState, number>> => {
  const sum: Partial<Record<RoundState, number>> = {}
  for (const state of states) sum[state] = (sum[state] ?? 0) + 1
  return sum
}
