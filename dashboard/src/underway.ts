import type { QueryClient, QueryFilters, QueryKey } from '@tanstack/react-query'

/** An answer under way, and what was told of it since it was asked for. */
interface Read {
  readonly key: QueryKey
  readonly changes: ((old: unknown) => unknown)[]
}

/**
 * Answers and the live link come by different ways, and a busy machine lets them overtake each other: what is told while an
 * answer is under way may not be in it yet. It is laid over the answer when that comes. So no answer takes anything back,
 * and none has to be asked for again, however fast alarms come and however slowly answers.
 */
export function openUnderway(queries: QueryClient) {
  const reads = new Set<Read>()
  const isOf = (prefix: QueryKey, key: QueryKey): boolean =>
    prefix.length <= key.length && prefix.every((one, i) => one === key[i])
  return {
    /** How many are under way. */
    size: (): number => reads.size,
    /** Reads by `ask`, and lays over its answer what was told of this key meanwhile. @throws what `ask` throws */
    async read<T>(key: QueryKey, ask: () => Promise<T>): Promise<T> {
      const read: Read = { key, changes: [] }
      reads.add(read)
      try {
        const answer = await ask()
        return read.changes.reduce((now, change) => change(now), answer as unknown) as T
      } finally {
        reads.delete(read)
      }
    },
    /** Changes what is known under each key that begins so, and what will be by an answer under way. */
    change<T>(prefix: QueryKey, change: (old: T) => T): void {
      for (const { key, changes } of reads) if (isOf(prefix, key)) changes.push(change as (old: unknown) => unknown)
      queries.setQueriesData<T>({ queryKey: prefix }, old => (old === undefined ? undefined : change(old)))
    },
    /** Reads anew. What is being read for the first time is read once more afterwards: it may have been answered before now. */
    again(filters: QueryFilters = {}): void {
      const first = queries
        .getQueryCache()
        .findAll({ ...filters, fetchStatus: 'fetching', predicate: one => one.state.data === undefined })
      void queries.invalidateQueries(filters)
      for (const { promise, queryKey } of first)
        void promise?.then(
          () => queries.invalidateQueries({ queryKey, exact: true }),
          () => {},
        )
    },
  }
}
