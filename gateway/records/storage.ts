import type { Clock } from '../core/clock.ts'
import { storageTrouble } from '../core/disk.ts'

const PROBE_MS = 5000

/**
 * Whether the records can be written. A disk that is full is no secret of the log: whoever is on duty must know that
 * acknowledgements and new alarms can't be recorded, and since when.
 * @param probe tries to write; called now and then while it can't
 */
export function watchStorage(clock: Clock, probe: () => boolean, changed: (since: number | null) => void) {
  let since: number | null = null
  const stop = clock.every(PROBE_MS, () => {
    if (since !== null) probe()
  })
  return {
    tried(error: unknown) {
      if (error === null && since !== null) {
        since = null
        changed(since)
      } else if (since === null && storageTrouble(error)) {
        since = clock.now()
        changed(since)
      }
    },
    since: () => since,
    stop,
  }
}
