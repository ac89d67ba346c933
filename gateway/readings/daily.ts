import { addDays, dayOf, momentOf } from '../../rules/calendar.ts'
import { blockWords } from '../../rules/readings/blockwords.ts'
import type { RegisterCode } from '../../rules/readings/book.ts'
import { type Amount, amountText, consumptionBetween, sumOf } from '../../rules/readings/period.ts'
import { fail } from '../core/errors.ts'
import type { DailyUse } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { ReadingChecks } from '../records/readingchecks.ts'
import type { Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { unitOf } from './balances.ts'
import { dateOf, midnightBefore, monthBefore, monthOf, startOfDay } from './days.ts'
import { knownOf, lifeIn } from './lives.ts'
import { exceptionText } from './queue.ts'

const DAY_MS = 86_400_000
const MOST_DAYS = 92
const USUAL_DAYS = 7
const HEAD = {
  'zh-CN': [
    '日期',
    '单元',
    '计量点',
    '介质',
    '用量',
    '单位',
    '质量',
    '说明',
    '上周同日',
    '上月同日',
    '去年同日',
    '来源',
  ],
  en: [
    'date',
    'unit',
    'service point',
    'medium',
    'used',
    'unit of measure',
    'quality',
    'notes',
    'week before',
    'month before',
    'year before',
    'source',
  ],
} as const
const WORDS = {
  'zh-CN': {
    ...{ electricity: '电', water: '水', gas: '燃气', heat: '热', actual: '实抄', manual: '人工抄录' },
    ...{ estimated: '估读', substituted: '替代', missing: '缺数', demo: '演示数据', measured: '实测' },
  },
  en: {
    ...{ electricity: 'electricity', water: 'water', gas: 'gas', heat: 'heat', actual: 'actual' },
    ...{ manual: 'read by a person', estimated: 'estimated', substituted: 'substituted', missing: 'missing' },
    ...{ demo: 'demo data', measured: 'measured' },
  },
} as const

/** What one service point used day by day, beside the week, the month and the year before: for a tenant's question. [M54] */
export function dailyUses({
  book,
  readings,
  checks,
  site,
}: {
  readonly book: MeterBook
  readonly readings: Readings
  readonly checks: ReadingChecks
  readonly site: () => Site | null
}) {
  /** @param first, last days `2026-11-01`; both null: the last seven that were read. Throws `invalid-input`, `not-found`. */
  return function dailyUse(id: string, code: RegisterCode, first: string | null, last: string | null): DailyUse {
    const zone = site()?.timezone ?? 'UTC'
    const known = knownOf(book.book())
    const point = known.points.get(id) ?? fail('not-found', { what: id })
    const start = (day: string | null, where: string) =>
      day === null ? null : (startOfDay(day, zone) ?? fail('invalid-input', { where, why: DAY }))
    const newest = readings.freezes(1)[0]?.at ?? monthOf(0, zone)
    const lastStart = start(last, 'to') ?? midnightBefore(newest, 1, zone)
    const from = start(first, 'from') ?? midnightBefore(lastStart, USUAL_DAYS - 1, zone)
    const to = midnightBefore(lastStart, -1, zone)
    if (from >= to || to - from > (MOST_DAYS + 1) * DAY_MS) fail('invalid-input', { where: 'from', why: SPAN })
    const life = lifeIn(known, readings, id, code, midnightBefore(yearBefore(from, zone), 1, zone), to)
    const at = new Map(life.readings.map(r => [r.at, r]))
    const use = (day: number) => consumptionBetween(life, day, midnightBefore(day, -1, zone))
    const text = (a: Amount | null) => (a === null ? null : amountText(a))
    const starts: number[] = []
    for (let day = from; day < to; day = midnightBefore(day, -1, zone)) starts.push(day)
    const open = checks.openOf(id).filter(e => e.register === code)
    const rows = starts.map(day => {
      const end = midnightBefore(day, -1, zone)
      const { consumption, blocked, quality } = use(day)
      const doubts = open.filter(e => e.period === 'day' && e.from < end && e.at > day)
      return {
        ...{
          day: dateOf(day, zone),
          consumption,
          quality: consumption === null && blocked.length > 0 && !at.get(end)?.index ? ('missing' as const) : quality,
        },
        demo: [day, end].some(t => readings.of(id, code, t, t)[0]?.demo ?? false),
        reasons: [
          ...blocked.map(b => blockWords(b.code)),
          ...doubts.map(e => exceptionText(e, unitOf(point.medium).replace('.', ''))),
        ],
        week: use(midnightBefore(day, 7, zone)).consumption,
        month: use(sameDay(day, 1, zone)).consumption,
        year: use(yearBefore(day, zone)).consumption,
      }
    })
    const whole = (all: readonly (Amount | null)[]): Amount | null => {
      const sure = all.flatMap(a => a ?? [])
      return sure.length === all.length ? sumOf(sure) : null
    }
    const used = whole(rows.map(r => r.consumption))
    const compared = (key: 'week' | 'month' | 'year') => {
      const before = whole(rows.map(r => r[key]))
      const percent =
        used && before && before.value > 0n ? (100 * Number(text(used))) / Number(text(before)) - 100 : null
      return { used: text(before), percent: percent === null ? null : Number(percent.toFixed(1)) }
    }
    return {
      ...{ point: id, unit: point.unit, unitName: site()?.spaces.get(point.unit)?.name ?? null, medium: point.medium },
      ...{ uom: unitOf(point.medium), from: dateOf(from, zone), to: dateOf(lastStart, zone) },
      others: [...known.points.values()]
        .filter(p => p.unit === point.unit && p.id !== id)
        .map(p => ({ point: p.id, medium: p.medium })),
      days: rows.map(r => ({
        ...{ day: r.day, used: text(r.consumption), quality: r.quality, demo: r.demo, reasons: r.reasons },
        ...{ weekBefore: text(r.week), monthBefore: text(r.month), yearBefore: text(r.year) },
      })),
      ...{ used: text(used), known: rows.filter(r => r.consumption !== null).length },
      ...{ week: compared('week'), month: compared('month'), year: compared('year') },
    }
  }
}
export type DailyUses = ReturnType<typeof dailyUses>

/** The day of the same number so many months before; of a shorter month, its last. */
function sameDay(at: number, months: number, zone: string): number {
  const { day } = dayOf(at, zone)
  const first = monthBefore(at, months, zone)
  const length = Math.round((monthBefore(at, months - 1, zone) - first) / DAY_MS)
  return momentOf(addDays(dayOf(first, zone), Math.min(day, length) - 1), '00:00', zone)
}
const yearBefore = (at: number, zone: string): number => sameDay(at, 12, zone)

const DAY = { 'zh-CN': '应为日期，例如 2026-11-01。', en: 'It must be a day, as 2026-11-01.' }
const SPAN = { 'zh-CN': '须早于 to，且不超过 92 天。', en: 'It must not be after `to`, and 92 days at most.' }

/** As a table for a tenant. */
export function dailyRows(use: DailyUse, language: 'zh-CN' | 'en'): string[][] {
  const words = WORDS[language]
  return [
    [...HEAD[language]],
    ...use.days.map(d => [
      ...[d.day, use.unitName?.[language] ?? use.unit, use.point, words[use.medium], d.used ?? '', use.uom],
      ...[words[d.quality], d.reasons.map(r => r[language]).join('; ')],
      ...[d.weekBefore ?? '', d.monthBefore ?? '', d.yearBefore ?? '', d.demo ? words.demo : words.measured],
    ]),
  ]
}
