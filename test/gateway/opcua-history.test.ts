import {
  DataType,
  type HistoryData,
  type HistoryReadResult,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
} from 'node-opcua'
import { describe, expect, it } from 'vitest'
import { GOOD, NOT_RECORDED, UNCERTAIN } from '../../gateway/history/codes.ts'
import { sumUp } from '../../gateway/history/sums.ts'
import { historyReader } from '../../gateway/out/opcua/historyread.ts'
import type { Journal } from '../../gateway/out/opcua/historyrows.ts'
import type { RawHistory } from '../../gateway/out/opcua/protocol.ts'

/** HistoryRead of OPC 10000-11 and 10000-13 over a journal of a few minutes: what a client is told of each. */
const MIN = 60_000
const START = Date.UTC(2026, 5, 1, 8)
const OFFLINE = 2
const NAN = Number.NaN
/** Minutes after the start, code, value. Nothing was heard from minute 5 to 7, and in minute 9 it was in doubt. */
const diary: readonly (readonly [number, number, number])[] = [
  [0, GOOD, 10],
  [1, GOOD, 20],
  [3, GOOD, 40],
  [5, OFFLINE, NAN],
  [7, GOOD, 60],
  [9, UNCERTAIN + 10, 99],
]
const NOW = 12
const at = (minute: number) => new Date(START + minute * MIN)
const minuteOf = (time: Date | null) => (time!.getTime() - START) / MIN

function journalOf(rows: typeof diary, more: Partial<RawHistory> = {}): Journal & { readonly asked: number[] } {
  const all = rows.map(([minute, code, value]) => [START + minute * MIN, code, value] as const)
  const asked: number[] = []
  return {
    asked,
    async raw(from, to, limit) {
      asked.push(limit)
      const held = all.findLast(([time]) => time < from)
      const found = [...(held ? [held] : []), ...all.filter(([time]) => time >= from && time < to)]
      const given = found.slice(0, limit)
      return {
        times: Float64Array.from(given, row => row[0]),
        codes: Uint8Array.from(given, row => row[1]),
        values: Float64Array.from(given, row => row[2]),
        ...{ texts: [], demo: [], coarse: [], truncated: found.length > limit },
        ...more,
      }
    },
    async steps(edges) {
      const series = {
        n: all.length,
        times: Float64Array.from(all, row => row[0]),
        codes: Uint8Array.from(all, row => row[1]),
        values: Float64Array.from(all, row => row[2]),
      }
      const nothing = { code: 1, value: NAN, good: NAN }
      return { ...sumUp(series, edges, nothing, START + NOW * MIN), demo: [], coarse: [], ...more }
    },
  }
}
const bits: Readonly<Record<number, string>> = { 0: 'raw', 1: 'calc', 2: 'interp', 5: 'calc partial' }
/** Each value as a line: minute, value, status, and what the historian did. */
const lines = (result: HistoryReadResult): string[] =>
  ((result.historyData as HistoryData | null)?.dataValues ?? []).map(d => {
    const { value: code } = d.statusCode
    const done = (code & 0x0c00) === 0x0400 ? bits[code & 31] : 'raw'
    const status = d.statusCode.name.split('#')[0]
    return `${minuteOf(d.sourceTimestamp)} ${d.value?.value ?? '-'} ${status} ${done}`
  })
const reader = (journal: Journal = journalOf(diary)) => historyReader('number', journal, () => START + NOW * MIN)
const nothing = { continuationPoint: null, releaseContinuationPoints: false } as never

describe('raw', () => {
  /** All pages. */
  async function raw(start: number | null, end: number | null, each: number, returnBounds = false, journal?: Journal) {
    const read = reader(journal)
    const time = (minute: number | null) => (minute === null ? new Date(Number.NaN) : at(minute))
    const details = new ReadRawModifiedDetails({ numValuesPerNode: each, returnBounds })
    details.startTime = time(start)
    details.endTime = time(end)
    const pages: string[][] = []
    let continuationPoint: Buffer | null = null
    do {
      const page: HistoryReadResult = await read(details, { continuationPoint } as never)
      if (page.statusCode.isBad()) return page.statusCode.name
      pages.push(lines(page).map(line => line.split(' ').slice(0, 2).join(' ')))
      continuationPoint = page.continuationPoint?.length ? page.continuationPoint : null
    } while (continuationPoint && pages.length < 20)
    return pages.map(page => page.join(', '))
  }
  it.each([
    ['a stretch: its start is in it, its end is not', 1, 7, 0, false, ['1 20, 3 40, 5 -']],
    ['in pages', 0, 9, 2, false, ['0 10, 1 20', '3 40, 5 -', '7 60']],
    ['backwards, with its start and without its end', 7, 1, 0, false, ['7 60, 5 -, 3 40']],
    ['backwards in pages', 9, -1, 4, false, ['9 99, 7 60, 5 -, 3 40', '1 20, 0 10']],
    ['the first three from a time on, and no more', 1, null, 3, false, ['1 20, 3 40, 5 -']],
    ['the last two up to a time', null, 7, 2, false, ['7 60, 5 -']],
    ['with bounds', 2, 4, 0, true, ['1 20, 3 40, 5 -']],
    ['with bounds that are there themselves', 1, 5, 0, true, ['1 20, 3 40, 5 -']],
    ['with bounds, backwards', 4, 2, 0, true, ['5 -, 3 40, 1 20']],
    ['with bounds in pages: the last one on a page of its own', 2, 4, 1, true, ['1 20', '3 40', '5 -']],
    ['with bounds that were never recorded', -2, 13, 0, true, ['-2 -, 0 10, 1 20, 3 40, 5 -, 7 60, 9 99, 13 -']],
    ['without an end and without a number', 1, null, 0, false, 'BadHistoryOperationInvalid'],
    ['without any time', null, null, 5, false, 'BadHistoryOperationInvalid'],
  ] as const)('%s', async (_name, start, end, each, bounds, pages) => {
    expect(await raw(start, end, each, bounds)).toEqual(pages)
  })
  it('a continuation point that was made up is refused', async () => {
    const forged = ['[1,2]', '[0,9000000000000000,false,0,0,null]', '[0,1,true,-1,0,null]', 'x']
    for (const text of forged) {
      const journal = journalOf(diary)
      const more = { continuationPoint: Buffer.from(text) } as never
      const { statusCode } = await reader(journal)(new ReadRawModifiedDetails({}), more)
      expect([text, statusCode.name, journal.asked]).toEqual([text, 'BadContinuationPointInvalid', []])
    }
  })
})

describe('processed', () => {
  async function processed(
    aggregate: number,
    start: number,
    end: number,
    step: number,
    more: object = {},
    journal?: Journal,
  ) {
    const details = new ReadProcessedDetails({
      ...{ startTime: at(start), endTime: at(end), processingInterval: step * MIN },
      aggregateType: [`i=${aggregate}`] as never,
      aggregateConfiguration: { useServerCapabilitiesDefaults: true, ...more },
    })
    const result = await reader(journal)(details, nothing)
    return result.statusCode.isBad() ? result.statusCode.name : lines(result)
  }
  it.each([
    ['Average, of the samples', 2342, ['0 15 Good calc', '2 40 Good calc', '4 - BadNoData raw', '6 60 Good calc']],
    [
      'TimeAverage, over what was bad with the last good one',
      2343,
      [...['0 15 Good calc', '2 30 Good calc', '4 40 UncertainDataSubNormal calc', '6 50 UncertainDataSubNormal calc']],
    ],
    [
      'Total: that times seconds',
      2344,
      [
        ...['0 1800 Good calc', '2 3600 Good calc'],
        ...['4 4800 UncertainDataSubNormal calc', '6 6000 UncertainDataSubNormal calc'],
      ],
    ],
    ['Minimum', 2346, ['0 10 Good calc', '2 40 Good calc', '4 - BadNoData raw', '6 60 Good calc']],
    ['MaximumActualTime', 2349, ['1 20 Good calc', '3 40 Good calc', '4 - BadNoData raw', '7 60 Good calc']],
    ['Count', 2352, ['0 2 Good calc', '2 1 Good calc', '4 - Bad calc', '6 1 Good calc']],
    ['Start', 2357, ['0 10 Good calc', '3 40 Good calc', '5 - BadNoCommunication calc', '7 60 Good calc']],
    ['Delta', 2359, ['0 10 Good calc', '2 0 Good calc', '4 - BadNoData raw', '6 0 Good calc']],
    [
      'TimeAverage2, of what was good',
      11285,
      [...['0 15 Good calc', '2 30 Good calc', '4 40 UncertainDataSubNormal calc', '6 60 UncertainDataSubNormal calc']],
    ],
    [
      'Minimum2: with what held as it began',
      11286,
      [...['0 10 Good calc', '2 20 Good calc', '4 40 UncertainDataSubNormal calc', '6 60 UncertainDataSubNormal calc']],
    ],
    [
      'Total2',
      11304,
      [
        ...['0 1800 Good calc', '2 3600 Good calc'],
        ...['4 2400 UncertainDataSubNormal calc', '6 3600 UncertainDataSubNormal calc'],
      ],
    ],
    ['PercentGood', 2362, ['0 100 Good calc', '2 100 Good calc', '4 50 Good calc', '6 50 Good calc']],
    [
      'Interpolative: what it was as each began',
      2341,
      [...['0 10 Good raw', '2 20 Good interp', '4 40 Good interp', '6 40 UncertainDataSubNormal interp']],
    ],
  ] as const)('%s', async (_name, aggregate, expected) => {
    expect(await processed(aggregate, 0, 8, 2)).toEqual(expected)
  })
  it('backwards: the same from the late end on, each with its later end, which belongs to it', async () => {
    expect(await processed(2352, 4, 0, 2)).toEqual(['4 1 Good calc', '2 1 Good calc'])
    expect(await processed(11285, 4, 0, 2)).toEqual(['4 30 Good calc', '2 15 Good calc'])
    expect(await processed(2341, 4, 0, 2)).toEqual(['4 40 Good interp', '2 20 Good interp'])
  })
  it('an interval that is cut off, or that goes on, is partial; one that is to come has nothing', async () => {
    expect(await processed(11287, 0, 3, 2)).toEqual(['0 20 Good calc', '2 20 Good calc partial'])
    expect(await processed(11287, 3, 0, 2)).toEqual(['3 20 Good calc', '1 10 Good calc partial'])
    expect(await processed(2360, 10, 18, 4)).toEqual(['10 0 Good calc partial', '14 - BadNoData raw'])
    expect(await processed(2347, 7, 17, 6)).toEqual([
      ...['7 60 UncertainDataSubNormal calc partial', '13 - BadNoData raw'],
    ])
  })
  it('the client says from which share on a value is good or bad', async () => {
    const half = { useServerCapabilitiesDefaults: false, treatUncertainAsBad: true, percentDataGood: 50 }
    expect(await processed(11285, 4, 6, 2, { ...half, percentDataBad: 100 })).toEqual(['4 40 Good calc'])
    expect(await processed(11285, 4, 6, 2, { ...half, percentDataGood: 90, percentDataBad: 40 })).toEqual([
      '4 - Bad calc',
    ])
    expect(await processed(11285, 4, 6, 2, { ...half, treatUncertainAsBad: false, percentDataBad: 100 })).toBe(
      'BadAggregateConfigurationRejected',
    )
  })
  it('what is left as sums of hours only is in doubt, and has no samples; what was made up says so', async () => {
    const coarse = journalOf(diary, { coarse: [{ from: START, to: START + 2 * MIN }] })
    expect(await processed(11286, 0, 4, 2, {}, coarse)).toEqual(['0 10 UncertainDataSubNormal calc', '2 20 Good calc'])
    expect(await processed(2346, 0, 4, 2, {}, coarse)).toEqual(['0 - BadNoData raw', '2 40 Good calc'])
    const demo = journalOf(diary, { demo: [{ from: START, to: START + 2 * MIN }] })
    expect(await processed(11286, 0, 4, 2, {}, demo)).toEqual(['0 10 UncertainSubstituteValue calc', '2 20 Good calc'])
    expect(await processed(2342, 0, 4, 2, {}, demo)).toEqual(['0 15 UncertainSubstituteValue calc', '2 40 Good calc'])
  })
  it('refuses what it cannot answer for', async () => {
    expect(await processed(2364, 0, 4, 2)).toBe('BadAggregateNotSupported') // WorstQuality
    expect(await processed(11308, 0, 4, 2)).toBe('BadAggregateNotSupported') // DurationInStateNonZero of a number
    expect(await processed(2342, 4, 4, 2)).toBe('BadInvalidArgument')
    expect(await processed(2342, 0, 200_000, 0.001)).toBe('BadInvalidArgument')
  })
})

describe('at given times', () => {
  async function atTimes(minutes: readonly number[], useSimpleBounds: boolean, journal?: Journal) {
    const result = await reader(journal)(new ReadAtTimeDetails({ reqTimes: minutes.map(at), useSimpleBounds }), nothing)
    return result.statusCode.isBad() ? result.statusCode.name : lines(result)
  }
  it('exact, or what held then; nothing before the first and of the future', async () => {
    expect(await atTimes([3, 2, 8, -1, 13, 5], true)).toEqual([
      ...['3 40 Good raw', '2 20 Good interp', '8 60 Good interp'],
      ...['-1 - BadNoData raw', '13 - BadNoData raw', '5 - BadNoCommunication raw'],
    ])
  })
  it('in a gap nothing with simple bounds, else the last value, in doubt', async () => {
    expect(await atTimes([6, 10], true)).toEqual(['6 - BadNoData raw', '10 99 UncertainDataSubNormal interp'])
    expect(await atTimes([6], false)).toEqual(['6 40 UncertainDataSubNormal interp'])
    const dark = journalOf([[0, NOT_RECORDED, NAN]])
    expect(await atTimes([6], false, dark)).toEqual(['6 - BadNoData raw'])
  })
  it('a thousand times in some questions', async () => {
    const journal = journalOf(Array.from({ length: 7000 }, (_, i) => [i / 1000, GOOD, i] as const))
    const minutes = Array.from({ length: 1000 }, (_, i) => (i * 7) / 1000 + 0.0005)
    const found = (await atTimes(minutes, true, journal)) as string[]
    expect(found.map(line => Number(line.split(' ')[1]))).toEqual(minutes.map((_, i) => i * 7))
    expect(journal.asked.length).toBeLessThan(20)
  })
  it('none and too many are refused', async () => {
    expect(await atTimes([], true)).toBe('BadInvalidArgument')
    expect(await atTimes(Array(2001).fill(1), true)).toBe('BadTooManyOperations')
  })
})

it('what was modified, and events, are not kept here', async () => {
  const modified = new ReadRawModifiedDetails({ isReadModified: true, startTime: at(0), endTime: at(9) })
  for (const details of [modified, new ReadEventDetails({})])
    expect((await reader()(details, nothing)).statusCode.name).toBe('BadHistoryOperationUnsupported')
})

it('texts and switches have counts, starts and shares of time, no averages', async () => {
  const read = historyReader(
    'boolean',
    journalOf([
      [0, GOOD, 1],
      [3, GOOD, 0],
    ]),
    () => START + NOW * MIN,
  )
  const one = async (aggregate: number) => {
    const details = new ReadProcessedDetails({
      ...{ startTime: at(0), endTime: at(4), processingInterval: 4 * MIN },
      aggregateType: [`i=${aggregate}`] as never,
      aggregateConfiguration: { useServerCapabilitiesDefaults: true },
    })
    const result = await read(details, nothing)
    const [found] = (result.historyData as HistoryData | null)?.dataValues ?? []
    return found ? [DataType[found.value.dataType], found.value.value] : result.statusCode.name
  }
  expect(await one(11308)).toEqual(['Double', 3 * MIN])
  expect(await one(11307)).toEqual(['Double', MIN])
  expect(await one(2358)).toEqual(['Boolean', false])
  expect(await one(2352)).toEqual(['Int32', 2])
  expect(await one(2342)).toBe('BadAggregateNotSupported')
})
