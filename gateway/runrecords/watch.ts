import { lateSteps } from '../../rules/runbook.ts'
import type { LateStep } from '../alarms/caseduty.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Runs } from '../records/runbooks.ts'
import type { Trail } from '../records/trail.ts'

const LOOK_EVERY_MS = 5000
const TOLERANCE_MS = 30_000

export interface RunWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly runs: Pick<Runs, 'open'>
  readonly alarms: Pick<Alarms, 'get'>
  readonly failed: (error: unknown) => void
}

/**
 * What time alone does to runbooks: a step that nobody does in its time is written on the trail, and the channels read it
 * there [lifts: answered within 3 min, there within 30 min]. Each once, however long nobody looked.
 */
export function watchRunTimes({ clock, trail, runs, alarms, failed }: RunWatch) {
  const look = () => {
    try {
      const now = clock.now()
      const due = runs.open().flatMap(run => {
        const had = trail.of('runbook', run.id).filter(e => e.action === 'escalated')
        const told = (step: string, pct: number) => had.some(e => e.data.step === step && e.data.pct === pct)
        return lateSteps(run.book, run, told, now).map(late => ({ run, late }))
      })
      if (due.length === 0) return
      trail.change(GATEWAY, note => {
        for (const { run, late } of due) {
          const { step, pct, tell, dueAt } = late
          const lateMs = now - dueAt > TOLERANCE_MS ? now - dueAt : 0
          const severity = (run.alarm === null ? undefined : alarms.get(run.alarm)?.severity) ?? 'high'
          const [book, what] = [run.book.name, step.text]
          const text = {
            'zh-CN': `${book['zh-CN']}：${what['zh-CN']}`,
            en: `${book.en}: ${what.en}`,
          }
          const data: LateStep = {
            no: run.no,
            step: step.id,
            pct,
            tell,
            dueAt,
            lateMs,
            severity,
            text,
            place: run.place,
          }
          note('runbook', run.id, 'escalated', { ...data })
        }
      })
    } catch (error) {
      // A full disk: nothing was told, so it is due again at the next look.
      failed(error)
    }
  }
  look()
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
