import { nextExtension } from '../../rules/permit/extend.ts'
import { nextApproval, type Refused, windOf } from '../../rules/permit/move.ts'
import { isolationNotice } from '../../rules/permit/notice.ts'
import {
  type Approval,
  CHECKS_FRESH_MS,
  checksOf,
  GAS_FRESH_MS,
  gradeNow,
  needsGas,
  type Permit,
} from '../../rules/permit/permit.ts'
import { simops, upFrom } from '../../rules/permit/simops.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { PermitView } from './contract.ts'
import type { Deps } from './deps.ts'
import { checkWords, roleWords } from './permitwords.ts'

// Who agrees within seconds has read nothing: it is shown, not judged.
const agreed = (approvals: readonly Approval[], askedAt: number): PermitView['approvals'] =>
  approvals.map((a, n) => ({
    ...a,
    at: iso(a.at),
    afterS: Math.round((a.at - (approvals[n - 1]?.at ?? askedAt)) / 1000),
  }))
const timed = <T extends { readonly at: number }>(list: readonly T[]) => list.map(one => ({ ...one, at: iso(one.at) }))
/** A time as people of the site write it. */
const written = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(at)

function noticeOf(deps: Deps, p: Permit): PermitView['notice'] {
  const site = deps.plant()?.site
  if (p.kind !== 'isolation' || !site) return null
  const { no, spot, work, company, guardian, guardianPhone: phone } = p
  const place = site.spaces.get(p.space)?.name ?? { 'zh-CN': p.space, en: p.space }
  const [from, to] = [written(p.validFrom, site.timezone), written(p.validTo, site.timezone)]
  return isolationNotice({ site: site.name, no, place, spot, work, company, from, to, guardian, phone })
}

const ended = ['closed', 'rejected', 'withdrawn', 'revoked']
/** A permit as it is shown: with what counts now of the plant, the weather and the others around it. */
export function permitView(deps: Deps, p: Permit): PermitView {
  const now = deps.clock.now()
  const site = deps.plant()?.site
  // What the plant says now is nothing to one that is over.
  const around = ended.includes(p.phase) ? null : deps.permitKeeper.shown(p)
  const wind = around && windOf(p, around, now - CHECKS_FRESH_MS, now)
  const grade = p.phase === 'live' && p.effective ? p.effective : gradeNow(p, deps.permitKeeper.offHours(now), wind)
  const { extension } = p
  return {
    ...p,
    spaceName: site?.spaces.get(p.space)?.name ?? null,
    spaces: site ? [...upFrom(site.spaces, p.space)] : [p.space],
    effective: grade,
    workers: p.workers.map(w => ({ ...w })),
    ...{ validFrom: iso(p.validFrom), validTo: iso(p.validTo), endsAt: isoOrNull(p.endsAt), askedAt: iso(p.askedAt) },
    approvals: agreed(p.approvals, p.askedAt),
    nextApproval: p.phase === 'submitted' ? [...(nextApproval(p) ?? [])] : null,
    issuedAt: isoOrNull(p.issuedAt),
    checks: checksOf(p, grade).map(code => {
      const last = p.checks.findLast(c => c.code === code)
      const force = last?.force ?? null
      return { code, ok: last?.ok ?? null, by: last?.by ?? null, at: isoOrNull(last?.at ?? null), force }
    }),
    gasNeeded: needsGas(p, grade),
    gasTests: p.gasTests.map(g => ({ ...g, at: iso(g.at), validTo: iso(g.at + GAS_FRESH_MS) })),
    wind,
    others: (around?.others ?? []).map(o => ({ ...o, verdict: simops[p.kind][o.kind][o.nearness] })),
    despite: p.despite.map(d => ({ ...d, what: [...d.what], at: iso(d.at) })),
    extension: extension && {
      ...{ reason: extension.reason, askedBy: extension.askedBy, stampedBy: extension.stampedBy },
      ...{ to: iso(extension.to), askedAt: iso(extension.askedAt), grantedAt: isoOrNull(extension.grantedAt) },
      approvals: agreed(extension.approvals, extension.askedAt),
      next: nextExtension(p) ? [...nextExtension(p)!] : null,
    },
    validated: timed(p.validated),
    guardianOffer: p.guardianOffer && {
      ...{
        to: p.guardianOffer.to,
        reason: p.guardianOffer.reason,
        by: p.guardianOffer.by,
        at: iso(p.guardianOffer.at),
      },
    },
    guardians: timed(p.guardians),
    scannable: around?.scannable ?? false,
    notice: noticeOf(deps, p),
    spans: p.spans.map(s => ({ from: iso(s.from), to: isoOrNull(s.to) })),
    suspended: p.suspended && { ...p.suspended, at: iso(p.suspended.at) },
    ...{ finishedAt: isoOrNull(p.finishedAt), watchDue: isoOrNull(p.watchDue), closedAt: isoOrNull(p.closedAt) },
    photo: p.photo && { ...p.photo, at: iso(p.photo.at) },
    scan: p.scan && { ...p.scan, at: iso(p.scan.at) },
  }
}

/** Says no in words of the site. */
export const refuse = ({ refused, what, check }: Refused): never =>
  fail(
    refused,
    check
      ? { what: checkWords[check] }
      : { what: refused === 'permit-next-approval' && typeof what === 'string' ? roleWords(what) : (what ?? '') },
  )
