import { describe, expect, it } from 'vitest'
import { pollHostileLine } from '../support/hostileline.ts'

const POLLS = 400

/** Short form of `npm run prove -- hostile-line`. */
describe('a line with 5 % late, 2 % damaged and 1 % foreign answers', () => {
  for (const kind of ['modbus-rtu', 'modbus-rtu-over-tcp', 'modbus-tcp'] as const)
    it(`${POLLS} polls on ${kind}: no wrong value, and all good again by itself`, { timeout: 120_000 }, async () => {
      const seen = (await pollHostileLine(kind, POLLS, { seed: 7 }))!
      expect(seen.wrong).toEqual([])
      // The line was as bad as it says, and still most polls were good.
      expect(seen.polls).toBeGreaterThanOrEqual(POLLS)
      expect(seen.line.late).toBeGreaterThan(10)
      expect(seen.line.corrupt).toBeGreaterThan(3)
      expect(seen.line.foreign).toBeGreaterThan(1)
      expect(seen.good).toBeGreaterThan(POLLS * 0.6)
      expect(seen.bad).toBeGreaterThan(10)
      expect(seen.recoveredMs).toBeLessThan(10_000)
    })
})
