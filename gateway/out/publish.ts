import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { type Clock, iso } from '../core/clock.ts'
import type { Broker } from './broker.ts'
import { splitPoint, type topics } from './topics.ts'

const REFRESH_MS = 60_000

/**
 * Telemetry: one message per equipment and scan with what has changed, everything once a minute.
 * While the broker is still busy with an equipment's last message, its news gather to the newest value; nothing queues.
 */
export function publishTelemetry(
  points: readonly Point[],
  broker: Pick<Broker, 'publish'>,
  topic: ReturnType<typeof topics>,
  clock: Clock,
  failed: (error: unknown) => void,
) {
  interface Outgoing {
    readonly latest: Map<string, Sample>
    /** What the outside has heard of each key. */
    readonly told: Map<string, Sample>
    /** Keys with something to tell. */
    readonly news: Set<string>
    busy: boolean
  }
  const deadbands = new Map<PointId, number>(
    points.flatMap(p => (p.deadband === undefined ? [] : [[p.id, p.deadband]])),
  )
  const all = new Map<string, Outgoing>()
  const counted = { messages: 0, coalesced: 0 }

  const changed = (old: Sample | undefined, sample: Sample): boolean => {
    if (!old || old.quality !== sample.quality || old.reason !== sample.reason) return true
    const deadband = deadbands.get(sample.point)
    if (deadband !== undefined && typeof old.value === 'number' && typeof sample.value === 'number')
      return Math.abs(sample.value - old.value) >= deadband
    return old.value !== sample.value
  }

  async function send(equipment: string, out: Outgoing) {
    out.busy = true
    while (out.news.size > 0) {
      const news = [...out.news].map(key => [key, out.latest.get(key)!] as const)
      out.news.clear()
      const v: Record<string, unknown> = {}
      const q: Record<string, string> = {}
      for (const [key, sample] of news) {
        v[key] = sample.value
        if (sample.quality !== 'good') q[key] = sample.reason
        out.told.set(key, sample)
      }
      const message = { t: iso(Math.max(...news.map(([, s]) => s.seen))), v, q }
      counted.messages++
      try {
        await broker.publish(topic.telemetry(equipment), JSON.stringify(message))
      } catch (error) {
        failed(error)
      }
    }
    out.busy = false
  }

  const stopRefresh = clock.every(REFRESH_MS, () => {
    for (const [equipment, out] of all) {
      for (const key of out.latest.keys()) out.news.add(key)
      if (!out.busy) void send(equipment, out)
    }
  })

  return {
    samples(samples: readonly Sample[]) {
      const touched = new Set<string>()
      for (const sample of samples) {
        const [equipment, key] = splitPoint(sample.point)
        const out = all.get(equipment) ?? { latest: new Map(), told: new Map(), news: new Set(), busy: false }
        all.set(equipment, out)
        out.latest.set(key, sample)
        if (out.news.has(key)) counted.coalesced++
        else if (changed(out.told.get(key), sample)) {
          out.news.add(key)
          touched.add(equipment)
        }
      }
      for (const equipment of touched) {
        const out = all.get(equipment)!
        if (!out.busy) void send(equipment, out)
      }
    },
    stats: () => counted,
    stop: () => stopRefresh(),
  }
}
