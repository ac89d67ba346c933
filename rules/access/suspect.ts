import type { Outcome } from './outcome.ts'
import type { AccessDoor } from './policy.ts'

/** What in the events of doors looks like an attack, and what a door itself has to say: each is an alarm of that door. */

/** Wrong PINs of one holder before none of his is taken any more [GB 50396-2007: after 5 tries at most]. */
export const PIN_TRIES = 5
export const PIN_WINDOW_MS = 15 * 60_000
/** At one door, of whomever: somebody tries. */
export const SPRAY_TRIES = 10
export const SPRAY_WINDOW_MS = 10 * 60_000

/** The words of a door's own alarms: keys of points that are not its device's but the gateway's. */
export const doorAlarmKeys = [
  'access-held',
  'access-pre-alarm',
  'access-forced',
  'access-tamper',
  'access-disagrees',
  'access-reader',
  'access-downgrade',
  'access-capability',
  'access-install',
  'access-duress',
  'access-pin',
  'access-replay',
  'access-clone',
  'access-repeated',
  'access-fire-refused',
] as const
export type DoorAlarmKey = (typeof doorAlarmKeys)[number]
/** What a device may say by itself: then the gateway does not say it once more. */
export const saidByDevice: Partial<Record<DoorAlarmKey, string>> = {
  'access-held': 'held',
  'access-forced': 'forced',
  'access-tamper': 'tamper',
}

/**
 * The alarm that follows from what came of one reading; null: none.
 * @param pinsAt refused PINs at this door within SPRAY_WINDOW_MS, this one included
 */
export function suspicionOf(
  event: { readonly outcome: Outcome; readonly duress: boolean },
  pinsAt: number,
): DoorAlarmKey | null {
  // Whatever else came of it: somebody is in need.
  if (event.duress) return 'access-duress'
  switch (event.outcome) {
    case 'denied-replay':
      return 'access-replay'
    case 'denied-repeated':
      return 'access-repeated'
    case 'denied-travel':
      return 'access-clone'
    case 'denied-pin-locked':
      return 'access-pin'
    case 'denied-pin-wrong':
    case 'denied-unknown':
      return pinsAt >= SPRAY_TRIES ? 'access-pin' : null
    default:
      return null
  }
}

/**
 * How long one needs from one door to the other at least, s: next to nothing where they share an area.
 * @param travelS what the site says of doors that share none
 */
export function travelBetween(
  a: Pick<AccessDoor, 'area' | 'from'>,
  b: Pick<AccessDoor, 'area' | 'from'>,
  travelS: number,
): number {
  const outside = (area: string) => area === 'outside'
  const near = [a.area, a.from].some(area => !outside(area) && (area === b.area || area === b.from))
  return near ? 0 : travelS
}
