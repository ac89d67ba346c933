import { describe, expect, it } from 'vitest'
import { bad, type Point, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { publishTelemetry } from '../../gateway/out/publish.ts'
import { topics } from '../../gateway/out/topics.ts'
import { manualClock, settled } from '../support/clock.ts'

const point = (id: PointId, deadband?: number): Point => ({
  id,
  key: id.split('/')[1]!,
  name: { 'zh-CN': id, en: id },
  kind: 'number',
  scanMs: 1000,
  address: null,
  ...(deadband !== undefined && { deadband }),
})
const good = (point: PointId, value: Value, seen = 0): Sample => ({ point, at: seen, seen, quality: 'good', value })

/** A broker that takes as long as the test wants. */
function telemetry() {
  const clock = manualClock()
  const sent: { topic: string; v: Record<string, unknown>; q: Record<string, string> }[] = []
  const failures: unknown[] = []
  const busy: (() => void)[] = []
  const state = { slow: false, broken: false }
  const out = publishTelemetry(
    [point('a/x'), point('a/y', 0.5), point('b/x')],
    {
      publish: async (topic, payload) => {
        if (state.broken) throw new Error('closed')
        sent.push({
          topic,
          ...(JSON.parse(String(payload)) as { v: Record<string, unknown>; q: Record<string, string> }),
        })
        if (state.slow) await new Promise<void>(go => busy.push(go))
      },
    },
    topics('s'),
    clock,
    error => failures.push(error),
  )
  return { clock, sent, failures, busy, state, out }
}
const values = (sent: readonly { v: object }[]) => sent.map(m => m.v)

describe('telemetry', () => {
  it('one message per equipment and scan, with what has changed', async () => {
    const { out, sent } = telemetry()
    out.samples([good('a/x', 1), good('a/y', 1), good('b/x', 1)])
    await settled()
    out.samples([good('a/x', 1), good('a/y', 2), good('b/x', 1)])
    await settled()
    expect(sent.map(m => [m.topic, m.v])).toEqual([
      ['gatehouse/s/telemetry/a', { x: 1, y: 1 }],
      ['gatehouse/s/telemetry/b', { x: 1 }],
      ['gatehouse/s/telemetry/a', { y: 2 }],
    ])
  })
  it('small changes within the deadband are not told, but they add up', async () => {
    const { out, sent } = telemetry()
    for (const value of [10, 10.2, 10.4, 10.49, 10.5, 10.6, 10]) {
      out.samples([good('a/y', value)])
      await settled()
    }
    expect(values(sent)).toEqual([{ y: 10 }, { y: 10.5 }, { y: 10 }])
  })
  it('another quality is always a change, and so is another reason', async () => {
    const { out, sent } = telemetry()
    out.samples([good('a/y', 1)])
    await settled()
    for (const sample of [
      bad('a/y', 'timeout', 1),
      bad('a/y', 'timeout', 2),
      bad('a/y', 'offline', 3),
      good('a/y', 1),
    ]) {
      out.samples([sample])
      await settled()
    }
    expect(sent.map(m => [m.v.y, m.q.y])).toEqual([
      [1, undefined],
      [null, 'timeout'],
      [null, 'offline'],
      [1, undefined],
    ])
  })
  it('everything again each minute', async () => {
    const { clock, out, sent } = telemetry()
    out.samples([good('a/x', 1), good('a/y', 1)])
    await clock.pass(59_999)
    expect(sent).toHaveLength(1)
    await clock.pass(1)
    expect(values(sent)).toEqual([
      { x: 1, y: 1 },
      { x: 1, y: 1 },
    ])
    out.stop()
    await clock.pass(600_000)
    expect(sent).toHaveLength(2)
  })
  it('while the broker is busy, news gather to the newest value; another equipment does not wait', async () => {
    const { out, sent, busy, state } = telemetry()
    state.slow = true
    for (let i = 0; i < 1000; i++) out.samples([good('a/x', i)])
    out.samples([good('b/x', 7)])
    await settled()
    expect(sent.map(m => m.v)).toEqual([{ x: 0 }, { x: 7 }])
    for (const go of busy.splice(0)) go()
    await settled()
    expect(values(sent)).toEqual([{ x: 0 }, { x: 7 }, { x: 999 }])
    expect(out.stats()).toMatchObject({ messages: 3, coalesced: 998 })
  })
  it('a broker that fails is reported and asked again', async () => {
    const { out, sent, failures, state } = telemetry()
    state.broken = true
    out.samples([good('a/x', 1)])
    await settled()
    state.broken = false
    out.samples([good('a/x', 2)])
    await settled()
    expect([failures.length, values(sent)]).toEqual([1, [{ x: 2 }]])
  })
})
