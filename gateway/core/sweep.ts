import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from './clock.ts'

/** So many meters at once leave enough behind for a sweep to be worth its pause. */
export const MANY_METERS = 2000
/** After the start: everything has run once, and nothing often enough to be compiled for good, which a sweep throws away. */
const SETTLED_MS = 3000

/**
 * Gives back what starting, or the site before, has left: some 50 MB, which V8 would keep for its own next needs until the
 * heap has grown by a good part. The thread stands still for 0.1 s with ten thousand points, longer on a small box.
 */
export function sweeper(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/**
 * Sweeps once, when everything has run for a while, in a moment between two reads. Where a point is read so often that there
 * is none, two or three of its reads come late, once, while all that has started is still settling; without it 15 to 20 MB
 * stay for years.
 * @returns how to leave it, where it has not been done
 */
export function sweepOnceSettled(clock: Pick<Clock, 'every'>, sweep: () => void): () => void {
  const stop = clock.every(SETTLED_MS, () => {
    stop()
    sweep()
  })
  return stop
}
