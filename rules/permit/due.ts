import { stopped } from './move.ts'
import { gradeNow, higher, type Permit, startedAt } from './permit.ts'
import { WIND_LIMIT } from './wind.ts'

export type PermitEvent = 'expired' | 'suspended' | 'reminded' | 'restored'
/** Detectors are to be on again: so long before it is said to whoever watches. */
export const REMIND_MS = 30 * 60_000
const ahead = ['submitted', 'approved', 'issued'] as const

/**
 * What time and the plant do to a permit by themselves: it expires; a fire alarm of its zone suspends it at once, and so does a
 * night, a holiday or a wind that would have made it one of a higher grade. Isolated detectors are told of before their end, and
 * end by themselves when the panel has them back. Null: nothing.
 * @param around offHours: a night, a day of rest or a holiday
 */
export function permitDue(
  p: Permit,
  around: {
    readonly alarm: boolean
    readonly offHours: boolean
    /** By the site's own instrument; null: none, or nothing good. */
    readonly wind: number | null
    /** Detectors of the zone, by the panel; null: none of them says. */
    readonly detectorsOff: boolean | null
  },
  now: number,
): { readonly permit: Permit; readonly event: PermitEvent } | null {
  if ((ahead as readonly string[]).includes(p.phase))
    return now >= p.validTo ? { permit: { ...p, phase: 'expired' }, event: 'expired' } : null
  // The time is up, and the panel says itself that all detectors are on again: nobody has to say so.
  if (p.kind === 'isolation' && isLoose(p) && around.detectorsOff === false)
    return {
      permit: { ...p, phase: 'closed', finishedAt: now, finishedBy: 'gateway', closedAt: now, closedBy: 'gateway' },
      event: 'restored',
    }
  if (p.phase !== 'live' && p.phase !== 'suspended') return null
  // Whether they really stopped nobody knows: somebody says so, and then the watch begins.
  if (now >= (p.endsAt ?? p.validTo)) return { permit: { ...stopped(p, now), phase: 'expired' }, event: 'expired' }
  const pause = (reason: 'alarm' | 'upgrade' | 'weather'): { permit: Permit; event: PermitEvent } => ({
    permit: { ...stopped(p, now), phase: 'suspended', suspended: { at: now, reason, by: 'gateway' } },
    event: 'suspended',
  })
  // A break in which it burnt is no break: all is looked at anew.
  if (around.alarm && p.suspended?.reason !== 'alarm') return pause('alarm')
  const had = p.effective ?? p.grade
  if (p.phase === 'live' && higher(gradeNow(p, around.offHours), had)) return pause('upgrade')
  // A wind that came up since: under the grade that it was started with nobody works in it.
  if (p.phase === 'live' && blown(p, around.wind)) return pause('weather')
  if (p.kind === 'isolation' && !p.reminded && now >= (p.endsAt ?? p.validTo) - REMIND_MS)
    return { permit: { ...p, reminded: true }, event: 'reminded' }
  return null
}
/** It is in the open, the wind is too strong, and nobody has said that it can't be put off. */
const blown = (p: Permit, wind: number | null): boolean =>
  p.kind === 'hot-work' &&
  p.outdoor &&
  wind !== null &&
  wind >= WIND_LIMIT &&
  !p.despite.some(d => d.what.includes('wind') && d.at >= (p.spans.at(-1)?.from ?? Number.POSITIVE_INFINITY))

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
