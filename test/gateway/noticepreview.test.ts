import { expect, it } from 'vitest'
import { dutyOf, momentOf, previewOf } from '../../gateway/notices/preview.ts'
import { dutyAt } from '../../gateway/notices/shift.ts'
import { readConfig } from '../../gateway/out/notify/config.ts'
import type { Severity } from '../../rules/rule.ts'

const where = {
  timezone: 'Asia/Shanghai',
  calendar: { holidays: new Set<string>(), workdays: new Set<string>() },
}
const night = [{ from: '22:00', to: '07:00' }]
const config = readConfig(
  JSON.stringify({
    channels: [
      { id: 'group', kind: 'wecom', quiet: night, roster: 'duty', options: { url: 'https://x.example/' } },
      { id: 'sms', kind: 'sms', events: [], options: { url: 'https://x.example/' } },
      { id: 'mail', kind: 'email', events: [], options: { host: 'x.example', from: 'a@x.example' } },
    ],
    rosters: [
      {
        id: 'duty',
        people: [
          { name: 'Zhang', phone: '13800000000', shifts: [{ from: '08:00', to: '20:00' }] },
          { name: 'Wu', email: 'wu@x.example', shifts: [{ days: ['workday'], from: '20:00', to: '08:00' }] },
        ],
      },
      { id: 'manager', people: [{ name: 'Li', phone: '13700000000' }] },
    ],
    ladders: [
      {
        id: 'alarms',
        quiet: [{ from: '02:00', to: '06:00' }],
        levels: [
          { afterMin: 0, roster: 'duty', channels: ['sms', 'mail'] },
          { afterMin: 10, roster: 'manager', channels: ['sms'] },
        ],
      },
    ],
  }),
)
/** A Friday, 21:00 by the site's clock. */
const FRIDAY = Date.UTC(2026, 10, 20, 13)

it('who would be told at 03:00', () => {
  const table: [severity: Severity, time: string, day: string, told: string[]][] = [
    // Friday night is still a workday's shift, and nothing keeps quiet about people in danger.
    ['life', '03:00', '2026-11-21', ['0 group: Wu', '0 sms: nobody has phone, not Wu', '0 mail: Wu', '10 sms: Li']],
    // On Saturday night nobody is on duty: everybody.
    [
      'life',
      '03:00',
      '2026-11-22',
      ['0 group: Zhang, Wu (all)', '0 sms: Zhang, not Wu (all)', '0 mail: Wu, not Zhang (all)', '10 sms: Li'],
    ],
    // What the quiet hours held back comes after them, both levels at once.
    [
      'high',
      '03:00',
      '2026-11-21',
      ['0 group: quiet hours, not ', '180 sms: nobody has phone, not Wu', '180 mail: Wu', '180 sms: Li'],
    ],
    // Nobody on duty hands on at once.
    [
      'high',
      '23:00',
      '2026-11-21',
      ['0 group: quiet hours', '0 sms: nobody on duty', '0 mail: nobody on duty', '0 sms: Li'],
    ],
    ['low', '12:00', '2026-11-20', []],
  ]
  for (const [severity, time, day, told] of table) {
    const at = momentOf(time, day, FRIDAY, where.timezone)
    const lines = previewOf(() => config, severity, at, where).map(
      t =>
        `${t.afterMin} ${t.channel}: ${t.why ?? t.names.join(', ')}${t.without.length > 0 ? `, not ${t.without.join(' ')}` : ''}${t.everybody ? ' (all)' : ''}`,
    )
    expect([severity, time, day, lines]).toEqual([severity, time, day, told.map(t => t.replace(/, not $/, ''))])
  }
  expect(table).toHaveLength(5)
})

it('who is on duty now and tonight', () => {
  const [duty, manager] = dutyOf(() => config, FRIDAY, where)
  const said = duty!.spans.map(s => `${new Date(s.from + 8 * 3_600_000).toISOString().slice(8, 16)} ${s.names.join()}`)
  expect(said).toEqual(['20T21:00 Wu', '21T08:00 Zhang', '21T20:00 '])
  expect(manager!.spans.map(s => s.names)).toEqual([['Li']])
})

it('whoever has taken over by signature is on duty, until the next should have; then the plan', () => {
  const HOUR = 3_600_000
  const show = (until: number, on = ['Zhang']) => {
    const onShift = (roster: string) => (roster === 'duty' ? { on, crew: new Set(['Zhang', 'Wu']), until } : null)
    const at = dutyAt(config, FRIDAY, onShift)
    const [duty] = dutyOf(at, FRIDAY, where, () => until)
    const told = (time: string, day: string) =>
      previewOf(at, 'life', momentOf(time, day, FRIDAY, where.timezone), where)[0]!.names.join()
    return [
      duty!.spans.map(s => `${new Date(s.from + 8 * HOUR).toISOString().slice(8, 16)} ${s.names.join()}`).join(' · '),
      told('21:00', '2026-11-20'),
      told('03:00', '2026-11-21'),
      told('08:30', '2026-11-21'),
    ]
  }
  // Zhang has taken the night over from Wu, whatever the plan says.
  expect(show(FRIDAY + 11 * HOUR)).toEqual(['20T21:00 Zhang · 21T20:00 ', 'Zhang', 'Zhang', 'Zhang'])
  expect(show(FRIDAY + 2 * HOUR)).toEqual([
    '20T21:00 Zhang · 20T23:00 Wu · 21T08:00 Zhang · 21T20:00 ',
    'Zhang',
    'Wu',
    'Zhang',
  ])
  // Nobody has relieved him in time: he is told now, and the plan says who should be next.
  expect(show(FRIDAY - HOUR)[1]).toBe('Zhang')
  // Who is in no roster here is nobody to be told.
  expect(show(FRIDAY + 11 * HOUR, ['Ma'])).toEqual(['20T21:00 Wu · 21T08:00 Zhang · 21T20:00 ', 'Wu', 'Wu', 'Zhang'])
})

it('a time by the site, wherever its clock stands', () => {
  const at = (time: string, day: string | undefined, zone: string) =>
    new Date(momentOf(time, day, FRIDAY, zone)).toISOString()
  expect(at('03:00', undefined, 'Asia/Shanghai')).toBe('2026-11-20T19:00:00.000Z')
  expect(at('22:00', undefined, 'Asia/Shanghai')).toBe('2026-11-20T14:00:00.000Z')
  expect(at('03:00', '2026-12-01', 'Asia/Shanghai')).toBe('2026-11-30T19:00:00.000Z')
  expect(at('03:00', '2026-07-01', 'America/New_York')).toBe('2026-07-01T07:00:00.000Z')
})
