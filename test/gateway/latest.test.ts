import { describe, expect, it } from 'vitest'
import { bad, type Point, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { createLatest } from '../../gateway/live/latest.ts'

const point = (id: PointId, scanMs: number): Point => ({
  id,
  key: id.split('/')[1]!,
  name: { 'zh-CN': id, en: id },
  kind: 'number',
  scanMs,
  address: null,
})
const good = (value: Value, at: number, seen = at, id: PointId = 'a/x'): Sample => ({
  point: id,
  at,
  seen,
  quality: 'good',
  value,
})
function table() {
  const t = { mono: 0 }
  const latest = createLatest([point('a/x', 1000), point('a/slow', 10_000)], 5000, () => t.mono)
  return { t, latest }
}

describe('latest', () => {
  it('begins with every point bad, never with a zero', () => {
    const { latest } = table()
    expect(latest.all().map(s => [s.point, s.quality, s.value, s.reason])).toEqual([
      ['a/x', 'bad', null, 'never-read'],
      ['a/slow', 'bad', null, 'never-read'],
    ])
  })
  it('takes newer samples, refuses older ones and points it does not know', () => {
    const { latest } = table()
    const newer = good(2, 7000)
    expect(latest.put([good(1, 6000), newer, good(0, 6500), good(9, 9000, 9000, 'b/x')])).toEqual([
      good(1, 6000),
      newer,
    ])
    expect(latest.get('a/x')).toEqual(newer)
    expect(latest.get('b/x')).toBeUndefined()
  })
  it('believes a device again whose own clock was set back', () => {
    const { latest } = table()
    latest.put([good(1, 9_000_000, 6000)])
    expect(latest.put([good(2, 1000, 7000)])).toHaveLength(1)
    expect(latest.get('a/x')).toMatchObject({ value: 2, at: 1000, seen: 7000 })
  })
  it('a bad sample always counts', () => {
    const { latest } = table()
    latest.put([good(1, 9000)])
    expect(latest.put([bad('a/x', 'timeout', 8000)])).toHaveLength(1)
    expect(latest.get('a/x')).toMatchObject({ quality: 'bad', value: null, reason: 'timeout' })
  })
  it('is stale after three missed scans, three seconds at the least, and once only; its times stay what they were', () => {
    const { t, latest } = table()
    latest.put([good(1, 6000), good(2, 6000, 6000, 'a/slow')])
    t.mono = 3000
    expect(latest.aged()).toEqual([])
    t.mono = 3001
    expect(latest.aged()).toEqual([{ ...good(1, 6000), quality: 'uncertain', reason: 'stale' }])
    expect(latest.aged()).toEqual([])
    t.mono = 30_000
    expect(latest.aged()).toEqual([])
    t.mono = 30_001
    expect(latest.aged().map(s => [s.point, s.at, s.seen])).toEqual([['a/slow', 6000, 6000]])
  })
  it('a good sample ends the staleness, and the same value again keeps it away', () => {
    const { t, latest } = table()
    latest.put([good(1, 6000)])
    t.mono = 4000
    expect(latest.aged()).toHaveLength(1)
    latest.put([good(1, 10_000)])
    expect(latest.get('a/x')!.quality).toBe('good')
    for (let i = 0; i < 10; i++) {
      t.mono += 2000
      latest.put([good(1, 10_000 + i * 2000)])
      expect(latest.aged()).toEqual([])
    }
  })
  it('what is bad never ages: it stays bad with its reason', () => {
    const { t, latest } = table()
    latest.put([bad('a/x', 'refused', 6000)])
    t.mono = 1e9
    expect(latest.aged()).toEqual([])
    expect(latest.get('a/x')).toEqual(bad('a/x', 'refused', 6000))
  })
})
