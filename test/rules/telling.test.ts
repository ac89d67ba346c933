import { describe, expect, it } from 'vitest'
import { type Climb, isTimeOf, type Ladder, rises } from '../../rules/ladder.ts'
import type { Severity } from '../../rules/rule.ts'
import { localClock } from '../../rules/schedule.ts'
import { type Calling, heard, oneOfEach, type Silence, spoken } from '../../rules/sound.ts'

const MIN = 60_000
const level = (afterMin: number, roster: string) => ({ afterMs: afterMin * MIN, roster, channels: ['sms'] })
const ladder: Ladder = {
  id: 'l',
  severities: ['life', 'high'],
  quiet: [],
  levels: [level(0, 'duty'), level(5, 'supervisor'), level(15, 'manager')],
  repeatMs: 10 * MIN,
}

/** Looks each minute; `at minute: levels` of what was told. */
function diary(
  minutes: readonly number[],
  o: { severity?: Severity; quiet?: (min: number) => boolean; staffed?: (level: number) => boolean } = {},
) {
  let climb: Climb = { startedAt: 0, told: [] }
  const lines: string[] = []
  for (const min of minutes) {
    const around = {
      severity: o.severity ?? ('high' as const),
      quiet: o.quiet?.(min) ?? false,
      staffed: o.staffed ?? (() => true),
    }
    for (const r of rises(ladder, climb, around, min * MIN)) {
      const told = [...climb.told]
      told[r.level] = min * MIN
      climb = { ...climb, told }
      const late = r.lateMs > 0 ? ` late ${r.lateMs / MIN}` : ''
      lines.push(`${min}: ${r.level + 1}${r.again ? ' again' : ''}${r.early ? ' early' : ''}${late}`)
    }
  }
  return lines
}
const each = (to: number) => Array.from({ length: to + 1 }, (_, i) => i)

describe('the ladder', () => {
  it('goes up, and on and on at the top: only a person ends it', () => {
    expect(diary(each(40))).toEqual(['0: 1', '5: 2', '15: 3', '25: 3 again', '35: 3 again'])
  })
  it('tells each level once after a standstill, with how late it is', () => {
    expect(diary([0, 60, 61])).toEqual(['0: 1', '60: 2 late 55', '60: 3 late 45'])
  })
  it('hands on at once where nobody is on duty', () => {
    expect(diary(each(20), { staffed: n => n !== 0 })).toEqual(['0: 1', '0: 2 early', '15: 3'])
    expect(diary([0], { staffed: () => false })).toEqual(['0: 1', '0: 2 early', '0: 3 early'])
  })
  it('is quiet in quiet hours and makes up for it afterwards; of life safety there are none', () => {
    const quiet = (min: number) => min < 8
    expect(diary(each(16), { quiet })).toEqual(['8: 1 late 8', '8: 2 late 3', '15: 3'])
    expect(diary(each(16), { quiet, severity: 'life' })).toEqual(['0: 1', '5: 2', '15: 3'])
  })
})

describe('shifts by the calendar of the site', () => {
  const calendar = { holidays: new Set(['2026-10-01', '2026-10-02']), workdays: new Set(['2026-10-10']) }
  const local = localClock('Asia/Shanghai')
  const office = [{ days: ['workday' as const], from: '08:00', to: '18:00' }]
  const night = [{ days: ['holiday' as const], from: '20:00', to: '08:00' }]
  it.each([
    ['2026-09-30T09:00', true, false],
    ['2026-10-01T09:00', false, false],
    // Over midnight it belongs to the day on which it began: 1 October is a holiday, 30 September is not.
    ['2026-10-01T03:00', false, false],
    ['2026-10-02T03:00', false, true],
    ['2026-10-03T03:00', false, true],
    // A Saturday that is worked.
    ['2026-10-10T09:00', true, false],
    ['2026-10-11T09:00', false, false],
  ])('%s: office %s, holiday night %s', (time, day, dark) => {
    const at = local(Date.parse(`${time}+08:00`))
    expect([isTimeOf(office, calendar, at), isTimeOf(night, calendar, at)]).toEqual([day, dark])
  })
})

describe('the sound', () => {
  const alarm = (id: string, severity: Severity, raisedAt: number, acked = false): Calling & { id: string } => ({
    id,
    severity,
    raisedAt,
    acked,
    active: true,
  })
  const silence: Silence = { by: 'wang', at: 100, until: 200, severity: 'high' }
  const ids = (alarms: readonly (Calling & { id: string })[], s: Silence | null, now: number) =>
    heard(alarms, s, now)
      .alarms.map(a => a.id)
      .join()
  it.each([
    ['without silence, the most pressing first', [alarm('m', 'medium', 1), alarm('h', 'high', 2)], null, 150, 'h,m'],
    [
      'what is acknowledged or only noted is not heard',
      [alarm('a', 'life', 1, true), alarm('j', 'journal', 1)],
      null,
      150,
      '',
    ],
    ['silenced', [alarm('h', 'high', 50)], silence, 150, ''],
    ['its time is over: nobody has acknowledged', [alarm('h', 'high', 50)], silence, 200, 'h'],
    [
      'a new one less pressing does not break it',
      [alarm('h', 'high', 50), alarm('m', 'medium', 120)],
      silence,
      150,
      '',
    ],
    [
      'made in the future: the clock was set back',
      [alarm('h', 'high', 50)],
      { ...silence, at: 9e6, until: 9.1e6 },
      150,
      'h',
    ],
    ['a new one as pressing does', [alarm('h', 'high', 50), alarm('n', 'high', 120)], silence, 150, 'n,h'],
    ['a new one more pressing does', [alarm('h', 'high', 50), alarm('l', 'life', 120)], silence, 150, 'l,h'],
  ] as const)('%s', (_, alarms, s, now, is) => {
    expect(ids(alarms, s, now)).toBe(is)
  })
  it('speaks in turn, but of nothing else while somebody is in danger', () => {
    const calm = [alarm('h', 'high', 1), alarm('m', 'medium', 1)]
    expect([0, 1, 2].map(n => spoken(calm, n)?.id)).toEqual(['h', 'm', 'h'])
    expect([0, 1].map(n => spoken([alarm('l', 'life', 1), ...calm], n)?.id)).toEqual(['l', 'l'])
  })
  it('in a flood one sound per group: what joins one breaks no silence and is not read out; people in danger always do', () => {
    const of = (id: string, severity: Severity, raisedAt: number, area: string, rule = 'leak') => ({
      ...alarm(id, severity, raisedAt),
      area,
      rule,
    })
    const stands = [of('m1', 'medium', 50, 'b1'), of('m2', 'medium', 60, 'b1'), of('n1', 'medium', 70, 'b2')]
    const quiet: Silence = { ...silence, severity: 'medium' }
    const diary: [string, typeof stands, Silence | null, string][] = [
      ['one of each place', stands, null, 'm1,n1'],
      ['one more of a known place', [...stands, of('m3', 'medium', 120, 'b1')], quiet, ''],
      ['a new place', [...stands, of('o1', 'medium', 120, 'b3')], quiet, 'm1,n1,o1'],
      ['another fault at a known place', [...stands, of('p1', 'medium', 120, 'b1', 'trip')], quiet, 'm1,n1,p1'],
      ['danger at a known place', [...stands, of('l1', 'life', 120, 'b1')], quiet, 'l1,m1,n1'],
      ['the second in danger', [...stands, of('l1', 'life', 1, 'b1'), of('l2', 'life', 2, 'b1')], null, 'l1,l2,m1,n1'],
    ]
    for (const [what, alarms, s, is] of diary)
      expect([what, ids(oneOfEach(alarms), s, 150).split(',').sort().join()]).toEqual([what, is])
    expect(diary).toHaveLength(6)
  })
})
