import { DataType } from 'node-opcua'
import type { Kind } from '../../../drivers/point.ts'
import { isGood, type Row } from './historyrows.ts'
import type { StepHistory } from './protocol.ts'

/**
 * The aggregates of OPC 10000-13 that the journal can answer for. A value holds until the next one (Stepped), so bounding
 * values are what held; uncertain ones count as bad (TreatUncertainAsBad). Pure.
 */

/** Over the sums of the journal: exact for the time, also where samples are gone and hours are left. */
export interface OfSums {
  readonly from: 'sums'
  readonly kinds: readonly Kind[]
  readonly type?: DataType
  /** What it is of an interval of which `knownMs` are known; null: nothing. */
  readonly value: (sums: StepHistory, i: number, knownMs: number) => number | null
  /** Answers where nothing good was, too: 0 ms of it were good. */
  readonly always?: true
}
/** Over the samples as they were recorded. */
export interface OfSamples {
  readonly from: 'samples'
  readonly kinds: readonly Kind[]
  readonly type?: DataType
  readonly value: (all: Interval) => Found | null
}
export interface Found {
  readonly value: Row['value']
  /** Of the sample itself, where the aggregate has that time. */
  readonly row?: Row
  /** By which share of it the status is judged; without: any that is not good makes it doubtful. */
  readonly by?: 'count'
  /** Somewhere the last good value stood in for one that was not. */
  readonly doubtful?: boolean
  /** What held was made up for the demo. */
  readonly made?: boolean
}
/** What samples come to in an interval. */
export interface Interval {
  count: number
  good: number
  made: boolean
  sum: number
  min: Row | null
  max: Row | null
  first: Row | null
  last: Row | null
  firstGood: Row | null
  lastGood: Row | null
  /** Of values over time, the last good one standing in for what is bad: value times ms. */
  area: number
  areaMs: number
  areaMade: boolean
  /** Time without a good value. */
  badMs: number
}
export const noInterval = (): Interval => ({
  ...{ count: 0, good: 0, made: false, sum: 0, area: 0, areaMs: 0, areaMade: false, badMs: 0 },
  ...{ min: null, max: null, first: null, last: null, firstGood: null, lastGood: null },
})
/** The next sample of an interval, in the order of time. */
export function takeRow(to: Interval, row: Row): void {
  to.count++
  to.made ||= row.made
  to.first ??= row
  to.last = row
  if (!isGood(row)) return
  to.good++
  to.sum += row.number
  to.firstGood ??= row
  to.lastGood = row
  if (!to.min || row.number < to.min.number) to.min = row
  if (!to.max || row.number > to.max.number) to.max = row
}
/** @param held what is in force for so long. @param stand the last good one */
export function takeTime(to: Interval, held: Row | null, stand: Row | null, ms: number): void {
  if (!held || !isGood(held)) to.badMs += ms
  else to.areaMade ||= held.made
  if (!stand) return
  to.area += stand.number * ms
  to.areaMs += ms
}

const NUMBERS = ['number'] as const
const ALL = ['number', 'boolean', 'text'] as const
const known = (value: number): number | null => (Number.isNaN(value) ? null : value)
const sums = (value: OfSums['value'], more: Partial<OfSums> = {}): OfSums => ({
  ...{ from: 'sums', kinds: NUMBERS, type: DataType.Double },
  ...more,
  value,
})
const samples = (value: OfSamples['value'], more: Partial<OfSamples> = {}): OfSamples => ({
  ...{ from: 'samples', kinds: NUMBERS },
  ...more,
  value,
})
const DOUBLE = { type: DataType.Double }
const rowOf = (row: Row | null, at: Row | undefined = undefined): Found | null =>
  row && { value: row.value, ...(at && { row: at }) }

/** By the number of its function in namespace 0. */
export const aggregates: ReadonlyMap<number, OfSums | OfSamples> = new Map<number, OfSums | OfSamples>([
  // Average: of the good samples.
  [2342, samples(all => (all.good > 0 ? { value: all.sum / all.good, by: 'count' } : null), DOUBLE)],
  // TimeAverage, and Total: that times seconds.
  [
    2343,
    samples(
      all => (all.areaMs > 0 ? { value: all.area / all.areaMs, doubtful: all.badMs > 0, made: all.areaMade } : null),
      DOUBLE,
    ),
  ],
  [
    2344,
    samples(
      all => (all.areaMs > 0 ? { value: all.area / 1000, doubtful: all.badMs > 0, made: all.areaMade } : null),
      DOUBLE,
    ),
  ],
  [2346, samples(all => rowOf(all.min))], // Minimum
  [2347, samples(all => rowOf(all.max))], // Maximum
  [2348, samples(all => rowOf(all.min, all.min ?? undefined))], // MinimumActualTime
  [2349, samples(all => rowOf(all.max, all.max ?? undefined))], // MaximumActualTime
  [2350, samples(all => all.min && all.max && { value: all.max.number - all.min.number })], // Range
  [2352, samples(all => ({ value: all.good, by: 'count' }), { kinds: ALL, type: DataType.Int32 })], // Count
  [2357, samples(all => rowOf(all.first, all.first ?? undefined), { kinds: ALL })], // Start
  [2358, samples(all => rowOf(all.last, all.last ?? undefined), { kinds: ALL })], // End
  // Delta: of the last good one and the first.
  [
    2359,
    samples(
      ({ firstGood, lastGood, first, last }) =>
        firstGood &&
        lastGood && {
          value: lastGood.number - firstGood.number,
          doubtful: first !== firstGood || last !== lastGood,
        },
    ),
  ],
  [2360, sums(({ goodMs }, i) => goodMs[i]!, { kinds: ALL, always: true })], // DurationGood
  [2362, sums(({ goodMs }, i, ms) => (100 * goodMs[i]!) / ms, { kinds: ALL, always: true })], // PercentGood
  [11285, sums(({ mean }, i) => known(mean[i]!))], // TimeAverage2
  [11286, sums(({ min }, i) => known(min[i]!))], // Minimum2
  [11287, sums(({ max }, i) => known(max[i]!))], // Maximum2
  [11288, sums(({ min, max }, i) => known(max[i]! - min[i]!))], // Range2
  [11304, sums(({ mean, goodMs }, i) => known((mean[i]! * goodMs[i]!) / 1000))], // Total2
  // DurationInStateZero, DurationInStateNonZero
  [11307, sums(({ mean, goodMs }, i) => known((1 - mean[i]!) * goodMs[i]!), { kinds: ['boolean'] })],
  [11308, sums(({ mean, goodMs }, i) => known(mean[i]! * goodMs[i]!), { kinds: ['boolean'] })],
])
/** What a point was as an interval begins: not of the interval itself. */
export const INTERPOLATIVE = 2341
