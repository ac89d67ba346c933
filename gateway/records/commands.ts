import type { PointId, Text, Value } from '../../drivers/point.ts'
import type { Command, CommandPhase, CommandReason } from '../../rules/command.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type Commands = ReturnType<typeof commands>
export type CommandAction = 'requested' | 'approved' | 'sent' | 'confirmed' | 'not-confirmed' | 'refused'

/** Every command that was ever asked for, and what became of it. */
export function commands(db: Db) {
  const put = db.prepare(
    `INSERT INTO command (id, point, value, was, reason, phase, why, text, requested_by, requested_at, second_by, second_at,
       sent_at, ended_at, read) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, why = excluded.why, text = excluded.text,
       second_by = excluded.second_by, second_at = excluded.second_at, sent_at = excluded.sent_at,
       ended_at = excluded.ended_at, read = excluded.read`,
  )
  const get = db.prepare('SELECT * FROM command WHERE id = ?')
  const open = db.prepare("SELECT * FROM command WHERE phase IN ('awaiting', 'sent')")
  // A point has no '0' behind its slash: '/' and '0' are neighbours, so this is every point of one equipment.
  const list = db.prepare('SELECT * FROM command WHERE point >= ? AND point < ? AND id < ? ORDER BY id DESC LIMIT ?')
  const all = db.prepare('SELECT * FROM command WHERE id < ? ORDER BY id DESC LIMIT ?')
  const between = db.prepare(
    'SELECT * FROM command WHERE point >= ? AND point < ? AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
  )
  const lastSent = db.prepare('SELECT max(sent_at) AS at FROM command WHERE point = ?')
  return {
    /** Inside a change: stores the command as it is now, with a line on the trail for each thing that happened to it. */
    put(note: Note, c: Command, actions: readonly CommandAction[]) {
      put.run(
        c.id,
        c.point,
        JSON.stringify(c.value),
        JSON.stringify(c.was),
        c.reason,
        c.phase,
        c.why,
        c.text && JSON.stringify(c.text),
        c.requestedBy,
        c.requestedAt,
        c.secondBy,
        c.secondAt,
        c.sentAt,
        c.endedAt,
        JSON.stringify(c.read),
      )
      for (const action of actions)
        note('command', c.id, action, {
          point: c.point,
          value: c.value,
          ...(action === 'requested' && { was: c.was, reason: c.reason }),
          ...((action === 'confirmed' || action === 'not-confirmed') && { read: c.read }),
          ...((action === 'refused' || action === 'not-confirmed') && { why: c.why, ...(c.text && { text: c.text }) }),
        })
    },
    get: (id: string): Command | undefined => commandOf(get.get(id)),
    /** Those that wait for a second person or are under way. */
    open: (): Command[] => open.all().map(row => commandOf(row)!),
    /** Newest first, before the id `before`; of one equipment, or of all. */
    list: (equipment: string | undefined, limit: number, before = '~'): Command[] =>
      (equipment === undefined
        ? all.all(before, limit)
        : list.all(`${equipment}/`, `${equipment}0`, before, limit)
      ).map(row => commandOf(row)!),
    /** Of one equipment, asked for from one id to another, newest first. */
    between: (equipment: string, from: string, to: string, limit: number): Command[] =>
      between.all(`${equipment}/`, `${equipment}0`, from, to, limit).map(row => commandOf(row)!),
    /** UTC ms. */
    lastSentAt: (point: PointId): number | null => (lastSent.get(point) as { at: number | null }).at,
  }
}

/** What a command went through in one step, in the words of the trail. */
export function actionsOf(before: Command | null, after: Command): CommandAction[] {
  const actions: CommandAction[] = before === null ? ['requested'] : []
  if (after.phase === 'sent') {
    if (before?.phase === 'awaiting') actions.push('approved')
    actions.push('sent')
  } else if (after.phase !== 'awaiting') actions.push(after.phase)
  return actions
}

function commandOf(row: unknown): Command | undefined {
  if (!row) return undefined
  const r = row as Record<string, never>
  return {
    id: r.id!,
    point: r.point! as PointId,
    value: JSON.parse(r.value!) as Value,
    was: JSON.parse(r.was!) as Value | null,
    reason: r.reason!,
    phase: r.phase! as CommandPhase,
    why: r.why! as CommandReason | null,
    text: r.text === null ? null : (JSON.parse(r.text!) as Text),
    requestedBy: r.requested_by!,
    requestedAt: r.requested_at!,
    secondBy: r.second_by!,
    secondAt: r.second_at!,
    sentAt: r.sent_at!,
    endedAt: r.ended_at!,
    read: JSON.parse(r.read!) as Value | null,
  }
}
