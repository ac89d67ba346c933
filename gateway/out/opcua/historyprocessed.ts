import { type AggregateConfiguration, DataValue, type HistoryReadResult, type ReadProcessedDetails } from 'node-opcua'
import type { Kind } from '../../../drivers/point.ts'
import {
  aggregates,
  INTERPOLATIVE,
  noInterval,
  type OfSamples,
  type OfSums,
  takeRow,
  takeTime,
} from './historyaggregates.ts'
import { atTimes } from './historyattime.ts'
import { timeOf } from './historyraw.ts'
import {
  CALCULATED,
  failed,
  found,
  isGood,
  type Journal,
  madeUp,
  PARTIAL,
  type Reading,
  type Row,
  statusOf,
  withBits,
  without,
} from './historyrows.ts'
import type { MadeUp } from './protocol.ts'
import { dataTypeOf } from './space.ts'

/** Aggregates over intervals [OPC 10000-11 6.5.4, OPC 10000-13]. */

const MOST_BUCKETS = 10_000
const MOST_ROWS = 500_000
const ROWS_AT_ONCE = 10_000
const LOOK_BACK_MS = 86_400_000

/** The intervals, the earliest first, in whichever order they are told. */
interface Intervals {
  readonly edges: Float64Array
  readonly stepMs: number
  /** Time goes backwards: the later end of each is the one that belongs to it. */
  readonly back: boolean
}
/** From which shares of what is good and bad on a value is good or bad. */
type Shares = Pick<AggregateConfiguration, 'percentDataGood' | 'percentDataBad'>

export async function readProcessed(
  kind: Kind,
  journal: Journal,
  reading: Reading,
  details: ReadProcessedDetails,
  now: number,
): Promise<HistoryReadResult> {
  const type = details.aggregateType?.[0]
  const number = type?.namespace === 0 && typeof type.value === 'number' ? type.value : -1
  const aggregate = aggregates.get(number)
  if (number !== INTERPOLATIVE && !aggregate?.kinds.includes(kind)) return failed('BadAggregateNotSupported')
  const wanted = details.aggregateConfiguration
  const own = wanted && !wanted.useServerCapabilitiesDefaults ? wanted : null
  // The journal has no sums with uncertain values in them.
  if (own && !own.treatUncertainAsBad) return failed('BadAggregateConfigurationRejected')
  const shares = own ?? { percentDataGood: 100, percentDataBad: 100 }
  const intervals = intervalsOf(timeOf(details.startTime), timeOf(details.endTime), details.processingInterval)
  if (!intervals) return failed('BadInvalidArgument')
  const values =
    number === INTERPOLATIVE
      ? await atTimes(reading, startsOf(intervals), false, now)
      : aggregate!.from === 'sums'
        ? await ofSums(aggregate as OfSums, journal, intervals, shares, now)
        : await ofSamples(kind, aggregate as OfSamples, reading, intervals, shares, now)
  if (typeof values === 'string') return failed(values)
  return values ? found(values) : failed('BadNoCommunication')
}

function intervalsOf(start: number | null, end: number | null, wantedMs: number): Intervals | null {
  if (start === null || end === null || start === end) return null
  const back = start > end
  const longMs = Math.abs(end - start)
  const stepMs = wantedMs || longMs
  const count = Math.ceil(longMs / stepMs)
  if (!(stepMs >= 1) || count > MOST_BUCKETS) return null
  const offsets = Array.from({ length: count + 1 }, (_, i) => Math.min(longMs, Math.round(i * stepMs)))
  const edges = Float64Array.from(offsets, ms => (back ? start - ms : start + ms))
  return { edges: back ? edges.reverse() : edges, stepMs, back }
}
/** As they are told: the first one is the one that is at the start asked for. */
function startsOf({ edges, back }: Intervals): number[] {
  return back ? [...edges.subarray(1)].reverse() : [...edges.subarray(0, -1)]
}

/** One value per interval, in the order that was asked for. */
function told(
  intervals: Intervals,
  now: number,
  one: (i: number, at: number, bits: number, knownMs: number) => DataValue,
) {
  const { edges, stepMs, back } = intervals
  const values = Array.from({ length: edges.length - 1 }, (_, i) => {
    const [from, to] = [edges[i]!, edges[i + 1]!]
    const at = back ? to : from
    if (from >= now) return without('BadNoData', at)
    // Cut off at the end asked for, or going on now.
    const bits = CALCULATED | (to - from < stepMs - 1 || to > now ? PARTIAL : 0)
    return one(i, at, bits, Math.min(to, now) - from)
  })
  return back ? values.reverse() : values
}

const touches = (spans: readonly MadeUp[], from: number, to: number) => spans.some(s => s.from < to && s.to > from)

async function ofSums(aggregate: OfSums, journal: Journal, intervals: Intervals, shares: Shares, now: number) {
  const { edges } = intervals
  const sums = await journal.steps(edges)
  if (!sums) return null
  return told(intervals, now, (i, at, bits, knownMs) => {
    const goodMs = sums.goodMs[i]!
    const value = goodMs > 0 || aggregate.always ? aggregate.value(sums, i, knownMs) : null
    if (value === null) return without('BadNoData', at)
    const made = touches(sums.demo, edges[i]!, edges[i + 1]!)
    // The sums of an hour that is cut are those of the whole hour.
    const rough = touches(sums.coarse, edges[i]!, edges[i + 1]!)
    const status = aggregate.always ? 'Good' : judged((100 * goodMs) / knownMs, shares)
    if (status === 'Bad') return without('Bad', at, bits)
    const doubtful = rough && status === 'Good' ? 'UncertainDataSubNormal' : status
    return new DataValue({
      sourceTimestamp: new Date(at),
      statusCode: withBits(made ? madeUp : doubtful, bits),
      value: { dataType: aggregate.type!, value },
    })
  })
}

/** [OPC 10000-13 4.2.1.2] */
function judged(percentGood: number, { percentDataGood, percentDataBad }: Shares): string {
  if (percentGood >= percentDataGood) return 'Good'
  return 100 - percentGood >= percentDataBad ? 'Bad' : 'UncertainDataSubNormal'
}

async function ofSamples(
  kind: Kind,
  aggregate: OfSamples,
  reading: Reading,
  intervals: Intervals,
  shares: Shares,
  now: number,
) {
  const folded = await fold(reading, intervals, now)
  if (!folded || typeof folded === 'string') return folded
  const { edges } = intervals
  return told(intervals, now, (i, at, bits) => {
    const all = folded.intervals[i]!
    const answer = touches(folded.coarse, edges[i]!, edges[i + 1]!) ? null : aggregate.value(all)
    if (!answer) return without('BadNoData', at)
    const { row } = answer
    // Those that are a sample say what it was, at its own time.
    const clean = row ? isGood(row) : !answer.doubtful && all.good === all.count
    const byCount = answer.by === 'count' && all.count > 0
    const status = byCount ? judged((100 * all.good) / all.count, shares) : clean ? 'Good' : 'UncertainDataSubNormal'
    if (status === 'Bad') return without('Bad', at, bits)
    const value = { dataType: aggregate.type ?? dataTypeOf(kind), value: answer.value }
    return new DataValue({
      sourceTimestamp: new Date(row?.at ?? at),
      statusCode: withBits(
        row && !clean ? statusOf(row) : (row?.made ?? (answer.made || all.made)) ? madeUp : status,
        bits,
      ),
      ...(answer.value !== null && { value }),
    })
  })
}

/** The samples of all intervals, read once from end to end. */
async function fold(reading: Reading, { edges, back }: Intervals, now: number) {
  const intervals = Array.from({ length: edges.length - 1 }, noInterval)
  const coarse: MadeUp[] = []
  // Backwards the later edge belongs to the interval, the earlier one does not.
  const shift = back ? 1 : 0
  const from = edges[0]! + shift
  const to = Math.min(edges.at(-1)! + shift, now + 1)
  let held: Row | null = null
  let stand: Row | null = null
  let time = edges[0]!
  let bucket = 0
  const hold = (until: number) => {
    while (time < until) {
      while (edges[bucket + 1]! <= time) bucket++
      const next = Math.min(until, edges[bucket + 1]!)
      takeTime(intervals[bucket]!, held, stand, next - time)
      time = next
    }
  }
  let read = 0
  for (let at = from; at < to; ) {
    const part = await reading.ahead(at, to, ROWS_AT_ONCE)
    if (!part) return null
    if (at === from) {
      held = part.held
      stand = held
      if (held && !isGood(held)) {
        const before = await reading.back(held.at - LOOK_BACK_MS, held.at, list => list.some(isGood), ROWS_AT_ONCE)
        if (!before) return null
        stand = before.find(isGood) ?? null
      }
    }
    coarse.push(...part.coarse)
    // The last ms of a page may go on in the next.
    const last = part.rows.at(-1)?.at
    const rows = part.more ? part.rows.filter(row => row.at < last!) : part.rows
    if (part.more && rows.length === 0) return 'BadTooManyMatches'
    for (const row of rows) {
      hold(Math.min(row.at, edges.at(-1)!))
      while (edges[bucket + 1]! + shift <= row.at) bucket++
      takeRow(intervals[bucket]!, row)
      held = row
      if (isGood(row)) stand = row
    }
    read += rows.length
    if (read > MOST_ROWS) return 'BadTooManyMatches'
    if (!part.more) break
    at = last!
  }
  hold(Math.min(now, edges.at(-1)!))
  return { intervals, coarse }
}
