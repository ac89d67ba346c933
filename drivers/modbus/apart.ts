import { sizeOf } from './codec.ts'
import type { Learned } from './learned.ts'
import type { Block, Wanted } from './plan.ts'

/** What became of one request: answered, refused because of what it covered, or something that says nothing of that. */
export type Answered = 'read' | 'refused' | 'failed'

export interface Apart<T> {
  readonly facts: readonly Learned[]
  /** Refused by themselves. */
  readonly refused: readonly Wanted<T>[]
  /** Not tried, because the device refuses everything or no longer answers. */
  readonly left: readonly Wanted<T>[]
  readonly failed: boolean
}

/** So many values refused one after the other, and none read: it refuses whatever it is asked now. */
const MOST_REFUSED = 3

/**
 * Finds by halving why a device refuses a request. Refusal only grows with a request, so the shortest beginning that
 * is refused ends at a culprit, and the shortest end of that which is refused begins at the other one: one value that is
 * refused by itself, two neighbours that are not read together, or a length that is too much.
 * @param ask whoever asks keeps the values of what was read
 */
export async function readApart<T>(
  block: Block<T>,
  ask: (items: readonly Wanted<T>[]) => Promise<Answered>,
): Promise<Apart<T>> {
  const facts: Learned[] = []
  const refused: Wanted<T>[] = []
  const { items, unit, table } = block
  const from = (i: number) => items[i]!.register.address
  const to = (i: number, j: number) =>
    Math.max(...items.slice(i, j + 1).map(({ register }) => register.address + sizeOf(register)))
  const lengthOf = (i: number, j: number) => to(i, j) - from(i)
  let failed = false
  let anyRead = false
  /** [i..j] can be read, so whatever lies within it can. */
  const good: [number, number][] = []

  /** @returns undefined if the line failed */
  async function reads(i: number, j: number): Promise<boolean | undefined> {
    if (good.some(([a, b]) => a <= i && j <= b)) return true
    const answer = await ask(items.slice(i, j + 1))
    if (answer === 'failed') {
      failed = true
      return undefined
    }
    if (answer === 'refused') return false
    anyRead = true
    good.push([i, j])
    return true
  }

  /** The least k in (low, high] for which `isRefused`, given that it is for `high` and is not for `low`. */
  async function least(low: number, high: number, isRefused: (k: number) => Promise<boolean | undefined>) {
    while (high - low > 1) {
      const middle = (low + high) >> 1
      const is = await isRefused(middle)
      if (is === undefined) return undefined
      if (is) high = middle
      else low = middle
    }
    return high
  }

  /** A look further on, before the device is taken for one that refuses everything. */
  async function anyOf(some: readonly number[]): Promise<boolean> {
    for (const k of some) if (k >= begin && k < items.length && (await reads(k, k))) return true
    return false
  }

  let begin = 0
  let known = items.length // [begin..known) is known to be refused
  while (begin < items.length) {
    if (known === begin) {
      const all = await reads(begin, items.length - 1)
      if (all !== false) {
        if (all) begin = items.length
        break
      }
      known = items.length
    }
    const first = begin
    const last = await least(first - 1, known - 1, async k => negated(await reads(first, k)))
    if (last === undefined) break
    const back = await least(-1, last - first, async k => negated(await reads(last - k, last)))
    if (back === undefined) break
    const culprit = last - back
    if (culprit === last) {
      refused.push(items[last]!)
      facts.push({ unit, table, from: from(last), to: to(last, last), kind: 'alone' })
      // Only the values before it were read by now, and they were: the prefix without it.
      if (last > first && (await reads(first, last - 1)) === undefined) break
      begin = last + 1
      if (!anyRead && refused.length >= MOST_REFUSED && !(await anyOf([items.length - 1, (begin + items.length) >> 1])))
        break
    } else {
      if (last === culprit + 1) {
        const gap = { from: to(culprit, culprit), to: from(last) }
        if (gap.from <= gap.to) facts.push({ unit, table, ...gap, kind: 'across' })
      } else {
        const most = Math.max(lengthOf(culprit, last - 1), lengthOf(culprit + 1, last))
        facts.push({ unit, table, from: 0, to: most, kind: 'length' })
      }
      if ((await reads(first, last - 1)) === undefined) break
      begin = last
    }
    known = begin
  }
  const tried = new Set<Wanted<T>>(refused)
  for (const [i, j] of good) for (const item of items.slice(i, j + 1)) tried.add(item)
  return { facts: anyRead ? facts : [], refused, left: items.filter(item => !tried.has(item)), failed }
}

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)
