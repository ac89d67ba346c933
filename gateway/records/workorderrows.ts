import type { Text } from '../../drivers/point.ts'
import type { Order } from '../../rules/order.ts'
import { isEnded } from '../../rules/workorder.ts'
import type { Db } from './db.ts'

/**
 * The table of orders. What is asked for by SQL has a column; everything else that was added to an order over time stands
 * in `more`, as JSON, so that orders of earlier versions go on as they are.
 */
const columns = [
  'id',
  'no',
  'text',
  'class',
  'phase',
  'alarm',
  'severity',
  'equipment',
  'assignee',
  'occurrences',
  'opened_at',
  'arrive_by',
  'restore_by',
  'arrived_at',
  'fixed_at',
  'fixed_by',
  'closed_at',
  'key',
  'visit_by',
  'more',
] as const

type More = Pick<
  Order,
  | 'space'
  | 'acceptedAt'
  | 'verifiedAt'
  | 'verifiedBy'
  | 'origin'
  | 'nature'
  | 'crew'
  | 'reopened'
  | 'reopenedAt'
  | 'follows'
  | 'mergedInto'
  | 'mergedAt'
  | 'appointmentAt'
  | 'dueAt'
  | 'pauses'
  | 'rungs'
  | 'materials'
  | 'labour'
  | 'arrivals'
  | 'items'
  | 'checks'
  | 'signs'
  | 'signatures'
  | 'photos'
  | 'visits'
  | 'downtimes'
  | 'risks'
  | 'plan'
  | 'demo'
>

/** What an order is that says nothing else: as those of the first version, which came from alarms only. */
export const plainMore: More = {
  space: null,
  acceptedAt: null,
  verifiedAt: null,
  verifiedBy: null,
  origin: 'alarm',
  nature: null,
  crew: null,
  reopened: 0,
  reopenedAt: null,
  follows: null,
  mergedInto: null,
  mergedAt: null,
  appointmentAt: null,
  dueAt: null,
  pauses: [],
  rungs: [],
  materials: [],
  labour: [],
  arrivals: [],
  items: [],
  checks: [],
  signs: [],
  signatures: [],
  photos: [],
  visits: [],
  downtimes: [],
  risks: [],
  plan: null,
  demo: false,
}
/** Of an arrival of an earlier version nobody has said when it ended. */
const stays = { leftAt: null, leftProof: null }
const plainMaterial = { part: null, priceCents: null, payer: null, returned: 0 }
const moreKeys = Object.keys(plainMore) as (keyof More)[]

export function putOrder(db: Db): (order: Order) => void {
  const changing = columns.filter(c => !['id', 'no', 'opened_at'].includes(c))
  const put = db.prepare(
    `INSERT INTO workorder (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${changing.map(c => `${c} = excluded.${c}`).join(', ')}`,
  )
  // What it held in the store may be taken by others: one that is opened again holds nothing of before.
  const letGo = db.prepare('DELETE FROM part_reserved WHERE workorder = ?')
  return w => {
    if (isEnded(w.phase)) letGo.run(w.id)
    const more = Object.fromEntries(moreKeys.map(key => [key, w[key]]))
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
      w.key,
      w.visitBy,
      JSON.stringify(more),
    )
  }
}

export function orderOf(row: unknown): Order | undefined {
  if (!row) return undefined
  const r = row as Record<string, never>
  const more = JSON.parse(r.more!) as Partial<More>
  return {
    ...plainMore,
    // An order of the first version does not say when it was accepted: at the latest when somebody was there.
    acceptedAt: r.arrived_at ?? (r.assignee === null ? null : r.opened_at!),
    ...more,
    // Lines of an earlier version know no price, and were never given back.
    arrivals: (more.arrivals ?? []).map(a => Object.assign({}, stays, a)),
    materials: (more.materials ?? []).map((m, i) => Object.assign({ id: `m${i}` }, plainMaterial, m)),
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
    key: r.key!,
    visitBy: r.visit_by!,
  }
}
