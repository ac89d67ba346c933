import type { Db } from '../records/db.ts'
import { read, type Series } from './block.ts'
import { joined, lastPart, partsOf, rowId } from './schema.ts'

/**
 * The blocks of days in the file. `fresh`: up to which of the blocks of minutes it has.
 * @param grew by how many bytes they have
 */
export function blocksOf(db: Pick<Db, 'prepare'>, grew: (bytes: number) => void = () => {}) {
  const bodies = db.prepare('SELECT body FROM block WHERE id BETWEEN ? AND ? ORDER BY id')
  const freshOf = db.prepare('SELECT fresh FROM block WHERE id = ?')
  const remove = db.prepare('DELETE FROM block WHERE id BETWEEN ? AND ? RETURNING length(body) AS bytes')
  const add = db.prepare('INSERT INTO block VALUES (?, ?, ?, ?)')
  return {
    get(day: number, demo: boolean, point: number): Series | null {
      const id = rowId(day, demo, point)
      const parts = bodies.all(id, lastPart(id)) as { body: Uint8Array }[]
      return parts.length > 0 ? read(joined(parts)) : null
    },
    /** 0: there is none. */
    fresh: (day: number, point: number): number =>
      (freshOf.get(rowId(day, false, point))?.fresh as number | undefined) ?? 0,
    put(day: number, demo: boolean, point: number, n: number, fresh: number, block: Uint8Array): void {
      const id = rowId(day, demo, point)
      for (const { bytes } of remove.all(id, lastPart(id))) grew(-(bytes as number))
      grew(block.length)
      // Only the first part says how many samples the block has.
      for (const [i, part] of partsOf(block).entries()) add.run(id + i, i === 0 ? n : 0, fresh, part)
    },
  }
}
