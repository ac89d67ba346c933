/** The vocabulary of the wire side: what a device offers (Point) and what was read from it (Sample). */

/** A text that a person reads. Both languages are equal, so both are always there. */
export interface Text {
  readonly 'zh-CN': string
  readonly en: string
}

/** '<equipment>/<key>': the same word in MQTT, SQLite, HTTP and on the screens. */
export type PointId = `${string}/${string}`
export type Value = number | boolean | string
export type Kind = 'number' | 'boolean' | 'text'

export interface Point {
  readonly id: PointId
  readonly key: string
  readonly name: Text
  readonly kind: Kind
  /** UCUM code, case-sensitive: `Cel`, `kW.h`, `m3/h`. Screens print it in the trade's form. */
  readonly unit?: string
  /** What is physically possible, in `unit`. Outside it the reading is bad, whatever the device says. */
  readonly range?: readonly [min: number, max: number]
  /** Meaning of a coded value, by its decimal code. */
  readonly enum?: Readonly<Record<string, Text>>
  readonly writable?: boolean
  /** What the device's own reading is multiplied by: current and voltage transformers it does not know of. */
  readonly multiplier?: number
  /** How often it is read, ms; for protocols that push, the sampling interval asked for. */
  readonly scanMs: number
  /** A change smaller than this, in `unit`, is not told to the outside. */
  readonly deadband?: number
  /** Digits after the point that mean something. */
  readonly decimals?: number
  /** The space it tells of, when that is not where its device hangs: the home of a help call, the zone of a detector. */
  readonly space?: string
  /** Where the driver finds it; only the driver that owns the point looks inside. */
  readonly address: unknown
}

/** Why a sample is not good. Codes, not sentences: the screens translate them. */
export const reasons = [
  'never-read',
  'offline',
  'timeout',
  'refused',
  'undecodable',
  'no-value',
  'out-of-range',
  'wrong-device',
  'stale',
  'uncertain',
] as const
export type Reason = (typeof reasons)[number]

interface Stamp {
  readonly point: PointId
  /** When the value was true: the device's own time if it sends one, else `seen`. UTC ms. */
  readonly at: number
  /** When the gateway got it. Age and staleness are counted from here, never from the device's clock. */
  readonly seen: number
}

/** A reading. `value` can only be reached after looking at `quality`. */
export type Sample = Stamp &
  (
    | { readonly quality: 'good'; readonly value: Value; readonly reason?: undefined }
    | { readonly quality: 'uncertain'; readonly value: Value; readonly reason: Reason }
    | { readonly quality: 'bad'; readonly value: null; readonly reason: Reason }
  )

/** A sample without a value. `seen`: when the gateway learned that it has none, UTC ms. */
export const bad = (point: PointId, reason: Reason, seen: number, at = seen): Sample => ({
  point,
  at,
  seen,
  quality: 'bad',
  value: null,
  reason,
})

/**
 * The one place where a decoded value becomes a sample.
 * @param value undefined: the bytes are no value (NaN, infinity, wrong type); null: the device itself says that it has none.
 * @param seen when the gateway got it, UTC ms
 * @param at the device's own time of the value, UTC ms
 */
export function judge(point: Point, value: Value | undefined | null, seen: number, at = seen): Sample {
  const said = judged(point, value)
  return typeof said === 'object'
    ? bad(point.id, said.reason, seen, at)
    : { point: point.id, at, seen, quality: 'good', value: said }
}

/** The same without its times: the value as it is meant, or why there is none. */
export function judged(point: Point, value: Value | undefined | null): Value | Fault {
  if (value === null) return NO_VALUE
  if (value === undefined || !fits(point.kind, value)) return UNDECODABLE
  if (typeof value !== 'number') return value
  // 15 digits: 0.07 x 40 is 2.8, not 2.8000000000000003
  const whole = point.multiplier === undefined ? value : Number((value * point.multiplier).toPrecision(15))
  return point.range && (whole < point.range[0] || whole > point.range[1]) ? OUT_OF_RANGE : whole
}
export interface Fault {
  readonly reason: Reason
}
const NO_VALUE: Fault = { reason: 'no-value' }
const UNDECODABLE: Fault = { reason: 'undecodable' }
const OUT_OF_RANGE: Fault = { reason: 'out-of-range' }

const fits = (kind: Kind, value: Value): boolean =>
  kind === 'number'
    ? Number.isFinite(value)
    : kind === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'string'
