import { describe, expect, it } from 'vitest'
import { measureGatehouse } from './bench/modbus.ts'

/** Short form of `npm run bench -- modbus`: no figures, only that the whole path keeps its pace. */
describe('20 devices x 100 registers at 200 ms', () => {
  it('loses no scan and no message, and asks all devices in the same moment', { timeout: 120_000 }, async () => {
    const seen = await measureGatehouse({ devices: 20, scanMs: 200, settleMs: 1500, windowMs: 5000 })
    expect(seen.devices).toBe(20)
    expect(seen.messages).toBeGreaterThan(400)
    expect(seen.lostShare).toBeLessThan(0.02)
    expect(seen.messagesLostShare).toBeLessThan(0.02)
    expect(Math.abs(seen.scanMeanMs / 200 - 1)).toBeLessThan(0.02)
    // Spread over the scan, waking up would cost five times as much.
    expect(seen.spreadMs).toBeLessThan(50)
  })
})
