import type { HistorySeries, PointInfo } from '../../gateway/http/contract.ts'

/** What a trend draws. Pure: rows of the history API in, places on a sheet of 1000 x 100 out. */
export const ranges = ['h1', 'h24', 'd7', 'd30'] as const
export type Range = (typeof ranges)[number]
const HOUR_MS = 3_600_000
export const spans: Readonly<
  Record<Range, { readonly ms: number; readonly step: string; readonly count: string; readonly every: number }>
> = {
  h1: { ms: HOUR_MS, step: '15s', count: '5m', every: 15_000 },
  h24: { ms: 24 * HOUR_MS, step: '5m', count: '1h', every: 60_000 },
  d7: { ms: 168 * HOUR_MS, step: '1h', count: '6h', every: 300_000 },
  d30: { ms: 720 * HOUR_MS, step: '3h', count: '1d', every: 300_000 },
}

/** An amount that is counted up: what it has grown by says more than what it shows. */
export const isCounter = (point: Pick<PointInfo, 'unit'>): boolean =>
  point.unit !== null && (/\.h$/.test(point.unit) || point.unit === 'm3')
export const isTrend = (point: PointInfo): boolean => point.kind === 'number' && point.enum === null

export interface Stretch {
  readonly from: number
  readonly to: number
}
export interface Drawn {
  /** The mean, as steps; a gap is a gap. */
  readonly line: string
  /** From the least to the most. */
  readonly band: string
  /** Of a counter: one bar for each step. */
  readonly bars: readonly { readonly x: number; readonly w: number; readonly y: number }[]
  /** 0..1 of the width: where nothing good is known, and what was made up for the demo. */
  readonly gaps: readonly Stretch[]
  readonly demo: readonly Stretch[]
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}
export const W = 1000
export const H = 100

type Row = HistorySeries['rows'][number]

/** @param counter draws `rise` as bars, else the mean with least and most */
export function draw(series: HistorySeries, from: number, to: number, counter: boolean): Drawn | null {
  const { rows } = series
  const starts = rows.map(row => Date.parse(row.at))
  const ends = starts.map((_, i) => Math.min(to, starts[i + 1] ?? to))
  const good = rows.map(row => (row.good ?? 0) > 0 && typeof (counter ? row.rise : row.mean) === 'number')
  const x = (at: number) => round(((Math.min(to, Math.max(from, at)) - from) / (to - from)) * W)
  const gaps: Stretch[] = []
  for (const [i, ok] of good.entries()) {
    if (ok || ends[i]! <= from) continue
    const [a, z] = [x(starts[i]!) / W, x(ends[i]!) / W]
    const last = gaps.at(-1)
    if (last && Math.abs(last.to - a) < 1e-6) gaps[gaps.length - 1] = { from: last.from, to: z }
    else gaps.push({ from: a, to: z })
  }
  const demo = series.demo
    .map(span => ({ from: x(Date.parse(span.from)) / W, to: x(Date.parse(span.to)) / W }))
    .filter(s => s.to > s.from)
  const values = rows.flatMap((row, i) =>
    good[i] ? (counter ? [0, row.rise ?? 0] : [row.min ?? 0, row.max ?? 0]) : [],
  )
  if (values.length === 0) return null
  const { low, high, ticks } = axis(Math.min(...values), Math.max(...values))
  const y = (value: number) => round(H - ((value - low) / (high - low)) * H)
  let line = ''
  let band = ''
  for (let i = 0; i < rows.length; i++) {
    if (!good[i] || counter) continue
    // One stretch without a gap.
    const first = i
    while (i + 1 < rows.length && good[i + 1]) i++
    const each = (value: (row: Row) => number, down = false) => {
      let path = ''
      for (let n = 0; n <= i - first; n++) {
        const j = down ? i - n : first + n
        const edge = y(value(rows[j]!))
        path += down
          ? `L${x(ends[j]!)} ${edge}L${x(starts[j]!)} ${edge}`
          : `L${x(starts[j]!)} ${edge}L${x(ends[j]!)} ${edge}`
      }
      return path
    }
    line += `M${each(row => row.mean ?? 0).slice(1)}`
    band += `M${each(row => row.max ?? 0).slice(1)}${each(row => row.min ?? 0, true)}Z`
  }
  const bars = counter
    ? rows.flatMap((row, i) => {
        const [a, z] = [x(starts[i]!), x(ends[i]!)]
        return good[i] && z > a ? [{ x: a + (z - a) * 0.1, w: (z - a) * 0.8, y: y(row.rise ?? 0) }] : []
      })
    : []
  return { line, band, bars, gaps, demo, low, high, ticks }
}
const round = (n: number): number => Math.round(n * 100) / 100

/** Round numbers around what is there: 1, 2 or 5 times a power of ten apart. */
export function axis(least: number, most: number): { low: number; high: number; ticks: number[] } {
  const room = most - least || Math.abs(most) * 0.1 || 1
  const rough = room / 3
  const ten = 10 ** Math.floor(Math.log10(rough))
  const step = ten * ([1, 2, 5, 10].find(n => n * ten >= rough) ?? 10)
  const low = Math.floor(least / step) * step
  const high = Math.max(low + step, Math.ceil(most / step) * step)
  const ticks: number[] = []
  for (let n = 0; n <= 6 && low + n * step <= high + step / 1e6; n++)
    ticks.push(Number((low + n * step).toPrecision(12)))
  return { low, high, ticks }
}

/** Round times of the site's wall between two, at most `most`. */
export function timeTicks(from: number, to: number, aheadMs: number, most = 5): number[] {
  const steps = [10 / 60, 0.25, 0.5, 1, 3, 6, 12, 24, 48, 72, 168].map(h => h * HOUR_MS)
  const step = steps.find(s => (to - from) / s <= most) ?? steps.at(-1)!
  const ticks: number[] = []
  for (let at = Math.ceil((from + aheadMs) / step) * step - aheadMs; at <= to; at += step) ticks.push(at)
  return ticks
}
