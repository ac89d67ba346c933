import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchAlarmLadder } from '../../gateway/alarms/ladder.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const config = readConfig(
  JSON.stringify({
    channels: [{ id: 'sms', kind: 'sms', events: [], options: { url: 'https://far.example/{phone}' } }],
    rosters: [{ id: 'all', people: [{ name: 'wang', phone: '13800000000' }] }],
    ladders: [
      {
        id: 'l',
        repeatMin: 15,
        levels: [
          { afterMin: 0, roster: 'all', channels: ['sms'] },
          { afterMin: 10, roster: 'all', channels: ['sms'] },
        ],
      },
    ],
  }),
)

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

/** Who is called after how many minutes on the wall of the building, whatever the machine's clock says. */
function begin(id = 'a') {
  const clock = manualClock()
  const raisedAt = clock.now()
  const alarm = { id, severity: 'life', acked: false, retired: false, raisedAt, active: true, count: 1 }
  const deps = {
    clock,
    trail: r.trail,
    notices: openNotices(r.db),
    alarms: { open: () => [{ ...alarm, shelved: null, outOfService: null, suppressedBy: [] }] as never },
    site: { timezone: 'UTC', calendar: { holidays: new Set<string>(), workdays: new Set<string>() } },
    config: () => config,
    failed(error: unknown) {
      throw error
    },
  }
  let ladder = watchAlarmLadder(deps)
  const calls = (): number => r.trail.of('notice', id).length
  const diary: number[] = [0]
  return {
    diary,
    jump: clock.jump,
    async pass(minutes: number, from: number) {
      for (let i = 1; i <= minutes; i++) {
        const before = calls()
        await clock.pass(MINUTE)
        if (calls() > before) diary.push(from + i)
      }
    },
    /** The clock is set while nobody runs. */
    restart(offsetMs: number) {
      ladder.stop()
      clock.jump(offsetMs)
      ladder = watchAlarmLadder(deps)
    },
    stop: () => ladder.stop(),
  }
}

it.each([
  ['back', -8 * HOUR],
  ['forward', 8 * HOUR],
])('a clock that is set %s by hours neither silences the ladder nor wakes everybody at once', async (_, offsetMs) => {
  const b = begin()
  await b.pass(5, 0)
  b.jump(offsetMs)
  await b.pass(25, 5)
  b.jump(offsetMs)
  await b.pass(15, 30)
  expect(b.diary).toEqual([0, 10, 25, 40])
  b.stop()
})

it('a clock that was set back while nobody ran does not silence it for as long', async () => {
  const b = begin()
  await b.pass(12, 0)
  b.restart(-8 * HOUR)
  await b.pass(20, 12)
  expect(b.diary).toEqual([0, 10, 27])
  b.stop()
})

it('a test of an alarm is told to those on duty, once: nobody above them is woken, and nobody again', async () => {
  const b = begin('test.a')
  await b.pass(40, 0)
  expect(r.trail.of('notice', 'test.a').map(e => e.data.level)).toEqual([1])
  b.stop()
})
