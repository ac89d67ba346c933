/** A line through samples by least squares, and how well it is known. */
export interface Slope {
  /** Per unit of x. */
  readonly perX: number
  /** Standard error of it. */
  readonly error: number
}

/** @param samples at least three `[x, y]`, not all at one x; NaN otherwise */
export function slopeOf(samples: readonly (readonly [number, number])[]): Slope {
  const n = samples.length
  const mean = (k: 0 | 1) => samples.reduce((sum, s) => sum + s[k], 0) / n
  const [mx, my] = [mean(0), mean(1)]
  let sxx = 0
  let sxy = 0
  for (const [x, y] of samples) {
    sxx += (x - mx) ** 2
    sxy += (x - mx) * (y - my)
  }
  if (n < 3 || sxx === 0) return { perX: Number.NaN, error: Number.NaN }
  const perX = sxy / sxx
  const rest = samples.reduce((sum, [x, y]) => sum + (y - my - perX * (x - mx)) ** 2, 0)
  return { perX, error: Math.sqrt(rest / (n - 2) / sxx) }
}

/**
 * Whether it grows for certain: by more than `most` per x even when the slope is twice its error less steep than it seems.
 * What is not known does not hold.
 */
export const grows = ({ perX, error }: Slope, most: number): boolean => !(perX - 2 * error <= most)
