import type { Readings } from '../../drivers/batch.ts'
import type { PointId } from '../../drivers/point.ts'
import { inward, isOver, modeOf } from '../../rules/access/doormode.ts'
import { CLOSED, type DoorWatch, watchDoor } from '../../rules/access/doorwatch.ts'
import { GATEWAY } from '../core/events.ts'
import type { DoorAlarms } from '../doors/alarms.ts'
import type { Site } from '../site/site.ts'
import type { SiteDoor } from './schema.ts'
import type { AccessDeps, AccessState } from './state.ts'

/** How long after a grant the door may be opened for it. */
const TAKE_MS = 10_000
const LATEST_EVERY_MS = 60_000
/** After a start it is waited so long for wires and controllers that have not yet spoken of a fire. */
const SPEAK_MS = 60_000
/** Points that say that fire has released a door, of each site that ran. */
const firesOf = new WeakMap<Site, ReadonlySet<string>>()
function saysFire(site: Site | null, id: PointId): boolean {
  if (!site) return false
  const known = firesOf.get(site) ?? new Set([...site.access.doors.values()].flatMap(door => door.fire ?? []))
  firesOf.set(site, known)
  return known.has(id)
}

/** Follows what the doors themselves do: who has really come in, what stands open, what a fire has released. */
export function watchDoors(deps: AccessDeps, state: AccessState, alarms: DoorAlarms | null) {
  const { clock, trail, bus, records, memory } = deps
  const watches = new Map<string, DoorWatch>()
  let released = false
  /** A release stood open at the last stop, and what has become of it is not known yet. */
  let stood = records.state('released') === 1
  let first: number | null = null

  const onDisk = <T>(work: Parameters<typeof trail.change<T>>[1]): T => {
    try {
      return trail.change(GATEWAY, work)
    } catch (error) {
      records.reload()
      memory.reload()
      throw error
    }
  }

  function look(): void {
    const site = deps.site()
    const now = clock.now()
    if (state.safe(now) && now - (state.latest() ?? 0) >= LATEST_EVERY_MS) state.believed(now)
    for (const layer of records.layers())
      if (isOver(layer, now)) onDisk(note => records.endLayer(note, layer, 'expired', ''))
    if (!site) return
    const doors = [...site.access.doors.values()]
    const fire = doors.some(d => modeOf(state.layersOf(site, d, now), now).mode === 'fire-release')
    first ??= now
    const overMeanwhile = stood && !fire && (Math.abs(now - first) >= SPEAK_MS || doors.every(d => spoken(site, d)))
    if (fire !== released || overMeanwhile) {
      const why = fire ? 'fire release' : released ? 'fire release over' : 'fire release over while the gateway was off'
      onDisk(note => {
        // Nobody is asked while the doors stand open: who moved meanwhile is known as little as who ran.
        if (records.inside().some(p => p.area !== null)) records.forgetAreas(note, why)
        records.setReleased(fire)
      })
      stood = false
    }
    released = fire
    for (const door of doors) watchOne(site, door, now)
    alarms?.look(site, watches)
  }
  /** Whatever tells of a fire at a door has been heard since the start. */
  function spoken(site: Site, door: SiteDoor): boolean {
    const wire = door.fire === null || deps.get(door.fire as PointId)?.quality === 'good'
    const linked = site.access.controllers.some(c => c.doors.includes(door.id))
    return wire && (!linked || (deps.byController?.(door.id, 'fire') ?? null) !== null)
  }
  function watchOne(site: Site, door: SiteDoor, now: number): void {
    const grant = memory.pending(door.id)
    // One that lies ahead was written before the clock was set back.
    const missed = grant !== null && (now - grant.at > TAKE_MS || grant.at > now)
    const held = inward[modeOf(state.layersOf(site, door, now), now).mode] === 'open'
    const input = {
      open: state.says(door.id, 'open'),
      bolted: state.says(door.id, 'bolted'),
      released: held || (grant !== null && !missed) || state.says(door.id, 'unlocked') === true,
      held,
    }
    const { watch, events } = watchDoor(watches.get(door.id) ?? { ...CLOSED, since: now }, input, door, now)
    watches.set(door.id, watch)
    const entered = events.includes('entered') && grant !== null && !missed
    if (!entered && !missed) return
    onDisk(note => {
      memory.put(door.id, { pending: null })
      if (entered) records.enter(note, grant.person, grant.area, door.id, grant.event, now)
    })
  }
  const lookSafely = () => {
    try {
      look()
    } catch (error) {
      deps.failed(error)
    }
  }
  let due = false
  const soon = () => {
    if (due) return
    due = true
    queueMicrotask(() => {
      due = false
      lookSafely()
    })
  }
  /** Who comes and goes, and a fire: also one that is over before the next second. */
  const isContact = (id: PointId): boolean => id.endsWith('/open') || saysFire(deps.site(), id)
  /** Lists of points stay the same from scan to scan: each is searched for contacts once. */
  const contacts = new WeakMap<readonly PointId[], boolean>()
  const tellsOfDoors = ({ samples, batches }: Readings) =>
    samples.some(s => isContact(s.point)) ||
    batches.some(({ points }) => {
      const known = contacts.get(points) ?? points.some(isContact)
      contacts.set(points, known)
      return known
    })
  const stops = [
    clock.every(1000, lookSafely),
    bus.on('readings', readings => {
      if (tellsOfDoors(readings)) soon()
    }),
  ]
  return {
    watch: (door: string): DoorWatch => watches.get(door) ?? CLOSED,
    /** Something has changed: looks once the present work is done. */
    soon,
    stop() {
      for (const stop of stops) stop()
    },
  }
}
