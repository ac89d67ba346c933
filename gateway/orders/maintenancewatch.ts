import type { PointId, Sample } from '../../drivers/point.ts'
import type { Span } from '../../rules/calendar.ts'
import { dueOf, frequencies, levels, objectsOf } from '../../rules/maintenance.ts'
import type { Risk } from '../../rules/orderrisk.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { Maintenance } from '../records/maintenance.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { Workorder, Workorders } from '../records/workorders.ts'
import type { Site } from '../site/site.ts'
import { countRuns } from './maintenancecounter.ts'
import type { MaintenancePlan } from './schema.ts'

const LOOK_EVERY_MS = 30_000
/** So long after a start a plant that says nothing of itself is waited for; then it is taken to run. */
const UNKNOWN_MS = 10 * 60_000
const DAY_MS = 86_400_000

export interface MaintenanceWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly workorders: Workorders
  readonly maintenance: Maintenance
  /** What runs now; null: no site. */
  readonly running: () => {
    readonly site: Site
    readonly since: number
    readonly get: (point: PointId) => Sample | undefined
    /** The unit of a point, where it has one. */
    readonly unit?: (point: PointId) => string | undefined
  } | null
  readonly failed: (error: unknown) => void
}

/** Whether the plant runs: null when it cannot be said. */
export function runs(
  plan: Pick<MaintenancePlan, 'running'>,
  object: string,
  get: (point: PointId) => Sample | undefined,
): boolean | null {
  const { running } = plan
  if (!running) return true
  const point = (running.point.includes('/') ? running.point : `${object}/${running.point}`) as PointId
  const sample = get(point)
  if (!sample || sample.quality === 'bad') return null
  return sample.value === running.equals
}

/** The deepest first, so that what a year's work covers is not ordered for the month; then the rarest. */
const deepestFirst = (plans: readonly MaintenancePlan[]): readonly MaintenancePlan[] => {
  const depth = new Map(plans.map(p => [p, levels(p, plans).length]))
  const rank = (p: MaintenancePlan) => (p.every === undefined ? -1 : frequencies.indexOf(p.every))
  return plans.toSorted((a, b) => depth.get(b)! - depth.get(a)! || rank(a) - rank(b))
}

const plannedRisk = (plan: string, item: MaintenancePlan['items'][number], now: number): Risk => ({
  ...{ id: `${plan}.${item.id}`, step: item.text, ...item.risk!, by: plan, at: now },
  ...{ confirmedBy: null, confirmedAt: null, withdrawn: false },
})

const BEGUN = ['new', 'accepted', 'arrived'] as const
const isToDo = (order: Workorder | undefined): order is Workorder =>
  order !== undefined && BEGUN.some(phase => phase === order.phase)

/**
 * Makes the orders of planned work when their time has come, by the calendar or by what the plant has run, each occurrence
 * in one change with its order, so that neither a crash nor a second look makes it twice. What came due while nobody ran is
 * written down as missed. A visit that holds others is one order: theirs are covered by it.
 */
export function watchMaintenance({ clock, trail, workorders, maintenance, running, failed }: MaintenanceWatch) {
  const counter = countRuns({ maintenance, workorders })

  function look() {
    const at = running()
    if (!at) return
    const now = clock.now()
    // A clock without a battery begins in 1970: what it calls due is not, and what is missing since then nobody missed.
    if (now < EARLIEST) return
    const plans = deepestFirst(at.site.maintenance)
    for (const plan of plans)
      for (const object of objectsOf(plan))
        try {
          const byCounter = counter.look(plan, object, at, now)
          const due = byCalendar(plan, object, at, now) ?? (byCounter ? countedDue(plan, now) : null)
          if (due) trail.change(GATEWAY, note => make(note, plan, object, due, plans, now))
        } catch (error) {
          // A full disk: nothing was made, so it is due again at the next look.
          for (const { id } of levels(plan, plans)) counter.forget(id, object)
          failed(error)
        }
  }

  interface Due {
    readonly period: Span
    readonly missed: readonly Span[]
  }
  const countedDue = ({ counter: c }: MaintenancePlan, now: number): Due => ({
    period: { from: now, to: now + (c?.withinDays ?? 7) * DAY_MS },
    missed: [],
  })
  function byCalendar(
    plan: MaintenancePlan,
    object: string,
    at: NonNullable<ReturnType<MaintenanceWatch['running']>>,
    now: number,
  ): Due | null {
    const { every } = plan
    if (every === undefined) return null
    const state = runs(plan, object, at.get)
    if (state === null && now - at.since < UNKNOWN_MS) return null
    const last = maintenance.last(plan.id, object, now)
    const order = last?.workorder ? workorders.get(last.workorder) : undefined
    // One that was cancelled is over as well: what was not done then is not due at once again.
    const doneAt = order ? (order.fixedAt ?? (order.phase === 'cancelled' ? order.closedAt : null)) : null
    const rule = { ...plan, every, stopped: plan.running?.stopped }
    return dueOf(rule, state, last ? { from: last.from, to: last.dueAt } : null, now, at.site.timezone, doneAt)
  }

  function make(
    note: Note,
    plan: MaintenancePlan,
    object: string,
    due: Due,
    plans: readonly MaintenancePlan[],
    now: number,
  ) {
    for (const { from, to } of due.missed)
      maintenance.put(note, { plan: plan.id, object, from, dueAt: to, state: 'missed', workorder: null }, now)
    const { from, to } = due.period
    const deeper = covering(plan, object, from, plans, now)
    const before = maintenance.last(plan.id, object, now)
    if (deeper && before?.workorder === deeper.id && before.dueAt <= now) {
      // The deeper visit was not made in time for this one either.
      maintenance.miss(note, before)
      workorders.again(note, deeper.id, now)
    }
    const own = deeper ? undefined : again(note, plan, object, to, now)
    const order = deeper
      ? workorders.sooner(note, deeper.id, to, now)
      : (own ?? open(note, plan, object, due.period, plans, now))
    const state = deeper ? ('covered' as const) : ('made' as const)
    maintenance.put(note, { plan: plan.id, object, from, dueAt: to, state, workorder: order.id }, now)
    counter.out(plan, object, order.id)
    if (!deeper && !own) takeIn(note, plan, object, order, plans, now)
  }

  /** The order of a deeper plan that does this one as well: of this period, or not done yet. */
  function covering(
    plan: MaintenancePlan,
    object: string,
    from: number,
    plans: readonly MaintenancePlan[],
    now: number,
  ): Workorder | undefined {
    for (const other of plans) {
      if (other === plan || !levels(other, plans).includes(plan)) continue
      const last = maintenance.last(other.id, object, now)
      const order = last?.workorder ? workorders.get(last.workorder) : undefined
      if (!last || !order || order.phase === 'cancelled' || order.phase === 'merged') continue
      if (last.from >= from || isToDo(order)) return order
    }
    return undefined
  }

  /** What a new deeper order holds: orders of shallower visits that nobody has begun go into it, and their counters wait for it. */
  function takeIn(
    note: Note,
    plan: MaintenancePlan,
    object: string,
    into: Workorder,
    plans: readonly MaintenancePlan[],
    now: number,
  ) {
    for (const shallow of levels(plan, plans).slice(1)) {
      if (!objectsOf(shallow).includes(object)) continue
      const last = maintenance.last(shallow.id, object, now)
      const order = last?.workorder ? workorders.get(last.workorder) : undefined
      if (last && isToDo(order) && order.plan === shallow.id && workorders.coveredBy(note, order.id, into, now)) {
        maintenance.cover(note, last, into.id)
        // What was to be done sooner still is.
        workorders.sooner(note, into.id, Math.max(now, last.dueAt), now)
      }
      if (shallow.counter) counter.out(shallow, object, into.id)
    }
  }

  /**
   * The order of the occurrence before, when nobody has ended it: that one was missed, and its order stays. If it still has
   * time, as when a plant starts whose month is not over, it is to be done sooner.
   */
  function again(note: Note, plan: MaintenancePlan, object: string, to: number, now: number): Workorder | undefined {
    const last = maintenance.last(plan.id, object, now)
    const order = last?.workorder ? workorders.get(last.workorder) : undefined
    if (!last || !isToDo(order) || order.plan !== plan.id) return undefined
    if (last.dueAt > now) return workorders.sooner(note, order.id, to, now)
    maintenance.miss(note, last)
    return workorders.again(note, order.id, now)
  }

  function open(
    note: Note,
    plan: MaintenancePlan,
    object: string,
    { from, to }: Span,
    plans: readonly MaintenancePlan[],
    now: number,
  ): Workorder {
    const space = object.startsWith('space:') ? object.slice(6) : null
    const sheets = levels(plan, plans).filter(p => objectsOf(p).includes(object))
    return workorders.openFor(
      note,
      {
        alarm: null,
        text: plan.name,
        class: 'general',
        severity: null,
        equipment: plan.equipment.length > 0 ? object : null,
        space,
        origin: 'maintenance',
        crew: plan.crew,
        dueAt: to,
        plan: plan.id,
        // One sheet with all levels on it, as they stand today: a later change of the plan changes no record.
        items: sheets.flatMap(p => p.items.map(({ id, text }) => ({ id, text, plan: p.id }))),
        risks: sheets.flatMap(p => p.items.flatMap(i => (i.risk ? [plannedRisk(p.id, i, now)] : []))),
        signs: [...new Set(sheets.flatMap(p => p.signs))],
        key: `m:${plan.id}:${object}:${from}`,
      },
      now,
    )
  }

  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
