import { expect, it } from 'vitest'
import { type Batch, type Readings, samplesOf } from '../../drivers/batch.ts'
import type { Point, PointId, Reason, Value } from '../../drivers/point.ts'
import { createRecorder } from '../../gateway/history/recorder.ts'
import { type AlarmChange, watchAlarms } from '../../gateway/live/alarms.ts'
import { createLatest } from '../../gateway/live/latest.ts'
import { publishTelemetry } from '../../gateway/out/publish.ts'
import { topics } from '../../gateway/out/topics.ts'
import type { Rule } from '../../rules/rule.ts'
import { manualClock, settled } from '../support/clock.ts'

const ids = ['p1', 'p2', 'p3', 'p4', 'p5'].map((key): PointId => `a/${key}`)
const points = ids.map(
  (id, i): Point => ({
    id,
    key: id.slice(2),
    name: { 'zh-CN': id, en: id },
    kind: i === 4 ? 'text' : i === 3 ? 'boolean' : 'number',
    scanMs: 1000,
    address: null,
    ...(i === 1 && { deadband: 2 }),
  }),
)
const base = { delayOffS: 0, severity: 'low', text: { 'zh-CN': '高', en: 'high' } } as const
const rules: readonly Rule[] = [
  { ...base, id: 'high', points: ['a/p1', 'a/p2'], when: { above: 6, deadband: 2 }, delayOnS: 0 },
  { ...base, id: 'delayed', points: ['a/p3'], when: { below: 2 }, delayOnS: 3 },
  { ...base, id: 'on', points: ['a/p4'], when: { equals: true }, delayOnS: 0 },
]

/** All that takes readings, and what it made of them. */
function gateway() {
  const clock = manualClock()
  const diary: unknown[] = []
  const mono = () => clock.now()
  const latest = createLatest(points, clock.now(), mono)
  const alarms = watchAlarms(
    rules,
    points,
    new Map(),
    clock,
    (changes: readonly AlarmChange[]) =>
      diary.push(changes.map(c => [clock.now(), c.alarm.id, c.effects, c.alarm.value]).sort()),
    error => diary.push(error),
  )
  const numbers = new Map(ids.map((id, i) => [id, i + 1]))
  const recorder = createRecorder(p => ({ id: numbers.get(p.id)!, name: p.id, kind: p.kind, periodMs: p.scanMs }))
  recorder.use(points, clock.now())
  const topic = topics('s')
  const broker = {
    publish: async (_: string, payload: string | Buffer) => {
      diary.push(JSON.parse(String(payload)))
    },
  }
  const out = publishTelemetry(points, broker, topic, clock, error => diary.push(error))
  const judge = (accepted: Readings) => {
    alarms.take(accepted)
    if (accepted.samples.length > 0) recorder.samples(accepted.samples)
    for (const batch of accepted.batches) recorder.batch(batch)
    out.take(accepted)
  }
  return {
    clock,
    diary,
    take: (readings: Readings) => judge(latest.take(readings)),
    async rest() {
      await settled()
      const stale = [...latest.aged()].sort((a, b) => a.point.localeCompare(b.point))
      judge({ samples: stale, batches: [] })
      await settled()
      const tick = recorder.take(clock.now())
      diary.push(stale, latest.all(), recorder.counts.offered, recorder.counts.skipped)
      if (!tick) return
      const rows = Array.from(tick.points, (p, i) => [p, tick.times[i], tick.codes[i], tick.values[i]])
      diary.push(rows.sort(), tick.texts.map(([i, text]) => [tick.points[i], text]).sort())
    },
  }
}

/** The same numbers each time. */
function dice(seed: number) {
  let state = seed
  return (most: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * most)
  }
}

it('readings as columns lead to what the same readings one by one lead to: values, alarms, history, messages', async () => {
  const roll = dice(4)
  const [columns, single] = [gateway(), gateway()]
  // Two lists share a point: what one of them said last is not for the other to repeat.
  const lists: readonly (readonly PointId[])[] = [ids.slice(0, 4), [ids[4]!], [ids[0]!, ids[2]!]]
  const last = new Map<readonly PointId[], Batch>()
  const valueFor = (id: PointId): Value =>
    id === 'a/p5' ? ['', 'in', 'out'][roll(3)]! : id === 'a/p4' ? roll(2) === 1 : roll(90) / [1, 10, 7][roll(3)]!
  const reasonsThere: readonly Reason[] = ['timeout', 'offline', 'uncertain']
  const seenKinds = { same: 0, bad: 0, late: 0, single: 0, quiet: 0, beat: 0 }

  for (let round = 0; round < 400; round++) {
    const stepMs = roll(30) === 0 ? 700_000 : roll(12) === 0 ? 4000 : 1000
    if (stepMs === 700_000) seenKinds.beat++
    if (stepMs === 4000) seenKinds.quiet++
    for (const g of [columns, single]) await g.clock.pass(stepMs)
    const now = columns.clock.now()
    const batches = lists.flatMap((list): Batch[] => {
      if (roll(4) === 0) return []
      const before = last.get(list)
      const late = roll(15) === 0
      if (late) seenKinds.late++
      const at = late ? now - 5000 : now
      if (before && roll(2) === 0) {
        seenKinds.same++
        const again = { ...before, at, seen: at }
        last.set(list, again)
        return [again]
      }
      const said = list.map(id => ({ value: valueFor(id), reason: roll(8) > 0 ? undefined : reasonsThere[roll(3)] }))
      const some = said.some(s => s.reason !== undefined)
      if (some) seenKinds.bad++
      const batch: Batch = {
        points: list,
        at,
        seen: at,
        values: said.map(s => (s.reason === undefined || s.reason === 'uncertain' ? s.value : null)),
        reasons: some ? said.map(s => s.reason) : null,
      }
      last.set(list, batch)
      return [batch]
    })
    const samples =
      roll(6) > 0 ? [] : [{ point: ids[roll(3)]!, at: now, seen: now, quality: 'good' as const, value: roll(9) }]
    seenKinds.single += samples.length
    // What comes in one moment has each point once.
    for (const moment of [{ samples, batches: [] }, ...batches.map(batch => ({ samples: [], batches: [batch] }))]) {
      columns.take(moment)
      single.take({ samples: samplesOf(moment), batches: [] })
    }
    await columns.rest()
    await single.rest()
    expect(columns.diary.splice(0), `round ${round}`).toEqual(single.diary.splice(0))
  }
  console.log(seenKinds)
  expect(Math.min(...Object.values(seenKinds))).toBeGreaterThan(5)
})
