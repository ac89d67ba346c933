/** `[3, 4, 5, 9]` as `[[3, 5], [9, 9]]`: what came in one flood stands close together on the trail. */
export function spansOf(seqs: readonly number[]): readonly (readonly [number, number])[] {
  const spans: [number, number][] = []
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && seq <= last[1] + 1) last[1] = seq
    else spans.push([seq, seq])
  }
  return spans
}
