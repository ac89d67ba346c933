import { ulid } from 'ulid'
import type { PointId, Sample, Text, Value } from '../../drivers/point.ts'
import { type Command, isOpen } from '../../rules/command.ts'
import type { Role } from '../../rules/flow.ts'
import {
  confirmReset,
  type DueRestore,
  heldOpen,
  type LinkageCause,
  type LinkageEvent,
  type LinkageState,
  type Send,
  shifted,
  stepLinkage,
  unsent,
} from '../../rules/linkage.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { fail, GatehouseError } from '../core/errors.ts'
import { type Actor, type Events, GATEWAY } from '../core/events.ts'
import { byList } from '../core/inorder.ts'
import type { LiveCommands } from '../live/commands.ts'
import { actionsOf, type Commands } from '../records/commands.ts'
import type { LinkageRecord } from '../records/linkage.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const LOOK_EVERY_MS = 500
/** Lines for the trail that a full disk did not take; the oldest go first. */
const MOST_OWED = 1000
/** What is to be set back waits so long for its device to be heard, then it is commanded all the same. */
const RESTORE_WAIT_MS = 60_000

export interface LinkageDeps {
  readonly site: Site
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly trail: Trail
  readonly record: LinkageRecord
  readonly commands: Commands
  readonly live: Pick<LiveCommands, 'automatic' | 'go' | 'request'>
  readonly get: (point: PointId) => Sample | undefined
  readonly failed: (error: unknown) => void
}
export type RunningLinkage = ReturnType<typeof runLinkage>

/**
 * Follows the fire panels and does what the site's linkage table says. State, trail and commands are one change; a way out
 * is opened even when that change cannot be stored, because a full disk must not keep a door shut.
 */
export function runLinkage({ site, clock, bus, trail, record, commands, live, get, failed }: LinkageDeps) {
  const { linkage } = site
  let state: LinkageState = record.get(site.id)
  /** What the disk has not taken yet. */
  let owed: LinkageEvent[] = []
  /** Ends of what a release has overtaken, by id: already given up, so nobody else stores them. */
  const owedEnds = new Map<string, Command>()
  let behind = false
  let looking = false

  const startedAt = clock.now()

  /**
   * Commands what a person has confirmed: the command and that it is no longer due are one change. What is asked while the
   * point is busy is due again; what is refused for good is said so.
   * @returns the phase of the command; null: there is none
   */
  function restore(due: DueRestore): Command['phase'] | null {
    const { action, point, value, by } = due
    const left = (state.restores ?? []).filter(one => one !== due)
    const { restores: _, ...rest } = state
    const next: LinkageState = left.length > 0 ? { ...rest, restores: left } : rest
    const giveUp = (why: string) => {
      trail.change(by, note =>
        record.put(note, site.id, next, [{ id: action, what: 'restore-given-up', data: { device: point, why } }]),
      )
      state = next
      return null
    }
    try {
      // It burns again: whoever says that that is over has it set back.
      if (state.actions[action]) return giveUp('again')
      const command = live.request(ulid(clock.now()), point, value, `fire linkage over: ${action}`, by)
      trail.change(by, note => {
        commands.put(note, command, actionsOf(null, command))
        record.put(note, site.id, next, [])
      })
      state = next
      live.go(command)
      return command.phase
    } catch (error) {
      failed(error)
      if (!(error instanceof GatehouseError) || error.code === 'command-busy') return null
      try {
        return giveUp(error.code)
      } catch {
        return null
      }
    }
  }
  /** What a crash has cut off, or was busy; once its device is heard. */
  function restoreDue(): void {
    for (const due of state.restores ?? [])
      if (get(due.point)?.quality === 'good' || Math.abs(clock.now() - startedAt) > RESTORE_WAIT_MS) restore(due)
  }

  const around = {
    get,
    command: (id: string) => {
      const phase = commands.get(id)?.phase
      return phase === 'awaiting' ? 'sent' : phase
    },
    newId: () => ulid(clock.now()),
  }

  function look(): void {
    const step = stepLinkage(linkage, state, around, clock.now())
    if (step.state === state && !behind) return
    const given: { readonly command: Command; readonly send: Send }[] = []
    const notSent: Send[] = []
    for (const send of step.sends) {
      const reason = `fire linkage: ${send.action}`
      const made = live.automatic(send.command, send.point, send.value, reason, send.egress)
      for (const c of made?.overtaken ?? []) owedEnds.set(c.id, c)
      if (made) given.push({ command: made.command, send })
      // Somebody's own command is under way there: what was not sent must not be said to be, or use up a try.
      else if (!send.egress) notSent.push(send)
    }
    state = unsent(step.state, notSent)
    owed = [...owed, ...step.events].slice(-MOST_OWED)
    try {
      trail.change(GATEWAY, note => {
        record.put(note, site.id, state, owed)
        for (const c of owedEnds.values()) {
          const had = commands.get(c.id)
          if (had && isOpen(had)) commands.put(note, c, actionsOf(had, c))
        }
        for (const { command } of given) commands.put(note, command, actionsOf(null, command))
      })
      owed = []
      owedEnds.clear()
      behind = false
      for (const { command } of given) live.go(command)
    } catch (error) {
      behind = true
      failed(error)
      for (const { command, send } of given) if (send.egress) live.go(command)
      // The others are not on the disk, so they were not sent: they are due again at the next look.
      state = unsent(
        state,
        given.flatMap(({ send }) => (send.egress ? [] : [send])),
      )
    }
  }
  function guarded(): void {
    // What is told of a change comes back as an event; one look at a time.
    if (looking) return
    looking = true
    try {
      look()
      restoreDue()
    } catch (error) {
      failed(error)
    } finally {
      looking = false
    }
  }

  const watched = new Set<PointId>([
    ...linkage.zones.flatMap(z =>
      z.sources.flatMap(s => [...s.devices, ...s.callPoints, ...(s.confirmed ? [s.confirmed] : [])]),
    ),
    ...linkage.actions.flatMap(a => a.devices.map(d => d.proof.point)),
  ])
  const concerned = byList(points => points.some(point => watched.has(point)) || undefined)
  let due = false
  const stops =
    watched.size === 0 && Object.keys(state.zones).length === 0 && (state.restores ?? []).length === 0
      ? []
      : [
          bus.on('readings', ({ samples, batches }) => {
            if (due || !(samples.some(s => watched.has(s.point)) || batches.some(b => concerned(b.points)))) return
            due = true
            queueMicrotask(() => {
              due = false
              guarded()
            })
          }),
          clock.every(LOOK_EVERY_MS, guarded),
          clock.onJump(offsetMs => {
            state = shifted(state, offsetMs)
            behind = true
          }),
        ]

  return {
    linkage,
    state: () => state,
    /** The words of the release that a value would undo; null: nothing stands against it. */
    heldOpen: (point: PointId, value: Value): Text | null => heldOpen(linkage, state, point, value)?.name ?? null,
    /**
     * A person says that the alarm of a zone is over. What is to be set back is commanded in his name, with all checks.
     * @throws linkage-normal, linkage-panel-first
     */
    confirm(zone: string, cause: LinkageCause, remark: string, by: Actor & { readonly role: Role }) {
      guarded()
      const done = confirmReset(linkage, state, zone, get)
      if ('wrong' in done) return fail(done.wrong, { zone })
      const { name, role } = by
      const due = done.restores.map(one => ({ ...one, by: { name, role } }))
      const next = due.length > 0 ? { ...done.state, restores: [...(state.restores ?? []), ...due] } : done.state
      // Telling of it must not begin with the restores before the state says that they are due.
      looking = true
      try {
        trail.change(by, note => {
          note('linkage', zone, 'reset-confirmed', { cause, remark })
          record.put(note, site.id, next, done.events)
        })
        state = next
        return due.map(one => ({ action: one.action, point: one.point, phase: restore(one) }))
      } finally {
        looking = false
      }
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
