import { credentialClasses, isTemporary } from './credential.ts'
import { inward, type Layer, modeOf } from './doormode.ts'
import type { Outcome } from './outcome.ts'
import {
  type AccessRequest,
  ESCORT_MS,
  type HeldCredential,
  type Holder,
  OUTSIDE,
  type PinRead,
  type Snapshot,
} from './policy.ts'

/** What was looked at, in order: the explanation of an answer. */
export interface Look {
  readonly rule: RuleId
  readonly outcome: Outcome | null
}
export interface Decision {
  readonly outcome: Outcome
  /** The rule that gave it. */
  readonly rule: RuleId
  /** The lock is to be released for this. */
  readonly unlock: boolean
  /** Whatever the outcome is; said to nobody on the spot. */
  readonly duress: boolean
  readonly policyVersion: string
  readonly mode: Layer
  /** What the explanation is filled with. */
  readonly facts: Readonly<Record<string, string | number>>
  /** What was passed before, for "explain". */
  readonly looks: readonly Look[]
  /** What is worth a line although it refuses nothing. */
  readonly notes: readonly Outcome[]
}

interface Asked {
  readonly request: AccessRequest
  readonly snapshot: Snapshot
  readonly mode: Layer
}
interface Known extends Asked {
  readonly credential: HeldCredential
  readonly holder: Holder
  readonly pin: PinRead
}
type Answer = Outcome | null | { readonly outcome: Outcome; readonly facts: Decision['facts'] }

/**
 * The rules by which somebody is let in or not, in their order: the first that answers decides. What makes a credential
 * worthless comes before what a door wants, so that a revoked card is called revoked everywhere.
 */
const rules = {
  phase: ({ credential: { phase } }: Known): Answer =>
    phase === 'active'
      ? null
      : phase === 'suspended'
        ? 'denied-suspended'
        : phase === 'requested'
          ? 'denied-not-approved'
          : 'denied-revoked',
  person: ({ holder }: Known): Answer => (holder.status === 'active' ? null : 'denied-suspended'),
  // Whoever holds the other one of it is let in as little: nobody knows which is the copy.
  travel: ({ snapshot: { elsewhere }, credential }: Known): Answer =>
    elsewhere && credentialClasses[credential.class] === 'identifies'
      ? { outcome: 'denied-travel', facts: { ...elsewhere } }
      : null,
  // A pass must not come back to life because somebody sets the clock back.
  clock: ({ holder, snapshot }: Known): Answer =>
    !snapshot.clockSafe && isTemporary(holder.kind) ? 'denied-clock-unsafe' : null,
  validity: ({ credential: c, request: { at }, snapshot: { clockSafe, latest } }: Known): Answer => {
    // By a clock that was set back nothing that had ended begins again; by one set far ahead nothing ends.
    if ((clockSafe ? at : Math.min(at, latest)) >= c.validTo || latest >= c.validTo)
      return { outcome: 'denied-expired', facts: { validTo: c.validTo } }
    return clockSafe && at < c.validFrom ? { outcome: 'denied-not-yet-valid', facts: { validFrom: c.validFrom } } : null
  },
  works: ({ credential }: Known): Answer => (credential.siteClosed ? 'denied-site-closed' : null),
  lockdown: ({ mode, holder }: Known): Answer =>
    inward[mode.mode] === 'level' && holder.level < (mode.level ?? Number.POSITIVE_INFINITY)
      ? { outcome: 'denied-lockdown', facts: { level: holder.level, needs: mode.level ?? '—' } }
      : null,
  lockout: ({ mode }: Known): Answer => (mode.mode === 'lockout' ? 'denied-lockout' : null),
  threat: ({ snapshot, holder }: Known): Answer =>
    holder.level < snapshot.threatLevel
      ? { outcome: 'denied-threat-level', facts: { level: holder.level, needs: snapshot.threatLevel } }
      : null,
  strength: ({ snapshot: { door }, credential, pin }: Known): Answer => {
    const strength = credentialClasses[credential.class]
    // A PIN alone is found by trying; it counts where little is at stake.
    if (strength === 'knows') return door.class === 'low' ? null : 'denied-class'
    return door.class === 'high' && strength === 'identifies' && pin === 'none' ? 'pending-pin' : null
  },
  group: ({ snapshot: { door }, credential }: Known): Answer =>
    credential.grants.some(g => door.groups.includes(g.group)) ? null : 'denied-wrong-door',
  schedule: ({ snapshot, credential, mode }: Known): Answer => {
    const here = credential.grants.filter(g => snapshot.door.groups.includes(g.group))
    if (here.some(g => g.always)) return null
    if (mode.mode === 'scheduled-lock' || snapshot.asks === 'locked') return 'denied-schedule'
    // Without a clock that can be believed no rule of time counts; who is temporary was refused before.
    if (!snapshot.clockSafe || here.some(g => g.schedule === null || snapshot.within(g.schedule))) return null
    return snapshot.holiday ? 'denied-holiday' : 'denied-schedule'
  },
  certificate: ({ snapshot: { door }, holder, request: { at } }: Known): Answer => {
    const kind = door.certificate
    if (kind === null || holder.kind === 'visitor') return null
    return holder.certificates.some(c => c.kind === kind && at < c.validTo)
      ? null
      : { outcome: 'denied-cert-expired', facts: { certificate: kind } }
  },
  permit: ({ credential: { permitTo }, request: { at } }: Known): Answer =>
    permitTo !== null && at >= permitTo ? 'denied-permit-missing' : null,
  pin: ({ pin, snapshot }: Known): Answer =>
    pin === 'locked'
      ? 'denied-pin-locked'
      : pin === 'wrong'
        ? 'denied-pin-wrong'
        : pin === 'none' && snapshot.asks === 'card-pin'
          ? 'pending-pin'
          : null,
  custody: ({ snapshot: { door }, holder }: Known): Answer =>
    door.custody && holder.kind === 'contractor' && !holder.duplicateAtGate ? 'denied-custody-token-missing' : null,
  supervisor: ({ snapshot: { area, supervisorsInside }, holder }: Known): Answer =>
    area && area.supervisors.length > 0 && supervisorsInside === 0 && !shares(holder.roles, area.supervisors)
      ? { outcome: 'denied-supervisor-missing', facts: { roles: area.supervisors.join(', ') } }
      : null,
  escort: ({ snapshot: { door, waiting }, holder, request: { at } }: Known): Answer => {
    if (!door.escort || !isTemporary(holder.kind)) return null
    const brought = waiting?.escort && waiting.person !== holder.id && fresh(waiting.at, at, ESCORT_MS)
    return brought ? null : 'denied-escort-missing'
  },
  passback: ({ snapshot: { area }, holder, request: { at } }: Known): Answer => {
    if (!area || holder.forgivenUntil > at) return null
    if (area.passback === 'hard') return holder.area === area.id ? 'denied-apb-hard' : null
    if (area.passback !== 'timed') return null
    const last = holder.enteredAt[area.id]
    // An entry that lies ahead was written before the clock was set back: it is still an entry.
    return last !== undefined && at - last < area.passbackMin * 60_000
      ? { outcome: 'denied-apb-timed', facts: { minutes: area.passbackMin } }
      : null
  },
  capacity: ({ snapshot: { area, inside }, holder }: Known): Answer =>
    area && area.capacity !== null && inside >= area.capacity && holder.area !== area.id
      ? { outcome: 'denied-area-full', facts: { inside, capacity: area.capacity } }
      : null,
  interlock: ({ snapshot: { othersOpen } }: Known): Answer =>
    othersOpen.length > 0 ? { outcome: 'denied-interlock', facts: { doors: othersOpen.join(', ') } } : null,
  'two-persons': ({ snapshot: { door, waiting }, holder, credential, request: { at } }: Known): Answer => {
    const pair = door.twoPersons
    if (!pair) return null
    const mine = pair.roles.filter(role => holder.roles.includes(role))
    const first = waiting && fresh(waiting.at, at, pair.withinS * 1000) ? waiting : null
    if (first && first.person !== holder.id && first.credential !== credential.id) {
      const [a, b] = pair.roles
      const both = (first.roles.includes(a) && mine.includes(b)) || (first.roles.includes(b) && mine.includes(a))
      return both ? null : { outcome: 'denied-second-person', facts: { roles: pair.roles.join(' + ') } }
    }
    return mine.length === 0
      ? { outcome: 'denied-second-person', facts: { roles: pair.roles.join(' + ') } }
      : { outcome: 'pending-second-person', facts: { roles: pair.roles.join(' + '), seconds: pair.withinS } }
  },
} as const satisfies Record<string, (asked: Known) => Answer>

const inOrder = Object.entries(rules) as [keyof typeof rules, (asked: Known) => Answer][]
export const ruleIds = [
  ...['way-out', 'mode', 'reading'],
  ...(Object.keys(rules) as (keyof typeof rules)[]),
  ...['all', 'controller'],
] as const
/** controller: decided there, by its table. */
export type RuleId = 'way-out' | 'mode' | 'reading' | keyof typeof rules | 'all' | 'controller'

const shares = (a: readonly string[], b: readonly string[]): boolean => a.some(one => b.includes(one))
/** One that lies ahead was written before the clock was set back: it is too old, whenever it was. */
const fresh = (then: number, at: number, ms: number): boolean => then <= at && at - then <= ms

/**
 * Whether somebody may pass, and why. Pure: the same request and snapshot give the same answer. `out` is never refused by
 * anything [GB 50396 3.0.4: safety before security]; what is wrong about it becomes a note.
 */
export function decide(request: AccessRequest, snapshot: Snapshot): Decision {
  const mode = modeOf(snapshot.layers, request.at)
  const looks: Look[] = []
  const { reading } = request
  const duress = reading.kind === 'known' && reading.pin === 'duress'
  const done = (
    outcome: Outcome,
    rule: RuleId,
    unlock: boolean,
    facts: Decision['facts'] = {},
    notes: readonly Outcome[] = [],
  ): Decision => {
    looks.push({ rule, outcome })
    const { policyVersion } = snapshot
    return { outcome, rule, unlock, duress, policyVersion, mode, facts, looks, notes }
  }
  if (request.direction === 'out') return done('granted-egress', 'way-out', true, {}, notesOut(request, snapshot))
  looks.push({ rule: 'way-out', outcome: null })
  // Nobody is asked at an open door, and no door is opened for whoever was.
  if (inward[mode.mode] === 'open') return done('open', 'mode', false, { mode: mode.mode })
  looks.push({ rule: 'mode', outcome: null })
  if (reading.kind === 'unknown') return done('denied-unknown', 'reading', false)
  if (reading.kind === 'bad') return done(badReadings[reading.why], 'reading', false)
  looks.push({ rule: 'reading', outcome: null })
  const asked: Known = { request, snapshot, mode, ...reading }
  for (const [rule, check] of inOrder) {
    const answer = check(asked)
    if (answer === null) {
      looks.push({ rule, outcome: null })
      continue
    }
    return typeof answer === 'string' ? done(answer, rule, false) : done(answer.outcome, rule, false, answer.facts)
  }
  const { area, door } = snapshot
  const again =
    area?.passback === 'soft' && reading.holder.area === area.id && reading.holder.forgivenUntil <= request.at
  const opens = shares(reading.holder.roles, door.firstIn) && snapshot.asks === 'unlocked' && !snapshot.armed
  return done(
    duress ? 'granted-duress' : again ? 'granted-apb-soft' : opens ? 'granted-first-in' : 'granted',
    'all',
    true,
    {},
    again ? ['granted-apb-soft'] : [],
  )
}

const badReadings = {
  format: 'denied-format',
  parity: 'denied-parity',
  signature: 'denied-signature',
  replay: 'denied-replay',
  repeated: 'denied-repeated',
  skew: 'denied-replay',
  expired: 'denied-expired',
  'not-yet-valid': 'denied-not-yet-valid',
} as const

/** What is odd about somebody who leaves: he leaves all the same. */
function notesOut({ reading, at }: AccessRequest, snapshot: Snapshot): Outcome[] {
  if (reading.kind === 'unknown') return ['denied-unknown']
  if (reading.kind === 'bad') return [badReadings[reading.why]]
  const { credential, holder } = reading
  const notes: Outcome[] = []
  if (credential.phase !== 'active') notes.push('denied-revoked')
  else if (snapshot.clockSafe && at >= credential.validTo) notes.push('denied-expired')
  const passback = snapshot.area?.passback ?? 'none'
  if (passback !== 'none' && holder.area !== null && holder.area !== snapshot.door.area) notes.push('granted-apb-soft')
  return notes
}

/**
 * Where somebody is after a door was really opened for him; a grant that was not taken moves nobody. After a fire release
 * nobody is outside because of it: where people are is not known.
 */
export const areaAfter = (door: { readonly area: string; readonly from: string }, direction: 'in' | 'out'): string =>
  direction === 'in' ? door.area : door.from || OUTSIDE
