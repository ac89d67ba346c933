import type { PointId, Value } from '../../drivers/point.ts'
import type { Linkage, LinkageState } from '../linkage.ts'

/**
 * Since when the fire linkage holds a door released, UTC ms; null: it does not. A door that stands in an action of kind
 * `doors` is released with its zones; one that stands in none, with any confirmed fire: what nobody has thought of is to
 * open. It ends where the zone ends: the panel reset, and a person who says so [GB 50116-2013 4.10.3].
 */
export function releasedSince(
  linkage: Linkage,
  state: LinkageState,
  door: { readonly id: string; readonly fireRelease: boolean },
): number | null {
  if (!door.fireRelease) return null
  const own = (point: PointId | undefined) => point?.startsWith(`${door.id}/`) === true
  const mine = linkage.actions.filter(
    action => action.kind === 'doors' && action.devices.some(d => own(d.proof.point) || own(d.command?.point)),
  )
  const since =
    mine.length > 0
      ? mine.flatMap(action => state.actions[action.id]?.startedAt ?? [])
      : Object.values(state.zones).flatMap(zone => zone.confirmedAt ?? [])
  return since.length > 0 ? Math.min(...since) : null
}

/**
 * Whether a command leaves a released door open: everything else is refused, whatever it would do. `unlock` and the end of
 * a lockdown open; so do the values that the point itself names as its release.
 */
export const leavesOpen = (key: string, value: Value, release: readonly Value[] | undefined): boolean =>
  release?.includes(value) === true ||
  (/^unlock/.test(key) && value === true) ||
  (/^lock(ed|down|out)?$/.test(key) && value === false)

export const releaseProofs = ['released', 'waiting', 'not-confirmed', 'unproved'] as const
export type ReleaseProof = (typeof releaseProofs)[number]
/** Until then nobody can have heard of it yet. */
export const RELEASE_WITHIN_MS = 5000

/**
 * What proves that a door is released: that its lock says so, or its controller. A door of which neither can be read is
 * `unproved`, never released; what says that it is locked after its time is `not-confirmed`.
 */
export function releaseProof(
  since: number,
  unlocked: boolean | null,
  controller: boolean | null,
  now: number,
): { readonly proof: ReleaseProof; readonly by: readonly ('lock' | 'controller')[] } {
  const by = [...(unlocked === true ? ['lock' as const] : []), ...(controller === true ? ['controller' as const] : [])]
  // A lock that says that it is locked outweighs a controller that says that it has let go of it.
  if (by.length > 0 && unlocked !== false) return { proof: 'released', by }
  if (now - since < RELEASE_WITHIN_MS && now >= since) return { proof: 'waiting', by: [] }
  return { proof: unlocked === null && controller === null ? 'unproved' : 'not-confirmed', by: [] }
}
