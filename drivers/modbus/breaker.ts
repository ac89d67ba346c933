/**
 * Whether a unit is worth a request. A dead one must not cost the others of its line more than a short probe now and
 * then. Pure: time is an argument, any steady clock in ms.
 */

export interface Breaker {
  /** ask: as usual. probe: one short request first. wait: nothing now. */
  gate(now: number): 'ask' | 'probe' | 'wait'
  /** When the next probe may go out. */
  readonly nextProbe: number
  /** Something came, be it an exception. */
  answered(): void
  /** @param since when the request that stayed unanswered was sent */
  silent(since: number, now: number): void
  /** Given up; undefined while it is not. */
  open(): { readonly since: number; readonly retryAt: number } | undefined
  /** How long a probe waits for its answer. */
  probeMs(timeoutMs: number, slowestMs: number | undefined): number
}

/** Given up after so many requests without an answer, and not before so long a time [peers: OpenEMS, wb-mqtt-serial]. */
const SILENT_REQUESTS = 2
const SILENT_MS = 3000
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 60_000
/** Between the probes of a unit that fell silent and is not given up yet. */
const SUSPECT_EVERY_MS = 1000
const LEAST_PROBE_MS = 100
const PROBE_TIMES = 3
/** A unit may have come back slower than it was: every so many probes wait the whole time. */
const PATIENT_EVERY = 4

/** @param jitter 0..1, spreads the probes of many units */
export function breaker(jitter: () => number = Math.random): Breaker {
  let silences = 0
  let silentSince = 0
  let probes = 0
  let nextProbe = 0
  let opened: { since: number; retryMs: number } | undefined
  /** It answered at some time, so that its silence is news. */
  let known = false

  return {
    gate(now) {
      if (silences === 0) return 'ask'
      return now >= nextProbe ? 'probe' : 'wait'
    },
    answered() {
      known = true
      silences = 0
      probes = 0
      opened = undefined
    },
    silent(since, now) {
      if (silences++ === 0) silentSince = since
      else probes++
      if (opened || (silences >= SILENT_REQUESTS && now - silentSince >= SILENT_MS)) {
        const retryMs = opened ? Math.min(opened.retryMs * 2, LONGEST_RETRY_MS) : FIRST_RETRY_MS
        if (!opened) probes = 0
        opened = { since: opened?.since ?? silentSince, retryMs }
        nextProbe = now + Math.min(LONGEST_RETRY_MS, retryMs * (0.9 + 0.2 * jitter()))
        return
      }
      // One lost answer is asked again at once, with a short probe. Of a unit that never answered nobody knows how short
      // a probe may be: it gets the whole time, but not one after the other.
      nextProbe = known && silences === 1 ? now : now + SUSPECT_EVERY_MS
    },
    get nextProbe() {
      return nextProbe
    },
    open: () => opened && { since: opened.since, retryAt: nextProbe },
    probeMs(timeoutMs, slowestMs) {
      if (slowestMs === undefined || (opened && probes % PATIENT_EVERY === PATIENT_EVERY - 1)) return timeoutMs
      return Math.min(timeoutMs, Math.max(LEAST_PROBE_MS, PROBE_TIMES * slowestMs))
    },
  }
}
