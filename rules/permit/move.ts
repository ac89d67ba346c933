import { move, type Role } from '../flow.ts'
import {
  breakMin,
  CHECKS_FRESH_MS,
  type CheckCode,
  checksOf,
  GAS_FRESH_MS,
  gasLimit,
  gradeNow,
  higher,
  mostMs,
  needsGas,
  type PauseReason,
  type Permit,
  type PermitAction,
  type PermitGrade,
  permitFlow,
  permitSpecs,
  startedAt,
} from './permit.ts'

export type PermitRefusal =
  | 'permit-not-so'
  | 'not-your-role'
  | 'permit-own'
  | 'permit-same-person'
  | 'permit-next-approval'
  | 'permit-time'
  | 'permit-long'
  | 'permit-no-worker'
  | 'permit-certificate'
  | 'permit-guardian-works'
  | 'permit-guardian-busy'
  | 'permit-guardian'
  | 'permit-too-early'
  | 'permit-over'
  | 'permit-check'
  | 'permit-gas'
  | 'permit-gas-high'
  | 'permit-gas-instrument'
  | 'permit-zone-alarm'
  | 'permit-zone-isolated'
  | 'permit-not-started'
  | 'permit-watch-runs'
  | 'permit-needs-proof'
  | 'needs-reason'
export interface Refused {
  readonly refused: PermitRefusal
  /** What the words of the refusal name. */
  readonly what?: string
  readonly check?: CheckCode
}

/** What the permit does not know itself. */
export interface PermitAround {
  /** The site's calendar day, `2026-11-22`. */
  readonly day: string
  /** A night, a day of rest or a holiday. */
  readonly offHours: boolean
  /** A fire alarm of the zone that is not over. */
  readonly alarm: boolean
  /** Detectors of the zone are isolated. */
  readonly isolated: boolean
  /** The number of another permit that its guardian watches now. */
  readonly guardianAt: string | null
  readonly watchMin: number
}
export interface PermitGiven {
  readonly reason?: string | undefined
  readonly pause?: PauseReason | undefined
}
interface Person {
  readonly name: string
  readonly role: Role
}
const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()
const no = (refused: PermitRefusal, what?: string): Refused => (what === undefined ? { refused } : { refused, what })

/** What is wrong with an application; undefined: nothing. @param day of the start, by the site's calendar */
export function applicationProblem(
  p: Pick<Permit, 'kind' | 'grade' | 'validFrom' | 'validTo' | 'workers' | 'guardian' | 'askedBy'>,
  day: string,
  now: number,
): Refused | undefined {
  const spec = permitSpecs[p.kind]
  if (p.validTo <= Math.max(now, p.validFrom)) return no('permit-time')
  const most = mostMs(p, p.grade)
  if (p.validTo - p.validFrom > most) return no('permit-long', String(most / 3_600_000))
  if (p.workers.length === 0) return no('permit-no-worker')
  if (p.workers.some(w => same(w.name, p.guardian))) return no('permit-guardian-works', p.guardian)
  const lapsed = spec.certificates && p.workers.find(w => w.certificate.trim() === '' || w.validTo < day)
  return lapsed ? no('permit-certificate', lapsed.name) : undefined
}

/** Who agrees next; null: everybody has. */
export const nextApproval = (p: Pick<Permit, 'kind' | 'approvals'>): readonly Role[] | null =>
  permitSpecs[p.kind].approvals[p.approvals.length] ?? null

/** Why work may not begin, or go on; undefined: it may. `since`: nothing that was looked at before counts. */
function obstacle(
  p: Permit,
  grade: PermitGrade,
  since: number,
  around: PermitAround,
  now: number,
): Refused | undefined {
  if (now < p.validFrom) return no('permit-too-early')
  if (now >= p.validTo) return no('permit-over')
  if (around.alarm) return no('permit-zone-alarm')
  if (p.kind === 'hot-work' && around.isolated) return no('permit-zone-isolated')
  if (around.guardianAt !== null) return no('permit-guardian-busy', around.guardianAt)
  if (permitSpecs[p.kind].certificates) {
    const lapsed = p.workers.find(w => w.validTo < around.day)
    if (lapsed) return no('permit-certificate', lapsed.name)
  }
  for (const code of checksOf(p, grade)) {
    const last = p.checks.findLast(c => c.code === code)
    if (!last?.ok || last.at < since || last.at > now) return { refused: 'permit-check', check: code }
  }
  if (!needsGas(p, grade)) return undefined
  const test = p.gasTests.at(-1)
  if (!test || test.at < since || test.at > now || now - test.at > GAS_FRESH_MS) return no('permit-gas')
  if (test.calDue < around.day) return no('permit-gas-instrument', test.instrument)
  return test.percent > gasLimit(test) ? no('permit-gas-high', String(gasLimit(test))) : undefined
}

const begun = (p: Permit, grade: PermitGrade, now: number): Permit => ({
  ...p,
  phase: 'live',
  effective: grade,
  endsAt: Math.min(p.validTo, now + mostMs(p, grade)),
  spans: [...p.spans, { from: now, to: null }],
  suspended: null,
})
/** Nobody works any more from now on. */
export const stopped = (p: Permit, now: number): Permit => ({
  ...p,
  spans: p.spans.map(span => (span.to === null ? { ...span, to: now } : span)),
})

function approve(p: Permit, by: Person, now: number): Permit | Refused {
  const roles = nextApproval(p)
  if (same(by.name, p.askedBy)) return no('permit-own')
  if (same(by.name, p.guardian)) return no('permit-guardian-works', p.guardian)
  if (p.approvals.some(a => same(a.by, by.name))) return no('permit-same-person')
  if (!roles) return no('permit-not-so')
  if (!roles.includes(by.role) && by.role !== 'admin') return no('permit-next-approval', roles.join(' '))
  const approvals = [...p.approvals, { by: by.name, role: by.role, at: now }]
  if (nextApproval({ ...p, approvals })) return { ...p, approvals }
  const { stamp } = permitSpecs[p.kind]
  return { ...p, approvals, phase: stamp ? 'approved' : 'issued', ...(!stamp && { issuedAt: now }) }
}

function resume(p: Permit, by: Person, around: PermitAround, now: number): Permit | Refused {
  if (!same(by.name, p.guardian)) return no('permit-guardian', p.guardian)
  const grade = gradeNow(p, around.offHours)
  const { at, reason } = p.suspended!
  const short = reason === 'break' || reason === 'other'
  // A grade that rose while nobody worked asks for what that grade asks, measured anew.
  const anew = !short || now - at > breakMin[grade] * 60_000 || now < at || higher(grade, p.effective ?? grade)
  const why = anew
    ? obstacle(p, grade, at, around, now)
    : around.alarm
      ? no('permit-zone-alarm')
      : now >= (p.endsAt ?? p.validTo)
        ? no('permit-over')
        : around.guardianAt !== null
          ? no('permit-guardian-busy', around.guardianAt)
          : undefined
  if (why) return why
  const next = begun(p, grade, now)
  return anew ? next : { ...next, endsAt: p.endsAt }
}

/** Where a permit goes by an action, or why not: one place for every refusal. */
export function movePermit(
  p: Permit,
  action: PermitAction,
  by: Person,
  given: PermitGiven,
  around: PermitAround,
  now: number,
): Permit | Refused {
  const moved = move(permitFlow, p.phase, action, by.role)
  if ('refused' in moved) return no(moved.refused === 'no-such-move' ? 'permit-not-so' : 'not-your-role')
  const spec = permitSpecs[p.kind]
  const reason = given.reason?.trim() ?? ''
  const to = { ...p, phase: moved.to }
  const watched = (q: Permit): Permit => {
    const done = { ...stopped(q, now), finishedAt: now, finishedBy: by.name, suspended: null }
    return spec.watch
      ? { ...done, phase: 'watch', watchDue: now + around.watchMin * 60_000 }
      : { ...done, phase: 'closed', closedAt: now, closedBy: by.name }
  }
  switch (action) {
    case 'approve':
      return approve(p, by, now)
    case 'reject':
      return reason === '' ? no('needs-reason') : { ...to, reason }
    case 'withdraw':
      return reason === '' ? no('needs-reason') : { ...to, reason }
    case 'stamp':
      if (same(by.name, p.askedBy)) return no('permit-own')
      if (p.approvals.some(a => same(a.by, by.name))) return no('permit-same-person')
      return { ...to, stampedBy: by.name, issuedAt: now }
    case 'start': {
      if (!same(by.name, p.guardian)) return no('permit-guardian', p.guardian)
      const grade = gradeNow(p, around.offHours)
      const since = Math.max(p.issuedAt ?? now, now - CHECKS_FRESH_MS)
      return obstacle(p, grade, since, around, now) ?? begun(p, grade, now)
    }
    case 'suspend':
      return { ...stopped(to, now), suspended: { at: now, reason: given.pause ?? 'other', by: by.name } }
    case 'resume':
      return resume(p, by, around, now)
    case 'finish':
      return startedAt(p) === null ? no('permit-not-started') : watched(p)
    case 'revoke':
      if (reason === '') return no('needs-reason')
      return p.phase === 'live' || p.phase === 'suspended'
        ? { ...watched(p), reason, revokedBy: by.name }
        : { ...to, reason, revokedBy: by.name }
    case 'close': {
      const due = p.watchDue ?? now
      if (now < due) return no('permit-watch-runs', String(Math.ceil((due - now) / 60_000)))
      if (around.alarm) return no('permit-zone-alarm')
      // What was taken before the watch was over shows nothing of its end.
      if (!((p.photo && p.photo.at >= due) || (p.scan && p.scan.at >= due))) return no('permit-needs-proof')
      return { ...to, closedAt: now, closedBy: by.name }
    }
  }
}
