import { indexText } from '../../rules/readings/book.ts'
import { type DayUse, type Estimate, estimateDay } from '../../rules/readings/checks.ts'
import { type EstimatedIndex, estimateIndex, trueUp } from '../../rules/readings/estimate.ts'
import { consumptionBetween, type Life } from '../../rules/readings/period.ts'
import { fail } from '../core/errors.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { KeptReading, Readings } from '../records/readings.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { midnightBefore, midnights } from './days.ts'
import type { ReadingKeeper } from './keeper.ts'
import { knownOf, lifeIn } from './lives.ts'

const DAY_MS = 86_400_000
const PAST_DAYS = 28
/** So far ahead a reading may lie that says what the whole was. */
const LATER_DAYS = 62
/** What is older says nothing of now. */
const MOST_DAYS = 400

/** Estimates of a reading that is missing or wrong; each says what it rests on, and goes back when an actual reading is lower. */
export function readingEstimates({
  book,
  readings,
  keeper,
  site,
}: {
  readonly book: MeterBook
  readonly readings: Readings
  readonly keeper: Pick<ReadingKeeper, 'baseOf'>
  readonly site: () => Site | null
}) {
  /** Null: nothing is known to estimate from. @param had the reading in whose place it would stand */
  function propose(had: Pick<KeptReading, 'point' | 'meter' | 'register' | 'at'>): EstimatedIndex | null {
    const zone = site()?.timezone ?? 'UTC'
    const { point, register: code, at } = had
    const there = book.here(point, at)
    const base = there && there.meter === had.meter ? keeper.baseOf(there, code, at) : null
    if (!base || base.index === null || at - base.at > MOST_DAYS * DAY_MS) return null
    const known = knownOf(book.book())
    // What comes after the last reading is what is to be estimated: only days before it say what is usual.
    const measured = readings.measuredBefore(point, code, had.meter, at)?.at ?? base.at
    const since = midnightBefore(measured, PAST_DAYS + 1, zone)
    const life = lifeIn(known, readings, point, code, since, at + LATER_DAYS * DAY_MS)
    const past = new Map(
      midnights(since - 1, measured, zone).map(start => [
        start,
        steps(life, had.meter, start, midnightBefore(start, -1, zone), measured),
      ]),
    )
    /** What each day between two moments is likely to have counted; of a part of a day, its share. */
    const days = (from: number, to: number): (Estimate | null)[] =>
      [...new Set([...midnights(from, to, zone), to])].map((end, i, ends) => {
        const start = i === 0 ? from : ends[i - 1]!
        const midnight = midnightBefore(end - 1, 0, zone)
        const whole = midnightBefore(midnight, -1, zone) - midnight
        const of = estimateDay(
          [...past].map(
            ([day, rise]): DayUse => ({ daysAgo: Math.min(-1, Math.round((day - midnight) / DAY_MS)), rise }),
          ),
        )
        return of && { ...of, rise: Math.round((of.rise * (end - start)) / whole) }
      })
    const later = life.readings.find(
      r =>
        r.at > at &&
        r.meter === had.meter &&
        r.index !== null &&
        (r.quality === 'actual' || r.quality === 'manual') &&
        (r.validation === 'valid' || r.validation === 'accepted'),
    )
    return estimateIndex(
      base.index,
      days(base.at, at),
      later && later.index !== null ? { index: later.index, days: days(at, later.at) } : null,
    )
  }
  return {
    propose,
    /** The same as text, for people; null: there is nothing to estimate from. */
    proposal(had: KeptReading) {
      const register = knownOf(book.book())
        .meters.get(had.meter)
        ?.registers.find(r => r.code === had.register)
      const made = register ? propose(had) : null
      return made && { index: indexText(made.index, register!.decimals), reason: made.reason }
    },
    /** Inside a change: an estimate in the place of a reading; the first one stays beside it. Throws `no-estimate`. */
    put(note: Note, had: KeptReading, words: string, by: string): KeptReading {
      const { index, reason } = propose(had) ?? fail('no-estimate', { point: had.point })
      return readings.estimate(note, had.n, { index, reason, note: words, by })
    },
    /** Inside a change: an actual reading has come; estimates above it were too much, and both stay beside each other. */
    actual(note: Note, { point, meter, register, at, index }: Actual): void {
      const base = index === null ? null : readings.measuredBefore(point, register, meter, at)
      if (index === null || base === null || base.index === null) return
      const estimates = readings
        .of(point, register, base.at + 1, at - 1)
        .filter(r => r.meter === meter && r.quality === 'estimated' && r.index !== null)
      const since = estimates.map(r => ({ at: r.at, index: r.index! }))
      for (const one of trueUp({ at: base.at, index: base.index }, since, { at, index })) {
        const had = estimates.find(r => r.at === one.at)!
        if (had.index !== one.index)
          readings.estimate(note, had.n, { index: one.index, reason: 'trued-up', note: had.note, by: null })
      }
    },
  }
}
/** In steps of this meter; a day with another meter or multiplier in it, or not over, says nothing of its steps. */
function steps(life: Life, meter: string, from: number, to: number, until: number): number | null {
  if (to > until) return null
  const { segments, blocked } = consumptionBetween(life, from, to)
  return blocked.length === 0 && segments.length === 1 && segments[0]!.meter === meter ? segments[0]!.rise : null
}
type Actual = Pick<KeptReading, 'point' | 'meter' | 'register' | 'at' | 'index'>
