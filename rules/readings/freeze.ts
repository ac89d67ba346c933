import { indexOfValue, type Register } from './book.ts'
import { type FindingCode, findings, type Quality, type ReadingReason, type Validation } from './quality.ts'
import { type Habits, judgeSequence, type Read, usualHabits } from './sequence.ts'

/** What the history has of a register near a moment; `value` as the device said it, null: it was bad. */
export interface Sampled {
  readonly at: number
  readonly value: number | null
}
export interface FreezeRules {
  /** A good value this near stands for the moment itself, ms. */
  readonly toleranceMs: number
  /** Between two good values no further apart than this it may be counted between them, ms; 0: never. [California VEE: one hour] */
  readonly interpolateMs: number
}
export const usualFreeze: FreezeRules = { toleranceMs: 15 * 60_000, interpolateMs: 60 * 60_000 }

export interface Frozen {
  readonly index: number | null
  readonly quality: Quality
  readonly reason: ReadingReason | null
  readonly validation: Validation
  /** What its register did, when that is why it waits for a person. */
  readonly finding: FindingCode | null
  /** When the value was measured; null: there is none. */
  readonly measuredAt: number | null
}

const missing = (reason: ReadingReason): Frozen => ({
  ...{ index: null, quality: 'missing', reason, validation: 'uncertain', finding: null, measuredAt: null },
})

/**
 * The index of a register at a moment. An old value is never given a new time: it says when it was measured, and one that
 * is too far away is no reading of this moment.
 * @param base the reading before that counts; null: there is none
 * @param samples of the time around the moment, in any order
 * @param own what the meter itself froze at that moment
 * @param running whether the gateway was there to read at that moment
 */
export function freezeAt(
  register: Pick<Register, 'digits' | 'decimals' | 'maxPerHour'>,
  at: number,
  base: Read | null,
  samples: readonly Sampled[],
  { own = null, running = true }: { own?: Sampled | null; running?: boolean } = {},
  rules: FreezeRules = usualFreeze,
  habits: Habits = usualHabits,
): Frozen {
  const scaled = samples
    .filter(s => s.value !== null)
    .map(s => ({ at: s.at, index: indexOfValue(s.value!, register) }))
    .toSorted((a, b) => a.at - b.at)
  const onScale = scaled.filter((s): s is { at: number; index: number } => s.index !== null)
  const ownIndex = own && own.value !== null ? indexOfValue(own.value, register) : null
  const good = ownIndex === null ? onScale : [{ at, index: ownIndex }]
  const before = base && base.index !== null && base.at < at ? [base] : []
  const held = before[0]?.index ?? null
  const judged = judgeSequence(register, [...before, ...good.filter(g => g.at > (before[0]?.at ?? -1))], habits)
  const counts = new Set(judged.trusted.map(t => t.at))
  const trusted = good.filter(g => counts.has(g.at))
  // Back by one digit is no new index: what was counted once is not counted again.
  const kept = (index: number): number =>
    held !== null && index < held && held - index <= habits.jitter ? held : index
  const near = nearest(trusted, at, rules.toleranceMs)
  if (near)
    return {
      ...{ index: kept(near.index), quality: 'actual', reason: ownIndex === null ? null : 'own-register' },
      ...{ validation: 'valid', finding: null, measuredAt: near.at },
    }
  const left = trusted.filter(t => t.at < at).at(-1)
  const right = trusted.find(t => t.at > at)
  if (left && right && right.at - left.at <= rules.interpolateMs && right.index >= left.index)
    return {
      index: kept(left.index + Math.floor(((right.index - left.index) * (at - left.at)) / (right.at - left.at))),
      ...{ quality: 'estimated', reason: 'interpolated', validation: 'valid', finding: null, measuredAt: null },
    }
  const doubtful = nearest(good, at, rules.toleranceMs)
  if (doubtful)
    return {
      ...{ index: doubtful.index, quality: 'actual', reason: null, validation: 'uncertain' },
      finding: judged.findings.findLast(f => findings[f.code].blocks)?.code ?? 'ambiguous',
      measuredAt: doubtful.at,
    }
  if (nearest(scaled, at, rules.toleranceMs)) return missing('off-scale')
  return missing(running ? 'no-sample' : 'gateway-off')
}

function nearest<T extends { readonly at: number }>(all: readonly T[], at: number, withinMs: number): T | undefined {
  let best: T | undefined
  for (const one of all) {
    const away = Math.abs(one.at - at)
    // Of two as near, the one before: nothing that came later is in it.
    if (away <= withinMs && (!best || away < Math.abs(best.at - at))) best = one
  }
  return best
}
