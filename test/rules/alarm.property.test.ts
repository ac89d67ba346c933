import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bad, reasons, type Sample } from '../../drivers/point.ts'
import { type Alarm, type AlarmInput, quiet, stateOf, step } from '../../rules/alarm.ts'
import { type Rule, severities } from '../../rules/rule.ts'

const point = 'a/b'
const delays = fc.constantFrom(0, 0, 1, 5)
const rules: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('r'),
  points: fc.constant([point]),
  when: fc.constantFrom({ above: 5 }, { above: 5, deadband: 2 }, { below: 5, deadband: 1 }, { in: [4, 5, 6] }),
  severity: fc.constantFrom(...severities),
  delayOnS: delays,
  delayOffS: delays,
  text: fc.constant({ 'zh-CN': 'x', en: 'x' }),
})
const sampleOf = (value: number): Sample => ({ point, at: 0, seen: 0, quality: 'good', value })
const inputs: fc.Arbitrary<AlarmInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 10 }).map(v => ({ kind: 'sample', sample: sampleOf(v) }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...reasons).map(r => ({ kind: 'sample', sample: bad(point, r, 0) }) as const),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'tick' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'acknowledge', by: 'li' } as const) },
)
const diaries = fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), inputs), { minLength: 10, maxLength: 80 })

it('whatever comes, raised and cleared take turns, and nothing is raised or cleared by silence', () => {
  let raised = 0
  let cleared = 0
  fc.assert(
    fc.property(rules, diaries, (rule, diary) => {
      let alarm: Alarm = quiet(rule, point)
      let now = 0
      let last = 'cleared'
      let occurrences = 0
      for (const [waitMs, input] of diary) {
        now += waitMs
        const before = alarm
        const { alarm: after, effects } = step(rule, before, input, now)
        alarm = after
        for (const effect of effects) {
          if (effect === 'acknowledged') continue
          expect(effect).not.toBe(last)
          last = effect
          if (effect === 'raised') occurrences++
        }
        raised += effects.includes('raised') ? 1 : 0
        cleared += effects.includes('cleared') ? 1 : 0
        expect(after.active).toBe(last === 'raised')
        expect(after.count).toBe(occurrences)
        if (input.kind === 'sample' && input.sample.quality === 'bad') {
          expect(effects).toEqual([])
          expect(after).toMatchObject({ active: before.active, turningSince: null, frozen: input.sample.reason })
        }
        if (effects.includes('raised')) expect(after.acked).toBe(rule.severity === 'journal')
        else if (input.kind !== 'acknowledge') expect(after.acked).toBe(before.acked)
        // A frozen alarm has no delay running; time alone then changes nothing.
        if (after.frozen) expect(step(rule, after, { kind: 'tick' }, now + 1e9).alarm).toEqual(after)
        expect(stateOf(after)).toMatch(/^(NORM|UNACK|ACKED|RTNUN)$/)
      }
    }),
    { numRuns: 2000, seed: 20261121 },
  )
  expect(raised).toBeGreaterThan(1000)
  expect(cleared).toBeGreaterThan(500)
})
