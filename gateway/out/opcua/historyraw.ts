import type { HistoryReadResult, ReadRawModifiedDetails } from 'node-opcua'
import { failed, found, LONGEST_MS, type Reading, type Row, without } from './historyrows.ts'

/** Raw values [OPC 10000-11 6.5.3], in both directions, with or without bounds, from page to page. */

/** Of one answer; a client that wants more goes on from there. */
const MOST_VALUES = 10_000
/** Outside a stretch a bound is looked for within a day. */
const BOUND_MS = 86_400_000

/** Of one and the same ms. */
const MOST_SKIPPED = 100_000

/** Where to go on, held by the client. */
interface Place {
  readonly from: number
  readonly to: number
  readonly back: boolean
  /** Values of the time at the edge that were given already. */
  readonly skip: number
  /** So many are wanted yet; 0: all. */
  readonly left: number
  /** After the last value: what holds at this time, or comes next. */
  readonly bound: number | null
}

/** @param now for stretches without an end */
export async function readRaw(
  reading: Reading,
  details: ReadRawModifiedDetails,
  continuation: Buffer | null | undefined,
  now: number,
): Promise<HistoryReadResult> {
  const count = details.numValuesPerNode
  const limit = Math.min(count || MOST_VALUES, MOST_VALUES)
  if (continuation && continuation.length > 0) {
    const place = placeOf(continuation)
    return place ? page(reading, place, limit, []) : failed('BadContinuationPointInvalid')
  }
  const [start, end] = [timeOf(details.startTime), timeOf(details.endTime)]
  // Two of three: start, end, how many.
  if ([start !== null, end !== null, count > 0].filter(Boolean).length < 2 || (start === null && end === null))
    return failed('BadHistoryOperationInvalid')
  const place = placeFor(start, end, now)
  if (start === null || end === null) return page(reading, { ...place, left: count }, limit, [])
  if (!details.returnBounds) return page(reading, place, limit, [])
  const first = await startBound(reading, start, place.back)
  if (!first) return failed('BadNoCommunication')
  return page(reading, { ...place, bound: end }, limit, first)
}

function placeFor(start: number | null, end: number | null, now: number): Place {
  const more = { skip: 0, left: 0, bound: null }
  if (end === null) return { from: Math.max(start!, now - LONGEST_MS), to: now + 1, back: false, ...more }
  if (start === null) return { from: end - LONGEST_MS, to: end + 1, back: true, ...more }
  // The start is part of it, the end is not, whichever is earlier.
  if (start > end) return { from: Math.max(end + 1, start - LONGEST_MS), to: start + 1, back: true, ...more }
  return { from: Math.max(start, end - LONGEST_MS), to: start === end ? end + 1 : end, back: false, ...more }
}

/** What stands before the first value; none when a value is just there. */
async function startBound({ ahead, shown }: Reading, start: number, back: boolean) {
  if (back) {
    const next = await ahead(start, start + BOUND_MS, 1)
    if (!next) return null
    const [row] = next.rows
    return row?.at === start ? [] : [row ? shown(row) : without('BadBoundNotFound', start)]
  }
  const around = await ahead(start, start + 1, 1)
  if (!around) return null
  return around.rows.length > 0 ? [] : [around.held ? shown(around.held) : without('BadBoundNotFound', start)]
}
async function endBound({ ahead, shown }: Reading, end: number, back: boolean) {
  const found = await ahead(end, back ? end + 1 : end + BOUND_MS, 1)
  if (!found) return null
  const row = found.rows[0] ?? (back ? found.held : null)
  return row ? shown(row) : without('BadBoundNotFound', end)
}

/** @param first bounds, told before the values */
async function page(
  reading: Reading,
  place: Place,
  limit: number,
  first: readonly ReturnType<typeof without>[],
): Promise<HistoryReadResult> {
  const most = Math.max(0, Math.min(limit, place.left || limit) - first.length)
  const wanted = place.skip + most + 1
  const rows = place.back
    ? await reading.back(place.from, place.to, list => list.length >= wanted, MOST_VALUES)
    : (await reading.ahead(place.from, place.to, wanted))?.rows
  if (!rows) return failed('BadNoCommunication')
  const list = rows.slice(place.skip)
  const given = list.slice(0, most)
  const values = [...first, ...given.map(row => reading.shown(row))]
  const next: Row | undefined = list[most]
  const left = place.left === 0 ? 0 : place.left - values.length
  const enough = place.left > 0 && left === 0
  if (next && !enough) {
    const before = given.filter(row => row.at === next.at).length
    const skip = before === given.length && edge(place) === next.at ? place.skip + before : before
    const at = place.back ? { to: next.at + 1 } : { from: next.at }
    return found(values, continuationOf({ ...place, ...at, skip, left }))
  }
  if (place.bound === null || enough) return found(values)
  if (values.length >= limit) {
    // Only the bound is left.
    const nothing = place.back ? { to: place.from } : { from: place.to }
    return found(values, continuationOf({ ...place, ...nothing, skip: 0, left }))
  }
  const last = await endBound(reading, place.bound, place.back)
  return last ? found([...values, last]) : failed('BadNoCommunication')
}
const edge = ({ from, to, back }: Place) => (back ? to - 1 : from)

const continuationOf = ({ from, to, back, skip, left, bound }: Place) =>
  Buffer.from(JSON.stringify([from, to, back, skip, left, bound]))
function placeOf(continuation: Buffer): Place | null {
  try {
    const [from, to, back, skip, left, bound] = JSON.parse(continuation.toString()) as unknown[]
    const whole = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0
    const good = [from, to, skip, left].every(whole) && (bound === null || whole(bound)) && typeof back === 'boolean'
    const place = { from, to, back, skip, left, bound } as Place
    // The client had it meanwhile: it must not ask for more than it could have asked for.
    return good && place.skip <= MOST_SKIPPED && place.to - place.from <= LONGEST_MS + 1 ? place : null
  } catch {
    return null
  }
}

/** 1601 is how OPC UA writes "no time". */
export const timeOf = (time: Date | null | undefined): number | null => {
  const at = time?.getTime()
  return at === undefined || Number.isNaN(at) || at <= 0 ? null : at
}
