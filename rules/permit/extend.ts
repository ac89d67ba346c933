import type { Role } from '../flow.ts'
import { nextApproval, no, type Person, type Refused, same } from './move.ts'
import { type Extension, mostMs, type Permit, permitSpecs } from './permit.ts'

const open = ['issued', 'live', 'suspended'] as const
const isOpen = (p: Permit): boolean => (open as readonly string[]).includes(p.phase)

/** Asks for it. @param day of the new end, by the site's calendar */
export function askExtension(
  p: Permit,
  to: number,
  reason: string,
  by: Person,
  day: string,
  now: number,
): Permit | Refused {
  if (!isOpen(p)) return no('permit-not-so')
  if (p.extension) return no(p.extension.grantedAt === null ? 'permit-extension-asked' : 'permit-extended')
  if (to <= p.validTo || to <= now) return no('permit-time')
  // Detectors are off for so long in all, hot work for so long more.
  const most = mostMs(p, p.effective ?? p.grade)
  if (to - (p.kind === 'isolation' ? p.validFrom : p.validTo) > most) return no('permit-long', String(most / 3_600_000))
  const lapsed = permitSpecs[p.kind].certificates && p.workers.find(w => w.validTo < day)
  if (lapsed) return no('permit-certificate', lapsed.name)
  if (reason.trim() === '') return no('needs-reason')
  const asked = { to, reason: reason.trim(), askedBy: by.name, askedAt: now, approvals: [] as const }
  return { ...p, extension: { ...asked, stampedBy: null, grantedAt: null } }
}

/** Who agrees to it next; null: everybody has, or it was never asked for. */
export const nextExtension = (p: Pick<Permit, 'kind' | 'extension'>): readonly Role[] | null =>
  p.extension && p.extension.grantedAt === null
    ? nextApproval({ kind: p.kind, approvals: p.extension.approvals })
    : null
/** All have agreed to it, and it is not stamped. */
export const toStamp = ({ kind, extension }: Pick<Permit, 'kind' | 'extension'>): boolean =>
  extension !== null && extension.grantedAt === null && nextApproval({ kind, approvals: extension.approvals }) === null

export const extensionActions = ['approve', 'stamp', 'reject'] as const
export type ExtensionAction = (typeof extensionActions)[number]

/** What becomes of it. Once it is refused another may be asked for: nothing was extended. */
export function moveExtension(
  p: Permit,
  action: ExtensionAction,
  by: Person,
  reason: string,
  now: number,
): Permit | Refused {
  const { extension } = p
  if (!isOpen(p) || !extension || extension.grantedAt !== null) return no('permit-not-so')
  if (action === 'reject') {
    const mine = (nextExtension(p) ?? permitSpecs[p.kind].approvals.flat()).includes(by.role)
    if (!mine && by.role !== 'admin') return no('not-your-role')
    return reason.trim() === '' ? no('needs-reason') : { ...p, extension: null }
  }
  if (same(by.name, extension.askedBy)) return no('permit-own')
  if (same(by.name, p.guardian)) return no('permit-guardian-works', p.guardian)
  if (extension.approvals.some(a => same(a.by, by.name))) return no('permit-same-person')
  const granted = (e: Extension): Permit => ({
    ...p,
    extension: { ...e, grantedAt: now },
    validTo: e.to,
    // One that was cut short by its grade stays so: a start under a higher grade holds no longer by this.
    endsAt: p.endsAt === null || p.endsAt < p.validTo ? p.endsAt : e.to,
  })
  if (action === 'stamp') {
    if (!toStamp(p)) return no('permit-not-so')
    if (!['admin', 'desk', 'manager'].includes(by.role)) return no('not-your-role')
    return granted({ ...extension, stampedBy: by.name })
  }
  const roles = nextExtension(p)
  if (!roles) return no('permit-not-so')
  if (!roles.includes(by.role) && by.role !== 'admin') return no('permit-next-approval', roles.join(' '))
  const next = { ...extension, approvals: [...extension.approvals, { by: by.name, role: by.role, at: now }] }
  return nextApproval({ kind: p.kind, approvals: next.approvals }) === null && !permitSpecs[p.kind].stamp
    ? granted(next)
    : { ...p, extension: next }
}
