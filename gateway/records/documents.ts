import { ulid } from 'ulid'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** A file of a piece of equipment. `file`: `<sha256>.<ending>` in the folder of documents. */
export interface EquipmentDocument {
  readonly id: string
  readonly equipment: string
  readonly kind: string
  readonly title: string
  readonly file: string
  readonly bytes: number
  /** UTC ms. */
  readonly at: number
  readonly by: string
}
export type Documents = ReturnType<typeof documents>

/** Manuals, drawings and acceptance sheets. One that was removed stays in the records, without its file. */
export function documents(db: Db) {
  const insert = db.prepare(
    'INSERT INTO equipment_document (id, equipment, kind, title, name, file, bytes, at, by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const columns = 'id, equipment, kind, title, file, bytes, at, by'
  const list = db.prepare(
    `SELECT ${columns} FROM equipment_document WHERE equipment = ? AND removed_at IS NULL ORDER BY id DESC`,
  )
  const get = db.prepare(`SELECT ${columns} FROM equipment_document WHERE id = ? AND removed_at IS NULL`)
  const gone = db.prepare('UPDATE equipment_document SET removed_at = ?, removed_by = ? WHERE id = ?')
  const named = db.prepare('SELECT 1 FROM equipment_document WHERE file = ? AND removed_at IS NULL LIMIT 1')
  const of = (row: unknown): EquipmentDocument => ({ ...(row as EquipmentDocument) })
  return {
    /** Newest first. */
    list: (equipment: string): EquipmentDocument[] => list.all(equipment).map(of),
    /** Throws `not-found`. */
    one(equipment: string, id: string): EquipmentDocument {
      const row = get.get(id)
      const found = row && of(row)
      return found?.equipment === equipment ? found : fail('not-found', { what: id })
    },
    /** Whether a record names this file still. */
    named: (file: string): boolean => named.get(file) !== undefined,
    add(note: Note, asked: Omit<EquipmentDocument, 'id'>): EquipmentDocument {
      const made = { ...asked, id: ulid(asked.at) }
      const { id, equipment, kind, title, file, bytes, at, by } = made
      insert.run(id, equipment, kind, title, title, file, bytes, at, by)
      note('document', id, 'added', { equipment, kind, title, file, bytes })
      return made
    },
    remove(note: Note, { id, equipment, title, file }: EquipmentDocument, by: string, now: number): void {
      gone.run(now, by, id)
      note('document', id, 'removed', { equipment, title, file })
    },
  }
}
