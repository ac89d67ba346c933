import {
  type Attendance,
  type AttendanceEvent,
  attendanceDue,
  attendanceEvents,
  attended,
  nobody,
} from '../../rules/attendance.ts'
import { isTimeOf } from '../../rules/ladder.ts'
import { localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const LOOK_EVERY_MS = 5000
const KIND = 'attendance'
const ROOM = 'control-room'

export interface AttendanceDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly site: () => Pick<Site, 'attendance' | 'timezone' | 'calendar'> | null
  readonly failed: (error: unknown) => void
  readonly random?: () => number
}
export type AttendanceKept = ReturnType<typeof openAttendance>

/**
 * Who is on duty in the control room. The trail is its only memory: what it says is what holds after a restart, and nobody
 * can say later that he was there.
 */
export function openAttendance({ clock, trail, site, failed, random = Math.random }: AttendanceDeps) {
  const isEvent = (word: string): word is AttendanceEvent => (attendanceEvents as readonly string[]).includes(word)
  let now: Attendance = trail
    .of(KIND, ROOM, 0, -1)
    .reduce((had, e) => (isEvent(e.action) ? attended(had, e.action, e.actor, e.time) : had), nobody)
  let nextAt: number | null = null
  const put = (event: AttendanceEvent, actor: Actor) => {
    const at = clock.now()
    trail.change(actor, note => note(KIND, ROOM, event))
    now = attended(now, event, actor.name, at)
  }
  const rules = () => site()?.attendance ?? null
  let local: { readonly zone: string; readonly of: ReturnType<typeof localClock> } | null = null
  const localAt = (zone: string, at: number) => {
    if (local?.zone !== zone) local = { zone, of: localClock(zone) }
    return local.of(at)
  }
  function look() {
    const at = site()
    if (!at?.attendance) return
    try {
      const asks = isTimeOf(at.attendance.checks, at.calendar, localAt(at.timezone, clock.now()))
      const due = attendanceDue(now, at.attendance, nextAt, asks, random, clock.now())
      nextAt = due.nextAt
      if (due.event) put(due.event, GATEWAY)
    } catch (error) {
      // A full disk: it is asked again at the next look.
      failed(error)
    }
  }
  return {
    look,
    stop: clock.every(LOOK_EVERY_MS, look),
    state: (): Attendance => now,
    /** Null: the site says nothing of a control room. */
    rules,
    /** For the alarms of the gateway. */
    short: () => {
      const least = rules()?.least
      return least !== undefined && now.on.length < least
    },
    unanswered: () => rules() !== null && now.missed,
    /** Throws `attendance-none`, `attendance-twice`, `attendance-off`, `attendance-not-asked`. */
    does(what: 'on-duty' | 'off-duty' | 'present', actor: Actor) {
      if (!rules()) fail('attendance-none')
      const here = now.on.some(p => p.name === actor.name)
      if (what === 'on-duty' && here) fail('attendance-twice')
      if (what !== 'on-duty' && !here) fail('attendance-off')
      if (what === 'present' && now.askedAt === null) fail('attendance-not-asked')
      put(what, actor)
    },
  }
}
