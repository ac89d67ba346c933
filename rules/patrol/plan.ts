import { addDays, type Day, dayOf, minuteOf, momentOf, weekdayOf } from '../calendar.ts'
import type { PatrolRoute, PlanKind, RoundPlan } from './words.ts'

/** A round that is to be walked. It belongs to the day on which its hours began, also after midnight. */
export interface PlannedRound {
  /** The same round has the same id, whenever it is made. */
  readonly id: string
  readonly route: string
  /** Which of the route's plans. */
  readonly plan: number
  readonly kind: PlanKind
  /** `2026-11-21` */
  readonly day: string
  readonly n: number
  readonly from: number
  readonly to: number
  readonly graceMs: number
  /** The hours of its plan on that day, UTC ms. */
  readonly hoursFrom: number
  readonly hoursTo: number
}

const MIN_MS = 60_000
/** So long after its end a round may still be finished, where the site does not say it. */
const GRACE_MIN = { window: 10, 'max-gap': 5, count: 5, random: 10 } as const
/** How long a round of chance may take once it is due. */
const RANDOM_MIN = 30

export const dayText = ({ year, month, day }: Day): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
export const dayFrom = (text: string): Day => ({
  year: Number(text.slice(0, 4)),
  month: Number(text.slice(5, 7)),
  day: Number(text.slice(8, 10)),
})

/** Numbers of chance, 0 to 1, always the same for the same seed. [FNV-1a, mulberry32] */
export function seeded(seed: string): () => number {
  let state = 0x811c9dc5
  for (const char of seed) state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The parts of the hours within which each round is due, UTC ms. */
function spansOf(plan: RoundPlan, from: number, to: number, chance: () => number): (readonly [number, number])[] {
  const long = to - from
  switch (plan.kind) {
    case 'window':
      return [[from, to]]
    case 'max-gap': {
      // Whoever leaves no more than the gap between two visits is there in each part that is as long as the gap. What
      // remains at the end is shorter, and nothing is due in it.
      const gap = plan.maxGapMin * MIN_MS
      return Array.from({ length: Math.max(1, Math.floor(long / gap)) }, (_, n) => [
        from + n * gap,
        from + (n + 1) * gap,
      ])
    }
    case 'count': {
      const per = Math.min(long, (plan.perMin ?? long / MIN_MS) * MIN_MS)
      return Array.from({ length: Math.max(1, Math.floor(long / per)) }, (_, n) => n).flatMap(n =>
        Array.from({ length: plan.least }, () => [from + n * per, from + (n + 1) * per] as const),
      )
    }
    case 'random': {
      const { times } = plan
      const apart = Math.max((plan.apartMin ?? 0) * MIN_MS, Math.min(RANDOM_MIN * MIN_MS, long / times))
      const walk = Math.max(MIN_MS, Math.min(RANDOM_MIN * MIN_MS, long - (times - 1) * apart))
      const free = Math.max(0, long - walk - (times - 1) * apart)
      const draws = Array.from({ length: times }, chance).sort((a, b) => a - b)
      return draws.map((draw, n) => {
        const start = from + Math.floor((draw * free + n * apart) / MIN_MS) * MIN_MS
        return [start, start + walk] as const
      })
    }
  }
}

/**
 * All rounds of a route that belong to this day.
 * @param seed known to the gateway only: rounds of chance are drawn from it and the day
 */
export function roundsOfDay(
  route: Pick<PatrolRoute, 'id' | 'rounds'>,
  day: Day,
  zone: string,
  seed: string,
): PlannedRound[] {
  const text = dayText(day)
  return route.rounds.flatMap((plan, i) => {
    if (plan.days !== undefined && !plan.days.includes(weekdayOf(day))) return []
    const over = minuteOf(plan.to) <= minuteOf(plan.from)
    const hoursFrom = momentOf(day, plan.from, zone)
    const hoursTo = momentOf(over ? addDays(day, 1) : day, plan.to, zone)
    const spans = spansOf(plan, hoursFrom, hoursTo, seeded(`${seed} ${route.id} ${i} ${text}`))
    const graceMin = (plan.kind === 'window' ? plan.graceMin : undefined) ?? GRACE_MIN[plan.kind]
    return spans.map(
      ([from, to], n): PlannedRound => ({
        ...{ id: `${text}.${route.id}.${i + 1}.${n + 1}`, route: route.id, plan: i, kind: plan.kind, day: text, n },
        ...{ from, to, graceMs: graceMin * MIN_MS, hoursFrom, hoursTo },
      }),
    )
  })
}

/** Rounds are there a day ahead, so that one that nobody ever begins is missing all the same. */
const AHEAD_DAYS = 1
/** After a longer time in which no gateway ran, older days are nobody's any more. */
const MOST_DAYS = 3

/** The days whose rounds have to be there now. @param last the newest that has been made; null: none ever was */
export function daysToMake(last: string | null, now: number, zone: string): Day[] {
  const today = dayOf(now, zone)
  const first = last === null ? addDays(today, -1) : later(addDays(dayFrom(last), 1), addDays(today, -MOST_DAYS))
  const days: Day[] = []
  for (let day = first; dayText(day) <= dayText(addDays(today, AHEAD_DAYS)); day = addDays(day, 1)) days.push(day)
  return days
}
const later = (a: Day, b: Day): Day => (dayText(a) > dayText(b) ? a : b)
