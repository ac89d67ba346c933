import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchAlarmLadder } from '../../gateway/alarms/ladder.ts'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { openReportUp } from '../../gateway/notices/reportup.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import { openAfterReports } from '../../gateway/records/afterreports.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import { reportedUp } from '../../rules/ladder.ts'
import { manualClock } from '../support/clock.ts'
import { li, records } from '../support/records.ts'

const MINUTE = 60_000
const roster = (id: string) => ({ id, people: [{ name: `${id}-1`, phone: '13800000000' }] })
const config = readConfig(
  JSON.stringify({
    channels: [{ id: 'sms', kind: 'sms', events: [], options: { url: 'https://far.example/{phone}' } }],
    rosters: [roster('duty'), roster('head'), roster('manager')],
    ladders: [
      {
        id: 'l',
        severities: ['life', 'high', 'medium'],
        levels: [
          { afterMin: 0, roster: 'duty', channels: ['sms'] },
          { afterMin: 10, roster: 'head', channels: ['sms'] },
          { afterMin: 30, roster: 'manager', channels: ['sms'] },
        ],
      },
    ],
  }),
)
const ladder = config.ladders[0]! as never

it.each([
  ['to the next, step by step', [0], 1, 'medium', []],
  ['over one, of a medium alarm', [0], 2, 'medium', 'step-by-step'],
  ['over one, in an emergency', [0], 2, 'high', [1]],
  ['over all, people in danger', [], 2, 'life', [0, 1]],
  ['over one that was told already', [0, 1], 2, 'medium', []],
  ['to a level that there is not', [0], 3, 'life', 'no-level'],
] as const)('%s', (_, told, level, severity, wanted) => {
  expect(reportedUp(ladder, new Set(told), level, severity)).toEqual(wanted)
})

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

const site = { timezone: 'UTC', calendar: { holidays: new Set<string>(), workdays: new Set<string>() } }
function begin(severity: string) {
  const clock = manualClock(r.time.now)
  const alarm = {
    ...{ id: 'a', severity, acked: false, retired: false, raisedAt: clock.now(), active: true, count: 1 },
    ...{ shelved: null, outOfService: null, suppressedBy: [] },
  }
  const notices = openNotices(r.db)
  const afterReports = openAfterReports(r.db)
  const alarms = { open: () => [alarm], get: (id: string) => (id === 'a' ? alarm : undefined) } as never
  const climb = watchAlarmLadder({
    ...{ clock, trail: r.trail, notices, alarms, site, config: () => config },
    failed(error) {
      throw error
    },
  })
  const up = openReportUp({
    ...{ clock, trail: r.trail, notices, alarms, afterReports, config: () => config, site: () => site },
    climbed: climb.climbed,
  })
  const told = () =>
    r.trail
      .of('notice', 'a')
      .map(e => `${Math.round((e.time - alarm.raisedAt) / MINUTE)} min ${e.data.roster} ${e.actor}`)
  return {
    ...{ up, afterReports, told, stop: climb.stop },
    async pass(minutes: number) {
      for (let i = 0; i < minutes; i++) {
        r.time.now += MINUTE
        await clock.pass(MINUTE)
      }
    },
  }
}
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'nothing refused'
  } catch (error) {
    return error instanceof GatehouseError ? error.code : String(error)
  }
}

it('in an emergency the manager is told at once; those who were skipped at their time; the report is owed until written', async () => {
  const b = begin('high')
  await b.pass(2)
  expect(b.up.levels('a').map(l => [l.level, l.names, l.told, l.skips])).toEqual([
    [1, ['duty-1'], true, []],
    [2, ['head-1'], false, []],
    [3, ['manager-1'], false, [2]],
  ])
  const { owes } = b.up.up('a', 3, 'water reaches the switchgear; cut the zone off', li)
  await b.pass(20)
  expect(b.told().slice(0, 3)).toEqual(['0 min duty gateway', '2 min manager li', '10 min head gateway'])
  const [last] = r.trail.of('notice', 'a').filter(e => e.actor === 'li')
  expect(last?.data).toMatchObject({ level: 3, skipped: [2], by: 'li', reason: expect.stringContaining('switchgear') })
  b.stop()
  expect(b.afterReports.list('open', 10)).toMatchObject([{ id: owes, alarm: 'a', level: 3, skipped: [2], by: 'li' }])
  const write = (words: string) => r.trail.change(li, note => b.afterReports.write(note, owes!, words, li, r.time.now))
  write('burst pipe in B1, zone cut off at 8:04')
  expect(b.afterReports.list('open', 10)).toEqual([])
  expect(b.afterReports.list('all', 10)).toMatchObject([
    { writtenBy: 'li', words: 'burst pipe in B1, zone cut off at 8:04' },
  ])
  expect(codeOf(() => write('again'))).toBe('after-report-written')
  expect(r.trail.of('after-report', owes!).map(e => e.action)).toEqual(['owed', 'written'])
})

it('after a restart the level that was skipped is still told at its time, and the one that was told is not', async () => {
  const b = begin('life')
  b.up.up('a', 3, 'smoke', li)
  b.stop()
  const again = begin('life')
  await again.pass(12)
  expect(again.told()).toEqual(['0 min duty gateway', '0 min manager li', '10 min head gateway'])
  again.stop()
})

it('what is no emergency goes step by step, and owes nothing', () => {
  const b = begin('medium')
  expect(codeOf(() => b.up.up('a', 3, 'x', li))).toBe('report-up-step')
  expect(b.up.up('a', 2, 'x', li)).toEqual({ owes: null })
  expect(b.up.up('a', 3, 'x', li)).toEqual({ owes: null })
  expect(b.afterReports.list('all', 10)).toEqual([])
  expect(codeOf(() => b.up.up('nothing', 1, 'x', li))).toBe('not-found')
  b.stop()
})
