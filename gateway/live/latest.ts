import { bad, type Point, type PointId, type Sample } from '../../drivers/point.ts'
import { inOrder } from '../core/inorder.ts'

/** How many scans a point may miss before its value is called stale [promises P12: within three]. */
const MISSED_SCANS = 3
const LEAST_STALE_MS = 3000

interface Entry {
  sample: Sample
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
        sample: bad(p.id, 'never-read', now),
        came: mono(),
        limitMs: Math.max(LEAST_STALE_MS, MISSED_SCANS * p.scanMs),
      },
    ]),
  )
  function take(entry: Entry | undefined, sample: Sample, at: number): boolean {
    if (!entry) return false
    const old = entry.sample
    entry.came = at
    // A bad sample has no time of its own; a device whose clock was set back must still be able to fail.
    if (sample.quality !== 'bad' && old.quality === 'good' && sample.at < old.at && sample.seen <= old.seen)
      return false
    entry.sample = sample
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
        if (entry.sample.quality !== 'good' || at - entry.came <= entry.limitMs) continue
        const aged: Sample = { ...entry.sample, quality: 'uncertain', reason: 'stale' }
        entry.sample = aged
        stale.push(aged)
      }
      return stale
    },
    get: (id: PointId): Sample | undefined => table.get(id)?.sample,
    all: (): Sample[] => Array.from(table.values(), entry => entry.sample),
    size: table.size,
  }
}
