import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Point, Reason, Sample, Value } from '../../drivers/point.ts'
import { reasonOf } from '../../gateway/history/codes.ts'
import { type History, openHistory } from '../../gateway/history/history.ts'
import { HEARTBEAT_MS } from '../../gateway/history/recorder.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

const both = { 'zh-CN': 'x', en: 'x' }
const point = (key: string, kind: Point['kind'] = 'number', more: Partial<Point> = {}): Point => ({
  ...{ id: `e/${key}`, key, name: both, kind, scanMs: 1000, address: null },
  ...more,
})
const power = point('power', 'number', { deadband: 0.5 })
const state = point('state', 'boolean')
const word = point('word', 'text')

let folder: ReturnType<typeof tempFolder>
let clock: ReturnType<typeof manualClock>
let history: History
let told: (number | null)[]
beforeEach(async () => {
  folder = tempFolder()
  clock = manualClock()
  told = []
  history = await openHistory(folder.path, clock, since => told.push(since))
  history.use([power, state, word])
})
afterEach(async () => {
  await history.stop()
  folder.remove()
})
const good = (p: Point, value: Value, at = clock.now(), seen = clock.now()): Sample => ({
  point: p.id,
  at,
  seen,
  quality: 'good',
  value,
})
const badly = (p: Point, reason: Reason): Sample => ({
  point: p.id,
  at: clock.now(),
  seen: clock.now(),
  quality: 'bad',
  value: null,
  reason,
})
const rows = async (p: Point, from = clock.now() - 30 * 86_400_000) => {
  const [one] = await history.raw([p], from, clock.now() + 86_400_000, 10_000)
  return Array.from({ length: one!.n }, (_, i) => {
    const v = one!.values[i]!
    return Number.isNaN(v) ? reasonOf(one!.codes[i]!) : p.kind === 'text' ? one!.texts[v] : v
  })
}
const pass = async (ms: number) => {
  await clock.pass(ms)
  await until('all is on the disk', () => history.waiting() === 0)
}

describe('what is recorded', () => {
  it('changes beyond the deadband, each change of quality, and all each ten minutes', async () => {
    for (const value of [10, 10.2, 10.49, 9.6, 10.5, 10.5, 11]) history.samples([good(power, value)])
    history.samples([good(state, false), good(word, '运行')])
    history.samples([good(state, false), good(word, '运行'), badly(power, 'timeout')])
    history.samples([badly(power, 'timeout'), badly(power, 'offline'), good(state, true), good(word, '停')])
    history.samples([{ ...good(power, 11), quality: 'uncertain', reason: 'stale' } as Sample, good(power, 11)])
    await pass(1000)
    expect(await rows(power)).toEqual([10, 10.5, 11, 'timeout', 'offline', 11, 11])
    expect(await rows(state)).toEqual([0, 1])
    expect(await rows(word)).toEqual(['运行', '停'])
    for (let i = 0; i < 4; i++) {
      await pass(HEARTBEAT_MS / 2)
      history.samples([good(power, 11)])
    }
    await pass(1000)
    expect(await rows(power)).toEqual([10, 10.5, 11, 'timeout', 'offline', 11, 11, 11, 11])
    const stats = await history.stats()
    expect([stats.offered, stats.skipped, stats.points]).toEqual([22, 9, 3])
  })

  it('a device whose clock is wrong gets the time of the gateway, and is counted', async () => {
    history.samples([good(power, 1, 0), good(power, 2, clock.now() + 3_600_000), good(power, 3, clock.now() - 60_000)])
    await pass(1000)
    expect(await rows(power)).toEqual([3, 1, 2])
    expect(await history.stats()).toMatchObject({ clockWrong: 2, late: 1 })
  })

  it('after a jump of the clock each point is told anew', async () => {
    history.samples([good(power, 7)])
    await pass(1000)
    clock.jump(-3_600_000)
    history.samples([good(power, 7)])
    await pass(1000)
    expect(await rows(power)).toEqual([7, 7])
  })

  it('a point that leaves the site ends in a gap', async () => {
    history.samples([good(power, 7)])
    history.use([state])
    history.samples([good(power, 8)])
    await pass(1000)
    expect(await rows(power)).toEqual([7, 'not-recorded'])
  })

  it('a stop and a start are a gap, and nothing is lost', async () => {
    history.samples([good(power, 7), good(word, 'x')])
    await history.stop()
    await clock.pass(60_000)
    history = await openHistory(folder.path, clock)
    history.use([power, state, word])
    history.samples([good(power, 7)])
    await pass(1000)
    expect(await rows(power)).toEqual([7, 'not-recorded', 7])
    expect(await rows(word)).toEqual(['x', 'not-recorded'])
  })
})

describe('a full disk', () => {
  it('stops the recording and says so; with room it goes on, with a gap between', async () => {
    await history.stop()
    history = await openHistory(folder.path, clock, since => told.push(since), undefined, { mostPages: 24 })
    history.use([power, state, word])
    let n = 0
    while (history.failedSince() === null && n < 3000) {
      history.samples([good(power, Math.PI * n++), good(word, `word ${'x'.repeat(200)} ${n}`)])
      await pass(1000)
    }
    expect(n).toBeLessThan(3000)
    expect(told).toEqual([history.failedSince()])
    for (let i = 0; i < 20; i++) {
      history.samples([good(power, -i), good(word, `no room for ${i} ${'y'.repeat(4000)}`)])
      await pass(1000)
    }
    // Little things may still find room; what does not is counted and is a gap, never a value that holds on.
    expect((await history.stats()).notRecorded).toBeGreaterThanOrEqual(20)
    expect((await rows(word)).filter(w => String(w).startsWith('no room'))).toEqual([])
    expect((await rows(power)).slice(0, n - 1)).toEqual(Array.from({ length: n - 1 }, (_, i) => Math.PI * i))
    expect((await rows(power))[n - 1]).toBe('not-recorded')
    await history.stop()
    history = await openHistory(folder.path, clock, since => told.push(since))
    history.use([power, state, word])
    history.samples([good(power, 5)])
    await pass(1000)
    expect((await rows(power)).at(-1)).toBe(5)
    expect(history.failedSince()).toBe(null)
  })

  it('in the midst: the gap begins when the writing failed and ends when it is possible again', async () => {
    history.samples([good(power, 1)])
    await pass(1000)
    const file = new DatabaseSync(join(folder.path, 'history.db'), { timeout: 120_000 })
    const since = clock.now()
    // The writer waits for its turn five seconds, then gives up, as with a disk that answers no more.
    file.exec('BEGIN IMMEDIATE')
    history.samples([good(power, 2)])
    await clock.pass(1000)
    // Tidying may stand in the same queue before it: five seconds twice.
    await until('it says so', () => history.failedSince() !== null, 15_000)
    history.samples([good(power, 3)])
    expect(history.failedSince()! - since).toBeLessThanOrEqual(2000)
    file.exec('ROLLBACK')
    file.close()
    for (let i = 0; i < 8 && history.failedSince() !== null; i++) await pass(1000)
    history.samples([good(power, 4)])
    await pass(1000)
    expect(await rows(power)).toEqual([1, 'not-recorded', 4])
    expect(told).toEqual([expect.any(Number), null])
  }, 120_000)
})

it('a file that is broken is put aside, and a new one begun', async () => {
  await history.stop()
  const { writeFileSync, readdirSync } = await import('node:fs')
  writeFileSync(
    join(folder.path, 'history.db'),
    'this is no database, and it is long enough to be looked at'.repeat(100),
  )
  const aside: string[] = []
  history = await openHistory(
    folder.path,
    clock,
    () => {},
    path => aside.push(path),
  )
  history.use([power])
  history.samples([good(power, 1)])
  await pass(1000)
  expect(await rows(power)).toEqual([1])
  expect(aside).toHaveLength(1)
  expect(readdirSync(folder.path).filter(name => name.includes('broken'))).toHaveLength(1)
})
