import { expect, it } from 'vitest'
import { type Calendar, dayTypeOf, localClock, minutesOf, type Schedule, within } from '../../rules/schedule.ts'

// The week around the national holiday of 2026: Thursday 1 October, with Saturday 10 October worked instead.
const calendar: Calendar = { holidays: new Set(['2026-10-01', '2026-10-02']), workdays: new Set(['2026-10-10']) }
const name = { 'zh-CN': 'x', en: 'x' }
const span = (from: string, to: string, days?: NonNullable<Schedule['spans'][number]['days']>) => ({
  ...(days && { days }),
  from: minutesOf(from),
  to: minutesOf(to),
})
const office: Schedule = { id: 'office', name, spans: [span('08:30', '18:00', ['workday'])] }
const night: Schedule = { id: 'night', name, spans: [span('22:00', '06:00', ['fri', 'holiday'])] }
const always: Schedule = { id: 'always', name, spans: [span('00:00', '24:00')] }
const clock = localClock('Asia/Shanghai')

it('occupied or not, by the kind of day and the clock of the site', () => {
  const table: [Schedule, string, boolean][] = [
    [office, '2026-09-30T08:29+08:00', false],
    [office, '2026-09-30T08:30+08:00', true],
    [office, '2026-09-30T17:59+08:00', true],
    [office, '2026-09-30T18:00+08:00', false],
    [office, '2026-10-01T10:00+08:00', false],
    [office, '2026-10-03T10:00+08:00', false],
    [office, '2026-10-05T10:00+08:00', true],
    [office, '2026-10-10T10:00+08:00', true],
    [office, '2026-10-11T10:00+08:00', false],
    // Before midnight in London it is a workday here already.
    [office, '2026-10-05T00:29Z', false],
    [office, '2026-10-05T00:30Z', true],
    [night, '2026-10-09T21:59+08:00', false],
    [night, '2026-10-09T22:00+08:00', true],
    [night, '2026-10-10T05:59+08:00', true],
    [night, '2026-10-10T06:00+08:00', false],
    [night, '2026-10-10T22:30+08:00', false],
    [night, '2026-10-01T23:00+08:00', true],
    [night, '2026-10-03T01:00+08:00', true],
    [night, '2026-10-04T01:00+08:00', false],
    [always, '2026-10-04T00:00+08:00', true],
    [always, '2026-10-04T23:59+08:00', true],
  ]
  for (const [schedule, at, is] of table)
    expect([schedule.id, at, within(schedule, calendar, clock(Date.parse(at)))]).toEqual([schedule.id, at, is])
  expect(table).toHaveLength(21)
})

it('follows the clock of a zone that has summer time', () => {
  const london = localClock('Europe/London')
  expect(london(Date.parse('2026-03-29T00:59Z')).minute).toBe(59)
  expect(london(Date.parse('2026-03-29T01:00Z')).minute).toBe(120)
  expect(dayTypeOf(london(Date.parse('2026-03-29T12:00Z')).day, calendar)).toBe('restday')
})
