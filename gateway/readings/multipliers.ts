import { indexText, multiplierText, type PointUse, type RegisterCode } from '../../rules/readings/book.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { MultiplierAskView } from '../http/contract.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { MultiplierAsk, MultiplierAsks } from '../records/multiplierasks.ts'
import type { Note } from '../records/trail.ts'
import type { ReadingKeeper } from './keeper.ts'
import { knownOf } from './lives.ts'

/** A period that was billed: what it rests on is not changed afterwards. */
export interface IssuedPeriod {
  readonly period: string
  /** The day after it, `2026-12-01`. */
  readonly day: string
  readonly to: number
  /** Empty: all uses. */
  readonly uses: readonly PointUse[]
}
export interface NewMultiplier {
  readonly from: number
  readonly multiplier: string
  readonly index: Partial<Record<RegisterCode, string>>
  readonly evidence: string
}

/** Another CT, VT or pulse weight: asked for by one with evidence, approved by another, never inside a period that was billed. */
export function multiplierDesk({
  book,
  asks,
  keeper,
  issued,
}: {
  readonly book: MeterBook
  readonly asks: MultiplierAsks
  readonly keeper: Pick<ReadingKeeper, 'multiplierOf' | 'setMultiplier'>
  /** Periods whose batch is issued, the newest first. */
  readonly issued: () => readonly IssuedPeriod[]
}) {
  function notIssued(point: string, from: number): void {
    const use = knownOf(book.book()).points.get(point)?.use ?? fail('not-found', { what: point })
    const billed = issued().find(p => from < p.to && (p.uses.length === 0 || p.uses.includes(use)))
    if (billed) fail('multiplier-issued', { period: billed.period, from: billed.day })
  }
  const registersAt = (point: string, at: number) =>
    knownOf(book.book()).meters.get(book.here(point, at)?.meter ?? '')?.registers ?? []
  function view(ask: MultiplierAsk): MultiplierAskView {
    const registers = registersAt(ask.point, ask.from)
    return {
      ...{ n: ask.n, point: ask.point, state: ask.state, from: iso(ask.from), multiplier: multiplierText(ask.micro) },
      index: Object.fromEntries(
        registers.flatMap(r => {
          const steps = ask.index[r.code]
          return steps === undefined ? [] : [[r.code, indexText(steps, r.decimals)]]
        }),
      ),
      ...{ evidence: ask.evidence, photo: ask.photo, askedBy: ask.askedBy, askedAt: iso(ask.askedAt) },
      ...{ decidedBy: ask.decidedBy, decidedAt: isoOrNull(ask.decidedAt), why: ask.why },
    }
  }
  return {
    of: (point: string) => ({ items: asks.of(point).map(view), next: null }),
    photoOf: (n: number): string | null => asks.get(n).photo,
    /** Inside a change. Throws `multiplier-issued`, `exchange-time`, `exchange-index`, `reading-index`, `invalid-input`. */
    ask(note: Note, point: string, asked: NewMultiplier, by: string, now: number): MultiplierAskView {
      const change = keeper.multiplierOf(point, asked, now)
      notIssued(point, change.from)
      return view(asks.ask(note, change, by, now))
    },
    /** Inside a change. Throws `multiplier-decided`. */
    photo: (note: Note, n: number, file: string): MultiplierAskView => view(asks.photo(note, n, file)),
    /** Inside a change: now it counts. Throws `multiplier-own`, `multiplier-decided`, `multiplier-issued`. */
    approve(note: Note, n: number, by: string, words: string, now: number): MultiplierAskView {
      const made = asks.decide(note, n, 'approved', by, words, now)
      // A batch may have been issued since it was asked for.
      notIssued(made.point, made.from)
      const texts = Object.fromEntries(
        registersAt(made.point, made.from).flatMap(r => {
          const steps = made.index[r.code]
          return steps === undefined ? [] : [[r.code, indexText(steps, r.decimals)]]
        }),
      )
      const asked = { from: made.from, multiplier: multiplierText(made.micro), index: texts, evidence: made.evidence }
      keeper.setMultiplier(note, made.point, asked, now)
      return view(made)
    },
    /** Inside a change. Throws `multiplier-decided`. */
    refuse: (note: Note, n: number, by: string, words: string, now: number): MultiplierAskView =>
      view(asks.decide(note, n, 'refused', by, words, now)),
  }
}
export type MultiplierDesk = ReturnType<typeof multiplierDesk>
