import { bad, type Point, type PointId, type Sample } from '../../drivers/point.ts'

/** How many scans a point may miss before its value is called stale [promises P12: within three]. */
const MISSED_SCANS = 3
const LEAST_STALE_MS = 3000

export type Latest = ReturnType<typeof createLatest>

/**
 * The latest sample of every point, and since when nothing came.
 * @param mono ms that never jump: staleness must not depend on somebody setting the clock
 */
export function createLatest(points: readonly Point[], now: number, mono: () => number) {
  const table = new Map<PointId, Sample>(points.map(p => [p.id, bad(p.id, 'never-read', now)]))
  const came = new Map<PointId, number>(points.map(p => [p.id, mono()]))
  const limits = new Map<PointId, number>(points.map(p => [p.id, Math.max(LEAST_STALE_MS, MISSED_SCANS * p.scanMs)]))
  return {
    /** Takes what is not older than what is there, and returns it. */
    put(samples: readonly Sample[]): readonly Sample[] {
      const at = mono()
      return samples.filter(sample => {
        const old = table.get(sample.point)
        if (!old) return false
        came.set(sample.point, at)
        // A bad sample has no time of its own; a device whose clock was set back must still be able to fail.
        if (sample.quality !== 'bad' && old.quality === 'good' && sample.at < old.at && sample.seen <= old.seen)
          return false
        table.set(sample.point, sample)
        return true
      })
    },
    /** Good values that nobody has confirmed for too long become uncertain; their times stay what they were. */
    aged(): readonly Sample[] {
      const at = mono()
      const stale: Sample[] = []
      for (const [id, sample] of table) {
        if (sample.quality !== 'good' || at - came.get(id)! <= limits.get(id)!) continue
        const aged: Sample = { ...sample, quality: 'uncertain', reason: 'stale' }
        table.set(id, aged)
        stale.push(aged)
      }
      return stale
    },
    get: (id: PointId): Sample | undefined => table.get(id),
    all: (): Sample[] => [...table.values()],
    size: table.size,
  }
}
