import { expect, it } from 'vitest'
import { samplesOf } from '../../drivers/batch.ts'
import type { Driver, Link } from '../../drivers/driver.ts'
import type { Point, Sample } from '../../drivers/point.ts'

/** One driver against its simulator. */
export interface Bench {
  readonly driver: Driver
  readonly link: Link
  readonly points: readonly Point[]
  /** True if the sample is what the simulator really holds. */
  isTrue(sample: Sample): boolean
  /** How many connections the simulator has now. */
  connections(): number
  /** Leaves the requests unanswered, or the whole device away, until `comeBack`. */
  goSilent(): void | Promise<void>
  comeBack(): void | Promise<void>
  /** Cuts the connection once. */
  drop(): void | Promise<void>
  stop(): Promise<void>
}

export const soon = (ms = 60_000): AbortSignal => AbortSignal.timeout(ms)

/** Reads until all are good. At most so long; the last samples are what the test then fails with. */
export async function recovered(link: Link, points: readonly Point[], ms = 15_000): Promise<readonly Sample[]> {
  const end = Date.now() + ms
  for (;;) {
    const samples = await link.read(points, soon())
    if (samples.every(s => s.quality === 'good') || Date.now() > end) return samples
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** What every driver must do. */
export function driverSuite(start: () => Promise<Bench>): void {
  const bench = (name: string, run: (b: Bench) => Promise<void>) =>
    it(name, { timeout: 120_000 }, async () => {
      const b = await start()
      try {
        await run(b)
      } finally {
        await b.link.close()
        await b.stop()
      }
    })
  const expectTrue = (b: Bench, samples: readonly Sample[]) => {
    expect(samples.map(s => s.point)).toEqual(b.points.map(p => p.id))
    expect(samples.map(s => s.reason ?? s.quality)).toEqual(b.points.map(() => 'good'))
    expect(samples.filter(s => !b.isTrue(s))).toEqual([])
  }

  bench('opens without connecting; the first read does, and gives one true sample per point in order', async b => {
    expect(b.connections()).toBe(0)
    expectTrue(b, await b.link.read(b.points, soon()))
    const backwards = [...b.points].reverse()
    expect((await b.link.read(backwards, soon())).map(s => s.point)).toEqual(backwards.map(p => p.id))
    expect(await b.link.read([], soon())).toEqual([])
  })

  bench('read as columns, each point is there once, and as true as read one by one; silence is as bad', async b => {
    const { scan } = b.link
    if (!scan) return
    for (let i = 0; i < 3; i++) {
      const samples = samplesOf({ samples: [], batches: await scan(b.points, soon()) })
      const byPoint = new Map(samples.map(s => [s.point, s]))
      expect(samples.length).toBe(b.points.length)
      expectTrue(
        b,
        b.points.map(p => byPoint.get(p.id)!),
      )
    }
    await b.goSilent()
    const silent = samplesOf({ samples: [], batches: await scan(b.points, soon()) })
    expect(silent.map(s => s.point).sort()).toEqual(b.points.map(p => p.id).sort())
    expect(silent.filter(s => s.value !== null)).toEqual([])
    await b.comeBack()
  })

  bench('many callers at once share one connection', async b => {
    await b.link.read(b.points, soon())
    const before = b.connections()
    const all = await Promise.all(Array.from({ length: 5 }, () => b.link.read(b.points, soon())))
    for (const samples of all) expectTrue(b, samples)
    expect(b.connections()).toBe(before)
  })

  bench('silence is bad without a value, and it recovers by itself', async b => {
    await b.link.read(b.points, soon())
    await b.goSilent()
    const lost = await b.link.read(b.points, soon())
    expect(lost.map(s => s.point)).toEqual(b.points.map(p => p.id))
    for (const s of lost) {
      expect([s.quality, s.value]).toEqual(['bad', null])
      expect(['timeout', 'offline']).toContain(s.reason)
    }
    await b.comeBack()
    expectTrue(b, await recovered(b.link, b.points))
  })

  bench('a dropped connection recovers', async b => {
    await b.link.read(b.points, soon())
    await b.drop()
    expectTrue(b, await recovered(b.link, b.points))
  })

  bench('a caller that gives up gets his samples at once', async b => {
    await b.link.read(b.points, soon())
    const none = await b.link.read(b.points, AbortSignal.abort())
    expect(none.map(s => s.quality)).toEqual(b.points.map(() => 'bad'))
    await b.goSilent()
    const began = performance.now()
    const some = await b.link.read(b.points, AbortSignal.timeout(50))
    expect(performance.now() - began).toBeLessThan(500)
    expect(some.map(s => s.value)).toEqual(b.points.map(() => null))
  })

  bench('close answers the reads under way, ends in a second, and stays closed', async b => {
    await b.link.read(b.points, soon())
    await b.goSilent()
    const reads = [b.link.read(b.points, soon()), b.link.read(b.points, soon())]
    const began = performance.now()
    await b.link.close()
    for (const samples of await Promise.all(reads))
      expect(samples.map(s => s.quality)).toEqual(b.points.map(() => 'bad'))
    expect(performance.now() - began).toBeLessThan(1200)
    const after = await b.link.read(b.points, soon())
    expect(after.map(s => s.reason)).toEqual(b.points.map(() => 'offline'))
    await b.link.close()
  })

  bench('check never throws, whatever it is given', async b => {
    const odd = [undefined, null, 5, '', [], {}, { table: 3 }, { table: 'coil', address: -1 }, { node: 7 }]
    let looked = 0
    for (const options of [undefined, null, {}, { host: 5, maxRegisters: 'x' }])
      for (const address of odd) {
        const point = { ...b.points[0]!, address } as Point
        expect(Array.isArray(b.driver.check(options, [point]))).toBe(true)
        looked++
      }
    expect(looked).toBe(36)
    expect(b.driver.check({}, b.points)).toEqual([])
  })
}
