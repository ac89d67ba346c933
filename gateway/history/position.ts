/**
 * What a reader of the journal has yet to deliver, by numbers of rows: everything from `live` on, and the stretches that it
 * left behind so that what is new goes first. All pure.
 */
export interface Position {
  /** The next row of what is new. */
  readonly live: number
  /** Left behind, oldest first, `to` not in it. They never overlap, and all lie before `live`. */
  readonly gaps: readonly Stretch[]
}
export type Stretch = readonly [from: number, to: number]

/** More stretches than this are not begun: from then on the reader goes on in order. */
export const MOST_GAPS = 64

export const beginAt = (seq: number): Position => ({ live: seq, gaps: [] })

/** Goes on with `seq`, and leaves for later what lies before it. */
export function leaveBehind(p: Position, seq: number): Position {
  if (seq <= p.live || p.gaps.length >= MOST_GAPS) return p
  const last = p.gaps.at(-1)
  // What was left behind twice with nothing delivered between is one stretch.
  if (last?.[1] === p.live) return { live: seq, gaps: [...p.gaps.slice(0, -1), [last[0], seq]] }
  return { live: seq, gaps: [...p.gaps, [p.live, seq]] }
}

/** Everything new before `next` was delivered. */
export const liveDone = (p: Position, next: number): Position => (next > p.live ? { ...p, live: next } : p)

/** Everything left behind before `next` was delivered. */
export const gapDone = (p: Position, next: number): Position => ({ ...p, gaps: cutBelow(p.gaps, next) })

/** The oldest row that is still needed. */
export const firstNeeded = (p: Position): number => p.gaps[0]?.[0] ?? p.live

/** Rows before `seq` are gone. @returns what of them had not been delivered */
export function drop(p: Position, seq: number): { readonly position: Position; readonly lost: readonly Stretch[] } {
  const all: readonly Stretch[] = p.live < seq ? [...p.gaps, [p.live, seq]] : p.gaps
  const lost = all.filter(([from]) => from < seq).map(([from, to]): Stretch => [from, Math.min(to, seq)])
  if (lost.length === 0) return { position: p, lost }
  return { position: { live: Math.max(p.live, seq), gaps: cutBelow(p.gaps, seq) }, lost }
}

/** What `after` no longer has to deliver of `before`. */
export function delivered(before: Position, after: Position): readonly Stretch[] {
  const done: Stretch[] = []
  for (const [from, to] of [...before.gaps, [before.live, Math.max(before.live, after.live)] as const]) {
    let at = from
    for (const [left, right] of after.gaps) {
      if (right <= at || left >= to) continue
      if (left > at) done.push([at, left])
      at = right
    }
    if (at < to) done.push([at, to])
  }
  return done
}

const cutBelow = (gaps: readonly Stretch[], seq: number): readonly Stretch[] =>
  gaps.filter(([, to]) => to > seq).map(([from, to]) => [Math.max(from, seq), to] as const)
