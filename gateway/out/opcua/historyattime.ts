import type { DataValue } from 'node-opcua'
import { INTERPOLATED, isGood, isUsable, LONGEST_MS, madeUp, type Reading, type Row, without } from './historyrows.ts'

/** What a point was at given times [OPC 10000-11 6.5.5, OPC 10000-13 5.4.2]: here a value holds until the next one. */

/** Rows that one question brings along for the times after the first. */
const AT_ONCE = 1000
/** A value that is good no more is looked for so far back: longer ago it says nothing of that time. */
const LOOK_BACK_MS = 86_400_000

/**
 * @param simple what held at that time, be it bad; else the last value that was none of bad
 * @param now nothing is known beyond it
 * @returns in the order of `times`; null: nobody could be asked
 */
export async function atTimes(
  reading: Reading,
  times: readonly number[],
  simple: boolean,
  now: number,
): Promise<DataValue[] | null> {
  const sorted = [...new Set(times)].sort((a, b) => a - b)
  const known = sorted.filter(at => at <= now && at > now - LONGEST_MS)
  const answers = new Map<number, DataValue>()
  /** The last usable row so far; undefined: none was looked for. */
  let usable: Row | null | undefined
  for (let i = 0; i < known.length; ) {
    const part = await reading.ahead(known[i]!, known.at(-1)! + 1, AT_ONCE)
    if (!part) return null
    const rows = part.held ? [part.held, ...part.rows] : part.rows
    // Of the last ms there may be more.
    const until = part.more ? rows.at(-1)!.at - 1 : Number.POSITIVE_INFINITY
    let next = 0
    let row: Row | null = null
    const first = i
    usable = undefined
    for (; i < known.length && (known[i]! <= until || i === first); i++) {
      const at = known[i]!
      for (; next < rows.length && rows[next]!.at <= at; next++) {
        row = rows[next]!
        if (isUsable(row)) usable = row
      }
      if (row && !isUsable(row) && !simple && row.at !== at && usable === undefined) {
        const before = await reading.back(row.at - LOOK_BACK_MS, row.at, list => list.some(isUsable), 10_000)
        if (!before) return null
        usable = before.find(isUsable) ?? null
      }
      answers.set(at, valueAt(reading, row, simple ? row : (usable ?? null), at))
    }
  }
  return times.map(at => answers.get(at) ?? without('BadNoData', at))
}

/** @param row what held then, or came then. @param bound what the answer is taken from */
function valueAt(reading: Reading, row: Row | null, bound: Row | null, at: number): DataValue {
  // As it was recorded, also when that is bad.
  if (row?.at === at) return reading.shown(row)
  if (!row || !bound || !isUsable(bound)) return without('BadNoData', at)
  const status = bound !== row || !isGood(bound) ? 'UncertainDataSubNormal' : bound.made ? madeUp : 'Good'
  return reading.shown(bound, status, at, INTERPOLATED)
}
