import type { Link } from '../../drivers/driver.ts'
import { bad, type Reason, type Sample } from '../../drivers/point.ts'
import type { ManualClock } from './clock.ts'

/** A line that answers after a while, one request after the other, as a bus does. Notes [second, point ids] of each read. */
export function fakeLine(clock: ManualClock) {
  const reads: [number, string][] = []
  const line = { ms: 0, trouble: null as Reason | null, throws: false, points: new Map<string, Reason>() }
  let turn = Promise.resolve()
  const link: Link = {
    read(points) {
      const mine = turn.then(async () => {
        reads.push([clock.mono() / 1000, points.map(p => p.key).join(' ')])
        if (line.throws) throw new Error('broken driver')
        if (line.ms > 0) await new Promise<void>(resolve => clock.after(line.ms, resolve))
        const seen = clock.now()
        return points.map(({ id }): Sample => {
          const reason = line.points.get(id) ?? line.trouble
          return reason ? bad(id, reason, seen) : { point: id, at: seen, seen, quality: 'good', value: 1 }
        })
      })
      turn = mine.then(
        () => {},
        () => {},
      )
      return mine
    },
    close: async () => {},
  }
  return { link, line, reads }
}
