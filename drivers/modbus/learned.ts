import { z } from 'zod'
import { type Table, tables } from './codec.ts'
import type { Range } from './plan.ts'

/** What a device was seen to refuse, so that it is not asked for again. The gateway keeps it over restarts. */

export const learnedShape = z.object({
  unit: z.int().min(0).max(255),
  table: z.enum(tables),
  from: z.int().min(0).max(0x10000),
  to: z.int().min(0).max(0x10000),
  /**
   * across: its neighbours are read, but not in one request over it. alone: the value there is refused by itself.
   * length: no request is longer than `to - from`.
   */
  kind: z.enum(['across', 'alone', 'length']),
})
export type Learned = z.infer<typeof learnedShape>

export interface Lessons {
  add(facts: readonly Learned[]): void
  /** A value refused by itself was answered after all. */
  drop(unit: number, table: Table, from: number, to: number): void
  all(): readonly Learned[]
  ranges(unit: number): readonly Range[]
  most(unit: number, table: 'bits' | 'registers'): number | undefined
  /** Counts the changes. */
  readonly version: number
}

/** A device that refuses at random must not fill the disk. */
const MOST_FACTS = 500

/** @param known what was learned before, as it was given to `keep`; what does not fit the shape is ignored */
export function lessons(known: unknown, keep: (facts: readonly Learned[]) => void): Lessons {
  const facts = new Map<string, Learned>()
  const keyOf = (f: Learned) =>
    f.kind === 'length' ? `${f.unit}/${f.table}` : `${f.unit}/${f.table}/${f.from}-${f.to}`
  for (const item of Array.isArray(known) ? known : []) {
    const fact = learnedShape.safeParse(item)
    if (fact.success && fact.data.to >= fact.data.from) facts.set(keyOf(fact.data), fact.data)
  }
  let version = 0
  const changed = () => {
    version++
    keep([...facts.values()])
  }
  return {
    add(news) {
      const before = facts.size
      let narrower = false
      for (const fact of news) {
        const key = keyOf(fact)
        const had = facts.get(key)
        if (had && had.kind === fact.kind && had.to - had.from <= fact.to - fact.from) continue
        if (!had && facts.size >= MOST_FACTS) continue
        narrower ||= had !== undefined
        facts.set(key, fact)
      }
      if (narrower || facts.size > before) changed()
    },
    drop(unit, table, from, to) {
      const key = `${unit}/${table}/${from}-${to}`
      if (facts.get(key)?.kind !== 'alone') return
      facts.delete(key)
      changed()
    },
    all: () => [...facts.values()],
    ranges: unit => [...facts.values()].filter(f => f.unit === unit && f.kind !== 'length'),
    most(unit, kind) {
      const lengths = [...facts.values()]
        .filter(f => f.unit === unit && f.kind === 'length')
        .filter(f => (f.table === 'coil' || f.table === 'discrete') === (kind === 'bits'))
        .map(f => f.to - f.from)
      return lengths.length > 0 ? Math.min(...lengths) : undefined
    },
    get version() {
      return version
    },
  }
}
