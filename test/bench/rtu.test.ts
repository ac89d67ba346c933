import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { lineUse } from './rtu.ts'

const hasSocat = spawnSync('socat', ['-V']).status === 0

/** The bench `rtu` in short. On a machine that others use as well, so measured against a bare loop. */
it.skipIf(!hasSocat)('a serial line of 9600 baud is used, with answers in pieces, and no value is wrong', async () => {
  const { perS, limitPerS, wrong, bareS } = (await lineUse(9600, 10, 3))!
  expect(wrong).toBe(0)
  expect(perS / bareS).toBeGreaterThan(0.6)
  expect(perS / limitPerS).toBeLessThan(1.01)
})
