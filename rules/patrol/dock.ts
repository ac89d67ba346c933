/**
 * Records that a device has kept by itself: a stick in its cradle, a phone that has a network again. What time it was is
 * found from how far its clock is off now and was off when it was last here; when the records arrive says nothing.
 */
export interface DeviceState {
  /** The highest number that has come. */
  readonly upTo: number
  /** When it was last here: its clock, and by how much the true time was ahead of it, ms. */
  readonly dock: { readonly deviceAt: number; readonly offsetMs: number } | null
  /** Numbers that never came, as [from, to]. */
  readonly gaps: readonly (readonly [number, number])[]
  /** What the device has told of itself that nobody has looked into. */
  readonly tampers?: readonly { readonly at: number; readonly said: string }[]
}
export const newDevice: DeviceState = { upTo: 0, dock: null, gaps: [] }

export const flags = [
  ...(['late_upload', 'clock_back', 'clock_unsure', 'unproven', 'gap_before'] as const),
  /** The batch has no signature; the photo that was asked for is not there; the device has told that it was opened. */
  ...(['unsigned', 'challenge_missed', 'tampered'] as const),
  /** A doubt hangs on the tag; it was taken down; another device went the same way; its round was sealed before. */
  ...(['tag_suspect', 'tag_gone', 'together', 'after_seal'] as const),
] as const
export type Flag = (typeof flags)[number]

export interface Kept {
  readonly n: number
  /** By its own clock, ms. */
  readonly deviceAt: number
}
export interface Docked<R extends Kept> {
  readonly record: R
  /** True time. */
  readonly at: number
  readonly offsetMs: number
  readonly flags: readonly Flag[]
}

/** A clock drifts; one that differs by more than this from what it was has been set. */
const DRIFT_MS = 5 * 60_000
/** Later than this after the visit a record is called late: that is no fault of the visit. */
export const LATE_UPLOAD_MS = 12 * 60 * 60_000

/**
 * The true time of each record.
 * @param clock what the device's clock shows now
 * @returns in the order of their numbers, and the device as it is known from now on
 */
export function dock<R extends Kept>(
  had: DeviceState,
  clock: number,
  records: readonly R[],
  now: number,
): { readonly records: readonly Docked<R>[]; readonly device: DeviceState; readonly newGaps: DeviceState['gaps'] } {
  const sorted = records.toSorted((a, b) => a.n - b.n)
  const offsetNow = now - clock
  const before = had.dock
  // Each time its clock goes back from one number to the next, somebody has set it; what came after the last time was
  // written by the clock that we see now.
  const starts = sorted.flatMap((r, i) => {
    const last = i === 0 ? (before?.deviceAt ?? Number.NEGATIVE_INFINITY) : sorted[i - 1]!.deviceAt
    return r.deviceAt < last ? [i] : []
  })
  const lastStart = starts.at(-1) ?? 0
  const set = before !== null && Math.abs(offsetNow - before.offsetMs) > DRIFT_MS
  const offsetOf = (r: R, i: number): { offsetMs: number; unsure: boolean } => {
    if (starts.length > 0) {
      if (i >= lastStart) return { offsetMs: offsetNow, unsure: false }
      // Before the first change it was the clock that we knew; in between two nobody knows.
      return { offsetMs: before?.offsetMs ?? offsetNow, unsure: before === null || i >= starts[0]! }
    }
    // It was set forward at some moment that no record shows.
    if (set || before === null) return { offsetMs: offsetNow, unsure: set }
    const span = clock - before.deviceAt
    const share = span <= 0 ? 1 : Math.min(1, Math.max(0, (r.deviceAt - before.deviceAt) / span))
    return { offsetMs: Math.round(before.offsetMs + share * (offsetNow - before.offsetMs)), unsure: false }
  }
  const { gaps, newGaps, firstAfter } = gapsOf(had, sorted)
  const docked = sorted.map((record, i): Docked<R> => {
    const { offsetMs, unsure } = offsetOf(record, i)
    // Nobody visits in the future.
    const at = Math.min(now, record.deviceAt + offsetMs)
    const said: Flag[] = [
      ...(starts.includes(i) ? (['clock_back'] as const) : []),
      ...(unsure || record.deviceAt + offsetMs > now + 1000 ? (['clock_unsure'] as const) : []),
      ...(now - at > LATE_UPLOAD_MS ? (['late_upload'] as const) : []),
      ...(firstAfter.has(record.n) ? (['gap_before'] as const) : []),
    ]
    return { record, at, offsetMs, flags: said }
  })
  const upTo = Math.max(had.upTo, sorted.at(-1)?.n ?? 0)
  const device = { ...had, upTo, dock: { deviceAt: clock, offsetMs: offsetNow }, gaps }
  return { records: docked, device, newGaps }
}

/** Which numbers have not come: those that were left out now, without those that have come after all. */
function gapsOf(had: DeviceState, sorted: readonly Kept[]) {
  const firstAfter = new Set<number>()
  const newGaps: (readonly [number, number])[] = []
  let upTo = had.upTo
  for (const { n } of sorted) {
    if (n > upTo + 1) {
      newGaps.push([upTo + 1, n - 1])
      firstAfter.add(n)
    }
    upTo = Math.max(upTo, n)
  }
  const came = new Set(sorted.map(r => r.n))
  const left = had.gaps.flatMap(gap => without(gap, came))
  return { gaps: [...left, ...newGaps], newGaps, firstAfter }
}
function without([from, to]: readonly [number, number], came: ReadonlySet<number>): (readonly [number, number])[] {
  const cuts = [...came].filter(n => n >= from && n <= to).sort((a, b) => a - b)
  const left: (readonly [number, number])[] = []
  let start = from
  for (const n of cuts) {
    if (n > start) left.push([start, n - 1])
    start = n + 1
  }
  if (start <= to) left.push([start, to])
  return left
}
