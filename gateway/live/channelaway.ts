import type { Batch } from '../../drivers/batch.ts'
import { bad, type PointId, type Sample } from '../../drivers/point.ts'
import { channelPoint } from '../../rules/rule.ts'
import { byList, inOrder } from '../core/inorder.ts'

/**
 * Whether anybody on a line still answers, told from its devices' `online`. Lines of one device have none: there the device
 * is all there is to say.
 * @returns for samples of any points, samples of the points `@<channel>/online` that are different now
 */
export function watchChannels(equipment: readonly { readonly id: string; readonly channel: string }[]) {
  interface Line {
    readonly point: PointId
    readonly online: Map<PointId, boolean | undefined>
    told: boolean | undefined
  }
  const lineOf = new Map<PointId, Line>()
  const lines: Line[] = []
  for (const [channel, devices] of Map.groupBy(equipment, e => e.channel)) {
    if (devices.length < 2) continue
    const points = devices.map(d => `${d.id}/online` as const)
    const line: Line = {
      point: channelPoint(channel),
      online: new Map(points.map(point => [point, undefined])),
      told: undefined,
    }
    for (const point of points) lineOf.set(point, line)
    lines.push(line)
  }
  const linesOf = inOrder(point => lineOf.get(point))
  const linesIn = byList(points => {
    const found = points.flatMap((point, index) => {
      const line = lineOf.get(point)
      return line ? [{ index, line }] : []
    })
    return found.length > 0 ? found : undefined
  })
  const NONE: readonly Sample[] = []

  function fromBatch(batch: Batch, touched: Set<Line> | undefined): Set<Line> | undefined {
    const found = linesIn(batch.points)
    if (!found) return touched
    const all = touched ?? new Set()
    for (const { index, line } of found) {
      const good = batch.reasons?.[index] === undefined
      line.online.set(batch.points[index]!, good ? batch.values[index] === true : undefined)
      all.add(line)
    }
    return all
  }
  return {
    points: lines.map(line => ({ id: line.point })),
    /** Of the equipment beneath a point of a channel, its `online`. */
    devices: (point: PointId): PointId[] => [...(lines.find(line => line.point === point)?.online.keys() ?? [])],
    take(samples: readonly Sample[], batches: readonly Batch[] = []): readonly Sample[] {
      let touched: Set<Line> | undefined
      const found = linesOf(samples)
      for (let i = 0; i < samples.length; i++) {
        const line = found[i]
        if (!line) continue
        const sample = samples[i]!
        line.online.set(sample.point, sample.quality === 'good' ? sample.value === true : undefined)
        touched ??= new Set()
        touched.add(line)
      }
      for (const batch of batches) touched = fromBatch(batch, touched)
      if (!touched) return NONE
      const { at, seen } = (samples[0] ?? batches[0])!
      return [...touched].flatMap((line): Sample[] => {
        const states = [...line.online.values()]
        // One that answers is enough; that none does needs all to be known.
        const now = states.includes(true) ? true : states.includes(undefined) ? undefined : false
        if (now === line.told) return []
        line.told = now
        return now === undefined
          ? [bad(line.point, 'never-read', seen, at)]
          : [{ point: line.point, at, seen, quality: 'good', value: now }]
      })
    },
  }
}
