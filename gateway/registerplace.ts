import type { Permits } from './records/permits.ts'
import type { RegisterPlace } from './records/registers.ts'
import type { Visits } from './records/visits.ts'
import type { Workorders } from './records/workorders.ts'
import type { Site } from './site.ts'

const MOST_OPEN = 1000

/** Permits whose work may begin, or has. */
const worked = ['issued', 'live', 'suspended']

/** Where registers look for what is around: places of the site, open orders of a room, visits and permits for it that hold. */
export function registerPlace(
  site: () => Site | null,
  workorders: Pick<Workorders, 'list'>,
  visits: Pick<Visits, 'open'>,
  permits: Pick<Permits, 'around'>,
): RegisterPlace {
  return now => ({
    zone: site()?.timezone ?? 'UTC',
    knows: (kind, id) =>
      kind === 'space' ? (site()?.spaces.has(id) ?? false) : (site()?.equipment.some(e => e.id === id) ?? false),
    workFor(space) {
      const inside = new Set(site()?.equipment.flatMap(e => (e.space === space ? [e.id] : [])))
      const orders = workorders
        .list('open', MOST_OPEN)
        .filter(w => w.space === space || (w.equipment !== null && inside.has(w.equipment)))
      const expected = visits
        .open()
        .filter(v => v.space === space && v.phase !== 'requested' && v.validFrom <= now && now < v.validTo)
      const permitted = permits.around(now).filter(p => p.space === space && worked.includes(p.phase))
      return [...orders, ...expected, ...permitted].map(one => one.no)
    },
  })
}
