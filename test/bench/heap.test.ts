import { expect, it } from 'vitest'
import { growthOf } from './heap.ts'

/** The slope of memory, from samples whose truth is known. */
const SAMPLES = 20
const EVERY_H = 4 / 3600
/** Noise of measuring that is the same at each run: the fractions of the golden ratio. */
const noise = (i: number, of: number): number => (((i * 0.618034) % 1) - 0.5) * of
const samples = (mbPerHour: number, more: (i: number) => number = () => 0) =>
  Array.from({ length: SAMPLES }, (_, i) => ({ at: i * EVERY_H, mb: 12 + mbPerHour * i * EVERY_H + more(i) }))

it('finds what leaks, not what wavers, and says how far it can be believed', () => {
  const table: [what: string, given: ReturnType<typeof samples>, least: number, most: number][] = [
    ['nothing, and nothing wavers', samples(0), 0, 0],
    ['10 kB of each second', samples(34.3), 34.29, 34.31],
    ['nothing, 100 kB up and down', samples(0, i => noise(i, 0.1)), -1, 1],
    ['a leak beneath that noise', samples(34.3, i => noise(i, 0.1)), 33, 36],
    // An answer of 3 MB was just being read at the last of them: the least squares would say 7 MB more in an hour.
    ['one moment of 3 MB', samples(0, i => (i === SAMPLES - 1 ? 3 : 0)), 0, 0],
    ['what goes', samples(-8), -8.01, -7.99],
  ]
  for (const [what, given, least, most] of table) {
    const found = growthOf(given)
    expect([what, found.mbPerHour >= least && found.mbPerHour <= most, found.mbPerHour]).toEqual([
      what,
      true,
      found.mbPerHour,
    ])
    expect([what, found.least <= found.mbPerHour && found.mbPerHour <= found.most]).toEqual([what, true])
  }
  expect(table).toHaveLength(6)
  // The truth is within, and a leak is not within what nothing would look like.
  const [calm, leak] = [0, 34.3].map(mbPerHour => growthOf(samples(mbPerHour, i => noise(i, 0.1))))
  expect([calm!.least < 0, calm!.most > 0, calm!.most < leak!.least]).toEqual([true, true, true])
  expect(() => growthOf(samples(0).slice(0, 7))).toThrow('7 samples')
})
