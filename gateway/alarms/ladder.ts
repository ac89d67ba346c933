import { isTest, silenced } from '../../rules/alarm.ts'
import { type Climb, isTimeOf, type Ladder, onDuty, rises } from '../../rules/ladder.ts'
import type { Severity } from '../../rules/rule.ts'
import { localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { ladderFor, type NotifyConfig } from '../out/notify/config.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Notices } from '../records/notices.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const LOOK_EVERY_MS = 5000
const FRESH_MS = 60_000

export interface AlarmLadder {
  readonly clock: Clock
  readonly trail: Trail
  readonly notices: Notices
  readonly alarms: Pick<Alarms, 'open'>
  readonly site: Pick<Site, 'timezone' | 'calendar'>
  readonly config: () => NotifyConfig
  readonly failed: (error: unknown) => void
}

/**
 * What time alone does to alarms that nobody acknowledges: the next of the ladder are told. It is written on the trail, and
 * the channels read it there like everything else. Looks at once, so that what came due while nobody ran is told, once.
 * An alarm that has gone by itself is still climbing: only a person ends it, or somebody who puts it aside.
 */
export function watchAlarmLadder({ clock, trail, notices, alarms, site, config, failed }: AlarmLadder) {
  const local = localClock(site.timezone)
  let climbing: Map<string, Climb> | null = null
  /** By how much the clock was set since the climbs were written down. */
  let movedMs = 0
  /** Acknowledged since the last look: one of these that has come again meanwhile is a new alarm, at the foot of its ladder. */
  const ended = new Set<string>()
  const look = () => {
    try {
      const now = clock.now()
      climbing ??= new Map([...notices.climbs()].map(([id, climb]) => [id, movedBy(climb, movedMs, now)]))
      const open = alarms.open().filter(a => !a.acked && !a.retired && a.raisedAt !== null && !silenced(a))
      const unseen = new Map(open.map(a => [a.id, a]))
      const put = new Map<string, Climb | null>()
      if (movedMs !== 0) for (const [id, climb] of climbing) put.set(id, climb)
      for (const id of climbing.keys()) if (!unseen.has(id)) put.set(id, null)
      const told: { id: string; data: Record<string, unknown> }[] = []
      const at = local(now)
      for (const alarm of open) {
        const ladder = ladderFor(config(), alarm.severity)
        if (!ladder) continue
        const had = ended.has(alarm.id) ? undefined : climbing.get(alarm.id)
        // One that is back from a shelf, or met by a new ladder, begins at its foot: it must not ring up everybody at once.
        const climb = had ?? {
          startedAt: now - alarm.raisedAt! < FRESH_MS ? Math.min(alarm.raisedAt!, now) : now,
          told: [],
        }
        const due = rises(ladder, climb, circumstances(ladder, alarm.severity, config(), site, at), now).filter(
          // A test is told to whoever is on duty; nobody above them is woken for it.
          ({ level, again }) => !isTest(alarm.id) || (level === 0 && !again),
        )
        if (due.length === 0) {
          if (!had) put.set(alarm.id, climb)
          continue
        }
        const next = [...climb.told]
        for (const { level, lateMs, again, early } of due) {
          next[level] = now
          const { roster, channels } = ladder.levels[level]!
          const { severity, count } = alarm
          const data = { ladder: ladder.id, level: level + 1, roster, channels, count, severity }
          told.push({ id: alarm.id, data: { ...data, ...(again && { again }), ...(early && { early }), lateMs } })
        }
        put.set(alarm.id, { ...climb, told: next })
      }
      if (put.size === 0 && told.length === 0) return void ended.clear()
      trail.change(GATEWAY, note => {
        for (const [id, climb] of put) notices.putClimb(id, climb)
        for (const { id, data } of told) note('notice', id, 'escalated', data)
      })
      movedMs = 0
      for (const [id, climb] of put) if (climb) climbing.set(id, climb)
      for (const [id, climb] of put) if (!climb) climbing.delete(id)
      ended.clear()
    } catch (error) {
      // A full disk: nothing was told, so it is due again at the next look.
      climbing = null
      failed(error)
    }
  }
  look()
  const stops = [
    clock.every(LOOK_EVERY_MS, look),
    clock.onJump(offsetMs => {
      movedMs += offsetMs
      climbing = null
    }),
  ]
  return {
    look,
    acknowledged: (id: string) => void ended.add(id),
    /** A person has told a level (from 1) before its time: the clock does not tell it again. */
    climbed(id: string, level: number) {
      const had = climbing?.get(id)
      if (!had) return
      const told = [...had.told]
      told[level - 1] = clock.now()
      const next = { ...had, told }
      climbing?.set(id, next)
      try {
        trail.change(GATEWAY, () => notices.putClimb(id, next))
      } catch (error) {
        failed(error)
      }
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/**
 * A climb after the clock was set: the next level is as far ahead as before. Nor does a clock that was set back while nobody
 * ran keep a level, or the next call of the last one, for as long.
 */
const movedBy = ({ startedAt, told }: Climb, offsetMs: number, now: number): Climb => ({
  startedAt: Math.min(startedAt + offsetMs, now),
  told: told.map(at => (at === undefined ? at : Math.min(at + offsetMs, now))),
})

/** What a ladder has to know of a moment. */
export const circumstances = (
  ladder: Ladder,
  severity: Severity,
  config: NotifyConfig,
  { calendar }: Pick<Site, 'calendar'>,
  at: Parameters<typeof isTimeOf>[2],
) => ({
  severity,
  quiet: isTimeOf(ladder.quiet, calendar, at),
  staffed(level: number): boolean {
    const people = config.rosters.find(r => r.id === ladder.levels[level]?.roster)?.people ?? []
    // Of life safety everybody of the roster is told when nobody is on duty.
    return severity === 'life' ? people.length > 0 : onDuty(people, calendar, at).length > 0
  },
})
