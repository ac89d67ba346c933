import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives back what starting, or the site before, has left: some 50 MB, which V8 would keep for its own next needs until the
 * heap has grown by a good part. The process stands still for some tenths of a second: for moments when nothing is read.
 */
/** So many meters at once leave enough behind for a sweep to be worth its pause. */
export const MANY_METERS = 2000

export function sweeper(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
