import type { Text } from '../../drivers/point.ts'
import { holdsBack, readingChecks } from '../../rules/readings/checks.ts'
import type { Block } from '../../rules/readings/period.ts'
import { iso } from '../core/clock.ts'
import { fail, fill } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { ReadingExceptions, ReadingExceptionView } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { ReadingChecks, ReadingException } from '../records/readingchecks.ts'
import type { KeptReading, Readings } from '../records/readings.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { unitOf } from './balances.ts'
import type { fieldChecks } from './fieldcheck.ts'
import type { ReadingKeeper } from './keeper.ts'
import { knownOf } from './lives.ts'

const MOST = 500
export type ExceptionAction = 'accept' | 'estimate' | 'field'
interface QueueDeps {
  readonly trail: Trail
  readonly book: MeterBook
  readonly readings: Readings
  readonly checks: ReadingChecks
  readonly keeper: Pick<ReadingKeeper, 'estimate'>
  readonly send: ReturnType<typeof fieldChecks>
  readonly site: () => Site | null
  readonly now: () => number
}

/** What an exception says, with the numbers that it was decided by. */
export function exceptionText({ check, params }: Pick<ReadingException, 'check' | 'params'>, unit: string): Text {
  const words = readingChecks[check]
  const all = { ...params, unit }
  return { 'zh-CN': fill(words['zh-CN'], all, 'zh-CN'), en: fill(words.en, all) }
}
/** `kWh` as people write it. */
const written = (unit: string): string => (unit === 'kW.h' ? 'kWh' : unit === 'm3' ? 'm³' : unit)

/** The exceptions that wait, and what a person makes of each: it is so, it is estimated instead, somebody goes there. */
export function readingQueue({ trail, book, readings, checks, keeper, send, site, now }: QueueDeps) {
  const readingOf = (e: ReadingException): KeptReading | null => readings.of(e.point, e.register, e.at, e.at)[0] ?? null
  function meterOf(e: ReadingException): string {
    const reading = readingOf(e)
    return reading?.meter ?? knownOf(book.book()).there.get(e.point)?.at(-1)?.meter ?? ''
  }
  function view(e: ReadingException): ReadingExceptionView {
    const point = knownOf(book.book()).points.get(e.point)
    const unit = unitOf(point?.medium ?? 'electricity')
    const reading = readingOf(e)
    const open = e.state === 'open' || e.state === 'field'
    return {
      ...{ n: e.n, point: e.point, unit: point?.unit ?? '', medium: point?.medium ?? 'electricity', check: e.check },
      unitName: site()?.spaces.get(point?.unit ?? '')?.name ?? null,
      ...{ meter: meterOf(e), register: e.register, period: e.period, from: iso(e.from), at: iso(e.at) },
      name: { 'zh-CN': readingChecks[e.check].name['zh-CN'], en: readingChecks[e.check].name.en },
      text: exceptionText(e, written(unit)),
      ...{ blocks: open && holdsBack(e.check, e.period), state: e.state, workorder: e.workorder, demo: e.demo },
      ...{ by: e.by, note: e.note, movedAt: iso(e.movedAt) },
      reading: reading?.n ?? null,
    }
  }
  return {
    view,
    list: (): ReadingExceptions => ({
      items: checks.open(MOST).map(view),
      count: checks.openCount(),
      next: null,
    }),
    of: (point: string): ReadingExceptionView[] => checks.of(point, 50).map(view),
    /** Throws `exception-decided`, `no-estimate`, `reading-decided`. */
    act(n: number, action: ExceptionAction, words: string, by: Actor): ReadingExceptionView {
      const had = checks.get(n)
      if (had.state !== 'open' && had.state !== 'field') fail('exception-decided')
      return view(
        trail.change(by, note => {
          if (action === 'accept') return checks.move(note, n, 'accepted', { by: by.name, words }, now())
          if (action === 'field') {
            const why = exceptionText(had, written(unitOf(knownOf(book.book()).points.get(had.point)?.medium ?? '')))
            const { id } = send(note, had.point, meterOf(had), why, now())
            return checks.move(note, n, 'field', { by: by.name, words, workorder: id }, now())
          }
          const reading = readingOf(had) ?? fail('no-estimate', { point: had.point })
          keeper.estimate(note, reading.n, words, by)
          return checks.move(note, n, 'estimated', { by: by.name, words }, now())
        }),
      )
    },
    /** A reading that waits, estimated. Throws `no-estimate`, `reading-decided`. */
    estimate(n: number, words: string, by: Actor): KeptReading {
      const had = readings.get(n)
      if (had.validation !== 'uncertain' && had.index !== null) fail('reading-decided')
      return trail.change(by, note => keeper.estimate(note, n, words, by))
    },
    /** A reading that waits: somebody looks at the meter. @returns the order */
    field(note: Note, n: number, why: Text, at: number): { readonly id: string; readonly no: string } {
      const had = readings.get(n)
      const { id, no } = send(note, had.point, had.meter, why, at)
      note('reading', String(n), 'field', { point: had.point, workorder: id })
      return { id, no }
    },
    /** What holds lines of a period back, by `point/register`. */
    blocking(from: number, to: number): ReadonlyMap<string, readonly Block[]> {
      const blocks = checks
        .open(100_000)
        .filter(e => e.from < to && e.at > from && holdsBack(e.check, e.period))
        .map(e => [`${e.point}/${e.register}`, { code: e.check, at: e.at, meter: null }] as const)
      return new Map(
        [...Map.groupBy(blocks, ([key]) => key)].map(([key, all]) => [
          key,
          all.map(([, b]) => b).filter((b, i, list) => list.findIndex(one => one.code === b.code) === i),
        ]),
      )
    },
  }
}
export type ReadingQueue = ReturnType<typeof readingQueue>
