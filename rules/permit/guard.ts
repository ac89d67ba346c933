import type { Role } from '../flow.ts'
import { no, type Person, type Refused, same } from './move.ts'
import type { Permit } from './permit.ts'

/** As long as somebody has to watch: from the agreement to the end of the watch after the work. */
const watched: readonly Permit['phase'][] = ['approved', 'issued', 'live', 'suspended', 'watch']
/** Who names another guardian when the one of the permit does not: he may have fallen ill. */
export const guardSupervisors: readonly Role[] = ['admin', 'manager']

/** Whether he may offer the watch: the guardian himself, or a supervisor. */
export const mayOfferGuard = (p: Pick<Permit, 'phase' | 'guardian'>, by: Person): boolean =>
  watched.includes(p.phase) && (same(by.name, p.guardian) || guardSupervisors.includes(by.role))

/**
 * Why somebody cannot watch: the same as at the application [people-and-permits 4.1]. One person, one place.
 * @param busyAt the number of another permit that he watches now; null: none
 */
function unfit(p: Permit, name: string, busyAt: string | null): Refused | undefined {
  const agreed = [...p.approvals, ...(p.extension?.approvals ?? [])]
  const signed = [...agreed.map(a => a.by), p.stampedBy, p.extension?.stampedBy ?? null]
  if (p.workers.some(w => same(w.name, name)) || signed.some(one => one !== null && same(one, name)))
    return no('permit-guardian-works', name)
  return busyAt === null ? undefined : no('permit-guardian-busy', busyAt)
}

/** Offers the watch to another account; until he takes it the guardian stays the guardian. */
export function offerGuard(
  p: Permit,
  offer: { readonly to: string; readonly phone: string; readonly reason: string },
  by: Person,
  busyAt: string | null,
  now: number,
): Permit | Refused {
  if (!watched.includes(p.phase)) return no('permit-not-so')
  if (!mayOfferGuard(p, by)) return no('permit-guardian-offer', p.guardian)
  const reason = offer.reason.trim()
  if (reason === '') return no('needs-reason')
  if (same(offer.to, p.guardian)) return no('permit-guardian-already', p.guardian)
  return (
    unfit(p, offer.to, busyAt) ?? {
      ...p,
      guardianOffer: { to: offer.to, phone: offer.phone.trim(), reason, by: by.name, at: now },
    }
  )
}

/** The one it was offered to takes it over, by his own account: whether work goes on does not change by it. */
export function takeGuard(p: Permit, by: Person, busyAt: string | null, now: number): Permit | Refused {
  const offer = p.guardianOffer
  if (!offer || !watched.includes(p.phase)) return no('permit-not-so')
  if (!same(by.name, offer.to)) return no('permit-guardian-offered', offer.to)
  const { by: offeredBy, reason } = offer
  return (
    unfit(p, by.name, busyAt) ?? {
      ...{ ...p, guardian: by.name, guardianPhone: offer.phone, guardianOffer: null },
      guardians: [...p.guardians, { from: p.guardian, to: by.name, by: offeredBy, reason, at: now }].slice(-50),
    }
  )
}
