import { z } from 'zod'
import { packs } from '../../rules/packs/all.ts'
import { fail } from '../core/errors.ts'
import type { Site } from '../site/site.ts'
import { contact, doorGroup, page, plan, route, rulePack, space, tariff } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { isDisplay } from './fordisplay.ts'

/** Even when somebody opens the drawing by its address, nothing of it may run or be fetched. */
const DRAWING_HEADERS = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'cache-control': 'no-cache',
}

/** The place: spaces and their drawings, and what site.json says of routes, doors, tariffs and telephones. */
export function placeRoutes(app: App, deps: Deps) {
  const tags = ['place']
  const config = { access: 'plant.read' as const }
  const watch = { access: 'plant.watch' as const }
  const all = <T>(of: (site: Site) => readonly T[]) => {
    const site = deps.plant()?.site
    return { items: site ? [...of(site)] : [], next: null }
  }

  app.get(
    '/api/v1/spaces',
    { config: watch, schema: { tags, summary: 'Buildings, floors, rooms, units', response: { 200: page(space) } } },
    async request =>
      all(site =>
        [...site.spaces.values()].map(s => ({
          id: s.id,
          kind: s.kind,
          name: s.name,
          parent: s.parent ?? null,
          area: s.area ?? null,
          use: s.use ?? null,
          state: s.state ?? null,
          // Whose a unit is, is nothing for a wall.
          tenant: isDisplay(request) ? null : (s.tenant ?? null),
        })),
      ),
  )
  app.get(
    '/api/v1/plans',
    {
      config: watch,
      schema: { tags, summary: 'Floor plans, and what is drawn on each', response: { 200: page(plan) } },
    },
    async () => all(site => site.plans.map(p => planView(deps, site, p))),
  )
  app.get(
    '/api/v1/plans/:id',
    {
      config: watch,
      schema: {
        tags,
        summary: 'The drawing of a plan as SVG, without anything in it that could act or fetch',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: z.string().describe('image/svg+xml') },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const known = deps.plant()?.site.plans.some(p => p.id === id)
      if (!known) return fail('not-found', { what: id })
      const found = deps.plans.read(id)
      if (!('svg' in found))
        return found.status === 'missing'
          ? fail('plan-missing', { plan: id, why: found.why })
          : fail('plan-refused', { plan: id, why: found.why })
      return reply
        .headers({ ...DRAWING_HEADERS, 'content-disposition': `attachment; filename="${id}.svg"` })
        .serializer(String)
        .send(found.svg)
    },
  )
  app.get(
    '/api/v1/contacts',
    { config, schema: { tags, summary: 'Emergency and duty telephones', response: { 200: page(contact) } } },
    async () => all(site => site.contacts.map(c => ({ ...c, space: c.space ?? null }))),
  )
  app.get(
    '/api/v1/tariffs',
    { config, schema: { tags, summary: 'Prices as written; nothing is billed yet', response: { 200: page(tariff) } } },
    async () => all(site => site.tariffs),
  )
  const secret = { access: 'site.read' as const }
  app.get(
    '/api/v1/routes',
    {
      config: secret,
      schema: { tags, summary: 'Patrol routes as written; nothing watches them yet', response: { 200: page(route) } },
    },
    async () => all(site => site.routes),
  )
  app.get(
    '/api/v1/door-groups',
    {
      config: secret,
      schema: { tags, summary: 'Door groups as written', response: { 200: page(doorGroup) } },
    },
    async () => all(site => site.doorGroups),
  )
  app.get(
    '/api/v1/rule-packs',
    { config, schema: { tags, summary: 'Alarm rules by kind of place', response: { 200: page(rulePack) } } },
    async () => {
      const running = new Map(deps.plant()?.site.rules.map(r => [r.id, r.points.length]))
      const items = packs.map(pack => ({
        id: pack.id,
        name: pack.name,
        rules: pack.rules.map(r => {
          const id = `${pack.id}.${r.id}`
          const { text, severity, source = null } = r
          return { id, text, severity, source, kinds: [...r.kinds], keys: [...r.keys], watches: running.get(id) ?? 0 }
        }),
      }))
      return { items, next: null }
    },
  )
}

function planView(deps: Deps, site: Site, { id, name, space, places }: Site['plans'][number]): z.infer<typeof plan> {
  const found = deps.plans.read(id)
  const ids = found.status === 'ok' ? found.drawing.ids : new Set<string>()
  const placed = Object.entries(places)
  const there = placed.filter(([, at]) => typeof at !== 'string' || ids.has(at)).map(([place]) => place)
  const self = [...ids].filter(one => !Object.hasOwn(places, one) && site.spaces.has(one))
  return {
    id,
    name,
    space: space ?? null,
    status: found.status,
    why: found.status === 'ok' ? null : found.why,
    places,
    drawn: found.status === 'ok' ? [...self, ...there] : [],
    missing: found.status === 'ok' ? placed.filter(([place]) => !there.includes(place)).map(([place]) => place) : [],
    leftOut: found.status === 'ok' ? [...found.drawing.leftOut] : [],
  }
}
