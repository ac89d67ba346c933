import { type ConstantStatusCode, DataValue, HistoryData, HistoryReadResult, StatusCode, StatusCodes } from 'node-opcua'
import type { Kind } from '../../../drivers/point.ts'
import { GOOD, hasValue } from '../../history/codes.ts'
import type { MadeUp, RawHistory, StepHistory } from './protocol.ts'
import { dataTypeOf, plainOf } from './space.ts'
import { statusNamed } from './stack.ts'
import { statusOfCode } from './statuses.ts'

/** Rows of the journal, and how they are told over OPC UA. */

/** What was made up for the demo does not pass for measured. */
const MADE_UP = 'UncertainSubstituteValue'
/** Backwards: first so much, then twice as much, and so on. */
const FIRST_LOOK_MS = 600_000
/** Nothing is kept for longer, and days without anything cost time as well. */
export const LONGEST_MS = 3660 * 86_400_000

export interface Journal {
  /** Null: it could not be asked. */
  raw(from: number, to: number, limit: number): Promise<RawHistory | null>
  steps(edges: Float64Array): Promise<StepHistory | null>
}
export interface Row {
  readonly at: number
  /** As in history. */
  readonly code: number
  /** NaN: none. */
  readonly number: number
  readonly value: ReturnType<typeof plainOf>
  readonly made: boolean
}
export interface Rows {
  /** What held before the stretch, if anything did. */
  readonly held: Row | null
  readonly rows: readonly Row[]
  readonly more: boolean
  /** Samples are gone here, only sums of hours are left. */
  readonly coarse: readonly MadeUp[]
}
export type Reading = ReturnType<typeof reading>

export const isGood = ({ code }: Row): boolean => code === GOOD
export const isUsable = ({ code }: Row): boolean => hasValue(code)

export const failed = (status: string) => new HistoryReadResult({ statusCode: statusNamed(status) })
/** @param continuationPoint where the client may go on */
export const found = (values: readonly DataValue[], continuationPoint: Buffer | null = null) =>
  new HistoryReadResult({
    statusCode: values.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
    historyData: new HistoryData({ dataValues: [...values] }),
    ...(continuationPoint && { continuationPoint }),
  })

/** The journal of one point. */
export function reading(kind: Kind, journal: Journal) {
  /** Those in [from, to), in the order of time, and what held before. Null: nobody could be asked. */
  async function ahead(from: number, to: number, limit: number): Promise<Rows | null> {
    if (from >= to) return { held: null, rows: [], more: false, coarse: [] }
    // The first one is what held before.
    const found = await journal.raw(from, to, limit + 1)
    if (!found) return null
    const { times, codes, values, texts, demo, coarse, truncated } = found
    const all = Array.from(times, (at, i): Row => {
      const made = demo.some(span => at >= span.from && at < span.to)
      return { at, code: codes[i]!, number: values[i]!, value: plainOf(kind, values[i]!, texts), made }
    })
    const held = all[0] && all[0].at < from ? all[0] : null
    const rows = held ? all.slice(1) : all
    return { held, rows: rows.slice(0, limit), more: truncated || rows.length > limit, coarse }
  }
  /** The newest first; stops when `enough` says so. */
  async function back(
    from: number,
    to: number,
    enough: (rows: readonly Row[]) => boolean,
    most: number,
  ): Promise<Row[] | null> {
    const list: Row[] = []
    let end = to
    let spanMs = FIRST_LOOK_MS
    while (end > from && !enough(list)) {
      const start = Math.max(from, end - spanMs)
      const part = await ahead(start, end, most)
      if (!part) return null
      if (part.more && spanMs > 1) {
        spanMs = Math.max(1, Math.floor(spanMs / 4))
        continue
      }
      list.push(...part.rows.toReversed())
      end = start
      spanMs *= 2
    }
    return list
  }
  const shown = (row: Row, status = statusOf(row), at = row.at, bits = 0): DataValue => {
    const statusCode = bits === 0 ? statusNamed(status) : withBits(status, bits)
    const value = row.value === null ? {} : { value: { dataType: dataTypeOf(kind), value: row.value } }
    return new DataValue({ statusCode, sourceTimestamp: new Date(at), ...value })
  }
  return { ahead, back, shown }
}

/** As it was recorded; what was made up says so. */
export const statusOf = (row: Row): string => {
  const status = statusOfCode(row.code)
  return row.made && status === 'Good' ? MADE_UP : status
}

/** InfoType DataValue with the bits of a historian [OPC 10000-4 7.39.1]. */
export const CALCULATED = 0x0401
export const INTERPOLATED = 0x0402
/** The interval is not whole: it is cut off, or goes on beyond what is known. */
export const PARTIAL = 0x0404
export const withBits = (name: string, bits: number): StatusCode => {
  const status: ConstantStatusCode = statusNamed(name)
  return StatusCode.makeStatusCode(status, bits)
}
/** Nothing of it is to be taken for a value: the status alone. */
export const without = (name: string, at: number, bits = 0): DataValue =>
  new DataValue({
    statusCode: bits === 0 ? statusNamed(name) : withBits(name, bits),
    sourceTimestamp: new Date(at),
  })
export const madeUp = MADE_UP
