import { ulid } from 'ulid'
import type { Tag, TagAction } from '../../rules/tag.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type NewTag = Pick<Tag, 'equipment' | 'reason' | 'order' | 'permit' | 'verified'>
export type Tags = ReturnType<typeof tags>

/** Tags that hang on equipment, and those that hung. @param day the site's calendar day of a moment, `20261121` */
export function tags(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const add = db.prepare(
    'INSERT INTO tag (id, no, equipment, owner, at, removed_at, more) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const put = db.prepare('UPDATE tag SET owner = ?, removed_at = ?, more = ? WHERE id = ?')
  const get = db.prepare('SELECT more FROM tag WHERE id = ?')
  const open = db.prepare('SELECT more FROM tag WHERE removed_at IS NULL ORDER BY at, id')
  const on = db.prepare('SELECT more FROM tag WHERE removed_at IS NULL AND equipment = ? ORDER BY at, id')
  const newest = db.prepare('SELECT more FROM tag ORDER BY id DESC LIMIT ?')
  const tagOf = (row: unknown): Tag => JSON.parse((row as { more: string }).more) as Tag
  const one = (id: string): Tag => {
    const row = get.get(id)
    return row ? tagOf(row) : fail('not-found', { what: id })
  }
  const onEquipment = (equipment: string): Tag[] => on.all(equipment).map(tagOf)
  return {
    one,
    open: (): Tag[] => open.all().map(tagOf),
    newest: (limit: number): Tag[] => newest.all(limit).map(tagOf),
    on: onEquipment,
    /** Hangs one. @throws tag-own-twice: this person's hangs there already */
    hang(note: Note, asked: NewTag, by: string, now: number): Tag {
      if (onEquipment(asked.equipment).some(t => t.owner.toLowerCase() === by.toLowerCase())) fail('tag-own-twice')
      const { last } = nextNo.get('tag', day(now)) as { last: number }
      const tag: Tag = {
        id: ulid(now),
        no: `T-${day(now)}-${String(last).padStart(3, '0')}`,
        ...asked,
        owner: by,
        hungBy: by,
        at: now,
        test: null,
        offer: null,
        removal: null,
        removedAt: null,
        removedBy: null,
        removedWith: null,
      }
      add.run(tag.id, tag.no, tag.equipment, tag.owner, now, null, JSON.stringify(tag))
      const { no, equipment, reason, order, permit, verified } = tag
      note('tag', tag.id, 'hung', { no, equipment, reason, order, permit, verified })
      return tag
    },
    put(note: Note, tag: Tag, action: TagAction | 'test-over', data: Record<string, unknown>): Tag {
      put.run(tag.owner, tag.removedAt, JSON.stringify(tag), tag.id)
      note('tag', tag.id, action, { no: tag.no, equipment: tag.equipment, ...data })
      return tag
    },
  }
}
