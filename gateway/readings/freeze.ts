import type { Point } from '../../drivers/point.ts'
import { type Book, installedAt, type Register } from '../../rules/readings/book.ts'
import { type FreezeRules, freezeAt, type Sampled, usualFreeze } from '../../rules/readings/freeze.ts'
import { judgeSequence, usualHabits } from '../../rules/readings/sequence.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { GOOD, NOT_RECORDED } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { NewReading, Readings } from '../records/readings.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { midnights, monthOf } from './days.ts'

const LOOK_EVERY_MS = 30_000
/** Values that came in this moment are on the disk by then. */
const SETTLE_MS = 60_000
const DAY_MS = 86_400_000
/** So far back is looked for what a register counts as a rule. */
const PAST_DAYS = 35
/** After being away for longer nobody can say any more what was at each midnight: the history may be gone. */
const MOST_DAYS = 62
/** So many registers at once are asked of the thread of the history: it also records. */
const AT_ONCE = 50
const MOST_SAMPLES = 3000

export interface FreezeDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly book: MeterBook
  readonly readings: Readings
  readonly history: Pick<History, 'raw'>
  /** Null while no site runs. */
  readonly site: () => Site | null
  readonly failed: (error: unknown) => void
  /** Inside a change: an actual reading has come; estimates before it are put right. */
  readonly actual?: (note: Note, reading: NewReading) => void
  readonly rules?: FreezeRules
}

/**
 * Reads all meters at each midnight of the site, from the history, once: a moment has all its readings or none, whatever
 * was killed meanwhile, and what came due while nobody ran is read from what the history has of it.
 */
export function watchFreeze({
  clock,
  trail,
  book,
  readings,
  history,
  site,
  failed,
  actual,
  rules = usualFreeze,
}: FreezeDeps) {
  let busy: Promise<void> | null = null
  let stopped = false
  /** Points whose last index is an estimate. */
  const afterEstimate = new Set<string>()

  /** The midnights that are over and not read yet, oldest first. */
  function due(): number[] {
    const at = site()
    const { installations } = book.book()
    const now = clock.now()
    // A clock without a battery begins in 1970: what it calls due is not.
    if (!at || installations.length === 0 || now < EARLIEST) return []
    const last = readings.freezes(1)[0]?.at
    const since = last ?? Math.min(...installations.map(i => i.from))
    const upTo = now - Math.max(rules.toleranceMs, rules.interpolateMs) - SETTLE_MS
    return midnights(Math.max(since, now - MOST_DAYS * 86_400_000), upTo, at.timezone)
  }
  async function all(): Promise<void> {
    for (const at of due()) {
      if (stopped) return
      const made = await readingsAt(at)
      if (stopped || readings.freezeAt(at)) return
      trail.change(GATEWAY, note => {
        readings.freeze(note, at, made, clock.now())
        for (const r of made) if (afterEstimate.has(r.point) && r.quality === 'actual') actual?.(note, r)
      })
      afterEstimate.clear()
    }
  }
  async function readingsAt(at: number): Promise<NewReading[]> {
    const kept = book.book()
    // Nobody walks every night: what a person reads is asked for once a month, and what is wanting is wanting for its bill.
    const month = monthOf(at, site()?.timezone ?? 'UTC') === at
    const meters = registersAt(kept, at).filter(m => month || m.register.source !== null)
    const points = new Map((site()?.equipment ?? []).flatMap(e => e.points.map(p => [p.id as string, p] as const)))
    const around = Math.max(rules.toleranceMs, rules.interpolateMs)
    const made: NewReading[] = []
    for (let i = 0; i < meters.length; i += AT_ONCE) {
      const some = meters.slice(i, i + AT_ONCE)
      const asked = some.flatMap(m => points.get(m.register.source ?? '') ?? [])
      const answers = asked.length === 0 ? [] : await history.raw(asked, at - around, at + around + 1, MOST_SAMPLES)
      const byPoint = new Map(asked.map((p: Point, n) => [p.id as string, answers[n]!]))
      for (const meter of some) {
        const source = meter.register.source ?? ''
        made.push(reading(meter, at, points.get(source)?.multiplier ?? 1, byPoint.get(source)))
      }
    }
    return month ? made : made.map(r => (r.index === null ? { ...r, validation: 'valid' } : r))
  }
  /** Whether it has not moved for a week, though by what it counted before it would have. */
  function stands(
    of: Pick<NewReading, 'point' | 'meter'>,
    register: Register,
    at: number,
    index: number,
    from: number,
  ) {
    const past = readings
      .of(of.point, register.code, Math.max(from, at - PAST_DAYS * DAY_MS), at - 1)
      .filter(r => r.meter === of.meter && r.index !== null && (r.validation === 'valid' || r.finding === 'stuck'))
    const moved = past.findLastIndex(r => r.index !== index)
    const [first, last] = [past[0], past[moved]]
    // A week of nothing after a day of something says little: as long a time before it as there is, and two days at least.
    if (!first || !last || last.at - first.at < 2 * DAY_MS) return false
    const counted = judgeSequence(register, past.slice(0, moved + 1)).rise
    if (counted === null) return false
    const usualPerHour = (counted * 3_600_000) / (last.at - first.at)
    const judged = judgeSequence(register, [...past.slice(moved + 1), { at, index }], { ...usualHabits, usualPerHour })
    return judged.findings.some(f => f.code === 'stuck')
  }
  type Answer = Awaited<ReturnType<History['raw']>>[number]
  /** @param ratio what the gateway has multiplied the device's own number by: the index is that of its plate */
  function reading(
    { point, meter, register, from, opening }: Registered,
    at: number,
    ratio: number,
    answer?: Answer,
  ): NewReading {
    const of = { point, meter, register: register.code, at }
    if (register.source === null) return { ...of, ...nothing, reason: 'no-source' }
    const last = readings.before(point, register.code, meter, at)
    // An estimate may have been too high: what the meter says is judged by what was read last.
    const isEstimate = last?.quality === 'estimated' && last.reason !== 'interpolated'
    if (isEstimate) afterEstimate.add(point)
    const before = isEstimate ? readings.measuredBefore(point, register.code, meter, at) : last
    const base = before && before.at >= from ? before : opening === undefined ? null : { at: from, index: opening }
    const samples: Sampled[] = []
    let running = answer !== undefined
    for (let i = 0; answer && i < answer.n; i++) {
      const [time, code] = [answer.times[i]!, answer.codes[i]!]
      // A value in doubt is no reading.
      samples.push({ at: time, value: code === GOOD ? answer.values[i]! / ratio : null })
      if (time <= at) running = code !== NOT_RECORDED
    }
    const frozen = freezeAt(register, at, base, samples, { running }, rules)
    const { measuredAt } = frozen
    const demo = measuredAt !== null && (answer?.demo.some(d => d.from <= measuredAt && measuredAt < d.to) ?? false)
    if (frozen.index === null || frozen.validation !== 'valid' || !stands(of, register, at, frozen.index, from))
      return { ...of, ...frozen, demo }
    return { ...of, ...frozen, demo, validation: 'uncertain', finding: 'stuck' }
  }
  function look(): void {
    busy ??= all()
      .catch(failed)
      .finally(() => {
        busy = null
      })
  }
  const stop = clock.every(LOOK_EVERY_MS, look)
  return {
    look,
    due,
    /** Resolves when what was under way is done. */
    done: () => busy ?? Promise.resolve(),
    async stop(): Promise<void> {
      stopped = true
      stop()
      await busy
    },
  }
}
const nothing: Omit<NewReading, 'point' | 'meter' | 'register' | 'at' | 'reason'> = {
  ...{ index: null, quality: 'missing', validation: 'uncertain', finding: null, measuredAt: null, demo: false },
}

interface Registered {
  readonly point: string
  readonly meter: string
  readonly register: Register
  readonly from: number
  readonly opening: number | undefined
}
/** Each register that is read at a moment. A meter that is exchanged at that moment has its closing index in the book. */
export function registersAt({ points, meters, installations }: Book, at: number): Registered[] {
  const bySerial = new Map(meters.map(m => [m.serial, m]))
  const ofPoint = Map.groupBy(installations, i => i.point)
  return points
    .filter(p => !p.closed)
    .flatMap(({ id }) => {
      const there = installedAt(ofPoint.get(id) ?? [], at)
      return (bySerial.get(there?.meter ?? '')?.registers ?? []).map(register => ({
        ...{ point: id, meter: there!.meter, register, from: there!.from, opening: there!.opening[register.code] },
      }))
    })
}
