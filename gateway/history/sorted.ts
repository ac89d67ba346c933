import type { Tick } from './tick.ts'

/** A row of the journal that is in no block yet. */
export interface Staged {
  readonly seq: number
  readonly tick: Tick
}
/** Samples of several rows in order of their point; of one point, in order of arrival. */
export interface Sorted {
  /** Those of point `p` are `ends[p - 1]` to before `ends[p]`. */
  readonly ends: Int32Array
  readonly times: Float64Array
  readonly codes: Uint8Array
  readonly values: Float64Array
  /** Of which row, by its place in the list. */
  readonly rows: Uint16Array
  /** By their place here. */
  readonly texts: ReadonlyMap<number, string>
}

/**
 * Keeps its buffers for the next time: a few megabytes made anew every few seconds are work for the collector.
 */
export function sorter(): (staged: readonly Staged[], count: number) => Sorted {
  let size = 0
  let times = new Float64Array(0)
  let codes = new Uint8Array(0)
  let values = new Float64Array(0)
  let rows = new Uint16Array(0)
  let ends = new Int32Array(0)
  return (staged, count) => {
    if (count > size) {
      size = Math.max(count, 1024)
      times = new Float64Array(size)
      codes = new Uint8Array(size)
      values = new Float64Array(size)
      rows = new Uint16Array(size)
    }
    let most = 0
    for (const { tick } of staged) {
      const { points } = tick
      for (let i = 0; i < points.length; i++) if (points[i]! > most) most = points[i]!
    }
    if (ends.length < most + 1) ends = new Int32Array(2 * most + 1)
    // A counting sort: how many each has, where each begins, and after the last step where each ends.
    const next = ends.fill(0)
    for (const { tick } of staged) {
      const { points } = tick
      for (let i = 0; i < points.length; i++) next[points[i]!]!++
    }
    let at = 0
    for (let p = 0; p <= most; p++) {
      const n = next[p]!
      next[p] = at
      at += n
    }
    const texts = new Map<number, string>()
    for (let row = 0; row < staged.length; row++) {
      const { points, times: t, codes: c, values: v, texts: words } = staged[row]!.tick
      let word = 0
      for (let i = 0; i < points.length; i++) {
        const to = next[points[i]!]!++
        times[to] = t[i]!
        codes[to] = c[i]!
        values[to] = v[i]!
        rows[to] = row
        if (word < words.length && words[word]![0] === i) texts.set(to, words[word++]![1])
      }
    }
    return { ends: next.subarray(0, most + 1), times, codes, values, rows, texts }
  }
}
