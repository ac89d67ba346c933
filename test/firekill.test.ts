import { expect, it } from 'vitest'
import { killInFire } from './support/firekilling.ts'
import { seeded } from './support/killing.ts'

/** Short form of `npm run prove -- fire 100`. */
const KILLS = 3

it(`${KILLS} kill -9 in a fire: each escape door stays released, nothing that locks reaches controller or relay, nobody is outside because of it`, {
  timeout: 240_000,
}, async () => {
  const seen = await killInFire(KILLS, KILLS, seeded(Date.now() % 1_000_000), line => console.log(line), false)
  expect(seen.wrong).toEqual([])
  expect([seen.kills, seen.fires]).toEqual([KILLS, 1])
  // Somebody did try, and all of it was refused.
  expect(seen.locksTried).toBeGreaterThan(2)
  expect(seen.locksRefused).toBe(seen.locksTried)
})
