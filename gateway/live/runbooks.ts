import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { type PlantPoint, plantSays, type Runbook, type RunState, selfPoints, stepsOf } from '../../rules/runbook.ts'
import type { Clock } from '../core/clock.ts'

const LOOK_MS = 1000

export interface OpenRun extends RunState {
  readonly id: string
  readonly book: Runbook
  readonly equipment: string | null
}

export interface RunbookDeps {
  readonly clock: Pick<Clock, 'every'>
  /** Asked for while a run is open only. */
  readonly points: () => readonly PlantPoint[]
  readonly get: (id: PointId) => Sample | undefined
  readonly open: () => readonly OpenRun[]
  /** Stores it; when it throws, nothing has happened and it is tried again. */
  readonly tick: (run: string, step: string, point: PointId, value: Value | null) => void
  readonly failed: (error: unknown) => void
}

/** Ticks the steps of open runs that the plant itself shows to be done. Returns the stop. */
export function watchRunbooks({ clock, points, get, open, tick, failed }: RunbookDeps): () => void {
  /** `run step` whose opposite was seen during the run. Not stored: after a restart a person ticks what was missed. */
  const seenOtherwise = new Set<string>()
  let known: readonly PlantPoint[] | null = null
  const look = () => {
    const runs = open()
    if (runs.length === 0) known = null
    for (const run of runs)
      for (const step of stepsOf(run.book, run)) {
        if (!step.self || run.steps[step.id]) continue
        known ??= points()
        const said = plantSays(step.self, selfPoints(step.self, run.equipment, known), get)
        const key = `${run.id} ${step.id}`
        if (said === 'otherwise') seenOtherwise.add(key)
        else if (said && (!step.self.turns || seenOtherwise.has(key))) {
          tick(run.id, step.id, said.point, said.value)
          seenOtherwise.delete(key)
        }
      }
  }
  return clock.every(LOOK_MS, () => {
    try {
      look()
    } catch (error) {
      failed(error)
    }
  })
}
