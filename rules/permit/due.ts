import { stopped } from './move.ts'
import { gradeNow, higher, type Permit, startedAt } from './permit.ts'

export type PermitEvent = 'expired' | 'suspended'
const ahead = ['submitted', 'approved', 'issued'] as const

/**
 * What time and the plant do to a permit by themselves: it expires; a fire alarm of its zone suspends it at once, and so does a
 * night or a holiday that would have made it one of a higher grade. Null: nothing.
 * @param offHours a night, a day of rest or a holiday
 */
export function permitDue(
  p: Permit,
  around: { readonly alarm: boolean; readonly offHours: boolean },
  now: number,
): { readonly permit: Permit; readonly event: PermitEvent } | null {
  if ((ahead as readonly string[]).includes(p.phase))
    return now >= p.validTo ? { permit: { ...p, phase: 'expired' }, event: 'expired' } : null
  if (p.phase !== 'live' && p.phase !== 'suspended') return null
  // Whether they really stopped nobody knows: somebody says so, and then the watch begins.
  if (now >= (p.endsAt ?? p.validTo)) return { permit: { ...stopped(p, now), phase: 'expired' }, event: 'expired' }
  const pause = (reason: 'alarm' | 'upgrade'): { permit: Permit; event: PermitEvent } => ({
    permit: { ...stopped(p, now), phase: 'suspended', suspended: { at: now, reason, by: 'gateway' } },
    event: 'suspended',
  })
  // A break in which it burnt is no break: all is looked at anew.
  if (around.alarm && p.suspended?.reason !== 'alarm') return pause('alarm')
  if (p.phase === 'live' && higher(gradeNow(p, around.offHours), p.effective ?? p.grade)) return pause('upgrade')
  return null
}

/** The clock was set by so much: a watch is as long as it was. */
export const shiftedWatch = (p: Permit, offsetMs: number): Permit =>
  p.phase === 'watch' && p.watchDue !== null ? { ...p, watchDue: p.watchDue + offsetMs } : p

/** Whether work went on under it at this moment: also for what was seen earlier and is told now. */
export const workedAt = (p: Pick<Permit, 'spans' | 'validTo'>, at: number): boolean =>
  at < p.validTo && p.spans.some(span => at >= span.from && (span.to === null || at < span.to))

/** Expired, and nobody has said that the work has stopped. */
export const isLoose = (p: Permit): boolean => p.phase === 'expired' && startedAt(p) !== null
/** The watch is over by so much, and nobody has closed it. */
export const isUnclosed = (p: Permit, now: number, afterMs = 15 * 60_000): boolean =>
  p.phase === 'watch' && p.watchDue !== null && now >= p.watchDue + afterMs
