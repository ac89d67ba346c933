import { isOut } from '../../rules/access/credential.ts'
import type { Credentials } from '../records/credentials.ts'
import type { People } from '../records/people.ts'
import type { Permits } from '../records/permits.ts'
import type { RegisterPlace } from '../records/registers.ts'
import type { Visits } from '../records/visits.ts'
import type { Workorders } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'

const MOST_OPEN = 1000

/** Permits whose work may begin, or has. */
const worked = ['issued', 'live', 'suspended']
/** Of which something has still to come. */
const over = ['closed', 'rejected', 'withdrawn', 'revoked', 'expired']

/** What holds of a place, with the page where it stands. */
export interface Related {
  readonly kind: 'order' | 'visit' | 'permit' | 'pass'
  readonly no: string
  readonly link: string
}
export interface PlaceDeps {
  readonly site: () => Site | null
  readonly workorders: Pick<Workorders, 'list'>
  readonly visits: Pick<Visits, 'open'>
  readonly permits: Pick<Permits, 'around' | 'open'>
  readonly people: Pick<People, 'worksSites'>
  readonly credentials: Pick<Credentials, 'ofWorks'>
}
export type RelatedTo = (space: string, now: number) => readonly Related[]
const q = encodeURIComponent

/** Where registers look for what is around: places of the site, open orders of a room, visits, permits and passes for it. */
export function registerPlace({ site, workorders, visits, permits, people, credentials }: PlaceDeps) {
  function ordersIn(space: string) {
    const inside = new Set(site()?.equipment.flatMap(e => (e.space === space ? [e.id] : [])))
    return workorders
      .list('open', MOST_OPEN)
      .filter(w => w.space === space || (w.equipment !== null && inside.has(w.equipment)))
  }
  const expectedIn = (space: string, now: number) =>
    visits.open().filter(v => v.space === space && v.phase !== 'requested' && v.validFrom <= now && now < v.validTo)
  const permitsIn = (space: string) => permits.open().filter(p => p.space === space && !over.includes(p.phase))
  const passesOf = (space: string) =>
    people
      .worksSites()
      .filter(w => w.space === space)
      .flatMap(w => credentials.ofWorks(w.id).filter(c => isOut(c.phase)))
  const place: RegisterPlace = now => ({
    zone: site()?.timezone ?? 'UTC',
    knows: (kind, id) =>
      kind === 'space' ? (site()?.spaces.has(id) ?? false) : (site()?.equipment.some(e => e.id === id) ?? false),
    workFor(space) {
      const permitted = permits.around(now).filter(p => p.space === space && worked.includes(p.phase))
      return [...ordersIn(space), ...expectedIn(space, now), ...permitted].map(one => one.no)
    },
    heldFor: space => ({ permits: permitsIn(space).map(p => p.no), passes: passesOf(space).map(c => c.no) }),
  })
  const related: RelatedTo = (space, now) => [
    ...ordersIn(space).map(w => ({ kind: 'order' as const, no: w.no, link: `/orders/${q(w.id)}` })),
    ...permitsIn(space).map(p => ({ kind: 'permit' as const, no: p.no, link: `/permits/${q(p.id)}` })),
    ...expectedIn(space, now).map(v => ({ kind: 'visit' as const, no: v.no, link: '/visits' })),
    ...passesOf(space).map(c => ({ kind: 'pass' as const, no: c.no, link: '/passes' })),
  ]
  return { place, related }
}
