import type { Complaint } from './complaint.ts'
import type { Role } from './flow.ts'
import type { Severity } from './rule.ts'

/**
 * What time alone does to complaints: those who lead are told of a serious one at once [003:637], and whoever answers is told
 * before and after the time to answer runs out [N07]; a return visit that is late is told, too [N06]. Pure.
 */
export const complaintClocks = ['serious', 'reply', 'visit'] as const
export type ComplaintClock = (typeof complaintClocks)[number]

/** One thing that somebody was told. `step`: of `reply` per cent of its time; of the others how many times it was told. */
export interface ComplaintRung {
  readonly clock: ComplaintClock
  readonly step: number
  readonly tell: readonly Role[]
  /** When it should have been told. */
  readonly dueAt: number
  readonly at: number
  /** How much too late, as after a restart. */
  readonly lateMs: number
  readonly ackBy: string | null
  readonly ackAt: number | null
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Looked for every few seconds: a little late is on time. */
const TOLERANCE_MS = 30_000

const replySteps: readonly { readonly step: number; readonly tell: readonly Role[] }[] = [
  { step: 75, tell: ['desk'] },
  { step: 100, tell: ['desk', 'manager'] },
  { step: 150, tell: ['manager'] },
  { step: 200, tell: ['manager', 'admin'] },
]
const lead: readonly Role[] = ['manager', 'admin']
/** After the moment itself; the last one is told again each day. */
const seriousSteps = [
  { afterMs: 0, tell: ['manager'] as readonly Role[] },
  { afterMs: 30 * MINUTE, tell: lead },
  { afterMs: 4 * HOUR, tell: lead },
]
const visitSteps = [
  { afterMs: 0, tell: ['desk', 'manager'] as readonly Role[] },
  { afterMs: DAY, tell: lead },
]

/** Since when it is to be answered: since it came, or since it was opened again. */
export const answeredFrom = (c: Complaint): number => c.visits.findLast(v => v.satisfied === false)?.at ?? c.at

/**
 * What is due to be told and was not, each once, however long nobody looked. What ends it is a person: an answer, a return
 * visit, telling those above, or saying that he knows. Behind the last step that one is told again once a day.
 */
export function dueComplaintRungs(c: Complaint, now: number): ComplaintRung[] {
  if (c.phase === 'closed' || c.phase === 'withdrawn') return []
  const due: ComplaintRung[] = []
  const rung = (clock: ComplaintClock, step: number, tell: readonly Role[], dueAt: number) => {
    const late = now - dueAt
    due.push({ clock, step, tell, dueAt, at: now, lateMs: late > TOLERANCE_MS ? late : 0, ackBy: null, ackAt: null })
  }
  /** Steps by moment, and the last of them again and again. `since`: what was told before belongs to another round. */
  const climb = (
    clock: ComplaintClock,
    since: number,
    steps: readonly { readonly step: number; readonly at: number; readonly tell: readonly Role[] }[],
    acked: (step: number, told: readonly ComplaintRung[]) => boolean,
  ) => {
    // By when it was due as well: a clock that was set back must not make what was told look like long ago.
    const told = c.rungs.filter(r => r.clock === clock && (r.at >= since || r.dueAt >= since))
    const before = due.length
    for (const { step, at, tell } of steps)
      if (at <= now && !told.some(r => r.step === step) && !acked(step, told)) rung(clock, step, tell, at)
    const top = steps.at(-1)!
    const last = told.filter(r => r.step >= top.step).at(-1)
    if (due.length > before || !last || acked(top.step, told)) return
    // Told in the future: the clock was set back since, and by how much is no reason to be silent.
    if (now >= last.at + DAY || last.at > now) rung(clock, last.step + 1, top.tell, last.at > now ? now : last.at + DAY)
  }
  const anyAck = (_: number, told: readonly ComplaintRung[]) => told.some(r => r.ackAt !== null)
  const open = c.phase === 'new' || c.phase === 'handling'
  if (open && c.seriousSince !== null && c.reportedUp === null) {
    const since = c.seriousSince
    const steps = seriousSteps.map(({ afterMs, tell }, i) => ({ step: i + 1, at: since + afterMs, tell }))
    climb('serious', since, steps, anyAck)
  }
  if (open) {
    const since = answeredFrom(c)
    const steps = replySteps.map(({ step, tell }) => ({
      ...{ step, tell },
      at: since + Math.round(((c.replyBy - since) * step) / 100),
    }))
    // Who has seen the warning has not seen that the time is over.
    climb('reply', since, steps, (step, told) => told.some(r => r.ackAt !== null && r.step < 100 === step < 100))
  }
  if (c.phase === 'replied' && c.visitBy !== null) {
    const { visitBy } = c
    const steps = visitSteps.map(({ afterMs, tell }, i) => ({ step: i + 1, at: visitBy + afterMs, tell }))
    climb('visit', visitBy, steps, anyAck)
  }
  return due
}

/** Who can say that he knows: of a serious one only those who lead, since it is they who are to be told. */
export const mayKnow = (clock: ComplaintClock, role: Role): boolean => clock !== 'serious' || lead.includes(role)

/** A person says that he knows. */
export const acknowledgedRungs = (
  rungs: readonly ComplaintRung[],
  actor: { readonly name: string; readonly role: Role },
  now: number,
): readonly ComplaintRung[] =>
  rungs.map(r => (r.ackAt === null && mayKnow(r.clock, actor.role) ? { ...r, ackBy: actor.name, ackAt: now } : r))

/** How pressing it is to tell it: what is late, and what is serious, is more than a reminder. */
export const complaintSeverity = (clock: ComplaintClock, step: number): Severity =>
  clock === 'serious' || (clock === 'reply' && step >= 100) ? 'high' : 'medium'
