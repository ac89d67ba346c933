import type { Book, Installation, Meter, Multiplier, RegisterCode, ServicePoint } from '../../rules/readings/book.ts'
import { amountText, consumptionBetween, type Life } from '../../rules/readings/period.ts'
import type { Readings } from '../records/readings.ts'

/** The meter book by its numbers. */
export interface Known {
  readonly points: ReadonlyMap<string, ServicePoint>
  readonly meters: ReadonlyMap<string, Meter>
  readonly there: ReadonlyMap<string, readonly Installation[]>
  readonly factors: ReadonlyMap<string, readonly Multiplier[]>
}
/** By the book that it was made from, which is another object after each change. */
const indexed = new WeakMap<Book, Known>()

export function knownOf(kept: Book): Known {
  let of = indexed.get(kept)
  if (!of) {
    of = {
      points: new Map(kept.points.map(p => [p.id, p])),
      meters: new Map(kept.meters.map(m => [m.serial, m])),
      there: Map.groupBy(kept.installations, i => i.point),
      factors: Map.groupBy(kept.multipliers, m => m.point),
    }
    indexed.set(kept, of)
  }
  return of
}
/** All of one register of a service point between two moments. */
export function lifeIn(
  of: Known,
  readings: Pick<Readings, 'of'>,
  point: string,
  code: RegisterCode,
  from: number,
  to: number,
): Life {
  const installations = of.there.get(point) ?? []
  return {
    meters: installations.flatMap(i => of.meters.get(i.meter) ?? []),
    ...{ code, installations, multipliers: of.factors.get(point) ?? [] },
    readings: readings.of(point, code, from, to),
  }
}
/** What was used between two moments, for comparing: in the unit of the medium. Null: not known, or blocked. */
export function amountUsed(life: Life, from: number, to: number): number | null {
  const { consumption } = consumptionBetween(life, from, to)
  return consumption ? Number(amountText(consumption)) : null
}
