import type { ScanFigure } from './figures.ts'
import type { Verdict } from './words.ts'

/** From fewer walks nothing is learned: one quick guard of a week would set the rule for everybody. */
export const LEAST_WALKS = 20
/** Whoever needs longer has stopped on the way. */
const REST_MS = 30 * 60_000
const SHARE = 0.05
const honest: readonly Verdict[] = ['on_time', 'early', 'late']

/** From one point of a route to the next, in the direction in which it was walked: stairs down are quicker than up. */
export interface Travel {
  readonly route: string
  readonly from: string
  readonly to: string
  /** How many honest walks there are. */
  readonly walks: number
  /** The 5th percentile of them, whole s; null: fewer than 20, nothing is learned. */
  readonly sec: number | null
}

/**
 * How quickly people walk between two points: the 5th percentile of honest walks, of one person with one device, both ends
 * read from a tag and neither too fast, nor out of order, nor anybody else's. [2.3 minTravelSec]
 * @param scans in any order
 */
export function learnTravel(
  scans: readonly (ScanFigure & { readonly valid: boolean; readonly flags: readonly string[] })[],
): Travel[] {
  const good = (s: (typeof scans)[number]) =>
    s.valid && s.person !== '' && s.trust !== 'typed' && s.flags.every(f => f === 'late_upload' || f === 'unsigned')
  const isHonest = (s: (typeof scans)[number]) => good(s) && s.verdicts.every(v => honest.includes(v))
  const last = new Map<string, (typeof scans)[number]>()
  const walks = new Map<string, { route: string; from: string; to: string; took: number[] }>()
  for (const scan of scans.toSorted((a, b) => a.at - b.at)) {
    const who = `${scan.person}\n${scan.device}`
    const had = last.get(who)
    // What was not honest ends a walk, and begins none.
    last.set(who, scan)
    if (!had || had.route !== scan.route || had.checkpoint === scan.checkpoint) continue
    const ms = scan.at - had.at
    if (!isHonest(had) || !isHonest(scan) || ms <= 0 || ms > REST_MS) continue
    const key = `${scan.route}\n${had.checkpoint}\n${scan.checkpoint}`
    const found = walks.get(key) ?? { route: scan.route, from: had.checkpoint, to: scan.checkpoint, took: [] }
    found.took.push(ms)
    walks.set(key, found)
  }
  return [...walks.values()].map(({ took, ...pair }): Travel => {
    const sorted = took.toSorted((a, b) => a - b)
    const at = sorted[Math.ceil(sorted.length * SHARE) - 1]!
    return { ...pair, walks: took.length, sec: took.length < LEAST_WALKS ? null : Math.floor(at / 1000) }
  })
}
