import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** So often over a kind's cases. */
const LOOKS = 25
/** The first of them see caches fill and code being compiled. */
const WARM = 5
export type Look = readonly [done: number, mb: number]

/** What is in use after a forced collection: what has been let go of is no growth. */
let collect: (() => void) | undefined
export function settledMb(): number {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}

/** At which of so many cases memory is looked at. */
export const isLook = (done: number, cases: number): boolean =>
  Math.floor((done * LOOKS) / cases) !== Math.floor(((done - 250) * LOOKS) / cases)

/**
 * Growth over the run in MB: the median of the slopes between any two looks (Theil and Sen), which no single odd one moves,
 * times the cases. Null: too few looks for a word.
 */
export function growthOf(looks: readonly Look[], cases: number): number | null {
  const warm = looks.slice(WARM)
  const slopes = warm.flatMap(([at, mb], i) => warm.slice(i + 1).map(([later, then]) => (then - mb) / (later - at)))
  if (slopes.length < 10) return null
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)]! * cases
}
