import fc from 'fast-check'
import { expect, it } from 'vitest'
import { consumptionBetween } from '../../../rules/readings/period.ts'
import { DAY, type Day, type Lived, live } from './life.ts'

const quarter = fc.constantFrom(1 as const, 3 as const)
const dayOf = (wild: boolean, resets: boolean): fc.Arbitrary<Day> => {
  const use = fc.oneof({ weight: 3, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(600) })
  const seldom = (weight: number) =>
    fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
  return fc.record({
    use: fc.tuple(use, use, use, use),
    away: fc.tuple(seldom(12), seldom(3), seldom(3), seldom(3)),
    exchange: seldom(8),
    multiplier: fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(80_000_000, 10_000, 1_000_000, 333_333) },
    ),
    glitch: wild
      ? fc.option(fc.record({ quarter, index: fc.oneof(fc.constant(0), fc.nat(999)) }), { freq: 3 })
      : fc.constant(null),
    reset: resets ? seldom(6) : fc.constant(false),
  })
}
const lives = (wild: boolean, resets = false): fc.Arbitrary<Lived> =>
  fc
    .tuple(
      fc.array(dayOf(wild, resets), { minLength: 2, maxLength: 8 }),
      // From one that hardly turns over in a month to one that may turn over twice in a night.
      fc.constantFrom(7, 20, 60, 200),
      fc.nat(999),
    )
    .map(([days, most, start]) => live(days, most, start))
const trueOf = ({ truth }: Lived, from: number, to: number): bigint =>
  truth.slice(from, to).reduce((sum, used) => sum + used, 0n)
/** What is billed from one day to another, in the unit of the truth; null: blocked, and it says why. */
function billed({ life }: Lived, from: number, to: number): bigint | null {
  const { consumption, blocked } = consumptionBetween(life, from * DAY, to * DAY)
  expect(consumption === null).toBe(blocked.length > 0)
  if (consumption) expect(consumption.decimals).toBe(7)
  return consumption?.value ?? null
}
const everyPeriod = (lived: Lived) =>
  lived.truth.flatMap((_, from) => lived.truth.slice(from).map((_, n) => [from, from + n + 1] as const))

it('what is billed is what was used, to the last digit, or it is blocked with a reason', () => {
  let [open, shut] = [0, 0]
  fc.assert(
    fc.property(lives(false), lived => {
      for (const [from, to] of everyPeriod(lived)) {
        const bill = billed(lived, from, to)
        if (bill === null) shut++
        else {
          open++
          expect(bill).toBe(trueOf(lived, from, to))
        }
      }
    }),
    { numRuns: 300, seed: 20261121 },
  )
  console.log(`periods billed ${open}, blocked ${shut}`)
  expect(open).toBeGreaterThan(800)
  expect(shut).toBeGreaterThan(100)
})

it('false values between the boundaries change no bill: it is right or blocked', () => {
  let [open, wild] = [0, 0]
  fc.assert(
    fc.property(lives(true), lived => {
      for (const [from, to] of everyPeriod(lived)) {
        const { findings } = consumptionBetween(lived.life, from * DAY, to * DAY)
        const bill = billed(lived, from, to)
        if (bill === null) continue
        open++
        if (findings.some(f => f.code === 'glitch' || f.code === 'zero-glitch')) wild++
        expect(bill).toBe(trueOf(lived, from, to))
      }
    }),
    { numRuns: 400, seed: 20261121 },
  )
  console.log(`periods billed ${open}, ${wild} of them over a false value`)
  expect(open).toBeGreaterThan(500)
  expect(wild).toBeGreaterThan(20)
})

it('history that comes late changes no bill that stood', () => {
  let stood = 0
  fc.assert(
    fc.property(lives(false), fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (lived, here) => {
      const { readings } = lived.life
      // Boundaries are there; of what is between them, some comes later, and in another order.
      const early = readings.filter((r, i) => r.at % DAY === 0 || here[i % 40]).toReversed()
      for (const [from, to] of everyPeriod(lived)) {
        const first = billed({ ...lived, life: { ...lived.life, readings: early } }, from, to)
        if (first === null) continue
        stood++
        expect(first).toBe(trueOf(lived, from, to))
      }
    }),
    { numRuns: 200, seed: 20261121 },
  )
  expect(stood).toBeGreaterThan(300)
})

it('a register that begins again unseen never makes a bill of more than the meter can count, nor one below nought', () => {
  let open = 0
  fc.assert(
    fc.property(lives(false, true), lived => {
      for (const [from, to] of everyPeriod(lived)) {
        const { segments, blocked } = consumptionBetween(lived.life, from * DAY, to * DAY)
        if (blocked.length > 0) continue
        open++
        const steps = segments.reduce((sum, s) => sum + s.rise, 0)
        expect(steps).toBeGreaterThanOrEqual(0)
        expect(steps).toBeLessThanOrEqual((to - from) * lived.mostPerDay + 4 * (to - from) + segments.length)
      }
    }),
    { numRuns: 200, seed: 20261121 },
  )
  expect(open).toBeGreaterThan(200)
})

it('the sum of the days is the month', () => {
  let sums = 0
  fc.assert(
    fc.property(lives(false), lived => {
      const days = lived.truth.map((_, d) => billed(lived, d, d + 1))
      const whole = billed(lived, 0, days.length)
      if (whole === null || days.some(d => d === null)) return
      sums++
      expect(days.reduce<bigint>((sum, d) => sum + d!, 0n)).toBe(whole)
    }),
    { numRuns: 200, seed: 20261121 },
  )
  expect(sums).toBeGreaterThan(20)
})
