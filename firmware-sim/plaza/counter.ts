/**
 * The index of a meter. At the start it is what the meter would have counted since it was put in, from the closed form of
 * its load; from then on what really flowed is added. So it never goes back, and a building started again with the same
 * clock shows at least what it showed, but for plant that drew more than its meter's closed form allows.
 */
export interface Counter {
  /** kW.h or m3. */
  readonly index: number
  /** What flows now, per hour. */
  readonly rate: number
  readonly serial: number
  readonly stuck: boolean
  add(dtS: number, rate: number): void
  /** Sets it so much before it rolls over. @returns false: it is too large to do that within a century */
  wind(before: number): boolean
  /** Another meter is in its place. */
  exchange(index: number): void
  /** The register stands while it goes on to flow. */
  stick(on: boolean): void
  /** As it was at the start: no scenario has happened. */
  restore(): void
}

export interface CounterSpec {
  readonly serial: number
  /** What it would have counted by `at`. */
  closed(at: number): number
  /** The register counts up to here and then from 0. */
  readonly limit: number | undefined
  /** UTC ms since when its register has been standing. */
  readonly stuckSince?: number | undefined
  /** It began to count then, UTC ms, with this index: a new meter, or a register that had come to its end. */
  readonly began?: { readonly since: number; readonly index: number } | undefined
}

/**
 * @param at UTC ms
 * @param kept its index from an earlier run, if somebody kept it
 */
export function createCounter(spec: CounterSpec, at: number, kept?: number): Counter {
  const { limit = Number.POSITIVE_INFINITY } = spec
  const { stuckSince, began } = spec
  const closed = spec.closed(Math.min(at, stuckSince ?? at))
  const start = kept ?? (began ? began.index + closed - spec.closed(began.since) : closed)
  /** What really flowed since the start; it goes on behind a stuck or exchanged register. */
  let flowed = 0
  let index = Number.isFinite(limit) ? start % limit : start
  let rate = 0
  let { serial } = spec
  let stuck = stuckSince !== undefined
  return {
    get index() {
      return index
    },
    get rate() {
      return rate
    },
    get serial() {
      return serial
    },
    get stuck() {
      return stuck
    },
    add(dtS, now) {
      rate = now
      const more = (now * dtS) / 3600
      flowed += more
      if (stuck) return
      index += more
      if (index >= limit) index -= limit
    },
    wind(before) {
      if (!Number.isFinite(limit)) return false
      index = limit - before
      return true
    },
    exchange(fresh) {
      index = fresh
      serial += 1
    },
    stick(on) {
      stuck = on
    },
    restore() {
      const counted = stuckSince === undefined ? start + flowed : start
      index = Number.isFinite(limit) ? counted % limit : counted
      serial = spec.serial
      stuck = stuckSince !== undefined
    },
  }
}
