/** What may honestly be said of a breaker, a busbar or a tank from what is measured. Pure. */

/** A value as it is known; undefined: not yet heard. */
export type Known =
  | { readonly value: number | boolean | string | null; readonly quality: 'good' | 'uncertain' | 'bad' }
  | undefined

/** unmeasured: no point tells of it; unknown: a point would, but cannot be trusted. */
export type BreakerState = 'closed' | 'open' | 'tripped' | 'unknown' | 'unmeasured'

const usable = (sample: Known) => (sample && sample.quality !== 'bad' ? sample.value : null)

/**
 * @param closed sample of its auxiliary contact; null: there is no such point
 * @param tripped sample of its protection; null: there is no such point
 */
export function breakerState(closed: Known | null, tripped: Known | null): BreakerState {
  if (tripped !== null && usable(tripped) === true) return 'tripped'
  if (closed === null) return 'unmeasured'
  const value = usable(closed)
  return value === true ? 'closed' : value === false ? 'open' : 'unknown'
}

/** low: neither alive nor dead by its voltage. */
export type BusState = 'live' | 'dead' | 'low' | 'unknown' | 'unmeasured'
/** Of the nominal voltage. Between them nobody may take it for either [GB/T 12325: −7 to −10 % is still supply]. */
const LIVE_FROM = 0.7
const DEAD_BELOW = 0.1

/**
 * Dead only when that is measured: open breakers above it are no proof, as it may be fed from elsewhere.
 * @param voltage sample of the busbar; null: there is no such point
 * @param unit of the point, V or kV
 * @param nominal V
 */
export function busState(voltage: Known | null, unit: string | null, nominal: number): BusState {
  if (voltage === null) return 'unmeasured'
  const value = usable(voltage)
  if (typeof value === 'boolean') return value ? 'live' : 'dead'
  if (typeof value !== 'number') return 'unknown'
  const share = (value * (unit === 'kV' ? 1000 : 1)) / nominal
  return share >= LIVE_FROM ? 'live' : share < DEAD_BELOW ? 'dead' : 'low'
}

/** How full, 0 to 1; null where no trusted level in % is known: then no liquid is drawn. */
export function fillOf(level: Known | null, unit: string | null): number | null {
  const value = level === null ? null : usable(level)
  return typeof value === 'number' && unit === '%' ? Math.min(1, Math.max(0, value / 100)) : null
}

interface Pointed {
  readonly key: string
  readonly kind: 'number' | 'boolean' | 'text'
  readonly unit: string | null
}
const find = <P extends Pointed>(points: readonly P[], ...tests: ((p: P) => boolean)[]): P | undefined => {
  for (const test of tests) {
    const hit = points.find(test)
    if (hit) return hit
  }
  return undefined
}
const part = /reactive|apparent|(^|-)(l[123]|n|[abc])(-|$)|setpoint|limit|max|min|demand/

/** The points of a breaker's own state: `closed` or `…-closed`, and its trip. */
export const closedPoint = <P extends Pointed>(points: readonly P[]): P | undefined =>
  find(points, p => p.kind === 'boolean' && /^(breaker-)?closed$/.test(p.key))
export const trippedPoint = <P extends Pointed>(points: readonly P[]): P | undefined =>
  find(points, p => p.kind === 'boolean' && /^(breaker-)?tripped$/.test(p.key))
/** Says that there is voltage; a supply in front of an open breaker does not. */
export const livePoint = <P extends Pointed>(points: readonly P[]): P | undefined =>
  find(points, p => p.kind === 'boolean' && p.key === 'live')

/** Active power, current, power factor and voltage of something electric: what an electrician asks first, as far as it is there. */
export function electricPoints<P extends Pointed>(points: readonly P[], meter: readonly P[] = []): P[] {
  const numbers = (all: readonly P[]) => all.filter(p => p.kind === 'number')
  const pick = (...tests: ((p: P) => boolean)[]) => find(numbers(points), ...tests) ?? find(numbers(meter), ...tests)
  const power = pick(p => /^(k|M)?W$/.test(p.unit ?? '') && /power/.test(p.key) && !part.test(p.key))
  const current = pick(
    p => p.unit === 'A' && !part.test(p.key),
    p => p.unit === 'A' && /current/.test(p.key) && !/(^|-)n(-|$)/.test(p.key),
  )
  const factor = pick(p => /power-factor|cos-phi/.test(p.key) && !part.test(p.key.replace('power-factor', '')))
  const voltage = pick(p => /^k?V$/.test(p.unit ?? '') && /^voltage$|^output-voltage$/.test(p.key))
  return [power, current, factor, voltage].filter(p => p !== undefined)
}

/** The level of a tank in %, else its depth. */
export const levelPoint = <P extends Pointed>(points: readonly P[]): P | undefined =>
  find(
    points,
    p => p.kind === 'number' && /(^|-)level$/.test(p.key) && p.unit === '%',
    p => p.kind === 'number' && /(^|-)(level|depth)$/.test(p.key),
  )

/** Pumps of a set, by their number: `pump2-running` with `pump2-tripped` or `pump2-fault`. */
export function pumpsOf<P extends Pointed>(
  points: readonly P[],
): { readonly n: number; readonly running: P; readonly fault: P | null }[] {
  const key = (n: number, word: string) => points.find(p => p.kind === 'boolean' && p.key === `pump${n}-${word}`)
  return Array.from({ length: 12 }, (_, i) => i + 1).flatMap(n => {
    const running = key(n, 'running')
    return running ? [{ n, running, fault: key(n, 'tripped') ?? key(n, 'fault') ?? null }] : []
  })
}
