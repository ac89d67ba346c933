import { forgetBefore } from '../../rules/registerpersonal.ts'
import { registers as every } from '../../rules/registers/all.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { RegisterPeople } from '../records/registerpeople.ts'
import type { Trail } from '../records/trail.ts'

const LOOK_EVERY_MS = 3_600_000

export interface RegisterForget {
  readonly clock: Clock
  readonly trail: Trail
  readonly people: Pick<RegisterPeople, 'isDue' | 'forgetBefore'>
  /** Null while no site runs. */
  readonly zone: () => string | null
  /** The clock can be believed: one set far ahead would forget everybody. */
  readonly safe: () => boolean
  /** Deletes a picture that nothing names any more. */
  readonly dropPhoto: (file: string) => void
  readonly failed: (error: unknown) => void
}

/** Each hour: what registers say of people goes when its time is over, with its count on the trail. */
export function watchRegisterPeople({ clock, trail, people, zone, safe, dropPhoto, failed }: RegisterForget) {
  function look(): void {
    const now = clock.now()
    const site = zone()
    if (site === null || now < EARLIEST || !safe()) return
    for (const register of every)
      try {
        const before = forgetBefore(register, now, site)
        if (before === null || !people.isDue(register, before)) continue
        const { files } = trail.change(GATEWAY, note => people.forgetBefore(note, register, before))
        for (const file of files) dropPhoto(file)
      } catch (error) {
        failed(error)
      }
  }
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
