import { ulid } from 'ulid'
import type { Text } from '../../drivers/point.ts'
import type { Role } from '../../rules/flow.ts'
import {
  classified,
  type MoveAsk,
  moved,
  type Order,
  type Photo,
  reopened,
  type Visit,
  verifiedByPlant,
  visited,
  withDeadlines,
} from '../../rules/order.ts'
import { dueRungs, type Policy, policies, type Rung } from '../../rules/orderclock.ts'
import type { OrderClass, Severity } from '../../rules/rule.ts'
import {
  type Again,
  again as builtInAgain,
  type Crew,
  isEnded,
  keyOf,
  moreUrgent,
  type Nature,
  type OrderAction,
  recurrence,
  workorder,
} from '../../rules/workorder.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'
import { orderOf, plainMore, putOrder } from './workorderrows.ts'

export type Workorder = Order

/** What an order is opened for. */
export interface Trouble {
  readonly alarm: string | null
  readonly text: Text
  readonly class: OrderClass
  readonly severity: Severity | null
  readonly equipment: string | null
  readonly space?: string | null
  /** Equipment and failure class make one order, whatever the alarm is called; without it each alarm is a trouble of its own. */
  readonly failure?: string | null
  readonly nature?: Nature | null
  readonly crew?: Crew | null
  readonly origin?: Order['origin']
  readonly dueAt?: number | null
  readonly appointmentAt?: number | null
  readonly plan?: string | null
  /** Of planned work: its check sheet, and without whose signatures it is not closed. */
  readonly items?: Order['items']
  /** What its plan knows to be dangerous. */
  readonly risks?: Order['risks']
  readonly signs?: Order['signs']
  /** Its own key instead of that of equipment and failure: of planned work. */
  readonly key?: string
  /** Made up for the demo. */
  readonly demo?: boolean
}

export type Workorders = ReturnType<typeof workorders>

const OPEN = "phase NOT IN ('closed', 'cancelled', 'merged')"
/** More than a repair needs, and few enough that nobody can fill the disk with one order. */
export const MOST_PHOTOS = 20

/** What the site says of its orders; asked each time, since the site may change. */
export interface OrderSettings {
  policyOf(urgency: OrderClass): Policy
  zone(): string
  /** How long an ended order still stands for its trouble; left out: as built in. */
  again?(): Again
}
const builtIn: OrderSettings = { policyOf: urgency => policies[urgency], zone: () => 'UTC' }

/** @param day the site's calendar day of a moment, `20261121`: orders are numbered by it */
export function workorders(db: Db, day: (at: number) => string, settings: OrderSettings = builtIn) {
  const put = putOrder(db)
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM workorder WHERE id = ?')
  const lastOf = db.prepare('SELECT * FROM workorder WHERE key = ? ORDER BY opened_at DESC, id DESC LIMIT 1')
  const openOfKey = db.prepare(`SELECT * FROM workorder WHERE key = ? AND ${OPEN}`)
  const openOf = db.prepare(
    `SELECT w.* FROM workorder w JOIN workorder_alarm a ON a.workorder = w.id WHERE a.alarm = ? AND ${OPEN} ORDER BY w.id DESC`,
  )
  const open = db.prepare(`SELECT * FROM workorder WHERE ${OPEN} AND id < ? ORDER BY id DESC LIMIT ?`)
  const count = db.prepare(`SELECT count(*) AS n FROM workorder WHERE ${OPEN}`)
  const all = db.prepare('SELECT * FROM workorder WHERE id < ? ORDER BY id DESC LIMIT ?')
  const visits = db.prepare('SELECT * FROM workorder WHERE visit_by IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?')
  const watched = db.prepare(`SELECT * FROM workorder WHERE ${OPEN} OR visit_by IS NOT NULL`)
  const alarmsOf = db.prepare('SELECT alarm FROM workorder_alarm WHERE workorder = ? ORDER BY alarm')
  const link = db.prepare('INSERT OR IGNORE INTO workorder_alarm (workorder, alarm) VALUES (?, ?)')
  const unlink = db.prepare('DELETE FROM workorder_alarm WHERE workorder = ? AND alarm = ?')
  const absorbed = db.prepare(
    "SELECT id FROM workorder WHERE phase = 'merged' AND json_extract(more, '$.mergedInto') = ?",
  )
  const reported = db.prepare('SELECT 1 FROM report WHERE workorder = ? LIMIT 1')
  const following = db.prepare('SELECT 1 FROM workorder_follow WHERE former = ?')
  const follow = db.prepare('INSERT OR IGNORE INTO workorder_follow (former, workorder) VALUES (?, ?)')

  const find = (id: string): Workorder => orderOf(get.get(id)) ?? fail('not-found', { what: id })
  const store = (order: Workorder, now: number): Workorder => {
    const stored = withDeadlines(order, settings.policyOf(order.class), now, settings.zone())
    put(stored)
    return stored
  }
  /** Whether a person reported it, here or in an order that it took in. */
  const isReported = (id: string): boolean =>
    [id, ...absorbed.all(id).map(row => (row as { id: string }).id)].some(one => reported.get(one) !== undefined)
  const linked = (id: string): string[] => alarmsOf.all(id).map(row => (row as { alarm: string }).alarm)

  /** The last order for this trouble; if it was merged, the one that took it in, as long as that is open. */
  function former(key: string | null): Workorder | undefined {
    // An older one may have been opened again after the newest had ended.
    let found = key === null ? undefined : (orderOf(openOfKey.get(key)) ?? orderOf(lastOf.get(key)))
    for (let hops = 0; found?.mergedInto && hops < 10; hops++) {
      const into = orderOf(get.get(found.mergedInto))
      if (!into || into.phase === 'cancelled') return found
      // Closed: what comes again is measured by that repair, and counts in what is open for it by now.
      found = into.phase === 'closed' && into.key !== null ? (orderOf(openOfKey.get(into.key)) ?? into) : into
    }
    return found
  }

  return {
    openCount: (): number => (count.get() as { n: number }).n,
    /**
     * Inside a change: the order for this trouble. The same trouble never has a second open one: it is counted there, and
     * one that was said to be fixed goes back to work.
     */
    openFor(note: Note, trouble: Trouble, now: number): Workorder {
      const { alarm, equipment, space = null, failure = null } = trouble
      const key = trouble.key ?? keyOf({ alarm, equipment, space, failure, class: trouble.class })
      const had = former(key)
      const what = recurrence(had, now, settings.again?.() ?? builtInAgain)
      if (had && (what === 'count' || what === 'reopen')) {
        const urgency = moreUrgent(had.class, trouble.class)
        const counted: Workorder = {
          ...(what === 'reopen' ? reopened(had, now) : had),
          occurrences: had.occurrences + 1,
        }
        const next = store(
          urgency === had.class ? counted : classified(counted, urgency, settings.policyOf(urgency), now),
          now,
        )
        if (alarm !== null) link.run(next.id, alarm)
        note('workorder', next.id, what === 'reopen' ? 'reopened' : 'recurred', {
          no: next.no,
          occurrences: next.occurrences,
          ...(alarm !== had.alarm && alarm !== null && { alarm }),
          ...(urgency !== had.class && { class: urgency }),
        })
        return next
      }
      const { last } = nextNo.get('workorder', day(now)) as { last: number }
      const order = store(
        {
          ...plainMore,
          id: ulid(now),
          no: `WO-${day(now)}-${String(last).padStart(3, '0')}`,
          text: trouble.text,
          class: trouble.class,
          phase: workorder.first,
          alarm,
          severity: trouble.severity,
          equipment,
          space,
          assignee: null,
          occurrences: 1,
          openedAt: now,
          arriveBy: now + settings.policyOf(trouble.class).arriveMs,
          restoreBy: now + settings.policyOf(trouble.class).restoreMs,
          arrivedAt: null,
          fixedAt: null,
          fixedBy: null,
          closedAt: null,
          key,
          visitBy: null,
          origin: trouble.origin ?? 'alarm',
          nature: trouble.nature ?? null,
          crew: trouble.crew ?? null,
          dueAt: trouble.dueAt ?? null,
          appointmentAt: trouble.appointmentAt ?? null,
          plan: trouble.plan ?? null,
          items: trouble.items ?? [],
          risks: trouble.risks ?? [],
          signs: trouble.signs ?? [],
          follows: what === 'follow' ? had!.id : null,
          demo: trouble.demo ?? false,
        },
        now,
      )
      if (alarm !== null) link.run(order.id, alarm)
      if (order.follows !== null) follow.run(order.follows, order.id)
      note('workorder', order.id, 'opened', {
        no: order.no,
        alarm: order.alarm,
        class: order.class,
        ...(order.origin !== 'alarm' && { origin: order.origin }),
        ...(order.follows !== null && { follows: order.follows }),
      })
      return order
    },

    /**
     * Inside a change: one move of the flow by a person. Throws `somebody-was-faster`, `no-such-move`, `not-your-role`,
     * `needs-reason` and the further refusals of rules/order.ts.
     */
    move(
      note: Note,
      id: string,
      action: OrderAction,
      actor: Actor & { readonly role: Role },
      ask: MoveAsk & { readonly into?: string | undefined },
      now: number,
    ): Workorder {
      const had = find(id)
      const done = moved(had, action, actor, { ...ask, reported: isReported(id) }, settings.policyOf, now)
      if ('refused' in done)
        return fail(done.refused, { phase: had.phase, role: actor.role, field: done.field ?? '', no: had.no })
      const taken = (action === 'reopen' || action === 'unmerge') && had.key !== null && orderOf(openOfKey.get(had.key))
      if (taken && taken.id !== id) return fail('order-open-already', { no: taken.no })
      let order = done.order
      if (action === 'merge') order = { ...order, mergedInto: absorb(note, had, ask.into, now).id }
      if (action === 'unmerge' && had.mergedInto !== null) release(note, had, now)
      order = store(order, now)
      note('workorder', id, action, {
        no: order.no,
        from: had.phase,
        to: order.phase,
        ...(ask.reason && { reason: ask.reason }),
        ...(action === 'pause' && { wait: ask.wait, until: ask.until, ...(ask.part && { part: ask.part }) }),
        ...(['arrive', 'prove', 'leave'].includes(action) && { proof: ask.proof ?? null }),
        ...(action === 'assign' && { assignee: order.assignee, crew: order.crew }),
        ...(action === 'appoint' && { at: order.appointmentAt }),
        ...(action === 'classify' && { class: order.class, was: had.class }),
        ...(action === 'merge' && { into: order.mergedInto }),
      })
      return order
    },

    /** Inside a change: planned work has to be done by then, if that is sooner. */
    sooner(note: Note, id: string, dueAt: number, now: number): Workorder {
      const had = find(id)
      if (had.dueAt !== null && had.dueAt <= dueAt) return had
      const order = store({ ...had, dueAt }, now)
      note('workorder', id, 'sooner', { no: order.no, dueAt })
      return order
    },
    /** Inside a change: the next occurrence of planned work came, and this order was not done yet. */
    again(note: Note, id: string, now: number): Workorder {
      const had = find(id)
      const order = store({ ...had, occurrences: had.occurrences + 1 }, now)
      note('workorder', id, 'missed', { no: order.no, occurrences: order.occurrences })
      return order
    },
    /**
     * Inside a change: what is written on an order that is no move of it (orderwork.ts): the next order, and what the trail
     * says beside its number. Throws `order-ended` unless `ended` may be written on as well.
     */
    write(
      note: Note,
      id: string,
      action: string,
      next: (had: Workorder) => { readonly order: Workorder; readonly data: Record<string, unknown> },
      now: number,
      ended = false,
    ): Workorder {
      const had = find(id)
      if (isEnded(had.phase) && !ended) fail('order-ended', { no: had.no })
      const { order, data } = next(had)
      const stored = store(order, now)
      note('workorder', id, action, { no: stored.no, ...data })
      return stored
    },
    /** Inside a change: a deeper visit does what this order of planned work was for; nobody has begun it. */
    coveredBy(note: Note, id: string, into: Workorder, now: number): Workorder | null {
      const had = find(id)
      if (had.phase !== 'new' && had.phase !== 'accepted') return null
      const order = store({ ...had, phase: 'merged', mergedInto: into.id, mergedAt: had.phase }, now)
      note('workorder', id, 'merge', { no: order.no, from: had.phase, to: order.phase, into: into.id })
      return order
    },
    /** Inside a change: a photo whose file is on the disk already. The same photo again changes nothing. */
    addPhoto(note: Note, id: string, photo: Photo, now: number): Workorder {
      const had = find(id)
      if (had.photos.some(p => p.hash === photo.hash)) return had
      if (isEnded(had.phase) && had.phase !== 'closed') fail('order-ended', { no: had.no })
      if (had.photos.length >= MOST_PHOTOS) fail('too-many', { most: MOST_PHOTOS })
      const order = store({ ...had, photos: [...had.photos, photo] }, now)
      note('workorder', id, 'photo', { no: order.no, hash: photo.hash, bytes: photo.bytes, when: photo.when })
      return order
    },
    /** Inside a change: a return visit. "Not solved" reopens in the same breath. Throws `no-such-move`, `visit-own`, `visit-made`. */
    visit(note: Note, id: string, visit: Visit, now: number): Workorder {
      const had = find(id)
      const done = visited(had, visit)
      if ('refused' in done) return fail(done.refused, { no: had.no })
      const taken = done.order.phase !== 'closed' && had.key !== null && orderOf(openOfKey.get(had.key))
      if (taken) return fail('order-open-already', { no: taken.no })
      const order = store(done.order, now)
      note('workorder', id, 'visit', { no: order.no, outcome: visit.outcome, solved: visit.solved, to: order.phase })
      return order
    },
    /**
     * Inside a change: the requester says that it works, or that it does not. Throws `no-such-move`, and `alarm-still-there`:
     * what the plant says to be broken is not verified by one word from outside.
     */
    requesterSays(note: Note, id: string, solved: boolean, alarmActive: boolean, now: number): Workorder {
      const had = find(id)
      if (solved && alarmActive && had.phase === 'fixed') return fail('alarm-still-there', { no: had.no })
      if (had.phase !== 'fixed' && !(had.phase === 'verified' && !solved)) return fail('no-such-move', { no: had.no })
      const order = store(
        solved ? { ...had, phase: 'verified', verifiedAt: now, verifiedBy: 'requester' } : reopened(had, now),
        now,
      )
      note('workorder', id, solved ? 'verify' : 'reopen', { no: order.no, from: had.phase, to: order.phase })
      return order
    },
    /** Inside a change: this was told to these roles. */
    told(note: Note, id: string, rungs: readonly Rung[], now: number): Workorder {
      const had = find(id)
      const order = store({ ...had, rungs: [...had.rungs, ...rungs] }, now)
      for (const { clock, pct, tell, dueAt, lateMs } of rungs)
        note('workorder', id, 'escalated', { no: order.no, class: order.class, clock, pct, tell, dueAt, lateMs })
      return order
    },
    /** Inside a change: the plant has been well for long enough. */
    verifyByPlant(note: Note, id: string, wellSince: number | null, now: number): Workorder | null {
      const had = find(id)
      const order = verifiedByPlant(had, wellSince, now)
      if (!order) return null
      note('workorder', id, 'verify', { no: order.no, from: had.phase, to: order.phase, by: 'plant' })
      return store(order, now)
    },

    /** What is due to be told now: orders with their rungs. */
    due: (now: number): { readonly order: Workorder; readonly rungs: readonly Rung[] }[] =>
      watched
        .all()
        .map(row => orderOf(row)!)
        // Nobody is told of what never was.
        .filter(order => !order.demo)
        .map(order => ({ order, rungs: dueRungs(order, settings.policyOf(order.class), now, settings.zone()) }))
        .filter(({ rungs }) => rungs.length > 0),
    policyOf: (order: Pick<Workorder, 'class'>): Policy => settings.policyOf(order.class),
    get: (id: string): Workorder | undefined => orderOf(get.get(id)),
    openOf: (alarm: string): Workorder | undefined => orderOf(openOf.get(alarm)),
    openOfKey: (key: string): Workorder | undefined => orderOf(openOfKey.get(key)),
    /** All alarms that belong to it. */
    alarmsOf: linked,
    /** The orders that were merged into it. */
    absorbed: (id: string): string[] => absorbed.all(id).map(row => (row as { id: string }).id),
    /** Whether another order for the same trouble came soon after it was closed. */
    wasFollowed: (id: string): boolean => following.get(id) !== undefined,
    /** Newest first, before the id `before`. */
    list: (which: 'open' | 'all' | 'visits', limit: number, before = '~'): Workorder[] =>
      (which === 'open' ? open : which === 'all' ? all : visits).all(before, limit).map(row => orderOf(row)!),
  }

  /** The order that another one is merged into counts it, and its alarms. */
  function absorb(note: Note, had: Workorder, into: string | undefined, now: number): Workorder {
    if (!into) return fail('order-field', { field: 'into' })
    const target = find(into)
    if (target.id === had.id || isEnded(target.phase)) return fail('order-ended', { no: target.no })
    if (target.class === 'life') return fail('order-life', { no: target.no })
    for (const alarm of linked(had.id)) link.run(target.id, alarm)
    const urgency = moreUrgent(target.class, had.class)
    const counted = { ...target, occurrences: target.occurrences + had.occurrences }
    const next = urgency === target.class ? counted : classified(counted, urgency, settings.policyOf(urgency), now)
    note('workorder', target.id, 'took-in', { no: target.no, from: had.no, occurrences: next.occurrences })
    return store(next, now)
  }
  /** Takes back what `absorb` did, but for the class: whatever made it more urgent may still hold. */
  function release(note: Note, had: Workorder, now: number) {
    const target = find(had.mergedInto!)
    for (const alarm of linked(had.id)) if (alarm !== target.alarm) unlink.run(target.id, alarm)
    const occurrences = Math.max(1, target.occurrences - had.occurrences)
    store({ ...target, occurrences }, now)
    note('workorder', target.id, 'let-go', { no: target.no, from: had.no, occurrences })
  }
}
