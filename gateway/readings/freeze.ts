import type { Point } from '../../drivers/point.ts'
import { type Book, installedAt, type Register } from '../../rules/readings/book.ts'
import { dayEnds, monthEnded } from '../../rules/readings/boundary.ts'
import { type FreezeRules, freezeAt, type Sampled, usualFreeze } from '../../rules/readings/freeze.ts'
import { ownFrozen } from '../../rules/readings/own.ts'
import { judgeSequence, usualHabits } from '../../rules/readings/sequence.ts'
import { WALK_BEFORE_MS } from '../../rules/readings/walk.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { MANY_METERS } from '../core/sweep.ts'
import { GOOD, NOT_RECORDED } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { KeptReading, NewReading, Readings } from '../records/readings.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { monthsAtMidnight } from './days.ts'

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
  /** Whether the clock may close a day: by one that was set ahead all days until then would be read as missing. */
  readonly safe?: () => boolean
  /** Inside a change: an actual reading has come; estimates before it are put right. */
  readonly actual?: (note: Note, reading: NewReading) => void
  readonly rules?: FreezeRules
  /** Clears away what reading many meters has left. */
  readonly sweep?: (() => void) | undefined
}

/**
 * Reads all meters at the end of each day of the site, from the history, once: a moment has all its readings or none, whatever
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
  safe = () => true,
  actual,
  rules = usualFreeze,
  sweep,
}: FreezeDeps) {
  let busy: Promise<void> | null = null
  let stopped = false
  /** Points whose last index is an estimate. */
  const afterEstimate = new Set<string>()

  /** The ends of days that are over and not read yet, oldest first. */
  function due(): number[] {
    const at = site()
    const { installations } = book.book()
    const now = clock.now()
    // A clock without a battery begins in 1970: what it calls due is not.
    if (!at || installations.length === 0 || now < EARLIEST || !safe()) return []
    // One of a day to come was made by a clock that was wrong: the days before it are still to be read.
    const last = readings.freezes(MOST_DAYS * 24).find(f => f.at <= now)?.at
    const since = last ?? Math.min(...installations.map(i => i.from))
    const upTo = now - Math.max(rules.toleranceMs, rules.interpolateMs) - SETTLE_MS
    return dayEnds(Math.max(since, now - MOST_DAYS * DAY_MS), upTo, at.timezone, at.readings, last ?? null)
  }
  async function all(): Promise<void> {
    for (const at of due()) {
      if (stopped) return
      const month = monthOf(at)
      const made = await readingsAt(at, month !== null)
      if (stopped || readings.freezeAt(at)) return
      trail.change(GATEWAY, note => {
        readings.freeze(note, at, made, clock.now(), month)
        for (const r of made) if (afterEstimate.has(r.point) && r.quality !== 'estimated') actual?.(note, r)
      })
      afterEstimate.clear()
      if (sweep && made.length >= MANY_METERS) setImmediate(sweep)
    }
  }
  /** The month that ends with this moment; null: none does. */
  function monthOf(at: number): string | null {
    const here = site()
    let ended = readings.months()
    if (ended.size === 0) {
      const past = monthsAtMidnight(
        readings.freezes(MOST_DAYS * 24).map(f => f.at),
        here?.timezone ?? 'UTC',
      )
      if (past.size > 0) readings.monthsBefore(past)
      ended = past
    }
    const last = [...ended].filter(([, end]) => end < at).map(([month]) => month)
    return here && monthEnded(at, here.timezone, here.readings, last.toSorted().at(-1) ?? null)
  }
  async function readingsAt(at: number, month: boolean): Promise<NewReading[]> {
    const kept = book.book()
    // Nobody walks every night: what a person reads is asked for once a month, and what is wanting is wanting for its bill.
    const meters = registersAt(kept, at).filter(m => month || m.register.source !== null || m.register.frozen)
    const points = new Map((site()?.equipment ?? []).flatMap(e => e.points.map(p => [p.id as string, p] as const)))
    const around = Math.max(rules.toleranceMs, rules.interpolateMs)
    const made: NewReading[] = []
    for (let i = 0; i < meters.length; i += AT_ONCE) {
      const some = meters.slice(i, i + AT_ONCE)
      const asked = some.flatMap(({ register: r }) => [r.source, r.frozen].flatMap(id => points.get(id ?? '') ?? []))
      const answers = asked.length === 0 ? [] : await history.raw(asked, at - around, at + around + 1, MOST_SAMPLES)
      const byPoint = new Map(asked.map((p: Point, n) => [p.id as string, answers[n]!]))
      for (const meter of some) {
        const seen = (id: string | null | undefined): Seen => ({
          ratio: points.get(id ?? '')?.multiplier ?? 1,
          answer: byPoint.get(id ?? ''),
        })
        made.push(reading(meter, at, seen(meter.register.source), seen(meter.register.frozen)))
      }
    }
    return month ? made : made.map(r => (r.index === null ? { ...r, validation: 'valid' } : r))
  }
  const byPerson = (r: KeptReading): boolean =>
    r.quality === 'manual' && r.index !== null && (r.validation === 'valid' || r.validation === 'accepted')
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
  /** `ratio`: what the gateway has multiplied the device's own number by; the index is that of its plate. */
  interface Seen {
    readonly ratio: number
    readonly answer: Answer | undefined
  }
  function samplesOf({ ratio, answer }: Seen): Sampled[] {
    const samples: Sampled[] = []
    // A value in doubt is no reading.
    for (let i = 0; answer && i < answer.n; i++)
      samples.push({ at: answer.times[i]!, value: answer.codes[i] === GOOD ? answer.values[i]! / ratio : null })
    return samples
  }
  function wasRunning(answer: Answer | undefined, at: number): boolean {
    let running = answer !== undefined
    for (let i = 0; answer && i < answer.n && answer.times[i]! <= at; i++) running = answer.codes[i] !== NOT_RECORDED
    return running
  }
  function reading(
    { point, meter, register, from, opening }: Registered,
    at: number,
    live: Seen,
    own: Seen,
  ): NewReading {
    const of = { point, meter, register: register.code, at }
    const before = readings.before(point, register.code, meter, at)
    if (register.source === null && !register.frozen) {
      // Who walked shortly before the month ended, or since then, has read it: with the time at which he did.
      const since = readings.of(point, register.code, at + 1, clock.now()).find(r => r.meter === meter && byPerson(r))
      const walked = before && byPerson(before) && before.at >= Math.max(from, at - WALK_BEFORE_MS) ? before : since
      if (!walked) return { ...of, ...nothing, reason: 'no-source' }
      const { index, measuredAt, demo } = walked
      return {
        ...{ ...of, index, quality: 'manual', reason: null, validation: 'valid', finding: null },
        ...{ measuredAt: measuredAt ?? walked.at, demo },
      }
    }
    // An estimate may have been too high: what the meter says is judged by what was read last.
    const isEstimate = before?.quality === 'estimated' && before.reason !== 'interpolated'
    if (isEstimate) afterEstimate.add(point)
    const read = isEstimate ? readings.measuredBefore(point, register.code, meter, at) : before
    const base = read && read.at >= from ? read : opening === undefined ? null : { at: from, index: opening }
    const samples = samplesOf(live)
    const running = wasRunning(live.answer ?? own.answer, at)
    const demoOf = ({ answer }: Seen, when: number) => answer?.demo.some(d => d.from <= when && when < d.to) ?? false
    const kept = ownFrozen(register, at, samplesOf(own), samples)
    const frozen = freezeAt(register, at, base, samples, { running, own: kept }, rules)
    const { measuredAt } = frozen
    const demo = measuredAt !== null && (kept ? demoOf(own, kept.at) : demoOf(live, measuredAt))
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
