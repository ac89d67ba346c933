import { packs } from '../../rules/packs/all.ts'
import type { Site } from '../site/site.ts'
import { contact, doorGroup, page, route, rulePack, space, tariff } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { isDisplay } from './fordisplay.ts'

/** The place: spaces, and what site.json says of routes, doors, tariffs and telephones. */
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
