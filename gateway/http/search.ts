import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import { titleOf } from '../../rules/register.ts'
import { matcher } from '../../rules/search/match.ts'
import { betterFirst, type FoundKind, found, foundKinds } from '../../rules/search/words.ts'
import { isoOrNull } from '../core/clock.ts'
import type { Site } from '../site/site.ts'
import { type SearchHit, searchHits, type Text } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { sitePart } from './searchsite.ts'
import { interned, type Thing, type Thingmaker } from './searchthings.ts'

/** So many of one kind at most, and so many in all: who sees more reads none. */
const MOST_OF_KIND = 8
const MOST = 40
/** So many passes, newest first. */
const MOST_PASSES = 5000

/**
 * One box that finds what the asking person may read: equipment, places, people, passes, open orders, alarms, meters, entries of
 * registers [issue 10, item 3]. What is of the site is prepared once for each site; people and passes until one of them changes.
 */
export function searchRoutes(app: App, deps: Deps) {
  const ofSite = new WeakMap<Site, ReturnType<typeof sitePart>>()
  const site = () => {
    const plant = deps.plant()
    if (!plant) return null
    const had = ofSite.get(plant.site) ?? sitePart(plant)
    ofSite.set(plant.site, had)
    return had
  }
  let people: Record<'person' | 'pass', readonly Thing[]> | null = null
  deps.bus.on('record', ({ kind }) => {
    if (['person', 'credential', 'company', 'works'].includes(kind)) people = null
  })
  const peopleNow = () => {
    people ??= peopleThings(deps)
    return people
  }
  const of: Record<FoundKind, () => readonly Thing[]> = {
    equipment: () => site()?.equipment ?? [],
    place: () => site()?.place ?? [],
    runbook: () => site()?.runbook ?? [],
    point: () => site()?.point ?? [],
    person: () => peopleNow().person,
    pass: () => peopleNow().pass,
    ...recordThings(deps),
  }

  app.get(
    '/api/v1/search',
    {
      config: { access: 'signed-in' },
      schema: {
        tags: ['search'],
        summary:
          'Equipment, points, places, people, passes, open orders, alarms, meters, registers and what else the asking person may read; also by pinyin and its initials',
        querystring: z.object({ q: z.string().trim().max(64) }),
        response: { 200: searchHits },
      },
    },
    async request => {
      const { role } = who(request).actor
      const rank = matcher(request.query.q)
      const items: SearchHit[] = []
      for (const [order, kind] of foundKinds.entries()) {
        if (!may(role, found[kind])) continue
        const fits = of[kind]().flatMap(thing => {
          const fit = rank(thing.own, thing.around)
          return fit === null ? [] : [{ rank: fit, order, at: thing.at, name: thing.name['zh-CN'], thing }]
        })
        for (const { rank: fit, thing } of fits.sort(betterFirst).slice(0, MOST_OF_KIND))
          items.push({
            ...{ kind, id: thing.id, no: thing.no, name: thing.name, sub: thing.sub, of: thing.of },
            ...{ at: isoOrNull(thing.at), rank: fit },
          })
      }
      // They stand in the order of their kinds, each kind the best first: a stable sort keeps that among equals.
      return { items: items.sort((a, b) => a.rank - b.rank).slice(0, MOST) }
    },
  )
}

const same = (text: string): Text => ({ 'zh-CN': text, en: text })

function peopleThings({ people, credentials }: Deps): Record<'person' | 'pass', Thing[]> {
  const thing = interned()
  const firms = new Map(people.companies().map(one => [one.id, one.name]))
  const all = people.list('', 100_000)
  const person = all.map(p => {
    const firm = p.company === null ? null : (firms.get(p.company) ?? null)
    return thing({ id: p.id, no: p.no, name: same(p.name), sub: firm === null ? null : same(firm), at: p.createdAt })
  })
  const byId = new Map(all.map(p => [p.id, p]))
  const pass = credentials.list(MOST_PASSES).map(c => {
    const holder = byId.get(c.person)
    const name = holder?.name ?? c.no
    return thing({ id: c.id, no: c.no, name: same(name), sub: same(c.no), of: holder?.no ?? null, at: c.issuedAt })
  })
  return { person, pass }
}

/** What changes from hour to hour and is not many: read when it is asked for. */
function recordThings(
  deps: Deps,
): Record<
  'alarm' | 'order' | 'visit' | 'permit' | 'meter' | 'complaint' | 'register' | 'entry',
  () => readonly Thing[]
> {
  const make = interned()
  const each = <T>(of: () => readonly T[], view: (one: T, thing: Thingmaker, site: Site | undefined) => Thing) => {
    return () => {
      const plant = deps.plant()
      return of().map(one => view(one, make, plant?.site))
    }
  }
  const spaceOf = (site: Site | undefined, id: string | null): Text | null =>
    id === null ? null : (site?.spaces.get(id)?.name ?? same(id))
  /** Not before somebody searches: many a gateway is never asked. */
  let registers: readonly Thing[] | null = null
  return {
    alarm: each(deps.alarms.open, (a, thing) =>
      thing({ id: a.id, no: null, name: a.text, sub: a.place.equipmentName, around: [a.place.space], at: a.raisedAt }),
    ),
    order: each(
      () => deps.workorders.list('open', 1000),
      (w, thing, site) => {
        const equipment = site?.equipment.find(e => e.id === w.equipment)?.name ?? null
        const place = spaceOf(site, w.space)
        return thing({ id: w.id, no: w.no, name: w.text, sub: equipment ?? place, around: [place], at: w.openedAt })
      },
    ),
    visit: each(deps.visits.open, (v, thing, site) =>
      thing({
        ...{ id: v.id, no: v.no, name: same(v.name), sub: same(v.company), around: [spaceOf(site, v.space)] },
        at: v.askedAt,
      }),
    ),
    permit: each(deps.permits.open, (p, thing, site) =>
      thing({
        id: p.id,
        no: p.no,
        name: same(p.work),
        sub: spaceOf(site, p.space),
        around: [same(p.company)],
        at: p.askedAt,
      }),
    ),
    meter: () => {
      const { points, installations } = deps.meterBook.book()
      const serials = new Map(installations.filter(i => i.to === null).map(i => [i.point, i.meter]))
      const here = deps.plant()?.site
      return points.map(p => {
        const unit = spaceOf(here, p.unit)
        return make({ id: p.id, no: serials.get(p.id) ?? null, name: same(p.id), sub: unit, own: [unit], at: null })
      })
    },
    complaint: each(
      () => deps.complaints.list('open', 1000),
      (c, thing, site) => thing({ id: c.id, no: c.no, name: same(c.text), sub: spaceOf(site, c.space), at: c.at }),
    ),
    register() {
      registers ??= deps.registers.registers.map(r => make({ id: r.id, no: null, name: r.name, sub: null, at: null }))
      return registers
    },
    entry: () =>
      deps.registers.registers.flatMap(register =>
        deps.registers.list(register.id, true).map(e =>
          make({
            ...{ id: e.id, no: e.no, name: same(titleOf(register, e.values)), sub: register.name, of: register.id },
            at: e.at,
          }),
        ),
      ),
  }
}
