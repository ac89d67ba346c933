import { seeded } from '../../rules/patrol/plan.ts'
import type { Clock } from '../core/clock.ts'
import type { Patrol } from '../patrol/patrol.ts'
import type { Site } from '../site/site.ts'

const STEP_MS = 30_000
/** From one point to the next. */
const WALK_MS = 90_000
/** One point in so many is left out: a demo in which nothing is ever missed shows nothing. */
const ONE_IN = 60
const DEMO = { name: 'demo', role: 'demo' }

interface Walked {
  readonly clock: Clock
  readonly patrol: Pick<Patrol, 'records' | 'take'>
  /** Null: no site runs. */
  readonly site: () => Site | null
  readonly value: (point: string) => unknown
  readonly failed: (error: unknown) => void
}

/**
 * The people who walk the rounds of the demo building: point for point in their order, some minutes after a round begins.
 * Whatever they do is by the account `demo`, and says that it is of a demo. Returns the end.
 */
export function walkDemo({ clock, patrol, site, value, failed }: Walked): () => void {
  const lastAt = new Map<string, number>()
  function step(): void {
    const at = site()
    if (!at) return
    const now = clock.now()
    for (const round of patrol.records.near(now, 0, 0)) {
      const route = at.routes.find(r => r.id === round.route)
      if (!route || round.to <= now || now - (lastAt.get(route.id) ?? 0) < WALK_MS) continue
      const begins = round.from + Math.min(10 * 60_000, (round.to - round.from) / 5)
      if (now < begins) continue
      const done = new Set(patrol.records.pointsOf(round.id).map(p => p.checkpoint))
      const leftOut = (id: string) => seeded(`${round.id} ${id}`)() * ONE_IN < 1
      // Readers on the wall read by themselves.
      const next = route.checkpoints.find(c => c.kind !== 'reader' && !done.has(c.id) && !leftOut(c.id))
      if (!next) continue
      lastAt.set(route.id, now)
      const head = { n: patrol.records.device('phone-demo').upTo + 1, at: now, person: `演示 Demo ${route.by[0]}` }
      const seen = { items: next.items.map(i => ({ id: i.id, ok: true, note: '' })), photos: [], note: '' }
      const how =
        next.kind === 'value'
          ? { method: 'value' as const, checkpoint: `${route.id}/${next.id}`, said: String(value(next.point) ?? '') }
          : { method: next.kind === 'qr' ? ('qr' as const) : ('nfc' as const), said: '' }
      const record = { ...head, ...seen, ...how, ...('tag' in next && { tag: next.tag }) }
      patrol.take({ device: 'phone-demo', batch: 'demo', clock: now, records: [record] }, DEMO)
    }
  }
  return clock.every(STEP_MS, () => {
    try {
      step()
    } catch (error) {
      failed(error)
    }
  })
}
