import { ofSamples } from '../../drivers/batch.ts'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import type { TestGateway } from './gateway.ts'

/** Lets a point of a running gateway have this value, by the way that a driver's samples take. */
export function feed(gateway: Pick<TestGateway, 'deps'>, point: PointId, value: Value, n = 0): void {
  const { deps } = gateway
  const now = deps.clock.now() + n
  const samples: Sample[] = [{ point, at: now, seen: now, quality: 'good', value }]
  const plant = deps.plant()!
  const accepted = plant.latest.put(samples)
  plant.alarms.samples(accepted)
  deps.bus.emit('readings', ofSamples(accepted))
}
