import type { Batch } from '../batch.ts'
import { judged, type Point, type PointId, type Reason, type Value } from '../point.ts'
import type { Decode } from './codec.ts'
import type { Block } from './plan.ts'

/** The values of one request as a batch, with all that is the same each time worked out once. */
export interface Columns {
  readonly points: readonly PointId[]
  /** The same, as the site describes them. */
  readonly described: readonly Point[]
  /** @param bytes the data of the answer @param seen UTC ms */
  take(bytes: Buffer, seen: number): Batch
}

export function columnsOf({ start, items }: Block<{ readonly point: Point; readonly decode: Decode }>): Columns {
  const points = items.map(({ owner }) => owner.point.id)
  const described = items.map(({ owner }) => owner.point)
  const decodes = items.map(({ owner }) => owner.decode)
  const froms = items.map(({ register }) => register.address - start)
  let last: { readonly values: Batch['values']; readonly reasons: Batch['reasons'] } | undefined
  /** The answer to it, in a place of its own: to keep what came would keep all that came with it. */
  let before = Buffer.alloc(0)

  return {
    points,
    described,
    take(bytes, seen) {
      // The same bytes mean the same: most of a building stands still most of the time.
      if (last && before.equals(bytes)) return { points, at: seen, seen, values: last.values, reasons: last.reasons }
      const values: (Value | null)[] = new Array(points.length)
      let reasons: (Reason | undefined)[] | null = null
      for (let i = 0; i < points.length; i++) {
        const said = judged(described[i]!, decodes[i]!(bytes, froms[i]!))
        if (typeof said === 'object') {
          reasons ??= new Array<Reason | undefined>(points.length).fill(undefined)
          reasons[i] = said.reason
          values[i] = null
        } else values[i] = said
      }
      last = { values, reasons }
      if (before.length !== bytes.length) before = Buffer.allocUnsafeSlow(bytes.length)
      before.set(bytes)
      return { points, at: seen, seen, values, reasons }
    },
  }
}
