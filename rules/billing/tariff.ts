import type { MeterMedium, PointUse, RegisterCode } from '../readings/book.ts'
import type { Amount } from '../readings/period.ts'

/**
 * What one unit costs, by medium, use and tariff register, from a moment on [N82, P-18: a new tariff counts from its date].
 * Amounts made of it are a check for billing, never an invoice.
 */
export interface Tariff {
  readonly medium: MeterMedium
  /** Empty: every use. */
  readonly uses: readonly PointUse[]
  readonly register: RegisterCode
  /** Millionths of the currency for one unit of the register: 0.5583 yuan is 558,300. Null: from then on it has none. */
  readonly micro: number | null
  readonly currency: string
  /** UTC ms. */
  readonly from: number
}
/** A part of a period with one price; `tariff` null: there is none yet. */
export interface Priced {
  readonly from: number
  readonly to: number
  readonly tariff: Tariff | null
}

const MICRO_DECIMALS = 6
/** Cents. */
export const MONEY_DECIMALS = 2

/** What names the use comes before what holds for every use; of two alike, the newer. */
export function tariffAt(
  tariffs: readonly Tariff[],
  what: { readonly medium: MeterMedium; readonly use: PointUse; readonly register: RegisterCode },
  at: number,
): Tariff | null {
  const fit = tariffs.filter(
    t =>
      t.medium === what.medium &&
      t.register === what.register &&
      t.from <= at &&
      (t.uses.length === 0 || t.uses.includes(what.use)),
  )
  const rank = (t: Tariff) => [Math.sign(t.uses.length), t.from] as const
  const best =
    fit.toSorted((a, b) => {
      const [namedA, fromA] = rank(a)
      const [namedB, fromB] = rank(b)
      return namedB - namedA || fromB - fromA
    })[0] ?? null
  return best?.micro === null ? null : best
}

/** The parts of a period by price: a change inside it splits it. */
export function pricedParts(
  tariffs: readonly Tariff[],
  what: { readonly medium: MeterMedium; readonly use: PointUse; readonly register: RegisterCode },
  from: number,
  to: number,
): readonly Priced[] {
  const changes = [...new Set(tariffs.map(t => t.from).filter(at => at > from && at < to))].toSorted((a, b) => a - b)
  const parts: Priced[] = []
  const starts = [from, ...changes]
  for (const [i, start] of starts.entries()) {
    const tariff = tariffAt(tariffs, what, start)
    const before = parts.at(-1)
    const end = starts[i + 1] ?? to
    if (before && before.tariff === tariff) parts[parts.length - 1] = { ...before, to: end }
    else parts.push({ from: start, to: end, tariff })
  }
  return parts
}

/** Exact product, rounded once, half away from nought, to cents. */
export function amountOf(consumption: Amount, micro: number): Amount {
  const exact = consumption.value * BigInt(micro)
  const scale = 10n ** BigInt(consumption.decimals + MICRO_DECIMALS - MONEY_DECIMALS)
  const [size, sign] = exact < 0n ? [-exact, -1n] : [exact, 1n]
  return { value: sign * ((size + scale / 2n) / scale), decimals: MONEY_DECIMALS }
}
