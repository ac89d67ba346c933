import type { HistoryMark, HistorySeries, PointInfo } from '../../gateway/http/contract.ts'
import type { Severity } from '../../rules/rule.ts'
import { axis, isCounter, type Stretch } from './trend.ts'

/** The trend page without the page: its address, its spans of time, its lanes. Pure. */
const SECOND = 1000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
export const presets = ['m15', 'h1', 'h8', 'h24', 'd7', 'd30', 'd90', 'd365'] as const
export type Preset = (typeof presets)[number]
export const presetMs: Readonly<Record<Preset, number>> = {
  ...{ m15: 15 * MINUTE, h1: HOUR, h8: 8 * HOUR, h24: DAY },
  ...{ d7: 7 * DAY, d30: 30 * DAY, d90: 90 * DAY, d365: 365 * DAY },
}
export const MOST_POINTS = 8
export const MOST_AXES = 4
export const LEAST_SPAN = 10 * SECOND
export const MOST_SPAN = 10 * 366 * DAY

/** All that the page shows is in its address, so that it can be sent to somebody. */
export interface View {
  readonly points: readonly string[]
  /** Up to now, and going on; null: from `from` to `to`. */
  readonly preset: Preset | null
  readonly from: number
  readonly to: number
  /** With the same time of the week before. */
  readonly week: boolean
  readonly alarms: boolean
  readonly commands: boolean
}
export const noView: View = {
  ...{ points: [], preset: 'h24', from: 0, to: 0 },
  ...{ week: false, alarms: true, commands: true },
}

/** Whatever somebody made of the address, something sound comes out. */
export function viewOf(search: string): View {
  const asked = new URLSearchParams(search)
  const points = [...new Set((asked.get('p') ?? '').split(',').filter(id => /^[^/,]+\/[^/,]+$/.test(id)))]
  const [from, to] = [Date.parse(asked.get('from') ?? ''), Date.parse(asked.get('to') ?? '')]
  const free = to - from >= LEAST_SPAN && to - from <= MOST_SPAN
  const preset = presets.find(one => one === asked.get('r')) ?? 'h24'
  return {
    points: points.slice(0, MOST_POINTS),
    preset: free ? null : preset,
    from: free ? from : 0,
    to: free ? to : 0,
    week: asked.get('w') === '1',
    alarms: asked.get('a') !== '0',
    commands: asked.get('c') !== '0',
  }
}
export function addressOf({ points, preset, from, to, week, alarms, commands }: View): string {
  const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')
  const parts = [
    points.length > 0 ? `p=${points.map(encodeURIComponent).join(',').replaceAll('%2F', '/')}` : '',
    preset === null ? `from=${iso(from)}&to=${iso(to)}` : `r=${preset}`,
    week ? 'w=1' : '',
    alarms ? '' : 'a=0',
    commands ? '' : 'c=0',
  ]
  return `/trends?${parts.filter(part => part !== '').join('&')}`
}

const steps: readonly (readonly [step: string, ms: number])[] = [
  ...([1, 2, 5, 10, 15, 30] as const).map(n => [`${n}s`, n * SECOND] as const),
  ...([1, 2, 5, 10, 15, 30] as const).map(n => [`${n}m`, n * MINUTE] as const),
  ...([1, 2, 3, 6, 12] as const).map(n => [`${n}h`, n * HOUR] as const),
  ...([1, 7] as const).map(n => [`${n}d`, n * DAY] as const),
  ['1mo', 30 * DAY],
]
const MOST_STEPS = 500
/** As fine as the eye can use. Bars of counters are fewer. */
export const stepFor = (spanMs: number, most = MOST_STEPS): string =>
  (steps.find(([, ms]) => spanMs / ms <= most) ?? steps.at(-1)!)[0]

/** A span as it may be asked for: neither too short nor too long, and not in the future. */
export function sound(from: number, to: number, now: number): { from: number; to: number } {
  const span = Math.min(MOST_SPAN, Math.max(LEAST_SPAN, to - from))
  const middle = (from + to) / 2
  const end = Math.min(now, Math.round((middle + span / 2) / SECOND) * SECOND)
  return { from: Math.round((end - span) / SECOND) * SECOND, to: end }
}
/** By `factor` around a time that stays where it is. */
export const zoomed = (from: number, to: number, at: number, factor: number, now: number) =>
  sound(at - (at - from) * factor, at + (to - at) * factor, now)
/** By a part of the span; into the past with less than 0. */
export const panned = (from: number, to: number, part: number, now: number) =>
  sound(from + (to - from) * part, Math.min(now, to + (to - from) * part), now)

/** @param ahead how far the site's wall is ahead of UTC at a time, ms */
export type Ahead = (at: number) => number
/** The same time on the wall a week before. */
export const weekBefore = (at: number, ahead: Ahead): number => at - 7 * DAY + ahead(at) - ahead(at - 7 * DAY)

const tickSteps: readonly number[] = [
  ...[1, 2, 5, 10, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 30].map(n => n * MINUTE),
  ...[1, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map(n => n * DAY),
]
/** Round times of the site's wall between two, at most `most`, on both sides of a clock change. */
export function ticksOf(from: number, to: number, ahead: Ahead, most: number): number[] {
  const step = tickSteps.find(s => (to - from) / s <= most) ?? tickSteps.at(-1)!
  const ticks: number[] = []
  for (let wall = Math.ceil((from + ahead(from)) / step) * step; ; wall += step) {
    const at = wall - ahead(wall - ahead(from))
    if (at > to) return ticks
    if (at >= from && at > (ticks.at(-1) ?? Number.NEGATIVE_INFINITY)) ticks.push(at)
  }
}

// Lanes ---------------------------------------------------------------------------------------------------------------

export type Chosen = Pick<PointInfo, 'id' | 'kind' | 'unit' | 'decimals'>
export const canTrend = (point: Pick<PointInfo, 'kind' | 'enum'>): boolean =>
  point.kind === 'boolean' || (point.kind === 'number' && point.enum === null)
/** What shares an axis: the unit; a counter shows what it counted in each step, a switch the share of time it was on. */
export const axisOf = (point: Pick<PointInfo, 'kind' | 'unit'>): string =>
  point.kind === 'boolean' ? '{on}' : isCounter(point) ? `${point.unit}+` : (point.unit ?? '')
export const axesOf = (points: readonly Pick<PointInfo, 'kind' | 'unit'>[]): string[] => [
  ...new Set(points.map(axisOf)),
]

type Row = HistorySeries['rows'][number]
export const readingOf = (point: Pick<PointInfo, 'unit'>, row: Row): number | null =>
  (row.good ?? 0) > 0 ? ((isCounter(point) ? row.rise : row.mean) ?? null) : null

export interface Track {
  readonly point: Chosen
  readonly rows: readonly Row[]
  /** When the last row ends. */
  readonly end: number
}
export interface TrackLine {
  readonly line: string
  readonly band: string
  readonly gaps: readonly Stretch[]
}
export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}

/** Around all that share an axis; null: there is nothing. */
export function scaleOf(tracks: readonly Track[], from: number, to: number): Scale | null {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let on = false
  for (const { point, rows, end } of tracks) {
    const counter = isCounter(point)
    on ||= point.kind === 'boolean'
    for (const [i, row] of rows.entries()) {
      const value = readingOf(point, row)
      const until = rows[i + 1] ? Date.parse(rows[i + 1]!.at) : end
      if (value === null || until <= from || Date.parse(row.at) >= to) continue
      least = Math.min(least, counter ? 0 : (row.min ?? value))
      most = Math.max(most, counter ? value : (row.max ?? value))
    }
  }
  if (least > most) return null
  return on ? { low: 0, high: 1, ticks: [0, 1] } : axis(least, most)
}

/** A line as steps on a sheet of `width` x `height`. A gap is a gap: nothing is drawn over it, ever. */
export function lineOf(
  { point, rows, end }: Track,
  from: number,
  to: number,
  { low, high }: Scale,
  width: number,
  height: number,
): TrackLine {
  const x = (at: number) => round(((Math.min(to, Math.max(from, at)) - from) / (to - from)) * width)
  const y = (value: number) => round(height - ((value - low) / (high - low)) * height)
  const counter = isCounter(point)
  let line = ''
  let upper = ''
  let lower: string[] = []
  let band = ''
  let open = false
  const gaps: { from: number; to: number }[] = []
  const close = () => {
    if (open && !counter) band += `${upper}${lower.reverse().join('')}Z`
    open = false
    upper = ''
    lower = []
  }
  for (const [i, row] of rows.entries()) {
    const [start, until] = [Date.parse(row.at), rows[i + 1] ? Date.parse(rows[i + 1]!.at) : end]
    if (until <= from || start >= to || until <= start) continue
    const [a, z] = [x(start), x(until)]
    const value = readingOf(point, row)
    if (value === null) {
      close()
      const last = gaps.at(-1)
      if (last && last.to >= a) last.to = z
      else gaps.push({ from: a, to: z })
      continue
    }
    line += `${open ? 'L' : 'M'}${a} ${y(value)}H${z}`
    const [most, least] = [y(row.max ?? value), y(row.min ?? value)]
    upper += `${open ? 'L' : 'M'}${a} ${most}H${z}`
    lower.push(`L${z} ${least}H${a}`)
    open = true
  }
  close()
  // Time before the first row is not known either.
  const first = rows[0] ? x(Date.parse(rows[0].at)) : width
  if (first > 0.5) gaps.unshift({ from: 0, to: first })
  const last = x(end)
  if (rows.length > 0 && last < width - 0.5) gaps.push({ from: last, to: width })
  return { line, band, gaps }
}
const round = (n: number): number => Math.round(n * 10) / 10

/** The same rows, as if they had been `byMs` later. */
export const shifted = (series: HistorySeries, byMs: number): Row[] =>
  series.rows.map(row => ({ ...row, at: new Date(Date.parse(row.at) + byMs).toISOString() }))

export interface TailSample {
  readonly at: number
  /** Null: not good. */
  readonly value: number | null
}
/** What the live link has said since the history was read, as rows of its own. Each holds until the next one. */
export function withTail(rows: readonly Row[], readAt: number, tail: readonly TailSample[]): Row[] {
  const held = tail.findLast(one => one.at <= readAt)
  const news = [...(held ? [{ ...held, at: readAt }] : []), ...tail.filter(one => one.at > readAt)]
  return [
    ...rows.filter(row => Date.parse(row.at) < readAt),
    ...news.map(({ at, value }) =>
      value === null
        ? { at: new Date(at).toISOString(), good: 0 }
        : { at: new Date(at).toISOString(), good: 1, min: value, max: value, mean: value, last: value },
    ),
  ]
}

/** Least, mean weighted by what is known, most, and the last of a span. */
export function figuresOf({ point, rows, end }: Track, from: number, to: number) {
  let [least, most, sum, weight] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  let last: number | null = null
  let total = 0
  for (const [i, row] of rows.entries()) {
    const [start, until] = [Date.parse(row.at), rows[i + 1] ? Date.parse(rows[i + 1]!.at) : end]
    const value = readingOf(point, row)
    if (value === null || until <= from || start >= to) continue
    const ms = (Math.min(to, until) - Math.max(from, start)) * (row.good ?? 0)
    least = Math.min(least, row.min ?? value)
    most = Math.max(most, row.max ?? value)
    sum += value * ms
    weight += ms
    last = row.last ?? value
    total += row.rise ?? 0
  }
  return weight > 0 ? { least, mean: sum / weight, most, last, total } : null
}

/** The row that holds at a time. */
export function rowAt({ rows, end }: Track, at: number): Row | null {
  if (at >= end) return null
  return rows.findLast(row => Date.parse(row.at) <= at) ?? null
}

// Marks ---------------------------------------------------------------------------------------------------------------

const order: readonly Severity[] = ['life', 'high', 'medium', 'low', 'journal']
export interface MarkGroup {
  readonly x: number
  readonly marks: readonly HistoryMark[]
  /** Of the worst of them; null: only commands. */
  readonly severity: Severity | null
  /** As much room as there is for a text, px. */
  readonly room: number
}
/** Those that would lie on each other are one. */
export function groupMarks(
  marks: readonly HistoryMark[],
  from: number,
  to: number,
  width: number,
  least = 18,
): MarkGroup[] {
  const groups: { x: number; marks: HistoryMark[] }[] = []
  for (const mark of marks) {
    const at = Date.parse(mark.at)
    if (at > to || (mark.until !== null && Date.parse(mark.until) < from)) continue
    const x = Math.round(((Math.max(from, at) - from) / (to - from)) * width)
    const last = groups.at(-1)
    if (last && x - last.x < least) last.marks.push(mark)
    else groups.push({ x, marks: [mark] })
  }
  return groups.map(({ x, marks: list }, i) => ({
    x,
    marks: list,
    severity: order.find(one => list.some(mark => mark.severity === one)) ?? null,
    room: (groups[i + 1]?.x ?? width) - x - least - 4,
  }))
}
