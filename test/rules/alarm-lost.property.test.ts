import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bad, reasons } from '../../drivers/point.ts'
import { type Alarm, type AlarmInput, calls, quiet, silenced, stateOf, step } from '../../rules/alarm.ts'
import { type Rule, severities } from '../../rules/rule.ts'

const point = 'a/b'
const rules: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('r'),
  points: fc.constant([point]),
  when: fc.constant({ equals: true } as const),
  severity: fc.constantFrom(...severities),
  delayOnS: fc.constantFrom(0, 0, 2),
  delayOffS: fc.constantFrom(0, 0, 2),
  latched: fc.boolean(),
  text: fc.constant({ 'zh-CN': 'x', en: 'x' }),
})
const is = (value: boolean): AlarmInput => ({
  kind: 'sample',
  sample: { point, at: 0, seen: 0, quality: 'good', value },
})
const causes = fc.constantFrom('c', 'd')
const inputs: fc.Arbitrary<(now: number) => AlarmInput> = fc.oneof(
  { weight: 8, arbitrary: fc.boolean().map(v => () => is(v)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...reasons).map(r => (): AlarmInput => ({ kind: 'sample', sample: bad(point, r, 0) })),
  },
  { weight: 4, arbitrary: fc.constant((): AlarmInput => ({ kind: 'tick' })) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom('acknowledge', 'reset', 'unshelve', 'in-service')
      .map(kind => (): AlarmInput => ({ kind: kind as 'reset', by: 'li' })),
  },
  {
    weight: 3,
    arbitrary: fc.integer({ min: -1, max: 6 }).map(
      s =>
        (now: number): AlarmInput => ({ kind: 'shelve', by: 'li', reason: 'x', until: now + s * 1000 }),
    ),
  },
  { weight: 1, arbitrary: fc.constant((): AlarmInput => ({ kind: 'out-of-service', by: 'chen', reason: 'x' })) },
  { weight: 2, arbitrary: causes.map(cause => (): AlarmInput => ({ kind: 'suppress', cause })) },
  { weight: 3, arbitrary: causes.map(cause => (): AlarmInput => ({ kind: 'unsuppress', cause })) },
)
const diaries = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), inputs), { minLength: 10, maxLength: 100 })

it('whatever people and the plant do, what has called and was not acknowledged is not lost', () => {
  let called = 0
  let kept = 0
  const states = new Map<string, number>()
  fc.assert(
    fc.property(rules, diaries, (rule, diary) => {
      let alarm: Alarm = quiet(rule, point)
      let now = 0
      /** It has called somebody, and nobody has answered. */
      let owed = false
      /** Somebody has answered for the present occurrence. */
      let answered = true
      for (const [waitMs, make] of diary) {
        now += waitMs
        const before = alarm
        const { alarm: after, effects } = step(rule, before, make(now), now)
        alarm = after
        for (const effect of effects) {
          if (effect === 'raised' || effect === 'shelf-ended') answered = false
          if (effect !== 'acknowledged') continue
          owed = false
          answered = true
        }
        if (calls(after)) {
          owed = true
          called++
        }
        if (owed) {
          expect(after.acked).toBe(false)
          kept++
        }
        // Nobody is asked to look at what is only written down; everything else that stands in sight was answered for.
        if (rule.severity === 'journal') expect(after.acked).toBe(true)
        else if (after.active && after.acked) expect(answered).toBe(true)
        expect(after.unheard && !silenced(after)).toBe(false)
        expect(after.active).toBe(effects.includes('cleared') ? false : effects.includes('raised') || before.active)
        // The same once more from the same state: nothing in it is random or remembered elsewhere.
        const state = stateOf(after)
        states.set(state, (states.get(state) ?? 0) + 1)
      }
      // Whatever it was put aside by ends: then it is there again, and calls if it stands and was not seen.
      const freed: AlarmInput[] = [
        { kind: 'tick' },
        { kind: 'in-service', by: 'chen' },
        { kind: 'unsuppress', cause: 'c' },
        { kind: 'unsuppress', cause: 'd' },
      ]
      for (const input of freed) alarm = step(rule, alarm, input, now + 1e6).alarm
      expect(silenced(alarm)).toBe(false)
      if (alarm.active && !alarm.acked) expect(stateOf(alarm)).toBe('UNACK')
      if (owed) expect(stateOf(alarm)).not.toMatch(/^(NORM|ACKED|LATCH_ACK)$/)
    }),
    { numRuns: 3000, seed: 20261121 },
  )
  console.log(`${called} calls, ${kept} times still owed`, Object.fromEntries(states))
  expect(called).toBeGreaterThan(5000)
  expect(states.size).toBe(9)
})
