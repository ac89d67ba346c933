import type { Cost } from './plan.ts'

/** What requests to one unit cost, learned from those that were answered. Pure: it knows no clock. */

export interface Measured {
  /** @param registers in the answer @param ms from the beginning of the request to the end of its answer */
  answered(registers: number, ms: number): void
  /** The cost that plans are made with: it moves only when it has moved far enough to make another plan worth while. */
  readonly cost: Cost
  /** Counts the moves of `cost`. */
  readonly version: number
  /** The slowest answer of late; undefined before the first. */
  readonly slowestMs: number | undefined
}

const SHARE = 0.1
/** A plan made for a cost this far off may be another one. */
const MOVED = 0.3
/** Before so many answers nothing is believed; and each next move needs twice as many, up to the most. */
const LEAST_ANSWERS = 8
const MOST_ANSWERS = 1024
/** One stalled answer must not undo a hundred. */
const MOST_TIMES = 2
/** Lengths must differ by this much before time is blamed on them. */
const LEAST_SPREAD = 4

/**
 * @param first what is assumed before anything was measured
 * @param registerIsKnown on a serial line the time of a register follows from the baud rate; elsewhere it is the slope
 * of the answer time over the length, if that is clearer than the noise
 */
export function measureCost(first: Cost, registerIsKnown: boolean): Measured {
  let cost = first
  let version = 0
  let slowestMs: number | undefined
  let answers = 0
  /** A plan costs more than a slightly better one saves: on a line that changes all the time there is none for long. */
  let since = 0
  let patience = LEAST_ANSWERS
  // Moving means: of the length, the time, their squares and product.
  const mean = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 }

  function estimate(): Cost {
    const varX = mean.xx - mean.x * mean.x
    const slope = varX > 0 ? (mean.xy - mean.x * mean.y) / varX : 0
    const noise = Math.max(0, mean.yy - mean.y * mean.y - slope * slope * varX)
    // Standard error with the weight that a moving mean really has.
    const error = Math.sqrt(noise / Math.max(varX, 1e-9) / Math.min(answers, 2 / SHARE))
    const clear = !registerIsKnown && varX >= LEAST_SPREAD ** 2 && slope > 2 * error && slope > 0
    const registerMs = clear ? slope : first.registerMs
    return { registerMs, requestMs: Math.max(mean.y - mean.x * registerMs, 0.05) }
  }

  return {
    get cost() {
      return cost
    },
    get version() {
      return version
    },
    get slowestMs() {
      return slowestMs
    },
    answered(registers, ms) {
      slowestMs = Math.max(ms, (slowestMs ?? 0) * 0.98)
      const expected = mean.y + Math.max(registers - mean.x, 0) * cost.registerMs
      const y = answers < LEAST_ANSWERS ? ms : Math.min(ms, MOST_TIMES * expected + 1)
      const share = Math.max(SHARE, 1 / ++answers)
      const move = (key: keyof typeof mean, value: number) => {
        mean[key] += share * (value - mean[key])
      }
      move('x', registers)
      move('y', y)
      move('xx', registers * registers)
      move('yy', y * y)
      move('xy', registers * y)
      if (++since < patience) return
      const now = estimate()
      if (!hasMoved(cost, now)) return
      cost = now
      version++
      since = 0
      patience = Math.min(2 * patience, MOST_ANSWERS)
    },
  }
}

/** Only the ratio of the two decides a plan. */
function hasMoved(a: Cost, b: Cost): boolean {
  const ratio = a.requestMs / a.registerMs / (b.requestMs / b.registerMs)
  return ratio > 1 + MOVED || ratio < 1 / (1 + MOVED)
}
