import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { inOrder } from '../core/inorder.ts'
import { codeOf, GOOD, hasValue, NOT_RECORDED } from './codes.ts'
import type { Named, Tick } from './tick.ts'

/** What does not change is still written so often: whoever looks at an hour finds a value in it. */
export const HEARTBEAT_MS = 600_000
/** A device's clock further off than this is not believed: then the time is that of the gateway. */
const FUTURE_MS = 60_000
const PAST_MS = 7 * 86_400_000

interface Recorded {
  readonly id: number
  readonly deadband: number
  readonly text: boolean
  /** What was written last; -1: nothing yet. */
  code: number
  value: number
  words: string
  /** `seen` of it. */
  seen: number
}

/**
 * Picks from all samples those that say something new, and gathers them until they are taken. Knows no clock: the
 * gateway's time is in the samples.
 * @param register gives a point its number in the file
 */
export function createRecorder(register: (point: Point) => Named) {
  let known = new Map<PointId, Recorded>()
  let of = inOrder(point => known.get(point))
  let size = 1024
  let n = 0
  let points = new Int32Array(size)
  let times = new Float64Array(size)
  let codes = new Uint8Array(size)
  let values = new Float64Array(size)
  let texts: [number, string][] = []
  const counts = { offered: 0, skipped: 0, clockWrong: 0 }

  function add(one: Recorded, at: number, code: number, value: number) {
    if (n === size) {
      size *= 2
      const larger = <T extends Int32Array | Float64Array | Uint8Array>(to: T, from: T): T => {
        to.set(from)
        return to
      }
      points = larger(new Int32Array(size), points)
      times = larger(new Float64Array(size), times)
      codes = larger(new Uint8Array(size), codes)
      values = larger(new Float64Array(size), values)
    }
    points[n] = one.id
    times[n] = at
    codes[n] = code
    values[n] = value
    n++
  }

  return {
    /** The points of the site that runs now. Those that are no longer in it end here. */
    use(list: readonly Point[], now: number): void {
      const next = new Map<PointId, Recorded>()
      for (const point of list) {
        const { id } = register(point)
        const had = known.get(point.id)
        const text = point.kind === 'text'
        next.set(
          point.id,
          had?.id === id
            ? { ...had, deadband: point.deadband ?? 0 }
            : { id, deadband: point.deadband ?? 0, text, code: -1, value: Number.NaN, words: '', seen: 0 },
        )
      }
      for (const [point, one] of known)
        if (next.get(point)?.id !== one.id && one.code >= 0 && hasValue(one.code))
          add(one, now, NOT_RECORDED, Number.NaN)
      known = next
      of = inOrder(point => known.get(point))
    },

    samples(samples: readonly Sample[]): void {
      const ones = of(samples)
      counts.offered += samples.length
      for (let i = 0; i < samples.length; i++) {
        const one = ones[i]
        if (one === undefined) continue
        const sample = samples[i]!
        const code = sample.quality === 'good' ? GOOD : codeOf(sample)
        const { value } = sample
        const number =
          typeof value === 'number'
            ? value
            : value === true
              ? 1
              : typeof value === 'string'
                ? 0
                : value === false
                  ? 0
                  : Number.NaN
        const { seen } = sample
        const since = seen - one.seen
        if (code === one.code && since < HEARTBEAT_MS && since > -HEARTBEAT_MS) {
          const difference = number - one.value
          if (
            one.text
              ? value === one.words || value === null
              : difference === 0 || (difference < one.deadband && difference > -one.deadband) || value === null
          ) {
            counts.skipped++
            continue
          }
        }
        let { at } = sample
        if (at > seen + FUTURE_MS || at < seen - PAST_MS) {
          at = seen
          counts.clockWrong++
        }
        one.code = code
        one.value = number
        one.seen = seen
        if (typeof value === 'string') {
          one.words = value
          texts.push([n, value])
        }
        add(one, at, code, number)
      }
    },

    /** What came since the last time, or null. */
    take(now: number): Tick | null {
      if (n === 0) return null
      const tick = {
        now,
        points: points.slice(0, n),
        times: times.slice(0, n),
        codes: codes.slice(0, n),
        values: values.slice(0, n),
        texts,
      }
      n = 0
      texts = []
      return tick
    },
    /** All are written when they come next, whether they have changed or not. */
    again(): void {
      for (const one of known.values()) one.code = -1
    },
    /** From `at` on nobody writes down what comes: for each point that had a value a mark that says so. */
    end(at: number): void {
      for (const one of known.values()) {
        if (one.code >= 0 && hasValue(one.code)) add(one, at, NOT_RECORDED, Number.NaN)
        one.code = -1
      }
    },
    size: () => n,
    counts,
  }
}
