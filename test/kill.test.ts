import { expect, it } from 'vitest'
import { killMany, seeded } from './support/killing.ts'

/** The full figure is `npm run prove -- kill 500`. */
const KILLS = 6

it(`${KILLS} kill -9 under load: no acknowledged answer is lost, no alarm or order is doubled, nor what the broker has acknowledged`, {
  timeout: 240_000,
}, async () => {
  const seed = Date.now() % 1_000_000
  const seen = await killMany(KILLS, seeded(seed), line => console.log(line))
  const { broker } = seen
  console.log(`seed ${seed}: ${JSON.stringify({ ...seen, lost: seen.lost.length, doubled: seen.doubled.length })}`)
  expect(seen.lost).toEqual([])
  expect(seen.doubled).toEqual([])
  expect(seen.chainBroken).toBe(null)
  expect(seen.kills).toBe(KILLS)
  // The full figure of the broker alone is `npm run prove -- broker 200`.
  expect([broker!.lost, broker!.doubled, broker!.disorder]).toEqual([[], [], []])
  expect(broker!.acknowledged[1] + broker!.acknowledged[2]).toBeGreaterThan(KILLS * 3)
  expect(broker!.retained).toBeGreaterThan(KILLS / 4)
  // A load that did nothing would prove nothing.
  expect(seen.acknowledged).toBeGreaterThan(KILLS * 5)
  expect(seen.raised).toBeGreaterThan(KILLS / 5)
  expect(seen.orders).toBeGreaterThan(0)
})
