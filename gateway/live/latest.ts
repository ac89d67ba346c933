import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { inOrder } from '../core/inorder.ts'

/** How many scans a point may miss before its value is called stale [promises P12: within three]. */
const MISSED_SCANS = 3
const LEAST_STALE_MS = 3000

/**
 * What is kept of a point's latest sample: its fields, not itself. Ten thousand samples that live until the next ones
 * come would all be moved to the old heap, where they are dear to be rid of.
 */
interface Entry {
  readonly point: PointId
  at: number
  seen: number
  quality: Sample['quality']
  value: Sample['value']
  reason: Sample['reason']
  /** When the last one came, by the monotonic clock. */
  came: number
  readonly limitMs: number
}

export type Latest = ReturnType<typeof createLatest>

/**
 * The latest sample of every point, and since when nothing came.
 * @param mono ms that never jump: staleness must not depend on somebody setting the clock
 */
export function createLatest(points: readonly Point[], now: number, mono: () => number) {
  // One entry per point: a look-up by id is what a sample costs here, so there is one.
  const table = new Map<PointId, Entry>(
    points.map(p => [
      p.id,
      {
        point: p.id,
        at: now,
        seen: now,
        quality: 'bad',
        value: null,
        reason: 'never-read',
        came: mono(),
        limitMs: Math.max(LEAST_STALE_MS, MISSED_SCANS * p.scanMs),
      },
    ]),
  )
  function take(entry: Entry | undefined, sample: Sample, at: number): boolean {
    if (!entry) return false
    entry.came = at
    // A bad sample has no time of its own; a device whose clock was set back must still be able to fail.
    if (sample.quality !== 'bad' && entry.quality === 'good' && sample.at < entry.at && sample.seen <= entry.seen)
      return false
    entry.at = sample.at
    entry.seen = sample.seen
    entry.quality = sample.quality
    entry.value = sample.value
    entry.reason = sample.reason
    return true
  }
  const entriesOf = inOrder(point => table.get(point))
  return {
    /** Takes what is not older than what is there, and returns it. */
    put(samples: readonly Sample[]): readonly Sample[] {
      const at = mono()
      const entries = entriesOf(samples)
      let refused: Set<Sample> | undefined
      for (let i = 0; i < samples.length; i++) {
        const sample = samples[i]!
        if (!take(entries[i], sample, at)) refused = (refused ?? new Set()).add(sample)
      }
      return refused ? samples.filter(sample => !refused.has(sample)) : samples
    },
    /** Good values that nobody has confirmed for too long become uncertain; their times stay what they were. */
    aged(): readonly Sample[] {
      const at = mono()
      const stale: Sample[] = []
      for (const entry of table.values()) {
        if (entry.quality !== 'good' || at - entry.came <= entry.limitMs) continue
        entry.quality = 'uncertain'
        entry.reason = 'stale'
        stale.push(sampleOf(entry))
      }
      return stale
    },
    get(id: PointId): Sample | undefined {
      const entry = table.get(id)
      return entry && sampleOf(entry)
    },
    all: (): Sample[] => Array.from(table.values(), sampleOf),
    size: table.size,
  }
}

const sampleOf = ({ point, at, seen, quality, value, reason }: Entry): Sample =>
  // The three came from one sample, so they are one.
  ({ point, at, seen, quality, value, ...(reason && { reason }) }) as Sample
