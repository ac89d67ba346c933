import type { Db } from '../records/db.ts'
import { append, finish, type Series, textNumber, writer } from './block.ts'
import type { blocksOf } from './blocks.ts'
import { hasValue } from './codes.ts'
import type { Fresh, FreshIndex } from './fresh.ts'
import type { Retention } from './retention.ts'
import { DAY_MS, dayOf, HOUR_MS, rowId } from './schema.ts'
import { after, type Before, nothingBefore, packHours, sumUp } from './sums.ts'
import type { Named } from './tick.ts'

/** Samples of a day may come so late, or stay so long in a block that is not full, that it is not yet put together. */
const GRACE_MS = 7_200_000
const SLICE_MS = 12
const POINTS_PER_SLICE = 200
const ROWS_PER_SLICE = 1000

export interface CompactDeps {
  readonly db: Db
  readonly blocks: ReturnType<typeof blocksOf>
  readonly points: ReadonlyMap<number, Named>
  readonly fresh: Pick<FreshIndex, 'of' | 'oldestDay' | 'pointsOf'>
  readonly retention: Retention
  readonly putHours: (id: number, hours: Uint8Array) => void
  readonly bodyOf: (one: Fresh) => Series
  readonly journalFrom: () => number
  /** What waits is taken over into the blocks in memory. */
  readonly drain: () => void
  readonly isOpen: (point: number, day: number) => boolean
  readonly gone: (rows: readonly { readonly id: number; readonly point: number }[]) => void
  readonly meta: (key: string) => number
  readonly setMeta: (key: string, value: number) => void
}

/**
 * Puts the blocks of minutes of a past day together into one per point with its sums, in small transactions, and drops what
 * is too old or too much. The block of a day says up to which of them it has: what is cut off in the middle is neither lost
 * nor there twice.
 */
export function compactor(deps: CompactDeps) {
  const { db, blocks, points, fresh, retention, bodyOf, meta, setMeta } = deps
  const removeFresh = db.prepare('DELETE FROM fresh WHERE id = ?')
  /** Points whose day is being put together, and the rows that it leaves to be deleted. */
  let waiting: { readonly day: number; readonly points: number[] } | null = null
  const leftOver: { readonly id: number; readonly point: number }[] = []
  /** Of the last look that found nothing to do. */
  let idleUntil = 0

  /** The oldest day that is over and wholly in blocks. */
  function dayToDo(now: number): typeof waiting {
    const today = dayOf(now - GRACE_MS)
    deps.drain()
    const from = deps.journalFrom()
    const day = fresh.oldestDay(today, from)
    if (day === null) return null
    const of = fresh.pointsOf(day, from).filter(id => !deps.isOpen(id, day))
    return of.length > 0 ? { day, points: of } : null
  }

  /** @returns the rows that the block of the day now has */
  function putTogether(id: number, day: number): { id: number; point: number }[] {
    const point = points.get(id)!
    const key = rowId(day, false, id)
    const upTo = blocks.fresh(day, id)
    const from = deps.journalFrom()
    const mine = fresh.of(id).filter(one => one.day === day && one.seq < from)
    const news = mine.filter(one => one.id > upTo)
    if (news.length > 0) {
      const had = blocks.get(day, false, id)
      const parts = [...(had ? [had] : []), ...news.map(bodyOf)]
      const whole = inTime(parts)
      const block = writer(point.kind, point.periodMs)
      for (let i = 0; i < whole.n; i++)
        append(
          block,
          whole.times[i]!,
          whole.codes[i]!,
          point.kind === 'text' && hasValue(whole.codes[i]!)
            ? textNumber(block, whole.texts[whole.values[i]!]!)
            : whole.values[i]!,
        )
      const before = beforeDay(id, day)
      blocks.put(day, false, id, whole.n, news.at(-1)!.id, finish(block))
      if (point.kind !== 'text') deps.putHours(key, packHours(sumUp(whole, hoursOf(day), before)))
      setMeta('fresh', Math.max(meta('fresh'), news.at(-1)!.id))
    }
    return mine.map(one => ({ id: one.id, point: id }))
  }
  /** What held at the end of the day before. */
  function beforeDay(id: number, day: number): Before {
    const demo = blocks.get(day, true, id)
    // Where the demo's history ends and the real one begins, its last value must not count a second time.
    if (demo) return { ...nothingBefore, good: after(demo, nothingBefore).good }
    const block = blocks.get(day - 1, false, id) ?? blocks.get(day - 1, true, id)
    return block ? after(block, nothingBefore) : nothingBefore
  }

  function slice(now: number, safe = true): boolean {
    if (now < idleUntil && now > idleUntil - 120_000) return false
    const end = performance.now() + SLICE_MS
    if (leftOver.length > 0 && !waiting) {
      const rows = leftOver.slice(-ROWS_PER_SLICE)
      db.tx(() => {
        for (const { id } of rows) removeFresh.run(id)
      })
      leftOver.length -= rows.length
      deps.gone(rows)
      return true
    }
    waiting ??= dayToDo(now)
    if (waiting) {
      const { day, points: list } = waiting
      const emptied: { id: number; point: number }[] = []
      let done = 0
      db.tx(() => {
        while (done < list.length && done < POINTS_PER_SLICE && performance.now() < end)
          emptied.push(...putTogether(list[done++]!, day))
        retention.note()
      })
      leftOver.push(...emptied)
      list.splice(0, done)
      if (list.length > 0) return true
      waiting = null
      // In the order in which they lie in the file: a page is written once, not for each of its rows.
      leftOver.sort((a, b) => b.id - a.id)
      return true
    }
    if (retention.drop(now, safe)) return true
    idleUntil = now + 60_000
    return false
  }

  return {
    slice,
    /** Other limits hold: there may be something to do at once. */
    again() {
      idleUntil = 0
      retention.again()
    },
  }
}

export const hoursOf = (day: number): Float64Array =>
  Float64Array.from({ length: 25 }, (_, i) => day * DAY_MS + i * HOUR_MS)

function inOrder(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return false
  return true
}

/** Parts one after the other, in order of time; of the same ms, in order of arrival. */
export function inTime(parts: readonly Series[]): Series {
  if (parts.length === 1 && inOrder(parts[0]!.times)) return parts[0]!
  const n = parts.reduce((sum, part) => sum + part.n, 0)
  const times = new Float64Array(n)
  const codes = new Uint8Array(n)
  const values = new Float64Array(n)
  const texts: string[] = []
  let at = 0
  for (const part of parts) {
    times.set(part.times, at)
    codes.set(part.codes, at)
    values.set(part.values, at)
    if (part.texts.length > 0) {
      for (let i = at; i < at + part.n; i++) values[i]! += texts.length
      texts.push(...part.texts)
    }
    at += part.n
  }
  const kind = parts[0]?.kind ?? 'number'
  if (inOrder(times)) return { kind, n, times, codes, values, texts }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => times[a]! - times[b]! || a - b)
  return {
    kind,
    n,
    times: Float64Array.from(order, i => times[i]!),
    codes: Uint8Array.from(order, i => codes[i]!),
    values: Float64Array.from(order, i => values[i]!),
    texts,
  }
}
