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

const comes = [
  { kind: 'show', card: 0, door: 'room', out: false },
  { kind: 'pass', door: 'room' },
] as const
const fire = (on: boolean) => ({ kind: 'fire', on }) as const
/** Found by the long form. `room` lets nobody in a second time who has not gone out. */
it.each([
  ['a fire that is over within the second', [...comes, fire(true), fire(false), comes[0]]],
  ['who came in while it stood open', [fire(true), ...comes, fire(false), comes[0]]],
])('after %s: where people are is not known, so nobody is taken for inside', async (_, sequence) => {
  const had = model.told.wrong.length
  await model.run(sequence)
  expect(model.told.wrong.slice(had)).toEqual([])
})

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
