import { describe, expect, it } from 'vitest'
import type { Link } from '../../drivers/driver.ts'
import { bad, type Point, type PointId, type Sample } from '../../drivers/point.ts'
import { createPoller, onlineId, type PolledDevice } from '../../gateway/live/poller.ts'
import { type ManualClock, manualClock, settled } from '../support/clock.ts'
import { fakeLine } from '../support/line.ts'

const START = Date.UTC(2026, 10, 21, 8)
const point = (device: string, key: string, scanMs = 1000): Point => ({
  id: `${device}/${key}`,
  key,
  name: { 'zh-CN': key, en: key },
  kind: 'number',
  scanMs,
  address: null,
})

function poll(devices: (clock: ManualClock) => readonly PolledDevice[]) {
  const clock = manualClock(START)
  const told: Sample[] = []
  const poller = createPoller(
    devices(clock),
    clock,
    samples => told.push(...samples),
    () => 0.5,
  )
  const online = (id: string) => told.filter(s => s.point === onlineId(id)).map(s => s.value)
  const last = (id: PointId) => told.findLast(s => s.point === id)
  return { clock, told, poller, online, last }
}
const seconds = (reads: [number, string][]) => reads.map(([second]) => second)

describe('pace', () => {
  it('each group at its own, in the slots of the clock', async () => {
    let fake!: ReturnType<typeof fakeLine>
    const { clock, online, poller } = poll(c => {
      fake = fakeLine(c)
      return [{ id: 'a', link: fake.link, points: [point('a', 'fast'), point('a', 'fast2'), point('a', 'slow', 5000)] }]
    })
    await clock.pass(10_500)
    expect(seconds(fake.reads.filter(([, keys]) => keys === 'fast fast2'))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(seconds(fake.reads.filter(([, keys]) => keys === 'slow'))).toEqual([0, 5, 10])
    expect(online('a').every(v => v === true)).toBe(true)
    expect(poller.state('a')).toEqual({ online: true, scanMs: 0, retryAt: null })
    poller.stop()
  })
  it('a slow device is never asked twice at once, and skips what it missed', async () => {
    let fake!: ReturnType<typeof fakeLine>
    const { clock, poller } = poll(c => {
      fake = fakeLine(c)
      fake.line.ms = 2500
      return [{ id: 'a', link: fake.link, points: [point('a', 'x')] }]
    })
    await clock.pass(10_400)
    expect(seconds(fake.reads).map(s => Math.round(s * 10) / 10)).toEqual([0, 2.5, 5, 7.5, 10])
    expect(poller.state('a')!.scanMs).toBe(2500)
    poller.stop()
  })
  it('a slow device delays nobody on another line', async () => {
    const fakes: ReturnType<typeof fakeLine>[] = []
    const { clock, poller } = poll(c =>
      ['slow', 'quick'].map((id, i) => {
        fakes.push(fakeLine(c))
        return { id, link: fakes[i]!.link, points: [point(id, 'x')] }
      }),
    )
    fakes[0]!.line.ms = 30_000
    await clock.pass(20_500)
    expect(fakes[0]!.reads.length).toBeLessThanOrEqual(2)
    expect(fakes[1]!.reads).toHaveLength(21)
    poller.stop()
  })
})

describe('a silent device', () => {
  const silent = (more: readonly Point[] = []) => {
    let fake!: ReturnType<typeof fakeLine>
    const run = poll(c => {
      fake = fakeLine(c)
      return [{ id: 'a', link: fake.link, points: [point('a', 'x'), point('a', 'y'), ...more] }]
    })
    return { ...run, fake }
  }

  it('is asked ever more rarely, with one point: after 5, 10, 20, 40, 60, 60 s', async () => {
    const { clock, fake, poller } = silent()
    await clock.pass(9999)
    fake.line.trouble = 'timeout'
    fake.reads.length = 0
    await clock.pass(230_000)
    const times = seconds(fake.reads)
    const givenUp = times.findIndex((t, i) => times[i + 1]! - t > 1)
    expect(
      times
        .slice(givenUp)
        .map((t, i, all) => (all[i + 1] ?? 0) - t)
        .slice(0, 6),
    ).toEqual([5, 10, 20, 40, 60, 60])
    expect(times[givenUp]! - times[0]!).toBeLessThanOrEqual(4)
    expect(fake.reads.slice(givenUp + 1).every(([, keys]) => keys === 'x')).toBe(true)
    expect(poller.state('a')).toMatchObject({ online: false })
    expect(poller.state('a')!.retryAt).toBeGreaterThan(clock.now())
    poller.stop()
  })
  it('with groups on their way while it is given up: they do not count as tries', async () => {
    const { clock, fake, poller } = silent([point('a', 'second', 1001), point('a', 'third', 1002)])
    await clock.pass(2500)
    fake.line.trouble = 'timeout'
    fake.line.ms = 900
    await clock.pass(200_000)
    const times = seconds(fake.reads)
    const gaps = times.map((t, i) => Math.round((t - (times[i - 1] ?? t)) / 5) * 5).filter(gap => gap > 0)
    expect(gaps.slice(0, 4)).toEqual([5, 10, 20, 40])
    poller.stop()
  })
  it('one lost answer is no silence', async () => {
    const { clock, fake, online, poller } = silent()
    await clock.pass(5500)
    fake.line.trouble = 'timeout'
    await clock.pass(1000)
    fake.line.trouble = null
    await clock.pass(10_000)
    expect(fake.reads).toHaveLength(17)
    expect(online('a')).not.toContain(false)
    poller.stop()
  })
  it('all its points are bad at once when it is given up, also those of slow groups', async () => {
    const { clock, fake, last, poller } = silent([point('a', 'hours', 600_000)])
    await clock.pass(5500)
    expect(last('a/hours')!.quality).toBe('good')
    fake.line.trouble = 'timeout'
    await clock.pass(5000)
    expect(last('a/online')).toMatchObject({ quality: 'good', value: false })
    for (const id of ['a/x', 'a/y', 'a/hours'] as const)
      expect([id, last(id)!.quality, last(id)!.reason]).toEqual([id, 'bad', 'timeout'])
    poller.stop()
  })
  it('answers again: everything is read at once', async () => {
    const { clock, fake, online, last, poller } = silent([point('a', 'slow', 600_000)])
    fake.line.trouble = 'offline'
    await clock.pass(30_000)
    expect(online('a').at(-1)).toBe(false)
    fake.reads.length = 0
    fake.line.trouble = null
    await clock.pass(60_000)
    const [probe, ...rest] = fake.reads
    expect(probe![1]).toBe('x')
    const atOnce = rest.filter(([t]) => t - probe![0] < 0.1).map(([, keys]) => keys)
    expect(atOnce.sort()).toEqual(['slow', 'x y'])
    expect(online('a').at(-1)).toBe(true)
    expect(last('a/slow')!.quality).toBe('good')
    poller.stop()
  })
  it('of one point answers again: its other groups are read at once too', async () => {
    let fake!: ReturnType<typeof fakeLine>
    const { clock, poller } = poll(c => {
      fake = fakeLine(c)
      fake.line.trouble = 'offline'
      return [{ id: 'a', link: fake.link, points: [point('a', 'only'), point('a', 'slow', 600_000)] }]
    })
    await clock.pass(30_000)
    fake.reads.length = 0
    fake.line.trouble = null
    await clock.pass(60_000)
    const probe = fake.reads[0]![0]
    expect(fake.reads.filter(([t]) => t - probe < 0.1).map(([, keys]) => keys)).toContain('slow')
    poller.stop()
  })
  it('an exception is an answer: the device is there', async () => {
    const { clock, fake, online, poller } = silent()
    fake.line.trouble = 'refused'
    await clock.pass(20_500)
    expect(fake.reads).toHaveLength(21)
    expect(online('a')).not.toContain(false)
    poller.stop()
  })
  it('one point that times out on a device that answers the others does not make it silent', async () => {
    const { clock, fake, online, poller } = silent()
    fake.line.points.set('a/y', 'timeout')
    await clock.pass(20_500)
    expect(fake.reads).toHaveLength(21)
    expect(online('a')).not.toContain(false)
    poller.stop()
  })
})

describe('what must not stop it', () => {
  const one = () => {
    let fake!: ReturnType<typeof fakeLine>
    const run = poll(c => {
      fake = fakeLine(c)
      return [{ id: 'a', link: fake.link, points: [point('a', 'x')] }]
    })
    return { ...run, fake }
  }
  it('a driver that throws: bad samples, and it is asked again', async () => {
    const { clock, fake, last, poller } = one()
    fake.line.throws = true
    await clock.pass(5500)
    expect(last('a/x')).toMatchObject({ quality: 'bad', value: null, reason: 'offline' })
    fake.line.throws = false
    await clock.pass(60_000)
    expect(last('a/x')!.quality).toBe('good')
    poller.stop()
  })
  it('a driver that throws before it promises anything', async () => {
    const { clock, last, poller } = poll(() => [
      {
        id: 'a',
        points: [point('a', 'x')],
        link: {
          read: () => {
            throw new Error('at once')
          },
          close: async () => {},
        },
      },
    ])
    await clock.pass(1500)
    expect(last('a/x')).toMatchObject({ quality: 'bad', reason: 'offline' })
    poller.stop()
  })
  it.each([-3_600_000, 3_600_000, -315_360_000_000])('the clock set by %d ms: it goes on at its pace', async ms => {
    const { clock, fake, poller } = one()
    await clock.pass(5500)
    clock.jump(ms)
    await clock.pass(10_000)
    expect(fake.reads.length).toBeGreaterThanOrEqual(15)
    expect(fake.reads.length).toBeLessThanOrEqual(18)
    poller.stop()
  })
  it('the clock set back while a device is silent: it is tried again in time', async () => {
    const { clock, fake, online, poller } = one()
    fake.line.trouble = 'timeout'
    await clock.pass(10_000)
    clock.jump(-86_400_000)
    fake.line.trouble = null
    await clock.pass(70_000)
    expect(online('a').at(-1)).toBe(true)
    poller.stop()
  })
  it('a device without points, and no devices at all', async () => {
    const empty = poll(() => [])
    await empty.clock.pass(5000)
    expect(empty.told).toEqual([])
    empty.poller.stop()
  })
  it('stopped: nothing more is told, and no timer is left', async () => {
    const { clock, fake, told, poller } = one()
    fake.line.ms = 300
    await clock.pass(2100)
    const n = told.length
    poller.stop()
    await clock.pass(10_000)
    expect(told).toHaveLength(n)
    expect(clock.timers()).toBe(0)
  })
})

describe('a device that reports by itself', () => {
  it('is watched, not polled; its connection is its online point', async () => {
    let sink!: (samples: readonly Sample[]) => void
    let watching = false
    let reads = 0
    const link: Link = {
      read: async () => {
        reads++
        return []
      },
      watch(_, take) {
        sink = take
        watching = true
        return () => {
          watching = false
        }
      },
      close: async () => {},
    }
    const { clock, online, poller } = poll(() => [{ id: 'a', link, points: [point('a', 'x')] }])
    expect(poller.state('a')!.online).toBeNull()
    const at = clock.now()
    sink([{ point: 'a/x', at, seen: at, quality: 'good', value: 1 }])
    // What somebody kept for it from before says nothing of it now: neither that it lives, nor that it is dead.
    sink([{ point: 'a/x', at, seen: at, quality: 'uncertain', value: 1, reason: 'stale' }])
    sink([bad('a/x', 'offline', at)])
    sink([{ point: 'a/x', at, seen: at, quality: 'uncertain', value: 1, reason: 'stale' }])
    await clock.pass(120_000)
    expect(online('a')).toEqual([true, false])
    expect(poller.state('a')!.online).toBe(false)
    poller.stop()
    await settled()
    // The tick at the very start comes before anybody watches nothing: no read was made.
    expect([reads, watching]).toEqual([0, false])
  })
})

describe('answers of one turn of the event loop', () => {
  it('go on as one; each point once, also of a device with two groups', async () => {
    const clock = manualClock(START)
    const came: { readonly samples: number; readonly points: readonly PointId[] }[] = []
    const ids = new Map<readonly Point[], readonly PointId[]>()
    const link: Link = {
      read: async () => [],
      scan: async points => {
        const listed = ids.get(points) ?? points.map(p => p.id)
        ids.set(points, listed)
        return [{ points: listed, at: START, seen: START, values: points.map(() => 1), reasons: null }]
      },
      close: async () => {},
    }
    const devices = ['a', 'b', 'c'].map(id => ({ id, link, points: [point(id, 'x'), point(id, 'y', 2000)] }))
    const poller = createPoller(
      devices,
      clock,
      () => {},
      () => 0.5,
      ({ samples, batches }) => came.push({ samples: samples.length, points: batches.flatMap(b => b.points) }),
    )
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    expect(came.map(({ samples, points }) => [samples, [...points].sort()])).toEqual([
      [0, ['a', 'b', 'c'].flatMap(id => [onlineId(id), `${id}/x`, `${id}/y`])],
    ])
    poller.stop()
  })
})
