import { same, stopped } from './move.ts'
import type { Permit } from './permit.ts'

/**
 * What a change of shifts does to a permit: whoever takes over has looked at the place and lets the work go on, or it stops at
 * once with that reason [people-and-permits 4.1: revalidated at shift handover or it suspends]. Null: nobody works under it.
 */
export function atHandover(
  p: Permit,
  validated: boolean,
  by: string,
  now: number,
): { readonly permit: Permit; readonly event: 'validated' | 'suspended' } | null {
  if (p.phase !== 'live') return null
  return validated
    ? { permit: { ...p, validated: [...p.validated, { by, at: now }].slice(-50) }, event: 'validated' }
    : {
        permit: { ...stopped(p, now), phase: 'suspended', suspended: { at: now, reason: 'handover', by } },
        event: 'suspended',
      }
}

/**
 * Whether its guardian goes home with this change of shifts: then nobody watches, and the work stops unless another has taken
 * the watch over before. @param off accounts of those who go off duty
 */
export const guardLeaves = (p: Pick<Permit, 'guardian'>, off: readonly string[]): boolean =>
  off.some(name => same(name, p.guardian))
