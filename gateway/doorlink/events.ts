import { areaAfter, type Decision } from '../../rules/access/decide.ts'
import { NORMAL } from '../../rules/access/doormode.ts'
import { isGrant, type Outcome, outcomeCodes } from '../../rules/access/outcome.ts'
import { travelBetween } from '../../rules/access/suspect.ts'
import type { SiteDoor } from '../access/schema.ts'
import type { Actor } from '../core/events.ts'
import type { AccessRecords } from '../records/access.ts'
import type { Credentials } from '../records/credentials.ts'
import type { ControllerEvent, DoorControllers } from '../records/doorcontrollers.ts'
import type { Note, Trail } from '../records/trail.ts'

export interface EventDeps {
  readonly trail: Trail
  readonly controllers: DoorControllers
  readonly records: AccessRecords
  readonly credentials: Credentials
  readonly doorOf: (id: string) => SiteDoor | undefined
  readonly now: () => number
  /** From one door to another that shares no area with it nobody walks in less, s. */
  readonly travelS: number
  /** A card was let in here while another one of it was elsewhere: two controllers that did not hear of each other. */
  readonly copied: (door: string) => void
}
const isOutcome = (word: unknown): word is Outcome => (outcomeCodes as readonly unknown[]).includes(word)

/**
 * Takes in what a controller has kept: each event once, however often and in whatever order it comes. What it answers is
 * stored before it is told, so the controller may forget it then.
 * @returns up to which event all are here
 */
export function takeEvents(
  deps: EventDeps,
  id: string,
  epoch: string,
  events: readonly ControllerEvent[],
  lost: { readonly from: number; readonly to: number } | null = null,
): number {
  const { trail, controllers, now } = deps
  const by: Actor = { name: `door:${id}`, role: 'gateway' }
  return trail.change(by, note => {
    const had = controllers.get(id)!
    let upTo = had.upTo
    if (had.epoch !== epoch) {
      // Its numbering began anew: what it had not sent by then is gone.
      if (had.epoch !== null) note('door-controller', id, 'memory-lost', { had: had.epoch, upTo })
      controllers.epoch(id, epoch)
      upTo = 0
    }
    const at = now()
    for (const event of events) if (controllers.addEvent(id, epoch, event, at)) taken(deps, note, id, event)
    if (lost && lost.to > upTo) {
      const event = { seq: lost.to, at, door: null, kind: 'lost', data: { from: lost.from, to: lost.to } }
      if (controllers.addEvent(id, epoch, event, at)) note('door-controller', id, 'events-lost', { ...event.data })
      if (lost.from <= upTo + 1) upTo = lost.to
    }
    return controllers.advance(id, epoch, upTo)
  })
}

function taken(deps: EventDeps, note: Note, id: string, event: ControllerEvent): void {
  const { records, credentials, doorOf } = deps
  const door = event.door === null ? undefined : doorOf(event.door)
  if (!door) {
    note('door-controller', id, event.kind, { seq: event.seq, at: event.at, door: event.door, ...event.data })
    return
  }
  const credential = typeof event.data.credential === 'string' ? credentials.get(event.data.credential) : undefined
  const direction = event.data.direction === 'out' ? 'out' : 'in'
  if (event.kind === 'decision' && isOutcome(event.data.outcome)) {
    const decision: Decision = {
      ...{ outcome: event.data.outcome, rule: 'controller', unlock: event.data.unlock === true, duress: false },
      ...{ policyVersion: `table.${event.data.version ?? '—'}`, mode: NORMAL, looks: [], notes: [] },
      facts: { controller: id, event: event.seq },
    }
    const about = { at: event.at, door: door.id, direction, credential: credential?.id ?? null } as const
    const last = credential && direction === 'in' && isGrant(decision.outcome) ? records.lastOf(credential.id) : null
    const other = last ? doorOf(last.door) : undefined
    if (last && other && other.id !== door.id)
      if (Math.abs(event.at - last.at) < travelBetween(door, other, deps.travelS) * 1000) deps.copied(door.id)
    records.addEvent(note, { ...about, person: credential?.person ?? null }, decision)
    return
  }
  if (event.kind === 'entered' && credential) {
    // What we have heard since is newer than what it tells of then.
    if (records.where(credential.person).at < event.at)
      records.moved(note, credential.person, areaAfter(door, direction), door.id, event.at)
    return
  }
  note('door', door.id, event.kind, { controller: id, seq: event.seq, at: event.at, ...event.data })
}
