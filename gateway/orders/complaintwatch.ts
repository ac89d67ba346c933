import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { Complaints } from '../records/complaints.ts'
import type { Trail } from '../records/trail.ts'

const LOOK_EVERY_MS = 5000

export interface ComplaintWatch {
  readonly clock: Clock
  readonly trail: Trail
  readonly complaints: Pick<Complaints, 'due' | 'told'>
  readonly failed: (error: unknown) => void
}

/**
 * What time alone does to complaints: a serious one, an answer and a return visit that are late are written on the trail, and
 * the channels read it there. Looks at once, so that what came due while nobody ran is told, once, with how late it is.
 */
export function watchComplaints({ clock, trail, complaints, failed }: ComplaintWatch) {
  const look = () => {
    try {
      const due = complaints.due(clock.now())
      if (due.length === 0) return
      trail.change(GATEWAY, note => {
        for (const { complaint, rungs } of due) complaints.told(note, complaint.id, rungs)
      })
    } catch (error) {
      // A full disk: nothing was told, so it is due again at the next look.
      failed(error)
    }
  }
  look()
  return { look, stop: clock.every(LOOK_EVERY_MS, look) }
}
