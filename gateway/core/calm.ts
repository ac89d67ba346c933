import type { Clock } from './clock.ts'

/** A step that a person or a broken battery makes; NTP slews. */
const JUMP_MS = 5000
/** So long after it somebody may still put it right. */
const CALM_MS = 3_600_000

/**
 * Whether what depends on the calendar may be done for good: nothing is deleted for its age and no day is closed by a
 * clock that was set an hour ago, or cannot be believed at all.
 * @param believed whether the clock agrees with what was recorded
 */
export function calmClock(clock: Clock, believed: () => boolean): () => boolean {
  let jumpedAt: number | null = null
  clock.onJump(offsetMs => {
    if (Math.abs(offsetMs) > JUMP_MS) jumpedAt = clock.now()
  })
  return () => {
    if (jumpedAt !== null && clock.now() - jumpedAt >= CALM_MS) jumpedAt = null
    return jumpedAt === null && believed()
  }
}
