import type { BackedUp } from '../support/backupunderload.ts'
import type { BatchesKilled } from '../support/batchkilling.ts'
import type { FireKilled } from '../support/firekilling.ts'
import type { Killed } from '../support/killing.ts'

/** What keeps a run from proving anything, though it found nothing wrong: each in a few words. None: it did enough. */
export type Short = readonly string[]

const short = (...asked: readonly (readonly [what: string, n: number, least: number])[]): Short =>
  asked.filter(([, n, least]) => !(n >= least)).map(([what, n, least]) => `${what} ${n}, not ${Math.ceil(least)}`)

/** A load that did nothing would lose nothing. An idle machine makes twenty times as much of it. */
export const shortOfKills = (count: number, seen: Killed): Short =>
  short(
    ...([
      ['kills', seen.kills, count],
      ['acknowledged', seen.acknowledged, count * 5],
      ['alarms raised', seen.raised, Math.floor(count / 5)],
      ['orders', seen.orders, Math.min(Math.floor(count / 6), 3)],
      ['PUBACKs', seen.broker?.acknowledged[1] ?? 0, count * 1.5],
      ['PUBCOMPs', seen.broker?.acknowledged[2] ?? 0, count * 1.5],
      ['retained', seen.broker?.retained ?? 0, count / 4],
    ] as const),
  )
export const shortOfFires = (count: number, seen: Pick<FireKilled, 'kills' | 'fires' | 'locksTried'>): Short =>
  short(['kills', seen.kills, count], ['fires', seen.fires, count / 20], ['locks tried', seen.locksTried, count + 1])
export const shortOfBatches = (count: number, seen: Pick<BatchesKilled, 'kills' | 'acknowledged' | 'issued'>): Short =>
  short(['kills', seen.kills, count], ['acknowledged', seen.acknowledged, count], ['issued', seen.issued, count / 4])
/** Some changes change nothing (a swap of what is equal, a byte that no entry is in), most do. */
export const shortOfTampering = (count: number, seen: { readonly tried: number; readonly changed: number }): Short =>
  short(['tried', seen.tried, count], ['changed', seen.changed, count / 2])
/** Names of accounts may hold few signs; of all else nearly every one is kept. A field that keeps none was never gone through. */
export const shortOfNames = (names: number, kept: Readonly<Record<string, number>>): Short =>
  short(
    ['kinds', Object.keys(kept).length, 10],
    ...Object.entries(kept).map(([kind, n]) => [`kept as ${kind}`, n, names / 10] as const),
  )
/** Every thing that can happen did happen, often, and each sequence was gone through. @param sums what happened, how often */
export const shortOfSequences = (count: number, sums: Readonly<Record<string, number>>): Short =>
  short(
    ['sequences', sums.sequences ?? 0, count],
    ...Object.entries(sums)
      .filter(([what]) => what !== 'wrong' && what !== 'sequences')
      .map(([what, n]) => [what, n, count / 20] as const),
  )

/** Of the event loop, 99 of 100 turns; and of scans. */
const MOST_DELAY_MS = 20
const MOST_LOST = 0.001
/**
 * A backup may be over in half a second, in which the loop is looked at five times: what 99 % of these are below is the worst
 * of them. Of the looks of all backups together 1 % are as many as one in 25 of the backups has.
 * @param worst of each backup @returns NaN when there are none
 */
export const p99OfAll = (worst: readonly number[]): number =>
  worst.toSorted((a, b) => a - b).at(-1 - Math.floor(worst.length / 25)) ?? Number.NaN
type Backups = Pick<
  BackedUp,
  'backups' | 'wrong' | 'acknowledged' | 'alarmsRaised' | 'notRecorded' | 'scansLostBefore' | 'scansLostShare'
> & { readonly delayP99BeforeMs: number; readonly delayMs: number }
/**
 * Whether each backup was whole and disturbed nobody. `busy`: all was whole, but what was late or lost was so without any
 * backup already; this machine has other work, and that says nothing of backups.
 */
export function judgeBackups(count: number, seen: Backups): 'held' | 'not held' | 'busy' {
  const whole = seen.backups === count && seen.wrong.length === 0 && seen.notRecorded === 0
  if (!whole || !(seen.acknowledged > 0 && seen.alarmsRaised > 0)) return 'not held'
  const late = !(seen.delayMs <= MOST_DELAY_MS)
  const lost = !(seen.scansLostShare <= MOST_LOST)
  if (!late && !lost) return 'held'
  const excused = (!late || seen.delayP99BeforeMs > MOST_DELAY_MS) && (!lost || seen.scansLostBefore > MOST_LOST)
  return excused ? 'busy' : 'not held'
}
