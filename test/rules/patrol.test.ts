import { expect, it } from 'vitest'
import { type DeviceState, dock, newDevice } from '../../rules/patrol/dock.ts'
import { gapByHour, onTimeShare, shortestWalks, together, uncoveredMs } from '../../rules/patrol/figures.ts'
import { itemFails } from '../../rules/patrol/flame.ts'
import { type Candidate, judgeVisit, type NewVisit } from '../../rules/patrol/judge.ts'
import { dayFrom, daysToMake, dayText, type PlannedRound, roundsOfDay } from '../../rules/patrol/plan.ts'
import { missingOf, type PointDone, roundState } from '../../rules/patrol/round.ts'
import { type PatrolRoute, trustOf, verdicts } from '../../rules/patrol/words.ts'

const ZONE = 'Asia/Shanghai'
const MIN = 60_000
/** `21 22:05`: a time of the site in November 2026. */
const t = (text: string): number => {
  const [day, h, m, s = 0] = text.split(/[ :]/).map(Number) as [number, number, number, number?]
  return Date.UTC(2026, 10, day, h - 8, m, s)
}
const show = (at: number): string => new Date(at + 8 * 60 * MIN).toISOString().slice(8, 16).replace('T', ' ')

const point = (id: string) => ({ id, kind: 'nfc' as const, items: [], minTravelSec: 60 })
const route = (rounds: PatrolRoute['rounds'], more: Partial<PatrolRoute> = {}): PatrolRoute => ({
  ...{ id: 'floors', by: ['guard'], ordered: true, rounds },
  checkpoints: [point('l3'), point('l2'), point('l1')],
  ...more,
})
const night = { from: '22:00', to: '06:00' } as const

it('each kind of plan makes its rounds of a shift day, also after midnight and over it', () => {
  const made = (plan: PatrolRoute['rounds'][number], day = '2026-11-21') =>
    roundsOfDay(route([plan]), dayFrom(day), ZONE, 'seed').map(r => `${r.day} ${show(r.from)}-${show(r.to)}`)
  expect(made({ kind: 'window', from: '23:50', to: '00:20' })).toEqual(['2026-11-21 21 23:50-22 00:20'])
  const gap = made({ kind: 'max-gap', ...night, maxGapMin: 40 })
  expect([gap.length, gap[0], gap.at(-1)]).toEqual([12, '2026-11-21 21 22:00-21 22:40', '2026-11-21 22 05:20-22 06:00'])
  // What is left at the end is shorter than the gap: whoever keeps it need not be there.
  expect(made({ kind: 'max-gap', from: '10:00', to: '15:00', maxGapMin: 120 }).length).toBe(2)
  const day = made({ kind: 'count', from: '07:00', to: '22:00', least: 1, perMin: 60 })
  expect([day.length, day[14]]).toEqual([15, '2026-11-21 21 21:00-21 22:00'])
  expect(made({ kind: 'count', ...night, least: 2 })).toEqual(Array(2).fill('2026-11-21 21 22:00-22 06:00'))
  expect(made({ kind: 'window', days: ['mon'], from: '08:00', to: '09:00' })).toEqual([])
  expect(made({ kind: 'window', days: ['sat'], from: '08:00', to: '24:00' })).toEqual(['2026-11-21 21 08:00-22 00:00'])
})

it('rounds of chance lie within their hours, apart, each day anew, and the same for whoever knows the seed', () => {
  const plan = { kind: 'random', ...night, times: 2, apartMin: 90 } as const
  const starts = (day: string, seed = 'a') => roundsOfDay(route([plan]), dayFrom(day), ZONE, seed).map(r => r.from)
  let seen = 0
  for (let d = 1; d <= 30; d++) {
    const [a, b] = starts(dayText({ year: 2026, month: 11, day: d })) as [number, number]
    expect(a).toBeGreaterThanOrEqual(t(`${d} 22:00`))
    expect(b - a).toBeGreaterThanOrEqual(90 * MIN)
    expect(b + 30 * MIN).toBeLessThanOrEqual(t(`${d} 22:00`) + 480 * MIN)
    seen++
  }
  expect(seen).toBe(30)
  expect(starts('2026-11-21')).toEqual(starts('2026-11-21'))
  expect(starts('2026-11-21')).not.toEqual(starts('2026-11-21', 'b'))
  const clock = (day: string) => starts(day).map(at => show(at).slice(3))
  expect(clock('2026-11-22')).not.toEqual(clock('2026-11-21'))
})

it('rounds are made a day ahead; days in which no gateway ran are made up for, but not months', () => {
  const days = (last: string | null, at: string) => daysToMake(last, t(at), ZONE).map(d => dayText(d).slice(8))
  expect(days(null, '21 12:00')).toEqual(['20', '21', '22'])
  expect(days('2026-11-22', '21 23:59')).toEqual([])
  expect(days('2026-11-22', '22 00:01')).toEqual(['23'])
  expect(days('2026-11-20', '22 12:00')).toEqual(['21', '22', '23'])
  expect(days('2026-01-01', '21 12:00')).toEqual(['18', '19', '20', '21', '22'])
})

/** A gateway of a few lines: takes visits in the order in which they come, as `at device person checkpoint`. */
function walk(given: PatrolRoute, day = '2026-11-21') {
  const rounds = roundsOfDay(given, dayFrom(day), ZONE, 'seed')
  const visits: (NewVisit & { route: string })[] = []
  const done: (PointDone & { round: string })[] = []
  const go = (
    when: string,
    checkpoint: string,
    { device = 'p1', person = 'wang', ...more }: Partial<NewVisit> & { known?: boolean; people?: string[] } = {},
  ) => {
    const visit: NewVisit = { at: t(when), checkpoint, device, person, role: 'guard', method: 'nfc', ...more }
    const near = rounds.filter(r => r.from - 60 * MIN <= visit.at && visit.at <= r.to + 60 * MIN)
    const candidates = near.map((r): Candidate => {
      const filled = done.some(d => d.round === r.id && d.checkpoint === checkpoint && !d.verdicts.includes('missed'))
      return { ...r, filled }
    })
    const { known = true, people = null } = more as { known?: boolean; people?: string[] }
    const before = visits.filter(v => v.at <= visit.at).toSorted((a, b) => a.at - b.at)
    const judged = judgeVisit(given, id => given.rounds[planOf(id).plan]!, visit, {
      ...{ rounds: candidates, visits: before, deviceKnown: known, people },
    })
    if (judged.fills) {
      const had = done.findIndex(d => d.round === judged.round && d.checkpoint === checkpoint)
      if (had >= 0) done.splice(had, 1)
      done.push({ round: judged.round!, checkpoint, verdicts: judged.verdicts })
    }
    if (!judged.verdicts.some(v => ['duplicate', 'wrong_person', 'wrong_device'].includes(v)))
      visits.push({ ...visit, route: given.id })
    return judged.verdicts.join(' ') || 'beside'
  }
  const planOf = (id: string) => rounds.find(r => r.id === id)!
  const points = given.checkpoints.map(c => c.id)
  const stateOf = (n: number, when: string) => {
    const round = rounds[n] as PlannedRound
    const known = done.filter(d => d.round === round.id)
    const over = t(when) > round.to + round.graceMs
    const all = over
      ? [...known, ...missingOf(points, known).map(checkpoint => ({ checkpoint, verdicts: ['missed' as const] }))]
      : known
    return [
      roundState(round, points, all, t(when)),
      all.filter(d => d.verdicts.includes('missed')).map(d => d.checkpoint),
    ]
  }
  return { go, stateOf, rounds }
}

it('a window over midnight: on time on both sides, late in the grace, early and out of its time', () => {
  const { go, stateOf } = walk(route([{ kind: 'window', from: '23:50', to: '00:20', graceMin: 10 }]))
  expect([stateOf(0, '21 20:00')[0], stateOf(0, '21 23:45')[0]]).toEqual(['planned', 'open'])
  expect(go('21 23:40', 'l3')).toBe('early')
  expect(stateOf(0, '21 23:45')[0]).toBe('in_progress')
  expect(go('22 00:05', 'l2')).toBe('on_time')
  expect(go('22 00:25', 'l1')).toBe('late')
  expect(stateOf(0, '22 00:26')).toEqual(['complete_with_exceptions', []])
  expect(go('22 03:00', 'l1')).toBe('beside')

  const second = walk(route([{ kind: 'window', from: '23:50', to: '00:20', graceMin: 10 }]))
  expect(['21 23:51', '21 23:58', '22 00:19'].map((when, i) => second.go(when, `l${3 - i}`))).toEqual(
    Array(3).fill('on_time'),
  )
  expect(second.stateOf(0, '22 00:20')).toEqual(['complete', []])
})

it('a site that never patrols has its rounds missing, each at the end of its grace', () => {
  const { stateOf, rounds } = walk(route([{ kind: 'max-gap', ...night, maxGapMin: 40 }]))
  const seen = rounds.map((_, n) => stateOf(n, '22 08:00'))
  expect(seen).toEqual(Array(12).fill(['not_started', ['l3', 'l2', 'l1']]))
  expect(stateOf(0, '21 22:45')[0]).toBe('open')
  expect(stateOf(0, '21 22:46')[0]).toBe('not_started')
})

it('every 30 to 40 minutes per floor: too soon, in time, too late, and one floor missed', () => {
  const { go, stateOf } = walk(route([{ kind: 'max-gap', ...night, maxGapMin: 40, minGapMin: 30 }]))
  const diary = [
    ...[go('21 22:30', 'l3'), go('21 22:33', 'l2'), go('21 22:36', 'l1')],
    // The next walk begins in the hours of the first round, which is no fault.
    ...[go('21 23:05', 'l3'), go('21 23:08', 'l1')],
    ...[go('21 23:30', 'l3'), go('22 00:00', 'l1')],
  ]
  expect(diary).toEqual(['on_time', 'on_time', 'on_time', 'on_time', 'on_time', 'early', 'late'])
  expect(stateOf(1, '22 00:00')).toEqual(['incomplete', ['l2']])
})

it('out of order, too fast, twice, by somebody else, by a foreign device, with a broken tag', () => {
  const given = route([{ kind: 'window', from: '22:00', to: '23:00' }], { devices: ['p1', 's1'] })
  const { go, stateOf } = walk(given)
  expect(go('21 22:00', 'l3', { role: 'desk' })).toBe('on_time wrong_person')
  expect(go('21 22:01', 'l3', { device: 'p9' })).toBe('on_time wrong_device')
  expect(go('21 22:02', 'l3', { device: 's1', person: 'li', people: ['wang'] } as object)).toBe('on_time wrong_person')
  expect(go('21 22:03', 'l3', { known: false } as object)).toBe('on_time wrong_device')
  expect(stateOf(0, '21 22:04')[0]).toBe('open')
  expect(go('21 22:05', 'l3')).toBe('on_time')
  expect(go('21 22:06', 'l3')).toBe('duplicate')
  expect(go('21 22:10', 'l1')).toBe('on_time')
  expect(go('21 22:10:20', 'l2')).toBe('on_time too_fast out_of_order')
  expect(stateOf(0, '21 22:11')).toEqual(['complete_with_exceptions', []])

  const broken = walk(given)
  expect([broken.go('21 22:05', 'l3'), broken.go('21 22:08', 'l2', { method: 'broken' })]).toEqual([
    'on_time',
    'excused',
  ])
  expect(broken.go('21 22:12', 'l1')).toBe('on_time')
  expect(broken.stateOf(0, '21 22:13')[0]).toBe('complete_with_exceptions')
})

it('tags in the guard’s booth: all of them within seconds; and a copy of one at another device', () => {
  const { go } = walk(route([{ kind: 'window', from: '22:00', to: '23:00' }]))
  const booth = [go('21 22:00', 'l3'), go('21 22:00:10', 'l2'), go('21 22:00:20', 'l1')]
  expect(booth).toEqual(['on_time', 'on_time too_fast', 'on_time too_fast'])
  // Whoever lends his phone is seen by the device, whoever takes two by his name.
  expect(go('21 22:00:30', 'l3', { device: 'p2', person: 'wang' })).toContain('too_fast')
  expect(go('21 22:30', 'l2', { device: 'p3', person: 'li' })).toBe('on_time')
  expect(go('21 22:30:05', 'l2', { device: 'p4', person: 'zhao' })).toContain('too_fast')
})

it('a whole round told hours later is on time: its own clock counts, corrected at the dock', () => {
  const { go } = walk(route([{ kind: 'window', from: '22:00', to: '23:00' }]))
  // The stick is ten minutes ahead, and nothing came over before the morning.
  const ahead = 10 * MIN
  const before: DeviceState = { ...newDevice, dock: { deviceAt: t('21 20:00') + ahead, offsetMs: -ahead } }
  const told = ['21 22:50', '21 22:53', '21 22:56'].map((when, i) => ({ n: i + 1, deviceAt: t(when) + ahead }))
  const { records, device } = dock(before, t('22 12:00') + ahead, told, t('22 12:00'))
  expect(records.map(r => [show(r.at), r.flags])).toEqual([
    ['21 22:50', ['late_upload']],
    ['21 22:53', ['late_upload']],
    ['21 22:56', ['late_upload']],
  ])
  expect(records.map((r, i) => go(`21 ${show(r.at).slice(3)}`, `l${3 - i}`))).toEqual(Array(3).fill('on_time'))
  expect(device).toEqual({ upTo: 3, dock: { deviceAt: t('22 12:00') + ahead, offsetMs: -ahead }, gaps: [] })
})

it('a clock that drifts is corrected in between; one that was set back is seen, and its records keep their order', () => {
  const drifted = dock(
    { ...newDevice, dock: { deviceAt: t('21 20:00'), offsetMs: 0 } },
    t('22 06:00') - 2 * MIN,
    [{ n: 1, deviceAt: t('22 00:59') }],
    t('22 06:00'),
  )
  expect(show(drifted.records[0]!.at)).toBe('22 01:00')
  // At 23:30 it is set back by two hours.
  const had: DeviceState = { ...newDevice, upTo: 5, dock: { deviceAt: t('21 20:00'), offsetMs: 0 } }
  const told = ['21 22:10', '21 23:20', '21 21:40', '21 22:10'].map((when, i) => ({ n: 6 + i, deviceAt: t(when) }))
  const set = dock(had, t('22 00:30') - 120 * MIN, told, t('22 00:30'))
  expect(set.records.map(r => [show(r.at), r.flags.join(' ')])).toEqual([
    ['21 22:10', ''],
    ['21 23:20', ''],
    ['21 23:40', 'clock_back'],
    ['22 00:10', ''],
  ])
  // Set forward: no record shows when.
  const forward = dock(had, t('22 03:00'), [{ n: 6, deviceAt: t('22 02:00') }], t('22 01:00'))
  expect(forward.records.map(r => [show(r.at), r.flags])).toEqual([['22 00:00', ['clock_unsure']]])
})

it('numbers that are missing are suspected to be deleted, until they come after all', () => {
  const at = t('21 22:00')
  const send = (had: DeviceState, ...numbers: number[]) =>
    dock(
      had,
      at,
      numbers.map(n => ({ n, deviceAt: at - MIN })),
      at,
    )
  const first = send(newDevice, 1, 2, 5)
  expect([first.newGaps, first.records.map(r => r.flags)]).toEqual([[[3, 4]], [[], [], ['gap_before']]])
  const second = send(first.device, 9)
  expect([second.newGaps, second.device.gaps]).toEqual([
    [[6, 8]],
    [
      [3, 4],
      [6, 8],
    ],
  ])
  const third = send(second.device, 3, 7)
  expect(third.device.gaps).toEqual([
    [4, 4],
    [6, 6],
    [8, 8],
  ])
  // The same batch again changes nothing.
  expect(send(third.device, 3, 7)).toMatchObject({ newGaps: [], device: third.device })
})

it('a printed code never looks like a tag, and what was typed proves nothing', () => {
  const grades = [
    ...[trustOf('reader', 'door'), trustOf('nfc', 'nfc'), trustOf('nfc', 'stick'), trustOf('value', 'value')],
    ...[trustOf('qr', 'qr'), trustOf('nfc', 'typed'), trustOf('nfc', 'qr'), trustOf('value', 'value', false)],
  ]
  expect(grades).toEqual(['strong', 'good', 'good', 'fair', 'low', 'typed', 'typed', 'typed'])
  expect(verdicts.length).toBe(11)
})

it('an open flame needs a permit: the register says it, the paper only where nobody else can', () => {
  const flame = (permit: 'shown' | 'none') => ({ id: 'flame', ok: false, note: '', permit })
  const table = [true, false, null].flatMap(known =>
    (['shown', 'none'] as const).map(permit => itemFails(true, flame(permit), known)),
  )
  expect(table).toEqual([false, false, true, true, false, true])
  expect(itemFails(true, { id: 'flame', ok: true, note: '' }, false)).toBe(false)
  expect(itemFails(false, { id: 'doors', ok: false, note: '' }, true)).toBe(true)
})

it('the report: share in time, hours uncovered, gaps by the hour, who is quicker than he can walk, who goes together', () => {
  const of = (...said: PointDone['verdicts'][number][]) => ({ route: 'r', checkpoint: 'c', verdicts: said })
  expect(onTimeShare([of('on_time'), of('on_time', 'too_fast'), of('missed'), of('excused')])).toBeCloseTo(2 / 3)
  expect(onTimeShare([])).toBeNull()
  const hours = { from: t('21 22:00'), to: t('22 00:00'), maxGapMs: 40 * MIN }
  // 30, 60 and 30 minutes: of the second 20 too many.
  expect(uncoveredMs([t('21 22:30'), t('21 23:30')], hours, t('22 08:00'))).toBe(20 * MIN)
  expect(uncoveredMs([], hours, t('21 23:00'))).toBe(20 * MIN)
  const hourOf = (at: number) => Number(show(at).slice(3, 5))
  const row = gapByHour([t('21 22:30'), t('21 23:30')], [hours], hourOf, t('22 08:00'), hours)
  expect([row[21], row[22], row[23], row[0]]).toEqual([null, 60 * MIN, 60 * MIN, null])
  // A night over two days: each has its own part of the two hours in which nobody came, which are as long in both.
  const night = { from: t('21 22:00'), to: t('22 06:00'), maxGapMs: 40 * MIN }
  const evening = { from: t('21 00:00'), to: t('22 00:00') }
  const morning = { from: t('22 00:00'), to: t('23 00:00') }
  const visits = [t('21 22:10'), t('22 00:10'), t('22 00:40')]
  const days = [evening, morning].map(day => {
    const gaps = gapByHour(visits, [night], hourOf, t('22 01:00'), day)
    return [
      uncoveredMs(visits, night, t('22 01:00'), day) / MIN,
      ...gaps.flatMap((g, h) => (g ? [`${h}: ${g / MIN}`] : [])),
    ]
  })
  expect(days).toEqual([
    [70, '22: 120', '23: 120'],
    [10, '0: 120'],
  ])
  const scan = (at: string, checkpoint: string, person: string, device: string) => ({
    ...{ at: t(at), checkpoint, person, device, route: 'r', trust: 'good' as const, verdicts: [] },
  })
  const three = ['l3', 'l2', 'l1'].flatMap((c, i) => [
    scan(`21 22:0${i}`, c, 'wang', 'p1'),
    scan(`21 22:0${i}:20`, c, 'li', 'p2'),
  ])
  expect(shortestWalks(three, 1)).toEqual([{ person: 'wang', from: 'l3', to: 'l2', at: t('21 22:01'), ms: MIN }])
  expect(together(three)).toEqual([{ a: 'p1', b: 'p2', times: 3 }])
  expect(together(three.slice(0, 4))).toEqual([])
})
