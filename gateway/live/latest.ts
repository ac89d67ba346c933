import { type Batch, type Readings, sampleAt, sampleOf, samplesOf } from '../../drivers/batch.ts'
import type { Point, PointId, Reason, Sample, Value } from '../../drivers/point.ts'
import { inOrder } from '../core/inorder.ts'

/** How many scans a point may miss before its value is called stale [promises P12: within three]. */
const MISSED_SCANS = 3
const LEAST_STALE_MS = 3000

/**
 * The newest batch of a list of points. To take the next one is to keep it: its points are not touched one by one, as
 * long as each of them has its newest sample here.
 */
interface Column {
  batch: Batch
  /** When it came, by the monotonic clock. */
  came: number
  /** Points that have their newest sample here. */
  owned: number
  readonly entries: readonly Entry[]
  /** Before so long nothing of it is stale. */
  readonly leastLimitMs: number
}
/** Of a sample its fields, not itself: what lives until the next one comes would be moved to the old heap, where it is dear to be rid of. */
interface Own {
  at: number
  seen: number
  value: Value | null
  reason: Reason | undefined
  came: number
}
interface Entry {
  readonly point: PointId
  readonly limitMs: number
  /** Where its newest sample is: at `index` of a column, or else its own. */
  column: Column | null
  index: number
  own: Own | null
}

export type Latest = ReturnType<typeof createLatest>

/**
 * The latest sample of every point, and since when nothing came.
 * @param mono ms that never jump: staleness must not depend on somebody setting the clock
 */
export function createLatest(points: readonly Point[], now: number, mono: () => number) {
  const began = mono()
  const table = new Map<PointId, Entry>(
    points.map(({ id, scanMs }) => [
      id,
      {
        point: id,
        limitMs: Math.max(LEAST_STALE_MS, MISSED_SCANS * scanMs),
        column: null,
        index: 0,
        own: { at: now, seen: now, value: null, reason: 'never-read', came: began },
      },
    ]),
  )
  /** Those whose newest sample is in no column. */
  const single = new Set(table.values())
  const columns = new Set<Column>()
  const columnOf = new WeakMap<readonly PointId[], Column>()

  const get = ({ point, column, index, own }: Entry): Sample =>
    column ? sampleAt(column.batch, index) : sampleOf(point, own!.at, own!.seen, own!.value, own!.reason)

  /** Takes a point out of its column, with what is there of it. */
  function ownOf(entry: Entry): Own {
    const { column, index } = entry
    if (!column) return entry.own!
    const { at, seen, values, reasons } = column.batch
    leave(column)
    entry.column = null
    single.add(entry)
    entry.own = { at, seen, value: values[index]!, reason: reasons?.[index], came: column.came }
    return entry.own
  }
  function leave(column: Column): void {
    if (--column.owned === 0) columns.delete(column)
  }

  function take(entry: Entry | undefined, sample: Sample, came: number): boolean {
    if (!entry) return false
    const own = ownOf(entry)
    own.came = came
    // A bad sample has no time of its own; a device whose clock was set back must still be able to fail.
    if (sample.quality !== 'bad' && own.reason === undefined && sample.at < own.at && sample.seen <= own.seen)
      return false
    own.at = sample.at
    own.seen = sample.seen
    own.value = sample.value
    own.reason = sample.reason
    return true
  }
  const entriesOf = inOrder(point => table.get(point))
  /** Takes what is not older than what is there, and returns it. */
  function put(samples: readonly Sample[]): readonly Sample[] {
    const at = mono()
    const entries = entriesOf(samples)
    let refused: Set<Sample> | undefined
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!
      if (!take(entries[i], sample, at)) refused = (refused ?? new Set()).add(sample)
    }
    return refused ? samples.filter(sample => !refused.has(sample)) : samples
  }

  function columnFor(batch: Batch): Column | undefined {
    const had = columnOf.get(batch.points)
    if (had) return had
    const entries: Entry[] = []
    for (const point of batch.points) {
      const entry = table.get(point)
      if (!entry) return undefined
      entries.push(entry)
    }
    const leastLimitMs = entries.reduce((least, { limitMs }) => Math.min(least, limitMs), Number.POSITIVE_INFINITY)
    const made: Column = { batch, came: 0, owned: 0, entries, leastLimitMs }
    columnOf.set(batch.points, made)
    return made
  }
  /** @returns false when one of its samples may be older than what is there, or of no point: they are to be looked at singly */
  function takeBatch(batch: Batch, came: number): boolean {
    const column = columnFor(batch)
    if (!column) return false
    const { entries } = column
    if (column.owned < entries.length) {
      for (const { column: there, own } of entries) if (batch.at < (there ? there.batch.at : own!.at)) return false
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!
        if (entry.column === column) continue
        if (entry.column) leave(entry.column)
        else single.delete(entry)
        entry.column = column
        entry.index = i
        entry.own = null
        column.owned++
      }
      columns.add(column)
    } else if (batch.at < column.batch.at) return false
    column.batch = batch
    column.came = came
    return true
  }

  return {
    put,
    /** The same for all that came in one moment. */
    take(readings: Readings): Readings {
      const came = mono()
      let { samples, batches } = readings
      for (const batch of batches) {
        if (takeBatch(batch, came)) continue
        batches = batches.filter(other => other !== batch)
        samples = [...samples, ...samplesOf({ samples: [], batches: [batch] })]
      }
      if (samples.length > 0) samples = put(samples)
      return samples === readings.samples && batches === readings.batches ? readings : { samples, batches }
    },
    /** Good values that nobody has confirmed for too long become uncertain; their times stay what they were. */
    aged(): readonly Sample[] {
      const at = mono()
      const stale: Sample[] = []
      const look = (entry: Entry, came: number, reason: Reason | undefined) => {
        if (reason !== undefined || at - came <= entry.limitMs) return
        ownOf(entry).reason = 'stale'
        stale.push(get(entry))
      }
      for (const entry of single) look(entry, entry.own!.came, entry.own!.reason)
      for (const column of columns) {
        if (at - column.came <= column.leastLimitMs) continue
        for (const entry of column.entries)
          if (entry.column === column) look(entry, column.came, column.batch.reasons?.[entry.index])
      }
      return stale
    },
    get(id: PointId): Sample | undefined {
      const entry = table.get(id)
      return entry && get(entry)
    },
    all: (): Sample[] => Array.from(table.values(), get),
    size: table.size,
  }
}
