import { expect, it } from 'vitest'
import { type Frozen, freezeAt, type Sampled } from '../../../rules/readings/freeze.ts'

const MIN = 60_000
const DAY = 24 * 60 * MIN
/** Two digits behind the mark; at most 10 an hour. */
const register = { digits: 5, decimals: 2, maxPerHour: 1000 }
const base = { at: 0, index: 100_000 }
const at = (min: number, value: number | null): Sampled => ({ at: DAY + min * MIN, value })

it.each<[string, Sampled[], Partial<Frozen>]>([
  ['at the moment itself', [at(0, 1010.25)], { index: 101_025, quality: 'actual', validation: 'valid' }],
  ['the nearest, with its own time', [at(-9, 1010), at(4, 1010.2)], { index: 101_020, measuredAt: DAY + 4 * MIN }],
  ['of two as near, the one before', [at(-4, 1010), at(4, 1010.2)], { index: 101_000, measuredAt: DAY - 4 * MIN }],
  ['a bad one is none', [at(-9, 1010), at(0, null)], { index: 101_000, measuredAt: DAY - 9 * MIN }],
  [
    'between two that are further away, within an hour',
    [at(-20, 1010), at(40, 1010.6)],
    { index: 101_020, quality: 'estimated', reason: 'interpolated', measuredAt: null },
  ],
  ['not between two over an hour apart', [at(-20, 1010), at(41, 1010.6)], { index: null, reason: 'no-sample' }],
  ['nothing at all', [], { index: null, quality: 'missing', reason: 'no-sample', validation: 'uncertain' }],
  ['nought at midnight, and right a moment later', [at(0, 0), at(7, 1010)], { index: 101_000, validation: 'valid' }],
  ['nought and no more', [at(-5, 0), at(5, 0)], { index: 0, validation: 'uncertain', finding: 'zero' }],
  ['began again', [at(-5, 0.12), at(5, 0.2)], { index: 12, validation: 'uncertain', finding: 'reset' }],
  ['more than it can count', [at(0, 5000)], { index: 500_000, validation: 'uncertain', finding: 'too-much' }],
  ['back by one digit: it has counted that already', [at(0, 999.99)], { index: 100_000, validation: 'valid' }],
  ['over the end of the scale', [at(0, 123_456)], { index: null, reason: 'off-scale' }],
])('%s', (_, samples, frozen) => {
  expect(freezeAt(register, DAY, base, samples)).toMatchObject(frozen)
  expect(freezeAt(register, DAY, base, samples.toReversed())).toMatchObject(frozen)
})

it('what the meter itself has frozen is the reading of that moment', () => {
  const own = { at: DAY + 120 * MIN, value: 1010.3 }
  expect(freezeAt(register, DAY, base, [at(1, 1010.31)], { own })).toMatchObject({
    ...{ index: 101_030, reason: 'own-register', quality: 'actual', measuredAt: DAY },
  })
})
it('says when nobody was there to read', () =>
  expect(freezeAt(register, DAY, base, [], { running: false }).reason).toBe('gateway-off'))
it('does not count between where it is not allowed', () => {
  const samples = [at(-20, 1010), at(20, 1010.6)]
  expect(freezeAt(register, DAY, base, samples, {}, { toleranceMs: MIN, interpolateMs: 0 }).quality).toBe('missing')
})
