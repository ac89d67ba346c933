import { useMemo } from 'react'
import type { PlanView } from '../../../gateway/http/contract.ts'
import type { PlanDraft } from '../../../rules/planedit.ts'
import { type Findable, findable } from '../../../rules/search/match.ts'
import { useEquipment, useSpaces } from '../api.ts'
import { upwards } from '../place.ts'
import { useText } from '../text/index.ts'

/** What may stand on a plan. */
export interface Thing {
  /** Of equipment or of a space; `<route>/<checkpoint>`. */
  readonly id: string
  readonly sort: 'equipment' | 'space' | 'checkpoint'
  readonly name: string
  /** Where it is, or of which route it is. */
  readonly sub: string
  /** The kind of the equipment, for its symbol. */
  readonly kind: string
  /** It belongs to the part of the site that is drawn. */
  readonly here: boolean
  readonly texts: readonly Findable[]
}

interface Words {
  readonly 'zh-CN': string
  readonly en: string
}
interface RawRoute {
  readonly id: string
  readonly name: Words
  readonly checkpoints?: readonly { readonly id: string; readonly name?: Words; readonly space?: string }[]
}
/** site.json as somebody wrote it: what of it is not of this shape is passed over. */
const routesOf = (site: Record<string, unknown> | null): readonly RawRoute[] =>
  Array.isArray(site?.routes)
    ? (site.routes as (RawRoute | null)[]).filter((r): r is RawRoute => typeof r?.id === 'string')
    : []

/** Everything that may stand on a plan: equipment, spaces, points of patrol routes; first what is of its part of the site. */
export function useThings(plan: PlanView, site: Record<string, unknown> | null): ReadonlyMap<string, Thing> {
  const { of, code, lang } = useText()
  const equipment = useEquipment().data
  const spaces = useSpaces()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words follow from the language
  return useMemo(() => {
    const isHere = (space: string | null | undefined) =>
      plan.space === null || [...upwards(space, spaces)].includes(plan.space)
    const texts = (id: string, name: Words) => [id, name['zh-CN'], name.en].map(findable)
    const list: Thing[] = (equipment ?? []).map(one => ({
      ...{ id: one.id, sort: 'equipment' as const, name: of(one.name), kind: one.kind },
      sub: [code('kind', one.kind), one.space ? of(one.space.name) : ''].filter(Boolean).join(' · '),
      ...{ here: isHere(one.space?.id), texts: texts(one.id, one.name) },
    }))
    for (const route of routesOf(site))
      for (const point of route.checkpoints ?? []) {
        const name = point.name ?? spaces.get(point.space ?? '')?.name ?? { 'zh-CN': point.id, en: point.id }
        const id = `${route.id}/${point.id}`
        const here = point.space === undefined || isHere(point.space)
        list.push({
          ...{ id, sort: 'checkpoint', name: of(name), sub: of(route.name), kind: '', here },
          texts: texts(id, name),
        })
      }
    for (const space of spaces.values())
      list.push({
        ...{ id: space.id, sort: 'space', name: of(space.name), sub: space.id, kind: '' },
        ...{ here: space.id !== plan.space && isHere(space.id), texts: texts(space.id, space.name) },
      })
    return new Map(list.toSorted((a, b) => Number(b.here) - Number(a.here)).map(one => [one.id, one]))
  }, [equipment, spaces, site, plan.space, lang])
}

/** Whether it stands on the drawing already: by a position, or as an element of it. */
export const isPlaced = (draft: PlanDraft, ids: ReadonlySet<string>, thing: Thing): boolean => {
  if (thing.sort === 'checkpoint') return thing.id in draft.checkpoints
  const at = draft.places[thing.id]
  return at === undefined ? thing.sort === 'space' && ids.has(thing.id) : typeof at !== 'string' || ids.has(at)
}
