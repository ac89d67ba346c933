import { expect, it } from 'vitest'
import { killBatches } from './support/batchkilling.ts'
import { seeded } from './support/killing.ts'

/** Short form of `npm run prove -- batches 60`. */
const KILLS = 3

it(`${KILLS} kill -9 while batches are prepared, approved, delivered and acknowledged: each once, numbered without a gap, never half a file`, {
  timeout: 240_000,
}, async () => {
  const seed = Date.now() % 1_000_000
  const seen = await killBatches(KILLS, seeded(seed), line => console.log(line))
  console.log(`seed ${seed}: ${JSON.stringify(seen)}`)
  expect(seen.wrong).toEqual([])
  expect([seen.kills, seen.chainBroken]).toEqual([KILLS, null])
  // A load that did nothing would prove nothing.
  expect(seen.acknowledged).toBeGreaterThan(KILLS)
  expect(seen.issued).toBeGreaterThan(1)
  expect(seen.files).toBeGreaterThan(3)
})
