import type { Text } from '../../drivers/point.ts'
import { move, type Role } from '../flow.ts'
import {
  breakMin,
  CHECKS_FRESH_MS,
  type CheckCode,
  checksOf,
  type Despite,
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
import { against, type Neighbour } from './simops.ts'
import { WIND_LIMIT } from './wind.ts'

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
  | 'permit-guardian-offer'
  | 'permit-guardian-offered'
  | 'permit-guardian-already'
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
  | 'permit-needs-scan'
  | 'permit-wind-unknown'
  | 'permit-wind'
  | 'permit-valve-shut'
  | 'permit-extinguisher'
  | 'permit-overlap'
  | 'permit-overlap-ask'
  | 'permit-extended'
  | 'permit-extension-asked'
  | 'permit-still-isolated'
  | 'needs-reason'
export interface Refused {
  readonly refused: PermitRefusal
  /** What the words of the refusal name. */
  readonly what?: string | Text
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
  /** Detectors of the zone are isolated now, with whatever permit; null: none of them says. */
  readonly detectorsOff: boolean | null
  /** The force of the wind by the site's own instrument; null: it has none, or it says nothing good. */
  readonly wind: number | null
  /** A valve of the sprinklers there that is not open. */
  readonly valve: Text | null
  /** A piece of fire gear there whose check is overdue. */
  readonly gear: string | null
  /** Whoever else works there, or next to it. */
  readonly others: readonly Neighbour[]
  /** There is a code at the place that can be scanned. */
  readonly scannable: boolean
  /** The number of another permit that its guardian watches now. */
  readonly guardianAt: string | null
  readonly watchMin: number
}
export interface PermitGiven {
  readonly reason?: string | undefined
  readonly pause?: PauseReason | undefined
  /** What it is done in spite of; with a reason. */
  readonly despite?: readonly Despite[] | undefined
}
export interface Person {
  readonly name: string
  readonly role: Role
}
export const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()
export const no = (refused: PermitRefusal, what?: string | Text): Refused =>
  what === undefined ? { refused } : { refused, what }

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

/** The force of the wind by the site's instrument, or as somebody put it down since then; null: nobody knows. */
export const windOf = (p: Permit, around: Pick<PermitAround, 'wind'>, since: number, now: number): number | null =>
  around.wind ?? p.checks.findLast(c => c.code === 'wind' && c.at >= since && c.at <= now)?.force ?? null

/** What the plant and the work around it say against it. */
function plantSays(p: Permit, around: PermitAround, despite: readonly Despite[]): Refused | undefined {
  if (p.kind === 'hot-work') {
    if (around.isolated) return no('permit-zone-isolated')
    if (around.valve) return no('permit-valve-shut', around.valve)
    if (around.gear !== null) return no('permit-extinguisher', around.gear)
  }
  const { refuse, ask } = against(p.kind, around.others)
  const named = (list: readonly Neighbour[]) => list.map(o => o.no).join(', ')
  if (refuse.length > 0) return no('permit-overlap', named(refuse))
  return ask.length > 0 && !despite.includes('neighbours') ? no('permit-overlap-ask', named(ask)) : undefined
}

/** Why work may not begin, or go on; undefined: it may. `since`: nothing that was looked at before counts. */
function obstacle(
  p: Permit,
  grade: PermitGrade,
  since: number,
  around: PermitAround,
  despite: readonly Despite[],
  now: number,
): Refused | undefined {
  if (now < p.validFrom) return no('permit-too-early')
  if (now >= p.validTo) return no('permit-over')
  if (around.alarm) return no('permit-zone-alarm')
  const plant = plantSays(p, around, despite)
  if (plant) return plant
  if (around.guardianAt !== null) return no('permit-guardian-busy', around.guardianAt)
  if (permitSpecs[p.kind].certificates) {
    const lapsed = p.workers.find(w => w.validTo < around.day)
    if (lapsed) return no('permit-certificate', lapsed.name)
  }
  if (p.kind === 'hot-work' && p.outdoor) {
    const force = windOf(p, around, since, now)
    if (force === null) return no('permit-wind-unknown')
    if (force >= WIND_LIMIT && !despite.includes('wind')) return no('permit-wind', String(force))
  }
  for (const code of checksOf(p, grade)) {
    // The wind has its number, and what it means was said above.
    if (code === 'wind') continue
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

/** With what it was begun in spite of. */
const noted = (p: Permit, given: PermitGiven, by: Person, now: number): Permit =>
  given.despite && given.despite.length > 0
    ? { ...p, despite: [...p.despite, { what: given.despite, reason: given.reason!.trim(), by: by.name, at: now }] }
    : p

function resume(p: Permit, by: Person, given: PermitGiven, around: PermitAround, now: number): Permit | Refused {
  if (!same(by.name, p.guardian)) return no('permit-guardian', p.guardian)
  const { at, reason } = p.suspended!
  // A wind that was put down before the break says nothing of now; what the instrument says does.
  const force = windOf(p, around, at, now)
  const windy = p.kind === 'hot-work' && p.outdoor && force !== null && force >= WIND_LIMIT
  const grade = gradeNow(p, around.offHours, force)
  const short = reason === 'break' || reason === 'other'
  // A grade that rose while nobody worked asks for what that grade asks, measured anew.
  const anew = !short || windy || now - at > breakMin[grade] * 60_000 || now < at || higher(grade, p.effective ?? grade)
  const why = anew
    ? obstacle(p, grade, at, around, given.despite ?? [], now)
    : around.alarm
      ? no('permit-zone-alarm')
      : now >= (p.endsAt ?? p.validTo)
        ? no('permit-over')
        : around.guardianAt !== null
          ? no('permit-guardian-busy', around.guardianAt)
          : undefined
  if (why) return why
  const next = begun(noted(p, given, by, now), grade, now)
  return anew ? next : { ...next, endsAt: p.endsAt, effective: p.effective ?? grade }
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
  if ((given.despite?.length ?? 0) > 0 && reason === '') return no('needs-reason')
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
      const since = Math.max(p.issuedAt ?? now, now - CHECKS_FRESH_MS)
      const grade = gradeNow(p, around.offHours, windOf(p, around, since, now))
      return obstacle(p, grade, since, around, given.despite ?? [], now) ?? begun(noted(p, given, by, now), grade, now)
    }
    case 'suspend':
      return { ...stopped(to, now), suspended: { at: now, reason: given.pause ?? 'other', by: by.name } }
    case 'resume':
      return resume(p, by, given, around, now)
    case 'finish':
      if (startedAt(p) === null) return no('permit-not-started')
      // Said to be restored, and the panel says that they are not.
      return p.kind === 'isolation' && around.detectorsOff === true ? no('permit-still-isolated') : watched(p)
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
      if (!p.photo || p.photo.at < due) return no('permit-needs-proof')
      // Who was really there; a place without any code has nothing to scan.
      if (around.scannable && (!p.scan || p.scan.at < due)) return no('permit-needs-scan')
      return { ...to, closedAt: now, closedBy: by.name }
    }
  }
}
