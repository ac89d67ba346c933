import {
  type ContinuationData,
  HistoryReadResult,
  ReadAtTimeDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCodes,
} from 'node-opcua'
import type { Kind } from '../../../drivers/point.ts'
import { atTimes } from './historyattime.ts'
import { readProcessed } from './historyprocessed.ts'
import { readRaw } from './historyraw.ts'
import { failed, found, type Journal, reading } from './historyrows.ts'

/** HistoryRead from the journal [OPC 10000-11 6.5]: raw, processed, at times. Nothing was ever modified, nothing can be. */

const MOST_TIMES = 2000

/** @returns what `historyRead` of a variable is to be */
export function historyReader(kind: Kind, journal: Journal, now: () => number) {
  const read = reading(kind, journal)
  return async (details: unknown, { continuationPoint, releaseContinuationPoints }: ContinuationData) => {
    // Nothing is kept here for a client that goes on later.
    if (releaseContinuationPoints) return new HistoryReadResult({ statusCode: StatusCodes.Good })
    if (details instanceof ReadRawModifiedDetails && !details.isReadModified)
      return readRaw(read, details, continuationPoint, now())
    if (continuationPoint && continuationPoint.length > 0) return failed('BadContinuationPointInvalid')
    if (details instanceof ReadProcessedDetails) return readProcessed(kind, journal, read, details, now())
    if (details instanceof ReadAtTimeDetails) return readAtTime(details)
    return failed('BadHistoryOperationUnsupported')
  }

  async function readAtTime({ reqTimes, useSimpleBounds }: ReadAtTimeDetails): Promise<HistoryReadResult> {
    const times = (reqTimes ?? []).map(time => time?.getTime() ?? 0)
    if (times.length === 0) return failed('BadInvalidArgument')
    if (times.length > MOST_TIMES) return failed('BadTooManyOperations')
    const values = await atTimes(read, times, useSimpleBounds, now())
    return values ? found(values) : failed('BadNoCommunication')
  }
}
