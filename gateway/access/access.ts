import type { PointId } from '../../drivers/point.ts'
import { layerFor, modeOf, type SettableMode, settable } from '../../rules/access/doormode.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { watchDoorAlarms } from '../doors/alarms.ts'
import type { StoredLayer } from '../records/access.ts'
import { hashSecret } from '../records/secrets.ts'
import type { Site } from '../site/site.ts'
import { accessReader } from './read.ts'
import type { SiteDoor } from './schema.ts'
import { type AccessDeps, accessState } from './state.ts'
import { accessViews } from './views.ts'
import { watchDoors } from './watch.ts'
import { weighing } from './weigh.ts'

export type { Shown } from './read.ts'
export type { AccessDeps } from './state.ts'
export type Doors = ReturnType<typeof openAccess>

/**
 * Who may pass which door: the records of people, the words of the site and what the doors themselves say, put together
 * for the one rule that decides. What is decided, what is set and where people are is on the disk before it is answered.
 */
export function openAccess(deps: AccessDeps) {
  const { clock, trail, credentials, records } = deps
  const state = accessState(deps)
  const { doorOf, layersOf } = state
  const alarms = watchDoorAlarms(deps, state)
  const watcher = watchDoors(deps, state, alarms)
  const reader = accessReader(deps, state)

  const view = (site: Site, door: SiteDoor, now: number) => {
    const layers = layersOf(site, door, now)
    const mode = modeOf(layers, now)
    const lockdownSince = deps.get(`${door.id}/lockdown` as PointId)?.seen
    return {
      door,
      mode: mode.by === null && mode.mode === 'lockdown' ? { ...mode, since: lockdownSince ?? now } : mode,
      layers,
      watch: watcher.watch(door.id),
      open: state.says(door.id, 'open'),
    }
  }
  /** Each door that is decided at, with the mode that counts and all that lie beneath it. */
  function doors() {
    const site = deps.site()
    const now = clock.now()
    return site ? [...site.access.doors.values()].map(door => view(site, door, now)) : []
  }

  /** @throws mode-too-long, mode-fire, mode-level */
  function setMode(
    doorId: string,
    mode: SettableMode,
    minutes: number | null,
    level: number | null,
    reason: string,
    actor: Actor,
  ): StoredLayer {
    const door = doorOf(doorId)
    const site = deps.site()!
    const now = clock.now()
    const made = layerFor({ mode, minutes, level, by: actor.name, reason }, layersOf(site, door, now), now)
    if ('refused' in made) {
      // That somebody wanted to shut what a fire has opened is worth a line of its own.
      if (made.refused === 'mode-fire')
        trail.change(actor, note => note('door', doorId, 'mode-refused', { mode, reason }))
      return fail(made.refused, { most: settable[mode].mostMin })
    }
    return guarded(() =>
      trail.change(actor, note => {
        for (const old of records.layers())
          if (old.door === doorId && old.mode === mode) records.endLayer(note, old, 'ended', reason)
        return records.addLayer(note, doorId, made, now)
      }),
    )
  }
  function endMode(doorId: string, id: string, reason: string, actor: Actor): void {
    const layer = records.layers().find(l => l.id === id && l.door === doorId) ?? fail('not-found', { what: id })
    guarded(() => trail.change(actor, note => records.endLayer(note, layer, 'ended', reason)))
  }
  /** What is kept at hand is what is on the disk, also when the disk did not take it. */
  function guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      records.reload()
      throw error
    }
  }

  return {
    async read(...asked: Parameters<typeof reader.read>) {
      const answer = await reader.read(...asked)
      alarms.tell()
      return answer
    },
    find: reader.find,
    heldOf: state.heldOf,
    holderOf: state.holderOf,
    version: state.version,
    doors,
    setMode,
    endMode,
    ...accessViews(deps, state),
    weigh: weighing(deps, state),
    state,
    alarms,
    /** Something of a door has changed. */
    soon: watcher.soon,
    ofLink: (token: string) => credentials.ofLink(hashSecret(token)),
    /** Whether the clock can be believed, and since when it could not be: for the pages. */
    clock: () => ({ safe: state.safe(clock.now()), latest: state.latest() }),
    /** A person says that the clock is right. */
    confirmClock(actor: Actor, reason: string): void {
      const now = clock.now()
      trail.change(actor, note => {
        note('access', 'clock', 'confirmed', { from: state.latest(), to: now, reason })
        state.believed(now)
      })
    },
    stop: watcher.stop,
  }
}
