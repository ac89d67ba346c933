import { silenced } from '../../rules/alarm.ts'
import { onDuty, reportedUp } from '../../rules/ladder.ts'
import { localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { ladderFor, type NotifyConfig } from '../out/notify/config.ts'
import type { AfterReports } from '../records/afterreports.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Notices } from '../records/notices.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

export interface ReportUpDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly notices: Notices
  readonly alarms: Alarms
  readonly afterReports: AfterReports
  readonly config: () => NotifyConfig
  readonly site: () => Pick<Site, 'timezone' | 'calendar'> | null
  /** The ladder of the alarm goes on from there: this level is not told again by the clock. */
  readonly climbed: (alarm: string, level: number) => void
}
export interface UpLevel {
  /** From 1. */
  readonly level: number
  readonly roster: string
  /** Who would be told now. */
  readonly names: readonly string[]
  /** It was told already, by the clock or by a person. */
  readonly told: boolean
  /** Levels that would be skipped; null: that is not allowed for such an alarm. */
  readonly skips: readonly number[] | null
}
export type ReportUp = ReturnType<typeof openReportUp>

/** A person reports an alarm to whoever comes later in its ladder [M27, P-22]; skipping levels leaves a report owed. */
export function openReportUp(deps: ReportUpDeps) {
  const { clock, trail, notices, alarms, afterReports } = deps
  const known = (id: string) => {
    const alarm = alarms.get(id) ?? fail('not-found', { what: id })
    const ladder = ladderFor(deps.config(), alarm.severity) ?? fail('report-up-none')
    if (silenced(alarm) || (!alarm.active && alarm.acked)) return fail('report-up-over')
    const since = alarm.raisedAt ?? 0
    const told = new Set(
      notices
        .of(id, 500)
        .filter(e => e.action === 'escalated' && e.time >= since)
        .map(e => Number(e.data.level) - 1),
    )
    return { alarm, ladder, told }
  }
  return {
    /** Throws `not-found`, `report-up-none`, `report-up-over`. */
    levels(id: string): readonly UpLevel[] {
      const { alarm, ladder, told } = known(id)
      const site = deps.site()
      const at = site && localClock(site.timezone)(clock.now())
      return ladder.levels.map(({ roster }, i) => {
        const people = deps.config().rosters.find(r => r.id === roster)?.people ?? []
        const now = site && at ? onDuty(people, site.calendar, at) : []
        const names = (now.length === 0 && alarm.severity === 'life' ? people : now).map(p => p.name)
        const skips = reportedUp(ladder, told, i, alarm.severity)
        return {
          ...{ level: i + 1, roster, names, told: told.has(i) },
          skips: typeof skips === 'string' ? null : skips.map(n => n + 1),
        }
      })
    },
    /**
     * Tells a level (from 1) now, with what the person says. Throws as `levels` does, and `report-up-step`.
     * @returns the report that is owed; null: nobody was skipped
     */
    up(id: string, level: number, reason: string, by: Actor): { readonly owes: string | null } {
      const { alarm, ladder, told } = known(id)
      const skipped = reportedUp(ladder, told, level - 1, alarm.severity)
      if (skipped === 'no-level') return fail('not-found', { what: String(level) })
      if (skipped === 'step-by-step') return fail('report-up-step')
      const { roster, channels } = ladder.levels[level - 1]!
      const skips = skipped.map(n => n + 1)
      const owes = trail.change(by, note => {
        note('notice', id, 'escalated', {
          ...{ ladder: ladder.id, level, roster, channels, count: alarm.count, severity: alarm.severity },
          ...{ early: true, by: by.name, reason, lateMs: 0 },
          ...(skips.length > 0 && { skipped: skips }),
        })
        return skips.length > 0
          ? afterReports.owe(note, { alarm: id, level, skipped: skips, reason }, by, clock.now())
          : null
      })
      deps.climbed(id, level)
      return { owes }
    },
  }
}
