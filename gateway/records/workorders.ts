import { ulid } from 'ulid'
import type { Text } from '../../drivers/point.ts'
import { move, type Role } from '../../rules/flow.ts'
import type { OrderClass, Severity } from '../../rules/rule.ts'
import { needsReason, type OrderAction, type OrderPhase, targets, workorder } from '../../rules/workorder.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export interface Workorder {
  readonly id: string
  readonly no: string
  readonly text: Text
  readonly class: OrderClass
  readonly phase: OrderPhase
  readonly alarm: string | null
  readonly severity: Severity | null
  readonly equipment: string | null
  readonly assignee: string | null
  readonly occurrences: number
  readonly openedAt: number
  readonly arriveBy: number
  readonly restoreBy: number
  readonly arrivedAt: number | null
  readonly fixedAt: number | null
  readonly fixedBy: string | null
  readonly closedAt: number | null
}

export interface Trouble {
  readonly alarm: string
  readonly text: Text
  readonly class: OrderClass
  readonly severity: Severity
  readonly equipment: string
}

export type Workorders = ReturnType<typeof workorders>

/** @param day the site's calendar day of a moment, `20261121`: orders are numbered by it */
export function workorders(db: Db, day: (at: number) => string) {
  const put = db.prepare(
    `INSERT INTO workorder (id, no, text, class, phase, alarm, severity, equipment, assignee, occurrences, opened_at,
       arrive_by, restore_by, arrived_at, fixed_at, fixed_by, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, assignee = excluded.assignee, occurrences = excluded.occurrences,
       arrived_at = excluded.arrived_at, fixed_at = excluded.fixed_at, fixed_by = excluded.fixed_by, closed_at = excluded.closed_at`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM workorder WHERE id = ?')
  const openOf = db.prepare("SELECT * FROM workorder WHERE alarm = ? AND phase NOT IN ('closed', 'cancelled')")
  const open = db.prepare(
    "SELECT * FROM workorder WHERE phase NOT IN ('closed', 'cancelled') AND id < ? ORDER BY id DESC LIMIT ?",
  )
  const all = db.prepare('SELECT * FROM workorder WHERE id < ? ORDER BY id DESC LIMIT ?')

  const store = (w: Workorder) =>
    put.run(
      w.id,
      w.no,
      JSON.stringify(w.text),
      w.class,
      w.phase,
      w.alarm,
      w.severity,
      w.equipment,
      w.assignee,
      w.occurrences,
      w.openedAt,
      w.arriveBy,
      w.restoreBy,
      w.arrivedAt,
      w.fixedAt,
      w.fixedBy,
      w.closedAt,
    )

  return {
    /** Inside a change: the order for this trouble. The same trouble never has a second open one; it counts and reopens. */
    openFor(note: Note, trouble: Trouble, now: number): Workorder {
      const had = workorderOf(openOf.get(trouble.alarm))
      if (had) {
        const reopened = had.phase === 'fixed'
        const next: Workorder = {
          ...had,
          occurrences: had.occurrences + 1,
          ...(reopened && { phase: 'accepted', fixedAt: null, fixedBy: null }),
        }
        store(next)
        note('workorder', next.id, reopened ? 'reopened' : 'recurred', { no: next.no, occurrences: next.occurrences })
        return next
      }
      const { last } = nextNo.get('workorder', day(now)) as { last: number }
      const { arriveMs, restoreMs } = targets[trouble.class]
      const order: Workorder = {
        ...trouble,
        id: ulid(now),
        no: `WO-${day(now)}-${String(last).padStart(3, '0')}`,
        phase: workorder.first,
        assignee: null,
        occurrences: 1,
        openedAt: now,
        arriveBy: now + arriveMs,
        restoreBy: now + restoreMs,
        arrivedAt: null,
        fixedAt: null,
        fixedBy: null,
        closedAt: null,
      }
      store(order)
      note('workorder', order.id, 'opened', { no: order.no, alarm: order.alarm, class: order.class })
      return order
    },

    /** Inside a change: one move of the flow by a person. Throws `somebody-was-faster`, `no-such-move`, `not-your-role`, `needs-reason`. */
    move(
      note: Note,
      id: string,
      action: OrderAction,
      actor: Actor & { readonly role: Role },
      ask: {
        readonly reason?: string | undefined
        readonly from?: OrderPhase | undefined
        readonly alarmActive: boolean
        readonly alarmRetired: boolean
      },
      now: number,
    ): Workorder {
      const had = workorderOf(get.get(id)) ?? fail('not-found', { what: id })
      if (ask.from && ask.from !== had.phase) fail('somebody-was-faster', { phase: had.phase })
      const next = move(workorder, had.phase, action, actor.role)
      if ('refused' in next) return fail(next.refused, { phase: had.phase, role: actor.role })
      if (needsReason(action, { ...ask, fixedBy: had.fixedBy }, actor.name) && !ask.reason) fail('needs-reason')
      const order: Workorder = {
        ...had,
        phase: next.to,
        ...(action === 'accept' && { assignee: actor.name }),
        ...(action === 'arrive' && { arrivedAt: had.arrivedAt ?? now }),
        ...(action === 'fix' && { fixedAt: now, fixedBy: actor.name }),
        ...(action === 'reopen' && { fixedAt: null, fixedBy: null }),
        ...((action === 'close' || action === 'cancel') && { closedAt: now }),
      }
      store(order)
      note('workorder', id, action, {
        no: order.no,
        from: had.phase,
        to: order.phase,
        ...(ask.reason && { reason: ask.reason }),
      })
      return order
    },

    get: (id: string): Workorder | undefined => workorderOf(get.get(id)),
    openOf: (alarm: string): Workorder | undefined => workorderOf(openOf.get(alarm)),
    /** Newest first, before the id `before`. */
    list: (which: 'open' | 'all', limit: number, before = '~'): Workorder[] =>
      (which === 'open' ? open : all).all(before, limit).map(row => workorderOf(row)!),
  }
}

function workorderOf(row: unknown): Workorder | undefined {
  if (!row) return undefined
  const r = row as Record<string, never>
  return {
    id: r.id!,
    no: r.no!,
    text: JSON.parse(r.text!) as Text,
    class: r.class!,
    phase: r.phase!,
    alarm: r.alarm!,
    severity: r.severity!,
    equipment: r.equipment!,
    assignee: r.assignee!,
    occurrences: r.occurrences!,
    openedAt: r.opened_at!,
    arriveBy: r.arrive_by!,
    restoreBy: r.restore_by!,
    arrivedAt: r.arrived_at!,
    fixedAt: r.fixed_at!,
    fixedBy: r.fixed_by!,
    closedAt: r.closed_at!,
  }
}
