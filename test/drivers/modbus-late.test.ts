import { describe, expect, it } from 'vitest'
import type { ModbusLink } from '../../drivers/modbus/link.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { soon } from './driver.suite.ts'
import { isTrue, startBench } from './modbus.bench.ts'

/** RTU answers carry no number: the one that comes late must not become the next one's value (promises P5). */
describe('late answers on RTU', () => {
  it('hundreds of polls with late answers of every lateness give no wrong value', { timeout: 120_000 }, async () => {
    const timeoutMs = 30
    // The device takes its time, so that the late answer and the next one come apart.
    const b = (await startBench('modbus-rtu-over-tcp', { timeoutMs, lateWindowMs: 40, gap: 0 }, 5))!
    // All the same shape, each its own request: the worst case for mixing them up.
    const specs = [100, 200, 300, 400].map(address => ({ key: `k${address}`, table: 'holding', address }))
    const points = pointsOf('x', specs, b.driver, 1)
    const true_ = isTrue(points)
    // Within the quiet time, at its end, far behind it.
    const lateness = [35, 60, 75, 90, 150, 300]
    let [good, bad, wrong] = [0, 0, 0]
    for (let i = 0; i < 300; i++) {
      if (i % 15 === 0) b.fault({ kind: 'late', ms: lateness[(i / 15) % lateness.length]! })
      const [point] = points.slice(i % 4)
      const [sample] = await b.link.read([point!], soon())
      // Dropped after several silent timeouts, and a new connection is tried once a second.
      if (sample!.quality !== 'good')
        await new Promise(resolve => setTimeout(resolve, sample!.reason === 'offline' ? 200 : 20))
      if (sample!.quality !== 'good') bad++
      else if (true_(sample!)) good++
      else wrong++
    }
    expect(wrong).toBe(0)
    expect(good).toBeGreaterThan(200)
    expect(bad).toBeGreaterThan(10)
    const { late, foreign } = (b.link as ModbusLink).counts
    expect(late + foreign).toBeGreaterThan(10)
    await b.link.close()
    await b.stop()
  })
})
