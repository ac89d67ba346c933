import type { Plant } from './deps.ts'
import { interned, type Thing } from './searchthings.ts'

/** What of a site can be found: its equipment, points, places and runbooks. */
export function sitePart({
  site,
  points,
}: Plant): Record<'equipment' | 'point' | 'place' | 'runbook', readonly Thing[]> {
  const thing = interned()
  const named = new Map(site.equipment.map(e => [e.id, e]))
  const spaceOf = (id: string | null | undefined) => (id == null ? null : (site.spaces.get(id)?.name ?? null))
  return {
    equipment: site.equipment.map(e => thing({ id: e.id, no: e.id, name: e.name, sub: spaceOf(e.space), at: null })),
    place: [...site.spaces.values()].map(s =>
      thing({ id: s.id, no: s.id, name: s.name, sub: spaceOf(s.parent), at: null }),
    ),
    runbook: [...site.runbooks.values()].map(r => thing({ id: r.id, no: null, name: r.name, sub: null, at: null })),
    point: [...points.values()].map(p => {
      const equipment = p.id.slice(0, p.id.indexOf('/'))
      const one = named.get(equipment)
      return thing({
        ...{ id: p.id, no: p.id, name: p.name, sub: one?.name ?? null, of: equipment, at: null },
        around: [spaceOf(one?.space)],
      })
    }),
  }
}
