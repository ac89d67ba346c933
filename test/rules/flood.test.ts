import { expect, it } from 'vitest'
import { floodWatch, grouped } from '../../rules/flood.ts'

const MIN = 60_000

it('a flood begins with the eleventh call in ten minutes and ends below five', () => {
  const watch = floodWatch()
  const diary: [minute: number, calls: number, count: number, flood: boolean][] = [
    [0, 6, 6, false],
    [3, 4, 10, false],
    [4, 1, 11, true],
    [9, 0, 11, true],
    [10, 0, 5, true],
    [13, 0, 1, false],
    [13.5, 9, 10, false],
    [14, 1, 10, false],
    [14.1, 1, 11, true],
    [60, 0, 0, false],
  ]
  for (const [minute, calls, count, flood] of diary) {
    const now = 1e9 + minute * MIN
    for (let i = 0; i < calls; i++) watch.called(now)
    const rate = watch.look(now)
    expect([minute, rate.count, rate.since !== null]).toEqual([minute, count, flood])
  }
  expect(diary).toHaveLength(10)
})

it('says since when, and how many of each minute', () => {
  const watch = floodWatch()
  for (let i = 0; i < 12; i++) watch.called(1e9 + i * 1000)
  expect(watch.look(1e9 + 60_000).since).toBe(1e9 + 10_000)
  expect(watch.perMinute(1e9 + 65_000)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 6, 6])
  watch.shift(-3_600_000)
  expect(watch.look(1e9 - 3_600_000 + 60_000)).toEqual({ count: 12, since: 1e9 - 3_600_000 + 10_000 })
})

it('ten thousand calls cost no more than ten thousand steps', () => {
  const watch = floodWatch()
  const started = performance.now()
  for (let i = 0; i < 100_000; i++) watch.called(i * 50)
  expect(watch.look(5_000_000).count).toBe(11_999)
  expect(performance.now() - started).toBeLessThan(500)
})

it('groups by area and kind; whoever is in danger, and the highest, stand alone', () => {
  const a = (
    id: string,
    severity: 'life' | 'high' | 'medium' | 'low',
    area: string | null,
    rule: string,
    raisedAt: number,
  ) => ({
    id,
    severity,
    area,
    rule,
    raisedAt,
    active: true,
    acked: id.endsWith('*'),
  })
  const list = [
    a('l1', 'life', 'lobby', 'trapped', 9),
    a('l2', 'life', 'lobby', 'trapped', 8),
    a('h1', 'high', 'b1', 'trip', 7),
    a('h2', 'high', 'b1', 'trip', 6),
    a('m1*', 'medium', 'b1', 'contact', 5),
    a('m2', 'medium', 'b2', 'contact', 4),
    a('m3', 'medium', 'b1', 'contact', 3),
    a('w1', 'low', 'b1', 'contact', 2),
    a('w2', 'low', null, 'contact', 1),
  ]
  const groups = grouped(list).map(
    g => `${g.alarms.map(x => x.id).join('+')} first ${g.firstOut.id} unacked ${g.unacked}`,
  )
  expect(groups).toEqual([
    'l1 first l1 unacked 1',
    'l2 first l2 unacked 1',
    'h1 first h1 unacked 1',
    'h2 first h2 unacked 1',
    'm1*+m3 first m3 unacked 1',
    'm2 first m2 unacked 1',
    'w1 first w1 unacked 1',
    'w2 first w2 unacked 1',
  ])
})
