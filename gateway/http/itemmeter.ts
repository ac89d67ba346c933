import type { PointId, Sample } from '../../drivers/point.ts'
import type { Site } from '../site/site.ts'

/** What the meter of an item says now; `value` null: it says nothing, which is never "switched off". */
export interface ItemMeter {
  readonly value: number | null
  readonly unit: string | null
}
const kinds: ReadonlySet<string> = new Set(['electricity-meter', 'power-meter'])

/**
 * The load by the electricity meter that an item of a round is about [requirements M60, S09].
 * @returns undefined: it is about no meter, or about one without a point `power`
 */
export function itemMeter(
  site: Pick<Site, 'equipment'>,
  get: (point: PointId) => Sample | undefined,
  equipment: string | undefined,
): ItemMeter | undefined {
  const meter = equipment === undefined ? undefined : site.equipment.find(e => e.id === equipment)
  const point = meter && kinds.has(meter.kind) ? meter.points.find(p => p.key === 'power') : undefined
  if (!point) return undefined
  const sample = get(point.id)
  const known = sample?.quality === 'good' && typeof sample.value === 'number'
  return { value: known ? (sample.value as number) : null, unit: point.unit ?? null }
}
