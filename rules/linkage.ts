import type { PointId, Sample, Text, Value } from '../drivers/point.ts'
import type { Role } from './flow.ts'

/**
 * Fire linkage (消防联动) as the gateway sees it. The panel and its hard wires act by themselves and are never the
 * gateway's to prevent; the gateway follows, proves device by device, and where a site says so releases a second time.
 * What drives something needs two independent devices: two detectors, or a detector and a call point [GB 50116-2013 4.1.6].
 */
export const linkageKinds = [
  'doors',
  'barriers',
  'dampers',
  'fans',
  'shutters',
  'fire-pumps',
  'lifts',
  'broadcast',
  'power-off',
  'gas-valve',
  'other',
] as const
export type LinkageKind = (typeof linkageKinds)[number]
/**
 * Ways out: their release outranks interlocks, tags, cool-down and the second person [GB 50116-2013 4.10.2, 4.10.3;
 * GB 55024-2022 5.3.6]. Nothing else does: a tagged smoke fan may have somebody's hands in it, and is called out instead.
 */
export const egressKinds: readonly LinkageKind[] = ['doors', 'barriers']

/** What one panel says of a zone. The same detector may be on two panels, so panels are never added up. */
export interface LinkageSource {
  /** Each a detector in alarm, or how many of them are. */
  readonly devices: readonly PointId[]
  readonly callPoints: readonly PointId[]
  /** The panel's own confirmation: its linkage acts on it, whatever we count. */
  readonly confirmed: PointId | null
}
export interface LinkageZone {
  readonly id: string
  readonly name: Text
  readonly space: string | null
  readonly sources: readonly LinkageSource[]
}
export interface LinkageDevice {
  /** The point that proves it is its name. */
  readonly proof: { readonly point: PointId; readonly values: readonly Value[] }
  readonly name: Text
  readonly command: { readonly point: PointId; readonly value: Value; readonly restore: Value | null } | null
}
export interface LinkageAction {
  readonly id: string
  readonly kind: LinkageKind
  readonly name: Text
  readonly zones: readonly string[]
  readonly at: 'first' | 'confirmed'
  /** false: the panel does it by itself, only its proof is shown. */
  readonly act: boolean
  /** From the start, or from a command, to the proof. */
  readonly withinS: number
  /** How often a command is sent again that nothing proves. */
  readonly retries: number
  readonly devices: readonly LinkageDevice[]
  readonly source?: string | undefined
}
export interface Linkage {
  readonly zones: readonly LinkageZone[]
  readonly actions: readonly LinkageAction[]
}

/**
 * first: one device; somebody looks. confirmed: what follows from it is under way. linked: all of it is proved or given up;
 * the panel is to be reset. to-confirm: the panel is normal, a person has still to say so.
 */
export const linkagePhases = ['normal', 'first', 'confirmed', 'linked', 'to-confirm'] as const
export type LinkagePhase = (typeof linkagePhases)[number]
export type Evidence = 'devices' | 'call-point' | 'panel'
export interface ZoneState {
  readonly phase: Exclude<LinkagePhase, 'normal'>
  readonly since: number
  readonly firstAt: number
  readonly confirmedAt: number | null
  readonly by: Evidence | null
  /** The most devices that were in alarm at once. */
  readonly devices: number
  /** Fires of this zone before this one that nobody has said to be over, oldest first. */
  readonly former?: readonly Episode[]
}
/** A fire after which the panel was normal, and that came again before a person had said that it is over. */
export interface Episode {
  readonly firstAt: number
  readonly confirmedAt: number | null
  readonly normalAt: number
  readonly devices: number
}
/** lost: proved once, and not any more. refused: a tag, an interlock or the device said no. */
export const proofPhases = ['waiting', 'sent', 'proved', 'not-confirmed', 'refused', 'lost'] as const
export type ProofPhase = (typeof proofPhases)[number]
export interface ProofState {
  readonly phase: ProofPhase
  readonly since: number
  readonly attempts: number
  readonly sentAt: number | null
  readonly command: string | null
  readonly provedAt: number | null
}
export interface ActionState {
  readonly startedAt: number
  /** By the point that proves it. */
  readonly devices: Readonly<Record<string, ProofState>>
}
export interface LinkageState {
  readonly zones: Readonly<Record<string, ZoneState>>
  readonly actions: Readonly<Record<string, ActionState>>
  /** Confirmed by a person, and not commanded yet. */
  readonly restores?: readonly DueRestore[]
}
export const CALM: LinkageState = { zones: {}, actions: {} }

/** Why a zone was in alarm, said by whoever takes it back. */
export const linkageCauses = [
  'fire',
  'drill',
  'cooking',
  'steam',
  'dust',
  'hot-work',
  'smoking',
  'device-fault',
  'pressed',
  'unknown',
] as const
export type LinkageCause = (typeof linkageCauses)[number]

/** A line for the trail: about a zone, or about a device of an action. */
export interface LinkageEvent {
  readonly id: string
  readonly what:
    | 'first'
    | 'confirmed'
    | 'linked'
    | 'panel-normal'
    | 'again'
    | 'started'
    | 'proved'
    | 'lost'
    | 'not-confirmed'
    | 'refused'
    | 'ended'
    | 'retired'
    | 'restore-given-up'
  readonly data: Readonly<Record<string, Value | null>>
}
/** A command to be given: it is stored together with the state that says that it was sent. */
export interface Send {
  readonly command: string
  readonly action: string
  readonly point: PointId
  readonly value: Value
  /** It outranks what would hold a door shut. */
  readonly egress: boolean
  /** The point that proves it, and how it stood with it before. */
  readonly device: PointId
  readonly before: ProofState
}
export interface Surroundings {
  readonly get: (point: PointId) => Pick<Sample, 'value' | 'quality' | 'reason'> | undefined
  /** What became of a command; undefined: it is not known. */
  readonly command: (id: string) => 'sent' | 'confirmed' | 'not-confirmed' | 'refused' | undefined
  readonly newId: () => string
}
export interface Step {
  readonly state: LinkageState
  readonly events: readonly LinkageEvent[]
  readonly sends: readonly Send[]
}

/** A moment that is still to come was written before the clock was set back: by now it is long enough ago. */
const elapsedMs = (since: number, now: number): number => (since > now ? Number.POSITIVE_INFINITY : now - since)

/** A way out is tried again for as long as the fire lasts. */
const EGRESS_AGAIN_MS = 30_000

/** What the sources of a zone say. `calm`: all of them, on good data, that nothing is in alarm. */
export function evidenceOf(zone: LinkageZone, get: Surroundings['get']) {
  let devices = 0
  let by: Evidence | null = null
  let calm = true
  const count = (points: readonly PointId[]): number => {
    let n = 0
    for (const point of points) {
      const sample = get(point)
      if (sample?.quality !== 'good') calm = false
      // Doubtful is enough to look into it; a value from before a lost line says nothing of now.
      if (!sample || sample.quality === 'bad' || sample.reason === 'stale') continue
      n += typeof sample.value === 'number' ? Math.max(0, Math.floor(sample.value)) : sample.value === true ? 1 : 0
    }
    return n
  }
  for (const source of zone.sources) {
    const detectors = count(source.devices)
    const callPoints = count(source.callPoints)
    const panel = source.confirmed !== null && count([source.confirmed]) > 0
    if (detectors + callPoints > 0 || panel) calm = false
    devices = Math.max(devices, detectors + callPoints, panel ? 1 : 0)
    // Two call points are not what the clause says: people press the next one they come to.
    by ??= detectors >= 2 ? 'devices' : detectors >= 1 && callPoints >= 1 ? 'call-point' : panel ? 'panel' : null
  }
  return { devices, by, calm }
}

/** So many are kept; all of them are on the trail. */
const MOST_FORMER = 20

const burning = (zone: ZoneState | undefined, at: LinkageAction['at']): boolean =>
  zone !== undefined && (at === 'first' || zone.confirmedAt !== null)
const wantedBy = (action: LinkageAction, zones: LinkageState['zones']): boolean =>
  action.zones.some(id => burning(zones[id], action.at))

/** All that calls for it is normal again; only a person has not said so yet. */
const isOver = (action: LinkageAction, zones: LinkageState['zones']): boolean =>
  !action.zones.some(id => burning(zones[id], action.at) && zones[id]!.phase !== 'to-confirm')

/** Looks at everything once. Called whenever something may have changed, and each second. */
export function stepLinkage(linkage: Linkage, state: LinkageState, around: Surroundings, now: number): Step {
  const events: LinkageEvent[] = []
  const sends: Send[] = []
  const zones: Record<string, ZoneState> = {}
  const again = new Set<string>()
  for (const id of Object.keys(state.zones))
    if (!linkage.zones.some(z => z.id === id)) events.push({ id, what: 'retired', data: {} })
  for (const zone of linkage.zones) {
    const had = state.zones[zone.id]
    const next = zoneStep(zone, had, around, now, (what, data = {}) => {
      events.push({ id: zone.id, what, data })
      if (what === 'confirmed' || what === 'again') again.add(zone.id)
    })
    if (next) zones[zone.id] = next
  }
  const actions: Record<string, ActionState> = {}
  for (const action of linkage.actions) {
    const had = state.actions[action.id]
    if (!wantedBy(action, zones)) {
      // Its zones were taken out of the site while they burnt: nobody could ever say that it is over.
      if (had) events.push({ id: action.id, what: 'ended', data: {} })
      continue
    }
    const retry = action.zones.some(id => again.has(id))
    const over = isOver(action, zones)
    // Another fire: what was proved of the last one proves nothing of this one.
    const since = had && isOver(action, state.zones) && !over ? undefined : had
    actions[action.id] = actionStep(action, since, around, now, retry, over, events, sends)
  }
  for (const zone of linkage.zones) {
    const at = zones[zone.id]
    if (at?.phase !== 'confirmed') continue
    const mine = linkage.actions.filter(a => a.zones.includes(zone.id))
    if (!mine.every(a => settled(actions[a.id]))) continue
    zones[zone.id] = { ...at, phase: 'linked', since: now }
    events.push({ id: zone.id, what: 'linked', data: {} })
  }
  const same = events.length === 0 && sends.length === 0 && sameZones(state.zones, zones)
  return { state: same ? state : { ...state, zones, actions }, events, sends }
}

type Say = (what: LinkageEvent['what'], data?: LinkageEvent['data']) => void

function zoneStep(
  zone: LinkageZone,
  had: ZoneState | undefined,
  around: Surroundings,
  now: number,
  say: Say,
): ZoneState | undefined {
  const { devices, by, calm } = evidenceOf(zone, around.get)
  const most = Math.max(had?.devices ?? 0, devices)
  if (had?.phase === 'to-confirm') {
    if (devices === 0) return had
    const { firstAt, confirmedAt, since: normalAt } = had
    const former = [...(had.former ?? []), { firstAt, confirmedAt, normalAt, devices: had.devices }].slice(-MOST_FORMER)
    // Nobody has said yet that the last one is over: where that was confirmed, one device is enough.
    const sure = by !== null || confirmedAt !== null
    say(confirmedAt !== null ? 'again' : sure ? 'confirmed' : 'first', { by, devices, fire: former.length + 1 })
    const phase = sure ? 'confirmed' : 'first'
    return { phase, since: now, firstAt: now, confirmedAt: sure ? now : null, by, devices, former }
  }
  if (by !== null && (had === undefined || had.confirmedAt === null)) {
    say('confirmed', { by, devices })
    const firstAt = had?.firstAt ?? now
    return { ...had, phase: 'confirmed', since: now, firstAt, confirmedAt: now, by, devices: most }
  }
  if (had === undefined) {
    if (devices === 0) return undefined
    say('first', { devices })
    return { phase: 'first', since: now, firstAt: now, confirmedAt: null, by: null, devices }
  }
  if (calm) {
    say('panel-normal')
    return { ...had, phase: 'to-confirm', since: now }
  }
  return most === had.devices ? had : { ...had, devices: most }
}

const FRESH = (now: number): ProofState => ({
  phase: 'waiting',
  since: now,
  attempts: 0,
  sentAt: null,
  command: null,
  provedAt: null,
})

function actionStep(
  action: LinkageAction,
  had: ActionState | undefined,
  around: Surroundings,
  now: number,
  retry: boolean,
  over: boolean,
  events: LinkageEvent[],
  sends: Send[],
): ActionState {
  if (!had) events.push({ id: action.id, what: 'started', data: { act: action.act, devices: action.devices.length } })
  const devices: Record<string, ProofState> = {}
  for (const device of action.devices) {
    const { point } = device.proof
    const was = had?.devices[point] ?? FRESH(now)
    const from = retry && ended(was) && was.phase !== 'proved' ? FRESH(now) : was
    devices[point] = proofStep(action, device, from, around, now, over, events, sends)
  }
  return { startedAt: had?.startedAt ?? now, devices }
}

const ended = ({ phase }: ProofState): boolean => phase !== 'waiting' && phase !== 'sent'

function proofStep(
  action: LinkageAction,
  device: LinkageDevice,
  was: ProofState,
  around: Surroundings,
  now: number,
  over: boolean,
  events: LinkageEvent[],
  sends: Send[],
): ProofState {
  const { point, values } = device.proof
  const sample = around.get(point)
  const shown = sample?.quality === 'good' ? values.includes(sample.value as Value) : undefined
  const say = (what: LinkageEvent['what']) =>
    events.push({ id: action.id, what, data: { device: point, attempts: was.attempts } })
  if (shown) {
    if (was.phase === 'proved') return was
    say('proved')
    return { ...was, phase: 'proved', since: now, provedAt: was.provedAt ?? now }
  }
  if (was.phase === 'proved') {
    // What cannot be read is not what has been undone.
    if (shown === undefined) return was
    // What the panel gives back with its own reset was proved in its time.
    if (over && !action.act) return was
    say('lost')
    return { ...was, phase: 'lost', since: now, attempts: 0 }
  }
  const limitMs = action.withinS * 1000
  const command = action.act ? device.command : null
  if (command) {
    const egress = egressKinds.includes(action.kind)
    const waitedMs = was.sentAt === null ? Number.POSITIVE_INFINITY : elapsedMs(was.sentAt, now)
    const left = was.attempts <= action.retries
    if (was.phase === 'sent' && was.command !== null && around.command(was.command) === 'refused') {
      say('refused')
      return { ...was, phase: 'refused', since: now }
    }
    // Said first of a way out, too, which is tried again all the same: its zone must not wait for it without end.
    if (!left && was.phase === 'sent' && waitedMs >= limitMs) {
      say('not-confirmed')
      return { ...was, phase: 'not-confirmed', since: now }
    }
    if (left ? waitedMs >= limitMs : egress && waitedMs >= Math.max(limitMs, EGRESS_AGAIN_MS)) {
      const id = around.newId()
      const what = { command: id, action: action.id, point: command.point, value: command.value }
      sends.push({ ...what, egress, device: point, before: was })
      // One that was given up stays what it is until it is proved: it is not to vanish from the list at each try.
      const phase = left && was.phase !== 'refused' ? 'sent' : was.phase
      return {
        ...was,
        phase,
        since: phase === was.phase ? was.since : now,
        attempts: was.attempts + 1,
        sentAt: now,
        command: id,
      }
    }
    return was
  }
  if (was.phase === 'waiting' && elapsedMs(was.since, now) >= limitMs) {
    say('not-confirmed')
    return { ...was, phase: 'not-confirmed', since: now }
  }
  return was
}

/** The state when these were not sent after all: they are due again at once, and none of their tries is spent. */
export function unsent(state: LinkageState, sends: readonly Send[]): LinkageState {
  const actions: Record<string, ActionState> = { ...state.actions }
  for (const { action, device, before } of sends) {
    const had = actions[action]!
    actions[action] = { ...had, devices: { ...had.devices, [device]: before } }
  }
  return { ...state, actions }
}

/** The state after the clock was set by so much: what is waited for takes as long as it would have. */
export function shifted(state: LinkageState, offsetMs: number): LinkageState {
  const proof = (was: ProofState): ProofState => ({
    ...was,
    since: was.phase === 'waiting' ? was.since + offsetMs : was.since,
    sentAt: was.sentAt === null ? null : was.sentAt + offsetMs,
  })
  const actions = Object.entries(state.actions).map(([id, action]) => {
    const devices = Object.entries(action.devices).map(([point, was]) => [point, proof(was)])
    return [id, { ...action, devices: Object.fromEntries(devices) }]
  })
  return { ...state, actions: Object.fromEntries(actions) }
}

const settled = (state: ActionState | undefined): boolean =>
  state === undefined || Object.values(state.devices).every(ended)

const sameZones = (a: LinkageState['zones'], b: LinkageState['zones']): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(b).every(([id, zone]) => a[id] === zone)

export interface Restore {
  readonly action: string
  readonly point: PointId
  readonly value: Value
}
/** In whose name it is commanded. It stands in the state until its command does, so that no crash comes in between. */
export interface DueRestore extends Restore {
  readonly by: { readonly name: string; readonly role: Role }
}

/**
 * A person says that it is over: only when the panel is normal on good data. What hung on this zone alone ends with it,
 * and what has to be set back is handed out, to be commanded in that person's name with all checks.
 */
export function confirmReset(
  linkage: Linkage,
  state: LinkageState,
  zone: string,
  get: Surroundings['get'],
):
  | { readonly wrong: 'linkage-normal' | 'linkage-panel-first' }
  | (Omit<Step, 'sends'> & { readonly restores: readonly Restore[] }) {
  const at = state.zones[zone]
  const known = linkage.zones.find(z => z.id === zone)
  if (!at || !known) return { wrong: 'linkage-normal' }
  if (at.phase !== 'to-confirm' || !evidenceOf(known, get).calm) return { wrong: 'linkage-panel-first' }
  const { [zone]: _, ...zones } = state.zones
  const actions: Record<string, ActionState> = {}
  const events: LinkageEvent[] = []
  const restores: Restore[] = []
  for (const [id, action] of Object.entries(state.actions)) {
    const spec = linkage.actions.find(a => a.id === id)
    if (spec && wantedBy(spec, zones)) {
      actions[id] = action
      continue
    }
    events.push({ id, what: 'ended', data: {} })
    for (const { command } of spec?.act ? spec.devices : [])
      if (command && command.restore !== null)
        restores.push({ action: id, point: command.point, value: command.restore })
  }
  return { state: { ...state, zones, actions }, events, restores }
}

/** Whether a value must not be written now because a way out is to stay open: the fire is not over. */
export const heldOpen = (
  linkage: Linkage,
  state: LinkageState,
  point: PointId,
  value: Value,
): LinkageAction | undefined =>
  linkage.actions.find(
    action =>
      state.actions[action.id] !== undefined &&
      egressKinds.includes(action.kind) &&
      action.devices.some(d => d.command?.point === point && d.command.value !== value),
  )
