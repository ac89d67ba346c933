import { ulid } from 'ulid'
import type { Switching } from '../../rules/switching.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type NewSwitching = Pick<Switching, 'task' | 'equipment' | 'operator' | 'guardian'> & {
  readonly steps: readonly string[]
}
export type Switchings = ReturnType<typeof switchings>

/** The switching log. @param day the site's calendar day of a moment, `20261121` */
export function switchings(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const add = db.prepare('INSERT INTO switching (id, no, phase, more) VALUES (?, ?, ?, ?)')
  const put = db.prepare('UPDATE switching SET phase = ?, more = ? WHERE id = ?')
  const get = db.prepare('SELECT more FROM switching WHERE id = ?')
  const newest = db.prepare('SELECT more FROM switching ORDER BY id DESC LIMIT ?')
  const of = (row: unknown): Switching => JSON.parse((row as { more: string }).more) as Switching
  return {
    one(id: string): Switching {
      const row = get.get(id)
      return row ? of(row) : fail('not-found', { what: id })
    },
    newest: (limit: number): Switching[] => newest.all(limit).map(of),
    add(note: Note, asked: NewSwitching, by: string, now: number): Switching {
      const { last } = nextNo.get('switching', day(now)) as { last: number }
      const made: Switching = {
        ...asked,
        id: ulid(now),
        no: `S-${day(now)}-${String(last).padStart(3, '0')}`,
        steps: asked.steps.map(text => ({ text, readAt: null, doneAt: null })),
        phase: 'open',
        madeBy: by,
        at: now,
        endedAt: null,
        reason: '',
      }
      add.run(made.id, made.no, made.phase, JSON.stringify(made))
      const { no, task, equipment, operator, guardian } = made
      note('switching', made.id, 'opened', { no, task, equipment, operator, guardian, steps: asked.steps })
      return made
    },
    put(note: Note, s: Switching, action: string, data: Record<string, unknown>): Switching {
      put.run(s.phase, JSON.stringify(s), s.id)
      note('switching', s.id, action, { no: s.no, ...data })
      return s
    },
  }
}
