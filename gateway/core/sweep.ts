import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** By then what the start needed only once is garbage, and what stays has come to rest. */
const AFTER_MS = 5000

/**
 * Gives back what starting, or taking up a site, has left: some 50 MB, which V8 would keep for its own next needs until the
 * heap has grown by a good part. A pause of some tenths of a second.
 * @returns call it when such a thing is over; several calls within a few seconds are one
 */
export function sweeper(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  let timer: NodeJS.Timeout | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(collect, AFTER_MS, { type: 'major', execution: 'sync', flavor: 'last-resort' }).unref()
  }
}
