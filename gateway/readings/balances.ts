import type { PointId, Sample, Text } from '../../drivers/point.ts'
import { balancePoint } from '../../rules/readings/alarm.ts'
import { type Balance, balances, lossLimits } from '../../rules/readings/balance.ts'
import { amountText, consumptionBetween } from '../../rules/readings/period.ts'
import { type Suspect, suspectReasons, suspectsOf } from '../../rules/readings/suspects.ts'
import { fill } from '../core/errors.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { ReadingChecks } from '../records/readingchecks.ts'
import type { Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { endBefore } from './days.ts'
import { amountUsed, daysCovered, knownOf, lifeIn } from './lives.ts'
import { readingSettingsOf } from './schema.ts'

const DAY_MS = 86_400_000
/** What is usual is counted over four weeks before. */
const USUAL_DAYS = 28

export interface KnownBalance extends Balance {
  readonly suspects: readonly Suspect[]
}
interface BalanceDeps {
  readonly book: MeterBook
  readonly readings: Readings
  readonly checks: ReadingChecks
  readonly site: () => Site | null
}
export const unitOf = (medium: string): string => (medium === 'water' || medium === 'gas' ? 'm3' : 'kW.h')

/** Main meters against those behind them, over the last days that were read; what is outside its limit is an alarm. */
export function meterBalance({ book, readings, checks, site }: BalanceDeps) {
  let last: { readonly items: readonly KnownBalance[]; readonly from: number; readonly to: number } | null = null

  /** @param from, to two moments that were read */
  function between(from: number, to: number): KnownBalance[] {
    const { points } = book.book()
    const known = knownOf(book.book())
    const { balance, balanceOf } = site()?.readingChecks ?? readingSettingsOf(null)
    const zone = site()?.timezone ?? 'UTC'
    const parents = new Set(points.flatMap(p => p.parent ?? []))
    const counted = points
      .filter(p => p.parent !== null || parents.has(p.id))
      .map(p => {
        const there = known.there.get(p.id)?.at(-1)
        const used = consumptionBetween(lifeIn(known, readings, p.id, 'total', from, to), from, to).consumption
        return { ...p, used, accuracy: known.meters.get(there?.meter ?? '')?.accuracy ?? null }
      })
    const suspects = (b: Balance): Suspect[] => {
      if (b.state !== 'loss' && b.state !== 'gain') return []
      const before = endBefore(from, USUAL_DAYS, zone)
      return suspectsOf(
        b.state,
        counted
          .filter(p => p.parent === b.parent && p.role !== 'check' && !p.closed)
          .map(p => {
            const life = lifeIn(known, readings, p.id, 'total', before, from)
            const usual = daysCovered(life, before, from) < USUAL_DAYS - 1 ? null : amountUsed(life, before, from)
            return {
              ...{ point: p.id, used: p.used ? Number(amountText(p.used)) : null },
              usual: usual === null ? null : Number(((usual * (to - from)) / (from - before)).toFixed(2)),
              checks: checks.openOf(p.id).map(e => e.check),
            }
          }),
      )
    }
    return balances(counted, { ...lossLimits, ...balance }, balanceOf).map(b => ({ ...b, suspects: suspects(b) }))
  }
  /** The last days that were read. */
  function look(): void {
    const zone = site()?.timezone ?? 'UTC'
    const to = readings.freezes(1)[0]?.at
    if (to === undefined) {
      last = null
      return
    }
    const days = (site()?.readingChecks ?? readingSettingsOf(null)).limits.balanceDays
    const from = endBefore(to, Math.max(1, Math.round(days)), zone)
    last = { items: between(from, to), from, to }
  }
  const parents = (): string[] => [...new Set(book.book().points.flatMap(p => p.parent ?? []))]
  return {
    between,
    look,
    /** Points that the alarms watch, one for each main meter. */
    points: (): PointId[] => parents().map(balancePoint),
    /** How each stands now; one that is not known says so and is no good value. */
    samples: (at: number): Sample[] =>
      (last?.items ?? []).map((b): Sample => {
        const head = { point: balancePoint(b.parent), at, seen: at }
        return b.state === 'unknown'
          ? { ...head, quality: 'bad', value: null, reason: 'no-value' }
          : { ...head, quality: 'good', value: b.state !== 'within' }
      }),
    /** What an alarm of a main meter says, and where it is; null: the point is none. */
    said(point: PointId): { readonly text: Text; readonly space: string | null } | null {
      const known = knownOf(book.book())
      const b = last?.items.find(one => balancePoint(one.parent) === point)
      const parent = parents().find(id => balancePoint(id) === point)
      if (parent === undefined) return null
      const unit = known.points.get(parent)?.unit ?? null
      const space = unit !== null && site()?.spaces.has(unit) ? unit : null
      if (!b?.used || !b.behind || !last) return { text: { 'zh-CN': parent, en: parent }, space }
      // A person knows the meter by its name; the number stays, as the meter book is kept by it.
      const called = site()?.equipment.find(e => e.id === parent)?.name
      const numbers = {
        ...{
          parent: called
            ? { 'zh-CN': `${called['zh-CN']}（${parent}）`, en: `${called.en} (${parent})` }
            : { 'zh-CN': `总表 ${parent}`, en: parent },
          used: inGroups(amountText(b.used)),
          behind: inGroups(amountText(b.behind)),
          unit: unitOf(b.medium).replace('.', ''),
        },
        ...{ percent: b.lostPercent ?? '—', limit: b.state === 'gain' ? b.band : b.limit },
        days: Math.round((last.to - last.from) / DAY_MS),
      }
      const [first] = b.suspects
      const where = first && suspectText(first, numbers.unit)
      return {
        text: {
          'zh-CN': `${fill('{parent}：{days} 天进 {used} {unit}，分表合计 {behind} {unit}，相差 {percent}%（限值 {limit}%）', numbers, 'zh-CN')}${where ? `；先查 ${first.point}：${where['zh-CN']}` : ''}`,
          en: `${fill('{parent}: {used} {unit} in {days} {days, day|days}, {behind} {unit} behind it, {percent} % apart (limit {limit} %)', numbers)}${where ? `; look first at ${first.point}: ${where.en}` : ''}`,
        },
        space,
      }
    },
  }
}
export type MeterBalance = ReturnType<typeof meterBalance>

/** 175128.5 as 175,128.5: as every number is written on the screens, in both languages. */
const inGroups = (amount: string): string => amount.replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','))

/** Why a meter is suspected, with its numbers. */
export function suspectText({ reason, used, usual }: Suspect, unit: string): Text {
  const numbers = { used: used ?? '—', usual: usual ?? '—', unit }
  return {
    'zh-CN': fill(suspectReasons[reason]['zh-CN'], numbers, 'zh-CN'),
    en: fill(suspectReasons[reason].en, numbers),
  }
}
