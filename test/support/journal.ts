import { beginAt, type Position } from '../../gateway/history/position.ts'
import type { Tick } from '../../gateway/history/tick.ts'

/** A journal in memory, one row a second with one sample of each of `points`, and where its reader stands on the disk. */
export function journal(points: number) {
  const ticks: Tick[] = []
  const kept = { position: beginAt(1) }
  return {
    ticks,
    kept,
    head: () => ticks.length,
    add(now: number) {
      ticks.push({
        now,
        points: Int32Array.from({ length: points }, (_, i) => i + 1),
        times: new Float64Array(points).fill(now),
        codes: new Uint8Array(points),
        values: new Float64Array(points).fill(ticks.length),
        texts: [],
      })
    },
    readers: {
      async rows(_: string, __: string, from: number, to: number, most: number) {
        const rows = []
        for (let seq = from; seq < Math.min(to, ticks.length + 1) && rows.length * points < most; seq++)
          rows.push({ seq, tick: ticks[seq - 1]! })
        return { rows, next: from + rows.length, head: ticks.length }
      },
      async moved(_: string, position: Position) {
        kept.position = position
        return null
      },
      named: (id: number) => ({ id, name: `e/p${id}`, kind: 'number' as const, periodMs: 1000 }),
    },
  }
}
