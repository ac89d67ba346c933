import { duePreparations, nextScheduled } from '../../rules/billing/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { Billing } from '../records/billing.ts'
import type { Deliveries } from '../records/deliveries.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import type { BillingDesk } from './billing.ts'
import { monthBounds } from './months.ts'

const LOOK_EVERY_MS = 60_000
/** The readings of the last midnight may still be on their way; then it is prepared without them, and says which are missing. */
const WAIT_FOR_FREEZE_MS = 6 * 3_600_000
/** So many of what blocks it are named to whoever is told. */
const NAMED = 5

export interface ScheduleDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly billing: Billing
  readonly deliveries: Deliveries
  readonly desk: BillingDesk
  /** Whether the meters were read at this moment. */
  readonly frozen: (at: number) => boolean
  /** When months ended that were read. */
  readonly ended: () => ReadonlyMap<string, number>
  readonly site: () => Pick<Site, 'timezone' | 'readings' | 'billing'> | null
  /** The clock can be believed: one set far ahead would prepare months that have not been. */
  readonly safe: () => boolean
  readonly failed: (error: unknown) => void
}

/**
 * Prepares batches on their days, each once whatever is killed or restarted, also what was due while the gateway was off; says
 * what blocks them; approves none. [M03, N80, N81]
 */
export function watchSchedule({
  clock,
  trail,
  billing,
  deliveries,
  desk,
  frozen,
  ended,
  site,
  safe,
  failed,
}: ScheduleDeps) {
  const { schedule } = deliveries

  function look(): void {
    const here = site()
    const now = clock.now()
    if (!here || now < EARLIEST || !safe()) return
    const { schedules } = here.billing
    // From the first time on that somebody asks for it; a clock that was ahead then does not put it off.
    const fresh = schedules.filter(({ group }) => {
      const at = schedule.since(group)
      return at === null || at > now
    })
    const gone = schedule.groups().filter(group => !schedules.some(s => s.group === group))
    if (fresh.length + gone.length > 0)
      trail.change(GATEWAY, () => {
        for (const { group } of fresh) schedule.see(group, now)
        for (const group of gone) schedule.forget(group)
      })
    for (const due of duePreparations(schedules, now, here.timezone, schedule.since, schedule.made)) {
      const bounds = monthBounds(due.period, here.timezone, here.readings, ended())
      if (!bounds || bounds.to > now) continue
      if (!frozen(bounds.to) && now - due.at < WAIT_FOR_FREEZE_MS) continue
      trail.change(GATEWAY, note => prepare(note, due.group, due.period, due.at, now))
    }
  }
  function prepare(note: Note, group: string, period: string, at: number, now: number): void {
    // Somebody was quicker, or there is nothing of this kind: that is settled for this month.
    const had = billing.versions(period, group).find(v => v.phase !== 'withdrawn')
    const { lines, unbilled } = desk.ahead(period, group)
    if (had || lines + unbilled.length === 0) {
      schedule.make(group, period, now, had?.name ?? '')
      return
    }
    const made = desk.prepare(note, period, group, GATEWAY)
    schedule.make(group, period, now, made.name)
    billing.say(note, made, 'scheduled', {
      ...{ lines, open: unbilled.length, lateMin: Math.max(0, Math.round((now - at) / 60_000)) },
      blocked: unbilled.slice(0, NAMED).map(u => ({ line: u.id, unit: u.unit, why: u.blocked[0]?.code ?? '' })),
    })
  }
  const safely = () => {
    try {
      look()
    } catch (error) {
      failed(error)
    }
  }
  return {
    look: safely,
    /** When each is prepared next, for people to see. */
    next: () => {
      const here = site()
      return (here?.billing.schedules ?? []).map(s => {
        const next = nextScheduled(s, clock.now(), here!.timezone)
        const had = billing.versions(next.period, next.group).some(v => v.phase !== 'withdrawn')
        return had || schedule.made(next.group, next.period) ? nextScheduled(s, next.at, here!.timezone) : next
      })
    },
    start(): () => void {
      safely()
      return clock.every(LOOK_EVERY_MS, safely)
    },
  }
}
export type BatchCalendar = ReturnType<typeof watchSchedule>
