import type { FromWorker, Reading } from './protocol.ts'

/** What one message holds, and how many may be under way: the gateway does other things in between. */
const BATCH = 500
const UNDER_WAY = 2
/** More than this waiting: of each point only the newest is kept, and the rest is counted. */
const MOST_WAITING = 5000

interface Waiting {
  readonly watch: number
  readonly reading: Reading
}
export type Stream = ReturnType<typeof createStream>

/**
 * The way of values from the worker to the gateway. Bounded: a server that sends more than the gateway takes costs
 * old values, which are counted, and neither memory nor the gateway's time.
 */
export function createStream(send: (message: FromWorker) => void) {
  let waiting: Waiting[] = []
  let underWay = 0
  let dropped = 0
  let held = true
  let planned = false

  function flush() {
    planned = false
    while (!held && waiting.length > 0 && underWay < UNDER_WAY) {
      const batch = waiting.splice(0, BATCH)
      underWay++
      const parts = [...Map.groupBy(batch, w => w.watch)].map(([watch, list]) => ({
        watch,
        readings: list.map(w => w.reading),
      }))
      send({ t: 'values', parts, dropped })
    }
  }
  function plan() {
    if (planned || held || waiting.length === 0 || underWay >= UNDER_WAY) return
    planned = true
    // All values of one notification in one message.
    setImmediate(flush)
  }
  function thin() {
    const seen = new Set<string>()
    const kept = waiting.toReversed().filter(({ watch, reading }) => {
      const point = `${watch} ${reading.index}`
      return !seen.has(point) && seen.add(point)
    })
    dropped += waiting.length - kept.length
    waiting = kept.reverse()
  }
  /** With more points than MOST_WAITING, thinning at each value would be all that happens. */
  let thinAt = MOST_WAITING

  return {
    report(watch: number, reading: Reading) {
      waiting.push({ watch, reading })
      if (waiting.length > thinAt) {
        thin()
        thinAt = Math.max(MOST_WAITING, waiting.length * 2)
      }
      plan()
    },
    took() {
      underWay = Math.max(0, underWay - 1)
      plan()
    },
    /** Values gather until `release`: the gateway does not yet know of the connection they come from. */
    hold() {
      held = true
    },
    release() {
      held = false
      plan()
    },
    forget(watch?: number) {
      waiting = watch === undefined ? [] : waiting.filter(w => w.watch !== watch)
    },
  }
}
