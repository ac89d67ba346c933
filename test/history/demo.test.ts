import { describe, expect, it } from 'vitest'
import { type DemoPoint, type DemoSpan, demoBlocks, pastOf } from '../../gateway/demo/history.ts'
import { read } from '../../gateway/history/block.ts'
import { unpackHours } from '../../gateway/history/sums.ts'

const span: DemoSpan = {
  from: Date.UTC(2026, 9, 22, 3, 17, 20),
  to: Date.UTC(2026, 10, 21, 3, 17, 20),
  aheadMs: 8 * 3_600_000,
  seed: 1,
}
const point = (key: string, unit: string | null, now: DemoPoint['now'], more: Partial<DemoPoint> = {}): DemoPoint => ({
  ...{ point: 7, id: `e/${key}`, key, unit, now, range: null, coded: false, space: 'tower-b', periodMs: 1000 },
  kind: typeof now === 'number' ? 'number' : typeof now === 'boolean' ? 'boolean' : 'text',
  ...more,
})
function valuesOf(p: DemoPoint) {
  const blocks = demoBlocks(p, span)
  return blocks.flatMap(b => {
    const { times, values } = read(b.block)
    return [...times].map((at, i) => [at, values[i]!] as const)
  })
}

describe('the made-up past', () => {
  it('runs up to where measured data begins, and no further; the same seed makes the same', () => {
    const p = point('power', 'kW', 86.4)
    const all = valuesOf(p)
    expect(all.length).toBe(8640)
    expect(all[0]![0] - span.from).toBeLessThan(300_000)
    expect(all.at(-1)![0]).toBeLessThan(span.to)
    expect(span.to - all.at(-1)![0]).toBeLessThanOrEqual(300_000)
    expect(Math.abs(all.at(-1)![1] - 86.4)).toBeLessThan(5)
    expect(valuesOf(p)).toEqual(all)
  })
  it('of a load: an office works by day and rests on Sunday', () => {
    const all = valuesOf(point('power', 'kW', 86.4))
    const mean = (fits: (wall: Date) => boolean) => {
      const list = all.filter(([at]) => fits(new Date(at + span.aheadMs))).map(([, v]) => v)
      return list.reduce((a, b) => a + b) / list.length
    }
    const noon = mean(d => d.getUTCDay() === 3 && d.getUTCHours() === 10)
    expect(noon / mean(d => d.getUTCDay() === 3 && d.getUTCHours() === 3)).toBeGreaterThan(3)
    expect(noon / mean(d => d.getUTCDay() === 0 && d.getUTCHours() === 10)).toBeGreaterThan(2)
  })
  it('of a counter: never runs backwards, never below nought, ends at what it shows now, and counts its power', () => {
    const power = point('power', 'W', 12_000)
    for (const now of [52_314.62, 18, 0.4, 0]) {
      const all = valuesOf(point('energy-import', 'kW.h', now, { power }))
      for (let i = 1; i < all.length; i++) expect(all[i]![1]).toBeGreaterThanOrEqual(all[i - 1]![1])
      expect(all[0]![1]).toBeGreaterThanOrEqual(0)
      expect(all.at(-1)![1]).toBeLessThanOrEqual(now)
      expect(now - all.at(-1)![1]).toBeLessThanOrEqual(4)
    }
    const used = 52_314.62 - valuesOf(point('energy-import', 'kW.h', 52_314.62, { power }))[0]![1]
    const mean = valuesOf(power).reduce((sum, [, v]) => sum + v, 0) / 8640 / 1000
    expect(used / (mean * 720)).toBeCloseTo(1, 1)
  })
  it('makes up no trouble: faults, trips and alarms were never there', () => {
    for (const key of ['pump1-tripped', 'person-trapped', 'alarm-bell', 'fault', 'smoke', 'tank-low'])
      for (const now of [true, false])
        expect([key, new Set(valuesOf(point(key, null, now)).map(v => v[1]))]).toEqual([key, new Set([0])])
    expect(pastOf(point('fault', null, 7, { coded: true }), span)).toBe(null)
    expect(pastOf(point('name', null, 'x'), span)).toBe(null)
  })
  it('shows what its made-up alarms tell of, while they stood, and nothing of it after', () => {
    const [from, to] = [span.to - 5 * 86_400_000 + 1234, span.to - 5 * 86_400_000 + 9234]
    const all = valuesOf(point('tripped', null, false, { spells: [{ from, to, value: 1 }] }))
    expect(all.filter(([, value]) => value === 1)).toEqual([[from, 1]])
    expect(all.find(([at]) => at === to)).toEqual([to, 0])
    const hot = valuesOf(point('temperature', 'Cel', 24, { spells: [{ from, to: from + 900_000, value: 41.2 }] }))
    expect(hot.filter(([, value]) => value === 41.2).length).toBeGreaterThanOrEqual(3)
    for (let i = 1; i < hot.length; i++) expect(hot[i]![0]).toBeGreaterThan(hot[i - 1]![0])
  })
  it.each([
    ['rolled over', { rollsOverAt: 9999.99, daysAgo: 9 }, 280.35, 9, 9999],
    ['was exchanged', { beganAt: 3.7, oldEndedAt: 186_532.4, daysAgo: 5 }, 1003.7, 5, 186_500],
  ] as const)('of a meter that %s: one fall, on its day, from near its end', (_, life, now, daysAgo, most) => {
    const all = valuesOf(point('energy-import', 'kW.h', now, { life }))
    const falls = all.flatMap(([at, v], i) => (i > 0 && v < all[i - 1]![1] ? [[at, all[i - 1]![1], v] as const] : []))
    expect(falls.length).toBe(1)
    const [[at, before, after]] = falls as [(typeof falls)[number]]
    expect(Math.abs(span.to - at - daysAgo * 86_400_000)).toBeLessThan(3 * 3_600_000)
    expect(before).toBeGreaterThan(most)
    expect(after).toBeLessThan(10)
    expect(all.at(-1)![1]).toBeLessThanOrEqual(now)
  })
  it('of a meter that stands: it counted until then', () => {
    const all = valuesOf(point('energy-import', 'kW.h', 11_292.54, { life: { stuckDays: 12 } }))
    const moved = all.findLast(([, v], i) => i > 0 && v > all[i - 1]![1])!
    expect((span.to - moved[0]) / 86_400_000).toBeCloseTo(12, 0)
    expect(all.at(-1)![1]).toBe(11_292.54)
    expect(all[0]![1]).toBeLessThan(11_290)
  })
  it('stays in range, and its hours fit its samples', () => {
    let days = 0
    for (const p of [
      point('level', '%', 97, { range: [0, 100] }),
      point('temperature', 'Cel', 24.3),
      point('voltage-l1', 'V', 230.10000610351562),
    ])
      for (const b of demoBlocks(p, span)) {
        const { values } = read(b.block)
        // A whole day of samples each five minutes: twelve in each hour, the first at its beginning.
        if (values.length === 288)
          expect([...unpackHours(b.hours!).max]).toEqual(
            Array.from({ length: 24 }, (_, h) => Math.max(...values.slice(12 * h, 12 * h + 12))),
          )
        expect(Math.min(...values)).toBeGreaterThanOrEqual(p.range?.[0] ?? 0)
        expect(Math.max(...values)).toBeLessThanOrEqual(p.range?.[1] ?? 300)
        days++
      }
    expect(days).toBe(93)
  })
})
