import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { inForce, isTesting, livePoints, showsLive, tagFireKey, tagLiveKey } from '../../rules/tag.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { Tags } from '../records/tags.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const LOOK_EVERY_MS = 1000
const SAY_AGAIN_MS = 30_000

const equipmentOf = (point: string): string => point.slice(0, point.indexOf('/'))
/** Equipment that the fire linkage would command, but for ways out: those open whatever hangs on them. */
const fireEquipment = ({ linkage }: Pick<Site, 'linkage'>): ReadonlySet<string> =>
  new Set(
    linkage.actions
      .filter(action => action.kind !== 'doors' && action.kind !== 'barriers')
      .flatMap(action => action.devices.flatMap(d => (d.command ? [equipmentOf(d.command.point)] : []))),
  )

/** What the gateway says of tags by itself: points of the equipment that could be live, or is needed in a fire. */
export function tagPoints(site: Pick<Site, 'equipment' | 'linkage'>): readonly { readonly id: PointId }[] {
  const fire = fireEquipment(site)
  return site.equipment.flatMap(({ id, points }) => [
    ...(livePoints(points).length > 0 ? [{ id: `${id}/${tagLiveKey}` as PointId }] : []),
    ...(fire.has(id) ? [{ id: `${id}/${tagFireKey}` as PointId }] : []),
  ])
}

export interface TagWatch {
  readonly site: Pick<Site, 'equipment' | 'linkage'>
  readonly clock: Clock
  readonly trail: Trail
  readonly tags: Tags
  readonly get: (point: PointId) => Sample | undefined
  readonly tell: (samples: readonly Sample[]) => void
  readonly failed: (error: unknown) => void
}

/**
 * Looks at tagged equipment: whether it is live, whether a fire would need it, whether a try is over. Told when it changes and
 * again from time to time, so that nothing is lost. Returns the stop.
 */
export function watchTags({ site, clock, trail, tags, get, tell, failed }: TagWatch): () => void {
  const live = new Map<string, readonly Point[]>(site.equipment.map(({ id, points }) => [id, livePoints(points)]))
  const fire = fireEquipment(site)
  const points = tagPoints(site)
  const told = new Map<PointId, { readonly value: boolean; readonly at: number }>()
  function endTests(now: number, all: boolean): void {
    const over = tags.open().filter(tag => tag.test && (all || !isTesting(tag, now)))
    if (over.length === 0) return
    trail.change(GATEWAY, note => {
      for (const tag of over) tags.put(note, { ...tag, test: null }, 'test-over', { owner: tag.owner })
    })
  }
  function look(): void {
    const at = clock.now()
    const hanging = new Set(
      tags
        .open()
        .filter(tag => inForce(tag, at))
        .map(tag => tag.equipment),
    )
    const holds = (point: PointId): boolean => {
      const equipment = equipmentOf(point)
      if (!hanging.has(equipment)) return false
      return point.endsWith(`/${tagFireKey}`)
        ? fire.has(equipment)
        : (live.get(equipment) ?? []).some(p => showsLive(get(p.id)))
    }
    const news = points.flatMap(({ id }): Sample[] => {
      const value = holds(id)
      const had = told.get(id)
      if (had?.value === value && (!value || Math.abs(at - had.at) < SAY_AGAIN_MS)) return []
      told.set(id, { value, at })
      return [{ point: id, at, seen: at, quality: 'good', value }]
    })
    if (news.length > 0) tell(news)
  }
  const guarded = (jumped = false) => {
    try {
      endTests(clock.now(), jumped)
      look()
    } catch (error) {
      failed(error)
    }
  }
  // A clock that was set would make a try longer than anybody allowed.
  const stops = [clock.every(LOOK_EVERY_MS, () => guarded()), clock.onJump(() => guarded(true))]
  return () => {
    for (const stop of stops) stop()
  }
}
