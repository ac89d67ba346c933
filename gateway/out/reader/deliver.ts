import type { Aside, Row, Verdict, Why } from './row.ts'

/** That many in a row refused and none taken: it is not the rows. */
const MOST_SUSPECTS = 12
/** So many that were looked for one by one; of what comes then, a whole part is set aside together. */
const MOST_SINGLED = 100

export interface Delivered {
  /** Rows before this one were taken or are in `aside`; all of them when it is their number. */
  readonly upTo: number
  readonly aside: readonly Aside[]
  /** Why it did not go on; null: it did. */
  readonly why: Why | null
  /** The far end is there, and will have none of these. */
  readonly refusedAll: boolean
}

/**
 * Sends rows in their order. When something among them is refused, halves are sent until it is known what; a row is poison
 * only when another one was taken beside it: a far end that refuses everything is not to be believed.
 * @param trusted it has taken others meanwhile, again and again: then these are poison though none beside them was taken
 */
export async function deliver(
  rows: readonly Row[],
  send: (rows: readonly Row[]) => Promise<Verdict>,
  trusted = false,
): Promise<Delivered> {
  const state = new Map<number, Why | 'taken'>()
  let anyTaken = trusted
  let suspects = 0
  let away: Why | null = null
  const parts: (readonly [from: number, to: number])[] = [[0, rows.length]]
  const taken = (from: number, to: number) => {
    for (let i = from; i < to; i++) state.set(i, 'taken')
    if (to > from) anyTaken = true
  }
  const refuse = (i: number, why: Why) => {
    state.set(i, why)
    suspects++
  }
  while (parts.length > 0 && away === null) {
    const [from, to] = parts.shift()!
    const verdict = checked(await send(rows.slice(from, to)), to - from)
    if (verdict.kind === 'taken') taken(from, to)
    else if (verdict.kind === 'away') {
      taken(from, from + (verdict.taken ?? 0))
      away = verdict.why
    } else if (verdict.rows) {
      const refused = new Set(verdict.rows)
      for (let i = from; i < to; i++)
        if (refused.has(i - from)) refuse(i, verdict.why)
        else taken(i, i + 1)
    } else if (to - from === 1 || (anyTaken && suspects >= MOST_SINGLED))
      for (let i = from; i < to; i++) refuse(i, verdict.why)
    else {
      const middle = (from + to) >> 1
      parts.unshift([from, middle], [middle, to])
    }
    if (!anyTaken && suspects >= MOST_SUSPECTS) break
  }
  const first = [...state.values()].find(one => one !== 'taken')
  if (first && !anyTaken) return { upTo: 0, aside: [], why: away ?? (first as Why), refusedAll: away === null }
  let upTo = 0
  while (upTo < rows.length && state.has(upTo)) upTo++
  const aside = rows.slice(0, upTo).flatMap((row, i) => {
    const why = state.get(i)!
    return why === 'taken' ? [] : [{ row, why }]
  })
  return { upTo, aside, why: away, refusedAll: false }
}

/** A verdict that can't be is none. */
function checked(verdict: Verdict, count: number): Verdict {
  const nonsense = (detail: string): Verdict => ({ kind: 'away', why: { code: 'nonsense', detail } })
  const index = (i: number) => Number.isInteger(i) && i >= 0 && i < count
  if (verdict?.kind === 'taken') return verdict
  if (verdict?.kind === 'away')
    return verdict.taken === undefined || index(verdict.taken) ? verdict : nonsense(`took ${verdict.taken} of ${count}`)
  if (verdict?.kind === 'refused')
    return !verdict.rows || (verdict.rows.length > 0 && verdict.rows.every(index))
      ? verdict
      : nonsense(`refused ${verdict.rows.join(', ')} of ${count}`)
  return nonsense(JSON.stringify(verdict) ?? 'nothing')
}
