import { describe, expect, it } from 'vitest'
import { drivers } from '../../drivers/index.ts'
import { siteSchema } from '../../gateway/site/schema.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { quietSite } from '../support/sites.ts'

const rule = (more: object) => ({ id: 'r', points: ['pump-1/pressure'], when: { above: 5 }, severity: 'low', ...more })
const check = (rules: readonly object[], more: object = {}) =>
  checkSite(JSON.stringify({ ...quietSite, ...more, rules }, null, 1), drivers, [])
const schedules = [{ id: 'office', spans: [{ days: ['workday'], from: '08:30', to: '18:00' }] }]

/** What is wrong, as `code path`. */
const wrong = (rules: readonly object[], more: object = {}) =>
  check(rules, more).problems.map(p => `${p.code} ${p.path}`)

describe('conditions of rules', () => {
  it('that can be used, are used as they are written', () => {
    const conditions = [
      { mask: 6 },
      { mask: 6, is: 2 },
      { rises: 5, withinS: 60, deadband: 1 },
      { falls: 0.5, withinS: 1 },
      { differs: 2, from: 'pressure' },
      { differs: 2, from: 'pump-1/pressure', deadband: 0 },
      { unchangedS: 3600, tolerance: 0.1 },
      { silentS: 600 },
      { times: 3, withinS: 60, of: { above: 5 } },
      { all: [{ above: 5 }, { point: 'tripped', equals: false }, { during: 'office' }] },
      { any: [{ not: { below: 1 } }, { all: [{ above: 5 }, { point: 'pump-1/tripped', in: [true] }] }] },
    ]
    for (const when of conditions) {
      const { site, problems } = check([rule({ when })], { schedules })
      expect([when, problems]).toEqual([when, []])
      expect(site!.rules[0]!.when).toEqual(when)
    }
    expect(conditions).toHaveLength(11)
  })

  it('that cannot be used are named, with their place and what to do', () => {
    const table: [object, string][] = [
      [{}, 'one-condition rules[0].when'],
      [{ above: 1, rises: 2, withinS: 1 }, 'one-condition rules[0].when'],
      [{ rises: 5 }, 'condition-needs rules[0].when'],
      [{ times: 3, withinS: 60 }, 'condition-needs rules[0].when'],
      [{ above: 5, withinS: 60 }, 'condition-not-with rules[0].when.withinS'],
      [{ silentS: 60, deadband: 1 }, 'condition-not-with rules[0].when.deadband'],
      [{ differs: 2, from: 'nothing' }, 'unknown-point rules[0].when.from'],
      [{ all: [{ above: 1 }, { point: 'x/y', equals: 1 }] }, 'unknown-point rules[0].when.all[1].point'],
      [{ all: [{ above: 1 }, { during: 'night' }] }, 'unknown-schedule rules[0].when.all[1].during'],
      [{ any: [{ all: [{ above: 1, below: 0 }] }] }, 'one-condition rules[0].when.any[0].all[0]'],
      [{ mask: 0 }, 'schema rules[0].when.mask'],
      [{ mask: 2 ** 32 }, 'schema rules[0].when.mask'],
      [{ all: [] }, 'schema rules[0].when.all'],
      [{ not: { not: { not: { above: 1 } } } }, 'unknown-word rules[0].when.not.not.not'],
      [{ above: 1, point: 'tripped' }, 'unknown-word rules[0].when.point'],
    ]
    for (const [when, problem] of table) {
      const found = wrong([rule({ when })], { schedules })
      expect([when, found]).toEqual([when, expect.arrayContaining([problem])])
      for (const { text } of check([rule({ when })]).problems)
        expect(text['zh-CN'] !== text.en && !text.en.includes('{')).toBe(true)
    }
    expect(table).toHaveLength(15)
  })
})

it('causes, groups and latching: what they name must be there', () => {
  expect(
    wrong([rule({ latched: true, group: 'trip-{equipment}', causes: ['pump-1/*'], suppressedBy: ['offline'] })]),
  ).toEqual([])
  expect(wrong([rule({ causes: ['fan-*/*'] })])).toEqual(['rule-without-points rules[0].causes[0]'])
  expect(wrong([rule({ suppressedBy: ['nobody'] })])).toEqual(['unknown-rule rules[0].suppressedBy[0]'])
  expect(wrong([rule({ id: 'channel-away' })])).toEqual(['reserved-rule rules[0].id'])
})

it('schedules and the calendar', () => {
  const { site } = check([], { schedules, calendar: { holidays: ['2026-10-01'], workdays: ['2026-10-10'] } })
  expect(site!.schedules.get('office')!.spans).toEqual([{ days: ['workday'], from: 510, to: 1080 }])
  expect([...site!.calendar.holidays, ...site!.calendar.workdays]).toEqual(['2026-10-01', '2026-10-10'])
  const span = (from: string, to: string) => [{ id: 's', spans: [{ from, to }] }]
  expect(wrong([], { schedules: span('08:00', '08:00') })).toEqual(['span-empty schedules[0].spans[0].from'])
  expect(wrong([], { schedules: span('8:00', '09:00') })).toEqual(['schema schedules[0].spans[0].from'])
  expect(wrong([], { schedules: [...schedules, ...schedules] })).toEqual(['duplicate-id schedules[1].id'])
  expect(wrong([], { calendar: { holidays: ['1.10.2026'] } })).toEqual(['schema calendar.holidays[0]'])
})

it('the published schema knows all of it', () => {
  const text = JSON.stringify(siteSchema(drivers))
  for (const word of ['unchangedS', 'silentS', 'suppressedBy', 'latched', 'schedules', 'calendar'])
    expect(text).toContain(word)
  expect(text.length).toBeLessThan(400_000)
})
