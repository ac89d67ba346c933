import { describe, expect, it } from 'vitest'
import { bad, type Sample, type Value } from '../../drivers/point.ts'
import { type AlarmInput, alarmId, byUrgency, quiet, stateOf, step } from '../../rules/alarm.ts'
import type { Condition, Rule } from '../../rules/rule.ts'

const point = 'room-b1/temperature'
const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'hot',
  points: [point],
  when: { above: 40, deadband: 2 },
  severity: 'high',
  delayOnS: 0,
  delayOffS: 0,
  text: { 'zh-CN': '热', en: 'hot' },
  ...more,
})
const good = (value: Value): AlarmInput => ({
  kind: 'sample',
  sample: { point, at: 0, seen: 0, quality: 'good', value },
})
const stale = (value: Value): AlarmInput => ({
  kind: 'sample',
  sample: { point, at: 0, seen: 0, quality: 'uncertain', reason: 'stale', value },
})
const lost: AlarmInput = { kind: 'sample', sample: bad(point, 'timeout', 0) }
const ack = (by = 'li'): AlarmInput => ({ kind: 'acknowledge', by })
const tick: AlarmInput = { kind: 'tick' }

type Line = readonly [second: number, input: AlarmInput, state: string, effects?: readonly string[]]
/** State as a person would say it: `~` while a delay runs, `!timeout` while the point can't be trusted. */
const diaries: Record<string, { readonly rule?: Partial<Rule>; readonly lines: readonly Line[] }> = {
  'raised, acknowledged, cleared: normal again': {
    lines: [
      [0, good(39), 'NORM'],
      [1, good(41), 'UNACK', ['raised']],
      [2, good(45), 'UNACK'],
      [3, ack(), 'ACKED', ['acknowledged']],
      [4, good(30), 'NORM', ['cleared']],
    ],
  },
  'gone before anybody looked: somebody has still to look': {
    lines: [
      [0, good(41), 'UNACK', ['raised']],
      [1, good(30), 'RTNUN', ['cleared']],
      [2, ack(), 'NORM', ['acknowledged']],
    ],
  },
  'raised again after it was acknowledged: a new occurrence, unacknowledged': {
    lines: [
      [0, good(41), 'UNACK', ['raised']],
      [1, ack(), 'ACKED', ['acknowledged']],
      [2, good(30), 'NORM', ['cleared']],
      [3, good(41), 'UNACK', ['raised']],
    ],
  },
  'raised again while nobody had looked': {
    lines: [
      [0, good(41), 'UNACK', ['raised']],
      [1, good(30), 'RTNUN', ['cleared']],
      [2, good(41), 'UNACK', ['raised']],
    ],
  },
  'acknowledged twice, and with nothing to acknowledge': {
    lines: [
      [0, ack(), 'NORM'],
      [1, good(41), 'UNACK', ['raised']],
      [2, ack(), 'ACKED', ['acknowledged']],
      [3, ack('wang'), 'ACKED'],
    ],
  },
  'journal asks nobody to look': {
    rule: { severity: 'journal' },
    lines: [
      [0, good(41), 'ACKED', ['raised']],
      [1, ack(), 'ACKED'],
      [2, good(30), 'NORM', ['cleared']],
    ],
  },
  'exactly the limit is not above it; the deadband counts on the way back only': {
    lines: [
      [0, good(40), 'NORM'],
      [1, good(40.1), 'UNACK', ['raised']],
      [2, good(39), 'UNACK'],
      [3, good(38.1), 'UNACK'],
      [4, good(38), 'RTNUN', ['cleared']],
      [5, good(39), 'RTNUN'],
    ],
  },
  'on-delay: the whole time, then at the tick': {
    rule: { delayOnS: 60 },
    lines: [
      [0, good(41), 'NORM ~'],
      [30, good(42), 'NORM ~'],
      [59.999, tick, 'NORM ~'],
      [60, tick, 'UNACK', ['raised']],
      [61, tick, 'UNACK'],
    ],
  },
  'on-delay: gone in between starts it anew': {
    rule: { delayOnS: 60 },
    lines: [
      [0, good(41), 'NORM ~'],
      [30, good(40), 'NORM'],
      [40, good(41), 'NORM ~'],
      [99, tick, 'NORM ~'],
      [100, tick, 'UNACK', ['raised']],
    ],
  },
  'on-delay: ripe by a sample, no tick needed': {
    rule: { delayOnS: 60 },
    lines: [
      [0, good(41), 'NORM ~'],
      [60, good(41), 'UNACK', ['raised']],
    ],
  },
  'off-delay: back within it, nothing happened': {
    rule: { delayOffS: 60 },
    lines: [
      [0, good(41), 'UNACK', ['raised']],
      [10, good(30), 'UNACK ~'],
      [50, good(41), 'UNACK'],
      [60, good(30), 'UNACK ~'],
      [119, tick, 'UNACK ~'],
      [120, tick, 'RTNUN', ['cleared']],
    ],
  },
  'bad quality freezes: it neither raises nor clears': {
    lines: [
      [0, lost, 'NORM !timeout'],
      [1, good(41), 'UNACK', ['raised']],
      [2, lost, 'UNACK !timeout'],
      [3, lost, 'UNACK !timeout'],
      [4, ack(), 'ACKED !timeout', ['acknowledged']],
      [5, good(41), 'ACKED'],
      [6, lost, 'ACKED !timeout'],
      [7, good(30), 'NORM', ['cleared']],
    ],
  },
  'bad quality stops a running on-delay': {
    rule: { delayOnS: 60 },
    lines: [
      [0, good(41), 'NORM ~'],
      [30, lost, 'NORM !timeout'],
      [60, tick, 'NORM !timeout'],
      [61, good(41), 'NORM ~'],
      [120, tick, 'NORM ~'],
      [121, tick, 'UNACK', ['raised']],
    ],
  },
  'bad quality stops a running off-delay: no "normal" from a dead point': {
    rule: { delayOffS: 10 },
    lines: [
      [0, good(41), 'UNACK', ['raised']],
      [1, good(30), 'UNACK ~'],
      [5, lost, 'UNACK !timeout'],
      [60, tick, 'UNACK !timeout'],
      [61, good(30), 'UNACK ~'],
      [71, tick, 'RTNUN', ['cleared']],
    ],
  },
  'a stale value is silence too: it stops a running delay': {
    rule: { delayOnS: 10, delayOffS: 10 },
    lines: [
      [0, good(41), 'NORM ~'],
      [4, stale(41), 'NORM !stale'],
      [60, tick, 'NORM !stale'],
      [61, good(41), 'NORM ~'],
      [71, tick, 'UNACK', ['raised']],
      [72, good(30), 'UNACK ~'],
      [76, stale(30), 'UNACK !stale'],
      [99, tick, 'UNACK !stale'],
    ],
  },
  'a text where a number belongs can tell nothing': {
    lines: [
      [0, good('hot'), 'NORM'],
      [1, good(true), 'NORM'],
      [2, good(41), 'UNACK', ['raised']],
      [3, good('cold'), 'UNACK'],
    ],
  },
  'below, with a deadband': {
    rule: { when: { below: 2, deadband: 0.3 } as Condition },
    lines: [
      [0, good(2), 'NORM'],
      [1, good(1.9), 'UNACK', ['raised']],
      [2, good(2.29), 'UNACK'],
      [3, good(2.3), 'RTNUN', ['cleared']],
    ],
  },
}

describe('the life of an alarm', () => {
  for (const [name, { rule: more, lines }] of Object.entries(diaries))
    it(name, () => {
      const r = rule(more)
      let alarm = quiet(r, point)
      for (const [second, input, state, effects = []] of lines) {
        const next = step(r, alarm, input, second * 1000)
        alarm = next.alarm
        const { turningSince, frozen } = alarm
        const now = `${stateOf(alarm)}${turningSince === null ? '' : ' ~'}${frozen ? ` !${frozen}` : ''}`
        expect([second, now, next.effects]).toEqual([second, state, effects])
      }
    })
})

describe('what it remembers', () => {
  it('times, who, the raising value and how often', () => {
    const r = rule({ delayOnS: 10 })
    let alarm = quiet(r, point)
    const feed = (second: number, input: AlarmInput) => {
      alarm = step(r, alarm, input, second * 1000).alarm
    }
    feed(1, good(41))
    feed(5, good(48))
    feed(11, tick)
    expect(alarm).toMatchObject({ raisedAt: 11_000, value: 41, count: 1, ackedAt: null, clearedAt: null })
    feed(12, ack('li'))
    feed(13, good(20))
    expect(alarm).toMatchObject({ ackedAt: 12_000, ackedBy: 'li', clearedAt: 13_000, count: 1, value: 41 })
    feed(20, good(50))
    feed(30, tick)
    expect(alarm).toMatchObject({
      raisedAt: 30_000,
      value: 50,
      count: 2,
      ackedAt: null,
      ackedBy: null,
      clearedAt: null,
    })
  })

  it('takes the severity that its rule has now', () => {
    const old = step(rule({ severity: 'low' }), quiet(rule({ severity: 'low' }), point), good(41), 0).alarm
    const r = rule({ severity: 'life' })
    const again = step(r, step(r, old, good(0), 1).alarm, good(41), 2).alarm
    expect([old.severity, again.severity]).toEqual(['low', 'life'])
  })

  it('never changes what it was given', () => {
    const r = rule()
    const before = Object.freeze(quiet(r, point))
    const sample = Object.freeze({ point, at: 0, seen: 0, quality: 'good', value: 99 }) as Sample
    expect(step(r, before, { kind: 'sample', sample }, 0).alarm).not.toBe(before)
    expect(before.active).toBe(false)
  })

  it('has one id for ever', () => {
    expect(alarmId('hot', 'room-b1/temperature')).toBe('hot:room-b1:temperature')
    expect(quiet(rule(), point).id).toBe('hot:room-b1:temperature')
  })
})

it('the most pressing comes first: life before high, then the newest', () => {
  const a = (severity: Rule['severity'], raisedAt: number) => ({ severity, raisedAt, active: true, acked: false })
  const sorted = [a('low', 9), a('life', 1), a('journal', 99), a('high', 3), a('high', 5), a('medium', 7)].sort(
    byUrgency,
  )
  expect(sorted.map(x => `${x.severity} ${x.raisedAt}`)).toEqual([
    'life 1',
    'high 5',
    'high 3',
    'medium 7',
    'low 9',
    'journal 99',
  ])
})
