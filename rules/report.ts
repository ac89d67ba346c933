import type { Order } from './order.ts'
import { pauseOf } from './order.ts'
import { type Crew, crewFor, type Nature } from './workorder.ts'

/** Where a report came in [N08: day and night]. */
export const reportChannels = ['desk', 'qr', 'call-centre'] as const
export type ReportChannel = (typeof reportChannels)[number]

/** How far a report is, in the words of the one who reported. */
export const reportSteps = [
  'received',
  'assigned',
  'working',
  'waiting',
  'fixed',
  'verified',
  'closed',
  'cancelled',
] as const
export type ReportStep = (typeof reportSteps)[number]

const steps = {
  new: 'received',
  accepted: 'assigned',
  arrived: 'working',
  fixed: 'fixed',
  verified: 'verified',
  closed: 'closed',
  cancelled: 'cancelled',
  merged: 'received',
} as const satisfies Record<Order['phase'], ReportStep>

/** @param order the one that it went into; of a merged one, the one that took it in */
export const stepOf = (order: Pick<Order, 'phase' | 'pauses'>): ReportStep =>
  pauseOf(order) && (order.phase === 'accepted' || order.phase === 'arrived') ? 'waiting' : steps[order.phase]

/** Which department has it. */
export const departmentOf = (order: Pick<Order, 'crew' | 'nature'>, nature: Nature): Crew =>
  order.crew ?? crewFor(order.nature ?? nature)
