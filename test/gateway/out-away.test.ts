import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStore } from '../../gateway/history/store.ts'
import { runReader } from '../../gateway/out/reader/reader.ts'
import type { Row, Sink } from '../../gateway/out/reader/row.ts'
import { recordStream, type Shape, telemetryStreams } from '../../gateway/out/reader/streams.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'

const T0 = Date.UTC(2026, 10, 21)
const numberAt = (minute: number, point: number) => ((minute * 7 + point * 13) % 5000) / 10

/** One message a minute with all of it, as a far end of messages would get it. */
const shape: Shape = (seq, tick) =>
  tick.codes.every(code => code === 0)
    ? [{ seq, id: `j-${seq}`, at: tick.now, samples: tick.points.length, topic: 'all', text: tick.values.join(' ') }]
    : []

/** A site of so many points a minute and 20 records an hour whose far end is away for so long; then it is there again. */
async function away(points: number, hours: number, mostBytes: number) {
  const minutes = hours * 60
  const folder = tempFolder()
  const store = openStore(join(folder.path, 'history.db'), { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 40 })
  store.db.prepare('PRAGMA synchronous=OFF').run()
  const clock = manualClock(T0)
  const named = Array.from({ length: points }, (_, i) => ({
    ...{ id: i + 1, name: `e/p${i}`, kind: 'number' as const, periodMs: 60_000 },
  }))
  store.readers.use(['cloud'], mostBytes, 0)
  const trail: { seq: number; time: number }[] = []
  let cursor: number | null = 0
  let up = false
  const got: Row[] = []
  const sink: Sink = {
    async send(sent) {
      if (!up) return { kind: 'away', why: { code: 'unreachable', detail: '' } }
      got.push(...sent)
      return { kind: 'taken' }
    },
    close: async () => {},
  }
  const telemetry = telemetryStreams({
    id: 'cloud',
    position: store.readers.states()[0]!.position,
    head: 0,
    shape,
    liveFirst: true,
    readers: {
      rows: async (id, lane, from, to, most) => store.readers.read(id, lane, from, to, most, store.head()),
      async moved(id, position) {
        store.readers.moved(id, position)
        return null
      },
      named: id => store.points.get(id),
    },
  })
  const records = recordStream({
    after: (seq, limit) =>
      trail
        .slice(seq, seq + limit)
        .map(e => ({ ...e, actor: '', role: '', kind: 'alarm', id: '', action: '', data: {} })),
    head: () => trail.length,
    cursor: {
      get: () => cursor,
      set(seq) {
        cursor = seq
      },
    },
    shape: e => [{ seq: e.seq, id: `t-${e.seq}`, at: e.time, samples: 1, topic: 'alarm', text: '' }],
  })
  const streams = [records.stream, ...telemetry.streams]
  const reader = runReader({ clock, sink, streams, catchUpPerS: 10_000, setAside: () => {}, random: () => 1 })
  for (let minute = 0; minute < minutes; minute++) {
    if (minute % 3 === 0) trail.push({ seq: trail.length + 1, time: clock.now() })
    store.commit(
      {
        now: clock.now(),
        points: Int32Array.from({ length: points }, (_, i) => i + 1),
        times: new Float64Array(points).fill(clock.now()),
        codes: new Uint8Array(points),
        values: Float64Array.from({ length: points }, (_, i) => numberAt(minute, i)),
        texts: [],
      },
      minute === 0 ? named : [],
    )
    telemetry.committed(store.head())
    reader.wake()
    await clock.pass(60_000)
  }
  const atEnd = store.readers.states()[0]!
  up = true
  reader.tryNow()
  await clock.pass(600_000)
  const last = store.readers.states()[0]!
  await reader.stop()
  store.close()
  folder.remove()
  return { got, atEnd, last, trail }
}
const messages = (got: readonly Row[]) => got.filter(r => r.topic === 'all')

it('three days away: nothing is lost, doubled or out of order', async () => {
  const [points, minutes] = [100, 72 * 60]
  const { got, atEnd, last, trail } = await away(points, minutes / 60, 2 ** 30)
  expect(atEnd).toMatchObject({ samples: minutes * points, lost: 0, oldestAt: T0 })
  expect(last).toMatchObject({ samples: 0, lost: 0, oldestAt: null })
  expect(got.filter(r => r.topic === 'alarm').map(r => r.seq)).toEqual(trail.map(e => e.seq))
  const all = messages(got)
  expect(all.length).toBe(minutes)
  // What is new goes first; then the rest from its beginning.
  expect(all[0]!.at).toBe(T0 + (minutes - 1) * 60_000)
  const late = all.slice(1)
  expect(late.every((r, i) => r.at === T0 + i * 60_000)).toBe(true)
  for (const r of all) {
    const minute = (r.at - T0) / 60_000
    if (r.text !== Array.from({ length: points }, (_, i) => numberAt(minute, i)).join(' '))
      throw new Error(`other values at ${minute}`)
  }
})

it('with too little room the oldest telemetry goes, counted; every record arrives', async () => {
  const [points, minutes] = [100, 24 * 60]
  const { got, last, trail } = await away(points, minutes / 60, 200_000)
  expect(got.filter(r => r.topic === 'alarm').map(r => r.seq)).toEqual(trail.map(e => e.seq))
  const all = messages(got)
  expect(all.length).toBeLessThan(minutes - 300)
  expect(all.length).toBeGreaterThan(200)
  expect(last.lost).toBe((minutes - all.length) * points)
  expect(last).toMatchObject({ lostFrom: T0, lostTo: T0 + (minutes - all.length - 1) * 60_000 })
})
