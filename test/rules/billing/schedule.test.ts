import { describe, expect, it } from 'vitest'
import { type BatchSchedule, duePreparations, nextScheduled, scheduledAt } from '../../../rules/billing/schedule.ts'

const ZONE = 'Asia/Shanghai'
const at = (wall: string) => Date.parse(`${wall}:00+08:00`)
const wall = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16)
/** Construction sites on the 15th; notices on the 25th, at the end of a quarter before the 5th. */
const works: BatchSchedule = { group: 'works', day: 15, quarterEndDay: null, time: '08:00' }
const notices: BatchSchedule = { group: 'all', day: 25, quarterEndDay: 4, time: '00:00' }

describe('the calendar of batches', () => {
  it.each([
    [works, '2026-11', '2026-11-15T08:00'],
    [notices, '2026-11', '2026-11-25T00:00'],
    [notices, '2026-12', '2026-12-04T00:00'],
    [notices, '2027-03', '2027-03-04T00:00'],
    [notices, '2027-01', '2027-01-25T00:00'],
    [{ ...works, day: 31 }, '2027-02', '2027-02-28T08:00'],
    [{ ...works, day: 31 }, '2028-02', '2028-02-29T08:00'],
    [{ ...works, day: 31 }, '2026-11', '2026-11-30T08:00'],
    [{ ...works, day: 31, time: '23:59' }, '2026-12', '2026-12-31T23:59'],
  ] as const)('%o in %s is at %s', (schedule, month, expected) => {
    expect(wall(scheduledAt(schedule, month, ZONE))).toBe(expected)
  })

  it('as a diary of half a year: each once, whatever starts and clocks do', () => {
    const made: string[] = []
    let since = at('2026-11-10T12:00')
    const look = (now: string) => {
      const due = duePreparations(
        [works, notices],
        at(now),
        ZONE,
        () => since,
        (group, period) => made.some(m => m.startsWith(`${group} ${period}`)),
      )
      const words = due.map(d => `${d.group} ${d.period} for ${wall(d.at)}`)
      made.push(...words)
      return words
    }
    expect(look('2026-11-10T12:00')).toEqual([])
    expect(look('2026-11-15T07:59')).toEqual([])
    expect(look('2026-11-15T08:00')).toEqual(['works 2026-10 for 2026-11-15T08:00'])
    // A second start in the same minute, and a clock that goes back over it and forward again.
    expect(look('2026-11-15T08:00')).toEqual([])
    expect(look('2026-11-14T23:00')).toEqual([])
    expect(look('2026-11-15T09:00')).toEqual([])
    // Off from the 20th until January: all of it is made up for, oldest first, once.
    expect(look('2027-01-20T10:00')).toEqual([
      'all 2026-10 for 2026-11-25T00:00',
      'all 2026-11 for 2026-12-04T00:00',
      'works 2026-11 for 2026-12-15T08:00',
      'works 2026-12 for 2027-01-15T08:00',
    ])
    expect(look('2027-01-20T10:00')).toEqual([])
    // The last second before the site's midnight, and midnight.
    expect(look('2027-01-24T23:59')).toEqual([])
    expect(look('2027-01-25T00:00')).toEqual(['all 2026-12 for 2027-01-25T00:00'])
    // Off for a year: no more than three months back.
    expect(look('2028-03-01T00:00')).toEqual([
      'all 2027-11 for 2027-12-04T00:00',
      'works 2027-11 for 2027-12-15T08:00',
      'works 2027-12 for 2028-01-15T08:00',
      'all 2027-12 for 2028-01-25T00:00',
      'works 2028-01 for 2028-02-15T08:00',
      'all 2028-01 for 2028-02-25T00:00',
    ])
    // Asked for since now: what was before is nobody's wish.
    since = at('2028-04-20T00:00')
    expect(look('2028-04-20T00:00')).toEqual([])
    expect(made.length).toBe(new Set(made.map(m => m.split(' for ')[0])).size)
  })

  it('a schedule that nobody has looked at yet asks for nothing', () => {
    expect(
      duePreparations(
        [works],
        at('2026-11-20T00:00'),
        ZONE,
        () => null,
        () => false,
      ),
    ).toEqual([])
  })

  it('says when the next one is', () => {
    expect(nextScheduled(works, at('2026-11-15T07:59'), ZONE)).toEqual({
      ...{ group: 'works', period: '2026-10', at: at('2026-11-15T08:00') },
    })
    expect(nextScheduled(works, at('2026-11-15T08:00'), ZONE)).toEqual({
      ...{ group: 'works', period: '2026-11', at: at('2026-12-15T08:00') },
    })
    expect(wall(nextScheduled(notices, at('2026-11-30T00:00'), ZONE).at)).toBe('2026-12-04T00:00')
  })
})
