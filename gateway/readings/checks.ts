import { checkUse, type Doubt, type ReadingCheck } from '../../rules/readings/checks.ts'
import { swappedPairs } from '../../rules/readings/swap.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { History } from '../history/history.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { NewException, ReadingChecks, ReadingException } from '../records/readingchecks.ts'
import type { Readings } from '../records/readings.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { monthOf } from './days.ts'
import { type Facts, readingFacts } from './facts.ts'
import { readingSettingsOf } from './schema.ts'

const LOOK_EVERY_MS = 30_000
const DAY_MS = 86_400_000
/** A gateway that had none of this is not asked for more than the last weeks. */
const FIRST_DAYS = 31
const MOMENTS = 62
/** So many points in one go: the loop belongs to the plant. */
const AT_ONCE = 8
/** What ends by itself: it counts again, or the night is quiet again. */
const ENDS: readonly ReadingCheck[] = ['zero-use', 'vacant-use', 'night-flow']

export interface CheckDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly book: MeterBook
  readonly readings: Readings
  readonly checks: ReadingChecks
  readonly history: Pick<History, 'steps'>
  readonly site: () => Site | null
  readonly vacant: (unit: string) => boolean
  /** Inside a change: somebody has to go there. @returns the order */
  readonly sendTo: (note: Note, e: ReadingException, now: number) => string
  /** A midnight was looked at, or a decision has changed what is known. */
  readonly looked: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Looks at each day and month that was frozen, once: what is worth a look becomes an exception, in one transaction with the
 * note that this midnight was looked at. After a decision the open exceptions of that point are looked at anew.
 */
export function watchChecks(deps: CheckDeps) {
  const { clock, trail, book, readings, checks, site } = deps
  const facts = readingFacts(deps)
  const dirty = new Set<string>()
  let busy: Promise<void> | null = null
  let stopped = false
  const settings = () => site()?.readingChecks ?? readingSettingsOf(null)

  function doubtsOf({ used }: Facts): Doubt[] {
    const { limits, off } = settings()
    return checkUse(used, limits).filter(d => !off.has(d.check))
  }
  /** Midnights that were read and not looked at yet, oldest first. */
  function due(): number[] {
    const frozen = readings
      .freezes(MOMENTS)
      .map(f => f.at)
      .toSorted((a, b) => a - b)
    const since = checks.firstChecked() ?? (frozen.at(-1) ?? 0) - FIRST_DAYS * DAY_MS
    return frozen.filter(at => at >= since && !checks.isChecked(at))
  }
  async function all(): Promise<void> {
    if (!site()) return
    for (const at of due()) {
      if (stopped) return
      await moment(at)
    }
    for (const point of [...dirty]) {
      if (stopped) return
      dirty.delete(point)
      await again(point)
    }
  }
  async function moment(at: number): Promise<void> {
    const zone = site()!.timezone
    const periods = monthOf(at, zone) === at ? (['day', 'month'] as const) : (['day'] as const)
    const found: NewException[] = []
    const ended: ReadingException[] = []
    for (const period of periods) {
      const known: { facts: Facts; doubts: Doubt[] }[] = []
      for (const [i, { id }] of book.book().points.entries()) {
        if (i % AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
        if (stopped) return
        const of = await facts.of(id, at, period)
        if (!of || (period === 'day' && of.register.source === null)) continue
        const doubts = doubtsOf(of)
        known.push({ facts: of, doubts })
        for (const e of checks.openOf(id))
          if (ENDS.includes(e.check) && e.period === period && isOver(e.check, of, doubts)) ended.push(e)
      }
      swaps(known)
      for (const { facts: of, doubts } of known) for (const d of doubts) found.push(exceptionOf(of, period, d))
    }
    const now = clock.now()
    trail.change(GATEWAY, note => {
      for (const e of ended) checks.move(note, e.n, 'gone', { by: null, words: '' }, now)
      for (const one of found) {
        const made = checks.found(note, one, settings().limits.holdDays * DAY_MS, now)
        if (made?.check === 'estimated-long') {
          const workorder = deps.sendTo(note, made, now)
          checks.move(note, made.n, 'field', { by: null, words: '', workorder }, now)
        }
      }
      checks.checked(at, now)
    })
    deps.looked()
  }
  /** Adds to each of a pair that it may be the other's. */
  function swaps(known: readonly { facts: Facts; doubts: Doubt[] }[]): void {
    const { limits, off } = settings()
    if (off.has('swapped')) return
    const suspicious = known.filter(
      k => k.facts.reading && (k.facts.waits || k.doubts.some(d => d.check === 'high' || d.check === 'low')),
    )
    const pairs = swappedPairs(
      suspicious.map(({ facts: { reading, used } }) => ({
        ...reading!,
        usual: used.usual ? (used.usual.rise * used.days) / used.usual.days / used.step : null,
      })),
      limits,
    )
    for (const [a, b] of pairs)
      for (const k of suspicious)
        if (k.facts.point.id === a || k.facts.point.id === b)
          k.doubts.push({ check: 'swapped', params: { other: k.facts.point.id === a ? b : a } })
  }
  const isUnusual = (of: Facts) => doubtsOf(of).some(d => d.check === 'high' || d.check === 'low')
  /** What a decision has explained is no exception any more; what it has brought up is one. */
  async function again(point: string): Promise<void> {
    const open = checks.openOf(point)
    const gone: ReadingException[] = []
    for (const e of open) {
      const of = await facts.of(e.point, e.at, e.period)
      // Two readings make a pair: it is over when this one no longer waits and is as usual.
      const still =
        of && (doubtsOf(of).some(d => d.check === e.check) || (e.check === 'swapped' && (of.waits || isUnusual(of))))
      if (!still) gone.push(e)
    }
    const zone = site()?.timezone ?? 'UTC'
    const month = monthOf(clock.now(), zone)
    const late = checks.isChecked(month) ? await facts.of(point, month, 'month') : null
    const long = late ? doubtsOf(late).filter(d => d.check === 'estimated-long') : []
    const now = clock.now()
    if (gone.length > 0 || long.length > 0)
      trail.change(GATEWAY, note => {
        for (const e of gone) checks.move(note, e.n, 'gone', { by: null, words: '' }, now)
        for (const d of long) {
          const made = checks.found(note, exceptionOf(late!, 'month', d), settings().limits.holdDays * DAY_MS, now)
          if (!made) continue
          const workorder = deps.sendTo(note, made, now)
          checks.move(note, made.n, 'field', { by: null, words: '', workorder }, now)
        }
      })
    deps.looked()
  }
  function look(): void {
    busy ??= all()
      .catch(deps.failed)
      .finally(() => {
        busy = null
      })
  }
  const stop = clock.every(LOOK_EVERY_MS, look)
  return {
    look,
    due,
    /** Something was decided of this point: its exceptions are looked at anew. */
    changed(point: string): void {
      dirty.add(point)
    },
    /** Resolves when what was under way is done. */
    done: () => busy ?? Promise.resolve(),
    async stop(): Promise<void> {
      stopped = true
      stop()
      await busy
    },
  }
}

const isOver = (check: ReadingCheck, { used }: Facts, doubts: readonly Doubt[]): boolean => {
  if (doubts.some(d => d.check === check)) return false
  return check === 'zero-use' ? used.rise !== null && used.rise > 0 : used.nightRise !== null
}
const exceptionOf = ({ point, from, at, demo }: Facts, period: 'day' | 'month', doubt: Doubt): NewException => ({
  ...{ point: point.id, register: 'total', period, from, at, demo, ...doubt },
})
