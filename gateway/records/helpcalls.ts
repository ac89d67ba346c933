import { ulid } from 'ulid'
import type { PointId, Text } from '../../drivers/point.ts'
import { helpPoint, isHelp } from '../../rules/help.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** Somebody who called for help. Who it was stands here alone, never on the trail, which forgets nothing. */
export interface HelpCall {
  readonly id: string
  readonly no: string
  /** The point whose alarm it is. */
  readonly point: PointId
  /** Null: nobody knows where it is; `room` is what was said. */
  readonly space: string | null
  readonly room: string
  readonly text: string
  readonly caller: { readonly name: string; readonly phone: string }
  readonly reference: string
  readonly by: string
  readonly at: number
  readonly endedAt: number | null
  readonly endedBy: string | null
  readonly result: string | null
}
export type NewHelpCall = Pick<HelpCall, 'space' | 'room' | 'text' | 'caller' | 'reference' | 'by'>
export type HelpCalls = ReturnType<typeof openHelpCalls>

/** @param day the site's calendar day of a moment: calls are numbered by it */
export function openHelpCalls(db: Db, day: (at: number) => string) {
  const insert = db.prepare(
    `INSERT INTO help_call (id, no, point, space, room, text, caller, reference, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM help_call WHERE id = ?')
  const open = db.prepare('SELECT * FROM help_call WHERE ended_at IS NULL ORDER BY id')
  const all = db.prepare('SELECT * FROM help_call WHERE id < ? ORDER BY id DESC LIMIT ?')
  const end = db.prepare('UPDATE help_call SET ended_at = ?, ended_by = ?, result = ? WHERE id = ?')
  const find = (id: string): HelpCall => callOf(get.get(id)) ?? fail('not-found', { what: id })
  const listOpen = (): HelpCall[] => open.all().map(row => callOf(row)!)
  return {
    /** Inside a change: a call, with the alarm point that is its own. */
    create(note: Note, asked: NewHelpCall, now: number): HelpCall {
      const { last } = nextNo.get('help', day(now)) as { last: number }
      const no = `HC-${day(now)}-${String(last).padStart(3, '0')}`
      const point = helpPoint(asked.space, new Set(listOpen().map(c => c.point)))
      const id = ulid(now)
      const { space, room, text, caller, reference, by } = asked
      insert.run(id, no, point, space, room, text, JSON.stringify(caller), reference, by, now)
      note('help', id, 'created', { no, point, room, reference })
      return find(id)
    },
    /** Inside a change: a person says what became of it. Throws `help-ended`. */
    end(note: Note, id: string, by: string, result: string, now: number): HelpCall {
      const had = find(id)
      if (had.endedAt !== null) fail('help-ended', { no: had.no })
      end.run(now, by, result, id)
      note('help', id, 'ended', { no: had.no, result })
      return find(id)
    },
    get: find,
    open: listOpen,
    /** Newest first, before the id `before`. */
    list: (limit: number, before = '~'): HelpCall[] => all.all(before, limit).map(row => callOf(row)!),
  }
}

/** What was said of where and why, for the alarm of a point; null: no call is open there. */
export const helpWords =
  ({ open }: Pick<HelpCalls, 'open'>) =>
  (point: PointId): Text | null => {
    if (!isHelp(point)) return null
    const call = open().find(c => c.point === point)
    const words = [call?.room, call?.text].filter(word => word).join(' ')
    return words === '' ? null : { 'zh-CN': words, en: words }
  }

function callOf(row: unknown): HelpCall | undefined {
  if (!row) return undefined
  const { ended_at: endedAt, ended_by: endedBy, caller, ...r } = row as Record<string, never>
  return { ...(r as object), caller: JSON.parse(caller!) as unknown, endedAt, endedBy } as unknown as HelpCall
}
