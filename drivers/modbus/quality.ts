import { batchesOf } from '../batch.ts'
import type { DriverDeps } from '../driver.ts'
import { bad, type Point, type Reason, type Sample } from '../point.ts'
import { kindOf, registerOf } from './address.ts'
import type { QualityMark, Register } from './codec.ts'
import type { ModbusLink } from './link.ts'

/**
 * Points whose reading another register vouches for: a flow meter without a signal answers 0 in a valid frame.
 * That register is read in the same turn, and the planner puts both into one request where they lie close enough.
 */
export function withQuality(link: ModbusLink, { now }: Pick<DriverDeps, 'now'>): ModbusLink {
  /** Made once per list, as the plan of its requests is: whoever polls asks for the same list each time. */
  const lists = new WeakMap<readonly Point[], readonly Point[]>()
  const withMarks = (points: readonly Point[]): readonly Point[] => {
    const had = lists.get(points)
    if (had) return had
    const marks = new Map(points.flatMap(p => markOf(p) ?? []).map(mark => [mark.id, mark]))
    const all = marks.size === 0 ? points : [...points, ...marks.values()]
    lists.set(points, all)
    return all
  }
  const read: ModbusLink['read'] = async (points, signal, urgent) => {
    const all = withMarks(points)
    if (all === points) return link.read(points, signal, urgent)
    const samples = await link.read(all, signal, urgent)
    const said = new Map<string, Sample>(samples.slice(points.length).map(s => [s.point, s]))
    return points.map((point, i) => {
      const sample = samples[i]!
      const mark = markOf(point)
      if (!mark || sample.quality === 'bad') return sample
      const reason = doubt(said.get(mark.id)!, registerOf(point).quality!)
      return reason === null ? sample : bad(point.id, reason, now())
    })
  }
  return {
    ...link,
    read,
    scan: (points, signal) =>
      withMarks(points) === points ? link.scan!(points, signal) : read(points, signal).then(batchesOf),
  }
}

function markOf(point: Point): Point | undefined {
  const { unit, quality } = registerOf(point)
  if (!quality) return undefined
  const { equals: _, not: __, below: ___, above: ____, ...at } = quality
  const address: Register = { unit, ...at }
  const key = `~quality-${JSON.stringify(address)}`
  const name = { 'zh-CN': key, en: key }
  return { id: `~/${key}`, key, name, kind: kindOf(address), scanMs: point.scanMs, address }
}

/** Why the point cannot be believed, or null. A voucher that says nothing vouches for nothing. */
function doubt(said: Sample, mark: QualityMark): Reason | null {
  if (said.quality === 'bad') return said.reason
  const value = Number(said.value)
  const { below, above, equals, not } = mark
  const among = (list: number | readonly number[]) => (typeof list === 'number' ? [list] : list).includes(value)
  const bare = below === undefined && above === undefined && equals === undefined && not === undefined
  const says =
    (bare && value !== 0) ||
    (equals !== undefined && among(equals)) ||
    (not !== undefined && !among(not)) ||
    (below !== undefined && value < below) ||
    (above !== undefined && value > above)
  return says ? 'no-value' : null
}
