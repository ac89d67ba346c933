import { bad, judge, type Point, type Sample } from '../point.ts'
import type { NodeAddress } from './address.ts'
import { type Reading, reasonOf } from './protocol.ts'

type Sink = (samples: readonly Sample[]) => void

interface Watch {
  readonly points: readonly Point[]
  readonly polled: readonly boolean[]
  readonly sink: Sink
  readonly last: (Sample | undefined)[]
  /** What held before an interruption; true again when the same session goes on. */
  held: readonly (Sample | undefined)[]
}

/** What the gateway was told of each watched point. */
export function createWatches(now: () => number) {
  const watches = new Map<number, Watch>()

  function told(id: number, readings: readonly Reading[]) {
    const watch = watches.get(id)
    if (!watch) return
    const seen = now()
    const samples: Sample[] = []
    for (const reading of readings) {
      const point = watch.points[reading.index]
      if (!point) continue
      const sample = sampleOf(point, reading, seen)
      watch.last[reading.index] = sample
      samples.push(sample)
    }
    if (samples.length > 0) watch.sink(samples)
  }

  /** What the verified server did not report as changed still holds: same value, same `at`, seen again just now. */
  function reaffirm() {
    const seen = now()
    for (const watch of watches.values()) {
      const samples: Sample[] = []
      for (const [i, sample] of watch.last.entries()) {
        // A hundred ms less, because the checks come every second and a bit. What is polled confirms itself, or does not.
        const due = sample && seen - sample.seen >= Math.max(1000, watch.points[i]!.scanMs) - 100
        if (!due || watch.polled[i]) continue
        const again = { ...sample, seen }
        watch.last[i] = again
        samples.push(again)
      }
      if (samples.length > 0) watch.sink(samples)
    }
  }

  return {
    all: (): readonly (readonly [number, readonly Point[]])[] => [...watches].map(([id, w]) => [id, w.points]),
    add(id: number, points: readonly Point[], sink: Sink, isPolled: (address: NodeAddress) => boolean) {
      const polled = points.map(p => isPolled(p.address as NodeAddress))
      watches.set(id, { points, polled, sink, last: [], held: [] })
    },
    has: (id: number): boolean => watches.has(id),
    remove: (id: number) => void watches.delete(id),
    clear: () => watches.clear(),
    told,
    reaffirm,
    /** Every point is told at once that there is no connection. */
    lost(reason: 'offline' | 'refused') {
      const seen = now()
      for (const watch of watches.values()) {
        if (watch.last.some(sample => sample)) watch.held = [...watch.last]
        watch.last.fill(undefined)
        watch.sink(watch.points.map(p => bad(p.id, reason, seen)))
      }
    },
    /** @param resumed the same session as before: what it did not tell is as it was, and is told so when it is heard of */
    back(resumed: boolean) {
      for (const watch of watches.values()) {
        if (resumed) for (const [i, sample] of watch.held.entries()) watch.last[i] = sample
        watch.held = []
      }
    },
  }
}

export function sampleOf(point: Point, reading: Reading, seen: number): Sample {
  const at = reading.at ?? seen
  if (reading.severity === 'bad') return bad(point.id, reasonOf(reading.status), seen, at)
  const sample = judge(point, reading.value, seen, at)
  if (reading.severity === 'good' || sample.quality !== 'good') return sample
  return { ...sample, quality: 'uncertain', reason: 'uncertain' }
}
