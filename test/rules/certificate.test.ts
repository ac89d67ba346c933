import { expect, it } from 'vitest'
import { type AlarmChange, watchAlarms } from '../../gateway/live/alarms.ts'
import { certificatePoints, watchCertificates } from '../../gateway/live/certificates.ts'
import { certificateNames, certificateRules, daysLeft, stateOfDays } from '../../rules/certificate.ts'
import { manualClock } from '../support/clock.ts'

const SHANGHAI = 'Asia/Shanghai'

it.each([
  ['2026-11-22', '2026-11-22T15:59:59Z', 0],
  // One second later it is the next day in Shanghai, and the paper has run out.
  ['2026-11-22', '2026-11-22T16:00:00Z', -1],
  ['2026-12-22', '2026-11-22T04:00:00Z', 30],
  ['2027-11-22', '2026-11-22T04:00:00Z', 365],
  ['2028-03-01', '2028-02-28T04:00:00Z', 2],
])('%s, seen at %s: %i days', (expires, at, days) => {
  expect(daysLeft(expires, Date.parse(at), SHANGHAI)).toBe(days)
})
it.each([
  [31, 'valid'],
  [30, 'due'],
  [8, 'due'],
  [7, 'soon'],
  [0, 'soon'],
  [-1, 'expired'],
] as const)('%i days left: %s', (days, state) => {
  expect(stateOfDays(days)).toBe(state)
})

it('a diary of a lift whose inspection runs out: one alarm at a time, a month, a week and a day before', async () => {
  const clock = manualClock(Date.parse('2026-11-22T04:00:00Z'))
  const paper = { id: 'inspection', kind: 'inspection' as const, name: certificateNames.inspection, no: null }
  const lift = { id: 'lift-a-1', certificates: [{ ...paper, expires: '2027-01-01' }] }
  const diary: string[] = []
  const days = () => Math.round((clock.now() - Date.parse('2026-11-22T04:00:00Z')) / 8_640_000) / 10
  const alarms = watchAlarms(
    certificateRules,
    certificatePoints([lift]),
    new Map(),
    clock,
    (changes: readonly AlarmChange[]) => {
      for (const { alarm, effects } of changes)
        diary.push(`day ${Math.round(days())}: ${effects.join()} ${alarm.severity} ${alarm.rule} ${alarm.value}`)
    },
    () => {},
  )
  const stop = watchCertificates([lift], SHANGHAI, clock, alarms.samples)
  for (let hour = 0; hour < 42 * 4; hour++) {
    clock.jump(6 * 3_600_000)
    await clock.pass(1000)
  }
  expect(diary).toEqual([
    'day 10: raised low certificate-due 30',
    'day 33: cleared low certificate-due 30',
    'day 33: raised medium certificate-soon 7',
    'day 41: cleared medium certificate-soon 7',
    'day 41: raised high certificate-expired -1',
  ])
  stop()
  alarms.stop()
})
