import { type Impaired, watchName, watchNo, watchOrigin, watchPointId, watchRouteId } from '../../rules/patrol/watch.ts'
import { touches } from '../permits/plant.ts'
import type { Route } from '../site/placeschema.ts'
import type { Site } from '../site/site.ts'

/** Space and all within it. */
function within(site: Site, space: string, zone: string): boolean {
  for (let id: string | undefined = space, n = 0; id !== undefined && n < 20; id = site.spaces.get(id)?.parent, n++)
    if (id === zone) return true
  return false
}

/**
 * The route of a zone whose detectors are isolated: all points in it; where there are none, those of what it lies in; where
 * there are none either, the zone itself, which is said by hand and graded so.
 */
export function watchRoute(site: Site, { no, space }: Impaired): Route {
  const all = site.routes.flatMap(route => route.checkpoints.map(c => ({ route, c })))
  const inside = all.filter(({ c }) => within(site, c.space, space))
  const near = inside.length > 0 ? inside : all.filter(({ c }) => touches(site, c.space, space))
  const seen = new Set<string>()
  const checkpoints = near.flatMap(({ route, c }): Route['checkpoints'] => {
    // The same tag on two routes is one place to go to.
    const key = 'tag' in c ? c.tag : c.kind === 'reader' ? c.reader : `${route.id}/${c.id}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ ...c, id: watchPointId(route.id, c.id) }]
  })
  const zone = { kind: 'qr' as const, id: watchPointId(null, space), space, tag: `zone:${space}`, items: [] }
  return {
    ...{ id: watchRouteId(no), name: watchName(no), by: ['admin', 'engineer', 'operator', 'guard'], ordered: false },
    ...{ checkpoints: checkpoints.length > 0 ? checkpoints : [zone], rounds: [] },
  }
}

/** Where a point of any route is, also of one that is over; null: no such point any more. */
export function spaceOfPoint(site: Site, route: string, checkpoint: string): string | null {
  const own = watchNo(route) === null ? { route, checkpoint } : watchOrigin(checkpoint)
  if (own.route === null) return site.spaces.has(own.checkpoint) ? own.checkpoint : null
  return site.routes.find(r => r.id === own.route)?.checkpoints.find(c => c.id === own.checkpoint)?.space ?? null
}
