/**
 * The walk to meters that nobody reads remotely, or that are missing today, in the order of their places [M02, F29].
 * What is read shortly before or after the end of a month stands for that end, with the time at which it was read.
 */
export const WALK_BEFORE_MS = 3 * 86_400_000
export const WALK_AFTER_MS = 7 * 86_400_000

/** The days in which the end of a month is walked; `end` is what the readings stand for. */
export interface WalkWindow {
  readonly end: number
  readonly from: number
  readonly to: number
}
/** @param lastEnd, nextEnd the ends of months before and after now; null: none yet */
export function walkWindow(now: number, lastEnd: number | null, nextEnd: number): WalkWindow | null {
  const around = (end: number) => ({ end, from: end - WALK_BEFORE_MS, to: end + WALK_AFTER_MS })
  if (now >= nextEnd - WALK_BEFORE_MS) return around(nextEnd)
  return lastEnd !== null && now <= lastEnd + WALK_AFTER_MS ? around(lastEnd) : null
}

/** `due`: somebody has to go there. `later`: not in these days. `doubtful`, `unread`: somebody was there. */
export const walkStates = ['due', 'done', 'doubtful', 'unread', 'later'] as const
export type WalkState = (typeof walkStates)[number]

/** What somebody has put down at a meter the last time; `index` null: he could not read it. */
export interface LastTaken {
  readonly at: number
  readonly read: boolean
  readonly doubtful: boolean
}
/**
 * How it stands with one register.
 * @param missing since when the gateway should have a reading and has none; null: it has, or a person reads this one
 */
export function walkState(
  manual: boolean,
  missing: number | null,
  taken: LastTaken | null,
  window: WalkWindow | null,
): WalkState | null {
  const since = manual ? (window?.from ?? null) : missing
  if (since === null) return manual ? 'later' : null
  if (!taken || taken.at < since) return 'due'
  if (!taken.read) return 'unread'
  return taken.doubtful ? 'doubtful' : 'done'
}

/** Where a meter hangs, for whoever walks there. */
export interface MeterPlace {
  readonly point: string
  /** Its number in the walk. */
  readonly position: number
  readonly place: string
  /** What the code on the meter says, where it is not its number; empty: that. */
  readonly code: string
  /** Whether a photo is asked for. */
  readonly photo: boolean
}
interface Placed {
  readonly point: string
  readonly unit: string
  readonly place: Pick<MeterPlace, 'position'> | null
}
/** In the order of the walk; who has no place there comes last, by unit. */
export const inOrder = (a: Placed, b: Placed): number =>
  (a.place?.position ?? LAST) - (b.place?.position ?? LAST) || order(a.unit, b.unit) || order(a.point, b.point)
const LAST = 1e9
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether what was scanned is this meter: its number, or the code that the book has for it. */
export function isMeter(scanned: string, meter: string, code: string): boolean {
  const said = scanned.trim().toUpperCase()
  if (said === '') return false
  if (said === meter.toUpperCase() || (code !== '' && said === code.toUpperCase())) return true
  // Codes of makers hold the number with other fields around it: between marks, or as a part of an address.
  return meter.length >= 6 && said.split(/[^0-9A-Z-]+/).includes(meter.toUpperCase())
}
