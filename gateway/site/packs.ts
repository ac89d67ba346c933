import type { PointId } from '../../drivers/point.ts'
import { packs } from '../../rules/packs/all.ts'
import { type Condition, matches, type Rule } from '../../rules/rule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import type { PackUse } from './placeschema.ts'

interface Device {
  readonly id: string
  readonly kind: string
  readonly space: string | null
  readonly points: readonly { readonly id: PointId; readonly key: string }[]
}
interface Given {
  readonly used: readonly (PackUse | null)[]
  readonly equipment: readonly Device[]
  /** The site's own, which go before those of packs. */
  readonly rules: readonly Rule[]
  readonly parentOf: (space: string) => string | undefined
  readonly spaces: ReadonlySet<unknown>
  /** All equipment could be taken up: then a pack that finds nothing is in vain. */
  readonly whole: boolean
}
/** That a fault code is one of some, or none of others, is the same kind of question. */
const kindOf = (when: Condition): string => {
  const [word] = Object.keys(when) as [string]
  return ['equals', 'in', 'notIn', 'mask'].includes(word) ? 'state' : word
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/**
 * The rules of the packs that a site has switched on, as rules of its own with the id `<pack>.<rule>`. A point that a rule
 * of the site already holds to the same kind of condition is left to that rule: one trouble is one alarm.
 */
export function packRules({ used, equipment, rules, parentOf, spaces, whole }: Given, add: Add): Rule[] {
  const ofPoint = (id: PointId, kind: string) =>
    rules.some(r => kindOf(r.when) === kind && r.points.some(p => matches(p, id)))
  const found = new Map<string, { rule: Rule; points: Set<PointId> }>()
  const seen = new Set<string>()
  for (const [i, use] of used.entries()) {
    if (use === null) continue
    const wanted = typeof use === 'string' ? use : use.pack
    const within = typeof use === 'string' ? null : use.spaces
    const path: Path = typeof use === 'string' ? ['packs', i] : ['packs', i, 'pack']
    for (const [j, space] of (within ?? []).entries())
      if (!spaces.has(space)) add(['packs', i, 'spaces', j], 'unknown-space', { space })
    const pack = packs.find(p => p.id === wanted)
    if (!pack) {
      add(path, 'unknown-pack', { pack: wanted, known: packs.map(p => p.id).join(', ') })
      continue
    }
    if (seen.has(wanted)) add(path, 'duplicate-id', { id: wanted })
    seen.add(wanted)
    let any = false
    for (const { kinds, keys, ...rule } of pack.rules) {
      const id = `${pack.id}.${rule.id}`
      const kind = kindOf(rule.when)
      const points = found.get(id)?.points ?? new Set()
      for (const device of equipment) {
        if (!kinds.includes(device.kind) || (within && !isWithin(device.space, within))) continue
        for (const point of device.points)
          if (keys.some(key => matches(`x/${key}`, `x/${point.key}`))) {
            any = true
            if (!ofPoint(point.id, kind)) points.add(point.id)
          }
      }
      found.set(id, { rule: { ...rule, id, points: [] }, points })
    }
    if (whole && !any) add(path, 'pack-without-points', { pack: wanted }, 'warning')
  }
  return [...found.values()]
    .filter(({ points }) => points.size > 0)
    .map(({ rule, points }) => ({ ...rule, points: [...points] }))

  function isWithin(space: string | null, wanted: readonly string[]): boolean {
    const passed = new Set<string>()
    for (let at = space ?? undefined; at !== undefined && !passed.has(at); at = parentOf(at)) {
      if (wanted.includes(at)) return true
      passed.add(at)
    }
    return false
  }
}
