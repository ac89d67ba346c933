import { performance } from 'node:perf_hooks'
import { badBatch } from '../../drivers/batch.ts'
import type { Link } from '../../drivers/driver.ts'
import { bad } from '../../drivers/point.ts'
import type { Clock } from '../core/clock.ts'

const LOOK_EVERY_MS = 5000
/** More than a slow line takes; what is older is not waited for any more. */
export const STUCK_MS = 60_000
/** A long read is no dead one: on an overloaded line a whole device may take minutes. */
const SLOWER = 4

export interface Stuck {
  readonly what: 'read' | 'write'
  readonly afterMs: number
}
interface Call extends Pick<Stuck, 'what'> {
  readonly since: number
  readonly signal: AbortSignal
  giveUp(): void
}

/**
 * A link whose reads and writes always end. A driver promises it; should a fault in it, or in a library below it, break
 * that word, its points would be stale for ever, nobody would ask again, and a command would never come to an end.
 * @param steady ms that only go forward
 */
export function watchdog(
  link: Link,
  timeoutMs: number,
  clock: Pick<Clock, 'now' | 'every'>,
  stuck: (detail: Stuck) => void,
  steady: () => number = () => performance.now(),
): Link {
  /** A list: a Set that is filled and emptied all the time leaves its old tables in the old heap. */
  const waiting: Call[] = []
  const leave = (call: Call): void => {
    const at = waiting.indexOf(call)
    if (at >= 0) waiting.splice(at, 1)
  }
  /** The longest call that ended by itself. */
  let longestMs = 0

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    const now = steady()
    const limitMs = STUCK_MS + timeoutMs + SLOWER * longestMs
    for (const call of [...waiting]) {
      const afterMs = Math.round(now - call.since)
      // Whoever gives up is answered at once: after a whole look it is not coming.
      if (afterMs <= (call.signal.aborted ? LOOK_EVERY_MS : limitMs)) continue
      leave(call)
      stuck({ what: call.what, afterMs })
      call.giveUp()
    }
  })

  const guarded = <T>(what: Stuck['what'], signal: AbortSignal, work: Promise<T>, otherwise: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const call: Call = { what, since: steady(), signal, giveUp: () => resolve(otherwise()) }
      waiting.push(call)
      const over = () => {
        leave(call)
        // Also one that was given up: it was slow, not dead, and the next is given more time.
        longestMs = Math.max(longestMs, steady() - call.since)
      }
      work.then(
        result => {
          over()
          resolve(result)
        },
        error => {
          over()
          reject(error)
        },
      )
    })

  const { write, scan } = link
  return {
    ...link,
    read: (points, signal, urgent) =>
      guarded('read', signal, link.read(points, signal, urgent), () =>
        points.map(p => bad(p.id, 'timeout', clock.now())),
      ),
    ...(scan && {
      scan: (points, signal) =>
        guarded('read', signal, scan(points, signal), () => [
          badBatch(
            points.map(p => p.id),
            'timeout',
            clock.now(),
          ),
        ]),
    }),
    // Nobody knows how far it came: only reading back tells.
    ...(write && {
      write: (point, value, signal) =>
        guarded('write', signal, write(point, value, signal), () => ({ ok: false, reason: 'timeout' as const })),
    }),
    async close() {
      stopLooking()
      await link.close()
      for (const call of waiting.splice(0)) call.giveUp()
    },
  }
}
