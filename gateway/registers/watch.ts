import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { Registers } from '../records/registers.ts'
import type { Trail } from '../records/trail.ts'

const LOOK_EVERY_MS = 30_000

export interface RegisterWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly registers: Pick<Registers, 'due' | 'fall'>
  readonly failed: (error: unknown) => void
}

/** What is due in a register: slips expire, keys that are not back become an order; each in a change of its own, once. */
export function watchRegisters({ clock, trail, registers, failed }: RegisterWatch) {
  function look() {
    const now = clock.now()
    // A clock without a battery begins in 1970, and everything would be late when it is set.
    if (now < EARLIEST) return
    for (const { id } of registers.due(now))
      try {
        trail.change(GATEWAY, note => registers.fall(note, id, GATEWAY, now))
      } catch (error) {
        failed(error)
      }
  }
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
