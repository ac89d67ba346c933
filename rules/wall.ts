import type { DoorMode } from './access/doormode.ts'

/** What the wall of the control room decides. Pure: the same on the gateway, in the browser and in a test. */

export type DoorPosition = 'closed' | 'released' | 'open' | 'warned' | 'held' | 'forced'
/** A door that stands open while people go through is as usual; so is one that opens by its hours. */
export const doorNormal = (position: DoorPosition, mode: DoorMode): boolean =>
  ((position === 'closed' || position === 'open') &&
    (mode === 'normal' || mode === 'scheduled-unlock' || mode === 'scheduled-lock')) ||
  // Its lock is held open: by its hours, not by a fire or a hand.
  (position === 'released' && mode === 'scheduled-unlock')

/** Somebody chose it, and looks at it: so long it stays chosen, whatever comes. Own figure. */
export const CHOSEN_MS = 180_000

/**
 * Which alarm the plan, the trend and the steps are of. What somebody has chosen stays chosen while he is there; a screen
 * that nobody touches shows the most pressing one.
 * @param ids most pressing first
 */
export function inFocus(
  ids: readonly string[],
  chosen: { readonly id: string; readonly at: number } | null,
  now: number,
): string | null {
  if (chosen && now - chosen.at < CHOSEN_MS && ids.includes(chosen.id)) return chosen.id
  return ids[0] ?? null
}

/** Nobody waits longer than this for a new page, but it never comes while somebody's life is at stake. */
const LONGEST_WAIT_MS = 24 * 3_600_000
/** After a hand has moved, or an alarm has come: it is not calm yet. */
const CALM_MS = 60_000

export interface Scene {
  /** The gateway answers: who reloads while it is away has nothing at all. */
  readonly up: boolean
  readonly unacked: number
  /** Active alarms of people in danger. */
  readonly life: number
  readonly flood: boolean
  /** Runbooks under way. */
  readonly runs: number
  /** The last alarm or touch, UTC ms. */
  readonly stirredAt: number
}
/** Whether a page of an older program may load itself anew now. @param since when the newer one was seen, UTC ms */
export function mayReload(since: number, scene: Scene, now: number): boolean {
  if (!scene.up || scene.life > 0 || scene.flood) return false
  const calm = scene.unacked === 0 && scene.runs === 0 && now - scene.stirredAt >= CALM_MS
  return calm || now - since >= LONGEST_WAIT_MS
}
