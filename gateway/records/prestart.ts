import { randomBytes } from 'node:crypto'
import type { PreStartKind } from '../../rules/runrecord/prestart.ts'
import type { Cells } from '../../rules/runrecord/words.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** One list that was gone through, one override, or one start without either. */
export interface PreStartEntry {
  readonly id: string
  readonly form: string
  readonly equipment: string
  readonly at: number
  readonly kind: PreStartKind
  /** By which items. */
  readonly spec: string
  readonly cells: Cells
  /** Who went through it or overrode it, by his session; empty: nobody, it started without. */
  readonly by: string
  readonly remark: string
  /** Why it was overridden, or why it was started without; empty: not said yet. */
  readonly reason: string
  readonly reasonBy: string
  /** Of a start: it happened at an unknown moment since then. */
  readonly unseenFrom: number | null
}
export type PreStarts = ReturnType<typeof preStarts>
export type NewEntry = Omit<PreStartEntry, 'id'>

const actions = {
  check: 'pre-start-checked',
  override: 'pre-start-overridden',
  unchecked: 'pre-start-unchecked',
} as const

/** Check lists before the start of plants, as they are stored. */
export function preStarts(db: Db) {
  const add = db.prepare('INSERT INTO pre_start VALUES (?, ?, ?, ?, ?, ?, ?)')
  const put = db.prepare('UPDATE pre_start SET data = ? WHERE id = ?')
  const one = db.prepare('SELECT * FROM pre_start WHERE id = ?')
  const last = db.prepare(
    "SELECT * FROM pre_start WHERE equipment = ? AND kind <> 'unchecked' ORDER BY at DESC, id DESC LIMIT 1",
  )
  const between = db.prepare(
    'SELECT * FROM pre_start WHERE form = ? AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT 200',
  )
  const get = (id: string): PreStartEntry => toEntry(one.get(id)) ?? fail('not-found', { what: id })
  return {
    one: get,
    /** The newest list or override of this equipment; null: there is none. */
    last: (equipment: string): PreStartEntry | null => toEntry(last.get(equipment)) ?? null,
    between: (form: string, from: number, to: number): PreStartEntry[] =>
      between.all(form, from, to).map(row => toEntry(row)!),
    /** Inside a change. */
    add(note: Note, entry: NewEntry): PreStartEntry {
      const { form, equipment, at, kind, spec, ...data } = entry
      const id = `${equipment}.${at}.${randomBytes(3).toString('hex')}`
      add.run(id, form, equipment, at, kind, spec, JSON.stringify(data))
      const values = Object.entries(entry.cells).map(([key, c]) => [key, c.value ?? c.reason] as const)
      note('run-record', id, actions[kind], {
        ...{ form, equipment },
        ...(values.length > 0 && { values: Object.fromEntries(values) }),
        ...(entry.remark && { remark: entry.remark }),
        ...(entry.reason && { reason: entry.reason }),
        ...(entry.unseenFrom !== null && { unseenFrom: new Date(entry.unseenFrom).toISOString() }),
      })
      return get(id)
    },
    /** Inside a change: why it was started without a list. */
    explain(note: Note, entry: PreStartEntry, reason: string, by: string): void {
      const { id, form: _, equipment: __, at: ___, kind: ____, spec: _____, ...data } = entry
      put.run(JSON.stringify({ ...data, reason, reasonBy: by }), id)
      note('run-record', id, 'pre-start-explained', { reason })
    },
  }
}

function toEntry(row: unknown): PreStartEntry | undefined {
  if (!row) return undefined
  const { data, ...r } = row as { readonly data: string }
  return { ...JSON.parse(data), ...r } as PreStartEntry
}
