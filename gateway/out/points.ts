import type { PointId, Reason, Sample, Value } from '../../drivers/point.ts'
import { iso } from '../core/clock.ts'
import type { Broker } from './broker.ts'
import { createNewest } from './newest.ts'
import { splitPoint, type topics } from './topics.ts'

/**
 * Each point as a retained topic of its own, for systems that read values one by one: told when it changes, the newest
 * only. Costs a message per point where telemetry costs one per device, so a site has to ask for it.
 */
export function publishPoints(
  points: readonly PointId[],
  broker: Pick<Broker, 'publish'>,
  topic: ReturnType<typeof topics>,
  failed: (error: unknown) => void,
) {
  const newest = createNewest(broker, failed)
  const topicOf = new Map(points.map(id => [id, topic.point(...splitPoint(id))]))
  const told = new Map<PointId, { readonly value: Value | null; readonly reason: Reason | undefined }>()
  return {
    take(samples: readonly Sample[]): void {
      for (const { point, value, reason, seen } of samples) {
        const to = topicOf.get(point)
        const before = told.get(point)
        if (!to || (before && before.value === value && before.reason === reason)) continue
        told.set(point, { value, reason })
        newest.offer(to, JSON.stringify({ t: iso(seen), v: value, ...(reason !== undefined && { q: reason }) }))
      }
    },
    stats: newest.stats,
    /** What a site no longer offers is taken back, so that nobody takes it for fresh. */
    async stop(): Promise<void> {
      newest.clear()
      await Promise.all(
        [...told.keys()].map(id => broker.publish(topicOf.get(id)!, '', { retain: true }).catch(() => {})),
      )
    },
  }
}
