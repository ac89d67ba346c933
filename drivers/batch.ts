import type { PointId, Reason, Sample, Value } from './point.ts'

/**
 * Samples of one moment as columns. Ten thousand readings a second are not made into ten thousand objects: whoever wants
 * one as a Sample makes it from here.
 */
export interface Batch {
  /** The same list each time that the same is read, and never changed: readers keep by it what they know of its points. */
  readonly points: readonly PointId[]
  /** As in Sample; one for all. UTC ms. */
  readonly at: number
  readonly seen: number
  /** Null where the sample is bad. The very array of the last time: nothing has changed but the time. */
  readonly values: readonly (Value | null)[]
  /** Why a sample is not good; null when all are. With a value beside it the sample is uncertain, else bad. */
  readonly reasons: readonly (Reason | undefined)[] | null
}

/** What came in one moment: each point once, in one of the two. */
export interface Readings {
  readonly samples: readonly Sample[]
  readonly batches: readonly Batch[]
}

const NO_SAMPLES: readonly Sample[] = []
const NO_BATCHES: readonly Batch[] = []
export const ofSamples = (samples: readonly Sample[]): Readings => ({ samples, batches: NO_BATCHES })
export const ofBatches = (batches: readonly Batch[]): Readings => ({ samples: NO_SAMPLES, batches })

export function sampleAt({ points, at, seen, values, reasons }: Batch, i: number): Sample {
  return sampleOf(points[i]!, at, seen, values[i]!, reasons?.[i])
}
/** The three that say what it is worth belong together: a value without a reason, a reason without a value, or both. */
export function sampleOf(
  point: PointId,
  at: number,
  seen: number,
  value: Value | null,
  reason: Reason | undefined,
): Sample {
  if (reason === undefined) return { point, at, seen, quality: 'good', value: value! }
  return value === null
    ? { point, at, seen, quality: 'bad', value, reason }
    : { point, at, seen, quality: 'uncertain', value, reason }
}

/** Which points they are of; none is made into an object for it. */
export function* pointsOf({ samples, batches }: Readings): Iterable<PointId> {
  for (const { point } of samples) yield point
  for (const { points } of batches) yield* points
}

/** All of them as objects. */
export function samplesOf({ samples, batches }: Readings): readonly Sample[] {
  if (batches.length === 0) return samples
  return [...samples, ...batches.flatMap(batch => batch.points.map((_, i) => sampleAt(batch, i)))]
}

export const badBatch = (points: readonly PointId[], reason: Reason, seen: number): Batch => ({
  points,
  at: seen,
  seen,
  values: points.map(() => null),
  reasons: points.map(() => reason),
})

/** Samples as columns: one batch for each time that is among them. */
export function batchesOf(samples: Iterable<Sample>): Batch[] {
  const byTime = Map.groupBy(samples, s => `${s.at} ${s.seen}`)
  return [...byTime.values()].map(list => ({
    points: list.map(s => s.point),
    at: list[0]!.at,
    seen: list[0]!.seen,
    values: list.map(s => s.value),
    reasons: list.every(s => s.reason === undefined) ? null : list.map(s => s.reason),
  }))
}

/** Whether every sample is bad for one of these reasons. */
export const allAre = (batches: readonly Batch[], among: readonly (Reason | undefined)[]): boolean =>
  batches.every(({ reasons }) => reasons?.every(reason => among.includes(reason)) === true)
