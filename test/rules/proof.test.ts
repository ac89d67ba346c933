import { describe, expect, it } from 'vitest'
import type { PointId, Value } from '../../drivers/point.ts'
import { type Alarm, byUrgency, quiet, stateOf, step } from '../../rules/alarm.ts'
import type { Command } from '../../rules/command.ts'
import {
  atRest,
  canState,
  notNow,
  overBy,
  PROOF_MS,
  type Proof,
  pointsOf,
  proofUntil,
  suggested,
  testRule,
} from '../../rules/proof.ts'
import { passed, reportOf } from '../../rules/proofreport.ts'
import type { Condition, Rule } from '../../rules/rule.ts'
import { heard, silenceFor, spoken } from '../../rules/sound.ts'

const point: PointId = 'room-b1/temperature'
const real: Rule = {
  id: 'hot',
  points: ['room-*/temperature'],
  when: { above: 40, deadband: 1 },
  severity: 'high',
  delayOnS: 60,
  delayOffS: 30,
  text: { 'zh-CN': '温度过高', en: 'Too hot' },
  order: { class: 'urgent' },
  runbook: 'heat',
  causes: ['*/online'],
  suppressedBy: ['mains'],
  group: '{equipment}',
  source: '配电室 8',
}
const T0 = Date.parse('2026-11-30T15:58:00Z')
const at = (s: number) => T0 + s * 1000
const begun = (more: Partial<Proof> = {}): Proof => ({
  ...{
    id: 'p',
    no: 'T-20261130-001',
    rule: 'hot',
    alarm: 'hot:room-b1:temperature',
    test: 'test.hot:room-b1:temperature',
  },
  ...{ point, text: real.text, severity: 'high', equipmentName: real.text, space: null, delayOnS: 60, delayOffS: 30 },
  ...{ values: [], siren: null, why: 'monthly', by: 'wang', at: T0, until: proofUntil(real, T0), seq: 0, trueAt: T0 },
  ...{ shown: [], returnedAt: null, returnedBy: null, end: null, endedAt: null, endedBy: null },
  ...more,
})

it('the copy of a rule opens nothing, is the cause of nothing, and says that it is a test', () => {
  const copy = testRule(real, point)
  expect(copy).toEqual({
    ...{ id: 'test.hot', points: [point], when: real.when, severity: 'high', delayOnS: 60, delayOffS: 30 },
    ...{ source: '配电室 8', text: { 'zh-CN': '【测试】温度过高', en: 'TEST: Too hot' } },
  })
  expect(quiet(copy, point).id).toBe('test.hot:room-b1:temperature')
  expect(testRule({ ...real, latched: true }, point).latched).toBe(true)
})

/** One line: the second, what is said to the test, then the state of its alarm and how the proof ends. */
type Line = readonly [s: number, what: Value | 'tick' | 'ack' | 'real' | 'gone', state: string, end: string | null]
const diaries: Record<
  string,
  { readonly proof?: Partial<Proof>; readonly rule?: Partial<Rule>; readonly lines: readonly Line[] }
> = {
  'the whole way: true, raised after its delay, acknowledged, back to normal': {
    lines: [
      [0, 50, 'NORM', null],
      [59, 'tick', 'NORM', null],
      [60, 'tick', 'UNACK', null],
      [80, 'ack', 'ACKED', null],
      [100, 22, 'ACKED', null],
      [129, 'tick', 'ACKED', null],
      [130, 'tick', 'NORM', 'normal'],
    ],
  },
  'back before anybody acknowledged: somebody has still to look': {
    lines: [
      [0, 50, 'NORM', null],
      [60, 'tick', 'UNACK', null],
      [61, 22, 'UNACK', null],
      [91, 'tick', 'RTNUN', null],
      [95, 'ack', 'NORM', 'normal'],
    ],
  },
  'a latched one waits for its reset, until the time is over': {
    rule: { latched: true, delayOnS: 0, delayOffS: 0 },
    lines: [
      [0, 50, 'UNACK', null],
      [1, 'ack', 'ACKED', null],
      [2, 22, 'LATCH_ACK', null],
      [689, 'tick', 'LATCH_ACK', null],
      [690, 'tick', 'LATCH_ACK', 'time-limit'],
    ],
  },
  'the values do not make it true: over at once': { proof: { trueAt: null }, lines: [[0, 39, 'NORM', 'not-true']] },
  'taken back before its delay was over: it never came': {
    proof: { returnedAt: at(10) },
    lines: [[10, 22, 'NORM', 'normal']],
  },
  'nobody looks: the time limit counts from its beginning, beyond its own delays': {
    lines: [
      [0, 50, 'NORM', null],
      [60, 'tick', 'UNACK', null],
      [689, 'tick', 'UNACK', null],
      [690, 'tick', 'UNACK', 'time-limit'],
    ],
  },
  'the real alarm comes: it wins in the same moment': {
    lines: [
      [0, 50, 'NORM', null],
      [60, 'tick', 'UNACK', null],
      [61, 'real', 'UNACK', 'real-alarm'],
    ],
  },
  'the site was changed under it': { lines: [[1, 'gone', 'NORM', 'site-changed']] },
}
describe('the diary of a proof', () => {
  for (const [name, { proof, rule, lines }] of Object.entries(diaries))
    it(name, () => {
      const copy = testRule({ ...real, ...rule }, point)
      let alarm: Alarm = quiet(copy, point)
      const made = begun(proof)
      for (const [s, what, state, end] of lines) {
        const now = at(s)
        if (typeof what === 'number')
          alarm = step(
            copy,
            alarm,
            { kind: 'sample', sample: { point, at: now, seen: now, quality: 'good', value: what } },
            now,
          ).alarm
        else if (what === 'tick') alarm = step(copy, alarm, { kind: 'tick' }, now).alarm
        else if (what === 'ack') alarm = step(copy, alarm, { kind: 'acknowledge', by: 'li' }, now).alarm
        expect([s, stateOf(alarm), overBy(made, what === 'gone' ? undefined : alarm, what === 'real', now)]).toEqual([
          s,
          state,
          end,
        ])
      }
      const rest = atRest(alarm, at(999))
      expect([stateOf(rest), rest.count]).toEqual(['NORM', alarm.count])
    })
  it('lasts ten minutes beyond its delays, also over midnight and the end of a month', () => {
    expect(proofUntil(real, T0) - T0).toBe(PROOF_MS + 90_000)
    expect(overBy({ ...begun(), end: 'stopped' }, quiet(real, point), true, at(9999))).toBe(null)
  })
})

describe('what can be proved', () => {
  it('only an alarm that is normal, and in service', () => {
    const normal = quiet(real, point)
    expect(notNow(normal)).toBe(null)
    expect(notNow({ ...normal, turningSince: T0 })).toBe('proving-not-normal')
    expect(notNow({ ...normal, active: true, acked: false })).toBe('proving-not-normal')
    expect(notNow({ ...normal, shelved: { until: at(60), at: T0, by: 'x', reason: 'x' } })).toBe('proving-not-normal')
  })
  const conditions: readonly [Condition, boolean, readonly PointId[], Value | undefined][] = [
    [{ above: 40 }, true, [point], 44],
    [{ above: 0 }, true, [point], 1],
    [{ below: 5 }, true, [point], 4],
    [{ equals: true }, true, [point], true],
    [{ in: [3, 4] }, true, [point], 3],
    [{ notIn: [1] }, true, [point], undefined],
    [{ mask: 6 }, true, [point], 6],
    [{ mask: 6, is: 2 }, true, [point], 2],
    [{ rises: 10, withinS: 60 }, true, [point], 34],
    [{ falls: 10, withinS: 60 }, true, [point], 10],
    [{ silentS: 60 }, false, [point], undefined],
    [{ unchangedS: 60 }, false, [point], undefined],
    [{ times: 3, withinS: 60, of: { equals: true } }, false, [point], undefined],
    [{ all: [{ above: 40 }, { point: 'fan', equals: true }] }, true, [point, 'room-b1/fan'], undefined],
    [{ all: [{ above: 40 }, { silentS: 3 }] }, false, [point], undefined],
    [{ any: [{ above: 40 }, { silentS: 3 }] }, true, [point], undefined],
    [{ not: { equals: true } }, true, [point], undefined],
    [{ differs: 5, from: 'other' }, true, [point, 'room-b1/other'], undefined],
  ]
  it.each(conditions)('%j', (when, can, points, value) => {
    expect(canState(when)).toBe(can)
    expect(pointsOf(when, point)).toEqual(points)
    expect(suggested(when, 22, undefined)).toEqual(value)
  })
  it('a suggestion stays within what is physically possible', () => {
    expect(suggested({ above: 99 }, 20, [0, 100])).toBe(100)
    expect(suggested({ notIn: [false] }, false, undefined)).toBe(true)
  })
})

const command = (phase: Command['phase'], endedAt: number | null): Command =>
  ({ phase, endedAt, id: 'c', point: 'siren-1/on', why: null }) as unknown as Command
const siren = { point: 'siren-1/on' as PointId, name: real.text, on: 'c', refused: null, off: 'd', tries: 1 }
const way = [
  { at: at(60), action: 'raised', by: 'gateway' },
  { at: at(80), action: 'acknowledged', by: 'li' },
  { at: at(130), action: 'cleared', by: 'gateway' },
]
const none = { events: [], notices: [], on: null, off: null }
const short = (proof: Proof, facts: Parameters<typeof reportOf>[1]) =>
  reportOf(proof, facts).map(s =>
    [s.step, s.result, s.at === null ? null : (s.at - T0) / 1000, s.note ?? s.who.join()].join(' '),
  )

describe('the report', () => {
  it('of a whole way, with the siren and the people who were told', () => {
    const proof = begun({
      siren,
      shown: [{ at: at(61), by: 'li', sound: 'on' }],
      returnedAt: at(100),
      end: 'normal',
      endedAt: at(131),
    })
    const facts = {
      events: way,
      notices: [{ at: at(63), told: true, channel: 'sms', to: ['Zhao'] }],
      on: command('confirmed', at(62)),
      off: command('confirmed', at(132)),
    }
    expect(short(proof, facts)).toEqual([
      'condition proved 0 wang',
      'raised proved 60 ',
      'shown proved 61 li',
      'sound proved 61 li',
      'told proved 63 Zhao (sms)',
      'siren-on proved 62 ',
      'acknowledged proved 80 li',
      'cleared proved 130 ',
      'siren-off proved 132 ',
      'consequences left-out  not-in-a-test',
    ])
    expect(passed(proof, reportOf(proof, facts))).toBe(true)
    // What nobody has, proves nothing, but is no failure.
    const alone = { ...facts, notices: [] }
    expect(passed(proof, reportOf(proof, alone))).toBe(true)
    expect(short(proof, alone)[4]).toBe('told not-proved  nobody-told')
    for (const worse of [
      { ...facts, notices: [...facts.notices, { at: at(64), told: false, channel: 'mail', to: ['Qian'] }] },
      { ...facts, off: command('not-confirmed', at(140)) },
      { ...facts, on: command('refused', at(61)) },
      { ...facts, events: way.slice(0, 2) },
      { ...facts, off: null },
    ])
      expect(passed(proof, reportOf(proof, worse))).toBe(false)
    const unseen = { ...proof, shown: [] }
    expect(passed(unseen, reportOf(unseen, facts))).toBe(false)
  })
  it('while it runs, what has not come yet may still come', () => {
    expect(short(begun({ siren: { ...siren, on: null, off: null } }), none).map(s => s.split(' ')[1])).toEqual([
      ...['proved', 'pending', 'pending', 'pending', 'pending', 'pending', 'pending', 'pending', 'pending', 'left-out'],
    ])
  })
  it('nobody looked: what failed, and what is only not known', () => {
    const proof = begun({ end: 'time-limit', endedAt: at(690) })
    expect(short(proof, { ...none, events: way.slice(0, 1) }).map(s => s.replace('  ', ' '))).toEqual([
      ...['condition proved 0 wang', 'raised proved 60 ', 'shown not-proved no-screen', 'sound not-proved no-sound'],
      ...['told not-proved nobody-told', 'siren-on left-out no-siren', 'acknowledged failed nobody'],
      ...['cleared failed did-not-clear', 'siren-off left-out no-siren', 'consequences left-out not-in-a-test'],
    ])
  })
  it.each(['restart', 'real-alarm', 'site-changed'] as const)(
    'cut off by %s: the rest is not proved, and nothing has failed',
    end => {
      const steps = reportOf(begun({ end }), none)
      expect(steps.filter(s => s.note === 'cut-off').map(s => s.result)).toEqual(Array(6).fill('not-proved'))
      expect(passed(begun({ end }), steps)).toBe(false)
    },
  )
  it('a value that did not make it true', () => {
    const proof = begun({ trueAt: null, end: 'not-true' })
    expect(short(proof, none)[0]).toBe('condition failed  not-true')
    expect(passed(proof, reportOf(proof, none))).toBe(false)
  })
})

describe('a real alarm beside a test', () => {
  const facts = { active: true, acked: false, suppressedBy: [] }
  const test = { id: 'test.gas:k:g', severity: 'life', raisedAt: at(9), ...facts } as const
  const fan = { id: 'fan:k:f', severity: 'low', raisedAt: at(1), ...facts } as const
  it('stands above it, and is spoken before it', () => {
    expect([test, fan].sort(byUrgency)).toEqual([fan, test])
    expect(spoken([test, fan], 0)).toBe(fan)
    expect(spoken([test, fan], 1)).toBe(fan)
    expect(spoken([test], 3)).toBe(test)
  })
  it('ends a silence that was made for a test', () => {
    expect(silenceFor([test])).toBe('low')
    expect(silenceFor([test, fan])).toBe('low')
    expect(silenceFor([test, { ...fan, severity: 'life' }])).toBe('life')
    const silence = { by: 'li', at: at(10), until: at(600), severity: silenceFor([test]) }
    expect(heard([test], silence, at(20)).alarms).toEqual([])
    expect(heard([test, { ...fan, raisedAt: at(15) }], silence, at(20)).alarms).toHaveLength(2)
  })
})
