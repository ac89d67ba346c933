import type { Db } from './db.ts'

type Cell = string | number | null

/**
 * Rows kept in memory that are asked for at every card. Whoever writes such a row, by whatever statement, throws it out;
 * what is read while a transaction runs is not kept, as it may be taken back. So what is at hand is what is on the disk.
 * @param keys columns by which it is found, each of them alone
 * @param most of rows; beyond it all are thrown out
 */
export function atHand<T, K extends string>(
  db: Db,
  table: string,
  keys: readonly K[],
  read: Readonly<Record<K, (value: Cell) => T | undefined>>,
  most = 50_000,
) {
  const maps = keys.map(() => new Map<Cell, T>())
  db.watch(table, keys, (...values) => {
    for (const [i, value] of values.entries()) maps[i]!.delete(value)
  })
  const by = (key: K) => {
    const map = maps[keys.indexOf(key)]!
    const fromDisk = read[key]
    return (value: Cell): T | undefined => {
      const had = map.get(value)
      if (had !== undefined) return had
      const row = fromDisk(value)
      // Whoever tries out numbers fills nothing.
      if (row === undefined || db.inTx()) return row
      if (map.size >= most) map.clear()
      map.set(value, row)
      return row
    }
  }
  return Object.fromEntries(keys.map(key => [key, by(key)])) as Record<K, (value: Cell) => T | undefined>
}
