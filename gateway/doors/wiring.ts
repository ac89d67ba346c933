import type { PointId, Text, Value } from '../../drivers/point.ts'
import { leavesOpen, releasedSince } from '../../rules/access/release.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import { runDoorLink } from '../doorlink/link.ts'
import type { Kept } from '../kept.ts'
import type { RunningLinkage } from '../linkage/linkage.ts'
import type { Broker } from '../out/broker.ts'
import { splitPoint } from '../out/topics.ts'
import type { Site } from '../site/site.ts'

export interface DoorWiring {
  readonly site: Site
  readonly kept: Kept
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly broker: Pick<Broker, 'publish' | 'receive'>
  /** As long as anything can be commanded. */
  readonly linkage: () => RunningLinkage | null
  readonly failed: (error: unknown) => void
}
const FIRE: Text = { 'zh-CN': '火警释放', en: 'Fire release' }

/** Since when the linkage holds a door of the site released; null: it does not. */
export const releasedOf =
  (site: Site, linkage: () => RunningLinkage | null) =>
  (id: string): number | null => {
    const running = linkage()
    const door = site.access.doors.get(id)
    return running && door ? releasedSince(running.linkage, running.state(), door) : null
  }

/** Why a command at a released door is refused; null: it may pass, or the door is not released. */
export const doorHeldOpen =
  (site: Site, linkage: () => RunningLinkage | null) =>
  (point: PointId, value: Value): Text | null => {
    const [equipment, key] = splitPoint(point)
    if (releasedOf(site, linkage)(equipment) === null) return null
    return leavesOpen(key, value, site.commands.get(point)?.release) ? null : FIRE
  }

/** What doors have to do with the site that runs: the fire linkage over them, and their controllers. Returns the stop. */
export function wireDoors({ site, kept, clock, bus, broker, linkage, failed }: DoorWiring): () => void {
  const { doorsLate: late, access, people, credentials, accessKeys: keys, trail } = kept
  const released = releasedOf(site, linkage)
  const link = runDoorLink({
    ...{ site, clock, bus, trail, broker, access, people, credentials, keys, released, failed },
    ...{ records: kept.accessRecords, controllers: kept.doorControllers },
  })
  late.released = released
  late.link = link
  access.soon()
  // What is told of a fire changes doors at once, not with their next look.
  const stopTelling = bus.on('record', ({ kind }) => {
    if (kind === 'linkage') access.soon()
  })
  return () => {
    stopTelling()
    link.stop()
    delete late.released
    delete late.link
  }
}
