import {
  capacityOf,
  type Installation,
  indexOf,
  indexText,
  type Meter,
  type Multiplier,
  microOf,
  type Register,
  type RegisterCode,
} from '../../rules/readings/book.ts'
import type { ReadingReason } from '../../rules/readings/quality.ts'
import { findings } from '../../rules/readings/quality.ts'
import { judgeSequence, type Read } from '../../rules/readings/sequence.ts'
import { judgeTaken, type TakenJudged } from '../../rules/readings/taken.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { History } from '../history/history.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Decision, KeptReading, Readings } from '../records/readings.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { readingEstimates } from './estimates.ts'
import { watchFreeze } from './freeze.ts'
import { meterLists } from './import.ts'

const DAY_MS = 86_400_000
const USUAL_DAYS = 35

export interface ReadingDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly book: MeterBook
  readonly readings: Readings
  readonly history: Pick<History, 'raw'>
  readonly site: () => Site | null
  readonly failed: (error: unknown) => void
  /** Whether the clock may close a day. */
  readonly safe?: () => boolean
  /** Inside a change: something was decided or entered of this point. */
  readonly changed?: (point: string) => void
}
export type ReadingKeeper = ReturnType<typeof openReadingKeeper>
type Indexes = Partial<Record<RegisterCode, string>>
interface AskedMultiplier {
  readonly from: number
  readonly multiplier: string
  readonly index: Indexes
  readonly evidence: string
}
type NewMeter = Omit<Meter, 'medium' | 'registers'> & {
  readonly digits: number
  readonly decimals: number
  readonly source: Register['source']
}

/** Readings of meters: read at each midnight, decided on by people, and looked at anew when the book learns of an exchange. */
export function openReadingKeeper(deps: ReadingDeps) {
  const { book, readings, clock, changed = () => {} } = deps
  const estimates = readingEstimates({ ...deps, keeper: { baseOf } })
  const freeze = watchFreeze({ ...deps, actual: estimates.actual })
  const lists = meterLists(book, deps.site)

  const registersOf = (serial: string): readonly Register[] =>
    book.book().meters.find(m => m.serial === serial)?.registers ?? []
  /** What a person has typed, on the register that it is of. Throws `reading-index`. */
  function onRegister(text: string, register: Pick<Register, 'digits' | 'decimals'>): number {
    const { digits, decimals } = register
    return indexOf(text, register) ?? fail('reading-index', { index: text, digits, decimals })
  }
  const allOn = (texts: Indexes, registers: readonly Register[]): Partial<Record<RegisterCode, number>> =>
    Object.fromEntries(
      registers.flatMap(r => {
        const text = texts[r.code]
        return text === undefined ? [] : [[r.code, onRegister(text, r)]]
      }),
    )

  /** The one before that counts, or what it showed when it was hung up. */
  function baseOf(one: Installation, code: RegisterCode, at: number): Read | null {
    const before = readings.before(one.point, code, one.meter, at)
    if (before && before.at >= one.from) return before
    const opening = one.opening[code]
    return opening === undefined ? null : { at: one.from, index: opening }
  }
  /** Inside a change: what waits after a moment is looked at anew, with the meter that hung there and what now counts before it. */
  function again(note: Note, point: string, after: number): void {
    for (const had of readings.after(point, after)) {
      const there = book.here(point, had.at)
      const register = registersOf(there?.meter ?? '').find(r => r.code === had.register)
      if (!there || !register || had.validation === 'accepted' || had.validation === 'rejected') continue
      if (had.index === null && there.meter === had.meter) continue
      const base = baseOf(there, had.register, had.at)
      const judged = judgeSequence(register, [...(base ? [base] : []), { at: had.at, index: had.index }])
      // What was many times the usual when it was read waits for a person, whatever came before it since.
      const odd = had.finding === 'unusual' && there.meter === had.meter ? ('unusual' as const) : null
      const finding = judged.findings.findLast(f => findings[f.code].blocks)?.code ?? odd
      const validation = judged.blocked || odd || had.index === null ? ('uncertain' as const) : ('valid' as const)
      if (there.meter === had.meter && validation === had.validation && finding === had.finding) continue
      readings.restate(note, had, { meter: there.meter, validation, finding })
    }
  }

  function registerAt(point: string, code: RegisterCode, at: number) {
    const there = book.here(point, at) ?? fail('meter-not-there', { point })
    const register = registersOf(there.meter).find(r => r.code === code) ?? fail('not-found', { what: code })
    return { there, register }
  }
  /** What a register counts in an hour as a rule, in steps, from what counts of the time before; null: not known. */
  function usualPerHour(one: Installation, register: Register, at: number): number | null {
    // Who is read by a person has a reading a month.
    const days = register.source === null ? USUAL_DAYS * 6 : USUAL_DAYS
    const past = readings
      .of(one.point, register.code, Math.max(one.from, at - days * DAY_MS), at - 1)
      .filter(
        r => r.meter === one.meter && r.index !== null && (r.validation === 'valid' || r.validation === 'accepted'),
      )
    const opening = one.opening[register.code]
    const begun = opening !== undefined && one.from >= at - days * DAY_MS ? [{ at: one.from, index: opening }] : []
    const all = [...begun, ...past]
    const [first, last] = [all[0], all.at(-1)]
    if (!first || !last || last.at - first.at < 2 * DAY_MS) return null
    const { rise } = judgeSequence(register, all)
    return rise === null ? null : (rise * 3_600_000) / (last.at - first.at)
  }
  /** What is to be said of an index that a person reads at a moment. */
  function judged(there: Installation, register: Register, at: number, index: number): TakenJudged {
    // An estimate before it may have been too high: it is judged by what was read last.
    const read = readings.measuredBefore(there.point, register.code, there.meter, at)
    const base = read && read.at >= there.from ? read : baseOf(there, register.code, at)
    return judgeTaken(register, base, usualPerHour(there, register, at), at, index)
  }

  /** A person's word counts as it stands, and what is lower would count as turned over: only where it nearly had. */
  function notLower(had: KeptReading, index: number | null, register: Register): void {
    const there = book.here(had.point, had.at)
    const base = there ? baseOf(there, had.register, had.at) : null
    if (index === null || !base || base.index === null || index >= base.index) return
    const capacity = capacityOf(register)
    const text = (steps: number) => indexText(steps, register.decimals)
    if ((index + capacity - base.index) * 10 > capacity)
      fail('reading-lower', { index: text(index), before: text(base.index) })
  }

  /** What somebody has typed as a multiplier, on the registers that hang there. Throws `invalid-input`, `exchange-index`, `exchange-time`. */
  function multiplierOf(point: string, asked: AskedMultiplier, now: number): Multiplier {
    const { from, evidence } = asked
    const there = book.here(point, from) ?? fail('meter-not-there', { point })
    const micro =
      microOf(asked.multiplier) ??
      fail('invalid-input', {
        where: 'multiplier',
        why: {
          'zh-CN': '倍率须大于零，最多六位小数。',
          en: 'A multiplier is above nought and has at most six decimals.',
        },
      })
    const change = { point, from, micro, index: allOn(asked.index, registersOf(there.meter)), evidence }
    book.checkMultiplier(change, now)
    return change
  }

  return {
    freeze,
    lists,
    estimates,
    baseOf,
    /** Inside a change: what it is likely to have been, from the past of this meter. Throws `no-estimate`. */
    estimate(note: Note, n: number, words: string, by: Actor): KeptReading {
      const had = readings.get(n)
      const made = estimates.put(note, had, words, by.name)
      again(note, had.point, had.at)
      changed(had.point)
      return made
    },
    /** Throws `reading-decided`, `reading-no-index`, `reading-index`. */
    decide(n: number, asked: Omit<Decision, 'index'> & { readonly index: string | null }, by: Actor): KeptReading {
      const had = readings.get(n)
      const register =
        registersOf(had.meter).find(r => r.code === had.register) ?? fail('not-found', { what: had.meter })
      if (asked.decision === 'replace' && asked.index === null) fail('reading-no-index')
      const index = asked.index === null ? null : onRegister(asked.index, register)
      if (asked.decision !== 'reject') notLower(had, asked.decision === 'accept' ? had.index : index, register)
      return deps.trail.change(by, note => {
        const made = readings.decide(note, n, { ...asked, index }, by.name)
        if (made.quality === 'manual') estimates.actual(note, made)
        again(note, had.point, had.at)
        changed(had.point)
        return made
      })
    },
    judged,
    usualPerHour,
    registerAt,
    /**
     * Inside a change: one that a person has read. It counts at once if it can be so, else it waits as any other.
     * Throws `exchange-time`, `meter-not-there`, `reading-index`.
     */
    add(
      note: Note,
      point: string,
      code: RegisterCode,
      text: string,
      at: number,
      words: string,
      by: Actor,
      { measuredAt = at, reason = null }: { measuredAt?: number; reason?: ReadingReason | null } = {},
    ): KeptReading {
      if (at > clock.now()) fail('exchange-time')
      const { there, register } = registerAt(point, code, at)
      const index = onRegister(text, register)
      const { validation, finding } = judged(there, register, at, index)
      const made = readings.add(
        note,
        {
          ...{ point, meter: there.meter, register: code, at, index, quality: 'manual', reason },
          ...{ validation, finding, measuredAt, demo: false },
        },
        ...([by.name, words] as const),
      )
      if (made.validation === 'valid') estimates.actual(note, made)
      again(note, point, at)
      changed(point)
      return made
    },
    /** Inside a change: somebody stood there and could not read it. It waits, with the reason. */
    addUnread(
      note: Note,
      point: string,
      code: RegisterCode,
      at: number,
      reason: ReadingReason,
      words: string,
      by: Actor,
    ) {
      const { there } = registerAt(point, code, at)
      const had = readings.versions(point, code, at).at(-1)
      // What is known of that moment is not made unknown by a door that was locked.
      if (had && had.index !== null && had.validation !== 'rejected') return had
      return readings.add(
        note,
        {
          ...{ point, meter: there.meter, register: code, at, index: null, quality: 'missing', reason },
          ...{ validation: 'uncertain', finding: null, measuredAt: null, demo: false },
        },
        ...([by.name, words] as const),
      )
    },
    /**
     * Inside a change: another meter, or the same one whose register began anew (`meter` null). What was read since is
     * looked at anew: it was that of the new one. Throws `meter-not-there`, `meter-elsewhere`, `exchange-index`, `exchange-time`.
     */
    exchange(
      note: Note,
      point: string,
      asked: {
        readonly at: number
        readonly closing: Indexes
        readonly opening: Indexes
        readonly meter: NewMeter | null
        readonly witness: string
        readonly reason: string
      },
      now: number,
    ): void {
      const { at, witness, reason } = asked
      const old = book.here(point, now) ?? fail('meter-not-there', { point })
      const was = book.book().meters.find(m => m.serial === old.meter)!
      const meter: Meter = asked.meter ? successor(was, asked.meter) : was
      const closing = allOn(asked.closing, was.registers)
      const opening = allOn(asked.opening, meter.registers)
      book.exchange(note, { point, at, closing, meter, opening, witness, reason }, now)
      again(note, point, at)
      changed(point)
    },
    multiplierOf,
    /** Inside a change. Throws `invalid-input`, `exchange-index`, `exchange-time`. */
    setMultiplier(note: Note, point: string, asked: AskedMultiplier, now: number): void {
      book.setMultiplier(note, multiplierOf(point, asked, now), now)
      changed(point)
    },
    stop: freeze.stop,
  }
}

/** The new meter counts the same registers, each at the same place of the site unless it says another. */
function successor(was: Meter, { digits, decimals, source, ...plate }: NewMeter): Meter {
  return {
    ...{ ...plate, medium: was.medium, ...(was.balance && { balance: was.balance }) },
    registers: was.registers.map(r => ({
      ...{ ...r, digits, decimals, source: r.code === 'total' ? source : r.source },
      maxPerHour: Math.ceil((r.maxPerHour * 10 ** decimals) / 10 ** r.decimals),
    })),
  }
}
