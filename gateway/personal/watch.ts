import { type PersonalDays, personalBefore, personalKindIds } from '../../rules/personal.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { Personal } from '../records/personal/personal.ts'
import type { Trail } from '../records/trail.ts'

const LOOK_EVERY_MS = 6 * 3_600_000
const DAY_MS = 86_400_000

export interface PersonalWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly personal: Pick<Personal, 'over' | 'forgetBefore'>
  /** Null while no site runs. */
  readonly days: () => PersonalDays | null
  /** The clock can be believed: one set far ahead would forget everybody. */
  readonly safe: () => boolean
  readonly dropPhoto: (file: string) => void
  readonly failed: (error: unknown) => void
}

/** Four times a day: what is known of people goes when its time is over, with its count on the trail. */
export function watchPersonal({ clock, trail, personal, days, safe, dropPhoto, failed }: PersonalWatch) {
  function look(): void {
    const now = clock.now()
    const kept = days()
    if (kept === null || now < EARLIEST || !safe()) return
    for (const kind of personalKindIds)
      try {
        const before = personalBefore(kind, kept, now)
        if (before === null || personal.over(kind, before).length === 0) continue
        const told = Math.round((now - before) / DAY_MS)
        const files = trail.change(GATEWAY, note => personal.forgetBefore(note, kind, before, told))
        for (const file of files) dropPhoto(file)
      } catch (error) {
        failed(error)
      }
  }
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
