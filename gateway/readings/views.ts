import type { Text } from '../../drivers/point.ts'
import { blockWords } from '../../rules/readings/blockwords.ts'
import {
  type Installation,
  indexText,
  multiplierText,
  type RegisterCode,
  type ServicePoint,
  withoutMeter,
} from '../../rules/readings/book.ts'
import { amountText, consumptionBetween, type Life, type sumOf } from '../../rules/readings/period.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { MeterBalances, MeterLifeView, ReadingDay, ReadingView, ServicePointView } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { KeptReading, Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { type MeterBalance, suspectText, unitOf } from './balances.ts'
import type { ReadingKeeper } from './keeper.ts'
import { type Known, knownOf, lifeIn } from './lives.ts'

const MOMENTS = 62
const MOST_WAITING = 200
export type ReadingViews = ReturnType<typeof readingViews>

const metersBySite = new WeakMap<Site, ReadonlyMap<string, Text>>()
/** The names of the meters of a site, by their equipment; of a counter of pulses, which has many, by their points. */
function metersOf(site: Site | null): ReadonlyMap<string, Text> {
  if (site === null) return new Map()
  const known = metersBySite.get(site)
  if (known) return known
  const made = new Map<string, Text>(
    site.equipment.flatMap((e): [string, Text][] =>
      e.kind.endsWith('meter')
        ? [[e.id, e.name]]
        : e.kind === 'pulse-counter'
          ? e.points.flatMap((p): [string, Text][] => (p.name ? [[p.id, p.name]] : []))
          : [],
    ),
  )
  metersBySite.set(site, made)
  return made
}

/** What the screens and other systems see of readings: indexes and amounts as text, to the digit. */
export function readingViews(
  {
    book,
    readings,
    keeper,
    balance,
  }: {
    book: MeterBook
    readings: Readings
    keeper: Pick<ReadingKeeper, 'baseOf'>
    balance: Pick<MeterBalance, 'between'>
  },
  site: () => Site | null,
  clock: () => ReadingDay['clock'] = () => 'safe',
) {
  const unitName = (unit: string) => site()?.spaces.get(unit)?.name ?? null
  /** A meter as people call it: the equipment that a register is read from, or the point of a counter of pulses. */
  const nameOf = (source: string | null | undefined) => {
    if (!source) return null
    const names = metersOf(site())
    return names.get(source) ?? names.get(source.slice(0, source.indexOf('/'))) ?? null
  }
  const known = (): Known => knownOf(book.book())
  function readingView(r: KeptReading, { points, meters, there }: Known): ReadingView {
    const point = points.get(r.point)!
    const register = meters.get(r.meter)?.registers.find(one => one.code === r.register)
    const decimals = register?.decimals ?? 0
    const one = (there.get(r.point) ?? []).findLast(i => i.meter === r.meter && i.from <= r.at)
    const base = one ? keeper.baseOf(one, r.register, r.at) : null
    const { n, meter, at, index, quality, reason, validation, finding, demo, by, note } = r
    return {
      ...{ n, point: r.point, pointName: nameOf(register?.source) },
      ...{ unit: point.unit, unitName: unitName(point.unit), medium: point.medium, meter },
      ...{ register: r.register, at: iso(at), index: index === null ? null : indexText(index, decimals) },
      ...{ indexUnit: register?.unit ?? '', quality, reason, validation, finding, measuredAt: isoOrNull(r.measuredAt) },
      before: base && base.index !== null ? { at: iso(base.at), index: indexText(base.index, decimals) } : null,
      ...{ demo, by, note },
    }
  }
  function pointView(point: ServicePoint, at: number): ServicePointView {
    const of = known()
    const there = of.there.get(point.id)?.find(i => i.to === null)
    const meter = there && of.meters.get(there.meter)
    const factor = of.factors.get(point.id)?.findLast(m => m.from <= at)
    return {
      ...{ ...point, unitName: unitName(point.unit) },
      meter:
        meter && there
          ? {
              ...{ serial: meter.serial, maker: meter.maker, model: meter.model, accuracy: meter.accuracy },
              ...{ seal: meter.seal, since: iso(there.from), multiplier: multiplierText(factor?.micro ?? 1_000_000) },
              registers: meter.registers.map(({ code, digits, decimals, unit, maxPerHour, source }) => ({
                ...{ code, digits, decimals, unit, maxPerHour: indexText(maxPerHour, decimals), source },
              })),
            }
          : null,
    }
  }
  const one = (id: string): ServicePoint => known().points.get(id) ?? fail('not-found', { what: id })
  const lifeOf = (point: string, code: RegisterCode, from: number, to: number): Life =>
    lifeIn(known(), readings, point, code, from, to)

  return {
    points: (now: number) => ({ items: book.book().points.map(p => pointView(p, now)), next: null }),
    one: (r: KeptReading): ReadingView => readingView(r, known()),
    point: (id: string, now: number): ServicePointView => pointView(one(id), now),
    /** @param asked the moment; null: the last one */
    day(asked: number | null, now: number): ReadingDay {
      const freezes = readings.freezes(MOMENTS)
      const at = asked ?? freezes[0]?.at ?? null
      const all = at === null ? [] : readings.at(at)
      const of = known()
      const waiting = readings.waiting(MOST_WAITING).filter(r => r.at !== at)
      const missing = all.filter(r => r.index === null || r.validation === 'rejected').length
      const uncertain = all.filter(r => r.validation === 'uncertain' && r.index !== null).length
      const read = all.length - missing - uncertain
      return {
        at: isoOrNull(at),
        clock: clock(),
        moments: freezes.map(f => iso(f.at)),
        counts: { total: all.length, read, missing, uncertain, waiting: readings.waitingCount() },
        items: all.map(r => readingView(r, of)),
        waiting: waiting.map(r => readingView(r, of)),
        gaps: gaps(now),
      }
    },
    /** One register of a service point from one moment to another: its readings, and what was used between each two. */
    life(id: string, code: RegisterCode, from: number, to: number, now: number): MeterLifeView {
      const point = one(id)
      const life = lifeOf(id, code, from, to)
      const of = known()
      const decimalsOf = (meter: string) =>
        of.meters.get(meter)?.registers.find(r => r.code === code)?.decimals ?? fail('not-found', { what: code })
      const { installations, multipliers } = life
      const shown = (i: Installation, index: number | undefined) =>
        index === undefined ? null : indexText(index, decimalsOf(i.meter))
      const moments = [...new Set(life.readings.map(r => r.at))]
      const counted = moments
        .slice(1)
        .map((end, i) => ({ start: moments[i]!, end, ...consumptionBetween(life, moments[i]!, end) }))
      const [first, last] = [moments[0], moments.at(-1)]
      const whole =
        first !== undefined && last !== undefined && first < last ? consumptionBetween(life, first, last) : null
      const register = of.meters.get(installations.at(-1)?.meter ?? '')?.registers.find(r => r.code === code)
      return {
        point: pointView(point, now),
        ...{ register: code, unit: register?.unit ?? '' },
        installations: installations.map(i => ({
          ...{ meter: i.meter, from: iso(i.from), to: isoOrNull(i.to) },
          ...{ opening: shown(i, i.opening[code]), closing: shown(i, i.closing[code]) },
        })),
        multipliers: multipliers.map(m => ({
          ...{ from: iso(m.from), multiplier: multiplierText(m.micro), evidence: m.evidence },
        })),
        readings: readings.of(id, code, from, to).map(r => readingView(r, of)),
        days: counted.map(({ start, end, consumption, segments, blocked, findings: found, quality }) => ({
          ...{ from: iso(start), to: iso(end), used: consumption ? amountText(consumption) : null, quality },
          segments: segments.map(s => ({
            ...{ meter: s.meter, from: iso(s.from), to: iso(s.to), opening: indexText(s.opening, s.decimals) },
            ...{ closing: indexText(s.closing, s.decimals), rise: indexText(s.rise, s.decimals) },
            multiplier: multiplierText(s.micro),
          })),
          blocked: blocked.map(b => ({ code: b.code, text: blockWords(b.code) })),
          findings: [...new Set(found.map(f => f.code))].map(code => ({ code, text: blockWords(code) })),
        })),
        used: whole?.consumption ? amountText(whole.consumption) : null,
      }
    },
    /** What goes in at each parent and does not come out behind it, between two moments. */
    balances(from: number | null, to: number | null): MeterBalances {
      const of = known()
      if (from === null || to === null) return { items: [], next: null, from: null, to: null }
      const text = (a: ReturnType<typeof sumOf> | null) => (a === null ? null : amountText(a))
      const unitAt = (id: string) => of.points.get(id)?.unit ?? ''
      const sourceAt = (id: string) => of.meters.get(of.there.get(id)?.at(-1)?.meter ?? '')?.registers[0]?.source
      return {
        items: balance.between(from, to).map(b => {
          const unit = unitAt(b.parent)
          const usedUnit = unitOf(b.medium)
          return {
            ...{ parent: b.parent, parentName: nameOf(sourceAt(b.parent)), unit, unitName: unitName(unit) },
            ...{ medium: b.medium, used: text(b.used) },
            ...{ behind: text(b.behind), lost: text(b.lost), lostPercent: b.lostPercent, limit: b.limit },
            ...{ state: b.state, wanting: [...b.wanting], usedUnit },
            suspects: b.suspects.map(s => ({
              ...{ point: s.point, unit: unitAt(s.point), unitName: unitName(unitAt(s.point)) },
              text: suspectText(s, usedUnit.replace('.', '')),
            })),
          }
        }),
        ...{ next: null, from: iso(from), to: iso(to) },
      }
    },
  }

  /** Service points without a meter, and units of the site that are in no row of the book. */
  function gaps(now: number): ReadingDay['gaps'] {
    const kept = book.book()
    if (kept.points.length === 0) return []
    const served = new Set(kept.points.map(p => p.unit))
    const units = [...(site()?.spaces.values() ?? [])].filter(
      s => s.use !== undefined && s.use !== 'public' && !served.has(s.id),
    )
    return [
      ...withoutMeter(kept, now).map(p => ({ unit: p.unit, unitName: unitName(p.unit), medium: p.medium })),
      ...units.map(s => ({ unit: s.id, unitName: s.name, medium: null })),
    ]
  }
}
