import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAttendance } from '../../gateway/access/attendance.ts'
import { attendanceOf, controlRoom } from '../../gateway/access/attendanceschema.ts'
import type { GatehouseError } from '../../gateway/core/errors.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'

const MIN = 60_000
let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
  // 20:00 by the clocks of the site.
  r.time.now = Date.UTC(2026, 10, 21, 12)
})
afterEach(() => r.end())

const calendar = { holidays: new Set<string>(), workdays: new Set<string>() }
/** A gateway started on the records as they are. @param draws what chance says, 0 to 1 */
function begin(draws: number[] = [], said: object | null = {}) {
  const attendance = said && attendanceOf(controlRoom.parse(said))
  const failed: unknown[] = []
  const room = openAttendance({
    clock: { ...manualClock(), now: () => r.time.now },
    ...{ trail: r.trail, site: () => ({ attendance, timezone: 'Asia/Shanghai', calendar }) },
    random: () => draws.shift() ?? 0.5,
    failed: error => failed.push(error),
  })
  const does = (what: 'on-duty' | 'off-duty' | 'present', name: string) => {
    try {
      room.does(what, { name, role: 'operator' })
      return what
    } catch (error) {
      return (error as GatehouseError).code
    }
  }
  /** What was said from one look to the next, by the minute. */
  const until = (hour: number, minute = 0) => {
    const from = r.trail.head()
    const end = Date.UTC(2026, 10, 21, 12) + ((hour - 20) * 60 + minute) * MIN
    for (; r.time.now <= end; r.time.now += MIN) room.look()
    return r.trail
      .after(from, 1000)
      .map(e => `${new Date(e.time + 8 * 60 * MIN).toISOString().slice(11, 16)} ${e.action}`)
  }
  return { room, does, until, failed }
}

it('6.3: two people keep the room; at night they are asked at times of chance, and who is silent is an alarm', () => {
  const { room, does, until, failed } = begin([0, 1, 0.5])
  expect([room.short(), room.unanswered()]).toEqual([true, false])
  expect([does('on-duty', 'wang'), does('on-duty', 'wang'), room.short()]).toEqual([
    'on-duty',
    'attendance-twice',
    true,
  ])
  expect([does('on-duty', 'li'), room.short()]).toEqual(['on-duty', false])
  expect(does('present', 'li')).toBe('attendance-not-asked')
  // Nobody is asked by day; from 22:00 on 30 to 120 minutes apart.
  expect(until(22, 29)).toEqual([])
  expect(until(22, 32)).toEqual(['22:30 roll-call'])
  expect([does('present', 'zhao'), does('present', 'wang')]).toEqual(['attendance-off', 'present'])
  expect(room.state()).toMatchObject({ askedAt: null, shownBy: 'wang' })
  // 120 minutes later; five minutes to answer.
  expect(until(24, 40)).toEqual(['00:33 roll-call', '00:38 no-answer'])
  expect(room.unanswered()).toBe(true)
  // It is asked no more until somebody has answered.
  expect(until(26)).toEqual([])
  expect([does('present', 'li'), room.unanswered()]).toEqual(['present', false])
  expect(until(28)).toEqual(['03:16 roll-call', '03:21 no-answer'])
  does('off-duty', 'wang')
  expect(room.short()).toBe(true)
  expect(failed).toEqual([])
})

it('what holds is what the trail says, also after a restart: who is there, and what nobody has answered', () => {
  const first = begin([0])
  first.does('on-duty', 'wang')
  expect(first.until(22, 40)).toEqual(['22:30 roll-call', '22:35 no-answer'])
  const now = r.time.now
  r = r.again()
  r.time.now = now
  const { room, does } = begin()
  expect([room.state().on.map(p => p.name), room.short(), room.unanswered()]).toEqual([['wang'], true, true])
  expect([does('present', 'wang'), room.unanswered()]).toEqual(['present', false])
})

it('a site that says nothing of a control room has none; one that is left to one person is not short with one', () => {
  const none = begin([], null)
  expect([none.room.short(), none.room.unanswered(), none.does('on-duty', 'wang')]).toEqual([
    false,
    false,
    'attendance-none',
  ])
  expect(none.until(30)).toEqual([])
  const one = begin([], { least: 1, checks: [] })
  one.does('on-duty', 'wang')
  expect([one.room.short(), one.until(28)]).toEqual([false, []])
})
