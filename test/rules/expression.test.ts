import { describe, expect, it } from 'vitest'
import { bad, type Kind, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type Alarm, quiet, step } from '../../rules/alarm.ts'
import { sensorOf } from '../../rules/condition.ts'
import { compile, isFault } from '../../rules/expression.ts'
import type { Condition, Rule } from '../../rules/rule.ts'

const good = (point: PointId, value: Value): Sample => ({ point, at: 0, seen: 0, quality: 'good', value })
const stale = (point: PointId, value: Value): Sample => ({
  ...{ point, at: 0, seen: 0, value },
  quality: 'uncertain',
  reason: 'stale',
})

const T: PointId = 'ahu-1/temperature'
const FAN: PointId = 'ahu-1/fan'
const LOAD: PointId = 'meter-9/load'
const hotWithoutLoad: Condition = {
  expression: 'fan && t > 40 && load < 10.5',
  stays: 'fan && t > 38',
  names: { t: 'temperature', fan: 'fan', load: 'meter-9/load' },
  kinds: { t: 'number', fan: 'boolean', load: 'number' },
}
const rule: Rule = {
  id: 'r',
  points: [T],
  when: hotWithoutLoad,
  severity: 'high',
  delayOnS: 10,
  delayOffS: 5,
  text: { 'zh-CN': '热', en: 'hot' },
}

/** Through the sensor and the core, as the gateway does it; `tick` is the time alone. */
function diaryOf(lines: readonly (readonly [second: number, sample: Sample | 'tick'])[]): string[] {
  const sensor = sensorOf(rule.when, T, () => true)
  let alarm: Alarm = quiet(rule, T)
  const diary: string[] = []
  for (const [second, sample] of lines) {
    const now = second * 1000
    if (sample !== 'tick') sensor.take(sample, now)
    const before = alarm
    const effects: string[] = []
    if (sample !== 'tick') {
      const { holds, reason } = sensor.look(now, alarm.active)
      const made = step(rule, alarm, { kind: 'verdict', holds, reason, value: null }, now)
      alarm = made.alarm
      effects.push(...made.effects)
    } else {
      const made = step(rule, alarm, { kind: 'tick' }, now)
      alarm = made.alarm
      effects.push(...made.effects)
    }
    const frozen = before.frozen === alarm.frozen ? [] : [alarm.frozen === null ? 'thawed' : `frozen ${alarm.frozen}`]
    for (const said of [...effects, ...frozen]) diary.push(`${second} ${said}`)
  }
  return diary
}

describe('several points by an expression', () => {
  it('waits for all of them, raises after the delay, and clears by `stays`', () => {
    expect(
      diaryOf([
        [0, good(T, 45)],
        [1, good(FAN, true)],
        [9, 'tick'],
        // Only now is everything known.
        [20, good(LOAD, 3)],
        [29, 'tick'],
        [30, 'tick'],
        [40, good(T, 39)],
        [60, 'tick'],
        // The load does not matter for going on, by `stays`.
        [61, good(LOAD, 90)],
        [70, good(T, 37.5)],
        [75, 'tick'],
      ]),
    ).toEqual(['30 raised', '75 cleared'])
  })

  it('bad data of any point neither raises nor clears, and stops a running delay', () => {
    const known: [number, Sample][] = [
      [0, good(FAN, true)],
      [0, good(LOAD, 3)],
    ]
    for (const [what, lost, back] of [
      ['the anchor', bad(T, 'offline', 0), good(T, 45)],
      ['another point', bad(FAN, 'offline', 0), good(FAN, true)],
      ['a point of other equipment', bad(LOAD, 'offline', 0), good(LOAD, 3)],
    ] as const)
      expect([
        what,
        diaryOf([
          ...known,
          [0, good(T, 45)],
          [9, lost],
          [60, 'tick'],
          [61, back],
          [70, 'tick'],
          [71, 'tick'],
          [80, lost],
          // What would clear it, if it could be believed.
          [81, what === 'the anchor' ? good(LOAD, 99) : good(T, 5)],
          [200, 'tick'],
          [201, back],
        ]),
      ]).toEqual([what, ['9 frozen offline', '61 thawed', '71 raised', '80 frozen offline', '201 thawed']])
    expect(
      diaryOf([...known, [0, good(T, 45)], [10, 'tick'], [11, stale(LOAD, 3)], [12, good(FAN, false)], [99, 'tick']]),
    ).toEqual(['10 raised', '11 frozen stale'])
  })

  it('a division by 0 is no value, however large its result would be', () => {
    const kinds = { p: 'number', s: 'number' } as const
    const says = compile('p / (s - 1) > 0.9 || p % s > 3', kinds)
    if (isFault(says)) throw new Error(says.code)
    expect([says({ p: 5, s: 2 }), says({ p: 5, s: 1 }), says({ p: 5, s: 0 }), says({ p: 0.5, s: 3 })]).toEqual([
      true,
      undefined,
      undefined,
      false,
    ])
  })
})

it('a division that is not reached has no say', () => {
  const table: [text: string, values: Record<string, Value>, says: boolean | undefined][] = [
    ['d != 0 && n / d > 2', { n: 6, d: 0 }, false],
    ['d != 0 && n / d > 2', { n: 6, d: 2 }, true],
    ['n / d > 2 && d != 0', { n: 6, d: 0 }, false],
    ['d == 0 || n / d > 2', { n: 6, d: 0 }, true],
    ['n / d > 2 || n > 5', { n: 6, d: 0 }, true],
    ['n / d > 2 || n > 9', { n: 6, d: 0 }, undefined],
    ['n / d > 2 && n > 5', { n: 6, d: 0 }, undefined],
    // Both are "infinite", and neither says anything.
    ['n / d > 2 && n % d > 1', { n: -6, d: 0 }, undefined],
    ['!(n / d > 2)', { n: 6, d: 0 }, undefined],
    ['(d == 0 ? 0.0 : n / d) < 1', { n: 6, d: 0 }, true],
    ['(d == 0 ? n / d : 0.0) < 1', { n: 6, d: 0 }, undefined],
    ['(n + d) / (d * (n - 6)) > 2', { n: 6, d: 1 }, undefined],
    ['(n + d) * (n / (d + 1)) > 2', { n: 6, d: 1 }, true],
    ['abs(n / d) > 2', { n: 6, d: 0 }, undefined],
    ['n / ((d + 1) * (n - 5)) > 2 && "a\\"b" != ""', { n: 6, d: 1 }, true],
    ['n / ((d - 1) * 2) > 2', { n: 6, d: 1 }, undefined],
    ['n / (n / d) > 2', { n: 6, d: 0 }, undefined],
  ]
  for (const [text, given, says] of table) {
    const made = compile(text, { n: 'number', d: 'number' })
    expect([text, isFault(made) ? made : made(given)]).toEqual([text, says])
  }
  expect(table).toHaveLength(17)
})

const kinds: Record<string, Kind> = { t: 'number', p: 'number', b: 'boolean', s: 'text' }
const values = { t: 42, p: 2.5, b: true, s: 'open' }
const usedIn = (text: string) =>
  Object.fromEntries(
    Object.entries(kinds).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text.replace(/"[^"]*"/g, ''))),
  )

it('what can be said', () => {
  const table: [string, boolean][] = [
    ['t > 40', true],
    ['t >= 42 && t <= 42.0', true],
    ['t + 1 == 43', true],
    ['2 * t - p / 2 > 80', true],
    ['t % 5 == 2', true],
    ['abs(p - t) > 39', true],
    ['max(t, p) < 42 || min(p, 7) == 2.5', true],
    ['-t < 0', true],
    ['t in [1, 42]', true],
    ['t == 41', false],
    ['b == true && !(t > 50)', true],
    ['b ? t > 50 : t < 50', false],
    ['s == "open"', true],
    ['s in ["shut", "jammed"]', false],
    ['s.startsWith("op") && s.endsWith("n") && s.contains("pe")', true],
    ['t > 40 // 注释', true],
  ]
  for (const [text, is] of table) {
    const made = compile(text, usedIn(text))
    expect([text, isFault(made) ? made : made(values)]).toEqual([text, is])
  }
  expect(table).toHaveLength(16)
})

it('what is wrong or hostile is refused before it ever runs, and says where', () => {
  const table: [string, string, number?][] = [
    ['t >', 'expression-syntax', 4],
    ['(t > 4', 'expression-syntax', 7],
    ['t = 4', 'expression-syntax', 3],
    ['t > 1 and b', 'expression-syntax', 7],
    ['t＞40', 'expression-syntax', 2],
    ['t > b', 'expression-kinds', 1],
    ['b && s > 3', 'expression-kinds', 6],
    ['min(t, b) > 3', 'expression-kinds', 1],
    ['b && t', 'expression-needs-bool', 1],
    ['t + 1', 'expression-not-bool'],
    ['nope > 1 && b', 'expression-unknown-name', 1],
    ['1/2 > 0.4 && b', 'expression-whole-division', 1],
    // Loops, regular expressions and whatever reaches out of the expression.
    ['[1, 2].all(x, x > 1)', 'expression-forbidden', 1],
    ['[[1]].map(x, x.map(y, y)) == [[1]]', 'expression-forbidden', 1],
    ['b && s.matches("(a+)+$")', 'expression-forbidden', 6],
    ['has(t.x)', 'expression-forbidden', 1],
    ['t.constructor == t', 'expression-forbidden', 1],
    ['s["constructor"] == s', 'expression-forbidden', 1],
    ['cel.bind(x, t, x > 4)', 'expression-forbidden', 1],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp(s)', 'expression-forbidden', 1],
    ['type(t) == double', 'expression-forbidden', 1],
    ['{"a": 1}.a == 1', 'expression-too-long'],
    ['process.exit() == t', 'expression-forbidden', 1],
    ['globalThis == t', 'expression-unknown-name', 1],
    ['__proto__ == t', 'expression-syntax', 1],
    ['(() => t > 1)()', 'expression-syntax'],
    ['b;b', 'expression-syntax', 2],
    [`${'('.repeat(60)}b${')'.repeat(60)}`, 'expression-too-long'],
    [`b${' || b'.repeat(120)}`, 'expression-too-long'],
    [`s == "${'x'.repeat(500)}"`, 'expression-too-long'],
    ['', 'expression-syntax', 1],
  ]
  for (const [text, code, at] of table) {
    const made = compile(text, usedIn(text))
    expect([text, isFault(made) ? [made.code, at === undefined ? undefined : made.params.at] : 'taken']).toEqual([
      text,
      [code, at],
    ])
  }
  expect(table).toHaveLength(31)
  for (const name of ['if', 'in', 'true', 'int', 'abs', 'a-b', '1a', '__proto__', '温度', 'x'.repeat(33)])
    expect(compile(`${name} > 1`, { [name]: 'number' })).toEqual({ code: 'expression-name', params: { name } })
  // Its bad data would freeze an alarm that does not ask for it.
  expect(compile('t > 1', { t: 'number', b: 'boolean' })).toMatchObject({ code: 'expression-name-unused' })
})

it('the longest that is taken costs next to nothing', () => {
  const text = Array.from({ length: 38 }, (_, i) => `t > ${i}`).join(' && ')
  const made = compile(text, { t: 'number' })
  if (isFault(made)) throw new Error(made.code)
  const began = performance.now()
  for (let i = 0; i < 1000; i++) expect(made({ t: 100 })).toBe(true)
  expect(performance.now() - began).toBeLessThan(5000)
})
