import type { PointId, Sample } from '../drivers/point.ts'
import { dueOf, frequencies } from '../rules/maintenance.ts'
import type { Clock } from './core/clock.ts'
import { GATEWAY } from './core/events.ts'
import { EARLIEST } from './live/selfwatch.ts'
import type { MaintenancePlan } from './orderschema.ts'
import type { Maintenance } from './records/maintenance.ts'
import type { Note, Trail } from './records/trail.ts'
import type { Workorder, Workorders } from './records/workorders.ts'
import type { Site } from './site.ts'

const LOOK_EVERY_MS = 30_000
/** So long after a start a plant that says nothing of itself is waited for; then it is taken to run. */
const UNKNOWN_MS = 10 * 60_000

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
  } | null
  readonly failed: (error: unknown) => void
}

/** What a plan is done on: each of its equipment, or its space, or the site. */
export const objectsOf = (plan: MaintenancePlan): readonly string[] =>
  plan.equipment.length > 0 ? plan.equipment : [plan.space === undefined ? 'site' : `space:${plan.space}`]

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

/**
 * Makes the orders of planned work when their time has come, each occurrence in one change with its order, so that neither
 * a crash nor a second look makes it twice. What came due while nobody ran is written down as missed.
 */
export function watchMaintenance({ clock, trail, workorders, maintenance, running, failed }: MaintenanceWatch) {
  function look() {
    const at = running()
    if (!at) return
    const now = clock.now()
    // A clock without a battery begins in 1970: what it calls due is not, and what is missing since then nobody missed.
    if (now < EARLIEST) return
    // The rarest first: what a year's work covers need not be ordered for the month.
    const plans = at.site.maintenance.toSorted((a, b) => frequencies.indexOf(a.every) - frequencies.indexOf(b.every))
    for (const plan of plans)
      for (const object of objectsOf(plan)) {
        const state = runs(plan, object, at.get)
        if (state === null && now - at.since < UNKNOWN_MS) continue
        const last = maintenance.last(plan.id, object, now)
        const rule = { ...plan, stopped: plan.running?.stopped }
        const due = dueOf(rule, state, last ? { from: last.from, to: last.dueAt } : null, now, at.site.timezone)
        if (!due) continue
        try {
          trail.change(GATEWAY, note => {
            for (const { from, to } of due.missed)
              maintenance.put(note, { plan: plan.id, object, from, dueAt: to, state: 'missed', workorder: null }, now)
            const { from, to } = due.period
            const deeper = covering(plan.id, object, from, plans, now)
            const order = deeper ?? again(note, plan, object, to, now) ?? open(note, plan, object, from, to, now)
            const made = deeper ? ('covered' as const) : ('made' as const)
            maintenance.put(note, { plan: plan.id, object, from, dueAt: to, state: made, workorder: order.id }, now)
          })
        } catch (error) {
          // A full disk: nothing was made, so it is due again at the next look.
          failed(error)
        }
      }
  }

  /** The order of a deeper plan whose occurrence falls into this period. */
  function covering(plan: string, object: string, from: number, plans: readonly MaintenancePlan[], now: number) {
    for (const other of plans) {
      if (!other.covers.includes(plan)) continue
      const last = maintenance.last(other.id, object, now)
      const order = last && last.from >= from && last.workorder ? workorders.get(last.workorder) : undefined
      if (order && order.phase !== 'cancelled') return order
    }
    return undefined
  }

  /**
   * The order of the occurrence before, when nobody has ended it: that one was missed, and its order stays. If it still has
   * time, as when a plant starts whose month is not over, it is to be done sooner.
   */
  function again(note: Note, plan: MaintenancePlan, object: string, to: number, now: number): Workorder | undefined {
    const last = maintenance.last(plan.id, object, now)
    const order = last?.workorder ? workorders.get(last.workorder) : undefined
    if (!last || !order || order.plan !== plan.id || !['new', 'accepted', 'arrived'].includes(order.phase))
      return undefined
    if (last.dueAt > now) return workorders.sooner(note, order.id, to, now)
    maintenance.miss(note, last)
    return workorders.again(note, order.id, now)
  }

  function open(note: Note, plan: MaintenancePlan, object: string, from: number, to: number, now: number): Workorder {
    const space = object.startsWith('space:') ? object.slice(6) : null
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
        key: `m:${plan.id}:${object}:${from}`,
      },
      now,
    )
  }

  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
