import { afterAll, expect, it } from 'vitest'
import { doorModel } from '../support/doormodel.ts'

/** Short form of `npm run prove -- access`. */
const model = doorModel()
afterAll(() => model.end())

it('no door opens for whom it should not, and nobody is kept in, by whatever happens in between', async () => {
  await model.prove(300, 71)
  const { wrong, sequences, ...seen } = model.told
  expect([wrong, sequences]).toEqual([[], 300])
  // It did look at what it is about.
  const { opened, refused, out, reboots, jumps, late, replays } = seen
  expect(Math.min(opened, refused, out, reboots, jumps) > 100 && late > 10 && replays > 10, JSON.stringify(seen)).toBe(
    true,
  )
}, 120_000)
