import { expect, it } from 'vitest'
import type { Link, WriteResult } from '../../drivers/driver.ts'
import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { createPoller, onlineId } from '../../gateway/live/poller.ts'
import { STUCK_MS, type Stuck, watchdog } from '../../gateway/live/watchdog.ts'
import { manualClock } from '../support/clock.ts'

const point = (id: PointId): Point => ({
  id,
  key: id.slice(id.indexOf('/') + 1),
  name: { 'zh-CN': id, en: id },
  kind: 'number',
  scanMs: 1000,
  address: null,
})
const never = new Promise<never>(() => {})

/** A driver that breaks its word: some of its reads never end. */
function start() {
  const clock = manualClock()
  const state = { hangs: false, ms: 0, asked: 0, value: 0 }
  const diary: Stuck[] = []
  const link: Link = {
    async read(points) {
      state.asked++
      if (state.hangs) return never
      if (state.ms > 0) await new Promise<void>(resolve => clock.after(state.ms, resolve))
      const now = clock.now()
      return points.map(p => ({ point: p.id, at: now, seen: now, quality: 'good', value: ++state.value }))
    },
    write: (): Promise<WriteResult> => never,
    close: async () => {},
  }
  const guarded = watchdog(link, 1000, clock, detail => diary.push(detail), clock.mono)
  return { clock, state, diary, link: guarded }
}

it('a read that never ends is timed out and logged, and polling goes on by itself', async () => {
  const { clock, state, diary, link } = start()
  const told: Sample[] = []
  const poller = createPoller([{ id: 'a', link, points: [point('a/x')] }], clock, samples => told.push(...samples))
  const last = (id: PointId) => told.findLast(s => s.point === id)
  await clock.pass(3500)
  expect(last('a/x')).toMatchObject({ quality: 'good' })
  state.hangs = true
  await clock.pass(1000)
  const asked = state.asked
  await clock.pass(STUCK_MS)
  expect([diary, state.asked, last('a/x')!.quality]).toEqual([[], asked, 'good'])
  await clock.pass(10_000)
  expect(last('a/x')).toMatchObject({ quality: 'bad', reason: 'timeout', value: null })
  expect(diary.map(d => d.what)).toEqual(['read'])
  expect(diary[0]!.afterMs).toBeGreaterThan(STUCK_MS + 1000)
  expect(state.asked).toBeGreaterThan(asked)
  // Two of them, and the device is given up; the driver comes to its senses, and so does the device.
  await clock.pass(80_000)
  expect(last(onlineId('a'))!.value).toBe(false)
  state.hangs = false
  await clock.pass(140_000)
  expect(last('a/x')).toMatchObject({ quality: 'good' })
  expect(last(onlineId('a'))!.value).toBe(true)
  poller.stop()
  await link.close()
  expect(clock.timers()).toBe(0)
})

it('a slow line is not taken for a dead one: the first answer that is so late tells how slow it is', async () => {
  const { clock, state, diary, link } = start()
  state.ms = 100_000
  const ask = async () => (await link.read([point('a/x')], new AbortController().signal))[0]!
  const first = ask()
  await clock.pass(150_000)
  expect([(await first).reason, diary.length]).toEqual(['timeout', 1])
  for (let i = 0; i < 3; i++) {
    const next = ask()
    await clock.pass(110_000)
    expect((await next).quality).toBe('good')
  }
  expect(diary.length).toBe(1)
})

it('who has given up is not kept waiting, by a read or by a write', async () => {
  const { clock, state, diary, link } = start()
  state.hangs = true
  const late = new AbortController()
  const read = link.read([point('a/x')], late.signal)
  const write = link.write!(point('a/x'), 1, late.signal)
  await clock.pass(9000)
  expect(diary).toEqual([])
  late.abort()
  await clock.pass(10_000)
  expect((await read)[0]).toMatchObject({ quality: 'bad', reason: 'timeout' })
  expect(await write).toEqual({ ok: false, reason: 'timeout' })
  expect(diary.map(d => d.what)).toEqual(['read', 'write'])
})

it('closing answers what is still under way', async () => {
  const { clock, state, diary, link } = start()
  state.hangs = true
  const read = link.read([point('a/x')], new AbortController().signal)
  await link.close()
  expect((await read)[0]!.value).toBe(null)
  expect([diary, clock.timers()]).toEqual([[], 0])
})
