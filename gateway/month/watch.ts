import { monthsToArchive } from '../../rules/month.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import { archiveMonth, type MonthFrom } from './month.ts'

const LOOK_EVERY_MS = 10 * 60_000

export interface MonthWatch {
  readonly clock: Clock
  readonly from: () => MonthFrom
  /** Null while no site runs: its clocks say when a month ends. */
  readonly zone: () => string | null
  /** The clock can be believed: one set far ahead would archive months that have not been. */
  readonly safe: () => boolean
  readonly failed: (error: unknown) => void
}

/** Archives each month a day after its end, once, also after the gateway was off meanwhile. */
export function watchMonths({ clock, from, zone, safe, failed }: MonthWatch) {
  let busy: Promise<void> | null = null
  async function archive(): Promise<void> {
    const now = clock.now()
    const site = zone()
    if (site === null || now < EARLIEST || !safe()) return
    const deps = from()
    const since = deps.trail.after(0, 1)[0]?.time ?? null
    for (const month of monthsToArchive(now, site, since, of => deps.months.of(of).length > 0))
      await archiveMonth(deps, site, month, GATEWAY, '', now)
  }
  function look(): Promise<void> {
    busy ??= archive()
      .catch(failed)
      .finally(() => {
        busy = null
      })
    return busy
  }
  return { look, stop: clock.every(LOOK_EVERY_MS, () => void look()) }
}
