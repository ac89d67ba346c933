import { iso, isoOrNull } from '../core/clock.ts'
import type { Workorder } from '../records/workorders.ts'
import type { WorkorderView } from './contract.ts'

/** When its equipment stood, and what is dangerous about it. */
export const orderNotesView = (w: Workorder): Pick<WorkorderView, 'downtimes' | 'risks'> => ({
  downtimes: w.downtimes.map(({ from, to, at, ...d }) => ({ ...d, from: iso(from), to: isoOrNull(to), at: iso(at) })),
  risks: w.risks.map(({ at, confirmedAt, ...r }) => ({
    ...r,
    at: iso(at),
    confirmedAt: isoOrNull(confirmedAt),
    planned: r.id.includes('.'),
  })),
})
