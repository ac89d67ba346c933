import type { MeterMedium, PointRole, PointUse } from './readings/book.ts'

/** The periods that a tariff by time of use has registers for. */
export const energyPeriods = ['sharp', 'peak', 'flat', 'valley'] as const
export type EnergyPeriod = (typeof energyPeriods)[number]

/** A service point with what it counted in a month; null: not known. */
export interface EnergyPoint {
  readonly id: string
  readonly medium: MeterMedium
  readonly parent: string | null
  readonly role: PointRole
  readonly use: PointUse
  /** The building or area it belongs to; null: not said. */
  readonly area: string | null
  readonly used: number | null
  /** Of its tariff registers; null: it has none, or one is not known. */
  readonly periods: Readonly<Partial<Record<EnergyPeriod, number>>> | null
  /** Some of it was made up for the demo. */
  readonly demo: boolean
}
export interface Part<K> {
  readonly key: K
  readonly used: number
}
/** What went in at the mains of one medium, and where of it is known to have gone. */
export interface EnergyTotal {
  readonly medium: MeterMedium
  /** Null: a main is not known. */
  readonly total: number | null
  /** Of the total, what can be told apart by use and area. */
  readonly known: number
  /** Percent of the total of which it is not known where it went; null: the total is not known. */
  readonly unknownPercent: number | null
  readonly byUse: readonly Part<PointUse>[]
  readonly byArea: readonly Part<string | null>[]
  /** Of the mains; what is left of the total has no tariff registers. */
  readonly byPeriod: readonly Part<EnergyPeriod>[]
  /** Whose reading is wanting. */
  readonly wanting: readonly string[]
  /** Meters that no main is said for, though there are mains: whether they are in the total already cannot be told. */
  readonly unplaced: readonly string[]
  readonly demo: boolean
}

/**
 * Each medium of a building, added up without counting anything twice: the mains are the whole; what a meter counts less
 * what those behind it count is its own. What is not known is a share of its own and never nought.
 */
export function energyTotals(points: readonly EnergyPoint[]): EnergyTotal[] {
  const counted = points.filter(p => p.role !== 'check')
  const ids = new Set(counted.map(p => p.id))
  return [...Map.groupBy(counted, p => p.medium)].map(([medium, all]) => {
    const alone = (p: EnergyPoint) => p.parent === null || !ids.has(p.parent)
    const children = Map.groupBy(
      all.filter(p => !alone(p)),
      p => p.parent!,
    )
    const isMain = (p: EnergyPoint) => p.role === 'main' || children.has(p.id)
    const hasMain = all.some(p => alone(p) && isMain(p))
    const unplaced = hasMain ? all.filter(p => alone(p) && !isMain(p)) : []
    const roots = all.filter(p => alone(p) && !unplaced.includes(p))
    const behind = (p: EnergyPoint): EnergyPoint[] => [p, ...(children.get(p.id) ?? []).flatMap(behind)]
    const inside = roots.flatMap(behind)
    const own = inside.flatMap(p => {
      const below = (children.get(p.id) ?? []).map(c => c.used)
      return p.used === null || below.includes(null)
        ? []
        : [{ ...p, own: p.used - below.reduce<number>((sum, used) => sum + used!, 0) }]
    })
    const total = sum(roots.map(p => p.used))
    const known = own.reduce((s, p) => s + p.own, 0)
    const grouped = <K>(key: (p: EnergyPoint) => K): Part<K>[] =>
      [...Map.groupBy(own, key)]
        .map(([k, some]) => ({ key: k, used: digits(some.reduce((s, p) => s + p.own, 0)) }))
        .toSorted((a, b) => b.used - a.used)
    return {
      ...{ medium, total: total === null ? null : digits(total), known: digits(known) },
      unknownPercent: total === null || total <= 0 ? null : digits(Math.max(0, (100 * (total - known)) / total), 1),
      ...{ byUse: grouped(p => p.use), byArea: grouped(p => p.area) },
      byPeriod: energyPeriods.flatMap(key => {
        const some = roots.flatMap(p => p.periods?.[key] ?? [])
        return some.length === 0 ? [] : [{ key, used: digits(some.reduce((s, n) => s + n, 0)) }]
      }),
      wanting: inside.filter(p => p.used === null).map(p => p.id),
      ...{ unplaced: unplaced.map(p => p.id), demo: all.some(p => p.demo) },
    }
  })
}
const sum = (all: readonly (number | null)[]): number | null =>
  all.length === 0 || all.includes(null) ? null : all.reduce<number>((s, n) => s + n!, 0)
/** Sums of decimal fractions: what is behind the third decimal was never on a meter. */
const digits = (n: number, decimals = 3): number => Number(n.toFixed(decimals))

interface Sized {
  readonly id: string
  readonly kind: string
  readonly parent?: string | undefined
  readonly area?: number | undefined
}
/**
 * m² of a building: as it is said of it, else of its parts when each of them says it. Null: it is not said, and nothing per
 * m² can be.
 */
export function areaOf(id: string, spaces: ReadonlyMap<string, Sized>): number | null {
  const said = spaces.get(id)?.area
  if (said !== undefined) return said
  const parts = [...spaces.values()].filter(s => s.parent === id).map(s => areaOf(s.id, spaces))
  return sum(parts)
}
/** The building or area that a space belongs to: the outermost. Null: there is no such space. */
export function outermost(id: string, spaces: ReadonlyMap<string, Sized>): string | null {
  let at = spaces.get(id)
  for (let hops = 0; at?.parent !== undefined && spaces.has(at.parent) && hops < 20; hops++) at = spaces.get(at.parent)
  return at?.id ?? null
}
