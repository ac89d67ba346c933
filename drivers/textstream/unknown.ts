import type { LinesReport, UnknownLine } from '../driver.ts'

const LATELY_MS = 600_000
const MOST_KEPT = 20
const MOST_COUNTED = 1000

/** Counts lines, and keeps the last that nothing is known of: a grammar is written from them, and none is lost unseen. */
export function createTally() {
  let lines = 0
  let unknown = 0
  let lastAt: number | null = null
  let last: LinesReport['last'] = []
  /** Steady ms. */
  let lately: number[] = []
  return {
    line(at: number): void {
      lines++
      lastAt = at
    },
    unknown(text: string, why: UnknownLine, at: number, now: number): void {
      unknown++
      last = [{ at, why, text: text.slice(0, 300) }, ...last].slice(0, MOST_KEPT)
      lately = [...lately.slice(-MOST_COUNTED + 1), now]
    },
    report(now: number): LinesReport {
      lately = lately.filter(when => now - when < LATELY_MS)
      return { lines, unknown, unknownLately: lately.length, lastAt, last }
    },
  }
}
