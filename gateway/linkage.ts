import { ulid } from 'ulid'
import type { PointId, Sample, Text, Value } from '../drivers/point.ts'
import { type Command, isOpen } from '../rules/command.ts'
import type { Role } from '../rules/flow.ts'
import {
  confirmReset,
  heldOpen,
  type LinkageCause,
  type LinkageEvent,
  type LinkageState,
  type Send,
  shifted,
  stepLinkage,
  unsent,
} from '../rules/linkage.ts'
import type { Bus } from './core/bus.ts'
import type { Clock } from './core/clock.ts'
import { fail } from './core/errors.ts'
import { type Actor, type Events, GATEWAY } from './core/events.ts'
import { byList } from './core/inorder.ts'
import type { LiveCommands } from './live/commands.ts'
import { actionsOf, type Commands } from './records/commands.ts'
import type { LinkageRecord } from './records/linkage.ts'
import type { Trail } from './records/trail.ts'
import type { Site } from './site.ts'

const LOOK_EVERY_MS = 500
/** Lines for the trail that a full disk did not take; the oldest go first. */
const MOST_OWED = 1000

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
    watched.size === 0 && Object.keys(state.zones).length === 0
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
      trail.change(by, note => {
        note('linkage', zone, 'reset-confirmed', { cause, remark })
        record.put(note, site.id, done.state, done.events)
      })
      state = done.state
      return done.restores.map(({ action, point, value }) => {
        try {
          const command: Command = live.request(ulid(clock.now()), point, value, `fire linkage over: ${action}`, by)
          trail.change(by, note => commands.put(note, command, actionsOf(null, command)))
          live.go(command)
          return { action, point, phase: command.phase }
        } catch (error) {
          failed(error)
          return { action, point, phase: null }
        }
      })
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}
