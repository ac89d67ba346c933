/** mulberry32: 0..1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
/** Hour of the day in the building, 0..24. */
export const hourOf = (at: number): number => (((at / 3_600_000 + 8) % 24) + 24) % 24
