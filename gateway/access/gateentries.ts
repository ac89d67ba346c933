import type { Decision } from '../../rules/access/decide.ts'
import { OUTSIDE } from '../../rules/access/policy.ts'
import { moveVisit, usualRoom } from '../../rules/access/visit.ts'
import type { Role } from '../../rules/flow.ts'
import type { Actor } from '../core/events.ts'
import type { Credential } from '../records/credentials.ts'
import type { GateEntry, GateHow } from '../records/gate.ts'
import type { Note } from '../records/trail.ts'
import type { SiteGate } from '../site/roomschema.ts'
import type { GateDeps } from './gate.ts'

/** A movement as the page of a gate has put it down when it happened. */
export interface SentEntry {
  readonly post: string
  /** Counted up by the page: what was sent twice is one. */
  readonly n: number
  readonly gate: string
  readonly at: number
  readonly credential: string | null
  readonly visit: string | null
  readonly escort: string
  readonly direction: 'in' | 'out'
  readonly how: GateHow
  readonly by: string
  readonly event: number | null
}
export interface TakenEntry {
  /** `before`: it was here already. `other`: another one has this number, so this one was not taken. */
  readonly result: 'taken' | 'before' | 'other'
  readonly entry: GateEntry
}
interface Deps extends GateDeps {
  gateOf(id: string): SiteGate
  decide(gate: string, direction: 'in' | 'out', c: Credential, at: number): Decision
}

/**
 * Takes down what has happened at a gate. It did happen: what does not fit with what has become known meanwhile is a
 * conflict to be looked at, never a reason to forget it. One transaction for each entry.
 */
export function takeEntry(deps: Deps, sent: SentEntry, actor: Actor & { readonly role: Role }): TakenEntry {
  const { gateRecords, trail, clock } = deps
  const had = gateRecords.get(sent.post, sent.n)
  if (had) return { result: same(had, sent) ? 'before' : 'other', entry: had }
  return trail.change(actor, note => {
    const now = clock.now()
    // Nothing happens later than now: its clock is wrong, ours says when we heard of it.
    const ahead = sent.at > now + 60_000
    const at = Math.min(sent.at, now)
    const moved =
      sent.visit === null
        ? credentialMoved(deps, note, { ...sent, at })
        : visitMoved(deps, note, { ...sent, at }, actor)
    const entry = gateRecords.add(note, {
      ...{ post: sent.post, n: sent.n, gate: sent.gate, at, receivedAt: now, credential: sent.credential },
      ...{ visit: sent.visit, direction: sent.direction, how: sent.how, by: sent.by },
      ...{ event: moved.event, conflict: moved.conflict ?? (ahead ? 'clock-ahead' : null) },
    })
    return { result: 'taken', entry }
  })
}

const same = (had: GateEntry, sent: SentEntry): boolean =>
  had.credential === sent.credential && had.visit === sent.visit && had.direction === sent.direction

function credentialMoved(deps: Deps, note: Note, sent: SentEntry): { event: number | null; conflict: string | null } {
  const { credentials, accessRecords } = deps
  const c = sent.credential === null ? undefined : credentials.get(sent.credential)
  if (!c) return { event: null, conflict: 'unknown' }
  let { event } = sent
  let conflict: string | null = null
  if (sent.how !== 'online' || event === null) {
    const decision = deps.decide(sent.gate, sent.direction, c, sent.at)
    const about = { at: sent.at, door: sent.gate, direction: sent.direction, credential: c.id, person: c.person }
    event = accessRecords.addEvent(note, about, decision)
    if (decision.outcome.startsWith('denied')) conflict = decision.outcome
  }
  if (c.duplicate === 'returned') conflict ??= 'returned'
  else if (c.duplicate !== 'none') {
    const to = sent.direction === 'in' ? 'gate' : 'holder'
    if (c.duplicate === to) conflict ??= to === 'gate' ? 'already-inside' : 'not-inside'
    else credentials.moveDuplicate(note, c.id, to, sent.at, true)
  }
  const { area } = deps.gateOf(sent.gate)
  const to = sent.direction === 'in' ? (area ?? sent.gate) : OUTSIDE
  // Where somebody was seen since counts for more than what is told late.
  if (accessRecords.where(c.person).at <= sent.at) accessRecords.enter(note, c.person, to, sent.gate, event, sent.at)
  else conflict ??= 'seen-since'
  return { event, conflict }
}

function visitMoved(
  deps: Deps,
  note: Note,
  sent: SentEntry,
  actor: Actor & { readonly role: Role },
): { event: null; conflict: string | null } {
  const visit = deps.visits.get(sent.visit!)
  if (!visit) return { event: null, conflict: 'unknown' }
  const needed = visit.space === null ? [] : (deps.site()?.access.rooms.get(visit.space) ?? usualRoom).approvals
  const action = sent.direction === 'in' ? 'enter' : 'leave'
  const escort = sent.escort.trim() || visit.escort
  const about = { ...visit, needed, escortNeeded: escortNeeded(deps, visit.space) }
  const moved = moveVisit(about, action, actor, sent.at, escort)
  const conflict =
    'refused' in moved ? (visit.phase === 'inside' && action === 'enter' ? 'already-inside' : moved.refused) : null
  const impossible = action === 'enter' ? visit.phase === 'inside' : visit.phase !== 'inside'
  if (!impossible)
    deps.visits.put(note, {
      ...visit,
      escort,
      ...(action === 'enter'
        ? { phase: 'inside' as const, inAt: sent.at, inBy: sent.by }
        : { phase: 'left' as const, outAt: sent.at, outBy: sent.by }),
    })
  return { event: null, conflict: impossible ? (action === 'enter' ? 'already-inside' : 'not-inside') : conflict }
}
export const escortNeeded = (deps: Pick<GateDeps, 'site'>, space: string | null): boolean =>
  space !== null && (deps.site()?.access.rooms.get(space) ?? usualRoom).escort
