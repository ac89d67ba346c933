import type { PointId, Sample } from '../../drivers/point.ts'
import { counted, counterPoint, uncounted } from '../../rules/maintenance.ts'
import type { CounterState, Maintenance } from '../records/maintenance.ts'
import type { Workorders } from '../records/workorders.ts'
import type { MaintenancePlan } from './schema.ts'

/** Written down when it has come on by this share of what makes a visit due: between, the counter itself remembers. */
const KEEP_SHARE = 1 / 200

interface At {
  readonly get: (point: PointId) => Sample | undefined
  readonly unit?: (point: PointId) => string | undefined
}
type Counting = Pick<MaintenancePlan, 'id' | 'counter' | 'anchor'>

/** Counts what the plant runs, for plans that are due by it. */
export function countRuns(deps: { readonly maintenance: Maintenance; readonly workorders: Workorders }) {
  const { maintenance, workorders } = deps
  const now = new Map<string, { state: CounterState; kept: CounterState }>()
  const entryOf = (plan: string, object: string) => {
    const key = `${plan} ${object}`
    let entry = now.get(key)
    if (!entry) {
      const state = maintenance.counter(plan, object) ?? { ...uncounted, workorder: null }
      entry = { state, kept: state }
      now.set(key, entry)
    }
    return entry
  }
  const keep = (plan: string, object: string, entry: { state: CounterState; kept: CounterState }) => {
    maintenance.putCounter(plan, object, entry.state)
    entry.kept = entry.state
  }

  return {
    /** Takes what the counter shows now. @returns whether a visit is due by it */
    look(plan: Counting, object: string, { get, unit }: At, at: number): boolean {
      const point = counterPoint(plan, object)
      if (point === null || plan.counter === undefined) return false
      const { every } = plan.counter
      const entry = entryOf(plan.id, object)
      const sample = get(point)
      if (sample?.quality === 'good' && typeof sample.value === 'number') {
        const { state } = counted(entry.state, sample.value, at, unit?.(point) === 'h')
        entry.state = { ...entry.state, ...state }
      }
      const out = entry.state.workorder === null ? undefined : workorders.get(entry.state.workorder)
      // Reopened afterwards or not: that visit was made, and the next counts from it.
      if (entry.state.workorder !== null && (!out || out.fixedAt !== null || out.phase === 'cancelled'))
        entry.state = { ...entry.state, used: plan.anchor === 'planned' ? entry.state.used : 0, workorder: null }
      const { used, workorder, suspect } = entry.state
      const { kept } = entry
      const moved = Math.abs(used - kept.used) >= every * KEEP_SHARE || kept.last === null
      if (moved || workorder !== kept.workorder || (suspect === null) !== (kept.suspect === null))
        keep(plan.id, object, entry)
      // Counted from the plan, it can come due again while nobody has done the last one.
      return used >= every && (workorder === null || plan.anchor === 'planned')
    },
    /** Inside a change: an order is out that does it. */
    out(plan: Counting, object: string, workorder: string) {
      if (plan.counter === undefined) return
      const entry = entryOf(plan.id, object)
      const { used } = entry.state
      const left = plan.anchor === 'planned' ? (used >= plan.counter.every ? used - plan.counter.every : 0) : used
      entry.state = { ...entry.state, used: left, workorder }
      keep(plan.id, object, entry)
    },
    /** What was not stored did not happen: it is read again from the disk, and counted from there. */
    forget: (plan: string, object: string) => void now.delete(`${plan} ${object}`),
  }
}
