import type { PointId, Text } from '../../drivers/point.ts'
import type { OrderClass, Rule, SampleCondition, Severity } from '../../rules/rule.ts'

/**
 * Thirty days of alarms that never were, for the demo only: so many a day as a building of this size has when it is run
 * well enough [EEMUA 191: up to one in ten minutes], with the usual faults of such a system: a few that chatter, a few that
 * are gone before anybody looks, ten that call most, and three floods. Pure: the same seed makes the same past.
 */
export interface PastAlarm {
  readonly id: string
  readonly point: PointId
  readonly severity: Severity
  readonly when: SampleCondition
  readonly text: Text
  readonly equipment: string
  readonly space: string | null
  readonly channel: string
  readonly order: { readonly class: OrderClass; readonly failure: string | null } | null
  /** The point's, for a value beyond the limit that it can show. */
  readonly range: readonly [number, number] | null
}
/** One time that an alarm stood. UTC ms. */
export interface Spell {
  readonly alarm: PastAlarm
  readonly from: number
  readonly to: number
  /** Somebody acknowledged it then; null: it was acknowledged with an earlier one. */
  readonly ackedAt: number | null
  /** One of a chatter or a flood: nobody writes an order for each. */
  readonly ordinary: boolean
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const WINDOW_MS = 600_000
/** Ordinary ones, per day. */
const PER_DAY = 52
/** Of ten ordinary ones about so many come from the worst. */
const WORST_SHARE = 0.35
const mix: readonly (readonly [Severity, number])[] = [
  ['low', 0.8],
  ['medium', 0.16],
  ['high', 0.038],
  ['life', 0.002],
]
/** Days before the end, hour of the site's day, how many alarms: a dip of the supply, a storm, a line cut by a digger. */
const floods = [
  { daysAgo: 24, hour: 14.4, alarms: 46 },
  { daysAgo: 13, hour: 2.7, alarms: 31 },
  { daysAgo: 6, hour: 17.1, alarms: 24 },
] as const
/** Of those alarms that open an order, this share stays. */
const WITH_ORDER = 0.35
/** What would have shaken the whole building, or been a day that people remember: not in an ordinary month. */
const RARE =
  /generator|incomer|transformer|breaker|shed|switchboard|voltage|supply|mains|fire|smoke|suppression|co2|gas|leak|flood|out-of-service|ups|duress|intrusion|perimeter/
const CHATTERERS = 3
/** What sways about a limit. */
const FLUTTERS = /level|pressure|flow|humidity|temperature|speed/
const FLEETERS = 2

/** A seeded pseudo-random 0..1 [mulberry32]. */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

/** The rules whose alarms can be made up so that the trend of the point shows them too. */
export const isMakeable = (rule: Rule): rule is Rule & { readonly when: SampleCondition } =>
  rule.severity !== 'journal' && ('above' in rule.when || 'below' in rule.when || 'equals' in rule.when)

/**
 * @param alarms those that are normal now, and of which a value can be made up
 * @param aheadMs how far the site's wall clock is ahead of UTC
 */
export function spellsOf(
  alarms: readonly PastAlarm[],
  { from, to, aheadMs, seed }: { from: number; to: number; aheadMs: number; seed: number },
): Spell[] {
  const roll = dice(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(roll() * list.length)]
  const sorted = alarms.filter(a => !RARE.test(a.id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  const bySeverity = Map.groupBy(sorted, a => a.severity)
  const bare: { alarm: PastAlarm; from: number; to: number; ordinary: boolean }[] = []
  const add = (alarm: PastAlarm | undefined, at: number, lastsMs: number, ordinary: boolean) => {
    if (alarm && at >= from && at + lastsMs < to) bare.push({ alarm, from: at, to: at + lastsMs, ordinary })
  }
  // From a minute to some hours, most of them a quarter of an hour.
  const lasting = () => MINUTE_MS * Math.min(600, 15 * Math.exp(1.1 * (roll() + roll() + roll() - 1.5) * 2))
  const nuisance = shuffled([...(bySeverity.get('low') ?? []), ...(bySeverity.get('medium') ?? [])], roll)
  const analog = nuisance.filter(a => 'above' in a.when || 'below' in a.when)
  const chatterers = analog.filter(a => FLUTTERS.test(a.point)).slice(0, CHATTERERS)
  const others = nuisance.filter(a => !chatterers.includes(a) && !a.order)
  const fleeters = others.filter(a => 'equals' in a.when).slice(0, FLEETERS)
  const worst = others.filter(a => !fleeters.includes(a)).slice(0, 10)
  const quietly = Map.groupBy(others, a => a.severity)

  const midnightAt = (at: number) => Math.floor((at + aheadMs) / DAY_MS) * DAY_MS - aheadMs
  for (let midnight = midnightAt(from); midnight < to; midnight += DAY_MS) {
    const count = Math.round(PER_DAY * (0.75 + 0.5 * roll()))
    for (let i = 0; i < count; i++) {
      const at = midnight + busyHour(roll) * 3_600_000
      const severity = severityBy(roll())
      // The worst ones, each about as often as the ones after it together.
      const often = severity === 'low' && roll() < WORST_SHARE / 0.8
      const rank = Math.floor(10 * roll() ** 1.8)
      const any = pick(bySeverity.get(severity) ?? nuisance)
      // Not each day has ten jobs for the crew.
      const other = any?.order && roll() > WITH_ORDER ? pick(quietly.get(severity) ?? others) : any
      // Some of the worst are gone within a minute: for these there is a remedy.
      const lasts = often && rank < 4 ? 1000 * (8 + 40 * roll()) : lasting()
      add(often ? worst[rank] : other, Math.floor(at), Math.floor(lasts), true)
    }
  }
  for (const alarm of chatterers)
    for (let n = 0; n < 9; n++) {
      let at = from + Math.floor(roll() * (to - from))
      for (let i = 0; i < 4 + Math.floor(roll() * 5); i++) {
        const lastsMs = 3000 + Math.floor(roll() * 9000)
        add(alarm, at, lastsMs, false)
        at += lastsMs + 4000 + Math.floor(roll() * 9000)
      }
    }
  for (const alarm of fleeters)
    for (let n = 0; n < 14; n++)
      add(alarm, from + Math.floor(roll() * (to - from)), 2000 + Math.floor(roll() * 6000), false)
  for (const { daysAgo, hour, alarms: many } of floods) {
    const began = midnightAt(to - daysAgo * DAY_MS) + hour * 3_600_000
    // What hangs on one line goes together.
    const line = pick(nuisance)?.channel
    const near = [...sorted.filter(a => a.channel === line), ...nuisance].filter(a => a.severity !== 'life')
    for (const [i, alarm] of [...new Set(near)].slice(0, many).entries())
      add(
        alarm,
        began + Math.floor((i / many) ** 1.3 * 0.9 * WINDOW_MS),
        Math.floor((4 + 20 * roll()) * MINUTE_MS),
        false,
      )
  }
  return acknowledged(withoutOverlap(bare), roll, to)
}

const shuffled = <T>(list: readonly T[], roll: () => number): T[] =>
  list
    .map(item => [roll(), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item)

/** More by day than by night. */
function busyHour(roll: () => number): number {
  for (;;) {
    const hour = 24 * roll()
    if (roll() < (hour > 7 && hour < 22 ? 1 : 0.35)) return hour
  }
}
function severityBy(at: number): Severity {
  let sum = 0
  for (const [severity, share] of mix) {
    sum += share
    if (at < sum) return severity
  }
  return 'low'
}

/** An alarm is there or not; it cannot come while it stands. */
function withoutOverlap<T extends { readonly alarm: PastAlarm; readonly from: number; readonly to: number }>(
  list: readonly T[],
): T[] {
  const ends = new Map<string, number>()
  return list
    .toSorted((a, b) => a.from - b.from || (a.alarm.id < b.alarm.id ? -1 : 1))
    .filter(({ alarm: { id, point }, from, to }) => {
      // Nor may two rules of one point say two things of it at once.
      if (from <= Math.max(ends.get(id) ?? 0, ends.get(point) ?? 0)) return false
      ends.set(id, to)
      ends.set(point, to)
      return true
    })
}

/** Seen within minutes, the pressing ones sooner; in a burst once, when it is over. */
function acknowledged(list: readonly Omit<Spell, 'ackedAt'>[], roll: () => number, end: number): Spell[] {
  const pending = new Map<string, number>()
  return list.map(spell => {
    const { id, severity } = spell.alarm
    if (spell.from < (pending.get(id) ?? 0)) return { ...spell, ackedAt: null }
    const median = severity === 'life' ? 0.5 : severity === 'high' ? 1.5 : severity === 'medium' ? 4 : 11
    const at = spell.from + Math.floor(MINUTE_MS * median * Math.exp(1.6 * (roll() + roll() - 1)))
    if (at >= end) return { ...spell, ackedAt: null }
    pending.set(id, at)
    return { ...spell, ackedAt: at }
  })
}

/** What the point shows while the alarm stands. */
export function valueIn({ when, range }: Pick<PastAlarm, 'when' | 'range'>): number | boolean | null {
  if ('equals' in when) return typeof when.equals === 'string' ? null : when.equals
  if (!('above' in when) && !('below' in when)) return null
  const limit = 'above' in when ? when.above : when.below
  const by = Math.max(when.deadband ?? 0, 0.03 * Math.abs(limit), range ? 0.01 * (range[1] - range[0]) : 0)
  const beyond = 'above' in when ? limit + by : limit - by
  const shown = range ? Math.min(range[1], Math.max(range[0], beyond)) : beyond
  // A limit at the end of the scale cannot be passed.
  return 'above' in when ? (shown > limit ? shown : null) : shown < limit ? shown : null
}
