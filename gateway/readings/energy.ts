import {
  areaOf,
  type EnergyPeriod,
  type EnergyPoint,
  type EnergyTotal,
  energyPeriods,
  energyTotals,
  outermost,
} from '../../rules/energy.ts'
import { monthBounds } from '../billing/months.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { EnergyOverview } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { unitOf } from './balances.ts'
import { dateOf, monthBefore, monthOf } from './days.ts'
import { amountUsed, knownOf, lifeIn } from './lives.ts'

const MONTHS = 12
/** So many points in one go: the loop belongs to the plant. */
const AT_ONCE = 16

/** What the building used in a month, from the readings: by medium, use, area and tariff period, and the year before it. */
export function energyOverviews({
  book,
  readings,
  site,
}: {
  readonly book: MeterBook
  readonly readings: Readings
  readonly site: () => Site | null
}) {
  async function pointsOf(from: number, to: number, whole: boolean): Promise<EnergyPoint[]> {
    const known = knownOf(book.book())
    const spaces = site()?.spaces ?? new Map()
    const made: EnergyPoint[] = []
    for (const [i, p] of [...known.points.values()].filter(one => !one.closed).entries()) {
      if (i % AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
      // For the sums of other months the mains are enough.
      if (!whole && p.parent !== null) continue
      const codes = new Set((known.there.get(p.id) ?? []).flatMap(t => known.meters.get(t.meter)?.registers ?? []))
      const life = lifeIn(known, readings, p.id, 'total', from, to)
      const parts = energyPeriods
        .filter(code => [...codes].some(r => r.code === code))
        .map(code => [code, amountUsed(lifeIn(known, readings, p.id, code, from, to), from, to)] as const)
      const known4 = parts.length > 0 && parts.every(([, used]) => used !== null)
      made.push({
        ...{ id: p.id, medium: p.medium, parent: p.parent, role: p.role, use: p.use },
        ...{ area: outermost(p.unit, spaces), used: amountUsed(life, from, to) },
        periods: known4 ? (Object.fromEntries(parts) as Partial<Record<EnergyPeriod, number>>) : null,
        demo: readings.of(p.id, 'total', to, to).some(r => r.demo),
      })
    }
    return made
  }
  const perM2 = (used: number | null, area: number | null): number | null =>
    used === null || area === null || area <= 0 ? null : Number((used / area).toFixed(3))

  /** @param asked `2026-11`; null: the newest that was read. Throws `invalid-input`. */
  return async function overview(asked: string | null): Promise<EnergyOverview> {
    const zone = site()?.timezone ?? 'UTC'
    const newest = readings.freezes(1)[0]?.at
    if (newest === undefined) return { month: null, from: null, to: null, whole: false, area: null, media: [] }
    const month = asked ?? dateOf(newest - 1, zone).slice(0, 7)
    const bounds = monthBounds(month, zone, site()?.readings, readings.months())
    if (!bounds || bounds.from >= newest) return fail('invalid-input', { where: 'month', why: MONTH })
    const to = Math.min(bounds.to, newest)
    const spaces = site()?.spaces ?? new Map()
    const roots = [...spaces.values()].filter(s => s.parent === undefined).map(s => areaOf(s.id, spaces))
    const area = roots.length > 0 && !roots.includes(null) ? roots.reduce<number>((sum, a) => sum + a!, 0) : null
    const before: { month: string; totals: EnergyTotal[] }[] = []
    for (let back = MONTHS - 1; back > 0; back--) {
      const end = monthBefore(bounds.from, back - 1, zone)
      const start = monthOf(end - 1, zone)
      before.push({
        month: dateOf(start, zone).slice(0, 7),
        totals: readings.freezeAt(start) ? energyTotals(await pointsOf(start, end, false)) : [],
      })
    }
    const totals = energyTotals(await pointsOf(bounds.from, to, true))
    return {
      ...{ month, from: iso(bounds.from), to: iso(to), whole: to === bounds.to, area },
      media: totals.map(e => ({
        ...{ medium: e.medium, unit: unitOf(e.medium), total: e.total, perM2: perM2(e.total, area), known: e.known },
        ...{ unknownPercent: e.unknownPercent, wanting: [...e.wanting], unplaced: [...e.unplaced], demo: e.demo },
        byUse: e.byUse.map(p => ({ use: p.key, used: p.used })),
        byArea: e.byArea.map(({ key, used }) => {
          const size = key === null ? null : areaOf(key, spaces)
          return {
            ...{ space: key, name: key === null ? null : (spaces.get(key)?.name ?? null), used },
            ...{ area: size, perM2: perM2(used, size) },
          }
        }),
        byPeriod: e.byPeriod.map(p => ({ period: p.key, used: p.used })),
        months: [
          ...before.map(b => ({
            month: b.month,
            total: b.totals.find(one => one.medium === e.medium)?.total ?? null,
          })),
          { month, total: e.total },
        ],
      })),
    }
  }
}

const MONTH = { 'zh-CN': '该月还没有读数。', en: 'Nothing was read in this month yet.' }
