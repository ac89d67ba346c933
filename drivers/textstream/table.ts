import { bad, judge, type Point, type Sample } from '../point.ts'
import type { TextAddress } from './address.ts'
import type { Said } from './grammar.ts'

/** What the panel has said of one device, and in which connection. */
interface Word {
  readonly on: boolean
  readonly connection: number
}
interface Entry {
  readonly point: Point
  readonly address: TextAddress
  readonly fields: readonly (readonly [name: string, values: ReadonlySet<string>])[]
  /** How many devices its fields can name. */
  readonly possible: number
  readonly words: Map<string, Word>
  text: string | undefined
  /** The last connection in which everything of it was known, by a reset: 0, never. */
  settled: number
  connection: number
  at: number
}

/**
 * What the lines of a panel have said, as points. A panel that prints tells changes and never its state: what it has not
 * told is `never-read`, not normal, and what it told before the line was lost is doubtful until it tells it again or is reset.
 */
export function createTable() {
  const entries = new Map<Point, Entry>()
  let connection = 0

  function entryOf(point: Point): Entry {
    const known = entries.get(point)
    if (known) return known
    const address = point.address as TextAddress
    const fields = Object.entries(address.fields ?? {}).map(([name, v]) => [name, new Set([v].flat())] as const)
    const entry: Entry = {
      point,
      address,
      fields,
      possible: fields.reduce((n, [, values]) => n * values.size, 1),
      words: new Map(),
      text: undefined,
      settled: 0,
      connection: 0,
      at: 0,
    }
    entries.set(point, entry)
    return entry
  }

  /** @returns whether the line says anything of the point */
  function take(entry: Entry, said: Said, line: string, at: number): boolean {
    const { on, off, clear, show } = entry.address
    if (clear?.includes(said.event)) {
      entry.words.clear()
      entry.settled = connection
      entry.at = at
      return true
    }
    if (!entry.fields.every(([name, values]) => values.has(said.fields[name] ?? ''))) return false
    const sets = on?.includes(said.event) ?? show !== undefined
    if (!sets && !off?.includes(said.event)) return false
    entry.at = at
    if (show !== undefined) {
      entry.text = show === 'line' ? line : (said.fields[show] ?? '')
      entry.connection = connection
    } else entry.words.set(entry.fields.map(([name]) => said.fields[name]).join('\n'), { on: sets, connection })
    return true
  }

  function sample(entry: Entry, now: number): Sample {
    const { point, at } = entry
    const doubtful = (value: boolean | number | string, reason: 'stale' | 'uncertain'): Sample => {
      const judged = judge(point, value, now, at)
      return judged.quality === 'good' ? { ...judged, quality: 'uncertain', reason } : judged
    }
    if (entry.address.show !== undefined) {
      if (entry.text === undefined) return bad(point.id, 'never-read', now)
      return entry.connection === connection ? judge(point, entry.text, now, at) : doubtful(entry.text, 'stale')
    }
    const words = [...entry.words.values()]
    const on = words.filter(w => w.on)
    const fresh = words.filter(w => w.connection === connection)
    const known = entry.settled > 0 || words.length === entry.possible
    const knownNow = entry.settled === connection || fresh.length === entry.possible
    if (entry.address.count) {
      if (knownNow && connection > 0) return judge(point, on.length, now, at)
      // There may be more: the panel was not heard from its reset on.
      return known ? doubtful(on.length, 'stale') : on.length > 0 ? doubtful(on.length, 'uncertain') : never()
    }
    if (fresh.some(w => w.on)) return judge(point, true, now, at)
    if (on.length > 0) return doubtful(true, 'stale')
    return knownNow && connection > 0 ? judge(point, false, now, at) : known ? doubtful(false, 'stale') : never()

    function never(): Sample {
      return bad(point.id, 'never-read', now)
    }
  }

  return {
    /** What is known of a point, UTC ms. */
    sampleOf: (point: Point, now: number): Sample => sample(entryOf(point), now),
    /** @returns the points that the line speaks of */
    line: (said: Said, text: string, at: number): Point[] =>
      [...entries.values()].filter(entry => take(entry, said, text, at)).map(entry => entry.point),
    /** What came before may have changed while nobody listened. */
    connected(): void {
      connection++
    },
    know(points: readonly Point[]): void {
      for (const point of points) entryOf(point)
    },
  }
}
