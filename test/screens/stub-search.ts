import type { SearchHit } from '../../gateway/http/contract.ts'
import { findable, matcher } from '../../rules/search/match.ts'
import type { makeWorld } from './stub-site.ts'

type World = ReturnType<typeof makeWorld>

/** What the gateway would find in the world of the stub: equipment, alarms and orders. */
export function found(world: World, typed: string): SearchHit[] {
  const rank = matcher(typed)
  const none = { sub: null, of: null, at: null }
  const all = [
    ...world.equipment.map(e => ({ ...none, kind: 'equipment' as const, id: e.id, no: e.id, name: e.name })),
    ...[...world.alarms.values()].map(a => ({ ...none, kind: 'alarm' as const, id: a.id, no: null, name: a.text })),
    ...[...world.orders.values()].map(o => ({ ...none, kind: 'order' as const, id: o.id, no: o.no, name: o.text })),
  ]
  return all
    .flatMap((one): SearchHit[] => {
      const fit = rank([one.name['zh-CN'], one.name.en, one.no ?? ''].map(findable))
      return fit === null ? [] : [{ ...one, rank: fit }]
    })
    .sort((a, b) => a.rank - b.rank)
}
