import type { MeterMedium, ServicePoint } from './book.ts'
import { type Amount, sumOf } from './period.ts'

/** What may be lost between a meter and those behind it, in percent. [people-and-permits 5.4; heat is ours] */
export const lossLimits: Readonly<Record<MeterMedium, number>> = { electricity: 3, water: 8, gas: 3, heat: 10 }

/** `loss`: more is lost than may be: a leak, theft, a meter that counts too little. `gain`: more comes out than goes in. */
export const balanceStates = ['within', 'loss', 'gain', 'unknown'] as const
export type BalanceState = (typeof balanceStates)[number]

/** A service point with what it has counted; null: not known, or blocked. */
export interface CountedPoint extends Pick<ServicePoint, 'id' | 'parent' | 'role' | 'medium' | 'closed'> {
  readonly used: Amount | null
  /** Percent, of its meter's class; null: not said. */
  readonly accuracy: number | null
}
export interface Balance {
  readonly parent: string
  readonly medium: MeterMedium
  readonly used: Amount | null
  /** Of those right behind it; who stands behind one of them is in it already. */
  readonly behind: Amount | null
  /** Null where one of them is not known. */
  readonly lost: Amount | null
  /** Percent of what went in, to a hundredth; null: not known, or nothing went in. */
  readonly lostPercent: number | null
  /** What may be lost, and what the meters themselves may err, percent. */
  readonly limit: number
  readonly band: number
  readonly state: BalanceState
  /** Whose reading is wanting. */
  readonly wanting: readonly string[]
}

/**
 * What goes in at each parent and does not come out behind it. A child whose use is not known makes the sum unknown: it is
 * no nought. Check meters and those of closed points are not counted.
 * @param own limits of single parents, percent, before those of their medium
 */
export function balances(
  points: readonly CountedPoint[],
  limits: Readonly<Record<MeterMedium, number>> = lossLimits,
  own: ReadonlyMap<string, number> = new Map(),
): Balance[] {
  const children = Map.groupBy(
    points.filter(p => p.parent !== null && p.role !== 'check' && !p.closed),
    p => p.parent!,
  )
  return points.flatMap(parent => {
    const below = children.get(parent.id)
    return below ? [balanceOf(parent, below, own.get(parent.id) ?? limits[parent.medium])] : []
  })
}

function balanceOf(parent: CountedPoint, below: readonly CountedPoint[], limit: number): Balance {
  const wanting = [parent, ...below].filter(p => p.used === null).map(p => p.id)
  const known = below.flatMap(p => p.used ?? [])
  const behind = known.length === below.length ? sumOf(known) : null
  const lost = parent.used && behind ? sumOf([parent.used, { ...behind, value: -behind.value }]) : null
  const lostPercent = lost && parent.used ? share(lost, parent.used) : null
  // Each meter may err by its class; below a parent they seldom err all the same way: the worst of them, and the parent's.
  const worst = Math.max(...below.map(p => p.accuracy ?? 1))
  const band = (parent.accuracy ?? 1) + worst
  const nothingIn = parent.used?.value === 0n
  const state: BalanceState =
    lost === null
      ? 'unknown'
      : nothingIn
        ? behind!.value > 0n
          ? 'gain'
          : 'within'
        : lostPercent! > limit
          ? 'loss'
          : lostPercent! < -band
            ? 'gain'
            : 'within'
  return {
    ...{ parent: parent.id, medium: parent.medium, used: parent.used, behind, lost, lostPercent },
    ...{ limit, band, state, wanting },
  }
}

/** Percent of the whole, to a hundredth; null of nothing. */
function share(part: Amount, whole: Amount): number | null {
  if (whole.value === 0n) return null
  const decimals = Math.max(part.decimals, whole.decimals)
  const scaled = (a: Amount) => a.value * 10n ** BigInt(decimals - a.decimals)
  return Number((scaled(part) * 10_000n) / scaled(whole)) / 100
}
