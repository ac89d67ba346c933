import {
  type Book,
  indexText,
  type Meter,
  type MeterMedium,
  multiplierText,
  type PointUse,
  type RegisterCode,
  registerCodes,
  type ServicePoint,
} from '../readings/book.ts'
import { type Amount, type Block, consumptionBetween, type Life, type Reading } from '../readings/period.ts'
import type { Quality } from '../readings/quality.ts'
import type { Habits } from '../readings/sequence.ts'
import { amountOf, type Priced, pricedParts, type Tariff } from './tariff.ts'

/** Which points go into a batch [N81: construction sites about the 15th; N80: notices on the 25th]. */
export interface Group {
  readonly id: string
  /** Empty: all that is in use. */
  readonly uses: readonly PointUse[]
}
/** What one register of a service point used in one part of a period: a line of a batch. */
export interface Line {
  /** `point/register`, with the number of the part where a tariff or another occupier splits the period. */
  readonly id: string
  readonly point: string
  readonly unit: string
  readonly medium: MeterMedium
  readonly register: RegisterCode
  readonly use: PointUse
  /** UTC ms: the moments of the two readings. */
  readonly from: number
  readonly to: number
  /** Index texts of the first and the last meter. */
  readonly previous: string
  readonly current: string
  readonly consumption: Amount
  /** As the register counts: `kW.h`, `m3`. */
  readonly uom: string
  /** One after the other, where they changed: `80`, `80+100`. */
  readonly multiplier: string
  readonly meters: string
  /** Each piece, where there is more than one: `A1 118.0-120.5 x80 | B2 0.0-31.5 x80`. */
  readonly pieces: string
  readonly quality: Quality
  /** Millionths; null: no tariff, or one that changed at a moment without a reading. */
  readonly micro: number | null
  readonly currency: string
  readonly amount: Amount | null
}
/** What cannot be billed, and why. It stops the batch until it is decided or waived by name. */
export interface Unbilled {
  readonly id: string
  readonly point: string
  readonly unit: string
  readonly register: RegisterCode
  readonly blocked: readonly Block[]
}
export interface Lines {
  readonly lines: readonly Line[]
  readonly unbilled: readonly Unbilled[]
}

interface Known {
  readonly book: Book
  /** By `meter/register`. */
  readonly readings: ReadonlyMap<string, readonly Reading[]>
  readonly tariffs: readonly Tariff[]
  /** At which moments the occupier changed, by service point: each part is a line of its own. [P-19, P-18 tenant settlement] */
  readonly splits?: ReadonlyMap<string, readonly number[]>
  /** What nobody has decided on yet, by `point/register`. */
  readonly doubts?: ReadonlyMap<string, readonly Block[]>
}

export const readingKey = (meter: string, register: RegisterCode): string => `${meter}/${register}`

/**
 * The lines of a period, in the order of their ids, whatever order the book has: the same readings give the same lines.
 * A tariff that changes at a moment without a reading leaves the line whole and without an amount.
 * @param from, to the two boundaries, UTC ms
 */
export function linesOf(known: Known, group: Group, from: number, to: number, habits?: Habits): Lines {
  const { book } = known
  const meters = new Map(book.meters.map(m => [m.serial, m]))
  const installed = Map.groupBy(book.installations, i => i.point)
  const multipliers = Map.groupBy(book.multipliers, m => m.point)
  const lines: Line[] = []
  const unbilled: Unbilled[] = []
  for (const point of book.points.toSorted(byId)) {
    const there = (installed.get(point.id) ?? []).filter(i => i.from < to && (i.to ?? Number.POSITIVE_INFINITY) > from)
    if (!isIn(group, point) || (point.closed && there.length === 0)) continue
    const mine = there.flatMap(i => meters.get(i.meter) ?? [])
    for (const code of codesOf(mine)) {
      const life: Life = {
        ...{
          code,
          meters: mine,
          installations: installed.get(point.id) ?? [],
          multipliers: multipliers.get(point.id) ?? [],
        },
        readings: there.flatMap(i => known.readings.get(readingKey(i.meter, code)) ?? []),
      }
      const id = `${point.id}/${code}`
      const whole = consumptionBetween(life, from, to, habits)
      const doubts = known.doubts?.get(id) ?? []
      if (whole.consumption === null || doubts.length > 0) {
        const blocked = [...whole.blocked, ...doubts]
        unbilled.push({ id, point: point.id, unit: point.unit, register: code, blocked })
        continue
      }
      const cuts = (known.splits?.get(point.id) ?? []).filter(at => at > from && at < to)
      const spans = [from, ...cuts].map((start, i) => ({ start, end: cuts[i] ?? to }))
      const served = spans.map(({ start, end }) => ({
        ...{ start, end, counted: cuts.length === 0 ? whole : consumptionBetween(life, start, end, habits) },
      }))
      // Where it cannot be said who used what, nobody is billed for the other.
      const unclear = served.flatMap(s => s.counted.blocked)
      if (unclear.length > 0) {
        unbilled.push({ id, point: point.id, unit: point.unit, register: code, blocked: unclear })
        continue
      }
      const shown = served.flatMap(({ start, end, counted: used }): { part: Priced; counted: typeof whole }[] => {
        const what = { medium: point.medium, use: point.use, register: code }
        const parts = pricedParts(known.tariffs, what, start, end)
        const counted =
          parts.length > 1
            ? parts.map(part => ({ part, counted: consumptionBetween(life, part.from, part.to, habits) }))
            : []
        const split = parts.length > 1 && counted.every(c => c.counted.consumption !== null)
        if (split) return counted
        return [{ part: { from: start, to: end, tariff: parts.length === 1 ? parts[0]!.tariff : null }, counted: used }]
      })
      for (const [i, { part, counted: used }] of shown.entries())
        lines.push(lineOf(shown.length > 1 ? `${id}/${i + 1}` : id, point, code, mine, part, used))
    }
    if (mine.length === 0 && !point.closed)
      unbilled.push({
        ...{ id: `${point.id}/total`, point: point.id, unit: point.unit, register: 'total' },
        blocked: [{ code: 'no-meter', at: from, meter: null }],
      })
  }
  return { lines, unbilled }
}

function lineOf(
  id: string,
  point: ServicePoint,
  register: RegisterCode,
  meters: readonly Meter[],
  part: Priced,
  { consumption, segments, quality }: ReturnType<typeof consumptionBetween>,
): Line {
  const first = segments[0]!
  const last = segments.at(-1)!
  const micro = part.tariff?.micro ?? null
  const uom = meters.find(m => m.serial === last.meter)?.registers.find(r => r.code === register)?.unit ?? ''
  return {
    ...{ id, point: point.id, unit: point.unit, medium: point.medium, register, use: point.use },
    ...{ from: part.from, to: part.to, consumption: consumption!, uom, quality },
    previous: indexText(first.opening, first.decimals),
    current: indexText(last.closing, last.decimals),
    multiplier: runs(segments.map(s => multiplierText(s.micro))).join('+'),
    meters: runs(segments.map(s => s.meter)).join('+'),
    pieces:
      segments.length < 2
        ? ''
        : segments
            .map(
              s =>
                `${s.meter} ${indexText(s.opening, s.decimals)}-${indexText(s.closing, s.decimals)} x${multiplierText(s.micro)}`,
            )
            .join(' | '),
    micro,
    currency: micro === null ? '' : part.tariff!.currency,
    amount: micro === null ? null : amountOf(consumption!, micro),
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0
const isIn = ({ uses }: Group, { use }: ServicePoint): boolean => uses.length === 0 || uses.includes(use)
/** What flows back is read, and never billed as use. */
const codesOf = (meters: readonly Meter[]): RegisterCode[] =>
  registerCodes.filter(code => code !== 'reverse' && meters.some(m => m.registers.some(r => r.code === code)))
/** Each value once where it repeats itself. */
const runs = (all: readonly string[]): string[] => all.filter((one, i) => one !== all[i - 1])
