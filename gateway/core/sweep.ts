import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from './clock.ts'

/** So many meters at once leave enough behind for a sweep to be worth its pause. */
export const MANY_METERS = 2000
/** How long after the start everything runs. */
const SETTLED_MS = 10_000
/** A plant that is read more often has no moment between two reads that is long enough for a sweep. */
const LEAST_SCAN_MS = 500

/**
 * Gives back what starting, or the site before, has left: some 50 MB, which V8 would keep for its own next needs until the
 * heap has grown by a good part. The process stands still for some tenths of a second: for moments when nothing is read.
 */
export function sweeper(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/**
 * Sweeps once, when everything has run for a while, in a moment between two reads. Where a point is read so often that there
 * is none, not at all: two or three scans would be lost for it, and the heap's own collections, which hardly pause, come
 * the sooner the more is read.
 * @param scanMs how often the point is read that is read most often; null: nothing is polled
 * @returns how to leave it, where it has not been done
 */
export function sweepOnceSettled(
  clock: Pick<Clock, 'every'>,
  scanMs: () => number | null,
  sweep: () => void,
): () => void {
  const stop = clock.every(SETTLED_MS, () => {
    stop()
    const ms = scanMs()
    if (ms === null || ms >= LEAST_SCAN_MS) sweep()
  })
  return stop
}
