import { afterAll, expect, it } from 'vitest'
import { controllerModel } from '../support/controllermodel.ts'
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

/** The other short form: controllers that decide alone. */
const alone = controllerModel()
afterAll(() => alone.end())

it('no controller alone opens for whom it should not, whatever becomes of what it is told', async () => {
  await alone.prove(30, 71)
  const { wrong, sequences, ...seen } = alone.told
  expect([wrong, sequences]).toEqual([[], 30])
  const { issued, revoked, partitions, reboots, jumps, replays, reorders, opened, refused, out } = seen
  const kinds = [issued, revoked, partitions, reboots, jumps, replays, reorders]
  expect(Math.min(...kinds, opened, refused, out) > 10, JSON.stringify(seen)).toBe(true)
}, 120_000)
