import {
  type ContinuationData,
  coerceNodeId,
  DataValue,
  HistoryData,
  HistoryReadResult,
  NodeId,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCode,
  StatusCodes,
} from 'node-opcua'
import type { Kind } from '../../../drivers/point.ts'
import type { RawHistory, StepHistory } from './protocol.ts'
import { dataTypeOf, plainOf } from './space.ts'
import { statusNamed } from './stack.ts'
import { statusOfCode } from './statuses.ts'

/** HistoryRead from the journal [OPC 10000-11 6.4]: raw in both directions, and what the journal's own sums can answer. */

/** Of one answer; a client that wants more goes on from there. */
const MOST_VALUES = 10_000
const MOST_BUCKETS = 10_000
/** Backwards: first so much, then twice as much, and so on. */
const FIRST_LOOK_MS = 600_000
/** What was made up for the demo does not pass for measured. */
const MADE_UP = 'UncertainSubstituteValue'
/** Nothing is kept for longer, and days without anything cost time as well. */
const LONGEST_MS = 3660 * 86_400_000
/** Behind the end of a stretch a bound is looked for within a day. */
const BOUND_MS = 86_400_000

export interface Journal {
  raw(from: number, to: number, limit: number): Promise<RawHistory | null>
  steps(edges: Float64Array): Promise<StepHistory | null>
}
interface Row {
  readonly at: number
  readonly value: DataValue
}
/** Where to go on, held by the client. `skip` values of the time at the edge were given already. */
interface Place {
  readonly from: number
  readonly to: number
  readonly back: boolean
  readonly skip: number
}

const failed = (status: string) => new HistoryReadResult({ statusCode: statusNamed(status) })
const done = (values: readonly DataValue[], next: Place | null = null) =>
  new HistoryReadResult({
    statusCode: values.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
    historyData: new HistoryData({ dataValues: [...values] }),
    ...(next && { continuationPoint: Buffer.from(JSON.stringify([next.from, next.to, next.back, next.skip])) }),
  })

/** @returns what `historyRead` of a variable is to be */
export function historyReader(kind: Kind, journal: Journal, now: () => number) {
  async function rows(from: number, to: number, limit: number): Promise<{ rows: Row[]; more: boolean } | null> {
    if (from >= to) return { rows: [], more: false }
    // The first one is what held before.
    const found = await journal.raw(from, to, limit + 1)
    if (!found) return null
    const all = Array.from(found.times, (at, i): Row => ({ at, value: dataValue(found, i) })).filter(r => r.at >= from)
    return { rows: all.slice(0, limit), more: found.truncated || all.length > limit }
  }
  const dataValue = ({ times, codes, values, texts, demo }: RawHistory, i: number): DataValue => {
    const value = plainOf(kind, values[i]!, texts)
    const status = statusOfCode(codes[i]!)
    const made = status === 'Good' && demo.some(({ from, to }) => times[i]! >= from && times[i]! < to)
    return new DataValue({
      statusCode: statusNamed(made ? MADE_UP : status),
      sourceTimestamp: new Date(times[i]!),
      ...(value !== null && { value: { dataType: dataTypeOf(kind), value } }),
    })
  }

  async function page(place: Place, limit: number, goesOn = true): Promise<HistoryReadResult> {
    const found = place.back
      ? await backwards(place, limit + 1)
      : await rows(place.from, place.to, place.skip + limit + 1)
    if (!found) return failed('BadNoCommunication')
    const list = found.rows.slice(place.skip)
    const given = list.slice(0, limit)
    const next = list[limit]
    if (!next || !goesOn) return done(given.map(r => r.value))
    const before = given.filter(r => r.at === next.at).length
    const skip = before === given.length && edge(place) === next.at ? place.skip + before : before
    return done(
      given.map(r => r.value),
      place.back ? { ...place, to: next.at + 1, skip } : { ...place, from: next.at, skip },
    )
  }
  const edge = ({ from, to, back }: Place) => (back ? to - 1 : from)

  /** The newest first. */
  async function backwards(place: Place, limit: number): Promise<{ rows: Row[] } | null> {
    const list: Row[] = []
    const wanted = place.skip + limit
    let { to } = place
    let spanMs = FIRST_LOOK_MS
    while (to > place.from && list.length < wanted) {
      const from = Math.max(place.from, to - spanMs)
      const found = await rows(from, to, MOST_VALUES)
      if (!found) return null
      if (found.more && spanMs > 1) {
        spanMs = Math.max(1, Math.floor(spanMs / 4))
        continue
      }
      list.push(...found.rows.reverse())
      to = from
      spanMs *= 2
    }
    return { rows: list }
  }

  /** With what held at the start, and what came at the end or next. */
  async function bounded(from: number, to: number, limit: number): Promise<HistoryReadResult> {
    const found = await journal.raw(from, to, limit + 1)
    const after = await rows(to, to + BOUND_MS, 1)
    if (!found || !after) return failed('BadNoCommunication')
    const all = Array.from(found.times, (at, i): Row => ({ at, value: dataValue(found, i) }))
    const none = (at: number): Row => ({
      at,
      value: new DataValue({ statusCode: StatusCodes.BadBoundNotFound, sourceTimestamp: new Date(at) }),
    })
    if (!all[0] || all[0].at > from) all.unshift(none(from))
    const list = all[1]?.at === from ? all.slice(1) : all
    if (found.truncated || list.length > limit) {
      const next = list[limit] ?? list.at(-1)!
      const given = list.slice(0, list.indexOf(next))
      const skip = given.filter(r => r.at === next.at).length
      return done(
        given.map(r => r.value),
        { from: next.at, to, back: false, skip },
      )
    }
    return done([...list, after.rows[0] ?? none(to)].slice(0, limit).map(r => r.value))
  }

  async function processed(details: ReadProcessedDetails): Promise<HistoryReadResult> {
    const aggregate = aggregates[String(details.aggregateType?.[0] ?? new NodeId())]
    if (!aggregate) return failed('BadAggregateNotSupported')
    if (kind !== 'number') return failed('BadAggregateNotSupported')
    const [start, end] = [timeOf(details.startTime), timeOf(details.endTime)]
    if (start === null || end === null || start >= end) return failed('BadInvalidArgument')
    const stepMs = details.processingInterval || end - start
    const count = Math.ceil((end - start) / stepMs)
    if (!(stepMs >= 1) || count > MOST_BUCKETS) return failed('BadInvalidArgument')
    const edges = Float64Array.from({ length: count + 1 }, (_, i) => Math.min(end, Math.round(start + i * stepMs)))
    const sums = await journal.steps(edges)
    if (!sums) return failed('BadNoCommunication')
    const values = Array.from({ length: count }, (_, i) => {
      const longMs = edges[i + 1]! - edges[i]!
      const value = aggregate(sums, i, longMs)
      const made = sums.demo.some(({ from, to }) => from < edges[i + 1]! && to > edges[i]!)
      const whole = sums.goodMs[i]! >= longMs
      return new DataValue({
        sourceTimestamp: new Date(edges[i]!),
        statusCode: calculated(
          value === null ? 'BadNoData' : made ? MADE_UP : whole ? 'Good' : 'UncertainDataSubNormal',
        ),
        ...(value !== null && { value: { dataType: dataTypeOf('number'), value } }),
      })
    })
    return done(values)
  }

  return async (details: unknown, { continuationPoint, releaseContinuationPoints }: ContinuationData) => {
    // Nothing is kept here for a client that goes on later.
    if (releaseContinuationPoints) return new HistoryReadResult({ statusCode: StatusCodes.Good })
    if (details instanceof ReadProcessedDetails) return processed(details)
    if (!(details instanceof ReadRawModifiedDetails) || details.isReadModified)
      return failed('BadHistoryOperationUnsupported')
    const count = details.numValuesPerNode || Number.POSITIVE_INFINITY
    const limit = Math.min(count, MOST_VALUES)
    if (continuationPoint && continuationPoint.length > 0) {
      const place = placeOf(continuationPoint)
      return place ? page(place, limit) : failed('BadContinuationPointInvalid')
    }
    const [start, end] = [timeOf(details.startTime), timeOf(details.endTime)]
    if (start === null && end === null) return failed('BadHistoryOperationInvalid')
    if ((start === null || end === null) && !Number.isFinite(count)) return failed('BadHistoryOperationInvalid')
    const place: Place =
      end === null
        ? { from: Math.max(start!, now() - LONGEST_MS), to: now() + 1, back: false, skip: 0 }
        : start === null
          ? { from: end - LONGEST_MS, to: end + 1, back: true, skip: 0 }
          : start > end
            ? { from: end + 1, to: start + 1, back: true, skip: 0 }
            : { from: Math.max(start, end - LONGEST_MS), to: start === end ? end + 1 : end, back: false, skip: 0 }
    const open = start === null || end === null
    if (!details.returnBounds || open || place.back) return page(place, limit, !open)
    return bounded(place.from, end!, limit)
  }
}

/** InfoType DataValue, HistorianBits Calculated [OPC 10000-4 7.39.1]. */
const CALCULATED = 0x0401
/** A value that was calculated says so. */
function calculated(name: string): StatusCode {
  const status = statusNamed(name)
  return status === StatusCodes.BadNoData ? status : StatusCode.makeStatusCode(status, CALCULATED)
}

type Aggregate = (sums: StepHistory, i: number, longMs: number) => number | null
const known = (value: number): number | null => (Number.isNaN(value) ? null : value)
/**
 * Those of OPC 10000-13 that are what the journal sums up: a value holds until the next one, and what held at the start of
 * an interval is part of it (simple bounding values, stepped).
 */
const aggregates: Readonly<Record<string, Aggregate>> = {
  [id(11285)]: ({ mean }, i) => known(mean[i]!), // TimeAverage2
  [id(11286)]: ({ min }, i) => known(min[i]!), // Minimum2
  [id(11287)]: ({ max }, i) => known(max[i]!), // Maximum2
  [id(2360)]: ({ goodMs }, i) => goodMs[i]!, // DurationGood
  [id(2362)]: ({ goodMs }, i, longMs) => (100 * goodMs[i]!) / longMs, // PercentGood
}
export const aggregateIds = [11285, 11286, 11287, 2360, 2362] as const
function id(n: number): string {
  return coerceNodeId(n).toString()
}

/** 1601 is how OPC UA writes "no time". */
const timeOf = (time: Date | null | undefined): number | null => {
  const at = time?.getTime()
  return at === undefined || Number.isNaN(at) || at <= 0 ? null : at
}
function placeOf(continuation: Buffer): Place | null {
  try {
    const [from, to, back, skip] = JSON.parse(continuation.toString()) as unknown[]
    const good = [from, to, skip].every(n => Number.isSafeInteger(n) && (n as number) >= 0) && typeof back === 'boolean'
    return good ? ({ from, to, back, skip } as Place) : null
  } catch {
    return null
  }
}
