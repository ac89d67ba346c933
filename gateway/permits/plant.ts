import type { PointId, Sample, Text } from '../../drivers/point.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import { type Neighbour, nearnessOf, upFrom } from '../../rules/permit/simops.ts'
import { forceOf } from '../../rules/permit/wind.ts'
import type { Entry } from '../../rules/register.ts'
import { tagKey } from '../patrol/schema.ts'
import type { Site } from '../site/site.ts'

/** What the plant around the place of a permit says of it: each a question to the site and to what is known now. */
type Get = (point: PointId) => Sample | undefined

/** The same place, one within the other, or the other way round. */
export const touches = (site: Pick<Site, 'spaces'>, a: string, b: string): boolean =>
  upFrom(site.spaces, a).includes(b) || upFrom(site.spaces, b).includes(a)

/** Points of a place, of whatever equipment, by what their key or their equipment is called. */
const pointsAt = (
  site: Site,
  space: string,
  wanted: (point: Site['equipment'][number]['points'][number], kind: string) => boolean,
) =>
  site.equipment.flatMap(e =>
    e.points.flatMap(point => {
      const at = point.space ?? e.space
      return at !== undefined && at !== null && wanted(point, e.kind) && touches(site, at, space)
        ? [{ point, equipment: e }]
        : []
    }),
  )
const isolates = (point: { readonly kind: string; readonly key: string }) =>
  point.kind === 'boolean' && /(^|[.-])isolated$/.test(point.key)

/** Whether a detector or a zone of the place is switched off at the panel; null: no point says so, or not all are to be trusted. */
export function detectorsOff(site: Site, space: string, get: Get): boolean | null {
  const said = pointsAt(site, space, isolates).map(({ point }) => get(point.id))
  const good = said.filter(s => s?.quality === 'good')
  if (good.some(s => s?.value === true)) return true
  return said.length > 0 && good.length === said.length ? false : null
}
/** Which of them are off and may be switched on again from here. */
export const restorable = (site: Site, space: string, get: Get): readonly PointId[] =>
  pointsAt(site, space, point => isolates(point) && point.writable === true).flatMap(({ point: { id } }) => {
    const sample = get(id)
    return sample?.quality === 'good' && sample.value === true ? [id] : []
  })

/** A valve of the sprinklers is told by its kind, or by the key of a panel's point. */
const valveKey = /^sprinkler.*valve.*[.-](opened|closed)$/
/** A sprinkler valve of the place that is not open: its name; null: none that says so. */
export function shutValve(site: Site, space: string, get: Get): Text | null {
  const valves = pointsAt(
    site,
    space,
    (point, kind) =>
      point.kind === 'boolean' &&
      (kind === 'sprinkler-valve' ? /^(opened|closed)$/.test(point.key) : valveKey.test(point.key)),
  )
  const shut = valves.find(({ point }) => {
    const sample = get(point.id)
    return sample?.quality === 'good' && sample.value === point.key.endsWith('closed')
  })
  if (!shut) return null
  return shut.equipment.kind === 'sprinkler-valve' ? shut.equipment.name : (shut.point.name ?? shut.equipment.name)
}

const extinguishers = ['powder', 'co2']
/** An extinguisher of the place that is defective, or that nobody has checked in time: its number and name; null: none. */
export function lateGear(
  site: Pick<Site, 'spaces'>,
  space: string,
  gear: readonly Entry[],
  now: number,
): string | null {
  const late = gear.find(
    ({ phase, dueAt, values }) =>
      extinguishers.includes(String(values.kind)) &&
      typeof values.space === 'string' &&
      touches(site, values.space, space) &&
      (phase === 'bad' || (phase === 'there' && dueAt !== null && dueAt <= now)),
  )
  return late ? `${late.no} ${String(late.values.name)}` : null
}

/** The force of the wind by the site's own instrument; null: it has none, or nothing good comes from it. */
export function windAt(site: Site, get: Get): number | null {
  const id = site.permits.wind
  const sample = id === null ? undefined : get(id)
  if (sample?.quality !== 'good' || typeof sample.value !== 'number') return null
  return forceOf(sample.value, site.equipment.flatMap(e => e.points).find(p => p.id === id)?.unit)
}

/** Whoever else works in the place, or next to it; a break does not end it. */
export const neighbours = (site: Pick<Site, 'spaces'>, p: Permit, open: readonly Permit[]): readonly Neighbour[] =>
  open.flatMap(o => {
    if (o.id === p.id || (o.phase !== 'live' && o.phase !== 'suspended')) return []
    const nearness = nearnessOf(site.spaces, o.space, p.space)
    return nearness ? [{ no: o.no, kind: o.kind, nearness }] : []
  })

/** Whether a code, or a tag of a round, hangs in the place: equipment and points of it, or of what lies within. */
export const codeHangs = (site: Pick<Site, 'spaces' | 'equipment' | 'routes'>, space: string): boolean =>
  site.equipment.some(e => e.space && upFrom(site.spaces, e.space).includes(space)) ||
  site.routes.some(r => r.checkpoints.some(c => 'tag' in c && upFrom(site.spaces, c.space).includes(space)))

/** What of a place a code hangs on: its equipment, or a point of a round as `<route>/<point>`; null: none of this place. */
export function scannedAt(
  site: Pick<Site, 'spaces' | 'equipment' | 'patrol'>,
  space: string,
  equipment: string | null,
  code: string,
): string | null {
  const within = (at: string | null | undefined) => !!at && upFrom(site.spaces, at).includes(space)
  if (equipment !== null && within(site.equipment.find(e => e.id === equipment)?.space)) return equipment
  const point = (site.patrol.byTag.get(tagKey(code)) ?? []).find(({ route, checkpoint }) =>
    within(route.checkpoints.find(c => c.id === checkpoint)?.space),
  )
  return point ? `${point.route.id}/${point.checkpoint}` : null
}
